"""How one detector did on one recording, in counts that can be added up.

In: the truth of a recording and a detector's alarms. Out: its `Tally`. docs/evaluate.md has the definitions.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .course import BoolArray
from .detection import Alarm
from .truth import StressSpan, Truth

_MARGIN_S = 60.0
_COVER_S = 30.0


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of one detector on one recording; not whole numbers for random times, the mean of draws."""

    told: float
    told_responders: float
    told_fresh: float
    covered: float
    covered_responders: float
    latencies_s: tuple[float, ...]
    """Of covered responders."""
    alarms: tuple[float, ...]
    """False alarms on each ground of the truth,"""
    alarms_free: tuple[float, ...]
    """those of them free of locomotion,"""
    raised: tuple[float, ...]
    """and stretches of the ground with at least one alarm in them."""


def tally(truth: Truth, alarms: tuple[Alarm, ...]) -> Tally:
    """Count what was told, covered and false."""
    told = _told(truth.spans, alarms)
    covering = [[j for j, alarm in enumerate(alarms) if _covers(alarm, span)] for span in truth.spans]
    true = {*told.values(), *(j for some in covering for j in some)}
    false_s = np.array([alarm.confirmed_s for j, alarm in enumerate(alarms) if j not in true])
    index = np.floor(false_s).astype(np.int64) - truth.course.first_s
    index = index[(index >= 0) & (index < len(truth.course))]
    confirmed = np.array([alarm.confirmed_s for alarm in alarms])
    responders = [i for i, span in enumerate(truth.spans) if span.responder]
    return Tally(
        told=len(told),
        told_responders=sum(i in told for i in responders),
        told_fresh=sum(i in told for i, span in enumerate(truth.spans) if span.fresh),
        covered=sum(bool(some) for some in covering),
        covered_responders=sum(bool(covering[i]) for i in responders),
        latencies_s=tuple(
            latency
            for i in responders
            if (latency := _latency(truth.spans[i], [alarms[j] for j in covering[i]])) is not None
        ),
        alarms=tuple(float(ground.seconds[index].sum()) for ground in truth.grounds),
        alarms_free=tuple(
            float((ground.seconds & truth.locomotion_free)[index].sum()) for ground in truth.grounds
        ),
        raised=tuple(
            float(sum(bool(((confirmed >= a) & (confirmed < b)).any()) for a, b in ground.stretches))
            for ground in truth.grounds
        ),
    )


def mean_tally(tallies: tuple[Tally, ...]) -> Tally:
    """Return the mean of several draws; the latencies of all of them are kept."""
    n = len(tallies)

    def mean_of(columns: zip[tuple[float, ...]]) -> tuple[float, ...]:
        return tuple(sum(column) / n for column in columns)

    return Tally(
        told=sum(each.told for each in tallies) / n,
        told_responders=sum(each.told_responders for each in tallies) / n,
        told_fresh=sum(each.told_fresh for each in tallies) / n,
        covered=sum(each.covered for each in tallies) / n,
        covered_responders=sum(each.covered_responders for each in tallies) / n,
        latencies_s=tuple(latency for each in tallies for latency in each.latencies_s),
        alarms=mean_of(zip(*(each.alarms for each in tallies), strict=True)),
        alarms_free=mean_of(zip(*(each.alarms_free for each in tallies), strict=True)),
        raised=mean_of(zip(*(each.raised for each in tallies), strict=True)),
    )


def hours(seconds: BoolArray) -> float:
    """Return how many hours so many seconds are."""
    return float(seconds.sum()) / 3600


def _told(spans: tuple[StressSpan, ...], alarms: tuple[Alarm, ...]) -> dict[int, int]:
    """Return which span is told by which alarm, as many as can be when each alarm tells one.

    An alarm within a span tells that one rather than its neighbour.
    """
    reach = [_reach(span, alarms) for span in spans]
    teller: dict[int, int] = {}

    def place(i: int, tried: set[int]) -> bool:
        for j in reach[i]:
            if j not in tried:
                tried.add(j)
                if j not in teller or place(teller[j], tried):
                    teller[j] = i
                    return True
        return False

    for i in range(len(spans)):
        place(i, set())
    return {i: j for j, i in teller.items()}


def _reach(span: StressSpan, alarms: tuple[Alarm, ...]) -> list[int]:
    """Return the alarms that may tell a span, those within it first."""
    near = [
        (not span.start_s <= alarm.confirmed_s <= span.end_s, j)
        for j, alarm in enumerate(alarms)
        if span.start_s - _MARGIN_S <= alarm.confirmed_s <= span.end_s + _MARGIN_S
    ]
    return [j for _, j in sorted(near)]


def _covers(alarm: Alarm, span: StressSpan) -> bool:
    return min(alarm.end_s, span.end_s) - max(alarm.confirmed_s, span.start_s) >= _COVER_S


def _latency(span: StressSpan, covering: list[Alarm]) -> float | None:
    if not covering or span.risen_s is None:
        return None
    first_s = min(alarm.confirmed_s for alarm in covering)
    return max(0.0, first_s - span.risen_s)
