"""The one `step`: everything between an arrival and an arousal event.

In: `Parameters`, the state so far, a block of `Arrivals`. Out: the next state and an `Output`.

The arrivals are one sequence in arrival order. Whole second `s` of the recording is decided when the
first row at or after it arrives, from everything that arrived before it. So the blocks may be cut
anywhere: the same rows give the same output, bit for bit, and nothing emitted depends on what comes
later.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from .arousal import Detector, initial_detector, knows_motion
from .clock import ClockState, advance, initial_clock
from .features import Channels, Features, FeatureState, describe, initial_features
from .history import History, extend, initial_history, judged_beats, pending_beats, trim
from .minute import close_minutes, empty_seconds
from .parameters import Parameters
from .records import ArousalEvent, Arrivals, Beats, Int64Array, Kind, Minute, Samples, Seconds
from .rest import Rest, no_rest


@dataclass(frozen=True, slots=True)
class PipelineState:
    """What the pipeline remembers between blocks. A value: `step` never changes one."""

    waiting: Arrivals
    """Rows of the second that is not over yet."""
    next_s: int | None
    """Next second to decide; None before the first row."""
    clock: ClockState
    history: History
    features: FeatureState
    detector: Detector
    open_minute: tuple[Seconds, ...]
    """The seconds of the minute that is not over yet, as they came."""


@dataclass(frozen=True, slots=True)
class Output:
    """What one block brought to light."""

    beats: Beats
    """Beats that got their verdict."""
    pending: Beats
    """Beats that are clocked and wait for theirs; they come again in `beats`."""
    heart_rates: Samples
    motion: Samples
    trunk: Samples
    seconds: Seconds
    minutes: tuple[Minute, ...]
    events: tuple[ArousalEvent, ...]
    """Events that were confirmed or have ended, in that order."""


_NONE = np.empty(0, np.int64)
_NOTHING = Output(
    beats=Beats(_NONE, _NONE, _NONE.astype(np.int8), _NONE),
    pending=Beats(_NONE, _NONE, _NONE.astype(np.int8), _NONE),
    heart_rates=Samples(_NONE, _NONE.astype(np.float64)),
    motion=Samples(_NONE, _NONE.astype(np.float64)),
    trunk=Samples(_NONE, _NONE.astype(np.float64)),
    seconds=empty_seconds(),
    minutes=(),
    events=(),
)


class _Rows(NamedTuple):
    """The rows of whole seconds, by kind, and the seconds they decide."""

    beat_ms: Int64Array
    rr_1024: Int64Array
    channels: Channels
    t_s: Int64Array
    trigger_ms: Int64Array
    """Arrival of the row that makes each second decidable."""


def initial_state(parameters: Parameters, rest: Rest | None = None) -> PipelineState:
    """Return the state before anything arrived; `rest` is what is known of the wearer from earlier."""
    nothing = np.empty(0, np.int64)
    return PipelineState(
        waiting=Arrivals(nothing, nothing.astype(np.int8), nothing.astype(np.float64)),
        next_s=None,
        clock=initial_clock(),
        history=initial_history(),
        features=initial_features(),
        detector=initial_detector(parameters, rest or no_rest()),
        open_minute=(),
    )


def step(parameters: Parameters, state: PipelineState, arrivals: Arrivals) -> tuple[PipelineState, Output]:
    """Take in a block of arrivals.

    Raises ValueError when arrivals run backwards, within the block or against the one before. The given
    state is not changed and stays good.
    """
    waiting = _appended(state.waiting, arrivals)
    if len(waiting) == 0:
        return state, _NOTHING
    next_s = state.next_s if state.next_s is not None else int(waiting.arrival_ms[0]) // 1000 + 1
    end_s = int(waiting.arrival_ms[-1]) // 1000
    if end_s < next_s:
        return replace(state, waiting=waiting, next_s=next_s), _NOTHING

    waiting, rows = _whole_seconds(waiting, next_s, end_s)
    clock, clocked = advance(state.clock, rows.beat_ms, rows.rr_1024)
    judged_from = state.history.judged
    history = extend(state.history, rows.beat_ms, rows.rr_1024, clocked)
    features, described = describe(parameters, state.features, history, rows.channels, rows.t_s)
    detector = state.detector.copied()
    seconds, events = _decide(parameters, detector, described, rows)
    open_minute, minutes = close_minutes((*state.open_minute, seconds), last=False)
    output = Output(
        beats=judged_beats(history, judged_from),
        pending=pending_beats(history),
        heart_rates=rows.channels.heart_rates,
        motion=rows.channels.motion,
        trunk=rows.channels.trunk,
        seconds=seconds,
        minutes=minutes,
        events=events,
    )
    after = PipelineState(waiting, end_s + 1, clock, trim(history), features, detector, open_minute)
    return after, output


def finish(state: PipelineState) -> Output:
    """Return what is still open when a recording ends.

    The rows of the second that was not over are kept but no longer judged, the last minute is closed as
    far as it went, and an event that lasts comes out with what is known of it.
    """
    rows = _by_kind(state.waiting, np.empty(0, np.int64), np.empty(0, np.int64))
    _, clocked = advance(state.clock, rows.beat_ms, rows.rr_1024)
    history = extend(state.history, rows.beat_ms, rows.rr_1024, clocked)
    events: list[ArousalEvent] = []
    state.detector.copied().finish(events)
    return Output(
        beats=judged_beats(history, state.history.judged),
        pending=pending_beats(history),
        heart_rates=rows.channels.heart_rates,
        motion=rows.channels.motion,
        trunk=rows.channels.trunk,
        seconds=empty_seconds(),
        minutes=close_minutes(state.open_minute, last=True)[1],
        events=tuple(events),
    )


def motion_known(state: PipelineState) -> bool:
    """Return whether movement is known by now; if not, every judgement is of heart rate alone."""
    return state.next_s is not None and knows_motion(state.detector, state.next_s - 1)


def _decide(
    parameters: Parameters, detector: Detector, described: Features, rows: _Rows
) -> tuple[Seconds, tuple[ArousalEvent, ...]]:
    """Run the detector over the seconds; changes `detector`."""
    events: list[ArousalEvent] = []
    judged = detector.decide(parameters, rows.t_s, described, rows.trigger_ms, events)
    seconds = Seconds(
        t_s=rows.t_s,
        state=judged.state,
        hr_bpm=described.hr_bpm,
        level_bpm=described.level_bpm,
        baseline_bpm=judged.baseline_bpm,
        spread_bpm=judged.spread_bpm,
        rmssd_ms=described.rmssd_ms,
        motion=described.motion,
        score=judged.score,
        quality=described.quality,
    )
    return seconds, tuple(events)


def _appended(waiting: Arrivals, arrivals: Arrivals) -> Arrivals:
    if len(arrivals) == 0:
        return waiting
    times = arrivals.arrival_ms
    if len(waiting) and times[0] < waiting.arrival_ms[-1]:
        raise ValueError(f"arrivals run backwards, from {waiting.arrival_ms[-1]} to {times[0]} ms")
    if len(arrivals) > 1 and bool((times[1:] < times[:-1]).any()):
        at = int((times[1:] < times[:-1]).argmax())
        raise ValueError(f"arrivals run backwards, from {times[at]} to {times[at + 1]} ms")
    if len(waiting) == 0:
        return arrivals
    return Arrivals(
        np.concatenate((waiting.arrival_ms, times)),
        np.concatenate((waiting.kind, arrivals.kind)),
        np.concatenate((waiting.value, arrivals.value)),
    )


def _whole_seconds(waiting: Arrivals, next_s: int, end_s: int) -> tuple[Arrivals, _Rows]:
    """Split off the rows before second `end_s`, sorted by kind; the rest waits on."""
    arrival_ms = waiting.arrival_ms
    t_s = np.arange(next_s, end_s + 1, dtype=np.int64)
    trigger_ms = arrival_ms[arrival_ms.searchsorted(t_s * 1000, "left")]
    split = int(arrival_ms.searchsorted(end_s * 1000, "left"))
    over = Arrivals(arrival_ms[:split], waiting.kind[:split], waiting.value[:split])
    rest = Arrivals(arrival_ms[split:], waiting.kind[split:], waiting.value[split:])
    return rest, _by_kind(over, t_s, trigger_ms)


def _by_kind(arrivals: Arrivals, t_s: Int64Array, trigger_ms: Int64Array) -> _Rows:
    beats = _of_kind(arrivals, Kind.BEAT)
    return _Rows(
        beat_ms=beats.arrival_ms,
        rr_1024=np.rint(beats.value).astype(np.int64),
        channels=Channels(
            heart_rates=_of_kind(arrivals, Kind.HEART_RATE),
            motion=_of_kind(arrivals, Kind.MOTION),
            trunk=_of_kind(arrivals, Kind.TRUNK),
            ticks=_of_kind(arrivals, Kind.TICK),
        ),
        t_s=t_s,
        trigger_ms=trigger_ms,
    )


def _of_kind(arrivals: Arrivals, kind: Kind) -> Samples:
    which = arrivals.kind == kind.value
    return Samples(arrivals.arrival_ms[which], arrivals.value[which])
