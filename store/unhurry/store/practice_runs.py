"""Practices as they were done: when, how they ended, how it felt, whether the heart went along.

In: a database, what the page tells. Out: frozen records. What the page tells is written here as it comes;
what the beats say is added by the service (`waiting_runs`, `keep_followed`), and neither overwrites the
other.
"""

# ruff: noqa: S608 - only our own names are put into SQL; what comes from outside is always a parameter

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from unhurry.signal.adherence import Followed

from .database import Database
from .moments import Moment, present
from .paging import Page, Window, page, where_window
from .records import Answer

LONGEST_MS = 60 * 60_000
"""A practice nobody ended is over after this."""
_BEGINS_WITHIN_MS = 20_000


class EndedBy(StrEnum):
    """How a practice ended."""

    FINISHED = "finished"
    """It ran its length."""
    STOPPED = "stopped"
    WORSE = "worse"
    """The wearer said that it was worse."""
    HEART_CLIMBED = "heart_climbed"
    """The wearer took up the offer to look around instead."""


@dataclass(frozen=True, slots=True)
class Paced:
    """A stretch of paced breath, in ms after the practice began; `until_ms` None while it goes on."""

    from_ms: int
    until_ms: int | None


@dataclass(frozen=True, slots=True)
class NewRun:
    """A practice that has begun."""

    practice: str
    started: Moment
    prompt_id: int | None = None
    breath_ms: int | None = None
    """Length of one paced breath; None for a practice that paces none."""
    speed: float = 1.0
    """How fast the recording's clock ran beside the wearer's."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the page tells of a practice; None leaves what was told before."""

    paced: tuple[Paced, ...] | None = None
    ended_by: EndedBy | None = None
    felt: str | None = None
    distress_before: int | None = None
    distress_after: int | None = None


@dataclass(frozen=True, slots=True)
class KeptRun:
    """A practice as it is kept."""

    id: int
    practice: str
    prompt_id: int | None
    started: Moment
    ended: Moment | None
    ended_by: EndedBy | None
    felt: str | None
    followed: Followed | None
    """None until it has been worked out, and for a practice without a breath to pace."""
    numbers: dict[str, Any]

    @property
    def breath_ms(self) -> int | None:
        """Length of one paced breath."""
        return self.numbers.get("breath_ms")

    @property
    def speed(self) -> float:
        """How fast the recording's clock ran beside the wearer's."""
        return float(self.numbers.get("speed", 1.0))

    @property
    def paced(self) -> tuple[Paced, ...]:
        """When the breath was paced."""
        return tuple(Paced(*stretch) for stretch in self.numbers.get("paced_ms", ()))


def begin_run(database: Database, new: NewRun) -> int | None:
    """Keep that a practice has begun and return its id; None when there is no such offer."""
    with database.immediate() as db:
        if new.prompt_id is not None and not db.row("SELECT 1 FROM prompts WHERE id = ?", (new.prompt_id,)):
            return None
        cursor = db.execute(
            """INSERT INTO practice_runs (practice, prompt, started_wall_ms, utc_offset_s, numbers)
            VALUES (?, ?, ?, ?, ?)""",
            (
                new.practice,
                new.prompt_id,
                new.started.wall_ms,
                new.started.utc_offset_s,
                json.dumps({"breath_ms": new.breath_ms, "speed": new.speed}),
            ),
        )
    return int(cursor.lastrowid or 0)


def tell_run(database: Database, run_id: int, told: Told, at: Moment) -> KeptRun | None:
    """Keep what the page tells and return the practice, or None when there is none.

    A practice ends once: told again, the first end stays.
    """
    numbers = {
        "paced_ms": None if told.paced is None else [[each.from_ms, each.until_ms] for each in told.paced],
        "distress_before": told.distress_before,
        "distress_after": told.distress_after,
    }
    with database.immediate() as db:
        if run(db, run_id) is None:
            return None
        for name, value in numbers.items():
            if value is not None:
                db.execute(
                    f"UPDATE practice_runs SET numbers = json_set(numbers, '$.{name}', json(?)) WHERE id = ?",
                    (json.dumps(value), run_id),
                )
        if told.felt is not None:
            db.execute("UPDATE practice_runs SET felt = ? WHERE id = ?", (told.felt, run_id))
        if told.ended_by is not None:
            db.execute(
                """UPDATE practice_runs SET ended_by = ?, ended_wall_ms = max(?, started_wall_ms)
                WHERE id = ? AND ended_wall_ms IS NULL""",
                (told.ended_by, at.wall_ms, run_id),
            )
        return run(db, run_id)


