"""Playing rows that are already known: a file or a simulated day, at a chosen speed.

In: `Arrivals`, a speed. Out: the same rows in the same order, in blocks, as recording time passes. The
speed changes when they come, never what they are.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import numpy as np

from unhurry.signal import Arrivals

BEAT_S = 0.25
"""Real seconds between blocks: often enough for a page to look live."""


def rows_between(arrivals: Arrivals, start: int, stop: int) -> Arrivals:
    """Return rows [start, stop)."""
    return Arrivals(arrivals.arrival_ms[start:stop], arrivals.kind[start:stop], arrivals.value[start:stop])


async def paced(arrivals: Arrivals, *, speed: float, from_ms: int | None = None) -> AsyncIterator[Arrivals]:
    """Yield the rows as recording time passes, `speed` seconds of it in each real one.

    Everything before `from_ms` comes at once, in blocks of an hour; without it the clock starts at the
    first row.
    """
    if len(arrivals) == 0:
        return
    begin_ms = int(arrivals.arrival_ms[0]) if from_ms is None else from_ms
    done = 0
    while done < len(arrivals) and int(arrivals.arrival_ms[done]) < begin_ms:
        until_ms = min(begin_ms, int(arrivals.arrival_ms[done]) + 3_600_000)
        stop = int(np.searchsorted(arrivals.arrival_ms, until_ms, "left"))
        yield rows_between(arrivals, done, stop)
        done = stop
        await asyncio.sleep(0)
    started_s = time.monotonic()
    while done < len(arrivals):
        reached_ms = begin_ms + (time.monotonic() - started_s) * speed * 1000
        stop = int(np.searchsorted(arrivals.arrival_ms, reached_ms, "right"))
        if stop > done:
            yield rows_between(arrivals, done, stop)
            done = stop
        await asyncio.sleep(BEAT_S)
