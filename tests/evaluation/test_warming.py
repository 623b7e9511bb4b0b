"""Six hours of another person's day, put before a recording, fit it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from unhurry.daemon.evaluation.course import course_of
from unhurry.daemon.evaluation.donor import WARM_S, warmed
from unhurry.daemon.evaluation.people import Wearing, find_donors, find_sets
from unhurry.daemon.evaluation.truth import truth_of
from unhurry.daemon.evaluation.wear import Wear, read_wear
from unhurry.signal import Kind

HOURS = 9
UNIT = 'heart = "{}"\n[motion]\ncolumn = "act"\nstill_below = {}\nmoving_from = {}\n'


@pytest.fixture
def donors(folder: Callable[[str], Any]) -> tuple[Wearing, ...]:
    """Two days of a walk every third half hour; `a` sleeps from the first hour to the second."""
    made = folder("mmash")
    made.describe(UNIT.format("rr", 10, 60))
    for seed, name in enumerate(("a", "b")):
        made.beats(name, lambda s: 90 if int(s) // 1800 % 3 == 2 else 70, HOURS * 60, seed=seed)
        made.motion(name, lambda s: 90 if int(s) // 1800 % 3 == 2 else 5, HOURS * 60)
        rest = [(0, HOURS * 3600, "rest")]
        made.labels(name, [*rest, (3600, 7200, "sleep")] if name == "a" else rest)
    return find_donors(find_sets([made.path]))


@pytest.fixture
def short(folder: Callable[[str], Any]) -> tuple[Wearing, Wear, float]:
    """Ten minutes of somebody else, at 55."""
    made = folder("lab")
    made.describe(UNIT.format("rr", 0.02, 0.06))
    made.beats("p1", lambda s: 55, 10)
    made.motion("p1", lambda s: 0.001, 10)
    made.labels("p1", [(0, 600, "baseline")])
    return described(made.path)


def described(path: Path) -> tuple[Wearing, Wear, float]:
    (wearing,) = find_sets([path])[0].wearings
    wear = read_wear(wearing)
    quiet_bpm = truth_of(course_of(wear.arrivals, wear.motion_levels), wear.labels).quiet_bpm
    assert quiet_bpm is not None
    return wearing, wear, quiet_bpm


def test_the_recording_follows_whole_six_hours_later(
    donors: tuple[Wearing, ...], short: tuple[Wearing, Wear, float]
) -> None:
    own = short[1].arrivals
    found = warmed(*short, donors)

    assert found is not None
    assert found.offset_s == WARM_S
    late = found.arrivals.arrival_ms >= WARM_S * 1000
    assert np.array_equal(found.arrivals.arrival_ms[late] - WARM_S * 1000, own.arrival_ms)
    assert np.array_equal(found.arrivals.value[late], own.value)
    assert (np.diff(found.arrivals.arrival_ms) >= 0).all()
    assert found.arrivals.arrival_ms[0] == 0
    assert found.arrivals.arrival_ms[~late][-1] > (WARM_S - 3) * 1000


def test_heart_and_movement_become_the_wearers_own(
    donors: tuple[Wearing, ...], short: tuple[Wearing, Wear, float]
) -> None:
    found = warmed(*short, donors[1:])
    assert found is not None
    before = course_of(found.arrivals, short[1].motion_levels)
    resting, walking = before.between(100, 1500), before.between(4700, 6500)

    assert np.nanmedian(before.level_bpm[resting]) == pytest.approx(55, abs=1)
    assert np.nanmedian(before.level_bpm[walking]) == pytest.approx(75, abs=1)
    # Slower beats take longer: the walk begins at 3600 s x 70 / 55. Half of still is half of still, and one and
    # a half times moving likewise, whatever the unit.
    assert np.nanmedian(before.motion[resting]) * 0.06 == pytest.approx(0.01, rel=1e-4)
    assert np.nanmedian(before.motion[walking]) == pytest.approx(1.5, rel=1e-4)


def test_intervals_and_clock_agree(donors: tuple[Wearing, ...], short: tuple[Wearing, Wear, float]) -> None:
    found = warmed(*short, donors)
    assert found is not None
    beats = (found.arrivals.kind == Kind.BEAT) & (found.arrivals.arrival_ms < WARM_S * 1000)
    t_ms, rr_ms = found.arrivals.arrival_ms[beats], found.arrivals.value[beats] / 1.024
    assert np.abs(np.diff(t_ms) - rr_ms[1:]).max() < 4


def test_a_donor_is_never_the_same_person_and_always_the_same(donors: tuple[Wearing, ...]) -> None:
    for own, other in ((donors[0], "b"), (donors[1], "a")):
        wear = read_wear(own)
        found, again = warmed(own, wear, 70.0, donors), warmed(own, wear, 70.0, donors[::-1])
        assert found is not None
        assert again is not None
        assert found.donor == again.donor == other
        assert np.array_equal(found.arrivals.arrival_ms, again.arrivals.arrival_ms)
    assert warmed(donors[0], read_wear(donors[0]), 70.0, donors[:1]) is None


def test_the_six_hours_have_no_sleep_in_them(donors: tuple[Wearing, ...]) -> None:
    wear = read_wear(donors[1])
    found = warmed(donors[1], wear, 70.0, donors)
    assert found is not None
    # Sleep of `a` ends at 7200 s; the walk that begins at 9000 s then comes after half an hour.
    before = course_of(found.arrivals, wear.motion_levels)
    assert not (before.motion[before.between(0, 1770)] >= 1).any()
    assert (before.motion[before.between(1830, 3550)] >= 1).all()


def test_heart_rate_alone_gets_a_heart_rate_a_second(
    donors: tuple[Wearing, ...], folder: Callable[[str], Any]
) -> None:
    made = folder("wrist")
    made.describe('heart = "hr"\n')
    made.rates("p1", lambda s: 62, 10)
    made.labels("p1", [(0, 600, "rest")])

    found = warmed(*described(made.path), donors)

    assert found is not None
    assert set(found.arrivals.kind.tolist()) == {Kind.HEART_RATE}
    early = found.arrivals.arrival_ms < WARM_S * 1000
    assert np.median(found.arrivals.value[early][:1000]) == pytest.approx(62, abs=1)
    assert early.sum() == pytest.approx(WARM_S, abs=5)


def test_a_recording_that_begins_before_its_zero_keeps_whole_minutes(
    donors: tuple[Wearing, ...], short: tuple[Wearing, Wear, float]
) -> None:
    wearing, wear, quiet_bpm = short
    early = replace(wear.arrivals, arrival_ms=wear.arrivals.arrival_ms - 61_000)
    found = warmed(wearing, replace(wear, arrivals=early), quiet_bpm, donors)
    assert found is not None
    assert found.offset_s == WARM_S + 120
    assert (np.diff(found.arrivals.arrival_ms) >= 0).all()
