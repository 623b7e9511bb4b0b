"""On which days a strap was worn, with movement or without, and under which settings now.

In: a database. Out: local dates, plain facts.
"""

from __future__ import annotations

import json
from datetime import date

from unhurry.signal.records import State

from .database import Database
from .moments import DAY_MS

UNHEARD = frozenset({State.NO_LINK, State.OFF_BODY, State.SUSPENDED, State.PAUSED})
"""States of a minute in which no heart was heard."""
_LOCAL_DAY = "date(m.wall_ms / 1000 + r.utc_offset_s, 'unixepoch')"


def worn_days(
    database: Database, count: int, first: date | None = None, last: date | None = None
) -> tuple[date, ...]:
    """Return the latest `count` days on which a heart was heard, within [first, last], oldest first.

    A replay or a simulated day counts only where no strap was ever worn.
    """
    live = database.row("SELECT 1 FROM recordings WHERE source = 'ble'") is not None
    rows = database.rows(
        f"""SELECT DISTINCT {_LOCAL_DAY} AS day FROM minutes AS m JOIN recordings AS r ON r.id = m.recording
        WHERE m.state NOT IN (SELECT value FROM json_each(?1)) AND (NOT ?2 OR r.source = 'ble')
            AND day >= coalesce(?3, day) AND day <= coalesce(?4, day)
        ORDER BY day DESC LIMIT ?5""",  # noqa: S608 - our own text
        (
            json.dumps(sorted(UNHEARD)),
            live,
            None if first is None else first.isoformat(),
            None if last is None else last.isoformat(),
            count,
        ),
    )
    return tuple(date.fromisoformat(row[0]) for row in reversed(rows))


def movement_known(database: Database) -> bool:
    """Return whether most of the last day that was worn has movement; True before any was."""
    latest_ms = database.value("SELECT max(wall_ms) FROM minutes WHERE hr_bpm IS NOT NULL")
    if latest_ms is None:
        return True
    known, heard = database.rows(
        "SELECT count(motion), count(*) FROM minutes WHERE hr_bpm IS NOT NULL AND wall_ms > ?",
        (latest_ms - DAY_MS,),
    )[0]
    return bool(2 * known >= heard)


def settings_in_force(database: Database) -> tuple[str | None, str | None]:
    """Return version and text of the settings the latest service was started with; None before any was."""
    row = database.row(
        "SELECT version, json FROM settings ORDER BY last_used_wall_ms DESC, rowid DESC LIMIT 1"
    )
    return (None, None) if row is None else (row[0], row[1])
