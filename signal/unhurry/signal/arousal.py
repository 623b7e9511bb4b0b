"""Is the heart up, for longer than a moment, with nothing that explains it?

In: a block of seconds and their `Features`. Out: the state of each second, the score, and arousal events.

    residual  = level - what movement explains
    score     = max(0, residual - usual) / spread

The usual is renewed every ten seconds of the recording's clock, and stays the same between. So a block is
taken in ticks of ten seconds: of most of them a glance says that nothing happens, and only where the heart is
up, an event lasts, or an exertion is over, are they gone through second by second. Both ways come to the
same, wherever the stream is cut: a part of a tick is treated as a whole one is.

The detector holds its state in the open; `copied` makes each `step` of the pipeline a function of what it was
given.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from .baseline import EVERY_S
from .episode import EventWatch, Judged
from .features import Features
from .gates import CODE, HELD, OPEN, gated
from .load import MEMORY_S, LoadState, explain
from .parameters import Parameters
from .posture import PostureState, Stood, initial_posture, stood_up, watch
from .records import ArousalEvent, Confidence, Ending, FloatArray, Int8Array, Int64Array, State
from .rest import Rest
from .ticks import Block, Tick, ticks
from .usual import Lines, Usual, initial_usual

_LONG_AGO_S = -(1 << 40)
_NAN = float("nan")

_CALM, _AROUSED = CODE[State.CALM], CODE[State.AROUSED]
_MOVING, _AFTER = CODE[State.MOVING], CODE[State.AFTER_EXERTION]
_POSTURE, _WARMING, _ASLEEP = CODE[State.POSTURE], CODE[State.WARMING_UP], CODE[State.ASLEEP]
_EXERTION = frozenset({_MOVING, _AFTER})
_TO_JUDGE = frozenset({OPEN, _MOVING, _AFTER, _POSTURE})
"""Codes whose seconds have a level that means something."""


class Judgements(NamedTuple):
    """What each second of a block came to."""

    state: Int8Array
    score: FloatArray
    baseline_bpm: FloatArray
    spread_bpm: FloatArray


class _Now(NamedTuple):
    """One second with a level."""

    at: int
    """Its position in the block."""
    t_s: int
    code: int
    level_bpm: float
    residual_bpm: float
    alone: bool


class _Taken(NamedTuple):
    """A tick that was gone through, and what came of it."""

    tick: Tick
    usual: tuple[float, float] | None
    code: int
    """What its open seconds are, if a glance was enough;"""
    codes: list[int]
    """what each second is, if it was not."""


@dataclass(slots=True)
class Detector:
    """Everything the loop remembers. Use `initial_detector`, and `copied` before `decide`."""

    usual: Usual
    watch: EventWatch = field(default_factory=EventWatch)
    posture: PostureState = field(default_factory=initial_posture)
    load: LoadState = field(default_factory=LoadState)
    after_until_s: int = _LONG_AGO_S
    posture_until_s: int = _LONG_AGO_S
    judged_s: int = 0
    """Last second that was judged."""
    state: int = CODE[State.NO_LINK]
    """Code of the last second that was not bridged,"""
    score: float = _NAN
    """and its score."""

    def copied(self) -> Detector:
        """Return an independent copy."""
        return replace(self, usual=self.usual.copied(), watch=self.watch.copied())

    def decide(
        self, p: Parameters, t_s: Int64Array, seen: Features, arrival_ms: Int64Array, out: list[ArousalEvent]
    ) -> Judgements:
        """Take in the consecutive seconds `t_s`, at least one; append what was confirmed or ended to `out`.

        `arrival_ms` is the arrival of the row that made each second decidable.
        """
        block = self._block(p, t_s, seen, arrival_ms)
        taken: list[_Taken] = []
        lines = self.usual.lines(p)
        for tick in ticks(block):
            code = self._glance(p, tick, lines)
            codes: list[int] = []
            if code is None:
                codes = self._second_by_second(p, block, tick, lines, out)
                last = code = codes[-1]
            else:
                last = code if tick.last_code == OPEN else tick.last_code
                if code == _CALM and tick.last_open >= tick.begin:
                    self.judged_s = tick.first_s + tick.last_open - tick.begin
            taken.append(_Taken(tick, lines.usual, code, codes))
            if tick.last_s % EVERY_S == EVERY_S - 1 and last != HELD:
                self.usual.learn(p, tick, last, self.watch)
                lines = self.usual.lines(p)
        return self._filled(block, taken)

    def finish(self, out: list[ArousalEvent]) -> None:
        """Append the final values of an event that is still open: `end_s` stays None unless it had
        settled.
        """
        if self.watch.event is not None:
            out.append(self.watch.event)

    def remember(self, p: Parameters, rest: Rest) -> None:
        """Begin with what was known before."""
        if self.usual.remember(p, rest):
            # Nobody saw what the wearer did meanwhile: a lid is often closed to walk somewhere.
            self.after_until_s = p.after_exertion_s

    def _block(self, p: Parameters, t_s: Int64Array, seen: Features, arrival_ms: Int64Array) -> Block:
        self.load, load = explain(p, self.load, t_s, seen.motion)
        known = (seen.age_s <= p.bridge_s + p.fresh_s) & (seen.silence_s <= p.bridge_s) & ~seen.paused
        level = np.where(known, seen.level_bpm, np.nan)
        self.posture, posture = watch(p, self.posture, t_s, level, seen.trunk_deg)
        return Block(
            t_s=t_s,
            arrival_ms=arrival_ms,
            level_bpm=seen.level_bpm,
            residual_bpm=seen.level_bpm - load.explained_bpm,
            quality=seen.quality,
            codes=gated(p, seen, load, posture),
            load=load,
            stood=posture.stood,
        )

    def _glance(self, p: Parameters, tick: Tick, lines: Lines) -> int | None:
        """Return what the open seconds of a tick are if no second of it can change anything but by being
        counted; None if one may.
        """
        if self.watch.busy or tick.level_bpm >= lines.effort_bpm:
            return None
        if tick.stood and any(stood_up(p, stood, self.usual.center) for stood in tick.stood):
            return None
        if tick.first_s < self.after_until_s:
            lasts = tick.last_s < self.after_until_s and not _recovered(p, tick.least_bpm, lines.usual)
            return _AFTER if lasts and tick.least_bpm > -np.inf else None
        if tick.first_s < self.posture_until_s:
            return _POSTURE if tick.last_s < self.posture_until_s else None
        if lines.usual is None:
            return _WARMING
        if self.usual.asleep:
            return _ASLEEP
        return _CALM if tick.residual_bpm < lines.nothing_bpm else None

    def _second_by_second(
        self, p: Parameters, block: Block, tick: Tick, lines: Lines, out: list[ArousalEvent]
    ) -> list[int]:
        """Go through a tick in which something happens or may; return the code of each second."""
        where = slice(tick.begin, tick.end)
        seconds = map(
            _Now,
            range(tick.begin, tick.end),
            range(tick.first_s, tick.last_s + 1),
            block.codes[where].tolist(),
            block.level_bpm[where].tolist(),
            block.residual_bpm[where].tolist(),
            block.load.alone[where].tolist(),
        )
        codes: list[int] = []
        for now in seconds:
            if self.watch.busy:
                if now.t_s - self.judged_s > p.lost_s:
                    self.watch.pause(self.judged_s, Ending.LOST)
                over = self.watch.over(p, now.t_s)
                if over is not None:
                    out.append(over)
            code = now.code
            if code in _TO_JUDGE:
                code = self._gate(p, now, block.stood.get(now.at), lines)
                if code in _EXERTION:
                    self.watch.pause(now.t_s, Ending.MOVED)
                elif code in (_POSTURE, _ASLEEP):
                    self.watch.forget_rise()
                elif code == OPEN and lines.usual is not None:
                    self.judged_s = now.t_s
                    if self.watch.busy or now.residual_bpm >= lines.nothing_bpm:
                        self._judge(p, block, now, lines.usual, out)
                    code = _AROUSED if self.watch.lasting else _CALM
            codes.append(code)
        return codes

    def _gate(self, p: Parameters, now: _Now, stood: Stood | None, lines: Lines) -> int:
        """Return the code of a second, now that the usual has a say."""
        if now.level_bpm >= lines.effort_bpm and (now.alone or now.code in _EXERTION):
            self.after_until_s = max(self.after_until_s, now.t_s + p.after_exertion_s)
        if stood is not None and stood_up(p, stood, self.usual.center):
            self.posture_until_s = now.t_s + p.posture_hold_s
        if now.code in _EXERTION:
            return now.code
        if now.t_s < self.after_until_s:
            if not _recovered(p, now.residual_bpm, lines.usual):
                return _AFTER
            self.after_until_s = now.t_s
        if now.code == _POSTURE or now.t_s < self.posture_until_s:
            return _POSTURE
        if lines.usual is None:
            return _WARMING
        return _ASLEEP if self.usual.asleep else OPEN

    def _judge(
        self, p: Parameters, block: Block, now: _Now, usual: tuple[float, float], out: list[ArousalEvent]
    ) -> None:
        at, alone, rest_s = now.at, now.alone, self.usual.rest_s
        rise_bpm = now.residual_bpm - usual[0]
        day_line_bpm = self.usual.alone_day_line_bpm if alone else self.usual.day_line_bpm
        sure = not alone and rest_s >= p.high_baseline_s and block.quality[at] >= p.high_quality
        confirmed = self.watch.follow(
            p,
            Judged(
                t_s=now.t_s,
                arrival_ms=int(block.arrival_ms[at]),
                level_bpm=now.level_bpm,
                usual_bpm=usual[0],
                rise_bpm=rise_bpm,
                z=rise_bpm / usual[1],
                over_day=now.residual_bpm > day_line_bpm,
                stirring=bool(block.load.brisk_bpm[at] >= p.load_still_bpm),
                alone=alone,
                confidence=Confidence.HIGH if sure else Confidence.LOW,
                rest_s=rest_s,
            ),
        )
        if confirmed is not None:
            self.usual.recent.disown(confirmed.start_s)
            out.append(confirmed)

    def _filled(self, block: Block, taken: list[_Taken]) -> Judgements:
        """Return state, score, usual and spread of every second; what is bridged takes those before it."""
        lengths = [each.tick.end - each.tick.begin for each in taken]
        quiet = np.repeat(np.array([each.code for each in taken], np.int8), lengths)
        state = np.where(block.codes == OPEN, quiet, block.codes)
        for each in taken:
            if each.codes:
                state[each.tick.begin : each.tick.end] = each.codes
        usual = np.array([each.usual or (_NAN, _NAN) for each in taken])
        baseline, spread = np.repeat(usual[:, 0], lengths), np.repeat(usual[:, 1], lengths)
        judged = (state == _CALM) | (state == _AROUSED)
        score = np.where(judged, np.maximum(0.0, block.residual_bpm - baseline) / spread, np.nan)
        bridged = state == HELD
        if bridged.any():
            last = np.maximum.accumulate(np.where(bridged, -1, np.arange(len(state))))
            state = np.where(last < 0, np.int8(self.state), state[last])
            score = np.where(last < 0, self.score, score[last])
        self.state, self.score = int(state[-1]), float(score[-1])
        return Judgements(state, score, baseline, spread)


def knows_motion(detector: Detector, t_s: int) -> bool:
    """Return whether movement was heard of within the last minute."""
    return detector.load.known_s is not None and t_s - detector.load.known_s <= MEMORY_S


def initial_detector(p: Parameters, rest: Rest) -> Detector:
    """Return the detector before the first second."""
    detector = Detector(initial_usual(p))
    if len(rest):
        detector.remember(p, rest)
    return detector


def _recovered(p: Parameters, residual_bpm: float, usual: tuple[float, float] | None) -> bool:
    """Return whether the heart is back near its usual after an exertion; never while there is none."""
    return usual is not None and residual_bpm - usual[0] < p.recovered_z * usual[1]
