"""The strap source against real bleak and a real D-Bus socket, with a scripted bluetoothd behind it.

What it does when things go wrong is in test_failure_table_*.py.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from unhurry.daemon.sources.items import Arrived, RecordingOpened
from unhurry.daemon.strap import BleSource, Timings
from unhurry.signal import Kind
from unhurry.store import LinkState

from .bluez.plan import MEASUREMENT, OTHER_STRAP, StrapPlan
from .lab import QUICK, InLab, Lab

HEART_RATE_SERVICE = "0000180d-0000-1000-8000-00805f9b34fb"


def test_every_beat_the_strap_sends_arrives_once_and_in_order(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.listening() as listener:
            await listener.until_beats(12)
        assert listener.beats == lab.sent[: len(listener.beats)]
        arrivals = [
            ms for item in listener.items if isinstance(item, Arrived) for ms in item.arrivals.arrival_ms
        ]
        assert arrivals == sorted(arrivals)
        assert len(listener.values(Kind.TICK)) >= 3

    in_lab(scenario)


def test_a_tick_stands_where_it_was_due_and_never_before_what_had_arrived(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.listening() as listener:
            await listener.until_beats(12)
        rows = [
            row
            for item in listener.items
            if isinstance(item, Arrived)
            for row in zip(item.arrivals.arrival_ms.tolist(), item.arrivals.kind.tolist(), strict=True)
        ]
        every_ms = round(QUICK.tick_s * 1000)
        ticks = [i for i, (_, kind) in enumerate(rows) if kind == Kind.TICK]
        assert len(ticks) >= 3
        for i in ticks:
            assert rows[i][0] % every_ms == 0 or rows[i][0] == rows[i - 1][0]
        assert any(rows[i][0] % every_ms == 0 for i in ticks)

    in_lab(scenario)


def test_a_source_opens_its_recording_first_and_then_says_what_the_link_does(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
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
    async def scenario(lab: Lab) -> None:
        async with lab.listening() as listener:
            await listener.until(lambda: len(listener.values(Kind.HEART_RATE)) >= 3)
        assert listener.values(Kind.BEAT) == []
        assert all(40 <= bpm <= 200 for bpm in listener.values(Kind.HEART_RATE))

    in_lab(scenario, StrapPlan(intervals=False))


def test_a_malformed_frame_is_counted_and_the_beats_go_on(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.listening() as listener:
            await listener.until_beats()
            lab.strap.send(bytes.fromhex("10"))
            lab.strap.send(bytes.fromhex("10480000ffff"))
            await listener.until_beats()
        assert sum(listener.source.refusals.counts.values()) == 3
        assert all(200 < rr < 3000 for rr in listener.values(Kind.BEAT))

    in_lab(scenario)


def test_nothing_scans_while_a_strap_is_connected(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.listening() as listener:
            await listener.until_beats()
            assert not lab.world.bluetoothd.adapter.scanning
            assert lab.calls("StartDiscovery") == lab.calls("StopDiscovery") == 1

    in_lab(scenario)


def test_after_a_drop_it_subscribes_again_and_the_beats_come_back(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.listening() as listener:
            await listener.until_beats()
            lab.strap.drop(away_s=0.2)
            await listener.until_state(LinkState.LOST)
            await listener.until_beats()
            assert listener.states[-1] is LinkState.RECEIVING
            assert lab.device.subscriptions[MEASUREMENT] == 2

    in_lab(scenario)


def test_a_strap_that_goes_silent_is_told_of_and_then_connected_anew(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.listening() as listener:
            await listener.until_beats()
            lab.strap.silent = True
            await listener.until_state(LinkState.SILENT)
            assert "electrodes" in (listener.links[-1].advice or "")
            await listener.until_state(LinkState.LOST)
            await listener.until_beats()

    in_lab(scenario)


def test_a_connection_that_never_brings_a_frame_is_given_up(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        lab.strap.silent_connections = 1
        async with lab.listening() as listener:
            await listener.until_state(LinkState.LOST)
            assert LinkState.RECEIVING not in listener.states

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
    async def scenario(lab: Lab) -> None:
        async with lab.listening() as listener:
            await listener.until_beats()
        assert lab.calls("Disconnect") == 1
        assert not lab.strap.connected

    in_lab(scenario)


def test_cancelling_in_the_middle_of_connecting_leaves_nothing_connected(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        lab.rules.delay("StartNotify", 5)
        async with lab.listening() as listener:
            await listener.until_state(LinkState.CONNECTING)
            await lab.until(lambda: lab.strap.connected)
        await lab.until(lambda: not lab.strap.connected)
        assert lab.calls("Disconnect") == 1

    in_lab(scenario)


def test_cancelling_ends_in_time_although_bluetoothd_never_answers(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.listening() as listener:
            await listener.until_beats()
            lab.rules.hang("Disconnect", times=None)
        assert lab.calls("Disconnect") >= 1

    in_lab(scenario)


def test_a_subscription_that_is_never_answered_is_tried_again(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        lab.rules.hang("StartNotify")
        async with lab.listening() as listener:
            await listener.until_beats()
            assert LinkState.WAITING in listener.states

    in_lab(scenario)


def test_the_strap_that_was_named_is_taken_and_no_other(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.listening("other") as listener:
            await listener.until_beats()
            assert listener.links[-1].device == "Other strap"
            assert not lab.strap.connected

    in_lab(scenario, StrapPlan(), OTHER_STRAP)


def test_a_named_strap_out_of_reach_is_looked_for_and_the_others_are_mentioned(
    in_lab: InLab, quick: Timings
) -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.listening("H10 77", timings=replace(quick, look_s=0.6)) as listener:
            await listener.until(lambda: bool(listener.links) and listener.links[-1].advice is not None)
            assert listener.states[-1] is LinkState.LOOKING
            assert listener.links[-1].advice == "H10 77 is not in reach, but this is: Strap 0001."

    in_lab(scenario)
