"""Did speaking change anything? The test that makes the claim, and the estimate that says how much.

In: a `Trial`: which moments chance had Unhurry speak in, with which probability, and what the heart did. Out:
a p-value, an `Estimate`. Pure.

The statistic is fixed: the inverse-probability-weighted difference of the area over the usual in the ten
minutes after the decision, once a line through the rise at the decision and the order of the moments has been
taken off. Neither can be the work of an offer; both make the comparison sharper.

The test draws the lots again, from the probabilities they were drawn with, and asks how often chance alone
would bring as large a difference: exact whatever the distribution, the trend, or how one moment hangs
together with the next (Fisher's sharp null: speaking changes no moment).

References
----------
Fisher 1935, The Design of Experiments. Phipson & Smyth 2010, Stat. Appl. Genet. Mol. Biol. 9:39, doi
10.2202/1544-6115.1585, for counting the lots as they fell among the draws. Boruvka et al. 2018, J. Am. Stat.
Assoc. 113:1112-1121, doi 10.1080/01621459.2017.1305274, for weighted and centred least squares. MacKinnon &
White 1985, J. Econometrics 29:305-325, doi 10.1016/0304-4076(85)90158-7, for its standard error (HC3).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from unhurry.signal.records import FloatArray

_DRAWS = 9999
_SEED = 1935
_EXACT_UP_TO = 13
"""So many lots can fall in 8192 ways: then all of them are counted."""


@dataclass(frozen=True, slots=True)
class Trial:
    """`n` moments with a known outcome, in their order."""

    spoke: NDArray[np.bool_]
    probability: FloatArray
    """Shape (n,): how likely speaking was, over 0 and below 1."""
    area_bpm_min: FloatArray
    rise_bpm: FloatArray
    """Shape (n,): rise over the usual at the decision."""

    def __len__(self) -> int:
        return len(self.spoke)


@dataclass(frozen=True, slots=True)
class Estimate:
    """Difference of the area, speaking less waiting, with its 95 % interval; negative: a lower heart rate."""

    difference_bpm_min: float
    error_bpm_min: float
    low_bpm_min: float
    high_bpm_min: float
    spread_bpm_min: float
    """Standard deviation of the area that speaking and what was known before leave unexplained."""


def randomisation_p(trial: Trial, *, draws: int = _DRAWS, seed: int = _SEED) -> float:
    """Return how often chance alone brings a difference as large: two-sided p-value, never 0.

    Exact by enumeration for few moments; beyond, `draws` draws, the lots as they fell counted among them.
    1 when there is nothing to compare.
    """
    n = len(trial)
    if n <= _known_before(trial).shape[1]:
        return 1.0
    weights = _residual(trial) / (trial.probability * (1 - trial.probability))
    # Lots that change nothing but the rounding are as far out as the real ones.
    line = abs(float((trial.spoke - trial.probability) @ weights)) * (1 - 1e-9)
    if n <= _EXACT_UP_TO:
        lots = np.array(list(product((False, True), repeat=n)), np.bool_)
        chances = np.prod(np.where(lots, trial.probability, 1 - trial.probability), axis=1)
        # All of them may add up to a rounding more than 1.
        return min(1.0, float(np.sum(chances[np.abs((lots - trial.probability) @ weights) >= line])))
    random = np.random.default_rng(seed).random((draws, n), dtype=np.float32)
    lots = random < trial.probability.astype(np.float32)
    beyond = np.count_nonzero(np.abs(lots @ weights - trial.probability @ weights) >= line)
    return (1 + int(beyond)) / (1 + draws)


def estimate(trial: Trial) -> Estimate | None:
    """Return the effect by weighted and centred least squares; None for fewer than ten moments or one kind.

    Minimises the sum of W (Y - g'a - (A - p~) b)^2 with W = (p~/p)^A ((1 - p~)/(1 - p))^(1 - A), p~ the mean
    of p: b is the effect even when the line g is wrong about the moments without an offer.
    """
    n = len(trial)
    if n < 10 or trial.spoke.all() or not trial.spoke.any():
        return None
    p, mean_p = trial.probability, float(np.mean(trial.probability))
    weight = np.where(trial.spoke, mean_p / p, (1 - mean_p) / (1 - p))
    design = np.column_stack((_known_before(trial), trial.spoke - mean_p))
    bread = np.linalg.pinv(design.T @ (weight[:, None] * design))
    coefficients = bread @ (design.T @ (weight * trial.area_bpm_min))
    residual = trial.area_bpm_min - design @ coefficients
    leverage = weight * np.sum((design @ bread) * design, axis=1)
    score = (weight * residual / np.maximum(1 - leverage, 1e-6))[:, None] * design
    error = float(np.sqrt((bread @ (score.T @ score) @ bread)[-1, -1]))
    free = n - int(np.linalg.matrix_rank(design))
    reach = float(stdtrit(free, 0.975)) * error
    difference = float(coefficients[-1])
    spread = float(np.sqrt(np.sum(weight * residual**2) / np.sum(weight) * n / free))
    return Estimate(difference, error, difference - reach, difference + reach, spread)


def _known_before(trial: Trial) -> FloatArray:
    """Return what was known when the lots were drawn, shape (n, 3)."""
    n = len(trial)
    rise = trial.rise_bpm - np.mean(trial.rise_bpm)
    order = np.linspace(-1.0, 1.0, n)
    return np.column_stack((np.ones(n), rise, order))


def _residual(trial: Trial) -> FloatArray:
    known = _known_before(trial)
    coefficients, *_ = np.linalg.lstsq(known, trial.area_bpm_min, rcond=None)
    return trial.area_bpm_min - known @ coefficients
