"""How long the daemon waits for what, in one place, so that tests can wait less.

In: nothing. Out: `Timings`, and `backoff_s`, the pause before the next try.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import random

_LARGEST_EXPONENT = 16
"""2**16 first pauses are far over any cap; without it a week of failures would overflow a float."""


@dataclass(frozen=True, slots=True)
class Timings:
    """Every wait of the strap source, in seconds."""

    look_s: float = 20.0
    """One stretch of scanning; then the radio rests for `rest_s`."""
    rest_s: float = 2.0
    settle_s: float = 3.0
    """After the first strap was heard, wait this long for a stronger one."""
    loyal_s: float = 600.0
    """A strap that has sent beats is waited for this long before another one in reach is taken instead."""
    connect_s: float = 30.0
    """Bleak's own limit; ours, `connect_outer_s`, is longer, for calls that are never answered."""
    connect_outer_s: float = 40.0
    answer_s: float = 10.0
    """Any other call to the Bluetooth service: list, scan, subscribe."""
    battery_s: float = 5.0
    """One reading of what a strap tells about itself: its battery, its model."""
    battery_every_s: float = 1800.0
    """How often the battery is read where the strap does not tell of changes."""
    acceleration_stale_s: float = 15.0
    """Age of the last frame of acceleration from which its stream is started anew,"""
    acceleration_rest_s: float = 5.0
    """after this pause; when that was in vain a few times, after this one."""
    acceleration_again_s: float = 300.0
    first_frame_s: float = 15.0
    """A connection that brings no frame in this time is given up (an H10 may take five seconds)."""
    silent_s: float = 8.0
    """Age of the last frame from which the wearer is told; scanning elsewhere delays an H10 by up to 5 s."""
    recycle_s: float = 20.0
    """Age of the last frame from which the connection is given up: `is_connected` is no evidence of data."""
    watch_s: float = 1.0
    """How often the age of the last frame is looked at."""
    probe_s: float = 3.0
    """A strap that fell silent is asked once whether anybody is there."""
    disconnect_s: float = 12.0
    """bluetoothd needs about 2 s, bleak waits up to 10,"""
    disconnect_dead_s: float = 5.0
    """for nothing, when the connection died without a word."""
    grace_s: float = 3.0
    """A cancelled call may take this long to tidy up before it is left behind."""
    backoff_first_s: float = 1.0
    backoff_cap_s: float = 15.0
    backoff_jitter: float = 0.3
    """Up to this share is taken off a pause, so that two machines do not go on colliding."""
    tick_s: float = 1.0
    suspend_jump_s: float = 3.0
    """The clock that counts sleep got this far ahead of the one that does not: the machine slept."""
    clock_step_s: float = 30.0
    """The wall clock got this far away from the monotonic one at once: somebody set it."""
    stall_s: float = 30.0
    """The loop stood still for this long: taken for sleep where no clock tells."""


def backoff_s(failures: int, timings: Timings, chance: Callable[[], float] = random) -> float:
    """Return the pause after `failures` in a row: doubled each time, capped, with jitter; 0 after none.

    `chance` returns a number in [0, 1).
    """
    if failures <= 0:
        return 0.0
    full = min(timings.backoff_cap_s, timings.backoff_first_s * 2.0 ** min(failures - 1, _LARGEST_EXPONENT))
    return full * (1.0 - timings.backoff_jitter * chance())
