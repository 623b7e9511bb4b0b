"""Whether a heart went along: seen in most who follow, said of few who do not, and never guessed."""

from __future__ import annotations

import numpy as np
import pytest

from unhurry.daemon.simulation import Episode, EpisodeKind, Scene, SimulatedDay, simulate_day
from unhurry.daemon.simulation.breather import LEAD_S, beats_of_breath, following, not_following
from unhurry.daemon.simulation.physiology import GRID_HZ
from unhurry.signal.adherence import Followed, Look, Stretch, Why, adherence, look_at, windows
from unhurry.signal.records import Beats, Kind, Verdict

STILL = np.zeros(0, np.int64)
TWO_MINUTES = (Stretch(0, 120_000),)
PEOPLE = 120


def verdict_of(beats: Beats, pace_hz: float, seconds: int) -> Followed:
    return adherence(beats, round(1000 / pace_hz), (Stretch(0, seconds * 1000),), STILL).followed


def share(verdicts: list[Followed], which: Followed) -> float:
    return verdicts.count(which) / len(verdicts)


@pytest.mark.parametrize("per_minute", [6.0, 5.0, 4.5])
def test_most_who_follow_are_seen_to_and_hardly_anyone_else(per_minute: float) -> None:
    pace_hz = per_minute / 60
    with_it = [
        verdict_of(beats_of_breath(who, following(who, pace_hz, 120)), pace_hz, 120) for who in range(PEOPLE)
    ]
    other = [verdict_of(beats_of_breath(who, not_following(who, 120)), pace_hz, 120) for who in range(PEOPLE)]
    assert share(with_it, Followed.WITH_IT) >= 0.8
    assert share(other, Followed.WITH_IT) <= 0.06


def test_over_five_minutes_chance_is_not_taken_for_a_breath() -> None:
    other = [verdict_of(beats_of_breath(who, not_following(who, 300)), 0.1, 300) for who in range(60)]
    assert share(other, Followed.WITH_IT) <= 0.04
    assert share(other, Followed.COULD_NOT_TELL) >= 0.9


def test_whoever_follows_for_a_while_went_along_in_part() -> None:
    said: list[Followed] = []
    for who in range(40):
        breath = np.concatenate(
            (
                following(who, 0.1, 240)[: round((LEAD_S + 180) * GRID_HZ)],
                not_following(who, 300)[round((LEAD_S + 180) * GRID_HZ) :],
            )
        )
        said.append(verdict_of(beats_of_breath(who, breath, half_swing_bpm=6.0), 0.1, 300))
    assert share(said, Followed.IN_PART) >= 0.6
    assert share(said, Followed.WITH_IT) <= 0.2


def test_a_heart_that_hardly_swings_is_not_said_to_have_done_anything() -> None:
    beats = beats_of_breath(3, following(3, 0.1, 120), half_swing_bpm=0.3)
    found = adherence(beats, 10_000, TWO_MINUTES, STILL)
    assert found.followed is Followed.COULD_NOT_TELL
    assert found.why in {Why.SMALL_SWING, Why.OWN_WAY}


def follower() -> Beats:
    return beats_of_breath(1, following(1, 0.1, 120), half_swing_bpm=6.0)


def test_the_numbers_of_a_follower_are_told_for_the_whole_and_each_minute() -> None:
    found = adherence(follower(), 10_000, TWO_MINUTES, STILL)
    assert found.followed is Followed.WITH_IT
    (whole,) = found.looks
    assert whole.share is not None
    assert whole.share > 0.7
    assert whole.locking is not None
    assert whole.locking > 0.85
    assert whole.swing_bpm == pytest.approx(12, abs=4)
    assert [(each.from_ms, each.until_ms) for each in found.minutes] == [(0, 60_000), (60_000, 120_000)]


@pytest.mark.parametrize("seconds", [0, 30, 60, 109])
def test_less_than_two_minutes_decide_nothing(seconds: int) -> None:
    found = adherence(follower(), 10_000, (Stretch(0, seconds * 1000),), STILL)
    assert (found.followed, found.why, found.looks) == (Followed.COULD_NOT_TELL, Why.SHORT, ())


