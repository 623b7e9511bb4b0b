"""A recording from a file, played as if it were being lived.

In: a recording and a speed. Out: the rows of the file in their order, so that the same beats meet the
same `step` as live.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

from unhurry.store import Anchor, LinkState, NewRecording
from unhurry.store.formats import Recording

from .items import Arrived, LinkChanged, RecordingOpened, SourceItem
from .pace import paced
from .wishes import StrapWish


class ReplaySource:
    """Plays `recording`; ends with it."""

    def __init__(self, recording: Recording, *, anchor: Anchor, speed: float = 1.0) -> None:
        self.speed = speed
        self._recording = recording
        self._anchor = anchor

    def wish(self, wish: StrapWish) -> None:
        """Leave it: a recording goes on as it went."""

    async def items(self) -> AsyncIterator[SourceItem]:
        """Yield the recording, then end."""
        levels = self._recording.motion_levels
        arrivals = self._recording.arrivals
        yield RecordingOpened(
            NewRecording(
                source="replay",
                device=self._recording.name,
                anchor=self._anchor,
                motion_still_below=levels.still_below if levels else None,
                motion_moving_from=levels.moving_from if levels else None,
            )
        )
        first_ms = int(arrivals.arrival_ms[0])
        yield LinkChanged(LinkState.REPLAY, t_ms=first_ms, device=self._recording.name)
        async for rows in paced(arrivals, speed=self.speed):
            yield Arrived(rows)


def anchor_for(recording: Recording, start: datetime | None, now: datetime) -> Anchor:
    """Return the wall time of the recording's second 0.

    `start` when given, else what the file's name says, else such that the recording ends at `now` (aware).
    """
    begin = start or recording.start
    if begin is None:
        last_ms = int(recording.arrivals.arrival_ms[-1])
        begin = now - timedelta(milliseconds=last_ms)
    return anchor_at(begin)


def anchor_at(moment: datetime) -> Anchor:
    """Return the anchor for a wall time; one without a zone is taken as local to this machine."""
    aware = moment.astimezone() if moment.tzinfo is None else moment
    offset = aware.utcoffset() or timedelta(0)
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return Anchor(
        wall_ms=(aware - epoch) // timedelta(milliseconds=1), utc_offset_s=int(offset.total_seconds())
    )
