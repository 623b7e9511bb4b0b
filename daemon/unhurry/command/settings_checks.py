"""The checks of `doctor` on the settings, and on the address of the page they name.

In: the path of the settings file. Out: a `Finding` each, and the `Settings` the other checks go by.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path

from unhurry.config import PageSettings, Settings, SettingsError, UsageError, load_settings

from .findings import Finding


def check_settings(path: Path) -> Finding:
    """Can the settings and their parameters be understood?"""
    from .starting import loopback, parameters_from  # noqa: PLC0415 - a broken installation is a finding, too

    try:
        settings = load_settings(path)
    except SettingsError as error:
        return Finding.problem("settings", error.what, error.advice)
    try:
        parameters_from(settings)
        loopback(settings.page)
    except (SettingsError, UsageError) as error:
        return Finding.problem("settings", f"{path}: {error.what}", error.advice)
    where = str(path) if path.is_file() else f"the defaults; there is no {path}"
    return Finding.ok("settings", where)


def settings_or_defaults(path: Path) -> Settings:
    """Return the settings, or the defaults where they cannot be understood: `check_settings` says why."""
    try:
        return load_settings(path)
    except SettingsError:
        return Settings.model_construct()


def check_port(page: PageSettings, *, ours: bool) -> Finding:
    """Can the page be served where the settings say? With `ours`, Unhurry itself is known to answer there."""
    where = f"{page.host}:{page.port}"
    if ours:
        return Finding.ok("port", f"Unhurry is running at http://{where}/")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            page.host, page.port, type=socket.SOCK_STREAM
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            if os.name == "posix":  # on Windows the option would allow to share a busy port
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        return Finding.problem(
            "port", f"{where} cannot be used: {error.strerror or error}", "Choose another port with `--port`."
        )
    return Finding.ok("port", f"{where} is free")
