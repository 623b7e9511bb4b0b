"""The strap and the radio: beats and movement as they would reach the computer.

In: beat times, movement, and when the strap is out of reach. Out: `Arrivals`, and the true time of each beat
that arrived. About once a second a Polar H10 sends a frame with every interval completed since the last one;
the radio delays frames a little, some more, and once holds them for seconds and then delivers all at once.
Only what is out of reach is lost.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unhurry.signal.records import Arrivals, FloatArray, Int64Array, Kind

FRAME_S = 1.00002
"""The strap's second, by a quartz of its own."""
FRAME_PHASE_S = 0.37
PROCESSING_S = 0.25
"""The strap is sure of a beat only when the wave after it has passed."""
SENSOR_LATENCY_S = 0.03
MEAN_DELAY_S = 0.035
SLOW_SHARE = 0.03
SLOW_DELAY_S = (0.1, 0.7)
"""Some frames wait for the radio (5 % of a real H10's frames come more than half a second late)."""


@dataclass(frozen=True, slots=True)
class Away:
    """A stretch in which nothing arrives; `stalled` frames come in a burst at its end, others never."""

    start_s: float
    end_s: float
    stalled: bool


@dataclass(frozen=True, slots=True)
class Received:
    """What reached the computer."""

    arrivals: Arrivals
    beat_ms: Int64Array
    """True time of each BEAT row, rounded down."""


def received(
    beats_1024: Int64Array, movement_mg: FloatArray, away: tuple[Away, ...], duration_s: float, seed: int
) -> Received:
    """Send beats and movement through the radio; TICK rows mark every whole second, whatever arrives."""
    noise = np.random.default_rng([seed, 6])
    frames = int(duration_s / FRAME_S)
    sent_s = FRAME_PHASE_S + FRAME_S * np.arange(frames, dtype=np.float64)
    frame_ms, frame_lost = _through_the_radio(sent_s, away, noise)
    frame = np.ceil((beats_1024[1:] / 1024 + PROCESSING_S - FRAME_PHASE_S) / FRAME_S).astype(np.int64)
    end_ms = round(duration_s * 1000)
    frame_lost |= frame_ms > end_ms
    kept = frame < frames
    kept[kept] = ~frame_lost[frame[kept]]
    beat_arrival_ms = frame_ms[frame[kept]]
    rr_1024 = np.diff(beats_1024)[kept].astype(np.float64)

    covered_s = np.arange(1, len(movement_mg) + 1, dtype=np.float64)
    movement_ms, movement_lost = _through_the_radio(covered_s, away, noise)
    movement_lost |= movement_ms > end_ms
    tick_ms = np.arange(1, int(duration_s) + 1, dtype=np.int64) * 1000

    arrival_ms = np.concatenate((movement_ms[~movement_lost], beat_arrival_ms, tick_ms))
    value = np.concatenate((movement_mg[~movement_lost], rr_1024, np.zeros(len(tick_ms))))
    counts = (int((~movement_lost).sum()), len(rr_1024), len(tick_ms))
    kind = np.repeat(np.array([Kind.MOTION, Kind.BEAT, Kind.TICK], dtype=np.int8), counts)
    order = np.argsort(arrival_ms, kind="stable")
    arrivals = Arrivals(arrival_ms[order], kind[order], value[order])
    return Received(arrivals, beats_1024[1:][kept] * 1000 // 1024)


def _through_the_radio(
    sent_s: FloatArray, away: tuple[Away, ...], noise: np.random.Generator
) -> tuple[Int64Array, NDArray[np.bool_]]:
    """Return when each packet arrives, in order, at least 1 ms apart; and which never do."""
    delay_s = SENSOR_LATENCY_S + noise.exponential(MEAN_DELAY_S, len(sent_s))
    slow = noise.random(len(sent_s)) < SLOW_SHARE
    late_s = delay_s + slow * noise.uniform(*SLOW_DELAY_S, len(sent_s))
    arrival_ms = _in_order(np.ceil((sent_s + late_s) * 1000).astype(np.int64))
    lost = np.zeros(len(sent_s), dtype=np.bool_)
    for gap in away:
        start_ms, end_ms = round(gap.start_s * 1000), round(gap.end_s * 1000)
        inside = (arrival_ms >= start_ms) & (arrival_ms < end_ms)
        if gap.stalled:
            arrival_ms[inside] = end_ms
            arrival_ms = _in_order(arrival_ms)
        else:
            lost |= inside
    return arrival_ms, lost


def _in_order(arrival_ms: Int64Array) -> Int64Array:
    number = np.arange(len(arrival_ms), dtype=np.int64)
    return np.maximum.accumulate(arrival_ms - number) + number
