"""What is to run in the background, and how it stands there: the nouns that the three systems share.

In: database and settings file. Out: `Job`, the command with absolute paths; `Change` and `Standing`, which
each system's module hands back.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from unhurry.config import UsageError, private_folder

STOP_S = 45
"""How long an end may take: hanging up (28 s at worst), open requests, closing the recording."""


@dataclass(frozen=True, slots=True)
class Job:
    """One command, run from each log-in on."""

    command: tuple[str, ...]
    data_folder: Path
    """The one folder it writes into."""


class Change(StrEnum):
    """What installing did."""

    NEW = "new"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Standing:
    """How the service stands."""

    file: Path
    """Where the system's description of it lies, or would lie."""
    installed: bool
    at_login: bool
    """Whether it starts by itself."""
    running: bool | None
    """None: nobody could be asked."""
    since: datetime | None = None
    says: str | None = None
    """Its own word on how it goes."""
    last_exit: str | None = None
    trouble: str | None = None
    """Why something could not be seen."""


class Manager(Protocol):
    """What starts and watches programs on one system. Each raises UnhurryError when it cannot."""

    def install(self, job: Job, *, now: bool) -> Change:
        """Put `job` in place for each log-in; with `now`, have it running when this returns."""
        ...

    def uninstall(self) -> bool:
        """Stop and remove it; False when nothing was there. What was recorded stays."""
        ...

    def standing(self) -> Standing:
        """Look, and change nothing."""
        ...


def job_for(database: Path, settings: Path | None) -> Job:
    """Return the job that records into `database`; `settings` is None where the usual place is meant.

    Raises UsageError for a path no service description can hold.
    """
    # -P: a file in the home folder that is called like a library must not be taken for it.
    command = [sys.executable, "-P", "-m", "unhurry.command", "run", "--db", str(database.resolve())]
    if settings is not None:
        command += ["--config", str(settings.resolve())]
    for part in command:
        if not part.isprintable():
            raise UsageError(f"{part!r}: a background service cannot use this path.", "Choose a plain name.")
    return Job(tuple(command), database.resolve().parent)


def put(file: Path, text: bytes) -> Change:
    """Write a description where it belongs, whole or not at all; untouched when it says the same."""
    before = file.read_bytes() if file.is_file() else None
    if before == text:
        return Change.UNCHANGED
    private_folder(file.parent)
    draft = file.with_name(file.name + ".new")
    draft.write_bytes(text)
    draft.chmod(0o600)
    draft.replace(file)
    return Change.NEW if before is None else Change.REPLACED
