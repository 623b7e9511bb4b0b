"""One channel is driven so that nothing it does, or does not do, reaches the others or the loop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

import pytest

from unhurry.daemon.channels import ChannelAbsent, ChannelTrouble, Notice, Patience
from unhurry.daemon.channels.channel import Said
from unhurry.daemon.channels.lane import Lane
from unhurry.store import Answer

from .waiting import QUICK, until


class Scripted:
    """A channel that does what the test says, one entry for each time it is asked to show something."""

    name = "scripted"

    def __init__(self, *script: Exception | None, hangs: bool = False, absent: bool = False) -> None:
        self.script = list(script)
        self.hangs = hangs
        self.absent = absent
        self.asked: list[int] = []
        self.screen: set[int] = set()
        self.cleared: list[int] = []
        self.listening = 0
        self.deaf: Exception | None = None
        self.closed = False

    async def open(self, said: Said) -> None:
        if self.absent:
            raise ChannelAbsent("nothing here")

    async def show(self, notice: Notice) -> None:
        self.asked.append(notice.prompt_id)
        if self.absent:
            raise ChannelAbsent("nothing here")
        if self.hangs:
            await asyncio.sleep(3600)
        trouble = self.script.pop(0) if self.script else None
        if trouble is not None:
            raise trouble
        self.screen.add(notice.prompt_id)

    async def clear(self, prompt_id: int) -> None:
        self.screen.discard(prompt_id)
        self.cleared.append(prompt_id)

    async def listen(self, ready: Callable[[], None]) -> None:
        if self.deaf is not None:
            raise self.deaf
        ready()
        self.listening += 1
        try:
            await asyncio.sleep(3600)
        finally:
            self.listening -= 1

    async def close(self) -> None:
        self.closed = True


def notice(prompt_id: int) -> Notice:
    return Notice(prompt_id, "Unhurry", "A moment to breathe?", None)


def nobody(prompt_id: int, answer: Answer) -> None:
    raise AssertionError("nobody has answered")


def driven(
    channel: Scripted, scenario: Callable[[Lane], Coroutine[Any, Any, None]], patience: Patience = QUICK
) -> list[str | None]:
    """Run a scenario; return the problems that were reported, in order."""
    problems: list[str | None] = []

    async def main() -> None:
        lane = Lane(channel, nobody, lambda: problems.append(lane.state.problem), patience)
        lane.start()
        try:
            await scenario(lane)
        finally:
            await lane.close()

    asyncio.run(main())
    assert channel.closed
    return problems


def test_what_is_wanted_is_shown_listened_for_and_taken_back() -> None:
    channel = Scripted()

    async def scenario(lane: Lane) -> None:
        lane.want(notice(7))
        await until(lambda: channel.screen == {7} and channel.listening == 1)
        lane.unwant(7)
        await until(lambda: not channel.screen and channel.listening == 0)

    assert driven(channel, scenario) == []


def test_a_failure_is_said_once_tried_again_and_its_end_is_said_too(caplog: pytest.LogCaptureFixture) -> None:
    gone = ChannelTrouble("The server cannot be reached.")
    channel = Scripted(gone, gone, gone, None)

    async def scenario(lane: Lane) -> None:
        lane.want(notice(7))
        await until(lambda: channel.screen == {7})

    with caplog.at_level(logging.WARNING):
        assert driven(channel, scenario) == ["The server cannot be reached.", None]
    assert [record.getMessage() for record in caplog.records] == [
        "scripted: The server cannot be reached.",
        "scripted: it works again.",
    ]
    assert channel.asked == [7, 7, 7, 7]


def test_a_channel_that_hangs_keeps_nobody_waiting_and_is_named() -> None:
    channel = Scripted(hangs=True)

    async def scenario(lane: Lane) -> None:
        lane.want(notice(7))
        await until(lambda: lane.state.problem is not None)
        assert "did not answer" in (lane.state.problem or "")
        channel.hangs = False
        await until(lambda: channel.screen == {7})

    driven(channel, scenario, replace(QUICK, step_s=0.05))


def test_an_error_nobody_foresaw_is_one_more_problem() -> None:
    channel = Scripted(ZeroDivisionError("deep inside"))

    async def scenario(lane: Lane) -> None:
        lane.want(notice(7))
        await until(lambda: channel.screen == {7})

    assert driven(channel, scenario) == ["Something unforeseen went wrong (ZeroDivisionError).", None]


def test_an_offer_that_was_closed_meanwhile_is_not_shown_any_more() -> None:
    channel = Scripted(*[ChannelTrouble("away")] * 1000)

    async def scenario(lane: Lane) -> None:
        lane.want(notice(7))
        await until(lambda: len(channel.asked) >= 2)
        lane.unwant(7)
        channel.script.clear()
        lane.want(notice(8))
        await until(lambda: channel.screen == {8})

    driven(channel, scenario)
    assert channel.asked[-1] == 8


def test_an_offer_that_could_not_be_shown_in_time_is_dropped() -> None:
    channel = Scripted(*[ChannelTrouble("away")] * 1000)

    async def scenario(lane: Lane) -> None:
        lane.want(notice(7))
        await until(lambda: bool(channel.asked))
        await asyncio.sleep(0.4)
        before = len(channel.asked)
        await asyncio.sleep(0.3)
        assert len(channel.asked) == before

    driven(channel, scenario, replace(QUICK, late_s=0.2))


def test_the_other_side_says_when_it_wants_to_be_asked_again() -> None:
    channel = Scripted(ChannelTrouble("busy", again_s=0.4))

    async def scenario(lane: Lane) -> None:
        lane.want(notice(7))
        await until(lambda: channel.asked == [7])
        await asyncio.sleep(0.2)
        assert channel.asked == [7]
        await until(lambda: channel.screen == {7})

    driven(channel, scenario)


def test_where_there_is_nothing_to_show_on_nobody_is_bothered(caplog: pytest.LogCaptureFixture) -> None:
    channel = Scripted(absent=True)

    async def scenario(lane: Lane) -> None:
        await until(lambda: not lane.state.on)
        lane.want(notice(7))
        await until(lambda: channel.asked == [7])
        await asyncio.sleep(0.2)
        assert channel.asked == [7]
        assert lane.state.problem is None
        channel.absent = False
        lane.want(notice(8))
        await until(lambda: channel.screen == {8})
        assert lane.state.on

    with caplog.at_level(logging.WARNING):
        driven(channel, scenario)
    assert not caplog.records


def test_deafness_is_reported_while_offers_are_still_shown() -> None:
    channel = Scripted()
    channel.deaf = ChannelTrouble("Answers cannot be read.")

    async def scenario(lane: Lane) -> None:
        lane.want(notice(7))
        await until(lambda: lane.state.problem == "Answers cannot be read.")
        assert channel.screen == {7}
        channel.deaf = None
        await until(lambda: channel.listening == 1)
        assert lane.state.problem is None

    driven(channel, scenario)


def test_a_flood_of_offers_keeps_only_the_latest_few() -> None:
    channel = Scripted(hangs=True)

    async def scenario(lane: Lane) -> None:
        for prompt_id in range(1000):
            lane.want(notice(prompt_id))
        channel.hangs = False
        await until(lambda: channel.screen == set(range(992, 1000)))

    driven(channel, scenario)


def test_closing_takes_back_what_is_shown_and_waits_for_no_one_for_long() -> None:
    channel = Scripted()

    async def scenario(lane: Lane) -> None:
        lane.want(notice(7))
        await until(lambda: channel.screen == {7})

    driven(channel, scenario)
    assert channel.cleared == [7]

    class Stuck(Scripted):
        async def clear(self, prompt_id: int) -> None:
            await asyncio.sleep(3600)

    channel = Stuck()
    driven(channel, scenario, replace(QUICK, close_s=0.05))
    assert channel.screen == {7}
