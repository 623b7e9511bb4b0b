"""How a request reaches the store: a connection of its own, for reading unless it writes.

In: a request. Out: `Reading`, `Writing`, `Content`, `Wanted`, as FastAPI's dependencies. Nothing here
migrates.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Generic, TypeVar

from fastapi import Depends, Query, Request
from fastapi import Path as InPath
from pydantic import BaseModel

from unhurry.config import Exclusion, HelpSettings, Person
from unhurry.config.content import Practices
from unhurry.config.help_lines import HelpContent
from unhurry.store import Database, open_database
from unhurry.store.paging import MOST, Window

from .stopping import Stopping
from .times import Time, wall_ms

Item = TypeVar("Item")

_MOST_ID = 2**53 - 1


@dataclass(frozen=True, slots=True)
class Context:
    """What the routes of one app share."""

    path: Path
    practices: Practices
    stopping: Stopping
    help: HelpContent
    where: HelpSettings
    people: tuple[Person, ...]
    exclude: tuple[Exclusion, ...]


class ListOf(BaseModel, Generic[Item]):
    """A piece of a list, and the cursor of the next."""

    items: list[Item]
    next: str | None = None


def context(request: Request) -> Context:
    """Return what this app was made with."""
    found = request.app.state.context
    assert isinstance(found, Context)  # noqa: S101 - set by create_app
    return found


def _reading(given: Annotated[Context, Depends(context)]) -> Iterator[Database]:
    with open_database(given.path, read_only=True) as database:
        yield database


def _writing(given: Annotated[Context, Depends(context)]) -> Iterator[Database]:
    with open_database(given.path) as database:
        yield database


def _practices(given: Annotated[Context, Depends(context)]) -> Practices:
    return given.practices


def _wanted(
    start: Time | None = None,
    end: Time | None = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 100,
    cursor: Annotated[str | None, Query(max_length=60)] = None,
) -> Window:
    window = Window(limit=limit, cursor=cursor)
    return Window(
        window.start_wall_ms if start is None else wall_ms(start),
        window.end_wall_ms if end is None else wall_ms(end),
        limit,
        cursor,
    )


Given = Annotated[Context, Depends(context)]
Reading = Annotated[Database, Depends(_reading)]
Writing = Annotated[Database, Depends(_writing)]
Content = Annotated[Practices, Depends(_practices)]
Wanted = Annotated[Window, Depends(_wanted)]
Id = Annotated[int, InPath(ge=1, le=_MOST_ID)]
BodyId = Annotated[int, Query(ge=1, le=_MOST_ID)]
