"""The practices over HTTP."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from unhurry.config.content import Practice as Read

from .access import Content, ListOf

router = APIRouter(prefix="/api/practices", tags=["practices"])


class Phase(BaseModel):
    """One part of a breath."""

    kind: Literal["in", "hold", "out"]
    seconds: float


class Step(BaseModel):
    """One screen of a practice without a breath to pace."""

    title: str
    text: str
    count: int


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


class PracticeList(ListOf[Practice]):
    """All practices, outward first, and the files that could not be read."""

    problems: list[str]


def practice_of(read: Read) -> Practice:
    """Return a practice as the wire has it."""
    return Practice.model_validate(read, from_attributes=True)


@router.get("")
def list_practices(practices: Content) -> PracticeList:
    """All practices; `problems` names files of the wearer's that could not be read."""
    return PracticeList(
        items=[practice_of(read) for read in practices.items], problems=list(practices.problems)
    )
