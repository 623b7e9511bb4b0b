"""Practices as they are done, over HTTP: the page tells when one begins and ends, and asks how it went."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field, model_validator

from unhurry.config.content import Practices
from unhurry.signal.adherence import Followed
from unhurry.store import Moment, present
from unhurry.store.practice_runs import EndedBy, KeptRun, NewRun, Paced, Told, begin_run, run, runs, tell_run

from .access import Content, Id, ListOf, Reading, Wanted, Writing
from .problems import BODY_PROBLEMS, Problem, not_found, refused
from .times import iso

router = APIRouter(prefix="/api/practice-runs", tags=["practices"])

_LONGEST_S = 3 * 3600.0
Seconds = Annotated[float, Field(ge=0, le=_LONGEST_S, allow_inf_nan=False)]
Distress = Annotated[int | None, Field(ge=0, le=10)]

_COULD_NOT = "Whether your heart went along cannot be told"
_SENTENCES: dict[str, str] = {
    Followed.WITH_IT: "Your heart went along with the breath.",
    Followed.IN_PART: "Your heart went along with the breath for a part of it.",
    "short": f"{_COULD_NOT}: that takes two minutes without a break.",
    "few_beats": f"{_COULD_NOT}: too few clear beats came from the strap.",
    "no_beats": f"{_COULD_NOT}: no strap was being read.",
    "moved": f"{_COULD_NOT}: you moved meanwhile, which moves a heart, too.",
    "small_swing": f"{_COULD_NOT}: some hearts hardly show a breath. It says nothing about how you breathed.",
    "own_way": "Your heart took its own way. That is fine, and says little about how you breathed.",
    "another_clock": f"{_COULD_NOT}: the day here runs at another speed than your breath.",
}


class Stretch(BaseModel):
    """When the breath was paced without a break, in seconds after the practice began."""

    model_config = ConfigDict(extra="forbid")

    from_s: Seconds
    until_s: Seconds | None = None
    """Null while it still is."""


class Beginning(BaseModel):
    """A practice that has begun."""

    model_config = ConfigDict(extra="forbid")

    practice: Annotated[str, Field(max_length=60)]
    prompt: Annotated[int | None, Field(ge=1, le=2**53 - 1)] = None
    ago_s: Annotated[float, Field(ge=0, le=600, allow_inf_nan=False)] = 0.0
    """How long ago, on the clock of whoever practises."""
    breath_s: Annotated[float | None, Field(ge=4, le=40, allow_inf_nan=False)] = None
    """Length of one paced breath, where it is not that of the practice."""


class Telling(BaseModel):
    """What there is to tell of a practice."""

    model_config = ConfigDict(extra="forbid")

    paced: Annotated[list[Stretch] | None, Field(max_length=200)] = None
    ended_by: EndedBy | None = None
    felt: Literal["better", "same", "worse"] | None = None
    distress_before: Distress = None
    distress_after: Distress = None

    @model_validator(mode="after")
    def _in_order(self) -> Telling:
        stretches = self.paced or []
        ends = [each.until_s for each in stretches]
        if any(end is None for end in ends[:-1]):
            raise ValueError("only the last of `paced` may still be going on")
        if any(end is not None and end < each.from_s for each, end in zip(stretches, ends, strict=True)):
            raise ValueError("a stretch of `paced` ends before it begins")
        if any(after.from_s < (before.until_s or 0) for before, after in pairwise(stretches)):
            raise ValueError("the stretches of `paced` follow each other")
        return self


class Look(BaseModel):
    """One window of the heart's course beside the pacer, in seconds after the practice began."""

    from_s: float
    until_s: float
    share: float | None
    """Of the heart's variation, how much lay at the pace (0 to 1)."""
    swing_bpm: float | None
    """How far the heart swung with it, from trough to peak."""
    locking: float | None
    """How well it kept step (0 to 1)."""
    went_along: bool | None


class Run(BaseModel):
    """A practice as it is kept."""

    id: int
    practice: str
    title: str
    prompt: int | None
    started: str
    ended: str | None
    ended_by: EndedBy | None
    felt: str | None
    distress_before: int | None
    distress_after: int | None
    breath_s: float | None
    paced: list[Stretch]
    followed: Followed | None
    why: str | None
    """Why it could not be told."""
    so_far: Literal["with_it", "own_way", "could_not_tell"] | None
    """What the last two minutes say, while it goes on."""
    sentence: str | None
    looks: list[Look]
    minutes: list[Look]


