"""What a detector is measured against: stress spans and everything else that was going on.

In: a course and its labels. Out: the `Truth` of a recording. All of it rests on heart rate and labels alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from .course import BoolArray, Course, FloatArray
from .labels import QUIET, SLEEP, STRESS, USUAL_ORDER, Label

AWAKE_AT_REST = "awake_at_rest"
"""Baseline, rest, recovery and meditation together."""

_RISE_BPM = 5.0
_SHORTEST_SPAN_S = 60.0
_SPAN_SHARE = 0.3
"""Of a stress span so much must have data."""
_BEFORE_S = 600
_BEFORE_AT_LEAST_S = 60
"""Of the ten minutes before it, so much."""
_RISEN_FOR_S = 15


@dataclass(frozen=True, slots=True)
class StressSpan:
    """A stretch in which the makers of the recording put the wearer under stress."""

    start_s: float
    end_s: float
    responder: bool
    """The heart is at least 5 bpm over its quiet level."""
    fresh: bool
    """and over the ten minutes before, too."""
    risen_s: float | None
    """First moment at which it has been so for 15 s."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Time in which an alarm would be false, by its label, or by the source's own word for it."""

    label: str
    original: str | None
    """None for the label as a whole."""
    seconds: BoolArray
    stretches: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Truth:
    """What was really going on in a recording."""

    course: Course
    quiet_bpm: float | None
    """None without quiet time."""
    spans: tuple[StressSpan, ...]
    grounds: tuple[Ground, ...]
    stress: BoolArray
    asleep: BoolArray
    locomotion_free: BoolArray


def truth_of(course: Course, labels: tuple[Label, ...]) -> Truth:
    """Return the truth about a recording."""
    asleep = _union(course, (label for label in labels if label.name == SLEEP))
    quiet_bpm = _median(course.level_bpm[_union(course, (label for label in labels if label.name in QUIET))])
    stress = [label for label in labels if label.name == STRESS]
    return Truth(
        course=course,
        quiet_bpm=quiet_bpm,
        spans=_spans(course, stress, quiet_bpm),
        grounds=_grounds(course, labels, asleep),
        stress=_union(course, stress) & ~asleep,
        asleep=asleep,
        locomotion_free=course.free_of_locomotion(),
    )


def _spans(course: Course, stress: list[Label], quiet_bpm: float | None) -> tuple[StressSpan, ...]:
    spans: list[StressSpan] = []
    for start_s, end_s in _distinct(stress):
        level = course.level_bpm[course.between(start_s, end_s)]
        if end_s - start_s < _SHORTEST_SPAN_S or (~np.isnan(level)).mean() < _SPAN_SHARE:
            continue
        own = float(np.nanmedian(level))
        responder = quiet_bpm is not None and own >= quiet_bpm + _RISE_BPM
        before = course.level_bpm[course.between(start_s - _BEFORE_S, start_s)]
        known = before[~np.isnan(before)]
        fresh = len(known) >= _BEFORE_AT_LEAST_S and own >= float(np.median(known)) + _RISE_BPM
        risen_s = None if quiet_bpm is None else _risen(course, start_s, end_s, quiet_bpm + _RISE_BPM)
        spans.append(StressSpan(start_s, end_s, responder, responder and fresh, risen_s))
    return tuple(spans)


def _distinct(stress: list[Label]) -> list[tuple[float, float]]:
    """Return the stretches; one that lies more than half within an earlier one is that one, said twice."""
    distinct: list[tuple[float, float]] = []
    for label in stress:
        start_s, end_s = label.start_s, label.end_s
        if distinct:
            before = distinct[-1]
            shared_s = min(before[1], end_s) - max(before[0], start_s)
            if shared_s > 0.5 * min(before[1] - before[0], end_s - start_s):
                distinct[-1] = (before[0], max(before[1], end_s))
                continue
        distinct.append((start_s, end_s))
    return distinct


def _risen(course: Course, start_s: float, end_s: float, line_bpm: float) -> float | None:
    where = course.between(start_s, end_s)
    over = course.level_bpm[where] >= line_bpm
    total = np.concatenate(([0], np.cumsum(over)))
    whole = np.flatnonzero(total[_RISEN_FOR_S:] - total[:-_RISEN_FOR_S] == _RISEN_FOR_S)
    return None if len(whole) == 0 else float(course.first_s + where.start + int(whole[0]) + _RISEN_FOR_S)


def _grounds(course: Course, labels: tuple[Label, ...], asleep: BoolArray) -> tuple[Ground, ...]:
    """Return the pool of quiet labels, then each label, followed by its originals where there are several."""
    grounds = [_ground(course, AWAKE_AT_REST, None, [x for x in labels if x.name in QUIET], asleep)]
    for name in in_usual_order({label.name for label in labels} - {STRESS}):
        own = [label for label in labels if label.name == name]
        grounds.append(_ground(course, name, None, own, asleep))
        for original in sorted({label.original for label in own}):
            part = [label for label in own if label.original == original]
            grounds.append(_ground(course, name, original, part, asleep))
    return tuple(ground for ground in grounds if ground.stretches)


def in_usual_order(names: Iterable[str]) -> list[str]:
    """Return labels in the order in which they are told: rest first, sleep last."""
    ranks = {name: rank for rank, name in enumerate((AWAKE_AT_REST, *USUAL_ORDER))}
    return sorted(names, key=lambda name: (name == SLEEP, ranks.get(name, len(ranks)), name))


def _ground(
    course: Course, label: str, original: str | None, labels: list[Label], asleep: BoolArray
) -> Ground:
    seconds = _union(course, labels)
    return Ground(
        label=label,
        original=original,
        seconds=seconds if label == SLEEP else seconds & ~asleep,
        stretches=tuple((each.start_s, each.end_s) for each in labels),
    )


def _union(course: Course, labels: Iterable[Label]) -> BoolArray:
    inside = np.zeros(len(course), np.bool_)
    for label in labels:
        inside[course.between(label.start_s, label.end_s)] = True
    return inside


def _median(values: FloatArray) -> float | None:
    known = values[~np.isnan(values)]
    return float(np.median(known)) if len(known) else None


def runs(inside: BoolArray) -> list[tuple[int, int]]:
    """Return the index ranges [start, end) in which `inside` holds."""
    edges = np.flatnonzero(np.diff(inside.astype(np.int8), prepend=0, append=0))
    return list(pairwise(edges.tolist()))[::2]
