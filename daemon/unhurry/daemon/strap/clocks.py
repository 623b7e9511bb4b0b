"""The clocks of the machine, read together, and what they say about sleep.

In: nothing. Out: `monotonic_ns`, what everything that comes from the strap is stamped with; `Clocks`, one
reading of all; `slept` and `clock_set`, comparisons of two. The monotonic clock of Linux and macOS
stands still while the machine sleeps; where another clock goes on, the difference tells. On Windows both go
on, and only the loop's own standstill tells.
"""

from __future__ import annotations

import asyncio
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from unhurry.store import Anchor

from .timings import Timings

_SECOND_NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Clocks:
    """One reading of all clocks."""

    monotonic_ns: int
    awake_or_not_ns: int
    """Counts sleep too; equal to `monotonic_ns` where the system has no such clock."""
    wall_ms: int
    utc_offset_s: int
    sleep_counted: bool = True
    """Whether this system has a clock that counts sleep."""

    @property
    def anchor(self) -> Anchor:
        """What ties a recording that opens now to the wall clock of the place."""
        return Anchor(wall_ms=self.wall_ms, utc_offset_s=self.utc_offset_s)


def monotonic_ns() -> int:
    """Return the monotonic clock by which the running event loop keeps its appointments."""
    return round(asyncio.get_running_loop().time() * _SECOND_NS)


def read_clocks() -> Clocks:
    """Read all clocks of this machine now."""
    wall_ns = time.time_ns()
    offset = datetime.fromtimestamp(wall_ns / _SECOND_NS, UTC).astimezone().utcoffset()
    monotonic_ns = time.monotonic_ns()
    return Clocks(
        monotonic_ns=monotonic_ns,
        awake_or_not_ns=_awake_or_not_ns(monotonic_ns),
        wall_ms=wall_ns // 1_000_000,
        utc_offset_s=0 if offset is None else round(offset.total_seconds()),
        sleep_counted=sys.platform in {"linux", "darwin"},
    )


def _awake_or_not_ns(monotonic_ns: int) -> int:
    if sys.platform == "linux":
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME)
    if sys.platform == "darwin":
        # Unlike time.monotonic(), which is mach_absolute_time(), this one goes on during sleep.
        return time.clock_gettime_ns(time.CLOCK_MONOTONIC)
    return monotonic_ns


def slept(before: Clocks, now: Clocks, timings: Timings) -> bool:
    """Return whether the machine slept between two readings.

    Where no clock tells, a standstill of this process is taken for sleep; elsewhere it means a busy machine.
    """
    passed_ns = now.monotonic_ns - before.monotonic_ns
    if not now.sleep_counted:
        return passed_ns > timings.stall_s * _SECOND_NS
    asleep_ns = (now.awake_or_not_ns - before.awake_or_not_ns) - passed_ns
    return asleep_ns > timings.suspend_jump_s * _SECOND_NS


def clock_set(before: Clocks, now: Clocks, timings: Timings) -> bool:
    """Return whether the wall clock was set between two readings, or the place now keeps another time.

    What a clock gains or loses by itself in a day is not worth a word.
    """
    if now.utc_offset_s != before.utc_offset_s:
        return True
    passed_ms = (now.awake_or_not_ns - before.awake_or_not_ns) // 1_000_000
    return abs(now.wall_ms - before.wall_ms - passed_ms) > timings.clock_step_s * 1000
