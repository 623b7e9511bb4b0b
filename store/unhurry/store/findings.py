"""What was worked out of the days: computed by the daemon, kept here, read by the page.

In: a database, JSON. Out: frozen records.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from .database import Database


class FindingKind(StrEnum):
    """What a finding is about."""

    USEFULNESS = "usefulness"
    """Were the moments worth noticing, by the wearer's labels? One row, the latest."""
    WHAT_IF = "what_if"
    """What would have come of other settings? One row for each wish."""
    NOTICE = "notice"
    """The heart was fast or slow for long while the wearer was still. One row a day at most."""
    EFFECT = "effect"
    """Does it help? One row, the latest."""
    RESONANCE = "resonance"
    """At which pace the heart swings widest with the breath. One row for each round."""
    CHANNELS = "channels"
    """How the ways of showing an offer are. One row, the latest."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One answer, and when it was worked out."""

    id: int
    kind: FindingKind
    intent_id: int | None
    wall_ms: int
    content: dict[str, Any]


def keep_finding(
    database: Database,
    kind: FindingKind,
    content: dict[str, Any],
    *,
    wall_ms: int,
    intent_id: int | None = None,
    alone: bool = False,
) -> int:
    """Keep a finding and return its id; `alone`: in place of the earlier ones of its kind.

    Raises DatabaseError, and ValueError for content that is no JSON (a NaN).
    """
    text = json.dumps(content, allow_nan=False)
    with database.immediate() as db:
        if alone:
            db.execute("DELETE FROM findings WHERE kind = ?", (kind,))
        cursor = db.execute(
            "INSERT INTO findings (kind, intent, wall_ms, json) VALUES (?, ?, ?, ?)",
            (kind, intent_id, wall_ms, text),
        )
    return int(cursor.lastrowid or 0)


def latest_finding(database: Database, kind: FindingKind, *, intent_id: int | None = None) -> Finding | None:
    """Return the latest finding of a kind (about one wish, where that is given), or None."""
    row = database.row(
        """SELECT id, kind, intent, wall_ms, json FROM findings
        WHERE kind = ?1 AND (?2 IS NULL OR intent = ?2) ORDER BY id DESC LIMIT 1""",
        (kind, intent_id),
    )
    return None if row is None else Finding(row[0], FindingKind(row[1]), row[2], row[3], json.loads(row[4]))
