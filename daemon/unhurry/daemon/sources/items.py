"""What a source of beats hands to the loop: one sequence of three kinds of things.

In: nothing. Out: the records and the `Source` protocol. A source never raises because a strap is
absent; that is a `LinkChanged`. It raises `UnhurryError` only for what no waiting can mend (an
unreadable file).
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from unhurry.signal import Arrivals, Parameters
from unhurry.store import LinkState, NewRecording


@dataclass(frozen=True, slots=True)
class RecordingOpened:
    """A new clock starts at 0: first of all, and again after each suspend.

    `motion_known` is whether a movement channel belongs to this recording; its levels are in `recording`.
    """

    recording: NewRecording
    motion_known: bool


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


@dataclass(frozen=True, slots=True)
class Arrived:
    """Rows that arrived, with a TICK at least once a second while live."""

    arrivals: Arrivals


SourceItem: TypeAlias = RecordingOpened | LinkChanged | Arrived


class Source(Protocol):
    """Where beats come from: a strap, a file, a simulated day."""

    speed: float
    """Recording seconds per real second; 1 for a strap."""

    def items(self) -> AsyncIterator[SourceItem]:
        """Yield what happens, in order; ends when the source does. Closing the iterator releases the
        radio or the file.
        """
        ...


def adjusted(parameters: Parameters, recording: NewRecording) -> Parameters:
    """Return `parameters` with the movement levels that `recording` brings along."""
    if recording.motion_still_below is None or recording.motion_moving_from is None:
        return parameters
    return parameters.setting("motion.still_below", str(recording.motion_still_below)).setting(
        "motion.moving_from", str(recording.motion_moving_from)
    )
