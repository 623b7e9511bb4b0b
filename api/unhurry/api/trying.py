"""The settings a wearer may try before changing one, and what may be asked of them.

In: requests. Out: the handful with words, bounds and present values; the arguments of a question. Nothing
here changes a setting.
"""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel

from unhurry.config import UsageError
from unhurry.config.trying import TRIABLE, Triable, Tried, kept_settings, triable
from unhurry.store import Database
from unhurry.store.worn import movement_known, settings_in_force, worn_days

from .access import Reading
from .problems import contradicted, refused

router = APIRouter(prefix="/api/settings", tags=["what if"])

DAYS, MOST_DAYS = 14, 90
"""How many days worn are looked at, when nothing is said and at most."""


class TriableSetting(BaseModel):
    """A setting a wearer may try."""

    name: str
    table: str
    title: str
    words: str
    kind: Literal["number", "time", "switch"]
    unit: str | None
    value: str
    default: str
    least: float | None
    most: float | None
    step: float | None


class TriableSettings(BaseModel):
    """The handful of them."""

    version: str | None
    items: list[TriableSetting]


@router.get("")
def settings(db: Reading) -> TriableSettings:
    """The handful of settings a wearer may try, as they are."""
    version, text = settings_in_force(db)
    now, default = kept_settings(text), kept_settings(None)
    alone = not movement_known(db)
    return TriableSettings(
        version=version,
        items=[_triable(each, now, default) for each in TRIABLE if each.alone is None or each.alone == alone],
    )


def question_arguments(
    db: Database, tried: dict[str, str | float | bool] | None, days: int | None
) -> dict[str, Any]:
    """Return the arguments of a `what_if` intent. Raises HTTPException saying what cannot be tried."""
    if not tried:
        raise refused("Say what to try: `arguments.settings`.")
    changes: dict[str, str] = {}
    for name, value in tried.items():
        known = triable(name.removeprefix("prompts."))
        if known is None:
            raise refused(f"{name!r} cannot be tried here. These can: {', '.join(_names())}.")
        changes[known.name] = _checked(known, _text(value))
    try:
        kept_settings(settings_in_force(db)[1]).changed(changes)
    except UsageError as error:
        raise refused(str(error)) from error
    if not worn_days(db, 1):
        raise contradicted("There is no day to look at yet: wear the strap first.")
    return {"settings": changes, "days": DAYS if days is None else days}


def _triable(each: Triable, now: Tried, default: Tried) -> TriableSetting:
    return TriableSetting(
        name=each.name,
        table=each.table,
        title=each.title,
        words=each.words,
        kind=each.kind,
        unit=each.unit,
        value=now.value(each.name),
        default=default.value(each.name),
        least=each.least,
        most=each.most,
        step=each.step,
    )


def _names() -> list[str]:
    return [each.name for each in TRIABLE]


def _text(given: str | float) -> str:
    """Return a value as `--set` writes it; JSON's true is a number to Python."""
    if isinstance(given, bool):
        return "true" if given else "false"
    return given.strip() if isinstance(given, str) else f"{given:g}"


def _checked(known: Triable, text: str) -> str:
    """Return the value, if it is within bounds; of what kind it must be is asked later."""
    if known.kind == "number" and known.least is not None and known.most is not None:
        try:
            within = known.least <= float(text) <= known.most
        except ValueError:
            within = False
        if not within:
            raise refused(f"{known.title}: from {known.least:g} to {known.most:g}, not {text}.")
    if known.kind == "switch" and text not in {"true", "false"}:
        raise refused(f"{known.title}: true or false, not {text}.")
    return text
