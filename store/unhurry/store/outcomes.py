"""How moments went on: which are not followed to their end yet, what was measured around them, the result.

In: a database. Out: frozen records and arrays; the one place that writes what the heart did of `outcomes`
(what the wearer said of it comes with an answer: `prompts`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from unhurry.signal.records import Beats, Samples, State

from .database import Database
from .records import Answer

RECURS_WITHIN_S = 2 * 3600
"""A moment that comes back within this was not over."""
_BUSY = (State.MOVING, State.AFTER_EXERTION)


@dataclass(frozen=True, slots=True)
class OpenMoment:
    """An event whose outcome may still change. Times on the clock of its recording."""

    event_id: int
    recording_id: int
    recording_wall_ms: int
    confirmed_s: float
    peak_s: float
    end_s: float | None
    closed: str | None
    hr_peak_bpm: float
    hr_baseline_bpm: float
    moving_from: float | None
    """What its movement numbers mean; None without movement."""
    reached_s: float
    """How far the recording has come."""
    recording_ended: bool
    practising: bool
    """The wearer began the practice that was offered, and nobody said yet that it ended."""
    practised_until_s: float | None


@dataclass(frozen=True, slots=True)
class KeptOutcome:
    """What the heart did. None: not known, or not yet."""

    settled_half_s: float | None
    followed_s: float | None
    """None while it may still change."""
    area_bpm_min: float | None
    rmssd_after_ms: float | None


def open_moments(database: Database, from_id: int, limit: int) -> tuple[OpenMoment, ...]:
    """Return events from an id on that are not followed to their end yet, oldest first."""
    rows = database.rows(
        """SELECT e.id, e.recording, r.wall_ms, e.confirmed_s, e.peak_s, e.end_s, e.closed, e.hr_peak_bpm,
            e.hr_baseline_bpm, r.motion_moving_from,
            coalesce(r.end_ms, (SELECT n.t_ms FROM now AS n WHERE n.recording = r.id), 0) / 1000.0,
            r.end_ms IS NOT NULL, p.answer,
            (coalesce(
                (SELECT max(ended_wall_ms) FROM practice_runs WHERE prompt = p.id),
                (SELECT max(a.wall_ms) FROM answers AS a WHERE a.prompt = p.id AND a.answer = ?)
            ) - r.wall_ms) / 1000.0
        FROM events AS e JOIN recordings AS r ON r.id = e.recording
        LEFT JOIN outcomes AS o ON o.event = e.id
        LEFT JOIN decisions AS d ON d.event = e.id LEFT JOIN prompts AS p ON p.decision = d.id
        WHERE e.id >= ? AND o.followed_s IS NULL ORDER BY e.id LIMIT ?""",
        (Answer.DONE, from_id, limit),
    )
    return tuple(_open(row) for row in rows)


def beats_of(database: Database, recording_id: int, first_s: int, last_s: int) -> Beats:
    """Return the beats of a recording in [first, last)."""
    rows = database.rows(
        """SELECT t_ms, rr_1024, verdict, late_ms FROM beats
        WHERE recording = ? AND t_ms >= ? AND t_ms < ? ORDER BY t_ms""",
        (recording_id, first_s * 1000, last_s * 1000),
    )
    table = np.array(rows, np.int64).reshape(-1, 4)
    return Beats(table[:, 0], table[:, 1], table[:, 2].astype(np.int8), table[:, 3])


def motion_of(database: Database, recording_id: int, first_s: int, last_s: int) -> Samples:
    """Return the movement of a recording that arrived in [first, last)."""
    rows = database.rows(
        "SELECT t_ms, value FROM motion WHERE recording = ? AND t_ms >= ? AND t_ms < ? ORDER BY t_ms, n",
        (recording_id, first_s * 1000, last_s * 1000),
    )
    times, values = zip(*rows, strict=True) if rows else ((), ())
    return Samples(np.array(times, np.int64), np.array(values, np.float64))


def busy_minutes(database: Database, recording_id: int, first_s: int, last_s: int) -> tuple[int, ...]:
    """Return where the minutes begin that were spent moving or shortly after, in [first, last)."""
    rows = database.rows(
        """SELECT start_s FROM minutes
        WHERE recording = ? AND start_s >= ? AND start_s < ? AND state IN (?, ?) ORDER BY start_s""",
        (recording_id, first_s, last_s, *_BUSY),
    )
    return tuple(int(row[0]) for row in rows)


def keep_outcome(database: Database, event_id: int, at_wall_ms: int, found: KeptOutcome) -> bool:
    """Keep what the heart did; False when it was known already. Raises DatabaseError."""
    values = (found.settled_half_s, found.followed_s, found.area_bpm_min, found.rmssd_after_ms)
    known = database.row(
        "SELECT settled_half_s, followed_s, area_bpm_min, rmssd_after_ms FROM outcomes WHERE event = ?",
        (event_id,),
    )
    if known == values:
        return False
    # It follows from the beats: after a power cut it is worked out again.
    with database.immediate(durable=False) as db:
        updated = db.execute(
            """UPDATE outcomes SET settled_half_s = ?, followed_s = ?, area_bpm_min = ?, rmssd_after_ms = ?
            WHERE event = ?""",
            (*values, event_id),
        ).rowcount
        if not updated:
            db.execute(
                """INSERT INTO outcomes (settled_half_s, followed_s, area_bpm_min, rmssd_after_ms, event,
                    prompt, wall_ms)
                VALUES (?, ?, ?, ?, ?5, (SELECT p.id FROM prompts AS p JOIN decisions AS d ON d.id =
                    p.decision WHERE d.event = ?5), ?)""",
                (*values, event_id, at_wall_ms),
            )
    return True


def keep_recurrences(database: Database, from_id: int) -> int:
    """Note which moments from an id on came back within two hours; return of how many it was news."""
    due = """FROM outcomes AS o JOIN events AS e ON e.id = o.event JOIN recordings AS r ON r.id = e.recording
        JOIN events AS n ON n.wall_ms > r.wall_ms + e.confirmed_s * 1000
            AND n.wall_ms <= r.wall_ms + (e.confirmed_s + ?2) * 1000
        JOIN recordings AS s ON s.id = n.recording AND s.source = r.source
        WHERE o.event >= ?1 AND o.recurred_s IS NULL"""
    parameters = (from_id, RECURS_WITHIN_S)
    if database.row(f"SELECT 1 {due} LIMIT 1", parameters) is None:
        return 0
    with database.immediate(durable=False) as db:
        return db.execute(
            f"""UPDATE outcomes SET recurred_s = later.s FROM (
                SELECT o.id AS id, min(n.wall_ms - r.wall_ms) / 1000.0 - e.confirmed_s AS s {due}
                GROUP BY o.id
            ) AS later WHERE outcomes.id = later.id""",  # noqa: S608 - our own text
            parameters,
        ).rowcount


def _open(row: tuple[Any, ...]) -> OpenMoment:
    event_id, recording_id, wall_ms, confirmed_s, peak_s, end_s, closed, peak_bpm, baseline_bpm = row[:9]
    moving_from, reached_s, ended, answer, practised_until_s = row[9:]
    return OpenMoment(
        event_id=event_id,
        recording_id=recording_id,
        recording_wall_ms=wall_ms,
        confirmed_s=confirmed_s,
        peak_s=peak_s,
        end_s=end_s,
        closed=closed,
        hr_peak_bpm=peak_bpm,
        hr_baseline_bpm=baseline_bpm,
        moving_from=moving_from,
        reached_s=reached_s,
        recording_ended=bool(ended),
        practising=answer == Answer.START and practised_until_s is None,
        practised_until_s=practised_until_s,
    )
