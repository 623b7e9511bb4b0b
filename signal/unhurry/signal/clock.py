"""The beat clock: when each beat happened, from intervals that arrive late, in bursts, twice, or not at all.

In: arrival times and RR intervals, whole seconds of arrivals at a time. Out: a time for each beat,
whether data is missing before it, and whether it can have happened at all.

A strap counts exactly but reports late. The sum of the intervals runs as the heart does; the arrivals
say where that sum lies on our clock. `delay = arrival - sum` is constant but for lateness, so its
smallest value over the last beats is the best guess of the true offset. What is missing makes it jump
up; what comes twice makes it fall without end. Everything is counted in whole 1/1024 s, so that cutting
the stream anywhere gives the same times.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .records import Int64Array
from .trailing import trailing_least, trailing_ranks

_WINDOW = 31
"""Beats over which the delay is remembered: half a minute forgives a lost second and forgets a stall."""
_GAP_1024 = 1536
"""Unexplained time that counts as missing data: 1.5 s, more than a beat and a frame's lateness together."""
_AHEAD_1024 = 1536
"""Sum of intervals ahead of real time by this much: more heartbeats than time, so some came twice."""
_SHORTEST_1024 = 205
_LONGEST_1024 = 3072
"""Intervals outside 200 ms to 3 s do not move the clock; the arrivals do."""
_GROUP = 1 << 40
"""Larger than any delay, to keep groups of arrivals apart in one running minimum."""


@dataclass(frozen=True, slots=True)
class ClockState:
    """What the clock remembers between blocks."""

    sum_1024: int
    missing_1024: int
    """Unexplained time so far."""
    delay_1024: Int64Array
    """Last `_WINDOW - 1` delays; before the first beat there are none so small that they would count."""
    even_1024: Int64Array
    """The same without the missing time; none so large."""
    last_t_ms: int | None


class Clocked(NamedTuple):
    """Arrays of one block, one row per beat."""

    t_ms: Int64Array
    gap: NDArray[np.bool_]
    """Data is missing before this beat."""
    impossible: NDArray[np.bool_]
    """More beats than time: this one is a repetition."""
    sum_1024: Int64Array
    """Time covered by intervals up to this beat: the clock without its gaps."""


def initial_clock() -> ClockState:
    """Return the state before the first beat."""
    return ClockState(
        sum_1024=0,
        missing_1024=0,
        delay_1024=np.full(_WINDOW - 1, -_GROUP),
        even_1024=np.full(_WINDOW - 1, _GROUP),
        last_t_ms=None,
    )


def advance(state: ClockState, arrival_ms: Int64Array, rr_1024: Int64Array) -> tuple[ClockState, Clocked]:
    """Place `n` beats in time.

    Parameters
    ----------
    arrival_ms, rr_1024
        Shape (n,). The block must hold every beat of each whole second it touches: a burst is told from a
        gap by the last beat of its second.

    Returns
    -------
    The next state and the block's beats; `t_ms` increases strictly, across blocks too.
    """
    if len(arrival_ms) == 0:
        nothing = np.empty(0, np.int64)
        return state, Clocked(nothing, nothing.astype(np.bool_), nothing.astype(np.bool_), nothing)
    total = state.sum_1024 + (rr_1024 * ((rr_1024 >= _SHORTEST_1024) & (rr_1024 <= _LONGEST_1024))).cumsum()
    delay = (arrival_ms * 128 + 62) // 125 - total

    # Within a burst the first beats look missing, the last one shows that they were only late.
    second = arrival_ms // 1000
    group = (second - second[0]) * _GROUP
    settled = np.minimum.accumulate((delay + group)[::-1])[::-1] - group

    begins = state.last_t_ms is None
    jump = settled.copy()
    jump[1:] -= settled[:-1]
    jump[0] -= settled[0] if begins else state.delay_1024[-1]
    gap = jump > _GAP_1024
    missing = state.missing_1024 + (jump * gap).cumsum()
    if begins:
        gap[0] = True

    delays = np.concatenate((state.delay_1024, delay))
    evens = np.concatenate((state.even_1024, delay - missing))
    (usual,) = trailing_ranks(delays, (_WINDOW // 2,), _WINDOW)
    least = trailing_least(evens, _WINDOW)
    impossible = usual - delay > _AHEAD_1024

    t_ms = ((total + missing + least) * 125 + 64) // 128
    count = np.arange(len(t_ms))
    floor = int(t_ms[0]) if state.last_t_ms is None else max(int(t_ms[0]), state.last_t_ms + 1)
    t_ms = np.maximum.accumulate(np.maximum(t_ms - count, floor)) + count

    return (
        ClockState(
            sum_1024=int(total[-1]),
            missing_1024=int(missing[-1]),
            delay_1024=delays[-(_WINDOW - 1) :],
            even_1024=evens[-(_WINDOW - 1) :],
            last_t_ms=int(t_ms[-1]),
        ),
        Clocked(t_ms, gap, impossible, total),
    )
