"""Acceleration at the chest, reduced to how much a body moves and how its trunk lies.

In: frames of acceleration as they arrive. Out: for each window of 5 s, every 2.5 s of the sensor's clock,
the mean amplitude deviation in mg and the angle between the trunk and the wearer's own upright.

The sensor counts its time well but is set to anything, so `arrival - sensor time` is constant but for
lateness: its least value over the last frames is the best guess of the true offset, follows a drift of
seconds per hour and is not pulled by frames that come late. What comes long after it happened says nothing
about now; it is counted and left out.

Upright is learnt from walking, when the trunk is upright by itself. It turns by no more than a few degrees
per window and only while the wearer walks, so that a change of angle seen at rest is a change of posture.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from .polar_frame import AccelerationFrame
from .records import POLAR_ACCELEROMETER, FloatArray, Int64Array

Direction: TypeAlias = tuple[float, float, float]
"""A unit vector in the sensor's axes."""

_WINDOW_MS = 5000
_STEP_MS = 2500
_MOST_MISSING = 0.2
"""Share of a window's samples that may be lost: walking is still walking in four seconds."""
_STALE_MS = 5000
_REMEMBERED = 63
"""Frames over which the least delay is taken: 45 s or more, longer than a live link is ever silent (32 s)."""
_REPEATED_MS = 10_000
"""Sensor time this little back is a frame that came twice; more is a clock that was set back, so that no
delay from before counts. One that is set forward lowers the delay, and is followed by itself.
"""

_MOVING_MG = POLAR_ACCELEROMETER.moving_from
_RUNNING_MG = 300.0
"""Walking lies between. Beyond: running, jumping, falling. Our choice."""
_WALKING_WINDOWS = 6
"""In a row, 12.5 s from the first to the last, so that turning over in bed is no walk."""
_INSIDE = -3
"""Which of them teaches: it ended before the newest began, so nothing in it is the end of the walk."""
_GRAVITY_MG = (700.0, 1300.0)
"""Length of a mean vector that is gravity; with anything else a direction means nothing."""
_LEARNING = 1 / 16
_TURN_DEG = 2.0
"""Upright moves by this share of the difference, but at most this far, with each window of walking."""


@dataclass(frozen=True, slots=True)
class AccelerationState:
    """What is remembered between frames."""

    upright: Direction | None
    """Where gravity shows when the wearer is upright; None until walking was seen."""
    walk: tuple[Direction, ...]
    """Where gravity showed in the windows of walking up to now, in a row and no more than are needed."""
    delay_ms: tuple[int, ...]
    """Arrival minus sensor time of the last frames."""
    sensor_ms: Int64Array
    """Sensor time of the samples of the last 5 s, shape (n,)."""
    mg: FloatArray
    """Shape (n, 3)."""


@dataclass(frozen=True, slots=True)
class Reduced:
    """What one frame completed: as many rows as windows, often none."""

    arrival_ms: Int64Array
    mad_mg: FloatArray
    trunk_deg: FloatArray
    """NaN while upright is not known, or where the mean acceleration is not gravity."""
    stale: int
    """Windows left out because they ended more than 5 s before they arrived."""
    repeated: int
    """1 where the frame had come before and was ignored."""


def initial_acceleration(upright: Direction | None) -> AccelerationState:
    """Return the state before the first frame.

    Parameters
    ----------
    upright
        The `AccelerationState.upright` of an earlier day with the same strap, or None: then there are no
        angles before the wearer has walked.
    """
    return AccelerationState(upright, (), (), np.empty(0, np.int64), np.empty((0, 3)))


