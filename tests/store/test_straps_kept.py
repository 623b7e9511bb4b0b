"""Straps, what was learnt of them, and the angles of the trunk: kept, told apart, read again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from unhurry.store import Batch, Database, LinkMark, LinkState, Writer, remembered_strap
from unhurry.store.heart import first_arrival_ms, last_arrival_ms
from unhurry.store.profiles import KeptProfile, kept_profiles, profile_of

MINE = "C0:11:22:33:44:00"
THEIRS = "C0:11:22:33:44:99"
PROFILE = KeptProfile(MINE, "5.0.0", "H10", "Polar Electro Oy", 1000, 2000, 60, '{"frames": 60}')


def heard(writer: Writer, recording_id: int, t_ms: int, address: str | None, battery: int | None) -> None:
    mark = LinkMark(t_ms, LinkState.RECEIVING, "Polar H10 1234", battery, None, address)
    writer.write_batch(Batch(recording_id, links=(mark,)))


def devices(database: Database) -> list[tuple[Any, ...]]:
    return database.rows("SELECT key, name, battery_percent FROM devices ORDER BY last_seen_wall_ms")


def test_two_straps_of_one_name_are_two(database: Database, writer: Writer, made: Any) -> None:
    recording_id = writer.open_recording(made.recording())
    heard(writer, recording_id, 100, MINE, 80)
    heard(writer, recording_id, 200, THEIRS, 30)
    assert devices(database) == [(MINE, "Polar H10 1234", 80), (THEIRS, "Polar H10 1234", 30)]
    assert remembered_strap(database) == THEIRS
    heard(writer, recording_id, 300, MINE, None)
    assert devices(database)[-1] == (MINE, "Polar H10 1234", 80)
    assert remembered_strap(database) == MINE


def test_a_name_without_an_address_is_kept_until_the_address_is_told(
    database: Database, writer: Writer, made: Any
) -> None:
    recording_id = writer.open_recording(made.recording())
    heard(writer, recording_id, 100, None, None)
    assert devices(database) == [("Polar H10 1234", "Polar H10 1234", None)]
    assert remembered_strap(database) is None
    heard(writer, recording_id, 200, MINE, 80)
    heard(writer, recording_id, 300, None, 79)
    assert devices(database) == [(MINE, "Polar H10 1234", 80)]


def test_a_file_and_a_simulated_wearer_are_no_straps(database: Database, writer: Writer, made: Any) -> None:
    heard(writer, writer.open_recording(made.recording(source="replay")), 100, MINE, 80)
    heard(writer, writer.open_recording(made.recording(source="demo")), 100, MINE, 80)
    assert devices(database) == []


def kept(writer: Writer, made: Any, *profiles: KeptProfile) -> int:
    recording_id = writer.open_recording(made.recording())
    writer.write_batch(Batch(recording_id, profiles=profiles))
    return recording_id


def test_a_profile_comes_back_as_it_was_kept_and_a_later_one_takes_its_place(
    database: Database, writer: Writer, made: Any
) -> None:
    later = replace(PROFILE, first_seen_wall_ms=5000, last_seen_wall_ms=9000, frames=90, counts="[]")
    kept(writer, made, PROFILE, replace(later, model=None))
    assert kept_profiles(database) == (replace(later, first_seen_wall_ms=1000),)


def test_another_firmware_is_another_profile_and_the_latest_comes_first(
    database: Database, writer: Writer, made: Any
) -> None:
    silent = replace(PROFILE, firmware=None, model=None, last_seen_wall_ms=1500)
    newer = replace(PROFILE, firmware="5.1.0", last_seen_wall_ms=3000)
    kept(writer, made, PROFILE, newer, silent)
    assert kept_profiles(database) == (newer, PROFILE, silent)


def test_the_profile_of_a_name_is_that_of_the_strap_seen_last(
    database: Database, writer: Writer, made: Any
) -> None:
    other = replace(PROFILE, address=THEIRS, firmware="4.0.0")
    recording_id = kept(writer, made, replace(PROFILE, last_seen_wall_ms=9000), other)
    assert profile_of(database, "Polar H10 1234") is None
    heard(writer, recording_id, 100, MINE, None)
    heard(writer, recording_id, 200, THEIRS, None)
    assert profile_of(database, "Polar H10 1234") == other


def test_trunk_angles_are_kept_and_count_as_arrivals(database: Database, writer: Writer, made: Any) -> None:
    recording_id = writer.open_recording(made.recording())
    writer.write_batch(Batch(recording_id, trunk=made.samples([5000, 5000], [12.5, 80.0])))
    writer.write_batch(Batch(recording_id, trunk=made.samples([5000, 10_000], [81.0, float("nan")])))
    assert database.rows("SELECT t_ms, n, value FROM trunk") == [
        (5000, 0, 12.5),
        (5000, 1, 80.0),
        (5000, 2, 81.0),
    ]
    assert (first_arrival_ms(database, recording_id), last_arrival_ms(database, recording_id)) == (5000, 5000)
