"""What has to be installed in the virtual machine, in the versions that are tested.

In: constraints.txt and the Python of the machine. Out: one `name==version` for each package the service needs.
"""

from __future__ import annotations

import tomllib
from importlib.metadata import requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


def wheels(root: Path, python: str) -> list[str]:
    """Return the pins for `python` ("3.11") on Linux, what the dependencies depend on included.

    What depends on what is read from the packages installed here, so this needs an environment with Unhurry's
    dependencies in it; raises PackageNotFoundError otherwise, and KeyError where constraints.txt has no pin.
    """
    target = {
        "python_version": python,
        "python_full_version": f"{python}.0",
        "sys_platform": "linux",
        "extra": "",
    }
    pins = _pins(root / "constraints.txt", target)
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed: set[str] = set()
    waiting: list[str] = list(project["dependencies"])
    while waiting:
        wish = Requirement(waiting.pop())
        name = canonicalize_name(wish.name)
        if name in needed or (wish.marker is not None and not wish.marker.evaluate(target)):
            continue
        needed.add(name)
        waiting += requires(name) or []
    return sorted(f"{name}=={pins[name]}" for name in needed)


def _pins(constraints: Path, target: dict[str, str]) -> dict[str, str]:
    pins: dict[str, str] = {}
    for line in constraints.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        pin = Requirement(line)
        if pin.marker is None or pin.marker.evaluate(target):
            pins[canonicalize_name(pin.name)] = str(pin.specifier).removeprefix("==")
    return pins
