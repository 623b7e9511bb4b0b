"""Which strap is taken, when the wearer is asked, and how a pause lets the strap go."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from bleak.backends.device import BLEDevice

from unhurry.daemon.sources import Arrived, ChooseStrap, LinkChanged, Pause, Resume
from unhurry.daemon.strap import StrapInReach, Timings
from unhurry.daemon.strap.choosing import advice_on, choices, followed, joined
from unhurry.daemon.strap.clocks import Clocks
from unhurry.daemon.strap.finding import Wanted, choose
from unhurry.signal import Kind
from unhurry.store import LinkState, StrapChoice

from .bluez.plan import OTHER_STRAP, StrapPlan
from .lab import InLab, Lab, Listener, loop_clocks


def _strap(name: str, number: int, rssi_dbm: int | None = -50) -> StrapInReach:
    address = f"C0:00:00:00:00:{number:02X}"
    return StrapInReach(name, address, rssi_dbm, None, False, BLEDevice(address, name, None))


MINE = _strap("Polar H10 1111", 1, -80)
YOURS = _strap("TICKR 2222", 2, -40)
FRIENDS = _strap("Polar H10 3333", 3)
NOBODYS: tuple[StrapInReach, ...] = ()

TABLE = [
    # heard, wanted, taken at the last call, asked about
    ("nothing is heard", NOBODYS, Wanted(), None, NOBODYS),
    ("the only one", (YOURS,), Wanted(), YOURS, NOBODYS),
    ("two strangers", (MINE, YOURS), Wanted(), None, (MINE, YOURS)),
    ("the named one among others", (MINE, YOURS), Wanted(name="H10"), MINE, NOBODYS),
    ("another than the named one", (YOURS,), Wanted(name="H10"), None, NOBODYS),
    ("the named one before the remembered one", (MINE, YOURS), Wanted("tickr", MINE.address), YOURS, NOBODYS),
    ("one's own among stronger ones", (MINE, YOURS, FRIENDS), Wanted(None, MINE.address), MINE, NOBODYS),
    ("one stranger where one's own is expected", (YOURS,), Wanted(None, MINE.address), None, (YOURS,)),
    ("strangers only", (YOURS, FRIENDS), Wanted(None, MINE.address), None, (FRIENDS, YOURS)),
    ("one's own was here a moment ago", (YOURS,), Wanted(None, MINE.address, loyal=True), None, NOBODYS),
]


@pytest.mark.parametrize(
    ("heard", "wanted", "taken", "asked"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_which_strap_is_taken_and_about_which_the_wearer_is_asked(
    heard: tuple[StrapInReach, ...],
    wanted: Wanted,
    taken: StrapInReach | None,
    asked: tuple[StrapInReach, ...],
) -> None:
    assert choose(heard, wanted, last_call=True) is taken
    if taken is None:
        assert [choice.address for choice in choices(heard, wanted)] == [strap.address for strap in asked]


def test_before_the_last_call_only_the_wearers_own_strap_is_taken() -> None:
    assert choose((YOURS,), Wanted(), last_call=False) is None
    assert choose((YOURS, MINE), Wanted(remembered=MINE.address), last_call=False) is MINE


A = StrapChoice("Polar H10", "C0:11:22:33:44:0A", -50)
B = StrapChoice("TICKR", "C0:11:22:33:55:0B", -70)


def test_the_question_names_the_straps_and_tells_two_of_one_name_apart() -> None:
    two = advice_on((A, B), own_missing=False)
    assert two == "Two straps are in reach: Polar H10 and TICKR. Choose yours on the page or with --strap."
    twins = advice_on((A, replace(B, name="Polar H10")), own_missing=False)
    assert "Polar H10 (44:0A) and Polar H10 (55:0B)." in twins
    other = advice_on((B,), own_missing=True)
    assert other.startswith("Your strap is not in reach, but TICKR is. If you wear it")
    several = advice_on((A, B), own_missing=True)
    assert "Polar H10 and TICKR are. If you wear one of them" in several
    many = tuple(replace(A, address=f"C0:11:22:33:44:{n:02X}") for n in range(9))
    assert advice_on(many, own_missing=False).startswith("Several straps are in reach: ")


def test_who_was_heard_once_stays_in_the_question_while_one_listens() -> None:
    assert joined((A,), (B,)) == (A, B)
    assert joined((A, B), (replace(A, rssi_dbm=-60),)) == (A, B)


def test_a_little_more_or_less_strength_is_no_news() -> None:
    assert followed((A, B), (replace(A, rssi_dbm=-60), replace(B, rssi_dbm=-40))) == (
        A,
        replace(B, rssi_dbm=-40),
    )
    assert followed((A, B), (replace(A, rssi_dbm=None),)) == (replace(A, rssi_dbm=None),)


TWO = (StrapPlan(), OTHER_STRAP)


def _in_reach(listener: Listener) -> list[str]:
    return [choice.name for choice in listener.links[-1].in_reach] if listener.links else []


def _state(listener: Listener) -> LinkState:
    return listener.states[-1]


async def _until_asked(listener: Listener, *names: str) -> None:
    await listener.until(lambda: _in_reach(listener) == list(names))


def test_between_two_unknown_straps_the_wearer_is_asked_and_none_is_taken(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.listening() as listener:
            await _until_asked(listener, "Other strap", "Strap 0001")
            told = listener.links[-1]
            assert told.state is LinkState.LOOKING
            assert told.advice is not None
            assert told.advice.startswith("Two straps are in reach: Other strap and Strap 0001.")
            assert lab.calls("Connect") == 0

    in_lab(scenario, *TWO)


def test_the_question_stands_over_many_searches_and_is_told_once(in_lab: InLab, quick: Timings) -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.listening(timings=replace(quick, look_s=0.5)) as listener:
            await _until_asked(listener, "Other strap", "Strap 0001")
            told, searches = len(listener.links), lab.calls("StartDiscovery")
            await lab.until(lambda: lab.calls("StartDiscovery") >= searches + 3)
            assert len(listener.links) == told

    in_lab(scenario, *TWO)


def test_the_strap_that_is_chosen_is_taken_at_once_and_the_question_is_gone(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.listening() as listener:
            await _until_asked(listener, "Other strap", "Strap 0001")
            listener.source.wish(ChooseStrap(OTHER_STRAP.address))
            await listener.until_beats()
            assert listener.links[-1].address == OTHER_STRAP.address
            assert not _in_reach(listener)
            assert not lab.strap.connected
            assert lab.calls("StartDiscovery") == 1

    in_lab(scenario, *TWO)


def test_the_remembered_strap_is_taken_although_another_is_stronger(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.listening(remembered=OTHER_STRAP.address) as listener:
            await listener.until_beats()
            assert listener.links[-1].device == OTHER_STRAP.name
            assert all(not link.in_reach for link in listener.links)

    in_lab(scenario, *TWO)


def test_a_stranger_alone_is_not_taken_for_the_strap_that_is_remembered(
    in_lab: InLab, quick: Timings
) -> None:
    async def scenario(lab: Lab) -> None:
        quickly = replace(quick, look_s=0.5)
        async with lab.listening(remembered="C2:00:00:00:00:09", timings=quickly) as listener:
            await _until_asked(listener, "Strap 0001")
            assert lab.calls("Connect") == 0
            listener.source.wish(ChooseStrap(lab.strap.plan.address))
            await listener.until_beats()

    in_lab(scenario)


def test_choosing_another_strap_lets_go_of_the_one_that_is_connected(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.listening("0001") as listener:
            await listener.until_beats()
            listener.source.wish(ChooseStrap(OTHER_STRAP.address))
            await listener.until(lambda: listener.links[-1].device == OTHER_STRAP.name)
            await listener.until_beats()
            assert not lab.strap.connected

    in_lab(scenario, *TWO)


def test_a_choice_made_while_another_strap_is_already_settled_on_holds(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        lab.rules.delay("StopDiscovery", 0.5)
        async with lab.listening(remembered=lab.strap.plan.address) as listener:
            await lab.until(lambda: lab.calls("StopDiscovery") == 1)
            listener.source.wish(ChooseStrap(OTHER_STRAP.address))
            await listener.until_state(LinkState.RECEIVING)
            assert listener.links[-1].device == OTHER_STRAP.name
            assert lab.strap.sent == []

    in_lab(scenario, *TWO)


def test_nothing_is_kept_of_what_comes_while_the_link_hangs_up_for_a_pause(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.listening() as listener:
            await listener.until_beats()
            lab.rules.delay("Disconnect", 0.6)
            listener.source.wish(Pause())
            kept = len(listener.beats)
            await lab.until(lambda: not lab.strap.connected)
            assert len(lab.sent) > kept, "the strap went on for a moment"
            assert len(listener.beats) == kept

    in_lab(scenario)


def test_stopping_in_the_middle_of_a_hang_up_still_lets_the_strap_go(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.listening() as listener:
            await listener.until(lambda: bool(listener.values(Kind.MOTION)))
            lab.rules.delay("WriteValue", 0.6)
            listener.source.wish(Pause())
            await asyncio.sleep(0.2)
        await lab.until(lambda: not lab.strap.connected)
        assert lab.calls("Disconnect") == 1

    in_lab(scenario, StrapPlan(accelerometer=True))


def test_a_pause_hangs_up_and_searches_for_nothing_until_the_wearer_goes_on(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.listening() as listener:
            await listener.until_beats()
            assert set(listener.values(Kind.TICK)) <= {0.0}
            listener.source.wish(Pause())
            await listener.until_state(LinkState.PAUSED)
            await lab.until(lambda: not lab.strap.connected)
            searches, ticks = lab.calls("StartDiscovery"), len(listener.values(Kind.TICK))
            await listener.until(lambda: len(listener.values(Kind.TICK)) >= ticks + 4)
            assert listener.values(Kind.TICK)[ticks:] == [1.0] * (len(listener.values(Kind.TICK)) - ticks)
            assert lab.calls("StartDiscovery") == searches
            assert _state(listener) is LinkState.PAUSED
            listener.source.wish(Resume())
            await listener.until_beats()
            assert _state(listener) is LinkState.RECEIVING
            assert listener.values(Kind.TICK)[-1] == 0.0

    in_lab(scenario)


def test_a_pause_asked_for_before_the_radio_is_touched_leaves_it_alone(in_lab: InLab, quick: Timings) -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.listening() as listener:
            # The listener takes the opening of the recording and goes on at its next turn: ours comes first.
            await asyncio.sleep(0)
            listener.source.wish(Pause())
            await listener.until(lambda: listener.values(Kind.TICK)[-3:] == [1.0] * 3)
            assert listener.changes == [LinkState.PAUSED]
            assert lab.calls("StartDiscovery") == lab.calls("Connect") == 0

    in_lab(scenario)


@pytest.mark.parametrize("method", ["Connect", "StartNotify", "Disconnect"])
def test_a_pause_holds_although_bluetoothd_does_not_answer(in_lab: InLab, method: str) -> None:
    async def scenario(lab: Lab) -> None:
        lab.rules.hang(method)
        async with lab.listening() as listener:
            if method == "Disconnect":
                await listener.until_beats()
            else:
                await listener.until_state(LinkState.CONNECTING)
                await lab.until(lambda: lab.calls(method) > 0)
            listener.source.wish(Pause())
            await listener.until(lambda: listener.values(Kind.TICK)[-8:] == [1.0] * 8)
            assert listener.states[-1] is LinkState.PAUSED
            listener.source.wish(Resume())
            await listener.until_beats()

    in_lab(scenario)


def test_pausing_and_going_on_in_one_breath_ends_where_the_last_wish_says(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.listening() as listener:
            await listener.until_beats()
            listener.source.wish(Pause())
            listener.source.wish(Resume())
            listener.source.wish(Pause())
            listener.source.wish(Pause())
            await listener.until_state(LinkState.PAUSED)
            await lab.until(lambda: not lab.strap.connected)
            listener.source.wish(Resume())
            listener.source.wish(Resume())
            await listener.until_beats()

    in_lab(scenario)


def test_a_pause_outlasts_the_sleep_of_the_machine(in_lab: InLab) -> None:
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
            listener.source.wish(Pause())
            await listener.until_state(LinkState.PAUSED)
            asleep_ns = 3600 * 10**9
            await listener.until(lambda: len(listener.recordings) == 2)
            opened = listener.items.index(listener.recordings[1])

            def ticks() -> list[float]:
                rows = [item.arrivals for item in listener.items[opened:] if isinstance(item, Arrived)]
                return [float(value) for each in rows for value in each.value[each.kind == Kind.TICK]]

            await listener.until(lambda: len(ticks()) >= 3)
            links = [item for item in listener.items[opened:] if isinstance(item, LinkChanged)]
            assert {link.state for link in links} == {LinkState.PAUSED}
            assert set(ticks()) == {1.0}
            assert not lab.strap.connected

    in_lab(scenario)


class Service:
    """`unhurry run` as a process of its own, and its page."""

    def __init__(self, process: asyncio.subprocess.Process, page: httpx.AsyncClient) -> None:
        self._process = process
        self._page = page

    async def wish(self, kind: str, **arguments: str) -> None:
        answer = await self._page.post("/api/intents", json={"kind": kind, "arguments": arguments})
        assert answer.status_code == 202, answer.text

    async def until(self, what: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        while True:
            status: dict[str, Any] = (await self._page.get("/api/status")).json()
            if what(status):
                return status
            assert self._process.returncode is None
            await asyncio.sleep(0.1)

    async def until_link(self, state: LinkState) -> dict[str, Any]:
        return await self.until(lambda status: status["link"]["state"] == state)


@asynccontextmanager
async def _service(folder: Path) -> AsyncIterator[Service]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "unhurry.command", "run", "--port", "0", "--db", str(folder / "day.db")),
        stdout=asyncio.subprocess.PIPE,
        env=os.environ | {"XDG_CONFIG_HOME": str(folder)},
    )
    try:
        assert process.stdout is not None
        found = re.search(r"http://\S+", (await process.stdout.readline()).decode())
        assert found
        async with httpx.AsyncClient(base_url=found[0]) as page:
            yield Service(process, page)
    finally:
        process.terminate()
        await process.communicate()


def test_a_choice_and_a_pause_on_the_page_reach_the_radio_and_outlast_a_restart(
    in_lab: InLab, tmp_path: Path
) -> None:
    async def scenario(lab: Lab) -> None:
        other = lab.straps[1]
        async with _service(tmp_path) as service:
            asked = await service.until(lambda status: len(status["straps_in_reach"]) == 2)
            assert asked["link"]["state"] == "looking"
            assert lab.calls("Connect") == 0
            await service.wish("choose_strap", address=OTHER_STRAP.address)
            told = await service.until_link(LinkState.RECEIVING)
            assert told["strap"]["name"] == OTHER_STRAP.name
            assert told["straps_in_reach"] == []
            assert not lab.strap.connected
            await service.wish("pause")
            await service.until_link(LinkState.PAUSED)
            await service.until(lambda status: status["moment"]["state"] == "paused")
            await lab.until(lambda: not other.connected)
        searches = lab.calls("StartDiscovery")
        async with _service(tmp_path) as service:
            paused = await service.until_link(LinkState.PAUSED)
            assert paused["modes"]["paused_since"] is not None
            await service.until(lambda status: (status["moment"] or {}).get("state") == "paused")
            assert lab.calls("StartDiscovery") == searches, "the radio is left alone"
            await service.wish("resume")
            told = await service.until_link(LinkState.RECEIVING)
            assert told["modes"]["paused_since"] is None
            assert told["strap"]["name"] == OTHER_STRAP.name, "chosen once, remembered"

    at_ease = [replace(plan, speed=1.0) for plan in TWO]
    in_lab(scenario, *at_ease, limit_s=90.0, hurry=1.0)
