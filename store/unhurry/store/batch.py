"""What the loop hands to the writer once a second.

In: nothing. Out: frozen records. Everything in one `Batch` is committed together, or nothing of it is.
"""

from __future__ import annotations

from dataclasses import dataclass

from unhurry.signal.records import ArousalEvent, Beats, Minute, Samples, State

from .draws import NewDraw
from .profiles import KeptProfile
from .records import LinkState, NewDecision, NewPrompt
from .straps import StrapChoice


@dataclass(frozen=True, slots=True)
class LinkMark:
    """The link to the strap changed, or something was learnt about the strap, at `t_ms` of the recording."""

    t_ms: int
    state: LinkState
    device: str | None = None
    battery_percent: int | None = None
    advice: str | None = None
    address: str | None = None
    in_reach: tuple[StrapChoice, ...] = ()
    """Straps between which the wearer has to choose; empty unless a choice is due."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision and the offer it led to. The event it names must be in the same batch or an earlier one."""

    decision: NewDecision
    prompt: NewPrompt | None = None
    draw: NewDraw | None = None
    """What chance had to say, where it was asked."""


@dataclass(frozen=True, slots=True)
class Now:
    """The recording's now, as `/api/status` tells it."""

    t_ms: int
    speed: float = 1.0
    """Recording seconds per real second."""
    state: State | None = None
    level_bpm: float | None = None
    baseline_bpm: float | None = None
    spread_bpm: float | None = None
    motion_known: bool = False


@dataclass(frozen=True, slots=True)
class Batch:
    """What one second (or, in a replay, one stretch) brought for one recording."""

    recording_id: int
    beats: Beats | None = None
    """Judged: these verdicts are final."""
    pending: Beats | None = None
    """On the beat clock, not judged yet: kept now so that none is lost, written again when judged."""
    heart_rates: Samples | None = None
    motion: Samples | None = None
    trunk: Samples | None = None
    """Angles of the trunk, in degrees."""
    minutes: tuple[Minute, ...] = ()
    events: tuple[ArousalEvent, ...] = ()
    """Confirmed or ended; the same event may come any number of times."""
    decisions: tuple[Decided, ...] = ()
    links: tuple[LinkMark, ...] = ()
    profiles: tuple[KeptProfile, ...] = ()
    now: Now | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """The ids a batch was given, in its order."""

    events: tuple[int, ...] = ()
    decisions: tuple[int, ...] = ()
    prompts: tuple[int | None, ...] = ()
    """One for each decision: the id of its prompt, or None."""
