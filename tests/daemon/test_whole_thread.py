"""From a recording through the running service into the database: the same events, the same numbers, nothing lost."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from unhurry.command.detect import detect
from unhurry.config import Settings
from unhurry.daemon.loop import run_service
from unhurry.daemon.prompting.offers import Closed, Offer
from unhurry.daemon.simulation import SimulatedDay, simulate_day
from unhurry.daemon.sources import Arrived, LinkChanged, RecordingOpened, SourceItem, StrapWish
from unhurry.daemon.sources.demo import DemoSource
from unhurry.daemon.sources.pace import paced, rows_between
from unhurry.daemon.sources.replay import ReplaySource, anchor_for
from unhurry.signal import Parameters, finish, initial_state, step
from unhurry.store import Anchor, Answer, IntentKind, Moment, NewRecording, migrate, open_database
from unhurry.store.formats import find_motion, read_recording
from unhurry.store.intents import add_intent
from unhurry.store.prompts import Given, answer_prompt

DATA = Path(__file__).parents[2].parent / "shared" / "data"
needs_data = pytest.mark.skipif(
    not DATA.is_dir(), reason="recordings of real people are not beside the project (../shared/data)"
)
AT_ONCE = 1e9


class Heard:
    """A channel that remembers."""

    def __init__(self) -> None:
        self.offers: list[Offer] = []
        self.gone: list[Closed] = []
        self.links: list[LinkChanged] = []

    def link(self, link: LinkChanged) -> None:
        self.links.append(link)

    def offer(self, offer: Offer) -> None:
        self.offers.append(offer)

    def closed(self, closed: Closed) -> None:
        self.gone.append(closed)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "unhurry.db"
    migrate(path)
    return path


@pytest.fixture(scope="module")
def day() -> SimulatedDay:
    return simulate_day()


def served(source: object, database: Path, settings: Settings | None = None) -> tuple[str, Heard]:
    heard = Heard()

    async def main() -> str:
        return await run_service(
            source,  # type: ignore[arg-type]
            database,
            settings or Settings(),
            Parameters(),
            stop=asyncio.Event(),
            channels=(heard,),
        )

    return asyncio.run(main()), heard


def rows(database: Path, sql: str) -> list[tuple[Any, ...]]:
    with open_database(database, read_only=True) as db:
        return db.rows(sql)


def test_the_simulated_day_is_recorded_as_it_is_detected(day: SimulatedDay, database: Path) -> None:
    speaking = Settings(prompts={"on_low_confidence": True})  # type: ignore[arg-type]
    source = DemoSource(day, date(2026, 3, 12), speed=AT_ONCE)
    cause, heard = served(source, database, speaking)
    assert cause == "ended"
    parameters = Parameters(motion=day.motion_levels)
    state, output = step(parameters, initial_state(parameters), day.arrivals)
    final = {event.number: event for event in (*output.events, *finish(state).events)}
    kept = rows(
        database,
        "SELECT id, number, start_s, confirmed_s, end_s, hr_peak_bpm, score_peak FROM events ORDER BY id",
    )
    assert kept == [
        (n, n, e.start_s, e.confirmed_s, e.end_s, e.hr_peak_bpm, e.score_peak)
        for n, e in sorted(final.items())
    ]
    assert len(kept) >= 5
    assert rows(database, "SELECT count(*) FROM decisions") == [(len(kept),)]
    prompts = rows(database, "SELECT count(*), sum(closed = 'expired') FROM prompts")[0]
    assert 1 <= prompts[0] <= 3
    assert prompts[1] == prompts[0]
    # An hour at once in the morning brings an offer and its end together; nobody is asked about the past.
    assert len(heard.offers) < prompts[0] or not heard.offers
    beats = rows(database, "SELECT count(*) FROM beats")[0][0]
    assert beats == np.count_nonzero(day.arrivals.kind == 0)
    minutes = rows(database, "SELECT sum(seconds), count(*) FROM minutes")[0]
    assert minutes[0] == len(output.seconds)
    assert rows(database, "SELECT simulated, cause FROM recordings") == [(1, "ended")]


def test_a_stored_day_can_be_replayed_exactly(day: SimulatedDay, database: Path) -> None:
    served(DemoSource(day, date(2026, 3, 12), speed=AT_ONCE), database)
    kept = rows(database, "SELECT t_ms + late_ms, rr_1024 FROM beats ORDER BY t_ms")
    is_beat = day.arrivals.kind == 0
    assert [row[0] for row in kept] == day.arrivals.arrival_ms[is_beat].tolist()
    assert [row[1] for row in kept] == day.arrivals.value[is_beat].astype(int).tolist()


class InPieces:
    """A source that hands over a day in pieces of `rows` rows, then stops or breaks."""

    speed = 1.0

    def __init__(self, day: SimulatedDay, rows: int, stop_after: int | None = None) -> None:
        self.day, self.rows, self.stop_after = day, rows, stop_after

    def wish(self, wish: StrapWish) -> None:
        """Go on as ever."""

    async def items(self) -> AsyncIterator[SourceItem]:
        recording = NewRecording("ble", "strap", Anchor(1_773_295_200_000, 3600))
        yield RecordingOpened(recording)
        total = len(self.day.arrivals) if self.stop_after is None else self.stop_after
        for start in range(0, total, self.rows):
            yield Arrived(rows_between(self.day.arrivals, start, min(total, start + self.rows)))


def test_pieces_and_a_whole_leave_the_same_database(day: SimulatedDay, tmp_path: Path) -> None:
    tables = ("beats", "motion", "minutes", "events", "decisions")
    found: list[list[list[tuple[Any, ...]]]] = []
    for number, size in enumerate((100_000, 997)):
        path = tmp_path / f"{number}.db"
        migrate(path)
        served(InPieces(day, size, stop_after=40_000), path)
        found.append([rows(path, f"SELECT * FROM {table}") for table in tables])
    for table, first, second in zip(tables, *found, strict=True):
        assert first == second, table


def test_a_real_strap_remembers_after_a_restart_what_was_said(day: SimulatedDay, database: Path) -> None:
    speaking = Settings(prompts={"on_low_confidence": True, "budget_per_day": 1})  # type: ignore[arg-type]
    for _ in range(2):
        served(InPieces(day, 5000, stop_after=50_000), database, speaking)
    assert rows(database, "SELECT count(*) FROM recordings") == [(2,)]
    reasons = [row[0] for row in rows(database, "SELECT reason FROM decisions ORDER BY id")]
    assert reasons[0] == "ok"
    assert set(reasons[1:]) <= {"budget", "cooldown"}
    assert "budget" in reasons


def test_a_wearer_who_drives_can_say_that_it_is_over_and_a_restart_believes_it(
    day: SimulatedDay, database: Path
) -> None:
    speaking = Settings(prompts={"on_low_confidence": True})  # type: ignore[arg-type]

    class Answering(Heard):
        def offer(self, offer: Offer) -> None:
            at = Moment(1_773_295_200_000 + 10_000_000, 3600)
            with open_database(database) as db:
                answer_prompt(db, offer.prompt_id, Given(Answer.NOT_NOW, reason="driving"), at)

    async def main() -> None:
        stop = asyncio.Event()
        source = InPieces(day, 500, stop_after=50_000)
        await run_service(source, database, speaking, Parameters(), stop=stop, channels=(Answering(),))

    asyncio.run(main())
    assert rows(database, "SELECT kind FROM intents") == [("driving_start",)]
    assert "driving" in {row[0] for row in rows(database, "SELECT reason FROM decisions")}


def test_an_offer_does_not_outlive_its_recording(day: SimulatedDay, database: Path) -> None:
    speaking = Settings(prompts={"on_low_confidence": True})  # type: ignore[arg-type]
    confirmed_row = int(np.searchsorted(day.arrivals.arrival_ms, 9_700_000))
    served(InPieces(day, 500, stop_after=confirmed_row), database, speaking)
    assert rows(database, "SELECT closed FROM prompts") == [("expired",)]


def test_a_database_locked_by_another_program_costs_nothing(
    day: SimulatedDay, database: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("unhurry.store.database.BUSY_TIMEOUT_S", 0.05)
    other = sqlite3.connect(database, isolation_level=None, check_same_thread=False)

    class Locked(InPieces):
        async def items(self) -> AsyncIterator[SourceItem]:
            number = 0
            async for item in super().items():
                number += 1
                if number == 20:
                    with open_database(database) as db:
                        add_intent(db, IntentKind.SNOOZE, {"minutes": 1}, Moment(0, 3600))
                    other.execute("BEGIN IMMEDIATE")
                if number == 60:
                    other.execute("ROLLBACK")
                yield item

    cause, _ = served(Locked(day, 500, stop_after=50_000), database)
    other.close()
    assert cause == "ended"
    assert rows(database, "SELECT count(*) FROM beats") == [
        (np.count_nonzero(day.arrivals.kind[:50_000] == 0),)
    ]
    parameters = Parameters()
    _, output = step(parameters, initial_state(parameters), rows_between(day.arrivals, 0, 50_000))
    assert rows(database, "SELECT sum(seconds) FROM minutes") == [(len(output.seconds),)]
    assert rows(database, "SELECT count(*) FROM decisions") == rows(database, "SELECT count(*) FROM events")
    assert rows(database, "SELECT count(*) FROM intents WHERE taken_wall_ms IS NOT NULL") == [(1,)]
    said = [record.getMessage() for record in caplog.records if "outbox" in record.name]
    assert len(said) == 2
    assert "kept in memory" in said[0]
    assert "can be written again" in said[1]


def test_a_source_that_breaks_leaves_what_it_brought(day: SimulatedDay, database: Path) -> None:
    class Broken(InPieces):
        async def items(self) -> AsyncIterator[SourceItem]:
            async for item in super().items():
                yield item
            raise OSError("the file is gone")

    with pytest.raises(OSError, match="gone"):
        served(Broken(day, 1000, stop_after=10_000), database)
    beats = np.count_nonzero(day.arrivals.kind[:10_000] == 0)
    assert rows(database, "SELECT count(*) FROM beats") == [(beats,)]
    assert rows(database, "SELECT cause FROM recordings") == [("failed",)]


def test_pacing_keeps_every_row_in_order(day: SimulatedDay) -> None:
    async def collected() -> list[int]:
        part = rows_between(day.arrivals, 0, 3000)
        times: list[int] = []
        async for block in paced(part, speed=5000, from_ms=200_000):
            times += block.arrival_ms.tolist()
        return times

    assert asyncio.run(collected()) == day.arrivals.arrival_ms[:3000].tolist()


@needs_data
def test_a_real_person_is_recorded_as_detected(database: Path) -> None:
    file = DATA / "mmash" / "u03.rr.csv.gz"
    recording = read_recording(file, motion=find_motion(file))
    anchor = anchor_for(recording, None, datetime.fromisoformat("2026-03-12T20:00:00+01:00"))
    served(ReplaySource(recording, anchor=anchor, speed=AT_ONCE), database)
    detected = detect(file, find_motion(file), None, Settings(), Parameters())
    kept = rows(database, "SELECT id, start_s, confirmed_s, end_s, hr_peak_bpm FROM events ORDER BY id")
    assert kept == [(e.number, e.start_s, e.confirmed_s, e.end_s, e.hr_peak_bpm) for e in detected.events]
    assert kept
    minutes = rows(database, "SELECT start_s, state, hr_bpm FROM minutes ORDER BY start_s")
    assert minutes == [(m.start_s, m.state, m.hr_bpm) for m in detected.minutes]
    assert rows(database, "SELECT count(*) FROM beats") == [(detected.recording.beats,)]
    last = rows(database, "SELECT wall_ms + end_ms FROM recordings")[0][0]
    assert last == datetime.fromisoformat("2026-03-12T20:00:00+01:00").timestamp() * 1000


@pytest.mark.skipif(sys.platform == "win32", reason="signals differ on Windows")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_in_order(tmp_path: Path, number: int) -> None:
    database = tmp_path / "unhurry.db"
    command = [
        sys.executable,
        "-m",
        "unhurry.command",
        "run",
        "--source",
        "demo",
        "--no-api",
        "--db",
        str(database),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as running:
        wait_for_minutes(database)
        os.kill(running.pid, number)
        output, _ = running.communicate(timeout=30)
    assert running.returncode == 0, output
    assert "Traceback" not in output
    assert rows(database, "SELECT cause FROM recordings") == [("stopped",)]


def test_a_killed_service_is_taken_up_again_without_loss(tmp_path: Path) -> None:
    database = tmp_path / "unhurry.db"
    command = [
        sys.executable,
        "-m",
        "unhurry.command",
        "run",
        "--source",
        "demo",
        "--no-api",
        "--db",
        str(database),
    ]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        wait_for_minutes(database)
        time.sleep(1)
        running.kill()
    with sqlite3.connect(database) as plain:
        assert plain.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        beats = plain.execute("SELECT count(*) FROM beats").fetchone()[0]
    plain.close()
    assert beats > 10_000
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as again:
        wait_for_minutes(database, recording=2)
        again.terminate()
    kept = rows(
        database,
        "SELECT cause, (SELECT count(*) FROM beats WHERE recording = id) FROM recordings ORDER BY id",
    )
    assert kept[0] == ("interrupted", beats)
    assert kept[1][0] == "stopped"


def wait_for_minutes(database: Path, recording: int = 1) -> None:
    """Wait until the morning of the simulated day is in the database."""
    for _ in range(600):
        time.sleep(0.1)
        if not database.exists():
            continue
        try:
            with sqlite3.connect(database, timeout=5) as plain:
                count = plain.execute(
                    "SELECT count(*) FROM minutes WHERE recording = ?", (recording,)
                ).fetchone()[0]
        except sqlite3.OperationalError:
            continue
        finally:
            plain.close()
        if count >= 200:
            return
    pytest.fail("the service did not record the morning within a minute")
