"""What was learnt of a strap and its firmware, as it is kept.

In: a database, an address, counts as the daemon has them. Out: rows. Nothing here knows what the counts mean:
they are the daemon's, in JSON, and hold how a strap speaks, never what it said.
"""

from __future__ import annotations

from dataclasses import dataclass

from .database import Database


@dataclass(frozen=True, slots=True)
class KeptProfile:
    """One strap with one firmware."""

    address: str
    firmware: str | None
    """None while it is not known: not every strap tells."""
    model: str | None
    manufacturer: str | None
    first_seen_wall_ms: int
    last_seen_wall_ms: int
    frames: int
    counts: str
    """JSON."""


def write_profile(db: Database, profile: KeptProfile) -> None:
    """Put the profile in place of the one kept for this address and firmware. Inside a transaction."""
    db.execute(
        """INSERT INTO strap_profiles VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (address, firmware) DO UPDATE SET model = coalesce(excluded.model, model),
            manufacturer = coalesce(excluded.manufacturer, manufacturer),
            first_seen_wall_ms = min(excluded.first_seen_wall_ms, first_seen_wall_ms),
            last_seen_wall_ms = excluded.last_seen_wall_ms, frames = excluded.frames,
            counts = excluded.counts""",
        (
            profile.address,
            profile.firmware or "",
            profile.model,
            profile.manufacturer,
            profile.first_seen_wall_ms,
            profile.last_seen_wall_ms,
            profile.frames,
            profile.counts,
        ),
    )


def kept_profiles(database: Database) -> tuple[KeptProfile, ...]:
    """Return every profile, of each strap the one used last first. Raises DatabaseError."""
    return tuple(
        KeptProfile(address, firmware or None, *rest)
        for address, firmware, *rest in database.rows(
            """SELECT address, firmware, model, manufacturer, first_seen_wall_ms, last_seen_wall_ms,
                frames, counts FROM strap_profiles ORDER BY last_seen_wall_ms DESC, address, firmware"""
        )
    )


def profile_of(database: Database, name: str) -> KeptProfile | None:
    """Return the latest profile of the strap of that name that was seen last, or None."""
    row = database.row(
        """SELECT p.address, p.firmware, p.model, p.manufacturer, p.first_seen_wall_ms, p.last_seen_wall_ms,
            p.frames, p.counts
        FROM strap_profiles AS p JOIN devices AS d ON d.address = p.address WHERE d.name = ?
        ORDER BY d.last_seen_wall_ms DESC, p.last_seen_wall_ms DESC LIMIT 1""",
        (name,),
    )
    return None if row is None else KeptProfile(row[0], row[1] or None, *row[2:])
