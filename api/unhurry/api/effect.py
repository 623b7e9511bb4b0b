"""Does it help? What the moments decided by lot say, as the daemon has worked it out. Only read here."""

from __future__ import annotations

import json
from typing import Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel

from unhurry.config.content import Practices
from unhurry.store import Database, Offsets
from unhurry.store.findings import FindingKind, latest_finding

from .access import Content, Reading
from .times import iso

router = APIRouter(prefix="/api/effect", tags=["effect"])


class Settling(BaseModel):
    """How long the heart took to be half-way back: Kaplan-Meier median and its 95 % interval."""

    n: int
    seen: int
    median_s: float | None
    low_s: float | None
    high_s: float | None


class EffectArm(BaseModel):
    """The moments in which Unhurry spoke, or waited, by lot."""

    n: int
    missing: int
    settling: Settling


class PracticeSettling(BaseModel):
    """The moments in which a practice was offered, by lot or not."""

    practice: str
    title: str
    settling: Settling


class EffectFound(BaseModel):
    """What can be said, and what it rests on. Differences: after an offer less after waiting."""

    on: bool
    as_of: str | None
    verdict: Literal["learning", "open", "helps", "hinders", "no_different"]
    sentence: str
    n: int
    next_look: int | None
    looked_at: int | None
    p_value: float | None
    difference_bpm: float | None
    low_bpm: float | None
    high_bpm: float | None
    spoke: EffectArm
    waited: EffectArm
    practices: list[PracticeSettling]


_NO_TIME = {"n": 0, "seen": 0, "median_s": None, "low_s": None, "high_s": None}
_NOT_YET: dict[str, Any] = {
    "verdict": "learning",
    "sentence": "Still learning (0 of 25).",
    "n": 0,
    "next_look": 25,
    "looked_at": None,
    "p_value": None,
    "difference_bpm": None,
    "low_bpm": None,
    "high_bpm": None,
    "spoke": {"n": 0, "missing": 0, "settling": _NO_TIME},
    "waited": {"n": 0, "missing": 0, "settling": _NO_TIME},
    "practices": [],
}


@router.get("")
def effect(db: Reading, practices: Content) -> EffectFound:
    """Say what is known by now of whether speaking helps."""
    kept = latest_finding(db, FindingKind.EFFECT)
    content = _NOT_YET if kept is None else kept.content
    return EffectFound.model_validate(
        {
            **content,
            "on": _on(db),
            "as_of": None if kept is None else iso(Offsets(db).moment(kept.wall_ms)),
            "practices": [
                {**each, "title": _title(practices, each["practice"])} for each in content["practices"]
            ],
        }
    )


def _title(practices: Practices, name: str) -> str:
    practice = practices.named(name)
    return name.replace("_", " ") if practice is None else practice.title


def _on(db: Database) -> bool:
    """Whether lots are drawn now, by the settings in force."""
    text = db.value("SELECT json FROM settings ORDER BY last_used_wall_ms DESC, rowid DESC LIMIT 1")
    return text is not None and json.loads(text).get("learning", {}).get("randomise") is True
