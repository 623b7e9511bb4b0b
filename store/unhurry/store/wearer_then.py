"""What the wearer said and asked for while a recording was made.

In: a database, a recording. Out: frozen records, oldest first.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from .database import Database
from .records import Answer, IntentKind, IntentRow
from .replaying import LivedRecording


@dataclass(frozen=True, slots=True)
class HeardWish:
    """A wish, and when the service took it up."""

    heard_wall_ms: int
    intent: IntentRow


@dataclass(frozen=True, slots=True)
class AnswerThen:
    """An answer, and the offer it was given to."""

    wall_ms: int
    answer: Answer
    reason: str | None
    shown_wall_ms: int
    recording_id: int
    """Of the offer."""


def wishes_of(database: Database, lived: LivedRecording) -> tuple[HeardWish, ...]:
    """Return the wishes that were taken up during a recording."""
    begins_ms = lived.anchor.wall_ms
    rows = database.rows(
        """SELECT taken_wall_ms, id, kind, wall_ms, arguments FROM intents
        WHERE taken_wall_ms > ? AND taken_wall_ms <= ? ORDER BY taken_wall_ms, id""",
        (begins_ms, begins_ms + lived.reached_ms),
    )
    return tuple(
        HeardWish(heard, IntentRow(identity, IntentKind(kind), wall_ms, json.loads(arguments)))
        for heard, identity, kind, wall_ms, arguments in rows
    )


def answers_of(database: Database, lived: LivedRecording) -> tuple[AnswerThen, ...]:
    """Return the answers that were given during a recording, to its own offers or to earlier ones."""
    begins_ms = lived.anchor.wall_ms
    rows = database.rows(
        """SELECT a.wall_ms, a.answer, a.reason, p.shown_wall_ms, d.recording
        FROM answers AS a JOIN prompts AS p ON p.id = a.prompt JOIN decisions AS d ON d.id = p.decision
        WHERE a.wall_ms >= ? AND a.wall_ms <= ? ORDER BY a.id""",
        (begins_ms, begins_ms + lived.reached_ms),
    )
    return tuple(AnswerThen(row[0], Answer(row[1]), *row[2:]) for row in rows)
