"""Reasons and causes in plain words."""

from __future__ import annotations

from dataclasses import dataclass

from unhurry.signal.records import State
from unhurry.store import Reason

DECISIONS: dict[Reason, str] = {
    Reason.OK: "Your heart sped up while you seemed still.",
    Reason.WARM_UP: "Unhurry was still getting to know your heart rate.",
    Reason.COOLDOWN: "There had been an offer a short while before.",
    Reason.BUDGET: "The offers for this day had been made.",
    Reason.QUIET_HOURS: "It was within your quiet hours.",
    Reason.SNOOZED: "You had asked for quiet.",
    Reason.CONVERSATION: "You were in a conversation.",
    Reason.DRIVING: "You were driving.",
    Reason.EXERTION: "Your heart was as fast as on stairs, and whether you moved was not known.",
    Reason.LOW_CONFIDENCE: "Unhurry was not sure enough of your usual, or could not tell whether you moved.",
    Reason.UNEVEN_BEATS: "The beat data was too uneven to go by.",
    Reason.PLANNED_EXPOSURE: "You had planned this step.",
    Reason.OBSERVING: "You had asked Unhurry to look on and say nothing.",
    Reason.WITHHELD_RANDOM: "Left out by chance, to learn what offers do and what time does by itself.",
    Reason.NOTHING_TO_OFFER: "There was no practice left to offer: all are put away or switched off.",
    Reason.NOTICE: "Your heart had been beyond one of your own lines for ten minutes: offers wait meanwhile.",
}

SPANS: dict[str, str] = {
    State.MOVING: "moving",
    State.AFTER_EXERTION: "shortly after moving",
    State.POSTURE: "changing position",
    State.WARMING_UP: "getting to know your heart rate",
    State.ASLEEP: "asleep",
    State.NOISY: "the strap was hard to hear",
    State.UNEVEN: "beat data too uneven",
    State.OFF_BODY: "the strap was resting",
    State.NO_LINK: "the strap was out of reach",
    State.SUSPENDED: "the computer was asleep",
    State.PAUSED: "paused",
    "stopped": "Unhurry was not running",
    "ended": "the recording was over",
    "interrupted": "Unhurry had stopped unexpectedly",
    "clock_set": "the clock was set",
}


@dataclass(frozen=True, slots=True)
class Suggested:
    """What might be tried, and why."""

    title: str
    why: str


_UNTOLD = (
    "What was not worth noticing was mostly you moving, and your strap does not tell movement. From the heart"
    " alone, stairs and worry look the same."
)

SUGGESTIONS: dict[str, Suggested] = {
    "tell_movement": Suggested("Wear a strap that tells movement", _UNTOLD),
    "tell_movement on_low_confidence": Suggested("No offers while movement is not known", _UNTOLD),
    "less_ready score": Suggested(
        "Wait for a clearer rise",
        "The moments that were not worth noticing were mostly the fainter ones.",
    ),
    "less_ready sustain": Suggested(
        "Wait a little longer",
        "The moments that were not worth noticing were mostly the shorter ones.",
    ),
    "conversation": Suggested(
        "Say when a conversation begins",
        "What was not worth noticing was mostly talking, which quickens breath and heart. While you are in a"
        " conversation, Unhurry looks on and says nothing.",
    ),
    "more_ready": Suggested(
        "Speak a little sooner",
        "Nearly everything Unhurry noticed was worth it, and it noticed little. A lower line finds more of"
        " these moments, and more of the others.",
    ),
}
"""By the kind of a suggestion, and what it is about."""
