"""What is known of the wearer at rest from earlier recordings.

In: a database, the moment a recording begins. Out: a `Rest`. Only minutes that a strap measured count; a
replay or a simulated day says nothing about the wearer.
"""

from __future__ import annotations

import numpy as np

from unhurry.signal import Rest, State

from .database import Database
from .moments import DAY_MS

_KNOWN_FOR_MS = 14 * DAY_MS
"""A person's resting heart is judged by two weeks; what was before that was somebody a little different."""
_MINUTE_MS = 60_000


def rest_before(database: Database, wall_ms: int) -> Rest:
    """Return the minutes near the usual of the day before `wall_ms`, and how many there were in two weeks."""
    rows = database.rows(
        """SELECT m.wall_ms, m.hr_bpm FROM minutes AS m JOIN recordings AS r ON r.id = m.recording
        WHERE r.source = 'ble' AND m.state = ? AND m.hr_bpm IS NOT NULL AND m.seconds >= 30
            AND m.wall_ms >= ? AND m.wall_ms <= ?
        ORDER BY m.wall_ms""",
        (State.CALM, wall_ms - DAY_MS, wall_ms - _MINUTE_MS),
    )
    known = database.value(
        """SELECT coalesce(sum(m.seconds), 0) FROM minutes AS m JOIN recordings AS r ON r.id = m.recording
        WHERE r.source = 'ble' AND m.state = ? AND m.wall_ms >= ? AND m.wall_ms < ?""",
        (State.CALM, wall_ms - _KNOWN_FOR_MS, wall_ms),
    )
    table = np.array(rows, np.float64).reshape(-1, 2)
    return Rest(
        age_s=((wall_ms - table[:, 0] - _MINUTE_MS) // 1000).astype(np.int64),
        hr_bpm=table[:, 1],
        known_s=int(known),
    )
