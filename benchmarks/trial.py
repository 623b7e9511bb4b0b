"""How often "it helps" is said of wearers whom nothing helps, and how often an effect that is there is found.

In: nothing. Out: shares of simulated wearers, judged by the very functions the service uses. `run.py` prints
them; alone: `python benchmarks/trial.py`.

A wearer's moments hang together (each keeps half of the last one's luck), drift over the weeks by a standard
deviation, grow with the rise, and some are lost: 10 % after a wait, 20 % after an offer. An effect is counted
in standard deviations of the area. `n` counts moments with a known outcome.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from unhurry.daemon.insights.drawing import SPEAK
from unhurry.daemon.insights.effect import Trial, estimate, randomisation_p
from unhurry.daemon.insights.learning import LEVEL, LOOKS

WEARERS = 1000
_DRAWS = 999
_KEPT = 0.5
_LOST_AFTER_WAIT, _LOST_AFTER_OFFER = 0.1, 0.2
_EFFECT_SDS = 0.5
_Z = 1.959964


@dataclass(frozen=True, slots=True)
class TrialFigure:
    """A share of the wearers, beside what was to be expected."""

    what: str
    share: float
    expected: str


def simulate(wearer: int, n: int, *, effect_sds: float = 0.0, speak: float = SPEAK) -> Trial:
    """Return a wearer's first `n` moments with a known outcome."""
    rng = np.random.default_rng((2026, wearer))
    lived = 2 * n + 20
    noise = rng.normal(size=lived)
    for i in range(1, lived):
        noise[i] = _KEPT * noise[i - 1] + np.sqrt(1 - _KEPT**2) * noise[i]
    rise = rng.normal(size=lived)
    spoke = rng.random(lived) < speak
    known = rng.random(lived) >= np.where(spoke, _LOST_AFTER_OFFER, _LOST_AFTER_WAIT)
    weeks = np.linspace(0, 1, lived)
    area = noise + 0.5 * rise + weeks - effect_sds * spoke
    first = np.flatnonzero(known)[:n]
    return Trial(spoke[first], np.full(n, speak), area[first], rise[first])


def measure_trial() -> tuple[TrialFigure, ...]:
    """Return every figure; takes about half a minute."""
    chance = [
        TrialFigure(f"nothing helps, n = {n}", _found(n, level=0.05), "5 %: the test's level") for n in LOOKS
    ]
    told = np.mean([_told(wearer) for wearer in range(WEARERS)])
    looks = TrialFigure("nothing helps, at any look", float(told), f"5 % at most: three looks at {LEVEL}")
    power = [_power(126, speak) for speak in (0.5, SPEAK)]
    covers = np.mean([_covers(wearer) for wearer in range(WEARERS)])
    covered = TrialFigure("interval holds the truth", float(covers), "95 %, n = 63")
    return (*chance, looks, *power, covered)


def theory(n: int, speak: float) -> float:
    """Return the power of a two-sided test at .05 by normal theory, for half a standard deviation."""
    away = _EFFECT_SDS * np.sqrt(n * speak * (1 - speak))
    return float(ndtr(away - _Z) + ndtr(-away - _Z))


def _power(n: int, speak: float) -> TrialFigure:
    expected = f"{100 * theory(n, speak):.0f} % by normal theory"
    share = _found(n, level=0.05, effect_sds=_EFFECT_SDS, speak=speak)
    return TrialFigure(f"half an SD, n = {n}, chance {speak}", share, expected)


def _found(n: int, *, level: float, effect_sds: float = 0.0, speak: float = SPEAK) -> float:
    trials = (simulate(wearer, n, effect_sds=effect_sds, speak=speak) for wearer in range(WEARERS))
    return float(
        np.mean([randomisation_p(trial, draws=_DRAWS, seed=i) <= level for i, trial in enumerate(trials)])
    )


def _told(wearer: int) -> bool:
    every = simulate(wearer, LOOKS[-1])
    return any(randomisation_p(_first(every, look), draws=_DRAWS, seed=wearer) <= LEVEL for look in LOOKS)


def _first(trial: Trial, n: int) -> Trial:
    return Trial(trial.spoke[:n], trial.probability[:n], trial.area_bpm_min[:n], trial.rise_bpm[:n])


def _covers(wearer: int) -> bool:
    found = estimate(simulate(wearer, 63, effect_sds=_EFFECT_SDS))
    return found is not None and found.low_bpm_min <= -_EFFECT_SDS <= found.high_bpm_min


def print_trial() -> None:
    """Print every figure in a line."""
    print(f"\nDoes it help? {WEARERS} simulated wearers each; how many of them are told so.")
    for figure in measure_trial():
        print(f"{figure.what:<34}{100 * figure.share:>5.1f} %   {figure.expected}", flush=True)


if __name__ == "__main__":
    print_trial()
