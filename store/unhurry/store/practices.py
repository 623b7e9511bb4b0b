"""Practices that were worse twice: put away until the wearer brings them back.

In: a database. Out: names. What the wearer said after an offer stands in `answers`, after any practice in
`practice_runs`; the wish to bring one back is an intent.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .database import Database
from .records import IntentKind

WORSE_TIMES = 2
"""So often "worse", and a practice is put away."""


@dataclass(frozen=True, slots=True)
class Report:
    """A practice after which the wearer felt worse, or (`worse` False) wanted it back."""

    practice: str
    wall_ms: int
    worse: bool


def put_away(reports: Iterable[Report]) -> frozenset[str]:
    """Return the practices that were worse twice since they were last wanted back."""
    worse: dict[str, int] = {}
    # At one and the same moment the wish comes last: it was made by somebody who knew.
    for report in sorted(reports, key=lambda each: (each.wall_ms, not each.worse)):
        worse[report.practice] = worse.get(report.practice, 0) + 1 if report.worse else 0
    return frozenset(practice for practice, times in worse.items() if times >= WORSE_TIMES)


def retired_practices(database: Database) -> frozenset[str]:
    """Return the practices that are put away now. Raises DatabaseError.

    An offer counts once, however often it was answered; where a practice was kept for it, that is the one
    that was felt (the wearer may have looked around instead of breathing).
    """
    rows = database.rows(
        """SELECT practice, coalesce(ended_wall_ms, started_wall_ms), 1 FROM practice_runs
        WHERE felt = 'worse'
        UNION ALL
        SELECT p.practice, max(a.wall_ms), 1 FROM answers AS a JOIN prompts AS p ON p.id = a.prompt
        WHERE a.felt = 'worse' AND NOT EXISTS (
            SELECT 1 FROM practice_runs AS r WHERE r.prompt = p.id AND r.felt IS NOT NULL)
        GROUP BY p.id
        UNION ALL
        SELECT json_extract(arguments, '$.practice'), wall_ms, 0 FROM intents WHERE kind = ?""",
        (IntentKind.ENABLE_PRACTICE,),
    )
    return put_away(Report(str(practice), int(wall_ms), bool(worse)) for practice, wall_ms, worse in rows)
