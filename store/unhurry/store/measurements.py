"""Rows of measurements: what was measured is inserted once and never changed.

In: records of the pipeline, inside a transaction. Out: rows. Only a verdict may come later than its beat.
"""

from __future__ import annotations

import math
import time
from itertools import repeat
from typing import Literal

from unhurry.signal.records import Beats, Minute, Samples

from .batch import LinkMark, Now
from .database import Database
from .records import NewRecording
from .straps import write_straps_in_reach


def write_recording(db: Database, recording: NewRecording, recording_id: int | None = None) -> int:
    """Insert a recording, under a new id or the one given, and return its id."""
    cursor = db.execute(
        """INSERT INTO recordings (id, source, device, wall_ms, utc_offset_s, simulated,
            motion_still_below, motion_moving_from)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            recording_id,
            recording.source,
            recording.device,
            recording.anchor.wall_ms,
            recording.anchor.utc_offset_s,
            int(recording.simulated),
            recording.motion_still_below,
            recording.motion_moving_from,
        ),
    )
    return int(cursor.lastrowid or 0)


def write_beats(db: Database, recording_id: int, beats: Beats) -> None:
    """Insert beats; of one that is there already, only the verdict changes."""
    db.execute_many(
        """INSERT INTO beats VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (recording, t_ms) DO UPDATE SET verdict = excluded.verdict""",
        zip(
            repeat(recording_id, len(beats)),
            beats.t_ms.tolist(),
            beats.rr_1024.tolist(),
            beats.verdict.tolist(),
            beats.late_ms.tolist(),
            strict=True,
        ),
    )


def write_samples(
    db: Database, table: Literal["heart_rates", "motion", "trunk"], recording_id: int, samples: Samples
) -> None:
    """Insert samples in arrival order; one that is not a number says nothing and is left out.

    A burst brings several values in one millisecond: `n` keeps them apart, also across batches.
    """
    first = int(samples.arrival_ms[0]) if len(samples) else 0
    last = db.row(
        f"SELECT t_ms, n FROM {table} WHERE recording = ? AND t_ms = ? ORDER BY n DESC",  # noqa: S608 - three names
        (recording_id, first),
    )
    at_ms, n = last or (-1, 0)
    rows: list[tuple[int, int, int, float]] = []
    for t_ms, value in zip(samples.arrival_ms.tolist(), samples.value.tolist(), strict=True):
        if not math.isfinite(value):
            continue
        n = n + 1 if t_ms == at_ms else 0
        at_ms = t_ms
        rows.append((recording_id, t_ms, n, value))
    db.execute_many(f"INSERT INTO {table} VALUES (?, ?, ?, ?)", rows)  # noqa: S608


def write_minutes(db: Database, recording_id: int, wall_ms: int, minutes: tuple[Minute, ...]) -> None:
    """Insert minutes of a recording that began at `wall_ms`; one that is there already is replaced."""
    db.execute_many(
        """INSERT INTO minutes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (recording, start_s) DO UPDATE SET state = excluded.state, seconds = excluded.seconds,
            hr_bpm = excluded.hr_bpm, rmssd_ms = excluded.rmssd_ms, baseline_bpm = excluded.baseline_bpm,
            spread_bpm = excluded.spread_bpm, motion = excluded.motion, quality = excluded.quality""",
        [
            (
                recording_id,
                minute.start_s,
                wall_ms + minute.start_s * 1000,
                minute.state,
                minute.seconds,
                known(minute.hr_bpm),
                known(minute.rmssd_ms),
                known(minute.baseline_bpm),
                known(minute.spread_bpm),
                known(minute.motion),
                known(minute.quality) or 0.0,
            )
            for minute in minutes
        ],
    )


def write_link(db: Database, recording_id: int, wall_ms: int, link: LinkMark) -> None:
    """Insert a change of the link, and remember a strap (not a file, nor a simulated wearer).

    A strap is known by its address; while that is not told, by its name, unless one of that name is known.
    """
    db.execute(
        """INSERT INTO links (recording, t_ms, state, device, battery_percent, advice)
        VALUES (?, ?, ?, ?, ?, ?)""",
        (recording_id, link.t_ms, link.state, link.device, link.battery_percent, link.advice),
    )
    write_straps_in_reach(db, recording_id, link.in_reach)
    if link.device is None:
        return
    if link.address is not None:
        db.execute("DELETE FROM devices WHERE key = ? AND address IS NULL", (link.device,))
    db.execute(
        """INSERT INTO devices SELECT coalesce(?2, ?1), ?1, ?2, ?3, ?4 FROM recordings
        WHERE id = ?5 AND source = 'ble' AND (?2 IS NOT NULL
            OR NOT EXISTS (SELECT 1 FROM devices WHERE name = ?1 AND address IS NOT NULL))
        ON CONFLICT (key) DO UPDATE SET name = excluded.name,
            battery_percent = coalesce(excluded.battery_percent, battery_percent),
            last_seen_wall_ms = excluded.last_seen_wall_ms""",
        (link.device, link.address, link.battery_percent, wall_ms + link.t_ms, recording_id),
    )


def write_now(db: Database, recording_id: int, now: Now) -> None:
    """Put the recording's now in place of the last one; `since_ms` stays while the state does."""
    db.execute(
        """INSERT INTO now VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET
            since_ms = CASE WHEN recording = excluded.recording AND state IS excluded.state
                THEN since_ms ELSE excluded.since_ms END,
            recording = excluded.recording, t_ms = excluded.t_ms, seen_wall_ms = excluded.seen_wall_ms,
            speed = excluded.speed, state = excluded.state, level_bpm = excluded.level_bpm,
            baseline_bpm = excluded.baseline_bpm, spread_bpm = excluded.spread_bpm,
            motion_known = excluded.motion_known""",
        (
            recording_id,
            now.t_ms,
            time.time_ns() // 1_000_000,  # the real clock: tells a reader whether this process lives
            now.speed,
            now.state,
            now.t_ms,
            known(now.level_bpm),
            known(now.baseline_bpm),
            known(now.spread_bpm),
            int(now.motion_known),
        ),
    )


def known(value: float | None) -> float | None:
    """Return None for NaN: both mean that there is nothing to say."""
    return None if value is None or not math.isfinite(value) else float(value)
