"""Wishes about the strap, from the page's row in the database to the source and back into status."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from unhurry.config import Settings
from unhurry.daemon.loop import run_service
from unhurry.daemon.pausing import StrapWishes
from unhurry.daemon.prompting.terminal import TerminalChannel
from unhurry.daemon.sources import (
    Arrived,
    ChooseStrap,
    LinkChanged,
    Pause,
    RecordingOpened,
    Resume,
    SourceItem,
    StrapWish,
)
from unhurry.daemon.strap import BleSource
from unhurry.signal import Arrivals, Kind, Parameters
from unhurry.store import (
    Anchor,
    Database,
    IntentKind,
    IntentRow,
    LinkState,
    Moment,
    NewRecording,
    StrapChoice,
    migrate,
    open_database,
)
from unhurry.store.intents import Modes, add_intent
from unhurry.store.status import status

NOON_MS = round(datetime(2026, 3, 12, 11, tzinfo=UTC).timestamp()) * 1000
"""12:00 at +01:00."""
HOUR_MS = 3_600_000
OFFSET_S = 3600
CHOICES = (
    StrapChoice("Polar H10", "C0:00:00:00:00:01", -50),
    StrapChoice("TICKR", "C0:00:00:00:00:02", None),
)


def intent(kind: IntentKind, hours: float = 0.0, **arguments: str) -> IntentRow:
    return IntentRow(1, kind, NOON_MS + round(hours * HOUR_MS), arguments)


def test_a_pause_is_told_once_and_ends_when_the_wearer_goes_on() -> None:
    wishes = StrapWishes()
    assert wishes.begin(Modes(), NOON_MS, OFFSET_S) == ()
    assert wishes.hear([intent(IntentKind.PAUSE)], NOON_MS, OFFSET_S) == (Pause(),)
    assert wishes.hear([], NOON_MS + HOUR_MS, OFFSET_S) == ()
    assert wishes.hear([intent(IntentKind.RESUME)], NOON_MS + HOUR_MS, OFFSET_S) == (Resume(),)
    assert wishes.hear([intent(IntentKind.RESUME)], NOON_MS + HOUR_MS, OFFSET_S) == ()


def test_a_pause_ends_with_the_local_day() -> None:
    wishes = StrapWishes()
    wishes.hear([intent(IntentKind.PAUSE)], NOON_MS, OFFSET_S)
    assert wishes.hear([], NOON_MS + 12 * HOUR_MS - 1, OFFSET_S) == ()
    assert wishes.hear([], NOON_MS + 12 * HOUR_MS, OFFSET_S) == (Resume(),)


def test_a_pause_that_nobody_took_up_yesterday_means_nothing_today() -> None:
    assert StrapWishes().hear([intent(IntentKind.PAUSE, hours=-13)], NOON_MS, OFFSET_S) == ()


def test_a_pause_holds_over_a_restart_and_over_a_night_asleep_it_does_not() -> None:
    wishes = StrapWishes()
    held = Modes(paused_since_wall_ms=NOON_MS)
    assert wishes.begin(held, NOON_MS + HOUR_MS, OFFSET_S) == (Pause(),)
    assert wishes.begin(held, NOON_MS + 2 * HOUR_MS, OFFSET_S) == (), "a suspend: the source knows"
    assert wishes.begin(Modes(), NOON_MS + 20 * HOUR_MS, OFFSET_S) == (Resume(),)


def test_of_several_wishes_at_once_the_last_of_each_kind_counts() -> None:
    wishes = StrapWishes()
    both = [
        intent(IntentKind.CHOOSE_STRAP, address="C0:00:00:00:00:01"),
        intent(IntentKind.PAUSE),
        intent(IntentKind.CHOOSE_STRAP, address="C0:00:00:00:00:02"),
        intent(IntentKind.RESUME),
    ]
    assert wishes.hear(both, NOON_MS, OFFSET_S) == (ChooseStrap("C0:00:00:00:00:02"),)
    assert wishes.hear([*both[:3]], NOON_MS, OFFSET_S) == (ChooseStrap("C0:00:00:00:00:02"), Pause())


class Obedient:
    """A source that ticks a few times a second, remembers its wishes, and says what it does."""

    speed = 1.0

    def __init__(self, *links: LinkChanged) -> None:
        self.wishes: list[StrapWish] = []
        self._links = links
        self._wished = asyncio.Event()

    def wish(self, wish: StrapWish) -> None:
        self.wishes.append(wish)
        self._wished.set()

    async def items(self) -> AsyncIterator[SourceItem]:
        wall_ms = time.time_ns() // 1_000_000
        yield RecordingOpened(NewRecording("ble", "strap", Anchor(wall_ms, 0)))
        for link in self._links:
            yield link
        t_ms = 0
        while True:
            await asyncio.sleep(0.01)
            t_ms += 1000
            paused = bool(self.wishes) and isinstance(self.wishes[-1], Pause)
            yield Arrived(
                Arrivals(
                    arrival_ms=np.array([t_ms], dtype=np.int64),
                    kind=np.array([Kind.TICK], dtype=np.int8),
                    value=np.array([float(paused)]),
                )
            )

    async def until_wished(self, count: int) -> None:
        while len(self.wishes) < count:
            self._wished.clear()
            await self._wished.wait()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "unhurry.db"
    migrate(path)
    return path


@contextmanager
def reading(path: Path) -> Generator[Database]:
    with open_database(path) as database:
        yield database


async def _serve(source: Obedient, path: Path, stop: asyncio.Event) -> str:
    return await run_service(source, path, Settings(), Parameters(), stop=stop)


def _now() -> Moment:
    return Moment(time.time_ns() // 1_000_000, 0)


def test_a_wish_on_the_page_reaches_the_source_and_holds_over_a_restart(path: Path) -> None:
    async def first() -> list[StrapWish]:
        source, stop = Obedient(), asyncio.Event()
        serving = asyncio.create_task(_serve(source, path, stop))
        with reading(path) as db:
            add_intent(db, IntentKind.CHOOSE_STRAP, {"address": "C0:00:00:00:00:02"}, _now())
            await source.until_wished(1)
            add_intent(db, IntentKind.PAUSE, {}, _now())
            await source.until_wished(2)
            assert status(db).modes.paused_since_wall_ms is not None
            assert db.value("SELECT count(*) FROM intents WHERE taken_wall_ms IS NULL") == 0
        stop.set()
        await serving
        return source.wishes

    async def second() -> list[StrapWish]:
        source, stop = Obedient(), asyncio.Event()
        serving = asyncio.create_task(_serve(source, path, stop))
        await source.until_wished(1)
        with reading(path) as db:
            add_intent(db, IntentKind.RESUME, {}, _now())
        await source.until_wished(2)
        stop.set()
        await serving
        return source.wishes

    async def main() -> None:
        async with asyncio.timeout(30):
            assert await first() == [ChooseStrap("C0:00:00:00:00:02"), Pause()]
            assert await second() == [Pause(), Resume()]

    asyncio.run(main())
    with reading(path) as db:
        assert status(db).modes.paused_since_wall_ms is None


def test_the_straps_in_reach_come_into_status_and_leave_it(path: Path) -> None:
    asking = LinkChanged(LinkState.LOOKING, 0, advice="Which one?", in_reach=CHOICES)
    found = LinkChanged(LinkState.CONNECTING, 10, device="TICKR")
    seen: list[tuple[StrapChoice, ...]] = []

    async def main() -> None:
        for links in ((asking,), (asking, found)):
            source, stop = Obedient(*links), asyncio.Event()
            serving = asyncio.create_task(_serve(source, path, stop))
            with reading(path) as db:
                add_intent(db, IntentKind.CHOOSE_STRAP, {"address": CHOICES[0].address}, _now())
                await source.until_wished(1)
                seen.append(status(db).straps_in_reach)
                stop.set()
                await serving
                assert status(db).straps_in_reach == (), "nothing listens, so nothing is asked"

    asyncio.run(main())
    assert seen == [CHOICES, ()]


def test_the_strap_takes_a_wish_before_it_is_read_for_nothing() -> None:
    BleSource().wish(Pause())


def test_the_terminal_says_the_question_and_the_pause_in_their_own_words(
    capsys: pytest.CaptureFixture[str],
) -> None:
    terminal = TerminalChannel(None)
    terminal.link(LinkChanged(LinkState.LOOKING, 0, advice="Two straps are in reach.", in_reach=CHOICES))
    terminal.link(LinkChanged(LinkState.LOOKING, 9, advice="Two straps are in reach.", in_reach=CHOICES))
    terminal.link(LinkChanged(LinkState.PAUSED, 10, advice="You paused measuring."))
    assert capsys.readouterr().out == "No beats yet: Two straps are in reach.\nYou paused measuring.\n"
