"""When Unhurry suggests that a practice be left: the heart climbs, or the wearer says it is worse."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unhurry.daemon.prompting.stopping_rule import KEEP_ON, SENTENCES, Cause, Course, advise

SECONDS = np.arange(1.0, 181.0)


def course(level_bpm: object, usual_bpm: float | None = 64.0, upto: int = 180) -> Course:
    level = np.broadcast_to(np.asarray(level_bpm, np.float64), SECONDS.shape)
    return Course(SECONDS[:upto], level[:upto].copy(), usual_bpm)


def climbing(by_bpm: float, from_bpm: float = 80.0) -> Course:
    """Level for two minutes, then `by_bpm` higher."""
    return course(np.where(SECONDS > 130, from_bpm + by_bpm, from_bpm))


def test_a_heart_that_comes_down_or_stays_is_left_alone() -> None:
    assert advise(course(88 - SECONDS / 20)) == KEEP_ON
    assert advise(course(88.0)) == KEEP_ON
    assert KEEP_ON.sentence is None


@pytest.mark.parametrize(("by_bpm", "cause"), [(5.9, None), (6.0, Cause.CLIMBING), (20.0, Cause.CLIMBING)])
def test_six_beats_within_a_minute_are_a_climb(by_bpm: float, cause: Cause | None) -> None:
    assert advise(climbing(by_bpm)).cause is cause


def test_a_heart_that_comes_up_to_its_usual_is_no_sign_of_distress() -> None:
    rising = climbing(10.0, from_bpm=50.0)
    assert advise(rising) == KEEP_ON
    assert advise(Course(rising.t_s, rising.level_bpm, None)).cause is Cause.CLIMBING
    assert advise(Course(rising.t_s, rising.level_bpm, 59.0)).cause is Cause.CLIMBING


def test_the_swing_of_a_slow_breath_is_no_climb() -> None:
    swinging = 70 + 12 * np.sin(2 * np.pi * SECONDS / 10)
    for upto in range(60, 181):
        assert advise(course(swinging, upto=upto)) == KEEP_ON


def test_what_the_wearer_says_comes_first_and_needs_no_heart() -> None:
    nothing = Course(np.empty(0), np.empty(0), None)
    advice = advise(nothing, felt_worse=True)
    assert (advice.cause, advice.sentence) == (Cause.WORSE, SENTENCES[Cause.WORSE])
    assert advise(nothing) == KEEP_ON


def test_a_minute_that_was_not_heard_suggests_nothing() -> None:
    rising = climbing(20.0)
    deaf = np.where(SECONDS < 125, np.nan, rising.level_bpm)
    assert advise(Course(SECONDS, deaf, 64.0)) == KEEP_ON
    assert advise(course(88.0, upto=40)) == KEEP_ON


@given(
    st.lists(st.one_of(st.just(float("nan")), st.floats(30, 220)), max_size=200),
    st.one_of(st.none(), st.floats(40, 120)),
)
def test_it_always_has_an_answer(levels: list[float], usual_bpm: float | None) -> None:
    t_s = np.arange(1.0, len(levels) + 1)
    advice = advise(Course(t_s, np.array(levels, np.float64), usual_bpm))
    assert advice == KEEP_ON or advice.sentence == SENTENCES[Cause.CLIMBING]
