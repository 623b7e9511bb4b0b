"""Offers out to every channel, answers back into the database.

In: offers and their ends from the loop, answers from the channels. Out: rows as the page's own answers write
them, and the state of the channels for the page to show. What the loop calls returns at once and never
raises.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from unhurry.config import DatabaseError
from unhurry.store import Answer, open_database, present
from unhurry.store.channels import ChannelState, keep_channels
from unhurry.store.prompts import AnswerContradicts, Given, answer_prompt

from ..prompting.offers import Closed, Offer
from ..sources import LinkChanged
from .channel import Channel, Notice, Patience
from .lane import Lane

_log = logging.getLogger(__name__)
_MOST_ANSWERS = 64
_TRIES = 30
"""To keep an answer while the database is locked; each waits ten seconds by itself."""


class Messenger:
    """The fan-out, as one channel of the loop. Use it as an async context around the recording."""

    def __init__(
        self,
        database: Path,
        channels: Iterable[Channel],
        compose: Callable[[Offer], Notice],
        *,
        others: Iterable[ChannelState] = (),
        expiry_s: float,
        patience: Patience | None = None,
    ) -> None:
        """`others` are ways of showing an offer that are driven elsewhere, to be reported with ours.

        `expiry_s`: after so many real seconds a notice is taken back even if nobody says that its time is
        over (the recording may have ended meanwhile).
        """
        self._database = database
        self._compose = compose
        self._others = tuple(others)
        self._expiry_s = expiry_s
        self._patience = patience or Patience()
        self._changed = asyncio.Event()
        self._answers: asyncio.Queue[tuple[int, Answer]] = asyncio.Queue(_MOST_ANSWERS)
        self._lanes = [Lane(channel, self._hear, self._changed.set, self._patience) for channel in channels]
        self._expiries: dict[int, asyncio.TimerHandle] = {}
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def states(self) -> tuple[ChannelState, ...]:
        """How all channels are."""
        return (*self._others, *(lane.state for lane in self._lanes))

    def link(self, link: LinkChanged) -> None:
        """What stands between strap and computer is told on the page, not on a phone."""

    def offer(self, offer: Offer) -> None:
        """Show it on every channel that is on."""
        notice = self._compose(offer)
        loop = asyncio.get_running_loop()
        self._expiries[offer.prompt_id] = loop.call_later(self._expiry_s, self._take_back, offer.prompt_id)
        for lane in self._lanes:
            lane.want(notice)

    def closed(self, closed: Closed) -> None:
        """Take it back everywhere."""
        self._take_back(closed.prompt_id)

    async def __aenter__(self) -> Self:
        self._changed.set()
        for lane in self._lanes:
            lane.start()
        self._tasks = [asyncio.create_task(self._keep_answers()), asyncio.create_task(self._keep_states())]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for expiry in self._expiries.values():
            expiry.cancel()
        await asyncio.gather(*(lane.close() for lane in self._lanes))
        # An answer that was given a moment ago is worth a moment.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._patience.close_s):
                await self._answers.join()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _take_back(self, prompt_id: int) -> None:
        expiry = self._expiries.pop(prompt_id, None)
        if expiry is not None:
            expiry.cancel()
        for lane in self._lanes:
            lane.unwant(prompt_id)

    def _hear(self, prompt_id: int, answer: Answer) -> None:
        try:
            self._answers.put_nowait((prompt_id, answer))
        except asyncio.QueueFull:
            _log.warning("more answers than can be kept; one to offer %d is left out", prompt_id)

    async def _keep_answers(self) -> None:
        while True:
            prompt_id, answer = await self._answers.get()
            try:
                await self._patiently(lambda: keep_answer(self._database, prompt_id, answer))  # noqa: B023
                self._take_back(prompt_id)
            finally:
                self._answers.task_done()

    async def _keep_states(self) -> None:
        kept: tuple[ChannelState, ...] | None = None
        while True:
            await self._changed.wait()
            self._changed.clear()
            states = self.states
            if states == kept:
                continue
            if await self._patiently(lambda: _keep(self._database, states)):  # noqa: B023
                kept = states

    async def _patiently(self, work: Callable[[], None]) -> bool:
        """Do something with the database on a thread, and again while it is locked; return whether it was."""
        for _ in range(_TRIES):
            try:
                await asyncio.to_thread(work)
            except DatabaseError as error:
                _log.info("tried again in a second: %s", error)
                await asyncio.sleep(1.0)
            else:
                return True
        _log.warning("given up: the database cannot be written")
        return False


def keep_answer(database: Path, prompt_id: int, answer: Answer) -> None:
    """Write the row an answer on the page would write; one that comes too late changes nothing.

    An offer that has expired can be answered, as on the page. Raises DatabaseError.
    """
    with open_database(database) as db:
        try:
            kept = answer_prompt(db, prompt_id, Given(answer), present(db).moment)
        except AnswerContradicts as error:
            _log.info("offer %d: %s", prompt_id, error)
            return
    if kept is None:
        _log.info("there is no offer %d to answer", prompt_id)


def _keep(database: Path, states: tuple[ChannelState, ...]) -> None:
    with open_database(database) as db:
        keep_channels(db, states, wall_ms=time.time_ns() // 1_000_000)
