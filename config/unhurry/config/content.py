"""The content a wearer can edit: practices.

In: the files that come with Unhurry, and those of the same name in the wearer's config folder, which replace
them. Out: `Practices`, in a fixed order. A file that cannot be read is left out and named; the others stay.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

GROUPS = ("outward", "breath", "body", "words")
"""In the order they are shown: outward first, because it suits everyone."""

_CLOSED = ConfigDict(extra="forbid")

_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")


@dataclass(frozen=True, slots=True)
class Phase:
    """One part of a breath."""

    __pydantic_config__: ClassVar[ConfigDict] = _CLOSED

    kind: Literal["in", "hold", "out"]
    seconds: Annotated[float, Field(gt=0, le=60)]


@dataclass(frozen=True, slots=True)
class Step:
    """One screen of a practice without a breath to pace."""

    __pydantic_config__: ClassVar[ConfigDict] = _CLOSED

    title: Annotated[str, Field(min_length=1, max_length=80)]
    text: Annotated[str, Field(max_length=600)]
    count: Annotated[int, Field(ge=0, le=10)] = 0
    """How many things to find, 0 when nothing is counted."""


@dataclass(frozen=True, slots=True)
class Practice:
    """What a wearer can be offered."""

    name: str
    """The file's name without `.toml`."""
    title: str
    group: str
    minutes: float
    offer: str
    """The question an offer asks."""
    words: str
    caution: str
    source: str
    phases: tuple[Phase, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Practices:
    """The practices there are, and what is wrong with the files that are not among them."""

    items: tuple[Practice, ...]
    problems: tuple[str, ...]

    def named(self, name: str) -> Practice | None:
        """Return a practice by its name, or None."""
        return next((practice for practice in self.items if practice.name == name), None)


@dataclass(frozen=True, slots=True)
class _File:
    """A practice as its file says it."""

    __pydantic_config__: ClassVar[ConfigDict] = _CLOSED

    title: Annotated[str, Field(min_length=1, max_length=80)]
    group: Literal["outward", "breath", "body", "words"]
    minutes: Annotated[float, Field(gt=0, le=60)]
    offer: Annotated[str, Field(min_length=1, max_length=80)]
    words: Annotated[str, Field(max_length=2000)] = ""
    caution: Annotated[str, Field(max_length=1000)] = ""
    source: Annotated[str, Field(max_length=1000)] = ""
    order: int = 100
    enabled: bool = True
    phases: Annotated[tuple[Phase, ...], Field(max_length=12)] = ()
    steps: Annotated[tuple[Step, ...], Field(max_length=20)] = ()


_READ = TypeAdapter(_File)


def load_practices(folder: Path | None = None) -> Practices:
    """Read our practices and those in `folder`/practices (the wearer's config folder; it may be missing).

    A file with `enabled = false` takes its practice away. A broken file of the wearer's takes the place of
    ours, too: what is wrong with it is said in `problems`, with file and line.
    """
    found: dict[str, Traversable] = {}
    places: list[Traversable] = [files("unhurry.config") / "practices"]
    if folder is not None:
        places.append(folder / "practices")
    for place in places:
        if place.is_dir():
            found.update({file.name: file for file in place.iterdir() if file.name.endswith(".toml")})
    items: list[tuple[int, int, Practice]] = []
    problems: list[str] = []
    for name in sorted(found):
        try:
            read = _read(found[name])
        except _Unreadable as error:
            problems.append(f"{found[name]}{error}")
            continue
        if read.enabled:
            items.append((GROUPS.index(read.group), read.order, _practice(name.removesuffix(".toml"), read)))
    items.sort(key=lambda item: (item[0], item[1], item[2].name))
    return Practices(tuple(practice for _, _, practice in items), tuple(problems))


class _Unreadable(Exception):  # noqa: N818 - says what it is; never leaves this module
    """What is wrong with a file, from its line on."""


def _read(file: Traversable) -> _File:
    if not _NAME.fullmatch(file.name.removesuffix(".toml")):
        raise _Unreadable(": the name may hold small letters, digits and _ only.")
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _Unreadable(f": cannot be read ({error}).") from error
    try:
        read = _READ.validate_python(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        where = re.search(r"\(at line (\d+), column \d+\)", str(error))
        line = where.group(1) if where else text.count("\n") + 1
        raise _Unreadable(f", line {line}: {str(error).split(' (at ')[0]}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise _Unreadable(f"{_line(text, first['loc'])}: {first['msg']}.") from error
    if bool(read.phases) == bool(read.steps) and read.enabled:
        raise _Unreadable(": either [[phases]] or [[steps]] is wanted.")
    return read


def _line(text: str, place: tuple[int | str, ...]) -> str:
    """Say where in a file a key stands: its line when it is there, its name when it is missing."""
    key = ".".join(str(part) for part in place)
    wanted = str(place[-1]) if place else ""
    table, nth = (str(place[0]), int(place[1])) if len(place) > 1 and isinstance(place[1], int) else ("", 0)
    seen = -1
    for number, line in enumerate(text.splitlines(), start=1):
        if table and re.match(rf"\s*\[\[\s*{re.escape(table)}\s*\]\]", line):
            seen += 1
        inside = not table or seen == nth
        if inside and re.match(rf"\s*(\[\[?\s*)?{re.escape(wanted)}\b", line):
            return f", line {number}: `{key}`"
    return f": `{key}`"


def _practice(name: str, read: _File) -> Practice:
    return Practice(
        name=name,
        title=read.title,
        group=read.group,
        minutes=read.minutes,
        offer=read.offer,
        words=_unwrapped(read.words),
        caution=_unwrapped(read.caution),
        source=_unwrapped(read.source),
        phases=read.phases,
        steps=tuple(Step(step.title, _unwrapped(step.text), step.count) for step in read.steps),
    )


def _unwrapped(text: str) -> str:
    """Join the lines of a paragraph; an empty line still parts two."""
    return "\n\n".join(" ".join(part.split()) for part in re.split(r"\n\s*\n", text.strip()))
