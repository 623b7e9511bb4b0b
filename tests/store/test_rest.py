"""What a database knows of the wearer at rest when a recording begins."""

from __future__ import annotations

from typing import Any

import pytest

from unhurry.signal import Minute, State
from unhurry.store import Anchor, Batch, Database, NewRecording, Writer
from unhurry.store.rest import rest_before

DAY_S = 86_400
BEGAN_MS = 1_773_295_200_000


def minute(start_s: int, state: State = State.CALM, hr_bpm: float | None = 66.0) -> Minute:
    return Minute(start_s, state, 60, hr_bpm, 40.0, None, None, None, 1.0)


@pytest.fixture
def keep(writer: Writer) -> Any:
    def kept(*minutes: Minute, source: str = "ble", wall_ms: int = BEGAN_MS) -> None:
        recording = writer.open_recording(NewRecording(source, "strap", Anchor(wall_ms, 3600)))
        writer.write_batch(Batch(recording, minutes=minutes))

    return kept


def test_an_empty_database_knows_nobody(database: Database) -> None:
    rest = rest_before(database, BEGAN_MS)
    assert (len(rest), rest.known_s) == (0, 0)


def test_minutes_near_the_usual_come_oldest_first_with_their_age(database: Database, keep: Any) -> None:
    keep(minute(0, hr_bpm=60.0), minute(60, hr_bpm=62.0))
    rest = rest_before(database, BEGAN_MS + 300_000)
    assert rest.age_s.tolist() == [240, 180]
    assert rest.hr_bpm.tolist() == [60.0, 62.0]
    assert rest.known_s == 120


def test_only_what_a_strap_measured_at_rest_counts(database: Database, keep: Any) -> None:
    keep(minute(0, State.MOVING), minute(60, State.AROUSED), minute(120, hr_bpm=None), minute(180))
    keep(minute(0), source="replay")
    keep(minute(0), source="demo")
    assert len(rest_before(database, BEGAN_MS + 600_000)) == 1


def test_a_day_is_read_and_two_weeks_are_counted(database: Database, keep: Any) -> None:
    for days in (1, 3, 13, 15):
        keep(minute(60), wall_ms=BEGAN_MS - days * DAY_S * 1000)
    keep(minute(60), wall_ms=BEGAN_MS + 3_600_000)
    rest = rest_before(database, BEGAN_MS + 120_000)
    assert len(rest) == 0, "yesterday's minute is a day and a minute old"
    assert rest.known_s == 3 * 60
    assert len(rest_before(database, BEGAN_MS)) == 1
