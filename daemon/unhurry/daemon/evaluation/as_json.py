"""A report as one JSON object, for programs.

In: a `Report`. Out: plain dictionaries, lists, strings and numbers. docs/evaluate.md describes them.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from unhurry.signal import STATES

from .outcome import GroundTime
from .report import ConditionReport, DetectorReport, FalseAlarms, Figure, Report, SetReport


def as_json(report: Report, version: str) -> dict[str, Any]:
    """Return the report; every figure is `{"value", "low", "high", "n"}`, null where there is nothing."""
    return {
        "version": version,
        "motion": report.conditions.motion,
        "warm": not report.warm_left_out,
        "parameters": asdict(report.conditions.parameters),
        "prompts": report.conditions.prompts.model_dump(mode="json"),
        "sets": [_set(each) for each in report.sets],
    }


def _set(report: SetReport) -> dict[str, Any]:
    return {
        "set": report.name,
        "people": report.people,
        "recordings": report.recordings,
        "as_it_is": None if report.as_it_is is None else _condition(report.as_it_is),
        "warm": None if report.warm is None else _condition(report.warm),
        "notes": [asdict(note) for note in report.notes],
        "left_out": [asdict(out) for out in report.left_out],
    }


def _condition(report: ConditionReport) -> dict[str, Any]:
    return {
        "recordings": report.recordings,
        "hours": round(report.hours, 4),
        "stress_spans": {
            "all": report.spans,
            "responders": report.responders,
            "fresh_responders": report.fresh,
        },
        "judged_share": _figure(report.judged_share),
        "minutes_by_state": {
            state.value: count for state, count in zip(STATES, report.minutes_by_state, strict=True) if count
        },
        "roc_area": {
            each.label: {"by_recording": _figure(each.by_recording), "pooled": _figure(each.pooled)}
            for each in report.scores
        },
        "detectors": {each.name: _detector(each, report.grounds) for each in report.detectors},
    }


def _detector(report: DetectorReport, grounds: tuple[GroundTime, ...]) -> dict[str, Any]:
    pairs = list(zip(grounds, report.false_alarms, strict=True))
    return {
        "told": {
            "all": _figure(report.told),
            "responders": _figure(report.told_responders),
            "fresh_responders": _figure(report.told_fresh),
        },
        "covered": {
            "all": _figure(report.covered),
            "responders": _figure(report.covered_responders),
        },
        "latency_s": {"median": _figure(report.latency_median_s), "p90": _figure(report.latency_p90_s)},
        "false_alarms": {
            ground.label: _false_alarms(ground, alarms)
            | {
                "originals": {
                    part.original: _false_alarms(part, own)
                    for part, own in pairs
                    if part.label == ground.label and part.original is not None
                }
            }
            for ground, alarms in pairs
            if ground.original is None
        },
    }


def _false_alarms(ground: GroundTime, alarms: FalseAlarms) -> dict[str, Any]:
    free: dict[str, Any] | None = None
    if ground.hours_free > 0:
        free = {
            "hours": round(ground.hours_free, 4),
            "alarms": round(alarms.alarms_free, 4),
            "per_hour": _figure(alarms.per_hour_free),
        }
    return {
        "hours": round(ground.hours, 4),
        "alarms": round(alarms.alarms, 4),
        "per_hour": _figure(alarms.per_hour),
        "free_of_locomotion": free,
        "stretches_with_alarm": _figure(alarms.raised),
    }


def _figure(figure: Figure) -> dict[str, Any]:
    def rounded(value: float | None) -> float | None:
        return None if value is None else round(value, 4)

    return {
        "value": rounded(figure.value),
        "low": rounded(figure.low),
        "high": rounded(figure.high),
        "n": figure.n,
    }
