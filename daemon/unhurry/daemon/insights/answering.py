"""Questions answered in a process of their own: a fortnight keeps a core busy, and beats never wait.

In: a database in which questions appear, the settings in force. Out: answers in it. Look once a second.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any, cast

from unhurry.config import PromptSettings, UnhurryError
from unhurry.config.trying import Tried
from unhurry.signal import Parameters
from unhurry.store import Database, open_database
from unhurry.store.questions import AnswerState, Question, answer, open_question

from .what_if import WhichDays, what_if
from .what_if_words import content_of

LOOK_EVERY_S = 1.0
_GENTLE = 10
"""How much the work gives way to everything else (Unix)."""
_REAPED_S = 1.0
"""Between the last breath of a process and its exit code."""
_STUMBLED = "Unhurry stumbled over these days and could not work them out. Its log says more."
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Work:
    """A question being worked on."""

    question: Question
    process: SpawnProcess
    words: Connection
    """What the process says: how far it is (a number), then the last word (an object)."""
    last_word: dict[str, Any] | None = None
    """Heard, and not kept yet: a file that is locked now must not lose it."""


class Answerer:
    """Answers the newest question, one at a time; for one thread at a time."""

    def __init__(self, settings: PromptSettings, parameters: Parameters) -> None:
        self._now = Tried(settings, parameters)
        self._work: _Work | None = None

    def study(self, database: Database) -> Callable[[], None]:
        """Return what looks for questions in `database` and goes on with the one that is worked on."""

        def look() -> None:
            asked = open_question(database)
            if self._work is not None and (asked is None or asked.id != self._work.question.id):
                self.close()
            if self._work is not None:
                self._listen(database, self._work)
            elif asked is not None:
                self._begin(database, asked)

        return look

    def close(self) -> None:
        """Give up what is worked on; the next service takes it up again."""
        work, self._work = self._work, None
        if work is not None:
            work.process.kill()
            work.process.join()
            work.words.close()

    def _begin(self, database: Database, asked: Question) -> None:
        try:
            tried = self._now.changed(asked.settings)
        except UnhurryError as error:
            _keep(database, asked, {"state": AnswerState.FAILED, "sentence": str(error)})
            return
        _keep(database, asked, {"state": AnswerState.WORKING, "progress": 0.0})
        # The same on every system; forking a process that has threads is asking for trouble.
        context = multiprocessing.get_context("spawn")
        mine, theirs = context.Pipe(duplex=False)
        process = context.Process(
            target=_answer,
            args=(database.path, self._now, tried, asked, theirs),
            name="what if",
            daemon=True,
        )
        process.start()
        theirs.close()
        self._work = _Work(asked, process, mine)

    def _listen(self, database: Database, work: _Work) -> None:
        """Keep the latest word of the process; a process that ended without a last one has failed."""
        progress: float | None = None
        try:
            while work.last_word is None and work.words.poll():
                word = work.words.recv()
                if isinstance(word, dict):
                    work.last_word = cast("dict[str, Any]", word)
                else:
                    progress = float(word)
        except EOFError:
            work.process.join(_REAPED_S)
            if work.process.exitcode == -signal.SIGTERM:
                # A system that shuts down tells every process of ours: the next service takes this up again.
                self.close()
                return
            work.last_word = {"state": AnswerState.FAILED, "sentence": _STUMBLED}
            _log.warning("a question about the days ended without an answer (%s)", work.process.exitcode)
        if work.last_word is not None:
            _keep(database, work.question, work.last_word)
            self.close()
        elif progress is not None:
            _keep(database, work.question, {"state": AnswerState.WORKING, "progress": round(progress, 3)})


def _keep(database: Database, asked: Question, content: dict[str, Any]) -> None:
    answer(database, asked.id, content, wall_ms=time.time_ns() // 1_000_000)


def _answer(path: Path, now: Tried, tried: Tried, asked: Question, words: Connection) -> None:
    """Work out one answer; runs in a process of its own and ends when nobody listens any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the service, which ends this
    if hasattr(os, "nice"):
        os.nice(_GENTLE)
    with suppress(BrokenPipeError):
        try:
            with open_database(path, read_only=True) as database:
                found = what_if(database, now, tried, WhichDays(asked.days), words.send)
            words.send({"state": AnswerState.DONE, **content_of(found, now, tried, asked.settings)})
        except UnhurryError as error:
            words.send({"state": AnswerState.FAILED, "sentence": str(error)})
