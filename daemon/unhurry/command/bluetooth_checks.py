"""The checks of `doctor` that need the radio: its switches, the way to it, the strap.

In: where this program lives, which strap is wanted, how long to listen. Out: a `Finding` each. Once
something stands in the way, the strap is not looked for.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from unhurry.daemon.strap import RADIO_ERRORS, Cause, Trouble, connected_straps, trouble_of

from .findings import Finding, Status
from .strap_checks import WantedStrap, look_for_strap
from .surroundings import Surroundings

_ADAPTER, _PERMISSION, _STRAP = "bluetooth", "bluetooth-permission", "strap"
_BEHIND = "not looked at: Bluetooth cannot be used yet"


def check_radio(root: Path, place: Surroundings) -> list[Finding]:
    """Look at everything between this program and the air."""
    if sys.platform == "linux":
        from .bluez_checks import look  # noqa: PLC0415 - Linux alone has D-Bus
        from .rfkill import bluetooth_switches, check_switches  # noqa: PLC0415

        return [check_switches(bluetooth_switches(root)), *asyncio.run(look(root, place))]
    only_linux = [
        Finding.skipped(check, "only Linux has it") for check in ("rfkill", "dbus", "bluetooth-service")
    ]
    return [*only_linux, *_through_the_system()]


def check_strap(wanted: WantedStrap, scan_s: float | None, radio: list[Finding]) -> Finding:
    """Look for the strap, unless something in `radio` stands in the way."""
    if any(finding.status is Status.PROBLEM for finding in radio):
        return Finding.skipped(_STRAP, _BEHIND)
    try:
        return asyncio.run(look_for_strap(wanted, scan_s))
    except RADIO_ERRORS as error:
        trouble = trouble_of(error)
        return Finding.problem(_STRAP, f"{trouble.what} ({trouble.detail})", trouble.advice)


def _through_the_system() -> list[Finding]:
    """macOS and Windows: one question to the radio tells whether it is there, on, and ours to use."""
    try:
        asyncio.run(connected_straps())
    except RADIO_ERRORS as error:
        return _stopped_by(trouble_of(error))
    return [
        Finding.ok(_PERMISSION, "this program may use Bluetooth"),
        Finding.ok(_ADAPTER, "there is an adapter, and it is switched on"),
    ]


def _stopped_by(trouble: Trouble) -> list[Finding]:
    what = f"{trouble.what} ({trouble.detail})"
    if trouble.cause is Cause.NOT_PERMITTED:
        return [Finding.problem(_PERMISSION, what, trouble.advice), Finding.skipped(_ADAPTER, _BEHIND)]
    return [Finding.skipped(_PERMISSION, _BEHIND), Finding.problem(_ADAPTER, what, trouble.advice)]
