"""The simulated wearer's day, and what `step` made of it.

In: nothing. Out: a `Heard` day and its clock. Nothing here looks into the detector: every number in a figure
is one that `step` gave out, or one of `Parameters`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from unhurry.daemon.simulation import DAY_START, SimulatedDay, seconds_at, simulate_day
from unhurry.signal import (
    STATES,
    ArousalEvent,
    Beats,
    Parameters,
    Seconds,
    State,
    finish,
    initial_state,
    step,
)


@dataclass(frozen=True, slots=True)
class Heard:
    """A whole day, as the detector heard it."""

    day: SimulatedDay
    parameters: Parameters
    beats: Beats
    seconds: Seconds
    events: tuple[ArousalEvent, ...]
    """With their final values."""

    def between(self, start: str, end: str) -> slice:
        """Return the rows of `seconds` from one time of day to another."""
        rows = self.seconds.t_s.searchsorted([seconds_at(start), seconds_at(end)], "left")
        return slice(*rows.tolist())

    def event_after(self, clock: str) -> ArousalEvent:
        """Return the first event that began after a time of day."""
        return next(event for event in self.events if event.start_s >= seconds_at(clock))

    def spans(self, start: str, end: str) -> list[tuple[float, float, State]]:
        """Return the stretches of one state between two times of day: from, to, state."""
        where = self.between(start, end)
        spans: list[tuple[float, float, State]] = []
        for t_s, index in zip(
            self.seconds.t_s[where].tolist(), self.seconds.state[where].tolist(), strict=True
        ):
            state = STATES[index]
            if spans and spans[-1][2] is state and spans[-1][1] == t_s - 1:
                spans[-1] = (spans[-1][0], float(t_s), state)
            else:
                spans.append((float(t_s) - 1, float(t_s), state))
        return spans


def hear_the_day() -> Heard:
    """Live through the seeded day once."""
    day = simulate_day()
    parameters = replace(Parameters(), motion=day.motion_levels)
    state, output = step(parameters, initial_state(parameters), day.arrivals)
    last = {event.number: event for event in (*output.events, *finish(state).events)}
    return Heard(day, parameters, output.beats, output.seconds, tuple(last.values()))


def clock(t_s: float) -> str:
    """Return the time of day of a second of the recording."""
    minutes = DAY_START.hour * 60 + int(t_s) // 60
    return f"{minutes // 60}:{minutes % 60:02d}"


def ticks(start: str, end: str, every_min: int) -> list[tuple[float, str]]:
    """Return times of day as ticks."""
    first, last = int(seconds_at(start)), int(seconds_at(end))
    return [(float(t_s), clock(t_s)) for t_s in range(first, last + 1, every_min * 60)]
