"""Our own detector over a recording: the same `step` and the same policy that run live.

In: arrivals, parameters, prompt settings. Out: what it `Heard`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from unhurry.config import PromptSettings
from unhurry.signal import ArousalEvent, Arrivals, Minute, Parameters, Seconds, finish, initial_state, step
from unhurry.store import DecisionKind

from ..prompting import Standing, decide
from ..prompting.occasion import circumstances


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


def listen(parameters: Parameters, settings: PromptSettings, arrivals: Arrivals) -> Heard:
    """Run the pipeline and the policy over a recording whose wall time is unknown: no quiet hours."""
    state, output = step(parameters, initial_state(parameters), arrivals)
    rest = finish(state)
    first: dict[int, ArousalEvent] = {}
    final: dict[int, ArousalEvent] = {}
    for event in (*output.events, *rest.events):
        first.setdefault(event.number, event)
        final[event.number] = event
    last_s = float(arrivals.arrival_ms[-1]) / 1000
    alarms = {
        event.number: Alarm(event.confirmed_s, last_s if event.end_s is None else event.end_s)
        for event in final.values()
    }
    unsure = settings.model_copy(update={"on_low_confidence": True})
    return Heard(
        events=tuple(alarms.values()),
        prompts=tuple(alarms[number] for number in _offered(settings, first.values())),
        prompts_unsure=tuple(alarms[number] for number in _offered(unsure, first.values())),
        seconds=output.seconds,
        minutes=(*output.minutes, *rest.minutes),
    )


def _offered(settings: PromptSettings, events: Iterable[ArousalEvent]) -> list[int]:
    standing = Standing()
    offered: list[int] = []
    for event in events:
        standing, decision = decide(settings, standing, event, circumstances(None, event))
        if decision.kind is DecisionKind.PROMPT:
            offered.append(event.number)
    return offered
