"""Bringing a database to the present schema, once, whoever comes first.

In: a path. Out: a file that `open_database` accepts. Commands migrate before they open; request handlers
never do.
"""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

from sqlite_utils import Database as Tool
from sqlite_utils import Migrations

from .database import (
    APPLICATION_ID,
    BUSY_TIMEOUT_S,
    SCHEMA_VERSION,
    Database,
    check,
    connect,
    create_private_file,
    explained,
)
from .schema import TABLES, TRIGGERS
from .schema_2 import ADDITIONS as ADDITIONS_2
from .schema_3 import ADDITIONS as ADDITIONS_3
from .straps import STRAPS_IN_REACH
from .views import VIEWS

MIGRATIONS = Migrations("unhurry")
"""One function for each schema version, never changed after a release; the next one goes below the last."""


@MIGRATIONS(name="1_first_day")
def _first_day(tool: Tool) -> None:
    for statement in (*TABLES, *TRIGGERS, *VIEWS):
        tool.conn.execute(statement)


@MIGRATIONS(name="2_straps")
def _straps(tool: Tool) -> None:
    for statement in (*ADDITIONS_2, *STRAPS_IN_REACH):
        tool.conn.execute(statement)


@MIGRATIONS(name="3_how_it_went_on")
def _how_it_went_on(tool: Tool) -> None:
    for statement in ADDITIONS_3:
        tool.conn.execute(statement)


def migrate(path: Path) -> None:
    """Create the database at `path` or bring it up to date; nothing happens to one that is.

    Two processes may call this at once: the second waits for the first. A migration that fails leaves the
    file as it was. Raises NotADatabase, NewerDatabase (the file is not touched) and DatabaseError.
    """
    version = check(path) if path.exists() else 0
    create_private_file(path)
    if version == SCHEMA_VERSION:
        return
    connection = connect(path)
    try:
        with explained(path):
            _use_write_ahead_log(connection)
        with Database(connection, path).immediate():
            MIGRATIONS.apply(Tool(connection, execute_plugins=False))
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    finally:
        connection.close()


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Switch to WAL; SQLite's busy timeout does not cover this when two processes start at once."""
    deadline = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return
