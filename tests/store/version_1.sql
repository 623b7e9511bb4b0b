-- A database as schema version 1 left it (unhurry 0.1.0), with a few rows in it: the
-- migrations must bring it up to date and lose nothing. Made by the code of that version. Never change this file.
PRAGMA application_id = 1433299061;
PRAGMA user_version = 1;
BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'unhurry','1_first_day','2026-11-23 15:06:23.125080+00:00');
CREATE TABLE answers (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        prompt INTEGER NOT NULL REFERENCES prompts ON DELETE CASCADE,
        wall_ms INTEGER NOT NULL,
        answer TEXT NOT NULL,
        reason TEXT,
        felt TEXT,
        feeling TEXT,
        note TEXT
    ) STRICT;
CREATE TABLE beats (
        recording INTEGER NOT NULL REFERENCES recordings ON DELETE CASCADE,
        t_ms INTEGER NOT NULL,
        rr_1024 INTEGER NOT NULL,
        verdict INTEGER NOT NULL,
        late_ms INTEGER NOT NULL,
        PRIMARY KEY (recording, t_ms)
    ) STRICT, WITHOUT ROWID;
INSERT INTO "beats" VALUES(1,1000,1024,0,40);
INSERT INTO "beats" VALUES(1,2000,1024,0,40);
INSERT INTO "beats" VALUES(1,3000,1024,0,40);
INSERT INTO "beats" VALUES(1,4000,1024,0,40);
INSERT INTO "beats" VALUES(1,5000,1024,0,40);
CREATE TABLE changes (
        kind TEXT NOT NULL,
        row INTEGER NOT NULL,
        n INTEGER NOT NULL UNIQUE,
        PRIMARY KEY (kind, row)
    ) STRICT, WITHOUT ROWID;
INSERT INTO "changes" VALUES('day',20524,1);
INSERT INTO "changes" VALUES('entry',1,7);
INSERT INTO "changes" VALUES('event',1,4);
INSERT INTO "changes" VALUES('intent',1,6);
INSERT INTO "changes" VALUES('prompt',1,5);
CREATE TABLE decisions (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        recording INTEGER NOT NULL REFERENCES recordings ON DELETE CASCADE,
        t_s REAL NOT NULL,
        wall_ms INTEGER NOT NULL,
        event INTEGER UNIQUE REFERENCES events ON DELETE CASCADE,
        kind TEXT NOT NULL,
        reason TEXT NOT NULL,
        numbers TEXT NOT NULL CHECK (json_valid(numbers)),
        settings TEXT REFERENCES settings
    ) STRICT;
INSERT INTO "decisions" VALUES(1,1,647.25,1773295847250,1,'prompt','ok','{"score": 5.5}','0a1b2c3d4e5f');
CREATE TABLE devices (
        name TEXT PRIMARY KEY,
        address TEXT,
        battery_percent INTEGER,
        last_seen_wall_ms INTEGER NOT NULL
    ) STRICT;
INSERT INTO "devices" VALUES('Polar H9 77',NULL,NULL,1773295200010);
INSERT INTO "devices" VALUES('Polar H10 1234','C0:11:22:33:44:00',80,1773295200050);
CREATE TABLE entries (
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
    ) STRICT;
INSERT INTO "entries" VALUES(1,'note','Before the call #work','{}',NULL,NULL,1773295200000,1773295200000,3600,1);
CREATE TABLE entry_events (
        entry INTEGER NOT NULL REFERENCES entries ON DELETE CASCADE,
        event INTEGER NOT NULL REFERENCES events ON DELETE CASCADE,
        PRIMARY KEY (entry, event)
    ) STRICT, WITHOUT ROWID;
INSERT INTO "entry_events" VALUES(1,1);
CREATE TABLE entry_tags (
        entry INTEGER NOT NULL REFERENCES entries ON DELETE CASCADE,
        n INTEGER NOT NULL,
        tag TEXT NOT NULL,
        PRIMARY KEY (entry, n)
    ) STRICT, WITHOUT ROWID;
INSERT INTO "entry_tags" VALUES(1,0,'work');
CREATE TABLE entry_versions (
        entry INTEGER NOT NULL REFERENCES entries ON DELETE CASCADE,
        version INTEGER NOT NULL,
        template TEXT NOT NULL,
        body TEXT NOT NULL,
        fields TEXT NOT NULL,
        tags TEXT NOT NULL,
        about_wall_ms INTEGER,
        updated_wall_ms INTEGER NOT NULL,
        PRIMARY KEY (entry, version)
    ) STRICT, WITHOUT ROWID;
