"""People who breathe, a few minutes each: with a pacer, or as they like.

In: a number for the person, how they breathe. Out: their beats. A person's swing with the breath differs a
lot from the next one's (log-normal; a half-swing of 5 bpm at six a minute in the middle), waves of blood
pressure lie at about 0.1 Hz and differ as much, and the heart wanders. The same number is the same person,
bit for bit.
"""

from __future__ import annotations

import numpy as np
from scipy.signal import lfilter

from unhurry.signal.records import Beats, FloatArray, Verdict

from .physiology import GRID_HZ, MAYER_BPM, MAYER_HZ, RSA_CORNER_HZ
from .pulse import beat_times

LEAD_S = 20.0
"""Somebody breathes for so long before time 0, and after the end."""
HALF_SWING_BPM, SPREAD = 5.0, 0.5
"""Half the swing at six breaths a minute in the middle of all people, and its spread (of the logarithm)."""
LATE_S, CATCH_UP_S = 0.6, 8.0
"""Whoever follows is this much early or late, and notices after so long."""


def beats_of_breath(
    person: int, breath_hz: FloatArray, *, half_swing_bpm: float | None = None, missed: float = 0.0
) -> Beats:
    """Return the beats of somebody who breathes at `breath_hz` (`GRID_HZ` values a second), some `missed`."""
    rng = np.random.default_rng((2027, person))
    n = len(breath_hz)
    half = HALF_SWING_BPM * np.exp(SPREAD * rng.normal()) if half_swing_bpm is None else half_swing_bpm
    passed = (1 + (0.1 / RSA_CORNER_HZ) ** 2) / (1 + (breath_hz / RSA_CORNER_HZ) ** 2)
    phase = 2 * np.pi * np.cumsum(breath_hz) / GRID_HZ + rng.uniform(0, 2 * np.pi)
    rate = 58 + 20 * rng.random() + half * passed * (np.sin(phase) + 0.15 * np.sin(2 * phase))
    mayer_hz = MAYER_HZ * (1 + _wander(rng, n, 0.08, 20))
    waves_bpm = MAYER_BPM * np.exp(SPREAD * rng.normal()) * (1 + _wander(rng, n, 0.3, 60))
    rate += waves_bpm * np.sin(2 * np.pi * np.cumsum(mayer_hz) / GRID_HZ)
    rate += _wander(rng, n, 0.9, 15) + _wander(rng, n, 1.3, 90)
    times = beat_times(np.clip(rate, 40, 180), person)
    if missed:
        times = times[rng.random(len(times)) >= missed]
    rr_1024 = np.diff(times)
    t_ms = np.round(times[1:] / 1.024).astype(np.int64) - round(LEAD_S * 1000)
    verdict = np.where(rr_1024 > 1.6 * np.median(rr_1024), Verdict.MISSED, Verdict.OK).astype(np.int8)
    return Beats(t_ms, rr_1024, verdict, np.full(len(t_ms), 40, np.int64))


def following(person: int, pace_hz: float, seconds: float) -> FloatArray:
    """Return the breathing of somebody who follows: now a little early, now a little late."""
    rng = np.random.default_rng((2028, person))
    n = round((seconds + 2 * LEAD_S) * GRID_HZ)
    # What is late is caught up with, over a breath or two: the difference to the pacer stays within a second.
    keep = float(np.exp(-1 / (CATCH_UP_S * GRID_HZ)))
    late_s = lfilter([1 - keep], [1.0, -keep], _wander(rng, n, LATE_S, 2 * CATCH_UP_S))
    return np.asarray(pace_hz * (1 - np.gradient(late_s) * GRID_HZ))


def not_following(person: int, seconds: float) -> FloatArray:
    """Return the breathing of somebody who breathes as they like, 12 to 15 times a minute."""
    rng = np.random.default_rng((2029, person))
    n = round((seconds + 2 * LEAD_S) * GRID_HZ)
    return np.clip(rng.uniform(0.2, 0.25) * (1 + _wander(rng, n, 0.1, 12)), 0.07, 0.6)


def _wander(rng: np.random.Generator, n: int, deviation: float, tau_s: float) -> FloatArray:
    keep = float(np.exp(-1 / (tau_s * GRID_HZ)))
    shocks = rng.standard_normal(n)
    shocks[1:] *= np.sqrt(1 - keep**2)
    course, _ = lfilter([1.0], [1.0, -keep], shocks, zi=[0.0])
    return deviation * np.asarray(course)
