"""Offers, and the wearer's answers to them.

In: a database, an answer. Out: frozen records. An answer is never overwritten: the offer shows the latest,
the table `answers` keeps each.
"""

# ruff: noqa: S608 - only our own names are put into SQL; what comes from outside is always a parameter

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from unhurry.config import UnhurryError

from .database import Database
from .moments import Moment
from .paging import Page, Window, page, where_window
from .records import Answer, PromptRow


@dataclass(frozen=True, slots=True)
class KeptPrompt(PromptRow):
    """An offer with the offset of its place."""

    utc_offset_s: int


@dataclass(frozen=True, slots=True)
class Given:
    """What the wearer said to an offer."""

    answer: Answer
    reason: str | None = None
    felt: str | None = None
    """`better`, `same`, `worse`."""
    feeling: str | None = None
    note: str | None = None
    distress: int | None = None
    """0 to 10, as the wearer tells it: before a practice with `start`, after it with `done`."""


class AnswerContradicts(UnhurryError):  # noqa: N818 - says what it is
    """The answer cannot follow the one given before."""


_MAY_FOLLOW: dict[Answer | None, frozenset[Answer]] = {
    None: frozenset(Answer),
    Answer.START: frozenset({Answer.START, Answer.DONE}),
    # Closed by mistake, or changed one's mind: starting after "not now" is always welcome.
    Answer.NOT_NOW: frozenset({Answer.NOT_NOW, Answer.START}),
    Answer.FINE: frozenset({Answer.FINE}),
    Answer.DONE: frozenset({Answer.DONE}),
}


def prompts(database: Database, window: Window) -> Page[KeptPrompt]:
    """Return offers, newest first. Raises InputError for a foreign cursor."""
    rows = database.rows(f"{_PROMPTS} WHERE {where_window('p.shown_wall_ms', 'p.id')}", window.parameters)
    return page([(row[3], row[0], _prompt(row)) for row in rows], window)


def prompt(database: Database, prompt_id: int) -> KeptPrompt | None:
    """Return one offer, or None."""
    row = database.row(f"{_PROMPTS} WHERE p.id = ?", (prompt_id,))
    return None if row is None else _prompt(row)


def standing_prompt(database: Database, now_wall_ms: int) -> KeptPrompt | None:
    """Return the offer that waits for an answer now, or None."""
    row = database.row(
        f"""{_PROMPTS} WHERE p.closed IS NULL AND p.shown_wall_ms <= ? AND p.expires_wall_ms > ?
        ORDER BY p.shown_wall_ms DESC, p.id DESC LIMIT 1""",
        (now_wall_ms, now_wall_ms),
    )
    return None if row is None else _prompt(row)


def prompts_of_decisions(database: Database, decision_ids: list[int]) -> dict[int, KeptPrompt]:
    """Return the offers that came of these decisions, by decision."""
    rows = database.rows(
        f"{_PROMPTS} WHERE p.decision IN (SELECT value FROM json_each(?))",
        (json.dumps(decision_ids),),
    )
    return {row[1]: _prompt(row) for row in rows}


def answer_prompt(database: Database, prompt_id: int, given: Given, at: Moment) -> KeptPrompt | None:
    """Keep an answer and return the offer, or None when there is none; on the disk when this returns.

    Raises AnswerContradicts when the offer was answered otherwise before; then nothing is written.
    """
    with database.immediate() as db:
        before = prompt(db, prompt_id)
        if before is None:
            return None
        if given.answer not in _MAY_FOLLOW[before.answer]:
            raise AnswerContradicts(
                f"This offer was answered with {_WORDS[before.answer]} before.", "That answer stands."
            )
        db.execute(
            """INSERT INTO answers (prompt, wall_ms, answer, reason, felt, feeling, note, distress)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
            (
                prompt_id,
                at.wall_ms,
                given.answer,
                given.reason,
                given.felt,
                given.feeling,
                given.note,
                given.distress,
            ),
        )
        db.execute(
            # Said again (with a reason, say), an answer keeps its time.
            """UPDATE prompts SET answer = ?1, closed = 'answered',
                answer_reason = coalesce(?2, CASE WHEN answer = ?1 THEN answer_reason END),
                answered_wall_ms = CASE WHEN answer = ?1 THEN answered_wall_ms ELSE ?3 END
            WHERE id = ?4""",
            (given.answer, given.reason, at.wall_ms, prompt_id),
        )
        if given.answer is Answer.DONE or (given.answer is Answer.START and given.distress is not None):
            _keep_outcome(db, before, given, at)
        return prompt(db, prompt_id)


def _keep_outcome(db: Database, answered: KeptPrompt, given: Given, at: Moment) -> None:
    before = given.distress if given.answer is Answer.START else None
    after = given.distress if given.answer is Answer.DONE else None
    said = (given.felt, given.feeling, given.note, before, after)
    updated = db.execute(
        """UPDATE outcomes SET prompt = ?, felt = coalesce(?, felt), feeling = coalesce(?, feeling),
            note = coalesce(?, note), distress_before = coalesce(?, distress_before),
            distress_after = coalesce(?, distress_after)
        WHERE event = ? OR prompt = ?""",
        (answered.id, *said, answered.event_id, answered.id),
    ).rowcount
    if not updated:
        db.execute(
            """INSERT INTO outcomes (event, prompt, wall_ms, felt, feeling, note, distress_before,
                distress_after) VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
            (answered.event_id, answered.id, at.wall_ms, *said),
        )


_WORDS: dict[Answer | None, str] = {
    Answer.START: '"Start"',
    Answer.NOT_NOW: '"Not now"',
    Answer.FINE: '"I\'m fine"',
    Answer.DONE: '"Done"',
}

_PROMPTS = """SELECT p.id, p.decision, d.event, p.shown_wall_ms, p.expires_wall_ms, p.practice, p.answer,
        p.answer_reason, p.answered_wall_ms, p.closed, r.utc_offset_s
    FROM prompts AS p JOIN decisions AS d ON d.id = p.decision JOIN recordings AS r ON r.id =
        d.recording"""


def _prompt(row: tuple[Any, ...]) -> KeptPrompt:
    identity, decision_id, event_id, shown, expires, practice, answer, *rest = row
    return KeptPrompt(
        identity,
        decision_id,
        event_id,
        shown,
        expires,
        practice,
        None if answer is None else Answer(answer),
        *rest,
    )
