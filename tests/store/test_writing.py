"""What the loop writes is there, once, and together."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from unhurry.config import DatabaseError
from unhurry.signal.records import State, Verdict
from unhurry.store import (
    Answer,
    Batch,
    Database,
    Decided,
    DecisionKind,
    IntentKind,
    LinkMark,
    LinkState,
    Moment,
    NewDecision,
    NewPrompt,
    Now,
    Reason,
    Writer,
    open_database,
)
from unhurry.store.events import event, events
from unhurry.store.intents import add_intent
from unhurry.store.outcomes import KeptOutcome, keep_outcome
from unhurry.store.paging import Window
from unhurry.store.prompts import AnswerContradicts, Given, answer_prompt, prompt, prompts

if TYPE_CHECKING:
    from tests.store.conftest import Made


def prompted(made: Made, t_s: float = 647.25, number: int | None = 1) -> Decided:
    shown = made.wall_ms + round(t_s * 1000)
    return Decided(
        NewDecision(t_s, number, DecisionKind.PROMPT, Reason.OK, {"score": 5.5, "rise_bpm": float("nan")}),
        NewPrompt(shown, shown + 900_000, "four_six"),
    )


def test_pending_beats_get_their_verdict_and_nothing_else_changes(
    writer: Writer, database: Database, made: Made
) -> None:
    recording = writer.open_recording(made.recording())
    pending = made.beats(0, 5, verdict=Verdict.PENDING)
    writer.write_batch(Batch(recording, pending=pending))
    judged = replace(pending, verdict=np.array([0, 0, 3, 3, 0], dtype=np.int8), rr_1024=pending.rr_1024 + 7)
    writer.write_batch(Batch(recording, beats=judged))
    rows = database.rows("SELECT rr_1024, verdict, late_ms FROM beats ORDER BY t_ms")
    assert rows == [(1024, verdict, 40) for verdict in (0, 0, 3, 3, 0)]


def test_a_burst_in_one_millisecond_keeps_every_sample(
    writer: Writer, database: Database, made: Made
) -> None:
    recording = writer.open_recording(made.recording())
    writer.write_batch(Batch(recording, motion=made.samples([10, 10, 10, 20], [1.0, 2.5, 3.0, 4.0])))
    writer.write_batch(Batch(recording, motion=made.samples([20, 30], [5.0, float("nan")])))
    assert database.rows("SELECT t_ms, value FROM motion ORDER BY t_ms, n") == [
        (10, 1.0), (10, 2.5), (10, 3.0), (20, 4.0), (20, 5.0),
    ]  # fmt: skip


def test_an_event_its_decision_and_its_prompt_come_together(
    writer: Writer, reader: Database, made: Made
) -> None:
    writer.save_settings("0a1b2c3d4e5f", "{}", wall_ms=made.wall_ms)
    recording = writer.open_recording(made.recording())
    written = writer.write_batch(Batch(recording, events=(made.event(),), decisions=(prompted(made),)))
    found = event(reader, written.events[0])
    assert found is not None
    assert found.decision is not None
    assert (found.decision.id, found.decision.settings) == (written.decisions[0], "0a1b2c3d4e5f")
    assert found.decision.numbers == {"score": 5.5, "rise_bpm": None}
    assert found.prompt is not None
    assert (found.prompt.id, found.prompt.event_id) == (written.prompts[0], found.id)
    assert found.confirmed.local.isoformat() == "2026-03-12T07:10:47.250000+01:00"


def test_a_batch_that_fails_leaves_nothing_of_it(writer: Writer, database: Database, made: Made) -> None:
    recording = writer.open_recording(made.recording())
    writer.write_batch(Batch(recording, events=(made.event(),), decisions=(prompted(made),)))
    with pytest.raises(sqlite3.IntegrityError):
        writer.write_batch(
            Batch(
                recording,
                beats=made.beats(0, 3),
                events=(made.event(2, start_s=900),),
                decisions=(prompted(made),),  # the first event has a decision
            )
        )
    assert database.value("SELECT count(*) FROM beats") == 0
    assert database.value("SELECT count(*) FROM events") == 1


def test_an_event_is_one_row_from_confirmation_to_end(writer: Writer, database: Database, made: Made) -> None:
    recording = writer.open_recording(made.recording())
    first = writer.write_batch(Batch(recording, events=(made.event(),)))
    with database.immediate():
        database.execute("UPDATE events SET label = 'tense'")
    ended = replace(made.event(end_s=900.0), hr_peak_bpm=95.0)
    second = writer.write_batch(Batch(recording, events=(ended,)))
    assert first.events == second.events
    assert database.rows("SELECT end_s, hr_peak_bpm, closed, label FROM events") == [
        (900.0, 95.0, "settled", "tense")
    ]


def test_an_answer_is_read_once_by_the_loop(writer: Writer, path: Path, made: Made) -> None:
    recording = writer.open_recording(made.recording())
    writer.write_batch(Batch(recording, events=(made.event(),), decisions=(prompted(made),)))
    assert writer.new_answers() == ()
    with open_database(path) as page:
        at = Moment(made.wall_ms + 700_000, 3600)
        answer_prompt(page, 1, Given(Answer.NOT_NOW), at)
        answer_prompt(page, 1, Given(Answer.NOT_NOW, reason="meeting"), at)
    assert [(row.answer, row.reason) for row in writer.new_answers()] == [
        (Answer.NOT_NOW, None), (Answer.NOT_NOW, "meeting"),
    ]  # fmt: skip
    assert writer.new_answers() == ()


def test_answers_that_contradict_are_refused(writer: Writer, database: Database, made: Made) -> None:
    recording = writer.open_recording(made.recording())
    writer.write_batch(Batch(recording, events=(made.event(),), decisions=(prompted(made),)))
    at = Moment(made.wall_ms + 700_000, 3600)
    answer_prompt(database, 1, Given(Answer.START), at)
    with pytest.raises(AnswerContradicts, match="Start"):
        answer_prompt(database, 1, Given(Answer.FINE), at)
    done = answer_prompt(database, 1, Given(Answer.DONE, felt="better", feeling="tense"), at)
    assert done is not None
    assert done.answer is Answer.DONE
    assert database.value("SELECT count(*) FROM answers") == 2
    assert database.rows("SELECT event, prompt, felt, feeling FROM outcomes") == [(1, 1, "better", "tense")]
    assert answer_prompt(database, 99, Given(Answer.FINE), at) is None


def test_how_it_felt_and_how_it_settled_are_one_outcome(
    writer: Writer, database: Database, made: Made
) -> None:
    recording = writer.open_recording(made.recording())
    writer.write_batch(Batch(recording, events=(made.event(),), decisions=(prompted(made),)))
    at = Moment(made.wall_ms + 700_000, 3600)
    answer_prompt(database, 1, Given(Answer.START, distress=7), at)
    answer_prompt(database, 1, Given(Answer.DONE, felt="better", distress=4), at)
    assert keep_outcome(database, 1, made.wall_ms, KeptOutcome(0.0, None, None, None))
    assert not keep_outcome(database, 1, made.wall_ms, KeptOutcome(0.0, None, None, None))
    assert database.rows(
        "SELECT event, prompt, felt, settled_half_s, distress_before, distress_after FROM v_outcomes"
    ) == [(1, 1, "better", 0.0, 7, 4)]
    assert database.rows("SELECT answer, distress FROM answers ORDER BY id") == [("start", 7), ("done", 4)]


def test_an_offer_leaves_by_itself_and_can_still_be_answered(
    writer: Writer, database: Database, made: Made
) -> None:
    recording = writer.open_recording(made.recording())
    written = writer.write_batch(Batch(recording, events=(made.event(),), decisions=(prompted(made),)))
    expires = prompts(database, Window()).items[0].expires_wall_ms
    assert writer.expire_prompts(expires - 1) == ()
    assert writer.expire_prompts(expires) == written.prompts
    assert writer.expire_prompts(expires) == ()
    answered = answer_prompt(database, 1, Given(Answer.FINE), Moment(expires + 5, 3600))
    assert answered is not None
    assert (answered.answer, answered.closed) == (Answer.FINE, "answered")
    assert prompt(database, 1) == answered


def test_a_wish_is_taken_once(writer: Writer, database: Database, made: Made) -> None:
    at = Moment(made.wall_ms, 3600)
    first = add_intent(database, IntentKind.SNOOZE, {"minutes": 30}, at)
    second = add_intent(database, IntentKind.OBSERVE, {"on": True}, at)
    taken = writer.take_intents(made.wall_ms + 500)
    assert [(row.id, row.kind, row.arguments) for row in taken] == [
        (first, IntentKind.SNOOZE, {"minutes": 30}), (second, IntentKind.OBSERVE, {"on": True}),
    ]  # fmt: skip
    assert writer.take_intents(made.wall_ms + 600) == ()


def test_the_ids_of_what_was_deleted_are_not_used_again(
    writer: Writer, database: Database, made: Made
) -> None:
    recording = writer.open_recording(made.recording())
    first = writer.write_batch(Batch(recording, events=(made.event(),), decisions=(prompted(made),)))
    with database.immediate():
        database.execute("DELETE FROM events")
    assert database.value("SELECT count(*) FROM prompts") == 0, "what hangs on an event goes with it"
    second = writer.write_batch(Batch(recording, events=(made.event(),), decisions=(prompted(made),)))
    assert second.events[0] > first.events[0]
    assert second.decisions[0] > first.decisions[0]
    assert (second.prompts[0] or 0) > (first.prompts[0] or 0)


def test_a_strap_is_remembered_and_a_file_is_not(writer: Writer, database: Database, made: Made) -> None:
    for source in ("ble", "replay"):
        recording = writer.open_recording(made.recording(source=source))
        mark = LinkMark(
            500, LinkState.RECEIVING, device=f"{source} device", battery_percent=80, address="AA:BB"
        )
        writer.write_batch(Batch(recording, links=(mark, replace(mark, t_ms=900, battery_percent=None))))
    assert database.rows("SELECT name, address, battery_percent, last_seen_wall_ms FROM devices") == [
        ("ble device", "AA:BB", 80, made.wall_ms + 900)
    ]


def test_the_since_of_a_state_lasts_as_long_as_the_state(
    writer: Writer, database: Database, made: Made
) -> None:
    recording = writer.open_recording(made.recording())
    seen = []
    for t_ms, state in ((1000, State.CALM), (2000, State.CALM), (3000, State.AROUSED), (4000, State.AROUSED)):
        writer.write_batch(Batch(recording, now=Now(t_ms, 1.0, state, level_bpm=float("nan"))))
        seen.append(database.rows("SELECT since_ms, level_bpm FROM now")[0])
    assert seen == [(1000, None), (1000, None), (3000, None), (3000, None)]


def test_a_recording_that_ends_closes_its_events(writer: Writer, reader: Database, made: Made) -> None:
    recording = writer.open_recording(made.recording())
    writer.write_batch(Batch(recording, events=(made.event(),)))
    writer.end_recording(recording, 700_000, "stopped")
    assert [row.closed for row in events(reader, Window()).items] == ["recording_ended"]


def test_a_minute_is_replaced_by_its_final_form(writer: Writer, database: Database, made: Made) -> None:
    recording = writer.open_recording(made.recording())
    writer.write_batch(Batch(recording, minutes=(made.minute(0, State.WARMING_UP, seconds=20, hr_bpm=None),)))
    writer.write_batch(
        Batch(recording, minutes=(made.minute(0), made.minute(60, State.MOVING, hr_bpm=float("nan"))))
    )
    assert database.rows("SELECT iso, state, seconds, hr_bpm FROM v_minutes") == [
        ("2026-03-12T07:00:00.000+01:00", "calm", 60, 60.0),
        ("2026-03-12T07:01:00.000+01:00", "moving", 60, None),
    ]


def test_a_read_only_database_takes_no_batch(reader: Database, made: Made) -> None:
    with pytest.raises(DatabaseError):
        Writer(reader).open_recording(made.recording())
