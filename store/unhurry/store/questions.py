"""What the wearer asked of other settings ("What would I have got?"), and the answers.

In: a database. Out: frozen records. A question is a wish of kind `what_if`; its answer is the one finding
that names it, which says how far the work is until it is done.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from .database import Database
from .findings import FindingKind
from .moments import Moment
from .records import IntentKind

KEPT = 20
"""Answers kept; the oldest go."""


class AnswerState(StrEnum):
    """How far a question has come."""

    WAITING = "waiting"
    """Nobody has taken it up."""
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"
    REPLACED = "replaced"
    """A newer question took its place, or its answer is no longer kept."""


@dataclass(frozen=True, slots=True)
class Question:
    """Which settings, on how many days, and what is known of the answer."""

    id: int
    """Of the wish."""
    asked: Moment
    settings: dict[str, str]
    days: int
    state: AnswerState
    content: dict[str, Any]
    """The finding; empty while it waits."""


def question(database: Database, question_id: int) -> Question | None:
    """Return one question, or None."""
    row = database.row(f"{_QUESTIONS} AND i.id = ?", (IntentKind.WHAT_IF, question_id))
    return None if row is None else _question(row)


def open_question(database: Database) -> Question | None:
    """Return the newest question if it has no last word yet; it has taken the place of the others."""
    row = database.row(f"{_QUESTIONS} ORDER BY i.id DESC LIMIT 1", (IntentKind.WHAT_IF,))
    found = None if row is None else _question(row)
    return found if found is not None and found.state in (AnswerState.WAITING, AnswerState.WORKING) else None


def answer(database: Database, question_id: int, content: dict[str, Any], *, wall_ms: int) -> None:
    """Keep the answer, or how far it is, in place of what was kept of it. Raises DatabaseError."""
    text = json.dumps(content, allow_nan=False)
    with database.immediate() as db:
        known = db.row("SELECT id FROM findings WHERE intent = ?", (question_id,))
        if known is not None and content["state"] == AnswerState.WORKING:
            # Only its last word is news: a page need not hear of every step.
            db.execute("UPDATE findings SET json = ?, wall_ms = ? WHERE id = ?", (text, wall_ms, known[0]))
            return
        db.execute(
            "DELETE FROM findings WHERE intent = ? OR (kind = ? AND json_extract(json, '$.state') = ?)",
            (question_id, FindingKind.WHAT_IF, AnswerState.WORKING),
        )
        db.execute(
            "INSERT INTO findings (kind, intent, wall_ms, json) VALUES (?, ?, ?, ?)",
            (FindingKind.WHAT_IF, question_id, wall_ms, text),
        )
        db.execute(
            """DELETE FROM findings WHERE kind = ?1 AND id NOT IN (
                SELECT id FROM findings WHERE kind = ?1 ORDER BY id DESC LIMIT ?2)""",
            (FindingKind.WHAT_IF, KEPT),
        )


_QUESTIONS = """SELECT i.id, i.wall_ms, i.utc_offset_s, i.arguments, f.json,
        EXISTS (SELECT 1 FROM intents AS n WHERE n.kind = i.kind AND n.id > i.id)
    FROM intents AS i LEFT JOIN findings AS f ON f.intent = i.id WHERE i.kind = ?"""


def _question(row: tuple[Any, ...]) -> Question:
    identity, wall_ms, utc_offset_s, arguments, found, outdone = row
    asked = json.loads(arguments)
    content: dict[str, Any] = {} if found is None else json.loads(found)
    unanswered = AnswerState.REPLACED if outdone else AnswerState.WAITING
    return Question(
        identity,
        Moment(wall_ms, utc_offset_s),
        {name: str(text) for name, text in asked.get("settings", {}).items()},
        int(asked.get("days", 0)),
        AnswerState(content.get("state", unanswered)),
        content,
    )
