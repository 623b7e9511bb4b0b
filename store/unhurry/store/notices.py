"""The notice that the heart was fast or slow for long while the wearer was still: kept, and shown that day.

In: a database. Out: frozen records. One row of `findings` a day at most.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum

from .database import Database
from .findings import FindingKind, keep_finding, latest_finding
from .moments import DAY_MS


class NoticeKind(StrEnum):
    """Which side of the wearer's own lines."""

    HIGH = "high"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Notice:
    """The heart was on one side of a line for ten minutes."""

    kind: NoticeKind
    line_bpm: int
    """The wearer's own line."""
    minutes: int
    still_known: bool
    """Movement was known, and there was none. Else the wearer is asked first."""


@dataclass(frozen=True, slots=True)
class KeptNotice:
    """A notice, and when it was given."""

    id: int
    wall_ms: int
    notice: Notice


def keep_notice(database: Database, notice: Notice, *, wall_ms: int) -> int:
    """Keep a notice and return its id. Raises DatabaseError."""
    return keep_finding(database, FindingKind.NOTICE, asdict(notice), wall_ms=wall_ms)


def last_notice(database: Database, *, now_wall_ms: int) -> KeptNotice | None:
    """Return the latest notice of the last day, or None. Raises DatabaseError."""
    found = latest_finding(database, FindingKind.NOTICE)
    if found is None or not 0 <= now_wall_ms - found.wall_ms < DAY_MS:
        return None
    told = found.content
    notice = Notice(
        NoticeKind(told["kind"]), int(told["line_bpm"]), int(told["minutes"]), bool(told["still_known"])
    )
    return KeptNotice(found.id, found.wall_ms, notice)
