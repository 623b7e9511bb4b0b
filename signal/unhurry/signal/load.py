"""What movement explains: how far a body that moves, or has just moved, raises its own heart.

In: movement intensity, second by second. Out: for each second the rise in bpm that the movement so far
accounts for, how much of it is of the last half minute, and how still the wearer has been for long.

    u          = ln(1 + max(0, intensity - still))
    brisk      = load_fast_bpm * lowpass(u, load_fast_s)
    explained  = brisk + load_slow_bpm * lowpass(u, load_slow_s)

Heart rate follows exertion in two steps, one of half a minute and one of minutes, on the way up and on the
way down. Two first-order low-passes of the logarithm of intensity fit the waking hours of eleven people about
as well as anything that was tried (docs/detector.md), and nearly alike from person to person. So nobody has
to say when a walk began: a gesture explains three beats, a walk twenty-five, and both fade by themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import signal as scipy_signal

from .parameters import Parameters
from .records import FloatArray, Int64Array

MEMORY_S = 60
"""The last movement sample stands for what follows it for so long; then movement is unknown."""


class Load(NamedTuple):
    """One row per second."""

    explained_bpm: FloatArray
    """Rise of the heart that movement accounts for; 0 where movement is unknown for long."""
    brisk_bpm: FloatArray
    """The part of it that is of the last half minute."""
    stir: FloatArray
    """Mean of ln(1 + intensity) over some ten minutes."""
    intensity: FloatArray
    """Held between samples, 0 where unknown."""
    alone: NDArray[np.bool_]
    """Movement is unknown: the heart rate stands alone."""


@dataclass(frozen=True, slots=True)
class LoadState:
    """What is remembered of movement."""

    fast: float = 0.0
    """Delay lines of the three low-passes: `lfilter`'s, so that any cut gives the same floats."""
    slow: float = 0.0
    stir: float = 1.0
    """Nobody is asleep when a recording begins."""
    intensity: float = 0.0
    known_s: int | None = None
    """When movement was last known."""


def explain(p: Parameters, state: LoadState, t_s: Int64Array, motion: FloatArray) -> tuple[LoadState, Load]:
    """Return what movement explains at each of the consecutive seconds `t_s`, shape (m,), m at least 1.

    Parameters
    ----------
    motion
        Intensity, shape (m,), 1.0 is the level from which one counts as moving; NaN where no sample is.
    """
    known = ~np.isnan(motion)
    held = np.where(known, motion, 0.0)
    if known.all():
        alone = np.zeros(len(t_s), np.bool_)
    else:
        last = np.maximum.accumulate(np.where(known, np.arange(len(t_s)), -1))
        before_s = t_s[0] - MEMORY_S - 1 if state.known_s is None else state.known_s
        alone = t_s - np.where(last < 0, before_s, t_s[last]) > MEMORY_S
        held = np.where(last < 0, state.intensity, held[last])
        held[alone] = 0.0
    still = p.motion.still_below / p.motion.moving_from
    u = np.log1p(np.maximum(0.0, held - still))
    fast_line, fast = _lowpass(p.load_fast_s, state.fast, u)
    slow_line, slow = _lowpass(p.load_slow_s, state.slow, u)
    stir_line, stir = _lowpass(p.stir_s, state.stir, np.log1p(held))
    brisk = p.load_fast_bpm * fast
    at = np.flatnonzero(known)
    after = LoadState(
        fast=fast_line,
        slow=slow_line,
        stir=stir_line,
        intensity=float(held[-1]),
        known_s=int(t_s[at[-1]]) if len(at) else state.known_s,
    )
    return after, Load(brisk + p.load_slow_bpm * slow, brisk, stir, held, alone)


def _lowpass(tau_s: float, line: float, values: FloatArray) -> tuple[float, FloatArray]:
    """Return the delay line after a first-order low-pass at 1 Hz, and its course."""
    keep = exp(-1.0 / tau_s)
    course, after = scipy_signal.lfilter([1.0 - keep], [1.0, -keep], values, zi=[line])
    return float(after[0]), course
