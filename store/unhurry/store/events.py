"""Moments of arousal, the decisions about them, and how they settled, as a reader sees them.

In: a database. Out: frozen records; the wearer's label and note are written here too.
"""

# ruff: noqa: S608 - only our own names are put into SQL; what comes from outside is always a parameter

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Enum
from typing import Any

from unhurry.signal.records import Confidence

from .database import Database
from .journal import EntryTitle, titles_of_events
from .moments import Moment
from .paging import Page, Window, page, where_window
from .prompts import KeptPrompt, prompts_of_decisions
from .records import DecisionKind, Reason


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """What came of an event, why, and the numbers behind it."""

    id: int
    event_id: int | None
    moment: Moment
    kind: DecisionKind
    reason: Reason
    numbers: dict[str, float | int | str | None]
    settings: str | None


@dataclass(frozen=True, slots=True)
class EventRow:
    """An arousal event with all that hangs on it."""

    id: int
    recording_id: int
    start: Moment
    confirmed: Moment
    peak: Moment
    end: Moment | None
    hr_peak_bpm: float
    hr_baseline_bpm: float
    score_peak: float
    confidence: Confidence
    closed: str | None
    """`settled`, `moved`, `lost`, `recording_ended`, `interrupted`, or None while it lasts."""
    label: str | None
    note: str | None
    settled_half_s: float | None
    decision: DecisionRow | None
    prompt: KeptPrompt | None
    entries: tuple[EntryTitle, ...]


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """What followed an event or an offer."""

    id: int
    event_id: int | None
    prompt_id: int | None
    moment: Moment
    settled_half_s: float | None
    followed_s: float | None
    """For how long after the peak the heart could be followed; None while it still is."""
    area_bpm_min: float | None
    rmssd_after_ms: float | None
    recurred_s: float | None
    distress_before: int | None
    distress_after: int | None
    felt: str | None
    feeling: str | None
    note: str | None


class Kept(Enum):
    """What is not to be changed."""

    KEPT = "kept"


KEPT = Kept.KEPT


def events(database: Database, window: Window) -> Page[EventRow]:
    """Return events that began in the window, newest first. Raises InputError for a foreign cursor."""
    rows = database.rows(
        f"{_EVENTS} WHERE {where_window('e.wall_ms', 'e.id')}",
        window.parameters,
    )
    return page(
        [(row[3], row[0], event) for row, event in zip(rows, _events(database, rows), strict=True)], window
    )


def event(database: Database, event_id: int) -> EventRow | None:
    """Return one event, or None."""
    found = _events(database, database.rows(f"{_EVENTS} WHERE e.id = ?", (event_id,)))
    return found[0] if found else None


def neighbours(
    database: Database, of: EventRow, start_wall_ms: int, end_wall_ms: int
) -> tuple[int | None, int | None]:
    """Return the ids of the events before and after `of` within [start, end)."""
    here = (of.start.wall_ms, of.id)
    before = database.value(
        """SELECT id FROM events WHERE wall_ms >= ? AND (wall_ms, id) < (?, ?)
        ORDER BY wall_ms DESC, id DESC LIMIT 1""",
        (start_wall_ms, *here),
    )
    after = database.value(
        "SELECT id FROM events WHERE wall_ms < ? AND (wall_ms, id) > (?, ?) ORDER BY wall_ms, id LIMIT 1",
        (end_wall_ms, *here),
    )
    return before, after


def describe_event(
    database: Database, event_id: int, *, label: str | Kept | None = KEPT, note: str | Kept | None = KEPT
) -> bool:
    """Keep the wearer's label and note; False when there is no such event. On the disk when this returns.

    What is left out stays as it is, whoever writes it at the same time; None takes it away.
    """
    given = {"label": label, "note": note}
    said = {name: value for name, value in given.items() if value is not KEPT}
    columns = ", ".join(f"{name} = ?" for name in said) or "label = label"
    with database.immediate() as db:
        changed = db.execute(f"UPDATE events SET {columns} WHERE id = ?", (*said.values(), event_id)).rowcount
    return changed == 1


def decisions(database: Database, window: Window) -> Page[DecisionRow]:
    """Return decisions, newest first. Raises InputError for a foreign cursor."""
    rows = database.rows(f"{_DECISIONS} WHERE {where_window('d.wall_ms', 'd.id')}", window.parameters)
    return page([(row[2], row[0], _decision(row)) for row in rows], window)


