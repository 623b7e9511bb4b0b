"""The checks of `doctor` on time: the clock, who sets it, what the record says about it, the time zone.

In: the clock of this computer, the latest time in the database. Out: a `Finding` each.
"""

from __future__ import annotations

import ctypes
import sys
import time
import warnings
from datetime import UTC, datetime, timedelta
from pathlib import Path

from unhurry.config import DatabaseError

from .findings import Finding, on_this_system

_NO_EARLIER = datetime(2026, 1, 1, tzinfo=UTC)
"""Before this version was written: a clock that shows less was never set."""
_NO_LATER = datetime(2100, 1, 1, tzinfo=UTC)
_TIMEX_BYTES = 1024
"""Several times the size of `struct timex` on any Linux."""
_TIME_ERROR = 5
"""adjtimex(2): the clock is not synchronised."""
_AHEAD = timedelta(minutes=1)
"""Two looks at two clocks may differ by a little."""

_SET_THE_CLOCK = on_this_system(
    linux="Let the network set the clock: `sudo timedatectl set-ntp true`.",
    darwin="Let the network set the clock: System Settings, General, Date & Time.",
    win32="Let the network set the clock: Settings, Time & language, Date & time.",
)
_SET_THE_ZONE = on_this_system(
    linux="Set it: `sudo timedatectl set-timezone Europe/Berlin`, with your own place.",
    darwin="Set it: System Settings, General, Date & Time.",
    win32="Set it: Settings, Time & language, Date & time.",
)


def check_clock(now_s: float | None = None) -> Finding:
    """Does the clock show a possible time?"""
    seconds = time.time() if now_s is None else now_s
    now = datetime.fromtimestamp(seconds, UTC).astimezone()
    shown = now.isoformat(timespec="seconds")
    if not _NO_EARLIER <= now < _NO_LATER:
        return Finding.problem("clock", f"it shows {shown}", _SET_THE_CLOCK)
    return Finding.ok("clock", shown)


def check_synchronised() -> Finding:
    """Does anything keep the clock right? A clock nobody sets is no obstacle until it is wrong."""
    if sys.platform != "linux":
        return Finding.skipped("clock-sync", "only Linux tells this to everybody")
    # What `timedatectl` goes by, too, but it needs D-Bus and a service to say so. All zero: nothing is set.
    state = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES))
    if state < 0:
        return Finding.skipped("clock-sync", "the system does not tell")
    if state == _TIME_ERROR:
        return Finding.ok("clock-sync", "nothing sets the clock by the network", _SET_THE_CLOCK)
    return Finding.ok("clock-sync", "the clock is kept right by the network")


def check_stored_time(path: Path, *, readable: bool, now_s: float | None = None) -> Finding:
    """Is what was measured last in the past, as it must be? Reads only, and only what is `readable`."""
    from unhurry.store import open_database, policy_facts  # noqa: PLC0415 - may be what is broken

    now_ms = round((time.time() if now_s is None else now_s) * 1000)
    if not path.exists():
        return Finding.skipped("clock-database", "nothing was measured yet")
    if not readable:
        return Finding.skipped("clock-database", "not looked at: the database cannot be read yet")
    try:
        with open_database(path, read_only=True) as db:
            latest_ms = policy_facts(db, day_start_wall_ms=now_ms, now_wall_ms=now_ms).latest_wall_ms
    except DatabaseError:  # empty, or of an earlier version: the next start prepares it
        return Finding.skipped("clock-database", "not looked at: the database is prepared at the next start")
    if latest_ms is None:
        return Finding.skipped("clock-database", "nothing was measured yet")
    latest = datetime.fromtimestamp(latest_ms / 1000, UTC).astimezone()
    ahead = timedelta(milliseconds=latest_ms - now_ms)
    if ahead > _AHEAD:
        shown = latest.isoformat(sep=" ", timespec="minutes")
        return Finding.problem(
            "clock-database",
            f"the latest measurement is from {shown}, {_in_words(ahead)} ahead of this clock",
            f"Was the clock wrong then, or is it now? {_SET_THE_CLOCK}",
        )
    return Finding.ok("clock-database", "the latest measurement lies in the past")


def check_time_zone() -> Finding:
    """Is the time zone known? Quiet hours and days are counted in it."""
    import tzlocal  # noqa: PLC0415 - may be what is missing

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # it warns where it guesses, or where two places disagree
            zone = tzlocal.get_localzone()
    except (OSError, ValueError, LookupError, Warning) as error:
        what = " ".join(str(error).split())
        return Finding.problem("time-zone", f"it is not known ({what})", _SET_THE_ZONE)
    name = str(getattr(zone, "key", zone))
    offset = datetime.now(UTC).astimezone().strftime("%z")
    return Finding.ok("time-zone", f"{name}, now UTC{offset[:3]}:{offset[3:]}")


def _in_words(ahead: timedelta) -> str:
    minutes = round(ahead.total_seconds() / 60)
    if minutes < 120:
        return f"{minutes} min"
    hours = round(minutes / 60)
    return f"{hours} h" if hours < 72 else f"{round(hours / 24)} days"
