"""What is an arousal event and what is not, told with hearts made for the purpose."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from unhurry.signal import (
    STATES,
    ArousalEvent,
    Arrivals,
    Confidence,
    Ending,
    Kind,
    MotionLevels,
    Output,
    Parameters,
    Rest,
    State,
    finish,
    initial_state,
    step,
)

LEVELS = MotionLevels(still_below=20.0, moving_from=48.0)
PARAMETERS = Parameters(motion=LEVELS)
Course = Callable[[float], float]
NEVER: Course = lambda _t: float("nan")  # noqa: E731 - a course like the others
STILL: Course = lambda _t: 5.0  # noqa: E731


def lived(
    hr_bpm: Course,
    minutes: float,
    *,
    motion: Course = STILL,
    trunk: Course = NEVER,
    paused: tuple[tuple[float, float], ...] = (),
    lost: tuple[tuple[float, float], ...] = (),
    heart_rate_only: bool = False,
    seed: int = 2,
) -> Arrivals:
    """Return what a strap would send: a frame and a movement sample each second, nothing in the stretches `lost`."""
    rng = np.random.default_rng(seed)
    rows: list[tuple[int, int, float]] = []
    beat_s = 0.0
    for second in range(1, int(minutes * 60) + 1):
        intervals: list[float] = []
        while True:
            rate = hr_bpm(beat_s) + 1.5 * np.sin(2 * np.pi * 0.25 * beat_s) + rng.normal(0, 0.7)
            if beat_s + 60 / rate > second:
                break
            beat_s += 60 / rate
            intervals.append(60 / rate)
        if any(start <= second < end for start, end in lost):
            rows.append((second * 1000 + 50, Kind.TICK, float(any(a <= second < b for a, b in paused))))
            continue
        movement = motion(second)
        if movement == movement:
            rows.append((second * 1000 + 20, Kind.MOTION, movement))
        angle = trunk(second)
        if angle == angle:
            rows.append((second * 1000 + 30, Kind.TRUNK, angle))
        if heart_rate_only:
            rows.append((second * 1000 + 40, Kind.HEART_RATE, float(round(hr_bpm(second)))))
        rows += [
            (second * 1000 + 40, Kind.BEAT, float(round(rr * 1024)))
            for rr in intervals
            if not heart_rate_only
        ]
        rows.append((second * 1000 + 50, Kind.TICK, 0.0))
    times, kinds, values = zip(*rows, strict=True)
    return Arrivals(np.array(times, np.int64), np.array(kinds, np.int8), np.array(values))


def hump(start_s: float, rise_bpm: float, length_s: float, quiet_bpm: float = 66.0) -> Course:
    """Return a heart at `quiet_bpm` that rises within 15 s, stays, and settles over two minutes."""

    def course(t_s: float) -> float:
        since = t_s - start_s
        if since < 0:
            return quiet_bpm
        if since < length_s:
            return quiet_bpm + rise_bpm * min(1.0, since / 15)
        return quiet_bpm + rise_bpm * float(np.exp(-(since - length_s) / 45))

    return course


def observe(
    arrivals: Arrivals, parameters: Parameters = PARAMETERS, rest: Rest | None = None
) -> tuple[Output, list[ArousalEvent]]:
    state, output = step(parameters, initial_state(parameters, rest), arrivals)
    final = {event.number: event for event in (*output.events, *finish(state).events)}
    return output, list(final.values())


def states_between(output: Output, start_s: float, end_s: float) -> set[State]:
    chosen = (output.seconds.t_s > start_s) & (output.seconds.t_s <= end_s)
    return {STATES[i] for i in output.seconds.state[chosen]}


def test_a_heart_that_rises_while_still_is_an_event_with_its_times_and_numbers() -> None:
    output, events = observe(lived(hump(1500, 22, 240), 40))
    assert len(events) == 1
    event = events[0]
    assert 1500 <= event.start_s <= 1520
    assert 40 <= event.confirmed_s - event.start_s <= 55
    assert event.end_s is not None
    assert 1740 <= event.end_s <= 1920
    assert event.hr_peak_bpm == pytest.approx(88, abs=2)
    assert event.hr_baseline_bpm == pytest.approx(66, abs=1.5)
    assert event.start_s < event.peak_s <= event.end_s
    assert states_between(output, event.confirmed_s + 2, event.end_s) == {State.AROUSED}
    assert states_between(output, 700, 1490) == {State.CALM}


def test_an_event_comes_out_when_confirmed_and_again_when_over() -> None:
    output, _ = observe(lived(hump(1500, 22, 240), 40))
    first, last = output.events
    assert first.end_s is None
    assert last.end_s is not None
    assert (first.number, first.start_s, first.confirmed_s) == (last.number, last.start_s, last.confirmed_s)


def test_an_event_that_is_still_open_at_the_end_says_so() -> None:
    _, events = observe(lived(hump(1500, 22, 900), 30))
    assert [event.end_s for event in events] == [None]


def test_a_quiet_hour_has_no_event() -> None:
    output, events = observe(lived(lambda _t: 64.0, 60))
    assert events == []
    assert states_between(output, 700, 3600) == {State.CALM}


def test_a_short_start_is_no_event() -> None:
    assert observe(lived(hump(1500, 16, 5), 35))[1] == []


def test_walking_is_no_event_and_neither_are_the_minutes_after_it() -> None:
    def walk(t_s: float) -> float:
        return 120.0 if 1500 <= t_s < 1800 else 5.0

    output, events = observe(lived(hump(1500, 35, 300), 45, motion=walk))
    assert events == []
    assert states_between(output, 1520, 1800) == {State.MOVING}
    assert states_between(output, 1806, 1820) == {State.AFTER_EXERTION}
    assert states_between(output, 1960, 2400) == {State.CALM}


def test_getting_up_to_walk_ends_an_event() -> None:
    _, events = observe(lived(hump(1500, 22, 220), 45, motion=lambda t: 90.0 if 1700 < t < 1760 else 5.0))
    assert len(events) == 1
    assert events[0].end_s == pytest.approx(1720, abs=8)
    assert events[0].ending is Ending.MOVED


def test_a_moment_of_fidgeting_does_not_cut_an_event_in_two() -> None:
    fidget = lambda t: 90.0 if 1650 < t < 1654 else 5.0  # noqa: E731
    _, events = observe(lived(hump(1500, 22, 500), 50, motion=fidget))
    assert len(events) == 1
    assert events[0].ending is Ending.SETTLED
    assert events[0].end_s is not None
    assert events[0].end_s > 2000


def test_a_peak_before_the_confirmation_is_the_peak() -> None:
    def overshoot(t_s: float) -> float:
        since = t_s - 1500
        if not 0 <= since < 240:
            return 66.0
        return 66 + 20 * min(1.0, since / 10) + 6 * float(np.exp(-(((since - 22) / 10) ** 2)))

    output, events = observe(lived(overshoot, 45))
    inside = output.seconds.t_s >= events[0].start_s
    assert events[0].peak_s < events[0].confirmed_s
    assert events[0].hr_peak_bpm == float(output.seconds.level_bpm[inside].max())
    assert events[0].score_peak == float(np.nanmax(output.seconds.score[inside]))


def test_standing_up_is_posture_not_arousal() -> None:
    def standing(t_s: float) -> float:
        since = t_s - 1500
        if 0 <= since < 10:
            return 66 + 24 * since / 10
        return 66 + 24 * float(np.exp(-(since - 10) / 8)) if since >= 10 else 66.0

    output, events = observe(lived(standing, 35))
    assert events == []
    assert State.POSTURE in states_between(output, 1500, 1600)


def test_nothing_is_judged_in_the_first_ten_minutes() -> None:
    output, events = observe(lived(hump(300, 25, 120), 9))
    assert events == []
    assert states_between(output, 0, 540) <= {State.WARMING_UP, State.NO_LINK}


def test_a_slow_breath_with_a_large_swing_is_no_event() -> None:
    output, events = observe(lived(lambda t: 64 + 15 * np.sin(2 * np.pi * 0.1 * t) * (t > 1200), 40))
    assert events == []
    assert states_between(output, 1300, 2400) == {State.CALM}
    assert float(np.nanmedian(output.seconds.rmssd_ms[1500:])) > 40


@pytest.mark.parametrize("length_s", [4, 8, 14])
def test_short_gaps_are_bridged_and_change_nothing_about_the_event(length_s: int) -> None:
    lost = tuple((start, start + length_s) for start in range(900, 2300, 40))
    output, events = observe(lived(hump(1500, 22, 240), 40, lost=lost))
    assert len(events) == 1
    assert states_between(output, 900, 1490) == {State.CALM}


def test_a_long_gap_is_not_judged_and_holds_the_event_open() -> None:
    output, events = observe(lived(hump(1500, 22, 400), 45, lost=((1620, 1680),)))
    assert len(events) == 1
    assert events[0].end_s is not None
    assert events[0].end_s > 1880
    assert states_between(output, 1640, 1680) == {State.NO_LINK}


def test_after_two_minutes_without_a_beat_the_event_is_over_and_the_level_starts_anew() -> None:
    output, events = observe(lived(hump(1500, 22, 3000), 60, lost=((1700, 2100),)))
    assert events[0].end_s == pytest.approx(1703, abs=5)
    after = output.seconds.level_bpm[(output.seconds.t_s > 2115) & (output.seconds.t_s < 2130)]
    assert np.nanmin(after) > 84


def test_heart_rate_alone_works_and_is_slower_to_speak() -> None:
    output, events = observe(lived(hump(1500, 22, 300), 40, motion=NEVER, heart_rate_only=True))
    assert len(events) == 1
    assert events[0].confidence is Confidence.LOW
    assert events[0].confirmed_s - events[0].start_s >= 59
    assert len(output.beats) == 0
    assert len(output.heart_rates) == 2399  # the last waits for its second to be over
    assert output.minutes[20].hr_bpm == pytest.approx(66, abs=1)
    assert output.minutes[20].rmssd_ms is None


def test_without_movement_exertion_is_told_by_its_height() -> None:
    output, events = observe(lived(hump(1500, 60, 300), 45, motion=NEVER))
    assert len([event for event in events if event.start_s > 1560]) == 0
    assert State.AFTER_EXERTION in states_between(output, 1560, 1800)


def test_beats_take_over_from_the_straps_own_heart_rate() -> None:
    alone = lived(lambda _t: 66.0, 15, heart_rate_only=True)
    with_beats = lived(lambda _t: 66.0, 15)
    joined = Arrivals(
        np.concatenate((alone.arrival_ms, with_beats.arrival_ms + 900_000)),
        np.concatenate((alone.kind, with_beats.kind)),
        np.concatenate((alone.value, with_beats.value)),
    )
    output, events = observe(joined)
    assert events == []
    assert len(output.beats) > 900
    assert np.nanmax(np.abs(output.seconds.level_bpm[1000:] - 66)) < 4


def test_confidence_is_high_only_with_movement_and_hours_of_wear() -> None:
    long = lived(hump(5 * 3600, 22, 240), 5 * 60 + 20)
    assert observe(long)[1][-1].confidence is Confidence.HIGH
    blind = lived(hump(5 * 3600, 22, 240), 5 * 60 + 20, motion=NEVER)
    assert observe(blind)[1][-1].confidence is Confidence.LOW
    assert observe(lived(hump(1500, 22, 240), 40))[1][-1].confidence is Confidence.LOW


def test_frames_without_beats_for_long_mean_the_strap_is_off_the_body() -> None:
    worn = lived(lambda _t: 66.0, 20)
    second = np.arange(1201, 1501)
    off = Arrivals(
        np.concatenate((worn.arrival_ms, second * 1000 + 40)),
        np.concatenate((worn.kind, np.full(300, Kind.HEART_RATE, np.int8))),
        np.concatenate((worn.value, np.full(300, 61.0))),
    )
    output, _ = observe(off)
    assert states_between(output, 1230, 1500) == {State.OFF_BODY}


def test_a_strap_without_beats_is_not_silenced_by_a_stray_one() -> None:
    alone = lived(hump(1500, 22, 300), 40, motion=NEVER, heart_rate_only=True)
    stray = int(np.searchsorted(alone.arrival_ms, 100_000))
    arrivals = Arrivals(
        np.insert(alone.arrival_ms, stray, 100_000),
        np.insert(alone.kind, stray, Kind.BEAT),
        np.insert(alone.value, stray, 900.0),
    )
    output, events = observe(arrivals)
    assert len(events) == 1
    assert states_between(output, 700, 1490) == {State.CALM}


def test_frames_that_say_zero_mean_off_the_body_and_not_out_of_reach() -> None:
    second = np.arange(1, 600)
    zeros = Arrivals(second * 1000, np.full(599, Kind.HEART_RATE, np.int8), np.zeros(599))
    output, _ = observe(zeros)
    assert states_between(output, 20, 598) == {State.OFF_BODY}


def test_a_rise_soon_after_the_last_belongs_to_the_same_event() -> None:
    def twice(t_s: float) -> float:
        return max(hump(1500, 22, 120)(t_s), hump(1830, 22, 120)(t_s))

    _, events = observe(lived(twice, 45), Parameters(motion=LEVELS, merge_gap_s=200))
    assert len(events) == 1
    _, events = observe(lived(twice, 45), Parameters(motion=LEVELS, merge_gap_s=0, settle_s=30))
    assert len(events) == 2


def test_a_lasting_change_becomes_the_new_usual_in_the_end() -> None:
    output, events = observe(lived(hump(1800, 15, 4 * 3600), 4 * 60))
    assert len(events) == 1
    assert events[0].end_s is not None
    assert float(output.seconds.baseline_bpm[-1]) == pytest.approx(81, abs=2)


def test_long_arousal_does_not_drag_the_usual_up_while_it_lasts() -> None:
    output, events = observe(lived(hump(1800, 22, 1500), 60))
    inside = (output.seconds.t_s > 1800) & (output.seconds.t_s < 3300)
    assert len(events) == 1
    assert float(output.seconds.baseline_bpm[inside].max()) < 69


def test_an_irregular_stretch_is_uneven_not_calm() -> None:
    rng = np.random.default_rng(4)
    regular = lived(lambda _t: 66.0, 20)
    rr = rng.permutation(np.tile([500.0, 1300.0, 760.0, 610.0, 1100.0], 120))
    times = 1_200_500 + np.cumsum(rr).astype(np.int64)
    wild = Arrivals(
        np.concatenate((regular.arrival_ms, times)),
        np.concatenate((regular.kind, np.full(len(rr), Kind.BEAT, np.int8))),
        np.concatenate((regular.value, np.rint(rr * 1.024))),
    )
    output, events = observe(wild)
    assert events == []
    assert State.AROUSED not in states_between(output, 1200, 1700)
    assert {State.UNEVEN, State.NOISY} & states_between(output, 1220, 1280)


def test_sitting_up_from_lying_explains_a_heart_that_stays_up_for_a_minute() -> None:
    """Without the angle of the trunk the same heart is aroused: it rises and gives nothing back."""
    rise = hump(1500, 14, 52)
    lying_until = 1500.0
    _, told = observe(lived(rise, 30, trunk=lambda t: 80.0 if t < lying_until else 5.0))
    _, untold = observe(lived(rise, 30))
    assert (len(told), len(untold)) == (0, 1)


def test_a_turn_of_the_trunk_that_leaves_the_heart_alone_costs_no_second() -> None:
    output, _ = observe(lived(lambda _t: 66.0, 30, trunk=lambda t: 80.0 if t < 1500 else 5.0))
    assert states_between(output, 700, 1800) == {State.CALM}


def test_a_rise_that_outlasts_the_turn_is_an_event_a_minute_later() -> None:
    turned = lived(hump(1500, 22, 400), 40, trunk=lambda t: 80.0 if t < 1500 else 5.0)
    output, events = observe(turned)
    assert State.POSTURE in states_between(output, 1510, 1550)
    assert len(events) == 1
    assert 1560 <= events[0].start_s <= 1590


def test_a_pause_is_its_own_state_from_the_first_second_to_the_last() -> None:
    pause = ((1200.0, 1500.0),)
    output, _ = observe(lived(lambda _t: 66.0, 30, lost=pause, paused=pause))
    assert states_between(output, 1202, 1500) == {State.PAUSED}
    assert State.PAUSED not in states_between(output, 700, 1200) | states_between(output, 1502, 1800)


def test_movement_that_the_strap_tells_only_later_is_known_from_then_on() -> None:
    arrivals = lived(hump(1500, 22, 240), 40, motion=lambda t: 5.0 if t > 1000 else float("nan"))
    _, events = observe(arrivals)
    assert [event.motion_known for event in events] == [True]
    _, events = observe(lived(hump(1500, 22, 240), 40, motion=NEVER))
    assert [event.motion_known for event in events] == [False]


def rested(minutes: int, *, ended_ago_s: int, known_h: float = 0.0, hr_bpm: float = 66.0) -> Rest:
    """Return minutes at rest, the last of which ended so long before the recording."""
    return Rest(
        age_s=ended_ago_s + 60 * np.arange(minutes)[::-1],
        hr_bpm=hr_bpm + np.sin(np.arange(minutes)),
        known_s=max(60 * minutes, round(known_h * 3600)),
    )


def test_a_laptop_that_slept_for_a_moment_does_not_begin_with_a_stranger() -> None:
    early = lived(hump(120, 22, 240), 12)
    output, events = observe(early, rest=rested(40, ended_ago_s=300))
    assert [120 <= event.start_s <= 140 for event in events] == [True]
    assert events[0].hr_baseline_bpm == pytest.approx(66, abs=1.5)
    assert State.WARMING_UP not in states_between(output, 30, 720)
    strange, none = observe(early)
    assert none == []
    assert states_between(strange, 30, 120) == {State.WARMING_UP}


def test_after_a_night_the_usual_is_learnt_anew_but_the_wearer_is_known() -> None:
    night = rested(400, ended_ago_s=9 * 3600, known_h=40)
    output, events = observe(lived(hump(1500, 22, 240), 40), rest=night)
    assert State.WARMING_UP in states_between(output, 30, 600)
    assert [event.confidence for event in events] == [Confidence.HIGH]
    assert events[0].rest_s >= 40 * 3600
    _, strange = observe(lived(hump(1500, 22, 240), 40))
    assert [event.confidence for event in strange] == [Confidence.LOW]


def test_what_an_active_day_looks_like_is_known_after_a_night() -> None:
    """A rise that yesterday's rest often reached is no event, although this morning was quiet."""
    restless = rested(480, ended_ago_s=9 * 3600, hr_bpm=84.0)
    assert observe(lived(hump(1500, 14, 240), 40), rest=restless)[1] == []
    assert len(observe(lived(hump(1500, 14, 240), 40))[1]) == 1


