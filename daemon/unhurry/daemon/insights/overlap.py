"""Which moments of one life are those of another.

In: spans of time. Out: pairs that overlap, each span in at most one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

OPEN_S = float(1 << 40)
"""The end of a moment that had not ended: it lasts as long as its recording."""


class Span(NamedTuple):
    """A stretch of a recording, ends included."""

    recording_id: int
    start_s: float
    end_s: float


def counterparts(these: Sequence[Span], those: Sequence[Span]) -> dict[int, int]:
    """Return for each of `these` that has one (by its place) the place of its counterpart among `those`.

    Within each life the spans do not overlap. The earliest two that meet are taken for the same.
    """
    mine = sorted(range(len(these)), key=these.__getitem__)
    others = sorted(range(len(those)), key=those.__getitem__)
    pairs: dict[int, int] = {}
    a = b = 0
    while a < len(mine) and b < len(others):
        this, that = these[mine[a]], those[others[b]]
        if _before(this, that):
            a += 1
        elif _before(that, this):
            b += 1
        else:
            pairs[mine[a]] = others[b]
            a, b = a + 1, b + 1
    return pairs


def _before(this: Span, that: Span) -> bool:
    """Whether `this` is over before `that` begins."""
    return (this.recording_id, this.end_s) < (that.recording_id, that.start_s)
