"""The tables and triggers of schema version 1; docs/schema.md says what each column means.

Strict tables; times of measurements are integer milliseconds on the clock of their recording, everything a
person did is in milliseconds since 1970 (`wall_ms`) beside the offset of the place. Ids of what a person may
refer to are never reused (AUTOINCREMENT).
"""

from __future__ import annotations

TABLES: tuple[str, ...] = (
    # --- measurements: narrow rows, a hundred thousand a day ---
    """CREATE TABLE recordings (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        source TEXT NOT NULL,
        device TEXT NOT NULL,
        wall_ms INTEGER NOT NULL,
        utc_offset_s INTEGER NOT NULL,
        simulated INTEGER NOT NULL CHECK (simulated IN (0, 1)),
        motion_still_below REAL,
        motion_moving_from REAL,
        end_ms INTEGER,
        cause TEXT,
        CHECK ((end_ms IS NULL) = (cause IS NULL))
    ) STRICT""",
    "CREATE INDEX recordings_wall ON recordings (wall_ms)",
    """CREATE TABLE beats (
        recording INTEGER NOT NULL REFERENCES recordings ON DELETE CASCADE,
        t_ms INTEGER NOT NULL,
        rr_1024 INTEGER NOT NULL,
        verdict INTEGER NOT NULL,
        late_ms INTEGER NOT NULL,
        PRIMARY KEY (recording, t_ms)
    ) STRICT, WITHOUT ROWID""",
    # SQLite keeps whole numbers in a REAL column as integers, so these two are as narrow as their values
    # allow.
    """CREATE TABLE heart_rates (
        recording INTEGER NOT NULL REFERENCES recordings ON DELETE CASCADE,
        t_ms INTEGER NOT NULL,
        n INTEGER NOT NULL,
        hr_bpm REAL NOT NULL,
        PRIMARY KEY (recording, t_ms, n)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE motion (
        recording INTEGER NOT NULL REFERENCES recordings ON DELETE CASCADE,
        t_ms INTEGER NOT NULL,
        n INTEGER NOT NULL,
        value REAL NOT NULL,
        PRIMARY KEY (recording, t_ms, n)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE links (
        id INTEGER PRIMARY KEY,
        recording INTEGER NOT NULL REFERENCES recordings ON DELETE CASCADE,
        t_ms INTEGER NOT NULL,
        state TEXT NOT NULL,
        device TEXT,
        battery_percent INTEGER,
        advice TEXT
    ) STRICT""",
    "CREATE INDEX links_time ON links (recording, t_ms)",
    """CREATE TABLE minutes (
        recording INTEGER NOT NULL REFERENCES recordings ON DELETE CASCADE,
        start_s INTEGER NOT NULL,
        wall_ms INTEGER NOT NULL,
        state TEXT NOT NULL,
        seconds INTEGER NOT NULL,
        hr_bpm REAL,
        rmssd_ms REAL,
        baseline_bpm REAL,
        spread_bpm REAL,
        motion REAL,
        quality REAL NOT NULL,
        PRIMARY KEY (recording, start_s)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX minutes_wall ON minutes (wall_ms)",
    # --- what came of them ---
    """CREATE TABLE events (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        recording INTEGER NOT NULL REFERENCES recordings ON DELETE CASCADE,
        number INTEGER NOT NULL,
        wall_ms INTEGER NOT NULL,
        start_s REAL NOT NULL,
        confirmed_s REAL NOT NULL,
        peak_s REAL NOT NULL,
        end_s REAL,
        hr_peak_bpm REAL NOT NULL,
        hr_baseline_bpm REAL NOT NULL,
        score_peak REAL NOT NULL,
        confidence TEXT NOT NULL,
        closed TEXT,
        label TEXT,
        note TEXT,
        UNIQUE (recording, number)
    ) STRICT""",
    "CREATE INDEX events_wall ON events (wall_ms)",
    """CREATE TABLE settings (
        version TEXT PRIMARY KEY,
        json TEXT NOT NULL,
        first_used_wall_ms INTEGER NOT NULL,
        last_used_wall_ms INTEGER NOT NULL
    ) STRICT""",
    """CREATE TABLE decisions (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        recording INTEGER NOT NULL REFERENCES recordings ON DELETE CASCADE,
        t_s REAL NOT NULL,
        wall_ms INTEGER NOT NULL,
        event INTEGER UNIQUE REFERENCES events ON DELETE CASCADE,
        kind TEXT NOT NULL,
        reason TEXT NOT NULL,
        numbers TEXT NOT NULL CHECK (json_valid(numbers)),
        settings TEXT REFERENCES settings
    ) STRICT""",
    "CREATE INDEX decisions_wall ON decisions (wall_ms)",
    """CREATE TABLE prompts (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        decision INTEGER NOT NULL UNIQUE REFERENCES decisions ON DELETE CASCADE,
        shown_wall_ms INTEGER NOT NULL,
        expires_wall_ms INTEGER NOT NULL,
        practice TEXT NOT NULL,
        answer TEXT,
        answer_reason TEXT,
        answered_wall_ms INTEGER,
        closed TEXT
    ) STRICT""",
    "CREATE INDEX prompts_wall ON prompts (shown_wall_ms)",
    """CREATE TABLE answers (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        prompt INTEGER NOT NULL REFERENCES prompts ON DELETE CASCADE,
        wall_ms INTEGER NOT NULL,
        answer TEXT NOT NULL,
        reason TEXT,
        felt TEXT,
        feeling TEXT,
        note TEXT
    ) STRICT""",
    "CREATE INDEX answers_prompt ON answers (prompt)",
    """CREATE TABLE outcomes (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        event INTEGER UNIQUE REFERENCES events ON DELETE CASCADE,
        prompt INTEGER UNIQUE REFERENCES prompts ON DELETE CASCADE,
        wall_ms INTEGER NOT NULL,
        settled_half_s REAL,
        felt TEXT,
        feeling TEXT,
        note TEXT,
        CHECK (event IS NOT NULL OR prompt IS NOT NULL)
    ) STRICT""",
    # --- the wearer's words and wishes ---
    """CREATE TABLE entries (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        template TEXT NOT NULL,
        body TEXT NOT NULL,
        fields TEXT NOT NULL CHECK (json_valid(fields)),
        about_wall_ms INTEGER,
        about_utc_offset_s INTEGER,
        created_wall_ms INTEGER NOT NULL,
        updated_wall_ms INTEGER NOT NULL,
        utc_offset_s INTEGER NOT NULL,
        version INTEGER NOT NULL,
        CHECK ((about_wall_ms IS NULL) = (about_utc_offset_s IS NULL))
    ) STRICT""",
    "CREATE INDEX entries_wall ON entries (coalesce(about_wall_ms, created_wall_ms))",
    """CREATE TABLE entry_tags (
        entry INTEGER NOT NULL REFERENCES entries ON DELETE CASCADE,
        n INTEGER NOT NULL,
        tag TEXT NOT NULL,
        PRIMARY KEY (entry, n)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX entry_tags_tag ON entry_tags (tag)",
    """CREATE TABLE entry_events (
        entry INTEGER NOT NULL REFERENCES entries ON DELETE CASCADE,
        event INTEGER NOT NULL REFERENCES events ON DELETE CASCADE,
        PRIMARY KEY (entry, event)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX entry_events_event ON entry_events (event)",
    """CREATE TABLE entry_versions (
        entry INTEGER NOT NULL REFERENCES entries ON DELETE CASCADE,
        version INTEGER NOT NULL,
        template TEXT NOT NULL,
        body TEXT NOT NULL,
        fields TEXT NOT NULL,
        tags TEXT NOT NULL,
        about_wall_ms INTEGER,
        updated_wall_ms INTEGER NOT NULL,
        PRIMARY KEY (entry, version)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE intents (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        wall_ms INTEGER NOT NULL,
        utc_offset_s INTEGER NOT NULL,
        arguments TEXT NOT NULL CHECK (json_valid(arguments)),
        taken_wall_ms INTEGER
    ) STRICT""",
    "CREATE INDEX intents_wall ON intents (wall_ms)",
    "CREATE INDEX intents_waiting ON intents (id) WHERE taken_wall_ms IS NULL",
    # --- the running service ---
    """CREATE TABLE devices (
        name TEXT PRIMARY KEY,
        address TEXT,
        battery_percent INTEGER,
        last_seen_wall_ms INTEGER NOT NULL
    ) STRICT""",
    """CREATE TABLE now (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        recording INTEGER NOT NULL REFERENCES recordings ON DELETE CASCADE,
        t_ms INTEGER NOT NULL,
        seen_wall_ms INTEGER NOT NULL,
        speed REAL NOT NULL,
        state TEXT,
        since_ms INTEGER NOT NULL,
        level_bpm REAL,
        baseline_bpm REAL,
        spread_bpm REAL,
        motion_known INTEGER NOT NULL CHECK (motion_known IN (0, 1))
    ) STRICT""",
    """CREATE TABLE changes (
        kind TEXT NOT NULL,
        row INTEGER NOT NULL,
        n INTEGER NOT NULL UNIQUE,
        PRIMARY KEY (kind, row)
    ) STRICT, WITHOUT ROWID""",
)


def noting(table: str, action: str, kind: str, row: str) -> str:
    """Keep, for each row a page may show, the number of its latest change: a bounded log to poll."""
    return f"""CREATE TRIGGER {table}_{action.lower()}_noted AFTER {action} ON {table} BEGIN
        INSERT INTO changes (kind, row, n)
        SELECT '{kind}', {row}, coalesce((SELECT max(n) FROM changes), 0) + 1 WHERE {row} IS NOT NULL
        ON CONFLICT (kind, row) DO UPDATE SET n = excluded.n;
    END"""  # noqa: S608 - our own names


_DAY = "(new.wall_ms / 1000 + (SELECT utc_offset_s FROM recordings WHERE id = new.recording)) / 86400"
"""Days since 1970-01-01 in the place of the recording."""

TRIGGERS: tuple[str, ...] = (
    noting("events", "INSERT", "event", "new.id"),
    noting("events", "UPDATE", "event", "new.id"),
    noting("outcomes", "INSERT", "event", "new.event"),
    noting("outcomes", "UPDATE", "event", "new.event"),
    noting("prompts", "INSERT", "prompt", "new.id"),
    noting("prompts", "UPDATE", "prompt", "new.id"),
    noting("entries", "INSERT", "entry", "new.id"),
    noting("entries", "UPDATE", "entry", "new.id"),
    noting("entries", "DELETE", "entry", "old.id"),
    noting("intents", "INSERT", "intent", "new.id"),
    noting("minutes", "INSERT", "day", _DAY),
    noting("minutes", "UPDATE", "day", _DAY),
)
