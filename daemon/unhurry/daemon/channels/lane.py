"""One channel on a task of its own: what it is to show, what it shows, and what is wrong with it.

In: notices wanted and no longer wanted, from the event loop. Out: a `ChannelState` that changes. Wanting
never waits and keeps the latest few: a channel that hangs costs its own notices and nothing else.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from unhurry.store.channels import ChannelState

from .channel import Channel, ChannelAbsent, ChannelTrouble, Notice, Patience, Said

_log = logging.getLogger(__name__)
_MOST = 8
"""Notices kept for one channel; a day brings three."""
_CLEAR_TRIES = 3


@dataclass(slots=True)
class _Wanted:
    """A notice that is to be seen, and until when it is worth showing."""

    notice: Notice
    late_at_s: float


class Lane:
    """Drives one channel. `changed` is called when its state is another one."""

    def __init__(self, channel: Channel, said: Said, changed: Callable[[], None], patience: Patience) -> None:
        self._channel = channel
        self._said = said
        self._changed = changed
        self._patience = patience
        self._wanted: dict[int, _Wanted] = {}
        self._shown: dict[int, int] = {}
        """What the channel shows, with the number of failed tries to take it back."""
        self._absent = False
        self._problems: dict[str, str | None] = {"showing": None, "listening": None}
        self._wake = asyncio.Event()
        self._work: asyncio.Task[None] | None = None
        self._ear: asyncio.Task[None] | None = None

    @property
    def state(self) -> ChannelState:
        """How the channel is now."""
        problem = self._problems["showing"] or self._problems["listening"]
        return ChannelState(self._channel.name, on=not self._absent, problem=problem)

    def start(self) -> None:
        """Begin, on the running event loop."""
        self._work = asyncio.create_task(self._run(), name=f"channel {self._channel.name}")

    def want(self, notice: Notice) -> None:
        """Show `notice` as soon as the channel can."""
        late_at_s = asyncio.get_running_loop().time() + self._patience.late_s
        self._wanted[notice.prompt_id] = _Wanted(notice, late_at_s)
        if len(self._wanted) > _MOST:
            self._wanted.pop(next(iter(self._wanted)))
        self._wake.set()

    def unwant(self, prompt_id: int) -> None:
        """Take the notice back, or do not show it at all."""
        self._wanted.pop(prompt_id, None)
        self._wake.set()

    async def close(self) -> None:
        """Take back what is shown and let go of the channel, within its time."""
        tasks = [task for task in (self._work, self._ear) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        with contextlib.suppress(Exception):
            async with asyncio.timeout(self._patience.close_s):
                for prompt_id in list(self._shown):
                    await self._channel.clear(prompt_id)
        with contextlib.suppress(Exception):
            async with asyncio.timeout(self._patience.close_s):
                await self._channel.close()

    async def _run(self) -> None:
        await self._attempt(lambda: self._channel.open(self._said))
        while True:
            await self._wake.wait()
            self._wake.clear()
            await self._catch_up()

    async def _catch_up(self) -> None:
        """Bring what is shown to what is wanted, as often as it takes."""
        pause_s = self._patience.first_pause_s
        while (step := self._next_step()) is not None:
            again_s = await self._attempt(step)
            self._tend_ear()
            if again_s is None:
                pause_s = self._patience.first_pause_s
                continue
            if self._absent:
                self._wanted.clear()
                return
            await self._rest(max(pause_s, again_s))
            pause_s = min(2 * pause_s, self._patience.longest_pause_s)

    def _next_step(self) -> Callable[[], Awaitable[None]] | None:
        for prompt_id, tries in list(self._shown.items()):
            if prompt_id not in self._wanted:
                if tries < _CLEAR_TRIES:
                    return lambda: self._clear(prompt_id)
                del self._shown[prompt_id]
        now_s = asyncio.get_running_loop().time()
        for prompt_id, wanted in list(self._wanted.items()):
            if prompt_id in self._shown:
                continue
            if now_s < wanted.late_at_s:
                return lambda: self._show(wanted.notice)
            del self._wanted[prompt_id]
        return None

    async def _show(self, notice: Notice) -> None:
        await self._channel.show(notice)
        self._shown[notice.prompt_id] = 0

    async def _clear(self, prompt_id: int) -> None:
        self._shown[prompt_id] += 1
        await self._channel.clear(prompt_id)
        del self._shown[prompt_id]

    async def _attempt(self, step: Callable[[], Awaitable[None]]) -> float | None:
        """Return None when it went well, else the seconds the other side wants to be left in peace."""
        try:
            async with asyncio.timeout(self._patience.step_s):
                await step()
        except Exception as error:  # noqa: BLE001 - whatever is wrong with a channel, the others go on
            self._absent = isinstance(error, ChannelAbsent)
            if self._absent:
                _log.info("%s: %s", self._channel.name, error)
            self._note("showing", None if self._absent else self._sentence(error))
            return error.again_s if isinstance(error, ChannelTrouble) else 0.0
        self._absent = False
        self._note("showing", None)
        return None

    async def _rest(self, pause_s: float) -> None:
        """Wait before the next try, but not when there is something new to try."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(pause_s):
                await self._wake.wait()
        self._wake.clear()

    def _tend_ear(self) -> None:
        """Listen exactly as long as something is shown."""
        if self._shown and (self._ear is None or self._ear.done()):
            self._ear = asyncio.create_task(self._listen(), name=f"answers by {self._channel.name}")
        elif not self._shown and self._ear is not None:
            self._ear.cancel()
            self._ear = None

    async def _listen(self) -> None:
        pause_s = self._patience.first_pause_s

        def ready() -> None:
            nonlocal pause_s
            pause_s = self._patience.first_pause_s
            self._note("listening", None)

        while True:
            again_s = 0.0
            try:
                await self._channel.listen(ready)
            except Exception as error:  # noqa: BLE001 - as above
                self._note("listening", self._sentence(error))
                again_s = error.again_s if isinstance(error, ChannelTrouble) else 0.0
            await asyncio.sleep(max(pause_s, again_s))
            pause_s = min(2 * pause_s, self._patience.longest_pause_s)

    def _sentence(self, error: Exception) -> str:
        if isinstance(error, ChannelTrouble):
            return str(error)
        if isinstance(error, TimeoutError):
            return f"It did not answer within {self._patience.step_s:g} seconds."
        _log.debug("%s", self._channel.name, exc_info=error)
        return f"Something unforeseen went wrong ({type(error).__name__})."

    def _note(self, what: str, problem: str | None) -> None:
        """Keep what is wrong; say it once, and once more when it is over."""
        before = self.state
        said, self._problems[what] = self._problems[what], problem
        if problem is not None and problem != said:
            _log.warning("%s: %s", self._channel.name, problem)
        elif problem is None and said is not None and self.state.problem is None:
            _log.warning("%s: it works again.", self._channel.name)
        if self.state != before:
            self._changed()
