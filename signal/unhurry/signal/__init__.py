"""Pure computation: what arrived in, what it means out.

One `step` serves live straps, replays, `detect`, `evaluate` and tests: state and a block of `Arrivals`
in, new state and `Output` out. Cutting the arrivals anywhere gives the same output, bit for bit;
nothing emitted changes by what comes later.
"""

from .frame import Frame, FrameError, decode_frame
from .parameters import Parameters
from .pipeline import Output, PipelineState, finish, initial_state, motion_known, step
from .records import (
    POLAR_ACCELEROMETER,
    STATES,
    ArousalEvent,
    Arrivals,
    Beats,
    Confidence,
    Ending,
    Kind,
    Minute,
    MotionLevels,
    Samples,
    Seconds,
    State,
    Verdict,
)
from .rest import Rest

__all__ = [
    "POLAR_ACCELEROMETER",
    "STATES",
    "ArousalEvent",
    "Arrivals",
    "Beats",
    "Confidence",
    "Ending",
    "Frame",
    "FrameError",
    "Kind",
    "Minute",
    "MotionLevels",
    "Output",
    "Parameters",
    "PipelineState",
    "Rest",
    "Samples",
    "Seconds",
    "State",
    "Verdict",
    "decode_frame",
    "finish",
    "initial_state",
    "motion_known",
    "step",
]
