"""When to suggest that a practice be left: the heart climbs, or the wearer says that it is worse.

In: the course of the heart since the practice began, the usual. Out: an `Advice`. Pure; asked as often as one
likes. It only ever suggests: the wearer ends a practice, never Unhurry.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from unhurry.signal.records import FloatArray

CLIMB_BPM = 6.0
CLIMB_S = 60.0
"""So much within a minute (the design's choice; the page goes by the same, see `heart.js`)."""
SAMPLE_S = 15.0
"""Medians of so long: longer than a slow breath, whose own swing would else look like a climb."""
_LEAST = 5
"""Values in a sample; fewer say nothing."""


class Cause(StrEnum):
    """Why leaving is suggested."""

    WORSE = "worse"
    CLIMBING = "climbing"


SENTENCES: dict[Cause, str] = {
    Cause.WORSE: "Thank you. Stopping is right. Look around instead?",
    Cause.CLIMBING: "Shall we look around instead?",
}


@dataclass(frozen=True, slots=True)
class Course:
    """The heart since a practice began. Equal lengths, in order; NaN where it is not known."""

    t_s: FloatArray
    level_bpm: FloatArray
    usual_bpm: float | None
    """None while the usual is not known."""


@dataclass(frozen=True, slots=True)
class Advice:
    """Keep on (`cause` None), or leave it, with a sentence."""

    cause: Cause | None = None
    sentence: str | None = None


KEEP_ON = Advice()


def advise(course: Course, *, felt_worse: bool = False) -> Advice:
    """Return what to suggest at the end of `course`.

    What the wearer says comes first. A climb counts when the level of the last 15 s is 6 bpm or more above
    that of a minute before, and above the usual: a heart that comes up to its usual from below is no
    sign of distress. With too few values nothing is suggested.
    """
    if felt_worse:
        return Advice(Cause.WORSE, SENTENCES[Cause.WORSE])
    if len(course.t_s) == 0:
        return KEEP_ON
    end_s = float(course.t_s[-1])
    now_bpm = _median(course, end_s - SAMPLE_S, end_s)
    then_bpm = _median(course, end_s - CLIMB_S - SAMPLE_S, end_s - CLIMB_S)
    if now_bpm is None or then_bpm is None or now_bpm - then_bpm < CLIMB_BPM:
        return KEEP_ON
    if course.usual_bpm is not None and now_bpm <= course.usual_bpm:
        return KEEP_ON
    return Advice(Cause.CLIMBING, SENTENCES[Cause.CLIMBING])


def _median(course: Course, after_s: float, until_s: float) -> float | None:
    values = course.level_bpm[(course.t_s > after_s) & (course.t_s <= until_s)]
    values = values[~np.isnan(values)]
    return float(np.median(values)) if len(values) >= _LEAST else None