CREATE TABLE events (
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
    ) STRICT;
INSERT INTO "events" VALUES(1,1,1,1773295800000,600.0,647.25,690.0,900.0,90.0,60.0,5.5,'high','settled',NULL,NULL);
CREATE TABLE heart_rates (
        recording INTEGER NOT NULL REFERENCES recordings ON DELETE CASCADE,
        t_ms INTEGER NOT NULL,
        n INTEGER NOT NULL,
        hr_bpm REAL NOT NULL,
        PRIMARY KEY (recording, t_ms, n)
    ) STRICT, WITHOUT ROWID;
INSERT INTO "heart_rates" VALUES(1,100,0,61.0);
INSERT INTO "heart_rates" VALUES(1,100,1,62.0);
CREATE TABLE intents (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        wall_ms INTEGER NOT NULL,
        utc_offset_s INTEGER NOT NULL,
        arguments TEXT NOT NULL CHECK (json_valid(arguments)),
        taken_wall_ms INTEGER
    ) STRICT;
INSERT INTO "intents" VALUES(1,'snooze',1773295200000,3600,'{"minutes": 60}',NULL);
CREATE TABLE links (
        id INTEGER PRIMARY KEY,
        recording INTEGER NOT NULL REFERENCES recordings ON DELETE CASCADE,
        t_ms INTEGER NOT NULL,
        state TEXT NOT NULL,
        device TEXT,
        battery_percent INTEGER,
        advice TEXT
    ) STRICT;
INSERT INTO "links" VALUES(1,1,0,'looking',NULL,NULL,NULL);
INSERT INTO "links" VALUES(2,1,10,'connecting','Polar H9 77',NULL,NULL);
INSERT INTO "links" VALUES(3,1,50,'receiving','Polar H10 1234',80,NULL);
CREATE TABLE minutes (
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
    ) STRICT, WITHOUT ROWID;
INSERT INTO "minutes" VALUES(1,0,1773295200000,'calm',60,60.0,40.0,61.0,3.0,0.1,1.0);
CREATE TABLE motion (
        recording INTEGER NOT NULL REFERENCES recordings ON DELETE CASCADE,
        t_ms INTEGER NOT NULL,
        n INTEGER NOT NULL,
        value REAL NOT NULL,
        PRIMARY KEY (recording, t_ms, n)
    ) STRICT, WITHOUT ROWID;
INSERT INTO "motion" VALUES(1,500,0,12.5);
CREATE TABLE now (
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
    ) STRICT;
INSERT INTO "now" VALUES(1,1,1000,1795446383137,1.0,NULL,1000,NULL,NULL,NULL,0);
CREATE TABLE outcomes (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        event INTEGER UNIQUE REFERENCES events ON DELETE CASCADE,
        prompt INTEGER UNIQUE REFERENCES prompts ON DELETE CASCADE,
        wall_ms INTEGER NOT NULL,
        settled_half_s REAL,
        felt TEXT,
        feeling TEXT,
        note TEXT,
        CHECK (event IS NOT NULL OR prompt IS NOT NULL)
    ) STRICT;
INSERT INTO "outcomes" VALUES(1,1,1,1773296100000,NULL,NULL,NULL,NULL);
CREATE TABLE prompts (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        decision INTEGER NOT NULL UNIQUE REFERENCES decisions ON DELETE CASCADE,
        shown_wall_ms INTEGER NOT NULL,
        expires_wall_ms INTEGER NOT NULL,
        practice TEXT NOT NULL,
        answer TEXT,
        answer_reason TEXT,
        answered_wall_ms INTEGER,
        closed TEXT
    ) STRICT;
INSERT INTO "prompts" VALUES(1,1,1773295850000,1773296100000,'four_six',NULL,NULL,NULL,'expired');
CREATE TABLE recordings (
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
    ) STRICT;
INSERT INTO "recordings" VALUES(1,'ble','Polar H10 1234',1773295200000,3600,0,NULL,NULL,1200000,'stopped');
INSERT INTO "recordings" VALUES(2,'replay','Polar H10 1234',1773295200000,3600,0,NULL,NULL,NULL,NULL);
CREATE TABLE settings (
        version TEXT PRIMARY KEY,
        json TEXT NOT NULL,
        first_used_wall_ms INTEGER NOT NULL,
        last_used_wall_ms INTEGER NOT NULL
    ) STRICT;
