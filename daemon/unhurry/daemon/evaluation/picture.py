"""The figures as a picture: each detector a row, each set a block, values with their intervals.

In: a `Report`. Out: an SVG document, which needs no library to draw and stays sharp at any size. Filled
points are warm, open ones as it is; a line is a 95 % interval.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape

from .as_text import HEADS, people_of
from .report import ConditionReport, DetectorReport, Figure, Report, SetReport
from .truth import AWAKE_AT_REST

_ROW = 24
_HEAD = 46
_BLOCK_GAP = 30
_NAMES = 190
_PANEL = 220
_GAP = 34
_WIDTH = _NAMES + 3 * (_PANEL + _GAP)
_INK, _SOFT, _LINE, _OURS = "#222B28", "#5E6963", "#DBE8E0", "#2B5A4F"
_STYLE = (
    "text{font-family:'Source Sans 3','Source Sans Pro',system-ui,sans-serif;font-size:14px}"
    f".soft{{fill:{_SOFT}}}.head{{font-size:17px;font-weight:600}}"
)


@dataclass(frozen=True, slots=True)
class _Panel:
    title: str
    figure: Callable[[ConditionReport, DetectorReport], Figure | None]
    ticks: tuple[float, ...]
    """The last one is the right edge."""
    power: float
    """Below 1 small values get more room."""

    def at(self, value: float) -> float:
        """Return where a value lies, from the left edge."""
        share = min(value / self.ticks[-1], 1.0)
        return float(share**self.power) * _PANEL

    def shows(self, condition: ConditionReport) -> bool:
        """Return whether there is anything to draw."""
        figures = (self.figure(condition, own) for own in condition.detectors)
        return any(figure is not None and figure.value is not None for figure in figures)


def picture(report: Report) -> str:
    """Return the picture as the text of an SVG file."""
    panels = (
        _Panel("responders told", lambda _, own: own.told_responders, (0.0, 0.5, 1.0), 1.0),
        _Panel("responders covered", lambda _, own: own.covered_responders, (0.0, 0.5, 1.0), 1.0),
        _Panel("false alarms an hour, awake at rest", _at_rest, (0.0, 0.1, 0.5, 1.0, 2.0, 5.0, 10.0), 0.5),
    )
    body: list[str] = []
    top = 20
    for each in report.sets:
        condition = each.warm or each.as_it_is
        if condition is not None and any(panel.shows(condition) for panel in panels):
            body += _block(each, condition, panels, top)
            top += _HEAD + _ROW * len(condition.detectors) + _BLOCK_GAP
    legend = "Filled: warm, after six hours of another person's day. Open: as it is. Lines: 95 % intervals."
    body.append(_text(20, top + 4, legend, "soft"))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {top + 24}" role="img" '
        f'aria-label="Detection figures"><style>{_STYLE}</style>'
        f'<rect width="100%" height="100%" fill="#ffffff"/>{"".join(body)}</svg>\n'
    )


def _block(report: SetReport, shown: ConditionReport, panels: tuple[_Panel, ...], top: int) -> Iterator[str]:
    yield _text(20, top + 14, f"{report.name}: {people_of(report)}", "head")
    bottom = top + _HEAD + _ROW * len(shown.detectors)
    for i, panel in enumerate(panels):
        if not panel.shows(shown):
            continue
        left = _NAMES + i * (_PANEL + _GAP)
        yield _text(left, top + 36, panel.title, "soft")
        for tick in panel.ticks:
            x = left + panel.at(tick)
            yield f'<path d="M{x:.1f} {top + _HEAD}V{bottom}" stroke="{_LINE}"/>'
            yield _text(x, bottom + 14, f"{tick:g}", "soft", anchor="middle")
    for row, detector in enumerate(shown.detectors):
        y = top + _HEAD + _ROW * row + _ROW / 2
        yield _text(20, y + 5, " ".join(HEADS[detector.name]))
        for i, panel in enumerate(panels):
            left = _NAMES + i * (_PANEL + _GAP)
            for condition, filled, dy in ((report.as_it_is, False, -4), (report.warm, True, 4)):
                own = _named(condition, detector.name)
                if condition is not None and own is not None:
                    yield from _point(
                        panel, panel.figure(condition, own), left, y + dy, own.name, filled=filled
                    )


def _point(
    panel: _Panel, figure: Figure | None, left: float, y: float, name: str, *, filled: bool
) -> Iterator[str]:
    if figure is None or figure.value is None:
        return
    colour = _OURS if name in {"unhurry", "prompts", "prompts_low_confidence"} else _SOFT
    if figure.low is not None and figure.high is not None:
        low, high = left + panel.at(figure.low), left + panel.at(figure.high)
        yield f'<path d="M{low:.1f} {y:.1f}H{high:.1f}" stroke="{colour}"/>'
    x, inside = left + panel.at(figure.value), colour if filled else "#ffffff"
    yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{inside}" stroke="{colour}"/>'


def _at_rest(condition: ConditionReport, detector: DetectorReport) -> Figure | None:
    for ground, alarms in zip(condition.grounds, detector.false_alarms, strict=True):
        if (ground.label, ground.original) == (AWAKE_AT_REST, None):
            return alarms.per_hour
    return None


def _named(condition: ConditionReport | None, name: str) -> DetectorReport | None:
    if condition is None:
        return None
    return next((detector for detector in condition.detectors if detector.name == name), None)


def _text(x: float, y: float, words: str, kind: str = "", anchor: str = "start") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}" text-anchor="{anchor}" fill="{_INK}">'
        f"{escape(words)}</text>"
    )
