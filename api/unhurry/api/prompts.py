"""Offers over HTTP, and answering them."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, model_validator

from unhurry.config.content import Practices
from unhurry.store import Answer, present
from unhurry.store.paging import Page
from unhurry.store.prompts import Given as GivenAnswer
from unhurry.store.prompts import KeptPrompt, answer_prompt, prompts

from .access import Content, Id, ListOf, Reading, Wanted, Writing
from .problems import BODY_PROBLEMS, Problem, not_found
from .times import iso_at

router = APIRouter(prefix="/api/prompts", tags=["prompts"])

WhyNotNow = Literal["meeting", "driving", "excited", "leave_me_today"]


class Prompt(BaseModel):
    """An offer."""

    id: int
    event: int | None
    shown: str
    expires: str
    practice: str
    title: str
    answer: Answer | None
    reason: str | None
    answered: str | None
    closed: Literal["answered", "expired"] | None


class AnswerBody(BaseModel):
    """What the wearer says to an offer."""

    model_config = ConfigDict(extra="forbid")

    answer: Answer
    reason: WhyNotNow | None = None
    felt: Literal["better", "same", "worse"] | None = None
    feeling: Annotated[str | None, Field(max_length=200)] = None
    note: Annotated[str | None, Field(max_length=20_000)] = None
    distress: Annotated[int | None, Field(ge=0, le=10)] = None

    @model_validator(mode="after")
    def _fits(self) -> AnswerBody:
        if self.reason is not None and self.answer is not Answer.NOT_NOW:
            raise ValueError("a reason belongs to `not_now`")
        if self.answer is not Answer.DONE and (self.felt, self.feeling, self.note) != (None, None, None):
            raise ValueError("`felt`, `feeling` and `note` belong to `done`")
        if self.distress is not None and self.answer not in {Answer.START, Answer.DONE}:
            raise ValueError("`distress` belongs to `start` (before) and `done` (after)")
        return self


def prompt_of(kept: KeptPrompt, practices: Practices) -> Prompt:
    """Return an offer as the wire has it."""
    practice = practices.named(kept.practice)
    answered = kept.answered_wall_ms
    return Prompt(
        id=kept.id,
        event=kept.event_id,
        shown=iso_at(kept.shown_wall_ms, kept.utc_offset_s),
        expires=iso_at(kept.expires_wall_ms, kept.utc_offset_s),
        practice=kept.practice,
        title=practice.offer if practice is not None else "A slow breath?",
        answer=kept.answer,
        reason=kept.answer_reason,
        answered=None if answered is None else iso_at(answered, kept.utc_offset_s),
        closed="answered" if kept.closed == "answered" else "expired" if kept.closed is not None else None,
    )


def prompts_of(found: Page[KeptPrompt], practices: Practices) -> ListOf[Prompt]:
    """Return a piece of the list of offers."""
    return ListOf(items=[prompt_of(kept, practices) for kept in found.items], next=found.next)


@router.get("")
def list_prompts(db: Reading, window: Wanted, practices: Content) -> ListOf[Prompt]:
    """Offers, newest first."""
    return prompts_of(prompts(db, window), practices)


@router.post(
    "/{prompt_id}/answer", responses={**BODY_PROBLEMS, 404: {"model": Problem}, 409: {"model": Problem}}
)
def answer(prompt_id: Id, body: AnswerBody, db: Writing, practices: Content) -> Prompt:
    """Answer an offer, also an expired one; `done` may follow `start`, a reason may follow `not_now`."""
    given = GivenAnswer(body.answer, body.reason, body.felt, body.feeling, body.note, body.distress)
    kept = answer_prompt(db, prompt_id, given, present(db).moment)
    if kept is None:
        raise not_found("offer", prompt_id)
    return prompt_of(kept, practices)