def run(database: Database, run_id: int) -> KeptRun | None:
    """Return one practice, or None."""
    row = database.row(f"SELECT {_COLUMNS} FROM practice_runs WHERE id = ?", (run_id,))
    return None if row is None else _run(row)


def runs(database: Database, window: Window, *, prompt_id: int | None = None) -> Page[KeptRun]:
    """Return practices, newest first; of one offer, where that is given. Raises InputError for a cursor."""
    rows = database.rows(
        f"""SELECT {_COLUMNS} FROM practice_runs
        WHERE (? IS NULL OR prompt = ?) AND {where_window("started_wall_ms", "id")}""",
        (prompt_id, prompt_id, *window.parameters),
    )
    return page([(row[3], row[0], _run(row)) for row in rows], window)


def runs_of_practice(database: Database, practice: str, most: int) -> tuple[KeptRun, ...]:
    """Return the latest runs of one practice, newest first."""
    rows = database.rows(
        f"SELECT {_COLUMNS} FROM practice_runs WHERE practice = ? ORDER BY id DESC LIMIT ?", (practice, most)
    )
    return tuple(_run(row) for row in rows)


def waiting_runs(database: Database) -> tuple[KeptRun, ...]:
    """Return the practices with a paced breath whose beats have not been looked at yet, oldest first."""
    rows = database.rows(
        f"""SELECT {_COLUMNS} FROM practice_runs
        WHERE followed IS NULL AND json_extract(numbers, '$.breath_ms') IS NOT NULL ORDER BY id"""
    )
    return tuple(_run(row) for row in rows)


def breath_now(database: Database, breaths: Mapping[str, int]) -> int | None:
    """Return the length in ms of the breath that is paced now, or None.

    Between the answer to an offer and the first word of the practice it is what `breaths` says of it.
    """
    now_ms = present(database).moment.wall_ms
    row = database.row(
        """SELECT json_extract(numbers, '$.breath_ms') FROM practice_runs
        WHERE ended_wall_ms IS NULL AND started_wall_ms > ? ORDER BY id DESC LIMIT 1""",
        (now_ms - LONGEST_MS,),
    )
    if row is not None:
        breath_ms: int | None = row[0]
        return breath_ms
    row = database.row(
        """SELECT p.practice FROM prompts AS p WHERE p.answer = ? AND p.answered_wall_ms > ?
            AND NOT EXISTS (SELECT 1 FROM practice_runs AS r WHERE r.prompt = p.id) LIMIT 1""",
        (Answer.START, now_ms - _BEGINS_WITHIN_MS),
    )
    return None if row is None else breaths.get(row[0]) or None


def keep_followed(
    database: Database, run_id: int, followed: Followed | None, numbers: dict[str, Any]
) -> None:
    """Keep what the beats say; `followed` None while the practice goes on. Raises DatabaseError."""
    # It follows from the beats: after a power cut it is worked out again.
    with database.immediate(durable=False) as db:
        db.execute(
            "UPDATE practice_runs SET followed = ?, numbers = json_patch(numbers, ?) WHERE id = ?",
            (followed, json.dumps(numbers, allow_nan=False), run_id),
        )


def moving_level(database: Database, recording_id: int) -> float | None:
    """Return from which number on the movement of a recording counts as moving; None without movement."""
    level: float | None = database.value(
        "SELECT motion_moving_from FROM recordings WHERE id = ?", (recording_id,)
    )
    return level


_COLUMNS = """id, practice, prompt, started_wall_ms, ended_wall_ms, utc_offset_s, ended_by, felt, followed,
    numbers"""


def _run(row: tuple[Any, ...]) -> KeptRun:
    identity, practice, prompt_id, started, ended, offset, ended_by, felt, followed, numbers = row
    return KeptRun(
        identity,
        practice,
        prompt_id,
        Moment(started, offset),
        None if ended is None else Moment(ended, offset),
        None if ended_by is None else EndedBy(ended_by),
        felt,
        None if followed is None else Followed(followed),
        json.loads(numbers or "{}"),
    )
