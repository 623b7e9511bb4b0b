"""Offers on their way to the wearer, and which practice an offer may come with.

In: the practices, what the wearer wants and has put away. Out: names, best first; the records that every
channel understands.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from unhurry.config import PracticeSettings
from unhurry.config.content import Practice, Practices

from ..sources.wishes import StrapWish

_DEFAULT = "four_six"
"""Slow breathing is the best studied; its longer breath out suits most at first."""


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer to show, on every channel that is on."""

    prompt_id: int
    at: datetime
    """Local wall time of the recording."""
    practice: str


@dataclass(frozen=True, slots=True)
class Closed:
    """An offer that no channel needs to show any longer: answered, or its time is over."""

    prompt_id: int
    answer: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """What one item led to."""

    offers: tuple[Offer, ...] = ()
    closed: tuple[Closed, ...] = ()
    wishes: tuple[StrapWish, ...] = ()
    """What the source is to be told."""


def candidates(
    practices: Practices, settings: PracticeSettings, put_away: Collection[str]
) -> tuple[str, ...]:
    """Return the practices an offer may come with, the first choice first.

    `practices` are those that suit the wearer (`load_practices` has left out the others); `put_away` those
    that were worse twice. The wearer's own first choice comes first, even one that is only there to be chosen
    or holds the breath; without one, slow breathing. Where that is left out (for someone whom the breath
    distresses) looking outward comes first, as the list has it. A practice with a hold never comes up by
    itself. Empty when nothing is left: then there is nothing to offer.
    """
    able = [practice for practice in practices.items if practice.name not in put_away]
    wanted = _DEFAULT if settings.first_offer == "auto" else settings.first_offer
    offered = [practice for practice in able if practice.offered and not practice.holds]
    first = [practice for practice in able if practice.name == wanted]
    outward = sorted((each for each in offered if each.group == "outward"), key=_length)
    names = [practice.name for practice in (*first, *outward, *offered)]
    return tuple(dict.fromkeys(names))


def _length(practice: Practice) -> float:
    return practice.minutes
