"""Which strap: between whom the wearer is asked to choose.

In: a database. Out: frozen records. A choice is due when the running service hears straps and may not take
one by itself; then the table holds them, and nothing otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .database import Database

STRAPS_IN_REACH: tuple[str, ...] = (
    """CREATE TABLE straps_in_reach (
        address TEXT PRIMARY KEY,
        recording INTEGER NOT NULL REFERENCES recordings ON DELETE CASCADE,
        name TEXT NOT NULL,
        rssi_dbm INTEGER
    ) STRICT""",
)


@dataclass(frozen=True, slots=True)
class StrapChoice:
    """A strap the wearer may choose."""

    name: str
    address: str
    rssi_dbm: int | None
    """None where the system does not say how strongly it is heard."""


def write_straps_in_reach(db: Database, recording_id: int, straps: Iterable[StrapChoice]) -> None:
    """Put `straps` in place of those of the last choice; none when no choice is due. Inside a transaction."""
    db.execute("DELETE FROM straps_in_reach")
    db.execute_many(
        "INSERT INTO straps_in_reach (address, recording, name, rssi_dbm) VALUES (?, ?, ?, ?)",
        [(strap.address, recording_id, strap.name, strap.rssi_dbm) for strap in straps],
    )


def straps_in_reach(db: Database, recording_id: int) -> tuple[StrapChoice, ...]:
    """Return the straps between which the wearer has to choose in this recording, by name."""
    rows = db.rows(
        "SELECT name, address, rssi_dbm FROM straps_in_reach WHERE recording = ? ORDER BY name, address",
        (recording_id,),
    )
    return tuple(StrapChoice(*row) for row in rows)


def is_known_strap(db: Database, address: str) -> bool:
    """Return whether a strap of this address is in reach now, or has been worn."""
    return bool(
        db.value(
            """SELECT EXISTS (SELECT 1 FROM straps_in_reach WHERE address = ?1)
                OR EXISTS (SELECT 1 FROM devices WHERE address = ?1)""",
            (address,),
        )
    )
