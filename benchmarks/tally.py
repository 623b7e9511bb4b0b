"""How often artifacts were found and heartbeats kept, and how far people differ in it.

In: which intervals were rejected, and the truth. Out: `Tally`, one for each recording and judge; shares with
their intervals.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from courses import BoolArray, Course

from unhurry.signal.records import FloatArray, Int64Array

_DRAWS = 1000


@dataclass(frozen=True, slots=True)
class Tally:
    """What was found of one person's beats."""

    person: str
    artifacts: int
    found: int
    genuine: int
    kept: int


def count(
    course: Course, rejected: BoolArray, counted: BoolArray, first: Int64Array, last: Int64Array
) -> Tally:
    """Count what was found among the intervals `counted`.

    An artifact that touches the intervals `first` to `last` is found when an end of it is rejected. Those
    intervals and the one on either side are not genuine ones, and neither is what is not known.
    """
    touched = counted[first]
    genuine = counted & course.known & ~near(len(course), first, last)
    return Tally(
        course.person,
        artifacts=int(np.count_nonzero(touched)),
        found=int(np.count_nonzero((rejected[first] | rejected[last]) & touched)),
        genuine=int(np.count_nonzero(genuine)),
        kept=int(np.count_nonzero(genuine & ~rejected)),
    )


def near(size: int, first: Int64Array, last: Int64Array) -> BoolArray:
    """Return which of `size` intervals lie from one before `first` to one after `last`."""
    edge = np.zeros(size + 1, np.int64)
    np.add.at(edge, np.maximum(first - 1, 0), 1)
    np.add.at(edge, np.minimum(last + 2, size), -1)
    inside: BoolArray = edge.cumsum()[:size] > 0
    return inside


def sensitivity(tallies: Iterable[Tally], digits: int) -> str:
    """Return the share of artifacts that were found, in words."""
    return _share([(t.person, t.found, t.artifacts) for t in tallies], digits)


def specificity(tallies: Iterable[Tally], digits: int) -> str:
    """Return the share of genuine intervals that were kept, in words."""
    return _share([(t.person, t.kept, t.genuine) for t in tallies], digits)


def _share(rows: list[tuple[str, int, int]], digits: int) -> str:
    """Return the share with its 95 % interval, people drawn anew; a dash where there is nothing to share."""
    people, place = np.unique([person for person, _, _ in rows], return_inverse=True)
    counts = np.zeros((len(people), 2))
    np.add.at(counts, place, np.array([(part, whole) for _, part, whole in rows], np.float64))
    if counts[:, 1].sum() == 0:
        return "-"
    drawn = np.random.default_rng(1).integers(0, len(people), (_DRAWS, len(people)))
    sums: FloatArray = counts[drawn].sum(axis=1)
    sums = sums[sums[:, 1] > 0]
    low, high = np.quantile(sums[:, 0] / sums[:, 1], (0.025, 0.975))
    share = counts[:, 0].sum() / counts[:, 1].sum()
    figures = [f"{value:.{digits}f}".removeprefix("0") for value in (share, low, high)]
    return f"{figures[0]} [{figures[1]}-{figures[2]}]"
