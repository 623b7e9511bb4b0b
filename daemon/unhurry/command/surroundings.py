"""Where this program lives: on the machine itself, or behind a wall that Bluetooth does not pass by itself.

In: the root of the file system and the environment. Out: `Surroundings`, and the check of `doctor` that names
them; what helps against the wall is said by the check that runs into it.
"""

from __future__ import annotations

import platform
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from .findings import Finding


class Place(StrEnum):
    """What stands around this program."""

    MACHINE = "machine"
    CONTAINER = "container"
    WSL1 = "wsl1"
    WSL2 = "wsl2"
    FLATPAK = "flatpak"
    SNAP = "snap"


_WAY_OUT: dict[Place, str] = {
    Place.CONTAINER: (
        "A container reaches Bluetooth through the host's D-Bus: start it with `-v /run/dbus:/run/dbus`."
    ),
    Place.WSL1: "This kind of WSL has no Bluetooth: run Unhurry in Windows itself.",
    Place.WSL2: (
        "Windows keeps its Bluetooth: run Unhurry in Windows, or hand an adapter over with `usbipd`."
    ),
    Place.FLATPAK: (
        "Open the sandbox: `flatpak override --user --system-talk-name=org.bluez` and the name of the app."
    ),
    Place.SNAP: "Open the sandbox: `sudo snap connect` with the snap's name and `:bluez`.",
}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The place, and the sign it was known by."""

    place: Place
    sign: str

    @property
    def way_out(self) -> str | None:
        """What lets Bluetooth in; None on the machine itself, where nothing is in its way."""
        return _WAY_OUT.get(self.place)


def surroundings(
    root: Path, environment: Mapping[str, str], *, executable: str = sys.executable
) -> Surroundings:
    """Return where this program lives. Never raises; only Linux has walls that matter to Bluetooth."""
    if (root / ".flatpak-info").exists():
        return Surroundings(Place.FLATPAK, "/.flatpak-info is there")
    # A terminal started from a snap inherits its variables without living in its sandbox.
    if (snap := environment.get("SNAP")) and executable.startswith(snap):
        return Surroundings(Place.SNAP, f"Python lies in {snap}")
    kernel = _text(root / "proc/sys/kernel/osrelease")
    if "microsoft" in kernel.casefold():
        two = "WSL2" in kernel or kernel.casefold().endswith("microsoft-standard")
        return Surroundings(Place.WSL2 if two else Place.WSL1, f"the kernel is {kernel}")
    for sign in (".dockerenv", "run/.containerenv", "run/systemd/container"):
        if (root / sign).exists():
            return Surroundings(Place.CONTAINER, f"/{sign} is there")
    if name := environment.get("container"):
        return Surroundings(Place.CONTAINER, f"the variable `container` says {name}")
    return Surroundings(Place.MACHINE, "")


def check_surroundings(found: Surroundings) -> Finding:
    """What kind of computer is this? Never a problem by itself."""
    system = f"{_distribution()}, {platform.system()} {platform.release()}, {platform.machine()}"
    if found.place is Place.MACHINE:
        return Finding.ok("computer", system)
    return Finding.ok("computer", f"{system}; inside {_NAMES[found.place]} ({found.sign})")


_NAMES: dict[Place, str] = {
    Place.CONTAINER: "a container",
    Place.WSL1: "WSL 1",
    Place.WSL2: "WSL 2",
    Place.FLATPAK: "a Flatpak sandbox",
    Place.SNAP: "a Snap",
}


def _distribution() -> str:
    if sys.platform == "darwin":
        return f"macOS {platform.mac_ver()[0]}"
    if sys.platform == "win32":
        return f"Windows {platform.version()}"
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return "an unnamed system"


def _text(path: Path) -> str:
    try:
        return path.read_text(errors="replace").strip()
    except OSError:
        return ""
