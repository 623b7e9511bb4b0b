"""The views of schema version 1: what people and their tools may rely on, whatever becomes of the tables.

Every `iso` is the local time of the place with its offset; every `…_ms` is milliseconds since 1970.
docs/schema.md shows how to use them.
"""

# ruff: noqa: S608 - only our own names are put into SQL

from __future__ import annotations


def _iso(wall_ms: str, offset_s: str) -> str:
    """Return an SQL expression for the ISO 8601 time of a place."""
    return (
        f"strftime('%Y-%m-%dT%H:%M:%f', ({wall_ms}) / 1000.0 + {offset_s}, 'unixepoch')"
        f" || CASE WHEN {offset_s} < 0 THEN '-' ELSE '+' END"
        f" || printf('%02d:%02d', abs({offset_s}) / 3600, abs({offset_s}) / 60 % 60)"
    )


def _wall_ms(at_s: str) -> str:
    """Return an SQL expression for the wall time of a second of recording `r`."""
    return f"r.wall_ms + CAST(round({at_s} * 1000) AS INTEGER)"


_ENTRY_MS = "coalesce(e.about_wall_ms, e.created_wall_ms)"
_ENTRY_OFFSET_S = "coalesce(e.about_utc_offset_s, e.utc_offset_s)"

VIEWS: tuple[str, ...] = (
    f"""CREATE VIEW v_beats (recording, wall_ms, iso, rr_ms, verdict) AS
    SELECT b.recording, r.wall_ms + b.t_ms, {_iso("r.wall_ms + b.t_ms", "r.utc_offset_s")}, b.rr_1024 / 1.024,
        CASE b.verdict WHEN -1 THEN 'pending' WHEN 0 THEN 'ok' WHEN 1 THEN 'extra' WHEN 2 THEN 'missed'
            WHEN 3 THEN 'ectopic' WHEN 4 THEN 'long_short' WHEN 5 THEN 'gap' END
    FROM beats AS b JOIN recordings AS r ON r.id = b.recording""",
    f"""CREATE VIEW v_minutes (recording, wall_ms, iso, state, seconds,
        hr_bpm, rmssd_ms, baseline_bpm, spread_bpm, motion, quality) AS
    SELECT m.recording, m.wall_ms, {_iso("m.wall_ms", "r.utc_offset_s")}, m.state, m.seconds,
        m.hr_bpm, m.rmssd_ms, m.baseline_bpm, m.spread_bpm, m.motion, m.quality
    FROM minutes AS m JOIN recordings AS r ON r.id = m.recording""",
    """CREATE VIEW v_days (date, state, minutes, seconds) AS
    SELECT date(m.wall_ms / 1000 + r.utc_offset_s, 'unixepoch'), m.state, count(*), sum(m.seconds)
    FROM minutes AS m JOIN recordings AS r ON r.id = m.recording GROUP BY 1, 2""",
    f"""CREATE VIEW v_events (event, recording, wall_ms, iso, confirmed_ms, peak_ms, end_ms,
        hr_peak_bpm, hr_baseline_bpm, score_peak, confidence, closed, label, note) AS
    SELECT e.id, e.recording, e.wall_ms, {_iso("e.wall_ms", "r.utc_offset_s")},
        {_wall_ms("e.confirmed_s")}, {_wall_ms("e.peak_s")}, {_wall_ms("e.end_s")},
        e.hr_peak_bpm, e.hr_baseline_bpm, e.score_peak, e.confidence, e.closed, e.label, e.note
    FROM events AS e JOIN recordings AS r ON r.id = e.recording""",
    f"""CREATE VIEW v_decisions (decision, event, wall_ms, iso, kind, reason, numbers, settings) AS
    SELECT d.id, d.event, d.wall_ms, {_iso("d.wall_ms", "r.utc_offset_s")}, d.kind, d.reason, d.numbers,
        d.settings
    FROM decisions AS d JOIN recordings AS r ON r.id = d.recording""",
    f"""CREATE VIEW v_prompts (prompt, decision, event, wall_ms, iso,
        practice, answer, reason, answered_ms, closed) AS
    SELECT p.id, p.decision, d.event, p.shown_wall_ms, {_iso("p.shown_wall_ms", "r.utc_offset_s")},
        p.practice, p.answer, p.answer_reason, p.answered_wall_ms, p.closed
    FROM prompts AS p JOIN decisions AS d ON d.id = p.decision JOIN recordings AS r ON r.id = d.recording""",
    """CREATE VIEW v_outcomes (outcome, event, prompt, wall_ms,
        settled_half_s, felt, feeling, note, practice, answer) AS
    SELECT o.id, o.event, o.prompt, o.wall_ms,
        o.settled_half_s, o.felt, o.feeling, o.note, p.practice, p.answer
    FROM outcomes AS o LEFT JOIN prompts AS p ON p.id = o.prompt""",
    f"""CREATE VIEW v_entries (entry, wall_ms, iso, template, body, fields, tags, events, version) AS
    SELECT e.id, {_ENTRY_MS}, {_iso(_ENTRY_MS, _ENTRY_OFFSET_S)}, e.template, e.body, e.fields,
        (SELECT group_concat(tag, ' ') FROM (SELECT tag FROM entry_tags WHERE entry = e.id ORDER BY n)),
        (SELECT group_concat(event, ' ') FROM entry_events WHERE entry = e.id), e.version
    FROM entries AS e""",
    # Minutes without a heartbeat, runs of one cause merged; and the time between two recordings.
    """CREATE VIEW v_gaps (start_ms, end_ms, cause) AS
    SELECT min(wall_ms), max(wall_ms + seconds * 1000), state FROM (
        SELECT recording, wall_ms, seconds, state,
            start_s - 60 * row_number() OVER (PARTITION BY recording, state ORDER BY start_s) AS island
        FROM minutes WHERE state IN ('no_link', 'off_body', 'suspended', 'paused'))
    GROUP BY recording, state, island
    UNION ALL
    SELECT ended_ms, next_ms, cause FROM (
        SELECT wall_ms + end_ms AS ended_ms, cause, lead(wall_ms) OVER (ORDER BY wall_ms, id) AS next_ms
        FROM recordings)
    WHERE next_ms > ended_ms""",
)