def test_minutes_older_than_a_day_say_nothing_about_this_one() -> None:
    old = rested(480, ended_ago_s=30 * 3600, hr_bpm=84.0)
    assert len(observe(lived(hump(1500, 14, 240), 40), rest=old)[1]) == 1


def test_after_a_walk_the_heart_may_come_down_as_slowly_as_hearts_do() -> None:
    walked = lambda t: 90.0 if 1400 <= t < 1700 else 5.0  # noqa: E731

    def course(since_s: float) -> Course:
        return lambda t: 66.0 if t < 1400 else 95.0 if t < 1700 else 66 + 29 * np.exp(-(t - 1700) / since_s)

    for since_s in (20.0, 60.0, 90.0):
        output, events = observe(lived(course(since_s), 40, motion=walked))
        assert State.AFTER_EXERTION in states_between(output, 1705, 1720)
        assert states_between(output, 1960, 2400) == {State.CALM}
        assert events == []


def test_what_a_hand_does_while_the_heart_is_up_does_not_hide_it() -> None:
    """Talking hands: every fourth second of movement, which explains some beats and no more."""
    gestures = lambda t: 70.0 if 1500 < t < 1900 and t % 12 < 3 else 5.0  # noqa: E731
    output, events = observe(lived(hump(1500, 24, 400), 45, motion=gestures))
    assert [event.ending for event in events] == [Ending.SETTLED]
    assert State.AROUSED in states_between(output, 1620, 1880)
    assert observe(lived(lambda _t: 66.0, 45, motion=gestures))[1] == []


