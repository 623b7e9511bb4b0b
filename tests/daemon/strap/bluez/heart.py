"""A heart, and the Heart Rate Measurement a strap makes of it.

In: time of the strap. Out: the intervals that ended by then, in 1/1024 s; bytes of 0x2A37.
"""

from __future__ import annotations

import math
import struct
from itertools import cycle

RESTING_1024 = tuple(
    round(1004 + 60 * math.sin(2 * math.pi * beat / 10)) + beat * 7919 % 23 - 11 for beat in range(600)
)
"""About 60 a minute, with six breaths in it and a little unevenness; long enough for every stretch to differ."""


class Heart:
    """Beats on and on, whether anybody listens or not."""

    def __init__(self, intervals_1024: tuple[int, ...] | None = None) -> None:
        self._intervals = cycle(intervals_1024 or RESTING_1024)
        self._next_1024 = next(self._intervals)
        self._sum_1024 = 0

    def beats_until(self, strap_s: float) -> list[int]:
        """Return the intervals that have ended since the last time."""
        ended: list[int] = []
        while self._sum_1024 + self._next_1024 <= strap_s * 1024:
            self._sum_1024 += self._next_1024
            ended.append(self._next_1024)
            self._next_1024 = next(self._intervals)
        return ended


def measurement(
    hr_bpm: int, rr_1024: list[int], *, wide: bool, contact: bool | None, energy_kj: int | None
) -> bytes:
    """Return a frame; `contact` None where the strap does not know such a thing."""
    flags = int(wide) | (0 if contact is None else 4 | 2 * contact)
    flags |= (energy_kj is not None) << 3 | bool(rr_1024) << 4
    frame = bytes([flags]) + struct.pack("<H" if wide else "<B", hr_bpm)
    if energy_kj is not None:
        frame += struct.pack("<H", energy_kj)
    return frame + struct.pack(f"<{len(rr_1024)}H", *rr_1024)
