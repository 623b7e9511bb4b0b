"""How a moment went on: counted the same whether Unhurry spoke or not, and never beyond what could be seen."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unhurry.daemon.insights.following import follow_events
from unhurry.daemon.insights.outcome import Course, outcome
from unhurry.daemon.insights.settling import LONGEST_S, Settling, followed_by, runs_of_at_least, settling
from unhurry.daemon.insights.survival import median_time, typical_time
from unhurry.daemon.insights.worker import Insights, Look
from unhurry.signal import ArousalEvent, Beats, Confidence, Ending, Minute, Samples, State, Verdict
from unhurry.store import (
    Anchor,
    Answer,
    Batch,
    Database,
    Decided,
    DecisionKind,
    Moment,
    NewDecision,
    NewPrompt,
    NewRecording,
    Now,
    Reason,
    Writer,
    migrate,
    open_database,
)
from unhurry.store.events import outcome_of_event
from unhurry.store.prompts import Given, answer_prompt

WALL_MS = 1_773_295_200_000
STILL = np.zeros(4000, np.bool_)


def falling(half_after_s: int, length_s: int = 4000) -> np.ndarray:
    """90 bpm that turn into 60 at once."""
    return np.where(np.arange(length_s) < half_after_s, 90.0, 60.0)


def moving(*stretches: tuple[int, int]) -> np.ndarray:
    result = STILL.copy()
    for start, stop in stretches:
        result[start:stop] = True
    return result


# --- settling ---


def test_the_half_way_time_is_counted_from_the_peak() -> None:
    assert settling(falling(120), STILL, 75.0) == Settling(120.0, float(LONGEST_S))


def test_half_way_counts_only_when_it_stays_for_twenty_seconds() -> None:
    dipping = falling(300)
    dipping[100:119] = 60.0
    assert settling(dipping, STILL, 75.0).half_s == 300.0
    dipping[100:120] = 60.0
    assert settling(dipping, STILL, 75.0).half_s == 100.0


@pytest.mark.parametrize(
    ("hr_bpm", "busy", "followed_s"),
    [
        (falling(3000), STILL, LONGEST_S),
        (falling(3000), moving((200, 400)), 200),
        (falling(210), moving((215, 400)), 215),
        (np.where((np.arange(4000) > 90) & (np.arange(4000) < 95), np.nan, 90.0), STILL, 91),
        (falling(700, length_s=600), STILL[:600], 600),
        (falling(5, length_s=12), STILL[:12], 12),
        (falling(0, length_s=0), STILL[:0], 0),
    ],
    ids=[
        "half an hour",
        "movement",
        "movement within the 20 s",
        "gap",
        "end of data",
        "too short",
        "nothing",
    ],
)
def test_what_could_not_be_followed_is_censored_and_not_called_never(
    hr_bpm: np.ndarray, busy: np.ndarray, followed_s: int
) -> None:
    assert settling(hr_bpm, busy, 75.0) == Settling(None, float(followed_s))


@given(st.lists(st.booleans(), max_size=60), st.integers(1, 8))
def test_runs_and_what_follows_them(wanted: list[bool], seconds: int) -> None:
    array = np.array(wanted, np.bool_)
    text = "".join("x" if each else "." for each in wanted)
    kept = "".join(run if len(run) >= seconds else "." * len(run) for run in _runs(text, "x"))
    assert "".join("x" if each else "." for each in runs_of_at_least(array, seconds)) == kept
    after = followed_by(array, seconds)
    assert all(after[i] == any(wanted[max(0, i - seconds) : i + 1]) for i in range(len(wanted)))


def _runs(text: str, letter: str) -> Iterator[str]:
    start = 0
    for stop in range(1, len(text) + 1):
        if stop == len(text) or text[stop] != text[start]:
            run = text[start:stop]
            yield run if run[0] == letter else run.replace(run[0], ".")
            start = stop


# --- survival ---

REMISSION_WEEKS = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
REMISSION_SEEN = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
"""The classic example: Freireich et al. 1963, Blood 21:699-716, doi 10.1182/blood.v21.6.699.699."""


def test_the_median_of_the_classic_example_is_found() -> None:
    times, seen = np.array(REMISSION_WEEKS, np.float64), np.array(REMISSION_SEEN, np.bool_)
    assert median_time(times, seen) == 23.0
    found = typical_time(times, seen)
    assert (found.n, found.seen, found.median_s) == (21, 9, 23.0)
    assert found.low_s is not None
    assert 10 <= found.low_s <= 22
    assert found.high_s is None, "the curve's upper bound never comes down to a half"


def test_without_censoring_the_median_is_the_median() -> None:
    times = np.arange(1.0, 16.0)
    assert median_time(times, np.ones(15, np.bool_)) == 8.0


def test_censoring_never_makes_the_heart_look_faster() -> None:
    times = np.arange(1.0, 16.0)
    seen = np.ones(15, np.bool_)
    seen[::3] = False
    assert median_time(times, seen) > 8.0
    assert typical_time(times, np.zeros(15, np.bool_)).median_s is None


def test_a_handful_has_a_median_but_no_interval() -> None:
    found = typical_time(np.array([60.0, 90.0, 120.0]), np.ones(3, np.bool_))
    assert (found.median_s, found.low_s, found.high_s) == (90.0, None, None)
    assert typical_time(np.array([]), np.array([], np.bool_)).median_s is None


# --- area and RMSSD ---


def steady_beats(rr_ms: float, length_s: float, *, swing_ms: float = 0.0) -> Beats:
    rr = np.full(int(length_s * 1000 / rr_ms), rr_ms)
    rr[::2] += swing_ms
    rr_1024 = np.rint(rr * 1.024).astype(np.int64)
    t_ms = np.cumsum(rr).astype(np.int64)
    return Beats(t_ms, rr_1024, np.zeros(len(rr), np.int8), np.full(len(rr), 40, np.int64))


def course(hr_bpm: np.ndarray, **changes: object) -> Course:
    made = Course(
        first_s=0,
        hr_bpm=hr_bpm,
        moving=STILL[: len(hr_bpm)],
        beats=steady_beats(800.0, len(hr_bpm), swing_ms=40.0),
        peak_s=200.0,
        decided_s=200.0,
        rested_s=200.0,
        hr_peak_bpm=90.0,
        hr_baseline_bpm=60.0,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def test_the_area_is_what_lies_over_the_usual_in_the_ten_minutes_after_the_decision() -> None:
    assert outcome(course(falling(200 + 300))).area_bpm_min == pytest.approx(30 * 5)
    assert outcome(course(np.full(4000, 55.0))).area_bpm_min == 0.0
    before = falling(200 + 300)
    before[:200] = 190.0
    assert outcome(course(before)).area_bpm_min == pytest.approx(150), "what came before is nobody's work"


def test_seconds_that_are_not_known_are_taken_to_be_like_the_others() -> None:
    gap = np.full(4000, 75.0)
    gap[300:560] = np.nan
    assert outcome(course(gap)).area_bpm_min == pytest.approx(150)
    gap[300:620] = np.nan
    assert outcome(course(gap)).area_bpm_min is None


def test_movement_and_three_minutes_after_it_do_not_count() -> None:
    walking = np.full(4000, 76.0)
    walking[250:430] = 130.0
    walked = outcome(course(walking, moving=moving((250, 280))))
    assert walked.area_bpm_min == pytest.approx(160), "130 bpm were within three minutes of the walk"
    assert walked.settling == Settling(None, 50.0)
    assert outcome(course(walking, moving=moving((250, 254)))).area_bpm_min > 200, "a turn in the chair"  # type: ignore[operator]
    assert outcome(course(walking, moving=moving((220, 400)))).area_bpm_min is None


def test_ten_minutes_that_are_not_over_have_no_area() -> None:
    assert outcome(course(np.full(799, 75.0))).area_bpm_min is None
    assert outcome(course(np.full(800, 75.0))).area_bpm_min == pytest.approx(150)


def test_rmssd_is_that_of_minutes_two_to_four_after() -> None:
    assert outcome(course(falling(500))).rmssd_after_ms == pytest.approx(40.0, abs=1.0)
    assert outcome(course(falling(500), moving=moving((400, 420)))).rmssd_after_ms is None
    assert outcome(course(falling(500, length_s=400))).rmssd_after_ms is None


def test_rmssd_never_counts_a_difference_across_a_gap_or_a_rejected_beat() -> None:
    beats = steady_beats(800.0, 4000, swing_ms=40.0)
    # A rejected beat of half the length every ten beats, and the first after a gap likewise odd.
    rr_1024, verdict = beats.rr_1024.copy(), beats.verdict.copy()
    rr_1024[5::20], verdict[5::20] = 400, Verdict.ECTOPIC
    rr_1024[15::40], verdict[15::40] = 820, Verdict.GAP
    judged = replace(beats, rr_1024=rr_1024, verdict=verdict)
    assert outcome(course(falling(500), beats=judged)).rmssd_after_ms == pytest.approx(40.0, abs=1.0)
    all_rejected = replace(beats, verdict=np.full(len(beats), Verdict.ECTOPIC, np.int8))
    assert outcome(course(falling(500), beats=all_rejected)).rmssd_after_ms is None


# --- from the file, over stops and restarts ---


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "unhurry.db"
    migrate(path)
    return path


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    with open_database(path) as database:
        yield database


def event(number: int = 1, start_s: float = 600.0, end_s: float | None = 900.0) -> ArousalEvent:
    ending = None if end_s is None else Ending.SETTLED
    values = (number, start_s, start_s + 47.0, start_s + 90.0, end_s, 90.0, 60.0, 5.5)
    return ArousalEvent(*values, Confidence.HIGH, ending)


def decided(number: int, t_s: float, reason: Reason = Reason.OK) -> Decided:
    shown = WALL_MS + round(t_s * 1000)
    kind = DecisionKind.PROMPT if reason is Reason.OK else DecisionKind.HELD
    prompt = NewPrompt(shown, shown + 900_000, "four_six") if reason is Reason.OK else None
    return Decided(NewDecision(t_s, number, kind, reason, {"rise_bpm": 20.0}), prompt)


class Lived:
    """A recording that grows: 90 bpm until 13:30, then 60."""

    def __init__(self, database: Database, *, motion: bool = False) -> None:
        self.writer = Writer(database)
        levels = (20.0, 48.0) if motion else (None, None)
        self.id = self.writer.open_recording(
            NewRecording("ble", "Polar H10 1234", Anchor(WALL_MS, 3600), False, *levels)
        )
        self.reached_s = 0
        self.beat_ms = 0.0

    def until(self, second: int, *events: ArousalEvent, decisions: tuple[Decided, ...] = ()) -> None:
        times = []
        while self.beat_ms <= second * 1000:
            self.beat_ms += 60_000 / (90 if self.beat_ms < 810_000 else 60)
            times.append(round(self.beat_ms))
        t_ms = np.array(times, np.int64)
        rr_1024 = np.full(len(t_ms), round(60_000 / (90 if self.reached_s < 810 else 60) * 1.024), np.int64)
        late = np.full(len(t_ms), 40, np.int64)
        beats = Beats(t_ms, rr_1024, np.zeros(len(t_ms), np.int8), late)
        self.reached_s = second
        now = Now(second * 1000)
        self.writer.write_batch(Batch(self.id, beats=beats, events=events, decisions=decisions, now=now))


def test_an_event_is_followed_as_the_recording_grows_and_then_left_alone(database: Database) -> None:
    lived, look = Lived(database), follow_events(database)
    lived.until(810, event(end_s=None), decisions=(decided(1, 647.0),))
    look()
    assert outcome_of_event(database, 1) is None
    lived.until(1100, event())
    look()
    early = outcome_of_event(database, 1)
    assert early is not None
    assert early.settled_half_s == pytest.approx(810 - 690, abs=2)
    assert (early.followed_s, early.area_bpm_min, early.prompt_id) == (None, None, 1)
    lived.until(2600)
    look()
    late = outcome_of_event(database, 1)
    assert late is not None
    assert (late.settled_half_s, late.followed_s) == (early.settled_half_s, 1800.0)
    assert late.area_bpm_min == pytest.approx(30 * (810 - 647) / 60, abs=1)
    assert late.rmssd_after_ms is not None
    changes = database.value("SELECT max(n) FROM changes")
    look()
    assert database.value("SELECT max(n) FROM changes") == changes, "looking again changes nothing"


def test_what_a_crash_left_unfinished_is_found_again_in_the_file(path: Path) -> None:
    with open_database(path) as database:
        lived = Lived(database)
        lived.until(810, event(end_s=None), decisions=(decided(1, 647.0, Reason.COOLDOWN),))
        lived.until(2600, event())
    with open_database(path) as database:
        follow_events(database)()
        found = outcome_of_event(database, 1)
        assert found is not None
        assert (found.followed_s, found.prompt_id) == (1800.0, None)
        assert found.area_bpm_min is not None


def test_a_recording_that_ended_early_ends_the_following(database: Database) -> None:
    lived = Lived(database)
    lived.until(780, event(end_s=None))
    lived.writer.end_recording(lived.id, 780_000, "stopped")
    follow_events(database)()
    found = outcome_of_event(database, 1)
    assert found is not None
    assert (found.settled_half_s, found.area_bpm_min) == (None, None)
    assert found.followed_s == pytest.approx(780 - 690, abs=1)


def test_movement_in_the_file_ends_the_following(database: Database) -> None:
    lived = Lived(database, motion=True)
    lived.until(780, event())
    walk = Samples(np.arange(740, 800, dtype=np.int64) * 1000, np.full(60, 96.0))
    lived.writer.write_batch(Batch(lived.id, motion=walk))
    lived.until(2600)
    follow_events(database)()
    found = outcome_of_event(database, 1)
    assert found is not None
    # A five-second mean is over the line as soon as there is nothing but walking in it.
    assert (found.settled_half_s, found.followed_s) == (None, 741 - 690)


def test_without_movement_data_a_moving_minute_ends_the_following(database: Database) -> None:
    lived = Lived(database)
    lived.until(780, event())
    lived.writer.write_batch(
        Batch(lived.id, minutes=(Minute(720, State.MOVING, 60, 90.0, None, None, None, None, 1.0),))
    )
    lived.until(2600)
    follow_events(database)()
    found = outcome_of_event(database, 1)
    assert found is not None
    assert (found.settled_half_s, found.followed_s) == (None, 30.0)


def test_after_a_practice_rmssd_is_counted_from_its_end(database: Database) -> None:
    lived, look = Lived(database), follow_events(database)
    lived.until(700, event(end_s=None), decisions=(decided(1, 647.0),))
    answer_prompt(database, 1, Given(Answer.START), Moment(WALL_MS + 650_000, 3600))
    lived.until(1000, event())
    look()
    answer_prompt(database, 1, Given(Answer.DONE, felt="better"), Moment(WALL_MS + 900_000, 3600))
    lived.until(1100)
    look()
    unfinished = outcome_of_event(database, 1)
    assert unfinished is not None
    assert unfinished.rmssd_after_ms is None, "its end is known, minutes two to four after it are not over"
    lived.until(1145)
    look()
    finished = outcome_of_event(database, 1)
    assert finished is not None
    assert finished.rmssd_after_ms == pytest.approx(0.0, abs=1.0)
    assert finished.felt == "better"


def test_a_moment_that_comes_back_within_two_hours_is_noted_on_the_first(database: Database) -> None:
    lived, look = Lived(database), follow_events(database)
    lived.until(2600, event())
    look()
    assert outcome_of_event(database, 1).recurred_s is None  # type: ignore[union-attr]
    lived.until(3700, event(2, 3600.0, 3650.0))
    look()
    assert outcome_of_event(database, 1).recurred_s == pytest.approx(3600 - 647)  # type: ignore[union-attr]
    assert outcome_of_event(database, 2).recurred_s is None  # type: ignore[union-attr]
    lived.until(3600 + 3 * 3600, event(3, 3600.0 + 2 * 3600 + 48, 3600.0 + 2 * 3600 + 100))
    look()
    assert outcome_of_event(database, 2).recurred_s is None, "two hours and a second later is another time"  # type: ignore[union-attr]


# --- the thread ---


def test_the_worker_looks_once_more_when_it_is_stopped(path: Path) -> None:
    seen: list[str] = []

    def study(database: Database) -> Look:
        return lambda: seen.append(str(database.value("SELECT count(*) FROM events")))

    insights = Insights(path, (study,), every_s=3600)
    insights.start()
    assert seen == []
    insights.stop()
    assert seen == ["0"]


def test_a_study_that_breaks_is_reported_and_the_others_go_on(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    looked = threading.Event()
    calls = {"broken": 0, "sound": 0}

    def broken(database: Database) -> Look:
        def look() -> None:
            calls["broken"] += 1
            raise ZeroDivisionError

        return look

    def sound(database: Database) -> Look:
        def look() -> None:
            calls["sound"] += 1
            if calls["sound"] >= 3:
                looked.set()

        return look

    insights = Insights(path, (broken, sound), every_s=0.01)
    with caplog.at_level(logging.ERROR):
        insights.start()
        assert looked.wait(30)
        insights.stop()
    assert calls["broken"] == 1
    assert sum("has stopped" in record.message for record in caplog.records) == 1


def test_a_locked_database_is_looked_at_again_later(path: Path) -> None:
    with open_database(path) as database:
        lived = Lived(database)
        lived.until(2600, event())
    other = open_database(path)
    other.execute("BEGIN IMMEDIATE")
    refused, done = threading.Event(), threading.Event()

    def study(database: Database) -> Look:
        database.execute("PRAGMA busy_timeout = 10")
        follow = follow_events(database)

        def look() -> None:
            try:
                follow()
            except Exception:
                refused.set()
                raise
            done.set()

        return look

    insights = Insights(path, (study,), every_s=0.02)
    insights.start()
    assert refused.wait(30)
    other.execute("ROLLBACK")
    assert done.wait(30)
    insights.stop()
    assert outcome_of_event(other, 1) is not None
    other.close()
