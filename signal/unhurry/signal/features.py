"""What each second looks like: level, variability, movement, and how far its beats can be trusted.

In: the beat history and what else arrived in the seconds to describe. Out: one row of `Features` per
second.

Beats carry the description as soon as ten have been seen, so that a stray one does not silence a strap that
sends none. The heart rate that a strap computes itself is used only by recordings that have nothing else: a
strap off the body goes on to report one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .history import History
from .level import GRID_HZ, START_VALUES, GridSeconds, LevelState, Recent, follow, initial_level
from .motion import MotionState, initial_motion, intensity, newest
from .parameters import Parameters
from .records import FloatArray, Int64Array, Samples
from .variability import rmssd
from .verdict import LAG

_HOLD_S = 12.0
"""A heart rate older than this is not shown."""
_UNEVEN_WINDOW = 91
_UNEVEN_SHARE = 0.20
"""Share of rejected beats above which rhythm, not contact, is the likely reason."""
_NOISY_WINDOW = 10
_NOISY_BEATS = 4
_QUALITY_WINDOW = 60
_WINDOWS = np.array([[_UNEVEN_WINDOW], [_NOISY_WINDOW], [_QUALITY_WINDOW]])
_GRID_MS = -np.arange(GRID_HZ, 0, -1) * (1000 // GRID_HZ)
"""The four grid points of a second, from its end."""
_OFF_BODY_S = 5
"""Frames without beats within this time: the strap speaks, the heart is not heard."""
_SLOWEST_BPM = 25.0
_FASTEST_BPM = 240.0
_BACK = 64
"""Heart-rate samples kept: enough for the ten a start needs."""
_TRUNK_HOLD_S = 10.0
"""A trunk angle older than this is not known; one comes every 2.5 s."""


class Channels(NamedTuple):
    """What arrived besides beats, each kind in arrival order."""

    heart_rates: Samples
    motion: Samples
    trunk: Samples
    ticks: Samples

    def split(self, end_ms: int) -> tuple[Channels, Channels]:
        """Cut before the first rows that arrived at `end_ms` or later."""
        parts = [_split(samples, end_ms) for samples in self]
        return Channels(*(before for before, _ in parts)), Channels(*(after for _, after in parts))


@dataclass(frozen=True, slots=True)
class FeatureState:
    """What the description remembers between blocks."""

    level: LevelState
    motion: MotionState
    trunk: Samples
    """Last trunk angle,"""
    tick: Samples
    """and tick."""
    heart_rate: Samples
    """Last usable heart rates."""
    heart_rates_seen: int
    """Usable ones so far."""
    frame_ms: int | None
    """Arrival of the newest heart-rate sample, usable or not."""


class Features(NamedTuple):
    """One row per second."""

    hr_bpm: FloatArray
    level_bpm: FloatArray
    age_s: FloatArray
    """Seconds since the newest accepted value, infinite before the first."""
    silence_s: FloatArray
    """Seconds since anything of the heart arrived, judged or not, infinite before the first."""
    rmssd_ms: FloatArray
    motion: FloatArray
    trunk_deg: FloatArray
    uneven: NDArray[np.bool_]
    noisy: NDArray[np.bool_]
    off_body: NDArray[np.bool_]
    paused: NDArray[np.bool_]
    quality: FloatArray


class _Course(NamedTuple):
    """Values of one kind (beats or samples) laid on the seconds."""

    grid_bpm: FloatArray
    """Shape (m, 4)."""
    age_s: FloatArray
    values: Int64Array
    recent: Recent
    uneven: NDArray[np.bool_]
    noisy: NDArray[np.bool_]
    quality: FloatArray
    rmssd_ms: FloatArray


def initial_features() -> FeatureState:
    """Return the state before the first second."""
    none = Samples(np.empty(0, np.int64), np.empty(0))
    return FeatureState(
        level=initial_level(),
        motion=initial_motion(),
        trunk=none,
        tick=none,
        heart_rate=none,
        heart_rates_seen=0,
        frame_ms=None,
    )


def describe(
    parameters: Parameters,
    state: FeatureState,
    history: History,
    channels: Channels,
    t_s: Int64Array,
) -> tuple[FeatureState, Features]:
    """Describe the consecutive seconds `t_s` (at least one), each from what arrived before it."""
    second_ms = t_s * 1000
    arrived = history.index + history.arrival_ms.searchsorted(second_ms, "left")
    alone = int(arrived.searchsorted(START_VALUES, "left"))
    if 0 < alone < len(t_s):
        # Beats take over from the strap's own heart rate within this block: one part after the other.
        before, after = channels.split(int(second_ms[alone - 1]))
        state, first = describe(parameters, state, history, before, t_s[:alone])
        state, second = describe(parameters, state, history, after, t_s[alone:])
        return state, _joined(first, second)

    heart_rates = channels.heart_rates
    motion_state, moving = intensity(state.motion, parameters.motion.moving_from, channels.motion, second_ms)
    trunk_state, trunk_deg = newest(state.trunk, channels.trunk, second_ms, _TRUNK_HOLD_S)
    tick_state, tick = newest(state.tick, channels.ticks, second_ms, np.inf)
    samples = _with_usable(state.heart_rate, heart_rates)
    seen_before = state.heart_rates_seen - len(state.heart_rate)
    has_beats = alone == 0
    course = (
        _beat_course(history, arrived, second_ms)
        if has_beats
        else _sample_course(samples, seen_before, second_ms)
    )

    grid = GridSeconds(
        t_s=t_s,
        hr_bpm=course.grid_bpm,
        live=(course.age_s <= parameters.fresh_s) & ~np.isnan(course.grid_bpm[:, 0]),
        values=course.values,
        recent=course.recent,
    )
    level_state, level_bpm = follow(state.level, grid)
    frame_ms = _newest(state.frame_ms, heart_rates.arrival_ms, second_ms)
    off_body = second_ms - frame_ms <= _OFF_BODY_S * 1000
    hr_bpm = np.where(course.age_s <= _HOLD_S, course.grid_bpm[:, -1], np.nan)
    next_state = FeatureState(
        level=level_state,
        motion=motion_state,
        trunk=trunk_state,
        tick=tick_state,
        heart_rate=Samples(samples.arrival_ms[-_BACK:], samples.value[-_BACK:]),
        heart_rates_seen=seen_before + len(samples),
        frame_ms=int(heart_rates.arrival_ms[-1]) if len(heart_rates) else state.frame_ms,
    )
    return next_state, Features(
        hr_bpm=hr_bpm,
        level_bpm=level_bpm,
        age_s=course.age_s,
        silence_s=np.minimum(course.age_s, _since(history.arrival_ms, arrived - history.index, second_ms)),
        rmssd_ms=course.rmssd_ms,
        motion=moving,
        trunk_deg=trunk_deg,
        uneven=course.uneven,
        noisy=course.noisy,
        off_body=off_body,
        paused=tick > 0,
        quality=np.where(course.age_s <= _HOLD_S, course.quality, 0.0),
    )


def _beat_course(history: History, arrived: Int64Array, second_ms: Int64Array) -> _Course:
    """Lay the judged beats on the seconds; `arrived` counts the recording's beats before each."""
    judged = np.maximum(arrived - LAG, 0)
    position = np.maximum(judged - history.index, 0)
    accepted = history.accepted_before
    good_t_ms = history.good_t_ms
    forgotten = history.accepted - len(good_t_ms)

    # At each grid point the newest accepted beat that had happened, and had its verdict, by then.
    grid_ms = second_ms[:, None] + _GRID_MS
    at = np.minimum(history.t_ms.searchsorted(grid_ms, "right"), position[:, None])
    index = accepted[at] - forgotten
    # An accepted interval is at least 300 ms long. Position 0 stands for "none yet".
    hr_bpm = np.concatenate(([np.nan], 60 * 1024 / history.good_rr_1024))
    grid_bpm = hr_bpm[np.maximum(index, 0)]

    known_good = accepted[position]
    start = np.maximum(position - _WINDOWS, 0)
    rejected = (position - start) - (known_good - accepted[start])
    values = known_good - forgotten
    enough = position >= START_VALUES
    return _Course(
        grid_bpm=grid_bpm,
        age_s=_since(good_t_ms, values, second_ms),
        values=known_good,
        recent=Recent(hr_bpm[1:], values),
        uneven=enough & (judged >= _UNEVEN_WINDOW) & (rejected[0] > _UNEVEN_SHARE * _UNEVEN_WINDOW),
        noisy=enough & (rejected[1] >= _NOISY_BEATS),
        quality=1.0 - rejected[2] / np.clip(judged, 1, _QUALITY_WINDOW),
        rmssd_ms=rmssd(history, judged),
    )


