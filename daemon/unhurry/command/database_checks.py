"""The checks of `doctor` on the one file: is it sound, whose is it, who can read it.

In: the path of the database. Out: a `Finding` each. Nothing is created, and no byte of it is changed.
"""

from __future__ import annotations

import os
import sqlite3
import stat
import sys
import time
from pathlib import Path

from unhurry.config import UnhurryError

from .findings import Finding
from .folder_checks import nearest_folder

_LOCK_S = 2.0
"""How long another program may hold the file before it is called locked: our own writes last milliseconds."""
_LOOK_S = 5.0
"""A year of beats takes longer to look through; what is damaged shows mostly in the first pages."""
_OPS_BETWEEN_LOOKS = 10_000
_OPEN_TO_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_OUR_FOLDER = "unhurry"


def check_database(path: Path) -> Finding:
    """Is the database sound, or could it be created where it belongs?"""
    from unhurry.store.database import SCHEMA_VERSION, check  # noqa: PLC0415 - may be what is broken

    if not path.exists():
        return _could_be_created(path)
    # Asked before SQLite is: without these rights it cannot even read the file, and does not say why.
    if path.is_file() and not _may_be_written(path):
        return Finding.problem(
            "database", f"{path} may not be written", "Give your user the right to write it and its folder."
        )
    if locked := _locked(path, "ro", "PRAGMA schema_version"):
        return locked
    try:
        version = check(path)
    except UnhurryError as error:
        return Finding.problem("database", error.what, error.advice)
    if locked := _locked(path, "rw", "BEGIN IMMEDIATE"):
        return locked
    if version == 0:
        return Finding.ok("database", f"{path} is empty; the next start prepares it")
    verdict = _verdict(path)
    if verdict is None:
        return Finding.ok("database", f"{path}: nothing wrong in what {_LOOK_S:g} s of looking show")
    if verdict != "ok":
        return Finding.problem("database", f"{path} is damaged: {verdict}", "Restore your latest backup.")
    if version < SCHEMA_VERSION:
        return Finding.ok(
            "database",
            f"{path} is sound; the next start brings it from schema {version} to {SCHEMA_VERSION}",
        )
    return Finding.ok("database", f"{path} is sound")


def check_privacy(path: Path) -> Finding:
    """Are the database, what lies beside it and its folder open to nobody else?"""
    if sys.platform == "win32":
        return Finding.skipped("database-privacy", "Windows keeps your user folder from other users")
    folder = path.absolute().parent
    if not folder.is_dir():
        return Finding.skipped("database-privacy", "nothing to look at yet")
    beside = [path.with_name(path.name + end) for end in ("", "-wal", "-shm", ".lock")]
    files = [file for file in beside if file.is_file()]
    for file in files:
        if (owner := file.stat().st_uid) != os.geteuid():
            return Finding.problem(
                "database-privacy",
                f"{file} belongs to another user (number {owner}, you are {os.geteuid()})",
                "Start Unhurry as its owner, without `sudo`."
                if os.geteuid() == 0
                else f"Make it yours: `sudo chown -R $USER '{folder}'`.",
            )
    for file in files:
        if (mode := stat.S_IMODE(file.stat().st_mode)) & _OPEN_TO_OTHERS:
            return Finding.problem(
                "database-privacy",
                f"other users may open {file} (mode {mode:04o})",
                f"Close it: `chmod 600 '{file}'`.",
            )
    return _folder_privacy(folder)


def _folder_privacy(folder: Path) -> Finding:
    mode = folder.stat().st_mode
    # A sticky folder, as /tmp is, keeps others from replacing a file that is not theirs.
    replaceable = mode & (stat.S_IWGRP | stat.S_IWOTH) and not mode & stat.S_ISVTX
    if replaceable or (folder.name == _OUR_FOLDER and mode & _OPEN_TO_OTHERS):
        return Finding.problem(
            "database-privacy",
            f"other users may enter {folder} (mode {stat.S_IMODE(mode):04o})",
            f"Close it: `chmod 700 '{folder}'`.",
        )
    return Finding.ok("database-privacy", "open to you alone")


def _may_be_written(path: Path) -> bool:
    return os.access(path, os.R_OK | os.W_OK) and os.access(path.absolute().parent, os.W_OK | os.X_OK)


def _could_be_created(path: Path) -> Finding:
    folder = nearest_folder(path)
    if folder.is_dir() and os.access(folder, os.W_OK | os.X_OK):
        return Finding.ok("database", f"none yet; the first run creates {path}")
    why = "may not be written" if folder.is_dir() else "is not a folder"
    return Finding.problem(
        "database", f"{path} cannot be created: {folder} {why}", "Choose another place with `--db`."
    )


def _locked(path: Path, mode: str, question: str) -> Finding | None:
    """Ask `question` with little patience. Every other answer than "locked" is left to the checks behind."""
    if not path.is_file() or path.stat().st_size == 0:
        return None
    try:
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=_LOCK_S, isolation_level=None
        )
        try:
            connection.execute(question)
        finally:
            connection.close()  # ends a transaction without a trace
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return Finding.problem(
                "database",
                f"{path} is locked by another program",
                "Close the program that has it open, a database browser for example.",
            )
    except sqlite3.DatabaseError:
        return None
    return None


def _verdict(path: Path) -> str | None:
    """Return "ok", what is damaged, or None when there was not enough time to tell."""
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=_LOCK_S, isolation_level=None
    )
    try:
        connection.execute("PRAGMA query_only = ON")
        until = time.monotonic() + _LOOK_S
        connection.set_progress_handler(lambda: time.monotonic() > until, _OPS_BETWEEN_LOOKS)
        return str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.DatabaseError as error:
        return None if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT else str(error)
    finally:
        connection.close()
