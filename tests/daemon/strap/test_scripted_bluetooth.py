"""The scripted Bluetooth keeps its word: on a hurried clock, with an accelerometer, and when it is killed."""

from __future__ import annotations

import asyncio
import math
import os
import signal
import sys
from pathlib import Path

import pytest
from bleak import BleakClient, BleakScanner
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.exc import BleakGATTProtocolError

from unhurry.daemon.strap import Timings
from unhurry.signal import Kind
from unhurry.store import LinkState

from .bluez.plan import FIRMWARE, HEART_RATE, MODEL, POLAR_CONTROL, Information, StrapPlan
from .lab import InLab, Lab

BOUND = """
import asyncio, pathlib, sys
sys.path.insert(0, {root!r})
from tests.daemon.strap.bluez.bus import PrivateBus

async def main():
    bus = PrivateBus(pathlib.Path({folder!r}))
    await bus.start()
    print("listening", flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


def breathing(strap_s: float) -> tuple[int, int, int]:
    return (round(-1000 + 3 * math.sin(strap_s)), 0, 40)


def test_an_accelerometer_is_started_read_and_stopped_on_the_way_out(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        sensor = lab.strap.accelerometer
        assert sensor is not None
        sensor.motion = breathing
        async with lab.listening() as listener:
            await listener.until(lambda: len(listener.values(Kind.MOTION)) >= 2)
            assert sensor.rate_hz in {25, 50}
            assert sensor.samples_sent > 0
        # A strap that goes on measuring cannot sleep.
        assert sensor.stops == 1
        assert sensor.rate_hz is None
        assert all(0 <= mad_mg < 20 for mad_mg in listener.values(Kind.MOTION))

    in_lab(scenario, StrapPlan(accelerometer=True, information=Information()))


def test_the_control_point_answers_only_those_who_listen_to_it(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        found = await BleakScanner.discover(0.3, service_uuids=[HEART_RATE])
        answers: asyncio.Queue[bytes] = asyncio.Queue()

        def heard(_sender: BleakGATTCharacteristic, data: bytearray) -> None:
            answers.put_nowait(bytes(data))

        async with BleakClient(found[0]) as client:
            assert (await client.read_gatt_char(POLAR_CONTROL))[:2] == b"\x0f\x04"
            with pytest.raises(BleakGATTProtocolError):
                await client.write_gatt_char(POLAR_CONTROL, b"\x01\x02", response=True)
            await client.start_notify(POLAR_CONTROL, heard)
            for request, answer in [
                (b"\x01\x02", "f00102000000"),
                (b"\x02\x02\x00\x01\x07\x00", "f0020208"),
                (b"\x02\x00\x00\x01\x32\x00", "f0020003"),
                (b"\x09\x02", "f0090201"),
                (b"\x03\x02", "f003020000"),
            ]:
                await client.write_gatt_char(POLAR_CONTROL, request, response=True)
                assert (await answers.get()).hex().startswith(answer)
            assert await client.read_gatt_char(MODEL) == b"H10"
            assert await client.read_gatt_char(FIRMWARE) == b"5.0.0"

    in_lab(scenario, StrapPlan(accelerometer=True, information=Information()))


def test_a_bus_ends_with_the_tests_even_when_these_are_killed(needs_dbus: None, tmp_path: Path) -> None:
    socket = tmp_path / "bus"
    program = BOUND.format(root=str(Path(__file__).parents[3]), folder=str(tmp_path))

    async def main() -> None:
        tests = await asyncio.create_subprocess_exec(
            sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE
        )
        assert tests.stdout is not None
        assert await tests.stdout.readline() == b"listening\n"
        _, writer = await asyncio.open_unix_connection(str(socket))
        writer.close()
        await writer.wait_closed()
        os.kill(tests.pid, signal.SIGKILL)
        await tests.communicate()
        async with asyncio.timeout(10):
            while True:
                try:
                    _, writer = await asyncio.open_unix_connection(str(socket))
                except (ConnectionRefusedError, FileNotFoundError):
                    return
                writer.close()
                await writer.wait_closed()
                await asyncio.sleep(0.01)

    asyncio.run(main())


def test_minutes_pass_in_seconds_with_the_waits_of_every_day(needs_dbus: None) -> None:
    from .bluez.hurried import run_hurried  # noqa: PLC0415 - it stands on dbus-fast, which only Linux has
    from .bluez.world import World  # noqa: PLC0415

    async def main() -> None:
        loop = asyncio.get_running_loop()
        plan = StrapPlan(speed=1.0, advert_s=0.5)
        async with World(plan) as world:
            lab = Lab(world)
            async with lab.listening(timings=Timings()) as listener:
                await listener.until_beats(60)
                began_s = loop.time()
                lab.strap.drop(away_s=20.0)
                await listener.until_told(LinkState.LOST)
                await listener.until_beats(60)
                assert 60 <= loop.time() - began_s <= 180
            assert listener.beats == lab.sent[: len(listener.beats)]
            assert len(lab.sent) - len(listener.beats) <= 30
            covered_s = sum(listener.beats) / 1024
            assert 100 <= covered_s <= 240

    run_hurried(main(), speed=120.0)
