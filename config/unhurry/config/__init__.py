"""Settings, paths, errors, and the content a wearer can edit."""

from .errors import (
    DatabaseError,
    InputError,
    NewerDatabase,
    NotADatabase,
    PortInUse,
    SettingsError,
    StrapError,
    UnhurryError,
    UsageError,
)
from .paths import database_path, demo_database_path, private_folder, settings_path
from .settings import PageSettings, PromptSettings, Settings, StrapSettings, load_settings

__all__ = [
    "DatabaseError",
    "InputError",
    "NewerDatabase",
    "NotADatabase",
    "PageSettings",
    "PortInUse",
    "PromptSettings",
    "Settings",
    "SettingsError",
    "StrapError",
    "StrapSettings",
    "UnhurryError",
    "UsageError",
    "database_path",
    "demo_database_path",
    "load_settings",
    "private_folder",
    "settings_path",
]
