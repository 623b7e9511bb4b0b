"""Watches the minutes as they are written, and keeps the notice of the day.

In: minutes of a recording. Out: rows for the page; whether offers are to wait. Runs on the recorder's worker
thread.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import replace

from unhurry.config import DatabaseError, NotADatabase, NoticeSettings
from unhurry.signal import Minute
from unhurry.store import Anchor, Database
from unhurry.store.moments import DAY_MS
from unhurry.store.notices import Notice, keep_notice, last_notice

from .prompting.notice import Watch, watch

_log = logging.getLogger(__name__)


class Noticing:
    """Remembers over recordings which day has had its notice."""

    def __init__(self, database: Database, settings: NoticeSettings) -> None:
        self._database = database
        self._settings = settings
        self._watch = Watch()

    @property
    def offers_wait(self) -> bool:
        """Whether the heart is beyond a line now: then nothing is offered."""
        return self._watch.beyond is not None

    def begin(self, anchor: Anchor, *, live: bool) -> None:
        """Begin with a recording; one that is played starts with a clean slate. Raises DatabaseError."""
        told = last_notice(self._database, now_wall_ms=anchor.wall_ms) if live else None
        self._watch = Watch(told_day=None if told is None else _day(told.wall_ms, anchor))

    def take(self, anchor: Anchor, minutes: Iterable[Minute]) -> None:
        """Take in complete minutes; keep the notice they lead to. Raises NotADatabase.

        A notice that cannot be written now counts as not given: it comes with the next minute.
        """
        for minute in minutes:
            wall_ms = anchor.wall_ms + (minute.start_s + 60) * 1000
            told_day = self._watch.told_day
            self._watch, notice = watch(self._settings, self._watch, minute, _day(wall_ms, anchor))
            if notice is not None and not self._kept(notice, wall_ms):
                self._watch = replace(self._watch, told_day=told_day)

    def _kept(self, notice: Notice, wall_ms: int) -> bool:
        try:
            keep_notice(self._database, notice, wall_ms=wall_ms)
        except NotADatabase:
            raise
        except DatabaseError as error:
            _log.info("the notice comes with the next minute: %s", error)
            return False
        return True


def _day(wall_ms: int, anchor: Anchor) -> int:
    return (wall_ms + anchor.utc_offset_s * 1000) // DAY_MS
