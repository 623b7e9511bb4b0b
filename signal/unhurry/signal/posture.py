"""Standing up: a quick rise of the heart rate that gives back much of itself within half a minute.

In: the level, and where it is known the angle of the trunk, second by second. Out: where the last half minute
may have been standing up, and where a turn of the trunk explains the level.

The orthostatic response peaks within about 12 s and falls by 20 s; emotion stays up. An accelerometer at the
chest tells lying from upright and leaning, but not sitting from standing: so both ways are needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from .parameters import Parameters
from .records import FloatArray, Int64Array

_SINCE_PEAK_S = 20
_RISE_S = 15
_SPAN_S = _RISE_S + 1 + _SINCE_PEAK_S
_TURN_S = 15
"""A turn within so long is one: lying down takes a few seconds, an angle is the mean of five."""


@dataclass(frozen=True, slots=True)
class PostureState:
    """The last seconds."""

    level_bpm: FloatArray
    """Shape (35,), NaN where nothing was known."""
    trunk_deg: FloatArray
    """Shape (14,)."""
    turned_s: int | None = None
    """When the trunk was last seen to turn,"""
    before_bpm: float = np.nan
    """and the level from which it did."""


class Stood(NamedTuple):
    """A second 20 s after the highest level of the last 36, much of which is gone again."""

    rise_bpm: float
    """From the lowest of the first 15 s to the peak."""
    peak_bpm: float
    lost_bpm: float
    """From the peak until now."""


class Posture(NamedTuple):
    """What a block of seconds says of the body's position."""

    stood: dict[int, Stood]
    """Positions at which the wearer may have stood up 20 s before."""
    turned: NDArray[np.bool_]
    """Where the heart is up because the trunk has turned."""


def initial_posture() -> PostureState:
    """Return the state before the first second."""
    return PostureState(np.full(_SPAN_S - 1, np.nan), np.full(_TURN_S - 1, np.nan))


def watch(
    p: Parameters, state: PostureState, t_s: Int64Array, level_bpm: FloatArray, trunk_deg: FloatArray
) -> tuple[PostureState, Posture]:
    """Look at the consecutive seconds `t_s`, shape (m,), m at least 1.

    Parameters
    ----------
    level_bpm
        NaN where it is not known: nothing is compared across such a second.
    trunk_deg
        Angle from upright, NaN where it is not known.
    """
    levels = np.concatenate((state.level_bpm, level_bpm))
    angles = np.concatenate((state.trunk_deg, trunk_deg))
    turned, turned_s, before_bpm = _turned(p, state, t_s, levels, angles)
    after = PostureState(levels[1 - _SPAN_S :], angles[1 - _TURN_S :], turned_s, before_bpm)
    return after, Posture(_stood(p, levels), turned)


def stood_up(p: Parameters, stood: Stood, usual: tuple[float, float] | None) -> bool:
    """Return whether that was standing up, for a wearer whose usual (median, spread) is known or not.

    A heart that swings widely by itself needs a rise beyond its own spread, and what is lost is measured
    against the whole way up from the median. A heart that overshoots and stays up has not stood up.
    """
    median, spread = usual or (stood.peak_bpm - stood.rise_bpm, 0.0)
    least = max(p.posture_rise_bpm, p.posture_rise_spreads * spread)
    way_up = max(stood.rise_bpm, stood.peak_bpm - median)
    return stood.rise_bpm >= least and stood.lost_bpm >= p.posture_loss * way_up


def _stood(p: Parameters, levels: FloatArray) -> dict[int, Stood]:
    lost = levels[_RISE_S : len(levels) - _SINCE_PEAK_S] - levels[_SPAN_S - 1 :]
    at = np.flatnonzero(lost >= p.posture_loss * p.posture_rise_bpm)
    if len(at) == 0:
        return {}
    windows = sliding_window_view(levels, _SPAN_S)[at]
    peak = windows[:, _RISE_S]
    rise = peak - windows[:, :_RISE_S].min(axis=1)
    # A second that is not known makes both comparisons false.
    found = np.flatnonzero((rise >= p.posture_rise_bpm) & (peak >= windows.max(axis=1)))
    return {int(at[k]): Stood(float(rise[k]), float(peak[k]), float(lost[at[k]])) for k in found}


def _turned(
    p: Parameters, state: PostureState, t_s: Int64Array, levels: FloatArray, angles: FloatArray
) -> tuple[NDArray[np.bool_], int | None, float]:
    """Return where a turn explains the level, when the trunk turned last, and from which level."""
    turned_s, before_bpm = state.turned_s, state.before_bpm
    explained = np.zeros(len(t_s), np.bool_)
    turning = np.empty(0, np.int64)
    if not np.isnan(angles).all():
        windows = sliding_window_view(angles, _TURN_S)
        turning = np.flatnonzero(windows.max(axis=1) - windows.min(axis=1) >= p.trunk_turn_deg)
    own = levels[_SPAN_S - 1 :]
    if turned_s is not None:
        explained |= (t_s - turned_s < p.posture_hold_s) & (own - before_bpm >= p.trunk_rise_bpm)
    for at in turning.tolist():
        now_s = int(t_s[at])
        if turned_s is None or now_s - turned_s > _TURN_S:
            stop = _SPAN_S + at
            before_bpm = float(np.nanmin(np.append(levels[stop - _TURN_S : stop], np.inf)))
        turned_s = now_s
        held = slice(at, at + p.posture_hold_s)
        # A trunk that turned while the heart stayed explains nothing.
        explained[held] = own[held] - before_bpm >= p.trunk_rise_bpm
    return explained, turned_s, before_bpm
