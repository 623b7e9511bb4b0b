"""Six hours of another person's ordinary wear, made to fit before a recording.

In: a `Wear` to be warmed, donors. Out: one sequence of arrivals, and where in it the recording begins. A
detector that only works in the first hour is no product.

Heart rates are shifted by the difference of the two quiet levels, which makes beats come sooner or later:
time is stretched with them, so that intervals and clock agree, and gaps stay as long as they were. Movement
keeps its class (still, fidgeting, moving) in the unit of the recording.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from unhurry.config import InputError
from unhurry.signal import Arrivals, Kind, MotionLevels, Samples
from unhurry.signal.motion import initial_motion, intensity

from .course import LONGEST_RR_MS, SHORTEST_RR_MS, Course, FloatArray, course_of
from .labels import SLEEP
from .people import Wearing
from .truth import truth_of
from .wear import Wear, joined, read_wear

WARM_S = 6 * 3600
_SLOWEST_BPM, _FASTEST_BPM = 30.0, 220.0


@dataclass(frozen=True, slots=True)
class Warmed:
    """A recording with other hours before it."""

    arrivals: Arrivals
    offset_s: int
    """Its second 0 is now this one; whole minutes."""
    donor: str


@dataclass(frozen=True, slots=True)
class _Day:
    """A donor's recording with what is needed of it."""

    wear: Wear
    course: Course
    quiet_bpm: float
    motion_class: FloatArray
    """Intensity at each movement sample: 1.0 and more is moving."""


