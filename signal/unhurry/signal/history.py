"""The beats that still matter: the last ones, with everything that was found out about them.

In: clocked beats, block by block. Out: one `History` long enough for every trailing window of the pipeline.

The columns are rows of one table of whole numbers, so that a live second adds to all of them at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .clock import Clocked
from .records import Beats, Int64Array, Verdict
from .verdict import Context, judge

KEEP = 300
"""Beats kept: RMSSD looks back 256, the verdicts 102, and the last few wait to be judged."""
_SLACK = 128
GOOD_BEFORE = 10


class _Row(IntEnum):
    ARRIVAL_MS = 0
    T_MS = 1
    RR_1024 = 2
    SUM_1024 = 3
    GAP = 4
    IMPOSSIBLE = 5
    STEP_1024 = 6
    BEND_1024 = 7
    VERDICT = 8
    GOOD = 9
    PAIR = 10
    SQUARE = 11


@dataclass(frozen=True, slots=True)
class History:
    """`n` beats in order. `index` beats of the recording came before the first."""

    index: int
    judged: int
    """How many beats of the whole recording have a verdict."""
    accepted_before: int
    """How many of the `index` earlier ones were accepted,"""
    good_t_ms: Int64Array
    """times and"""
    good_rr_1024: Int64Array
    """intervals of the last ten of those."""
    table: Int64Array
    """Shape (12, n): see the properties."""

    def __len__(self) -> int:
        return int(self.table.shape[1])

    @property
    def arrival_ms(self) -> Int64Array:
        """When each beat arrived."""
        return self._row(_Row.ARRIVAL_MS)

    @property
    def t_ms(self) -> Int64Array:
        """When each beat was."""
        return self._row(_Row.T_MS)

    @property
    def sum_1024(self) -> Int64Array:
        """Time covered by intervals up to each beat."""
        return self._row(_Row.SUM_1024)

    @property
    def pair(self) -> Int64Array:
        """1 where a beat and the one before it are adjacent and both accepted."""
        return self._row(_Row.PAIR)

    @property
    def square(self) -> Int64Array:
        """Squared difference of such a pair, else 0."""
        return self._row(_Row.SQUARE)

    def _row(self, row: _Row) -> Int64Array:
        values: Int64Array = self.table[row]
        return values


class GoodValues(NamedTuple):
    """The accepted beats."""

    t_ms: Int64Array
    rr_1024: Int64Array
    before: Int64Array
    """How many of them come before each position of the history; n + 1 counts."""


def initial_history() -> History:
    """Return a history without beats."""
    none = np.empty(0, np.int64)
    return History(0, 0, 0, none, none, np.empty((len(_Row), 0), np.int64))


def extend(history: History, arrival_ms: Int64Array, rr_1024: Int64Array, clocked: Clocked) -> History:
    """Return the history with a block of beats added, and judged as far as the rules can."""
    kept, n = len(history), len(arrival_ms)
    if n == 0:
        return history
    table = np.zeros((len(_Row), kept + n), np.int64)
    table[:, :kept] = history.table
    table[_Row.ARRIVAL_MS, kept:] = arrival_ms
    table[_Row.T_MS, kept:] = clocked.t_ms
    table[_Row.RR_1024, kept:] = rr_1024
    table[_Row.SUM_1024, kept:] = clocked.sum_1024
    table[_Row.GAP, kept:] = clocked.gap
    table[_Row.IMPOSSIBLE, kept:] = clocked.impossible
    rr = table[_Row.RR_1024]
    begin = max(kept, 1)
    # A difference across a gap means nothing.
    table[_Row.STEP_1024, begin:] = np.where(clocked.gap[begin - kept :], 0, rr[begin:] - rr[begin - 1 : -1])
    table[_Row.VERDICT, kept:] = Verdict.PENDING

    first = history.judged - history.index
    judged = judge(
        Context(
            rr_1024=rr,
            step_1024=table[_Row.STEP_1024],
            gap=table[_Row.GAP] > 0,
            impossible=table[_Row.IMPOSSIBLE] > 0,
            bend_1024=table[_Row.BEND_1024, :first],
            first=first,
            index=history.index,
        )
    )
    stop = first + len(judged.verdict)
    table[_Row.VERDICT, first:stop] = judged.verdict
    table[_Row.BEND_1024, first:stop] = judged.bend_1024
    good = (judged.verdict == Verdict.OK) | (judged.verdict == Verdict.GAP)
    table[_Row.GOOD, first:stop] = good
    begin = max(first, 1)
    pair = (judged.verdict[begin - first :] == Verdict.OK) & (
        table[_Row.GOOD, begin - 1 : max(stop - 1, 0)] > 0
    )
    table[_Row.PAIR, begin:stop] = pair
    table[_Row.SQUARE, begin:stop] = np.where(pair, table[_Row.STEP_1024, begin:stop] ** 2, 0)
    return History(
        index=history.index,
        judged=history.index + stop,
        accepted_before=history.accepted_before,
        good_t_ms=history.good_t_ms,
        good_rr_1024=history.good_rr_1024,
        table=table,
    )


def trim(history: History) -> History:
    """Forget all but the last `KEEP` beats, once there are enough to forget that it is worth the copy."""
    drop = len(history) - KEEP
    if drop < _SLACK:
        return history
    values = good_values(history)
    stop = int(values.before[drop])
    start = max(0, stop - GOOD_BEFORE)
    return History(
        index=history.index + drop,
        judged=history.judged,
        accepted_before=history.accepted_before + stop - len(history.good_t_ms),
        good_t_ms=values.t_ms[start:stop],
        good_rr_1024=values.rr_1024[start:stop],
        table=history.table[:, drop:],
    )


def good_values(history: History) -> GoodValues:
    """Return the accepted beats: judged `ok`, or the first after a gap, whose own interval is good."""
    good: NDArray[np.bool_] = history.table[_Row.GOOD] > 0
    before = np.empty(len(good) + 1, np.int64)
    before[0] = 0
    history.table[_Row.GOOD].cumsum(out=before[1:])
    before += len(history.good_t_ms)
    return GoodValues(
        np.concatenate((history.good_t_ms, history.t_ms[good])),
        np.concatenate((history.good_rr_1024, history.table[_Row.RR_1024, good])),
        before,
    )


def judged_beats(history: History, since: int) -> Beats:
    """Return the beats from number `since` of the recording on that have a verdict."""
    return _slice(history, since, history.judged)


def pending_beats(history: History) -> Beats:
    """Return the beats that still wait for their verdict: real, clocked, at most the last few."""
    return _slice(history, history.judged, history.index + len(history))


def _slice(history: History, start: int, stop: int) -> Beats:
    part = history.table[:, start - history.index : stop - history.index]
    return Beats(
        t_ms=part[_Row.T_MS],
        rr_1024=part[_Row.RR_1024],
        verdict=part[_Row.VERDICT].astype(np.int8),
        late_ms=part[_Row.ARRIVAL_MS] - part[_Row.T_MS],
    )
