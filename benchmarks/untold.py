"""What a rise that was not told was taken for, second by second.

In: what the pipeline `Heard` of a recording, and a `Rise`. Out: how many of its seconds had which of
`REASONS`. Only the detector knows the day's line, so a recording is heard in pieces, cut at the minutes of
its rises, and the detector is asked before each; the pipeline comes to the same, wherever it is cut.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from itertools import pairwise

import numpy as np
from adding import Rise
from numpy.typing import NDArray

from unhurry.daemon.evaluation.detection import Alarm
from unhurry.signal import STATES, Arrivals, Parameters, Seconds, State, finish, initial_state, step
from unhurry.signal.load import LoadState, explain
from unhurry.signal.records import FloatArray

_CALM_BUT = (
    "under the rise line",
    "under the score line",
    "under the day's line",
    "stirring",
    "too short",
)
_STATES = {
    "moving": (State.MOVING,),
    "after exertion": (State.AFTER_EXERTION,),
    "posture": (State.POSTURE,),
    "asleep": (State.ASLEEP,),
    "warming up": (State.WARMING_UP,),
    "in an event": (State.AROUSED,),
    "no data": (
        State.NOISY,
        State.UNEVEN,
        State.OFF_BODY,
        State.NO_LINK,
        State.SUSPENDED,
        State.PAUSED,
    ),
}
REASONS = (*_CALM_BUT, *_STATES)
"""Of a calm second the first line it is under; *stirring*: the wearer moves a little, and a rise waits; *too
short*: over every line, but not for long enough. Any other second by its state."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What the pipeline made of a recording, and the lines it drew; one row per second."""

    alarms: tuple[Alarm, ...]
    seconds: Seconds
    day_line_bpm: FloatArray
    alone_day_line_bpm: FloatArray


def heard(parameters: Parameters, arrivals: Arrivals, rises: tuple[Rise, ...]) -> Heard:
    """Run the pipeline over a recording with `rises`, which begin and end on whole minutes."""
    minutes = {at_s for rise in rises for at_s in np.arange(rise.start_s, rise.end_s + 1, 60).tolist()}
    cuts = np.searchsorted(arrivals.arrival_ms, 1000 * np.array(sorted(minutes)), "left").tolist()
    state = initial_state(parameters)
    parts: list[Seconds] = []
    lines: list[tuple[float, float]] = []
    ends_s: dict[int, Alarm] = {}
    last_s = float(arrivals.arrival_ms[-1]) / 1000
    for begin, end in pairwise([0, *cuts, len(arrivals)]):
        piece = slice(begin, end)
        usual = state.detector.usual
        lines.append((usual.day_line_bpm, usual.alone_day_line_bpm))
        state, output = step(
            parameters,
            state,
            Arrivals(arrivals.arrival_ms[piece], arrivals.kind[piece], arrivals.value[piece]),
        )
        parts.append(output.seconds)
        events = output.events if end < len(arrivals) else (*output.events, *finish(state).events)
        for event in events:
            ends_s[event.number] = Alarm(event.confirmed_s, last_s if event.end_s is None else event.end_s)
    columns = (np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Seconds))
    each_line = np.repeat(np.array(lines), [len(part) for part in parts], axis=0)
    return Heard(tuple(ends_s.values()), Seconds(*columns), each_line[:, 0], each_line[:, 1])


def reasons(parameters: Parameters, given: Heard, rise: Rise) -> tuple[int, ...]:
    """Return how many seconds of the rise had each of `REASONS`."""
    seconds = given.seconds
    load = explain(parameters, LoadState(), seconds.t_s, seconds.motion)[1]
    inside = (seconds.t_s >= rise.start_s) & (seconds.t_s < rise.end_s)
    rise_bpm = seconds.score * seconds.spread_bpm
    residual_bpm = seconds.baseline_bpm + rise_bpm
    alone = load.alone
    calm = seconds.state == STATES.index(State.CALM)
    under: list[NDArray[np.bool_]] = [
        rise_bpm < np.where(alone, parameters.alone_on_rise_bpm, parameters.on_rise_bpm),
        seconds.score < np.where(alone, parameters.alone_on_score, parameters.on_score),
        residual_bpm <= np.where(alone, given.alone_day_line_bpm, given.day_line_bpm),
    ]
    stirring = load.brisk_bpm >= parameters.load_still_bpm
    which = np.select([stirring, *under], [3, 0, 1, 2], default=4)
    counts = np.bincount(which[inside & calm], minlength=len(_CALM_BUT)).tolist()
    codes = [[STATES.index(state) for state in states] for states in _STATES.values()]
    return (*counts, *(int((inside & np.isin(seconds.state, own)).sum()) for own in codes))
