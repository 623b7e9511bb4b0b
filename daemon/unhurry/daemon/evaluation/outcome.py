"""What is asked of one recording, and what came of it.

In: nothing. Out: records, small enough to be sent between machines.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from unhurry.config import PromptSettings
from unhurry.signal import Parameters

from .people import Wearing
from .tally import Tally

Counts: TypeAlias = NDArray[np.int64]

DETECTORS = (
    "unhurry",
    "prompts",
    "prompts_low_confidence",
    "over_95_bpm",
    "over_80_bpm",
    "additional_heart_rate",
    "variability_dip",
    "random_times",
)


@dataclass(frozen=True, slots=True)
class Conditions:
    """What holds for every recording of an evaluation."""

    parameters: Parameters = field(default_factory=Parameters)
    levels_given: frozenset[str] = frozenset()
    """Fields of `MotionLevels` that were asked for, and stand above what a data set says."""
    prompts: PromptSettings = field(default_factory=PromptSettings)
    motion: bool = True
    """Whether the detectors are told of movement; the figures always know it."""
    donors: tuple[Wearing, ...] = ()
    """Without any, nothing is measured warm."""


@dataclass(frozen=True, slots=True)
class Task:
    """A recording to study, and how."""

    wearing: Wearing
    conditions: Conditions


@dataclass(frozen=True, slots=True)
class GroundTime:
    """How much of a ground there is in a recording."""

    label: str
    original: str | None
    hours: float
    hours_free: float
    """Free of locomotion; 0 where movement is unknown."""
    stretches: int


@dataclass(frozen=True, slots=True)
class ScoreCounts:
    """How often which score was given during a label."""

    label: str
    counts: Counts


@dataclass(frozen=True, slots=True)
class Outcome:
    """One recording under one condition."""

    hours: float
    """With data of the heart."""
    spans: int
    responders: int
    fresh: int
    grounds: tuple[GroundTime, ...]
    tallies: tuple[Tally | None, ...]
    """By `DETECTORS`; None where the recording is nothing for one."""
    judged_min: int
    judgeable_min: int
    """Minutes worn, awake and not moving."""
    minutes_by_state: tuple[int, ...]
    """By `STATES`."""
    scores: tuple[ScoreCounts, ...]


@dataclass(frozen=True, slots=True)
class Studied:
    """What came of a task."""

    wearing: Wearing
    as_it_is: Outcome | None
    warm: Outcome | None
    notes: tuple[str, ...]
    left_out: str | None
    """Why there is no outcome."""