def warmed(wearing: Wearing, wear: Wear, quiet_bpm: float, donors: tuple[Wearing, ...]) -> Warmed | None:
    """Return `wear` after six hours of a donor, the same one every time and never the same person.

    None when no donor has six hours awake in a row.
    """
    others = sorted(
        (each for each in donors if (each.dataset, each.person) != (wearing.dataset, wearing.person)),
        key=lambda each: each.name,
    )
    if not others:
        return None
    begin = zlib.crc32(f"{wearing.dataset}/{wearing.name}".encode()) % len(others)
    for donor in (*others[begin:], *others[:begin]):
        day = _day(donor)
        before = None if day is None else _six_hours(day, wear, quiet_bpm)
        if before is not None:
            own = wear.arrivals
            offset_s = WARM_S - 60 * (int(own.arrival_ms[0]) // 60_000)
            later = Arrivals(own.arrival_ms + offset_s * 1000, own.kind, own.value)
            return Warmed(joined([before, later]), offset_s, donor.name)
    return None


@lru_cache(maxsize=4)
def _day(donor: Wearing) -> _Day | None:
    """Return a donor's day, or None when it has no quiet time or cannot be read: another will do."""
    try:
        wear = read_wear(donor)
    except InputError:
        return None
    course = course_of(wear.arrivals, wear.motion_levels)
    quiet_bpm = truth_of(course, wear.labels).quiet_bpm
    if quiet_bpm is None or wear.heart != "rr":
        return None
    motion = _of_kind(wear.arrivals, Kind.MOTION)
    classes = np.empty(0)
    if wear.motion_levels is not None and len(motion):
        # Each sample counts in its own mean; several of one millisecond see the same one.
        at_ms = motion.arrival_ms + 1
        classes = intensity(initial_motion(), wear.motion_levels.moving_from, motion, at_ms)[1]
    return _Day(wear, course, quiet_bpm, classes)


def _six_hours(day: _Day, wear: Wear, quiet_bpm: float) -> Arrivals | None:
    """Return the first six hours without sleep, as the wearer's own; None when there are none."""
    shift_bpm = quiet_bpm - day.quiet_bpm
    sleep = sorted((each.start_s, each.end_s) for each in day.wear.labels if each.name == SLEEP)
    first_s = float(day.wear.arrivals.arrival_ms[0]) / 1000
    last_s = float(day.wear.arrivals.arrival_ms[-1]) / 1000
    for start_s in (first_s, *(end_s for _, end_s in sleep)):
        until_s = min([begin_s for begin_s, end_s in sleep if end_s > start_s], default=last_s)
        if until_s <= start_s:
            continue
        if wear.heart == "rr":
            times_ms, heart = _beats(day, shift_bpm, start_s, until_s)
        else:
            times_ms, heart = _rates(day, shift_bpm, start_s, until_s)
        # `times_ms` maps the donor's own time to the new one: beats of [start, until), ascending.
        if len(times_ms) == 0 or times_ms[-1, 1] < WARM_S * 1000:
            continue
        parts = [heart]
        if wear.motion_levels is not None and len(day.motion_class):
            parts.insert(0, _motion(day, wear.motion_levels, times_ms))
        rows = joined(parts)
        order = np.argsort(rows.arrival_ms, kind="stable")
        order = order[rows.arrival_ms[order] < WARM_S * 1000]
        return Arrivals(rows.arrival_ms[order], rows.kind[order], rows.value[order])
    return None


def _beats(day: _Day, shift_bpm: float, start_s: float, until_s: float) -> tuple[FloatArray, Arrivals]:
    beats = _of_kind(day.wear.arrivals, Kind.BEAT)
    inside = (beats.arrival_ms >= start_s * 1000) & (beats.arrival_ms < until_s * 1000)
    t_ms = beats.arrival_ms[inside].astype(np.float64)
    rr_ms = beats.value[inside] / 1.024
    plausible = (rr_ms >= SHORTEST_RR_MS) & (rr_ms <= LONGEST_RR_MS)
    shifted_bpm = np.clip(60_000.0 / rr_ms + shift_bpm, _SLOWEST_BPM, _FASTEST_BPM)
    new_rr_ms = np.where(plausible, 60_000.0 / shifted_bpm, rr_ms)
    steps_ms = np.maximum(np.diff(t_ms) + (new_rr_ms - rr_ms)[1:], 0.0)
    new_ms = np.concatenate(([0.0], np.cumsum(steps_ms)))[: len(t_ms)]
    rows = Arrivals(
        np.rint(new_ms).astype(np.int64),
        np.full(len(t_ms), Kind.BEAT.value, np.int8),
        np.maximum(np.rint(new_rr_ms * 1.024), 1.0),
    )
    return np.column_stack((t_ms, new_ms)), rows


def _rates(day: _Day, shift_bpm: float, start_s: float, until_s: float) -> tuple[FloatArray, Arrivals]:
    """Return a heart rate a second, as a wrist sensor would have sent it."""
    where = day.course.between(start_s, until_s)
    level_bpm = day.course.level_bpm[where]
    seconds_ms = np.arange(len(level_bpm), dtype=np.int64) * 1000
    known = ~np.isnan(level_bpm)
    rows = Arrivals(
        seconds_ms[known],
        np.full(int(known.sum()), Kind.HEART_RATE.value, np.int8),
        np.clip(level_bpm[known] + shift_bpm, _SLOWEST_BPM, _FASTEST_BPM),
    )
    own_ms = seconds_ms + float(day.course.first_s + where.start) * 1000
    times_ms: FloatArray = np.column_stack((own_ms, seconds_ms)).astype(np.float64)
    return times_ms, rows


def _motion(day: _Day, levels: MotionLevels, times_ms: FloatArray) -> Arrivals:
    own = day.wear.motion_levels or levels
    motion = _of_kind(day.wear.arrivals, Kind.MOTION)
    inside = (motion.arrival_ms >= times_ms[0, 0]) & (motion.arrival_ms <= times_ms[-1, 0])
    intensities = day.motion_class[inside]
    # Class borders meet class borders; between them, and beyond, in proportion.
    borders = (0.0, own.still_below / own.moving_from, 1.0)
    value = np.interp(intensities, borders, (0.0, levels.still_below, levels.moving_from))
    value = np.where(intensities > 1.0, intensities * levels.moving_from, value)
    new_ms = np.interp(motion.arrival_ms[inside], times_ms[:, 0], times_ms[:, 1])
    kinds = np.full(len(value), Kind.MOTION.value, np.int8)
    return Arrivals(np.rint(new_ms).astype(np.int64), kinds, value)


def _of_kind(arrivals: Arrivals, kind: Kind) -> Samples:
    which = arrivals.kind == kind.value
    return Samples(arrivals.arrival_ms[which], arrivals.value[which])
