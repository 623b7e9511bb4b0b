"""The checks of `doctor` that need the radio: D-Bus, adapter, permission, strap.

In: whether to scan, and for how long. Out: four `Finding`s. One attempt tells all of them: what stands in the
way first is the problem, what lies behind it could not be looked at.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence

from unhurry.daemon.strap import (
    RADIO_ERRORS,
    Cause,
    StrapInReach,
    Trouble,
    connected_straps,
    scan_straps,
    trouble_of,
)

from .findings import Finding

_DBUS, _ADAPTER, _PERMISSION, _STRAP = "dbus", "bluetooth", "bluetooth-permission", "strap"


def check_bluetooth(*, scan_s: float | None) -> list[Finding]:
    """Look at everything between this program and the strap; with `scan_s` None nothing is scanned."""
    try:
        straps = asyncio.run(_straps(scan_s))
    except RADIO_ERRORS as error:
        return _stopped_by(trouble_of(error))
    return [
        _dbus_works(),
        Finding.ok(_ADAPTER, "there is an adapter, and it is switched on"),
        Finding.ok(_PERMISSION, "this program may use Bluetooth"),
        _strap(straps, scanned=scan_s is not None),
    ]


async def _straps(scan_s: float | None) -> list[StrapInReach]:
    straps = await connected_straps()
    # A strap that is connected needs no search, and a scan would hold up its beats by seconds.
    return straps if straps or scan_s is None else await scan_straps(scan_s)


def _dbus_works() -> Finding:
    if sys.platform == "linux":
        return Finding.ok(_DBUS, "D-Bus answers")
    return Finding.skipped(_DBUS, "only Linux offers Bluetooth through D-Bus")


def _stopped_by(trouble: Trouble) -> list[Finding]:
    """The first obstacle is the problem; checks before it are fine, checks behind it were not reached."""
    at = {Cause.NO_DBUS: _DBUS, Cause.NOT_PERMITTED: _PERMISSION}.get(trouble.cause, _ADAPTER)
    problem = Finding.problem(at, f"{trouble.what} ({trouble.detail})", trouble.advice)
    behind = "not looked at: Bluetooth cannot be used yet"
    dbus = problem if at == _DBUS else _dbus_works()
    adapter = problem if at == _ADAPTER else Finding.skipped(_ADAPTER, behind)
    permission = problem if at == _PERMISSION else Finding.skipped(_PERMISSION, behind)
    return [dbus, adapter, permission, Finding.skipped(_STRAP, behind)]


def _strap(straps: Sequence[StrapInReach], *, scanned: bool) -> Finding:
    if straps:
        return Finding.ok(_STRAP, "in reach: " + ", ".join(strap.name for strap in straps))
    if not scanned:
        return Finding.skipped(_STRAP, "not listened for (--no-scan)")
    trouble = Trouble(Cause.NOT_IN_REACH, "")
    return Finding.problem(_STRAP, trouble.what, trouble.advice)
