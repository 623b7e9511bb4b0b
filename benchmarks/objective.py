"""What makes one setting of the detector better than another.

In: what people's recordings came to. Out: `Figures`, and their `worth`:

    sum over the sets with responders of (share told + share covered), of responders
    - PENALTY x sum over the kinds of ordinary time of max(0, alarms an hour / target - 1)

Ordinary time is that of the sets without a stress span: there an alarm is probably a false one. Nothing is
gained by fewer alarms than the target allows, and nothing by not judging: every responder counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from unhurry.daemon.evaluation.outcome import Outcome

PENALTY = 0.5
"""What twice the alarms allowed in one kind of time cost: a fourth of all that a set can bring."""
TARGETS: dict[str, float] = {"at rest": 0.08, "meals": 0.12, "moving": 0.05, "asleep": 0.03}
"""False alarms an hour with movement known,"""
TARGETS_ALONE: dict[str, float] = {"at rest": 0.25, "meals": 0.25}
"""and with heart rate alone, awake and not moving."""

_GROUNDS: dict[tuple[str, str | None], str] = {
    ("awake_at_rest", None): "at rest",
    ("other", "eating"): "meals",
    ("exercise", None): "moving",
    ("sleep", None): "asleep",
}
_OURS = 0
"""Our events are the first of the detectors."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What one person's recording came to under one setting; adds up over people."""

    dataset: str
    person: str
    spans: int
    responders: int
    told: float
    covered: float
    hours: dict[str, float]
    alarms: dict[str, float]


@dataclass(frozen=True, slots=True)
class Figures:
    """What many people's counts say together."""

    told: dict[str, float]
    """Share of responders, by set,"""
    covered: dict[str, float]
    alarms_per_hour: dict[str, float]
    """and false alarms an hour, by kind of ordinary time."""


def counts_of(dataset: str, person: str, outcome: Outcome) -> Counts:
    """Return what of an outcome counts here."""
    tally = outcome.tallies[_OURS]
    if tally is None:
        raise TypeError("our own detector is for every recording")
    hours: dict[str, float] = {}
    alarms: dict[str, float] = {}
    for ground, count in zip(outcome.grounds, tally.alarms, strict=True):
        if (name := _GROUNDS.get((ground.label, ground.original))) is not None:
            hours[name], alarms[name] = ground.hours, count
    return Counts(
        dataset=dataset,
        person=person,
        spans=outcome.spans,
        responders=outcome.responders,
        told=tally.told_responders,
        covered=tally.covered_responders,
        hours=hours,
        alarms=alarms,
    )


def figures_of(counts: Iterable[Counts], ordinary: frozenset[str]) -> Figures:
    """Return the figures of people; `ordinary` names the sets without stress."""
    own = list(counts)
    sets = sorted({each.dataset for each in own if each.responders})

    def share(dataset: str, hits: Callable[[Counts], float]) -> float:
        part = [each for each in own if each.dataset == dataset]
        return sum(map(hits, part)) / sum(each.responders for each in part)

    lived = [each for each in own if each.dataset in ordinary]
    hours = {name: sum(each.hours.get(name, 0.0) for each in lived) for name in TARGETS}
    return Figures(
        told={dataset: share(dataset, lambda each: each.told) for dataset in sets},
        covered={dataset: share(dataset, lambda each: each.covered) for dataset in sets},
        alarms_per_hour={
            name: sum(each.alarms.get(name, 0.0) for each in lived) / time
            for name, time in hours.items()
            if time
        },
    )


def worth(figures: Figures, targets: dict[str, float]) -> float:
    """Return how good these figures are; more is better."""
    gained = sum(figures.told.values()) + sum(figures.covered.values())
    over = (
        max(0.0, rate / targets[name] - 1)
        for name, rate in figures.alarms_per_hour.items()
        if name in targets
    )
    return gained - PENALTY * sum(over)
