"""RMSSD: how much successive intervals differ, over the last sixty seconds of data.

In: the beat history and, for each second, how many beats were judged by then. Out: RMSSD per second,
NaN below thirty adjacent pairs.

Only differences of two adjacent accepted beats count, never one across a gap (Task Force 1996, Eur.
Heart J. 17:354-381, for the formula). Window and sums are whole numbers, so they do not depend on how
the stream was cut.
"""

from __future__ import annotations

import numpy as np

from .history import History, accepted
from .records import FloatArray, Int64Array, Verdict

WINDOW_1024 = 60 * 1024
MIN_PAIRS = 30
REACH = 256
"""Beats looked back on at most: more than 60 s of the fastest heart."""


def rmssd(history: History, judged: Int64Array) -> FloatArray:
    """Return RMSSD in ms at each second.

    Parameters
    ----------
    judged
        Shape (m,): how many beats of the recording had a verdict by that second.
    """
    result = np.full(len(judged), np.nan)
    if len(history) == 0:
        return result
    good = accepted(history)
    pair = np.zeros(len(history), np.bool_)
    pair[1:] = good[1:] & good[:-1] & (history.verdict[1:] == Verdict.OK)
    difference = np.diff(history.rr_1024, prepend=history.rr_1024[0])
    squares = np.concatenate(([0], np.cumsum(np.where(pair, difference * difference, 0))))
    pairs = np.concatenate(([0], np.cumsum(pair)))

    stop = judged - history.index
    known = np.flatnonzero(stop > 0)
    stop = stop[known]
    # Time is counted in intervals: a gap is no data, so the window reaches over it.
    start = np.searchsorted(history.sum_1024, history.sum_1024[stop - 1] - WINDOW_1024, "right")
    start = np.maximum(start, stop - REACH)
    count = pairs[stop] - pairs[start]
    enough = count >= MIN_PAIRS
    mean = (squares[stop] - squares[start])[enough] / count[enough]
    result[known[enough]] = np.sqrt(mean) / 1.024
    return result
