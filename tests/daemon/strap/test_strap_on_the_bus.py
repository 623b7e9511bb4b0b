"""The strap source against real bleak and a real D-Bus socket, with an imitated bluetoothd behind it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from bleak import BleakClient, BleakScanner

from unhurry.daemon.sources.items import Arrived, RecordingOpened
from unhurry.daemon.strap import BleSource, Timings
from unhurry.daemon.strap.clocks import Clocks, read_clocks
from unhurry.signal import Kind
from unhurry.store import LinkState

InLab = Callable[..., None]
HEART_RATE_SERVICE = "0000180d-0000-1000-8000-00805f9b34fb"


def test_every_beat_the_strap_sends_arrives_once_and_in_order(in_lab: InLab, tmp_path: Path) -> None:
    log = tmp_path / "strap.jsonl"

    async def scenario(lab: Any) -> None:
        async with lab.listening() as listener:
            await listener.until_beats(12)
        lines = [json.loads(line) for line in log.read_text().splitlines()]
        sent = [
            round(rr * 1024 / 1000) for line in lines if line["event"] == "notify" for rr in line["rr_ms"]
        ]
        beats = listener.values(Kind.BEAT)
        assert beats == sent[: len(beats)]
        arrivals = [
            ms for item in listener.items if isinstance(item, Arrived) for ms in item.arrivals.arrival_ms
        ]
        assert arrivals == sorted(arrivals)
        assert len(listener.values(Kind.TICK)) >= 3

    in_lab(scenario, "--log", str(log))


def test_a_source_opens_its_recording_first_and_then_says_what_the_link_does(in_lab: InLab) -> None:
    async def scenario(lab: Any) -> None:
        async with lab.listening() as listener:
            await listener.until_state(LinkState.RECEIVING)
            await listener.until(lambda: listener.links[-1].battery_percent == 87)
        first = listener.items[0]
        assert isinstance(first, RecordingOpened)
        assert (first.recording.source, first.recording.simulated) == ("ble", False)
        told = list(dict.fromkeys(listener.states))
        assert told[:4] == [
            LinkState.LOOKING,
            LinkState.CONNECTING,
            LinkState.SUBSCRIBED,
            LinkState.RECEIVING,
        ]
        assert listener.links[-1].device == "Strap 0001"

    in_lab(scenario)


def test_a_strap_without_intervals_gives_heart_rates(in_lab: InLab) -> None:
    async def scenario(lab: Any) -> None:
        async with lab.listening() as listener:
            await listener.until(lambda: len(listener.values(Kind.HEART_RATE)) >= 3)
        assert listener.values(Kind.BEAT) == []
        assert all(40 <= bpm <= 200 for bpm in listener.values(Kind.HEART_RATE))

    in_lab(scenario, "--no-rr")


def test_a_malformed_frame_is_counted_and_the_beats_go_on(in_lab: InLab) -> None:
    async def scenario(lab: Any) -> None:
        async with lab.listening() as listener:
            await listener.until_beats()
            assert await lab.strap.command(["send", "10"]) == "ok"
            assert await lab.strap.command(["send", "10480000ffff"]) == "ok"
            await listener.until_beats()
        assert sum(listener.source.refusals.counts.values()) == 3
        assert all(200 < rr < 3000 for rr in listener.values(Kind.BEAT))

    in_lab(scenario)


def test_nothing_scans_while_a_strap_is_connected(in_lab: InLab) -> None:
    async def scenario(lab: Any) -> None:
        async with lab.listening() as listener:
            await listener.until_beats()
            assert not lab.bluez.sessions
            assert lab.calls("StartDiscovery") == lab.calls("StopDiscovery") == 1

    in_lab(scenario)


def test_after_a_drop_it_subscribes_again_and_the_beats_come_back(in_lab: InLab) -> None:
    async def scenario(lab: Any) -> None:
        async with lab.listening() as listener:
            await listener.until_beats()
            await lab.strap.drop("timeout")
            await listener.until_state(LinkState.LOST)
            await listener.until_beats()
            assert listener.states[-1] is LinkState.RECEIVING
            assert lab.calls("StartNotify") == 2

    in_lab(scenario)


def test_a_strap_that_goes_silent_is_told_of_and_then_connected_anew(in_lab: InLab) -> None:
    async def scenario(lab: Any) -> None:
        async with lab.listening() as listener:
            await listener.until_beats()
            await lab.pull("clear")
            lab.strap.silent = True
            await listener.until_state(LinkState.SILENT)
            assert "electrodes" in (listener.links[-1].advice or "")
            await listener.until_state(LinkState.LOST)
            await listener.until_beats()

    in_lab(scenario)


def test_a_connection_that_never_brings_a_frame_is_given_up(in_lab: InLab) -> None:
    async def scenario(lab: Any) -> None:
        async with lab.listening() as listener:
            await listener.until_state(LinkState.LOST)
            assert LinkState.RECEIVING not in listener.states

    in_lab(scenario, "--silent-after", "0")


def test_an_adapter_switched_off_is_a_state_with_advice_and_ends_by_itself(in_lab: InLab) -> None:
    async def scenario(lab: Any) -> None:
        async with lab.listening() as listener:
            await listener.until_beats()
            await lab.pull("adapter off")
            await listener.until_state(LinkState.ADAPTER_OFF)
            assert "Switch Bluetooth on" in (listener.links[-1].advice or "")
            told = listener.states.count(LinkState.ADAPTER_OFF)
            await asyncio.sleep(1.0)
            assert listener.states.count(LinkState.ADAPTER_OFF) == told
            await lab.pull("adapter on")
            await listener.until_beats()

    in_lab(scenario)


def test_an_adapter_pulled_out_and_put_back_brings_the_beats_back(in_lab: InLab) -> None:
    async def scenario(lab: Any) -> None:
        async with lab.listening() as listener:
            await listener.until_beats()
            await lab.pull("adapter remove")
            await listener.until_state(LinkState.NO_ADAPTER)
            await lab.pull("adapter add")
            await listener.until_beats()

    in_lab(scenario)


def test_a_bluetoothd_that_is_killed_without_a_word_is_noticed_and_outlived(in_lab: InLab) -> None:
    async def scenario(lab: Any) -> None:
        async with lab.listening() as listener:
            await listener.until_beats()
            await lab.pull("bluez crash")
            await listener.until_state(LinkState.NO_ADAPTER)
            await lab.pull("bluez start")
            await listener.until_beats()

    in_lab(scenario)


def test_a_bluetoothd_killed_and_started_at_once_is_outlived(in_lab: InLab) -> None:
    async def scenario(lab: Any) -> None:
        async with lab.listening() as listener:
            await listener.until_beats()
            await lab.pull("bluez crash")
            await lab.pull("bluez start")
            await listener.until_state(LinkState.LOST)
            await listener.until_beats()

    in_lab(scenario)


def test_a_restart_of_dbus_itself_is_outlived(in_lab: InLab) -> None:
    async def scenario(lab: Any) -> None:
        async with lab.listening() as listener:
            await listener.until_beats()
            await lab.pull("bus stop")
            await listener.until_state(LinkState.NO_ADAPTER)
            await lab.pull("bus start")
            await listener.until_beats()

    in_lab(scenario)


def test_without_dbus_there_is_a_state_and_no_exception(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, quick: Timings
) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={tmp_path / 'nowhere'}")

    async def first_link() -> Any:
        async with asyncio.timeout(10):
            items = BleSource(timings=quick).items()
            opened = await anext(items)
            link = await anext(items)
            await items.aclose()  # type: ignore[attr-defined]
        return opened, link

    opened, link = asyncio.run(first_link())
    assert isinstance(opened, RecordingOpened)
    assert link.state is LinkState.NO_ADAPTER
    assert "D-Bus" in link.advice


def test_cancelling_hangs_up_so_that_the_strap_is_free(in_lab: InLab) -> None:
    async def scenario(lab: Any) -> None:
        async with lab.listening() as listener:
            await listener.until_beats()
        assert lab.calls("Disconnect") == 1
        assert not lab.strap.connected

    in_lab(scenario)


def test_cancelling_in_the_middle_of_connecting_leaves_nothing_connected(in_lab: InLab) -> None:
    async def scenario(lab: Any) -> None:
        await lab.pull("delay StartNotify 5")
        async with lab.listening() as listener:
            await listener.until_state(LinkState.CONNECTING)
            await lab.until(lambda: lab.strap.connected)
        await lab.until(lambda: not lab.strap.connected)
        assert lab.calls("Disconnect") == 1

    in_lab(scenario)


def test_cancelling_ends_in_time_although_bluetoothd_never_answers(in_lab: InLab) -> None:
    async def scenario(lab: Any) -> None:
        async with lab.listening() as listener:
            await listener.until_beats()
            await lab.pull("hang Disconnect 0")
        assert lab.calls("Disconnect") >= 1

    in_lab(scenario)


def test_a_subscription_that_is_never_answered_is_tried_again(in_lab: InLab) -> None:
    async def scenario(lab: Any) -> None:
        await lab.pull("hang StartNotify")
        async with lab.listening() as listener:
            await listener.until_beats()
            assert LinkState.WAITING in listener.states

    in_lab(scenario)


def test_a_strap_that_keeps_refusing_is_called_taken_until_it_answers(in_lab: InLab) -> None:
    async def scenario(lab: Any) -> None:
        await lab.pull("fail Connect Failed 3 Connection refused")
        async with lab.listening() as listener:
            await listener.until_state(LinkState.TAKEN)
            assert "Another app" in (listener.links[-1].advice or "")
            await listener.until_beats()

    in_lab(scenario)


def test_a_strap_left_connected_by_a_killed_process_is_taken_over_without_a_scan(in_lab: InLab) -> None:
    async def scenario(lab: Any) -> None:
        found = await BleakScanner.discover(0.5, return_adv=False, service_uuids=[HEART_RATE_SERVICE])
        orphan = BleakClient(found[0])
        await orphan.connect()
        scans = lab.calls("StartDiscovery")
        async with lab.listening() as listener:
            await listener.until_beats()
            assert lab.calls("StartDiscovery") == scans
        await orphan.disconnect()

    in_lab(scenario)


def test_the_strap_that_was_named_is_taken_and_no_other(in_lab: InLab) -> None:
    async def scenario(lab: Any) -> None:
        async with lab.listening("other") as listener:
            await listener.until_beats()
            assert listener.links[-1].device == "Other strap"
            assert not lab.strap.connected

    in_lab(scenario, "--also", "Other strap")


def test_a_named_strap_out_of_reach_is_looked_for_and_the_others_are_mentioned(
    in_lab: InLab, quick: Timings
) -> None:
    async def scenario(lab: Any) -> None:
        async with lab.listening("H10 77", timings=replace(quick, look_s=0.6)) as listener:
            await listener.until(lambda: bool(listener.links) and listener.links[-1].advice is not None)
            assert listener.states[-1] is LinkState.LOOKING
            assert listener.links[-1].advice == "H10 77 is not in reach, but this is: Strap 0001."

    in_lab(scenario)


def test_sleep_ends_the_recording_and_opens_another_with_a_new_clock(in_lab: InLab) -> None:
    asleep_ns = 0

    def clocks() -> Clocks:
        now = read_clocks()
        return replace(
            now, awake_or_not_ns=now.awake_or_not_ns + asleep_ns, wall_ms=now.wall_ms + asleep_ns // 10**6
        )

    async def scenario(lab: Any) -> None:
        nonlocal asleep_ns
        async with lab.listening(clocks=clocks) as listener:
            await listener.until_beats()
            asleep_ns = 3600 * 10**9
            await listener.until(
                lambda: sum(isinstance(item, RecordingOpened) for item in listener.items) == 2
            )
            await listener.until_state(LinkState.LOST)
            await listener.until_beats()
        opened = [index for index, item in enumerate(listener.items) if isinstance(item, RecordingOpened)]
        first, second = (listener.items[index] for index in opened)
        assert isinstance(first, RecordingOpened)
        assert isinstance(second, RecordingOpened)
        assert second.recording.anchor.wall_ms - first.recording.anchor.wall_ms >= 3_600_000
        after = [item for item in listener.items[opened[1] :] if isinstance(item, Arrived)]
        assert after[0].arrivals.arrival_ms[0] < 3_000

    in_lab(scenario)
