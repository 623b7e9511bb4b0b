"""Minutes: each accounted for by the state that fills most of it.

In: decided seconds, block by block. Out: `Minute`s, as each is complete.
"""

from __future__ import annotations

from dataclasses import fields
from operator import attrgetter
from typing import Any

import numpy as np

from .records import STATES, FloatArray, Int8Array, Int64Array, Minute, Seconds

_LENGTH = 60
_STATES = np.arange(len(STATES))
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

    def table(values: FloatArray | Int8Array) -> FloatArray:
        padded = np.full(lead + whole + trail, np.nan)
        padded[lead : lead + whole] = values[:whole]
        return padded.reshape(-1, _LENGTH)

    state = table(seconds.state)
    share = np.count_nonzero(state[:, :, None] == _STATES, axis=1)
    most = share.argmax(axis=1)
    length = share.sum(axis=1)
    start_s = first_s - lead + _LENGTH * np.arange(len(state))
    hr_bpm = _median(table(seconds.hr_bpm))
    motion = _median(table(seconds.motion))
    quality = np.nansum(table(seconds.quality), axis=1) / length
    final = np.minimum(lead + whole, _LENGTH * (1 + np.arange(len(state)))) - lead - 1
    minutes = tuple(
        Minute(
            start_s=int(start_s[i]),
            state=STATES[int(most[i])],
            seconds=int(length[i]),
            hr_bpm=_known(hr_bpm[i]),
            rmssd_ms=_known(seconds.rmssd_ms[final[i]]),
            baseline_bpm=_known(seconds.baseline_bpm[final[i]]),
            spread_bpm=_known(seconds.spread_bpm[final[i]]),
            motion=_known(motion[i]),
            quality=float(quality[i]),
        )
        for i in range(len(state))
    )
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


def _known(value: Any) -> float | None:
    return None if np.isnan(value) else float(value)
