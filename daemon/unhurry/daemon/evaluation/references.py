"""Detectors that anybody could build, run over the same recordings to see what ours is worth.

In: a course, and arrivals for the one that needs beats. Out: alarms. None of them knows of gates, baselines
or artifacts.
"""

from __future__ import annotations

import warnings

import numpy as np
from scipy.signal import lfilter

from unhurry.signal import Arrivals, Kind

from .course import BoolArray, Course, FloatArray, plausible_rr
from .detection import Alarm
from .truth import runs

_HELD_S = 45
_ADDITIONAL_BPM = 3.0
"""Myrtek's additional heart rate: a minute so far above the mean of the three before, moving no more."""
_MINUTES_BEFORE = 3
_HALF_MINUTE = 30

_DIP_BEATS = 60
_DIP_PAIRS = 30
_DIP_SHARE = 0.6
_DIP_OPEN_S = 60.0
_DIP_APART_S = 900.0
_SLOW_BEATS = 2000
"""Time constant of the slow average: about half an hour."""
_LARGEST_STEP = 0.2
"""A step to the next interval by more than this share is no variability."""


def fixed_threshold(course: Course, line_bpm: float) -> tuple[Alarm, ...]:
    """Alarm when the level has been over a line for 45 s, until it is not."""
    over = np.nan_to_num(course.level_bpm, nan=0.0) > line_bpm
    return tuple(
        Alarm(float(course.first_s + start + _HELD_S), float(course.first_s + end))
        for start, end in runs(over)
        if end - start >= _HELD_S
    )


def additional_heart_rate(course: Course) -> tuple[Alarm, ...]:
    """Alarm at the end of a minute whose heart rate is additional; it stays open for another minute, and for
    as long as minutes are.
    """
    whole = len(course) // 60 * 60
    if whole == 0:
        return ()
    hr_bpm = _by_minute(course.level_bpm[:whole], at_least=_HALF_MINUTE)
    motion = _by_minute(course.motion[:whole], at_least=1)
    rise_bpm = hr_bpm - _mean_before(hr_bpm)
    with np.errstate(invalid="ignore"):
        more_motion = motion > _mean_before(motion)  # False where unknown
        additional: BoolArray = (rise_bpm >= _ADDITIONAL_BPM) & ~more_motion
    return tuple(
        Alarm(float(course.first_s + (start + 1) * 60), float(course.first_s + (end + 1) * 60))
        for start, end in runs(additional)
    )


def variability_dip(arrivals: Arrivals) -> tuple[Alarm, ...]:
    """Alarm when the RMSSD of 60 beats falls under 0.6 of its slow average; open for 60 s, 15 min apart."""
    beats = arrivals.kind == Kind.BEAT.value
    only = Arrivals(arrivals.arrival_ms[beats], arrivals.kind[beats], arrivals.value[beats])
    t_ms, rr_ms = plausible_rr(only)
    if len(rr_ms) <= _DIP_BEATS:
        return ()
    step_ms = np.diff(rr_ms)
    adjacent = np.diff(t_ms) - rr_ms[1:] < 1000.0
    good = adjacent & (np.abs(step_ms) <= _LARGEST_STEP * rr_ms[:-1])
    squares = np.concatenate(([0.0], np.cumsum(np.where(good, step_ms**2, 0.0))))
    pairs = np.concatenate(([0], np.cumsum(good)))
    count = pairs[_DIP_BEATS:] - pairs[:-_DIP_BEATS]
    enough = count >= _DIP_PAIRS
    rmssd_ms = np.sqrt((squares[_DIP_BEATS:] - squares[:-_DIP_BEATS])[enough].clip(0.0) / count[enough])
    at_s = t_ms[_DIP_BEATS:][enough] / 1000
    if len(rmssd_ms) == 0:
        return ()
    share = 1.0 / _SLOW_BEATS
    slow_ms, _ = lfilter([share], [1.0, share - 1.0], rmssd_ms, zi=[(1.0 - share) * rmssd_ms[0]])
    return _dips(at_s, rmssd_ms < _DIP_SHARE * slow_ms)


def random_times(
    course: Course, open_s: tuple[float, ...], count: int, rng: np.random.Generator
) -> tuple[Alarm, ...]:
    """Alarm `count` times at seconds with data, drawn at random, open for times drawn from `open_s`."""
    worn = np.flatnonzero(course.worn)
    if count == 0 or len(worn) == 0:
        return ()
    at_s = np.sort(course.first_s + rng.choice(worn, size=count))
    lasting_s = rng.choice(np.array(open_s), size=count)
    pairs = zip(at_s.tolist(), lasting_s.tolist(), strict=True)
    return tuple(Alarm(float(start), float(start + lasts)) for start, lasts in pairs)


def _dips(at_s: FloatArray, below: BoolArray) -> tuple[Alarm, ...]:
    alarms: list[Alarm] = []
    for index in np.flatnonzero(below[1:] & ~below[:-1]) + 1:
        t_s = float(at_s[index])
        if not alarms or t_s - alarms[-1].confirmed_s >= _DIP_APART_S:
            alarms.append(Alarm(t_s, t_s + _DIP_OPEN_S))
    return tuple(alarms)


def _by_minute(values: FloatArray, *, at_least: int) -> FloatArray:
    """Return the mean of each minute, NaN where fewer than `at_least` seconds are known."""
    minutes = values.reshape(-1, 60)
    known = (~np.isnan(minutes)).sum(axis=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # the mean of an empty minute
        mean: FloatArray = np.nanmean(minutes, axis=1)
    return np.where(known >= at_least, mean, np.nan)


def _mean_before(minutes: FloatArray) -> FloatArray:
    """Return the mean of the three minutes before each, NaN where one is unknown."""
    result = np.full(len(minutes), np.nan)
    for index in range(_MINUTES_BEFORE, len(minutes)):
        result[index] = minutes[index - _MINUTES_BEFORE : index].mean()
    return result
