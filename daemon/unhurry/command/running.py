"""The Unhurry that is running already, if one is: a search would hold up its beats by seconds.

In: the database and the page's address. Out: `Service`, what it says of its strap, from the page or the file.
"""

from __future__ import annotations

import json
import sys
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import cast

from unhurry.config import PageSettings, UnhurryError

from .findings import Finding

_ANSWER_S = 2.0
_MOST_BYTES = 1 << 20
_AT_WORK = frozenset({"receiving", "subscribed", "connecting", "paused"})
"""States of a link that works, or is about to (`unhurry.store.LinkState`, which may be what is broken)."""


@dataclass(frozen=True, slots=True)
class Service:
    """A running Unhurry, and what it says of itself."""

    told_by: str
    source: str | None = None
    link: str | None = None
    """The state of its link; None: it does not say."""
    strap: str | None = None
    battery_percent: int | None = None
    advice: str | None = None

    @property
    def holds_radio(self) -> bool:
        """Whether a search may hold up its beats; what does not say counts as if."""
        return self.source in (None, "ble")


def running_service(database: Path, page: PageSettings, *, readable: bool) -> Service | None:
    """Return the service that reads a strap or plays a day; None when there is none.

    Without `readable` the file itself is left alone: asking a locked or damaged one takes its time.
    """
    told = _page(page)
    if _part(told, "daemon", "running") is True:
        battery = _part(told, "strap", "battery_percent")
        return Service(
            told_by=f"the page at http://{page.host}:{page.port}/",
            source=_words(told, "source"),
            link=_words(told, "link", "state"),
            strap=_words(told, "strap", "name"),
            battery_percent=battery if isinstance(battery, int) else None,
            advice=_words(told, "link", "advice"),
        )
    if readable and (kept := _kept(database)) is not None:
        return kept
    return Service(told_by=f"the lock beside {database}") if _recorder_holds(database) else None


def page_answers(page: PageSettings) -> bool:
    """Whether an Unhurry serves the page at its address, with or without a strap. Never raises."""
    return _page(page) is not None


def check_running(service: Service | None) -> Finding:
    """Is Unhurry at work already?"""
    if service is None:
        return Finding.ok("running", "Unhurry is not running now")
    return Finding.ok("running", f"Unhurry is running; {service.told_by} says so")


def strap_of(service: Service) -> Finding:
    """What the running service says of its strap, in place of a search."""
    who = service.strap or "the strap"
    battery = "" if service.battery_percent is None else f", battery {service.battery_percent} %"
    instead = "not searched for: Unhurry is running, and a search would hold up its beats"
    if service.link is None:
        return Finding.skipped("strap", instead, "Stop Unhurry, then ask again.")
    words = service.link.replace("_", " ")
    if service.link in _AT_WORK:
        return Finding.ok("strap", f"Unhurry is running and says: {who}, {words}{battery}", service.advice)
    return Finding.problem(
        "strap",
        f"Unhurry is running and says: {who}, {words}{battery}",
        service.advice or "Wear it with damp electrodes, and close apps that may hold it.",
    )


def _page(page: PageSettings) -> object:
    """Return what the page's address says of itself; None when that is no Unhurry."""
    host = f"[{page.host}]" if ":" in page.host else page.host
    try:
        # A proxy of the environment has no business with this machine's own page.
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with direct.open(f"http://{host}:{page.port}/api/status", timeout=_ANSWER_S) as answer:
            told: object = json.loads(answer.read(_MOST_BYTES))
    except (OSError, ValueError, HTTPException):
        return None
    return told if _words(told, "versions", "unhurry") else None


def _part(told: object, *keys: str) -> object:
    """Return what lies under `keys`, None where it ends on the way: another program may have answered."""
    for key in keys:
        told = cast("dict[str, object]", told).get(key) if isinstance(told, dict) else None
    return told


def _words(told: object, *keys: str) -> str | None:
    part = _part(told, *keys)
    return part if isinstance(part, str) else None


def _kept(database: Path) -> Service | None:
    from unhurry.store import open_database  # noqa: PLC0415 - may be what is broken
    from unhurry.store.status import status  # noqa: PLC0415

    try:
        with open_database(database, read_only=True) as db:
            found = status(db)
    except UnhurryError:
        return None
    recording = found.present.recording
    if recording is None or not found.present.running:
        return None
    return Service(
        told_by=str(database),
        source=recording.source,
        link=None if found.link is None else found.link.state.value,
        strap=None if found.strap is None else found.strap.name,
        battery_percent=None if found.strap is None else found.strap.battery_percent,
        advice=None if found.link is None else found.link.advice,
    )


if sys.platform == "win32":

    def _recorder_holds(database: Path) -> bool:
        """Windows cannot be asked without the right to write; page and file tell enough."""
        del database
        return False

else:
    import fcntl

    def _recorder_holds(database: Path) -> bool:
        """Whether a process has the right to record; asked with a lock that is given back at once."""
        try:
            with database.with_name(database.name + ".lock").open("rb") as beside:
                fcntl.flock(beside, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False
