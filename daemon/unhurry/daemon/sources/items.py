"""What a source of beats hands to the loop: one sequence of four kinds of things.

In: nothing. Out: the records and the `Source` protocol. A source never raises because a strap is
absent; that is a `LinkChanged`. It raises `UnhurryError` only for what no waiting can mend (an
unreadable file).
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from unhurry.signal import Arrivals, Parameters
from unhurry.store import LinkState, NewRecording, StrapChoice
from unhurry.store.profiles import KeptProfile

from .wishes import StrapWish


@dataclass(frozen=True, slots=True)
class RecordingOpened:
    """A new clock starts at 0: first of all, after each suspend, and when the wall clock was set."""

    recording: NewRecording
    ended: str = "suspended"
    """Why the recording before it has ended, if there was one: `suspended` or `clock_set`."""


@dataclass(frozen=True, slots=True)
class LinkChanged:
    """The link to the strap changed, or something was learnt about the strap."""

    state: LinkState
    t_ms: int
    """Recording time."""
    device: str | None = None
    address: str | None = None
    """How the radio knows the strap: kept, so that the same one is looked for tomorrow."""
    battery_percent: int | None = None
    advice: str | None = None
    """One plain sentence for the wearer, or None."""
    in_reach: tuple[StrapChoice, ...] = ()
    """Straps between which the wearer has to choose; empty unless a choice is due."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """Rows that arrived, with a TICK at least once a second while live."""

    arrivals: Arrivals
    speed: float | None = None
    """From here on so many recording seconds pass in a real one; None: as before."""


@dataclass(frozen=True, slots=True)
class StrapLearnt:
    """More is known about how a strap speaks, to be kept for the next time."""

    profile: KeptProfile


SourceItem: TypeAlias = RecordingOpened | LinkChanged | Arrived | StrapLearnt


class Source(Protocol):
    """Where beats come from: a strap, a file, a simulated day."""

    speed: float
    """Recording seconds per real second; 1 for a strap."""

    def items(self) -> AsyncIterator[SourceItem]:
        """Yield what happens, in order; ends when the source does. Closing the iterator releases the
        radio or the file.
        """
        ...

    def wish(self, wish: StrapWish) -> None:
        """Take up a wish of the wearer at once; what means nothing to this source is left."""
        ...


def adjusted(parameters: Parameters, recording: NewRecording) -> Parameters:
    """Return `parameters` with the movement levels that `recording` brings along."""
    if recording.motion_still_below is None or recording.motion_moving_from is None:
        return parameters
    return parameters.setting("motion.still_below", str(recording.motion_still_below)).setting(
        "motion.moving_from", str(recording.motion_moving_from)
    )
