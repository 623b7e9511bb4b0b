"""What chance decided, for wearers who asked for it, and what came of it.

In: a database. Out: frozen records, oldest first. A draw is written with its decision, in one transaction,
before anything is shown.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from .database import Database

SILENT = "silent"
"""The arm in which nothing is shown; every other arm is named like its practice."""


@dataclass(frozen=True, slots=True)
class Arm:
    """Something that could have been drawn."""

    name: str
    probability: float


@dataclass(frozen=True, slots=True)
class NewDraw:
    """What was drawn about one decision, and out of what."""

    arm: Arm
    arms: tuple[Arm, ...]
    """All of them; their probabilities add up to 1."""

    @property
    def silent(self) -> bool:
        """Whether nothing is to be shown."""
        return self.arm.name == SILENT


@dataclass(frozen=True, slots=True)
class DrawnMoment:
    """An event about which chance decided, with how it went on."""

    event_id: int
    arm: str
    speak_probability: float
    """How likely an offer was."""
    rise_bpm: float
    """How far the heart was over its usual when the lot was drawn."""
    followed: bool
    """Whether all that will ever be known of it is known."""
    area_bpm_min: float | None
    settled_half_s: float | None
    followed_s: float | None

    @property
    def spoke(self) -> bool:
        """Whether an offer was made."""
        return self.arm != SILENT


@dataclass(frozen=True, slots=True)
class OfferedMoment:
    """An event with an offer, drawn or not, that was followed to its end."""

    practice: str
    settled_half_s: float | None
    followed_s: float


def write_draw(database: Database, decision_id: int, wall_ms: int, draw: NewDraw) -> None:
    """Insert a draw; call it in the transaction of its decision."""
    database.execute(
        "INSERT INTO draws (decision, wall_ms, arm, probability, arms) VALUES (?, ?, ?, ?, ?)",
        (
            decision_id,
            wall_ms,
            draw.arm.name,
            draw.arm.probability,
            json.dumps({arm.name: arm.probability for arm in draw.arms}),
        ),
    )


def drawn_moments(database: Database) -> tuple[DrawnMoment, ...]:
    """Return every moment chance decided about. Recordings that were only replayed teach nothing."""
    rows = database.rows(
        """SELECT e.id, w.arm, w.arms, json_extract(d.numbers, '$.rise_bpm'), o.followed_s IS NOT NULL,
            o.area_bpm_min, o.settled_half_s, o.followed_s
        FROM draws AS w JOIN decisions AS d ON d.id = w.decision JOIN events AS e ON e.id = d.event
        JOIN recordings AS r ON r.id = e.recording LEFT JOIN outcomes AS o ON o.event = e.id
        WHERE r.source <> 'replay' ORDER BY w.wall_ms, w.id"""
    )
    return tuple(
        DrawnMoment(
            event_id,
            arm,
            sum(p for name, p in json.loads(arms).items() if name != SILENT),
            float(rise_bpm or 0.0),
            bool(followed),
            area,
            half_s,
            followed_s,
        )
        for event_id, arm, arms, rise_bpm, followed, area, half_s, followed_s in rows
    )


def offered_moments(database: Database) -> tuple[OfferedMoment, ...]:
    """Return every event with an offer that was followed to its end, by its practice."""
    rows = database.rows(
        """SELECT p.practice, o.settled_half_s, o.followed_s
        FROM prompts AS p JOIN decisions AS d ON d.id = p.decision
        JOIN recordings AS r ON r.id = d.recording JOIN outcomes AS o ON o.event = d.event
        WHERE o.followed_s IS NOT NULL AND r.source <> 'replay' ORDER BY p.id"""
    )
    return tuple(OfferedMoment(*row) for row in rows)
