"""Figures of a sample of people, with 95 % intervals by bootstrap.

In: numbers per recording, and whose each is. Out: `Figure`s. People are drawn with replacement, 2000 times,
the same draws every time: the same recordings give the same intervals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.float64]
Counts: TypeAlias = NDArray[np.int64]

_DRAWS = 2000
_SEED = 1895
_INTERVAL = (2.5, 97.5)
_FEWEST_SCORES = 30
"""Seconds of each kind that a recording needs for a ROC curve of its own."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A value, its 95 % interval, and the number of things it rests on."""

    value: float | None
    """None where there is nothing to count."""
    low: float | None
    high: float | None
    """None for fewer than two people."""
    n: int


@dataclass(frozen=True, slots=True)
class Sample:
    """Recordings, the people they are of, and how often each person is in each draw."""

    person: NDArray[np.int64]
    """Index of each recording's person."""
    draws: FloatArray
    """Shape (2000, people)."""

    @classmethod
    def of(cls, people: Sequence[str]) -> Sample:
        """Return the sample of recordings of `people`, one name per recording."""
        names = sorted(set(people))
        rng = np.random.default_rng(_SEED)
        draws = rng.multinomial(len(names), np.full(len(names), 1 / len(names)), size=_DRAWS)
        return cls(np.array([names.index(name) for name in people]), draws.astype(np.float64))

    def share(self, hits: Sequence[float], of: Sequence[float]) -> Figure:
        """Return sum over sum; `n` is the sum below the line."""
        return self._ratio(hits, of, n=round(sum(of)))

    def rate(self, count: Sequence[float], hours: Sequence[float]) -> Figure:
        """Return counts an hour; `n` is the number of people with such hours."""
        return self._ratio(count, hours, n=int((self._by_person(hours) > 0).sum()))

    def quantile(self, values: Sequence[Sequence[float]], share: float) -> Figure:
        """Return a quantile of all values together; `n` is their number."""
        flat = np.array([value for own in values for value in own])
        if len(flat) == 0:
            return Figure(None, None, None, 0)
        person = np.repeat(self.person, [len(own) for own in values])
        order = np.argsort(flat, kind="stable")
        flat, person = flat[order], person[order]
        # Each draw's own quantile: the first value at which its running count reaches the share.
        running = np.cumsum(self.draws[:, person], axis=1)
        total = running[:, -1:]
        some = total[:, 0] > 0
        at = (running[some] >= share * total[some]).argmax(axis=1)
        return self._figure(float(np.quantile(flat, share)), flat[at], len(flat), set(person.tolist()))

    def area(self, above: Sequence[Counts | None], below: Sequence[Counts | None]) -> Figure:
        """Return the area under the ROC curve of all scores together; `n` counts people with both."""
        high, low = self._counted(above), self._counted(below)
        people = set(np.flatnonzero(high.any(axis=1) & low.any(axis=1)).tolist())
        value = _area(high.sum(axis=0), low.sum(axis=0))
        if value is None:
            return Figure(None, None, None, 0)
        areas = [_area(weights @ high, weights @ low) for weights in self.draws]
        return self._figure(
            value, np.array([area for area in areas if area is not None]), len(people), people
        )

    def mean_area(self, above: Sequence[Counts | None], below: Sequence[Counts | None]) -> Figure:
        """Return the mean of the recordings' own areas; `n` is the number of recordings with one."""
        areas = [
            _area(high, low)
            if high is not None and low is not None and min(high.sum(), low.sum()) >= _FEWEST_SCORES
            else None
            for high, low in zip(above, below, strict=True)
        ]
        return self.share(
            [0.0 if area is None else area for area in areas], [float(area is not None) for area in areas]
        )

    def _ratio(self, above: Sequence[float], below: Sequence[float], *, n: int) -> Figure:
        high, low = self._by_person(above), self._by_person(below)
        if low.sum() <= 0:
            return Figure(None, None, None, 0)
        drawn = self.draws @ low
        some = drawn > 0
        ratios = (self.draws @ high)[some] / drawn[some]
        people = set(np.flatnonzero(low > 0).tolist())
        return self._figure(float(high.sum() / low.sum()), ratios, n, people)

    def _by_person(self, values: Sequence[float]) -> FloatArray:
        summed = np.zeros(self.draws.shape[1], np.float64)
        np.add.at(summed, self.person, np.array(values, np.float64))
        return summed

    def _counted(self, counts: Sequence[Counts | None]) -> FloatArray:
        bins = next((len(own) for own in counts if own is not None), 1)
        summed = np.zeros((self.draws.shape[1], bins))
        for person, own in zip(self.person.tolist(), counts, strict=True):
            if own is not None:
                summed[person] += own
        return summed

    @staticmethod
    def _figure(value: float, draws: FloatArray, n: int, people: set[int]) -> Figure:
        if len(people) < 2 or len(draws) == 0:
            return Figure(value, None, None, n)
        low, high = np.percentile(draws, _INTERVAL)
        return Figure(value, float(low), float(high), n)


def _area(above: NDArray[np.generic], below: NDArray[np.generic]) -> float | None:
    """Return the chance that a score of `above` is over one of `below`, ties half; counts by rising score."""
    high, low = above.astype(np.float64), below.astype(np.float64)
    if not (high.any() and low.any()):
        return None
    under = np.cumsum(low) - low
    return float((high * (under + low / 2)).sum() / (high.sum() * low.sum()))
