"""Artifact verdicts: which RR intervals are heartbeats of a steady heart, which are something else.

In: RR intervals with their neighbours. Out: one `Verdict` each, two beats late. Nothing is edited.

The rules are those of Lipponen & Tarvainen (2019), J. Med. Eng. Technol. 43(3):173-181,
doi:10.1080/03091902.2019.1640306, with trailing instead of centred windows, so that a verdict needs the
two beats after it and no more. Their thresholds follow the beats' own variability; fixed percentages
would call the large swings of slow breathing artifacts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from .records import FloatArray, Int8Array, Int64Array, Verdict

LAG = 2
"""Beats that must follow before a verdict."""
REACH = 112
"""Beats before the first to be judged that the rules look back on: 91, the median's 8, and room to spare."""

_ALPHA = 5.2
_WINDOW = 91
_MEDIAN = 11
_C1 = 0.13
_C2 = 0.17
_BEND = 3.0
"""Threshold on the normalised deviation from the median."""
_FLOOR_MS = 30.0
"""Least threshold: a metronome-like stretch has quartiles near nothing."""
_START_SHARE = 0.20
"""While fewer than 91 beats are known, this share of the running median is the least threshold: quartiles
of a few beats are small by chance."""
_SHORTEST_MS = 300.0
_LONGEST_MS = 2000.0


@dataclass(frozen=True, slots=True)
class Intervals:
    """Consecutive beats as the rules see them; the arrays have equal length."""

    rr_1024: Int64Array
    gap: NDArray[np.bool_]
    impossible: NDArray[np.bool_]


def judge(intervals: Intervals, first: int, index: int) -> Int8Array:
    """Judge the beats from position `first` on, but for the last two.

    Parameters
    ----------
    intervals
        At least `REACH` beats before `first`, or all there are.
    first
        Position of the first beat to judge.
    index
        How many beats of the recording came before position 0.

    Returns
    -------
    `Verdict` values, shape (max(0, n - 2 - first),).
    """
    rr = intervals.rr_1024 / 1.024
    stop = len(rr) - LAG
    if stop <= first:
        return np.empty(0, np.int8)
    start = max(0, first - REACH) if index + first > _WINDOW + _MEDIAN else 0
    rr, gap, impossible = rr[start:], intervals.gap[start:], intervals.impossible[start:]
    n = np.arange(first - start, stop - start)
    number = n + index + start

    middle = _running_median(rr, index + start)
    step = np.diff(rr, prepend=rr[0])
    step[gap] = 0.0
    deviation = rr - middle
    deviation = np.where(deviation < 0, 2 * deviation, deviation)

    floor = np.where(number < _WINDOW, _START_SHARE * middle[n], _FLOOR_MS)
    step_limit = np.maximum(_limit(np.abs(step), index + start)[n], floor)
    bend_limit = np.maximum(_limit(np.abs(deviation), index + start)[n], floor)

    s = step[n] / step_limit
    before, after, later = step[n - 1] / step_limit, step[n + 1] / step_limit, step[n + 2] / step_limit
    before = np.where(n > 0, before, 0.0)
    bend = deviation[n] / bend_limit

    s12 = np.where(s > 0, np.maximum(before, after), np.minimum(before, after))
    ectopic = ((s > 1) & (s12 < -_C1 * s - _C2)) | ((s < -1) & (s12 > -_C1 * s + _C2))
    s22 = np.where(s >= 0, np.minimum(after, later), np.maximum(after, later))
    outlying = ((s > 1) & (s22 < -1)) | ((s < -1) & (s22 > 1)) | (np.abs(bend) > _BEND)
    missed = outlying & (np.abs(rr[n] / 2 - middle[n]) < bend_limit)
    pair = np.abs(rr[n] + rr[n + 1] - middle[n]) < bend_limit
    extra = outlying & pair

    verdict = np.full(len(n), Verdict.OK, np.int8)
    verdict[gap[n]] = Verdict.GAP
    verdict[outlying] = Verdict.LONG_SHORT
    verdict[extra] = Verdict.EXTRA
    verdict[missed & ~extra] = Verdict.MISSED
    verdict[ectopic & ~extra & ~missed] = Verdict.ECTOPIC
    verdict[rr[n] < _SHORTEST_MS] = Verdict.EXTRA
    verdict[rr[n] > _LONGEST_MS] = Verdict.MISSED
    verdict[impossible[n]] = Verdict.EXTRA
    return verdict


def _running_median(rr: FloatArray, index: int) -> FloatArray:
    """Median of the eleven beats that end two after each; of fewer at the start of the recording."""
    shift = _MEDIAN // 2 - LAG
    middle: FloatArray = ndimage.rank_filter(rr, _MEDIAN // 2, size=_MEDIAN, origin=shift, mode="nearest")
    if index == 0:
        for i in range(min(_MEDIAN - LAG, len(rr))):
            middle[i] = np.median(rr[: i + LAG + 1])
    return middle


def _limit(size: FloatArray, index: int) -> FloatArray:
    """5.2 times the quartile deviation of the last 91 values, at each; of all there are at the start of
    the recording.
    """
    origin = _WINDOW // 2
    upper: FloatArray = ndimage.rank_filter(
        size, 3 * _WINDOW // 4, size=_WINDOW, origin=origin, mode="nearest"
    )
    lower: FloatArray = ndimage.rank_filter(size, _WINDOW // 4, size=_WINDOW, origin=origin, mode="nearest")
    if index == 0:
        for i in range(min(_WINDOW - 1, len(size))):
            ordered = np.sort(size[: i + 1])
            upper[i], lower[i] = ordered[3 * (i + 1) // 4], ordered[(i + 1) // 4]
    return _ALPHA / 2 * (upper - lower)
