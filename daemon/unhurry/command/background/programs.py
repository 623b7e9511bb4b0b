"""Asking a program of the system, such as `systemctl`.

In: its name and arguments. Out: a `Reply`. A program that is missing or never answers is a reply, too.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass

_PATIENCE_S = 180.0
"""Longer than a service may take to start."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a program answered."""

    code: int
    out: str
    err: str

    @property
    def ok(self) -> bool:
        """Whether it did what it was asked."""
        return self.code == 0

    @property
    def reason(self) -> str:
        """Its own words for what went wrong, in one line without a full stop."""
        said = (self.err.strip() or self.out.strip()).splitlines()
        return said[0].rstrip(". ") if said else f"exit status {self.code}"


def ask(*command: str) -> Reply:
    """Run a program and wait for it. English and UTC, so that its answer can be read."""
    environment = {**os.environ, "LC_ALL": "C", "TZ": "UTC"}
    try:
        done = subprocess.run(  # noqa: S603 - no shell; each program is named in this package
            command,
            capture_output=True,
            check=False,
            encoding="utf-8",
            errors="replace",
            env=environment,
            stdin=subprocess.DEVNULL,
            timeout=_PATIENCE_S,
        )
    except subprocess.TimeoutExpired:
        return Reply(124, "", f"{command[0]} did not answer within {_PATIENCE_S:.0f} s")
    except OSError as error:
        return Reply(127, "", f"{command[0]}: {error.strerror}")
    return Reply(done.returncode, done.stdout, done.stderr)
