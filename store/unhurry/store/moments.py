"""Which wall time it is, and was: recordings, their offsets, days, and the recording's now.

In: a database. Out: frozen records. A reader that wants to know "today" or "now" asks here: in a replay or a
simulated day both run at the speed of that day.
"""

# ruff: noqa: S608 - only our own names are put into SQL; what comes from outside is always a parameter

from __future__ import annotations

import time
from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from .database import Database

ALIVE_FOR_MS = 10_000
"""A service that wrote its now within this is running: it writes one each second."""

_EXTRAPOLATE_MS = 2_000
"""Between two heartbeats the clock of a fast replay runs on, at most for this long in real time."""

DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Moment:
    """A wall time and the offset of the place it was lived in."""

    wall_ms: int
    utc_offset_s: int

    @property
    def local(self) -> datetime:
        """The same moment with its own offset."""
        zone = timezone(timedelta(seconds=self.utc_offset_s))
        return datetime.fromtimestamp(0, zone) + timedelta(milliseconds=self.wall_ms)

    @property
    def date(self) -> date:
        """The local date."""
        return self.local.date()


@dataclass(frozen=True, slots=True)
class RecordingRow:
    """A recording as the store knows it."""

    id: int
    source: str
    device: str
    wall_ms: int
    utc_offset_s: int
    simulated: bool
    end_ms: int | None
    cause: str | None


@dataclass(frozen=True, slots=True)
class Present:
    """The recording's now and what makes it."""

    moment: Moment
    running: bool
    """A service is writing."""
    seen_wall_ms: int | None
    """When it last did, on the real clock."""
    recording: RecordingRow | None
    """The latest one."""
    reached_ms: int
    """How far it has come, on its own clock."""
    speed: float


@dataclass(frozen=True, slots=True)
class Day:
    """A local day: 23, 24 or 25 hours from midnight to midnight."""

    date: date
    start: Moment
    end: Moment


class Offsets:
    """Which UTC offset held when, from the recordings; the machine's own where there are none."""

    def __init__(self, database: Database) -> None:
        rows = database.rows("SELECT wall_ms, utc_offset_s FROM recordings ORDER BY wall_ms, id")
        self._walls = [int(row[0]) for row in rows]
        self._offsets = [int(row[1]) for row in rows]

    def at(self, wall_ms: int) -> int:
        """Return the offset of the latest recording begun by then, else of the first."""
        if not self._walls:
            return machine_offset_s(wall_ms)
        return self._offsets[max(bisect_right(self._walls, wall_ms) - 1, 0)]

    def moment(self, wall_ms: int) -> Moment:
        """Return `wall_ms` with its offset."""
        return Moment(wall_ms, self.at(wall_ms))

    def day(self, of: date) -> Day:
        """Return where the local day begins and ends."""
        return Day(of, self._midnight(of), self._midnight(of + timedelta(days=1)))

    def _midnight(self, of: date) -> Moment:
        utc_ms = round(datetime(of.year, of.month, of.day, tzinfo=UTC).timestamp()) * 1000
        # The offset that holds half a day later decides: a recording usually begins in the morning.
        offset_s = self.at(utc_ms + DAY_MS // 2)
        return Moment(utc_ms - offset_s * 1000, offset_s)


def machine_offset_s(wall_ms: int) -> int:
    """Return the UTC offset of this machine's zone at `wall_ms`."""
    offset = datetime.fromtimestamp(wall_ms / 1000, UTC).astimezone().utcoffset()
    return round(offset.total_seconds()) if offset is not None else 0


def recordings(database: Database, start_wall_ms: int, end_wall_ms: int) -> tuple[RecordingRow, ...]:
    """Return the recordings that reach into [start, end), oldest first."""
    rows = database.rows(
        f"""SELECT {_COLUMNS} FROM recordings
        WHERE wall_ms < ? AND (end_ms IS NULL OR wall_ms + end_ms > ?) ORDER BY wall_ms, id""",
        (end_wall_ms, start_wall_ms),
    )
    return tuple(_recording(row) for row in rows)


def latest_recording(database: Database) -> RecordingRow | None:
    """Return the recording begun last, or None."""
    row = database.row(f"SELECT {_COLUMNS} FROM recordings ORDER BY id DESC LIMIT 1")
    return None if row is None else _recording(row)


def present(database: Database) -> Present:
    """Return the recording's now. Without a living service it is the machine's, or where a replay stopped."""
    real_ms = time.time_ns() // 1_000_000
    recording = latest_recording(database)
    machine = Moment(real_ms, machine_offset_s(real_ms))
    if recording is None:
        return Present(machine, running=False, seen_wall_ms=None, recording=None, reached_ms=0, speed=1.0)
    row = database.row("SELECT t_ms, seen_wall_ms, speed FROM now WHERE recording = ?", (recording.id,))
    t_ms, seen_ms, speed = row or (0, None, 1.0)
    age_ms = real_ms - seen_ms if seen_ms is not None else ALIVE_FOR_MS
    running = recording.end_ms is None and 0 <= age_ms < ALIVE_FOR_MS
    reached_ms = int(t_ms if recording.end_ms is None else recording.end_ms)
    if running:
        on_ms = round(min(age_ms, _EXTRAPOLATE_MS) * speed)
        moment = Moment(recording.wall_ms + reached_ms + on_ms, recording.utc_offset_s)
    elif recording.source == "ble":
        moment = machine
    else:
        moment = Moment(recording.wall_ms + reached_ms, recording.utc_offset_s)
    return Present(moment, running, seen_ms, recording, reached_ms, float(speed))


_COLUMNS = "id, source, device, wall_ms, utc_offset_s, simulated, end_ms, cause"


def _recording(row: tuple[Any, ...]) -> RecordingRow:
    identity, source, device, wall_ms, utc_offset_s, simulated, end_ms, cause = row
    return RecordingRow(identity, source, device, wall_ms, utc_offset_s, bool(simulated), end_ms, cause)