def test_a_sleeper_is_asleep_and_a_dream_is_no_event() -> None:
    def stir(t_s: float) -> float:
        return 15.0 if t_s < 7200 or t_s > 14000 else 0.3

    def night(t_s: float) -> float:
        dream = hump(12600, 24, 300, 58.0)
        return 70.0 if t_s < 5400 or t_s > 14000 else dream(t_s)

    output, events = observe(lived(night, 245, motion=stir))
    assert states_between(output, 11000, 12600) == {State.ASLEEP}
    assert states_between(output, 12620, 13900) <= {State.ASLEEP, State.NOISY}
    assert events == []
    assert State.ASLEEP not in states_between(output, 0, 7200) | states_between(output, 14300, 14700)


def test_sitting_very_still_by_day_is_not_sleep() -> None:
    output, events = observe(lived(hump(9000, 22, 240), 170, motion=lambda t: 15.0 if t < 3600 else 0.3))
    assert State.ASLEEP not in states_between(output, 0, 10200)
    assert len(events) == 1


def test_a_rise_after_the_heart_had_come_back_from_a_walk_is_seen() -> None:
    walked = lambda t: 90.0 if 1400 <= t < 1500 else 5.0  # noqa: E731
    upset = hump(1640, 22, 200)
    _, events = observe(
        lived(lambda t: 90.0 if 1400 <= t < 1500 else upset(t), 40, motion=walked),
    )
    assert [1640 <= event.start_s <= 1665 for event in events] == [True]


def test_a_heart_that_comes_down_from_stairs_after_a_nap_of_the_laptop_is_no_event() -> None:
    """Nobody saw what the wearer did meanwhile."""
    coming_down = lived(lambda t: 66 + 34 * np.exp(-t / 150), 12)
    output, events = observe(coming_down, rest=rested(40, ended_ago_s=300))
    assert events == []
    assert State.AFTER_EXERTION in states_between(output, 60, 300)
    assert State.CALM in states_between(output, 600, 720)


def test_a_posture_of_twenty_minutes_ago_is_no_turn_of_now() -> None:
    away = ((900.0, 2100.0),)
    output, _ = observe(
        lived(lambda t: 65.0 if t < 900 else 69.5, 45, trunk=lambda t: 30.0 if t < 900 else 2.0, lost=away)
    )
    assert State.POSTURE not in states_between(output, 2110, 2600)
