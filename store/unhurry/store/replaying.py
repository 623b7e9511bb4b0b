"""A recording read back as it arrived, to be lived again.

In: a database. Out: `LivedRecording`s, and their `Arrivals` in blocks of hours, so that a year takes no more
memory than a morning.

Beats keep their arrival, and so do movement, trunk angles and heart rates. Ticks are not kept: a strap and a
simulated day tick at each whole second, a file never does. So the same parameters find the same events; only
`confirmed_s`, where a tick confirmed it, can differ by milliseconds: a tick never stands before what arrived
ahead of it. A busy machine leaves ticks out, and a recording of an earlier version has them a little late.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from unhurry.signal.records import Arrivals, FloatArray, Int64Array, Kind

from .database import Database
from .heart import last_arrival_ms
from .records import Anchor, LinkState, NewRecording
from .resume import INTERRUPTED

BLOCK_MS = 3 * 3_600_000
"""Some forty thousand rows."""
_SECOND_MS = 1000
_TICKS = frozenset({"ble", "demo"})
"""Sources that tick each second."""


@dataclass(frozen=True, slots=True)
class LivedRecording:
    """A recording that can be lived again."""

    id: int
    recording: NewRecording
    reached_ms: int
    """How far it has come."""
    cause: str | None
    """Why it ended; None while it goes on."""

    @property
    def anchor(self) -> Anchor:
        """Its wall clock."""
        return self.recording.anchor

    @property
    def interrupted(self) -> bool:
        """Whether the process died, and nobody ended it."""
        return self.cause == INTERRUPTED

    @property
    def live(self) -> bool:
        """Whether a strap was worn, rather than a file played or a day simulated."""
        return self.recording.source == "ble"


def lived_recordings(database: Database, start_wall_ms: int, end_wall_ms: int) -> tuple[LivedRecording, ...]:
    """Return the recordings that reach into [start, end), in the order they were opened.

    A replay or a simulated day says nothing about the wearer: they count only where there is nothing else.
    """
    rows = database.rows(
        """SELECT id, source, device, wall_ms, utc_offset_s, simulated, motion_still_below,
            motion_moving_from, end_ms, cause FROM recordings
        WHERE wall_ms < ? AND (end_ms IS NULL OR wall_ms + end_ms >= ?) ORDER BY id""",
        (end_wall_ms, start_wall_ms),
    )
    found = tuple(_lived(database, row) for row in rows)
    return tuple(each for each in found if each.live) or found


def arrivals_of(database: Database, lived: LivedRecording, *, block_ms: int = BLOCK_MS) -> Iterator[Arrivals]:
    """Yield everything that arrived in a recording, in order, in blocks of at most `block_ms`.

    Between two blocks the database is free: no transaction is held. Raises DatabaseError.
    """
    first_ms = int(
        database.value(
            """SELECT coalesce(min(arrival_ms), 0) FROM (
            SELECT (SELECT t_ms + late_ms FROM beats WHERE recording = ?1 ORDER BY t_ms LIMIT 1) AS arrival_ms
            UNION ALL SELECT min(t_ms) FROM heart_rates WHERE recording = ?1
            UNION ALL SELECT min(t_ms) FROM motion WHERE recording = ?1
            UNION ALL SELECT min(t_ms) FROM trunk WHERE recording = ?1)""",
            (lived.id,),
        )
    )
    start_ms = min(first_ms, 0)
    beats_done_ms: int | None = None
    paused = False
    while start_ms <= lived.reached_ms:
        end_ms = min(start_ms + block_ms, lived.reached_ms + 1)
        beats, beats_done_ms = _beats(database, lived.id, beats_done_ms, end_ms)
        span = (lived.id, start_ms, end_ms)
        parts = [
            beats,
            _samples(database, "heart_rates", Kind.HEART_RATE, span),
            _samples(database, "motion", Kind.MOTION, span),
            _samples(database, "trunk", Kind.TRUNK, span),
        ]
        if lived.recording.source in _TICKS:
            ticks, paused = _ticks(database, lived.id, start_ms, end_ms, paused=paused)
            parts.append(ticks)
        block = _in_order(parts)
        if len(block):
            yield block
        start_ms = end_ms


def _lived(database: Database, row: tuple[Any, ...]) -> LivedRecording:
    identity, source, device, wall_ms, utc_offset_s, simulated, still_below, moving_from, end_ms, cause = row
    recording = NewRecording(
        source, device, Anchor(wall_ms, utc_offset_s), bool(simulated), still_below, moving_from
    )
    reached_ms = last_arrival_ms(database, identity) if end_ms is None else int(end_ms)
    return LivedRecording(identity, recording, reached_ms, cause)


def _beats(
    database: Database, recording_id: int, after_ms: int | None, end_ms: int
) -> tuple[Arrivals, int | None]:
    """Return the beats after the one at `after_ms` that arrived before `end_ms`, and when the last one was.

    They arrived in the order they happened, so the first that came too late ends the search.
    """
    since_ms = -(1 << 62) if after_ms is None else after_ms
    rows = database.rows(
        """SELECT t_ms, t_ms + late_ms, rr_1024 FROM beats
        WHERE recording = ?1 AND t_ms > ?2 AND t_ms < coalesce((
            SELECT t_ms FROM beats WHERE recording = ?1 AND t_ms > ?2 AND t_ms + late_ms >= ?3
            ORDER BY t_ms LIMIT 1), 9223372036854775807)
        ORDER BY t_ms""",
        (recording_id, since_ms, end_ms),
    )
    table = np.array(rows, np.int64).reshape(-1, 3)
    last_ms = int(table[-1, 0]) if len(table) else after_ms
    return _rows(table[:, 1], Kind.BEAT, table[:, 2].astype(np.float64)), last_ms


def _samples(
    database: Database,
    table: Literal["heart_rates", "motion", "trunk"],
    kind: Kind,
    span: tuple[int, int, int],
) -> Arrivals:
    value = "hr_bpm" if kind is Kind.HEART_RATE else "value"
    rows = database.rows(
        f"SELECT t_ms, {value} FROM {table} WHERE recording = ? AND t_ms >= ? AND t_ms < ? ORDER BY t_ms, n",  # noqa: S608 - three names
        span,
    )
    times, values = zip(*rows, strict=True) if rows else ((), ())
    return _rows(np.array(times, np.int64), kind, np.array(values, np.float64))


def _ticks(
    database: Database, recording_id: int, start_ms: int, end_ms: int, *, paused: bool
) -> tuple[Arrivals, bool]:
    """Return the ticks of [start, end), and whether measuring was paused at its end.

    A tick says so from the one after the link did.
    """
    first_s = max(1, -(-start_ms // _SECOND_MS))
    times = np.arange(first_s, -(-end_ms // _SECOND_MS), dtype=np.int64) * _SECOND_MS
    marks = database.rows(
        "SELECT t_ms, state FROM links WHERE recording = ? AND t_ms >= ? AND t_ms < ? ORDER BY t_ms, id",
        (recording_id, start_ms, end_ms),
    )
    values = np.full(len(times), float(paused))
    for t_ms, state in marks:
        paused = state == LinkState.PAUSED
        values[times.searchsorted(t_ms, "left") :] = float(paused)
    return _rows(times, Kind.TICK, values), paused


def _rows(arrival_ms: Int64Array, kind: Kind, value: FloatArray) -> Arrivals:
    return Arrivals(arrival_ms, np.full(len(arrival_ms), kind.value, np.int8), value)


def _in_order(parts: list[Arrivals]) -> Arrivals:
    arrival_ms = np.concatenate([part.arrival_ms for part in parts])
    order = arrival_ms.argsort(kind="stable")
    return Arrivals(
        arrival_ms[order],
        np.concatenate([part.kind for part in parts])[order],
        np.concatenate([part.value for part in parts])[order],
    )
