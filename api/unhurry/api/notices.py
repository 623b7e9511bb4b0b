"""The notice that the heart was fast or slow for long, in plain words."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from unhurry.config.help_lines import Country
from unhurry.store import present
from unhurry.store.notices import KeptNotice, NoticeKind, last_notice

from .access import Given, Reading
from .times import iso_at

router = APIRouter(prefix="/api/notice", tags=["help"])


class Notice(BaseModel):
    """What to say, and what to ask before it."""

    id: int
    t: str
    question: str | None
    """Asked first where movement was not known; only a yes brings the text."""
    text: str
    without_numbers: str


class LatestNotice(BaseModel):
    """The notice of the last day, if there was one."""

    notice: Notice | None


@router.get("")
def show_notice(db: Reading, given: Given) -> LatestNotice:
    """The notice of the last 24 hours, or null."""
    now = present(db)
    kept = last_notice(db, now_wall_ms=now.moment.wall_ms)
    if kept is None:
        return LatestNotice(notice=None)
    here = next((each for each in given.help.countries if each.code == given.where.country), None)
    return LatestNotice(notice=notice_of(kept, now.moment.utc_offset_s, here))


def notice_of(kept: KeptNotice, utc_offset_s: int, country: Country | None) -> Notice:
    """Return a notice as the wire has it."""
    told = kept.notice
    high = told.kind is NoticeKind.HIGH
    still = " while you seemed still" if told.still_known else ""
    minutes = "ten" if told.minutes == 10 else str(told.minutes)
    call = "your local emergency number" if country is None else country.lines[0].call
    then = (
        f" With chest pain, fainting or trouble breathing, call {call}. Otherwise look whether the strap sits"
        " well. If it keeps happening, consider having it checked by a doctor."
    )
    line = f"{'above' if high else 'below'} {told.line_bpm} beats a minute"
    plain = f"{'faster' if high else 'slower'} than the line you keep for it"
    return Notice(
        id=kept.id,
        t=iso_at(kept.wall_ms, utc_offset_s),
        question=None if told.still_known else "Are you resting?",
        text=f"Your strap has read {line} for {minutes} minutes{still}.{then}",
        without_numbers=f"Your strap has read a heart {plain} for {minutes} minutes{still}.{then}",
    )
