"""What a strap daemon must survive, row by row: rows 1 to 5 and 12 to 16 of docs/strap.md, about the computer."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from dataclasses import replace

import pytest
from bleak.exc import BleakBluetoothNotAvailableError, BleakBluetoothNotAvailableReason

from unhurry.daemon.sources.items import Arrived
from unhurry.daemon.strap import Trouble, trouble_of
from unhurry.daemon.strap.clocks import Clocks
from unhurry.store import LinkState

from .bluez.plan import MEASUREMENT, StrapPlan
from .lab import QUICK, InLab, Lab, beats_are_back, loop_clocks

HOUR_NS = 3600 * 10**9
CONNECT_AND_WAIT = """
import asyncio, sys
from bleak import BleakClient, BleakScanner

async def main():
    found = await BleakScanner.discover(0.3, service_uuids=["0000180d-0000-1000-8000-00805f9b34fb"])
    client = BleakClient(found[0])
    await client.connect()
    print("connected", flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


# 1: bluetoothd dies: no callback, `is_connected` stays true, silence.


def test_row_01_a_killed_bluetoothd_says_nothing_and_the_silence_tells(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.listening() as listener:
            await listener.until_beats()
            await lab.world.kill_bluetoothd()
            await listener.until_state(LinkState.NO_ADAPTER)
            assert LinkState.SILENT in listener.states
            assert "Bluetooth service" in (listener.links[-1].advice or "")
            await lab.world.start_bluetoothd()
            await beats_are_back(lab, listener)

    in_lab(scenario)


def test_row_01_a_bluetoothd_killed_and_started_at_once_is_not_believed(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.listening() as listener:
            await listener.until_beats()
            await lab.world.kill_bluetoothd()
            await lab.world.start_bluetoothd()
            await listener.until_state(LinkState.LOST)
            await beats_are_back(lab, listener)

    in_lab(scenario)


def test_row_01_a_bluetoothd_that_was_killed_is_not_waited_for_as_a_silent_strap_is(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.listening(timings=replace(QUICK, recycle_s=30.0)) as listener:
            await listener.until_beats()
            await lab.world.kill_bluetoothd()
            await lab.world.start_bluetoothd()
            await listener.until_state(LinkState.LOST)
            silent, lost = listener.links[-2:]
            assert silent.state is LinkState.SILENT
            assert lost.t_ms - silent.t_ms < 10_000
            await beats_are_back(lab, listener)

    in_lab(scenario)


def test_row_01_a_bluetoothd_that_is_restarted_in_order_is_found_again(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.listening() as listener:
            await listener.until_beats()
            await lab.world.stop_bluetoothd()
            await listener.until_told(LinkState.LOST)
            await lab.world.start_bluetoothd()
            await beats_are_back(lab, listener)

    in_lab(scenario)


# 2: the D-Bus daemon or its socket dies.


def test_row_02_a_dead_dbus_is_a_state_and_its_return_is_noticed(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.listening() as listener:
            await listener.until_beats()
            await lab.world.stop_bus()
            await listener.until_state(LinkState.NO_ADAPTER)
            await lab.world.start_bus()
            await beats_are_back(lab, listener)

    in_lab(scenario)


# 3: a process was killed: BlueZ keeps the link, the strap advertises no more, a scan finds nothing.


def test_row_03_a_killed_process_leaves_the_link_and_the_strap_is_taken_over(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        victim = await asyncio.create_subprocess_exec(
            sys.executable, "-c", CONNECT_AND_WAIT, stdout=asyncio.subprocess.PIPE, env=dict(os.environ)
        )
        assert victim.stdout is not None
        assert await victim.stdout.readline() == b"connected\n"
        victim.kill()
        await victim.communicate()
        assert lab.strap.connected
        assert not lab.strap.advertises.is_set()
        scans = lab.calls("StartDiscovery")
        async with lab.listening() as listener:
            await beats_are_back(lab, listener)
            assert lab.calls("StartDiscovery") == scans

    in_lab(scenario, hurry=1.0)


def test_row_03_a_strap_left_connected_is_let_go_of_by_a_clean_exit(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.listening() as listener:
            await listener.until_beats()
        assert not lab.strap.connected
        assert lab.strap.advertises.is_set()

    in_lab(scenario, StrapPlan(connected_before=True))


# 4: `InProgress` on Connect: a connection attempt that nobody waits for any longer.


def test_row_04_a_connection_in_progress_is_given_up_and_tried_again(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        lab.rules.fail("Connect", "InProgress", 2, "In Progress")
        async with lab.listening() as listener:
            await listener.until_told(LinkState.WAITING)
            assert "busy" in (listener.links[-1].advice or "")
            await beats_are_back(lab, listener)
            # Whoever began it: hanging up ends it.
            assert lab.calls("Disconnect") >= 2

    in_lab(scenario)


# 5: `InProgress` on StopDiscovery; later scans hear nothing until the adapter is reset.


def test_row_05_a_scan_that_will_not_stop_does_not_keep_the_strap_away(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        lab.rules.fail("StopDiscovery", "InProgress", None, "Operation already in progress")
        async with lab.listening() as listener:
            await beats_are_back(lab, listener)

    in_lab(scenario)


def test_row_05_a_radio_gone_deaf_is_listened_to_until_it_was_reset(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        lab.world.bluetoothd.adapter.deaf = True
        async with lab.listening(timings=replace(QUICK, look_s=0.4)) as listener:
            await lab.until(lambda: lab.calls("StartDiscovery") >= 3)
            assert listener.states[-1] is LinkState.LOOKING
            assert "No strap is in reach" in (listener.links[-1].advice or "")
            lab.world.switch_off()
            await listener.until_told(LinkState.ADAPTER_OFF)
            lab.world.switch_on()
            await beats_are_back(lab, listener)

    in_lab(scenario)


# 12: the laptop sleeps: afterwards nothing comes until the program is started again.


def test_row_12_sleep_ends_the_recording_and_the_link_is_made_anew(in_lab: InLab) -> None:
    asleep_ns = 0

    def clocks() -> Clocks:
        now = loop_clocks()
        return replace(
            now, awake_or_not_ns=now.awake_or_not_ns + asleep_ns, wall_ms=now.wall_ms + asleep_ns // 10**6
        )

    async def scenario(lab: Lab) -> None:
        nonlocal asleep_ns
        async with lab.listening(clocks=clocks) as listener:
            await listener.until_beats()
            asleep_ns = HOUR_NS
            await listener.until(lambda: len(listener.recordings) == 2)
            await lab.until(lambda: lab.device.subscriptions[MEASUREMENT] == 2)
            await listener.until_beats()
        first, second = listener.recordings
        assert second.recording.anchor.wall_ms - first.recording.anchor.wall_ms >= 3_600_000
        after = listener.items[listener.items.index(second) :]
        rows = next(item.arrivals for item in after if isinstance(item, Arrived))
        # Its clock begins anew: nothing is concluded across the gap.
        assert rows.arrival_ms[0] < 3_000

    in_lab(scenario)


# 13: the adapter is switched off and on, or pulled out: errors for ever, thousands of lines in the log.


@pytest.mark.parametrize(
    ("away", "back", "state", "words"),
    [
        ("switch_off", "switch_on", LinkState.ADAPTER_OFF, "Switch Bluetooth on"),
        ("unplug", "plug_in", LinkState.NO_ADAPTER, "plug one in"),
    ],
)
def test_row_13_an_adapter_that_leaves_is_told_once_and_its_return_is_noticed(
    in_lab: InLab, caplog: pytest.LogCaptureFixture, away: str, back: str, state: LinkState, words: str
) -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.listening() as listener:
            await listener.until_beats()
            getattr(lab.world, away)()
            await listener.until_state(state)
            assert words in (listener.links[-1].advice or "")
            caplog.clear()
            told = len(listener.links)
            await asyncio.sleep(1.0)
            assert len(listener.links) == told
            assert len(caplog.records) == 0
            getattr(lab.world, back)()
            await beats_are_back(lab, listener)

    caplog.set_level(logging.INFO, "unhurry.daemon.strap")
    in_lab(scenario)


# 14: macOS without permission; on Linux it is the policy of the bus.


def test_row_14_a_missing_permission_is_a_state_with_the_way_to_give_it(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.listening() as listener:
            await listener.until_state(LinkState.NOT_PERMITTED)
            assert "usermod" in (listener.links[-1].advice or "")

    in_lab(scenario, permitted=False)


@pytest.mark.parametrize(
    "reason",
    [
        BleakBluetoothNotAvailableReason.DENIED_BY_USER,
        BleakBluetoothNotAvailableReason.DENIED_BY_SYSTEM,
        BleakBluetoothNotAvailableReason.DENIED_BY_UNKNOWN,
    ],
)
def test_row_14_what_macos_raises_leads_to_its_privacy_settings(
    reason: BleakBluetoothNotAvailableReason,
) -> None:
    trouble = trouble_of(BleakBluetoothNotAvailableError("BLE is not authorized", reason))
    assert trouble.state is LinkState.NOT_PERMITTED
    assert "Privacy & Security" in Trouble(trouble.cause, trouble.detail, "darwin").advice


# 15: Windows: calls that hang, drops in the middle of discovery, services that never come after an unclean exit.


def test_row_15_services_that_never_come_are_not_waited_for(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        lab.device.discovery_s = 60.0
        async with lab.listening(timings=replace(QUICK, connect_s=0.6)) as listener:
            await listener.until_told(LinkState.WAITING)
            lab.device.discovery_s = 0.05
            await beats_are_back(lab, listener)

    in_lab(scenario)


def test_row_15_a_link_lost_in_the_middle_of_discovery_is_tried_again(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        lab.device.discovery_s = 0.5
        async with lab.listening() as listener:
            await lab.until(lambda: lab.strap.connected)
            lab.strap.drop()
            await listener.until_told(LinkState.WAITING)
            await beats_are_back(lab, listener)

    in_lab(scenario)


def test_row_15_a_call_that_is_never_answered_has_a_limit_of_our_own(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        lab.rules.hang("Connect")
        lab.rules.hang("StartDiscovery")
        timings = replace(QUICK, connect_s=30.0, connect_outer_s=0.6, answer_s=0.4, grace_s=0.2)
        async with lab.listening(timings=timings) as listener:
            await listener.until_told(LinkState.WAITING)
            await beats_are_back(lab, listener)

    in_lab(scenario)


# 16: services are missing although they are said to be resolved.


def test_row_16_missing_services_are_asked_for_again(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        lab.device.hollow_connections = 1
        async with lab.listening() as listener:
            await listener.until_told(LinkState.WAITING)
            assert "offers no heart rate" in (listener.links[-1].advice or "")
            await beats_are_back(lab, listener)

    in_lab(scenario)
