"""Whether the heart went along with each practice: a study of the thread that looks back on the days.

In: a database that others write to. Out: `followed` and the numbers of `practice_runs`. While a practice goes
on, what can be said so far is kept beside them, for the page.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from unhurry.signal.adherence import (
    STEP_MS,
    VERDICT_MS,
    Adherence,
    Followed,
    Look,
    Stretch,
    adherence,
    look_at,
)
from unhurry.signal.motion import initial_motion, intensity
from unhurry.signal.records import Beats, Int64Array
from unhurry.store import Database, Present, present
from unhurry.store.moments import RecordingRow, recordings
from unhurry.store.outcomes import beats_of, motion_of
from unhurry.store.practice_runs import LONGEST_MS, KeptRun, keep_followed, moving_level, waiting_runs

from .worker import Look as Looking

_SURE_MS = 15_000
"""A beat may be judged this late."""
_LEAD_S = 10


def follow_practices(database: Database) -> Looking:
    """Return how to look after the practices of a database."""

    def look() -> None:
        runs = waiting_runs(database)
        if runs:
            now = present(database)
            for run in runs:
                _follow(database, run, now)

    return look


def _follow(database: Database, run: KeptRun, now: Present) -> None:
    now_ms = now.moment.wall_ms
    given_up = run.ended is None and now_ms > run.started.wall_ms + LONGEST_MS
    over = given_up or (run.ended is not None and not (now.running and now_ms < run.ended.wall_ms + _SURE_MS))
    if run.speed != 1.0:
        # The breath was paced on the wearer's clock, the heart beat on another one.
        if over:
            keep_followed(database, run.id, Followed.COULD_NOT_TELL, {"why": "another_clock"})
        return
    recording = _recording(database, run)
    if recording is None:
        if over:
            keep_followed(database, run.id, Followed.COULD_NOT_TELL, {"why": "no_beats"})
        return
    if over:
        found = _found(database, run, recording)
        begun_ms = run.started.wall_ms - recording.wall_ms
        keep_followed(database, run.id, found.followed, _numbers(found, begun_ms))
    elif run.ended is None and now.running:
        so_far = _so_far(database, run, recording, now)
        if so_far != run.numbers.get("so_far"):
            keep_followed(database, run.id, None, {"so_far": so_far})


def _recording(database: Database, run: KeptRun) -> RecordingRow | None:
    """Return the recording a practice began in."""
    begun = run.started.wall_ms
    found = recordings(database, begun, begun + 1)
    return found[-1] if found else None


def _stretches(run: KeptRun, recording: RecordingRow, until_wall_ms: int) -> tuple[Stretch, ...]:
    """Return when the breath was paced, on the clock of the recording."""
    begun_ms = run.started.wall_ms - recording.wall_ms
    last_ms = until_wall_ms - recording.wall_ms
    placed = (
        Stretch(
            begun_ms + each.from_ms,
            min(last_ms, last_ms if each.until_ms is None else begun_ms + each.until_ms),
        )
        for each in run.paced
    )
    return tuple(each for each in placed if each.until_ms > each.from_ms)


def _found(database: Database, run: KeptRun, recording: RecordingRow) -> Adherence:
    ended_ms = run.started.wall_ms + LONGEST_MS if run.ended is None else run.ended.wall_ms
    stretches = _stretches(run, recording, ended_ms)
    beats, moved_ms = _measured(database, recording, stretches)
    return adherence(beats, run.breath_ms or 0, stretches, moved_ms)


def _so_far(database: Database, run: KeptRun, recording: RecordingRow, now: Present) -> str | None:
    """Return what the last two minutes say, or the first one; None before that."""
    stretches = _stretches(run, recording, now.moment.wall_ms - 2_000)
    if not stretches or stretches[-1].until_ms - stretches[-1].from_ms < STEP_MS:
        return None
    last = stretches[-1]
    window = Stretch(max(last.from_ms, last.until_ms - VERDICT_MS), last.until_ms)
    beats, moved_ms = _measured(database, recording, (window,))
    seen = look_at(beats, run.breath_ms or 0, window, moved_ms)
    if seen.went_along is None:
        return "could_not_tell"
    return "with_it" if seen.went_along else "own_way"


def _measured(
    database: Database, recording: RecordingRow, stretches: tuple[Stretch, ...]
) -> tuple[Beats, Int64Array]:
    """Return the beats around the stretches, and the seconds in which the wearer moved."""
    if not stretches:
        return beats_of(database, recording.id, 0, 0), np.zeros(0, np.int64)
    first_s = stretches[0].from_ms // 1000 - _LEAD_S
    last_s = stretches[-1].until_ms // 1000 + _LEAD_S
    beats = beats_of(database, recording.id, first_s, last_s)
    moving_from = moving_level(database, recording.id)
    if moving_from is None:
        return beats, np.zeros(0, np.int64)
    seconds_ms = np.arange(first_s, last_s, dtype=np.int64) * 1000
    samples = motion_of(database, recording.id, first_s - 5, last_s)
    _, known = intensity(initial_motion(), moving_from, samples, seconds_ms)
    return beats, seconds_ms[np.nan_to_num(known) >= 1.0]


def _numbers(found: Adherence, begun_ms: int) -> dict[str, Any]:
    return {
        "why": found.why,
        "so_far": None,
        "looks": [_plain(look, begun_ms) for look in found.looks],
        "minutes": [_plain(look, begun_ms) for look in found.minutes],
    }


def _plain(look: Look, begun_ms: int) -> dict[str, Any]:
    """Return a window as it is kept: in ms after the practice began."""
    plain = {
        name: round(value, 3) if isinstance(value, float) else value for name, value in asdict(look).items()
    }
    return plain | {"from_ms": look.from_ms - begun_ms, "until_ms": look.until_ms - begun_ms}