def outcomes(database: Database, window: Window) -> Page[OutcomeRow]:
    """Return outcomes, newest first. Raises InputError for a foreign cursor."""
    rows = database.rows(f"{_OUTCOMES} WHERE {where_window('o.wall_ms', 'o.id')}", window.parameters)
    return page([(row[3], row[0], _outcome(row)) for row in rows], window)


def outcome_of_event(database: Database, event_id: int) -> OutcomeRow | None:
    """Return how an event went on, as far as it is known; None before anything is."""
    row = database.row(f"{_OUTCOMES} WHERE o.event = ?", (event_id,))
    return None if row is None else _outcome(row)


_EVENTS = """SELECT e.id, e.recording, r.utc_offset_s, e.wall_ms, r.wall_ms, e.confirmed_s, e.peak_s,
        e.end_s, e.hr_peak_bpm, e.hr_baseline_bpm, e.score_peak, e.confidence, e.closed, e.label,
        e.note, o.settled_half_s
    FROM events AS e JOIN recordings AS r ON r.id = e.recording
    LEFT JOIN outcomes AS o ON o.event = e.id"""

_OUTCOMES = """SELECT o.id, o.event, o.prompt, o.wall_ms, r.utc_offset_s, o.settled_half_s, o.followed_s,
        o.area_bpm_min, o.rmssd_after_ms, o.recurred_s, o.distress_before, o.distress_after, o.felt,
        o.feeling, o.note
    FROM outcomes AS o LEFT JOIN events AS e ON e.id = o.event
    LEFT JOIN prompts AS p ON p.id = o.prompt
    LEFT JOIN decisions AS d ON d.id = p.decision
    JOIN recordings AS r ON r.id = coalesce(e.recording, d.recording)"""

_DECISIONS = """SELECT d.id, d.event, d.wall_ms, r.utc_offset_s, d.kind, d.reason, d.numbers, d.settings
    FROM decisions AS d JOIN recordings AS r ON r.id = d.recording"""


def _outcome(row: tuple[Any, ...]) -> OutcomeRow:
    identity, event_id, prompt_id, wall_ms, offset_s, *rest = row
    return OutcomeRow(identity, event_id, prompt_id, Moment(wall_ms, offset_s), *rest)


def _decision(row: tuple[Any, ...]) -> DecisionRow:
    identity, event_id, wall_ms, offset_s, kind, reason, numbers, settings = row
    return DecisionRow(
        identity,
        event_id,
        Moment(wall_ms, offset_s),
        DecisionKind(kind),
        Reason(reason),
        json.loads(numbers),
        settings,
    )


def _events(database: Database, rows: list[tuple[Any, ...]]) -> list[EventRow]:
    ids = [int(row[0]) for row in rows]
    decided = {
        decision.event_id: decision
        for decision in map(
            _decision,
            database.rows(
                f"{_DECISIONS} WHERE d.event IN (SELECT value FROM json_each(?))",
                (json.dumps(ids),),
            ),
        )
    }
    offered = prompts_of_decisions(database, [decision.id for decision in decided.values()])
    words = titles_of_events(database, ids)
    return [_event(row, decided.get(row[0]), offered, words) for row in rows]


def _event(
    row: tuple[Any, ...],
    decision: DecisionRow | None,
    offered: dict[int, KeptPrompt],
    words: dict[int, tuple[EntryTitle, ...]],
) -> EventRow:
    identity, recording_id, offset_s, wall_ms, anchor_ms, confirmed_s, peak_s, end_s, *rest = row
    hr_peak, hr_baseline, score_peak, confidence, closed, label, note, settled_half_s = rest

    def moment(at_s: float) -> Moment:
        return Moment(anchor_ms + round(at_s * 1000), offset_s)

    return EventRow(
        id=identity,
        recording_id=recording_id,
        start=Moment(wall_ms, offset_s),
        confirmed=moment(confirmed_s),
        peak=moment(peak_s),
        end=None if end_s is None else moment(end_s),
        hr_peak_bpm=hr_peak,
        hr_baseline_bpm=hr_baseline,
        score_peak=score_peak,
        confidence=Confidence(confidence),
        closed=closed,
        label=label,
        note=note,
        settled_half_s=settled_half_s,
        decision=decision,
        prompt=offered.get(decision.id) if decision is not None else None,
        entries=words.get(identity, ()),
    )
