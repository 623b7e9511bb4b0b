"""Order statistics over trailing windows, with nothing before the first window but what the caller says.

In: the last `size - 1` values before a block, and the block. Out: for each value of the block, a rank of the
`size` values that end with it.

A day at once goes through SciPy's rank filter; a live second brings one value or two, and for those sorting
the windows themselves costs a twentieth of the filter's set-up. Both pick elements, so they agree to the bit.
"""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from .records import Int64Array

_FEW = 12
"""Up to this many values the windows are taken one by one."""


def trailing_ranks(values: Int64Array, ranks: tuple[int, ...], size: int) -> tuple[Int64Array, ...]:
    """Return, for each rank (0 is the smallest), its value in every full window of `values`.

    Parameters
    ----------
    values
        Shape (size - 1 + n,).

    Returns
    -------
    One array of shape (n,) for each rank.
    """
    n = len(values) - size + 1
    if n <= 0:
        return tuple(np.empty(0, np.int64) for _ in ranks)
    if n <= _FEW:
        ordered = [np.sort(values[i : i + size]) for i in range(n)]
        return tuple(np.array([window[rank] for window in ordered]) for rank in ranks)
    first = size - 1
    origin = size // 2
    return tuple(ndimage.rank_filter(values, rank, size=size, origin=origin)[first:] for rank in ranks)


def trailing_least(values: Int64Array, size: int) -> Int64Array:
    """Return the smallest value of every full window of `values`: rank 0, at a tenth of its price."""
    width = 1
    while 2 * width <= size:
        # The least of twice as many is the lesser of two neighbouring windows.
        values = np.minimum(values[:-width], values[width:])
        width *= 2
    last = size - width
    return np.minimum(values[: len(values) - last], values[last:])
