"""Keeping what the labels say up to date: a study of the thread that looks back on the days.

In: a database that others write to. Out: the finding `usefulness`, written anew when it says something else.
"""

from __future__ import annotations

import json

from unhurry.config import Settings
from unhurry.signal import Parameters
from unhurry.store import Database, Feed, present
from unhurry.store.findings import FindingKind, keep_finding, latest_finding
from unhurry.store.labels import Label, hours_worn, in_force_since, labelled_moments
from unhurry.store.moments import DAY_MS

from .suggestion import InForce
from .usefulness import DAYS, content_of, usefulness
from .worker import Look, Study


class UsefulnessKeeper:
    """Looks at the labels again when one has changed. For one thread at a time.

    A label that grows older than the ninety days goes when the next one comes.
    """

    def __init__(self, database: Database, in_force: InForce) -> None:
        self._db = database
        self._in_force = in_force
        self._feed = Feed(database)
        self._labels: dict[int, Label | None] | None = None
        """What was last gone by; None before the first look."""
        self._due = True
        """Something about a moment has changed since."""

    def look(self) -> bool:
        """Look, and return whether a finding was written. Raises DatabaseError; then look again later."""
        changes = self._feed.look() or ()
        self._due = self._due or any(change.kind == "event" for change in changes)
        if not self._due:
            return False
        now = present(self._db).moment
        start_ms, end_ms = now.wall_ms - DAYS * DAY_MS, now.wall_ms + 1
        moments = labelled_moments(self._db, start_ms, end_ms)
        labels = {moment.event_id: moment.label for moment in moments}
        # A moment that goes on changes every second, and says nothing new of its label.
        if labels == self._labels:
            self._due = False
            return False
        since_ms = max(start_ms, in_force_since(self._db, self._in_force.detection))
        found = usefulness(moments, self._in_force, hours_worn=hours_worn(self._db, since_ms, end_ms))
        content = content_of(found)
        kept = latest_finding(self._db, FindingKind.USEFULNESS)
        changed = kept is None or kept.content != content
        if changed:
            keep_finding(self._db, FindingKind.USEFULNESS, content, wall_ms=now.wall_ms, alone=True)
        self._labels, self._due = labels, False
        return changed


def usefulness_study(settings: Settings, parameters: Parameters) -> Study:
    """Return the study that keeps the finding `usefulness`."""
    in_force = InForce(
        parameters, settings.prompts.on_low_confidence, json.loads(settings.as_json())["detection"]
    )

    def begin(database: Database) -> Look:
        return UsefulnessKeeper(database, in_force).look

    return begin
