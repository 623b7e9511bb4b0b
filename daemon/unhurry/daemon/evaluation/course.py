"""What the heart and the body did, second by second, as the labelling sees it: no detector has a say here.

In: arrivals. Out: a `Course` on a 1 Hz grid. The level is the last value of a trailing median of five beats
within 300 to 2000 ms (or of the heart-rate samples), held for at most 12 s.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from unhurry.signal import Arrivals, Kind, MotionLevels, Samples
from unhurry.signal.motion import initial_motion, intensity

FloatArray: TypeAlias = NDArray[np.float64]
BoolArray: TypeAlias = NDArray[np.bool_]

SHORTEST_RR_MS, LONGEST_RR_MS = 300.0, 2000.0
_MEDIAN_OF = 5
_HOLD_S = 12.0
_STILL_FOR_S = 180
_MINUTE_S = 60


@dataclass(frozen=True, slots=True)
class Course:
    """One value per whole second `first_s + i`, from what arrived up to then."""

    first_s: int
    level_bpm: FloatArray
    """NaN where there is no data."""
    motion: FloatArray
    """Movement intensity, NaN where unknown."""

    def __len__(self) -> int:
        return len(self.level_bpm)

    @property
    def worn(self) -> BoolArray:
        """Seconds with data of the heart."""
        return ~np.isnan(self.level_bpm)

    @property
    def motion_known(self) -> bool:
        """Whether there is any movement in the recording."""
        return bool((~np.isnan(self.motion)).any())

    def between(self, start_s: float, end_s: float) -> slice:
        """Return the seconds in [start_s, end_s)."""
        bounds = (int(np.ceil(at_s)) - self.first_s for at_s in (start_s, end_s))
        start, end = (min(max(bound, 0), len(self)) for bound in bounds)
        return slice(start, end)

    def free_of_locomotion(self) -> BoolArray:
        """Seconds with no locomotion for three minutes; those in which movement is unknown are not.

        Locomotion is movement in half of a minute or more: a wrist gestures all day without going anywhere.
        """
        known = _counted(~np.isnan(self.motion), _MINUTE_S)
        moving = _counted(self.motion >= 1.0, _MINUTE_S)
        locomotion: BoolArray = (known > 0) & (2 * moving >= known)
        free: BoolArray = (known > 0) & (_counted(locomotion, _STILL_FOR_S) == 0)
        return free


def course_of(arrivals: Arrivals, levels: MotionLevels | None) -> Course:
    """Return the course of a recording; `levels` None leaves movement unknown."""
    first_s = int(arrivals.arrival_ms[0]) // 1000
    last_s = -(-int(arrivals.arrival_ms[-1]) // 1000)
    t_s = np.arange(first_s, last_s + 1, dtype=np.int64)
    motion = np.full(len(t_s), np.nan)
    if levels is not None:
        which = arrivals.kind == Kind.MOTION.value
        samples = Samples(arrivals.arrival_ms[which], arrivals.value[which])
        motion = intensity(initial_motion(), levels.moving_from, samples, t_s * 1000)[1]
    return Course(first_s, _level(arrivals, t_s * 1000), motion)


def plausible_rr(arrivals: Arrivals) -> tuple[FloatArray, FloatArray]:
    """Return times in ms and intervals in ms of what the heart may have done.

    Heart-rate samples come as the interval they mean; 0 means no value and is left out.
    """
    beats = arrivals.kind == Kind.BEAT.value
    rates = (arrivals.kind == Kind.HEART_RATE.value) & (arrivals.value > 0)
    rr_ms = np.full(len(arrivals), np.nan)
    rr_ms[beats] = arrivals.value[beats] / 1.024
    rr_ms[rates] = 60_000.0 / arrivals.value[rates]
    keep = (rr_ms >= SHORTEST_RR_MS) & (rr_ms <= LONGEST_RR_MS)
    return arrivals.arrival_ms[keep].astype(np.float64), rr_ms[keep]


def _level(arrivals: Arrivals, second_ms: NDArray[np.int64]) -> FloatArray:
    t_ms, rr_ms = plausible_rr(arrivals)
    result = np.full(len(second_ms), np.nan)
    if len(rr_ms) == 0:
        return result
    # The first four have fewer before them than five.
    padded = np.concatenate((np.full(_MEDIAN_OF - 1, np.nan), rr_ms))
    median_ms = np.nanmedian(sliding_window_view(padded, _MEDIAN_OF)[: _MEDIAN_OF - 1], axis=1)
    if len(rr_ms) >= _MEDIAN_OF:
        full = np.median(sliding_window_view(rr_ms, _MEDIAN_OF), axis=1)
        median_ms = np.concatenate((median_ms, full))
    at = np.searchsorted(t_ms, second_ms, "right") - 1
    known = (at >= 0) & (second_ms - t_ms[at] <= _HOLD_S * 1000)
    result[known] = 60_000.0 / median_ms[at[known]]
    return result


def _counted(what: BoolArray, window_s: int) -> NDArray[np.int64]:
    """Return how many of the last `window_s` seconds, this one included, are so."""
    total = np.zeros(window_s + len(what), np.int64)
    total[window_s:] = np.cumsum(what)
    return total[window_s:] - total[: len(what)]
