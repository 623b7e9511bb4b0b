"""The checks of `doctor` on what was installed: Python, packages, our own parts, fonts.

In: nothing. Out: a `Finding` each. Stands on the standard library alone: the rest may be what is missing.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import signal
import sys
import sysconfig
from pathlib import Path

from .findings import Finding

_PYTHON_NEEDED = (3, 11)
_PACKAGES = (
    "apscheduler",
    "bleak",
    "click",
    "fastapi",
    "numpy",
    "platformdirs",
    "pydantic-settings",
    "rich",
    "scipy",
    "sqlite-utils",
    "tzlocal",
    "uvicorn",
)
_PARTS = ("unhurry.signal", "unhurry.config", "unhurry.store", "unhurry.daemon", "unhurry.api")
_FONTS = ("font_source_sans_pro", "font_source_serif_pro")


def check_python() -> Finding:
    """Is this Python new enough?"""
    version = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info < _PYTHON_NEEDED:
        return Finding.problem("python", f"Python {version}", "Install Python 3.11 or later.")
    return Finding.ok("python", f"Python {version} ({sys.executable})")


def check_packages() -> Finding:
    """Are the packages there, and which versions?"""
    found = [f"unhurry {_own_version()}"]
    missing: list[str] = []
    for name in _PACKAGES:
        try:
            found.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            missing.append(name)
    if missing:
        return Finding.problem(
            "packages",
            f"not installed: {', '.join(missing)}",
            "Install Unhurry again, with `pip install .` or `make`.",
        )
    return Finding.ok("packages", ", ".join(found))


def _own_version() -> str:
    try:
        return importlib.metadata.version("unhurry")
    except importlib.metadata.PackageNotFoundError:
        return "from a source folder, not installed"


def check_parts() -> list[Finding]:
    """Where was each part imported from, and is `signal` still the standard library's?"""
    places: list[str] = []
    for name in _PARTS:
        spec = importlib.util.find_spec(name)
        if spec is None:
            return [Finding.problem("parts", f"{name} cannot be imported", "Install Unhurry again.")]
        folders = spec.submodule_search_locations or [spec.origin or "?"]
        places.append(f"{name} from {next(iter(folders))}")
    return [Finding.ok("parts", "; ".join(places)), _standard_signal()]


def _standard_signal() -> Finding:
    where = Path(getattr(signal, "__file__", None) or "built in")
    if where.parent == Path(sysconfig.get_path("stdlib")) and hasattr(signal, "SIGTERM"):
        return Finding.ok("signal", f"the standard library's ({where})")
    return Finding.problem(
        "signal",
        f"`import signal` finds {where}",
        "Start Unhurry from another folder, or without PYTHONPATH.",
    )


def check_fonts() -> Finding:
    """Are the page's fonts there? They come with Python packages, so that the page needs no network."""
    missing = [name for name in _FONTS if importlib.util.find_spec(name) is None]
    if missing:
        return Finding.problem(
            "fonts",
            f"not installed: {', '.join(missing)}; the page uses the system's",
            "Install Unhurry again.",
        )
    return Finding.ok("fonts", "Source Sans and Source Serif are installed")
