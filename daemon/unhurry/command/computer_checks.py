"""The checks of `doctor` that need no radio: Python, parts, files, clock, port, fonts.

In: the paths of database and settings. Out: a `Finding` each. Nothing is created and nothing is changed.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import os
import signal
import socket
import sys
import sysconfig
import time
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

from unhurry.config import PageSettings, Settings, SettingsError, UnhurryError, UsageError, load_settings

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
    "uvicorn",
)
_PARTS = ("unhurry.signal", "unhurry.config", "unhurry.store", "unhurry.daemon", "unhurry.api")
_FONTS = ("font_source_sans_pro", "font_source_serif_pro")
_NO_EARLIER = datetime(2026, 1, 1, tzinfo=UTC)
"""Before this version was written: a clock that shows less was never set."""
_ANSWER_S = 2.0


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


def check_database(path: Path) -> Finding:
    """Is the database sound, or could it be created where it belongs?"""
    from unhurry.store import open_database  # noqa: PLC0415 - a broken installation is a finding, too

    if not path.exists():
        folder = next(parent for parent in path.absolute().parents if parent.exists())
        if folder.is_dir() and os.access(folder, os.W_OK | os.X_OK):
            return Finding.ok("database", f"none yet; the first run creates {path}")
        return Finding.problem(
            "database", f"{path} cannot be created: {folder} is closed", "Choose another place with `--db`."
        )
    try:
        with open_database(path, read_only=True) as database:
            verdict = database.value("PRAGMA quick_check(1)")
    except UnhurryError as error:
        return Finding.problem("database", error.what, error.advice)
    if verdict != "ok":
        return Finding.problem("database", f"{path} is damaged: {verdict}", "Restore your latest backup.")
    if not (os.access(path, os.W_OK) and os.access(path.absolute().parent, os.W_OK)):
        return Finding.problem(
            "database", f"{path} may not be written", "Give your user the right to write it and its folder."
        )
    return Finding.ok("database", f"{path} is sound")


def check_settings(path: Path) -> tuple[Finding, Settings | None]:
    """Can the settings and their parameters be understood? Returns them for the checks that follow."""
    from .starting import loopback, parameters_from  # noqa: PLC0415 - a broken installation is a finding, too

    try:
        settings = load_settings(path)
    except SettingsError as error:
        return Finding.problem("settings", error.what, error.advice), None
    try:
        parameters_from(settings)
        loopback(settings.page)
    except (SettingsError, UsageError) as error:
        return Finding.problem("settings", f"{path}: {error.what}", error.advice), settings
    where = str(path) if path.is_file() else f"the defaults; there is no {path}"
    return Finding.ok("settings", where), settings


def check_clock() -> Finding:
    """Does the clock show a possible time?"""
    now = datetime.fromtimestamp(time.time(), UTC).astimezone()
    shown = now.isoformat(timespec="seconds")
    if now < _NO_EARLIER:
        return Finding.problem(
            "clock", f"it shows {shown}", "Set the clock, or switch on setting it by network."
        )
    return Finding.ok("clock", shown)


def check_port(page: PageSettings) -> Finding:
    """Can the page be served where the settings say? Unhurry itself, already there, is fine."""
    where = f"{page.host}:{page.port}"
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            page.host, page.port, type=socket.SOCK_STREAM
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            if os.name == "posix":  # on Windows the option would allow to share a busy port
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        if _unhurry_answers(page):
            return Finding.ok("port", f"Unhurry is running at http://{where}/")
        return Finding.problem(
            "port", f"{where} cannot be used: {error.strerror or error}", "Choose another port with `--port`."
        )
    return Finding.ok("port", f"{where} is free")


def _unhurry_answers(page: PageSettings) -> bool:
    try:
        with urllib.request.urlopen(
            f"http://{page.host}:{page.port}/api/status", timeout=_ANSWER_S
        ) as answer:
            return b'"unhurry"' in answer.read(1 << 20)
    except (OSError, ValueError):
        return False


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
