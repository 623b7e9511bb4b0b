"""Answers become rows as the page writes them, and an answer on one channel clears the others."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from datetime import datetime

from unhurry.config.content import load_practices
from unhurry.daemon.channels import ChannelTrouble, Messenger, Notice
from unhurry.daemon.channels.channel import Said
from unhurry.daemon.channels.messenger import keep_answer
from unhurry.daemon.channels.opened import composer
from unhurry.daemon.prompting.offers import Closed, Offer
from unhurry.store import Answer
from unhurry.store.channels import ChannelState

from .conftest import Diary
from .waiting import QUICK, until


class Screen:
    """A channel with a screen, and somebody in front of it."""

    def __init__(self, name: str, trouble: str | None = None) -> None:
        self.name = name
        self.trouble = trouble
        self.shown: dict[int, Notice] = {}
        self.said: Said | None = None

    async def open(self, said: Said) -> None:
        self.said = said

    async def show(self, notice: Notice) -> None:
        if self.trouble is not None:
            raise ChannelTrouble(self.trouble)
        self.shown[notice.prompt_id] = notice

    async def clear(self, prompt_id: int) -> None:
        self.shown.pop(prompt_id, None)

    async def listen(self, ready: Callable[[], None]) -> None:
        ready()
        await asyncio.sleep(3600)

    async def close(self) -> None:
        self.said = None

    def press(self, prompt_id: int, answer: Answer) -> None:
        assert self.said is not None
        self.said(prompt_id, answer)


def offer(prompt_id: int, practice: str = "four_six") -> Offer:
    return Offer(prompt_id, datetime(2026, 3, 12, 11, 20), practice)  # noqa: DTZ001 - local, as offers are


def messenger(diary: Diary, *channels: Screen, expiry_s: float = 900.0) -> Messenger:
    compose = composer(load_practices(), "http://127.0.0.1:8765/")
    others = (ChannelState("terminal", on=False),)
    return Messenger(diary.path, channels, compose, others=others, expiry_s=expiry_s, patience=QUICK)


def test_an_answer_on_one_channel_is_kept_and_clears_the_others(diary: Diary) -> None:
    first, second = Screen("first"), Screen("second")
    prompt_id = diary.prompts[0]

    async def main() -> None:
        async with messenger(diary, first, second) as out:
            out.offer(offer(prompt_id))
            await until(lambda: first.shown and second.shown)
            first.press(prompt_id, Answer.NOT_NOW)
            await until(lambda: not first.shown and not second.shown)

    asyncio.run(main())
    assert diary.answers() == [(prompt_id, "not_now")]
    assert diary.rows(f"SELECT answer, closed FROM prompts WHERE id = {prompt_id}") == [
        ("not_now", "answered")
    ]


def test_what_the_loop_closes_leaves_every_screen(diary: Diary) -> None:
    first, second = Screen("first"), Screen("second")

    async def main() -> None:
        async with messenger(diary, first, second) as out:
            for prompt_id in diary.prompts[:2]:
                out.offer(offer(prompt_id))
            await until(lambda: len(first.shown) == len(second.shown) == 2)
            out.closed(Closed(diary.prompts[0], "start"))
            out.closed(Closed(diary.prompts[1], None))
            await until(lambda: not first.shown and not second.shown)

    asyncio.run(main())
    assert diary.answers() == []


def test_of_two_answers_at_once_one_stands_and_no_row_contradicts_it(diary: Diary) -> None:
    first, second = Screen("first"), Screen("second")
    prompt_id = diary.prompts[0]

    async def main() -> None:
        async with messenger(diary, first, second) as out:
            out.offer(offer(prompt_id))
            await until(lambda: first.shown and second.shown)
            first.press(prompt_id, Answer.FINE)
            second.press(prompt_id, Answer.START)
            await until(lambda: not first.shown and not second.shown)

    asyncio.run(main())
    assert diary.answers() == [(prompt_id, "fine")]


def test_answers_from_two_threads_leave_one_of_them(diary: Diary) -> None:
    prompt_id = diary.prompts[0]
    both = [
        threading.Thread(target=keep_answer, args=(diary.path, prompt_id, answer))
        for answer in (Answer.FINE, Answer.NOT_NOW)
    ]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert len(diary.answers()) == 1


def test_an_expired_offer_can_be_answered_as_on_the_page_and_an_unknown_one_is_left(diary: Diary) -> None:
    prompt_id = diary.prompts[0]
    with sqlite3.connect(diary.path) as db:
        db.execute("UPDATE prompts SET closed = 'expired' WHERE id = ?", (prompt_id,))
    db.close()
    keep_answer(diary.path, prompt_id, Answer.FINE)
    keep_answer(diary.path, 10**12, Answer.FINE)
    assert diary.answers() == [(prompt_id, "fine")]


def test_a_notice_leaves_by_itself_when_nobody_says_that_its_time_is_over(diary: Diary) -> None:
    screen = Screen("first")

    async def main() -> None:
        async with messenger(diary, screen, expiry_s=0.2) as out:
            out.offer(offer(diary.prompts[0]))
            await until(lambda: screen.shown)
            await until(lambda: not screen.shown)

    asyncio.run(main())


def test_a_failing_channel_is_reported_where_the_page_reads_and_the_other_one_works(diary: Diary) -> None:
    well, ill = Screen("well"), Screen("ill", trouble="The server cannot be reached.")

    def problem() -> str | None:
        state = diary.channel("ill")
        return None if state is None else state.problem

    async def main() -> None:
        async with messenger(diary, well, ill) as out:
            await until(lambda: diary.channel("well"))
            assert diary.channel("terminal") == ChannelState("terminal", on=False)
            out.offer(offer(diary.prompts[0]))
            await until(lambda: well.shown and problem() == "The server cannot be reached.")
            ill.trouble = None
            await until(lambda: ill.shown and problem() is None)

    asyncio.run(main())


def test_an_answer_waits_for_a_locked_database(diary: Diary) -> None:
    screen = Screen("first")
    prompt_id = diary.prompts[0]

    async def main() -> None:
        async with messenger(diary, screen) as out:
            out.offer(offer(prompt_id))
            await until(lambda: screen.shown and diary.channel("first"))
            other = sqlite3.connect(diary.path, isolation_level=None)
            other.execute("BEGIN IMMEDIATE")
            screen.press(prompt_id, Answer.START)
            await asyncio.sleep(0.3)
            assert diary.answers() == []
            other.execute("ROLLBACK")
            other.close()
            await until(lambda: not screen.shown)

    asyncio.run(main())
    assert diary.answers() == [(prompt_id, "start")]


def test_an_answer_given_in_the_last_moment_is_kept(diary: Diary) -> None:
    screen = Screen("first")

    async def main() -> None:
        async with messenger(diary, screen) as out:
            out.offer(offer(diary.prompts[0]))
            await until(lambda: screen.shown)
            screen.press(diary.prompts[0], Answer.FINE)

    asyncio.run(main())
    assert diary.answers() == [(diary.prompts[0], "fine")]


def test_no_notice_says_anything_of_the_body() -> None:
    practices = load_practices()
    compose = composer(practices, "http://127.0.0.1:8765/")
    for practice in practices.items:
        notice = compose(offer(7, practice.name))
        assert notice.title == "Unhurry"
        assert notice.body in ("A moment to breathe?", "A moment for yourself?")
        assert ("breathe" in notice.body) == bool(practice.phases)
        place = "breathe" if practice.phases else "ground"
        assert notice.address == f"http://127.0.0.1:8765/{place}/{practice.name}?prompt=7"
    assert composer(practices, None)(offer(7)).address is None
