"""The wearer's words are kept, found, changed with their history, and deleted when asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unhurry.config import InputError
from unhurry.store import Batch, Database, EntryDraft, Moment, Writer, migrate, open_database
from unhurry.store.journal import (
    EntryFilter,
    add_entry,
    change_entry,
    delete_entry,
    entries,
    entry,
    tags_in,
    title_of,
)
from unhurry.store.paging import Window

if TYPE_CHECKING:
    from tests.store.conftest import Made

AT = Moment(1_773_300_000_000, 3600)
LATER = Moment(1_773_300_060_000, 3600)


def test_an_entry_comes_back_as_it_was_written(writer: Writer, database: Database, made: Made) -> None:
    recording = writer.open_recording(made.recording(offset_s=7200))
    writer.write_batch(Batch(recording, events=(made.event(),)))
    draft = EntryDraft(
        "event_note", "Müde.\n#Arbeit", {"feeling": "żal 🙂"}, ("Home",), made.wall_ms + 5, (1,)
    )
    kept = add_entry(database, draft, AT)
    assert entry(database, kept.id) == kept
    assert (kept.template, kept.body, kept.fields, kept.events) == (
        draft.template,
        draft.body,
        draft.fields,
        (1,),
    )
    assert kept.tags == ("home", "arbeit")
    assert (kept.created_wall_ms, kept.version, kept.utc_offset_s, kept.about_utc_offset_s) == (
        AT.wall_ms, 1, 3600, 7200,
    )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(body=st.text(min_size=1).filter(lambda text: text.strip()))
def test_any_text_survives(tmp_path_factory: pytest.TempPathFactory, body: str) -> None:
    path = tmp_path_factory.getbasetemp() / "any.db"
    migrate(path)
    with open_database(path) as database:
        try:
            body.encode()
        except UnicodeEncodeError:
            return  # a lone surrogate is no text; HTTP refuses it before
        kept = add_entry(database, EntryDraft(body=body), AT)
        found = entry(database, kept.id)
        assert found is not None
        assert found.body == body


def test_an_empty_entry_is_refused(database: Database) -> None:
    with pytest.raises(InputError, match="some words"):
        add_entry(database, EntryDraft(body="  \n", fields={"feeling": " "}), AT)
    assert add_entry(database, EntryDraft(fields={"feeling": "sad"}), AT).body == ""


def test_a_moment_that_does_not_exist_is_refused(database: Database) -> None:
    with pytest.raises(InputError, match="no moment 7"):
        add_entry(database, EntryDraft(body="x", events=(7,)), AT)
    assert database.value("SELECT count(*) FROM entries") == 0


def test_a_word_with_a_hash_is_a_tag() -> None:
    assert tags_in("#Work, not#this &#39; #42 http://x/#y (#re-pair) #work ##no") == ("work", "re-pair")


def test_an_edit_keeps_what_it_replaces(database: Database) -> None:
    kept = add_entry(database, EntryDraft(body="first #a"), AT)
    edited = change_entry(database, kept.id, EntryDraft(body="second #b"), 1, LATER)
    assert edited is not None
    assert edited.kept
    assert (edited.entry.body, edited.entry.tags, edited.entry.version) == ("second #b", ("b",), 2)
    assert (edited.entry.created_wall_ms, edited.entry.updated_wall_ms) == (AT.wall_ms, LATER.wall_ms)
    assert database.rows("SELECT version, body, tags FROM entry_versions") == [(1, "first #a", '["a"]')]


def test_a_stale_edit_writes_nothing_and_shows_the_other(database: Database) -> None:
    kept = add_entry(database, EntryDraft(body="first"), AT)
    change_entry(database, kept.id, EntryDraft(body="theirs"), 1, LATER)
    stale = change_entry(database, kept.id, EntryDraft(body="mine"), 1, LATER)
    assert stale is not None
    assert (stale.kept, stale.entry.body, stale.entry.version) == (False, "theirs", 2)
    assert change_entry(database, 99, EntryDraft(body="x"), 1, LATER) is None


def test_a_deleted_entry_is_gone_with_its_history_and_its_id(database: Database) -> None:
    kept = add_entry(database, EntryDraft(body="first #a"), AT)
    change_entry(database, kept.id, EntryDraft(body="second"), 1, LATER)
    assert delete_entry(database, kept.id)
    assert not delete_entry(database, kept.id)
    for table in ("entries", "entry_versions", "entry_tags"):
        assert database.value(f"SELECT count(*) FROM {table}") == 0
    assert add_entry(database, EntryDraft(body="next"), AT).id == kept.id + 1


def test_entries_are_found_by_words_tag_template_moment_and_time(
    writer: Writer, database: Database, made: Made
) -> None:
    writer.write_batch(Batch(writer.open_recording(made.recording()), events=(made.event(),)))
    first = add_entry(database, EntryDraft(body="Ärger mit PAUL #work", events=(1,)), AT)
    second = add_entry(database, EntryDraft("trigger", "", {"fear": "Being ALONE"}), LATER)
    old = add_entry(database, EntryDraft(body="long ago", about_wall_ms=made.wall_ms - 1), LATER)

    def found(wanted: EntryFilter | None = None, window: Window | None = None) -> list[int]:
        return [row.id for row in entries(database, window or Window(), wanted).items]

    assert found() == [second.id, first.id, old.id], "newest first, by what it is about"
    assert found(EntryFilter(text="ärger")) == [first.id]
    assert found(EntryFilter(text="alone")) == [second.id]
    assert found(EntryFilter(text="#work")) == [first.id]
    assert found(EntryFilter(text="100%")) == []
    assert found(EntryFilter(template="trigger")) == [second.id]
    assert found(EntryFilter(event_id=1)) == [first.id]
    assert found(window=Window(AT.wall_ms, AT.wall_ms + 1)) == [first.id]
    piece = entries(database, Window(limit=1), EntryFilter(text="a"))
    assert (len(piece.items), piece.next) == (1, f"{LATER.wall_ms}.{second.id}")


def test_a_title_is_the_first_line_cut_at_a_word(database: Database) -> None:
    assert title_of(add_entry(database, EntryDraft(body="\n  One.\nTwo."), AT)) == "One."
    assert title_of(add_entry(database, EntryDraft(fields={"a": "", "b": "field"}), AT)) == "field"
    long = title_of(add_entry(database, EntryDraft(body="word " * 40), AT))
    assert long.endswith("word …")
    assert len(long) <= 82
