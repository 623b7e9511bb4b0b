"""Our own detector over a recording: the same `step` and the same policy that run live.

In: arrivals, parameters, prompt settings. Out: what it `Heard`.
"""

from __future__ import annotations

from dataclasses import dataclass

from unhurry.config import PromptSettings
from unhurry.signal import Arrivals, Minute, Parameters, Seconds
from unhurry.store import DecisionKind

from ..listening import decide_all, listen


@dataclass(frozen=True, slots=True)
class Alarm:
    """A moment at which a detector spoke up, in seconds of the recording."""

    confirmed_s: float
    end_s: float
    """It is open from `confirmed_s` until then."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What the pipeline and the policy made of a recording."""

    events: tuple[Alarm, ...]
    prompts: tuple[Alarm, ...]
    """Events that led to an offer under the settings given,"""
    prompts_unsure: tuple[Alarm, ...]
    """and under the same ones with offers on low confidence."""
    seconds: Seconds
    minutes: tuple[Minute, ...]


def hear(parameters: Parameters, settings: PromptSettings, arrivals: Arrivals) -> Heard:
    """Run the pipeline and the policy over a recording whose wall time is unknown: no quiet hours."""
    listened = listen(parameters, arrivals)
    last_s = float(arrivals.arrival_ms[-1]) / 1000
    alarms = {
        event.number: Alarm(event.confirmed_s, last_s if event.end_s is None else event.end_s)
        for event in listened.events
    }

    def offered(settings: PromptSettings) -> tuple[Alarm, ...]:
        decisions = decide_all(settings, None, listened, None)
        return tuple(
            alarms[event.number]
            for event, decision in zip(listened.confirmed, decisions, strict=True)
            if decision.kind is DecisionKind.PROMPT
        )

    return Heard(
        events=tuple(alarms.values()),
        prompts=offered(settings),
        prompts_unsure=offered(settings.model_copy(update={"on_low_confidence": True})),
        seconds=listened.output.seconds,
        minutes=listened.minutes,
    )
