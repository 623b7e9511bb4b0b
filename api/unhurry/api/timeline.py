"""A day over HTTP, in one answer."""

from __future__ import annotations

import datetime as dt

from fastapi import APIRouter
from pydantic import BaseModel

from unhurry.signal.records import State
from unhurry.store import present
from unhurry.store.timeline import timeline

from .access import Content, Reading
from .events import Decision, Event, decision_of, event_of
from .heart import Minute, minute_of
from .intents import Intent, intent_of
from .journal import Entry, entry_of
from .prompts import Prompt, prompt_of
from .sentences import SPANS
from .times import LocalDate, iso

router = APIRouter(prefix="/api/timeline", tags=["timeline"])


class Span(BaseModel):
    """A stretch that was not judged."""

    start: str
    end: str
    state: str
    sentence: str


class Timeline(BaseModel):
    """A local day, oldest first."""

    date: dt.date
    start: str
    end: str
    now: str
    previous: dt.date | None
    next: dt.date | None
    minutes: list[Minute]
    spans: list[Span]
    events: list[Event]
    prompts: list[Prompt]
    decisions: list[Decision]
    entries: list[Entry]
    intents: list[Intent]
    measured_minutes: int
    minutes_by_state: dict[State, int]


@router.get("")
def one_day(db: Reading, practices: Content, date: LocalDate | None = None) -> Timeline:
    """One day; without a date, the recording's today."""
    with db.snapshot():
        now = present(db).moment
        found = timeline(db, now.date if date is None else date)
    counts: dict[State, int] = {}
    for minute in found.minutes:
        counts[minute.state] = counts.get(minute.state, 0) + 1
    return Timeline(
        date=found.day.date,
        start=iso(found.day.start),
        end=iso(found.day.end),
        now=iso(now),
        previous=found.previous,
        next=found.next,
        minutes=[minute_of(row) for row in found.minutes],
        spans=[
            Span(
                start=iso(span.start),
                end=iso(span.end),
                state=span.cause,
                sentence=SPANS.get(span.cause, span.cause),
            )
            for span in found.spans
        ],
        events=[event_of(row, practices) for row in found.events],
        prompts=[prompt_of(kept, practices) for kept in found.prompts],
        decisions=[decision_of(row) for row in found.decisions],
        entries=[entry_of(kept) for kept in found.entries],
        intents=[intent_of(kept) for kept in found.intents],
        measured_minutes=sum(minute.hr_bpm is not None for minute in found.minutes),
        minutes_by_state=counts,
    )
