"""The simulated day as a source: the morning has been lived, the rest comes as one watches.

In: a simulated day, a speed. Out: its rows, up to `LIVE_FROM` at once, then at the speed asked for. While the
visitor breathes along, the simulated wearer does so, too, and the day goes no faster than the two of them.
Everything says that it is simulated: the recording, the link, the page.
"""

from __future__ import annotations

import asyncio
import time as clock
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import numpy as np

from unhurry.store import Anchor, LinkState, NewRecording

from ..simulation import DAY, Episode, EpisodeKind, Scene, SimulatedDay, simulate_day
from .items import Arrived, LinkChanged, RecordingOpened, SourceItem
from .pace import BEAT_S, rows_between
from .replay import anchor_at
from .wishes import StrapWish

LIVE_FROM = time(11, 19, 30)
"""Shortly before a message goes unanswered: a visitor sees the first offer within a minute."""
DEFAULT_SPEED = 4.0
"""A minute of the day in a quarter: an offer stands long enough to be read, and the afternoon still comes."""
DEVICE = "Simulated wearer"
BATTERY_PERCENT = 80
_CALMED_BPM = -9.0
_LONGEST_S = 40 * 60
_SOON_S = 2.0
"""Nothing that was sent already may change: a breath begins and ends a little later than it was asked for."""


class DemoSource:
    """A simulated wearer's day."""

    def __init__(self, day: SimulatedDay, on: date, *, speed: float = DEFAULT_SPEED) -> None:
        self.speed = speed
        self.day = day
        self.anchor: Anchor = anchor_at(datetime.combine(on, day.start))
        """Wall time of the day's second 0."""
        self._breath_ms: int | None = None
        self._practised: tuple[Scene, ...] = ()

    def breathe(self, breath_ms: int | None) -> None:
        """Let the wearer breathe at this length of a breath from now on; None: as they like."""
        self._breath_ms = breath_ms

    @property
    def live_from_ms(self) -> int:
        """Recording time up to which the day has been lived when one starts to watch."""
        start = self.day.start
        lived = datetime.combine(date.min, LIVE_FROM) - datetime.combine(date.min, start)
        return lived // timedelta(milliseconds=1)

    def wish(self, wish: StrapWish) -> None:
        """Leave it: a simulated day goes on as it was written."""

    async def items(self) -> AsyncIterator[SourceItem]:
        """Yield the day, then end."""
        levels = self.day.motion_levels
        yield RecordingOpened(
            NewRecording(
                source="demo",
                device=DEVICE,
                anchor=self.anchor,
                simulated=True,
                motion_still_below=levels.still_below,
                motion_moving_from=levels.moving_from,
            )
        )
        first_ms = int(self.day.arrivals.arrival_ms[0])
        yield LinkChanged(LinkState.SIMULATED, t_ms=first_ms, device=DEVICE, battery_percent=BATTERY_PERCENT)
        sent, began_ms = 0, self.live_from_ms
        while sent < len(self.day.arrivals) and int(self.day.arrivals.arrival_ms[sent]) < began_ms:
            hour_ms = min(began_ms, int(self.day.arrivals.arrival_ms[sent]) + 3_600_000)
            upto = int(np.searchsorted(self.day.arrivals.arrival_ms, hour_ms, "left"))
            yield Arrived(rows_between(self.day.arrivals, sent, upto))
            sent = upto
            await asyncio.sleep(0)
        async for rows in self._live(sent):
            yield rows

    async def _live(self, sent: int) -> AsyncIterator[Arrived]:
        """Yield the rest of the day, no faster than whoever breathes along."""
        reached_ms, at_s = float(self.live_from_ms), clock.monotonic()
        breath_ms, speed, told = self._breath_ms, self.speed, self.speed
        while sent < len(self.day.arrivals):
            if self._breath_ms != breath_ms:
                breath_ms = self._breath_ms
                speed = self.speed if breath_ms is None else min(self.speed, 1.0)
                last_ms = int(self.day.arrivals.arrival_ms[sent - 1])
                await self._relive(breath_ms, from_s=reached_ms / 1000 + _SOON_S)
                sent = int(np.searchsorted(self.day.arrivals.arrival_ms, last_ms, "right"))
            now_s = clock.monotonic()
            reached_ms += (now_s - at_s) * speed * 1000
            at_s = now_s
            upto = int(np.searchsorted(self.day.arrivals.arrival_ms, reached_ms, "right"))
            if upto > sent:
                changed = None if speed == told else speed
                yield Arrived(rows_between(self.day.arrivals, sent, upto), changed)
                sent, told = upto, speed
            await asyncio.sleep(BEAT_S)

    async def _relive(self, breath_ms: int | None, *, from_s: float) -> None:
        """Go on with a wearer who breathes so from then on; what was before stays as it was."""
        scenes = [
            replace(was, episode=replace(was.episode, end_s=min(was.episode.end_s, from_s)))
            for was in self._practised
        ]
        if breath_ms is not None:
            along = Episode(EpisodeKind.BREATHING, from_s, from_s + _LONGEST_S, "Breathing along")
            scenes.append(Scene(along, _CALMED_BPM, 1000 / breath_ms))
        self._practised = tuple(scenes)
        self.day = await asyncio.to_thread(simulate_day, scenes=(*DAY, *scenes))
