"""Offers on their way to the wearer.

In: nothing. Out: the records that every channel understands.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ..sources.wishes import StrapWish


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
