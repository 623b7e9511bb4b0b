"""The pace at which a heart swings widest: found where it stands out, left open where it does not."""

from __future__ import annotations

import numpy as np
import pytest

from unhurry.daemon.simulation.breather import beats_of_breath, following
from unhurry.signal.adherence import Stretch
from unhurry.signal.records import Beats
from unhurry.signal.resonance import PACES, Found, Step, breath_swings, resonance


def step(
    per_minute: float, swing_bpm: float, *, along: bool = True, breaths: int = 9, spread: float = 1.0
) -> Step:
    swings = swing_bpm + spread * np.linspace(-1.5, 1.5, breaths)
    return Step(round(60_000 / per_minute), swings, along)


def test_a_pace_that_stands_out_is_found() -> None:
    found = resonance(tuple(step(pace, 14.0 if pace == 5.5 else 10.0) for pace in PACES))
    assert (found.found, found.per_minute) == (Found.PACE, 5.5)
    assert (found.low_per_minute, found.high_per_minute) == (5.5, 5.5)
    assert [each.per_minute for each in found.steps] == list(PACES)
    best = found.steps[2]
    assert best.widest == 1.0
    assert best.low_bpm is not None
    assert best.high_bpm is not None
    assert best.low_bpm < 14.0 < best.high_bpm


def test_two_paces_that_are_too_close_to_tell_are_both_named() -> None:
    found = resonance(tuple(step(pace, {5.5: 14.0, 5.0: 14.1}.get(pace, 8.0)) for pace in PACES))
    assert found.found is Found.TOO_CLOSE
    assert (found.low_per_minute, found.high_per_minute) == (5.0, 5.5)
    assert found.per_minute in {5.0, 5.5}


def test_a_step_the_heart_did_not_go_along_with_is_never_the_result() -> None:
    steps = tuple(step(pace, 30.0 if pace == 4.5 else pace + 5, along=pace != 4.5) for pace in PACES)
    found = resonance(steps)
    assert (found.found, found.per_minute) == (Found.TOO_CLOSE, 6.5)
    assert not found.steps[-1].used
    assert found.steps[-1].swing_bpm == pytest.approx(30.0)


@pytest.mark.parametrize("usable", [0, 1, 2])
def test_with_fewer_than_three_steps_nothing_is_said(usable: int) -> None:
    steps = tuple(step(pace, 10.0, along=i < usable) for i, pace in enumerate(PACES))
    found = resonance(steps)
    assert (found.found, found.per_minute, found.low_per_minute) == (Found.NOT_ENOUGH, None, None)
    assert resonance(()).steps == ()


def test_a_step_with_hardly_a_breath_in_it_does_not_count() -> None:
    steps = (step(6.5, 9), step(6.0, 10), step(5.5, 11, breaths=4))
    assert resonance(steps).found is Found.NOT_ENOUGH


def test_a_pace_tried_again_counts_with_the_try_that_worked() -> None:
    steps = (step(6.5, 9), step(6.0, 10), step(5.5, 2, along=False), step(5.5, 20))
    found = resonance(steps)
    assert (found.found, found.per_minute) == (Found.PACE, 5.5)
    assert found.steps[-1].swing_bpm == pytest.approx(20)


def test_the_same_steps_give_the_same_result() -> None:
    steps = tuple(step(pace, 10 + pace / 5) for pace in PACES)
    assert resonance(steps) == resonance(steps)


def test_the_swing_of_a_breath_is_measured_in_beats() -> None:
    pace_hz = 0.1
    beats = beats_of_breath(4, following(4, pace_hz, 120), half_swing_bpm=7.0)
    swings = breath_swings(beats, 10_000, Stretch(0, 120_000))
    assert len(swings) == 10
    assert float(np.median(swings)) == pytest.approx(15, abs=4)


def test_breaths_without_their_beats_have_no_swing() -> None:
    beats = beats_of_breath(4, following(4, 0.1, 120), half_swing_bpm=7.0)
    kept = (beats.t_ms < 40_000) | (beats.t_ms > 80_000)
    holed = Beats(beats.t_ms[kept], beats.rr_1024[kept], beats.verdict[kept], beats.late_ms[kept])
    assert len(breath_swings(holed, 10_000, Stretch(0, 120_000))) == 6
    nothing = np.zeros(0, np.int64)
    none = Beats(nothing, nothing, nothing.astype(np.int8), nothing)
    assert len(breath_swings(none, 10_000, Stretch(0, 120_000))) == 0


def test_a_heart_with_a_resonance_of_its_own_is_told_near_it() -> None:
    right = 0
    for person in range(20):
        steps: list[Step] = []
        for pace in PACES:
            pace_hz = pace / 60
            half = 8.0 * np.exp(-(((pace - 5.5) / 0.8) ** 2))
            beats = beats_of_breath(
                1000 * person + round(10 * pace), following(person, pace_hz, 120), half_swing_bpm=float(half)
            )
            breath_ms = round(60_000 / pace)
            steps.append(Step(breath_ms, breath_swings(beats, breath_ms, Stretch(0, 120_000)), along=True))
        found = resonance(tuple(steps))
        assert found.low_per_minute is not None
        assert found.high_per_minute is not None
        right += found.low_per_minute <= 5.5 <= found.high_per_minute
    assert right >= 16
