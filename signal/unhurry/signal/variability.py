"""RMSSD: how much successive intervals differ, over the last sixty seconds of data.

In: the beat history and, for each second, how many beats were judged by then. Out: RMSSD per second, NaN
below thirty adjacent pairs.

Only differences of two adjacent accepted beats count, never one across a gap (Task Force 1996, Eur. Heart J.
17:354-381, for the formula). Window and sums are whole numbers, so they do not depend on how the stream was
cut.
"""

from __future__ import annotations

import numpy as np

from .history import History
from .records import FloatArray, Int64Array

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
    stop = np.maximum(judged - history.index, 1)
    # Time is counted in intervals: a gap is no data, so the window reaches over it.
    start = history.sum_1024.searchsorted(history.sum_1024[stop - 1] - WINDOW_1024, "right")
    start = np.maximum(start, stop - REACH)
    count = history.pairs_before[stop] - history.pairs_before[start]
    total = history.squares_before[stop] - history.squares_before[start]
    enough = (count >= MIN_PAIRS) & (judged > history.index)
    result[enough] = np.sqrt(total[enough] / count[enough]) / 1.024
    return result
