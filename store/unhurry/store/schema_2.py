"""What schema version 2 adds to version 1: straps by address, what was learnt of them, trunk angles.

As in `schema`: strict tables, times of measurements in milliseconds on the clock of their recording.
"""

from __future__ import annotations

ADDITIONS: tuple[str, ...] = (
    # --- straps by address: two of one name were taken for one ---
    "ALTER TABLE devices RENAME TO devices_by_name",
    # `key` is the address, or the name as long as no address is known.
    """CREATE TABLE devices (
        key TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        address TEXT,
        battery_percent INTEGER,
        last_seen_wall_ms INTEGER NOT NULL,
        CHECK (key = coalesce(address, name))
    ) STRICT""",
    """INSERT OR REPLACE INTO devices
    SELECT coalesce(address, name), name, address, battery_percent, last_seen_wall_ms
    FROM devices_by_name ORDER BY last_seen_wall_ms""",
    "DROP TABLE devices_by_name",
    # --- what was learnt of each strap and firmware: counts, no health data ---
    """CREATE TABLE strap_profiles (
        address TEXT NOT NULL,
        firmware TEXT NOT NULL,
        model TEXT,
        manufacturer TEXT,
        first_seen_wall_ms INTEGER NOT NULL,
        last_seen_wall_ms INTEGER NOT NULL,
        frames INTEGER NOT NULL,
        counts TEXT NOT NULL CHECK (json_valid(counts)),
        PRIMARY KEY (address, firmware)
    ) STRICT, WITHOUT ROWID""",
    # --- measurements ---
    """CREATE TABLE trunk (
        recording INTEGER NOT NULL REFERENCES recordings ON DELETE CASCADE,
        t_ms INTEGER NOT NULL,
        n INTEGER NOT NULL,
        value REAL NOT NULL,
        PRIMARY KEY (recording, t_ms, n)
    ) STRICT, WITHOUT ROWID""",
)
