"""Standing up: a quick rise of the heart rate that gives back much of itself within half a minute.

In: the level, and where it is known the angle of the trunk, second by second. Out: whether the last half
minute looked like standing up, and whether a turn of the trunk explains the level.

The orthostatic response peaks within about 12 s and falls by 20 s; emotion stays up. An accelerometer at the
chest tells lying from upright and leaning, but not sitting from standing: so both ways are needed.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from math import isfinite

from .parameters import Parameters

_SINCE_PEAK_S = 20
_RISE_S = 15
_SPAN_S = _RISE_S + 1 + _SINCE_PEAK_S
_TURN_S = 15
"""A turn within so long is one: lying down takes a few seconds, an angle is the mean of five."""


@dataclass(slots=True)
class PostureWatch:
    """The level of the last seconds, newest last."""

    levels_bpm: deque[float]
    trunk_deg: deque[float]
    seen_s: int = 0
    """The last second that was taken in."""
    turned_s: int | None = None
    """When the trunk was last seen to turn,"""
    before_bpm: float = 0.0
    """and the level from which it did."""

    @classmethod
    def fresh(cls) -> PostureWatch:
        """Return a watch that has seen nothing."""
        return cls(deque(maxlen=_SPAN_S), deque(maxlen=_TURN_S))

    def copied(self) -> PostureWatch:
        """Return an independent copy."""
        return PostureWatch(
            self.levels_bpm.copy(), self.trunk_deg.copy(), self.seen_s, self.turned_s, self.before_bpm
        )

    def stood_up(self, p: Parameters, t_s: int, level_bpm: float, usual: tuple[float, float] | None) -> bool:
        """Take in the level of this second and say whether a peak 20 s ago was that of standing up.

        With a `usual` (median, spread): a heart that swings widely by itself needs a rise beyond its own
        spread, and what is lost is measured against the whole way up from the median. A heart that overshoots
        and stays up has not stood up.
        """
        levels = self.levels_bpm
        if t_s - self.seen_s > p.bridge_s:
            # What lies before a longer gap is no "a moment ago".
            levels.clear()
            self.trunk_deg.clear()
        self.seen_s = t_s
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

    def turned(self, p: Parameters, t_s: int, level_bpm: float, trunk_deg: float) -> bool:
        """Take in the angle of this second, after `stood_up` its level, and say whether a turn of the trunk
        explains that the heart is up. A trunk that turned while the heart stayed explains nothing.
        """
        if isfinite(trunk_deg):
            if any(abs(trunk_deg - earlier) >= p.trunk_turn_deg for earlier in self.trunk_deg):
                if self.turned_s is None or t_s - self.turned_s > _TURN_S:
                    self.before_bpm = min(list(self.levels_bpm)[-_TURN_S:])
                self.turned_s = t_s
            self.trunk_deg.append(trunk_deg)
        else:
            self.trunk_deg.clear()
        recent = self.turned_s is not None and t_s - self.turned_s < p.posture_hold_s
        return recent and level_bpm - self.before_bpm >= p.trunk_rise_bpm