def run_of(kept: KeptRun, practices: Practices) -> Run:
    """Return a practice as the wire has it."""
    numbers = kept.numbers
    practice = practices.named(kept.practice)
    why: str | None = numbers.get("why")
    key = why if kept.followed is Followed.COULD_NOT_TELL else kept.followed
    return Run(
        id=kept.id,
        practice=kept.practice,
        title=kept.practice.replace("_", " ") if practice is None else practice.title,
        prompt=kept.prompt_id,
        started=iso(kept.started),
        ended=None if kept.ended is None else iso(kept.ended),
        ended_by=kept.ended_by,
        felt=kept.felt,
        distress_before=numbers.get("distress_before"),
        distress_after=numbers.get("distress_after"),
        breath_s=None if kept.breath_ms is None else kept.breath_ms / 1000,
        paced=[
            Stretch(
                from_s=each.from_ms / 1000, until_s=None if each.until_ms is None else each.until_ms / 1000
            )
            for each in kept.paced
        ],
        followed=kept.followed,
        why=why,
        so_far=numbers.get("so_far"),
        sentence=None if key is None else _SENTENCES.get(key, f"{_COULD_NOT}."),
        looks=[_look(each) for each in numbers.get("looks", ())],
        minutes=[_look(each) for each in numbers.get("minutes", ())],
    )


def _look(found: dict[str, Any]) -> Look:
    return Look(
        from_s=found["from_ms"] / 1000,
        until_s=found["until_ms"] / 1000,
        share=found["share"],
        swing_bpm=found["swing_bpm"],
        locking=found["locking"],
        went_along=found["went_along"],
    )


@router.get("")
def list_runs(
    db: Reading,
    window: Wanted,
    practices: Content,
    prompt: Annotated[int | None, Query(ge=1, le=2**53 - 1)] = None,
) -> ListOf[Run]:
    """Practices that were begun, newest first; with `prompt`, those of one offer."""
    found = runs(db, window, prompt_id=prompt)
    return ListOf(items=[run_of(kept, practices) for kept in found.items], next=found.next)


@router.get("/{run_id}", responses={404: {"model": Problem}})
def show_run(run_id: Id, db: Reading, practices: Content) -> Run:
    """One practice; `followed` comes some seconds after its end."""
    kept = run(db, run_id)
    if kept is None:
        raise not_found("practice that was begun as number", run_id)
    return run_of(kept, practices)


@router.post("", status_code=201, responses={**BODY_PROBLEMS, 404: {"model": Problem}})
def begin(body: Beginning, db: Writing, practices: Content) -> Run:
    """Keep that a practice has begun."""
    practice = practices.named(body.practice)
    if practice is None and body.breath_s is None:
        raise refused(f"There is no practice {body.practice!r}.")
    paced_s = sum(phase.seconds for phase in practice.phases) if practice is not None else 0.0
    breath_s = body.breath_s or paced_s or None
    now = present(db)
    speed = now.speed if now.running else 1.0
    kept_id = begin_run(
        db,
        NewRun(
            body.practice,
            Moment(now.moment.wall_ms - round(body.ago_s * 1000 * speed), now.moment.utc_offset_s),
            body.prompt,
            None if breath_s is None else round(breath_s * 1000),
            speed,
        ),
    )
    kept = None if kept_id is None else run(db, kept_id)
    if kept is None:
        raise not_found("offer", body.prompt or 0)
    return run_of(kept, practices)


@router.patch("/{run_id}", responses={**BODY_PROBLEMS, 404: {"model": Problem}})
def tell(run_id: Id, body: Telling, db: Writing, practices: Content) -> Run:
    """Tell how it goes on, how it ended, how it felt. It ends once: the first end stays."""
    told = Told(
        None
        if body.paced is None
        else tuple(
            Paced(round(each.from_s * 1000), None if each.until_s is None else round(each.until_s * 1000))
            for each in body.paced
        ),
        body.ended_by,
        body.felt,
        body.distress_before,
        body.distress_after,
    )
    kept = tell_run(db, run_id, told, present(db).moment)
    if kept is None:
        raise not_found("practice that was begun as number", run_id)
    return run_of(kept, practices)
