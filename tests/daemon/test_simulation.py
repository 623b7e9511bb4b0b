"""The simulated wearer's day: a body, not random numbers."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
from scipy.signal import lombscargle

from unhurry.daemon.simulation import (
    DAY,
    DURATION_S,
    NOTES,
    Episode,
    EpisodeKind,
    Scene,
    SimulatedDay,
    SlipKind,
    seconds_at,
    simulate_day,
)
from unhurry.daemon.simulation.day import STALL
from unhurry.daemon.simulation.physiology import GRID_HZ, body_course
from unhurry.daemon.simulation.pulse import beat_times, slips_of_a_day, with_slips
from unhurry.signal.records import POLAR_ACCELEROMETER, FloatArray, Kind


@pytest.fixture(scope="module")
def day() -> SimulatedDay:
    return simulate_day()


def of_kind(day: SimulatedDay, kind: Kind) -> tuple[FloatArray, FloatArray]:
    """Return arrival in seconds and value of the rows of one kind."""
    chosen = day.arrivals.kind == kind
    return day.arrivals.arrival_ms[chosen] / 1000, day.arrivals.value[chosen]


def beats(day: SimulatedDay) -> tuple[FloatArray, FloatArray]:
    """Return time in seconds and interval in ms of the beats, those of slips included."""
    return day.beat_ms / 1000, of_kind(day, Kind.BEAT)[1] / 1.024


def episode(label: str) -> Episode:
    return next(scene.episode for scene in DAY if scene.episode.label == label)


def rate_between(day: SimulatedDay, start_s: float, end_s: float) -> float:
    t_s, rr_ms = beats(day)
    return float(np.median(60_000 / rr_ms[(t_s >= start_s) & (t_s < end_s)]))


def movement_between(day: SimulatedDay, start_s: float, end_s: float) -> FloatArray:
    t_s, mg = of_kind(day, Kind.MOTION)
    return mg[(t_s > start_s + 1) & (t_s <= end_s)]


def test_the_same_seed_gives_the_same_day_and_another_seed_another(day: SimulatedDay) -> None:
    again, other = simulate_day(seed=7), simulate_day(seed=8)
    for field in fields(day.arrivals):
        assert np.array_equal(getattr(day.arrivals, field.name), getattr(again.arrivals, field.name))
    assert np.array_equal(day.beat_ms, again.beat_ms)
    assert (day.truth, day.slips, day.notes) == (again.truth, again.slips, again.notes)
    assert len(other.arrivals) != len(day.arrivals) or not np.array_equal(
        other.arrivals.value, day.arrivals.value
    )
    assert other.truth == day.truth


def test_the_day_runs_from_seven_to_half_past_ten(day: SimulatedDay) -> None:
    assert (day.start.hour, day.start.minute, day.duration_s) == (7, 0, 15.5 * 3600)
    arrival_ms = day.arrivals.arrival_ms
    assert 0 <= arrival_ms[0] <= 2000
    assert arrival_ms[-1] == round(DURATION_S * 1000)
    assert bool((np.diff(arrival_ms) >= 0).all())
    assert of_kind(day, Kind.TICK)[0].tolist() == list(range(1, round(DURATION_S) + 1))
    assert day.motion_levels == POLAR_ACCELEROMETER
    assert [scene.start_s for scene in day.truth] == sorted(scene.start_s for scene in day.truth)


def test_no_beat_arrives_before_it_was_and_none_comes_twice(day: SimulatedDay) -> None:
    arrival_ms = day.arrivals.arrival_ms[day.arrivals.kind == Kind.BEAT]
    assert bool((arrival_ms - day.beat_ms > 0).all())
    assert bool((np.diff(day.beat_ms) > 0).all())
    rr_1024 = of_kind(day, Kind.BEAT)[1]
    assert bool((rr_1024 == np.round(rr_1024)).all())
    assert bool((rr_1024 > 0).all())


def test_intervals_add_up_to_the_time_between_beats(day: SimulatedDay) -> None:
    rr_ms = of_kind(day, Kind.BEAT)[1] / 1.024
    apart_ms = np.diff(day.beat_ms)
    off = np.abs(apart_ms - rr_ms[1:]) > 1.5
    gap = episode("Strap and laptop apart")
    assert int(off.sum()) == 1, "only the dropout separates an interval from the beat before"
    assert gap.start_s - 2 < day.beat_ms[:-1][off][0] / 1000 < gap.start_s


def test_frames_come_about_once_a_second_with_all_intervals_since_the_last(day: SimulatedDay) -> None:
    frames_s, sizes = np.unique(of_kind(day, Kind.BEAT)[0], return_counts=True)
    steps = np.diff(frames_s)
    assert 0.9 < float(np.median(steps)) < 1.1
    assert set(sizes.tolist()) <= {1, 2, 3}
    assert float(np.mean(sizes == 2)) > 0.1
    assert 0.01 < float(np.mean(np.abs(steps - np.round(steps)) > 0.2)) < 0.2, "the radio delays some frames"


def test_one_radio_stall_ends_in_a_burst_without_loss(day: SimulatedDay) -> None:
    arrival_s = of_kind(day, Kind.BEAT)[0]
    assert not ((arrival_s >= STALL.start_s) & (arrival_s < STALL.end_s)).any()
    burst = (arrival_s >= STALL.end_s) & (arrival_s < STALL.end_s + 0.05)
    assert len(np.unique(arrival_s[burst])) >= 4
    # That it lost nothing, test_intervals_add_up_to_the_time_between_beats says.


def test_in_the_dropout_nothing_arrives_but_time_passes(day: SimulatedDay) -> None:
    gap = episode("Strap and laptop apart")
    assert (gap.start_s, gap.end_s) == (seconds_at("16:10"), seconds_at("16:35"))
    arrival_s = day.arrivals.arrival_ms / 1000
    inside = (arrival_s >= gap.start_s) & (arrival_s < gap.end_s)
    assert set(day.arrivals.kind[inside].tolist()) == {Kind.TICK}
    assert int(inside.sum()) == 25 * 60
    for kind in (Kind.BEAT, Kind.MOTION):
        times = of_kind(day, kind)[0]
        assert float(times[times >= gap.end_s][0]) < gap.end_s + 3


def spectrum(t_s: FloatArray, rr_ms: FloatArray, hz: FloatArray) -> FloatArray:
    return np.asarray(lombscargle(t_s, rr_ms - rr_ms.mean(), 2 * np.pi * hz))


@pytest.mark.parametrize(("start", "end"), [("10:52", "10:58"), ("12:20", "12:26"), ("21:30", "21:36")])
def test_a_calm_stretch_swings_at_the_breathing_rate(day: SimulatedDay, start: str, end: str) -> None:
    start_s, end_s = seconds_at(start), seconds_at(end)
    assert not any(start_s <= slip.t_s < end_s for slip in day.slips), "choose a stretch without artifacts"
    breath_hz = body_course(DAY, DURATION_S, 7).breath_hz[round(start_s * GRID_HZ) : round(end_s * GRID_HZ)]
    t_s, rr_ms = beats(day)
    chosen = (t_s >= start_s) & (t_s < end_s)
    hz = np.arange(0.15, 0.45, 0.002)
    power = spectrum(t_s[chosen], rr_ms[chosen], hz)
    centre_hz = float(np.sum(hz * power) / np.sum(power))
    assert abs(centre_hz - float(np.mean(breath_hz))) < 0.02
    near = np.abs(hz - np.mean(breath_hz)) < 0.05
    assert float(power[near].sum() / power.sum()) > 0.8


def test_slow_breathing_swings_the_heart_at_six_a_minute_and_further(day: SimulatedDay) -> None:
    paced = episode("Slow breathing, five minutes")
    t_s, rr_ms = beats(day)
    hz = np.arange(0.04, 0.4, 0.001)
    during = (t_s >= paced.start_s + 30) & (t_s < paced.end_s)
    power = spectrum(t_s[during], rr_ms[during], hz)
    assert abs(float(hz[power.argmax()]) - 0.1) < 0.003
    before = (t_s >= paced.start_s - 270) & (t_s < paced.start_s)
    assert float(np.std(rr_ms[during])) > 1.5 * float(np.std(rr_ms[before]))


def test_pressure_waves_lie_near_a_tenth_of_a_hertz(day: SimulatedDay) -> None:
    t_s, rr_ms = beats(day)
    chosen = (t_s >= seconds_at("11:50")) & (t_s < seconds_at("12:10"))
    hz = np.arange(0.05, 0.2, 0.002)
    power = spectrum(t_s[chosen], rr_ms[chosen], hz)
    wave, valley = power[(hz > 0.075) & (hz < 0.115)].mean(), power[(hz > 0.14) & (hz < 0.17)].mean()
    assert wave > 3 * valley


@pytest.mark.parametrize(
    "scene",
    [scene for scene in DAY if scene.episode.kind is EpisodeKind.EMOTIONAL],
    ids=lambda s: s.episode.label,
)
def test_an_emotional_moment_rises_fast_while_still_and_fades_over_minutes(
    day: SimulatedDay, scene: Scene
) -> None:
    moment = scene.episode
    usual = rate_between(day, moment.start_s - 300, moment.start_s)
    risen = rate_between(day, moment.start_s + 20, moment.start_s + 60) - usual
    assert risen == pytest.approx(scene.rise_bpm, abs=6)
    assert risen > 10
    after = rate_between(day, moment.end_s + 45, moment.end_s + 75) - usual
    assert after > 0.25 * risen, "it takes minutes, not seconds"
    assert rate_between(day, moment.end_s + 480, moment.end_s + 600) - usual < 0.4 * risen
    movement = movement_between(day, moment.start_s, moment.end_s)
    five_s = np.convolve(movement, np.full(5, 0.2), mode="valid")
    assert float(five_s.max()) < POLAR_ACCELEROMETER.moving_from
    assert float(np.median(movement)) < 10


def test_the_unanswered_message_is_unmistakable(day: SimulatedDay) -> None:
    moment = episode("A message, read and not answered")
    assert moment.start_s == seconds_at("11:20")
    usual = rate_between(day, moment.start_s - 60, moment.start_s)
    assert rate_between(day, moment.start_s + 18, moment.start_s + 28) - usual > 20
    t_s, rr_ms = beats(day)

    def rmssd_ms(start_s: float, end_s: float) -> float:
        steps = np.diff(rr_ms[(t_s >= start_s) & (t_s < end_s)])
        return float(np.sqrt(np.mean(steps**2)))

    assert rmssd_ms(moment.start_s + 20, moment.end_s) < 0.6 * rmssd_ms(moment.start_s - 240, moment.start_s)


@pytest.mark.parametrize(
    ("kind", "low_mg", "high_mg", "low_bpm", "high_bpm"),
    [
        (EpisodeKind.WALKING, 100, 300, 85, 105),
        (EpisodeKind.STAIRS, 130, 400, 78, 125),
        (EpisodeKind.STANDING, 6, 30, 60, 85),
        (EpisodeKind.HOUSEWORK, 10, 60, 62, 90),
        (EpisodeKind.LYING, 2, 8, 52, 66),
        (EpisodeKind.MEAL, 4, 20, 62, 80),
    ],
)
def test_heart_and_movement_match_what_happens(
    day: SimulatedDay, kind: EpisodeKind, low_mg: float, high_mg: float, low_bpm: float, high_bpm: float
) -> None:
    scenes = [scene for scene in day.truth if scene.kind is kind]
    assert scenes
    for scene in scenes:
        middle_s = (scene.start_s + scene.end_s) / 2
        movement = np.median(movement_between(day, scene.start_s + 3, scene.end_s))
        assert low_mg < float(movement) < high_mg, scene.label
        assert low_bpm < rate_between(day, middle_s, scene.end_s) < high_bpm, scene.label


def test_stairs_at_one_take_the_heart_from_seventy_to_a_hundred_and_twenty(day: SimulatedDay) -> None:
    stairs = episode("Stairs, in a hurry")
    assert rate_between(day, stairs.start_s - 60, stairs.start_s) < 72
    assert 113 < rate_between(day, stairs.end_s - 20, stairs.end_s) < 125


def test_standing_up_is_a_peak_within_twelve_seconds_that_falls_again(day: SimulatedDay) -> None:
    up = episode("Fetching water")
    usual = rate_between(day, up.start_s - 60, up.start_s)
    t_s, rr_ms = beats(day)
    near = (t_s > up.start_s) & (t_s < up.start_s + 60)
    five_beats = np.convolve(rr_ms[near], np.full(5, 0.2), mode="same")
    peak_s = float(t_s[near][2:-2][np.argmin(five_beats[2:-2])]) - up.start_s
    assert 3 < peak_s < 14
    peak = rate_between(day, up.start_s + peak_s - 2, up.start_s + peak_s + 2)
    assert peak - usual > 10
    later = rate_between(day, up.start_s + peak_s + 15, up.start_s + peak_s + 30)
    assert peak - later > 0.4 * (peak - usual)
    assert float(movement_between(day, up.start_s - 1, up.start_s + 4).max()) > 120


def test_sitting_still_is_still(day: SimulatedDay) -> None:
    movement = movement_between(day, seconds_at("10:50"), seconds_at("11:19"))
    assert float(np.percentile(movement, 5)) > 2
    assert float(np.percentile(movement, 90)) < 8
    assert bool((movement > 10).any()), "fidgets now and then"


def test_slips_are_in_the_intervals_as_they_would_be_in_a_strap(day: SimulatedDay) -> None:
    assert {slip.kind for slip in day.slips} == set(SlipKind)
    t_s, rr_ms = beats(day)
    for slip in day.slips:
        here = int(np.searchsorted(t_s, slip.t_s))
        around = rr_ms[max(0, here - 3) : here + 5]
        if len(around) < 8 or np.ptp(t_s[here - 3 : here + 5]) > 20:
            continue  # in the dropout
        usual = float(np.median(rr_ms[here - 12 : here + 12]))
        if slip.kind is SlipKind.MISSED:
            assert around.max() > 1.6 * usual
        else:
            assert around.min() < 0.8 * usual
        if slip.kind is SlipKind.ECTOPIC:
            assert around.max() > 1.15 * usual, "the pause after the early beat"


def test_slips_change_nothing_but_their_own_beats() -> None:
    true_1024 = beat_times(body_course(DAY, DURATION_S, 7).rate_bpm, 7)
    slips = slips_of_a_day(DURATION_S, 7)
    slipped = with_slips(true_1024, slips)
    count = {kind: sum(slip.kind is kind for slip in slips) for kind in SlipKind}
    assert len(slipped) == len(true_1024) + count[SlipKind.EXTRA] - count[SlipKind.MISSED]
    assert len(np.setdiff1d(slipped, true_1024)) == count[SlipKind.EXTRA] + count[SlipKind.ECTOPIC]
    assert len(np.setdiff1d(true_1024, slipped)) == count[SlipKind.MISSED] + count[SlipKind.ECTOPIC]
    assert bool((np.diff(slipped) > 0).all())


def test_beats_fall_where_the_integral_of_the_rate_is_whole() -> None:
    steady = np.full(GRID_HZ * 600 + 1, 75.0)
    rr_ms = np.diff(beat_times(steady, 7)) / 1.024
    assert float(rr_ms.mean()) == pytest.approx(800, abs=0.1)
    assert float(np.abs(rr_ms - 800).max()) < 10, "only the strap's own jitter"


def test_breathing_added_later_changes_nothing_before_it(day: SimulatedDay) -> None:
    start_s = seconds_at("11:21")
    paced = Scene(Episode(EpisodeKind.BREATHING, start_s, start_s + 120, "Two minutes"), -4)
    other = simulate_day(scenes=(*DAY, paced))
    before = int(np.searchsorted(day.arrivals.arrival_ms, start_s * 1000))
    for field in fields(day.arrivals):
        assert np.array_equal(
            getattr(day.arrivals, field.name)[:before], getattr(other.arrivals, field.name)[:before]
        )
    t_s, rr_ms = beats(other)
    during = (t_s >= start_s + 20) & (t_s < start_s + 120)
    hz = np.arange(0.04, 0.4, 0.002)
    assert abs(float(hz[spectrum(t_s[during], rr_ms[during], hz).argmax()]) - 0.1) < 0.01


def test_the_morning_notes_are_about_what_happened_before_they_were_written() -> None:
    assert NOTES
    for note in NOTES:
        assert note.written_s < seconds_at("11:20")
        assert note.episode is not None
        assert note.episode.end_s <= note.written_s
        assert "!" not in note.text
