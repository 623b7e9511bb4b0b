"""Beats out of a rate: integral pulse-frequency modulation, and what goes wrong with single beats.

In: a rate on an even grid. Out: beat times as the strap counts them, in whole 1/1024 s. The rate is
integrated; each time the integral has grown by one, the heart beats. Then a few beats are missed, invented,
or come early (`Slip`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from unhurry.signal.records import FloatArray, Int64Array

from .physiology import GRID_HZ

DETECTION_SD_S = 0.001
"""Spread of a strap's own R-peak times."""
EARLY_BY = 0.28
"""An ectopic beat comes early by this share of its interval; the pause after it makes up for that."""


class SlipKind(StrEnum):
    """What went wrong with a beat."""

    MISSED = "missed"
    EXTRA = "extra"
    ECTOPIC = "ectopic"


SLIPS_PER_DAY: dict[SlipKind, int] = {SlipKind.MISSED: 14, SlipKind.EXTRA: 9, SlipKind.ECTOPIC: 5}


@dataclass(frozen=True, slots=True)
class Slip:
    """One beat that is not what it should be."""

    kind: SlipKind
    t_s: float


def beat_times(rate_bpm: FloatArray, seed: int) -> Int64Array:
    """Return the beat times in 1/1024 s, strictly increasing."""
    step = rate_bpm / (60 * GRID_HZ)
    count = np.concatenate(([0.0], np.cumsum((step[:-1] + step[1:]) / 2)))
    t_s = np.interp(np.arange(1, int(count[-1]) + 1), count, np.arange(len(count)) / GRID_HZ)
    jitter_s = DETECTION_SD_S * np.random.default_rng([seed, 4]).standard_normal(len(t_s))
    return np.round((t_s + jitter_s) * 1024).astype(np.int64)


def slips_of_a_day(duration_s: float, seed: int) -> tuple[Slip, ...]:
    """Return what goes wrong, in order of time, spread over the day at random but never close together."""
    noise = np.random.default_rng([seed, 5])
    kinds = [kind for kind, number in SLIPS_PER_DAY.items() for _ in range(number)]
    share = (np.arange(len(kinds)) + noise.uniform(0.1, 0.9, len(kinds))) / len(kinds)
    order = noise.permutation(len(kinds))
    pairs = zip(order, share * duration_s, strict=True)
    return tuple(Slip(kinds[int(which)], float(t_s)) for which, t_s in pairs)


def with_slips(beats_1024: Int64Array, slips: tuple[Slip, ...]) -> Int64Array:
    """Return the beats with `slips`: each befalls the first beat at or after its time."""
    where = np.searchsorted(beats_1024, [slip.t_s * 1024 for slip in slips])
    kind = np.array([slip.kind for slip in slips])
    inside = (where > 0) & (where < len(beats_1024) - 1)
    early = where[inside & (kind == SlipKind.ECTOPIC)]
    missed = where[inside & (kind == SlipKind.MISSED)]
    extra = where[inside & (kind == SlipKind.EXTRA)]
    slipped = beats_1024.copy()
    slipped[early] -= np.round(EARLY_BY * (beats_1024[early] - beats_1024[early - 1])).astype(np.int64)
    between = (2 * slipped[extra] + 3 * slipped[extra + 1]) // 5
    return np.sort(np.concatenate((np.delete(slipped, missed), between)))
