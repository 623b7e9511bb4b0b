"""The strap as a source of beats.

In: which strap. Out: `RecordingOpened` first, then links, beats and a tick each second, until closed. When
the machine has slept, the recording ends and a new one opens: its clock stood still, and nothing may be
concluded across the gap. The same when somebody set the clock, so that what follows gets its right time.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Iterator

from unhurry.signal import POLAR_ACCELEROMETER
from unhurry.store import NewRecording
from unhurry.store.profiles import KeptProfile

from ..sources.items import Arrived, LinkChanged, RecordingOpened, SourceItem, StrapLearnt
from ..sources.wishes import StrapWish
from .clocks import Clocks, clock_set, read_clocks, slept
from .inbox import Heard, HeardAcceleration, HeardInformation, Inbox, LinkNews, Thing
from .keeper import Keeper
from .learner import Learner
from .link import Link
from .rows import Refusals, Rows
from .timings import Timings

_log = logging.getLogger(__name__)
_SECOND_NS = 1_000_000_000
_UNNAMED = "heart-rate strap"
_SUSPENDED, _CLOCK_SET = "suspended", "clock_set"


class BleSource:
    """Beats of a Bluetooth LE heart-rate strap, live."""

    speed = 1.0

    def __init__(
        self,
        strap_name: str | None = None,
        *,
        remembered: str | None = None,
        profiles: Iterable[KeptProfile] = (),
        timings: Timings | None = None,
        clocks: Callable[[], Clocks] = read_clocks,
    ) -> None:
        """Prepare a source; nothing is touched before `items`.

        Parameters
        ----------
        strap_name
            Name, part of a name, or address; without it the remembered strap, then the only one in reach.
        remembered
            Address of the strap that was used last.
        profiles
            What was learnt of straps earlier.
        """
        self._strap_name = strap_name or None
        self._remembered = remembered
        self._timings = timings or Timings()
        self._clocks = clocks
        self._keeper: Keeper | None = None
        self._learner = Learner(profiles)
        self.refusals = Refusals()
        """What the strap sent and could not be used, by reason."""

    async def items(self) -> AsyncIterator[SourceItem]:
        """Yield what happens until closed; closing or cancelling hangs up within a bounded time."""
        inbox = Inbox()
        link = Link(inbox, self._timings, name=self._strap_name, remembered=self._remembered)
        keeper = self._keeper = Keeper(link)
        tick_ns = round(self._timings.tick_s * _SECOND_NS)
        latest = self._clocks()
        rows = Rows(latest.monotonic_ns, self.refusals, self._learner)
        due_ns = latest.monotonic_ns + tick_ns
        link_now: LinkNews | None = None
        # Before the radio is touched: whoever listens may answer with a pause that has not ended.
        yield self._opening(latest)
        running = asyncio.create_task(keeper.run(), name="strap link")
        running.add_done_callback(lambda _: inbox.wake())
        try:
            while not running.done():
                await inbox.wait(max(0, due_ns - self._clocks().monotonic_ns) / _SECOND_NS)
                now = self._clocks()
                things = inbox.take()
                if keeper.paused:
                    # Hanging up takes a moment, in which the strap goes on; the wearer said "nothing".
                    things = [thing for thing in things if isinstance(thing, LinkNews)]
                if (ended := self._why_ended(latest, now)) is not None:
                    _log.info("a new recording begins: %s", ended)
                    # What came just before a sleep is handed over after it.
                    limit_ns = (latest if ended == _SUSPENDED else now).monotonic_ns + 2 * tick_ns
                    early = [thing for thing in things if thing.monotonic_ns <= limit_ns]
                    for item in _items(early, rows, self._learner):
                        yield item
                    things = things[len(early) :]
                    link_now = _last_news(early, link_now)
                    rows = Rows(now.monotonic_ns, self.refusals, self._learner, upright=rows.upright)
                    due_ns = now.monotonic_ns + tick_ns
                    yield self._opening(now, ended)
                    if link_now is not None:
                        yield _changed(link_now, rows)
                    if ended == _SUSPENDED:
                        self._learner.slept()
                        link.renew()
                for item in _items(things, rows, self._learner):
                    yield item
                link_now = _last_news(things, link_now)
                if now.monotonic_ns >= due_ns:
                    # At the second it was due, not when we woke: a stored day lived again ticks there, too.
                    due_ns += tick_ns * ((now.monotonic_ns - due_ns) // tick_ns)
                    rows.tick(due_ns, paused=keeper.paused)
                    due_ns += tick_ns
                    for item in _taken(rows):
                        yield item
                    if (learnt := self._learner.due(now.monotonic_ns, now.wall_ms)) is not None:
                        yield StrapLearnt(learnt)
                latest = now
            running.result()
        finally:
            await self._stop(running)

    def wish(self, wish: StrapWish) -> None:
        """Take up a wish while `items` runs: choose a strap, pause, go on."""
        if self._keeper is not None:
            self._keeper.wish(wish)

    def _why_ended(self, before: Clocks, now: Clocks) -> str | None:
        """Return why the recording cannot go on, or None while it can."""
        if slept(before, now, self._timings):
            return _SUSPENDED
        return _CLOCK_SET if clock_set(before, now, self._timings) else None

    def _opening(self, now: Clocks, ended: str = _SUSPENDED) -> RecordingOpened:
        recording = NewRecording(
            source="ble",
            device=self._strap_name or _UNNAMED,
            anchor=now.anchor,
            motion_still_below=POLAR_ACCELEROMETER.still_below,
            motion_moving_from=POLAR_ACCELEROMETER.moving_from,
        )
        return RecordingOpened(recording, ended)

    async def _stop(self, running: asyncio.Task[None]) -> None:
        """Let the link hang up, so that the strap advertises again and the next start finds it."""
        running.cancel()
        patience_s = self._timings.disconnect_s + self._timings.answer_s + 2 * self._timings.grace_s
        await asyncio.wait({running}, timeout=patience_s)
        if not running.done():
            _log.warning("the link did not end within %.0f s and is left behind", patience_s)


def _items(things: Iterable[Thing], rows: Rows, learner: Learner) -> Iterator[SourceItem]:
    """Turn what came into items, in order; waiting rows go out before each change of the link."""
    for thing in things:
        if isinstance(thing, Heard):
            rows.add(thing)
        elif isinstance(thing, HeardAcceleration):
            rows.add_acceleration(thing)
        elif isinstance(thing, HeardInformation):
            learner.told(thing.information)
        else:
            yield from _taken(rows)
            learner.news(thing)
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
        in_reach=news.in_reach,
    )


def _last_news(things: Iterable[Thing], before: LinkNews | None) -> LinkNews | None:
    for thing in things:
        if isinstance(thing, LinkNews):
            before = thing
    return before
