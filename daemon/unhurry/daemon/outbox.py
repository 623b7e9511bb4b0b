"""Batches on their way into the database, in their order. What cannot be written now waits in memory.

In: batches. Out: what was written, with its ids. A lock held by another program, a full disk or a folder that
turned read-only passes; a heartbeat does not come again.
"""

from __future__ import annotations

import logging
from collections import deque

from unhurry.config import DatabaseError, NotADatabase
from unhurry.store import Batch, Writer, Written

_log = logging.getLogger(__name__)
MOST = 6 * 3600
"""Batches kept at most: six hours of seconds, some tens of megabytes."""


class Outbox:
    """Hands batches to a writer, each once and in order."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._waiting: deque[Batch] = deque()
        self._complained = False

    def __len__(self) -> int:
        return len(self._waiting)

    def send(self, batch: Batch) -> tuple[tuple[Batch, Written], ...]:
        """Take a batch and return those that were written now, older ones first.

        Raises NotADatabase when waiting cannot help, and DatabaseError when too much waits already.
        """
        self._waiting.append(batch)
        done: list[tuple[Batch, Written]] = []
        while self._waiting:
            try:
                done.append((self._waiting[0], self._writer.write_batch(self._waiting[0])))
            except NotADatabase:
                raise
            except DatabaseError as error:
                if len(self._waiting) >= MOST:
                    raise
                if not self._complained:
                    _log.warning("%s Nothing is lost: it is kept in memory and tried again.", error)
                self._complained = True
                return tuple(done)
            self._waiting.popleft()
        if self._complained:
            _log.warning("The database can be written again; all that waited is in it.")
        self._complained = False
        return tuple(done)
