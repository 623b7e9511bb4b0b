"""Acceleration reduced: still, walking, lying down, lost and late frames, and clocks that drift or start anew."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unhurry.signal.acceleration import AccelerationState, Direction, Reduced, initial_acceleration, reduce
from unhurry.signal.polar_frame import AccelerationFrame
from unhurry.signal.records import FloatArray

RATE_HZ = 25
PER_FRAME = 36
FRAME_MS = 1440
LATENCY_MS = 60
DEVICE_EPOCH_NS = 599_616_000_000_000_000
"""2019-01-01 in ns since 2000: where the clock of an H10 starts when it was off."""

UPRIGHT = (0.0, -1.0, 0.0)
ON_THE_BACK = (0.0, 0.0, 1.0)


@dataclass(frozen=True)
class Sent:
    arrival_ms: int
    frame: AccelerationFrame


@dataclass(frozen=True)
class Rows:
    arrival_ms: FloatArray
    mad_mg: FloatArray
    trunk_deg: FloatArray
    stale: int
    repeated: int


def still(seconds: float, gravity: Direction = UPRIGHT) -> FloatArray:
    """A body at rest: gravity, a breath, and the sensor's noise."""
    t_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    breath = 0.01 * np.sin(2 * np.pi * 0.25 * t_s)[:, None] * np.array([0.2, 0.1, 1.0])
    noise = np.random.default_rng(1).normal(0, 0.004, (len(t_s), 3))
    mg: FloatArray = 1000 * (np.array(gravity) + breath + noise)
    return mg


def walking(seconds: float, gravity: Direction = UPRIGHT, amplitude_mg: float = 200.0) -> FloatArray:
    """Two steps a second, along gravity; its mean amplitude deviation is 2 / pi of the amplitude."""
    t_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    steps: FloatArray = amplitude_mg * np.sin(2 * np.pi * 2 * t_s)[:, None] * np.array(gravity)
    return still(seconds, gravity) + steps


