"""What the store keeps besides measurements: decisions, offers, outcomes, intents, the wearer's words.

In: nothing. Out: frozen records. Wall times are whole milliseconds since 1970 (`…_wall_ms`), always beside
the offset of the place they were lived in.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class LinkState(StrEnum):
    """State of the link to the strap: the same words in log, store, API and page."""

    NO_ADAPTER = "no_adapter"
    ADAPTER_OFF = "adapter_off"
    NOT_PERMITTED = "not_permitted"
    LOOKING = "looking"
    TAKEN = "taken"
    """Found, but another app holds it."""
    CONNECTING = "connecting"
    SUBSCRIBED = "subscribed"
    """Connected and listening, no beat yet."""
    RECEIVING = "receiving"
    SILENT = "silent"
    """Connected, but nothing comes."""
    LOST = "lost"
    WAITING = "waiting"
    """Between two tries."""
    PAUSED = "paused"
    REPLAY = "replay"
    SIMULATED = "simulated"
    ENDED = "ended"
    """The recording came to its end, or Unhurry was stopped."""


class DecisionKind(StrEnum):
    """What came of an arousal event."""

    PROMPT = "prompt"
    HELD = "held"


class Reason(StrEnum):
    """Why an event led to an offer, or did not. docs/decisions.md says each in a sentence."""

    OK = "ok"
    WARM_UP = "warm_up"
    COOLDOWN = "cooldown"
    BUDGET = "budget"
    QUIET_HOURS = "quiet_hours"
    SNOOZED = "snoozed"
    CONVERSATION = "conversation"
    DRIVING = "driving"
    EXERTION = "exertion"
    LOW_CONFIDENCE = "low_confidence"
    UNEVEN_BEATS = "uneven_beats"
    PLANNED_EXPOSURE = "planned_exposure"
    OBSERVING = "observing"
    WITHHELD_RANDOM = "withheld_random"
    NOTHING_TO_OFFER = "nothing_to_offer"
    NOTICE = "notice"


class Answer(StrEnum):
    """What the wearer said to an offer."""

    START = "start"
    NOT_NOW = "not_now"
    FINE = "fine"
    DONE = "done"


class IntentKind(StrEnum):
    """What the page or the terminal asks the daemon to do; the daemon reads these within a second."""

    SNOOZE = "snooze"
    OBSERVE = "observe"
    CONVERSATION_START = "conversation_start"
    CONVERSATION_END = "conversation_end"
    DRIVING_START = "driving_start"
    DRIVING_END = "driving_end"
    START_PRACTICE = "start_practice"
    ENABLE_PRACTICE = "enable_practice"
    """Bring back a practice that was put away after it was worse twice."""
    CHOOSE_STRAP = "choose_strap"
    PAUSE = "pause"
    RESUME = "resume"
    WHAT_IF = "what_if"
    """Live some days again under other settings; nothing is changed by it."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """Ties a recording's own clock to the wall: at `t_ms == 0` the wall clock of the place showed this."""

    wall_ms: int
    utc_offset_s: int


@dataclass(frozen=True, slots=True)
class NewRecording:
    """A stretch of time with one clock: opened at start and after each suspend."""

    source: str
    """`ble`, `replay` or `demo`."""
    device: str
    """What sent the beats: strap name, file name, "simulated wearer"."""
    anchor: Anchor
    simulated: bool = False
    motion_still_below: float | None = None
    motion_moving_from: float | None = None


@dataclass(frozen=True, slots=True)
class NewDecision:
    """One decision about one event (or, later, about an offer without one)."""

    t_s: float
    """Recording time; equals the event's `confirmed_s`."""
    event_number: int | None
    kind: DecisionKind
    reason: Reason
    numbers: dict[str, float | int | str | None] = field(default_factory=dict[str, float | int | str | None])
    """What the decision rested on: score, rise, offers today, minutes since the last …"""


@dataclass(frozen=True, slots=True)
class NewPrompt:
    """An offer shown to the wearer because of a decision."""

    shown_wall_ms: int
    expires_wall_ms: int
    practice: str
    """Name of the practice's content file, e.g. `four_six`."""


@dataclass(frozen=True, slots=True)
class PromptRow:
    """An offer as the store knows it."""

    id: int
    decision_id: int
    event_id: int | None
    shown_wall_ms: int
    expires_wall_ms: int
    practice: str
    answer: Answer | None
    answer_reason: str | None
    answered_wall_ms: int | None
    closed: str | None
    """`answered`, `expired`, or None while it stands."""


@dataclass(frozen=True, slots=True)
class IntentRow:
    """A wish of the wearer for the daemon."""

    id: int
    kind: IntentKind
    wall_ms: int
    arguments: dict[str, Any]


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """A journal entry as it comes from the wearer."""

    template: str = "note"
    body: str = ""
    fields: dict[str, str] = field(default_factory=dict[str, str])
    tags: tuple[str, ...] = ()
    about_wall_ms: int | None = None
    events: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A journal entry as it is kept."""

    id: int
    template: str
    body: str
    fields: dict[str, str]
    tags: tuple[str, ...]
    about_wall_ms: int | None
    events: tuple[int, ...]
    created_wall_ms: int
    updated_wall_ms: int
    version: int
