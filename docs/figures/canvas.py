"""A drawing as SVG: panels with axes, lines, bands, dots, ribbons and words.

In: arrays in the units of a panel. Out: the text of an SVG file, the same for the same input: positions are
rounded to a tenth of a unit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from math import isnan

import numpy as np
from numpy.typing import NDArray
from palette import PALETTE

WIDTH = 900.0
LEFT, RIGHT = 64.0, 34.0
_STYLE = (
    "text{font:14px 'Source Sans 3','Source Sans Pro',system-ui,'Segoe UI',sans-serif;fill:%s}"
    ".soft{fill:%s}.title{font-weight:600;font-size:16px}path{fill:none}"
)


@dataclass(slots=True)
class Canvas:
    """A page of a fixed width, filled from top to bottom."""

    height: float
    about: str
    """What somebody hears who cannot see it."""
    parts: list[str] = field(default_factory=list)

    def text(
        self, x: float, y: float, words: str, kind: str = "", anchor: str = "start", colour: str = ""
    ) -> None:
        """Write words; `y` is their base line."""
        style = f' style="fill:{colour}"' if colour else ""
        kind = f' class="{kind}"' if kind else ""
        at = "" if anchor == "start" else f' text-anchor="{anchor}"'
        self.parts.append(f'<text x="{_short(x)}" y="{_short(y)}"{kind}{at}{style}>{escape(words)}</text>')

    def path(self, d: str, colour: str, width: float = 1.0, more: str = "") -> None:
        """Draw a path along `d`."""
        if d:
            self.parts.append(f'<path d="{d}" stroke="{colour}" stroke-width="{_short(width)}"{more}/>')

    def box(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        """Fill a rectangle."""
        size = f'width="{_short(width)}" height="{_short(height)}"'
        self.parts.append(f'<rect x="{_short(x)}" y="{_short(y)}" {size} fill="{colour}"/>')

    def legend(self, x: float, y: float, entries: Iterable[tuple[str, str]]) -> None:
        """Name colours from left to right."""
        for words, colour in entries:
            self.box(x, y - 10, 12, 12, colour)
            self.text(x + 18, y, words, "soft")
            x += 36 + 7.4 * len(words)

    def svg(self) -> str:
        """Return the whole drawing."""
        style = _STYLE % (PALETTE["ink"], PALETTE["ink-3"])
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_short(WIDTH)} {_short(self.height)}" '
            f'role="img" aria-label="{escape(self.about)}"><style>{style}</style>'
            f'<rect width="100%" height="100%" rx="14" fill="{PALETTE["surface"]}"/>\n'
            + "\n".join(self.parts)
            + "\n</svg>\n"
        )


@dataclass(frozen=True, slots=True)
class Panel:
    """A rectangle of a canvas with a scale for each direction."""

    canvas: Canvas
    top: float
    height: float
    x_range: tuple[float, float]
    y_range: tuple[float, float]
    left: float = LEFT
    width: float = WIDTH - LEFT - RIGHT

    def x(self, value: float) -> float:
        """Return where a value lies from the left."""
        low, high = self.x_range
        return self.left + (value - low) / (high - low) * self.width

    def y(self, value: float) -> float:
        """Return where a value lies from the top; beyond the edge is at the edge."""
        low, high = self.y_range
        return self.top + self.height - (min(max(value, low), high) - low) / (high - low) * self.height

    def y_ticks(self, values: Sequence[float], unit: str) -> None:
        """Draw level lines with their values; the unit stands above them."""
        for value in values:
            self.canvas.path(
                f"M{_short(self.left)} {_short(self.y(value))}h{_short(self.width)}", PALETTE["grid"]
            )
            self.canvas.text(self.left - 8, self.y(value) + 5, f"{value:g}", "soft", "end")
        self.canvas.text(self.left - 8, self.top - 14, unit, "soft", "end")

    def x_ticks(self, ticks: Iterable[tuple[float, str]]) -> None:
        """Draw ticks below the panel with what they say."""
        bottom = self.top + self.height
        for value, words in ticks:
            self.canvas.path(f"M{_short(self.x(value))} {_short(bottom)}v5", PALETTE["edge"])
            self.canvas.text(self.x(value), bottom + 20, words, "soft", "middle")

    def line(
        self,
        x: NDArray[np.floating],
        y: NDArray[np.floating],
        colour: str,
        width: float = 1.6,
        more: str = "",
    ) -> None:
        """Draw a line through points; NaN is a gap in it."""
        self.canvas.path(self._along(x, y), colour, width, ' stroke-linejoin="round"' + more)

    def steps(
        self, x: NDArray[np.floating], y: NDArray[np.floating], colour: str, width: float = 1.6
    ) -> None:
        """Draw a line that keeps each value until the next."""
        self.line(np.repeat(x, 2)[1:], np.repeat(y, 2)[:-1], colour, width)

    def band(
        self, x: NDArray[np.floating], low: NDArray[np.floating], high: NDArray[np.floating], colour: str
    ) -> None:
        """Fill what lies between two lines, without the gaps of either."""
        for where in _runs(~(np.isnan(low) | np.isnan(high))):
            there = self._along(x[where], high[where])
            back = self._along(x[where][::-1], low[where][::-1])
            self.canvas.parts.append(f'<path d="{there}L{back[1:]}z" style="fill:{colour}"/>')

    def dots(self, x: NDArray[np.floating], y: NDArray[np.floating], colour: str, size: float = 3.0) -> None:
        """Draw points."""
        d = "".join(
            f"M{_short(self.x(float(a)))} {_short(self.y(float(b)))}h0"
            for a, b in zip(x, y, strict=True)
            if not isnan(b)
        )
        self.canvas.path(d, colour, size, ' stroke-linecap="round"')

    def level(self, value: float, colour: str, words: str) -> None:
        """Draw a dashed line across, with its name at the right."""
        y = self.y(value)
        self.canvas.path(
            f"M{_short(self.left)} {_short(y)}h{_short(self.width)}", colour, 1.2, ' stroke-dasharray="5 4"'
        )
        self.canvas.text(self.left + self.width, y - 5, words, anchor="end", colour=colour)

    def mark(self, at: float, words: str, colour: str, row: int = 0, anchor: str = "start") -> None:
        """Draw an upright line with a word beside its top."""
        x, gap = self.x(at), {"start": 5, "end": -5}.get(anchor, 0)
        self.canvas.path(f"M{_short(x)} {_short(self.top)}v{_short(self.height)}", colour, 1.2)
        if words:
            self.canvas.text(x + gap, self.top + 13 + 17 * row, words, anchor=anchor, colour=colour)

    def stretches(self, spans: Iterable[tuple[float, float, str]]) -> None:
        """Fill stretches of the panel's whole height: start, end, colour."""
        for start, end, colour in spans:
            first, last = max(start, self.x_range[0]), min(end, self.x_range[1])
            if last > first:
                self.canvas.box(self.x(first), self.top, self.x(last) - self.x(first), self.height, colour)

    def _along(self, x: NDArray[np.floating], y: NDArray[np.floating]) -> str:
        parts: list[str] = []
        drawing, before = False, ""
        for a, b in zip(x.tolist(), y.tolist(), strict=True):
            if isnan(b):
                drawing = False
                continue
            point = f"{_short(self.x(a))} {_short(self.y(b))}"
            if not drawing or point != before:
                parts.append(("L" if drawing else "M") + point)
            drawing, before = True, point
        return "".join(parts)


def _runs(inside: NDArray[np.bool_]) -> list[slice]:
    edges = np.flatnonzero(np.diff(inside.astype(np.int8), prepend=0, append=0)).tolist()
    return [slice(start, stop) for start, stop in zip(edges[::2], edges[1::2], strict=True)]


def _short(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
