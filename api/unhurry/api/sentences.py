"""Reasons and causes in plain words."""

from __future__ import annotations

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
