"""A Bluetooth service to test against: real bleak, a real D-Bus socket, a scripted bluetoothd (see `bluez`)."""

from __future__ import annotations

import asyncio
import shutil
import sys

import pytest

from unhurry.daemon.strap import Timings

from .bluez.plan import StrapPlan
from .lab import HURRY, QUICK, InLab, Lab, Scenario


@pytest.fixture
def needs_dbus() -> None:
    """Skip where there is no D-Bus to run."""
    if sys.platform != "linux":
        pytest.skip("D-Bus is Linux's")
    if shutil.which("dbus-daemon") is None:
        pytest.skip("dbus-daemon is not installed")


@pytest.fixture
def in_lab(needs_dbus: None) -> InLab:
    """Run a scenario against the scripted bluetoothd."""
    from .bluez.hurried import run_hurried  # noqa: PLC0415 - these stand on dbus-fast, which only Linux has
    from .bluez.world import World  # noqa: PLC0415

    def run(
        scenario: Scenario,
        *straps: StrapPlan,
        limit_s: float = 60.0,
        hurry: float = HURRY,
        permitted: bool = True,
        adapter: bool = True,
        powered: bool = True,
    ) -> None:
        async def main() -> None:
            plans = straps or (StrapPlan(),)
            async with World(*plans, permitted=permitted, adapter=adapter, powered=powered) as world:
                async with asyncio.timeout(limit_s):
                    await scenario(Lab(world))

        run_hurried(main(), hurry)

    return run


@pytest.fixture
def quick() -> Timings:
    """Short waits."""
    return QUICK
