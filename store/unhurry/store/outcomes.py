"""How a moment settled.

In: an event that has ended, and its beats in the file. Out: a row of `outcomes`.
"""

from __future__ import annotations

import numpy as np

from unhurry.signal.records import ArousalEvent

from .database import Database
from .heart import seconds_of

SUSTAINED_S = 20
"""Half-way down counts once it has held for this long (docs/schema.md)."""


def settle(
    db: Database, event_id: int, recording_id: int, event: ArousalEvent, recording_wall_ms: int
) -> None:
    """Write when the heart was half-way back, once the event has ended, in the transaction of the event.

    May be called again for the same event.
    """
    if event.end_s is None:
        return
    db.execute(
        """INSERT INTO outcomes (event, prompt, wall_ms, settled_half_s) VALUES (?1,
            (SELECT p.id FROM prompts AS p JOIN decisions AS d ON d.id = p.decision WHERE d.event = ?1),
            ?2, ?3)
        ON CONFLICT (event) DO UPDATE SET settled_half_s = excluded.settled_half_s""",
        (event_id, recording_wall_ms + round(event.end_s * 1000), half_time(db, recording_id, event)),
    )


def half_time(db: Database, recording_id: int, event: ArousalEvent) -> float | None:
    """Return seconds from the peak until the heart was half-way back to its usual and stayed there, or None.

    Half-way is the middle between the event's baseline and its peak; it counts when the second-by-second
    heart rate stays at or below it for `SUSTAINED_S` seconds.
    """
    if event.end_s is None:
        return None
    first_s, last_s = int(event.peak_s), int(event.end_s) + SUSTAINED_S
    hr_bpm = seconds_of(db, recording_id, first_s, last_s)
    half_bpm = (event.hr_baseline_bpm + event.hr_peak_bpm) / 2
    below = np.nan_to_num(hr_bpm, nan=np.inf) <= half_bpm
    if len(below) < SUSTAINED_S:
        return None
    held = np.convolve(below, np.ones(SUSTAINED_S, dtype=np.int64), mode="valid") == SUSTAINED_S
    return float(np.argmax(held)) if held.any() else None