def _sample_course(samples: Samples, seen_before: int, second_ms: Int64Array) -> _Course:
    """Lay the strap's own heart rates on the seconds."""
    grid_ms = second_ms[:, None] + _GRID_MS
    stop = np.searchsorted(samples.arrival_ms, second_ms, "left")
    index = np.minimum(np.searchsorted(samples.arrival_ms, grid_ms, "right"), stop[:, None]) - 1
    known = len(samples) > 0
    value = samples.value if known else np.full(1, np.nan)
    grid_bpm = np.where(index >= 0, value[index], np.nan)
    age_s = _since(samples.arrival_ms, stop, second_ms)
    never = np.zeros(len(second_ms), np.bool_)
    return _Course(
        grid_bpm=grid_bpm,
        age_s=age_s,
        values=seen_before + stop,
        recent=Recent(samples.value, stop),
        uneven=never,
        noisy=never,
        quality=np.ones(len(second_ms)),
        rmssd_ms=np.full(len(second_ms), np.nan),
    )


def _since(arrival_ms: Int64Array, stop: Int64Array, second_ms: Int64Array) -> FloatArray:
    """Seconds at each second since the newest of the first `stop` arrivals."""
    if len(arrival_ms) == 0:
        return np.full(len(second_ms), np.inf)
    age_s: FloatArray = (second_ms - arrival_ms[np.maximum(stop, 1) - 1]) / 1000
    age_s[stop == 0] = np.inf
    return age_s


