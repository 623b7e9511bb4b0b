"""An event loop whose clock runs faster than the world's, for days that must pass in minutes.

In: how many seconds of the loop pass in a real one. Out: what the coroutine returns.

The clock runs fast only while the loop waits, and never past the next appointment; while it works, time passes
as slowly as everywhere. So a machine that is too slow makes the day longer, and nothing in it late. Sockets and
processes stay real: what takes them a millisecond takes `speed` milliseconds of the loop.
"""

from __future__ import annotations

import asyncio
import errno
import os
import selectors
import time
from collections.abc import Coroutine
from typing import Any, TypeVar

Outcome = TypeVar("Outcome")
_MOST_WORK_S = 0.01
"""Work between two looks at the sockets counts at most so much: a process that is not let run is not late."""


class _Clock:
    def __init__(self, speed: float) -> None:
        self.speed = speed
        self.now_s = time.monotonic()
        self._seen_s = self.now_s

    def worked(self) -> None:
        """Let the time pass that the loop has worked."""
        self.now_s += min(self._since(), _MOST_WORK_S)

    def waited(self, limit_s: float | None) -> None:
        """Let the time pass that the loop has waited, `limit_s` at most."""
        passed_s = self._since() * self.speed
        self.now_s += passed_s if limit_s is None else min(passed_s, max(0.0, limit_s))

    def _since(self) -> float:
        before_s, self._seen_s = self._seen_s, time.monotonic()
        return self._seen_s - before_s


class _HurriedSelector(selectors.SelectSelector):
    """Waits for a fraction of what it is asked to; `select` knows microseconds, `epoll` only milliseconds."""

    def __init__(self, clock: _Clock) -> None:
        super().__init__()
        self._clock = clock

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self._clock.worked()
        hurried = timeout / self._clock.speed if timeout is not None and timeout > 0 else timeout
        try:
            ready = super().select(hurried)
        except OSError as error:
            if error.errno != errno.EBADF:
                raise
            self._forget_closed()
            ready = []
        self._clock.waited(timeout)
        return ready

    def _forget_closed(self) -> None:
        """Do what `epoll` does by itself: a socket that was closed while it was watched is watched no more."""
        for watched in list(self.get_map().values()):
            try:
                os.fstat(watched.fd)
            except OSError:
                self.unregister(watched.fileobj)


class HurriedLoop(asyncio.SelectorEventLoop):
    """`time()` starts at the monotonic clock of the machine and runs ahead of it."""

    def __init__(self, speed: float) -> None:
        self._clock = _Clock(speed)
        super().__init__(_HurriedSelector(self._clock))

    def time(self) -> float:
        """Return the loop's own time."""
        return self._clock.now_s


def run_hurried(main: Coroutine[Any, Any, Outcome], speed: float) -> Outcome:
    """Run `main` to its end, up to `speed` times as fast."""
    with asyncio.Runner(loop_factory=lambda: HurriedLoop(speed)) as runner:
        return runner.run(main)
