"""How the ways of showing an offer are: which are on, and what is wrong with them.

In: a database, `ChannelState`s of the running service. Out: the same, for whoever wants to know.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from .database import Database
from .findings import FindingKind, keep_finding, latest_finding


@dataclass(frozen=True, slots=True)
class ChannelState:
    """One way of showing an offer."""

    name: str
    on: bool
    problem: str | None = None
    """A sentence for the wearer while it cannot be used, or not wholly."""


def keep_channels(database: Database, states: Iterable[ChannelState], *, wall_ms: int) -> None:
    """Keep how all of them are, in place of what was known. Raises DatabaseError."""
    content = {"items": [asdict(state) for state in states]}
    keep_finding(database, FindingKind.CHANNELS, content, wall_ms=wall_ms, alone=True)


def channels_kept(database: Database) -> tuple[ChannelState, ...]:
    """Return how the channels of the latest service were, in its order. Raises DatabaseError."""
    found = latest_finding(database, FindingKind.CHANNELS)
    return () if found is None else tuple(ChannelState(**item) for item in found.content["items"])
