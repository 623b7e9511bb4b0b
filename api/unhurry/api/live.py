"""What happens, as it happens: server-sent events.

In: changes in the database. Out: `status`, `event`, `prompt`, `entry`, `day`, `finding`. The database is
looked at four times a second; while nothing happens that costs microseconds.
"""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator

import anyio
from anyio.to_thread import run_sync
from fastapi import APIRouter
from fastapi.sse import EventSourceResponse, ServerSentEvent

from unhurry.store import Change, Database, Feed, open_database
from unhurry.store.events import event
from unhurry.store.prompts import prompt

from .access import Context, Given
from .events import event_of
from .prompts import prompt_of
from .status import status_now

router = APIRouter(prefix="/api/live", tags=["live"])

LOOK_EVERY_S = 0.25
STATUS_EVERY_S = 1.0
"""At most this often while it changes."""
STATUS_AT_LEAST_S = 15.0


@router.get("", response_class=EventSourceResponse)
async def live(given: Given) -> AsyncIterator[ServerSentEvent]:
    """What happens, until the reader goes or the server ends."""
    db = await run_sync(lambda: open_database(given.path, read_only=True))
    try:
        watcher = await run_sync(Watcher, db, given)
        while not given.stopping:
            for message in await run_sync(watcher.look):
                yield message
            await anyio.sleep(LOOK_EVERY_S)
    finally:
        db.close()


class Watcher:
    """Turns what changed into messages, from one thread at a time."""

    def __init__(self, db: Database, given: Context) -> None:
        self._db = db
        self._given = given
        self._feed = Feed(db)
        self._stale = True
        self._told_at = float("-inf")

    def look(self) -> list[ServerSentEvent]:
        """Return the messages that are due."""
        changes = self._feed.look()
        messages = [message for change in changes or () for message in self._messages(change)]
        self._stale = self._stale or changes is not None
        silent_s = time.monotonic() - self._told_at
        if silent_s >= STATUS_AT_LEAST_S or (self._stale and silent_s >= STATUS_EVERY_S):
            now = status_now(self._db, self._given.practices)
            messages.append(ServerSentEvent(event="status", raw_data=now.model_dump_json(by_alias=True)))
            self._stale, self._told_at = False, time.monotonic()
        return messages

    def _messages(self, change: Change) -> list[ServerSentEvent]:
        practices = self._given.practices
        match change.kind:
            case "event":
                row = event(self._db, change.row)
                data = None if row is None else event_of(row, practices).model_dump_json()
            case "prompt":
                kept = prompt(self._db, change.row)
                data = None if kept is None else prompt_of(kept, practices).model_dump_json()
            case "entry":
                data = f'{{"id": {change.row}}}'
            case "day":
                data = f'{{"date": "{change.date}"}}'
            case "finding":
                data = _finding(self._db, change.row)
            case "intent":
                data = None  # the status tells what it came to
        return [] if data is None else [ServerSentEvent(event=change.kind, raw_data=data)]


def _finding(db: Database, finding_id: int) -> str | None:
    """Return which finding was added; what it says is asked for where it belongs."""
    row = db.row("SELECT kind, intent FROM findings WHERE id = ?", (finding_id,))
    return None if row is None else json.dumps({"id": finding_id, "kind": row[0], "intent": row[1]})
