"""The wearer's usual and the day's: what every ten seconds at rest teach, and the lines that follow from it.

In: the last second of each tick, with what it came to. Out: the `Lines` that hold until the next.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from .baseline import EVERY_S, Baseline, empty_baseline
from .episode import EventWatch
from .gates import CODE
from .parameters import Parameters
from .records import State
from .rest import Rest
from .ticks import Tick

_DAY_EVERY_S = 60
_INFINITE = float("inf")
_AT_REST = frozenset({CODE[State.CALM], CODE[State.AROUSED], CODE[State.WARMING_UP]})


class Lines(NamedTuple):
    """What a second is held against, for as long as the usual stays the same."""

    usual: tuple[float, float] | None
    """(median, spread) of the residual, None while it rests on too little to be called usual."""
    effort_bpm: float
    """The level that is one of exertion: infinite until there is a usual to start from."""
    nothing_bpm: float
    """No rise can begin below this residual, whether movement is known or not."""


@dataclass(slots=True)
class Usual:
    """What is known of the wearer at rest. Use `initial_usual`, and `copied` before `learn`."""

    recent: Baseline
    day: Baseline
    center: tuple[float, float] | None = None
    """(median, spread) of the residual, renewed every ten seconds."""
    day_line_bpm: float = -_INFINITE
    """The day's upper resting level,"""
    alone_day_line_bpm: float = -_INFINITE
    """the same for when movement is unknown,"""
    least_day_line_bpm: float = -_INFINITE
    """and the lower of the two; all low while too little of the day is known."""
    day_median_bpm: float | None = None
    asleep: bool = False
    rest_before_s: int = 0
    """Time at rest that was known before the recording began."""

    def copied(self) -> Usual:
        """Return an independent copy."""
        return replace(self, recent=self.recent.copied(), day=self.day.copied())

    @property
    def rest_s(self) -> int:
        """How long the wearer was seen at rest, today and ever."""
        return self.rest_before_s + self.recent.taken * EVERY_S

    def lines(self, p: Parameters) -> Lines:
        """Return what holds until the next `learn`."""
        if self.center is None:
            return Lines(None, _INFINITE, -_INFINITE)
        median, spread = self.center
        spread = max(spread, p.min_spread_bpm)
        rest = max(p.hr_rest_bpm, median)
        effort_bpm = rest + p.reserve_gate * (p.hr_max_bpm - rest)
        if self.recent.taken * EVERY_S < p.warm_up_s:
            return Lines(None, effort_bpm, -_INFINITE)
        least_score = min(p.on_score, p.alone_on_score)
        least_rise_bpm = min(p.on_rise_bpm, p.alone_on_rise_bpm)
        over_usual = median + max(least_rise_bpm, least_score * spread)
        # A hair of room: here the line is computed in another order than the score.
        return Lines((median, spread), effort_bpm, max(over_usual, self.least_day_line_bpm) - 1e-6)

    def learn(self, p: Parameters, tick: Tick, code: int, watch: EventWatch) -> None:
        """Let the last second of a whole tick in, if it is one of rest; `code` is what it came to."""
        t_s = tick.last_s
        if code in _AT_REST and tick.last_residual_bpm == tick.last_residual_bpm:
            event = watch.event
            # An event that will not end is no event: the usual has moved.
            if event is None or event.end_s is not None or t_s - event.start_s > p.absorb_after_s:
                self.recent.take(t_s, tick.last_residual_bpm)
            if t_s % _DAY_EVERY_S == _DAY_EVERY_S - 1:
                self.day.take(t_s, tick.last_residual_bpm)
                self.day.mature(t_s)
                self._draw_day(p)
        self.recent.mature(t_s - p.baseline_delay_s)
        self.center = self.recent.usual()
        self.asleep = (
            not tick.last_alone
            and tick.last_stir < p.asleep_stir
            and not watch.lasting
            and self.center is not None
            and self.day_median_bpm is not None
            and self.center[0] <= self.day_median_bpm - p.asleep_fall_bpm
        )

    def remember(self, p: Parameters, rest: Rest) -> bool:
        """Begin with what was known before; return whether any of it is recent."""
        recent = rest.younger_than(p.carry_s)
        self.recent.remember(np.repeat(recent.hr_bpm, _DAY_EVERY_S // EVERY_S).tolist())
        self.center = self.recent.usual()
        self.day.remember(rest.younger_than(p.day_carry_s).hr_bpm.tolist())
        self._draw_day(p)
        self.rest_before_s = max(0, rest.known_s - self.recent.taken * EVERY_S)
        return len(recent) > 0

    def _draw_day(self, p: Parameters) -> None:
        upper, alone = self.day.share(p.day_quantile), self.day.share(p.alone_day_quantile)
        if upper is None or alone is None or self.day.taken * _DAY_EVERY_S < p.day_from_s:
            return
        self.day_line_bpm, self.alone_day_line_bpm = upper + p.day_margin_bpm, alone + p.day_margin_bpm
        self.least_day_line_bpm = min(self.day_line_bpm, self.alone_day_line_bpm)
        self.day_median_bpm = self.day.share(0.5)


def initial_usual(p: Parameters) -> Usual:
    """Return what is known of a stranger."""
    return Usual(
        recent=empty_baseline(p.baseline_window_s // EVERY_S),
        day=empty_baseline(p.day_window_s // _DAY_EVERY_S),
    )
