"""How one event went on, from the moment a decision was made about it.

In: a `Course`: heart rate, movement and beats around the event. Out: `Outcome`. Pure.

Everything is measured alike whether Unhurry spoke or not, and what belongs to the comparison (the area)
begins with the decision: what came before cannot be the work of an offer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unhurry.signal.records import Beats, FloatArray, Verdict

from .settling import MOVING_RUN_S, Settling, followed_by, runs_of_at_least, settling

AREA_S = 10 * 60
"""The next ten minutes."""
AREA_FREE_S = 5 * 60
"""So many of them must be known and free of movement, or the area says nothing."""
AFTER_MOVING_S = 3 * 60
"""A heart is busy with a walk for about this long after it."""
RMSSD_FROM_S, RMSSD_TO_S = 120, 240
"""Minutes two to four after: during paced breathing RMSSD rises mechanically, which is no benefit."""
RMSSD_SHARE = 0.8
"""So much of those two minutes must be adjacent accepted beats."""


@dataclass(frozen=True, slots=True)
class Course:
    """What is known around an event; `n` seconds from `first_s` on, on the clock of the recording."""

    first_s: int
    hr_bpm: FloatArray
    """Shape (n,), NaN where there is none."""
    moving: NDArray[np.bool_]
    """Shape (n,): seconds of movement."""
    beats: Beats
    peak_s: float
    decided_s: float
    """When the decision was made, and an offer shown if one was."""
    rested_s: float
    """From when on RMSSD is looked at: the end of the practice, or the decision without one."""
    hr_peak_bpm: float
    hr_baseline_bpm: float
    ended_s: float | None = None
    """When the event ended because the wearer moved or nothing could be told any longer; else None."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it went on; None where it cannot be told."""

    settling: Settling
    area_bpm_min: float | None
    """Heart rate over the usual in the ten minutes after the decision, in bpm times minutes."""
    rmssd_after_ms: float | None


def outcome(course: Course) -> Outcome:
    """Return how the event went on, as far as the course reaches."""
    moving = runs_of_at_least(course.moving, MOVING_RUN_S)
    return Outcome(
        _settling(course, moving),
        area_over(course, followed_by(moving, AFTER_MOVING_S)),
        rmssd_after(course, moving),
    )


def _settling(course: Course, moving: NDArray[np.bool_]) -> Settling:
    start = max(int(course.peak_s) - course.first_s, 0)
    stop = len(moving) if course.ended_s is None else max(int(course.ended_s) - course.first_s, start)
    half_bpm = (course.hr_baseline_bpm + course.hr_peak_bpm) / 2
    return settling(course.hr_bpm[start:stop], moving[start:stop], half_bpm)


def area_over(course: Course, busy: NDArray[np.bool_]) -> float | None:
    """Return heart rate over the usual, summed over the ten minutes after the decision, in bpm min.

    Seconds without a heart rate, and those in which the heart is busy with something else, are taken to be
    like the others; None when fewer than `AREA_FREE_S` are left, or the ten minutes are not over.
    """
    start = int(np.ceil(course.decided_s)) - course.first_s
    over_bpm = course.hr_bpm[start : start + AREA_S] - course.hr_baseline_bpm
    if len(over_bpm) < AREA_S:
        return None
    free = np.isfinite(over_bpm) & ~busy[start : start + AREA_S]
    if np.count_nonzero(free) < AREA_FREE_S:
        return None
    return float(np.mean(np.maximum(over_bpm[free], 0.0))) * AREA_S / 60


def rmssd_after(course: Course, moving: NDArray[np.bool_]) -> float | None:
    """Return RMSSD in ms in minutes two to four after `rested_s`, from adjacent accepted beats alone.

    None when less than `RMSSD_SHARE` of the time is such beats, or the wearer moved.
    """
    from_s, to_s = course.rested_s + RMSSD_FROM_S, course.rested_s + RMSSD_TO_S
    first = max(int(from_s) - course.first_s, 0)
    if moving[first : int(to_s) - course.first_s].any():
        return None
    beats = course.beats
    within = (beats.t_ms[1:] > from_s * 1000) & (beats.t_ms[1:] <= to_s * 1000)
    before = beats.verdict[:-1]
    # The first beat after a gap is good itself; only its difference to the one before means nothing.
    good = (beats.verdict[1:] == Verdict.OK) & ((before == Verdict.OK) | (before == Verdict.GAP))
    pairs = within & good
    rr_1024 = beats.rr_1024
    covered_s = float(np.sum(rr_1024[1:][pairs])) / 1024
    if covered_s < RMSSD_SHARE * (RMSSD_TO_S - RMSSD_FROM_S):
        return None
    return float(np.sqrt(np.mean(np.square(np.diff(rr_1024)[pairs] / 1.024))))