def _newest(before_ms: int | None, arrival_ms: Int64Array, second_ms: Int64Array) -> FloatArray:
    """Arrival of the newest row before each second, minus infinity where there is none."""
    known = np.concatenate(([-np.inf if before_ms is None else float(before_ms)], arrival_ms))
    newest: FloatArray = known[arrival_ms.searchsorted(second_ms, "left")]
    return newest


def _joined(first: Features, second: Features) -> Features:
    """Return the rows of one after those of the other."""
    columns: list[Any] = [np.concatenate(parts) for parts in zip(first, second, strict=True)]
    return Features(*columns)


def _with_usable(samples: Samples, more: Samples) -> Samples:
    """Add those of `more` that a heart can have: 0 is a strap's way of saying nothing."""
    if len(more) == 0:
        return samples
    usable = (more.value >= _SLOWEST_BPM) & (more.value <= _FASTEST_BPM)
    return Samples(
        np.concatenate((samples.arrival_ms, more.arrival_ms[usable])),
        np.concatenate((samples.value, more.value[usable])),
    )


def _split(samples: Samples, end_ms: int) -> tuple[Samples, Samples]:
    """Cut before the first sample that arrived at `end_ms` or later."""
    at = int(samples.arrival_ms.searchsorted(end_ms, "left"))
    return Samples(samples.arrival_ms[:at], samples.value[:at]), Samples(
        samples.arrival_ms[at:], samples.value[at:]
    )
