"""The wearer's wishes over HTTP; the running service takes them up within a second."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, model_validator

from unhurry.store import Database, IntentKind, Present, present
from unhurry.store.intents import SNOOZE_MIN, KeptIntent, add_intent
from unhurry.store.straps import is_known_strap

from .access import Content, Writing
from .problems import BODY_PROBLEMS, Problem, contradicted, refused
from .times import iso_at
from .trying import MOST_DAYS, question_arguments

router = APIRouter(prefix="/api/intents", tags=["intents"])


class Arguments(BaseModel):
    """What a wish may say more exactly; each belongs to one kind."""

    model_config = ConfigDict(extra="forbid")

    minutes: Annotated[int | None, Field(ge=0, le=24 * 60)] = None
    """How long to snooze; 0 ends a snooze."""
    on: bool | None = None
    practice: Annotated[str | None, Field(max_length=60)] = None
    address: Annotated[str | None, Field(max_length=60)] = None
    """Which strap."""
    settings: Annotated[dict[str, bool | float | str] | None, Field(max_length=12)] = None
    """What to try, by name."""
    days: Annotated[int | None, Field(ge=1, le=MOST_DAYS)] = None
    """On how many of the last days worn."""


_TAKES: dict[IntentKind, tuple[str, ...]] = {
    IntentKind.SNOOZE: ("minutes",),
    IntentKind.OBSERVE: ("on",),
    IntentKind.START_PRACTICE: ("practice",),
    IntentKind.ENABLE_PRACTICE: ("practice",),
    IntentKind.CHOOSE_STRAP: ("address",),
    IntentKind.WHAT_IF: ("settings", "days"),
}


class NewIntent(BaseModel):
    """A wish."""

    model_config = ConfigDict(extra="forbid")

    kind: IntentKind
    arguments: Arguments = Arguments()

    @model_validator(mode="after")
    def _fits(self) -> NewIntent:
        for name in self.arguments.model_fields_set:
            if name not in _TAKES.get(self.kind, ()):
                raise ValueError(f"`{name}` does not belong to `{self.kind}`")
        return self


class Kept(BaseModel):
    """The wish is on the disk."""

    id: int


class Intent(BaseModel):
    """A wish of the past."""

    id: int
    kind: IntentKind
    t: str
    arguments: dict[str, Any]


def intent_of(kept: KeptIntent) -> Intent:
    """Return a wish as the wire has it."""
    return Intent(
        id=kept.id, kind=kept.kind, t=iso_at(kept.wall_ms, kept.utc_offset_s), arguments=kept.arguments
    )


@router.post("", status_code=202, responses=BODY_PROBLEMS | {409: {"model": Problem}})
def wish(body: NewIntent, db: Writing, practices: Content) -> Kept:
    """Keep a wish for the running service."""
    arguments = body.arguments.model_dump(exclude_none=True)
    now = present(db)
    match body.kind:
        case IntentKind.SNOOZE:
            arguments.setdefault("minutes", SNOOZE_MIN)
        case IntentKind.OBSERVE:
            arguments.setdefault("on", True)
        case IntentKind.START_PRACTICE | IntentKind.ENABLE_PRACTICE:
            name = arguments.get("practice")
            if not isinstance(name, str):
                raise refused("Say which practice: `arguments.practice`.")
            if practices.named(name) is None:
                raise refused(f"There is no practice {name!r}.")
        case IntentKind.CHOOSE_STRAP:
            _check_choice(db, arguments.get("address"))
        case IntentKind.PAUSE | IntentKind.RESUME:
            _check_live(now)
        case IntentKind.WHAT_IF:
            arguments = question_arguments(db, body.arguments.settings, body.arguments.days)
        case _:
            pass
    return Kept(id=add_intent(db, body.kind, arguments, now.moment))


def _check_choice(db: Database, address: object) -> None:
    if not isinstance(address, str):
        raise refused("Say which strap: `arguments.address`.")
    if not is_known_strap(db, address):
        raise refused(f"{address} is not in reach and has never been worn: choose one of `straps_in_reach`.")


def _check_live(now: Present) -> None:
    if now.recording is not None and now.recording.source != "ble":
        what = "A simulated day is being shown" if now.recording.simulated else "A recording is being played"
        raise contradicted(f"{what}; there is nothing to pause.")
