"""A whole recording at once: the same `step` and the same policy that run live.

In: arrivals, parameters, prompt settings. Out: `Listened`, and the decision about each event.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import TypeVar

import numpy as np

from unhurry.config import NoticeSettings, PromptSettings
from unhurry.signal import (
    ArousalEvent,
    Arrivals,
    Beats,
    Minute,
    Output,
    Parameters,
    Samples,
    Seconds,
    finish,
    initial_state,
    step,
)
from unhurry.store import Anchor, NewDecision

from .prompting import Standing, decide
from .prompting.notice import Watch, complete_by, watch
from .prompting.occasion import circumstances

_BLOCK_MS = 6 * 3600 * 1000
"""So much of a recording is taken in at once: quick, and a week needs no more memory than its results."""

_Stream = TypeVar("_Stream", Beats, Samples, Seconds)


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
    state = initial_state(parameters)
    parts: list[Output] = []
    for block in _blocks(arrivals):
        state, part = step(parameters, state, block)
        parts.append(part)
    output, rest = _joined(parts), finish(state)
    first: dict[int, ArousalEvent] = {}
    final: dict[int, ArousalEvent] = {}
    for event in (*output.events, *rest.events):
        first.setdefault(event.number, event)
        final[event.number] = event
    return Listened(output, (*output.minutes, *rest.minutes), tuple(first.values()), tuple(final.values()))


def decide_all(
    settings: PromptSettings, notice: NoticeSettings | None, listened: Listened, anchor: Anchor | None
) -> tuple[NewDecision, ...]:
    """Return the decision about each confirmed event.

    Without an anchor the wall time is unknown: no quiet hours. Without `notice` there are no lines beyond
    which offers wait: they are a wearer's own.
    """
    standing, watching, seen = Standing(), Watch(), 0
    decisions: list[NewDecision] = []
    for event in listened.confirmed:
        if notice is not None:
            complete = complete_by(listened.minutes, event.confirmed_s)
            for minute in listened.minutes[seen:complete]:
                watching, _ = watch(notice, watching, minute, day=0)
            seen = max(seen, complete)
        now = circumstances(anchor, event, beyond_line=watching.beyond is not None)
        standing, decision = decide(settings, standing, event, now)
        decisions.append(decision)
    return tuple(decisions)


def _blocks(arrivals: Arrivals) -> Iterator[Arrivals]:
    """Yield the recording in stretches of time, at least one, none of them empty unless all is."""
    block = arrivals.arrival_ms // _BLOCK_MS
    edges = np.flatnonzero(np.diff(block)) + 1
    bounds = [0, *edges.tolist(), len(arrivals)]
    for start, stop in pairwise(bounds):
        where = slice(start, stop)
        yield Arrivals(arrivals.arrival_ms[where], arrivals.kind[where], arrivals.value[where])


def _joined(parts: list[Output]) -> Output:
    """Return what the blocks brought to light as one; beats still pending are those of the last."""
    return Output(
        beats=_one_stream([part.beats for part in parts]),
        pending=parts[-1].pending,
        heart_rates=_one_stream([part.heart_rates for part in parts]),
        motion=_one_stream([part.motion for part in parts]),
        trunk=_one_stream([part.trunk for part in parts]),
        seconds=_one_stream([part.seconds for part in parts]),
        minutes=tuple(minute for part in parts for minute in part.minutes),
        events=tuple(event for part in parts for event in part.events),
    )


def _one_stream(parts: list[_Stream]) -> _Stream:
    if len(parts) == 1:
        return parts[0]
    columns = (field.name for field in fields(parts[0]))
    return type(parts[0])(*(np.concatenate([getattr(part, name) for part in parts]) for name in columns))
