"""Told, covered, late, false: each definition by an answer worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from unhurry.daemon.evaluation.bootstrap import Sample
from unhurry.daemon.evaluation.course import Course
from unhurry.daemon.evaluation.detection import Alarm
from unhurry.daemon.evaluation.labels import Label
from unhurry.daemon.evaluation.tally import mean_tally, tally
from unhurry.daemon.evaluation.truth import Truth, truth_of


def an_hour(*labels: tuple[float, float, str]) -> Truth:
    """Return an hour in which the heart is up by 20 from 1000 to 1300 s, and the body walks at 3000 s."""
    level = np.full(3600, 60.0)
    level[1000:1300] = 80.0
    motion = np.zeros(3600)
    motion[3000:3060] = 2.0
    rows = labels or ((0, 1000, "rest"), (1000, 1300, "stress"), (1300, 3600, "rest"))
    return truth_of(Course(0, level, motion), tuple(Label(a, b, name, name) for a, b, name in rows))


@pytest.mark.parametrize(
    ("confirmed_s", "told"), [(939, 0), (940, 1), (1000, 1), (1300, 1), (1360, 1), (1360.5, 0)]
)
def test_a_span_is_told_from_a_minute_before_to_a_minute_after(confirmed_s: float, told: int) -> None:
    assert tally(an_hour(), (Alarm(confirmed_s, confirmed_s + 1),)).told == told


def test_one_event_tells_one_span() -> None:
    truth = an_hour((0, 900, "rest"), (1000, 1100, "stress"), (1110, 1210, "stress"))
    assert tally(truth, (Alarm(1105, 1106),)).told == 1
    assert tally(truth, (Alarm(1050, 1051), Alarm(1090, 1091))).told == 2
    assert tally(truth, (Alarm(1040, 1041), Alarm(1020, 1021))).told == 1


@pytest.mark.parametrize(
    ("alarm", "covered"),
    [((1100, 1129), 0), ((1100, 1130), 1), ((900, 1030), 1), ((1271, 2000), 0), ((1310, 1400), 0)],
)
def test_a_span_is_covered_by_an_event_open_for_thirty_seconds_of_it(
    alarm: tuple[float, float], covered: int
) -> None:
    found = tally(an_hour(), (Alarm(*alarm),))
    assert (found.covered, found.covered_responders) == (covered, covered)


def test_two_events_of_fifteen_seconds_do_not_cover() -> None:
    assert tally(an_hour(), (Alarm(1100, 1115), Alarm(1200, 1215))).covered == 0


@pytest.mark.parametrize(("confirmed_s", "latency_s"), [(1060, 45), (1010, 0), (900, 0)])
def test_latency_counts_from_the_rise_and_is_none_for_an_event_already_open(
    confirmed_s: float, latency_s: float
) -> None:
    # The level is up from 1000 s on, so the rise has lasted 15 s at 1015 s.
    assert tally(an_hour(), (Alarm(confirmed_s, 1250),)).latencies_s == (latency_s,)


def test_what_tells_or_covers_stress_is_not_false_and_everything_else_is() -> None:
    telling, covering, second, false = Alarm(950, 955), Alarm(700, 1100), Alarm(1350, 1400), Alarm(2000, 2100)
    truth = an_hour()
    rest = next(i for i, ground in enumerate(truth.grounds) if ground.label == "rest")

    assert tally(truth, (telling,)).alarms[rest] == 0
    assert tally(truth, (covering,)).alarms[rest] == 0
    assert tally(truth, (false,)).alarms[rest] == 1
    # The span is told already: the alarm after it is one too many.
    assert tally(truth, (telling, second)).alarms[rest] == 1


def test_false_alarms_are_counted_apart_where_nobody_walks() -> None:
    truth = an_hour()
    rest = next(i for i, ground in enumerate(truth.grounds) if ground.label == "rest")
    found = tally(truth, (Alarm(2000, 2010), Alarm(3100, 3110), Alarm(3500, 3510)))
    assert (found.alarms[rest], found.alarms_free[rest]) == (3, 2)


def test_stretches_with_an_alarm_are_counted_once_each() -> None:
    truth = an_hour((0, 1000, "exercise"), (2000, 3000, "exercise"))
    exercise = next(i for i, ground in enumerate(truth.grounds) if ground.label == "exercise")
    found = tally(truth, (Alarm(10, 11), Alarm(20, 21), Alarm(1500, 1510)))
    assert (found.raised[exercise], found.alarms[exercise]) == (1, 2)


def test_no_alarm_and_an_alarm_outside_the_recording_count_nothing() -> None:
    truth = an_hour()
    for alarms in ((), (Alarm(-5000, -10),), (Alarm(9999, 9999),)):
        found = tally(truth, alarms)
        assert (found.told, found.covered, sum(found.alarms)) == (0, 0, 0)


def test_draws_are_averaged() -> None:
    truth = an_hour()
    both = mean_tally((tally(truth, (Alarm(1010, 1100),)), tally(truth, ())))
    assert (both.told, both.covered) == (0.5, 0.5)


def test_shares_and_rates_are_sums_over_sums() -> None:
    sample = Sample.of(["a", "b", "c"])
    share = sample.share([1, 0, 2], [1, 1, 2])
    assert (share.value, share.n) == (0.75, 4)
    assert share.low is not None
    assert share.high is not None
    assert share.low < 0.75 < share.high
    rate = sample.rate([3, 0, 0], [1.0, 0.0, 5.0])
    assert (rate.value, rate.n) == (0.5, 2)


def test_recordings_of_one_person_are_one_observation() -> None:
    own = Sample.of(["a", "a", "a"]).share([0, 1, 1], [1, 1, 1])
    assert (own.low, own.high) == (None, None)
    # Two people, who differ: a draw is of either or of both, whatever their numbers of recordings.
    two = Sample.of(["a", "a", "b"]).share([1, 1, 0], [1, 1, 1])
    assert (two.low, two.high) == (0.0, 1.0)


def test_the_same_recordings_give_the_same_interval() -> None:
    people = [f"p{i}" for i in range(9)]
    hits = [i % 2 for i in range(9)]
    assert Sample.of(people).share(hits, [1] * 9) == Sample.of(people).share(hits, [1] * 9)


def test_quantiles_are_of_all_values_together() -> None:
    figure = Sample.of(["a", "b"]).quantile([(10.0, 20.0), (30.0,)], 0.5)
    assert (figure.value, figure.low, figure.high, figure.n) == (20.0, 10.0, 30.0, 3)
    assert Sample.of(["a"]).quantile([()], 0.5).value is None


def test_the_area_is_the_chance_of_the_higher_score_with_ties_half() -> None:
    sample = Sample.of(["a", "b"])
    above = [np.array([0, 0, 40]), np.array([0, 40, 0])]
    below = [np.array([40, 0, 0]), np.array([0, 40, 0])]
    # All against all: 3 of 4 pairs of people are won, one of them is a tie.
    pooled = sample.area(above, below)
    assert pooled.value == pytest.approx((1 + 1 + 0.5 + 1) / 4)
    each = sample.mean_area(above, below)
    assert each.value == pytest.approx((1 + 0.5) / 2)
    assert sample.area([None, None], below).value is None