def test_two_halves_with_a_pause_between_them_are_not_taken_for_two_minutes() -> None:
    halves = (Stretch(0, 55_000), Stretch(60_000, 120_000))
    assert adherence(follower(), 10_000, halves, STILL).why is Why.SHORT


def test_moving_says_so_instead_of_a_verdict() -> None:
    moved_ms = np.arange(40_000, 46_000, 1000)
    found = adherence(follower(), 10_000, TWO_MINUTES, moved_ms)
    assert (found.followed, found.why) == (Followed.COULD_NOT_TELL, Why.MOVED)
    assert adherence(follower(), 10_000, TWO_MINUTES, moved_ms[:5]).followed is Followed.WITH_IT


def without(beats: Beats, kept: np.ndarray) -> Beats:
    return Beats(beats.t_ms[kept], beats.rr_1024[kept], beats.verdict[kept], beats.late_ms[kept])


def test_no_beats_a_hole_or_many_refused_ones_say_so_instead_of_a_verdict() -> None:
    beats = follower()
    nothing = without(beats, np.zeros(len(beats), np.bool_))
    hole = without(beats, (beats.t_ms < 50_000) | (beats.t_ms > 56_500))
    refused = Beats(
        beats.t_ms,
        beats.rr_1024,
        np.where(np.arange(len(beats)) % 5 == 0, Verdict.LONG_SHORT, Verdict.OK).astype(np.int8),
        beats.late_ms,
    )
    for each in (nothing, hole, refused):
        found = adherence(each, 10_000, TWO_MINUTES, STILL)
        assert (found.followed, found.why) == (Followed.COULD_NOT_TELL, Why.FEW_BEATS)


def test_a_few_missed_beats_change_nothing() -> None:
    breath = following(1, 0.1, 120)
    beats = beats_of_breath(1, breath, half_swing_bpm=6.0, missed=0.02)
    assert np.count_nonzero(beats.verdict) > 0
    assert verdict_of(beats, 0.1, 120) is Followed.WITH_IT


def test_the_windows_of_a_long_practice_reach_to_its_end_and_none_is_counted_twice() -> None:
    starts = [window.from_ms for window in windows(Stretch(0, 305_000), 120_000, 110_000)]
    assert starts == [0, 60_000, 120_000, 185_000]
    assert windows(Stretch(0, 115_000), 120_000, 110_000) == (Stretch(0, 115_000),)


def test_a_flat_line_is_no_breath() -> None:
    t_ms = np.arange(-20, 141, dtype=np.int64) * 1000
    flat = Beats(
        t_ms, np.full(len(t_ms), 1024, np.int64), np.zeros(len(t_ms), np.int8), np.zeros(len(t_ms), np.int64)
    )
    seen = look_at(flat, 10_000, Stretch(0, 120_000), STILL)
    assert seen.went_along is False
    assert seen.why is Why.SMALL_SWING


def beats_of_day(day: SimulatedDay) -> Beats:
    rows = day.arrivals.kind == Kind.BEAT
    count = np.count_nonzero(rows)
    return Beats(
        day.beat_ms,
        day.arrivals.value[rows].astype(np.int64),
        np.zeros(count, np.int8),
        np.zeros(count, np.int64),
    )


def test_the_simulated_wearer_who_breathes_slowly_is_seen_to_and_otherwise_is_not() -> None:
    start_s = 4.5 * 3600
    scene = Scene(Episode(EpisodeKind.BREATHING, start_s, start_s + 300, "Slow breathing"), -2)

    def seen(*scenes: Scene) -> Look:
        beats = beats_of_day(simulate_day(scenes=scenes))
        window = Stretch(round((start_s + 60) * 1000), round((start_s + 180) * 1000))
        return look_at(beats, 10_000, window, STILL)

    assert seen(scene).went_along is True
    assert seen().went_along is False
