"""Ten minutes beyond the wearer's own line, still for a quarter of an hour: said once a day, in plain words."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from unhurry.config import NoticeSettings, Settings
from unhurry.config.trying import Tried
from unhurry.daemon.insights.what_if import WhichDays, what_if
from unhurry.daemon.listening import decide_all, listen
from unhurry.daemon.loop import run_service
from unhurry.daemon.noticing import Noticing
from unhurry.daemon.prompting.notice import Watch, watch
from unhurry.daemon.sources import Arrived, RecordingOpened, SourceItem, StrapWish
from unhurry.daemon.sources.pace import rows_between
from unhurry.signal import Arrivals, Kind, Minute, Parameters, State
from unhurry.store import Anchor, Database, NewRecording, migrate, open_database
from unhurry.store.notices import Notice, NoticeKind, last_notice

SETTINGS = NoticeSettings()
ANCHOR = Anchor(wall_ms=1_773_295_200_000, utc_offset_s=3600)
"""2026-03-12 07:00 at +01:00."""


def minutes(hr_bpm: float | None, count: int = 15, *, first: int = 0, **changes: object) -> list[Minute]:
    plain = Minute(
        start_s=0, state=State.AROUSED, seconds=60, hr_bpm=hr_bpm, rmssd_ms=20.0, baseline_bpm=70.0,
        spread_bpm=3.0, motion=0.1, quality=0.98,
    )  # fmt: skip
    return [replace(plain, start_s=60 * (first + i), **changes) for i in range(count)]  # type: ignore[arg-type]


def told(given: list[Minute], settings: NoticeSettings = SETTINGS, day: int = 1) -> list[tuple[int, Notice]]:
    remembered, found = Watch(), []
    for i, minute in enumerate(given):
        remembered, notice = watch(settings, remembered, minute, day)
        if notice is not None:
            found.append((i, notice))
    return found


def test_a_quarter_of_an_hour_above_the_line_is_said_at_its_end() -> None:
    assert told(minutes(121.0)) == [(14, Notice(NoticeKind.HIGH, 120, 10, still_known=True))]


def test_ten_minutes_count_after_five_that_were_still() -> None:
    given = [*minutes(90.0, 5), *minutes(121.0, 10, first=5)]
    assert [i for i, _ in told(given)] == [14]
    assert told([*minutes(90.0, 6), *minutes(121.0, 9, first=6)]) == []


def test_below_the_low_line_is_said_awake_and_not_asleep() -> None:
    assert told(minutes(38.0)) == [(14, Notice(NoticeKind.LOW, 40, 10, still_known=True))]
    assert told(minutes(38.0, state=State.ASLEEP)) == []
    assert told(minutes(130.0, state=State.ASLEEP)) != []


@pytest.mark.parametrize(
    "spoiled",
    [
        {"motion": 0.5}, {"state": State.MOVING}, {"state": State.AFTER_EXERTION}, {"state": State.OFF_BODY},
        {"state": State.UNEVEN}, {"state": State.NOISY}, {"quality": 0.8}, {"hr_bpm": None}, {"hr_bpm": 119.0},
    ],
)  # fmt: skip
def test_one_minute_that_is_not_certain_keeps_it_silent(spoiled: dict[str, object]) -> None:
    given = minutes(125.0, 20)
    given[10] = replace(given[10], **spoiled)  # type: ignore[arg-type]
    assert told(given) == []


def test_a_gap_begins_the_quarter_of_an_hour_anew() -> None:
    assert told([*minutes(125.0, 14), *minutes(125.0, 14, first=20)]) == []
    assert [i for i, _ in told([*minutes(125.0, 14), *minutes(125.0, 15, first=20)])] == [28]


def test_it_is_said_once_a_day_and_offers_wait_as_long_as_it_lasts() -> None:
    given = minutes(125.0, 40)
    assert [i for i, _ in told(given)] == [14]
    remembered = Watch()
    for minute in given:
        remembered, _ = watch(SETTINGS, remembered, minute, 1)
    assert remembered.beyond is NoticeKind.HIGH
    after, notice = watch(SETTINGS, remembered, minutes(80.0, 1, first=40)[0], 1)
    assert (after.beyond, notice) == (None, None)
    _, next_day = watch(SETTINGS, remembered, minutes(125.0, 1, first=40)[0], 2)
    assert next_day is not None


def test_unknown_movement_is_asked_about_first() -> None:
    ((_, notice),) = told(minutes(125.0, motion=None))
    assert not notice.still_known


def test_the_lines_are_the_wearers_own_and_can_be_off() -> None:
    off = NoticeSettings.model_validate({"high_bpm": "off", "low_bpm": "off"})
    assert told(minutes(180.0), off) == []
    assert told(minutes(30.0), off) == []
    assert told(minutes(125.0), NoticeSettings(high_bpm=130)) == []
    ((_, notice),) = told(minutes(135.0), NoticeSettings(high_bpm=130))
    assert notice.line_bpm == 130


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    path = tmp_path / "day.db"
    migrate(path)
    with open_database(path) as db:
        yield db


def test_it_is_kept_for_the_page_and_not_said_again_after_a_restart(database: Database) -> None:
    noticing = Noticing(database, SETTINGS)
    noticing.begin(ANCHOR, live=True)
    noticing.take(ANCHOR, minutes(125.0, 20))
    assert noticing.offers_wait
    at_ms = ANCHOR.wall_ms + 15 * 60_000
    kept = last_notice(database, now_wall_ms=at_ms)
    assert kept is not None
    assert (kept.wall_ms, kept.notice.kind) == (at_ms, NoticeKind.HIGH)
    assert last_notice(database, now_wall_ms=at_ms + 86_400_000) is None

    again = Noticing(database, SETTINGS)
    later = replace(ANCHOR, wall_ms=at_ms + 3_600_000)
    again.begin(later, live=True)
    again.take(later, minutes(125.0, 20))
    assert again.offers_wait
    assert database.value("SELECT count(*) FROM findings WHERE kind = 'notice'") == 1
    tomorrow = replace(ANCHOR, wall_ms=ANCHOR.wall_ms + 86_400_000)
    again.begin(tomorrow, live=True)
    again.take(tomorrow, minutes(125.0, 20))
    assert database.value("SELECT count(*) FROM findings WHERE kind = 'notice'") == 2


def test_what_cannot_be_written_now_comes_with_the_next_minute(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("unhurry.store.database.BUSY_TIMEOUT_S", 0.05)
    path = Path(database.value("SELECT file FROM pragma_database_list WHERE name = 'main'"))
    other = sqlite3.connect(path, isolation_level=None)
    with open_database(path) as hurried:
        noticing = Noticing(hurried, SETTINGS)
        noticing.begin(ANCHOR, live=True)
        noticing.take(ANCHOR, minutes(125.0, 14))
        other.execute("BEGIN IMMEDIATE")
        noticing.take(ANCHOR, minutes(125.0, 1, first=14))
        other.execute("ROLLBACK")
        other.close()
        assert noticing.offers_wait
        assert last_notice(hurried, now_wall_ms=ANCHOR.wall_ms + 3_600_000) is None
        noticing.take(ANCHOR, minutes(125.0, 3, first=15))
    kept = last_notice(database, now_wall_ms=ANCHOR.wall_ms + 3_600_000)
    assert kept is not None
    assert kept.wall_ms == ANCHOR.wall_ms + 16 * 60_000


def a_fast_morning() -> Arrivals:
    """Forty minutes at about 104, then ten at about 122, in a chair, as a strap without movement tells it."""
    rng = np.random.default_rng(11)
    rate = np.where(np.arange(6000) < 40 * 104, 104.0, 122.0) + 2 * np.sin(np.arange(6000) / 11)
    rr_1024 = np.rint(1024 * 60 / (rate + rng.normal(0, 1.0, 6000)))
    beat_ms = (rr_1024.cumsum() * 1000 / 1024).astype(np.int64)
    beat_ms, rr_1024 = beat_ms[beat_ms < 50 * 60_000], rr_1024[beat_ms < 50 * 60_000]
    tick_ms = np.arange(1000, 50 * 60_000, 1000)
    times = np.concatenate((beat_ms, tick_ms))
    kind = np.repeat(np.array((Kind.BEAT, Kind.TICK), np.int8), (len(beat_ms), len(tick_ms)))
    value = np.concatenate((rr_1024, np.zeros(len(tick_ms))))
    order = times.argsort(kind="stable")
    return Arrivals(times[order], kind[order], value[order])


class Strap:
    """Hands over a morning in pieces of `rows` rows."""

    speed = 1.0

    def __init__(self, arrivals: Arrivals, rows: int) -> None:
        self.arrivals, self.rows = arrivals, rows

    def wish(self, wish: StrapWish) -> None:
        """Go on as ever."""

    async def items(self) -> AsyncIterator[SourceItem]:
        yield RecordingOpened(NewRecording("ble", "strap", ANCHOR))
        for start in range(0, len(self.arrivals), self.rows):
            yield Arrived(rows_between(self.arrivals, start, min(len(self.arrivals), start + self.rows)))


def settings(high_bpm: int | str) -> Settings:
    return Settings(
        notice={"high_bpm": high_bpm},  # type: ignore[arg-type]
        prompts={"on_low_confidence": True, "quiet_from": "00:00", "quiet_to": "00:00"},  # type: ignore[arg-type]
    )


def decided(path: Path, high_bpm: int | str, rows: int) -> list[tuple[float, str]]:
    """Return when and why the service decided, living through the morning."""
    migrate(path)
    source = Strap(a_fast_morning(), rows)
    asyncio.run(run_service(source, path, settings(high_bpm), Parameters(), stop=asyncio.Event()))
    with open_database(path, read_only=True) as db:
        return db.rows("SELECT t_s, reason FROM decisions ORDER BY id")


@pytest.mark.parametrize("rows", [7, 100_000])
def test_no_offer_is_made_while_the_heart_is_beyond_a_line(tmp_path: Path, rows: int) -> None:
    path = tmp_path / "day.db"
    ((t_s, reason),) = decided(path, 100, rows)
    assert 40 * 60 < t_s < 46 * 60
    assert reason == "notice"
    with open_database(path, read_only=True) as db:
        kept = last_notice(db, now_wall_ms=ANCHOR.wall_ms + 50 * 60_000)
        assert kept is not None
        assert kept.notice == Notice(NoticeKind.HIGH, 100, 10, still_known=False)
        assert db.value("SELECT count(*) FROM prompts") == 0
    assert decided(tmp_path / "other.db", "off", rows) == [(t_s, "ok")]


def test_a_file_and_a_day_lived_again_keep_silent_as_well(tmp_path: Path) -> None:
    path = tmp_path / "day.db"
    kept = decided(path, 100, 997)
    told = settings(100)
    heard = listen(Parameters(), a_fast_morning())
    anchor = ANCHOR
    assert [(d.t_s, d.reason) for d in decide_all(told.prompts, told.notice, heard, anchor)] == kept
    assert [d.reason for d in decide_all(told.prompts, None, heard, anchor)] == ["ok"]
    now = Tried(told.prompts, Parameters())
    with open_database(path) as db:
        again = what_if(db, now, now, WhichDays(), lambda _: None)
    assert (again.recorded.events, again.recorded.offers, again.recorded.days_differing) == (1, 0, 0)
    assert again.total(lambda day: day.offers_before) == 0
