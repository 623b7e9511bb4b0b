"""How moments and offers went on, over HTTP. Worked out by the daemon, only read here."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from unhurry.store.events import OutcomeRow, outcomes

from .access import ListOf, Reading, Wanted
from .numbers import tenth
from .times import iso

router = APIRouter(prefix="/api/outcomes", tags=["events"])


class Outcome(BaseModel):
    """How a moment or an offer went on; null: not known, or not yet."""

    id: int
    event: int | None
    prompt: int | None
    t: str
    settled_half_s: float | None
    followed_s: float | None
    area_bpm_min: float | None
    rmssd_after_ms: float | None
    recurred_s: int | None
    distress_before: int | None
    distress_after: int | None
    felt: str | None
    feeling: str | None
    note: str | None


def outcome_of(row: OutcomeRow) -> Outcome:
    """Return an outcome as the wire has it."""
    return Outcome(
        id=row.id,
        event=row.event_id,
        prompt=row.prompt_id,
        t=iso(row.moment),
        settled_half_s=row.settled_half_s,
        followed_s=row.followed_s,
        area_bpm_min=tenth(row.area_bpm_min),
        rmssd_after_ms=tenth(row.rmssd_after_ms),
        recurred_s=None if row.recurred_s is None else round(row.recurred_s),
        distress_before=row.distress_before,
        distress_after=row.distress_after,
        felt=row.felt,
        feeling=row.feeling,
        note=row.note,
    )


@router.get("")
def list_outcomes(db: Reading, window: Wanted) -> ListOf[Outcome]:
    """How moments and offers went on, newest first."""
    found = outcomes(db, window)
    return ListOf(items=[outcome_of(row) for row in found.items], next=found.next)
