"""What a strap daemon must survive, row by row: rows 6 to 11, 17, 25, 27 and 28 of docs/strap.md, about the link."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from unhurry.config import Settings
from unhurry.daemon.care import StrapCare
from unhurry.daemon.loop import run_service
from unhurry.daemon.sources import LinkChanged
from unhurry.daemon.strap import BleSource
from unhurry.signal import Parameters
from unhurry.store import LinkState, migrate, open_database

from .bluez.plan import MEASUREMENT, StrapPlan
from .lab import QUICK, InLab, Lab, beats_are_back, loop_clocks

# 6: scanning or connecting elsewhere delays notifications by seconds; then they come at once.


def test_row_06_a_late_burst_is_neither_silence_nor_loss(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.listening(timings=replace(QUICK, silent_s=2.0, recycle_s=4.0)) as listener:
            await listener.until_beats()
            lab.strap.hold(8)
            before = len(lab.sent)
            await lab.until(lambda: len(lab.sent) >= before + 6)
            await beats_are_back(lab, listener)
            assert listener.changes[-1] is LinkState.RECEIVING
            assert LinkState.SILENT not in listener.states

    in_lab(scenario)


# 7: AcquireNotify kills the link of some straps, or brings no frames.


def test_row_07_notifications_are_started_and_never_acquired(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.listening() as listener:
            await listener.until_beats()
        assert lab.device.subscriptions[MEASUREMENT] == 1
        assert lab.calls("AcquireNotify") == 0

    in_lab(scenario)


# 8: BlueZ drops the device between the scan and the connection.


def test_row_08_a_strap_that_bluez_forgot_after_the_scan_is_looked_for_again(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        lab.world.bluetoothd.forgets_after_scans = True
        async with lab.listening() as listener:
            await listener.until_told(LinkState.WAITING)
            lab.world.bluetoothd.forgets_after_scans = False
            await beats_are_back(lab, listener)

    in_lab(scenario)


# 9: `le-connection-abort-by-local`: interference, Wi-Fi beside.


def test_row_09_an_aborted_connection_ends_in_time_and_is_tried_again(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        lab.rules.fail("Connect", "Failed", 1, "le-connection-abort-by-local")
        # bleak waits for a disconnection that does not come: only a limit helps.
        async with lab.listening(timings=replace(QUICK, connect_s=0.6)) as listener:
            await listener.until_told(LinkState.WAITING)
            await beats_are_back(lab, listener)

    in_lab(scenario)


# 10: the link drops every 30, 60, 100 or 150 s: the strap's wish for other connection parameters was refused.


def test_row_10_a_link_that_drops_again_and_again_costs_no_beat_that_was_sent(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.listening() as listener:
            for _ in range(3):
                await listener.until_told(LinkState.RECEIVING)
                await listener.until_beats(2)
                lab.strap.drop()
                await listener.until_told(LinkState.LOST)
            await beats_are_back(lab, listener)
            assert lab.device.subscriptions[MEASUREMENT] == 4

    in_lab(scenario)


def test_row_10_drops_at_a_fixed_time_bring_the_advice_that_names_this_page() -> None:
    care = StrapCare()
    for start_s in (0, 35, 70):
        ends = ((LinkState.LOST, start_s + 30), (LinkState.LOOKING, start_s + 30))
        for state, at_s in ((LinkState.RECEIVING, start_s), *ends):
            care.link(LinkChanged(state=state, t_ms=at_s * 1000, device="Strap 0001"))
    assert care.advice is not None
    assert "every 30 seconds" in care.advice.sentence
    assert "docs/strap.md" in care.advice.sentence


# 11: connected again, and nothing comes: nobody subscribed again.


def test_row_11_a_connection_that_stays_mute_is_made_anew(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.listening(timings=replace(QUICK, first_frame_s=0.6)) as listener:
            await listener.until_beats()
            lab.strap.silent_connections = 1
            lab.strap.drop()
            await listener.until_told(LinkState.LOST)
            await listener.until_told(LinkState.SUBSCRIBED)
            await beats_are_back(lab, listener)
            assert lab.device.subscriptions[MEASUREMENT] == 3
            assert lab.strap.ends == ["remote", "local"]

    in_lab(scenario)


# 17: no battery level, or the system keeps it.


@pytest.mark.parametrize("plan", [StrapPlan(battery_percent=None), StrapPlan(battery_readable=False)])
def test_row_17_a_battery_that_cannot_be_read_costs_nothing(in_lab: InLab, plan: StrapPlan) -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.listening() as listener:
            await listener.until_beats(6)
            await beats_are_back(lab, listener)
        assert listener.links[-1].battery_percent is None
        assert listener.changes[-1] is LinkState.RECEIVING
        assert lab.strap.ends == ["local"]

    in_lab(scenario, plan)


# 25: another app holds the strap.


def test_row_25_a_strap_that_keeps_refusing_is_called_taken_until_it_answers(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        lab.rules.fail("Connect", "Failed", 3, "Connection refused")
        async with lab.listening() as listener:
            await listener.until_state(LinkState.TAKEN)
            assert "Another app" in (listener.links[-1].advice or "")
            await beats_are_back(lab, listener)

    in_lab(scenario)


def test_row_25_a_strap_that_a_phone_holds_is_not_heard_and_the_advice_says_so(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        lab.strap.go_away()
        async with lab.listening(timings=replace(QUICK, look_s=0.4)) as listener:
            await listener.until(lambda: bool(listener.links) and listener.links[-1].advice is not None)
            assert listener.states[-1] is LinkState.LOOKING
            assert "close apps that may hold it" in (listener.links[-1].advice or "")
            lab.strap.come_back()
            await beats_are_back(lab, listener)

    in_lab(scenario)


# 27: what had come is lost when the link ends.


class Links:
    """A channel that remembers the link."""

    def __init__(self) -> None:
        self.states: list[LinkState] = []

    def link(self, link: LinkChanged) -> None:
        self.states.append(link.state)

    def offer(self, offer: object) -> None: ...

    def closed(self, closed: object) -> None: ...


def test_row_27_every_beat_sent_before_a_drop_is_in_the_database_once(in_lab: InLab, tmp_path: Path) -> None:
    database = tmp_path / "unhurry.db"
    migrate(database)

    async def scenario(lab: Lab) -> None:
        stop, links = asyncio.Event(), Links()
        source = BleSource(timings=QUICK, clocks=loop_clocks)
        serving = asyncio.create_task(
            run_service(source, database, Settings(), Parameters(), stop=stop, channels=(links,))
        )
        for count in (5, 10):
            await lab.until(lambda count=count: len(lab.sent) >= count or serving.done())  # type: ignore[misc]
            # At once after a beat: it is still on its way.
            lab.strap.drop()
        await lab.until(lambda: len(lab.sent) >= 15 or serving.done())
        sent = lab.sent
        stop.set()
        assert await serving == "stopped"
        assert links.states.count(LinkState.LOST) == 2
        with open_database(database, read_only=True) as db:
            stored = [rr for (rr,) in db.rows("SELECT rr_1024 FROM beats ORDER BY t_ms")]
        assert stored[: len(sent)] == sent
        assert stored == lab.sent[: len(stored)]

    in_lab(scenario)


# 28: the wearer is not told of a loss, or of every blip.


def test_row_28_a_blip_is_not_worth_a_word_and_a_loss_is_told_once(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        timings = replace(QUICK, look_s=0.4, silent_s=2.0, recycle_s=4.0)
        async with lab.listening(timings=timings) as listener:
            # By then the strap has told what it has to tell about itself.
            await listener.until_beats(8)
            told = len(listener.links)
            lab.strap.hold(5)
            await listener.until_beats(8)
            assert len(listener.links) == told
            lab.strap.go_away()
            await listener.until_told(LinkState.LOST)
            searches = lab.calls("StartDiscovery")
            await lab.until(lambda: lab.calls("StartDiscovery") >= searches + 4)
            said = [(link.state, link.advice) for link in listener.links[told:]]
            assert len(said) == len(set(said))
            assert [state for state, _ in said].count(LinkState.LOST) == 1

    in_lab(scenario)


def test_row_28_silence_is_told_with_what_helps(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.listening() as listener:
            await listener.until_beats()
            lab.strap.silent = True
            await listener.until_state(LinkState.SILENT)
            assert "electrodes" in (listener.links[-1].advice or "")
            await listener.until_state(LinkState.LOST)
            await beats_are_back(lab, listener)

    in_lab(scenario)
