"""What schema version 3 adds to version 2: how an event went on, what was drawn, what was practised, and what
the days taught.

As in `schema`: strict tables; what a person did is in milliseconds since 1970.
"""

from __future__ import annotations

from .schema import noting

ADDITIONS: tuple[str, ...] = (
    # --- how an event went on, and for how long anybody looked ---
    "ALTER TABLE outcomes ADD COLUMN followed_s REAL",
    "ALTER TABLE outcomes ADD COLUMN area_bpm_min REAL",
    "ALTER TABLE outcomes ADD COLUMN rmssd_after_ms REAL",
    "ALTER TABLE outcomes ADD COLUMN distress_before INTEGER",
    "ALTER TABLE outcomes ADD COLUMN distress_after INTEGER",
    "ALTER TABLE outcomes ADD COLUMN recurred_s REAL",
    "ALTER TABLE answers ADD COLUMN distress INTEGER",
    # --- chance, when the wearer asked for it: kept before anything is shown ---
    """CREATE TABLE draws (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        decision INTEGER NOT NULL UNIQUE REFERENCES decisions ON DELETE CASCADE,
        wall_ms INTEGER NOT NULL,
        arm TEXT NOT NULL,
        probability REAL NOT NULL CHECK (probability > 0 AND probability <= 1),
        arms TEXT NOT NULL CHECK (json_valid(arms))
    ) STRICT""",
    # --- practices, offered or chosen ---
    """CREATE TABLE practice_runs (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        practice TEXT NOT NULL,
        prompt INTEGER REFERENCES prompts ON DELETE SET NULL,
        started_wall_ms INTEGER NOT NULL,
        ended_wall_ms INTEGER,
        utc_offset_s INTEGER NOT NULL,
        ended_by TEXT,
        felt TEXT,
        followed TEXT,
        numbers TEXT CHECK (numbers IS NULL OR json_valid(numbers))
    ) STRICT""",
    "CREATE INDEX practice_runs_started ON practice_runs (started_wall_ms)",
    "CREATE INDEX practice_runs_prompt ON practice_runs (prompt)",
    # --- what was worked out of the days, for the page to read ---
    """CREATE TABLE findings (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        intent INTEGER REFERENCES intents ON DELETE CASCADE,
        wall_ms INTEGER NOT NULL,
        json TEXT NOT NULL CHECK (json_valid(json))
    ) STRICT""",
    "CREATE INDEX findings_kind ON findings (kind, id)",
    "CREATE INDEX findings_intent ON findings (intent)",
    noting("findings", "INSERT", "finding", "new.id"),
    noting("practice_runs", "INSERT", "practice", "new.id"),
    noting("practice_runs", "UPDATE", "practice", "new.id"),
    # --- the labels as they are asked for ---
    "UPDATE events SET label = 'moved' WHERE label = 'stairs'",
    "UPDATE events SET label = 'talked' WHERE label = 'talking'",
    # --- the view with the new columns at its end ---
    "DROP VIEW v_outcomes",
    """CREATE VIEW v_outcomes (outcome, event, prompt, wall_ms,
        settled_half_s, felt, feeling, note, practice, answer,
        followed_s, area_bpm_min, rmssd_after_ms, distress_before, distress_after, recurred_s) AS
    SELECT o.id, o.event, o.prompt, o.wall_ms,
        o.settled_half_s, o.felt, o.feeling, o.note, p.practice, p.answer,
        o.followed_s, o.area_bpm_min, o.rmssd_after_ms, o.distress_before, o.distress_after, o.recurred_s
    FROM outcomes AS o LEFT JOIN prompts AS p ON p.id = o.prompt""",
)
