"""What is learnt of a strap: from which frames, what follows from it, and how it is kept. No radio needed."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unhurry.daemon.strap.inbox import Heard, LinkNews
from unhurry.daemon.strap.information import StrapInformation, text_of
from unhurry.daemon.strap.learner import Learner
from unhurry.daemon.strap.profile import (
    CADENCE_BINS,
    KEPT_DROPS,
    Habits,
    StrapProfile,
    dropped,
    learn,
    profile_from,
)
from unhurry.daemon.strap.rows import Refusals, Rows
from unhurry.signal import Kind
from unhurry.signal.frame import FrameError, decode_frame
from unhurry.store import LinkState
from unhurry.store.profiles import KeptProfile

MINE, THEIRS = "C0:11:22:33:44:00", "C0:11:22:33:44:99"
SECOND = 1_000_000_000
BEATS = bytes([0x16, 60, 0x00, 0x04])
"""60 bpm, one interval of a second, skin contact."""
OFF_WITH_BEATS = bytes([0x14, 60, 0x00, 0x04])
OFF_ALONE = bytes([0x04, 60])
H10 = StrapInformation("Polar Electro Oy", "H10", "5.0.0")


def learnt(*frames: bytes, interval_ms: int | None = 1000, habits: Habits | None = None) -> Habits:
    habits = habits or Habits()
    for data in frames:
        habits = learn(habits, data, decode_frame(data), interval_ms)
    return habits


# --- counting ---


@pytest.mark.parametrize(
    ("data", "counted"),
    [
        (BEATS, {"with_rr": 1, "most_rr": 1, "contact_told": 1}),
        (bytes([0x10, 60, 0, 4, 0, 4, 0, 4]), {"with_rr": 1, "most_rr": 3}),
        (bytes([0x11, 60, 0, 0, 4]), {"with_rr": 1, "most_rr": 1, "wide": 1}),
        (bytes([0x18, 60, 9, 9, 0, 4]), {"with_rr": 1, "most_rr": 1, "energy": 1}),
        (bytes([0x10, 60, 0, 4, 7]), {"with_rr": 1, "most_rr": 1, "trailing": 1}),
        (bytes([0x00, 60, 7, 7]), {"trailing": 2}),
        (bytes([0x80, 60]), {"reserved": 1}),
        (bytes([0x10, 60, 0, 0, 255, 255]), {"with_rr": 1, "most_rr": 2, "fill_0": 1, "fill_ffff": 1}),
        (OFF_WITH_BEATS, {"with_rr": 1, "most_rr": 1, "contact_told": 1, "off_with_beats": 1}),
        (OFF_ALONE, {"contact_told": 1, "off_without_rr": 1}),
        (bytes([0x14, 60, 0x00, 0x02]), {"with_rr": 1, "most_rr": 1, "contact_told": 1}),
    ],
    ids=lambda value: value.hex(" ") if isinstance(value, bytes) else "",
)
def test_each_thing_a_frame_has_is_counted_and_nothing_else(data: bytes, counted: dict[str, int]) -> None:
    assert learnt(data, interval_ms=None) == replace(Habits(frames=1), **counted)  # type: ignore[arg-type]


@given(st.lists(st.binary(min_size=2, max_size=20), max_size=30))
def test_whatever_a_strap_sends_the_counts_stay_within_the_frames(frames: list[bytes]) -> None:
    habits = Habits()
    for data in frames:
        try:
            frame = decode_frame(data)
        except FrameError:
            continue
        habits = learn(habits, data, frame, 1000)
    assert habits.frames <= len(frames)
    assert sum(habits.interval_bins) == habits.frames
    for count in (habits.with_rr, habits.wide, habits.energy, habits.reserved, habits.contact_told):
        assert 0 <= count <= habits.frames
    assert habits.off_with_beats + habits.off_without_rr <= habits.contact_told
    assert habits.trailing >= 0


def test_the_cadence_is_the_median_of_the_intervals_and_unknown_at_first() -> None:
    few = learnt(*[BEATS] * 19, interval_ms=1000)
    assert few.cadence_ms is None
    assert learnt(*[BEATS] * 10, interval_ms=4700, habits=learnt(BEATS, habits=few)).cadence_ms == 1050
    assert learnt(*[BEATS] * 20, interval_ms=10**9).cadence_ms == 3050


def test_of_the_drops_the_last_twenty_are_kept() -> None:
    habits = Habits()
    for number in range(30):
        habits = dropped(habits, number + 0.04)
    assert habits.drops_s == tuple(float(number) for number in range(10, 30))
    assert len(habits.drops_s) == KEPT_DROPS


# --- the contact bit ---


def test_the_contact_bit_is_trusted_when_off_comes_without_beats() -> None:
    assert learnt(BEATS, *[OFF_ALONE] * 19).contact_trusted is None
    assert learnt(BEATS, *[OFF_ALONE] * 20).contact_trusted is True


def test_a_strap_that_sends_no_intervals_is_never_believed_that_it_is_off() -> None:
    """Nothing could prove it wrong: some say "off" all day, on the body."""
    assert learnt(*[OFF_ALONE] * 500).contact_trusted is None


def test_the_contact_bit_is_not_trusted_when_good_beats_come_all_the_same() -> None:
    assert learnt(*[OFF_WITH_BEATS] * 20).contact_trusted is False
    assert learnt(*[OFF_ALONE] * 27, *[OFF_WITH_BEATS] * 3).contact_trusted is False
    assert learnt(*[OFF_ALONE] * 28, *[OFF_WITH_BEATS] * 3).contact_trusted is True


def test_noise_while_off_says_nothing_about_the_contact_bit() -> None:
    noise = bytes([0x14, 60, 0x00, 0x01, 0x00, 0x09])
    assert learnt(*[noise] * 100).contact_trusted is None


def test_a_strap_that_never_says_off_leaves_it_open() -> None:
    assert learnt(*[BEATS] * 500).contact_trusted is None


# --- the learner: which strap, when to keep ---


def news(state: LinkState, at_s: float, *, address: str | None = None) -> LinkNews:
    return LinkNews(round(at_s * SECOND), state, "Polar H10", address)


def wear(learner: Learner, start_s: float, frames: int, data: bytes = BEATS, address: str = MINE) -> None:
    learner.news(news(LinkState.SUBSCRIBED, start_s))
    learner.news(news(LinkState.RECEIVING, start_s, address=address))
    for number in range(frames):
        heard = Heard(round((start_s + number) * SECOND), data)
        learner.frame(heard, decode_frame(data))


def kept(learner: Learner, at_s: float, wall_ms: int = 1) -> KeptProfile:
    profile = learner.due(round(at_s * SECOND), wall_ms)
    assert profile is not None
    return profile


def test_a_profile_is_kept_at_once_then_every_minute_and_when_a_connection_ends() -> None:
    learner = Learner()
    assert learner.due(0, 1) is None
    wear(learner, 0, 30)
    first = kept(learner, 30, wall_ms=77)
    assert (first.address, first.firmware, first.frames) == (MINE, None, 30)
    assert (first.first_seen_wall_ms, first.last_seen_wall_ms) == (77, 77)
    assert learner.due(31 * SECOND, 1) is None
    wear(learner, 31, 30)
    assert learner.due(89 * SECOND, 1) is None
    assert kept(learner, 90).frames == 60
    assert learner.due(200 * SECOND, 1) is None, "nothing new"
    learner.news(news(LinkState.LOST, 201))
    assert json.loads(kept(learner, 201.1).counts)["drops_s"] == [201.0]


def test_what_was_kept_is_gone_on_with_after_a_restart() -> None:
    learner = Learner()
    wear(learner, 0, 1)
    wear(learner, 1, 49, OFF_ALONE)
    before = kept(learner, 50)
    again = Learner([before])
    assert not again.contact_trusted, "no strap yet"
    wear(again, 0, 1, OFF_ALONE)
    assert again.contact_trusted
    assert kept(again, 1).frames == 51


def test_two_straps_are_learnt_apart() -> None:
    learner = Learner()
    wear(learner, 0, 1)
    wear(learner, 1, 49, OFF_ALONE)
    assert learner.contact_trusted
    learner.news(news(LinkState.LOST, 50))
    wear(learner, 60, 50, OFF_WITH_BEATS, address=THEIRS)
    assert not learner.contact_trusted
    assert kept(learner, 200).address == THEIRS
    wear(learner, 300, 1, OFF_ALONE)
    assert learner.contact_trusted
    assert kept(learner, 500).frames == 51


def test_the_firmware_once_told_owns_what_was_learnt_before_it_was_known() -> None:
    learner = Learner()
    wear(learner, 0, 3)
    learner.told(H10)
    wear(learner, 4, 3)
    profile = kept(learner, 7)
    assert (profile.firmware, profile.model, profile.manufacturer) == ("5.0.0", "H10", "Polar Electro Oy")
    assert profile.frames == 6


def test_a_new_firmware_begins_anew_and_the_old_one_is_not_touched() -> None:
    learner = Learner()
    wear(learner, 0, 30)
    learner.told(H10)
    old = kept(learner, 30)
    learner = Learner([old])
    wear(learner, 0, 2)
    learner.told(replace(H10, firmware="5.1.0"))
    wear(learner, 3, 4)
    new = kept(learner, 10)
    assert (new.firmware, new.frames) == ("5.1.0", 4)
    # And back: the old counts are gone on with.
    learner.news(news(LinkState.LOST, 11))
    wear(learner, 12, 0)
    learner.told(H10)
    assert kept(learner, 100).frames == 32


def test_a_strap_that_tells_nothing_this_time_keeps_its_firmware() -> None:
    learner = Learner([StrapProfile(MINE, "5.0.0", "H10", "Polar Electro Oy").kept(1, 1)])
    wear(learner, 0, 2)
    learner.told(StrapInformation())
    profile = kept(learner, 3)
    assert (profile.firmware, profile.model) == ("5.0.0", "H10")


@pytest.mark.parametrize("state", [LinkState.PAUSED, LinkState.ADAPTER_OFF, LinkState.ENDED])
def test_only_a_lost_link_counts_as_a_drop(state: LinkState) -> None:
    learner = Learner()
    wear(learner, 0, 30)
    learner.news(news(state, 30))
    assert json.loads(kept(learner, 31).counts)["drops_s"] == []


def test_a_connection_that_ends_with_a_sleep_of_the_machine_says_nothing_about_the_strap() -> None:
    learner = Learner()
    wear(learner, 0, 30)
    learner.slept()
    learner.news(news(LinkState.LOST, 31))
    assert json.loads(kept(learner, 32).counts)["drops_s"] == []


def test_frames_before_the_strap_is_known_are_not_taken_for_anybodys() -> None:
    learner = Learner()
    learner.frame(Heard(0, BEATS), decode_frame(BEATS))
    assert learner.due(10**12, 1) is None


def test_the_first_frame_of_another_strap_is_not_taken_for_one_of_the_last() -> None:
    learner = Learner()
    wear(learner, 0, 40, OFF_ALONE)
    learner.news(news(LinkState.LOST, 40))
    kept(learner, 40)
    learner.news(news(LinkState.SUBSCRIBED, 50))
    assert not learner.contact_trusted
    learner.frame(Heard(51 * SECOND, BEATS), decode_frame(BEATS))
    learner.news(news(LinkState.LOST, 52))
    assert learner.due(10**12, 1) is None


def test_the_pause_between_two_connections_is_no_interval() -> None:
    learner = Learner()
    wear(learner, 0, 2)
    learner.news(news(LinkState.LOST, 2))
    wear(learner, 100, 2)
    bins = json.loads(kept(learner, 102).counts)["interval_bins"]
    assert sum(bins) == 2
    assert bins[10] == 2


# --- keeping ---


def test_a_profile_comes_back_from_what_is_kept() -> None:
    habits = dropped(learnt(BEATS, OFF_ALONE, bytes([0x10, 60, 0, 0, 7])), 30.0)
    profile = StrapProfile(MINE, "5.0.0", "H10", "Polar Electro Oy", habits)
    assert profile_from(profile.kept(1, 2)) == profile


@pytest.mark.parametrize("counts", ["[]", '{"frames": "many"}', '{"interval_bins": [1, 2]}', "{}"])
def test_counts_of_another_shape_are_learnt_anew(counts: str) -> None:
    profile = profile_from(KeptProfile(MINE, None, None, None, 1, 2, 5, counts))
    assert profile.address == MINE
    assert profile.habits.frames == 0
    assert len(profile.habits.interval_bins) == CADENCE_BINS


def test_nothing_of_the_heart_is_in_what_is_kept() -> None:
    slow, fast = (learnt(*[bytes([0x16, bpm, 0x00, rr])] * 40) for bpm, rr in ((60, 4), (120, 2)))
    assert slow == fast


# --- what follows for the beats ---


def test_a_trusted_off_takes_the_heart_rate_and_leaves_the_beats() -> None:
    learner = Learner()
    wear(learner, 0, 1)
    wear(learner, 1, 40, OFF_ALONE)
    rows = Rows(0, Refusals(), learner)
    for data in (OFF_ALONE, OFF_WITH_BEATS, bytes([0x06, 61])):
        rows.add(Heard(0, data))
    arrivals = rows.take()
    assert arrivals is not None
    np.testing.assert_array_equal(arrivals.kind, [Kind.HEART_RATE, Kind.BEAT, Kind.HEART_RATE])
    np.testing.assert_array_equal(arrivals.value, [0, 1024, 61])


def test_an_off_that_is_not_trusted_changes_nothing() -> None:
    learner = Learner()
    wear(learner, 0, 40, OFF_WITH_BEATS)
    for watching in (learner, None):
        rows = Rows(0, Refusals(), watching)
        rows.add(Heard(0, OFF_ALONE))
        arrivals = rows.take()
        assert arrivals is not None
        np.testing.assert_array_equal(arrivals.value, [60])


# --- texts ---


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (b"H10", "H10"),
        (b"  Polar Electro Oy\0\0\0", "Polar Electro Oy"),
        (b"1.2\x07\n3", "1.23"),
        (b"\xff\xfeabc", "\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}abc"),
        (b"x" * 500, "x" * 64),
        (b"", None),
        (b"\0\0", None),
        (b"   ", None),
        (None, None),
    ],
)
def test_texts_of_a_strap_are_read_as_far_as_they_go(value: bytes | None, text: str | None) -> None:
    assert text_of(value) == text
