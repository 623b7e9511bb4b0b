"""When beats happened, told by a strap that reports late, in bursts, twice, or not at all."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from unhurry.signal.clock import advance, initial_clock
from unhurry.signal.records import Int64Array

DATA = Path(__file__).parents[2].parent / "shared" / "data"
UNCERTAIN_MS = 400
"""What a frame a second leaves open: the least delay of half a minute is known to a fraction of a second."""


def beats(count: int) -> tuple[Int64Array, Int64Array]:
    """Return true beat times in ms and intervals of a quiet heart."""
    rr = np.random.default_rng(5).integers(780, 880, count)
    return np.cumsum(rr) * 1000 // 1024, rr


def frames(true_ms: Int64Array, late_ms: int = 150) -> Int64Array:
    """Return the arrivals: each beat with the next whole second's frame, a little late."""
    return (true_ms // 1000 + 1) * 1000 + late_ms


def place(arrival_ms: Int64Array, rr: Int64Array) -> tuple[Int64Array, Int64Array, Int64Array]:
    _, clocked = advance(initial_clock(), arrival_ms, rr)
    return clocked.t_ms, np.flatnonzero(clocked.gap), np.flatnonzero(clocked.impossible)


def test_beats_that_share_a_frame_get_times_of_their_own() -> None:
    true_ms, rr = beats(300)
    t_ms, gaps, impossible = place(frames(true_ms), rr)
    assert np.ptp((t_ms - true_ms)[31:]) <= UNCERTAIN_MS
    # All but the few beats at which the least delay changes follow each other exactly.
    exact = np.abs(np.diff(t_ms) - rr[1:] * 1000 / 1024) <= 1
    assert exact[31:].mean() > 0.8
    assert gaps.tolist() == [0]
    assert impossible.size == 0


def test_a_burst_after_a_stall_is_late_not_missing() -> None:
    true_ms, rr = beats(300)
    arrival_ms = frames(true_ms)
    stalled = (arrival_ms > 100_000) & (arrival_ms < 105_200)
    arrival_ms[stalled] = 105_200 + np.arange(stalled.sum()) * 12
    t_ms, gaps, impossible = place(np.sort(arrival_ms), rr)
    assert gaps.tolist() == [0]
    assert impossible.size == 0
    assert np.ptp((t_ms - true_ms)[31:]) <= UNCERTAIN_MS


def test_missing_frames_are_a_gap_at_the_first_beat_after_them() -> None:
    true_ms, rr = beats(300)
    arrival_ms = frames(true_ms)
    kept = (arrival_ms < 100_000) | (arrival_ms > 110_000)
    t_ms, gaps, impossible = place(arrival_ms[kept], rr[kept])
    first = int(np.flatnonzero(arrival_ms[kept] > 110_000)[0])
    assert gaps.tolist() == [0, first]
    assert impossible.size == 0
    # After the gap the clock is within a frame of the truth.
    assert np.all(np.abs((t_ms - true_ms[kept]) - (t_ms - true_ms[kept])[60]) <= 1100)


def test_more_heartbeats_than_time_are_repetitions() -> None:
    true_ms, rr = beats(300)
    arrival_ms = frames(true_ms)
    twice = slice(150, 200)
    order = np.argsort(np.concatenate((arrival_ms, arrival_ms[twice])), kind="stable")
    arrivals = np.concatenate((arrival_ms, arrival_ms[twice]))[order]
    t_ms, _, impossible = place(arrivals, np.concatenate((rr, rr[twice]))[order])
    assert len(impossible) >= 40
    assert impossible.min() >= 150
    assert impossible.max() <= 150 + 2 * 50 + 20
    assert np.all(t_ms <= arrivals + len(t_ms))


def test_an_interval_no_heart_can_have_does_not_move_the_clock() -> None:
    true_ms, rr = beats(200)
    rr[100] = 60_000
    rr[120] = 1
    t_ms, _, _ = place(frames(true_ms), rr)
    assert np.all(t_ms <= frames(true_ms) + 1)
    assert np.ptp((t_ms - true_ms)[160:]) <= UNCERTAIN_MS


def test_times_always_increase() -> None:
    rng = np.random.default_rng(3)
    arrival_ms = np.sort(rng.integers(0, 200_000, 800))
    rr = rng.integers(0, 4000, 800)
    t_ms, _, _ = place(arrival_ms, rr)
    assert np.all(np.diff(t_ms) > 0)


@pytest.mark.skipif(
    not DATA.is_dir(), reason="recordings of real people are not beside the project (../shared/data)"
)
def test_a_real_strap_keeps_time_however_its_notifications_came() -> None:
    rows = np.loadtxt(DATA / "h10_workout" / "w01.rr.csv.gz", delimiter=",", skiprows=1)
    arrival_ms = np.maximum.accumulate(np.ceil(rows[:, 2] * 1000).astype(np.int64))
    rr = np.rint(rows[:, 1] * 1.024).astype(np.int64)
    t_ms, gaps, impossible = place(arrival_ms, rr)
    error_ms = t_ms - rows[:, 0] * 1000
    steady = np.abs(error_ms - np.median(error_ms))
    print(f"H10 workout: clock error median {np.median(steady):.0f} ms, p95 {np.percentile(steady, 95):.0f} ms,"
          f" {len(gaps) - 1} gaps, {len(impossible)} repetitions of {len(t_ms)}")  # fmt: skip
    assert np.percentile(steady, 95) < 1000
    assert len(impossible) < 0.01 * len(t_ms)
