"""What a wearer can set, with the defaults.

In: a TOML file in the config folder, `UNHURRY_…` variables. Out: `Settings`. Unknown keys are refused
by name: a typo in a quiet hour must not silently mean "no quiet hours".
"""

from __future__ import annotations

import hashlib
from datetime import time
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from .errors import SettingsError


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


class PageSettings(_Section):
    """Where the page is served: this machine alone."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8765


class Settings(BaseSettings):
    """All settings. Frozen: a change is a new version, stored with the decisions it led to."""

    model_config = SettingsConfigDict(
        env_prefix="UNHURRY_", env_nested_delimiter="__", extra="forbid", frozen=True
    )

    prompts: PromptSettings = PromptSettings()
    strap: StrapSettings = StrapSettings()
    detection: DetectionSettings = DetectionSettings()
    page: PageSettings = PageSettings()

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
        """Return the settings in a canonical text, as the store keeps them."""
        return self.model_dump_json()

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
