"""Were the moments worth noticing? What the labels say, as the daemon has worked it out. Only read here."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel

from unhurry.store import Offsets
from unhurry.store.findings import FindingKind, latest_finding
from unhurry.store.labels import Label

from .access import Reading
from .sentences import SUGGESTIONS
from .times import iso

router = APIRouter(prefix="/api/usefulness", tags=["usefulness"])


class Share(BaseModel):
    """So many of so many, with the 95 % interval of the share behind it."""

    count: int
    of: int
    low: float
    high: float


class LabelCount(BaseModel):
    """How often the wearer said so."""

    label: Label
    every: int
    prompted: int


class Setting(BaseModel):
    """The setting a suggestion is about, as `/api/settings` names it."""

    name: str
    present: bool | float
    proposed: bool | float


class Suggestion(BaseModel):
    """One thing to try, with why and what speaks for it."""

    kind: Literal["tell_movement", "less_ready", "conversation", "more_ready"]
    title: str
    why: str
    setting: Setting | None
    cause: Share | None
    spared: Share | None
    lost: Share | None


class Usefulness(BaseModel):
    """How many moments were useful, by the wearer's labels; `as_of` null until it was worked out."""

    as_of: str | None
    days: int
    enough: bool
    wanted: int
    every: Share
    prompted: Share
    labels: list[LabelCount]
    unlabelled: int
    other_settings: int
    suggestion: Suggestion | None


_NOTHING = {"count": 0, "of": 0, "low": 0.0, "high": 1.0}
_NOT_YET: dict[str, Any] = {
    "days": 90,
    "enough": False,
    "wanted": 8,
    "every": _NOTHING,
    "prompted": _NOTHING,
    "labels": [{"label": label, "every": 0, "prompted": 0} for label in Label],
    "unlabelled": 0,
    "other_settings": 0,
    "suggestion": None,
}


@router.get("")
def usefulness(db: Reading) -> Usefulness:
    """Return what the labels say so far."""
    found = latest_finding(db, FindingKind.USEFULNESS)
    if found is None:
        return Usefulness.model_validate({**_NOT_YET, "as_of": None})
    as_of = iso(Offsets(db).moment(found.wall_ms))
    suggestion = found.content["suggestion"]
    if suggestion is not None:
        words = SUGGESTIONS[_about(suggestion)]
        suggestion = {**suggestion, "title": words.title, "why": words.why}
    return Usefulness.model_validate({**found.content, "as_of": as_of, "suggestion": suggestion})


def _about(suggestion: dict[str, Any]) -> str:
    kind, setting = suggestion["kind"], suggestion["setting"]
    if kind == "less_ready":
        return f"{kind} {'sustain' if 'sustain' in setting['name'] else 'score'}"
    return f"{kind} {setting['name']}" if kind == "tell_movement" and setting is not None else str(kind)
