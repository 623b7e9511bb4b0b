"""What the wearer says the moments were, beside what was measured of them.

In: a database. Out: frozen records, oldest first.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast

from unhurry.signal.records import State

from .database import Database
from .records import DecisionKind


class Label(StrEnum):
    """What a moment was, for the wearer."""

    TENSE = "tense"
    MOVED = "moved"
    TALKED = "talked"
    EXCITED = "excited"
    COFFEE = "coffee"
    WRONG = "wrong"
    """Nothing: Unhurry was mistaken."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class LabelledMoment:
    """An event with the wearer's label, if it has one, and what a setting could have gone by."""

    event_id: int
    label: Label | None
    prompted: bool
    score_peak: float
    lasted_s: float | None
    """Onset to offset; None for one that was not followed to its end."""
    motion_known: bool
    """Whether the minute it was confirmed in has movement."""
    detection: dict[str, Any] | None
    """The `detection` section of the settings its decision was made under; None where it is not known."""


def labelled_moments(database: Database, start_wall_ms: int, end_wall_ms: int) -> tuple[LabelledMoment, ...]:
    """Return the events that began in [start, end), with or without a label."""
    rows = database.rows(
        """SELECT e.id, e.label, d.kind, e.score_peak,
            CASE WHEN e.closed = 'settled' THEN e.end_s - e.start_s END,
            (SELECT m.motion IS NOT NULL FROM minutes AS m
                WHERE m.recording = e.recording AND m.start_s <= e.confirmed_s
                ORDER BY m.start_s DESC LIMIT 1),
            s.json
        FROM events AS e LEFT JOIN decisions AS d ON d.event = e.id
        LEFT JOIN settings AS s ON s.version = d.settings
        WHERE e.wall_ms >= ? AND e.wall_ms < ? ORDER BY e.wall_ms, e.id""",
        (start_wall_ms, end_wall_ms),
    )
    sections = {text: _detection(text) for text in {row[6] for row in rows}}
    return tuple(
        LabelledMoment(
            event_id,
            None if label is None else Label(label),
            kind == DecisionKind.PROMPT,
            score_peak,
            lasted_s,
            bool(motion_known),
            sections[settings],
        )
        for event_id, label, kind, score_peak, lasted_s, motion_known, settings in rows
    )


def hours_worn(database: Database, start_wall_ms: int, end_wall_ms: int) -> float:
    """Return for how many hours of [start, end) the heart was heard."""
    unheard = json.dumps([State.NO_LINK, State.OFF_BODY, State.SUSPENDED, State.PAUSED])
    seconds = database.value(
        """SELECT coalesce(sum(seconds), 0) FROM minutes
        WHERE wall_ms >= ? AND wall_ms < ? AND state NOT IN (SELECT value FROM json_each(?))""",
        (start_wall_ms, end_wall_ms, unheard),
    )
    return float(seconds) / 3600


def in_force_since(database: Database, detection: dict[str, Any]) -> int:
    """Return since when (wall ms) a `detection` section has surely been in force; 0 if it always was.

    Rather too late than too early: an hour in which other settings listened says nothing of these.
    """
    rows = database.rows("SELECT version, json, first_used_wall_ms, last_used_wall_ms FROM settings")
    others = [row for row in rows if _detection(row[1]) != detection]
    if not others:
        return 0
    begun_ms = min((row[2] for row in rows if _detection(row[1]) == detection), default=0)
    latest_ms = database.value(
        """SELECT coalesce(max(wall_ms), 0) FROM decisions
        WHERE settings IN (SELECT value FROM json_each(?))""",
        (json.dumps([row[0] for row in others]),),
    )
    return max(begun_ms, int(latest_ms), *(int(row[3]) for row in others))


def _detection(text: str | None) -> dict[str, Any] | None:
    found = None if text is None else json.loads(text).get("detection")
    return cast("dict[str, Any] | None", found)
