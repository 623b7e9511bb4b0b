"""The two promises of `step`: cut the stream anywhere, and never look ahead."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from unhurry.signal import Arrivals, Kind, Output, Parameters, finish, initial_state, step

PARAMETERS = Parameters(warm_up_s=120, sustain_s=20, alone_sustain_s=20, motion=Parameters().motion)


def stream(seed: int, seconds: int = 900, *, with_beats: bool = True, with_motion: bool = True) -> Arrivals:
    """Return a rough, restless stream: bursts, gaps, repeated frames, wild intervals, rises, turns, pauses."""
    rng = np.random.default_rng(seed)
    rows: list[tuple[int, int, float]] = []
    t_ms = int(rng.integers(-3000, 5000))
    beat_ms = float(t_ms)
    rise, trunk_deg, paused = 0.0, 5.0, 0.0
    end_ms = t_ms + seconds * 1000
    while t_ms < end_ms:
        t_ms += int(rng.choice([1000, 990, 1010, 1000, 2500, 5000], p=[0.5, 0.2, 0.2, 0.08, 0.01, 0.01]))
        if rng.random() < 0.003:
            t_ms += int(rng.integers(2000, 200_000))
            beat_ms = float(t_ms) - 500
        rise = rng.choice([0.0, 25.0, 60.0]) if rng.random() < 0.01 else rise
        hr_bpm = 65 + rise + 3 * np.sin(t_ms / 4000) + rng.normal(0, 1)
        if rng.random() < 0.9 and with_motion:
            walking = 80.0 if rise == 60.0 else 5.0
            rows.append((t_ms, Kind.MOTION, abs(rng.normal(walking, 20)) if rng.random() < 0.1 else walking))
        trunk_deg = float(rng.choice([5.0, 30.0, 85.0])) if rng.random() < 0.01 else trunk_deg
        if rng.random() < 0.4 and with_motion:
            rows.append((t_ms, Kind.TRUNK, trunk_deg + rng.normal(0, 1)))
        intervals: list[int] = []
        while beat_ms < t_ms - 100:
            rr = 60_000 / hr_bpm * (1 + rng.normal(0, 0.03))
            beat_ms += rr
            if rng.random() < 0.02:
                rr *= rng.choice([0.5, 2.0, 0.7, 30.0, 0.01])
            intervals.append(round(rr * 1.024))
        if with_beats:
            rows += [(t_ms, Kind.BEAT, float(rr)) for rr in intervals[-9:]]
            if rng.random() < 0.01:
                rows += [(t_ms, Kind.BEAT, float(rr)) for rr in intervals[-9:]]
        if not with_beats or rng.random() < 0.05:
            rows.append((t_ms, Kind.HEART_RATE, float(round(hr_bpm)) if rng.random() < 0.97 else 0.0))
        paused = 1.0 if rng.random() < 0.002 else 0.0 if rng.random() < 0.1 else paused
        if rng.random() < 0.3:
            rows.append((t_ms, Kind.TICK, paused))
    times, kinds, values = zip(*rows, strict=True)
    return Arrivals(np.array(times, np.int64), np.array(kinds, np.int8), np.array(values, np.float64))


def part(arrivals: Arrivals, start: int, stop: int | None) -> Arrivals:
    return Arrivals(arrivals.arrival_ms[start:stop], arrivals.kind[start:stop], arrivals.value[start:stop])


def run(
    arrivals: Arrivals, cuts: list[int], parameters: Parameters = PARAMETERS
) -> tuple[list[Output], Output]:
    state = initial_state(parameters)
    outputs: list[Output] = []
    edges = [0, *sorted(cuts), len(arrivals)]
    for start, stop in pairwise(edges):
        state, output = step(parameters, state, part(arrivals, start, stop))
        outputs.append(output)
    return outputs, finish(state)


def flattened(outputs: list[Output]) -> Iterator[tuple[str, Any]]:
    """Yield every array and record of a sequence of outputs, joined."""
    for stream_name in ("beats", "heart_rates", "motion", "trunk", "seconds"):
        streams = [getattr(output, stream_name) for output in outputs]
        for field in fields(streams[0]):
            joined = np.concatenate([getattr(s, field.name) for s in streams])
            yield f"{stream_name}.{field.name}", joined.tobytes()
    yield "minutes", tuple(m for output in outputs for m in output.minutes)
    yield "events", tuple(e for output in outputs for e in output.events)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.data_too_large])
@given(
    seed=st.integers(0, 10_000),
    with_beats=st.booleans(),
    with_motion=st.booleans(),
    cuts=st.lists(st.floats(0, 1), max_size=40),
)
def test_cutting_the_stream_anywhere_gives_identical_output(
    seed: int, with_beats: bool, with_motion: bool, cuts: list[float]
) -> None:
    arrivals = stream(seed, with_beats=with_beats, with_motion=with_motion)
    whole, whole_end = run(arrivals, [])
    pieces, pieces_end = run(arrivals, [int(c * len(arrivals)) for c in cuts])
    for (name, expected), (_, found) in zip(flattened(whole), flattened(pieces), strict=True):
        assert found == expected, name
    assert pieces_end.minutes == whole_end.minutes
    assert pieces_end.events == whole_end.events
    assert pieces_end.pending.t_ms.tolist() == whole_end.pending.t_ms.tolist()


@pytest.mark.parametrize("seed", range(6))
def test_feeding_row_by_row_gives_identical_output(seed: int) -> None:
    arrivals = stream(seed, seconds=400, with_beats=seed % 3 != 2)
    whole, _ = run(arrivals, [])
    single, _ = run(arrivals, list(range(1, len(arrivals))))
    for (name, expected), (_, found) in zip(flattened(whole), flattened(single), strict=True):
        assert found == expected, name


def test_the_streams_that_are_cut_do_contain_events_gaps_and_every_verdict() -> None:
    verdicts: set[int] = set()
    states: set[int] = set()
    events = 0
    for seed in range(12):
        outputs, _ = run(stream(seed), [])
        verdicts |= set(outputs[0].beats.verdict.tolist())
        states |= set(outputs[0].seconds.state.tolist())
        events += len(outputs[0].events)
    assert verdicts == {0, 1, 2, 3, 4, 5}
    assert len(states) >= 7
    assert events >= 5


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), at=st.floats(0.1, 0.95), with_beats=st.booleans())
def test_nothing_that_was_emitted_changes_by_what_comes_later(seed: int, at: float, with_beats: bool) -> None:
    arrivals = stream(seed, with_beats=with_beats)
    cut = int(at * len(arrivals))
    other = stream(seed + 1)
    shift = int(arrivals.arrival_ms[cut - 1]) - int(other.arrival_ms[0])
    changed = Arrivals(
        np.concatenate((arrivals.arrival_ms[:cut], other.arrival_ms + shift)),
        np.concatenate((arrivals.kind[:cut], other.kind)),
        np.concatenate((arrivals.value[:cut], other.value)),
    )
    until, _ = run(part(arrivals, 0, cut), [])
    with_other_future, _ = run(changed, [])
    seconds, longer = until[0].seconds, with_other_future[0].seconds
    for field in fields(seconds):
        short = getattr(seconds, field.name)
        assert short.tobytes() == getattr(longer, field.name)[: len(short)].tobytes(), field.name
    assert with_other_future[0].events[: len(until[0].events)] == until[0].events
    assert with_other_future[0].minutes[: len(until[0].minutes)] == until[0].minutes
    beats = until[0].beats
    assert with_other_future[0].beats.verdict[: len(beats)].tolist() == beats.verdict.tolist()
    assert with_other_future[0].beats.t_ms[: len(beats)].tolist() == beats.t_ms.tolist()


def test_an_event_comes_out_when_the_recording_is_cut_right_after_its_confirmation() -> None:
    found = 0
    for seed in range(30):
        arrivals = stream(seed)
        for event in run(arrivals, [])[0][0].events:
            if event.end_s is not None:
                continue
            kept = int(np.searchsorted(arrivals.arrival_ms, round(event.confirmed_s * 1000), "right"))
            events = run(part(arrivals, 0, kept), [])[0][0].events
            assert events[-1] == event
            earlier = int(np.searchsorted(arrivals.arrival_ms, round(event.confirmed_s * 1000), "left"))
            before = run(part(arrivals, 0, earlier), [])[0][0].events
            assert event not in before
            found += 1
    assert found >= 5


def test_step_leaves_the_state_it_was_given_as_it_was() -> None:
    arrivals = stream(3)
    state, _ = step(PARAMETERS, initial_state(PARAMETERS), part(arrivals, 0, 600))
    first = step(PARAMETERS, state, part(arrivals, 600, None))[1]
    again = step(PARAMETERS, state, part(arrivals, 600, None))[1]
    for (name, expected), (_, found) in zip(flattened([first]), flattened([again]), strict=True):
        assert found == expected, name


def test_nothing_that_arrived_is_missing_from_the_output() -> None:
    arrivals = stream(8)
    outputs, end = run(arrivals, [700])
    kept = [o.beats for o in (*outputs, end)]
    assert sum(len(b) for b in kept) + len(end.pending) == np.count_nonzero(arrivals.kind == Kind.BEAT)
    for kind, name in ((Kind.HEART_RATE, "heart_rates"), (Kind.MOTION, "motion")):
        values = np.concatenate([getattr(o, name).value for o in (*outputs, end)])
        assert values.tolist() == arrivals.value[arrivals.kind == kind].tolist()
    intervals = np.concatenate([*(b.rr_1024 for b in kept), end.pending.rr_1024])
    assert intervals.tolist() == arrivals.value[arrivals.kind == Kind.BEAT].astype(int).tolist()


def test_arrivals_that_run_backwards_are_refused() -> None:
    arrivals = stream(1, seconds=60)
    backwards = replace(arrivals, arrival_ms=arrivals.arrival_ms[::-1].copy())
    with pytest.raises(ValueError, match="arrivals run backwards"):
        step(PARAMETERS, initial_state(PARAMETERS), backwards)


def test_every_minute_of_a_recording_is_accounted_for() -> None:
    arrivals = stream(5, seconds=1800)
    outputs, end = run(arrivals, [100, 1000])
    minutes = [m for o in (*outputs, end) for m in o.minutes]
    starts = [m.start_s for m in minutes]
    assert starts == list(range(starts[0], starts[-1] + 60, 60))
    assert sum(m.seconds for m in minutes) == sum(len(o.seconds) for o in outputs)
