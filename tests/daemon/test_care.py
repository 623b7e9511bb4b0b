"""Advice from what a strap sends: which, when it comes, how long it stays, and how it reaches the store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unhurry.config import Settings
from unhurry.daemon.care import Slug, StrapCare, regular_s
from unhurry.daemon.link_log import LinkLog
from unhurry.daemon.loop import run_service
from unhurry.daemon.sources import Arrived, LinkChanged, RecordingOpened, SourceItem, StrapLearnt
from unhurry.signal import Arrivals, Kind, Minute, Parameters, State
from unhurry.store import Anchor, LinkState, NewRecording, migrate, open_database
from unhurry.store.profiles import KeptProfile, kept_profiles

MINUTE = 60_000
H10 = "Polar H10 1234"
ADDRESS = "C0:11:22:33:44:00"


def rows(*each: tuple[int, Kind, float]) -> Arrivals:
    arrival_ms, kind, value = zip(*each, strict=True)
    return Arrivals(np.array(arrival_ms, np.int64), np.array(kind, np.int8), np.array(value, np.float64))


class Worn:
    """A strap that is worn, second by second, and the advice on the way."""

    def __init__(self) -> None:
        self.care = StrapCare()
        self.now_ms = 0
        self.told: list[Slug | None] = [None]

    def _note(self) -> None:
        slug = None if self.care.advice is None else self.care.advice.slug
        if slug is not self.told[-1]:
            self.told.append(slug)

    def link(self, state: LinkState, battery: int | None = None, device: str | None = H10) -> None:
        self.care.link(LinkChanged(state, self.now_ms, device, None, battery))
        self._note()

    def second(self, kind: Kind, value: float, minutes: Iterable[Minute] = ()) -> None:
        self.now_ms += 1000
        self.care.arrived(rows((self.now_ms, kind, value)), minutes)
        self._note()

    def seconds(self, count: int, kind: Kind = Kind.BEAT, values: Iterable[float] = (1024,)) -> None:
        values = list(values)
        for number in range(count):
            self.second(kind, values[number % len(values)])

    def minute(self, state: State = State.CALM, quality: float = 1.0, *, tick: bool = False) -> None:
        """Pass a minute with a beat a second (or ticks alone), which then is finished."""
        start_s = self.now_ms // 1000
        minute = Minute(start_s, state, 60, 60.0, 40.0, 61.0, 3.0, 0.1, quality)
        kind, value = (Kind.TICK, 0) if tick else (Kind.BEAT, 1024)
        self.seconds(59, kind, [value])
        self.second(kind, value, [minute])

    def drop_after(self, seconds: int, away: int = 5) -> None:
        self.link(LinkState.SUBSCRIBED)
        self.link(LinkState.RECEIVING)
        self.seconds(seconds)
        self.link(LinkState.LOST)
        self.link(LinkState.LOOKING)
        self.seconds(away, Kind.TICK, [0])

    @property
    def slug(self) -> Slug | None:
        return self.told[-1]

    @property
    def sentence(self) -> str:
        assert self.care.advice is not None
        return self.care.advice.sentence


@pytest.fixture
def worn() -> Worn:
    worn = Worn()
    worn.link(LinkState.SUBSCRIBED)
    worn.link(LinkState.RECEIVING)
    return worn


def test_a_strap_that_does_well_is_left_alone(worn: Worn) -> None:
    worn.link(LinkState.RECEIVING, battery=80)
    for _ in range(60):
        worn.minute()
    assert worn.told == [None]


# --- battery ---


def test_a_low_battery_is_told_once_until_there_is_a_fresh_one(worn: Worn) -> None:
    for percent in (16, 15, 16, 14, 18, 20, 15, 21, 16, 90):
        worn.link(LinkState.RECEIVING, battery=percent)
    assert worn.told == [None, Slug.BATTERY, None]


@pytest.mark.parametrize(
    ("device", "cell"), [(H10, True), ("Polar H9 77", True), ("TICKR 1234", False), ("HRM-Dual:9", False)]
)
def test_the_coin_cell_is_named_where_it_is_known(device: str, cell: bool) -> None:
    worn = Worn()
    worn.link(LinkState.RECEIVING, battery=15, device=device)
    assert "15 %" in worn.sentence
    assert ("CR2025" in worn.sentence) is cell


def test_the_battery_of_one_strap_is_not_that_of_the_next(worn: Worn) -> None:
    worn.link(LinkState.RECEIVING, battery=10)
    worn.link(LinkState.RECEIVING, device="TICKR 1234")
    assert worn.slug is None


# --- drops ---


@pytest.mark.parametrize("length", [30, 60, 100, 150])
def test_drops_at_a_fixed_time_are_recognised_and_pass(length: int) -> None:
    worn = Worn()
    for jitter in (0, 2, -2):
        assert worn.slug is None
        worn.drop_after(length + jitter)
    assert worn.slug is Slug.REGULAR_DROPS
    assert f"every {length} seconds" in worn.sentence
    assert "docs/strap.md" in worn.sentence
    worn.link(LinkState.RECEIVING)
    for _ in range(11):
        worn.minute()
    assert worn.told == [None, Slug.REGULAR_DROPS, None]


def test_drops_at_another_fixed_time_need_four_alike() -> None:
    worn = Worn()
    for length in (45, 44, 46):
        worn.drop_after(length)
    assert worn.slug is None
    worn.drop_after(45)
    assert worn.slug is Slug.REGULAR_DROPS
    assert "every 45 seconds" in worn.sentence


@given(st.floats(0, 10_000), st.lists(st.floats(0, 10_000), max_size=2))
def test_two_drops_alike_say_nothing(length: float, others: list[float]) -> None:
    assert regular_s([length, *others][:2]) is None


def test_many_drops_in_an_hour_point_at_the_radio_and_the_word_stays_until_they_are_few() -> None:
    worn = Worn()
    for length in (20, 300, 45, 200, 75):
        worn.drop_after(length, away=60)
        assert worn.slug is None
    worn.drop_after(120)
    assert worn.slug is Slug.FREQUENT_DROPS
    worn.link(LinkState.RECEIVING)
    for _ in range(40):
        worn.minute()
    assert worn.slug is Slug.FREQUENT_DROPS
    for _ in range(20):
        worn.minute()
    assert worn.told == [None, Slug.FREQUENT_DROPS, None]


@pytest.mark.parametrize(
    "ends",
    [
        (LinkState.SILENT, LinkState.LOST, LinkState.LOOKING),
        (LinkState.LOST, LinkState.ADAPTER_OFF),
        (LinkState.LOST, LinkState.NO_ADAPTER),
    ],
)
def test_a_link_given_up_in_silence_or_with_its_adapter_is_no_drop_of_the_straps(
    ends: tuple[LinkState, ...],
) -> None:
    worn = Worn()
    for _ in range(8):
        worn.link(LinkState.RECEIVING)
        worn.seconds(30)
        for state in ends:
            worn.link(state)
            worn.seconds(5, Kind.TICK, [0])
    assert worn.told == [None]


def test_an_end_the_wearer_or_the_computer_brought_about_is_no_drop() -> None:
    worn = Worn()
    for _ in range(8):
        worn.link(LinkState.RECEIVING)
        worn.seconds(30)
        worn.link(LinkState.ADAPTER_OFF)
        worn.link(LinkState.RECEIVING)
        worn.seconds(30)
        worn.link(LinkState.PAUSED)
    assert worn.told == [None]


# --- electrodes ---


@pytest.mark.parametrize(("state", "quality"), [(State.NOISY, 1.0), (State.CALM, 0.7)])
def test_three_unclear_minutes_of_five_ask_for_damp_electrodes(
    worn: Worn, state: State, quality: float
) -> None:
    for unclear in (True, False, True, False):
        worn.minute(state if unclear else State.CALM, quality if unclear else 1.0)
        assert worn.slug is None
    worn.minute(state, quality)
    assert worn.slug is Slug.ELECTRODES
    assert "electrodes" in worn.sentence
    # Two of five are unclear still: no blip. Then it is past.
    worn.minute()
    assert worn.slug is Slug.ELECTRODES
    for _ in range(5):
        worn.minute()
    assert worn.told == [None, Slug.ELECTRODES, None]


@pytest.mark.parametrize("state", [State.MOVING, State.UNEVEN, State.OFF_BODY, State.NO_LINK, State.PAUSED])
def test_minutes_that_say_nothing_about_electrodes_do_not_count(worn: Worn, state: State) -> None:
    for _ in range(10):
        worn.minute(state, 0.2)
    assert Slug.ELECTRODES not in worn.told


def test_the_first_minute_of_a_connection_does_not_count() -> None:
    worn = Worn()
    for _ in range(5):
        worn.seconds(20, Kind.TICK, [0])
        worn.link(LinkState.RECEIVING)
        worn.now_ms -= 20_000
        worn.minute(State.CALM, 0.5)
        worn.link(LinkState.PAUSED)
    assert worn.told == [None]


def test_a_strap_whose_beats_stay_away_while_its_rate_goes_on_hears_the_heart_badly(worn: Worn) -> None:
    worn.seconds(30)
    worn.seconds(120, Kind.HEART_RATE, [60, 61])
    assert worn.slug is None
    worn.second(Kind.HEART_RATE, 60)
    assert worn.slug is Slug.ELECTRODES
    worn.second(Kind.BEAT, 1024)
    assert worn.slug is None


# --- heart rate alone ---


def test_a_rate_that_stands_still_without_beats_is_frozen(worn: Worn) -> None:
    worn.seconds(30)
    worn.seconds(60, Kind.HEART_RATE, [72])
    assert worn.slug is None
    worn.second(Kind.HEART_RATE, 72)
    assert worn.slug is Slug.FROZEN
    worn.second(Kind.HEART_RATE, 73)
    assert worn.slug is None


def test_the_same_rate_with_beats_is_a_quiet_heart(worn: Worn) -> None:
    for _ in range(600):
        worn.seconds(1, Kind.HEART_RATE, [60])
        worn.seconds(1)
    assert worn.told == [None]


def test_a_strap_without_beats_may_repeat_its_rate_for_longer_and_is_explained_for_half_an_hour(
    worn: Worn,
) -> None:
    worn.seconds(300, Kind.HEART_RATE, [60])
    assert worn.slug is None
    worn.second(Kind.HEART_RATE, 60)
    assert worn.slug is Slug.FROZEN
    worn.seconds(3600, Kind.HEART_RATE, [60, 61, 62])
    assert worn.told == [None, Slug.FROZEN, None, Slug.HEART_RATE_ONLY, None]


def test_a_heart_rate_of_0_is_neither_frozen_nor_a_rate(worn: Worn) -> None:
    worn.seconds(30)
    worn.seconds(1200, Kind.HEART_RATE, [0])
    assert worn.told == [None]


# --- off the body, and what comes first ---


def test_five_minutes_off_the_body_are_told_until_the_first_beat(worn: Worn) -> None:
    for _ in range(4):
        worn.minute(State.OFF_BODY, 0.0, tick=True)
    assert worn.slug is None
    worn.minute(State.OFF_BODY, 0.0, tick=True)
    assert worn.slug is Slug.OFF_BODY
    worn.second(Kind.BEAT, 1024)
    assert worn.told == [None, Slug.OFF_BODY, None]


def test_the_most_pressing_comes_first_and_the_other_waits(worn: Worn) -> None:
    worn.link(LinkState.RECEIVING, battery=9)
    for _ in range(3):
        worn.minute(State.NOISY, 0.3)
    for _ in range(5):
        worn.minute()
    assert worn.told == [None, Slug.BATTERY, Slug.ELECTRODES, Slug.BATTERY]


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("link"), st.sampled_from(LinkState), st.integers(0, 100)),
            st.tuples(st.just("row"), st.sampled_from([0, 1, 2, 3]), st.integers(0, 300)),
            st.tuples(st.just("minute"), st.sampled_from(State), st.integers(0, 100)),
        ),
        max_size=60,
    )
)
def test_whatever_comes_there_is_one_calm_sentence_or_none(happened: list[tuple[str, Any, int]]) -> None:
    worn = Worn()
    for what, which, value in happened:
        if what == "link":
            worn.link(which, battery=value)
        elif what == "row":
            worn.second(Kind(which), value)
        else:
            worn.minute(which, value / 100)
        if worn.care.advice is not None:
            sentence = worn.care.advice.sentence
            assert sentence.endswith(".")
            assert "!" not in sentence
            assert len(sentence) < 200


# --- into the store ---


def test_the_advice_of_the_link_comes_before_that_of_care() -> None:
    log = LinkLog(live=True)
    assert log.changed(LinkChanged(LinkState.RECEIVING, 0, H10, ADDRESS, 10)).advice is not None
    silent = log.changed(LinkChanged(LinkState.SILENT, 1000, H10, None, 10, "The strap is quiet."))
    assert silent.advice == "The strap is quiet."
    assert log.due(2000) == ()


def test_a_change_of_advice_is_a_mark_with_the_link_as_it_is() -> None:
    log = LinkLog(live=True)
    log.changed(LinkChanged(LinkState.RECEIVING, 0, H10, ADDRESS, 80))
    log.arrived(rows((500, Kind.BEAT, 1024)), ())
    for second in range(1, 200):
        log.arrived(rows((second * 1000, Kind.HEART_RATE, 70 + second % 2)), ())
    (mark,) = log.due(200_000)
    assert (mark.t_ms, mark.state, mark.device, mark.address, mark.battery_percent) == (
        200_000,
        LinkState.RECEIVING,
        H10,
        ADDRESS,
        80,
    )
    assert "electrodes" in (mark.advice or "")
    assert log.due(201_000) == ()


def test_a_played_recording_has_no_strap_to_care_for() -> None:
    log = LinkLog(live=False)
    assert log.changed(LinkChanged(LinkState.REPLAY, 0, "u03", None, 5)).advice is None


class Strap:
    """A source in this process: a strap whose electrodes dry out."""

    speed = 1.0

    async def items(self) -> AsyncIterator[SourceItem]:
        yield RecordingOpened(NewRecording("ble", "heart-rate strap", Anchor(1_773_295_200_000, 3600)))
        yield LinkChanged(LinkState.RECEIVING, 0, H10, ADDRESS, 80)
        yield StrapLearnt(KeptProfile(ADDRESS, "5.0.0", "H10", "Polar Electro Oy", 1, 2, 3, "{}"))
        for second in range(1, 400):
            kind, value = (
                (Kind.BEAT, 1024) if second < 60 or second > 300 else (Kind.HEART_RATE, 60 + second % 2)
            )
            yield Arrived(rows((second * 1000 - 1, kind, value), (second * 1000, Kind.TICK, 0)))

    def wish(self, wish: object) -> None:
        raise AssertionError(wish)


def test_advice_and_profile_reach_the_database_through_the_running_service(tmp_path: Path) -> None:
    path = tmp_path / "unhurry.db"
    migrate(path)
    cause = asyncio.run(run_service(Strap(), path, Settings(), Parameters(), stop=asyncio.Event()))
    assert cause == "ended"
    with open_database(path, read_only=True) as database:
        marks = database.rows("SELECT t_ms / 1000, state, device, advice IS NULL FROM links ORDER BY id")
        assert marks == [
            (0, "receiving", H10, 1),
            (180, "receiving", H10, 0),
            (301, "receiving", H10, 1),
        ]
        (profile,) = kept_profiles(database)
        assert (profile.address, profile.firmware, profile.frames) == (ADDRESS, "5.0.0", 3)
