"""Notifications on a real session bus: shown, answered, taken back; and every way in which a desktop can be missing."""

from __future__ import annotations

import asyncio
import shutil
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

pytest.importorskip("dbus_fast", reason="dbus-daemon is Linux's")

from unhurry.daemon.channels import ChannelAbsent, ChannelTrouble, Messenger, Notice
from unhurry.daemon.channels.desktop import DesktopChannel
from unhurry.daemon.channels.lane import Lane
from unhurry.daemon.prompting.offers import Closed
from unhurry.store import Answer

from ..strap.bluez.bus import PrivateBus
from .conftest import Diary
from .desk import Desk, settled
from .test_messenger import offer
from .waiting import QUICK, until

NOTICE = Notice(7, "Unhurry", "A moment to breathe?", "http://127.0.0.1:8765/breathe/four_six?prompt=7")
Scenario = Callable[[PrivateBus, Desk], Awaitable[None]]


@pytest.fixture
def on_desktop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Scenario], None]:
    """Run a scenario on a session bus of its own with a desktop on it."""
    if shutil.which("dbus-daemon") is None:
        pytest.skip("dbus-daemon is not installed")

    def run(scenario: Scenario) -> None:
        async def main() -> None:
            bus = PrivateBus(tmp_path)
            await bus.start()
            monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
            desk = await Desk(bus.address).start()
            try:
                async with asyncio.timeout(40):
                    await scenario(bus, desk)
            finally:
                desk.stop()
                await bus.stop()

        asyncio.run(main())

    return run


def ignored(prompt_id: int, answer: Answer) -> None:
    raise AssertionError("nobody has answered")


def test_a_notice_is_neutral_silent_and_has_three_buttons(
    on_desktop: Callable[[Scenario], None], no_page: Callable[[str], None]
) -> None:
    async def scenario(bus: PrivateBus, desk: Desk) -> None:
        channel = DesktopChannel(no_page)
        await channel.open(ignored)
        assert desk.screen == {}
        await channel.show(NOTICE)
        seen = desk.only
        assert (seen.app, seen.title, seen.body) == ("Unhurry", "Unhurry", "A moment to breathe?")
        assert seen.actions == ("default", "", "start", "Start", "not_now", "Not now", "fine", "I'm fine")
        assert set(seen.hints) == {"urgency"}
        assert seen.hints["urgency"].value == 1
        await channel.clear(7)
        assert desk.screen == {}
        await channel.clear(7)
        await channel.clear(8)
        assert len(desk.closed) == 1
        await channel.close()

    on_desktop(scenario)


def test_buttons_answer_and_start_opens_the_practice(on_desktop: Callable[[Scenario], None]) -> None:
    async def scenario(bus: PrivateBus, desk: Desk) -> None:
        pages: list[str] = []
        answers: list[tuple[int, Answer]] = []
        channel = DesktopChannel(pages.append)
        await channel.open(lambda prompt_id, answer: answers.append((prompt_id, answer)))
        for answer in (Answer.FINE, Answer.NOT_NOW):
            await channel.show(NOTICE)
            desk.press(answer.value)
            await settled()
        assert answers == [(7, Answer.FINE), (7, Answer.NOT_NOW)]
        assert pages == []
        await channel.show(NOTICE)
        desk.press("start")
        await settled()
        assert answers[-1] == (7, Answer.START)
        assert pages == [NOTICE.address]
        # A click on the notice looks at the offer and answers nothing; waving it away neither.
        await channel.show(NOTICE)
        desk.press("default")
        await settled()
        await channel.show(NOTICE)
        desk.dismiss(desk.only.number)
        await settled()
        assert len(answers) == 3
        assert pages == [NOTICE.address, NOTICE.address]
        await channel.clear(7)
        await channel.close()

    on_desktop(scenario)


def test_an_answer_on_the_desktop_reaches_the_database(
    on_desktop: Callable[[Scenario], None], diary: Diary
) -> None:
    async def scenario(bus: PrivateBus, desk: Desk) -> None:
        pages: list[str] = []
        first, second, third = diary.prompts

        def compose(_: object) -> Notice:
            return Notice(wanted, "Unhurry", "A moment to breathe?", None)

        out = Messenger(diary.path, [DesktopChannel(pages.append)], compose, expiry_s=900, patience=QUICK)
        async with out:
            wanted = first
            out.offer(offer(first))
            await until(lambda: desk.screen)
            desk.press("not_now")
            await until(diary.answers)
            wanted = second
            out.offer(offer(second))
            await until(lambda: desk.screen)
            out.closed(Closed(second, "fine"))
            await until(lambda: not desk.screen)
            wanted = third
            out.offer(offer(third))
            await until(lambda: desk.screen)
        assert desk.screen == {}
        assert diary.answers() == [(first, "not_now")]
        assert pages == []

    on_desktop(scenario)


def test_without_a_desktop_there_is_no_trouble_only_absence(
    on_desktop: Callable[[Scenario], None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def opened() -> None:
        asyncio.run(DesktopChannel().open(ignored))

    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.delenv("DISPLAY", raising=False)
    with pytest.raises(ChannelAbsent, match="no desktop session"):
        opened()
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path / 'nothing'}")
    with pytest.raises(ChannelAbsent, match="no desktop session"):
        opened()
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(tmp_path / "left"))
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path / 'left'}")
    with pytest.raises(ChannelAbsent):
        opened()

    async def nobody_shows(bus: PrivateBus, desk: Desk) -> None:
        desk.stop()
        with pytest.raises(ChannelAbsent, match="No program on this desktop"):
            await DesktopChannel().open(ignored)

    on_desktop(nobody_shows)


def test_a_desktop_that_never_answers_is_a_problem_after_its_time(
    on_desktop: Callable[[Scenario], None],
) -> None:
    async def scenario(bus: PrivateBus, desk: Desk) -> None:
        for silent in ("Introspect", "GetCapabilities", "Notify"):
            desk.silent_about = silent
            lane = Lane(DesktopChannel(), ignored, lambda: None, QUICK)
            lane.start()
            lane.want(NOTICE)
            await until(lambda lane=lane: "did not answer" in (lane.state.problem or ""))  # type: ignore[misc]
            assert lane.state.on
            desk.silent_about = None
            await until(lambda lane=lane: lane.state.problem is None and desk.screen)  # type: ignore[misc]
            await lane.close()
            assert desk.screen == {}

    on_desktop(scenario)


def test_a_desktop_that_dies_is_missed_and_found_again(on_desktop: Callable[[Scenario], None]) -> None:
    async def scenario(bus: PrivateBus, desk: Desk) -> None:
        lane = Lane(DesktopChannel(), ignored, lambda: None, QUICK)
        lane.start()
        lane.want(NOTICE)
        await until(lambda: desk.screen)
        desk.stop()
        await bus.stop()
        await until(lambda: lane.state.problem)
        await bus.start()
        again = await Desk(bus.address).start()
        await until(lambda: lane.state.problem is None)
        lane.want(Notice(8, "Unhurry", "A moment to breathe?", None))
        await until(lambda: again.screen)
        await lane.close()
        assert again.screen == {}
        again.stop()

    on_desktop(scenario)


def test_a_desktop_that_refuses_a_notice_is_a_problem(on_desktop: Callable[[Scenario], None]) -> None:
    async def scenario(bus: PrivateBus, desk: Desk) -> None:
        channel = DesktopChannel()
        await channel.open(ignored)
        desk.stop()
        with pytest.raises(ChannelTrouble, match="did not take"):
            await channel.show(NOTICE)
        await channel.close()

    on_desktop(scenario)
