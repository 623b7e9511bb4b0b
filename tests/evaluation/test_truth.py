"""Labels, level, quiet level, stress spans: what a detector is measured against."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from unhurry.config import InputError
from unhurry.daemon.evaluation.course import Course, course_of
from unhurry.daemon.evaluation.labels import Label, read_labels, within
from unhurry.daemon.evaluation.truth import Truth, truth_of
from unhurry.signal import Arrivals, Kind, MotionLevels


def of_rates(heart: Callable[[int], float], seconds: int, *, without: tuple[int, int] = (0, 0)) -> Arrivals:
    t_s = np.array([s for s in range(seconds) if not without[0] <= s < without[1]])
    value = np.array([heart(int(s)) for s in t_s], dtype=float)
    return Arrivals(t_s * 1000, np.full(len(t_s), Kind.HEART_RATE, np.int8), value)


def truth(
    heart: Callable[[int], float], seconds: int, *labels: tuple[float, float, str], **more: tuple[int, int]
) -> Truth:
    rows = tuple(Label(start, end, name, name) for start, end, name in sorted(labels))
    return truth_of(course_of(of_rates(heart, seconds, **more), None), rows)


def test_the_level_is_the_median_of_the_last_five_plausible_beats() -> None:
    rr_ms = [1000, 1000, 1000, 1000, 1000, 250, 2500, 600, 600, 600]
    t_ms = np.cumsum(rr_ms)
    beats = Arrivals(t_ms, np.full(10, Kind.BEAT, np.int8), np.array(rr_ms) * 1.024)

    course = course_of(beats, None)
    level = course.level_bpm

    assert course.first_s == 1
    assert level[5 - 1] == pytest.approx(60)
    # 250 and 2500 ms are no beats: at the end three of the last five are 600 ms.
    assert level[-1] == pytest.approx(100)
    assert level[8] == pytest.approx(60)


def test_the_level_is_held_for_twelve_seconds_and_no_longer() -> None:
    level = course_of(of_rates(lambda s: 70, 200, without=(100, 150)), None).level_bpm

    assert level[99 + 12] == pytest.approx(70)
    assert np.isnan(level[99 + 13 : 150]).all()
    assert level[150] == pytest.approx(70)


def test_quiet_is_the_median_of_rest_and_not_of_sleep() -> None:
    heart = {0: 50, 1: 70, 2: 100}
    found = truth(lambda s: heart[s // 300], 900, (0, 300, "sleep"), (300, 600, "rest"), (600, 900, "other"))
    assert found.quiet_bpm == pytest.approx(70)


def test_a_responder_is_five_over_quiet_and_a_fresh_one_over_the_time_before_too() -> None:
    # Quiet at 60, then 66 for a task that follows on stairs at 80: up, but not fresh.
    def heart(s: int) -> float:
        return 60 if s < 600 else 80 if s < 1200 else 66 if s < 1500 else 60 if s < 2400 else 66

    found = truth(
        heart,
        2700,
        (0, 600, "baseline"),
        (1200, 1500, "stress"),
        (1500, 2400, "recovery"),
        (2400, 2700, "stress"),
    )
    assert [(span.responder, span.fresh) for span in found.spans] == [(True, False), (True, True)]


def test_a_span_that_rises_less_than_five_is_no_responder() -> None:
    found = truth(lambda s: 60 if s < 600 else 64.9, 900, (0, 600, "rest"), (600, 900, "stress"))
    assert [span.responder for span in found.spans] == [False]


def test_short_stress_and_stress_without_data_are_no_spans() -> None:
    labels = [(0, 600, "rest"), (600, 659, "stress"), (700, 1000, "stress"), (1000, 1060, "stress")]
    # 700 to 1000 has data for its first 60 s, and 12 s are held: 24 %.
    found = truth(lambda s: 70, 1200, *labels, without=(760, 1000))
    assert [(span.start_s, span.end_s) for span in found.spans] == [(1000, 1060)]


def test_latency_counts_from_fifteen_seconds_of_rise_within_the_span() -> None:
    # The median of five samples follows the step at 700 s after two seconds.
    found = truth(lambda s: 60 if s < 700 else 90, 1000, (0, 600, "rest"), (600, 1000, "stress"))
    assert found.spans[0].risen_s == 700 + 2 + 15


def test_a_stress_label_said_twice_is_one_span_and_a_border_that_overlaps_is_not() -> None:
    twice = truth(lambda s: 70, 1000, (100, 400, "stress"), (120, 380, "stress"))
    assert [(span.start_s, span.end_s) for span in twice.spans] == [(100, 400)]
    border = truth(lambda s: 70, 1000, (100, 400, "stress"), (395, 700, "stress"))
    assert len(border.spans) == 2


def test_sleep_comes_before_every_other_label_and_overlaps_count_once() -> None:
    found = truth(
        lambda s: 60, 1000, (0, 600, "rest"), (400, 700, "rest"), (500, 800, "sleep"), (0, 1000, "other")
    )
    seconds = {ground.label: int(ground.seconds.sum()) for ground in found.grounds if ground.original is None}
    assert seconds == {"awake_at_rest": 500, "rest": 500, "other": 700, "sleep": 300}


def test_without_quiet_time_nobody_is_a_responder() -> None:
    found = truth(lambda s: 90, 600, (0, 600, "stress"))
    assert found.quiet_bpm is None
    assert [(span.responder, span.risen_s) for span in found.spans] == [(False, None)]


def test_locomotion_is_half_a_minute_of_movement_and_leaves_after_three() -> None:
    motion = np.zeros(900)
    motion[300:345] = 1.2  # walking
    motion[700:720] = 3.0  # a gesture
    free = Course(0, np.full(900, 70.0), motion).free_of_locomotion()

    # Half of the last minute was movement from 329 to 374 s; three minutes after that it is over.
    assert free[:329].all()
    assert not free[329:554].any()
    assert free[554:].all()


def test_where_movement_is_unknown_nothing_is_free_of_locomotion() -> None:
    course = course_of(of_rates(lambda s: 70, 300), MotionLevels(20, 48))
    assert not course.motion_known
    assert not course.free_of_locomotion().any()


def test_labels_are_cut_to_the_recording() -> None:
    labels = (Label(-50, 10, "rest", "a"), Label(90, 200, "rest", "b"), Label(300, 400, "rest", "c"))
    assert [(x.start_s, x.end_s) for x in within(labels, 0, 100)] == [(0, 10), (90, 100)]


def test_what_a_source_adds_to_a_name_is_left_out(tmp_path: Path) -> None:
    file = tmp_path / "a.labels.csv"
    file.write_text('label,start_s,end_s,original\nRest,0,1,"relax (minute-resolution log)"\nother,1,2,\n')
    assert [(x.name, x.original) for x in read_labels(file)] == [("rest", "relax"), ("other", "other")]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("start_s,end_s\n0,1\n", "line 1: no column `label`"),
        ("start_s,end_s,label\n0,1,rest\nzero,1,rest\n", "line 3: "),
        ("start_s,end_s,label\n0,inf,rest\n", "line 2: "),
        ("start_s,end_s,label\n0,1\n", "line 2: "),
        ("start_s,end_s,label\n\n0,1,\n", "line 3: "),
        ("", "the file is empty"),
    ],
)
def test_labels_that_cannot_be_read_are_named_by_line(tmp_path: Path, text: str, where: str) -> None:
    file = tmp_path / "a.labels.csv"
    file.write_text(text)
    with pytest.raises(InputError, match=where):
        read_labels(file)
