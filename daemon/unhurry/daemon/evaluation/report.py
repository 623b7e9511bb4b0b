"""What an evaluation came to.

In: nothing. Out: records; docs/evaluate.md says what each figure means.
"""

from __future__ import annotations

from dataclasses import dataclass

from .bootstrap import Figure
from .outcome import Conditions, GroundTime
from .people import LeftOut

__all__ = [
    "ConditionReport",
    "DetectorReport",
    "FalseAlarms",
    "Figure",
    "Report",
    "ScoreReport",
    "SetReport",
]


@dataclass(frozen=True, slots=True)
class FalseAlarms:
    """One detector on one ground."""

    alarms: float
    per_hour: Figure
    alarms_free: float
    per_hour_free: Figure
    """Free of locomotion."""
    raised: Figure
    """Share of the ground's stretches with an alarm in them."""


@dataclass(frozen=True, slots=True)
class DetectorReport:
    """One detector."""

    name: str
    told: Figure
    told_responders: Figure
    told_fresh: Figure
    covered: Figure
    covered_responders: Figure
    latency_median_s: Figure
    latency_p90_s: Figure
    false_alarms: tuple[FalseAlarms, ...]
    """By the grounds of the condition."""


@dataclass(frozen=True, slots=True)
class ScoreReport:
    """Area under the ROC curve of the score, stress against another label."""

    label: str
    by_recording: Figure
    pooled: Figure


@dataclass(frozen=True, slots=True)
class ConditionReport:
    """A set of recordings as they are, or warm."""

    recordings: int
    hours: float
    spans: int
    responders: int
    fresh: int
    grounds: tuple[GroundTime, ...]
    detectors: tuple[DetectorReport, ...]
    judged_share: Figure
    minutes_by_state: tuple[int, ...]
    scores: tuple[ScoreReport, ...]


@dataclass(frozen=True, slots=True)
class SetReport:
    """Everything about one set."""

    name: str
    people: int
    recordings: int
    as_it_is: ConditionReport | None
    warm: ConditionReport | None
    notes: tuple[LeftOut, ...]
    """What is odd about a recording that was evaluated."""
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A whole evaluation."""

    conditions: Conditions
    sets: tuple[SetReport, ...]

    @property
    def warm_left_out(self) -> bool:
        """Whether nothing was measured warm, for want of ordinary days."""
        return not self.conditions.donors
