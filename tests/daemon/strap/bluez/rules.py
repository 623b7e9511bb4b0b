"""Calls that fail, hang or take their time, and how often each was made.

In: what a test wants to go wrong. Out: `enter`, which every call passes first.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass


class Refusal(Exception):  # noqa: N818 - an answer, not a failure of the script
    """The call is answered by a D-Bus error."""

    def __init__(self, name: str, text: str = "") -> None:
        super().__init__(name, text)
        self.name = name if "." in name else f"org.bluez.Error.{name}"
        self.text = text or self.name.rpartition(".")[2]


class NoAnswer(Exception):  # noqa: N818
    """The call is never answered."""


@dataclass(slots=True)
class _Rule:
    outcome: Refusal | NoAnswer
    left: int | None


class Rules:
    """By method name, such as `Connect` or `StartNotify`."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self._rules: dict[str, _Rule] = {}
        self._delays_s: dict[str, float] = {}

    def fail(self, method: str, error: str, times: int | None = 1, text: str = "") -> None:
        """Answer the next `times` calls (None: all) with `org.bluez.Error.<error>`, or a full error name."""
        self._rules[method] = _Rule(Refusal(error, text), times)

    def hang(self, method: str, times: int | None = 1) -> None:
        """Never answer the next `times` calls (None: all)."""
        self._rules[method] = _Rule(NoAnswer(), times)

    def delay(self, method: str, seconds: float) -> None:
        """Let every call take so much longer."""
        self._delays_s[method] = seconds

    def clear(self) -> None:
        """Let everything go well again."""
        self._rules.clear()
        self._delays_s.clear()

    async def enter(self, method: str) -> None:
        """Count a call and let it meet its rule: raises Refusal or NoAnswer."""
        self.calls[method] += 1
        if method in self._delays_s:
            await asyncio.sleep(self._delays_s[method])
        rule = self._rules.get(method)
        if rule is None:
            return
        if rule.left is not None:
            rule.left -= 1
            if rule.left == 0:
                del self._rules[method]
        raise rule.outcome
