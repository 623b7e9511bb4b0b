"""One recording service for one database: two would write each other's recordings to an end.

In: the path of the database. Out: a lock that the system takes back when the process dies, however it dies.

The lock is on a small file beside the database, never on the database itself: SQLite's own locks are there.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from unhurry.config import DatabaseError, private_folder

from .database import check


@contextmanager
def sole_recorder(database: Path) -> Generator[None]:
    """Hold the right to record into `database`.

    Raises DatabaseError when another process holds it, or the folder cannot be written; and what `check`
    raises when the file is none of ours: then nothing is put beside it.
    """
    if database.exists():
        check(database)
    beside = database.with_name(database.name + ".lock")
    try:
        private_folder(database.parent)
        handle = os.open(beside, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise DatabaseError(
            f"{beside} cannot be written: {error.strerror}.", "Choose another place with --db."
        ) from error
    try:
        if not _taken(handle):
            raise DatabaseError(
                f"{database}: another Unhurry is recording into it.",
                "Stop that one first, or name another file with --db.",
            )
        yield
    finally:
        os.close(handle)


if sys.platform == "win32":
    import msvcrt

    def _taken(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _taken(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
