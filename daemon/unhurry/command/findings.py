"""What `doctor` found out, one thing at a time."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """How a check went."""

    OK = "ok"
    PROBLEM = "problem"
    SKIPPED = "skipped"
    """Could not be looked at, or does not apply to this computer."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one check: what was seen, and what helps where something is wrong."""

    check: str
    status: Status
    detail: str
    advice: str | None = None

    @classmethod
    def ok(cls, check: str, detail: str) -> Finding:
        """All is well."""
        return cls(check, Status.OK, detail)

    @classmethod
    def problem(cls, check: str, detail: str, advice: str) -> Finding:
        """Something stands in the way, and this helps."""
        return cls(check, Status.PROBLEM, detail, advice)

    @classmethod
    def skipped(cls, check: str, detail: str) -> Finding:
        """Not looked at, for the reason in `detail`."""
        return cls(check, Status.SKIPPED, detail)
