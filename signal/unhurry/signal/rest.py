"""What is known of a wearer at rest from before a recording began.

In: minutes of earlier recordings. Out: a `Rest`, with which `initial_state` begins: a laptop that slept, or a
service that was started anew, does not meet a stranger.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .records import FloatArray, Int64Array


@dataclass(frozen=True, slots=True)
class Rest:
    """`n` minutes near the usual, oldest first."""

    age_s: Int64Array
    """How long before the recording's second 0 each of them ended."""
    hr_bpm: FloatArray
    known_s: int
    """Time at rest that is known of this wearer at all, also from before these minutes."""

    def __len__(self) -> int:
        return len(self.age_s)

    def younger_than(self, age_s: int) -> Rest:
        """Return the minutes that ended at most `age_s` before the recording."""
        young = self.age_s <= age_s
        return Rest(self.age_s[young], self.hr_bpm[young], self.known_s)


def no_rest() -> Rest:
    """Return what is known of a stranger."""
    return Rest(np.empty(0, np.int64), np.empty(0), 0)
