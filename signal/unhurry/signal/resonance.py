"""The pace at which a heart swings widest with the breath.

In: the beats of some paced steps, slower and slower. Out: a `Resonance`: the pace, how sure that is, or that
it could not be told. Pure.

Each breath of a step has a swing, the fastest heart in it less the slowest. Breaths are drawn anew from those
of each step, many times over: how often each pace comes out widest says how sure one can be of it. Steps that
the heart did not go along with are left out, as those who wrote the protocol ask for.

References
----------
Lehrer P, Vaschillo B, Zucker T et al. (2013). Protocol for heart rate variability biofeedback training.
Biofeedback 41:98-109. Shaffer F, Meehan ZM (2020). A practical guide to resonance frequency assessment for
heart rate variability biofeedback. Front Neurosci 14:570400, doi 10.3389/fnins.2020.570400.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from .adherence import Stretch
from .records import Beats, FloatArray, Verdict

PACES = (6.5, 6.0, 5.5, 5.0, 4.5)
"""Breaths a minute, in the order they are tried."""
STEP_MINUTES = 2.0
REST_S = 30.0
LEAST_STEPS = 3
"""A widest of two says little about where the widest of all lies."""
LEAST_BREATHS = 5
SETTLE_MS = 20_000
"""The heart needs this long to take up a new pace."""
SURE = 0.9
"""The widest in so many of the draws, and it is told apart from the others."""
AMONG = 0.05
DRAWS = 2_000
_GRID_MS = 250


class Found(StrEnum):
    """What came of it."""

    PACE = "pace"
    """One pace is wider than the others."""
    TOO_CLOSE = "too_close"
    """Two or more were too close to tell apart: any of them will do."""
    NOT_ENOUGH = "not_enough"
    """Fewer than three steps could be used."""


@dataclass(frozen=True, slots=True)
class Step:
    """One pace, and how far the heart swung with each breath."""

    breath_ms: int
    swings_bpm: FloatArray
    along: bool
    """The heart went along with it."""

    @property
    def per_minute(self) -> float:
        """Breaths a minute."""
        return round(60_000 / self.breath_ms, 2)


@dataclass(frozen=True, slots=True)
class StepFound:
    """What is known of one pace."""

    per_minute: float
    used: bool
    swing_bpm: float | None
    """Mean of its breaths, and the 95 % interval of that."""
    low_bpm: float | None
    high_bpm: float | None
    widest: float
    """In so many of the draws it was the widest."""


@dataclass(frozen=True, slots=True)
class Resonance:
    """The result of one round."""

    found: Found
    per_minute: float | None
    """The widest pace; None when that could not be told."""
    low_per_minute: float | None
    high_per_minute: float | None
    """The slowest and the quickest pace it may have been."""
    steps: tuple[StepFound, ...]


def breath_swings(beats: Beats, breath_ms: int, paced: Stretch) -> FloatArray:
    """Return each breath's swing in bpm, shape (breaths,); those with a hole in their beats are left out.

    The first breaths, in which the heart takes up the pace, do not count.
    """
    accepted = (beats.verdict == Verdict.OK) | (beats.verdict == Verdict.GAP)
    rr_ms, t_ms = beats.rr_1024[accepted] / 1.024, beats.t_ms[accepted]
    if len(t_ms) < 2:
        return np.zeros(0)
    middle_ms = t_ms - rr_ms / 2
    swings: list[float] = []
    skipped = -(-SETTLE_MS // breath_ms)
    for start in range(paced.from_ms + skipped * breath_ms, paced.until_ms - breath_ms + 1, breath_ms):
        within = (middle_ms >= start) & (middle_ms < start + breath_ms)
        if np.sum(rr_ms[within]) < 0.75 * breath_ms:
            continue
        grid_ms = np.arange(start, start + breath_ms, _GRID_MS)
        rate_bpm = np.interp(grid_ms, middle_ms, 60_000 / rr_ms)
        # A heart that gets slower over the breath has not swung by that.
        x = np.arange(len(rate_bpm))
        slope = (rate_bpm[-1] - rate_bpm[0]) / max(1, len(rate_bpm) - 1)
        level = rate_bpm - slope * x
        swings.append(float(level.max() - level.min()))
    return np.array(swings)


def resonance(steps: tuple[Step, ...], *, seed: int = 0) -> Resonance:
    """Return at which pace the heart swung widest.

    Parameters
    ----------
    steps
        In any order; a pace that was tried twice counts with the breaths of both.
    seed
        Of the draws: the same seed, the same result.
    """
    joined = _joined(steps)
    usable = [step for step in joined if step.along and len(step.swings_bpm) >= LEAST_BREATHS]
    if len(usable) < LEAST_STEPS:
        none = tuple(_told(step, None, 0.0, used=False) for step in joined)
        return Resonance(Found.NOT_ENOUGH, None, None, None, none)
    rng = np.random.default_rng(seed)
    means = np.array(
        [
            step.swings_bpm[rng.integers(0, len(step.swings_bpm), (DRAWS, len(step.swings_bpm)))].mean(axis=1)
            for step in usable
        ]
    )
    winners = np.bincount(means.argmax(axis=0), minlength=len(usable)) / DRAWS
    among = [step.per_minute for step, share in zip(usable, winners, strict=True) if share >= AMONG]
    best = int(winners.argmax())
    told = {id(step): (means[i], float(winners[i])) for i, step in enumerate(usable)}
    return Resonance(
        Found.PACE if winners[best] >= SURE else Found.TOO_CLOSE,
        usable[best].per_minute,
        min(among),
        max(among),
        tuple(_told(step, *told.get(id(step), (None, 0.0)), used=id(step) in told) for step in joined),
    )


def _joined(steps: tuple[Step, ...]) -> list[Step]:
    """Return one step for each pace, quickest first; of several tries, what the heart went along with."""
    found: list[Step] = []
    for breath_ms in sorted({step.breath_ms for step in steps}):
        same = [step for step in steps if step.breath_ms == breath_ms]
        along = [step for step in same if step.along]
        swings = [step.swings_bpm for step in (along or same)]
        found.append(Step(breath_ms, np.concatenate(swings), bool(along)))
    return found


def _told(step: Step, means: FloatArray | None, widest: float, *, used: bool) -> StepFound:
    if means is None:
        mean = float(step.swings_bpm.mean()) if len(step.swings_bpm) else None
        return StepFound(step.per_minute, used, mean, None, None, widest)
    low, high = np.percentile(means, (2.5, 97.5))
    return StepFound(step.per_minute, used, float(step.swings_bpm.mean()), float(low), float(high), widest)
