"""A page learns what others wrote, once, and cheaply."""

from __future__ import annotations

from typing import TYPE_CHECKING

from unhurry.store import (
    Answer,
    Batch,
    Change,
    Database,
    Decided,
    DecisionKind,
    EntryDraft,
    Feed,
    Moment,
    NewDecision,
    NewPrompt,
    Reason,
    Writer,
)
from unhurry.store.journal import add_entry, delete_entry
from unhurry.store.prompts import Given, answer_prompt

if TYPE_CHECKING:
    from tests.store.conftest import Made

DAY = 20_524  # 2026-03-12


def test_the_feed_begins_with_what_comes_after_it(writer: Writer, reader: Database, made: Made) -> None:
    recording = writer.open_recording(made.recording())
    writer.write_batch(Batch(recording, events=(made.event(),)))
    feed = Feed(reader)
    assert feed.look() == (), "the first look knows no earlier one"
    assert feed.look() is None
    writer.write_batch(Batch(recording, beats=made.beats(0, 3)))
    assert feed.look() == (), "somebody wrote, but nothing a page must be told"
    writer.write_batch(
        Batch(recording, events=(made.event(end_s=900.0), made.event(2)), minutes=(made.minute(0),))
    )
    changes = feed.look()
    assert changes is not None
    assert set(changes) == {Change("event", 1), Change("event", 2), Change("day", DAY)}
    assert Change("day", DAY).date == "2026-03-12"
    assert feed.look() is None


def test_answers_and_words_are_told(writer: Writer, database: Database, reader: Database, made: Made) -> None:
    recording = writer.open_recording(made.recording())
    shown = made.wall_ms + 647_250
    offer = Decided(
        NewDecision(647.25, 1, DecisionKind.PROMPT, Reason.OK), NewPrompt(shown, shown + 900_000, "four_six")
    )
    writer.write_batch(Batch(recording, events=(made.event(),), decisions=(offer,)))
    feed = Feed(reader)
    feed.look()
    at = Moment(shown + 1000, 3600)
    answer_prompt(database, 1, Given(Answer.START), at)
    assert feed.look() == (Change("prompt", 1),)
    answer_prompt(database, 1, Given(Answer.DONE, felt="better"), at)
    assert set(feed.look() or ()) == {Change("prompt", 1), Change("event", 1)}
    kept = add_entry(database, EntryDraft(body="x"), at)
    assert feed.look() == (Change("entry", kept.id),)
    delete_entry(database, kept.id)
    assert feed.look() == (Change("entry", kept.id),)


def test_the_log_of_changes_stays_as_small_as_what_changed(
    writer: Writer, database: Database, made: Made
) -> None:
    recording = writer.open_recording(made.recording())
    for _ in range(20):
        writer.write_batch(Batch(recording, events=(made.event(),), minutes=(made.minute(0),)))
    assert database.value("SELECT count(*) FROM changes") == 2