INSERT INTO "settings" VALUES('0a1b2c3d4e5f','{"prompts": {"budget_per_day": 3}}',1773295200000,1773295200000);
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE INDEX recordings_wall ON recordings (wall_ms);
CREATE INDEX links_time ON links (recording, t_ms);
CREATE INDEX minutes_wall ON minutes (wall_ms);
CREATE INDEX events_wall ON events (wall_ms);
CREATE INDEX decisions_wall ON decisions (wall_ms);
CREATE INDEX prompts_wall ON prompts (shown_wall_ms);
CREATE INDEX answers_prompt ON answers (prompt);
CREATE INDEX entries_wall ON entries (coalesce(about_wall_ms, created_wall_ms));
CREATE INDEX entry_tags_tag ON entry_tags (tag);
CREATE INDEX entry_events_event ON entry_events (event);
CREATE INDEX intents_wall ON intents (wall_ms);
CREATE INDEX intents_waiting ON intents (id) WHERE taken_wall_ms IS NULL;
CREATE TRIGGER events_insert_noted AFTER INSERT ON events BEGIN
        INSERT INTO changes (kind, row, n)
        SELECT 'event', new.id, coalesce((SELECT max(n) FROM changes), 0) + 1 WHERE new.id IS NOT NULL
        ON CONFLICT (kind, row) DO UPDATE SET n = excluded.n;
    END;
CREATE TRIGGER events_update_noted AFTER UPDATE ON events BEGIN
        INSERT INTO changes (kind, row, n)
        SELECT 'event', new.id, coalesce((SELECT max(n) FROM changes), 0) + 1 WHERE new.id IS NOT NULL
        ON CONFLICT (kind, row) DO UPDATE SET n = excluded.n;
    END;
CREATE TRIGGER outcomes_insert_noted AFTER INSERT ON outcomes BEGIN
        INSERT INTO changes (kind, row, n)
        SELECT 'event', new.event, coalesce((SELECT max(n) FROM changes), 0) + 1 WHERE new.event IS NOT NULL
        ON CONFLICT (kind, row) DO UPDATE SET n = excluded.n;
    END;
CREATE TRIGGER outcomes_update_noted AFTER UPDATE ON outcomes BEGIN
        INSERT INTO changes (kind, row, n)
        SELECT 'event', new.event, coalesce((SELECT max(n) FROM changes), 0) + 1 WHERE new.event IS NOT NULL
        ON CONFLICT (kind, row) DO UPDATE SET n = excluded.n;
    END;
CREATE TRIGGER prompts_insert_noted AFTER INSERT ON prompts BEGIN
        INSERT INTO changes (kind, row, n)
        SELECT 'prompt', new.id, coalesce((SELECT max(n) FROM changes), 0) + 1 WHERE new.id IS NOT NULL
        ON CONFLICT (kind, row) DO UPDATE SET n = excluded.n;
    END;
CREATE TRIGGER prompts_update_noted AFTER UPDATE ON prompts BEGIN
        INSERT INTO changes (kind, row, n)
        SELECT 'prompt', new.id, coalesce((SELECT max(n) FROM changes), 0) + 1 WHERE new.id IS NOT NULL
        ON CONFLICT (kind, row) DO UPDATE SET n = excluded.n;
    END;
CREATE TRIGGER entries_insert_noted AFTER INSERT ON entries BEGIN
        INSERT INTO changes (kind, row, n)
        SELECT 'entry', new.id, coalesce((SELECT max(n) FROM changes), 0) + 1 WHERE new.id IS NOT NULL
        ON CONFLICT (kind, row) DO UPDATE SET n = excluded.n;
    END;
CREATE TRIGGER entries_update_noted AFTER UPDATE ON entries BEGIN
        INSERT INTO changes (kind, row, n)
        SELECT 'entry', new.id, coalesce((SELECT max(n) FROM changes), 0) + 1 WHERE new.id IS NOT NULL
        ON CONFLICT (kind, row) DO UPDATE SET n = excluded.n;
    END;
CREATE TRIGGER entries_delete_noted AFTER DELETE ON entries BEGIN
        INSERT INTO changes (kind, row, n)
        SELECT 'entry', old.id, coalesce((SELECT max(n) FROM changes), 0) + 1 WHERE old.id IS NOT NULL
        ON CONFLICT (kind, row) DO UPDATE SET n = excluded.n;
    END;
