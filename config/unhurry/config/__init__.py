"""Settings, paths, errors, and the content a wearer can edit."""

from .channel_settings import ChannelSettings, NtfySettings
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
from .exclusions import Exclusion
from .paths import database_path, demo_database_path, private_folder, settings_path
from .settings import (
    HelpSettings,
    NoticeSettings,
    PageSettings,
    Person,
    PracticeSettings,
    PromptSettings,
    Settings,
    StrapSettings,
    load_settings,
)

__all__ = [
    "ChannelSettings",
    "DatabaseError",
    "Exclusion",
    "HelpSettings",
    "InputError",
    "NewerDatabase",
    "NotADatabase",
    "NoticeSettings",
    "NtfySettings",
    "PageSettings",
    "Person",
    "PortInUse",
    "PracticeSettings",
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
