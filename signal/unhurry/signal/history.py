"""The beats that still matter: the last ones, with everything that was found out about them.

In: clocked beats, block by block. Out: one `History` long enough for every trailing window of the pipeline.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .clock import Clocked
from .records import Beats, Int8Array, Int64Array, Verdict
from .verdict import Intervals, judge

GOOD_BEFORE = 10
KEEP = 320
"""Beats kept: RMSSD looks back 256, the verdicts 112, and the grid a few."""


@dataclass(frozen=True, slots=True)
class History:
    """`n` beats in order, as equal-length arrays. `index` beats of the recording came before the first."""

    index: int
    judged: int
    """How many beats of the whole recording have a verdict."""
    accepted_before: int
    """How many of the `index` earlier ones were accepted,"""
    good_t_ms: Int64Array
    """times and"""
    good_rr_1024: Int64Array
    """intervals of the last ten of those."""
    arrival_ms: Int64Array
    t_ms: Int64Array
    rr_1024: Int64Array
    sum_1024: Int64Array
    gap: NDArray[np.bool_]
    impossible: NDArray[np.bool_]
    verdict: Int8Array

    def __len__(self) -> int:
        return len(self.t_ms)


def initial_history() -> History:
    """Return a history without beats."""
    whole = np.empty(0, np.int64)
    flags = np.empty(0, np.bool_)
    return History(0, 0, 0, whole, whole, whole, whole, whole, whole, flags, flags, np.empty(0, np.int8))


def extend(history: History, arrival_ms: Int64Array, rr_1024: Int64Array, clocked: Clocked) -> History:
    """Return the history with a block of beats added, and judged as far as the rules can."""
    gap = np.concatenate((history.gap, clocked.gap))
    impossible = np.concatenate((history.impossible, clocked.impossible))
    rr = np.concatenate((history.rr_1024, rr_1024))
    first = history.judged - history.index
    fresh = judge(Intervals(rr, gap, impossible), first, history.index)
    verdict = np.full(len(rr), Verdict.PENDING, np.int8)
    verdict[:first] = history.verdict[:first]
    verdict[first : first + len(fresh)] = fresh
    return replace(
        history,
        judged=history.judged + len(fresh),
        arrival_ms=np.concatenate((history.arrival_ms, arrival_ms)),
        t_ms=np.concatenate((history.t_ms, clocked.t_ms)),
        rr_1024=rr,
        sum_1024=np.concatenate((history.sum_1024, clocked.sum_1024)),
        gap=gap,
        impossible=impossible,
        verdict=verdict,
    )


def trim(history: History) -> History:
    """Forget all but the last `KEEP` beats."""
    drop = len(history) - KEEP
    if drop <= 0:
        return history
    good_t_ms, good_rr_1024, _ = good_values(history)
    dropped = int(np.count_nonzero(accepted(history)[:drop]))
    stop = len(history.good_t_ms) + dropped
    start = max(0, stop - GOOD_BEFORE)
    return History(
        index=history.index + drop,
        judged=history.judged,
        accepted_before=history.accepted_before + dropped,
        good_t_ms=good_t_ms[start:stop],
        good_rr_1024=good_rr_1024[start:stop],
        arrival_ms=history.arrival_ms[drop:],
        t_ms=history.t_ms[drop:],
        rr_1024=history.rr_1024[drop:],
        sum_1024=history.sum_1024[drop:],
        gap=history.gap[drop:],
        impossible=history.impossible[drop:],
        verdict=history.verdict[drop:],
    )


def good_values(history: History) -> tuple[Int64Array, Int64Array, Int64Array]:
    """Return times and intervals of the accepted beats, and how many of them come before each position
    (n + 1 counts).
    """
    good = accepted(history)
    count = len(history.good_t_ms) + np.concatenate(([0], np.cumsum(good)))
    return (
        np.concatenate((history.good_t_ms, history.t_ms[good])),
        np.concatenate((history.good_rr_1024, history.rr_1024[good])),
        count,
    )


def accepted(history: History) -> NDArray[np.bool_]:
    """Return which beats' own intervals are good: judged `ok`, or the first after a gap."""
    good: NDArray[np.bool_] = (history.verdict == Verdict.OK) | (history.verdict == Verdict.GAP)
    return good


def judged_beats(history: History, since: int) -> Beats:
    """Return the beats from number `since` of the recording on that have a verdict."""
    return _slice(history, since, history.judged)


def pending_beats(history: History) -> Beats:
    """Return the beats that still wait for their verdict: real, clocked, at most the last few."""
    return _slice(history, history.judged, history.index + len(history))


def _slice(history: History, start: int, stop: int) -> Beats:
    part = slice(start - history.index, stop - history.index)
    t_ms = history.t_ms[part]
    return Beats(
        t_ms=t_ms,
        rr_1024=history.rr_1024[part],
        verdict=history.verdict[part],
        late_ms=history.arrival_ms[part] - t_ms,
    )
