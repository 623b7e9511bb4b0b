"""What a wearer can set, with the defaults.

In: a TOML file in the config folder, `UNHURRY_…` variables. Out: `Settings`. Unknown keys are refused
by name: a typo in a quiet hour must not silently mean "no quiet hours".
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import time
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from .channel_settings import ChannelSettings
from .errors import SettingsError
from .exclusions import Exclusion


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PromptSettings(_Section):
    """When Unhurry may speak."""

    budget_per_day: Annotated[int, Field(ge=0, le=20)] = 3
    """Offers a day at most (2.5 to 3 in the Sense2Stop trial)."""
    cooldown_min: Annotated[int, Field(ge=0, le=600)] = 45
    """Minutes of silence after an offer."""
    quiet_from: time = time(22, 0)
    quiet_to: time = time(7, 0)
    """Quiet hours, local time; equal values mean none."""
    on_low_confidence: bool = False
    """Speak also while the usual is hardly known or movement is unknown."""
    expiry_min: Annotated[int, Field(ge=1, le=120)] = 15
    """An offer that is not answered leaves by itself after this."""
    not_now_min: Annotated[int, Field(ge=1, le=600)] = 45
    """Minutes of silence after "not now"."""
    terminal: bool = True
    """Show offers in the terminal `run` was started from, too."""


class StrapSettings(_Section):
    """Which strap to use; without a name, the one remembered, then the strongest."""

    name: str | None = None
    """Name or address."""


class DetectionSettings(_Section):
    """Personal facts and changes to the detector's parameters."""

    age: Annotated[int, Field(ge=10, le=110)] | None = None
    parameters: dict[str, float] = {}
    """Names of `unhurry.signal.Parameters`, as for `detect --set`."""


class PracticeSettings(_Section):
    """Which practices suit this wearer."""

    exclude: tuple[Exclusion, ...] = ()
    """What applies to the wearer; practices that do not go with it are left out."""
    first_offer: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,40}$")] = "auto"
    """The practice an offer comes with first; `auto`: slow breathing, or looking around without it."""
    phrases: Annotated[
        tuple[Annotated[str, Field(min_length=1, max_length=200)], ...], Field(max_length=10)
    ] = ()
    """Sentences the wearer wrote in a calm hour."""


class NoticeSettings(_Section):
    """When to say that the heart has been fast or slow for long while the wearer was still."""

    high_bpm: Annotated[int, Field(ge=100, le=150)] | None = 120
    """None (`"off"` in the file): never."""
    low_bpm: Annotated[int, Field(ge=35, le=50)] | None = 40

    @field_validator("high_bpm", "low_bpm", mode="before")
    @classmethod
    def _off(cls, value: object) -> object:
        return None if value == "off" else value


class HelpSettings(_Section):
    """Where the wearer is, for the lines that answer there."""

    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None
    """Two letters, ISO 3166-1; without it the lines of all countries are shown."""


class Person(_Section):
    """Somebody who steadies the wearer."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    contact: Annotated[str, Field(min_length=3, max_length=120)]
    """A telephone number, or a mail address."""


class LearningSettings(_Section):
    """What Unhurry may try out to learn what helps this wearer."""

    randomise: bool = False
    """Let chance decide now and then to wait instead of speaking, and which practice to offer."""


class PageSettings(_Section):
    """Where the page is served: this machine alone."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8765


_PRIVATE: Mapping[str, bool | Mapping[str, bool]] = {
    "people": True,
    "practices": {"phrases": True},
    "channels": {"ntfy": True, "apprise": True},
}


class Settings(BaseSettings):
    """All settings. Frozen: a change is a new version, stored with the decisions it led to."""

    model_config = SettingsConfigDict(
        env_prefix="UNHURRY_", env_nested_delimiter="__", extra="forbid", frozen=True
    )

    prompts: PromptSettings = PromptSettings()
    strap: StrapSettings = StrapSettings()
    detection: DetectionSettings = DetectionSettings()
    page: PageSettings = PageSettings()
    channels: ChannelSettings = ChannelSettings()
    practices: PracticeSettings = PracticeSettings()
    learning: LearningSettings = LearningSettings()
    notice: NoticeSettings = NoticeSettings()
    help: HelpSettings = HelpSettings()
    people: Annotated[tuple[Person, ...], Field(max_length=12)] = ()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What is handed in wins over the environment; `.env` files and secret folders are not read."""
        del settings_cls, dotenv_settings, file_secret_settings
        return (init_settings, env_settings)

    def as_json(self) -> str:
        """Return the settings in a canonical text, as the store keeps them with the decisions they led to.

        Names, phrases, addresses and keys lead to no decision: they stay in the wearer's file alone.
        """
        return self.model_dump_json(exclude=_PRIVATE)

    @property
    def version(self) -> str:
        """Twelve hex digits that name this set of values."""
        return hashlib.sha256(self.as_json().encode()).hexdigest()[:12]


def load_settings(path: Path | None) -> Settings:
    """Read settings from `path` (TOML) and the environment; a missing file means the defaults.

    Raises SettingsError naming the file and the key when something in it is not understood.
    """
    where = str(path) if path is not None else "the environment"
    try:
        values = TomlConfigSettingsSource(Settings, path)() if path is not None and path.is_file() else {}
        return Settings(**values)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "?"
        what = "there is no such setting" if first["type"] == "extra_forbidden" else first["msg"]
        raise SettingsError(f"{where}: `{key}`: {what}.", "Correct it or delete the line.") from error
    except (OSError, ValueError) as error:
        raise SettingsError(f"{where} cannot be read: {error}.", "Check the file.") from error
