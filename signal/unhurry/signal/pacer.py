"""The pacer's arithmetic: when each part of a breath begins, and where the breath is at a time.

In: the parts of a breath in whole milliseconds, how long to go on. Out: boundary times; the place of a
moment. Every answer follows from the time alone, in whole numbers, so nothing drifts and a pause changes
nothing. The page does the same sums (`breath.js`); a test holds the two together.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from .records import Int64Array


class Breath(StrEnum):
    """What the breath does in one part."""

    IN = "in"
    HOLD = "hold"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a breath."""

    kind: Breath
    length_ms: int


@dataclass(frozen=True, slots=True)
class Pacing:
    """A breath, so many times over."""

    parts: tuple[Part, ...]
    breaths: int

    @property
    def breath_ms(self) -> int:
        """The length of one breath."""
        return sum(part.length_ms for part in self.parts)

    @property
    def total_ms(self) -> int:
        """The length of all of them."""
        return self.breaths * self.breath_ms


@dataclass(frozen=True, slots=True)
class Place:
    """Where the breath is at one moment."""

    done: bool
    breath: int
    """Counts from 0; -1 before the start, `breaths` after the end."""
    part: int
    """Index into the parts."""
    into_ms: int
    """How much of the part is over."""
    fullness: float
    """0 empty, 1 full, by a raised cosine: slow to begin, slow to end."""


def pacing(parts: Sequence[Part], total_ms: int) -> Pacing:
    """Return whole breaths, as many as come closest to `total_ms` and one at least.

    Raises ValueError when there is no breath: no parts, or one of nought or less.
    """
    if not parts or any(part.length_ms <= 0 for part in parts):
        raise ValueError("a breath needs parts, each longer than nothing")
    breath_ms = sum(part.length_ms for part in parts)
    return Pacing(tuple(parts), max(1, (2 * total_ms + breath_ms) // (2 * breath_ms)))


def boundaries(paced: Pacing) -> Int64Array:
    """Return when each part of each breath begins, and when the last one ends, in ms after the start.

    Shape (breaths * parts + 1,).
    """
    lengths = np.array([part.length_ms for part in paced.parts], np.int64)
    starts = np.cumsum(lengths) - lengths
    breaths = np.arange(paced.breaths, dtype=np.int64) * paced.breath_ms
    each: Int64Array = (breaths[:, None] + starts[None, :]).ravel()
    return np.append(each, np.int64(paced.total_ms))


def place_at(paced: Pacing, t_ms: int) -> Place:
    """Return where the breath is `t_ms` after the start: empty before it, at its end after the last."""
    if t_ms < 0:
        return Place(done=False, breath=-1, part=0, into_ms=0, fullness=0.0)
    done = t_ms >= paced.total_ms
    breath, within_ms = (paced.breaths, paced.breath_ms) if done else divmod(t_ms, paced.breath_ms)
    index, start_ms = 0, 0
    while index + 1 < len(paced.parts) and within_ms >= start_ms + paced.parts[index].length_ms:
        start_ms += paced.parts[index].length_ms
        index += 1
    part, into_ms = paced.parts[index], within_ms - start_ms
    level, goal = _levels(paced.parts)[index]
    eased = (1 - math.cos(math.pi * into_ms / part.length_ms)) / 2
    return Place(done, breath, index, into_ms, level + (goal - level) * eased)


def _levels(parts: tuple[Part, ...]) -> list[tuple[float, float]]:
    """Return the fullness each part goes from and to; a breath taken in two sips shares the way."""
    found: list[tuple[float, float]] = []
    level = 0.0
    for i, part in enumerate(parts):
        goal = level
        if part.kind is not Breath.HOLD:
            left_ms = 0
            for other in parts[i:]:
                if other.kind is not part.kind:
                    break
                left_ms += other.length_ms
            end = 1.0 if part.kind is Breath.IN else 0.0
            goal = level + (end - level) * part.length_ms / left_ms
        found.append((level, goal))
        level = goal
    return found
