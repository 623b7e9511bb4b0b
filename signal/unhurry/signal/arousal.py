"""Is the heart up, for longer than a moment, with nothing that explains it?

In: one `Moment` of features per second. Out: the state of that second, the score, and arousal events
with hysteresis.

A plain loop on floats at second rate: verdict, baseline and event feed back into each other. The
detector holds its state in the open; `copied` makes each `step` of the pipeline a function of what it
was given.

    score = max(0, z) + 0.5 min(2, max(0, z_v))     z = (level - usual) / spread,  z_v = (usual - ln
    RMSSD) / spread on    score and rise over their lines for `sustain_s`, and over the day's upper
    resting level off   z below `off_z` for `settle_s`; a new rise within `merge_gap_s` of that is the
    same event
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace
from math import log
from typing import NamedTuple

from .baseline import EVERY_S, Baseline, empty_baseline
from .parameters import Parameters
from .posture import PostureWatch
from .records import ArousalEvent, Confidence, Ending, State

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
    uneven: bool
    noisy: bool
    off_body: bool
    quality: float
    arrival_ms: int
    """Arrival of the row that made this second decidable."""


class Judgement(NamedTuple):
    """What one second came to."""

    state: State
    score: float
    baseline_bpm: float
    spread_bpm: float


class _Rise(NamedTuple):
    """A rise over the lines without a break."""

    onset_s: int
    held_s: int
    """Seconds of it with data."""
    peak_s: int
    peak_bpm: float
    peak_score: float


@dataclass(slots=True)
class Detector:
    """Everything the loop remembers. Use `initial_detector`, and `copied` before `decide`."""

    usual: Baseline
    usual_ln: Baseline
    day: Baseline
    posture: PostureWatch
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
    rise: _Rise | None = None
    """A rise that is not an event yet."""
    events: int = 0
    event: ArousalEvent | None = None
    settled_since_s: int | None = None
    settled_for_s: int = 0

    def copied(self) -> Detector:
        """Return an independent copy."""
        other = copy(self)
        other.usual = self.usual.copied()
        other.usual_ln = self.usual_ln.copied()
        other.day = self.day.copied()
        other.posture = self.posture.copied()
        return other

    def decide(self, p: Parameters, now: Moment, out: list[ArousalEvent]) -> Judgement:
        """Take in one second; append events that were confirmed or have ended to `out`."""
        if now.t_s - self.judged_s > p.lost_s:
            self.rise = None
            self._pause(self.judged_s, Ending.LOST)
        self._close_what_is_over(p, now.t_s, out)
        if now.age_s > p.fresh_s:
            self._without_data(p, now)
        else:
            self._with_data(p, now, out)
        center = self._known_usual(p) or (_NAN, _NAN)
        return Judgement(self.state, self.score, center[0], max(center[1], p.min_spread_bpm))

    def finish(self, out: list[ArousalEvent]) -> None:
        """Append the final values of an event that is still open: `end_s` stays None unless it had
        settled.
        """
        if self.event is not None:
            out.append(self.event)

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
                self.rise = None
                self._pause(now.t_s, Ending.MOVED)
            elif gate is State.POSTURE:
                self.rise = None
            return
        usual = self._known_usual(p)
        if usual is None:
            self.state = State.WARMING_UP
            return
        self.judged_s = now.t_s
        rise, z, self.score = self._score(p, now, usual)
        self._follow_event(p, now, z)
        lines = (
            (p.alone_on_score, p.alone_on_rise_bpm, p.alone_sustain_s)
            if alone
            else (p.on_score, p.on_rise_bpm, p.sustain_s)
        )
        self._follow_rise(p, now, rise, lines, out, alone=alone)
        lasting = self.event is not None and self.event.end_s is None
        self.state = State.AROUSED if lasting else State.CALM

    def _motion_unknown(self, now: Moment) -> bool:
        if now.motion == now.motion:
            self.motion, self.motion_s = now.motion, now.t_s
        return self.motion_s is None or now.t_s - self.motion_s > _MOTION_MEMORY_S

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
        if self.posture.stood_up(p, now.level_bpm, self.center):
            self.posture_until_s = now.t_s + p.posture_hold_s
        if now.t_s < self.after_until_s:
            return State.AFTER_EXERTION
        if now.t_s < self.posture_until_s:
            return State.POSTURE
        return None

    def _effort(self, p: Parameters, level_bpm: float) -> bool:
        """Whether the level is that of exertion; unknown, so no, until there is a usual to start from."""
        if self.center is None:
            return False
        rest = max(p.hr_rest_bpm, self.center[0])
        return level_bpm - rest > p.reserve_gate * (p.hr_max_bpm - rest)

    def _learn(self, p: Parameters, now: Moment, *, gated: bool) -> None:
        if not gated:
            lasting = self.event is not None and self.event.end_s is None
            if not lasting or (self.event is not None and now.t_s - self.event.start_s > p.absorb_after_s):
                self.usual.take(now.t_s, now.level_bpm)
                if now.rmssd_ms > 0:
                    self.usual_ln.take(now.t_s, log(now.rmssd_ms))
            if now.t_s % _DAY_EVERY_S == 0:
                self.day.take(now.t_s, now.level_bpm)
                self.day.mature(now.t_s)
                enough = self.day.taken * _DAY_EVERY_S >= p.day_from_s
                line = self.day.share(p.day_quantile) if enough else None
                self.day_line_bpm = None if line is None else line + p.day_margin_bpm
        until = now.t_s - p.baseline_delay_s
        self.usual.mature(until)
        self.usual_ln.mature(until)
        self.center = self.usual.usual()
        self.center_ln = self.usual_ln.usual()

    def _score(self, p: Parameters, now: Moment, center: tuple[float, float]) -> tuple[float, float, float]:
        rise = now.level_bpm - center[0]
        z = rise / max(center[1], p.min_spread_bpm)
        score = max(0.0, z)
        if self.center_ln is not None and now.rmssd_ms > 0:
            z_v = (self.center_ln[0] - log(now.rmssd_ms)) / max(self.center_ln[1], _MIN_LN_SPREAD)
            score += _VARIABILITY_WEIGHT * min(_VARIABILITY_CEILING, max(0.0, z_v))
        return rise, z, score

    def _follow_rise(
        self,
        p: Parameters,
        now: Moment,
        rise: float,
        lines: tuple[float, float, int],
        out: list[ArousalEvent],
        *,
        alone: bool,
    ) -> None:
        over_day = self.day_line_bpm is None or now.level_bpm > self.day_line_bpm
        if not (self.score >= lines[0] and rise >= lines[1] and over_day):
            self.rise = None
            return
        so_far = self.rise or _Rise(now.t_s, 0, now.t_s, now.level_bpm, self.score)
        higher = now.level_bpm > so_far.peak_bpm
        self.rise = _Rise(
            onset_s=so_far.onset_s,
            held_s=so_far.held_s + 1,
            peak_s=now.t_s if higher else so_far.peak_s,
            peak_bpm=now.level_bpm if higher else so_far.peak_bpm,
            peak_score=max(self.score, so_far.peak_score),
        )
        if self.rise.held_s < lines[2]:
            return
        if self.event is None:
            self.event = self._confirmed(p, now, self.rise, alone=alone)
            out.append(self.event)
        elif self.event.end_s is not None:
            self.event = _raised(replace(self.event, end_s=None, ending=None), self.rise)
        else:
            return
        self.settled_since_s, self.settled_for_s = None, 0

    def _confirmed(self, p: Parameters, now: Moment, rise: _Rise, *, alone: bool) -> ArousalEvent:
        self.usual.disown(rise.onset_s)
        self.usual_ln.disown(rise.onset_s)
        sure = not alone and self.usual.taken * EVERY_S >= p.high_baseline_s and now.quality >= p.high_quality
        self.events += 1
        return ArousalEvent(
            number=self.events,
            start_s=float(rise.onset_s),
            confirmed_s=now.arrival_ms / 1000,
            peak_s=float(rise.peak_s),
            end_s=None,
            ending=None,
            hr_peak_bpm=rise.peak_bpm,
            hr_baseline_bpm=self.center[0] if self.center else _NAN,
            score_peak=rise.peak_score,
            confidence=Confidence.HIGH if sure else Confidence.LOW,
        )

    def _follow_event(self, p: Parameters, now: Moment, z: float) -> None:
        event = self.event
        if event is None or event.end_s is not None:
            return
        if now.level_bpm > event.hr_peak_bpm:
            event = replace(event, hr_peak_bpm=now.level_bpm, peak_s=float(now.t_s))
        if self.score > event.score_peak:
            event = replace(event, score_peak=self.score)
        if z >= p.off_z:
            self.settled_since_s, self.settled_for_s = None, 0
        else:
            if self.settled_since_s is None:
                self.settled_since_s = now.t_s
            self.settled_for_s += 1
            if self.settled_for_s >= p.settle_s:
                event = replace(event, end_s=float(self.settled_since_s), ending=Ending.SETTLED)
        self.event = event

    def _pause(self, t_s: int, ending: Ending) -> None:
        """Let an event that lasts end at `t_s`, unless a new rise soon says that it goes on."""
        if self.event is not None and self.event.end_s is None:
            self.event = replace(self.event, end_s=float(t_s), ending=ending)
            self.settled_since_s, self.settled_for_s = None, 0

    def _close_what_is_over(self, p: Parameters, t_s: int, out: list[ArousalEvent]) -> None:
        """Hand over an event that ended so long ago that no new rise can belong to it."""
        if self.event is None or self.event.end_s is None:
            return
        last_s = self.event.end_s + p.merge_gap_s
        if t_s > last_s and (self.rise is None or self.rise.onset_s > last_s):
            out.append(self.event)
            self.event = None


def _raised(event: ArousalEvent, rise: _Rise) -> ArousalEvent:
    """Return the event with the peak of a rise that belongs to it."""
    if rise.peak_bpm > event.hr_peak_bpm:
        event = replace(event, hr_peak_bpm=rise.peak_bpm, peak_s=float(rise.peak_s))
    return replace(event, score_peak=max(event.score_peak, rise.peak_score))


def initial_detector(p: Parameters) -> Detector:
    """Return the detector before the first second."""
    return Detector(
        usual=empty_baseline(p.baseline_window_s // EVERY_S),
        usual_ln=empty_baseline(p.baseline_window_s // EVERY_S),
        day=empty_baseline(p.day_window_s // _DAY_EVERY_S),
        posture=PostureWatch.fresh(),
    )
