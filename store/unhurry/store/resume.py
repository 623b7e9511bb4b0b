"""Beginning again after a stop, a crash or a night.

In: a database nobody else is measuring into. Out: closed recordings, and `PolicyFacts`.
"""

from __future__ import annotations

from dataclasses import dataclass

from unhurry.signal.records import State

from .database import Database
from .heart import first_arrival_ms, last_arrival_ms, median_or_none, seconds_of
from .intents import Modes, modes_at
from .records import Answer, IntentKind, Reason

INTERRUPTED = "interrupted"
"""Why a recording or event ended that nobody ended."""


@dataclass(frozen=True, slots=True)
class PolicyFacts:
    """What the prompt policy must know after a restart, so that stopping forgets nothing."""

    prompts_today: int
    """Offers, and waits that were drawn in place of one."""
    last_prompt_wall_ms: int | None
    last_not_now_wall_ms: int | None
    """When "not now" was last answered today."""
    last_not_now_reason: str | None
    modes: Modes
    latest_wall_ms: int | None
    """The latest wall time the store has seen; policy time never runs behind it."""


def policy_facts(database: Database, *, day_start_wall_ms: int, now_wall_ms: int) -> PolicyFacts:
    """Return what happened by `now_wall_ms`; prompts and answers are those since the start of the local day.

    `last_prompt_wall_ms` looks back beyond midnight: a cooldown does not end with the day. What was said in
    a replay or a simulated day does not count.
    """
    today = (day_start_wall_ms, now_wall_ms)
    not_now = database.row(
        f"""SELECT answered_wall_ms, answer_reason FROM ({_LIVE_PROMPTS})
        WHERE answer = ? AND answered_wall_ms BETWEEN ? AND ?
        ORDER BY answered_wall_ms DESC LIMIT 1""",  # noqa: S608 - our own text
        (Answer.NOT_NOW, *today),
    )
    return PolicyFacts(
        prompts_today=int(
            database.value(
                f"SELECT count(*) FROM ({_LIVE_CHANCES}) WHERE wall_ms BETWEEN ? AND ?",  # noqa: S608
                today,
            )
        ),
        last_prompt_wall_ms=database.value(
            f"SELECT max(wall_ms) FROM ({_LIVE_CHANCES}) WHERE wall_ms <= ?",  # noqa: S608
            (now_wall_ms,),
        ),
        last_not_now_wall_ms=not_now[0] if not_now else None,
        last_not_now_reason=not_now[1] if not_now else None,
        modes=modes_at(database, day_start_wall_ms=day_start_wall_ms, now_wall_ms=now_wall_ms),
        latest_wall_ms=database.value(
            """SELECT max(r.wall_ms + coalesce(r.end_ms, n.t_ms, 0))
            FROM recordings AS r LEFT JOIN now AS n ON n.recording = r.id WHERE r.source = 'ble'"""
        ),
    )


_LIVE_PROMPTS = """SELECT p.* FROM prompts AS p JOIN decisions AS d ON d.id = p.decision
    JOIN recordings AS r ON r.id = d.recording WHERE r.source = 'ble'"""

_LIVE_CHANCES = f"""SELECT shown_wall_ms AS wall_ms FROM ({_LIVE_PROMPTS}) UNION ALL
    SELECT d.wall_ms FROM decisions AS d JOIN recordings AS r ON r.id = d.recording
    WHERE r.source = 'ble' AND d.reason = '{Reason.WITHHELD_RANDOM}'"""  # noqa: S608 - our own text


def remembered_strap(database: Database) -> str | None:
    """Return the address of the strap that was heard or chosen last, or None."""
    address: str | None = database.value(
        """SELECT address FROM (
            SELECT address, last_seen_wall_ms AS wall_ms FROM devices WHERE address IS NOT NULL
            UNION ALL
            SELECT json_extract(arguments, '$.address'), wall_ms FROM intents WHERE kind = ?)
        WHERE address IS NOT NULL ORDER BY wall_ms DESC LIMIT 1""",
        (IntentKind.CHOOSE_STRAP,),
    )
    return address


def close_left_open(database: Database) -> tuple[int, ...]:
    """Close the recordings and events that a dead process left open, and return the recordings' ids.

    A recording ends with the last thing that arrived. Its minutes are completed up to there: with the state
    the service was in when it was last heard of, the heart rate from the beats, and `no_link` where there are
    none. Call it before the first recording is opened, never while another process measures. Raises
    DatabaseError.
    """
    with database.immediate() as db:
        left = [int(row[0]) for row in db.rows("SELECT id FROM recordings WHERE end_ms IS NULL ORDER BY id")]
        for recording_id in left:
            end_ms = last_arrival_ms(db, recording_id)
            _complete_minutes(db, recording_id, end_ms)
            db.execute(
                "UPDATE events SET closed = ? WHERE recording = ? AND closed IS NULL",
                (INTERRUPTED, recording_id),
            )
            db.execute(
                "UPDATE recordings SET end_ms = ?, cause = ? WHERE id = ?",
                (end_ms, INTERRUPTED, recording_id),
            )
    return tuple(left)


def _complete_minutes(db: Database, recording_id: int, end_ms: int) -> None:
    state = db.value("SELECT state FROM now WHERE recording = ?", (recording_id,))
    first_s = first_arrival_ms(db, recording_id) // 1000
    end_s = -(-end_ms // 1000)
    latest_s = db.value("SELECT max(start_s) FROM minutes WHERE recording = ?", (recording_id,))
    # A minute that is there was written by the one who saw it.
    start_s = first_s - first_s % 60 if latest_s is None else int(latest_s) + 60
    while start_s < end_s:
        until_s = min(start_s + 60, end_s)
        hr_bpm = median_or_none(seconds_of(db, recording_id, start_s, until_s))
        beats, accepted = db.rows(
            """SELECT count(*), coalesce(sum(verdict IN (0, 5)), 0) FROM beats
            WHERE recording = ? AND t_ms >= ? AND t_ms < ?""",
            (recording_id, start_s * 1000, until_s * 1000),
        )[0]
        known = state if state is not None and hr_bpm is not None else State.NO_LINK
        db.execute(
            """INSERT INTO minutes (recording, start_s, wall_ms, state, seconds, hr_bpm, quality)
            SELECT id, ?1, wall_ms + ?1 * 1000, ?2, ?3, ?4, ?5 FROM recordings WHERE id = ?6""",
            (
                start_s,
                known,
                until_s - max(start_s, first_s),
                hr_bpm,
                accepted / beats if beats else 0.0,
                recording_id,
            ),
        )
        start_s += 60