def sent(
    mg: FloatArray, *, sizes: Sequence[int] = (PER_FRAME,), began_ns: int = DEVICE_EPOCH_NS
) -> list[Sent]:
    """Cut samples into frames, each arriving a little after its last sample."""
    frames: list[Sent] = []
    at = 0
    while at < len(mg):
        piece = mg[at : at + sizes[len(frames) % len(sizes)]]
        at += len(piece)
        t_ns = (at - 1) * 1_000_000_000 // RATE_HZ
        frames.append(Sent(t_ns // 1_000_000 + LATENCY_MS, AccelerationFrame(began_ns + t_ns, piece)))
    return frames


def run(frames: Iterable[Sent], upright: Direction | None = UPRIGHT) -> tuple[AccelerationState, Rows]:
    state = initial_acceleration(upright)
    reduced: list[Reduced] = []
    for one in frames:
        state, rows = reduce(state, one.arrival_ms, one.frame, RATE_HZ)
        assert len(rows.arrival_ms) == len(rows.mad_mg) == len(rows.trunk_deg)
        assert (rows.arrival_ms == one.arrival_ms).all()
        reduced.append(rows)
    return state, Rows(
        np.concatenate([r.arrival_ms for r in reduced]),
        np.concatenate([r.mad_mg for r in reduced]),
        np.concatenate([r.trunk_deg for r in reduced]),
        sum(r.stale for r in reduced),
        sum(r.repeated for r in reduced),
    )


def windows(seconds: float) -> int:
    """Count the windows that samples of so many seconds complete; the last still waits for its next sample."""
    return round((seconds - 5) / 2.5)


def turned(degrees: float) -> Direction:
    """Upright, leant backwards."""
    return (0.0, -float(np.cos(np.radians(degrees))), float(np.sin(np.radians(degrees))))


def test_sitting_still_is_below_20_mg_and_upright() -> None:
    _, rows = run(sent(still(120)))
    assert len(rows.mad_mg) == windows(120)
    assert rows.mad_mg.max() < 10
    assert rows.trunk_deg.max() < 2
    assert (rows.stale, rows.repeated) == (0, 0)


def test_the_deviation_of_a_walk_is_that_of_its_sine() -> None:
    _, rows = run(sent(walking(60, amplitude_mg=150)))
    assert rows.mad_mg == pytest.approx(150 * 2 / np.pi, rel=0.05)


def test_rows_come_with_the_frame_that_completes_their_window() -> None:
    _, rows = run(sent(still(30)))
    # 5 s are complete with the first sample at or after 5 s: number 125, in the fourth frame.
    assert rows.arrival_ms[0] == 4 * FRAME_MS - 40 + LATENCY_MS
    assert (np.diff(rows.arrival_ms) > 0).all()
    assert (np.diff(rows.arrival_ms) <= 2 * FRAME_MS).all()


@pytest.mark.parametrize("degrees", [30, 60, 90, 120, 180])
def test_lying_down_shows_as_its_angle(degrees: float) -> None:
    _, rows = run(sent(np.concatenate((still(30), still(30, turned(degrees))))))
    assert rows.trunk_deg[5] < 2
    assert rows.trunk_deg[-1] == pytest.approx(degrees, abs=2)


def test_without_upright_there_is_no_angle_before_the_wearer_has_walked() -> None:
    before, walk, after = still(60), walking(30), still(60, ON_THE_BACK)
    _, rows = run(sent(before), upright=None)
    assert np.isnan(rows.trunk_deg).all()
    state, rows = run(sent(np.concatenate((before, walk, after))), upright=None)
    assert np.isnan(rows.trunk_deg[:24]).all()
    assert state.upright == pytest.approx(UPRIGHT, abs=0.02)
    assert rows.trunk_deg[-10:] == pytest.approx(90, abs=2)


def test_turning_over_in_bed_teaches_nothing() -> None:
    tossing = np.concatenate((still(60, ON_THE_BACK), walking(7, (1.0, 0.0, 0.0)), still(60, ON_THE_BACK)))
    state, _ = run(sent(tossing), upright=None)
    assert state.upright is None
    state, _ = run(sent(tossing))
    assert state.upright == UPRIGHT


def test_running_teaches_nothing() -> None:
    state, _ = run(sent(walking(60, amplitude_mg=800)), upright=None)
    assert state.upright is None


def test_upright_follows_a_walk_by_at_most_two_degrees_per_window() -> None:
    """A strap worn half a turn around still finds its upright, but no step in the angle comes of it."""
    frames = sent(walking(600, turned(170)))
    state = initial_acceleration(UPRIGHT)
    angles_deg: list[float] = []
    for one in frames:
        before = state.upright
        state, rows = reduce(state, one.arrival_ms, one.frame, RATE_HZ)
        angles_deg += rows.trunk_deg.tolist()
        assert before is not None
        assert state.upright is not None
        moved = np.degrees(np.arccos(min(1.0, float(np.dot(before, state.upright)))))
        assert moved <= 2.0 * len(rows.mad_mg) + 1e-4
        assert np.linalg.norm(state.upright) == pytest.approx(1)
    assert angles_deg[0] == pytest.approx(170, abs=2)
    assert np.abs(np.diff(angles_deg)).max() < 2.5
    assert angles_deg[-1] < 1


def test_a_step_in_the_angle_at_rest_is_the_body_and_never_the_reference() -> None:
    state, _ = run(sent(np.concatenate((walking(60), still(3600, turned(40))))))
    assert state.upright == pytest.approx(UPRIGHT, abs=0.02)


def test_what_is_not_gravity_has_no_angle() -> None:
    """A sensor that is stuck (z at -2000 for every reading, polar-ble-sdk issue 634) points nowhere."""
    mg = still(60)
    mg[:, 2] = -2000
    _, rows = run(sent(mg))
    assert len(rows.trunk_deg) > 20
    assert np.isnan(rows.trunk_deg).all()


def test_one_lost_frame_silences_only_the_windows_it_leaves_with_too_little() -> None:
    frames = sent(walking(60))
    _, whole = run(frames)
    _, rows = run(frames[:20] + frames[21:])
    assert len(whole.mad_mg) - 2 <= len(rows.mad_mg) < len(whole.mad_mg)
    assert rows.mad_mg == pytest.approx(200 * 2 / np.pi, rel=0.1)
    assert rows.stale == 0


def test_a_frame_that_comes_twice_counts_once() -> None:
    frames = sent(walking(60))
    twice = [one for pair in zip(frames[0::2], frames[1::2], strict=False) for one in (*pair, *pair)]
    _, once = run([one for pair in zip(frames[0::2], frames[1::2], strict=False) for one in pair])
    _, rows = run(twice)
    assert rows.repeated == len(twice) // 2
    assert np.array_equal(rows.mad_mg, once.mad_mg)


@pytest.mark.parametrize("last", [32, 36, 48])
def test_a_late_burst_says_nothing_about_now_and_does_not_move_the_clock(last: int) -> None:
    """Silence for 10, 16 or 33 s (no live link is silent for longer), then all of it at once."""
    frames = sent(still(120))
    at_once_ms = frames[last].arrival_ms
    held = [
        Sent(at_once_ms if 26 <= i <= last else one.arrival_ms, one.frame) for i, one in enumerate(frames)
    ]
    _, whole = run(frames)
    state, rows = run(held)
    assert rows.stale > 0
    assert rows.stale + len(rows.mad_mg) == len(whole.mad_mg)
    assert 1 <= (rows.arrival_ms == at_once_ms).sum() <= 3
    assert min(state.delay_ms) == LATENCY_MS - DEVICE_EPOCH_NS // 1_000_000


def test_a_clock_that_stood_still_is_followed_within_two_minutes() -> None:
    frames = sent(still(300))
    frozen = [Sent(one.arrival_ms + 600_000 * (i >= 40), one.frame) for i, one in enumerate(frames)]
    _, rows = run(frozen)
    first_ms = rows.arrival_ms[rows.arrival_ms > 600_000][0]
    assert first_ms - frozen[40].arrival_ms < 120_000
    assert len(rows.mad_mg) + rows.stale == windows(300)


@pytest.mark.parametrize("drift_s_per_h", [8.0, -8.0])
def test_a_clock_that_drifts_8_s_per_hour_is_followed(drift_s_per_h: float) -> None:
    """Three hours in which each frame comes up to 400 ms late: nothing is lost, nothing becomes stale."""
    rng = np.random.default_rng(2)
    mg = still(3 * 3600)
    rate = 1 + drift_s_per_h / 3600
    drifting = [
        Sent(
            round((one.arrival_ms - LATENCY_MS) * rate) + LATENCY_MS + int(rng.integers(0, 400)),
            one.frame,
        )
        for one in sent(mg)
    ]
    state, rows = run(drifting)
    assert rows.stale == 0
    assert len(rows.mad_mg) == windows(3 * 3600)
    true_ms = drifting[-1].arrival_ms - drifting[-1].frame.sensor_ns // 1_000_000
    assert abs(min(state.delay_ms) - true_ms) < 600


@pytest.mark.parametrize("began_ns", [DEVICE_EPOCH_NS, DEVICE_EPOCH_NS + 250_000_000_000_000_000])
def test_a_clock_that_starts_anew_is_followed_at_once(began_ns: int) -> None:
    """The sensor was off for a moment, or was told the time: years back or forth between two frames."""
    before = sent(walking(60), began_ns=DEVICE_EPOCH_NS + 220_000_000_000_000_000)
    after = [Sent(one.arrival_ms + 60_000, one.frame) for one in sent(still(60), began_ns=began_ns)]
    state, rows = run(before + after, upright=None)
    assert (rows.stale, rows.repeated) == (0, 0)
    assert len(rows.mad_mg) == 2 * windows(60)
    # No window holds samples of both clocks: walking before, still after, nothing between.
    assert ((rows.mad_mg < 10) | (rows.mad_mg > 100)).all()
    assert state.upright == pytest.approx(UPRIGHT, abs=0.02)


def test_a_clock_set_back_by_half_a_minute_does_not_swallow_frames_for_so_long() -> None:
    before = sent(still(60))
    after = [
        Sent(one.arrival_ms + 60_000, one.frame)
        for one in sent(still(60), began_ns=DEVICE_EPOCH_NS + 30_000_000_000)
    ]
    _, rows = run(before + after)
    assert (rows.stale, rows.repeated) == (0, 0)
    assert len(rows.mad_mg) == 2 * windows(60)


def test_after_hours_without_frames_it_goes_on() -> None:
    before, later_ms = sent(still(60)), 10 * 3600 * 1000
    after = [
        Sent(
            one.arrival_ms + later_ms,
            AccelerationFrame(one.frame.sensor_ns + later_ms * 1_000_000, one.frame.mg),
        )
        for one in sent(still(60))
    ]
    _, rows = run(before + after)
    assert (rows.stale, rows.repeated) == (0, 0)
    assert len(rows.mad_mg) == 2 * windows(60)


DAY = np.concatenate((still(30), walking(40), still(30, ON_THE_BACK), walking(20, turned(20)), still(20)))


@pytest.fixture(scope="module")
def whole() -> tuple[AccelerationState, Rows]:
    """What comes of the recording as a strap would cut it."""
    return run(sent(DAY), upright=None)


@settings(deadline=None)  # a whole recording each time, in as many as 4 000 frames
@given(st.lists(st.integers(1, 90), min_size=1, max_size=12))
def test_however_the_stream_is_cut_into_frames_the_same_rows_come_out(
    whole: tuple[AccelerationState, Rows], sizes: list[int]
) -> None:
    state, rows = run(sent(DAY, sizes=sizes), upright=None)
    assert np.array_equal(rows.mad_mg, whole[1].mad_mg)
    assert np.array_equal(rows.trunk_deg, whole[1].trunk_deg, equal_nan=True)
    assert state.upright == whole[0].upright
    assert np.array_equal(state.sensor_ms, whole[0].sensor_ms)


@given(
    st.lists(
        st.tuples(st.integers(0, 2**40), st.integers(0, 2**63 - 1), st.integers(1, 80), st.floats(0, 64_000)),
        max_size=12,
    ),
    st.integers(1, 65_535),
)
def test_whatever_the_clocks_say_rows_are_sound(
    frames: list[tuple[int, int, int, float]], rate_hz: int
) -> None:
    state = initial_acceleration(None)
    arrival_ms = 0
    for wait_ms, sensor_ns, count, mg in frames:
        arrival_ms += wait_ms
        frame = AccelerationFrame(sensor_ns, np.full((count, 3), mg / 2))
        state, rows = reduce(state, arrival_ms, frame, rate_hz)
        assert np.isfinite(rows.mad_mg).all()
        assert (rows.mad_mg >= 0).all()
        assert (np.isnan(rows.trunk_deg) | (rows.trunk_deg >= 0)).all()
        assert len(state.sensor_ms) == len(state.mg) > 0
        assert len(state.delay_ms) <= 63
