"""Who can be called, country by country, and the words in a diary that bring this help.

In: the files that come with Unhurry (`help/*.toml`, `words_heard/*.toml`), and those of the same name in the
wearer's config folder, which replace them. Out: `HelpContent`. A line without its source and the date it was
checked is refused with its whole file: a wrong number is worse than none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict, Field, TypeAdapter

from .content_file import Unreadable, place_of, read_content, unwrapped

_CLOSED = ConfigDict(extra="forbid")

Number = Annotated[str, Field(pattern=r"^\+?\d[\d ]{1,20}$")]
Words = Annotated[str, Field(min_length=1, max_length=400)]


@dataclass(frozen=True, slots=True)
class Line:
    """A number that answers."""

    __pydantic_config__: ClassVar[ConfigDict] = _CLOSED

    about: Literal["emergency", "anything", "violence"]
    title: Annotated[str, Field(min_length=1, max_length=80)]
    words: Words
    source: Annotated[str, Field(min_length=8, max_length=400)]
    """Where the number was read."""
    checked: Annotated[date, Field(strict=True)]
    """The day it was read there."""
    call: Number | None = None
    text_to: Number | None = None
    text_word: Annotated[str, Field(pattern=r"^[A-Z]{2,12}$")] | None = None
    """What to write to `text_to`, where the line wants a word."""


@dataclass(frozen=True, slots=True)
class Country:
    """The lines of one country; the first is for emergencies."""

    code: str
    """ISO 3166-1, two letters: the file's name in capitals."""
    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class HeardWords:
    """Phrases in a diary that speak of being in danger.

    A phrase is words in a row; `(a|b)` stands for either, `..` for up to three words of any kind. Within
    `unless` the same words mean something else ("cut myself shaving").
    """

    __pydantic_config__: ClassVar[ConfigDict] = _CLOSED

    about: Literal["self_harm", "violence"]
    phrases: Annotated[tuple[Words, ...], Field(min_length=1, max_length=200)]
    unless: Annotated[tuple[Words, ...], Field(max_length=200)] = ()


@dataclass(frozen=True, slots=True)
class HelpContent:
    """What the page needs to show help, and what is wrong with the files that are not part of it."""

    countries: tuple[Country, ...]
    words: tuple[HeardWords, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _CountryFile:
    __pydantic_config__: ClassVar[ConfigDict] = _CLOSED

    name: Annotated[str, Field(min_length=1, max_length=60)]
    lines: Annotated[tuple[Line, ...], Field(min_length=1, max_length=12)]


@dataclass(frozen=True, slots=True)
class _WordsFile:
    __pydantic_config__: ClassVar[ConfigDict] = _CLOSED

    heard: Annotated[tuple[HeardWords, ...], Field(min_length=1, max_length=12)]


_COUNTRY = TypeAdapter(_CountryFile)
_WORDS = TypeAdapter(_WordsFile)


def load_help(folder: Path | None = None) -> HelpContent:
    """Read our lines and words, and those in `folder` (the wearer's config folder; it may be missing).

    A file that cannot be used is left out and named in `problems`, with its line.
    """
    problems: list[str] = []
    countries: list[Country] = []
    for file in _files("help", folder):
        try:
            country = _checked(*read_content(file, _COUNTRY))
        except Unreadable as error:
            problems.append(f"{file}{error}")
            continue
        code = file.name.removesuffix(".toml").upper()
        countries.append(Country(code, country.name, tuple(_line(line) for line in country.lines)))
    words: list[HeardWords] = []
    for file in _files("words_heard", folder):
        try:
            words += read_content(file, _WORDS)[0].heard
        except Unreadable as error:
            problems.append(f"{file}{error}")
    countries.sort(key=lambda country: country.name)
    return HelpContent(tuple(countries), tuple(words), tuple(problems))


def _files(name: str, folder: Path | None) -> list[Traversable]:
    places: list[Traversable] = [files("unhurry.config") / name]
    if folder is not None:
        places.append(folder / name)
    found: dict[str, Traversable] = {}
    for place in places:
        if place.is_dir():
            found.update({file.name: file for file in place.iterdir() if file.name.endswith(".toml")})
    return [found[name] for name in sorted(found)]


def _checked(file: _CountryFile, text: str) -> _CountryFile:
    """Return `file` if each of its lines can be reached. Raises Unreadable, naming the line."""
    if file.lines[0].about != "emergency":
        where = place_of(text, ("lines", 0, "about"))
        raise Unreadable(f"{where}: the first line of a country is the one for emergencies.")
    for i, line in enumerate(file.lines):
        if line.call is None and line.text_to is None:
            raise Unreadable(
                f"{place_of(text, ('lines', i, 'call'))}: neither `call` nor `text_to` is given."
            )
    return file


def _line(line: Line) -> Line:
    return Line(
        line.about, line.title, unwrapped(line.words), line.source, line.checked,
        line.call, line.text_to, line.text_word,
    )  # fmt: skip
