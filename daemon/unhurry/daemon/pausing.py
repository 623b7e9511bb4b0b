"""Which wishes about the strap hold now, and what the source is to be told.

In: the modes at the start of a recording, wishes of the wearer, the recording's wall time. Out: wishes for
the source, each once. A pause holds until the wearer goes on or the local day ends, over suspend and restart.
"""

from __future__ import annotations

from collections.abc import Iterable

from unhurry.store import IntentKind, IntentRow
from unhurry.store.intents import Modes
from unhurry.store.moments import DAY_MS

from .sources.wishes import ChooseStrap, Pause, Resume, StrapWish


class StrapWishes:
    """What the wearer wants of the strap, and how much of it the source knows."""

    def __init__(self) -> None:
        self._paused_since_ms: int | None = None
        self._told_paused = False

    def begin(self, modes: Modes, now_ms: int, utc_offset_s: int) -> tuple[StrapWish, ...]:
        """Take up what held before this recording began, and return what the source does not know of it."""
        self._paused_since_ms = modes.paused_since_wall_ms
        return self._due(now_ms, utc_offset_s)

    def hear(self, intents: Iterable[IntentRow], now_ms: int, utc_offset_s: int) -> tuple[StrapWish, ...]:
        """Take up new wishes, oldest first, and the time; return what the source is to be told."""
        chosen: str | None = None
        for intent in intents:
            match intent.kind:
                case IntentKind.PAUSE:
                    self._paused_since_ms = intent.wall_ms
                case IntentKind.RESUME:
                    self._paused_since_ms = None
                case IntentKind.CHOOSE_STRAP:
                    chosen = intent.arguments.get("address", chosen)
                case _:
                    pass  # about the offers
        choice = () if chosen is None else (ChooseStrap(chosen),)
        return (*choice, *self._due(now_ms, utc_offset_s))

    def _due(self, now_ms: int, utc_offset_s: int) -> tuple[StrapWish, ...]:
        since_ms = self._paused_since_ms
        paused = since_ms is not None and _day(since_ms, utc_offset_s) == _day(now_ms, utc_offset_s)
        if paused == self._told_paused:
            return ()
        self._told_paused = paused
        return (Pause() if paused else Resume(),)


def _day(wall_ms: int, utc_offset_s: int) -> int:
    return (wall_ms + utc_offset_s * 1000) // DAY_MS
