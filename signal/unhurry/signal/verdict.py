"""Artifact verdicts: which RR intervals are heartbeats of a steady heart, which are something else.

In: RR intervals with their neighbours. Out: one `Verdict` each, two beats late. Nothing is edited.

The rules are those of Lipponen & Tarvainen (2019), J. Med. Eng. Technol. 43(3):173-181,
doi:10.1080/03091902.2019.1640306, with trailing instead of centred windows, so that a verdict needs the two
beats after it and no more. Their thresholds follow the beats' own variability; fixed percentages would call
the large swings of slow breathing artifacts. But early beats are variability too: where one beat in ten is
early, the quartiles grow until nothing is found. So the thresholds also have an upper end; docs/detector.md
has what each change found. Intervals, differences and deviations are whole 1/1024 s.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .records import FloatArray, Int64Array, Verdict
from .trailing import trailing_ranks

LAG = 2
"""Beats that must follow before a verdict."""
WINDOW = 91
"""Beats whose differences and deviations make the thresholds."""

_ALPHA = 6.0
"""Quartile deviations in a threshold: published 5.2, at which nearly one genuine beat in a hundred goes."""
_MEDIAN = 11
_C1 = 0.13
_C2 = 0.17
_BEND = 3.0
"""Threshold on the normalised deviation from the median."""
_FLOOR_1024 = 30 * 1.024
"""Least threshold, 30 ms: a metronome-like stretch has quartiles near nothing."""
_START_SHARE = 0.17
"""While fewer than 91 beats are known, this share of the running median is the least threshold: quartiles
of a few beats are small by chance."""
_STEP_SHARE = 0.20
"""Threshold on differences: at most this share of the longer of the two intervals,"""
_CALM_QUARTILES = 7.0
"""or so many lower quartiles of the differences, if that is more: early beats leave the lower quartile small,
breathing in slow hearts, where every interval differs from the last, does not,"""
_STEP_SHARE_EVER = 0.30
"""and at most this share in any case: where every second or third beat is early, no quartile is left."""
_BEND_SHARE = 0.80 / _BEND
"""Threshold on deviations: at most this share of the median. One missed beat deviates by all of it."""
_SHORTEST_1024 = 300 * 1.024
_LONGEST_1024 = 2000 * 1.024


@dataclass(frozen=True, slots=True)
class Judged:
    """What is known of `n` beats once they are judged."""

    verdict: Int64Array
    bend_1024: Int64Array
    """Size of the deviation from the running median, doubled below it."""


@dataclass(frozen=True, slots=True)
class Context:
    """The beats to judge and those around them."""

    rr_1024: Int64Array
    """Shape (n,): all beats that are kept, the last two of them still to be judged later."""
    step_1024: Int64Array
    """Shape (n,): difference to the interval before, 0 across a gap."""
    gap: Int64Array
    """1 where data is missing before a beat,"""
    impossible: Int64Array
    """1 where there were more beats than time."""
    bend_1024: Int64Array
    """Shape (first,): of the beats judged before."""
    first: int
    """Position of the first beat to judge."""
    index: int
    """How many beats of the recording came before position 0; 0 while fewer than 102 were judged."""


def judge(context: Context) -> Judged:
    """Judge the beats from position `first` on, but for the last two. Shapes (max(0, n - 2 - first),)."""
    first, stop = context.first, len(context.rr_1024) - LAG
    if stop <= first:
        nothing = np.empty(0, np.int64)
        return Judged(nothing, nothing)
    rr = context.rr_1024[first:stop]
    middle = _running_median(context.rr_1024, first, stop, context.index)
    deviation = rr - middle
    bend_1024 = np.where(deviation < 0, -2 * deviation, deviation)

    step = context.step_1024
    floor = np.full(len(rr), _FLOOR_1024)
    early = WINDOW - context.index - first
    if early > 0:
        floor[:early] = _START_SHARE * middle[:early]
    sizes = np.abs(step[max(0, first - WINDOW + 1) : stop])
    lower, upper = _quartiles(sizes, len(rr), context.index + first)
    longer = np.maximum(rr, rr - step[first:stop])
    most = np.minimum(np.maximum(_STEP_SHARE * longer, _CALM_QUARTILES * lower), _STEP_SHARE_EVER * longer)
    step_limit = np.maximum(np.minimum(_ALPHA / 2 * (upper - lower), most), floor)
    sizes = np.concatenate((context.bend_1024[max(0, first - WINDOW + 1) :], bend_1024))
    lower, upper = _quartiles(sizes, len(rr), context.index + first)
    bend_limit = np.maximum(np.minimum(_ALPHA / 2 * (upper - lower), _BEND_SHARE * middle), floor)

    s = step[first:stop] / step_limit
    verdict = context.gap[first:stop] * Verdict.GAP.value
    if bool(((np.abs(s) > 1) | (bend_1024 > _BEND * bend_limit)).any()):
        # Most seconds of a life end above: nothing steps out of line, so there is nothing to name.
        _name(verdict, context, s, step_limit, bend_limit, middle, bend_1024)
    verdict[rr < _SHORTEST_1024] = Verdict.EXTRA.value
    verdict[rr > _LONGEST_1024] = Verdict.MISSED.value
    verdict[context.impossible[first:stop] > 0] = Verdict.EXTRA.value
    return Judged(verdict, bend_1024)


def _name(
    verdict: Int64Array,
    context: Context,
    s: FloatArray,
    step_limit: FloatArray,
    bend_limit: FloatArray,
    middle: Int64Array,
    bend_1024: Int64Array,
) -> None:
    """Write into `verdict` which of the beats are artifacts, and of which kind."""
    first, stop, step = context.first, len(context.rr_1024) - LAG, context.step_1024
    rr = context.rr_1024[first:stop]
    steps_before = step[first - 1 : stop - 1] if first > 0 else np.concatenate(([0], step[: stop - 1]))
    before = steps_before / step_limit
    after = step[first + 1 : stop + 1] / step_limit
    later = step[first + 2 : stop + 2] / step_limit

    rising = s > 0
    s12 = np.where(rising, np.maximum(before, after), np.minimum(before, after))
    ectopic = ((s > 1) & (s12 < -_C1 * s - _C2)) | ((s < -1) & (s12 > -_C1 * s + _C2))
    # The paper looks two beats on from a rise as well. But at six breaths a minute intervals rise for three
    # beats and fall by as much in one: only a fall may take two beats to come back.
    s22 = np.where(rising, after, np.maximum(after, later))
    outlying = ((s > 1) & (s22 < -1)) | ((s < -1) & (s22 > 1)) | (bend_1024 > _BEND * bend_limit)
    following = context.rr_1024[first + 1 : stop + 1]
    missed = outlying & (np.abs(rr / 2 - middle) < bend_limit)
    extra = outlying & (np.abs(rr + following - middle) < bend_limit)

    verdict[outlying] = Verdict.LONG_SHORT
    verdict[ectopic] = Verdict.ECTOPIC
    verdict[missed] = Verdict.MISSED
    verdict[extra] = Verdict.EXTRA


def _running_median(rr: Int64Array, first: int, stop: int, index: int) -> Int64Array:
    """Median of the eleven beats that end two after each; at the start of a recording, of those there are."""
    back = _MEDIAN - 1 - LAG
    if first >= back or index > 0:
        (middle,) = trailing_ranks(rr[first - back : stop + LAG], (_MEDIAN // 2,), _MEDIAN)
        return middle
    few = [np.sort(rr[: i + LAG + 1])[(i + LAG + 1) // 2] for i in range(first, min(back, stop))]
    (rest,) = trailing_ranks(rr[: stop + LAG], (_MEDIAN // 2,), _MEDIAN)
    return np.concatenate((np.array(few, np.int64), rest))


def _quartiles(sizes: Int64Array, count: int, number: int) -> tuple[Int64Array, Int64Array]:
    """Lower and upper quartile of the last 91 sizes at each of the last `count`.

    `number` beats of the recording came before the first of them. Where fewer than 91 are known, all of them
    count.
    """
    upper_rank, lower_rank = 3 * WINDOW // 4, WINDOW // 4
    lower, upper = trailing_ranks(sizes, (lower_rank, upper_rank), WINDOW)
    few = min(count, max(0, WINDOW - 1 - number))
    if few:
        known = [np.sort(sizes[: number + i + 1]) for i in range(few)]
        lower = np.concatenate((np.array([k[len(k) // 4] for k in known], np.int64), lower))
        upper = np.concatenate((np.array([k[3 * len(k) // 4] for k in known], np.int64), upper))
    return lower, upper
