"""A database of an earlier version is brought up to date and loses nothing."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from unhurry.config import DatabaseError
from unhurry.store import Batch, LinkMark, LinkState, Writer, migrate, open_database, remembered_strap
from unhurry.store.database import SCHEMA_VERSION

VERSION_1 = Path(__file__).with_name("version_1.sql")
CHANGED = {"_sqlite_migrations", "devices"}
"""Tables whose rows are no longer what they were;"""
WIDER = {"outcomes", "answers"}
"""and those that have gained columns, at the end."""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A file as version 1 left it."""
    path = tmp_path / "unhurry.db"
    connection = sqlite3.connect(path)
    connection.executescript(VERSION_1.read_text(encoding="utf-8"))
    connection.execute("PRAGMA journal_mode = WAL")
    connection.close()
    return path


def contents(path: Path) -> dict[str, list[tuple[object, ...]]]:
    connection = sqlite3.connect(path)
    tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    rows = {table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in tables}
    connection.close()
    return rows


def test_every_row_of_version_1_is_still_there(old: Path) -> None:
    before = contents(old)
    migrate(old)
    after = contents(old)
    for table in WIDER:
        after[table] = [row[: len(before[table][0])] for row in after[table]]
    assert {name: rows for name, rows in after.items() if name in before.keys() - CHANGED} == {
        name: rows for name, rows in before.items() if name not in CHANGED
    }
    assert sum(bool(rows) for rows in before.values()) >= 18, "the old file has something to lose"


def test_straps_are_keyed_by_address_and_those_without_one_by_name(old: Path) -> None:
    migrate(old)
    with open_database(old) as database:
        assert database.rows("SELECT key, name, address, battery_percent FROM devices ORDER BY key") == [
            ("C0:11:22:33:44:00", "Polar H10 1234", "C0:11:22:33:44:00", 80),
            ("Polar H9 77", "Polar H9 77", None, None),
        ]
        assert remembered_strap(database) == "C0:11:22:33:44:00"


def test_of_two_names_for_one_address_the_latest_stays(old: Path) -> None:
    connection = sqlite3.connect(old)
    connection.execute("INSERT INTO devices VALUES ('H10 renamed', 'C0:11:22:33:44:00', 70, 1900000000000)")
    connection.execute("INSERT INTO devices VALUES ('H10 of old', 'C0:11:22:33:44:00', 99, 1)")
    connection.commit()
    connection.close()
    migrate(old)
    with open_database(old) as database:
        assert database.rows("SELECT name, battery_percent FROM devices WHERE address IS NOT NULL") == [
            ("H10 renamed", 70)
        ]


def test_what_was_migrated_has_the_schema_of_a_new_file_and_can_be_written_to(
    old: Path, tmp_path: Path
) -> None:
    migrate(old)
    migrate(tmp_path / "new.db")

    def schema(path: Path) -> set[tuple[str, str, str]]:
        with open_database(path) as database:
            assert database.value("PRAGMA user_version") == SCHEMA_VERSION
            assert database.value("PRAGMA integrity_check") == "ok"
            assert database.rows("PRAGMA foreign_key_check") == []
            return set(database.rows("SELECT type, name, sql FROM sqlite_schema"))

    assert schema(old) == schema(tmp_path / "new.db")
    with open_database(old) as database:
        recording_id = database.value("SELECT max(id) FROM recordings")
        Writer(database).write_batch(
            Batch(recording_id, links=(LinkMark(5, LinkState.RECEIVING, "Polar H10 1234"),))
        )


def test_an_old_file_is_not_opened_before_it_was_migrated(old: Path) -> None:
    with pytest.raises(DatabaseError, match="not been prepared"):
        open_database(old)


def test_a_migration_that_fails_leaves_the_old_file_as_it_was(old: Path) -> None:
    connection = sqlite3.connect(old)
    connection.execute("CREATE TABLE trunk (x)")
    connection.close()
    before = contents(old)
    with pytest.raises(DatabaseError, match="already exists"):
        migrate(old)
    assert contents(old) == before
