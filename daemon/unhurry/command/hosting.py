"""Running the loop and the page together until asked to stop.

In: coroutines and a bound socket. Out: when it returns, the link is closed, the database too, the port free. The signals
are caught here once, for both; the second Ctrl-C is for the impatient and ends at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
from collections.abc import Awaitable, Callable, Generator
from pathlib import Path

import uvicorn

from unhurry.api import create_app
from unhurry.config import Settings

_GRACE_S = 3
"""How long open requests may take to end."""


class _Server(uvicorn.Server):
    """Uvicorn without its own signal handlers."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


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


async def host_page(database: Path, settings: Settings, bound: socket.socket, stop: asyncio.Event) -> None:
    """Serve the page on `bound` until `stop` is set."""
    app = create_app(database, stop=stop, settings=settings)
    config = uvicorn.Config(
        app,
        log_level=logging.WARNING,
        access_log=False,
        lifespan="on",
        server_header=False,
        timeout_graceful_shutdown=_GRACE_S,
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[bound]))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    server.should_exit = True
    await serving
