"""What a service that begins knows of the days before it.

In: a database, the anchor of the recording that begins. Out: `Remembered`.
"""

from __future__ import annotations

from dataclasses import dataclass

from unhurry.config import PromptSettings
from unhurry.store import Anchor, Database, PolicyFacts, policy_facts
from unhurry.store.intents import Modes
from unhurry.store.moments import DAY_MS

from .policy import Standing, policy_time, standing_from


@dataclass(frozen=True, slots=True)
class Remembered:
    """What was said and asked for before."""

    standing: Standing
    modes: Modes
    now_ms: int
    """Policy time now: a clock that was put back does not take it back."""


def remembered(settings: PromptSettings, database: Database, anchor: Anchor) -> Remembered:
    """Return what `database` knows for a recording that begins at `anchor`. Raises DatabaseError."""
    offset_s = anchor.utc_offset_s

    def facts_at(now_ms: int) -> PolicyFacts:
        midnight_ms = (now_ms + offset_s * 1000) // DAY_MS * DAY_MS - offset_s * 1000
        return policy_facts(database, day_start_wall_ms=midnight_ms, now_wall_ms=now_ms)

    now_ms = policy_time(anchor.wall_ms, facts_at(anchor.wall_ms).latest_wall_ms)
    facts = facts_at(now_ms)
    return Remembered(standing_from(settings, facts, now_ms, offset_s), facts.modes, now_ms)
