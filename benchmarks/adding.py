"""A rise of the heart, put into beats that a real heart made.

In: what arrived, and a `Rise`. Out: what would have arrived, had the heart beaten faster for a while.

Every interval shrinks as much as the added rate asks of the heart's usual interval around it, so breath and
artifacts keep their form; where so half an interval of time is left over, a usual one is put in. Nothing
beats in a gap, so gaps stay as long as they were, and movement stays; no beat outside of the rise changes.
Beats at the whole turns of an interpolated phase would be simpler, but smear artifacts into plausible
intervals.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import median_filter

from unhurry.daemon.evaluation.truth import AWAKE_AT_REST, Truth
from unhurry.signal import Arrivals, Kind
from unhurry.signal.records import FloatArray, Int64Array

RAMP_S = 40.0
"""From nothing to the whole height,"""
KEPT_SHARE = 0.85
"""of which so much is left, falling evenly, when the rise ends,"""
FALL_S = 90.0
"""and nothing so long after."""
_APART_S = 90 * 60
_AT_REST_SHARE = 0.95
_WORN_SHARE = 0.3
"""Of a rise so much must have data, as of a stress span."""
_LONGEST_RR_MS = 2000.0
"""An interval longer than this is a gap, written as one."""
_USUAL_OF = 11
_USUAL_WITHIN = 0.2
"""Nothing is put in beside an interval that differs from the usual by more than this share of it,"""
_MOST_LEFT = 3.0
"""unless time for so many intervals is left over."""
_HAIR_MS = 1e-6


@dataclass(frozen=True, slots=True)
class Rise:
    """A rise that begins at `start_s`, lasts, and falls away after `end_s`."""

    start_s: float
    lasts_s: float
    height_bpm: float

    @property
    def end_s(self) -> float:
        """When it begins to fall away."""
        return self.start_s + self.lasts_s

    @property
    def gone_s(self) -> float:
        """When nothing is left of it."""
        return self.end_s + FALL_S

    def added_bpm(self, t_s: FloatArray) -> FloatArray:
        """Return the rate that is added at each time."""
        at_s = (self.start_s, self.start_s + RAMP_S, self.end_s, self.gone_s)
        added: FloatArray = np.interp(t_s, at_s, (0.0, 1.0, KEPT_SHARE, 0.0)) * self.height_bpm
        return added


def moments(truth: Truth, longest_s: float, rng: np.random.Generator) -> list[float]:
    """Return whole minutes of time awake and at rest, drawn until there is no room for more."""
    at_rest = next((ground.seconds for ground in truth.grounds if ground.label == AWAKE_AT_REST), None)
    if at_rest is None:
        return []
    course = truth.course
    chosen: list[float] = []
    last_s = course.first_s + len(course) - longest_s
    for begin_s in rng.permutation(np.arange(-(-course.first_s // 60) * 60, last_s, 60.0)).tolist():
        where = course.between(begin_s, begin_s + longest_s)
        if (
            at_rest[where].mean() >= _AT_REST_SHARE
            and course.worn[where].mean() >= _WORN_SHARE
            and all(abs(begin_s - other_s) >= _APART_S for other_s in chosen)
        ):
            chosen.append(begin_s)
    return sorted(chosen)


def with_rises(arrivals: Arrivals, rises: tuple[Rise, ...]) -> Arrivals:
    """Return the arrivals with rises added, which must not overlap; everything but beats stays as it is."""
    beats = arrivals.kind == Kind.BEAT.value
    arrival_ms, value = arrivals.arrival_ms[beats], arrivals.value[beats]
    for rise in rises:
        arrival_ms, value = _raised(arrival_ms, value, rise)
    kind = np.concatenate((arrivals.kind[~beats], np.full(len(value), Kind.BEAT.value, np.int8)))
    arrival_ms = np.concatenate((arrivals.arrival_ms[~beats], arrival_ms))
    # As a recording is read: of what arrives together, movement comes before the heart.
    order = np.argsort(arrival_ms, kind="stable")
    return Arrivals(arrival_ms[order], kind[order], np.concatenate((arrivals.value[~beats], value))[order])


def _raised(arrival_ms: Int64Array, rr_1024: FloatArray, rise: Rise) -> tuple[Int64Array, FloatArray]:
    rr_ms = rr_1024 / 1.024
    inside = np.flatnonzero((arrival_ms > rise.start_s * 1000) & (arrival_ms - rr_ms < rise.gone_s * 1000))
    if len(inside) == 0:
        return arrival_ms, rr_1024
    first, stop = int(inside[0]), int(inside[-1]) + 1
    own_ms, own_rr_ms = arrival_ms[first:stop].astype(np.float64), rr_ms[first:stop]
    silent_ms = np.where(own_rr_ms > _LONGEST_RR_MS, own_rr_ms - np.median(own_rr_ms), 0.0)
    own_rr_ms = own_rr_ms - silent_ms
    new_rr_ms = _faster(own_rr_ms, rise.added_bpm((own_ms - own_rr_ms / 2) / 1000))

    beating_ms = np.concatenate(([0.0], np.cumsum(own_rr_ms)))
    beat_ms = np.cumsum(new_rr_ms)
    beat_ms[-1] = beating_ms[-1]
    within = np.searchsorted(beating_ms[1:], beat_ms - _HAIR_MS, "left")
    new_ms = own_ms[within] - (beating_ms[within + 1] - beat_ms)
    # What was silent comes before the interval that told of it.
    silent_in = np.searchsorted(beat_ms, beating_ms[:-1] + _HAIR_MS, "left")
    new_rr_ms += np.bincount(silent_in, silent_ms, len(new_rr_ms))
    new_arrival_ms = np.concatenate((arrival_ms[:first], np.rint(new_ms).astype(np.int64), arrival_ms[stop:]))
    return (
        # A few intervals of a recording begin before the last one ended; arrivals must not run backwards.
        np.maximum.accumulate(new_arrival_ms),
        np.concatenate((rr_1024[:first], np.maximum(np.rint(new_rr_ms * 1.024), 1.0), rr_1024[stop:])),
    )


def _faster(rr_ms: FloatArray, added_bpm: FloatArray) -> FloatArray:
    """Return the intervals of the faster heart, which take the same time."""
    usual_ms = median_filter(rr_ms, _USUAL_OF, mode="nearest")
    by = 1 + usual_ms * added_bpm / 60_000
    usual = np.abs(rr_ms - usual_ms) <= _USUAL_WITHIN * usual_ms
    faster: list[float] = []
    added: list[float] = []
    left_ms = 0.0
    rows = zip(
        rr_ms.tolist(), usual_ms.tolist(), by.tolist(), usual & np.append(usual[1:], True), strict=True
    )
    for own_ms, middle_ms, times, clear in rows:
        faster.append(own_ms / times)
        added.append(times - 1)
        left_ms += own_ms - own_ms / times
        more_ms = middle_ms / times
        if left_ms >= (0.5 if clear else _MOST_LEFT) * more_ms:
            faster.append(more_ms)
            added.append(times - 1)
            left_ms -= more_ms
    # What is left in the end, mostly less than half an interval, is spread over the rise.
    new_rr_ms, weight = np.array(faster), np.array(faster) * np.array(added)
    return new_rr_ms + left_ms * weight / weight.sum() if weight.any() else new_rr_ms
