"""Serving the page from the service's own event loop.

In: a database, settings, a bound socket. Out: when it returns, open requests have ended and the port is free.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import Callable, Generator
from pathlib import Path

import uvicorn

from unhurry.api import close_streams, create_app
from unhurry.config import Settings

_GRACE_S = 3
"""How long open requests may take to end."""


class _Server(uvicorn.Server):
    """Uvicorn without its own signal handlers, that says when it listens."""

    def __init__(self, config: uvicorn.Config, listening: Callable[[], None]) -> None:
        super().__init__(config)
        self._listening = listening

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._listening()


def _unheard() -> None:
    """Nobody waits for the page."""


async def host_page(
    database: Path,
    settings_file: Path,
    bound: socket.socket,
    stop: asyncio.Event,
    *,
    settings: Settings | None = None,
    listening: Callable[[], None] = _unheard,
) -> None:
    """Serve the page on `bound` until `stop`; call `listening` when it can be asked for.

    The wearer's own practices lie beside `settings_file`.
    """
    app = create_app(database, config_folder=settings_file.parent, settings=settings)
    config = uvicorn.Config(
        app,
        # Uvicorn's own asks standard output whether it is a terminal; a program without a window has none.
        log_config=None,
        log_level=logging.WARNING,
        access_log=False,
        lifespan="on",
        server_header=False,
        timeout_graceful_shutdown=_GRACE_S,
    )
    server = _Server(config, listening)
    serving = asyncio.create_task(server.serve(sockets=[bound]))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    # A reader of the live stream never ends by itself, and the server waits for its readers.
    close_streams(app)
    server.should_exit = True
    await serving
