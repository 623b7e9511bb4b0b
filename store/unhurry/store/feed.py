"""What changed since the last look.

In: a database others write to. Out: changes, each naming a row. Looking costs microseconds while nothing
happens: SQLite itself tells whether another connection has committed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from .database import Database

ChangeKind = Literal["event", "prompt", "entry", "intent", "day", "finding"]

_KINDS: tuple[ChangeKind, ...] = ("event", "prompt", "entry", "intent", "day", "finding")


@dataclass(frozen=True, slots=True)
class Change:
    """A row appeared, changed or went; however often since the last look, it is told once."""

    kind: ChangeKind
    row: int
    """The row's id; for `day`, days since 1970-01-01."""

    @property
    def date(self) -> str:
        """The local date of a `day`."""
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=self.row)).date().isoformat()


class Feed:
    """Looks again and again, from a connection of its own; begins with what comes after its making."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._data_version = -1
        self._last: int = database.value("SELECT coalesce(max(n), 0) FROM changes")

    def look(self) -> tuple[Change, ...] | None:
        """Return what changed since the last look, oldest first; None when nobody wrote anything.

        An empty answer means that measurements came, and no row of a kind this feed names.
        """
        data_version = self._db.value("PRAGMA data_version")
        if data_version == self._data_version:
            return None
        self._data_version = data_version
        rows = self._db.rows("SELECT kind, row, n FROM changes WHERE n > ? ORDER BY n", (self._last,))
        if rows:
            self._last = rows[-1][2]
        return tuple(Change(kind, row) for kind, row, _ in rows if kind in _KINDS)
