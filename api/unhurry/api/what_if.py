"""What would I have got? What came of trying other settings.

In: requests. Out: answers the service has worked out; asking is an intent (`what_if`). Nothing here changes a
setting.
"""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel

from unhurry.config.trying import kept_settings, toml_line, triable
from unhurry.store import Database, present
from unhurry.store.questions import AnswerState, Question, question
from unhurry.store.worn import settings_in_force

from .access import Id, Reading
from .problems import PROBLEMS, Problem, not_found
from .times import iso

router = APIRouter(prefix="/api/what-if", tags=["what if"])


class TriedSetting(BaseModel):
    """A setting as it is and as it was tried."""

    name: str
    title: str
    unit: str | None
    before: str
    after: str


class Line(BaseModel):
    """What to write into `config.toml`."""

    table: str
    line: str


class DayCounts(BaseModel):
    """One local day."""

    date: str
    worn_hours: float
    events_before: int
    events_after: int
    offers_before: int
    offers_after: int


class Total(BaseModel):
    """All days together."""

    days: int
    worn_hours: float
    events_before: int
    events_after: int
    offers_before: int
    offers_after: int
    events_lost: int
    events_gained: int
    offers_lost: int
    offers_gained: int


class Change(BaseModel):
    """A moment of which something else would have come."""

    t: str
    event: int | None
    rise_bpm: float
    hr_peak_bpm: float
    lasted_s: float | None
    label: str | None
    answer: str | None
    felt: str | None
    before: Literal["prompt", "held"] | None
    reason_before: str | None
    after: Literal["prompt", "held"] | None
    reason_after: str | None


class Recorded(BaseModel):
    """What was kept of those days."""

    events: int
    offers: int
    days_differing: int
    sentence: str | None


class Result(BaseModel):
    """What came of it."""

    days: list[DayCounts]
    total: Total
    changes: list[Change]
    left_out: int
    recorded: Recorded


class WhatIf(BaseModel):
    """A question and how far its answer is."""

    id: int
    asked: str
    state: Literal["waiting", "working", "done", "failed"]
    progress: float | None
    sentence: str
    settings: list[TriedSetting]
    keep: list[Line]
    result: Result | None


_STATES: dict[AnswerState, Literal["waiting", "working", "done", "failed"]] = {
    AnswerState.WAITING: "waiting",
    AnswerState.WORKING: "working",
    AnswerState.DONE: "done",
    AnswerState.FAILED: "failed",
    AnswerState.REPLACED: "failed",
}
_WORDS: dict[AnswerState, str] = {
    AnswerState.WAITING: "Unhurry takes this up in a moment.",
    AnswerState.WORKING: "Your days are lived through once more.",
    AnswerState.REPLACED: "A newer question took the place of this one.",
}
_NOBODY = "Unhurry is not running. It takes this up when it is."


@router.get("/{question_id}", responses=PROBLEMS | {404: {"model": Problem}})
def what_if(question_id: Id, db: Reading) -> WhatIf:
    """What came of a question, or how far it is."""
    found = question(db, question_id)
    if found is None:
        raise not_found("question", question_id)
    return _answer(db, found)


def _answer(db: Database, found: Question) -> WhatIf:
    content = found.content
    words = _WORDS.get(found.state, "")
    if found.state is AnswerState.WAITING and not present(db).running:
        words = _NOBODY
    asked = _asked(db, found)
    return WhatIf(
        id=found.id,
        asked=iso(found.asked),
        state=_STATES[found.state],
        progress=content.get("progress"),
        sentence=content.get("sentence", words),
        settings=[TriedSetting.model_validate(each) for each in content.get("settings", asked)],
        keep=[
            Line(table=known.table, line=toml_line(name, text))
            for name, text in found.settings.items()
            if (known := triable(name)) is not None
        ],
        result=None if "result" not in content else Result.model_validate(content["result"]),
    )


def _asked(db: Database, found: Question) -> list[dict[str, Any]]:
    """Return what is tried, from the question itself: there is no answer yet that says it."""
    now = kept_settings(settings_in_force(db)[1])
    return [
        {"name": name, "title": known.title, "unit": known.unit, "before": now.value(name), "after": text}
        for name, text in found.settings.items()
        if (known := triable(name)) is not None
    ]
