"""The strap as a source of beats.

In: which strap. Out: `RecordingOpened` first, then links, beats and a tick each second, until closed. When
the machine has slept, the recording ends and a new one opens: its clock stood still, and nothing may be
concluded across the gap.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Iterator

from unhurry.store import NewRecording

from ..sources.items import Arrived, LinkChanged, RecordingOpened, SourceItem
from .clocks import Clocks, read_clocks, slept
from .inbox import Heard, Inbox, LinkNews
from .link import Link
from .rows import Refusals, Rows
from .timings import Timings

_log = logging.getLogger(__name__)
_SECOND_NS = 1_000_000_000
_UNNAMED = "heart-rate strap"


class BleSource:
    """Beats of a Bluetooth LE heart-rate strap, live."""

    speed = 1.0

    def __init__(
        self,
        strap_name: str | None = None,
        *,
        remembered: str | None = None,
        timings: Timings | None = None,
        clocks: Callable[[], Clocks] = read_clocks,
    ) -> None:
        """Prepare a source; nothing is touched before `items`.

        Parameters
        ----------
        strap_name
            Name, part of a name, or address; without it the remembered strap, then the strongest.
        remembered
            Address of the strap that was used last.
        """
        self._strap_name = strap_name or None
        self._remembered = remembered
        self._timings = timings or Timings()
        self._clocks = clocks
        self.refusals = Refusals()
        """What the strap sent and could not be used, by reason."""

    async def items(self) -> AsyncIterator[SourceItem]:
        """Yield what happens until closed; closing or cancelling hangs up within a bounded time."""
        inbox = Inbox()
        link = Link(inbox, self._timings, name=self._strap_name, remembered=self._remembered)
        running = asyncio.create_task(link.run(), name="strap link")
        running.add_done_callback(lambda _: inbox.wake())
        tick_ns = round(self._timings.tick_s * _SECOND_NS)
        try:
            latest = self._clocks()
            rows = Rows(latest.monotonic_ns, self.refusals)
            due_ns = latest.monotonic_ns + tick_ns
            link_now: LinkNews | None = None
            yield self._opening(latest)
            while not running.done():
                await inbox.wait(max(0, due_ns - self._clocks().monotonic_ns) / _SECOND_NS)
                now = self._clocks()
                things = inbox.take()
                if slept(latest, now, self._timings):
                    _log.info("the machine slept: a new recording begins")
                    limit_ns = latest.monotonic_ns + 2 * tick_ns
                    early = [thing for thing in things if thing.monotonic_ns <= limit_ns]
                    for item in _items(early, rows):
                        yield item
                    things = things[len(early) :]
                    link_now = _last_news(early, link_now)
                    rows = Rows(now.monotonic_ns, self.refusals)
                    due_ns = now.monotonic_ns + tick_ns
                    yield self._opening(now)
                    if link_now is not None:
                        yield _changed(link_now, rows)
                    link.renew()
                for item in _items(things, rows):
                    yield item
                link_now = _last_news(things, link_now)
                if now.monotonic_ns >= due_ns:
                    rows.tick(now.monotonic_ns)
                    due_ns += tick_ns * ((now.monotonic_ns - due_ns) // tick_ns + 1)
                    for item in _taken(rows):
                        yield item
                latest = now
            running.result()
        finally:
            await self._stop(running)

    def _opening(self, now: Clocks) -> RecordingOpened:
        recording = NewRecording(source="ble", device=self._strap_name or _UNNAMED, anchor=now.anchor)
        return RecordingOpened(recording=recording, motion_known=False)

    async def _stop(self, running: asyncio.Task[None]) -> None:
        """Let the link hang up, so that the strap advertises again and the next start finds it."""
        running.cancel()
        patience_s = self._timings.disconnect_s + self._timings.answer_s + 2 * self._timings.grace_s
        await asyncio.wait({running}, timeout=patience_s)
        if not running.done():
            _log.warning("the link did not end within %.0f s and is left behind", patience_s)


def _items(things: Iterable[Heard | LinkNews], rows: Rows) -> Iterator[SourceItem]:
    """Turn what came into items, in order; waiting rows go out before each change of the link."""
    for thing in things:
        if isinstance(thing, Heard):
            rows.add(thing)
        else:
            yield from _taken(rows)
            yield _changed(thing, rows)
    yield from _taken(rows)


def _taken(rows: Rows) -> Iterator[SourceItem]:
    arrivals = rows.take()
    if arrivals is not None:
        yield Arrived(arrivals)


def _changed(news: LinkNews, rows: Rows) -> LinkChanged:
    return LinkChanged(
        state=news.state,
        t_ms=rows.at_ms(news.monotonic_ns),
        device=news.device,
        address=news.address,
        battery_percent=news.battery_percent,
        advice=news.advice,
    )


def _last_news(things: Iterable[Heard | LinkNews], before: LinkNews | None) -> LinkNews | None:
    for thing in things:
        if isinstance(thing, LinkNews):
            before = thing
    return before
