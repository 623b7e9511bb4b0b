"""Movement intensity, free of units: 1.0 is the level from which a body counts as moving.

In: movement samples in the unit of their source. Out: for each second the mean of the last five
seconds' samples over `moving_from`, NaN where there are none. Unknown is not still. For channels that are
not averaged: the newest sample of each second.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .records import FloatArray, Int64Array, Samples

_WINDOW_MS = 5000
_STEPS = 1 << 20
"""Samples are counted in whole millionths of `moving_from`, so that sums do not depend on how the
stream was cut.
"""
_CEILING = float(1 << 20)
"""A sample a million times `moving_from` is as moving as one can be; keeps the sums whole numbers."""


@dataclass(frozen=True, slots=True)
class MotionState:
    """Samples of the last five seconds."""

    arrival_ms: Int64Array
    steps: Int64Array


def initial_motion() -> MotionState:
    """Return the state before the first sample."""
    none = np.empty(0, np.int64)
    return MotionState(none, none)


def intensity(
    state: MotionState, moving_from: float, samples: Samples, second_ms: Int64Array
) -> tuple[MotionState, FloatArray]:
    """Return the intensity at each of the seconds `second_ms` from the samples that arrived before it.

    Parameters
    ----------
    samples
        New ones, all before the last second.
    second_ms
        Shape (m,), ascending.
    """
    if len(samples) == 0 and len(state.arrival_ms) == 0:
        return state, np.full(len(second_ms), np.nan)
    steps = np.rint(np.clip(samples.value / moving_from, 0.0, _CEILING) * _STEPS).astype(np.int64)
    times = np.concatenate((state.arrival_ms, samples.arrival_ms))
    all_steps = np.concatenate((state.steps, steps))
    total = np.concatenate(([0], np.cumsum(all_steps)))
    stop = np.searchsorted(times, second_ms, "left")
    start = np.searchsorted(times, second_ms - _WINDOW_MS, "left")
    count = stop - start
    result = np.full(len(second_ms), np.nan)
    known = count > 0
    result[known] = (total[stop] - total[start])[known] / (count[known] * float(_STEPS))
    keep = times >= second_ms[-1] - _WINDOW_MS
    return MotionState(times[keep], all_steps[keep]), result


def newest(
    last: Samples, samples: Samples, second_ms: Int64Array, hold_s: float
) -> tuple[Samples, FloatArray]:
    """Return the newest sample, and its value at each of the seconds: NaN before the first and once it is
    older than `hold_s`.

    `last` is what an earlier call returned, or nothing.
    """
    if len(samples) == 0:
        samples = last
    elif len(last):
        samples = Samples(
            np.concatenate((last.arrival_ms, samples.arrival_ms)), np.concatenate((last.value, samples.value))
        )
    result = np.full(len(second_ms), np.nan)
    if len(samples):
        at = samples.arrival_ms.searchsorted(second_ms, "left") - 1
        known = (at >= 0) & (second_ms - samples.arrival_ms[at] <= hold_s * 1000)
        result[known] = samples.value[at[known]]
    return Samples(samples.arrival_ms[-1:], samples.value[-1:]), result