def reduce(
    state: AccelerationState, arrival_ms: int, frame: AccelerationFrame, rate_hz: int
) -> tuple[AccelerationState, Reduced]:
    """Take in one frame.

    Parameters
    ----------
    arrival_ms
        On the monotonic clock of the recording; never decreases.
    rate_hz
        The rate that was asked for; above zero.
    """
    delay_ms = arrival_ms - frame.sensor_ns // 1_000_000
    if state.delay_ms:
        back_ms = int(state.sensor_ms[-1]) - frame.sensor_ns // 1_000_000
        if back_ms > _REPEATED_MS:
            state = initial_acceleration(state.upright)
        elif back_ms >= 0:
            return state, _rows(arrival_ms, [], [], repeated=1)
    delays_ms = (*state.delay_ms, delay_ms)[-_REMEMBERED:]

    after_ns = np.arange(1 - len(frame.mg), 1) * 1_000_000_000 // rate_hz
    new_ms = (frame.sensor_ns + after_ns) // 1_000_000
    # Long before this frame: nothing of it can share a window with what comes now.
    near = state.sensor_ms > new_ms[0] - 2 * _WINDOW_MS
    sensor_ms = np.concatenate((state.sensor_ms[near], new_ms))
    mg = np.concatenate((state.mg[near], frame.mg))

    upright, walk = state.upright, state.walk
    seen_ms = int(state.sensor_ms[-1]) if len(state.sensor_ms) else int(sensor_ms[0])
    last_ms = int(sensor_ms[-1])
    first_end_ms = (max(seen_ms, int(sensor_ms[0])) // _STEP_MS + 1) * _STEP_MS
    fewest = (1 - _MOST_MISSING) * rate_hz * _WINDOW_MS / 1000
    mads_mg: list[float] = []
    angles_deg: list[float] = []
    stale = 0
    for end_ms in range(first_end_ms, last_ms + 1, _STEP_MS):
        window = mg[(sensor_ms >= end_ms - _WINDOW_MS) & (sensor_ms < end_ms)]
        late = arrival_ms - end_ms - min(delays_ms) > _STALE_MS
        if len(window) < fewest or late:
            stale += len(window) >= fewest
            walk = ()
            continue
        length_mg = np.sqrt(np.einsum("ij,ij->i", window, window))
        mads_mg.append(float(np.abs(length_mg - length_mg.mean()).mean()))
        direction = _direction(window)
        if direction and _MOVING_MG <= mads_mg[-1] < _RUNNING_MG:
            walk = (*walk, direction)[-_WALKING_WINDOWS:]
        else:
            walk = ()
        if len(walk) == _WALKING_WINDOWS:
            upright = _turned(upright or walk[_INSIDE], walk[_INSIDE])
        angles_deg.append(_angle_deg(direction, upright) if direction and upright else math.nan)

    kept = sensor_ms > last_ms - _WINDOW_MS
    state = AccelerationState(upright, walk, delays_ms, sensor_ms[kept], mg[kept])
    return state, _rows(arrival_ms, mads_mg, angles_deg, stale=stale)


def _rows(
    arrival_ms: int, mads_mg: list[float], angles_deg: list[float], *, stale: int = 0, repeated: int = 0
) -> Reduced:
    """Return the rows of one frame: all arrived with it."""
    return Reduced(
        np.full(len(mads_mg), arrival_ms, np.int64), np.array(mads_mg), np.array(angles_deg), stale, repeated
    )


def _direction(window: FloatArray) -> Direction | None:
    """Return where gravity shows, or None where the mean acceleration is not gravity."""
    x, y, z = window.mean(axis=0).tolist()
    length_mg = math.hypot(x, y, z)
    least_mg, most_mg = _GRAVITY_MG
    return (x / length_mg, y / length_mg, z / length_mg) if least_mg < length_mg < most_mg else None


def _turned(upright: Direction, towards: Direction) -> Direction:
    """Turn a direction a little on the shortest way towards another."""
    angle_deg = _angle_deg(upright, towards)
    cosine = math.cos(math.radians(angle_deg))
    across = [t - cosine * u for u, t in zip(upright, towards, strict=True)]
    length = math.hypot(*across)
    if length < 1e-6:
        return upright  # alike, or opposite and no way is the shortest
    turn = math.radians(min(_LEARNING * angle_deg, _TURN_DEG))
    x, y, z = (math.cos(turn) * u + math.sin(turn) * a / length for u, a in zip(upright, across, strict=True))
    return (x, y, z)


def _angle_deg(one: Direction, other: Direction) -> float:
    """Return the angle between two directions, 0 to 180."""
    cosine = sum(a * b for a, b in zip(one, other, strict=True))
    return math.degrees(math.acos(max(-1.0, min(1.0, cosine))))
