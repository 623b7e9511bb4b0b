"""The wearer's words: written, read, changed, found again.

In: drafts and changes. Out: entries. Whatever returns an entry returns it after the disk has it. An edit
keeps the text it replaces.
"""

# ruff: noqa: S608 - only our own names are put into SQL; what comes from outside is always a parameter

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from unhurry.config import InputError

from .database import Database
from .moments import Moment, Offsets
from .paging import Page, Window, page, where_window
from .records import Entry, EntryDraft

_TAG = re.compile(r"(?<![\w#&/])#(\w[\w-]*)")

_TITLE_LENGTH = 80


@dataclass(frozen=True, slots=True)
class KeptEntry(Entry):
    """An entry with the offsets of the place it was written in, and of the time it is about."""

    utc_offset_s: int
    about_utc_offset_s: int | None


@dataclass(frozen=True, slots=True)
class EntryTitle:
    """Enough of an entry to point to it."""

    id: int
    template: str
    title: str
    moment: Moment
    """What it is about, else when it was written."""


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Which entries are wanted, besides their time."""

    text: str | None = None
    template: str | None = None
    event_id: int | None = None


@dataclass(frozen=True, slots=True)
class Edited:
    """What an edit came to: the entry as it is now, and whether that is the edit's doing."""

    entry: KeptEntry
    kept: bool
    """False: another edit came between, and nothing was written."""


def tags_in(body: str) -> tuple[str, ...]:
    """Return the `#words` of a text in lower case, each once, in order; a number alone is no tag."""
    found = (match.group(1).lower() for match in _TAG.finditer(body))
    return tuple(dict.fromkeys(tag for tag in found if not tag.isdigit()))


def add_entry(database: Database, draft: EntryDraft, at: Moment) -> KeptEntry:
    """Keep a new entry. Raises InputError for an empty one and for a moment that does not exist."""
    with database.immediate() as db:
        _check(db, draft)
        cursor = db.execute(
            """INSERT INTO entries (template, body, fields, about_wall_ms, about_utc_offset_s,
                created_wall_ms, updated_wall_ms, utc_offset_s, version)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1)""",
            (*_text_of(db, draft), at.wall_ms, at.wall_ms, at.utc_offset_s),
        )
        entry_id = int(cursor.lastrowid or 0)
        _link(db, entry_id, draft)
        return _entries(db, db.rows(f"{_ENTRIES} WHERE e.id = ?", (entry_id,)))[0]


def entry(database: Database, entry_id: int) -> KeptEntry | None:
    """Return one entry, or None."""
    found = _entries(database, database.rows(f"{_ENTRIES} WHERE e.id = ?", (entry_id,)))
    return found[0] if found else None


def entries(database: Database, window: Window, wanted: EntryFilter | None = None) -> Page[KeptEntry]:
    """Return entries by the time they are about, newest first. Raises InputError for a foreign cursor."""
    wanted = wanted or EntryFilter()
    conditions: list[str] = []
    parameters: list[object] = []
    if wanted.text:
        # A search of any language: SQLite's own LIKE folds ASCII letters only.
        conditions.append(
            """(instr(casefold(e.body), ?)
            OR EXISTS (SELECT 1 FROM json_each(e.fields) WHERE instr(casefold(value), ?))
            OR EXISTS (SELECT 1 FROM entry_tags WHERE entry = e.id AND instr('#' || tag, ?)))"""
        )
        parameters += [wanted.text.casefold()] * 3
    if wanted.template is not None:
        conditions.append("e.template = ?")
        parameters.append(wanted.template)
    if wanted.event_id is not None:
        conditions.append("EXISTS (SELECT 1 FROM entry_events WHERE entry = e.id AND event = ?)")
        parameters.append(wanted.event_id)
    rows = database.rows(
        f"{_ENTRIES} WHERE {' AND '.join((*conditions, where_window(_ABOUT, 'e.id')))}",
        (*parameters, *window.parameters),
    )
    found = _entries(database, rows)
    return page([(about_or_created(each).wall_ms, each.id, each) for each in found], window)


def change_entry(
    database: Database, entry_id: int, draft: EntryDraft, version: int, at: Moment
) -> Edited | None:
    """Put `draft` in place of version `version`; None when there is no such entry.

    When the entry is at another version by now, nothing is written and the entry as it is comes back with
    `kept` False. The text that is replaced stays in `entry_versions`. Raises InputError as `add_entry` does.
    """
    with database.immediate() as db:
        before = entry(db, entry_id)
        if before is None:
            return None
        if before.version != version:
            return Edited(before, kept=False)
        _check(db, draft)
        db.execute(
            "INSERT INTO entry_versions VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                entry_id,
                before.version,
                before.template,
                before.body,
                json.dumps(before.fields, ensure_ascii=False),
                json.dumps(before.tags, ensure_ascii=False),
                before.about_wall_ms,
                before.updated_wall_ms,
            ),
        )
        db.execute(
            """UPDATE entries
            SET template = ?, body = ?, fields = ?, about_wall_ms = ?, about_utc_offset_s = ?,
                updated_wall_ms = ?, version = version + 1
            WHERE id = ?""",
            (*_text_of(db, draft), at.wall_ms, entry_id),
        )
        db.execute("DELETE FROM entry_tags WHERE entry = ?", (entry_id,))
        db.execute("DELETE FROM entry_events WHERE entry = ?", (entry_id,))
        _link(db, entry_id, draft)
        return Edited(_entries(db, db.rows(f"{_ENTRIES} WHERE e.id = ?", (entry_id,)))[0], kept=True)


