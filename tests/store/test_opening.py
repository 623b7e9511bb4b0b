"""Opening, refusing, migrating."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from unhurry.config import DatabaseError, NewerDatabase, NotADatabase
from unhurry.store import migrate, open_database
from unhurry.store.database import SCHEMA_VERSION
from unhurry.store.lock import sole_recorder


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_new_database_is_private_and_in_wal(path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    with open_database(path) as database:
        assert database.value("PRAGMA journal_mode") == "wal"
        assert database.value("PRAGMA foreign_keys") == 1
        assert database.value("PRAGMA user_version") == SCHEMA_VERSION
        with database.immediate():
            assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in path.parent.iterdir()), (
                "the log beside the file is as private as the file"
            )


def test_migrating_again_changes_nothing(path: Path) -> None:
    before = path.read_bytes()
    migrate(path)
    assert path.read_bytes() == before


def test_every_table_is_strict(path: Path) -> None:
    with open_database(path) as database:
        lax = database.rows(
            "SELECT name FROM pragma_table_list WHERE type = 'table' AND NOT strict AND name NOT LIKE 'sqlite_%'"
        )
    assert lax == [("_sqlite_migrations",)], "that one is made by sqlite-utils"


def _migrate_when_told(path: Path, start: Event) -> None:
    start.wait()
    migrate(path)


def test_two_processes_may_migrate_at_once(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    for attempt in range(3):
        path = tmp_path / f"{attempt}.db"
        start = context.Event()
        processes = [context.Process(target=_migrate_when_told, args=(path, start)) for _ in range(3)]
        for process in processes:
            process.start()
        start.set()
        for process in processes:
            process.join(60)
        assert [process.exitcode for process in processes] == [0, 0, 0]
        with open_database(path) as database:
            assert database.value("SELECT count(*) FROM _sqlite_migrations") == SCHEMA_VERSION
            assert database.value("PRAGMA integrity_check") == "ok"


@pytest.mark.parametrize("opening", [migrate, open_database])
def test_a_file_that_is_not_sqlite_is_refused_and_left_alone(
    tmp_path: Path, opening: Callable[[Path], object]
) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("t_s,rr_ms\n1,1000\n" * 100)
    path.chmod(0o644)
    before = contents(tmp_path)
    with pytest.raises(NotADatabase, match=r"notes\.txt.*not an SQLite database"):
        opening(path)
    assert contents(tmp_path) == before
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


def test_another_programs_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "places.sqlite"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE bookmarks (url TEXT)")
    other.commit()
    other.close()
    before = contents(tmp_path)
    with pytest.raises(NotADatabase, match="another program"):
        migrate(path)
    assert contents(tmp_path) == before


@pytest.mark.parametrize("opening", [migrate, open_database])
def test_a_newer_database_is_refused_and_left_alone(path: Path, opening: Callable[[Path], object]) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    connection.execute("CREATE TABLE from_the_future (x)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(NewerDatabase, match="later version") as caught:
        opening(path)
    assert "\n" not in str(caught.value)
    assert path.read_bytes() == before


def test_a_damaged_database_is_named(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[:100] + b"\xff" * (len(whole) - 100))
    with pytest.raises(NotADatabase, match="damaged"):
        open_database(path)


def test_a_missing_database_is_not_created_by_opening_it(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="no database yet"):
        open_database(tmp_path / "none.db")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_not_a_database(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="folder"):
        migrate(tmp_path)


def _record_into(path: Path) -> None:
    with sole_recorder(path):
        pass


@pytest.mark.skipif(sys.platform == "win32", reason="named pipes in folders are a thing of POSIX")
@pytest.mark.parametrize("opening", [migrate, open_database, _record_into])
def test_a_pipe_is_refused_before_anything_is_opened(
    tmp_path: Path, opening: Callable[[Path], object]
) -> None:
    path = tmp_path / "pipe.db"
    os.mkfifo(path, 0o644)
    before = path.stat()
    with pytest.raises(DatabaseError, match=r"pipe\.db: this is a pipe or a device, not a file") as caught:
        opening(path)
    assert "\n" not in str(caught.value)
    assert path.stat().st_mode == before.st_mode
    assert list(tmp_path.iterdir()) == [path]


def test_a_place_where_nothing_can_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DatabaseError, match=r"cannot be (read|written)"):
        migrate(tmp_path / "file" / "unhurry.db")


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_said(tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o500)
    with pytest.raises(DatabaseError, match="cannot be written"):
        migrate(folder / "unhurry.db")


def test_an_unprepared_database_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "empty.db"
    path.touch()
    with pytest.raises(DatabaseError, match="not been prepared"):
        open_database(path)


def test_a_reader_cannot_write(path: Path) -> None:
    with open_database(path, read_only=True) as reader, pytest.raises(DatabaseError, match="readonly"):
        reader.execute("INSERT INTO settings VALUES ('a', '{}', 0, 0)")


def test_a_writer_that_waits_too_long_says_so(path: Path) -> None:
    with open_database(path) as holder, open_database(path) as waiter:
        waiter.execute("PRAGMA busy_timeout = 50")
        with (
            holder.immediate(),
            pytest.raises(DatabaseError, match="Another program keeps it locked"),
            waiter.immediate(),
        ):
            pass
        with waiter.immediate():
            waiter.execute("INSERT INTO settings VALUES ('a', '{}', 0, 0)")
        assert holder.value("SELECT count(*) FROM settings") == 1


def test_a_transaction_that_fails_leaves_nothing(path: Path) -> None:
    with open_database(path) as database:

        def write_half() -> None:
            with database.immediate():
                database.execute("INSERT INTO settings VALUES ('a', '{}', 0, 0)")
                raise RuntimeError("half-way")

        with pytest.raises(RuntimeError, match="half-way"):
            write_half()
        assert database.value("SELECT count(*) FROM settings") == 0


def test_looking_at_the_file_does_not_take_the_log_from_under_a_writer(tmp_path: Path) -> None:
    """A plain handle on the file, opened and closed, would drop this process's locks; the next to leave deletes the log."""
    path = tmp_path / "unhurry.db"
    migrate(path)
    other = "import sys; from pathlib import Path; from unhurry.store import *; migrate(Path(sys.argv[1]))"
    other += (
        "; db = open_database(Path(sys.argv[1])); print(db.value('SELECT count(*) FROM intents')); db.close()"
    )
    with open_database(path) as writer:
        for expected in range(1, 4):
            with writer.immediate() as db:
                db.execute(
                    "INSERT INTO intents (kind, wall_ms, utc_offset_s, arguments) VALUES ('snooze', 1, 0, '{}')"
                )
            migrate(path)
            open_database(path).close()
            seen = subprocess.run(
                [sys.executable, "-c", other, str(path)], capture_output=True, text=True, check=True
            )
            assert seen.stdout.strip() == str(expected)
            assert path.with_name("unhurry.db-wal").exists()
