"""What the help page shows: people who steady the wearer, lines that answer; and the words that bring it."""

from __future__ import annotations

import re
from datetime import date
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from unhurry.config import Person as Known
from unhurry.config.help_lines import HelpContent

from .access import Given

router = APIRouter(prefix="/api/help", tags=["help"])


class Person(BaseModel):
    """Somebody who steadies the wearer."""

    name: str
    contact: str
    reach: Literal["call", "write"] | None
    """How `contact` is used; null when it is neither a number nor an address."""


class Line(BaseModel):
    """A number that answers."""

    about: Literal["emergency", "anything", "violence"]
    title: str
    words: str
    call: str | None
    text_to: str | None
    text_word: str | None
    source: str
    checked: date


class Country(BaseModel):
    """The lines of one country."""

    code: str
    name: str
    lines: list[Line]


class Heard(BaseModel):
    """Phrases the page listens for while one writes; it keeps nothing of it."""

    about: Literal["self_harm", "violence"]
    phrases: list[str]
    unless: list[str]


class Help(BaseModel):
    """All of it."""

    people: list[Person]
    country: str | None
    """Where the wearer said they are; there may be no lines of it."""
    countries: list[Country]
    heard: list[Heard]
    problems: list[str]


@router.get("")
def show_help(given: Given) -> Help:
    """People and lines; works without a database."""
    return help_of(given.help, given.where.country, given.people)


def help_of(content: HelpContent, country: str | None, people: tuple[Known, ...]) -> Help:
    """Return help as the wire has it."""
    return Help(
        people=[Person(name=each.name, contact=each.contact, reach=_reach(each.contact)) for each in people],
        country=country,
        countries=[Country.model_validate(each, from_attributes=True) for each in content.countries],
        heard=[Heard.model_validate(each, from_attributes=True) for each in content.words],
        problems=list(content.problems),
    )


def _reach(contact: str) -> Literal["call", "write"] | None:
    if re.fullmatch(r"\+?[\d ()/.-]{3,}", contact):
        return "call"
    return "write" if re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", contact) else None
