"""Minutes: each accounted for by the state that fills most of it.

In: decided seconds, block by block. Out: `Minute`s, as each is complete.
"""

from __future__ import annotations

from dataclasses import fields
from operator import attrgetter

import numpy as np

from .records import STATES, FloatArray, Int64Array, Minute, Seconds

_LENGTH = 60
_COLUMNS = tuple(field.name for field in fields(Seconds))


def empty_seconds() -> Seconds:
    """Return a stream of no seconds."""
    nothing = np.empty(0)
    return Seconds(np.empty(0, np.int64), np.empty(0, np.int8), *(nothing for _ in _COLUMNS[2:]))


def joined(parts: tuple[Seconds, ...]) -> Seconds:
    """Return one stream after the other; at least one."""
    if len(parts) == 1:
        return parts[0]
    return Seconds(*(np.concatenate(list(map(attrgetter(name), parts))) for name in _COLUMNS))


def cut(seconds: Seconds, start: int, stop: int | None = None) -> Seconds:
    """Return the rows from `start` up to `stop`."""
    return Seconds(*(getattr(seconds, name)[start:stop] for name in _COLUMNS))


def close_minutes(
    parts: tuple[Seconds, ...], *, last: bool
) -> tuple[tuple[Seconds, ...], tuple[Minute, ...]]:
    """Return the seconds of the minute still open, and the minutes that are complete.

    `parts` are consecutive seconds, none of them empty. With `last`, the open minute is closed as it is.
    """
    if not parts:
        return (), ()
    end_s = int(parts[-1].t_s[-1])
    if not last and end_s // _LENGTH == (int(parts[0].t_s[0]) - 1) // _LENGTH:
        return parts, ()
    seconds = joined(parts)
    first_s = int(seconds.t_s[0]) - 1
    rest = 0 if last else end_s % _LENGTH
    whole = len(seconds) - rest
    lead = first_s % _LENGTH
    trail = -(lead + whole) % _LENGTH

    def table(values: FloatArray) -> FloatArray:
        padded = np.full(lead + whole + trail, np.nan)
        padded[lead : lead + whole] = values[:whole]
        return padded.reshape(-1, _LENGTH)

    count = (lead + whole + trail) // _LENGTH
    minute = np.arange(lead, lead + whole) // _LENGTH
    cells = np.bincount(minute * len(STATES) + seconds.state[:whole], minlength=count * len(STATES))
    share = cells.reshape(count, len(STATES))
    final = np.minimum(lead + whole, _LENGTH * (1 + np.arange(count))) - lead - 1
    length = share.sum(axis=1)
    start_s: list[int] = (first_s - lead + _LENGTH * np.arange(count)).tolist()
    most: list[int] = share.argmax(axis=1).tolist()
    seconds_in: list[int] = length.tolist()
    quality: list[float] = (np.nansum(table(seconds.quality), axis=1) / length).tolist()
    columns = (
        start_s,
        [STATES[index] for index in most],
        seconds_in,
        _known(_median(table(seconds.hr_bpm))),
        _known(seconds.rmssd_ms[final]),
        _known(seconds.baseline_bpm[final]),
        _known(seconds.spread_bpm[final]),
        _known(_median(table(seconds.motion))),
        quality,
    )
    # In the order of a minute's fields.
    minutes = tuple(Minute(*row) for row in zip(*columns, strict=True))
    return (cut(seconds, whole),) if rest else (), minutes


def _median(table: FloatArray) -> FloatArray:
    """Median of each row without its NaN; NaN for a row of nothing else."""
    ordered = np.sort(table, axis=1)
    count: Int64Array = np.count_nonzero(~np.isnan(ordered), axis=1)
    row = np.arange(len(ordered))
    low = ordered[row, np.maximum(count - 1, 0) // 2]
    high = ordered[row, count // 2]
    result: FloatArray = np.where(count > 0, (low + high) / 2, np.nan)
    return result


def _known(values: FloatArray) -> list[float | None]:
    return [None if value != value else value for value in values.tolist()]  # noqa: PLR0124 - NaN alone is not itself
