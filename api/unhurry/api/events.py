"""Moments of arousal over HTTP, with their decisions, offers, outcomes and the wearer's label."""

from __future__ import annotations

from bisect import bisect_right
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from unhurry.config.content import Practices
from unhurry.signal.records import Confidence, State
from unhurry.store import Database, DecisionKind, Offsets, Reason
from unhurry.store.events import (
    KEPT,
    DecisionRow,
    EventRow,
    decisions,
    describe_event,
    event,
    events,
    neighbours,
    outcome_of_event,
)
from unhurry.store.heart import minutes_between, seconds_between
from unhurry.store.journal import EntryTitle
from unhurry.store.labels import Label

from .access import Content, Id, ListOf, Reading, Wanted, Writing
from .numbers import tenth
from .outcomes import Outcome, outcome_of
from .problems import BODY_PROBLEMS, Problem, not_found
from .prompts import Prompt, prompt_of
from .sentences import DECISIONS
from .times import iso

router = APIRouter(prefix="/api", tags=["events"])

AROUND_MS = 15 * 60_000
"""How much of the course is shown before the onset and after the confirmation."""

STEP_S = 5


class Decision(BaseModel):
    """Why Unhurry spoke, or did not."""

    id: int
    event: int | None
    t: str
    decision: DecisionKind
    reason: Reason
    sentence: str
    numbers: dict[str, float | int | str | None]
    settings: str | None


class Title(BaseModel):
    """An entry tied to a moment."""

    id: int
    template: str
    title: str
    about: str


class Event(BaseModel):
    """A moment of arousal."""

    id: int
    start: str
    confirmed: str
    peak: str
    end: str | None
    closed: Literal["settled", "moved", "lost", "recording_ended", "interrupted"] | None
    hr_peak_bpm: float
    hr_baseline_bpm: float
    score_peak: float
    confidence: Confidence
    label: Label | None
    note: str | None
    settled_half_s: float | None
    decision: Decision | None
    prompt: Prompt | None
    entries: list[Title]


class CurvePoint(BaseModel):
    """The course around a moment, every five seconds."""

    t: str
    hr_bpm: float | None
    baseline_bpm: float | None
    spread_bpm: float | None
    state: State | None


class WholeEvent(Event):
    """A moment with its curve, how it went on, and its neighbours of the same day."""

    outcome: Outcome | None
    curve: list[CurvePoint]
    previous: int | None
    next: int | None


class Description(BaseModel):
    """The wearer's label and note; what is left out stays, null takes it away."""

    model_config = ConfigDict(extra="forbid")

    label: Label | None = None
    note: Annotated[str | None, Field(max_length=20_000)] = None


def decision_of(row: DecisionRow) -> Decision:
    """Return a decision as the wire has it."""
    return Decision(
        id=row.id,
        event=row.event_id,
        t=iso(row.moment),
        decision=row.kind,
        reason=row.reason,
        sentence=DECISIONS[row.reason],
        numbers=row.numbers,
        settings=row.settings,
    )


def event_of(row: EventRow, practices: Practices) -> Event:
    """Return a moment as the wire has it."""
    return Event.model_validate(
        {
            "id": row.id,
            "start": iso(row.start),
            "confirmed": iso(row.confirmed),
            "peak": iso(row.peak),
            "end": None if row.end is None else iso(row.end),
            "closed": row.closed,
            "hr_peak_bpm": row.hr_peak_bpm,
            "hr_baseline_bpm": row.hr_baseline_bpm,
            "score_peak": row.score_peak,
            "confidence": row.confidence,
            "label": row.label,
            "note": row.note,
            "settled_half_s": row.settled_half_s,
            "decision": None if row.decision is None else decision_of(row.decision),
            "prompt": None if row.prompt is None else prompt_of(row.prompt, practices),
            "entries": [_title(title) for title in row.entries],
        }
    )


@router.get("/events")
def list_events(db: Reading, window: Wanted, practices: Content) -> ListOf[Event]:
    """Moments of arousal, newest first."""
    found = events(db, window)
    return ListOf(items=[event_of(row, practices) for row in found.items], next=found.next)


@router.get("/events/{event_id}", responses={404: {"model": Problem}})
def one_event(event_id: Id, db: Reading, practices: Content) -> WholeEvent:
    """One moment with its curve."""
    row = event(db, event_id)
    if row is None:
        raise not_found("moment", event_id)
    day = Offsets(db).day(row.start.date)
    previous, following = neighbours(db, row, day.start.wall_ms, day.end.wall_ms)
    went_on = outcome_of_event(db, event_id)
    return WholeEvent(
        **event_of(row, practices).model_dump(),
        outcome=None if went_on is None else outcome_of(went_on),
        curve=_curve(db, row),
        previous=previous,
        next=following,
    )


@router.patch("/events/{event_id}", responses={**BODY_PROBLEMS, 404: {"model": Problem}})
def describe(event_id: Id, body: Description, db: Writing, practices: Content) -> Event:
    """Keep what it was, for the wearer."""
    given = body.model_fields_set
    describe_event(
        db,
        event_id,
        label=body.label if "label" in given else KEPT,
        note=body.note if "note" in given else KEPT,
    )
    changed = event(db, event_id)
    if changed is None:
        raise not_found("moment", event_id)
    return event_of(changed, practices)


@router.get("/decisions")
def list_decisions(db: Reading, window: Wanted) -> ListOf[Decision]:
    """Decisions, newest first: why Unhurry spoke, or did not."""
    found = decisions(db, window)
    return ListOf(items=[decision_of(row) for row in found.items], next=found.next)


def _title(title: EntryTitle) -> Title:
    return Title(id=title.id, template=title.template, title=title.title, about=iso(title.moment))


def _curve(db: Database, row: EventRow) -> list[CurvePoint]:
    start_ms, end_ms = row.start.wall_ms - AROUND_MS, row.confirmed.wall_ms + AROUND_MS
    minutes = minutes_between(db, start_ms - 60_000, end_ms)
    begins = [minute.moment.wall_ms for minute in minutes]
    points: list[CurvePoint] = []
    for point in seconds_between(db, start_ms, end_ms, step_s=STEP_S):
        at = bisect_right(begins, point.moment.wall_ms) - 1
        around = minutes[at] if at >= 0 and point.moment.wall_ms - begins[at] < 60_000 else None
        points.append(
            CurvePoint(
                t=iso(point.moment),
                hr_bpm=tenth(point.hr_bpm),
                baseline_bpm=tenth(around.baseline_bpm) if around is not None else None,
                spread_bpm=tenth(around.spread_bpm) if around is not None else None,
                state=around.state if around is not None else None,
            )
        )
    return points
