"""A whole recording at once: the same `step` and the same policy that run live.

In: arrivals, parameters, prompt settings. Out: `Listened`, and the decision about each event.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from unhurry.config import PromptSettings
from unhurry.signal import ArousalEvent, Arrivals, Minute, Output, Parameters, finish, initial_state, step
from unhurry.store import Anchor, NewDecision

from .prompting import Standing, decide
from .prompting.occasion import circumstances


@dataclass(frozen=True, slots=True)
class Listened:
    """What the pipeline made of a recording."""

    output: Output
    minutes: tuple[Minute, ...]
    """All of them, the last one as far as it went."""
    confirmed: tuple[ArousalEvent, ...]
    """The events as they were when they were confirmed, which is what was decided about,"""
    events: tuple[ArousalEvent, ...]
    """and with their final values."""


def listen(parameters: Parameters, arrivals: Arrivals) -> Listened:
    """Run the pipeline over a recording."""
    state, output = step(parameters, initial_state(parameters), arrivals)
    rest = finish(state)
    first: dict[int, ArousalEvent] = {}
    final: dict[int, ArousalEvent] = {}
    for event in (*output.events, *rest.events):
        first.setdefault(event.number, event)
        final[event.number] = event
    return Listened(output, (*output.minutes, *rest.minutes), tuple(first.values()), tuple(final.values()))


def decide_all(
    settings: PromptSettings, confirmed: Iterable[ArousalEvent], anchor: Anchor | None
) -> tuple[NewDecision, ...]:
    """Return the decision about each event; without an anchor the wall time is unknown: no quiet hours."""
    standing = Standing()
    decisions: list[NewDecision] = []
    for event in confirmed:
        standing, decision = decide(settings, standing, event, circumstances(anchor, event))
        decisions.append(decision)
    return tuple(decisions)
