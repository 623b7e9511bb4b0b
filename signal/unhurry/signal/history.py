"""The beats that still matter: the last ones, with everything that was found out about them.

In: clocked beats, block by block. Out: one `History` long enough for every trailing window of the pipeline.

The columns are rows of one table of whole numbers, so that a live second adds to all of them at once. What
windows are summed over is kept as running totals: whole numbers, so that the difference of two is exact.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from .clock import Clocked
from .records import Beats, Int64Array, Verdict
from .verdict import Context, judge

KEEP = 300
"""Beats kept: RMSSD looks back 256, the verdicts 102, and the last few wait to be judged."""
_SLACK = 128
GOOD_BEFORE = 10
"""Accepted values kept of those before the first beat."""

_ARRIVAL_MS = 0
_T_MS = 1
_RR_1024 = 2
_SUM_1024 = 3
_GAP = 4
_IMPOSSIBLE = 5
_STEP_1024 = 6
_BEND_1024 = 7
_VERDICT = 8
_ACCEPTED = 9
_PAIRS = 10
_SQUARES = 11
_ROWS = 12


@dataclass(frozen=True, slots=True)
class History:
    """`n` beats in order. `index` beats of the recording came before the first."""

    index: int
    judged: int
    """How many beats of the whole recording have a verdict."""
    accepted: int
    """How many of those were accepted: judged `ok`, or the first after a gap, whose own interval is good,"""
    good_t_ms: Int64Array
    """times and"""
    good_rr_1024: Int64Array
    """intervals of the last of them: all that are among the `n` beats, and ten before."""
    table: Int64Array
    """Shape (12, n): see the properties."""

    def __len__(self) -> int:
        return int(self.table.shape[1])

    @property
    def arrival_ms(self) -> Int64Array:
        """When each beat arrived."""
        return self._row(_ARRIVAL_MS)

    @property
    def t_ms(self) -> Int64Array:
        """When each beat was."""
        return self._row(_T_MS)

    @property
    def sum_1024(self) -> Int64Array:
        """Time covered by intervals up to each beat."""
        return self._row(_SUM_1024)

    @property
    def accepted_before(self) -> Int64Array:
        """How many beats of the recording were accepted before each; good up to the first without a verdict,
        as the two totals below are.
        """
        return self._row(_ACCEPTED)

    @property
    def pairs_before(self) -> Int64Array:
        """How often before each beat two adjacent ones were accepted,"""
        return self._row(_PAIRS)

    @property
    def squares_before(self) -> Int64Array:
        """and the sum of the squared differences of such pairs, in (1/1024 s) squared."""
        return self._row(_SQUARES)

    def _row(self, row: int) -> Int64Array:
        values: Int64Array = self.table[row]
        return values


def initial_history() -> History:
    """Return a history without beats."""
    none = np.empty(0, np.int64)
    return History(0, 0, 0, none, none, np.empty((_ROWS, 0), np.int64))


def extend(history: History, arrival_ms: Int64Array, rr_1024: Int64Array, clocked: Clocked) -> History:
    """Return the history with a block of beats added, and judged as far as the rules can."""
    kept, n = len(history), len(arrival_ms)
    if n == 0:
        return history
    table = np.zeros((_ROWS, kept + n), np.int64)
    table[:, :kept] = history.table
    table[_ARRIVAL_MS, kept:] = arrival_ms
    table[_T_MS, kept:] = clocked.t_ms
    table[_RR_1024, kept:] = rr_1024
    table[_SUM_1024, kept:] = clocked.sum_1024
    table[_GAP, kept:] = clocked.gap
    table[_IMPOSSIBLE, kept:] = clocked.impossible
    rr = table[_RR_1024]
    begin = max(kept, 1)
    # A difference across a gap means nothing.
    table[_STEP_1024, begin:] = (rr[begin:] - rr[begin - 1 : -1]) * (1 - table[_GAP, begin:])
    table[_VERDICT, kept:] = Verdict.PENDING.value
    return _judged(replace(history, table=table))


def _judged(history: History) -> History:
    """Return the history with a verdict on each beat that can have one; writes into its table."""
    table = history.table
    first = history.judged - history.index
    judged = judge(
        Context(
            rr_1024=table[_RR_1024],
            step_1024=table[_STEP_1024],
            gap=table[_GAP],
            impossible=table[_IMPOSSIBLE],
            bend_1024=table[_BEND_1024, :first],
            first=first,
            index=history.index,
        )
    )
    stop = first + len(judged.verdict)
    if stop == first:
        return history
    table[_VERDICT, first:stop] = judged.verdict
    table[_BEND_1024, first:stop] = judged.bend_1024

    # The beat before the first belongs to the first pair.
    since = max(first - 1, 0)
    verdict = table[_VERDICT, since:stop]
    ok = verdict == Verdict.OK.value
    good = ok | (verdict == Verdict.GAP.value)
    pair = ok.copy()
    pair[1:] &= good[:-1]
    pair[0] = False
    step = table[_STEP_1024, since:stop] * pair
    new = first - since
    for row, counted in ((_ACCEPTED, good), (_PAIRS, pair), (_SQUARES, step * step)):
        table[row, first + 1 : stop + 1] = table[row, first] + counted[new:].cumsum()
    return History(
        index=history.index,
        judged=history.index + stop,
        accepted=int(table[_ACCEPTED, stop]),
        good_t_ms=np.concatenate((history.good_t_ms, table[_T_MS, first:stop][good[new:]])),
        good_rr_1024=np.concatenate((history.good_rr_1024, table[_RR_1024, first:stop][good[new:]])),
        table=table,
    )


def trim(history: History) -> History:
    """Forget all but the last `KEEP` beats, once there are enough to forget that it is worth the copy."""
    drop = len(history) - KEEP
    if drop < _SLACK:
        return history
    keep = history.accepted - int(history.accepted_before[drop]) + GOOD_BEFORE
    return History(
        index=history.index + drop,
        judged=history.judged,
        accepted=history.accepted,
        good_t_ms=history.good_t_ms[-keep:],
        good_rr_1024=history.good_rr_1024[-keep:],
        table=history.table[:, drop:],
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
        t_ms=part[_T_MS],
        rr_1024=part[_RR_1024],
        verdict=part[_VERDICT].astype(np.int8),
        late_ms=part[_ARRIVAL_MS] - part[_T_MS],
    )
