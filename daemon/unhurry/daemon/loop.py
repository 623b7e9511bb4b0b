"""The running loop: one source, one worker thread, until asked to stop.

In: a source, a database, settings, channels to speak through. Out: nothing but what it wrote. SciPy and
SQLite work on the worker, so that a Bluetooth notification is never kept waiting.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

from unhurry.config import Settings
from unhurry.config.content import Practices, load_practices
from unhurry.signal import Parameters

from .prompting.offers import Closed, Offer
from .recorder import Recorder
from .sources import LinkChanged, Source

_log = logging.getLogger(__name__)


class Channel(Protocol):
    """One way of showing an offer. A channel never raises and never waits."""

    def link(self, link: LinkChanged) -> None:
        """Hear that the link to the strap changed."""
        ...

    def offer(self, offer: Offer) -> None:
        """Show it."""
        ...

    def closed(self, closed: Closed) -> None:
        """Take it back: it was answered somewhere, or its time is over."""
        ...


def _unheard() -> None:
    """Nobody waits for signs of life."""


async def run_service(
    source: Source,
    database: Path,
    settings: Settings,
    parameters: Parameters,
    *,
    stop: asyncio.Event,
    channels: tuple[Channel, ...] = (),
    heartbeat: Callable[[], None] = _unheard,
    practices: Practices | None = None,
) -> str:
    """Record `source` until it ends or `stop` is set; return which: `ended` or `stopped`.

    `heartbeat` is called each time the recorder has taken something in: at least once a second from a strap
    on, never while it hangs. It must not raise or wait. `practices` are those an offer may come with; without
    them, those that come with Unhurry.

    The database must have been migrated. On every exit the link is closed and the recording ended with
    its cause. Raises UnhurryError for what cannot be mended by waiting.
    """
    loop = asyncio.get_running_loop()
    offered = practices if practices is not None else load_practices(None, settings.practices)
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="recorder") as worker:
        recorder = await loop.run_in_executor(
            worker,
            lambda: Recorder(database, settings, parameters, offered, speed=source.speed),
        )
        cause = "failed"
        try:
            cause = await _listen(source, recorder, worker, stop, channels, heartbeat)
        finally:
            await asyncio.shield(loop.run_in_executor(worker, recorder.close, cause))
    return cause


async def _listen(
    source: Source,
    recorder: Recorder,
    worker: ThreadPoolExecutor,
    stop: asyncio.Event,
    channels: tuple[Channel, ...],
    heartbeat: Callable[[], None],
) -> str:
    loop = asyncio.get_running_loop()
    items = source.items()
    stopping = asyncio.create_task(stop.wait())
    try:
        while True:
            following = asyncio.ensure_future(anext(items, None))
            await asyncio.wait({following, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not following.done():
                following.cancel()
                await asyncio.gather(following, return_exceptions=True)
                return "stopped"
            item = following.result()
            if item is None:
                return "ended"
            told = await loop.run_in_executor(worker, recorder.take, item)
            for wish in told.wishes:
                source.wish(wish)
            for offer in told.offers:
                _log.info("offer %d: %s", offer.prompt_id, offer.practice)
            for channel in channels:
                if isinstance(item, LinkChanged):
                    channel.link(item)
                for offer in told.offers:
                    channel.offer(offer)
                for closed in told.closed:
                    channel.closed(closed)
            heartbeat()
            if stop.is_set():
                return "stopped"
    finally:
        stopping.cancel()
        # An async generator that is not closed keeps the radio; closing it hangs up.
        aclose = getattr(items, "aclose", None)
        if aclose is not None:
            await aclose()
