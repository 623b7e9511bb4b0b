"""The wearer's words over HTTP. An answer that says "kept" is sent after the disk has it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from unhurry.store import EntryDraft, present
from unhurry.store.journal import (
    EntryFilter,
    KeptEntry,
    add_entry,
    change_entry,
    delete_entry,
    entries,
    entry,
    tags_in,
)

from .access import BodyId, Id, ListOf, Reading, Wanted, Writing
from .problems import BODY_PROBLEMS, Problem, not_found, problem
from .times import Time, iso_at, wall_ms

router = APIRouter(prefix="/api/journal", tags=["journal"])

Template = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,40}$")]
Text = Annotated[str, Field(max_length=100_000)]
Tag = Annotated[str, Field(pattern=r"^#?\w[\w-]{0,60}$")]
Fields = Annotated[
    dict[Annotated[str, Field(min_length=1, max_length=60)], Annotated[str, Field(max_length=20_000)]],
    Field(max_length=40),
]


class Entry(BaseModel):
    """A journal entry."""

    id: int
    template: str
    body: str
    fields: dict[str, str]
    tags: list[str]
    about: str | None
    events: list[int]
    created: str
    updated: str
    version: int


class NewEntry(BaseModel):
    """An entry to keep: some words, or one field."""

    model_config = ConfigDict(extra="forbid")

    template: Template = "note"
    body: Text = ""
    fields: Fields = {}
    tags: Annotated[list[Tag], Field(max_length=50)] = []
    about: Time | None = None
    events: Annotated[list[BodyId], Field(max_length=50)] = []


class EntryChange(BaseModel):
    """What to change; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    version: Annotated[int, Field(ge=1, le=2**31)]
    """The version the change was made from."""
    template: Template | None = None
    body: Text | None = None
    fields: Fields | None = None
    tags: Annotated[list[Tag] | None, Field(max_length=50)] = None
    about: Time | None = None
    events: Annotated[list[BodyId] | None, Field(max_length=50)] = None


class Conflict(Problem):
    """Another edit came between: both texts."""

    yours: Entry
    theirs: Entry


def entry_of(kept: KeptEntry) -> Entry:
    """Return an entry as the wire has it."""
    about = None
    if kept.about_wall_ms is not None and kept.about_utc_offset_s is not None:
        about = iso_at(kept.about_wall_ms, kept.about_utc_offset_s)
    return Entry(
        id=kept.id,
        template=kept.template,
        body=kept.body,
        fields=kept.fields,
        tags=list(kept.tags),
        about=about,
        events=list(kept.events),
        created=iso_at(kept.created_wall_ms, kept.utc_offset_s),
        updated=iso_at(kept.updated_wall_ms, kept.utc_offset_s),
        version=kept.version,
    )


@router.get("")
def list_entries(
    db: Reading,
    window: Wanted,
    q: Annotated[str | None, Query(max_length=200)] = None,
    template: Annotated[str | None, Query(max_length=60)] = None,
    event: BodyId | None = None,
) -> ListOf[Entry]:
    """Entries by the time they are about, newest first."""
    found = entries(db, window, EntryFilter(q, template, event))
    return ListOf(items=[entry_of(kept) for kept in found.items], next=found.next)


@router.post("", status_code=201, responses=BODY_PROBLEMS)
def write(body: NewEntry, db: Writing, response: Response) -> Entry:
    """Keep a new entry."""
    draft = EntryDraft(
        body.template, body.body, body.fields, tuple(body.tags), _about(body.about), tuple(body.events)
    )
    kept = add_entry(db, draft, present(db).moment)
    response.headers["Location"] = f"/api/journal/{kept.id}"
    return entry_of(kept)


@router.get("/{entry_id}", responses={404: {"model": Problem}})
def read(entry_id: Id, db: Reading) -> Entry:
    """One entry."""
    kept = entry(db, entry_id)
    if kept is None:
        raise not_found("entry", entry_id)
    return entry_of(kept)


@router.patch(
    "/{entry_id}",
    response_model=Entry,
    responses={**BODY_PROBLEMS, 404: {"model": Problem}, 409: {"model": Conflict}},
)
def change(entry_id: Id, body: EntryChange, db: Writing) -> Entry | JSONResponse:
    """Change an entry, unless it has changed since the version the change was made from."""
    before = entry(db, entry_id)
    if before is None:
        raise not_found("entry", entry_id)
    draft = _changed(before, body)
    edited = change_entry(db, entry_id, draft, body.version, present(db).moment)
    if edited is None:
        raise not_found("entry", entry_id)
    theirs = entry_of(edited.entry)
    if edited.kept:
        return theirs
    mine = body.model_dump(exclude_unset=True, exclude_none=True, exclude={"about"})
    if "about" in body.model_fields_set:
        mine["about"] = None if body.about is None else body.about.isoformat(timespec="milliseconds")
    yours = theirs.model_copy(update=mine)
    return problem(
        409,
        "This entry was changed elsewhere in the meantime. Both texts are here; nothing was lost.",
        yours=yours.model_dump(mode="json"),
        theirs=theirs.model_dump(mode="json"),
    )


@router.delete("/{entry_id}", status_code=204, responses={404: {"model": Problem}})
def delete(entry_id: Id, db: Writing) -> None:
    """Delete an entry and its earlier versions."""
    if not delete_entry(db, entry_id):
        raise not_found("entry", entry_id)


def _about(time: datetime | None) -> int | None:
    return None if time is None else wall_ms(time)


def _changed(before: KeptEntry, body: EntryChange) -> EntryDraft:
    """Return `before` with what the change names. Tags that only stood in the old words go with those."""
    return EntryDraft(
        template=before.template if body.template is None else body.template,
        body=before.body if body.body is None else body.body,
        fields=before.fields if body.fields is None else body.fields,
        tags=_tags(before, body),
        about_wall_ms=_about(body.about) if "about" in body.model_fields_set else before.about_wall_ms,
        events=before.events if body.events is None else tuple(body.events),
    )


def _tags(before: KeptEntry, body: EntryChange) -> tuple[str, ...]:
    if body.tags is not None:
        return tuple(body.tags)
    in_words = frozenset(tags_in(before.body))
    return tuple(tag for tag in before.tags if tag not in in_words)
