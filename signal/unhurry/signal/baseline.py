"""The wearer's own usual: median and robust spread of a trailing window of undisturbed values.

In: one value every ten seconds, with its time. Out: median and spread, cheap enough to ask each second.

Values wait two minutes before they count, so that a slow rise does not become its own usual, and leave
the queue when an event turns out to have begun before them.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

EVERY_S = 10
"""Seconds between values: the level hardly moves faster."""
_IQR_PER_SD = 1.349
"""Interquartile range of a normal distribution in standard deviations."""
_FEW = 12
"""Fewer values than this make no usual."""


@dataclass(slots=True)
class Baseline:
    """A trailing window of at most `size` values of one quantity. Copy before changing: see `copied`."""

    size: int
    waiting: deque[tuple[int, float]]
    """(time in s, value), not yet counted."""
    window: deque[float]
    ordered: list[float]
    taken: int
    """Values taken in, waiting ones and those of earlier recordings included."""

    def copied(self) -> Baseline:
        """Return an independent copy."""
        return Baseline(self.size, self.waiting.copy(), self.window.copy(), self.ordered.copy(), self.taken)

    def remember(self, values: Iterable[float]) -> None:
        """Count values of an earlier recording, oldest first, before the first of this one."""
        for value in values:
            self._count(value)
            self.taken += 1

    def take(self, t_s: int, value: float) -> None:
        """Queue a value."""
        self.waiting.append((t_s, value))
        self.taken += 1

    def mature(self, until_s: int) -> None:
        """Count the queued values up to `until_s`, and drop the oldest beyond the window."""
        waiting = self.waiting
        while waiting and waiting[0][0] <= until_s:
            self._count(waiting.popleft()[1])

    def disown(self, since_s: float) -> None:
        """Forget queued values from `since_s` on: they belong to an event."""
        while self.waiting and self.waiting[-1][0] >= since_s:
            self.waiting.pop()

    def usual(self) -> tuple[float, float] | None:
        """Return (median, robust standard deviation), or None while there are too few values."""
        ordered = self.ordered
        if len(ordered) < _FEW:
            # The first minutes: what waits is all there is.
            ordered = sorted(ordered + [value for _, value in self.waiting])
            if len(ordered) < _FEW:
                return None
        n = len(ordered)
        return ordered[n // 2], (ordered[(3 * n) // 4] - ordered[n // 4]) / _IQR_PER_SD

    def share(self, quantile: float) -> float | None:
        """Return the value below which `quantile` of the window lies, or None while it is empty."""
        if not self.ordered:
            return None
        return self.ordered[min(len(self.ordered) - 1, int(quantile * len(self.ordered)))]

    def _count(self, value: float) -> None:
        self.window.append(value)
        insort(self.ordered, value)
        if len(self.window) > self.size:
            del self.ordered[bisect_left(self.ordered, self.window.popleft())]


def empty_baseline(values: int) -> Baseline:
    """Return a baseline over the last `values` values, still without any."""
    return Baseline(max(1, values), deque(), deque(), [], 0)
