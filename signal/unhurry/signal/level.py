"""The heart-rate level: beats on a 4 Hz grid, low-passed causally, with the filter's state carried along.

In: for each second, the newest value usable at each of its four grid points, and whether it is fresh.
Out: the level at the end of each second.

The filter is a second-order Butterworth low-pass at 0.04 Hz: half of a step is seen after 5.8 s, four
fifths after 9 s, while breathing at 0.25 Hz passes at 2.5 %. In a gap the filter stands still. After
more than two minutes without data it starts again from the median of ten good values.

One section of second order needs no `sosfilt`: `lfilter` computes the same recursion, and its call costs an
eighth for the four points of a live second.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import signal as scipy_signal

from .records import FloatArray, Int64Array

GRID_HZ = 4
CUTOFF_HZ = 0.04
RESTART_S = 120
"""After this long without data the old level says nothing about the new one."""
START_VALUES = 10

_UNKNOWN = np.inf
"""Marks where a held level ends."""

_B, _A = scipy_signal.butter(2, CUTOFF_HZ, fs=GRID_HZ)
_STEADY: FloatArray = scipy_signal.lfilter_zi(_B, _A)


@dataclass(frozen=True, slots=True)
class LevelState:
    """The running filter."""

    zi: FloatArray | None
    """Delay line of `lfilter`, shape (2,); None until ten good values are there."""
    level_bpm: float
    """Latest output, NaN before the first."""
    last_live_s: int | None
    values: int
    """How many good values had been counted by the last second."""
    values_at_start: int
    """How many by the second before this stretch began."""


def initial_level() -> LevelState:
    """Return the state before the first value."""
    return LevelState(zi=None, level_bpm=float("nan"), last_live_s=None, values=0, values_at_start=0)


@dataclass(frozen=True, slots=True)
class Recent:
    """Good values in order, and how many of them each second knows."""

    hr_bpm: FloatArray
    known: Int64Array

    def start_bpm(self, second: int) -> float:
        """Return the median of the ten last values known at position `second`."""
        stop = int(self.known[second])
        return float(np.median(self.hr_bpm[max(0, stop - START_VALUES) : stop]))


@dataclass(frozen=True, slots=True)
class GridSeconds:
    """`n` whole seconds of the 4 Hz grid."""

    t_s: Int64Array
    hr_bpm: FloatArray
    """Shape (n, 4): value held at each grid point."""
    live: NDArray[np.bool_]
    """Whether a fresh value stands behind this second; other seconds do not reach the filter."""
    values: Int64Array
    """How many good values the recording had brought by the end of this second."""
    recent: Recent
    """The good values themselves: the filter starts from the median of the last ten."""


def follow(state: LevelState, grid: GridSeconds) -> tuple[LevelState, FloatArray]:
    """Return the next state and the level at the end of each second, shape (n,); held while nothing is
    live.
    """
    if len(grid.t_s) == 1 and grid.live[0] and state.zi is not None and state.last_live_s is not None:
        # What happens live each second: one more of an unbroken stretch. The long way comes to the same.
        t_s = int(grid.t_s[0])
        if t_s - state.last_live_s <= RESTART_S:
            course, delays = _filtered(grid.hr_bpm[0], state.zi)
            after = LevelState(delays, float(course[-1]), t_s, int(grid.values[0]), state.values_at_start)
            return after, course[-1:]
    level = np.full(len(grid.t_s), np.nan)
    zi, values_at_start, last_live_s = state.zi, state.values_at_start, state.last_live_s
    for stretch, restarts in _stretches(last_live_s, grid):
        if restarts:
            zi = None
            first = int(stretch[0])
            values_at_start = int(grid.values[first - 1]) if first else state.values
            level[first] = _UNKNOWN
        filtered = stretch
        if zi is None:
            ready = np.flatnonzero(grid.values[stretch] - values_at_start >= START_VALUES)
            filtered = stretch[ready[0] :] if len(ready) else stretch[:0]
            if len(filtered):
                zi = _STEADY * grid.recent.start_bpm(int(filtered[0]))
        if zi is not None:
            course, zi = _filtered(grid.hr_bpm[filtered].ravel(), zi)
            level[filtered] = course[GRID_HZ - 1 :: GRID_HZ]
        last_live_s = int(grid.t_s[stretch[-1]])
    level = _held(level, state.level_bpm)
    level[level == _UNKNOWN] = np.nan
    return LevelState(zi, float(level[-1]), last_live_s, int(grid.values[-1]), values_at_start), level


def _filtered(hr_bpm: FloatArray, zi: FloatArray) -> tuple[FloatArray, FloatArray]:
    course: tuple[FloatArray, FloatArray] = scipy_signal.lfilter(_B, _A, hr_bpm, zi=zi)
    return course


def _stretches(last_live_s: int | None, grid: GridSeconds) -> Iterator[tuple[Int64Array, bool]]:
    """Yield positions of live seconds without a long break inside, and whether a long break came before."""
    live = np.flatnonzero(grid.live)
    if len(live) == 0:
        return
    t_s = grid.t_s[live]
    since = t_s.copy()
    since[1:] -= t_s[:-1]
    since[0] -= t_s[0] if last_live_s is None else last_live_s
    breaks: list[int] = np.flatnonzero(since > RESTART_S).tolist()
    edges = [0, *(at for at in breaks if at > 0), len(live)]
    for start, stop in pairwise(edges):
        yield live[start:stop], start in breaks


def _held(values: FloatArray, before: float) -> FloatArray:
    """Carry the last known value forward over NaN."""
    known = np.concatenate(([before], values))
    index = np.maximum.accumulate(np.where(np.isnan(known), 0, np.arange(len(known))))
    return known[index][1:]
