"""Was every beat kept, once and in order?

In: what the strap sent, what the database holds. Out: a `Comparison`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

_REACH = 64
"""So far apart two sequences may be after a difference: more beats than any fault can lose in the air."""
_AGREE = 6
"""So many equal intervals in a row are no chance."""
_IN_THE_AIR_S = 2.0
"""Around the beginning of a fault: what was sent then may have left the strap and never have been heard."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """How the two sequences differ."""

    sent: int
    stored: int
    missing_s: tuple[float, ...]
    """When those were sent that are not stored."""
    added: int
    in_the_air: int
    """Not stored either, but sent in the moment in which a fault began."""


def compare(
    sent_s: Sequence[float], values: Sequence[int], stored: Sequence[int], began_s: Sequence[float]
) -> Comparison:
    """Walk along both and count what only one of them has.

    `values` were sent at `sent_s`; faults began at `began_s`. Times ascend.
    """
    at = kept = added = in_the_air = 0
    missing_s: list[float] = []
    while at < len(values) and kept < len(stored):
        if values[at] == stored[kept]:
            at, kept = at + 1, kept + 1
            continue
        skipped, more = _next_agreement(values, at, stored, kept)
        for loop_s in sent_s[at : at + skipped]:
            lost = _near(loop_s, began_s)
            in_the_air += lost
            missing_s += [] if lost else [loop_s]
        added += more
        at, kept = at + skipped, kept + more
    for loop_s in sent_s[at:]:
        # The last ones: the service was asked to end.
        late = loop_s >= sent_s[-1] - _IN_THE_AIR_S
        in_the_air += late
        missing_s += [] if late else [loop_s]
    return Comparison(len(values), len(stored), tuple(missing_s), added + len(stored) - kept, in_the_air)


def _next_agreement(values: Sequence[int], at: int, stored: Sequence[int], kept: int) -> tuple[int, int]:
    """Return how much to skip of each until they agree again; of the shortest ways the one that skips most sent."""
    for total in range(1, _REACH):
        for skipped in range(total, -1, -1):
            more = total - skipped
            there, here = (
                values[at + skipped : at + skipped + _AGREE],
                stored[kept + more : kept + more + _AGREE],
            )
            if here and list(there[: len(here)]) == list(here[: len(there)]) and there:
                return skipped, more
    return len(values) - at, len(stored) - kept


def _near(loop_s: float, began_s: Sequence[float]) -> bool:
    at = bisect_right(began_s, loop_s)
    return any(abs(loop_s - near_s) <= _IN_THE_AIR_S for near_s in began_s[max(0, at - 1) : at + 1])
