"""The practices over HTTP."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from unhurry.config import Exclusion
from unhurry.config.content import Practice as Read
from unhurry.config.exclusions import SAID
from unhurry.store.practices import retired_practices
from unhurry.store.resonance import accepted_pace

from .access import Content, Given, ListOf, Reading

router = APIRouter(prefix="/api/practices", tags=["practices"])

OWN_PACE = "resonance"
"""The practice that goes at the wearer's own pace."""


class Phase(BaseModel):
    """One part of a breath."""

    kind: Literal["in", "hold", "out"]
    seconds: float
    say: str | None
    """What to say instead of the usual words."""


class Timed(BaseModel):
    """A stretch of a step that takes its own time."""

    say: str
    seconds: float


class Step(BaseModel):
    """One screen of a practice without a breath to pace."""

    title: str
    text: str
    count: int
    choices: list[str]
    timed: list[Timed]


class Practice(BaseModel):
    """What a wearer can be offered."""

    name: str
    title: str
    group: Literal["outward", "breath", "body", "words"]
    minutes: float
    offer: str
    words: str
    caution: str
    source: str
    phases: list[Phase]
    steps: list[Step]
    offered: bool
    """May come with an offer; else it is there to be chosen."""
    holds: bool
    not_with: list[Exclusion]


class PutAway(BaseModel):
    """A practice that is not offered now, and why."""

    name: str
    title: str
    why: Literal["worse", "excluded"]
    because: list[str]
    """In words, what the wearer said that it does not go with; empty for `worse`."""


class PracticeList(ListOf[Practice]):
    """All practices there are for this wearer, outward first."""

    put_away: list[PutAway]
    problems: list[str]


def practice_of(read: Read, own_pace: float | None = None) -> Practice:
    """Return a practice as the wire has it; "Your own slow pace" at the wearer's own, once taken up."""
    practice = Practice.model_validate(read, from_attributes=True)
    if practice.name == OWN_PACE and practice.phases and own_pace is not None:
        longer = 60 / own_pace / sum(phase.seconds for phase in practice.phases)
        for phase in practice.phases:
            phase.seconds = round(phase.seconds * longer, 3)
    return practice


@router.get("")
def list_practices(practices: Content, db: Reading, given: Given) -> PracticeList:
    """All practices; `put_away` those left out, `problems` files of the wearer's that could not be read."""
    worse = retired_practices(db)
    excluded = frozenset(given.exclude)
    own_pace = accepted_pace(db)
    return PracticeList(
        items=[practice_of(read, own_pace) for read in practices.items if read.name not in worse],
        put_away=[
            *(
                PutAway(name=read.name, title=read.title, why="worse", because=[])
                for read in practices.items
                if read.name in worse
            ),
            *(
                PutAway(
                    name=read.name,
                    title=read.title,
                    why="excluded",
                    because=[SAID[each] for each in read.not_with if each in excluded],
                )
                for read in practices.left_out
            ),
        ],
        problems=list(practices.problems),
    )
