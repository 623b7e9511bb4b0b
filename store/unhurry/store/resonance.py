"""The wearer's own pace: the steps that were tried, what came of each round, whether it is used.

In: a database. Out: frozen records. The rounds themselves are findings (`findings`); that the wearer wants to
breathe at what was found is kept with them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from .database import Database
from .findings import FindingKind
from .practice_runs import KeptRun, runs_of_practice

FINDER = "finder"
"""The practice that finds the pace."""
SAME_ROUND_MS = 15 * 60_000
"""A longer pause begins another round."""


@dataclass(frozen=True, slots=True)
class Round:
    """One round, as it was found."""

    id: int
    wall_ms: int
    accepted: bool | None
    """None while the wearer has not said."""
    content: dict[str, Any]


def latest_round(database: Database) -> Round | None:
    """Return the latest round, or None."""
    return _round(database, "")


def accepted_pace(database: Database) -> float | None:
    """Return the breaths a minute the wearer wants to breathe at; None before that."""
    found = _round(database, "AND json_extract(json, '$.accepted') = 1")
    return None if found is None else float(found.content["per_minute"])


def accept_round(database: Database, round_id: int, *, accepted: bool) -> Round | None:
    """Keep whether the pace of a round is to be used; None when there is none, or it found no pace."""
    with database.immediate() as db:
        changed = db.execute(
            """UPDATE findings SET json = json_set(json, '$.accepted', json(?))
            WHERE id = ? AND kind = ? AND json_extract(json, '$.per_minute') IS NOT NULL""",
            (json.dumps(accepted), round_id, FindingKind.RESONANCE),
        ).rowcount
        return _round(db, "AND id = ?", (round_id,)) if changed else None


def latest_steps(database: Database) -> tuple[KeptRun, ...]:
    """Return the steps of the latest round, oldest first."""
    steps = runs_of_practice(database, FINDER, 50)
    found: list[KeptRun] = []
    for step in steps:
        if found and found[-1].started.wall_ms - _end_ms(step) > SAME_ROUND_MS:
            break
        found.append(step)
    return tuple(reversed(found))


def _end_ms(step: KeptRun) -> int:
    return step.started.wall_ms if step.ended is None else step.ended.wall_ms


def _round(database: Database, condition: str, parameters: tuple[int, ...] = ()) -> Round | None:
    row = database.row(
        f"SELECT id, wall_ms, json FROM findings WHERE kind = ? {condition} ORDER BY id DESC LIMIT 1",  # noqa: S608
        (FindingKind.RESONANCE, *parameters),
    )
    if row is None:
        return None
    content = json.loads(row[2])
    return Round(row[0], row[1], content.get("accepted"), content)