def delete_entry(database: Database, entry_id: int) -> bool:
    """Delete an entry with its earlier versions; False when there is none."""
    with database.immediate() as db:
        return db.execute("DELETE FROM entries WHERE id = ?", (entry_id,)).rowcount == 1


def titles_of_events(database: Database, event_ids: list[int]) -> dict[int, tuple[EntryTitle, ...]]:
    """Return what was written about each of these events, oldest first."""
    rows = database.rows(
        f"""SELECT l.event, {_ENTRY_COLUMNS}
        FROM entry_events AS l JOIN entries AS e ON e.id = l.entry
        WHERE l.event IN (SELECT value FROM json_each(?)) ORDER BY {_ABOUT}, e.id""",
        (json.dumps(event_ids),),
    )
    found: dict[int, tuple[EntryTitle, ...]] = {}
    for (event_id, *_), each in zip(rows, _entries(database, [row[1:] for row in rows]), strict=True):
        title = EntryTitle(each.id, each.template, title_of(each), about_or_created(each))
        found[event_id] = (*found.get(event_id, ()), title)
    return found


def title_of(entry: Entry) -> str:
    """Return the first line of the words, shortened at a word."""
    texts = (entry.body, *entry.fields.values())
    line = next((line.strip() for text in texts for line in text.splitlines() if line.strip()), "")
    return line if len(line) <= _TITLE_LENGTH else line[:_TITLE_LENGTH].rsplit(" ", 1)[0] + " …"


def about_or_created(entry: KeptEntry) -> Moment:
    """Return the moment under which an entry is listed."""
    if entry.about_wall_ms is not None and entry.about_utc_offset_s is not None:
        return Moment(entry.about_wall_ms, entry.about_utc_offset_s)
    return Moment(entry.created_wall_ms, entry.utc_offset_s)


_ABOUT = "coalesce(e.about_wall_ms, e.created_wall_ms)"

_ENTRY_COLUMNS = (
    "e.id, e.template, e.body, e.fields, e.about_wall_ms, e.created_wall_ms, e.updated_wall_ms, e.version,"
    " e.utc_offset_s, e.about_utc_offset_s"
)

_ENTRIES = f"SELECT {_ENTRY_COLUMNS} FROM entries AS e"


def _entries(database: Database, rows: list[tuple[Any, ...]]) -> list[KeptEntry]:
    ids = json.dumps([row[0] for row in rows])
    tags: dict[int, list[str]] = {}
    for entry_id, tag in database.rows(
        "SELECT entry, tag FROM entry_tags WHERE entry IN (SELECT value FROM json_each(?)) ORDER BY entry, n",
        (ids,),
    ):
        tags.setdefault(entry_id, []).append(tag)
    events: dict[int, list[int]] = {}
    for entry_id, event_id in database.rows(
        """SELECT entry, event FROM entry_events WHERE entry IN (SELECT value FROM json_each(?))
        ORDER BY entry, event""",
        (ids,),
    ):
        events.setdefault(entry_id, []).append(event_id)
    return [
        KeptEntry(
            id=row[0],
            template=row[1],
            body=row[2],
            fields=json.loads(row[3]),
            tags=tuple(tags.get(row[0], ())),
            about_wall_ms=row[4],
            events=tuple(events.get(row[0], ())),
            created_wall_ms=row[5],
            updated_wall_ms=row[6],
            version=row[7],
            utc_offset_s=row[8],
            about_utc_offset_s=row[9],
        )
        for row in rows
    ]


def _check(db: Database, draft: EntryDraft) -> None:
    if not draft.body.strip() and not any(value.strip() for value in draft.fields.values()):
        raise InputError("An entry needs some words.", "Write a line, or fill one field.")
    for event_id in draft.events:
        if db.row("SELECT 1 FROM events WHERE id = ?", (event_id,)) is None:
            raise InputError(
                f"There is no moment {event_id} to tie this to.", "Leave it out, or name another."
            )


def _text_of(db: Database, draft: EntryDraft) -> tuple[object, ...]:
    about = draft.about_wall_ms
    return (
        draft.template,
        draft.body,
        json.dumps(draft.fields, ensure_ascii=False),
        about,
        None if about is None else Offsets(db).at(about),
    )


def _link(db: Database, entry_id: int, draft: EntryDraft) -> None:
    tags = dict.fromkeys((*(tag.lstrip("#").lower() for tag in draft.tags), *tags_in(draft.body)))
    db.execute_many(
        "INSERT INTO entry_tags VALUES (?, ?, ?)", [(entry_id, n, tag) for n, tag in enumerate(tags) if tag]
    )
    db.execute_many(
        "INSERT INTO entry_events VALUES (?, ?)",
        [(entry_id, event_id) for event_id in dict.fromkeys(draft.events)],
    )