CREATE TRIGGER intents_insert_noted AFTER INSERT ON intents BEGIN
        INSERT INTO changes (kind, row, n)
        SELECT 'intent', new.id, coalesce((SELECT max(n) FROM changes), 0) + 1 WHERE new.id IS NOT NULL
        ON CONFLICT (kind, row) DO UPDATE SET n = excluded.n;
    END;
CREATE TRIGGER minutes_insert_noted AFTER INSERT ON minutes BEGIN
        INSERT INTO changes (kind, row, n)
        SELECT 'day', (new.wall_ms / 1000 + (SELECT utc_offset_s FROM recordings WHERE id = new.recording)) / 86400, coalesce((SELECT max(n) FROM changes), 0) + 1 WHERE (new.wall_ms / 1000 + (SELECT utc_offset_s FROM recordings WHERE id = new.recording)) / 86400 IS NOT NULL
        ON CONFLICT (kind, row) DO UPDATE SET n = excluded.n;
    END;
CREATE TRIGGER minutes_update_noted AFTER UPDATE ON minutes BEGIN
        INSERT INTO changes (kind, row, n)
        SELECT 'day', (new.wall_ms / 1000 + (SELECT utc_offset_s FROM recordings WHERE id = new.recording)) / 86400, coalesce((SELECT max(n) FROM changes), 0) + 1 WHERE (new.wall_ms / 1000 + (SELECT utc_offset_s FROM recordings WHERE id = new.recording)) / 86400 IS NOT NULL
        ON CONFLICT (kind, row) DO UPDATE SET n = excluded.n;
    END;
CREATE VIEW v_beats (recording, wall_ms, iso, rr_ms, verdict) AS
    SELECT b.recording, r.wall_ms + b.t_ms, strftime('%Y-%m-%dT%H:%M:%f', (r.wall_ms + b.t_ms) / 1000.0 + r.utc_offset_s, 'unixepoch') || CASE WHEN r.utc_offset_s < 0 THEN '-' ELSE '+' END || printf('%02d:%02d', abs(r.utc_offset_s) / 3600, abs(r.utc_offset_s) / 60 % 60), b.rr_1024 / 1.024,
        CASE b.verdict WHEN -1 THEN 'pending' WHEN 0 THEN 'ok' WHEN 1 THEN 'extra' WHEN 2 THEN 'missed'
            WHEN 3 THEN 'ectopic' WHEN 4 THEN 'long_short' WHEN 5 THEN 'gap' END
    FROM beats AS b JOIN recordings AS r ON r.id = b.recording;
CREATE VIEW v_minutes (recording, wall_ms, iso, state, seconds,
        hr_bpm, rmssd_ms, baseline_bpm, spread_bpm, motion, quality) AS
    SELECT m.recording, m.wall_ms, strftime('%Y-%m-%dT%H:%M:%f', (m.wall_ms) / 1000.0 + r.utc_offset_s, 'unixepoch') || CASE WHEN r.utc_offset_s < 0 THEN '-' ELSE '+' END || printf('%02d:%02d', abs(r.utc_offset_s) / 3600, abs(r.utc_offset_s) / 60 % 60), m.state, m.seconds,
        m.hr_bpm, m.rmssd_ms, m.baseline_bpm, m.spread_bpm, m.motion, m.quality
    FROM minutes AS m JOIN recordings AS r ON r.id = m.recording;
CREATE VIEW v_days (date, state, minutes, seconds) AS
    SELECT date(m.wall_ms / 1000 + r.utc_offset_s, 'unixepoch'), m.state, count(*), sum(m.seconds)
    FROM minutes AS m JOIN recordings AS r ON r.id = m.recording GROUP BY 1, 2;
CREATE VIEW v_events (event, recording, wall_ms, iso, confirmed_ms, peak_ms, end_ms,
        hr_peak_bpm, hr_baseline_bpm, score_peak, confidence, closed, label, note) AS
    SELECT e.id, e.recording, e.wall_ms, strftime('%Y-%m-%dT%H:%M:%f', (e.wall_ms) / 1000.0 + r.utc_offset_s, 'unixepoch') || CASE WHEN r.utc_offset_s < 0 THEN '-' ELSE '+' END || printf('%02d:%02d', abs(r.utc_offset_s) / 3600, abs(r.utc_offset_s) / 60 % 60),
        r.wall_ms + CAST(round(e.confirmed_s * 1000) AS INTEGER), r.wall_ms + CAST(round(e.peak_s * 1000) AS INTEGER), r.wall_ms + CAST(round(e.end_s * 1000) AS INTEGER),
        e.hr_peak_bpm, e.hr_baseline_bpm, e.score_peak, e.confidence, e.closed, e.label, e.note
    FROM events AS e JOIN recordings AS r ON r.id = e.recording;
