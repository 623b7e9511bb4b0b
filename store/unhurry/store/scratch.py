"""A database in memory, in which days are lived again: what a day knows of those before it is asked with the
same queries as when it was lived.

In: the real database, where its days begin. Out: an empty `Database`, or one that knows what came before.
"""

# ruff: noqa: S608 - only our own names are put into SQL

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from pathlib import Path

from sqlite_utils import Database as Tool

from unhurry.signal.records import State

from .database import Database
from .measurements import write_recording
from .migrations import MIGRATIONS
from .moments import DAY_MS
from .records import DecisionKind, Reason
from .replaying import LivedRecording

_REMEMBERED_MS = 15 * DAY_MS
"""Longer than anything that is asked about the days before: the wearer's rest goes back two weeks."""
_GOES_ON = "goes_on"


def scratch_database() -> Database:
    """Return an empty database of the present schema that leaves nothing on the disk."""
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    MIGRATIONS.apply(Tool(connection, execute_plugins=False))
    return Database(connection, Path(":memory:"))


def remember(scratch: Database, kept: Database, relived: Iterable[LivedRecording]) -> None:
    """Copy into `scratch` what was known when the first of `relived` began, and every wish since.

    What the recordings themselves brought (their minutes, their offers) is not copied: it comes again.
    """
    recordings = tuple(relived)
    if not recordings:
        return
    ids = json.dumps([each.id for each in recordings])
    first = recordings[0]
    since_ms = first.anchor.wall_ms
    before = "id < ?1 AND id NOT IN (SELECT value FROM json_each(?2))"
    earlier = f"recording IN (SELECT id FROM recordings WHERE {before})"
    chances = f"{earlier} AND (kind = ?3 OR reason = ?4)"
    of = (first.id, ids)
    with scratch.immediate():
        _copy(scratch, kept, "recordings", f"SELECT * FROM recordings WHERE {before}", of)
        # Only a wearer at rest says anything about the usual.
        _copy(
            scratch,
            kept,
            "minutes",
            f"SELECT * FROM minutes WHERE {earlier} AND state = ?4 AND wall_ms >= ?3",
            (*of, since_ms - _REMEMBERED_MS, State.CALM),
        )
        offered = (*of, DecisionKind.PROMPT, Reason.WITHHELD_RANDOM)
        _copy(
            scratch,
            kept,
            "decisions",
            # Without its event and settings: neither is asked about.
            f"""SELECT id, recording, t_s, wall_ms, NULL, kind, reason, numbers, NULL FROM decisions
            WHERE {chances}""",
            offered,
        )
        _copy(
            scratch,
            kept,
            "prompts",
            f"SELECT * FROM prompts WHERE decision IN (SELECT id FROM decisions WHERE {chances})",
            offered,
        )
        _copy(scratch, kept, "intents", "SELECT * FROM intents WHERE wall_ms >= ?", (since_ms - 2 * DAY_MS,))


def forget_before(scratch: Database, wall_ms: int) -> None:
    """Drop the minutes of `scratch` that nothing at `wall_ms` or later asks about."""
    with scratch.immediate():
        scratch.execute("DELETE FROM minutes WHERE wall_ms < ?", (wall_ms - _REMEMBERED_MS,))


def open_again(scratch: Database, lived: LivedRecording) -> None:
    """Open a recording in `scratch`, under the id it has."""
    with scratch.immediate():
        write_recording(scratch, lived.recording, lived.id)


def end_again(scratch: Database, kept: Database, lived: LivedRecording, *, told_until_s: int) -> None:
    """End a recording in `scratch` whose minutes before `told_until_s` were told.

    Where nobody ended it (the process died), whoever found it wrote the minutes after those; they are copied.
    """
    with scratch.immediate():
        scratch.execute(
            "UPDATE recordings SET end_ms = ?, cause = ? WHERE id = ?",
            (lived.reached_ms, lived.cause or _GOES_ON, lived.id),
        )
        if lived.interrupted:
            _copy(
                scratch,
                kept,
                "minutes",
                "SELECT * FROM minutes WHERE recording = ? AND start_s >= ?",
                (lived.id, told_until_s),
            )


def _copy(scratch: Database, kept: Database, table: str, query: str, parameters: tuple[object, ...]) -> None:
    rows = kept.rows(query, parameters)
    if rows:
        marks = ", ".join("?" * len(rows[0]))
        scratch.execute_many(f"INSERT INTO {table} VALUES ({marks})", rows)
