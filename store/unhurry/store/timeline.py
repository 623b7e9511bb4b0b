"""One local day, in one answer.

In: a database and a date. Out: a `Timeline`: its minutes, moments, offers, decisions, words and wishes,
oldest first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TypeVar

from unhurry.signal.records import State

from .database import Database
from .events import DecisionRow, EventRow, decisions, events
from .heart import MinuteRow, minutes_between
from .intents import KeptIntent, intents_between
from .journal import KeptEntry, entries
from .moments import Day, Moment, Offsets, recordings
from .paging import MOST, Page, Window
from .prompts import KeptPrompt, prompts

JUDGED = frozenset({State.CALM, State.AROUSED})

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch that was not judged, and why."""

    start: Moment
    end: Moment
    cause: str
    """A `State`, or why a recording had ended: `stopped`, `suspended`, `ended`, `interrupted` or `clock_set`.
    """


@dataclass(frozen=True, slots=True)
class Timeline:
    """A local day, oldest first."""

    day: Day
    previous: date | None
    """The nearest day before that holds anything."""
    next: date | None
    minutes: tuple[MinuteRow, ...]
    spans: tuple[Span, ...]
    events: tuple[EventRow, ...]
    prompts: tuple[KeptPrompt, ...]
    decisions: tuple[DecisionRow, ...]
    entries: tuple[KeptEntry, ...]
    intents: tuple[KeptIntent, ...]


def timeline(database: Database, of: date) -> Timeline:
    """Return what a day holds, at most `paging.MOST` rows of each kind."""
    day = Offsets(database).day(of)
    start_ms, end_ms = day.start.wall_ms, day.end.wall_ms
    window = Window(start_ms, end_ms, MOST)
    minutes = tuple(minutes_between(database, start_ms, end_ms))
    return Timeline(
        day=day,
        previous=_nearest_before(database, start_ms),
        next=_nearest_after(database, end_ms),
        minutes=minutes,
        spans=tuple(spans(database, minutes, day)),
        events=_oldest_first(events(database, window)),
        prompts=_oldest_first(prompts(database, window)),
        decisions=_oldest_first(decisions(database, window)),
        entries=_oldest_first(entries(database, window)),
        intents=tuple(intents_between(database, start_ms, end_ms)),
    )


def spans(database: Database, minutes: tuple[MinuteRow, ...], day: Day) -> list[Span]:
    """Merge neighbouring minutes of one unjudged state, and add the time between two recordings."""
    found: list[Span] = []
    for minute in minutes:
        if minute.state in JUDGED:
            continue
        offset_s = minute.moment.utc_offset_s
        end = Moment(minute.moment.wall_ms + minute.seconds * 1000, offset_s)
        last = found[-1] if found else None
        if last is not None and last.cause == minute.state and last.end.wall_ms == minute.moment.wall_ms:
            found[-1] = Span(last.start, end, last.cause)
        else:
            found.append(Span(minute.moment, end, minute.state))
    parts = recordings(database, day.start.wall_ms, day.end.wall_ms)
    for before, after in pairwise(parts):
        if before.end_ms is not None and before.cause is not None:
            ended = Moment(before.wall_ms + before.end_ms, before.utc_offset_s)
            if ended.wall_ms < after.wall_ms:
                found.append(Span(ended, Moment(after.wall_ms, after.utc_offset_s), before.cause))
    return sorted(found, key=lambda span: span.start.wall_ms)


def states_of_day(database: Database, day: Day) -> dict[State, int]:
    """Return how many minutes of a day each state had: the day's accounting."""
    rows = database.rows(
        "SELECT state, count(*) FROM minutes WHERE wall_ms >= ? AND wall_ms < ? GROUP BY state",
        (day.start.wall_ms, day.end.wall_ms),
    )
    return {State(state): count for state, count in rows}


def _oldest_first(newest_first: Page[Item]) -> tuple[Item, ...]:
    return tuple(reversed(newest_first.items))


def _nearest_before(database: Database, start_ms: int) -> date | None:
    return _date(
        database,
        database.value(
            """SELECT max(wall_ms) FROM (
                SELECT max(wall_ms) AS wall_ms FROM minutes WHERE wall_ms < ?1
                UNION ALL SELECT max(coalesce(about_wall_ms, created_wall_ms)) FROM entries
                    WHERE coalesce(about_wall_ms, created_wall_ms) < ?1)""",
            (start_ms,),
        ),
    )


def _nearest_after(database: Database, end_ms: int) -> date | None:
    return _date(
        database,
        database.value(
            """SELECT min(wall_ms) FROM (
                SELECT min(wall_ms) AS wall_ms FROM minutes WHERE wall_ms >= ?1
                UNION ALL SELECT min(coalesce(about_wall_ms, created_wall_ms)) FROM entries
                    WHERE coalesce(about_wall_ms, created_wall_ms) >= ?1)""",
            (end_ms,),
        ),
    )


def _date(database: Database, wall_ms: int | None) -> date | None:
    return None if wall_ms is None else Offsets(database).moment(wall_ms).date
