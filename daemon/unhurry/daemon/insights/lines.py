"""Which higher line would have told the useful moments from the others?

In: moments with their labels, the lines they had crossed. Out: the best line, if it is better than chance.
Pure.

A moment whose peak lies below a higher line could not have been found with it. Others may have gone, too (a
line must be held for a while), so the counts are the least that would have been left out; "What would I have
got?" tells it exactly, from the beats.

Among some fifty lines one always looks good. So the labels are dealt out anew, at random, two thousand times,
and each time the best of all lines is taken: only a line that does better than 95 % of those is worth a word
(the maximum-statistic test: Westfall & Young 1993, Resampling-Based Multiple Testing, Wiley).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unhurry.store.labels import Label, LabelledMoment

from .share import Share

LEAST_USEFUL, LEAST_OTHERS = 4, 5
"""Fewer of either kind cannot draw a line."""
KEPT = 0.9
"""Share of the useful moments that must stay."""
WORTH_IT = 1 / 3
"""Share of the others that must go, for a change to be worth making."""
_DEALS = 2000
_CHANCE = 0.05


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it is, the steps in which it may be raised, and what of a moment has to cross it."""

    name: str
    present: float
    step: float
    steps: int
    measure: Callable[[LabelledMoment], float | None]
    """None: that moment cannot be told to lie below any line."""


@dataclass(frozen=True, slots=True)
class BetterLine:
    """A higher line, and what it would have left out, at least."""

    line: Line
    proposed: float
    spared: Share
    """Of the moments that were not useful,"""
    lost: Share
    """and of those that were."""


def better_line(lines: Sequence[Line], moments: Sequence[LabelledMoment]) -> BetterLine | None:
    """Return the line that leaves out most of what was not useful, or None when none is worth a word."""
    useful = np.array([moment.label is Label.TENSE for moment in moments], dtype=bool)
    kept_n, others_n = int(useful.sum()), int((~useful).sum())
    if kept_n < LEAST_USEFUL or others_n < LEAST_OTHERS:
        return None
    tried = [
        (line, round(line.present + n * line.step, 2)) for line in lines for n in range(1, line.steps + 1)
    ]
    if not tried:
        return None
    below = np.array([_below(line, at, moments) for line, at in tried], dtype=np.float32)
    gains = _gains(below, useful[:, None])[:, 0]
    best = int(np.argmax(gains))  # the first of equals: the gentlest change
    spared = round(float(below[best] @ ~useful))
    if spared < WORTH_IT * others_n or _by_chance(below, useful, float(gains[best])) > _CHANCE:
        return None
    line, proposed = tried[best]
    return BetterLine(
        line, proposed, Share(spared, others_n), Share(round(float(below[best] @ useful)), kept_n)
    )


def _below(line: Line, at: float, moments: Sequence[LabelledMoment]) -> list[bool]:
    values = (line.measure(moment) for moment in moments)
    return [value is not None and value < at for value in values]


def _gains(below: NDArray[np.float32], useful: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return for each line (row) and each deal of labels (column) what it spares more than it loses.

    0 where it would lose more than a few of the useful moments.
    """
    marked = useful.astype(np.float32)
    lost = below @ marked / marked.sum(axis=0)
    spared = below @ (1 - marked) / (1 - marked).sum(axis=0)
    # Half a moment of leeway for the arithmetic of 32 bits.
    allowed = lost * marked.sum(axis=0) <= np.floor((1 - KEPT) * marked.sum(axis=0) + 1e-6) + 0.5
    return np.where(allowed, spared - lost, np.float32(0))


def _by_chance(below: NDArray[np.float32], useful: NDArray[np.bool_], gain: float) -> float:
    """Return how often the best line does as well when the labels are dealt at random."""
    # Always the same deals: the same labels give the same answer.
    chance = np.random.default_rng(1)
    deals = chance.permuted(np.repeat(useful[:, None], _DEALS, axis=1), axis=0)
    best = _gains(below, deals).max(axis=0)
    return (1 + int(np.count_nonzero(best >= gain - 1e-6))) / (1 + _DEALS)
