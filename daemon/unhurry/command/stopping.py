"""Ending in good order: Ctrl-C and SIGTERM ask, everything closes, then the program ends.

In: the coroutine to run. Out: when it returns, what it opened is closed. The signals are caught once,
for loop and page together; the second Ctrl-C is for the impatient and ends at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Awaitable, Callable, Generator


def run_until_stopped(main: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    """Run `main`, handing it an event that SIGINT and SIGTERM set."""

    async def guarded() -> None:
        stop = asyncio.Event()
        with _stopping(stop):
            await main(stop)

    asyncio.run(guarded())


@contextlib.contextmanager
def _stopping(stop: asyncio.Event) -> Generator[None]:
    loop = asyncio.get_running_loop()

    def ask(number: int, _frame: object = None) -> None:
        if stop.is_set():
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        loop.call_soon_threadsafe(stop.set)

    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, ask) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
