"""The handful of settings a wearer may try on the days that were, before changing one.

In: settings and parameters as they are, changes as `NAME=VALUE`. Out: both with the changes, and `Triable`:
what the page shows of each. Nothing here writes a settings file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal

from pydantic import ValidationError

from unhurry.signal.parameters import Parameters

from .detection import parameters_of, with_parameter
from .errors import SettingsError, UsageError
from .settings import DetectionSettings, PromptSettings

_PROMPTS = "prompts."
_UNHEARD = frozenset({"terminal"})
"""Settings of the prompts that change where an offer is shown, not whether there is one."""

DETECTION_TABLE, PROMPT_TABLE = "detection.parameters", "prompts"
"""Where in `config.toml` a setting is kept."""


@dataclass(frozen=True, slots=True)
class Triable:
    """One setting, in plain words."""

    name: str
    table: str
    title: str
    words: str
    kind: Literal["number", "time", "switch"]
    unit: str | None = None
    least: float | None = None
    most: float | None = None
    step: float | None = None
    alone: bool | None = None
    """Whether it counts while movement is unknown (True) or known (False); None: always."""


def _score(name: str, *, alone: bool) -> Triable:
    words = "The higher, the fewer moments are noticed. 1 is a little above your usual, 4 is far above it."
    return Triable(
        name, DETECTION_TABLE, "How clear a rise must be", words, "number", None, 1.0, 6.0, 0.1, alone
    )


def _sustain(name: str, *, alone: bool) -> Triable:
    words = "For how long your heart must stay up before it counts as a moment."
    return Triable(
        name, DETECTION_TABLE, "How long it must last", words, "number", "seconds", 20, 600, 10, alone
    )


TRIABLE: tuple[Triable, ...] = (
    _score("on_score", alone=False),
    _score("alone_on_score", alone=True),
    _sustain("sustain_s", alone=False),
    _sustain("alone_sustain_s", alone=True),
    Triable(
        "budget_per_day",
        PROMPT_TABLE,
        "Offers a day at most",
        "After so many, Unhurry goes on listening and says nothing until midnight.",
        "number",
        "offers a day",
        0,
        20,
        1,
    ),
    Triable(
        "cooldown_min",
        PROMPT_TABLE,
        "Silence after an offer",
        "For so long after an offer there is no other.",
        "number",
        "minutes",
        0,
        600,
        5,
    ),
    Triable("quiet_from", PROMPT_TABLE, "Quiet from", "From this time on Unhurry makes no offers.", "time"),
    Triable("quiet_to", PROMPT_TABLE, "Quiet until", "The same time as above means no quiet hours.", "time"),
    Triable(
        "on_low_confidence",
        PROMPT_TABLE,
        "Speak when less sure",
        "Offers also while movement is unknown, or your usual is hardly known yet.",
        "switch",
    ),
)
"""In the order they are shown."""


def triable(name: str) -> Triable | None:
    """Return what is known of the setting called `name`, or None when it is not one of the handful."""
    return next((each for each in TRIABLE if each.name == name), None)


@dataclass(frozen=True, slots=True)
class Tried:
    """Settings under which days can be lived again."""

    prompts: PromptSettings
    parameters: Parameters

    @staticmethod
    def is_prompt_setting(name: str) -> bool:
        """Whether `name` belongs under `[prompts]`."""
        return name in PromptSettings.model_fields and name not in _UNHEARD

    def value(self, name: str) -> str:
        """Return a setting's value as `NAME=VALUE` writes it. Raises KeyError for an unknown name."""
        name = name.removeprefix(_PROMPTS)
        if name in PromptSettings.model_fields:
            return _text(self.prompts.model_dump(mode="json")[name])
        holder: object = self.parameters
        if name.startswith("motion."):
            holder, name = self.parameters.motion, name.removeprefix("motion.")
        if name not in {field.name for field in fields(Parameters)} and holder is self.parameters:
            raise KeyError(name)
        return _text(getattr(holder, name))

    def changed(self, changes: Mapping[str, str]) -> Tried:
        """Return a copy with `changes`, by the names of `detect --set` and those of `[prompts]`.

        Raises UsageError naming the setting that is unknown or the value it cannot have.
        """
        prompts = self.prompts.model_dump()
        parameters = self.parameters
        for name, text in changes.items():
            bare = name.removeprefix(_PROMPTS)
            if self.is_prompt_setting(bare):
                prompts[bare] = text
            elif bare != name:
                raise UsageError(
                    f"There is no setting called {name!r} that could be tried.",
                    "docs/decisions.md lists them.",
                )
            else:
                parameters = with_parameter(parameters, name, text, UsageError)
        try:
            return Tried(PromptSettings.model_validate(prompts), parameters)
        except ValidationError as error:
            first = error.errors()[0]
            name = str(first["loc"][0])
            raise UsageError(
                f"{changes.get(name, changes.get(_PROMPTS + name))!r} is no value for {name!r}: "
                f"{first['msg']}."
            ) from None


def kept_settings(text: str | None) -> Tried:
    """Return the settings of a text the store keeps (`Settings.as_json`).

    The defaults where there is none, or another version of Unhurry wrote what this one does not understand.
    """
    told: dict[str, Any] = {} if text is None else json.loads(text)
    try:
        prompts = PromptSettings.model_validate(told.get("prompts", {}))
        return Tried(prompts, parameters_of(DetectionSettings.model_validate(told.get("detection", {}))))
    except (ValidationError, SettingsError):
        return Tried(PromptSettings(), Parameters())


def toml_line(name: str, text: str) -> str:
    """Return the line that keeps a setting in `config.toml`."""
    known = triable(name)
    return f'{name} = "{text}"' if known is not None and known.kind == "time" else f"{name} = {text}"


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:g}"
    text = str(value)
    # A time is written without its seconds where it has none.
    return text.removesuffix(":00") if text.count(":") == 2 else text
