"""A source, the loop and the page as one service.

In: what to record and where to serve it. Out: when it returns, everything is closed.
"""

from __future__ import annotations

import asyncio
import socket
import sys
from pathlib import Path

import click

from unhurry.config import Settings
from unhurry.daemon.loop import run_service
from unhurry.daemon.prompting.terminal import TerminalChannel
from unhurry.daemon.sources import Source
from unhurry.signal import Parameters

from .starting import address_of


async def serve_recording(
    source: Source,
    database: Path,
    settings: Settings,
    parameters: Parameters,
    config: Path,
    *,
    bound: socket.socket | None,
    stop: asyncio.Event,
) -> None:
    """Record `source` and serve the page on `bound` (if any) until stopped.

    When a recording ends by itself the page stays up, so that it can be looked at; without a page this
    returns.
    """
    address = None if bound is None else address_of(bound)
    terminal = TerminalChannel(address) if settings.prompts.terminal else None
    recording = asyncio.create_task(
        run_service(
            source,
            database,
            settings,
            parameters,
            stop=stop,
            channels=() if terminal is None else (terminal,),
        )
    )
    if bound is None:
        await recording
        return
    from .hosting import host_page  # noqa: PLC0415 - a service without a page needs no web server

    page = asyncio.create_task(host_page(database, config, bound, stop))
    try:
        await asyncio.wait({recording, page}, return_when=asyncio.FIRST_COMPLETED)
        if recording.done() and recording.exception() is None and not stop.is_set():
            click.echo("The recording has ended. The page stays up until Ctrl-C.")
            sys.stdout.flush()
            await page
    finally:
        stop.set()
        await asyncio.gather(recording, page, return_exceptions=True)
    recording.result()
    page.result()
