"""Long lists in bounded pieces, newest first.

In: a cursor a page was given. Out: the next piece and its cursor. A cursor names the last row shown, so that
rows that arrive meanwhile neither repeat nor hide one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from unhurry.config import InputError

Item = TypeVar("Item")

MOST = 1000
"""Rows in one piece at most."""

_END_OF_TIME_MS = 2**62


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """One piece of a list."""

    items: tuple[Item, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Window:
    """Which rows are wanted: those of [start, end), after `cursor`, `limit` of them."""

    start_wall_ms: int = 0
    end_wall_ms: int = _END_OF_TIME_MS
    limit: int = 100
    cursor: str | None = None

    @property
    def after(self) -> tuple[int, int]:
        """Wall time and id of the last row shown. Raises InputError for a cursor we did not write."""
        if self.cursor is None:
            return _END_OF_TIME_MS, 0
        try:
            wall_ms, identity = (int(part) for part in self.cursor.split("."))
        except ValueError as error:
            raise InputError(
                f"The cursor {self.cursor[:40]!r} means nothing.", "Leave it out to begin again."
            ) from error
        if abs(wall_ms) > _END_OF_TIME_MS or not 0 <= identity <= _END_OF_TIME_MS:
            raise InputError("The cursor points nowhere.", "Leave it out to begin again.")
        return wall_ms, identity

    @property
    def parameters(self) -> tuple[int, int, int, int, int]:
        """Values for `WHERE_WINDOW`: one row more than wanted tells whether there is a next piece."""
        return self.start_wall_ms, self.end_wall_ms, *self.after, min(self.limit, MOST) + 1


def where_window(wall: str, identity: str) -> str:
    """Return condition, order and limit of a list by two columns; it takes `Window.parameters`."""
    return (
        f" {wall} >= ? AND {wall} < ? AND ({wall}, {identity}) < (?, ?)"
        f" ORDER BY {wall} DESC, {identity} DESC LIMIT ?"
    )


def page(found: list[tuple[int, int, Item]], window: Window) -> Page[Item]:
    """Cut the extra row off rows of (wall time, id, item)."""
    limit = min(window.limit, MOST)
    shown = found[:limit]
    more = len(found) > limit
    return Page(
        tuple(item for _, _, item in shown), f"{shown[-1][0]}.{shown[-1][1]}" if more and shown else None
    )
