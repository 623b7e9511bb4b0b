"""A report as tables for a terminal of 100 columns.

In: a `Report`. Out: its lines. One table for each set and condition: what is asked down the side, the
detectors across; our events with their interval, the others by their value. A key comes last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import zip_longest
from textwrap import wrap

from unhurry.signal import STATES

from .outcome import GroundTime
from .people import LeftOut
from .report import ConditionReport, DetectorReport, FalseAlarms, Figure, Report, SetReport

HEADS = {
    "unhurry": ("our", "events"),
    "prompts": ("our", "offers"),
    "prompts_low_confidence": ("unsure", "offers"),
    "over_95_bpm": ("over", "95 bpm"),
    "over_80_bpm": ("over", "80 bpm"),
    "additional_heart_rate": ("extra", "HR"),
    "variability_dip": ("RMSSD", "dip"),
    "random_times": ("random", "times"),
}
"""What a detector is called, in two lines."""
_WIDTH = 100
_SIDE = 33
_FIRST = 18
_OTHER = 7
_NAMED = 4

_KEY = (
    ("stress span", "a minute or more that the makers of the recording call stress"),
    ("responder", "a span with a heart rate 5 bpm or more over quiet time"),
    ("fresh responder", "and over the ten minutes before it, too"),
    ("told", "an event was confirmed from a minute before the span to a minute after it"),
    ("covered", "an event was open for 30 s of the span"),
    ("latency", "from the rise of the heart to the confirmation, in covered responders"),
    ("false alarms", "neither tell nor cover a span; an hour is one with data, by what went on in it"),
    ("judged", "we said calm or aroused; of the minutes worn, awake and not moving"),
    ("ROC area", "chance that of two seconds the one of stress scores higher; 0.5 is a coin"),
    ("0.53 (0.25-0.75)", "value and 95 % interval over people; 0 to 0: none was counted, not never"),
    ("our offers", "events that would have led to an offer; unsure: those on low confidence, too"),
    ("over 95, 80 bpm", "the heart rate is over this line for 45 s"),
    ("extra HR", "a minute 3 bpm over the three before it, without more movement"),
    ("RMSSD dip", "variability under 0.6 of its slow average"),
    ("random times", "as many alarms as ours, anywhere"),
)
"""For somebody who has not read docs/evaluate.md; short enough for the width."""


def as_text(report: Report) -> Iterator[str]:
    """Yield the tables, what was left out and why, and what the words mean."""
    for each in report.sets:
        yield from _set(each)
    if not report.conditions.motion:
        yield "The detectors were not told of movement."
    if report.warm_left_out:
        yield "Nothing was measured warm: no folder `mmash` lies beside the sets to take other hours from."
    if not report.conditions.motion or report.warm_left_out:
        yield ""
    yield from _key()


def _key() -> Iterator[str]:
    yield "What the words mean (docs/evaluate.md has it in full)"
    for word, meaning in _KEY:
        yield f"  {word:18}{meaning}"


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
    for line in (0, 1):
        yield _row("", [HEADS[each.name][line] for each in report.detectors])
    if report.spans:
        yield from _stress(report)
    if report.grounds:
        yield "false alarms an hour (hours)"
        for i, ground in enumerate(report.grounds):
            yield from _ground(ground, [each.false_alarms[i] for each in report.detectors])
    for score in report.scores:
        side = f"ROC area, stress, {_words(score.label)}"
        areas = f"{_with_interval(score.pooled)} pooled, {_with_interval(score.by_recording)} by recording"
        yield f"{side:{_SIDE}}{areas}"
    yield f"{'judged, of what could be judged':{_SIDE}}{_with_interval(report.judged_share)}"
    states = zip(STATES, report.minutes_by_state, strict=True)
    yield from _minutes([f"{_words(state.value)} {count}" for state, count in states if count])


def _minutes(counts: list[str]) -> Iterator[str]:
    """Yield the states of all minutes, in as many lines as they take."""
    lines = wrap(", ".join(counts), _WIDTH - _SIDE, break_on_hyphens=False)
    for side, line in zip_longest(["minutes"], lines, fillvalue=""):
        yield f"{side:{_SIDE}}{line}"


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
    hours = f" ({ground.hours:.1f})"
    name = _words(ground.label) if ground.original is None else f"  {ground.original}"
    yield _row(f"  {name[: _SIDE - 3 - len(hours)]}{hours}", _cells([each.per_hour for each in alarms], 2))
    if ground.original is not None or ground.hours_free <= 0:
        if ground.label == "exercise":
            yield _row("    share of times with an alarm", _cells([each.raised for each in alarms], 2))
        return
    side = f"    not walking for 3 min ({ground.hours_free:.1f})"
    yield _row(side, _cells([each.per_hour_free for each in alarms], 2))


def _cells(figures: list[Figure], digits: int) -> list[str]:
    first, *rest = figures
    return [_with_interval(first, digits), *(_plain(figure.value, digits) for figure in rest)]


def _row(side: str, cells: list[str]) -> str:
    first, *rest = cells
    return f"{side:{_SIDE}}{first:{_FIRST}}" + "".join(f"{cell:>{_OTHER}}" for cell in rest)


def _with_interval(figure: Figure, digits: int = 2) -> str:
    if figure.low is None:
        return _plain(figure.value, digits)
    return f"{_plain(figure.value, digits)} ({_plain(figure.low, digits)}-{_plain(figure.high, digits)})"


def _plain(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


def _words(slug: str) -> str:
    return slug.replace("_", " ")
