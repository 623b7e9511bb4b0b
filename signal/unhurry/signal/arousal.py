"""Is the heart up, for longer than a moment, with nothing that explains it?

In: a block of seconds and their `Features`. Out: the state of each second, the score, and arousal events.

    residual  = level - what movement explains
    score     = max(0, residual - usual) / spread

The usual is renewed every ten seconds of the recording's clock, and stays the same between. So a block is
taken in ticks of ten seconds: of most of them a glance says that nothing happens, and only where the heart is
up, an event lasts, or an exertion is remembered, are they gone through second by second. Both ways come to
the same, wherever the stream is cut: a part of a tick is treated as a whole one is.

The detector holds its state in the open; `copied` makes each `step` of the pipeline a function of what it was
given.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from .baseline import EVERY_S, Baseline, empty_baseline
from .episode import EventWatch, Judged
from .features import Features
from .gates import CODE, HELD, OPEN, gated
from .load import MEMORY_S, Load, LoadState, explain
from .parameters import Parameters
from .posture import PostureState, Stood, initial_posture, stood_up, watch
from .records import ArousalEvent, Confidence, Ending, FloatArray, Int8Array, Int64Array, State
from .rest import Rest

_DAY_EVERY_S = 60
_LONG_AGO_S = -(1 << 40)
_NAN = float("nan")
_INFINITE = float("inf")

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


class _Block(NamedTuple):
    """A block of seconds, before the usual has a say."""

    t_s: Int64Array
    arrival_ms: Int64Array
    level_bpm: FloatArray
    residual_bpm: FloatArray
    quality: FloatArray
    codes: Int8Array
    load: Load
    stood: dict[int, Stood]


class _Tick(NamedTuple):
    """Ten seconds of a block or a part of them: what a glance takes in."""

    begin: int
    end: int
    first_s: int
    last_s: int
    level_bpm: float
    """Highest level of the seconds that have one,"""
    residual_bpm: float
    """and highest residual of those that are open; minus infinity without any."""
    last_open: int
    """Position of the last open second up to the end,"""
    last_code: int
    """and of the last second the code,"""
    last_residual_bpm: float
    last_stir: float
    last_alone: bool
    stood: tuple[Stood, ...]
    """Seconds that may tell of standing up."""


class _Now(NamedTuple):
    """One second with a level."""

    t_s: int
    code: int
    level_bpm: float
    residual_bpm: float
    alone: bool
    stood: Stood | None


@dataclass(slots=True)
class Detector:
    """Everything the loop remembers. Use `initial_detector`, and `copied` before `decide`."""

    usual: Baseline
    day: Baseline
    watch: EventWatch = field(default_factory=EventWatch)
    posture: PostureState = field(default_factory=initial_posture)
    load: LoadState = field(default_factory=LoadState)
    center: tuple[float, float] | None = None
    """(median, spread) of the residual, renewed every ten seconds."""
    day_line_bpm: float = -_INFINITE
    """The day's upper resting level,"""
    alone_day_line_bpm: float = -_INFINITE
    """the same for when movement is unknown; both low while too little of the day is known."""
    day_median_bpm: float | None = None
    asleep: bool = False
    after_until_s: int = _LONG_AGO_S
    posture_until_s: int = _LONG_AGO_S
    judged_s: int = 0
    """Last second that was judged."""
    rest_before_s: int = 0
    """Time at rest that was known before the recording began."""
    state: int = CODE[State.NO_LINK]
    """Code of the last second that was not bridged,"""
    score: float = _NAN
    """and its score."""

    def copied(self) -> Detector:
        """Return an independent copy."""
        return replace(self, usual=self.usual.copied(), day=self.day.copied(), watch=self.watch.copied())

    def decide(
        self, p: Parameters, t_s: Int64Array, seen: Features, arrival_ms: Int64Array, out: list[ArousalEvent]
    ) -> Judgements:
        """Take in the consecutive seconds `t_s`, at least one; append what was confirmed or ended to `out`.

        `arrival_ms` is the arrival of the row that made each second decidable.
        """
        block = self._block(p, t_s, seen, arrival_ms)
        ticks = _ticks(block)
        centers: list[tuple[float, float]] = []
        quiet: list[int] = []
        closely: list[tuple[_Tick, list[int]]] = []
        for tick in ticks:
            center = self._known_usual(p)
            centers.append(center or (_NAN, _NAN))
            code = self._quiet_code(tick, center)
            quiet.append(code)
            if self._nothing_happens(p, tick, center):
                if code == _CALM and tick.last_open >= tick.begin:
                    self.judged_s = tick.first_s + tick.last_open - tick.begin
                last = code if tick.last_code == OPEN else tick.last_code
            else:
                codes = self._second_by_second(p, block, tick, center, out)
                closely.append((tick, codes))
                last = codes[-1]
            if tick.last_s % EVERY_S == EVERY_S - 1 and last != HELD:
                self._learn(p, tick, last)
        state, score, baseline, spread = self._filled(p, block, ticks, quiet, closely, centers)
        return Judgements(state, score, baseline, spread)

    def finish(self, out: list[ArousalEvent]) -> None:
        """Append the final values of an event that is still open: `end_s` stays None unless it had
        settled.
        """
        if self.watch.event is not None:
            out.append(self.watch.event)

    def remember(self, p: Parameters, rest: Rest) -> None:
        """Begin with what was known before."""
        usual = rest.younger_than(p.carry_s)
        self.usual.remember(np.repeat(usual.hr_bpm, _DAY_EVERY_S // EVERY_S).tolist())
        self.center = self.usual.usual()
        self.day.remember(rest.younger_than(p.day_carry_s).hr_bpm.tolist())
        self._draw_day(p)
        self.rest_before_s = max(0, rest.known_s - self.usual.taken * EVERY_S)
        if len(usual):
            # Nobody saw what the wearer did meanwhile: a lid is often closed to walk somewhere.
            self.after_until_s = p.after_exertion_s

    def _block(self, p: Parameters, t_s: Int64Array, seen: Features, arrival_ms: Int64Array) -> _Block:
        self.load, load = explain(p, self.load, t_s, seen.motion)
        known = (seen.age_s <= p.bridge_s + p.fresh_s) & (seen.silence_s <= p.bridge_s) & ~seen.paused
        level = np.where(known, seen.level_bpm, np.nan)
        self.posture, posture = watch(p, self.posture, t_s, level, seen.trunk_deg)
        return _Block(
            t_s=t_s,
            arrival_ms=arrival_ms,
            level_bpm=seen.level_bpm,
            residual_bpm=seen.level_bpm - load.explained_bpm,
            quality=seen.quality,
            codes=gated(p, seen, load, posture),
            load=load,
            stood=posture.stood,
        )

    def _known_usual(self, p: Parameters) -> tuple[float, float] | None:
        """Return (median, spread) of the residual, None while it rests on too little to be called usual."""
        if self.center is None or self.usual.taken * EVERY_S < p.warm_up_s:
            return None
        return self.center[0], max(self.center[1], p.min_spread_bpm)

    def _quiet_code(self, tick: _Tick, center: tuple[float, float] | None) -> int:
        """Return what the open seconds of a tick are in which nothing happens."""
        if tick.last_s < self.posture_until_s:
            return _POSTURE
        return _WARMING if center is None else _ASLEEP if self.asleep else _CALM

    def _nothing_happens(self, p: Parameters, tick: _Tick, center: tuple[float, float] | None) -> bool:
        """Whether no second of the tick can change anything but by being counted."""
        if self.watch.event is not None or self.watch.rise is not None:
            return False
        if tick.first_s < self.after_until_s or tick.first_s < self.posture_until_s <= tick.last_s:
            return False
        if tick.stood and any(stood_up(p, stood, self.center) for stood in tick.stood):
            return False
        if tick.level_bpm >= self._effort_bpm(p):
            return False
        if center is None:
            return True
        line = center[0] + max(
            min(p.on_rise_bpm, p.alone_on_rise_bpm), min(p.on_score, p.alone_on_score) * center[1]
        )
        line = max(line, min(self.day_line_bpm, self.alone_day_line_bpm))
        # A hair of room: here the line is computed in another order than the score.
        return tick.residual_bpm < line - 1e-6

    def _second_by_second(
        self,
        p: Parameters,
        block: _Block,
        tick: _Tick,
        usual: tuple[float, float] | None,
        out: list[ArousalEvent],
    ) -> list[int]:
        """Go through a tick in which something happens or may; return the code of each second."""
        where = slice(tick.begin, tick.end)
        rows = zip(
            range(tick.begin, tick.end),
            block.codes[where].tolist(),
            block.level_bpm[where].tolist(),
            block.residual_bpm[where].tolist(),
            block.load.alone[where].tolist(),
            strict=True,
        )
        codes: list[int] = []
        for at, given, level_bpm, residual_bpm, alone in rows:
            t_s = tick.first_s + at - tick.begin
            if t_s - self.judged_s > p.lost_s:
                self.watch.pause(self.judged_s, Ending.LOST)
            over = self.watch.over(p, t_s)
            if over is not None:
                out.append(over)
            code = given
            if given in _TO_JUDGE:
                now = _Now(t_s, given, level_bpm, residual_bpm, alone, block.stood.get(at))
                code = self._gate(p, now, usual)
                if code in _EXERTION:
                    self.watch.pause(t_s, Ending.MOVED)
                elif code in (_POSTURE, _ASLEEP):
                    self.watch.forget_rise()
                elif code == OPEN and usual is not None:
                    self._judge(p, block, at, t_s, usual, out)
                    code = _AROUSED if self.watch.lasting else _CALM
            codes.append(code)
        return codes

    def _gate(self, p: Parameters, now: _Now, usual: tuple[float, float] | None) -> int:
        """Return the code of a second, now that the usual has a say."""
        if (now.alone or now.code in _EXERTION) and now.level_bpm >= self._effort_bpm(p):
            self.after_until_s = max(self.after_until_s, now.t_s + p.after_exertion_s)
        if now.stood is not None and stood_up(p, now.stood, self.center):
            self.posture_until_s = now.t_s + p.posture_hold_s
        if now.code in _EXERTION:
            return now.code
        if now.t_s < self.after_until_s:
            if usual is None or now.residual_bpm - usual[0] >= p.recovered_z * usual[1]:
                return _AFTER
            self.after_until_s = now.t_s
        if now.code == _POSTURE or now.t_s < self.posture_until_s:
            return _POSTURE
        if usual is None:
            return _WARMING
        return _ASLEEP if self.asleep else OPEN

    def _judge(
        self,
        p: Parameters,
        block: _Block,
        at: int,
        t_s: int,
        usual: tuple[float, float],
        out: list[ArousalEvent],
    ) -> None:
        self.judged_s = t_s
        residual_bpm, alone = float(block.residual_bpm[at]), bool(block.load.alone[at])
        z = (residual_bpm - usual[0]) / usual[1]
        sure = not alone and self._rest_s() >= p.high_baseline_s and block.quality[at] >= p.high_quality
        confirmed = self.watch.follow(
            p,
            Judged(
                t_s=t_s,
                arrival_ms=int(block.arrival_ms[at]),
                level_bpm=float(block.level_bpm[at]),
                usual_bpm=usual[0],
                rise_bpm=residual_bpm - usual[0],
                z=z,
                over_day=residual_bpm > (self.alone_day_line_bpm if alone else self.day_line_bpm),
                stirring=bool(block.load.brisk_bpm[at] >= p.load_still_bpm),
                alone=alone,
                confidence=Confidence.HIGH if sure else Confidence.LOW,
                rest_s=self._rest_s(),
            ),
        )
        if confirmed is not None:
            self.usual.disown(confirmed.start_s)
            out.append(confirmed)

    def _rest_s(self) -> int:
        """Return how long the wearer was seen at rest, today and ever."""
        return self.rest_before_s + self.usual.taken * EVERY_S

    def _effort_bpm(self, p: Parameters) -> float:
        """Return the level that is one of exertion: infinite until there is a usual to start from."""
        if self.center is None:
            return _INFINITE
        rest = max(p.hr_rest_bpm, self.center[0])
        return rest + p.reserve_gate * (p.hr_max_bpm - rest)

    def _learn(self, p: Parameters, tick: _Tick, code: int) -> None:
        """Let the last second of a whole tick into the usual, if it is one of rest."""
        t_s = tick.last_s
        if code in (_CALM, _AROUSED, _WARMING) and tick.last_residual_bpm == tick.last_residual_bpm:
            event = self.watch.event
            # An event that will not end is no event: the usual has moved.
            if event is None or event.end_s is not None or t_s - event.start_s > p.absorb_after_s:
                self.usual.take(t_s, tick.last_residual_bpm)
            if t_s % _DAY_EVERY_S == _DAY_EVERY_S - 1:
                self.day.take(t_s, tick.last_residual_bpm)
                self.day.mature(t_s)
                self._draw_day(p)
        self.usual.mature(t_s - p.baseline_delay_s)
        self.center = self.usual.usual()
        self.asleep = (
            not tick.last_alone
            and tick.last_stir < p.asleep_stir
            and not self.watch.lasting
            and self.center is not None
            and self.day_median_bpm is not None
            and self.center[0] <= self.day_median_bpm - p.asleep_fall_bpm
        )

    def _draw_day(self, p: Parameters) -> None:
        upper, alone = self.day.share(p.day_quantile), self.day.share(p.alone_day_quantile)
        if upper is None or alone is None or self.day.taken * _DAY_EVERY_S < p.day_from_s:
            return
        self.day_line_bpm, self.alone_day_line_bpm = upper + p.day_margin_bpm, alone + p.day_margin_bpm
        self.day_median_bpm = self.day.share(0.5)

    def _filled(
        self,
        p: Parameters,
        block: _Block,
        ticks: list[_Tick],
        quiet: list[int],
        closely: list[tuple[_Tick, list[int]]],
        centers: list[tuple[float, float]],
    ) -> tuple[Int8Array, FloatArray, FloatArray, FloatArray]:
        """Return state, score, usual and spread of every second; what is bridged takes those before it."""
        lengths = [tick.end - tick.begin for tick in ticks]
        state = np.where(block.codes == OPEN, np.repeat(np.array(quiet, np.int8), lengths), block.codes)
        for tick, codes in closely:
            state[tick.begin : tick.end] = codes
        center = np.repeat(np.array(centers), lengths, axis=0)
        baseline, spread = center[:, 0], np.maximum(center[:, 1], p.min_spread_bpm)
        judged = (state == _CALM) | (state == _AROUSED)
        score = np.where(judged, np.maximum(0.0, block.residual_bpm - baseline) / spread, np.nan)
        bridged = state == HELD
        if bridged.any():
            last = np.maximum.accumulate(np.where(bridged, -1, np.arange(len(state))))
            state = np.where(last < 0, np.int8(self.state), state[last])
            score = np.where(last < 0, self.score, score[last])
        self.state, self.score = int(state[-1]), float(score[-1])
        return state, score, baseline, spread


def knows_motion(detector: Detector, t_s: int) -> bool:
    """Return whether movement was heard of within the last minute."""
    return detector.load.known_s is not None and t_s - detector.load.known_s <= MEMORY_S


def initial_detector(p: Parameters, rest: Rest) -> Detector:
    """Return the detector before the first second."""
    detector = Detector(
        usual=empty_baseline(p.baseline_window_s // EVERY_S),
        day=empty_baseline(p.day_window_s // _DAY_EVERY_S),
    )
    if len(rest):
        detector.remember(p, rest)
    return detector


def _ticks(block: _Block) -> list[_Tick]:
    """Cut a block where the recording's clock shows whole tens of seconds."""
    n, first_s = len(block.t_s), int(block.t_s[0])
    begin = np.concatenate(([0], np.arange(EVERY_S - first_s % EVERY_S, n, EVERY_S)))
    end = np.append(begin[1:], n)
    is_open = block.codes == OPEN
    level = np.where(np.isnan(block.level_bpm), -np.inf, block.level_bpm)
    residual = np.where(is_open, block.residual_bpm, -np.inf)
    stood: list[tuple[Stood, ...]] = [()] * len(begin)
    for at, each in block.stood.items():
        tick = int(begin.searchsorted(at, "right")) - 1
        stood[tick] = (*stood[tick], each)
    last_open = np.maximum.accumulate(np.where(is_open, np.arange(n), -1))
    columns = (
        begin,
        end,
        first_s + begin,
        first_s + end - 1,
        np.maximum.reduceat(level, begin),
        np.maximum.reduceat(residual, begin),
        last_open[end - 1],
        block.codes[end - 1],
        block.residual_bpm[end - 1],
        block.load.stir[end - 1],
        block.load.alone[end - 1],
    )
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return [_Tick(*row, stood=each) for row, each in zip(rows, stood, strict=True)]