CREATE VIEW v_decisions (decision, event, wall_ms, iso, kind, reason, numbers, settings) AS
    SELECT d.id, d.event, d.wall_ms, strftime('%Y-%m-%dT%H:%M:%f', (d.wall_ms) / 1000.0 + r.utc_offset_s, 'unixepoch') || CASE WHEN r.utc_offset_s < 0 THEN '-' ELSE '+' END || printf('%02d:%02d', abs(r.utc_offset_s) / 3600, abs(r.utc_offset_s) / 60 % 60), d.kind, d.reason, d.numbers,
        d.settings
    FROM decisions AS d JOIN recordings AS r ON r.id = d.recording;
CREATE VIEW v_prompts (prompt, decision, event, wall_ms, iso,
        practice, answer, reason, answered_ms, closed) AS
    SELECT p.id, p.decision, d.event, p.shown_wall_ms, strftime('%Y-%m-%dT%H:%M:%f', (p.shown_wall_ms) / 1000.0 + r.utc_offset_s, 'unixepoch') || CASE WHEN r.utc_offset_s < 0 THEN '-' ELSE '+' END || printf('%02d:%02d', abs(r.utc_offset_s) / 3600, abs(r.utc_offset_s) / 60 % 60),
        p.practice, p.answer, p.answer_reason, p.answered_wall_ms, p.closed
    FROM prompts AS p JOIN decisions AS d ON d.id = p.decision JOIN recordings AS r ON r.id = d.recording;
CREATE VIEW v_outcomes (outcome, event, prompt, wall_ms,
        settled_half_s, felt, feeling, note, practice, answer) AS
    SELECT o.id, o.event, o.prompt, o.wall_ms,
        o.settled_half_s, o.felt, o.feeling, o.note, p.practice, p.answer
    FROM outcomes AS o LEFT JOIN prompts AS p ON p.id = o.prompt;
CREATE VIEW v_entries (entry, wall_ms, iso, template, body, fields, tags, events, version) AS
    SELECT e.id, coalesce(e.about_wall_ms, e.created_wall_ms), strftime('%Y-%m-%dT%H:%M:%f', (coalesce(e.about_wall_ms, e.created_wall_ms)) / 1000.0 + coalesce(e.about_utc_offset_s, e.utc_offset_s), 'unixepoch') || CASE WHEN coalesce(e.about_utc_offset_s, e.utc_offset_s) < 0 THEN '-' ELSE '+' END || printf('%02d:%02d', abs(coalesce(e.about_utc_offset_s, e.utc_offset_s)) / 3600, abs(coalesce(e.about_utc_offset_s, e.utc_offset_s)) / 60 % 60), e.template, e.body, e.fields,
        (SELECT group_concat(tag, ' ') FROM (SELECT tag FROM entry_tags WHERE entry = e.id ORDER BY n)),
        (SELECT group_concat(event, ' ') FROM entry_events WHERE entry = e.id), e.version
    FROM entries AS e;
CREATE VIEW v_gaps (start_ms, end_ms, cause) AS
    SELECT min(wall_ms), max(wall_ms + seconds * 1000), state FROM (
        SELECT recording, wall_ms, seconds, state,
            start_s - 60 * row_number() OVER (PARTITION BY recording, state ORDER BY start_s) AS island
        FROM minutes WHERE state IN ('no_link', 'off_body', 'suspended', 'paused'))
    GROUP BY recording, state, island
    UNION ALL
    SELECT ended_ms, next_ms, cause FROM (
        SELECT wall_ms + end_ms AS ended_ms, cause, lead(wall_ms) OVER (ORDER BY wall_ms, id) AS next_ms
        FROM recordings)
    WHERE next_ms > ended_ms;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('recordings',2);
INSERT INTO "sqlite_sequence" VALUES('events',1);
INSERT INTO "sqlite_sequence" VALUES('decisions',1);
INSERT INTO "sqlite_sequence" VALUES('prompts',1);
INSERT INTO "sqlite_sequence" VALUES('outcomes',1);
INSERT INTO "sqlite_sequence" VALUES('intents',1);
INSERT INTO "sqlite_sequence" VALUES('entries',1);
COMMIT;
