"""What the running loop writes: one transaction for each batch.

In: recordings, batches, settings. Out: ids, and what the wearer has said since the last look. One connection,
no threads of its own: call it from one worker at a time. Every method raises DatabaseError when the file
cannot be written; then nothing of that call is in it.
"""

# ruff: noqa: S608 - only our own names are put into SQL; what comes from outside is always a parameter

from __future__ import annotations

import json
import math
from dataclasses import dataclass

from unhurry.signal.records import ArousalEvent

from .batch import Batch, Decided, Written
from .database import Database
from .draws import write_draw
from .measurements import (
    write_beats,
    write_link,
    write_minutes,
    write_now,
    write_recording,
    write_samples,
)
from .profiles import write_profile
from .records import Anchor, Answer, IntentKind, IntentRow, NewRecording


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """What the wearer said to an offer."""

    id: int
    prompt_id: int
    wall_ms: int
    answer: Answer
    reason: str | None
    felt: str | None


class Writer:
    """The one writer of measurements. Not for two threads at once."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._settings_version: str | None = None
        self._last_answer: int = database.value("SELECT coalesce(max(id), 0) FROM answers")
        self._anchors: dict[int, Anchor] = {}

    def save_settings(self, version: str, text: str, *, wall_ms: int) -> None:
        """Keep the settings in force from now on; decisions that follow name this version."""
        with self._db.immediate() as db:
            db.execute(
                """INSERT INTO settings VALUES (?, ?, ?, ?)
                ON CONFLICT (version) DO UPDATE SET last_used_wall_ms = excluded.last_used_wall_ms""",
                (version, text, wall_ms, wall_ms),
            )
        self._settings_version = version

    def open_recording(self, recording: NewRecording) -> int:
        """Begin a recording and return its id."""
        with self._db.immediate() as db:
            return write_recording(db, recording)

    def end_recording(self, recording_id: int, t_ms: int, cause: str) -> None:
        """End a recording; `cause` is `stopped`, `suspended`, `clock_set` or `ended`. Events still open close
        with it.
        """
        with self._db.immediate() as db:
            db.execute(
                "UPDATE recordings SET end_ms = ?, cause = ? WHERE id = ? AND end_ms IS NULL",
                (t_ms, cause, recording_id),
            )
            db.execute(
                "UPDATE events SET closed = 'recording_ended' WHERE recording = ? AND closed IS NULL",
                (recording_id,),
            )
            # The recording's time stands still from now on: an offer would wait for its end for ever.
            db.execute(
                "UPDATE prompts SET closed = 'expired' WHERE closed IS NULL AND answer IS NULL"
                " AND decision IN (SELECT id FROM decisions WHERE recording = ?)",
                (recording_id,),
            )

    def write_batch(self, batch: Batch) -> Written:
        """Write all of `batch` and return the ids of its events, decisions and prompts.

        A batch with events or decisions is on the disk when this returns; one with measurements alone may be
        lost to a power cut until the next of those, never to a killed process.
        """
        recording_id = batch.recording_id
        wall_ms = self._anchor(recording_id).wall_ms
        with self._db.immediate(durable=bool(batch.events or batch.decisions)) as db:
            for beats in (batch.beats, batch.pending):
                if beats is not None:
                    write_beats(db, recording_id, beats)
            if batch.heart_rates is not None:
                write_samples(db, "heart_rates", recording_id, batch.heart_rates)
            if batch.motion is not None:
                write_samples(db, "motion", recording_id, batch.motion)
            if batch.trunk is not None:
                write_samples(db, "trunk", recording_id, batch.trunk)
            write_minutes(db, recording_id, wall_ms, batch.minutes)
            for link in batch.links:
                write_link(db, recording_id, wall_ms, link)
            for profile in batch.profiles:
                write_profile(db, profile)
            events = tuple(_write_event(db, recording_id, wall_ms, event) for event in batch.events)
            decided = [self._write_decision(db, recording_id, wall_ms, each) for each in batch.decisions]
            if batch.now is not None:
                write_now(db, recording_id, batch.now)
        return Written(
            events, tuple(decision for decision, _ in decided), tuple(prompt for _, prompt in decided)
        )

    def expire_prompts(self, now_wall_ms: int) -> tuple[int, ...]:
        """Close the offers whose time is over and return their ids."""
        due = "closed IS NULL AND answer IS NULL AND expires_wall_ms <= ?"
        if self._db.row(f"SELECT 1 FROM prompts WHERE {due}", (now_wall_ms,)) is None:
            return ()
        with self._db.immediate() as db:
            rows = db.rows(f"UPDATE prompts SET closed = 'expired' WHERE {due} RETURNING id", (now_wall_ms,))
        return tuple(sorted(row[0] for row in rows))

    def take_intents(self, now_wall_ms: int) -> tuple[IntentRow, ...]:
        """Return the wishes nobody has taken up yet, oldest first, and mark them taken."""
        if self._db.row("SELECT 1 FROM intents WHERE taken_wall_ms IS NULL") is None:
            return ()
        with self._db.immediate() as db:
            rows = db.rows(
                """UPDATE intents SET taken_wall_ms = ? WHERE taken_wall_ms IS NULL
                RETURNING id, kind, wall_ms, arguments""",
                (now_wall_ms,),
            )
        return tuple(
            IntentRow(row[0], IntentKind(row[1]), row[2], json.loads(row[3])) for row in sorted(rows)
        )

    def new_answers(self) -> tuple[AnswerRow, ...]:
        """Return what the wearer said since the last call (at first: since the writer was made)."""
        rows = self._db.rows(
            "SELECT id, prompt, wall_ms, answer, reason, felt FROM answers WHERE id > ? ORDER BY id",
            (self._last_answer,),
        )
        if rows:
            self._last_answer = rows[-1][0]
        return tuple(AnswerRow(row[0], row[1], row[2], Answer(row[3]), row[4], row[5]) for row in rows)

    def _anchor(self, recording_id: int) -> Anchor:
        anchor = self._anchors.get(recording_id)
        if anchor is None:
            rows = self._db.rows("SELECT wall_ms, utc_offset_s FROM recordings WHERE id = ?", (recording_id,))
            anchor = self._anchors[recording_id] = Anchor(*rows[0])
        return anchor

    def _write_decision(
        self, db: Database, recording_id: int, wall_ms: int, decided: Decided
    ) -> tuple[int, int | None]:
        decision, prompt = decided.decision, decided.prompt
        cursor = db.execute(
            """INSERT INTO decisions (recording, t_s, wall_ms, event, kind, reason, numbers, settings)
            VALUES (?, ?, ?, (SELECT id FROM events WHERE recording = ? AND number = ?), ?, ?, ?, ?)""",
            (
                recording_id,
                decision.t_s,
                wall_ms + round(decision.t_s * 1000),
                recording_id,
                decision.event_number,
                decision.kind,
                decision.reason,
                json.dumps(_finite(decision.numbers)),
                self._settings_version,
            ),
        )
        decision_id = int(cursor.lastrowid or 0)
        if decided.draw is not None:
            write_draw(db, decision_id, wall_ms + round(decision.t_s * 1000), decided.draw)
        if prompt is None:
            return decision_id, None
        cursor = db.execute(
            "INSERT INTO prompts (decision, shown_wall_ms, expires_wall_ms, practice) VALUES (?, ?, ?, ?)",
            (decision_id, prompt.shown_wall_ms, prompt.expires_wall_ms, prompt.practice),
        )
        return decision_id, int(cursor.lastrowid or 0)


def _write_event(db: Database, recording_id: int, wall_ms: int, event: ArousalEvent) -> int:
    final = (
        event.peak_s,
        event.end_s,
        event.hr_peak_bpm,
        event.hr_baseline_bpm,
        event.score_peak,
        event.confidence,
        event.ending,
    )
    # Not an upsert: that uses up an id even where it only changes a row, and ids are to count on.
    known = db.rows(
        """UPDATE events SET peak_s = ?, end_s = ?, hr_peak_bpm = ?, hr_baseline_bpm = ?,
            score_peak = ?, confidence = ?, closed = coalesce(?, closed)
        WHERE recording = ? AND number = ? RETURNING id""",
        (*final, recording_id, event.number),
    )
    rows = known or db.rows(
        """INSERT INTO events (peak_s, end_s, hr_peak_bpm, hr_baseline_bpm, score_peak, confidence,
            closed, recording, number, wall_ms, start_s, confirmed_s)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id""",
        (
            *final,
            recording_id,
            event.number,
            wall_ms + round(event.start_s * 1000),
            event.start_s,
            event.confirmed_s,
        ),
    )
    return int(rows[0][0])


def _finite(numbers: dict[str, float | int | str | None]) -> dict[str, float | int | str | None]:
    return {
        name: None if isinstance(value, float) and not math.isfinite(value) else value
        for name, value in numbers.items()
    }
