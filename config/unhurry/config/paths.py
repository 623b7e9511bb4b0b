"""Where Unhurry keeps things: one folder for the data, one for the settings, closed to others on the
machine.
"""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_config_path, user_data_path


def database_path() -> Path:
    """Return `UNHURRY_DB`, or `unhurry/unhurry.db` in the user's data folder."""
    given = os.environ.get("UNHURRY_DB")
    return Path(given) if given else user_data_path("unhurry", appauthor=False) / "unhurry.db"


def demo_database_path() -> Path:
    """Return the file of the simulated day, never that of a real one."""
    return user_data_path("unhurry", appauthor=False) / "demo.db"


def settings_path() -> Path:
    """Return `unhurry/config.toml` in the user's config folder."""
    return user_config_path("unhurry", appauthor=False) / "config.toml"


def private_folder(path: Path) -> Path:
    """Create `path` (and what leads to it) readable by its owner alone, and return it. Raises OSError."""
    if not path.is_dir():
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path
