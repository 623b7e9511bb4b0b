"""Opening the one file, and the two ways to use it: reading, and short transactions that write.

In: a path. Out: `Database`, a typed handle around one `sqlite3` connection. A file that is not ours is
refused before anything is written to it or beside it.
"""

from __future__ import annotations

import errno
import os
import sqlite3
import stat
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from unhurry.config import DatabaseError, NewerDatabase, NotADatabase, private_folder

APPLICATION_ID = 0x556E6875
"""`Unhu`, in the file's header: tells our database from any other program's."""

SCHEMA_VERSION = 3
"""`PRAGMA user_version` of a database this version has migrated."""

BUSY_TIMEOUT_S = 10.0
"""How long to wait for another writer. Our own transactions last milliseconds."""


class Database:
    """One connection. Autocommit; whatever writes does so inside `immediate`.

    May be handed from thread to thread, used by one at a time. Every method raises DatabaseError, with one
    clear line, when SQLite cannot do what was asked.
    """

    __slots__ = ("_connection", "path")

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self.path = path

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection itself, for what needs one (migrations, backup)."""
        return self._connection

    def execute(self, sql: str, parameters: Sequence[object] = ()) -> sqlite3.Cursor:
        """Run one statement."""
        with explained(self.path):
            return self._connection.execute(sql, parameters)

    def execute_many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Run one statement for each row."""
        with explained(self.path):
            self._connection.executemany(sql, rows)

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return all rows of a query."""
        with explained(self.path):
            return self._connection.execute(sql, parameters).fetchall()

    def row(self, sql: str, parameters: Sequence[object] = ()) -> tuple[Any, ...] | None:
        """Return the first row of a query, or None."""
        rows = self.rows(sql, parameters)
        return rows[0] if rows else None

    def value(self, sql: str, parameters: Sequence[object] = ()) -> Any:
        """Return the first value of the first row, or None without one."""
        row = self.row(sql, parameters)
        return row[0] if row else None

    @contextmanager
    def immediate(self, *, durable: bool = True) -> Generator[Database]:
        """Write: everything inside the block is committed together, or nothing is.

        A deferred BEGIN that turns into a write meets "database is locked" at once, whatever the timeout;
        BEGIN IMMEDIATE waits its turn. With `durable`, COMMIT returns only after the disk has it (power may
        fail); without, the last second may be lost to a power cut, never to a killed process.
        """
        with explained(self.path):
            self._connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self
                self._connection.execute("COMMIT")
            except BaseException:
                # A full disk can end the transaction by itself; a second rollback would hide the cause.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    @contextmanager
    def snapshot(self) -> Generator[Database]:
        """Read: every query inside the block sees the same moment of the database."""
        with explained(self.path):
            self._connection.execute("BEGIN")
            try:
                yield self
            finally:
                self._connection.execute("ROLLBACK")

    def close(self) -> None:
        """Close the connection; closing twice is harmless."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_database(path: Path, *, read_only: bool = False) -> Database:
    """Open a database that `migrate` has prepared.

    Raises DatabaseError when there is none or it cannot be read, NotADatabase when the file is something
    else, NewerDatabase when a later Unhurry wrote it, DatabaseError when it still waits for a migration.
    """
    if not path.exists():
        raise DatabaseError(f"{path}: there is no database yet.", "Start `unhurry run` or `unhurry serve`.")
    version = check(path)
    if version < SCHEMA_VERSION:
        raise DatabaseError(
            f"{path}: the database has not been prepared for this version of Unhurry.",
            "Start `unhurry run` or `unhurry serve`, which do that.",
        )
    connection = connect(path)
    if read_only:
        # `mode=ro` cannot recover the log of a killed process, so it is the connection that refuses to write.
        connection.execute("PRAGMA query_only = ON")
    return Database(connection, path)


def connect(path: Path) -> sqlite3.Connection:
    """Connect to an existing file with the settings every connection of ours has. Raises DatabaseError."""
    with explained(path):
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=rw",
            uri=True,
            timeout=BUSY_TIMEOUT_S,
            isolation_level=None,
            check_same_thread=False,
        )
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA recursive_triggers = ON")
        connection.create_function("casefold", 1, _casefold, deterministic=True)
        return connection


def _casefold(text: object) -> str:
    return str(text).casefold()


def check(path: Path) -> int:
    """Return the schema version of the database at `path`, 0 for an empty file, without writing a byte to it.

    Raises NotADatabase, NewerDatabase, DatabaseError; a folder, a pipe or a device is not even opened.
    """
    # Only through SQLite: closing a plain file handle drops every lock this process has on the file, those of
    # its open connections too, and the next process to leave takes the log away from under them.
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise DatabaseError(f"{path}: this is a folder.", "Name a file.")
        if not stat.S_ISREG(status.st_mode):
            # Opening a pipe waits for its other end, and the permissions of a device are not ours to change.
            raise DatabaseError(f"{path}: this is a pipe or a device, not a file.", "Name a file.")
        if status.st_size == 0:
            return 0
        if not os.access(path, os.R_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        raise DatabaseError(
            f"{path} cannot be read: {error.strerror}.", "Check its owner and permissions."
        ) from error
    with explained(path):
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None
        )
        try:
            application = int(connection.execute("PRAGMA application_id").fetchone()[0])
            version = int(connection.execute("PRAGMA user_version").fetchone()[0])
            tables = int(connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0])
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_NOTADB:
                raise NotADatabase(
                    f"{path}: this is not an SQLite database.", "Name another file with --db."
                ) from error
            raise
        finally:
            connection.close()
    if application != APPLICATION_ID and tables:
        raise NotADatabase(
            f"{path}: this database belongs to another program.", "Name another file with --db."
        )
    if version > SCHEMA_VERSION:
        raise NewerDatabase(
            f"{path}: a later version of Unhurry wrote this database (schema {version}, this one knows "
            f"{SCHEMA_VERSION}).",
            "Update Unhurry.",
        )
    return version


def create_private_file(path: Path) -> None:
    """Make sure that `path` exists and that its owner alone can read it. Raises DatabaseError.

    SQLite gives the log beside the file the same permissions.
    """
    try:
        private_folder(path.parent)
        if not path.exists():
            # Never open a file that is there: see `check`. Another process may be faster, and as private.
            with suppress(FileExistsError):
                os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        elif not os.access(path, os.R_OK | os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        path.chmod(0o600)
    except OSError as error:
        raise DatabaseError(
            f"{path} cannot be written: {error.strerror}.", "Choose another place with --db."
        ) from error


@contextmanager
def explained(path: Path) -> Generator[None]:
    """Turn SQLite's errors into ours, with what the wearer can do."""
    try:
        yield
    except sqlite3.IntegrityError:
        raise  # a broken promise of our own code, not a state of the file
    except sqlite3.OperationalError as error:
        text = str(error)
        if "locked" in text or "busy" in text:
            advice = "Another program keeps it locked: close that program, then try again."
        elif "full" in text:
            advice = "Free some space on the disk."
        elif "readonly" in text or "unable to open" in text:
            advice = "Check the permissions of the file and its folder."
        else:
            advice = "`unhurry doctor` looks closer."
        raise DatabaseError(f"{path}: the database cannot be used ({text}).", advice) from error
    except sqlite3.DatabaseError as error:
        raise NotADatabase(
            f"{path}: this file is damaged or not an SQLite database ({error}).", "Restore a backup."
        ) from error
