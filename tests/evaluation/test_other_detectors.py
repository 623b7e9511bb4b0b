"""The detectors beside ours do what is said of them."""

from __future__ import annotations

import numpy as np

from unhurry.daemon.evaluation.course import Course
from unhurry.daemon.evaluation.detection import Alarm
from unhurry.daemon.evaluation.references import (
    additional_heart_rate,
    fixed_threshold,
    random_times,
    variability_dip,
)
from unhurry.signal import Arrivals, Kind


def course(level_bpm: np.ndarray, motion: np.ndarray | None = None) -> Course:
    return Course(0, level_bpm.astype(float), np.full(len(level_bpm), np.nan) if motion is None else motion)


def test_a_threshold_must_be_exceeded_for_45_seconds() -> None:
    level = np.full(600, 80.0)
    level[100:144] = 96
    level[200:245] = 96
    level[300:400] = 95
    assert fixed_threshold(course(level), 95.0) == (Alarm(245, 245),)
    level[200:300] = 96
    level[250] = np.nan
    assert fixed_threshold(course(level), 95.0) == (Alarm(245, 250), Alarm(296, 300))


def test_a_minute_three_over_the_three_before_is_additional() -> None:
    level = np.full(600, 60.0)
    level[300:360] = 63
    assert additional_heart_rate(course(level)) == (Alarm(360, 420),)
    level[300:360] = 62.9
    assert additional_heart_rate(course(level)) == ()


def test_with_more_movement_it_is_not() -> None:
    level = np.full(600, 60.0)
    level[300:360] = 70
    motion = np.full(600, 0.2)
    assert additional_heart_rate(course(level, motion)) == (Alarm(360, 420),)
    motion[300:360] = 0.3
    assert additional_heart_rate(course(level, motion)) == ()


def test_a_dip_of_variability_is_told_once_in_a_quarter_of_an_hour() -> None:
    n = 3000
    wave = np.where(np.arange(n) % 2 == 0, 1.0, -1.0)
    size = np.full(n, 25.0)
    size[1000:1200] = 4.0  # the dip,
    size[1400:1600] = 4.0  # another within a quarter of an hour,
    size[2500:2700] = 4.0  # and one later
    rr_ms = 1000 + size * wave
    beats = Arrivals(
        np.cumsum(rr_ms).astype(np.int64), np.full(n, Kind.BEAT, np.int8), np.rint(rr_ms * 1.024)
    )
    alarms = variability_dip(beats)
    assert len(alarms) == 2
    assert 1000 < alarms[0].confirmed_s < 1060
    assert 2500 < alarms[1].confirmed_s < 2560
    assert [alarm.end_s - alarm.confirmed_s for alarm in alarms] == [60, 60]


def test_random_times_lie_where_there_is_data() -> None:
    level = np.full(1000, np.nan)
    level[500:600] = 70
    alarms = random_times(course(level), (30.0, 90.0), 50, np.random.default_rng(1))
    assert len(alarms) == 50
    assert all(500 <= alarm.confirmed_s < 600 for alarm in alarms)
    assert {alarm.end_s - alarm.confirmed_s for alarm in alarms} == {30.0, 90.0}


def test_a_recording_of_a_second_alarms_nobody() -> None:
    beats = Arrivals(np.array([500, 1200]), np.full(2, Kind.BEAT, np.int8), np.array([700.0, 700.0]))
    short = course(np.array([70.0]))
    assert fixed_threshold(short, 60.0) == ()
    assert additional_heart_rate(short) == ()
    assert variability_dip(beats) == ()
    assert random_times(short, (), 0, np.random.default_rng(1)) == ()
