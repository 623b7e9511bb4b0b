"""A report as tables for a terminal.

In: a `Report`. Out: its lines. One table for each set and condition: what is asked down the side, the
detectors across; our events with their interval, the others by their value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from unhurry.signal import STATES

from .outcome import GroundTime
from .people import LeftOut
from .report import ConditionReport, DetectorReport, FalseAlarms, Figure, Report, SetReport

HEADS = {
    "unhurry": "our events",
    "prompts": "offers",
    "prompts_low_confidence": "offers, unsure",
    "over_95_bpm": "95 bpm",
    "over_80_bpm": "80 bpm",
    "additional_heart_rate": "additional HR",
    "variability_dip": "RMSSD dip",
    "random_times": "random",
}
_SIDE = 38
_FIRST = 20
_NAMED = 4


def as_text(report: Report) -> Iterator[str]:
    """Yield the tables, and what was left out and why."""
    for each in report.sets:
        yield from _set(each)
    if not report.conditions.motion:
        yield "The detectors were not told of movement."
    if report.warm_left_out:
        yield "Nothing was measured warm: no folder `mmash` lies beside the sets to take other hours from."


def _set(report: SetReport) -> Iterator[str]:
    for condition, title in ((report.as_it_is, "as it is"), (report.warm, "warm, after six other hours")):
        if condition is not None:
            yield from _condition(condition, f"{report.name}: {people_of(report)}, {title}")
            yield ""
    if report.notes or report.left_out:
        yield f"{report.name}: {len(report.left_out)} left out, {len(report.notes)} remarks"
        yield from _remarks("", report.notes)
        yield from _remarks("left out: ", report.left_out)
        yield ""


def _remarks(kind: str, remarks: tuple[LeftOut, ...]) -> Iterator[str]:
    """Yield a line for each thing there is to say, with the recordings it is said of."""
    for why in dict.fromkeys(remark.why for remark in remarks):
        names = [remark.name for remark in remarks if remark.why == why]
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        yield f"  {kind}{', '.join(names[:_NAMED])}{more}: {why}"


def people_of(report: SetReport) -> str:
    """Return how many people and recordings there are."""
    people = "1 person" if report.people == 1 else f"{report.people} people"
    recordings = "1 recording" if report.recordings == 1 else f"{report.recordings} recordings"
    return f"{people}, {recordings}"


def _condition(report: ConditionReport, title: str) -> Iterator[str]:
    yield f"{title}, {report.hours:.1f} h with data"
    yield _row("", [HEADS[each.name] for each in report.detectors])
    if report.spans:
        yield from _stress(report)
    if report.grounds:
        yield "false alarms an hour (hours)"
        for i, ground in enumerate(report.grounds):
            yield from _ground(ground, [each.false_alarms[i] for each in report.detectors])
    for score in report.scores:
        side = f"ROC area, stress and {_words(score.label)}"
        areas = f"{_with_interval(score.pooled)} pooled, {_with_interval(score.by_recording)} each"
        yield f"{side:{_SIDE}}{areas}"
    yield f"{'judged, of what could be judged':{_SIDE}}{_with_interval(report.judged_share)}"
    states = zip(STATES, report.minutes_by_state, strict=True)
    counts = ", ".join(f"{_words(state.value)} {count}" for state, count in states if count)
    yield f"{'minutes':{_SIDE}}{counts}"


def _stress(report: ConditionReport) -> Iterator[str]:
    rows: tuple[tuple[str, Callable[[DetectorReport], Figure], int], ...] = (
        (f"told: all stress spans ({report.spans})", lambda each: each.told, 2),
        (f"  responders ({report.responders})", lambda each: each.told_responders, 2),
        (f"  fresh responders ({report.fresh})", lambda each: each.told_fresh, 2),
        ("covered: all stress spans", lambda each: each.covered, 2),
        ("  responders", lambda each: each.covered_responders, 2),
        ("latency, median, s", lambda each: each.latency_median_s, 0),
        ("  90th percentile, s", lambda each: each.latency_p90_s, 0),
    )
    for side, figure, digits in rows:
        yield _row(side, _cells([figure(each) for each in report.detectors], digits))


def _ground(ground: GroundTime, alarms: list[FalseAlarms]) -> Iterator[str]:
    name = _words(ground.label) if ground.original is None else f"  {ground.original}"[: _SIDE - 10]
    yield _row(f"  {name} ({ground.hours:.1f})", _cells([each.per_hour for each in alarms], 2))
    if ground.original is not None or ground.hours_free <= 0:
        if ground.label == "exercise":
            yield _row("      share of times with an alarm", _cells([each.raised for each in alarms], 2))
        return
    side = f"    not walking for 3 min ({ground.hours_free:.1f})"
    yield _row(side, _cells([each.per_hour_free for each in alarms], 2))


def _cells(figures: list[Figure], digits: int) -> list[str]:
    first, *rest = figures
    return [_with_interval(first, digits), *(_plain(figure.value, digits) for figure in rest)]


def _row(side: str, cells: list[str]) -> str:
    first, *rest = cells
    widths = [max(8, len(head) + 2) for name, head in HEADS.items() if name != "unhurry"]
    return f"{side:{_SIDE}}{first:{_FIRST}}" + "".join(
        f"{cell:>{width}}" for cell, width in zip(rest, widths, strict=False)
    )


def _with_interval(figure: Figure, digits: int = 2) -> str:
    if figure.low is None:
        return _plain(figure.value, digits)
    return f"{_plain(figure.value, digits)} ({_plain(figure.low, digits)} to {_plain(figure.high, digits)})"


def _plain(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


def _words(slug: str) -> str:
    return slug.replace("_", " ")
