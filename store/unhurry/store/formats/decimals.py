"""Plain decimals in bulk: what nearly every recording holds, read a column at a time.

In: the rows of a table as bytes. Out: the wanted columns, or None as soon as anything is not quite plain (a
sign, an exponent, a space, a quote, a line too short): then a slower reader has to look.

A cell of at most fifteen digits is a whole number below 2^53 over a power of ten below 10^16. Both are exact
as floats, so their quotient is the float nearest to what is written: the one that `float` gives.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from unhurry.signal.records import FloatArray, Int64Array

_LONGEST = 15
_NEWLINE, _DOT, _ZERO = b"\n.0"


def plain_decimals(rows: bytes, delimiter: str, width: int, positions: tuple[int, ...]) -> FloatArray | None:
    """Return the columns at `positions` of a table `width` cells wide, shape (n, len(positions)).

    `rows` ends without a line feed. Returns None when a line has another width, a wanted cell is no plain
    decimal, or there is a quote anywhere.
    """
    text = np.frombuffer(rows + b"\n", np.uint8)
    newline = text == _NEWLINE
    found = np.flatnonzero(newline | (text == ord(delimiter)))
    if len(found) % width or b'"' in rows:
        return None
    lasts = newline[found].reshape(-1, width)
    if not lasts[:, -1].all() or lasts[:, :-1].any():
        return None
    starts = np.concatenate(([0], found[:-1] + 1)).reshape(-1, width)
    ends = found.reshape(-1, width)
    values = np.empty((len(ends), len(positions)))
    for column, position in enumerate(positions):
        cells = _column(text, starts[:, position], ends[:, position] - starts[:, position])
        if cells is None:
            return None
        values[:, column] = cells
    return values


def _column(text: NDArray[np.uint8], start: Int64Array, length: Int64Array) -> FloatArray | None:
    longest = int(length.max())
    if longest > _LONGEST:
        return None
    number = np.zeros(len(start), np.int64)
    digits = np.zeros(len(start), np.int8)
    dots = np.zeros(len(start), np.int8)
    decimals = np.zeros(len(start), np.int8)
    for at in range(longest):
        # Past the end of a short cell stands what belongs to another, or nothing.
        character = text.take(start + at, mode="clip")
        inside = at < length
        digit = character - np.uint8(_ZERO)  # below the zero this wraps around, to beyond nine
        is_digit = inside & (digit <= 9)
        number = np.where(is_digit, 10 * number + digit, number)
        digits += is_digit
        decimals += is_digit & (dots > 0)
        dots += inside & (character == _DOT)
    if (digits == 0).any() or (dots > 1).any() or (digits + dots != length).any():
        return None
    return number / 10.0 ** np.arange(_LONGEST + 1)[decimals]
