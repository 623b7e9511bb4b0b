"""Is the heart up, for longer than a moment, with nothing that explains it?

In: one `Moment` of features per second. Out: the state of that second, the score, and arousal events.

A plain loop on floats at second rate: verdict, baseline and event feed back into each other. The detector
holds its state in the open; `copied` makes each `step` of the pipeline a function of what it was given.

    z     = (level - usual) / spread
    z_v   = (usual of ln RMSSD - ln RMSSD) / its spread
    score = max(0, z) + 0.5 min(2, max(0, z_v))
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import NamedTuple

import numpy as np

from .baseline import EVERY_S, Baseline, empty_baseline
from .episode import EventWatch, Judged
from .parameters import Parameters
from .posture import PostureWatch
from .records import ArousalEvent, Confidence, Ending, State
from .rest import Rest

_MIN_LN_SPREAD = 0.15
"""Floor of the spread of ln RMSSD."""
_VARIABILITY_WEIGHT = 0.5
_VARIABILITY_CEILING = 2.0
_DAY_EVERY_S = 60
_MOTION_MEMORY_S = 60
"""Without a movement sample for this long the recording counts as one without movement."""
_NAN = float("nan")
_INFINITE = float("inf")


class Moment(NamedTuple):
    """Features of one second."""

    t_s: int
    level_bpm: float
    age_s: float
    """Seconds since the newest accepted value; infinite before the first."""
    silence_s: float
    """Seconds since anything of the heart arrived."""
    rmssd_ms: float
    motion: float
    """Intensity, NaN where unknown."""
    trunk_deg: float
    """Angle of the trunk from upright, NaN where unknown."""
    uneven: bool
    noisy: bool
    off_body: bool
    paused: bool
    quality: float
    arrival_ms: int
    """Arrival of the row that made this second decidable."""


class Judgement(NamedTuple):
    """What one second came to."""

    state: State
    score: float
    baseline_bpm: float
    spread_bpm: float


@dataclass(slots=True)
class Detector:
    """Everything the loop remembers. Use `initial_detector`, and `copied` before `decide`."""

    usual: Baseline
    usual_ln: Baseline
    day: Baseline
    posture: PostureWatch
    watch: EventWatch
    center: tuple[float, float] | None = None
    """(median, spread) of the level, renewed every ten seconds."""
    center_ln: tuple[float, float] | None = None
    day_line_bpm: float | None = None
    state: State = State.NO_LINK
    score: float = _NAN
    motion: float = _NAN
    motion_s: int | None = None
    moved_s: int = 0
    """Seconds of movement, paid back one by one in stillness."""
    after_until_s: int = -(1 << 40)
    posture_until_s: int = -(1 << 40)
    judged_s: int = 0
    """Last second that was judged."""
    rest_before_s: int = 0
    """Time at rest that was known before the recording began."""

    def copied(self) -> Detector:
        """Return an independent copy."""
        return Detector(
            usual=self.usual.copied(),
            usual_ln=self.usual_ln.copied(),
            day=self.day.copied(),
            posture=self.posture.copied(),
            watch=self.watch.copied(),
            center=self.center,
            center_ln=self.center_ln,
            day_line_bpm=self.day_line_bpm,
            state=self.state,
            score=self.score,
            motion=self.motion,
            motion_s=self.motion_s,
            moved_s=self.moved_s,
            after_until_s=self.after_until_s,
            posture_until_s=self.posture_until_s,
            judged_s=self.judged_s,
            rest_before_s=self.rest_before_s,
        )

    def decide(self, p: Parameters, now: Moment, out: list[ArousalEvent]) -> Judgement:
        """Take in one second; append events that were confirmed or have ended to `out`."""
        if now.t_s - self.judged_s > p.lost_s:
            self.watch.pause(self.judged_s, Ending.LOST)
        over = self.watch.over(p, now.t_s)
        if over is not None:
            out.append(over)
        if now.paused:
            self.state, self.score = State.PAUSED, _NAN
        elif now.age_s > p.fresh_s:
            self._without_data(p, now)
        else:
            self._with_data(p, now, out)
        center = self._known_usual(p) or (_NAN, _NAN)
        return Judgement(self.state, self.score, center[0], max(center[1], p.min_spread_bpm))

    def finish(self, out: list[ArousalEvent]) -> None:
        """Append the final values of an event that is still open: `end_s` stays None unless it had
        settled.
        """
        if self.watch.event is not None:
            out.append(self.watch.event)

    def _known_usual(self, p: Parameters) -> tuple[float, float] | None:
        """Return (median, spread) of the level, or None while it rests on too little to be called usual."""
        return self.center if self.usual.taken * EVERY_S >= p.warm_up_s else None

    def _without_data(self, p: Parameters, now: Moment) -> None:
        # The verdicts lag two beats, on both sides of a gap: its length is what counts, not the age of
        # what was accepted.
        if now.silence_s <= p.bridge_s and now.age_s <= p.bridge_s + p.fresh_s:
            return  # Bridged: level, score, timers and state hold.
        self.score = _NAN
        if now.age_s == _INFINITE and now.silence_s <= p.bridge_s and not now.off_body:
            self.state = State.WARMING_UP  # the first beats of all, and no verdict on them yet
            return
        self.state = State.OFF_BODY if now.off_body else State.NOISY if now.noisy else State.NO_LINK

    def _with_data(self, p: Parameters, now: Moment, out: list[ArousalEvent]) -> None:
        alone = self._motion_unknown(now)
        gate = self._gate(p, now, alone=alone)
        if now.t_s % EVERY_S == 0:
            self._learn(p, now, gated=gate is not None)
        self.score = _NAN
        if gate is not None:
            self.state = gate
            if gate in (State.MOVING, State.AFTER_EXERTION):
                self.watch.pause(now.t_s, Ending.MOVED)
            elif gate is State.POSTURE:
                self.watch.forget_rise()
            return
        usual = self._known_usual(p)
        if usual is None:
            self.state = State.WARMING_UP
            return
        self.judged_s = now.t_s
        z, self.score = self._score(p, now, usual)
        confirmed = self.watch.follow(
            p,
            Judged(
                t_s=now.t_s,
                arrival_ms=now.arrival_ms,
                level_bpm=now.level_bpm,
                usual_bpm=usual[0],
                z=z,
                score=self.score,
                over_day=self.day_line_bpm is None or now.level_bpm > self.day_line_bpm,
                alone=alone,
                confidence=self._confidence(p, now, alone=alone),
                rest_s=self._rest_s(),
            ),
        )
        if confirmed is not None:
            self.usual.disown(confirmed.start_s)
            self.usual_ln.disown(confirmed.start_s)
            out.append(confirmed)
        self.state = State.AROUSED if self.watch.lasting else State.CALM

    def _confidence(self, p: Parameters, now: Moment, *, alone: bool) -> Confidence:
        sure = not alone and self._rest_s() >= p.high_baseline_s and now.quality >= p.high_quality
        return Confidence.HIGH if sure else Confidence.LOW

    def _rest_s(self) -> int:
        """Return how long the wearer was seen at rest, today and ever."""
        return self.rest_before_s + self.usual.taken * EVERY_S

    def _motion_unknown(self, now: Moment) -> bool:
        if now.motion == now.motion:
            self.motion, self.motion_s = now.motion, now.t_s
        return not knows_motion(self, now.t_s)

    def _gate(self, p: Parameters, now: Moment, *, alone: bool) -> State | None:
        """Return the state that keeps this second from being judged, or None."""
        if now.level_bpm != now.level_bpm:
            return State.WARMING_UP
        if now.uneven:
            return State.UNEVEN
        if now.noisy:
            return State.NOISY
        effort = self._effort(p, now.level_bpm)
        if not alone and self.motion >= 1.0:
            self.moved_s += 1
            shadow_s = p.after_exertion_s if effort else p.after_moving_s
            until_s = now.t_s + min(shadow_s, p.shadow_per_moving_s * self.moved_s)
            self.after_until_s = max(self.after_until_s, until_s)
            return State.MOVING
        self.moved_s = max(0, self.moved_s - 1)
        if alone and effort:
            self.after_until_s = max(self.after_until_s, now.t_s + p.after_exertion_s)
        if self.posture.stood_up(p, now.t_s, now.level_bpm, self.center):
            self.posture_until_s = now.t_s + p.posture_hold_s
        turned = self.posture.turned(p, now.t_s, now.level_bpm, now.trunk_deg)
        if now.t_s < self.after_until_s:
            if not self._recovered(p, now.level_bpm):
                return State.AFTER_EXERTION
            self.after_until_s = now.t_s
        if turned or now.t_s < self.posture_until_s:
            return State.POSTURE
        return None

    def _recovered(self, p: Parameters, level_bpm: float) -> bool:
        """Whether the heart is back near its usual: then movement explains nothing any longer."""
        usual = self._known_usual(p)
        if usual is None:
            return False
        return level_bpm - usual[0] < p.off_z * max(usual[1], p.min_spread_bpm)

    def _effort(self, p: Parameters, level_bpm: float) -> bool:
        """Whether the level is that of exertion; unknown, so no, until there is a usual to start from."""
        if self.center is None:
            return False
        rest = max(p.hr_rest_bpm, self.center[0])
        return level_bpm - rest > p.reserve_gate * (p.hr_max_bpm - rest)

    def _learn(self, p: Parameters, now: Moment, *, gated: bool) -> None:
        if not gated:
            event = self.watch.event
            # An event that will not end is no event: the usual has moved.
            if event is None or event.end_s is not None or now.t_s - event.start_s > p.absorb_after_s:
                self.usual.take(now.t_s, now.level_bpm)
                if now.rmssd_ms > 0:
                    self.usual_ln.take(now.t_s, log(now.rmssd_ms))
            if now.t_s % _DAY_EVERY_S == 0:
                self.day.take(now.t_s, now.level_bpm)
                self.day.mature(now.t_s)
                self._draw_day_line(p)
        until = now.t_s - p.baseline_delay_s
        self.usual.mature(until)
        self.usual_ln.mature(until)
        self.center = self.usual.usual()
        self.center_ln = self.usual_ln.usual()

    def _draw_day_line(self, p: Parameters) -> None:
        enough = self.day.taken * _DAY_EVERY_S >= p.day_from_s
        line = self.day.share(p.day_quantile) if enough else None
        self.day_line_bpm = None if line is None else line + p.day_margin_bpm

    def remember(self, p: Parameters, rest: Rest) -> None:
        """Begin with what was known before."""
        usual = rest.younger_than(p.carry_s)
        each = _DAY_EVERY_S // EVERY_S
        self.usual.remember(np.repeat(usual.hr_bpm, each).tolist())
        self.usual_ln.remember(np.log(np.repeat(usual.rmssd_ms[usual.rmssd_ms > 0], each)).tolist())
        self.center, self.center_ln = self.usual.usual(), self.usual_ln.usual()
        self.day.remember(rest.younger_than(p.day_carry_s).hr_bpm.tolist())
        self._draw_day_line(p)
        self.rest_before_s = max(0, rest.known_s - self.usual.taken * EVERY_S)
        if len(usual):
            # Nobody saw what the wearer did meanwhile: a lid is often closed to walk somewhere.
            self.after_until_s = p.after_exertion_s

    def _score(self, p: Parameters, now: Moment, usual: tuple[float, float]) -> tuple[float, float]:
        z = (now.level_bpm - usual[0]) / max(usual[1], p.min_spread_bpm)
        score = max(0.0, z)
        if self.center_ln is not None and now.rmssd_ms > 0:
            z_v = (self.center_ln[0] - log(now.rmssd_ms)) / max(self.center_ln[1], _MIN_LN_SPREAD)
            score += _VARIABILITY_WEIGHT * min(_VARIABILITY_CEILING, max(0.0, z_v))
        return z, score


def knows_motion(detector: Detector, t_s: int) -> bool:
    """Return whether movement was heard of within the last minute."""
    return detector.motion_s is not None and t_s - detector.motion_s <= _MOTION_MEMORY_S


def initial_detector(p: Parameters, rest: Rest) -> Detector:
    """Return the detector before the first second."""
    detector = Detector(
        usual=empty_baseline(p.baseline_window_s // EVERY_S),
        usual_ln=empty_baseline(p.baseline_window_s // EVERY_S),
        day=empty_baseline(p.day_window_s // _DAY_EVERY_S),
        posture=PostureWatch.fresh(),
        watch=EventWatch(),
    )
    if len(rest):
        detector.remember(p, rest)
    return detector
