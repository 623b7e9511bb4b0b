"""A thread that looks back on the days while the loop looks at the second.

In: a database, studies. Out: what the studies wrote. It has a connection of its own; beats never wait for it,
and a database that is locked is simply asked again later.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path

from unhurry.config import DatabaseError
from unhurry.store import Database, open_database

_log = logging.getLogger(__name__)
EVERY_S = 5.0
_PATIENCE_MS = 1000
"""Waiting for a lock holds up nobody but the end of the service."""
_LAST_S = 10.0

Look = Callable[[], object]
"""To be called again and again, and cheap when there is nothing new."""

Study = Callable[[Database], Look]
"""Gets the thread's connection and returns how to look. What it has not done when the service ends it finds
again in the file."""


class Insights:
    """Lets each study look every few seconds, and once more when it is stopped."""

    def __init__(self, database: Path, studies: tuple[Study, ...], *, every_s: float = EVERY_S) -> None:
        self._path = database
        self._studies = studies
        self._every_s = every_s
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="insights", daemon=True)

    def start(self) -> None:
        """Begin. The database must have been migrated."""
        self._thread.start()

    def stop(self) -> None:
        """Look once more and end; blocks for that, some seconds at most. Never raises for the file."""
        self._stopping.set()
        self._thread.join(_LAST_S)

    def _work(self) -> None:
        try:
            with open_database(self._path) as database:
                database.execute(f"PRAGMA busy_timeout = {_PATIENCE_MS}")
                looks = [study(database) for study in self._studies]
                last = False
                while not last:
                    last = self._stopping.wait(self._every_s)
                    looks = [look for look in looks if _looked(look)]
        except DatabaseError as error:
            _log.warning("Nothing is learnt from the days now: %s", error)


def _looked(look: Look) -> bool:
    """Let one study look; False when it must not again: a mistake of ours must not end the service."""
    try:
        look()
    except DatabaseError as error:
        _log.info("looked at again in a while: %s", error)
    except Exception:  # noqa: BLE001 - logged, and no reason to stop hearing the heart
        _log.exception("Something that looks back on the days has stopped; beats and offers go on.")
        return False
    return True
