"""The heart's course, read back from the beats.

In: a database and a stretch of time. Out: arrays and frozen records. Heart rate by the second is never
stored: it follows from the accepted beats, each held until the next, at most `HELD_S` seconds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np

from unhurry.signal.records import FloatArray, Int64Array, State, Verdict

from .database import Database
from .moments import Moment, recordings
from .paging import Page, Window, page, where_window

HELD_S = 12
"""A heart rate older than this says nothing about the present second (CONTRACT: level)."""

QUIET_S = 15
"""The quiet number on the page is a median over this."""

_ACCEPTED = (int(Verdict.OK), int(Verdict.GAP))


@dataclass(frozen=True, slots=True)
class BeatRow:
    """One stored beat."""

    moment: Moment
    rr_ms: float
    verdict: str


@dataclass(frozen=True, slots=True)
class SecondRow:
    """The heart rate of one second, or None where it is not known."""

    moment: Moment
    hr_bpm: float | None


@dataclass(frozen=True, slots=True)
class MinuteRow:
    """One stored minute."""

    recording_id: int
    moment: Moment
    state: State
    seconds: int
    hr_bpm: float | None
    rmssd_ms: float | None
    baseline_bpm: float | None
    spread_bpm: float | None
    motion: float | None
    quality: float


@dataclass(frozen=True, slots=True)
class HourRow:
    """One local hour: the median of its minutes, and how many of its seconds have a heart rate."""

    moment: Moment
    hr_bpm: float | None
    seconds_measured: int


def beats_between(database: Database, start_wall_ms: int, end_wall_ms: int) -> list[BeatRow]:
    """Return the beats in [start, end), oldest first, with their verdicts."""
    found: list[BeatRow] = []
    for recording in recordings(database, start_wall_ms, end_wall_ms):
        rows = database.rows(
            """SELECT t_ms, rr_1024, verdict FROM beats
            WHERE recording = ? AND t_ms >= ? AND t_ms < ? ORDER BY t_ms""",
            (recording.id, start_wall_ms - recording.wall_ms, end_wall_ms - recording.wall_ms),
        )
        found.extend(
            BeatRow(
                Moment(recording.wall_ms + t_ms, recording.utc_offset_s),
                rr_1024 / 1.024,
                Verdict(verdict).name.lower(),
            )
            for t_ms, rr_1024, verdict in rows
        )
    return found


def seconds_of(database: Database, recording_id: int, first_s: int, last_s: int) -> FloatArray:
    """Return the heart rate at the seconds first, …, last - 1 of a recording, NaN where not known."""
    times_ms, hr_bpm = _accepted(database, recording_id, (first_s - HELD_S) * 1000, last_s * 1000)
    seconds_ms = np.arange(first_s, last_s, dtype=np.int64) * 1000
    result = np.full(len(seconds_ms), np.nan)
    if len(times_ms) == 0:
        return result
    latest = np.searchsorted(times_ms, seconds_ms, side="right") - 1
    known = (latest >= 0) & (seconds_ms - times_ms[np.maximum(latest, 0)] <= HELD_S * 1000)
    result[known] = hr_bpm[latest[known]]
    return result


def seconds_between(
    database: Database, start_wall_ms: int, end_wall_ms: int, *, step_s: int = 1
) -> list[SecondRow]:
    """Return the heart rate every `step_s` seconds in [start, end), oldest first.

    With a step, the median over it. Only stretches a recording covers appear.
    """
    found: list[SecondRow] = []
    for recording in recordings(database, start_wall_ms, end_wall_ms):
        begun_s = first_arrival_ms(database, recording.id) // 1000
        first_s = max(begun_s, -(-(start_wall_ms - recording.wall_ms) // 1000))
        until_ms = end_wall_ms - recording.wall_ms
        reached_ms = (
            recording.end_ms if recording.end_ms is not None else last_arrival_ms(database, recording.id)
        )
        last_s = -(-min(until_ms, reached_ms) // 1000)
        if last_s <= first_s:
            continue
        # The points lie on whole steps of the recording, so that two requests that overlap agree.
        first_s -= first_s % step_s
        last_s += -last_s % step_s
        medians = _medians(seconds_of(database, recording.id, first_s, last_s).reshape(-1, step_s))
        found.extend(
            SecondRow(
                Moment(recording.wall_ms + (first_s + row * step_s) * 1000, recording.utc_offset_s),
                None if math.isnan(hr_bpm) else hr_bpm,
            )
            for row, hr_bpm in enumerate(medians.tolist())
        )
    return found


def quiet_bpm(database: Database, recording_id: int, t_ms: int) -> float | None:
    """Return the median heart rate of the `QUIET_S` seconds before `t_ms`, or None without a beat."""
    _, hr_bpm = _accepted(database, recording_id, t_ms - QUIET_S * 1000, t_ms)
    return median_or_none(hr_bpm)


def first_arrival_ms(database: Database, recording_id: int) -> int:
    """Return when the first thing of a recording arrived, before 0 in some files; 0 for an empty one."""
    first = database.value(
        """SELECT coalesce(min(arrival_ms), 0) FROM (
        SELECT min(t_ms) AS arrival_ms FROM links WHERE recording = ?1
        UNION ALL SELECT (SELECT t_ms + late_ms FROM beats WHERE recording = ?1 ORDER BY t_ms LIMIT 1)
        UNION ALL SELECT min(t_ms) FROM heart_rates WHERE recording = ?1
        UNION ALL SELECT min(t_ms) FROM motion WHERE recording = ?1
        UNION ALL SELECT min(t_ms) FROM trunk WHERE recording = ?1)""",
        (recording_id,),
    )
    return int(first)


def last_arrival_ms(database: Database, recording_id: int) -> int:
    """Return when the last thing of a recording arrived, on its own clock; 0 for an empty one."""
    last = database.value(
        """SELECT coalesce(max(arrival_ms), 0) FROM (
        SELECT max(t_ms) AS arrival_ms FROM links WHERE recording = ?1
        UNION ALL SELECT (SELECT t_ms + late_ms FROM beats WHERE recording = ?1 ORDER BY t_ms DESC LIMIT 1)
        UNION ALL SELECT max(t_ms) FROM heart_rates WHERE recording = ?1
        UNION ALL SELECT max(t_ms) FROM motion WHERE recording = ?1
        UNION ALL SELECT max(t_ms) FROM trunk WHERE recording = ?1
        UNION ALL SELECT t_ms FROM now WHERE recording = ?1)""",
        (recording_id,),
    )
    return int(last)


def minutes_between(database: Database, start_wall_ms: int, end_wall_ms: int) -> list[MinuteRow]:
    """Return the minutes that begin in [start, end), oldest first."""
    rows = database.rows(
        f"{_MINUTES} WHERE m.wall_ms >= ? AND m.wall_ms < ? ORDER BY m.wall_ms, m.recording",
        (start_wall_ms, end_wall_ms),
    )
    return [_minute(row) for row in rows]


def minutes(database: Database, window: Window) -> Page[MinuteRow]:
    """Return minutes, newest first. Raises InputError for a foreign cursor."""
    rows = database.rows(f"{_MINUTES} WHERE {where_window('m.wall_ms', 'm.recording')}", window.parameters)
    return page([(row[1], row[0], _minute(row)) for row in rows], window)


def hours_between(database: Database, start_wall_ms: int, end_wall_ms: int) -> list[HourRow]:
    """Return the local hours with minutes that begin in [start, end), oldest first."""
    hours: list[HourRow] = []
    minutes = minutes_between(database, start_wall_ms, end_wall_ms)
    for (start_ms, offset_s), group in groupby(minutes, key=_hour):
        measured = [(minute.hr_bpm, minute.seconds) for minute in group if minute.hr_bpm is not None]
        values = np.array([hr_bpm for hr_bpm, _ in measured], dtype=np.float64)
        hours.append(
            HourRow(
                Moment(start_ms, offset_s), median_or_none(values), sum(seconds for _, seconds in measured)
            )
        )
    return hours


def median_or_none(values: FloatArray) -> float | None:
    """Return the median of what is known, or None when nothing is."""
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else None


def _medians(values: FloatArray) -> FloatArray:
    """Return the median of what is known in each row, NaN where nothing is."""
    ordered = np.sort(values, axis=1)  # NaN last
    known = np.isfinite(values).sum(axis=1)
    rows = np.arange(len(values))
    below = ordered[rows, np.maximum(known - 1, 0) // 2]
    above = ordered[rows, np.minimum(known // 2, values.shape[1] - 1)]
    return np.where(known > 0, (below + above) / 2, np.nan)


_MINUTES = """SELECT m.recording, m.wall_ms, r.utc_offset_s, m.state, m.seconds, m.hr_bpm, m.rmssd_ms,
        m.baseline_bpm, m.spread_bpm, m.motion, m.quality
    FROM minutes AS m JOIN recordings AS r ON r.id = m.recording"""


def _minute(row: tuple[Any, ...]) -> MinuteRow:
    recording, wall_ms, offset_s, state, *rest = row
    return MinuteRow(recording, Moment(wall_ms, offset_s), State(state), *rest)


def _hour(minute: MinuteRow) -> tuple[int, int]:
    offset_ms = minute.moment.utc_offset_s * 1000
    return (
        minute.moment.wall_ms + offset_ms
    ) // 3_600_000 * 3_600_000 - offset_ms, minute.moment.utc_offset_s


def _accepted(
    database: Database, recording_id: int, after_ms: int, until_ms: int
) -> tuple[Int64Array, FloatArray]:
    """Accepted beats, or the device's heart rates where it sends no intervals, in (after, until]."""
    rows = database.rows(
        """SELECT t_ms, 61440.0 / rr_1024 FROM beats
        WHERE recording = ? AND t_ms > ? AND t_ms <= ? AND verdict IN (?, ?) ORDER BY t_ms""",
        (recording_id, after_ms, until_ms, *_ACCEPTED),
    ) or database.rows(
        """SELECT t_ms, hr_bpm FROM heart_rates
        WHERE recording = ? AND t_ms > ? AND t_ms <= ? AND hr_bpm > 0 ORDER BY t_ms, n""",
        (recording_id, after_ms, until_ms),
    )
    times, values = zip(*rows, strict=True) if rows else ((), ())
    return np.array(times, dtype=np.int64), np.array(values, dtype=np.float64)
