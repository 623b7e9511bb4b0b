"""Reading one content file: text in, a checked record out, or one line that says what is wrong and where.

In: a TOML file, the shape it must have. Out: the record, or `Unreadable`, whose text goes on from the file's
name: `, line 4: `minutes`: …`.
"""

from __future__ import annotations

import re
import tomllib
from importlib.resources.abc import Traversable
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

Shape = TypeVar("Shape")

_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
_MOST_CHARACTERS = 50_000
_LAST = {"missing": 1, "too_short": 2}
_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)")


class Unreadable(Exception):  # noqa: N818 - says what it is
    """What is wrong with a file, to be put right after its name."""


def read_content(file: Traversable, shape: TypeAdapter[Shape]) -> tuple[Shape, str]:
    """Return what a file says, and its text. Raises Unreadable for a file that cannot be used."""
    if not _NAME.fullmatch(file.name.removesuffix(".toml")):
        raise Unreadable(": the name may hold small letters, digits and _ only.")
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(f": cannot be read ({error}).") from error
    if len(text) > _MOST_CHARACTERS:
        raise Unreadable(f": longer than {_MOST_CHARACTERS} characters.")
    try:
        return shape.validate_python(tomllib.loads(text)), text
    except tomllib.TOMLDecodeError as error:
        where = _AT_LINE.search(str(error))
        line = where.group(1) if where else text.count("\n") + 1
        raise Unreadable(f", line {line}: {str(error).split(' (at ')[0]}.") from error
    except ValidationError as error:
        # A misspelt key is also a missing one: the one that stands in the file can be pointed at. And a list
        # that is too short may be so because one of its items was refused.
        first = min(error.errors(), key=lambda each: _LAST.get(each["type"], 0))
        raise Unreadable(f"{place_of(text, first['loc'])}: {_said(first)}.") from error


def place_of(text: str, place: tuple[int | str, ...]) -> str:
    """Say where in a file a key stands: its line, or that of the key or table it is part of."""
    key = ".".join(str(part) for part in place)
    names = [part for part in place if isinstance(part, str)]
    lines = list(enumerate(text.splitlines(), start=1))
    if len(place) > 1 and isinstance(place[1], int):
        starts = [i for i, (_, line) in enumerate(lines) if _heads(line, names[0])]
        if place[1] < len(starts):
            lines = lines[starts[place[1]] :]
            ends = [i for i, (_, line) in enumerate(lines) if i and line.lstrip().startswith("[[")]
            lines = lines[: ends[0]] if ends else lines
    for wanted in reversed(names):
        for number, line in lines:
            if _heads(line, wanted) or re.match(rf"\s*{re.escape(wanted)}\s*[=.]", line):
                return f", line {number}: `{key}`"
    return f": `{key}`"


def _heads(line: str, table: str) -> bool:
    return re.match(rf"\s*\[\[?\s*{re.escape(table)}\s*\]", line) is not None


def unwrapped(text: str) -> str:
    """Join the lines of a paragraph; an empty line still parts two."""
    return "\n\n".join(" ".join(part.split()) for part in re.split(r"\n\s*\n", text.strip()))


def _said(error: ErrorDetails) -> str:
    match error["type"]:
        case "extra_forbidden" | "unexpected_keyword_argument":
            return "there is no such field"
        case "missing" | "missing_argument":
            return "is missing"
        case _:
            return error["msg"].removeprefix("Value error, ")
