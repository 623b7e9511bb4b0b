"""The wearer's own pace over HTTP: how to find it, what was found, whether it is used."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from unhurry.signal.resonance import PACES, REST_S, STEP_MINUTES, Found
from unhurry.store import present
from unhurry.store.moments import DAY_MS, Offsets
from unhurry.store.resonance import Round, accept_round, accepted_pace, latest_round

from .access import Id, Reading, Writing
from .problems import BODY_PROBLEMS, Problem, not_found
from .times import iso

router = APIRouter(prefix="/api/resonance", tags=["practices"])

USUAL_PACE = 6.0
_AGAIN_DAYS = 60
"""A pace is looked for again after this: it moves with fitness, sleep and season."""


class PaceStep(BaseModel):
    """One pace that was tried."""

    per_minute: float
    used: bool
    """The heart went along with it, for enough breaths."""
    swing_bpm: float | None
    low_bpm: float | None
    high_bpm: float | None
    widest: float
    """In so many of the draws it swung widest (0 to 1)."""


class PaceRound(BaseModel):
    """What came of trying."""

    id: int
    t: str
    found: Found
    per_minute: float | None
    low_per_minute: float | None
    high_per_minute: float | None
    sentence: str
    steps: list[PaceStep]
    accepted: bool | None


class OwnPace(BaseModel):
    """The pace in use, the latest round, and how a round goes."""

    per_minute: float
    own: bool
    """False: the usual six, until one has been found and taken up."""
    due: bool
    """It has not been looked for yet, or not for long."""
    latest: PaceRound | None
    paces: list[float]
    step_minutes: float
    rest_s: float


class Taking(BaseModel):
    """Whether to breathe at what was found."""

    model_config = ConfigDict(extra="forbid")

    accepted: Literal[True, False]


@router.get("")
def own_pace(db: Reading) -> OwnPace:
    """The pace in use, and what was found when it was last looked for."""
    latest, pace = latest_round(db), accepted_pace(db)
    now_ms = present(db).moment.wall_ms
    return OwnPace(
        per_minute=USUAL_PACE if pace is None else pace,
        own=pace is not None,
        due=latest is None
        or latest.content["found"] == Found.NOT_ENOUGH
        or now_ms > latest.wall_ms + _AGAIN_DAYS * DAY_MS,
        latest=None if latest is None else _round_of(latest, Offsets(db)),
        paces=list(PACES),
        step_minutes=STEP_MINUTES,
        rest_s=REST_S,
    )


@router.post("/{round_id}/taking", responses={**BODY_PROBLEMS, 404: {"model": Problem}})
def take(round_id: Id, body: Taking, db: Writing) -> PaceRound:
    """Say whether to breathe at the pace of a round from now on."""
    kept = accept_round(db, round_id, accepted=body.accepted)
    if kept is None:
        raise not_found("pace that was found as number", round_id)
    return _round_of(kept, Offsets(db))


def _round_of(kept: Round, offsets: Offsets) -> PaceRound:
    content = kept.content
    return PaceRound(
        id=kept.id,
        t=iso(offsets.moment(kept.wall_ms)),
        found=Found(content["found"]),
        per_minute=content["per_minute"],
        low_per_minute=content["low_per_minute"],
        high_per_minute=content["high_per_minute"],
        sentence=_sentence(content["found"], content["per_minute"], content["low_per_minute"], content),
        steps=[PaceStep.model_validate(step) for step in content["steps"]],
        accepted=kept.accepted,
    )


def _sentence(found: str, pace: float | None, low: float | None, content: dict[str, object]) -> str:
    match found:
        case Found.PACE:
            return f"Your heart swung widest at {pace:g} breaths a minute."
        case Found.TOO_CLOSE:
            high = content["high_per_minute"]
            between = f"Between {low:g} and {high:g} breaths a minute"
            return f"{between} it was too close to tell. Any of them will do."
        case _:
            reason = {
                "moved": " You moved meanwhile.",
                "few_beats": " Too few clear beats came from the strap.",
                "no_beats": " No strap was being read.",
                "another_clock": " The day here runs at another speed than your breath.",
                "short": " It takes three paces of two minutes each, without a break.",
            }.get(
                str(content.get("why")),
                " Some hearts hardly show a breath; six a minute is a good pace then.",
            )
            return f"This time it could not be told.{reason}"
