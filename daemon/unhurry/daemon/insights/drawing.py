"""Drawing lots: whether to speak, and with which practice, for a wearer who asked to learn what helps.

In: the practices that may be offered, what came of earlier draws, a seed. Out: a `NewDraw` with the
probability of everything that could have been drawn. Pure: the same seed at the same moment draws the same.

The chance to speak is fixed. The practice is drawn evenly until each has been drawn `EVENLY_UNTIL` times;
from then on by Thompson sampling: its chance is the chance that it is the best of them, never under `LEAST`
or, of many, half an even share.

References
----------
Thompson 1933, Biometrika 25:285-294, doi 10.1093/biomet/25.3-4.285. Klasnja et al. 2015, Health Psychol.
34S:1220-1228, doi 10.1037/hea0000305, for drawing at every moment.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from unhurry.signal.records import FloatArray
from unhurry.store.draws import SILENT, Arm, NewDraw

SPEAK = 0.6
"""Chance of an offer; at a half one learns a little faster, and is left alone more often."""
LEAST = 0.1
"""Least chance of a practice among up to five, given that one is offered: what is never tried is never learnt
about."""
EVENLY_UNTIL = 10
_PRIOR_SDS = 0.5
"""How far practices are believed to differ before anything is known, in standard deviations of the area."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A practice that was drawn before."""

    practice: str
    area_bpm_min: float | None
    """Heart rate over the usual in the ten minutes after; less is better. None: not known."""


def draw(candidates: Sequence[str], tried: Sequence[Tried], *, seed: int, at_ms: int) -> NewDraw:
    """Draw whether to speak at `at_ms`, and with which of the candidates. Raises ValueError without any."""
    if not candidates:
        raise ValueError("nothing to offer")
    shares = practice_shares(candidates, tried)
    arms = (
        Arm(SILENT, 1 - SPEAK),
        *(Arm(name, SPEAK * share) for name, share in zip(candidates, shares.tolist(), strict=True)),
    )
    left = _uniform(seed, at_ms)
    for arm in arms:
        left -= arm.probability
        if left < 0:
            return NewDraw(arm, arms)
    return NewDraw(arms[-1], arms)  # the sum of the probabilities fell short of 1 by a rounding


def practice_shares(candidates: Sequence[str], tried: Sequence[Tried]) -> FloatArray:
    """Return the chance of each candidate, given that one is offered: shape (k,), sum 1, none too small."""
    k = len(candidates)
    counts = [sum(each.practice == name for each in tried) for name in candidates]
    areas = [
        np.array([t.area_bpm_min for t in tried if t.practice == name and t.area_bpm_min is not None])
        for name in candidates
    ]
    if k == 1 or min(counts) < EVENLY_UNTIL or not all(len(values) for values in areas):
        return np.full(k, 1 / k, np.float64)
    # With ten practices a floor of a tenth each would leave nothing to choose.
    least = min(LEAST, 1 / (2 * k))
    shares: FloatArray = least + (1 - k * least) * _chance_of_being_best(areas)
    return shares


def _chance_of_being_best(areas: Sequence[FloatArray]) -> FloatArray:
    """Return the posterior chance that each practice has the smallest mean area, normal model."""
    counts = np.array([len(values) for values in areas], np.float64)
    every = np.concatenate(areas)
    spread = math.sqrt(
        sum(float(np.sum((v - v.mean()) ** 2)) for v in areas) / max(len(every) - len(areas), 1)
    )
    if spread == 0.0:
        return np.full(len(areas), 1 / len(areas), np.float64)
    middle = float(np.mean(every))
    effects = (np.array([float(v.mean()) for v in areas]) - middle) / spread
    precision = counts + 1 / _PRIOR_SDS**2
    mean, sd = effects * counts / precision, 1 / np.sqrt(precision)
    # P(arm i is smallest) = integral of its density times the chance that every other lies above.
    grid = np.linspace(np.min(mean - 8 * sd), np.max(mean + 8 * sd), 1001)
    z = (grid - mean[:, None]) / sd[:, None]
    density, above = np.exp(-0.5 * z * z) / sd[:, None], ndtr(-z)
    best = np.array(
        [np.sum(density[i] * np.prod(np.delete(above, i, axis=0), axis=0)) for i in range(len(areas))]
    )
    shares: FloatArray = best / np.sum(best)
    return shares


def _uniform(seed: int, at_ms: int) -> float:
    """Return a number in [0, 1) that belongs to this moment, however the day was cut into pieces."""
    digest = hashlib.sha256(f"{seed}:{at_ms}".encode()).digest()
    return int.from_bytes(digest[:8]) / 2**64
