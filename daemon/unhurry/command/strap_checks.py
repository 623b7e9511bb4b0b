"""The check of `doctor` on the strap: connected, heard, willing.

In: which strap is wanted, how long to listen. Out: one `Finding`. The radio is asked the way the service asks
it; a strap that was heard is called once, shortly, and hung up on. For use only while no service runs.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from unhurry.config import DatabaseError
from unhurry.daemon.strap import (
    RADIO_ERRORS,
    Cause,
    StrapInReach,
    Timings,
    Trouble,
    connected_straps,
    scan_straps,
    trouble_of,
)
from unhurry.daemon.strap.causes import advice_for
from unhurry.daemon.strap.connection import Connection
from unhurry.daemon.strap.inbox import Heard
from unhurry.store import open_database, remembered_strap

from .findings import Finding

_CHECK = "strap"
_PATIENCE = Timings(
    connect_s=8.0, connect_outer_s=9.0, answer_s=4.0, first_frame_s=6.0, disconnect_s=4.0, grace_s=1.0
)
"""Somebody sits and waits for the answer."""


@dataclass(frozen=True, slots=True)
class WantedStrap:
    """The strap the service would look for: the one in the settings, else the one it used last."""

    name: str | None
    remembered: str | None

    def is_this(self, strap: StrapInReach) -> bool:
        """Whether `strap` is the one."""
        address = strap.address.casefold()
        if self.name is None:
            return self.remembered is not None and address == self.remembered.casefold()
        asked = self.name.strip().casefold()
        return asked == address or asked in strap.name.casefold()

    @property
    def words(self) -> str | None:
        """How to call it; None when any strap will do."""
        if self.name is not None:
            return f"the strap of your settings ({self.name})"
        if self.remembered is not None:
            return f"the strap used last ({self.remembered})"
        return None


def wanted_strap(name: str | None, database: Path | None) -> WantedStrap:
    """Return the strap to look for; `name` is that of the settings, `database` a file that can be read."""
    if database is None:
        return WantedStrap(name, None)
    try:
        with open_database(database, read_only=True) as db:
            return WantedStrap(name, remembered_strap(db))
    except DatabaseError:  # empty, or of an earlier version: the next start prepares it
        return WantedStrap(name, None)


async def look_for_strap(wanted: WantedStrap, scan_s: float | None, timings: Timings = _PATIENCE) -> Finding:
    """Return what is known of the strap; with `scan_s` None the air is left alone.

    Raises one of `RADIO_ERRORS` when Bluetooth cannot be used.
    """
    straps = await connected_straps(timings)
    if straps:
        # Called for, it would answer; hung up on, it would be lost to whoever uses it.
        names = _names(straps)
        return Finding.ok(_CHECK, f"{names} is connected to this computer already, maybe by another program")
    if scan_s is None:
        return Finding.skipped(_CHECK, "not listened for (--no-scan)")
    straps = await scan_straps(scan_s, timings)
    mine = [strap for strap in straps if wanted.is_this(strap)]
    if wanted.words is not None and not mine:
        return _unheard(wanted.words, straps)
    if not straps:
        return Finding.problem(_CHECK, "no strap was heard", _advice(Cause.NOT_IN_REACH))
    if not mine and len(straps) > 1:
        return Finding.ok(
            _CHECK,
            f"in reach: {_names(straps)}",
            "Choose yours on the page once Unhurry runs, or name it: `--strap NAME`.",
        )
    return await _called(mine[0] if mine else straps[0], timings)


def _unheard(words: str, others: Sequence[StrapInReach]) -> Finding:
    heard = f"; heard instead: {_names(others)}" if others else ""
    return Finding.problem(
        _CHECK,
        f"{words} was not heard: asleep, out of reach, or held by another app{heard}",
        "Moisten the electrodes and wear it; close apps that may hold it, on the phone too.",
    )


async def _called(strap: StrapInReach, timings: Timings) -> Finding:
    """Call the strap, wait for its first frame, hang up."""
    spoken = asyncio.Event()

    def on_heard(_: Heard) -> None:
        spoken.set()

    connection = Connection(strap, timings, on_heard, lambda: None)
    try:
        await connection.connect()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timings.first_frame_s):
                await spoken.wait()
    except RADIO_ERRORS as error:
        return _refused(strap, trouble_of(error))
    finally:
        await connection.close()
    if not spoken.is_set():
        return Finding.problem(_CHECK, f"{strap.name} answers, but sends nothing", _advice(Cause.QUIET))
    return Finding.ok(_CHECK, f"{strap.name} is in reach, answers and sends")


def _refused(strap: StrapInReach, trouble: Trouble) -> Finding:
    if trouble.cause is Cause.NO_HEART_RATE:
        return Finding.problem(_CHECK, f"{strap.name} offers no heart rate", trouble.advice)
    return Finding.problem(
        _CHECK,
        f"{strap.name} was heard, but does not let itself be called ({trouble.detail})",
        _advice(Cause.TAKEN),
    )


def _names(straps: Sequence[StrapInReach]) -> str:
    return ", ".join(strap.name for strap in straps)


def _advice(cause: Cause) -> str:
    return advice_for(cause, sys.platform)
