"""The chest moving: mean amplitude deviation of its acceleration, one value a second.

In: the scenes of a day and a seed. Out: one value in mg for each second. Sitting still is breath and pulse
(2 to 8 mg) with fidgeting now and then, walking 100 to 300 mg; getting up is one short peak.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from unhurry.signal.records import FloatArray

from .script import EpisodeKind, Scene


@dataclass(frozen=True, slots=True)
class Gait:
    """How the chest moves in one kind of scene."""

    median_mg: float
    spread: float
    """Standard deviation of the logarithm."""
    fidgets_per_min: float = 0.0
    steps_per_min: float = 0.0
    """How often a few steps are taken."""


SITTING = Gait(4.0, 0.28, fidgets_per_min=0.3)
GAITS: dict[EpisodeKind, Gait] = {
    EpisodeKind.EMOTIONAL: Gait(4.0, 0.30, fidgets_per_min=0.5),
    EpisodeKind.WALKING: Gait(180.0, 0.18),
    EpisodeKind.STAIRS: Gait(230.0, 0.18),
    EpisodeKind.STANDING: Gait(11.0, 0.40, fidgets_per_min=1.5),
    EpisodeKind.HOUSEWORK: Gait(15.0, 0.40, fidgets_per_min=2.0, steps_per_min=2.0),
    EpisodeKind.TALKING: Gait(5.5, 0.35, fidgets_per_min=1.5),
    EpisodeKind.MEAL: Gait(7.0, 0.35, fidgets_per_min=2.0),
    EpisodeKind.LYING: Gait(3.0, 0.25, fidgets_per_min=0.1),
    EpisodeKind.BREATHING: Gait(4.5, 0.20),
}
RISES = (EpisodeKind.STANDING, EpisodeKind.HOUSEWORK, EpisodeKind.WALKING, EpisodeKind.STAIRS)
"""Scenes one gets up for (and sits down after)."""
GETTING_UP_MG = (90.0, 165.0, 60.0)
FIDGET_MG = (10.0, 38.0)
STEPS_MG = (70.0, 170.0)
BOUT_S = (3, 12)
"""Shortest, and one more than the longest, bout of fidgeting or of steps."""


def chest_movement(scenes: tuple[Scene, ...], duration_s: float, seed: int) -> FloatArray:
    """Return the movement of each second in mg, rounded to a tenth; value `i` covers [i, i + 1) s."""
    noise = np.random.default_rng([seed, 2])
    seconds = int(duration_s)
    gaits = [SITTING] * seconds
    for scene in scenes:
        if (gait := GAITS.get(scene.episode.kind)) is not None:
            first, over = round(scene.episode.start_s), round(scene.episode.end_s)
            gaits[first:over] = [gait] * (over - first)
    spread = np.array([gait.spread for gait in gaits])
    mg = np.array([gait.median_mg for gait in gaits]) * np.exp(spread * noise.standard_normal(seconds))
    _add_bouts(mg, np.array([gait.fidgets_per_min for gait in gaits]), FIDGET_MG, noise)
    _add_bouts(mg, np.array([gait.steps_per_min for gait in gaits]), STEPS_MG, noise)
    for scene in scenes:
        if scene.episode.kind in RISES:
            for moment in (scene.episode.start_s, scene.episode.end_s):
                peak = slice(round(moment), round(moment) + len(GETTING_UP_MG))
                mg[peak] = np.maximum(mg[peak], GETTING_UP_MG[: len(mg[peak])])
    return np.round(mg, 1).astype(np.float64)


def _add_bouts(
    mg: FloatArray, per_min: FloatArray, between_mg: tuple[float, float], noise: np.random.Generator
) -> None:
    """Let bouts of movement begin at random, `per_min` on average, in place."""
    starts = np.flatnonzero(noise.random(len(mg)) < per_min / 60)
    lengths = noise.integers(*BOUT_S, size=len(mg))
    level_mg = noise.uniform(*between_mg, size=len(mg))
    for start in starts.tolist():
        bout = slice(start, start + int(lengths[start]))
        mg[bout] = np.maximum(mg[bout], level_mg[bout])
