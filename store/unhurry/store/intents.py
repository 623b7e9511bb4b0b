"""The wearer's wishes, and what they amount to: which modes hold now.

In: a database. Out: frozen records. Wishes are rows the running service takes up within a second.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from .database import Database
from .moments import DAY_MS, Moment
from .records import IntentKind, IntentRow

SNOOZE_MIN = 120
"""How long a snooze lasts when nothing is said. A shorter one never ends a longer; 0 minutes end any."""

FORGOTTEN_AFTER_MS = 4 * 3_600_000
"""A conversation or a drive nobody ended is over after this."""


@dataclass(frozen=True, slots=True)
class KeptIntent(IntentRow):
    """A wish with the offset of its place."""

    utc_offset_s: int


@dataclass(frozen=True, slots=True)
class Modes:
    """What the wearer has asked for and has not taken back."""

    observing: bool = False
    """Only look, say nothing: until it is switched off, or the day ends."""
    conversation_since_wall_ms: int | None = None
    driving_since_wall_ms: int | None = None
    snoozed_until_wall_ms: int | None = None
    paused_since_wall_ms: int | None = None
    """Nothing is measured: until the wearer goes on, or the day ends."""


def add_intent(database: Database, kind: IntentKind, arguments: dict[str, Any], at: Moment) -> int:
    """Keep a wish and return its id; it is on the disk when this returns. Raises DatabaseError."""
    with database.immediate() as db:
        cursor = db.execute(
            "INSERT INTO intents (kind, wall_ms, utc_offset_s, arguments) VALUES (?, ?, ?, ?)",
            (kind, at.wall_ms, at.utc_offset_s, json.dumps(arguments, allow_nan=False)),
        )
    return int(cursor.lastrowid or 0)


def intents_between(database: Database, start_wall_ms: int, end_wall_ms: int) -> list[KeptIntent]:
    """Return the wishes of [start, end), oldest first."""
    rows = database.rows(
        """SELECT id, kind, wall_ms, arguments, utc_offset_s FROM intents
        WHERE wall_ms >= ? AND wall_ms < ? ORDER BY wall_ms, id""",
        (start_wall_ms, end_wall_ms),
    )
    return [KeptIntent(row[0], IntentKind(row[1]), row[2], json.loads(row[3]), row[4]) for row in rows]


def modes_at(database: Database, *, day_start_wall_ms: int, now_wall_ms: int) -> Modes:
    """Return the modes that hold at `now_wall_ms`, from the wishes of the last day, taken up or not."""
    observing = False
    conversation: int | None = None
    driving: int | None = None
    snoozed: int | None = None
    paused: int | None = None
    for intent in intents_between(database, now_wall_ms - DAY_MS, now_wall_ms + 1):
        match intent.kind:
            case IntentKind.OBSERVE:
                observing = bool(intent.arguments.get("on", True)) and intent.wall_ms >= day_start_wall_ms
            case IntentKind.CONVERSATION_START:
                conversation = intent.wall_ms
            case IntentKind.CONVERSATION_END:
                conversation = None
            case IntentKind.DRIVING_START:
                driving = intent.wall_ms
            case IntentKind.DRIVING_END:
                driving = None
            case IntentKind.SNOOZE:
                minutes = float(intent.arguments.get("minutes", SNOOZE_MIN))
                until_ms = intent.wall_ms + round(minutes * 60_000)
                snoozed = max(until_ms, snoozed or until_ms) if minutes > 0 else None
            case IntentKind.PAUSE:
                paused = intent.wall_ms if intent.wall_ms >= day_start_wall_ms else None
            case IntentKind.RESUME:
                paused = None
            case _:
                pass  # no mode
    return Modes(
        observing=observing,
        conversation_since_wall_ms=_not_forgotten(conversation, now_wall_ms),
        driving_since_wall_ms=_not_forgotten(driving, now_wall_ms),
        snoozed_until_wall_ms=snoozed if snoozed is not None and snoozed > now_wall_ms else None,
        paused_since_wall_ms=paused,
    )


def _not_forgotten(since_wall_ms: int | None, now_wall_ms: int) -> int | None:
    if since_wall_ms is None or now_wall_ms - since_wall_ms > FORGOTTEN_AFTER_MS:
        return None
    return since_wall_ms
