"""When the heart was half-way back, and for how long anybody could tell.

In: heart rate by the second from the peak on, and which seconds have another reason for it. Out: `Settling`.
Pure.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unhurry.signal.records import FloatArray

SUSTAINED_S = 20
"""Half-way down counts once it has held for this long: one slow breath does not."""
LONGEST_S = 30 * 60
"""Beyond this, whatever lowers the heart is not the moment's end any more."""
MOVING_RUN_S = 5
"""A turn in the chair is no walk: so many seconds of movement in a row end the following."""


@dataclass(frozen=True, slots=True)
class Settling:
    """A survival time: `half_s` when it was seen, else more than `followed_s`."""

    half_s: float | None
    """Seconds from the peak until the heart was half-way back and stayed there for `SUSTAINED_S`."""
    followed_s: float
    """Seconds from the peak until it could not be followed any longer: movement, no beats, the end of the
    recording, or half an hour."""


def settling(hr_bpm: FloatArray, busy: NDArray[np.bool_], half_bpm: float) -> Settling:
    """Return when the heart was half-way back, censored where it could not be followed.

    Parameters
    ----------
    hr_bpm
        Shape (n,): heart rate at each second from the peak on, NaN where there is none.
    busy
        Shape (n,): seconds in which something else, movement above all, moves the heart.
    half_bpm
        The middle between the wearer's usual and the peak.
    """
    free = np.isfinite(hr_bpm[:LONGEST_S]) & ~busy[:LONGEST_S]
    followed = len(free) if free.all() else int(np.argmin(free))
    below = hr_bpm[:followed] <= half_bpm
    if followed < SUSTAINED_S:
        return Settling(None, float(followed))
    held = np.convolve(below, np.ones(SUSTAINED_S, np.int64), mode="valid") == SUSTAINED_S
    return Settling(float(np.argmax(held)) if held.any() else None, float(followed))


def runs_of_at_least(wanted: NDArray[np.bool_], seconds: int) -> NDArray[np.bool_]:
    """Return `wanted` without its runs that are shorter than `seconds`.

    Parameters
    ----------
    wanted
        Shape (n,), one value a second.
    """
    edges = np.flatnonzero(np.diff(np.concatenate(([False], wanted, [False]))))
    result = np.zeros(len(wanted), np.bool_)
    for start, stop in edges.reshape(-1, 2):
        result[start:stop] = stop - start >= seconds
    return result


def followed_by(wanted: NDArray[np.bool_], seconds: int) -> NDArray[np.bool_]:
    """Return `wanted` with each run reaching `seconds` further.

    Parameters
    ----------
    wanted
        Shape (n,), one value a second.
    """
    index = np.arange(len(wanted))
    latest = np.maximum.accumulate(np.where(wanted, index, -seconds - 1))
    return index - latest <= seconds
