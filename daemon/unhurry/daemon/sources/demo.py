"""The simulated day as a source: the morning has been lived, the rest comes as one watches.

In: a simulated day, a speed. Out: its rows, up to `LIVE_FROM` at once, then at the speed asked for.
Everything says that it is simulated: the recording, the link, the page.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, datetime, time, timedelta

from unhurry.store import Anchor, LinkState, NewRecording

from ..simulation import SimulatedDay
from .items import Arrived, LinkChanged, RecordingOpened, SourceItem
from .pace import paced
from .replay import anchor_at
from .wishes import StrapWish

LIVE_FROM = time(11, 19, 30)
"""Shortly before a message goes unanswered: a visitor sees the first offer within a minute."""
DEFAULT_SPEED = 4.0
"""A minute of the day in a quarter: an offer stands long enough to be read, and the afternoon still comes."""
DEVICE = "Simulated wearer"
BATTERY_PERCENT = 80


class DemoSource:
    """A simulated wearer's day."""

    def __init__(self, day: SimulatedDay, on: date, *, speed: float = DEFAULT_SPEED) -> None:
        self.speed = speed
        self.day = day
        self.anchor: Anchor = anchor_at(datetime.combine(on, day.start))
        """Wall time of the day's second 0."""

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
        async for rows in paced(self.day.arrivals, speed=self.speed, from_ms=self.live_from_ms):
            yield Arrived(rows)
