"""What many recordings say together, with 95 % intervals.

In: the `Studied` recordings of one set. Out: a `SetReport`. Intervals come from a bootstrap over people, so
that several recordings of one person count as one observation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from .bootstrap import Sample
from .labels import STRESS
from .outcome import DETECTORS, Counts, GroundTime, Outcome, Studied
from .people import LeftOut
from .report import ConditionReport, DetectorReport, FalseAlarms, Figure, ScoreReport, SetReport
from .tally import Tally
from .truth import in_usual_order

_Key: TypeAlias = tuple[str, str | None]


def pooled(name: str, studied: Sequence[Studied], left_out: Iterable[LeftOut]) -> SetReport:
    """Return the report on a set; `studied` in the order of their names."""
    done = [each for each in studied if each.left_out is None]
    return SetReport(
        name=name,
        people=len({each.wearing.person for each in done}),
        recordings=len(done),
        as_it_is=_condition([(each.wearing.person, each.as_it_is) for each in done]),
        warm=_condition([(each.wearing.person, each.warm) for each in done]),
        notes=tuple(LeftOut(each.wearing.name, note) for each in done for note in each.notes),
        left_out=(
            *left_out,
            *(LeftOut(each.wearing.name, each.left_out) for each in studied if each.left_out is not None),
        ),
    )


def _condition(given: list[tuple[str, Outcome | None]]) -> ConditionReport | None:
    known = [(person, outcome) for person, outcome in given if outcome is not None]
    if not known:
        return None
    outcomes = [outcome for _, outcome in known]
    sample = Sample.of([person for person, _ in known])
    keys = _keys(outcomes)
    return ConditionReport(
        recordings=len(outcomes),
        hours=sum(outcome.hours for outcome in outcomes),
        spans=sum(outcome.spans for outcome in outcomes),
        responders=sum(outcome.responders for outcome in outcomes),
        fresh=sum(outcome.fresh for outcome in outcomes),
        grounds=tuple(_ground(key, outcomes) for key in keys),
        detectors=tuple(
            _detector(index, name, sample, outcomes, keys)
            for index, name in enumerate(DETECTORS)
            if any(outcome.tallies[index] is not None for outcome in outcomes)
        ),
        judged_share=sample.share(
            [outcome.judged_min for outcome in outcomes], [outcome.judgeable_min for outcome in outcomes]
        ),
        minutes_by_state=tuple(
            sum(column) for column in zip(*(outcome.minutes_by_state for outcome in outcomes), strict=True)
        ),
        scores=_scores(sample, outcomes),
    )


def _keys(outcomes: list[Outcome]) -> list[_Key]:
    """Return label and original of every ground of the set; originals where a label has several."""
    originals: dict[str, set[str]] = {}
    for outcome in outcomes:
        for ground in outcome.grounds:
            own = originals.setdefault(ground.label, set())
            if ground.original is not None:
                own.add(ground.original)
    keys: list[_Key] = []
    for label in in_usual_order(originals):
        keys.append((label, None))
        if len(originals[label]) > 1:
            keys += [(label, original) for original in sorted(originals[label])]
    return keys


def _ground(key: _Key, outcomes: list[Outcome]) -> GroundTime:
    own = [ground for outcome in outcomes for ground in outcome.grounds if _key(ground) == key]
    return GroundTime(
        *key,
        hours=sum(ground.hours for ground in own),
        hours_free=sum(ground.hours_free for ground in own),
        stretches=sum(ground.stretches for ground in own),
    )


def _detector(
    index: int, name: str, sample: Sample, outcomes: list[Outcome], keys: list[_Key]
) -> DetectorReport:
    pairs = [(outcome, outcome.tallies[index]) for outcome in outcomes]

    def share(hits: Callable[[Tally], float], of: Callable[[Outcome], float]) -> Figure:
        return sample.share(
            [0.0 if own is None else hits(own) for _, own in pairs],
            [0.0 if own is None else of(outcome) for outcome, own in pairs],
        )

    latencies = [() if own is None else own.latencies_s for _, own in pairs]
    return DetectorReport(
        name=name,
        told=share(lambda own: own.told, lambda outcome: outcome.spans),
        told_responders=share(lambda own: own.told_responders, lambda outcome: outcome.responders),
        told_fresh=share(lambda own: own.told_fresh, lambda outcome: outcome.fresh),
        covered=share(lambda own: own.covered, lambda outcome: outcome.spans),
        covered_responders=share(lambda own: own.covered_responders, lambda outcome: outcome.responders),
        latency_median_s=sample.quantile(latencies, 0.5),
        latency_p90_s=sample.quantile(latencies, 0.9),
        false_alarms=tuple(_false_alarms(key, sample, pairs) for key in keys),
    )


def _false_alarms(key: _Key, sample: Sample, pairs: list[tuple[Outcome, Tally | None]]) -> FalseAlarms:
    rows = [_on_ground(key, outcome, own) for outcome, own in pairs]
    alarms, hours, alarms_free, hours_free, raised, stretches = map(list, zip(*rows, strict=True))
    return FalseAlarms(
        alarms=sum(alarms),
        per_hour=sample.rate(alarms, hours),
        alarms_free=sum(alarms_free),
        per_hour_free=sample.rate(alarms_free, hours_free),
        raised=sample.share(raised, stretches),
    )


def _on_ground(
    key: _Key, outcome: Outcome, own: Tally | None
) -> tuple[float, float, float, float, float, float]:
    """Return alarms and hours, the same free of locomotion, and stretches with an alarm and without."""
    for i, ground in enumerate(outcome.grounds):
        if own is not None and _key(ground) == key:
            alarms = own.alarms[i], ground.hours, own.alarms_free[i], ground.hours_free
            return *alarms, own.raised[i], float(ground.stretches)
    return 0.0, 0.0, 0.0, 0.0, 0.0, 0.0


def _scores(sample: Sample, outcomes: list[Outcome]) -> tuple[ScoreReport, ...]:
    names = {each.label for outcome in outcomes for each in outcome.scores} - {STRESS}
    stress = [_counts(outcome, STRESS) for outcome in outcomes]
    if not any(counts is not None and counts.any() for counts in stress):
        return ()
    reports = (
        ScoreReport(
            label,
            by_recording=sample.mean_area(stress, [_counts(outcome, label) for outcome in outcomes]),
            pooled=sample.area(stress, [_counts(outcome, label) for outcome in outcomes]),
        )
        for label in in_usual_order(names)
    )
    return tuple(report for report in reports if report.pooled.value is not None)


def _counts(outcome: Outcome, label: str) -> Counts | None:
    return next((each.counts for each in outcome.scores if each.label == label), None)


def _key(ground: GroundTime) -> _Key:
    return ground.label, ground.original
