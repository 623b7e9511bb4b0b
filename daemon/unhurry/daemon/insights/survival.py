"""How long it takes, when some could not be followed to the end.

In: times, and which of them ended with what was waited for. Out: `TypicalTime`. Pure.

References
----------
Kaplan & Meier 1958, J. Am. Stat. Assoc. 53:457-481, doi 10.1080/01621459.1958.10501452. Efron 1981, J. Am.
Stat. Assoc. 76:312-319, doi 10.1080/01621459.1981.10477650, for drawing (time, seen) pairs again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unhurry.signal.records import FloatArray

_DRAWS = 1000
_SEED = 1958
_FEW = 8
"""Below this an interval would only pretend."""


@dataclass(frozen=True, slots=True)
class TypicalTime:
    """Kaplan-Meier median with its 95 % interval; None: longer than could be followed, or too few."""

    n: int
    seen: int
    """How many of the `n` ended with what was waited for."""
    median_s: float | None
    low_s: float | None
    high_s: float | None


def typical_time(times_s: FloatArray, seen: NDArray[np.bool_]) -> TypicalTime:
    """Return the median time and its interval.

    Parameters
    ----------
    times_s
        Shape (n,): when it was seen, or until when it was not.
    seen
        Shape (n,).
    """
    n = len(times_s)
    median = median_time(times_s, seen)
    low = high = np.inf
    if n >= _FEW:
        rows = np.random.default_rng(_SEED).integers(0, n, (_DRAWS, n))
        low, high = np.quantile(_medians(times_s, seen, rows), (0.025, 0.975), method="inverted_cdf").tolist()
    return TypicalTime(n, int(np.count_nonzero(seen)), *(_finite(value) for value in (median, low, high)))


def median_time(times_s: FloatArray, seen: NDArray[np.bool_]) -> float:
    """Return the first time at which the Kaplan-Meier curve is at one half or below; inf if it never is."""
    n = len(times_s)
    return float(_medians(times_s, seen, np.arange(n)[None, :])[0]) if n else float("inf")


def _medians(times_s: FloatArray, seen: NDArray[np.bool_], rows: NDArray[np.int64]) -> FloatArray:
    """Return the median of each row of `n` indices into the `n` times: shape (r,)."""
    # Who was last heard of at the time of an end was still waiting then: ends come first.
    order = np.lexsort((~seen, times_s))
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    sorted_rows: NDArray[np.int64] = order[np.sort(rank[rows], axis=1)]
    at_risk = len(order) - np.arange(len(order))
    surviving: FloatArray = np.cumprod(1 - seen[sorted_rows] / at_risk, axis=1, dtype=np.float64)
    # Seven of fourteen, as a product of thirteenths and the like, is a half but for the rounding.
    half: NDArray[np.bool_] = surviving <= 0.5 + 1e-12
    first = sorted_rows[np.arange(len(rows)), np.argmax(half, axis=1)]
    return np.where(half.any(axis=1), times_s[first], np.inf)


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
