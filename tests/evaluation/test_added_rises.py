"""Rises added to recordings: the arithmetic of benchmarks/adding.py, and what is counted of them."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from unhurry.daemon.evaluation import find_sets
from unhurry.daemon.evaluation.course import course_of
from unhurry.daemon.evaluation.labels import Label
from unhurry.daemon.evaluation.truth import truth_of
from unhurry.daemon.evaluation.wear import joined, read_wear
from unhurry.daemon.listening import listen
from unhurry.signal import Arrivals, Kind, Parameters

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
START_S, LASTS_S, FALL_S = 600.0, 300.0, 90.0


@pytest.fixture
def adding(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(BENCHMARKS)
    return importlib.import_module("adding")


@pytest.fixture
def untold(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(BENCHMARKS)
    return importlib.import_module("untold")


@pytest.fixture
def added_rises(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(BENCHMARKS)
    return importlib.import_module("added_rises")


def of_beats(t_ms: Any, rr_1024: Any) -> Arrivals:
    n = len(t_ms)
    return Arrivals(
        np.asarray(t_ms, np.int64), np.full(n, Kind.BEAT, np.int8), np.asarray(rr_1024, np.float64)
    )


def steady(minutes: int) -> Arrivals:
    """A heart of exactly one beat a second."""
    t_ms = 1000 * np.arange(1, 60 * minutes + 1)
    return of_beats(t_ms, np.full(len(t_ms), 1024))


def lived(seed: int = 1) -> Arrivals:
    """Half an hour of a heart that breathes, with false and missed beats, deaf for 8 s in 33, and movement."""
    rng = np.random.default_rng(seed)
    t_ms, rr_ms, now_ms = [], [], 0.0
    while now_ms < 1_800_000:
        own_ms = 800 + 60 * np.sin(now_ms / 700) + rng.normal(0, 15)
        kind = rng.random()
        for part_ms in (
            [0.3 * own_ms, 0.7 * own_ms] if kind < 0.01 else [2 * own_ms] if kind < 0.02 else [own_ms]
        ):
            now_ms += part_ms
            t_ms.append(np.ceil(now_ms))
            rr_ms.append(part_ms)
        if now_ms % 33_000 > 25_000:
            now_ms += 8000
    beats = of_beats(t_ms, np.rint(np.array(rr_ms) * 1.024))
    moved_ms = np.arange(0, 1_800_000, 1000)
    movement = Arrivals(moved_ms, np.full(len(moved_ms), Kind.MOTION, np.int8), rng.random(len(moved_ms)))
    both = joined([movement, beats])
    order = np.argsort(both.arrival_ms, kind="stable")
    return Arrivals(both.arrival_ms[order], both.kind[order], both.value[order])


def the_beats(arrivals: Arrivals) -> tuple[Any, Any]:
    own = arrivals.kind == Kind.BEAT
    return arrivals.arrival_ms[own], arrivals.value[own] / 1.024


def silences_ms(arrivals: Arrivals) -> Any:
    """Time before each beat that its interval does not explain."""
    t_ms, rr_ms = the_beats(arrivals)
    return np.diff(t_ms) - rr_ms[1:]


def rows(arrivals: Arrivals, where: Any) -> list[tuple[int, int, float]]:
    columns = (arrivals.arrival_ms, arrivals.kind, arrivals.value)
    return list(zip(*(column[where].tolist() for column in columns), strict=True))


def test_a_heart_of_60_and_12_more_is_one_of_72(adding: Any) -> None:
    t_ms, rr_ms = the_beats(adding.with_rises(steady(30), (adding.Rise(START_S, LASTS_S, 12.0),)))
    at = t_ms / 1000 - START_S
    top = (at > 40) & (at < 50)
    assert rr_ms[top] == pytest.approx(60_000 / 72, rel=0.005)
    half_way_up = (at > 19) & (at < 21)
    assert rr_ms[half_way_up] == pytest.approx(60_000 / 66, rel=0.01)
    at_the_end = (at > 295) & (at < 300)
    assert rr_ms[at_the_end] == pytest.approx(60_000 / (60 + 0.85 * 12), rel=0.005)
    assert len(rr_ms[at > LASTS_S + FALL_S]) == (1800 - START_S - LASTS_S - FALL_S)


def test_as_many_beats_come_as_the_rise_adds_and_each_follows_the_one_before(adding: Any) -> None:
    added = adding.with_rises(steady(30), (adding.Rise(START_S, LASTS_S, 12.0),))
    beats_more = (40 * 6 + 260 * 11.1 + 90 * 5.1) / 60
    assert len(added) - 1800 == round(beats_more)
    # Rounding to 1 ms and to 1/1024 s is all that may lie between two beats: none is lost, none is doubled.
    assert np.abs(silences_ms(added)).max() < 2
    assert silences_ms(added).sum() == pytest.approx(0, abs=30)


def test_artifacts_stay_artifacts(adding: Any) -> None:
    def of_these(arrivals: Arrivals) -> tuple[int, int]:
        t_ms, rr_ms = the_beats(arrivals)
        own = rr_ms[(t_ms > START_S * 1000) & (t_ms < (START_S + LASTS_S) * 1000)]
        usual = np.median(own)
        return int((own < 0.5 * usual).sum()), int((own > 1.6 * usual).sum())

    before = lived()
    short, long = of_these(before)
    assert min(short, long) >= 2
    assert of_these(adding.with_rises(before, (adding.Rise(START_S, LASTS_S, 18.0),))) == (short, long)


def test_gaps_keep_their_number_and_length(adding: Any) -> None:
    before = lived()
    after = adding.with_rises(before, (adding.Rise(START_S, LASTS_S, 18.0),))
    gaps_before = silences_ms(before)[silences_ms(before) > 1000]
    gaps_after = silences_ms(after)[silences_ms(after) > 1000]
    assert len(the_beats(after)[0]) > len(the_beats(before)[0]) + 50
    assert len(gaps_before) > 40
    assert gaps_after == pytest.approx(gaps_before, abs=4)


def test_a_gap_that_is_written_as_an_interval_stays_one(adding: Any) -> None:
    t_s = np.concatenate((np.arange(1, 701), np.arange(720, 1801)))
    rr_1024 = np.full(len(t_s), 1024.0)
    rr_1024[700] = 20 * 1024
    after = adding.with_rises(of_beats(t_s * 1000, rr_1024), (adding.Rise(START_S, LASTS_S, 12.0),))
    t_ms, rr_ms = the_beats(after)
    (long,) = rr_ms[rr_ms > 2000]
    assert long == pytest.approx(19_000 + 60_000 / 71.6, abs=10)
    assert not ((t_ms > 701_000) & (t_ms < 719_000)).any()
    assert np.abs(silences_ms(after)).max() < 2


def test_outside_of_the_rise_nothing_changes_and_movement_nowhere(adding: Any) -> None:
    before = lived()
    after = adding.with_rises(before, (adding.Rise(START_S, LASTS_S, 18.0),))
    gone_ms = 1000 * (START_S + LASTS_S + FALL_S)
    for arrivals in (before, after):
        assert (np.diff(arrivals.arrival_ms) >= 0).all()
    assert rows(after, after.arrival_ms <= START_S * 1000) == rows(
        before, before.arrival_ms <= START_S * 1000
    )
    # An interval that reaches back into the rise may be another; from two seconds on none does.
    assert rows(after, after.arrival_ms > gone_ms + 2000) == rows(before, before.arrival_ms > gone_ms + 2000)
    assert rows(after, after.kind == Kind.MOTION) == rows(before, before.kind == Kind.MOTION)


def test_nothing_added_is_nothing_changed(adding: Any) -> None:
    before = lived(2)
    after = adding.with_rises(before, (adding.Rise(START_S, LASTS_S, 0.0), adding.Rise(1200.0, 120.0, 0.0)))
    assert rows(after, slice(None)) == rows(before, slice(None))


def test_intervals_that_overlap_do_not_make_time_run_backwards(adding: Any) -> None:
    t_ms = 1000 * np.arange(1, 1801)
    t_ms[660:] -= 800
    after = adding.with_rises(of_beats(t_ms, np.full(1800, 1024)), (adding.Rise(START_S, LASTS_S, 25.0),))
    assert (np.diff(after.arrival_ms) >= 0).all()


def test_rises_begin_where_somebody_is_at_rest_and_far_from_each_other(adding: Any) -> None:
    labels = (Label(0, 4 * 3600, "rest", "sitting"), Label(3600, 7200, "sleep", "sleeping"))
    truth = truth_of(course_of(steady(8 * 60), None), labels)
    for seed in range(5):
        chosen = np.array(adding.moments(truth, 300.0, np.random.default_rng(seed)))
        assert len(chosen) >= 2
        assert (np.diff(chosen) >= 5400).all()
        awake = (chosen + 300 <= 3600 + 15) | (chosen >= 7200 - 15)
        assert (awake & (chosen + 300 <= 4 * 3600 + 15)).all()
    drawn = [adding.moments(truth, 300.0, np.random.default_rng(seed)) for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]


def test_a_height_of_nothing_is_not_told_and_a_great_one_is(
    added_rises: Any,
    folder: Callable[[str], Any],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(added_rises, "HEIGHTS_BPM", (0.0, 25.0))
    people = folder("days")
    people.describe('heart = "rr"\n[motion]\ncolumn = "act"\nstill_below = 10.0\nmoving_from = 60.0\n')
    for seed, name in enumerate(("p1", "p2")):
        people.beats(name, lambda t_s: 66.0 + np.sin(t_s / 40), minutes=200, seed=seed)
        people.motion(name, lambda t_s: 0.0, minutes=200)
        people.labels(name, [(1800, 200 * 60, "rest")])
    (found,) = find_sets([people.path])
    tasks = [added_rises.Task(wearing, Parameters(), True, 0) for wearing in found.wearings]
    results = [(task.wearing.person, added_rises.measure(task)) for task in tasks]
    nothing, great = (added_rises.cell_of(results, 300.0, height_bpm) for height_bpm in (0.0, 25.0))
    assert nothing.told.value == nothing.covered.value == 0.0
    assert great.told.value == great.covered.value == 1.0
    assert great.told.n == sum(of for _, of in great.by_person.values()) >= 2
    assert 50 <= great.delay_median_s.value <= 120
    assert sum(nothing.untold_for.values()) == pytest.approx(1)
    assert nothing.untold_for["under the rise line"] > 0.9
    assert all(sum(each.reasons) == each.rise.lasts_s for _, own in results for each in own if not each.told)
    print(*added_rises.table([nothing, great]), sep="\n")
    assert "300 s  25 bpm   1.00    1.00" in capsys.readouterr().out


def test_a_recording_heard_in_pieces_is_the_same_as_heard_at_once(
    adding: Any, untold: Any, folder: Callable[[str], Any]
) -> None:
    people = folder("days")
    people.beats("p1", lambda t_s: 66.0, minutes=120)
    (wearing,) = find_sets([people.path])[0].wearings
    rises = (adding.Rise(2400.0, 300.0, 20.0), adding.Rise(5400.0, 120.0, 25.0))
    arrivals = adding.with_rises(read_wear(wearing).arrivals, rises)
    pieces, whole = untold.heard(Parameters(), arrivals, rises), listen(Parameters(), arrivals)
    assert len(whole.events) > 0
    assert [(each.confirmed_s, each.end_s) for each in pieces.alarms] == [
        (each.confirmed_s, each.end_s) for each in whole.events
    ]
    assert pieces.seconds.state.tolist() == whole.output.seconds.state.tolist()
