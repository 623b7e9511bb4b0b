"""The scripted world on a thread of its own, for code under test that runs an event loop itself, or blocks.

In: plans. Out: `Beside`, whose `pull` does something in that thread and waits for it.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from typing import Any, TypeVar

from .plan import StrapPlan
from .world import World

Answer = TypeVar("Answer")


class Beside:
    """A running world; look at `world` from other threads, but change it only through `pull`."""

    def __init__(self, world: World, loop: asyncio.AbstractEventLoop) -> None:
        self.world = world
        self._loop = loop

    def pull(self, lever: Callable[[], Answer]) -> Answer:
        """Call a plain lever and return what it returns."""

        async def call() -> Answer:
            return lever()

        return asyncio.run_coroutine_threadsafe(call(), self._loop).result()

    def wait_for(self, lever: Callable[[], Awaitable[Answer]]) -> Answer:
        """Call a lever that takes its time and wait for it."""

        async def call() -> Answer:
            return await lever()

        return asyncio.run_coroutine_threadsafe(call(), self._loop).result()


@contextmanager
def beside(*plans: StrapPlan, **world: Any) -> Generator[Beside]:
    """Run a world beside the calling thread; it has ended when the block has."""
    running: list[Beside] = []
    troubles: list[BaseException] = []
    ready, done = threading.Event(), threading.Event()

    async def live() -> None:
        async with World(*plans, **world) as made:
            running.append(Beside(made, asyncio.get_running_loop()))
            ready.set()
            await asyncio.to_thread(done.wait)

    def run() -> None:
        try:
            asyncio.run(live())
        except BaseException as error:  # noqa: BLE001 - raised again where it is seen
            troubles.append(error)
        finally:
            ready.set()

    thread = threading.Thread(target=run, name="scripted bluetooth")
    thread.start()
    try:
        ready.wait()
        if running:
            yield running[0]
    finally:
        done.set()
        thread.join()
    if troubles:
        raise troubles[0]
