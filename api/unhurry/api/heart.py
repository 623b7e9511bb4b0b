"""The heart's course over HTTP: by beat, second, minute or hour."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, Literal, TypeAlias, TypeVar

from fastapi import APIRouter, Response
from pydantic import BaseModel

from unhurry.signal.records import State
from unhurry.store import Database, present
from unhurry.store.heart import (
    MinuteRow,
    beats_between,
    hours_between,
    minutes,
    minutes_between,
    seconds_between,
)

from .access import ListOf, Reading, Wanted
from .numbers import tenth, thousandth
from .problems import refused
from .times import Time, iso, wall_ms

router = APIRouter(prefix="/api", tags=["heart rate"])

Item = TypeVar("Item")

Resolution = Literal["beat", "second", "minute", "hour"]

_HOUR_MS = 3_600_000

_USUAL_MS: dict[Resolution, int] = {
    "beat": _HOUR_MS // 6,
    "second": _HOUR_MS,
    "minute": 24 * _HOUR_MS,
    "hour": 7 * 24 * _HOUR_MS,
}
"""How far back an answer reaches when no start is given."""

_MOST: dict[Resolution, tuple[int, str]] = {
    "beat": (6 * _HOUR_MS, "6 hours"),
    "second": (24 * _HOUR_MS, "24 hours"),
    "minute": (31 * 24 * _HOUR_MS, "31 days"),
    "hour": (400 * 24 * _HOUR_MS, "400 days"),
}


class Beat(BaseModel):
    """One beat."""

    t: str
    rr_ms: float
    verdict: str


class Second(BaseModel):
    """The heart rate of one second."""

    t: str
    hr_bpm: float | None


class Minute(BaseModel):
    """One minute and what it was."""

    t: str
    hr_bpm: float | None
    baseline_bpm: float | None
    spread_bpm: float | None
    rmssd_ms: float | None
    motion: float | None
    state: State
    seconds: int
    quality: float


class Hour(BaseModel):
    """One local hour."""

    t: str
    hr_bpm: float | None
    seconds_measured: int


class CourseOf(BaseModel, Generic[Item]):
    """A stretch of the heart's course, oldest first."""

    resolution: Resolution
    items: list[Item]
    next: None = None


Course: TypeAlias = CourseOf[Beat] | CourseOf[Second] | CourseOf[Minute] | CourseOf[Hour]


def minute_of(row: MinuteRow) -> Minute:
    """Return a minute as the wire has it."""
    return Minute(
        t=iso(row.moment),
        hr_bpm=tenth(row.hr_bpm),
        baseline_bpm=tenth(row.baseline_bpm),
        spread_bpm=tenth(row.spread_bpm),
        rmssd_ms=tenth(row.rmssd_ms),
        motion=thousandth(row.motion),
        state=row.state,
        seconds=row.seconds,
        quality=round(row.quality, 3),
    )


@router.get("/heart-rate", response_model=Course)
def heart_rate(
    db: Reading, resolution: Resolution = "minute", start: Time | None = None, end: Time | None = None
) -> Response:
    """The heart's course in [start, end); without them, up to the recording's now."""
    end_ms = present(db).moment.wall_ms if end is None else wall_ms(end)
    start_ms = end_ms - _USUAL_MS[resolution] if start is None else wall_ms(start)
    most_ms, words = _MOST[resolution]
    if end_ms - start_ms > most_ms:
        raise refused(f"At most {words} at a time by the {resolution}: bring start and end closer.")
    course = _COURSES[resolution](db, start_ms, end_ms)
    # Written out here: FastAPI would check a day's 86 400 seconds once more.
    return Response(course.model_dump_json(), media_type="application/json")


@router.get("/minutes")
def list_minutes(db: Reading, window: Wanted) -> ListOf[Minute]:
    """Minutes of all recordings, newest first."""
    found = minutes(db, window)
    return ListOf(items=[minute_of(row) for row in found.items], next=found.next)


def _beats(db: Database, start_ms: int, end_ms: int) -> Course:
    items = [
        Beat(t=iso(row.moment), rr_ms=round(row.rr_ms, 3), verdict=row.verdict)
        for row in beats_between(db, start_ms, end_ms)
    ]
    return CourseOf[Beat](resolution="beat", items=items)


def _seconds(db: Database, start_ms: int, end_ms: int) -> Course:
    items = [
        Second(t=iso(row.moment), hr_bpm=tenth(row.hr_bpm)) for row in seconds_between(db, start_ms, end_ms)
    ]
    return CourseOf[Second](resolution="second", items=items)


def _minutes(db: Database, start_ms: int, end_ms: int) -> Course:
    items = [minute_of(row) for row in minutes_between(db, start_ms, end_ms)]
    return CourseOf[Minute](resolution="minute", items=items)


def _hours(db: Database, start_ms: int, end_ms: int) -> Course:
    items = [
        Hour(t=iso(row.moment), hr_bpm=tenth(row.hr_bpm), seconds_measured=row.seconds_measured)
        for row in hours_between(db, start_ms, end_ms)
    ]
    return CourseOf[Hour](resolution="hour", items=items)


_COURSES: dict[Resolution, Callable[[Database, int, int], Course]] = {
    "beat": _beats,
    "second": _seconds,
    "minute": _minutes,
    "hour": _hours,
}
