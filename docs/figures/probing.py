"""What the artifact rules would have believed, asked of `step` itself.

In: a `Heard` day and a beat. Out: the shortest and the longest interval that would have been believed in its
place, everything else being as it was.
"""

from __future__ import annotations

import numpy as np
from wearer import Heard

from unhurry.signal import Arrivals, Kind, Verdict, initial_state, step

_BEFORE, _AFTER = 130, 12
"""Beats that are fed in around the one in question: the rules look back 91 and forward two."""
_SHORTEST, _LONGEST = 1.0, 3000.0
_CLOSE_MS = 4.0


def believed_range(heard: Heard, row: int) -> tuple[float, float]:
    """Return the range in ms; NaN twice when neither the interval nor a usual one would be believed."""
    rr_ms = heard.beats.rr_1024 / 1.024
    believed = heard.beats.verdict[row - 30 : row] == Verdict.OK
    inside = (float(rr_ms[row]), float(np.median(rr_ms[row - 30 : row][believed])))
    middle = next((value for value in inside if _believed(heard, row, value)), np.nan)
    if np.isnan(middle):
        return np.nan, np.nan
    return _edge(heard, row, middle, _SHORTEST), _edge(heard, row, middle, _LONGEST)


def _edge(heard: Heard, row: int, inside: float, outside: float) -> float:
    while abs(outside - inside) > _CLOSE_MS:
        between = (inside + outside) / 2
        if _believed(heard, row, between):
            inside = between
        else:
            outside = between
    return inside


def _believed(heard: Heard, row: int, rr_ms: float) -> bool:
    first = row - _BEFORE
    rows = slice(first, row + _AFTER)
    value = heard.beats.rr_1024[rows].astype(np.float64)
    value[row - first] = np.rint(rr_ms * 1.024)
    # As a strap without any delay would send them.
    arrival_ms = np.cumsum(value / 1.024).astype(np.int64)
    kinds = np.full(len(value), Kind.BEAT, np.int8)
    _, output = step(heard.parameters, initial_state(heard.parameters), Arrivals(arrival_ms, kinds, value))
    return bool(output.beats.verdict[row - first] == Verdict.OK)
