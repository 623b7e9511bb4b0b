"""What `doctor` found out, one thing at a time, and how a check is kept from stopping the others."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from threading import Thread

_LIMIT_S = 12.0
"""Longer than any wait inside a check: what takes so long hangs in the system, as a dead network disk."""


class Status(StrEnum):
    """How a check went."""

    OK = "ok"
    PROBLEM = "problem"
    SKIPPED = "skipped"
    """Could not be looked at, or does not apply to this computer."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one check: what was seen, and what helps where something could be better."""

    check: str
    status: Status
    detail: str
    advice: str | None = None

    @classmethod
    def ok(cls, check: str, detail: str, advice: str | None = None) -> Finding:
        """All is well; advice here is worth knowing, nothing stands in the way."""
        return cls(check, Status.OK, detail, advice)

    @classmethod
    def problem(cls, check: str, detail: str, advice: str) -> Finding:
        """Something stands in the way, and this helps."""
        return cls(check, Status.PROBLEM, detail, advice)

    @classmethod
    def skipped(cls, check: str, detail: str, advice: str | None = None) -> Finding:
        """Not looked at, for the reason in `detail`."""
        return cls(check, Status.SKIPPED, detail, advice)


def on_this_system(*, linux: str, darwin: str, win32: str, platform: str = sys.platform) -> str:
    """Return the advice for `platform`; every other Unix is told what Linux is."""
    return {"darwin": darwin, "win32": win32}.get(platform, linux)


def guarded(
    check: str, look: Callable[[], Finding | Sequence[Finding]], *, limit_s: float = _LIMIT_S
) -> list[Finding]:
    """Return what `look` finds. Never raises, never waits longer than `limit_s`.

    An error nobody foresaw, and a look that does not come back, become a finding called `check`.
    """
    found: list[Finding] = []

    def run() -> None:
        found.extend(unhindered(check, look))

    # A daemon: a call into a dead disk may never return, and must not keep the program alive.
    looking = Thread(target=run, name=f"doctor {check}", daemon=True)
    looking.start()
    looking.join(limit_s)
    if looking.is_alive():
        return [
            Finding.problem(
                check,
                f"could not be looked at: no answer within {limit_s:g} s",
                "See whether a network disk or another program hangs.",
            )
        ]
    return found


def unhindered(check: str, look: Callable[[], Finding | Sequence[Finding]]) -> list[Finding]:
    """Return what `look` finds, in this thread; an error nobody foresaw becomes a finding. Never raises."""
    try:
        found = look()
    except ImportError as error:
        return [Finding.problem(check, f"could not be looked at: {error}", "Install Unhurry again.")]
    except Exception as error:  # noqa: BLE001 - whatever is broken here, the other checks go on
        what = f"could not be looked at: {type(error).__name__}: {error}"
        return [Finding.problem(check, what, "Tell the makers of Unhurry: this is a mistake of theirs.")]
    return [found] if isinstance(found, Finding) else list(found)
