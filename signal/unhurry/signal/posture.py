"""Standing up: a quick rise of the heart rate that gives back much of itself within half a minute.

In: the level, second by second. Out: whether the last half minute looked like standing up.

The orthostatic response peaks within about 12 s and falls by 20 s; emotion stays up.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from .parameters import Parameters

_SINCE_PEAK_S = 20
_RISE_S = 15
_SPAN_S = _RISE_S + 1 + _SINCE_PEAK_S


@dataclass(slots=True)
class PostureWatch:
    """The level of the last seconds, newest last."""

    levels_bpm: deque[float]

    @classmethod
    def fresh(cls) -> PostureWatch:
        """Return a watch that has seen nothing."""
        return cls(deque(maxlen=_SPAN_S))

    def copied(self) -> PostureWatch:
        """Return an independent copy."""
        return PostureWatch(self.levels_bpm.copy())

    def stood_up(self, p: Parameters, level_bpm: float, usual: tuple[float, float] | None) -> bool:
        """Take in the level of this second and say whether a peak 20 s ago was that of standing up.

        With a `usual` (median, spread): a heart that swings widely by itself needs a rise beyond its own
        spread, and what is lost is measured against the whole way up from the median. A heart that overshoots
        and stays up has not stood up.
        """
        levels = self.levels_bpm
        levels.append(level_bpm)
        if len(levels) < _SPAN_S:
            return False
        peak = levels[-1 - _SINCE_PEAK_S]
        lost = peak - level_bpm
        if lost < p.posture_loss * p.posture_rise_bpm:
            return False
        rise = peak - min(levels[i] for i in range(_RISE_S))
        median, spread = usual or (peak - rise, 0.0)
        least = max(p.posture_rise_bpm, p.posture_rise_spreads * spread)
        return rise >= least and peak >= max(levels) and lost >= p.posture_loss * max(rise, peak - median)
