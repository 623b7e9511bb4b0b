"""What came of the day: the database, the levers that were pulled, and when rows could be read.

In: the folder the machine left. Out: `Kept`. Read with plain SQL, as any other program would. Times are seconds
since 1970 on the clock of the virtual machine.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from .faults import STOP


@dataclass(frozen=True, slots=True)
class KeptBeat:
    """One beat in the database."""

    arrived_s: float
    rr_1024: int


@dataclass(frozen=True, slots=True)
class KeptLink:
    """One change of the link in the database."""

    id: int
    at_s: float
    state: str
    advice: str | None


@dataclass(frozen=True, slots=True)
class KeptMinute:
    """One minute of a recording."""

    start_s: float
    seconds: int
    state: str


@dataclass(frozen=True, slots=True)
class KeptGap:
    """One stretch without beats, as `v_gaps` has it."""

    start_s: float
    end_s: float
    cause: str | None


@dataclass(frozen=True, slots=True)
class Pulled:
    """From the first to the last lever of one fault."""

    fault: str
    began_s: float
    ended_s: float


@dataclass(frozen=True, slots=True)
class Seen:
    """What a reader of the database saw from a moment on."""

    at_s: float
    beats: int
    links: int
    """Number of the latest change of the link."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Everything the day left behind."""

    recordings: tuple[tuple[float, float, str], ...]
    """Beginning, end and cause of the end."""
    beats: tuple[KeptBeat, ...]
    links: tuple[KeptLink, ...]
    minutes: tuple[KeptMinute, ...]
    gaps: tuple[KeptGap, ...]
    motion: int
    pulled: tuple[Pulled, ...]
    seen: tuple[Seen, ...]
    stop_s: float
    """When the service was asked to end,"""
    stop_took_s: float
    status: int
    """and its exit status."""
    left_over: tuple[str, ...]
    """Files of an open database that a clean end would have removed."""
    printed: tuple[str, ...]
    """What the service wrote to its terminal."""


def read_kept(out: Path) -> Kept:
    """Read what a run left in `out`. Raises OSError, sqlite3.Error, KeyError or ValueError if it is not whole."""
    levers = [json.loads(line) for line in (out / "levers.jsonl").read_text(encoding="utf-8").splitlines()]
    seen = [json.loads(line) for line in (out / "seen.jsonl").read_text(encoding="utf-8").splitlines()]
    (stop,) = (lever for lever in levers if lever["fault"] == STOP)
    left_over = tuple(path.name for path in out.glob("day.db-*"))  # before this reader leaves its own
    with contextlib.closing(sqlite3.connect(out / "day.db")) as db:
        return Kept(
            recordings=tuple(
                db.execute(
                    """SELECT wall_ms / 1e3, (wall_ms + coalesce(end_ms, 0)) / 1e3, coalesce(cause, 'open')
                    FROM recordings ORDER BY id"""
                )
            ),
            beats=tuple(
                KeptBeat(*row)
                for row in db.execute(
                    """SELECT (r.wall_ms + b.t_ms + b.late_ms) / 1e3, b.rr_1024
                    FROM beats AS b JOIN recordings AS r ON r.id = b.recording ORDER BY b.recording, b.t_ms"""
                )
            ),
            links=tuple(
                KeptLink(*row)
                for row in db.execute(
                    """SELECT l.id, (r.wall_ms + l.t_ms) / 1e3, l.state, l.advice
                    FROM links AS l JOIN recordings AS r ON r.id = l.recording ORDER BY l.id"""
                )
            ),
            minutes=tuple(
                KeptMinute(*row)
                for row in db.execute("SELECT wall_ms / 1e3, seconds, state FROM minutes ORDER BY wall_ms")
            ),
            gaps=tuple(
                KeptGap(*row)
                for row in db.execute("SELECT start_ms / 1e3, end_ms / 1e3, cause FROM v_gaps ORDER BY 1")
            ),
            motion=int(db.execute("SELECT count(*) FROM motion").fetchone()[0]),
            pulled=_pulled(levers),
            seen=tuple(Seen(row["t"], row["beats"], row["links"]) for row in seen),
            stop_s=stop["began"],
            stop_took_s=stop["ended"] - stop["began"],
            status=stop["status"],
            left_over=left_over,
            printed=tuple((out / "service.log").read_text(encoding="utf-8").splitlines()),
        )


def _pulled(levers: list[dict[str, object]]) -> tuple[Pulled, ...]:
    spans: dict[str, tuple[float, float]] = {}
    for lever in levers:
        fault, began_s, ended_s = str(lever["fault"]), float(str(lever["began"])), float(str(lever["ended"]))
        spans[fault] = (spans.get(fault, (began_s, 0.0))[0], ended_s)
    return tuple(Pulled(fault, *span) for fault, span in spans.items() if fault != STOP)
