"""Following each event to its end: whether Unhurry spoke, was not answered, or was silent.

In: a database that others write to. Out: the rows of `outcomes`. What a stop or a crash left unfinished is
found again in the file; doing anything twice changes nothing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from unhurry.signal.motion import initial_motion, intensity
from unhurry.store import Database
from unhurry.store.heart import seconds_of
from unhurry.store.outcomes import (
    KeptOutcome,
    OpenMoment,
    beats_of,
    busy_minutes,
    keep_outcome,
    keep_recurrences,
    motion_of,
    open_moments,
)

from .outcome import AFTER_MOVING_S, AREA_S, RMSSD_TO_S, Course, outcome
from .settling import LONGEST_S
from .worker import Look

_AT_ONCE = 50
_SURE_S = 15
"""A beat may be judged this late."""
_LOOK_BACK = 50
"""Ids to look back over for an event that a new one says was not over."""
_PRACTICE_S = 30 * 60
"""A practice nobody ended is over after this."""
_ANOTHER_REASON = frozenset({"moved", "lost"})


def follow_events(database: Database) -> Look:
    """Return how to look after the events of a database."""
    unfinished_from = 0

    def look() -> None:
        nonlocal unfinished_from
        from_id = unfinished_from
        while moments := open_moments(database, from_id, _AT_ONCE):
            for moment in moments:
                _follow(database, moment)
            from_id = moments[-1].event_id + 1
        keep_recurrences(database, unfinished_from - _LOOK_BACK)
        still = open_moments(database, unfinished_from, 1)
        unfinished_from = still[0].event_id if still else from_id

    return look


def _follow(database: Database, moment: OpenMoment) -> None:
    until_s = _until_s(moment)
    if moment.closed is None and moment.reached_s < moment.confirmed_s + AREA_S + _SURE_S:
        return
    course = _course(database, moment, until_s)
    found = outcome(course)
    over = moment.recording_ended or (moment.closed is not None and moment.reached_s >= until_s + _SURE_S)
    # A half-time that may still be seen is not yet a censored one.
    kept = KeptOutcome(
        settled_half_s=found.settling.half_s,
        followed_s=found.settling.followed_s if over else None,
        area_bpm_min=found.area_bpm_min,
        rmssd_after_ms=found.rmssd_after_ms,
    )
    at_s = moment.confirmed_s if moment.end_s is None else moment.end_s
    keep_outcome(database, moment.event_id, moment.recording_wall_ms + round(at_s * 1000), kept)


def _until_s(moment: OpenMoment) -> float:
    """Return until when, on the recording's clock, something may still come."""
    practice_s = moment.confirmed_s + _PRACTICE_S if moment.practising else _rested_s(moment)
    return max(moment.peak_s + LONGEST_S, moment.confirmed_s + AREA_S, practice_s + RMSSD_TO_S)


def _rested_s(moment: OpenMoment) -> float:
    if moment.practised_until_s is None:
        return moment.confirmed_s
    return min(max(moment.practised_until_s, moment.confirmed_s), moment.confirmed_s + _PRACTICE_S)


def _course(database: Database, moment: OpenMoment, until_s: float) -> Course:
    first_s = int(min(moment.peak_s, moment.confirmed_s)) - AFTER_MOVING_S
    # Never beyond what has been judged: a second that is not over has no heart rate of its own yet.
    last_s = max(int(min(until_s, moment.reached_s)) + 1, first_s + 1)
    span = (moment.recording_id, first_s, last_s)
    return Course(
        first_s=first_s,
        hr_bpm=seconds_of(database, *span),
        moving=_moving(database, moment, first_s, last_s),
        beats=beats_of(database, *span),
        peak_s=moment.peak_s,
        decided_s=moment.confirmed_s,
        rested_s=_rested_s(moment),
        hr_peak_bpm=moment.hr_peak_bpm,
        hr_baseline_bpm=moment.hr_baseline_bpm,
        ended_s=moment.end_s if moment.closed in _ANOTHER_REASON else None,
    )


def _moving(database: Database, moment: OpenMoment, first_s: int, last_s: int) -> NDArray[np.bool_]:
    seconds = np.arange(first_s, last_s, dtype=np.int64)
    known = np.full(len(seconds), np.nan)
    if moment.moving_from is not None:
        samples = motion_of(database, moment.recording_id, first_s - 5, last_s)
        _, known = intensity(initial_motion(), moment.moving_from, samples, seconds * 1000)
    moving: NDArray[np.bool_] = np.nan_to_num(known) >= 1.0
    # Where movement was not measured, the minute's state is all there is.
    for start_s in busy_minutes(database, moment.recording_id, first_s - 59, last_s):
        moving |= np.isnan(known) & (seconds >= start_s) & (seconds < start_s + 60)
    return moving
