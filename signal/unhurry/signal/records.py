"""The nouns of the pipeline: what arrives, and what is known about it afterwards.

In: nothing. Out: frozen records that every other part of Unhurry speaks in.

Streams are records of equal-length arrays (`Arrivals`, `Beats`, `Samples`, `Seconds`), because there
are 100 000 beats in a day; rare things (`Minute`, `ArousalEvent`) are one object each. Times are
milliseconds since the start of the recording on the monotonic clock, as integers: integers can be cut,
stored and added up without ever changing a bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Int64Array: TypeAlias = NDArray[np.int64]
Int8Array: TypeAlias = NDArray[np.int8]
FloatArray: TypeAlias = NDArray[np.float64]


class Kind(IntEnum):
    """What one row of `Arrivals` is."""

    BEAT = 0
    """An RR interval; `value` is its length in 1/1024 s."""
    HEART_RATE = 1
    """A heart rate the device computed, in a frame without RR; `value` is in bpm."""
    MOTION = 2
    """A movement sample; `value` is in the unit of its source (its levels come with `MotionLevels`)."""
    TICK = 3
    """"It is now …": nothing arrived, time passed. `value` is 0; 1 while the wearer has paused measuring."""
    TRUNK = 4
    """A trunk angle; `value` is in degrees from upright (strap sensors that know it)."""


class Verdict(IntEnum):
    """What the artifact rules say about one RR interval. The interval itself is never changed."""

    PENDING = -1
    """Two more beats are needed to judge it."""
    OK = 0
    EXTRA = 1
    """A beat too many (noise taken for a beat, a repeated frame)."""
    MISSED = 2
    """A beat was not seen, so this interval spans two."""
    ECTOPIC = 3
    """Early beat and the pause after it."""
    LONG_SHORT = 4
    """Too long or too short for its surroundings."""
    GAP = 5
    """First interval after missing data: its own length is good, its difference to the one before means
    nothing.
    """


class State(StrEnum):
    """State of a moment. *Judged* means calm or aroused; everything else says why not."""

    CALM = "calm"
    AROUSED = "aroused"
    MOVING = "moving"
    AFTER_EXERTION = "after_exertion"
    POSTURE = "posture"
    WARMING_UP = "warming_up"
    ASLEEP = "asleep"
    NOISY = "noisy"
    UNEVEN = "uneven"
    OFF_BODY = "off_body"
    NO_LINK = "no_link"
    SUSPENDED = "suspended"
    PAUSED = "paused"


STATES: tuple[State, ...] = tuple(State)
"""`Seconds.state` holds indices into this."""


class Confidence(StrEnum):
    """`high` only with known movement, four hours of baseline and good beats."""

    LOW = "low"
    HIGH = "high"


class Ending(StrEnum):
    """How an arousal event ended."""

    SETTLED = "settled"
    """The heart came half-way back, or near its usual."""
    MOVED = "moved"
    """The wearer began to move: from there on the heart has another reason."""
    LOST = "lost"
    """Nothing could be judged any longer."""


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Everything that arrived, in arrival order: `n` rows of beats, heart rates, movement and ticks.

    A frame with several RR intervals is several BEAT rows with one `arrival_ms`, oldest first.
    `arrival_ms` never decreases.
    """

    arrival_ms: Int64Array
    kind: Int8Array
    value: FloatArray

    def __len__(self) -> int:
        return len(self.arrival_ms)


@dataclass(frozen=True, slots=True)
class Beats:
    """`n` beats in order, each with the interval that ends at it."""

    t_ms: Int64Array
    """Beat time on the beat clock, strictly increasing within a recording."""
    rr_1024: Int64Array
    verdict: Int8Array
    """`Verdict` values."""
    late_ms: Int64Array
    """Arrival minus beat time: `t_ms + late_ms` is the arrival, so that a stored day can be replayed
    exactly.
    """

    def __len__(self) -> int:
        return len(self.t_ms)


@dataclass(frozen=True, slots=True)
class Samples:
    """`n` values of one channel as they arrived: heart rates in bpm (straps without RR), or movement in
    its own unit.
    """

    arrival_ms: Int64Array
    value: FloatArray

    def __len__(self) -> int:
        return len(self.arrival_ms)


@dataclass(frozen=True, slots=True)
class Seconds:
    """One row per decided whole second `t_s`, which closes [t_s - 1, t_s). NaN where there is nothing
    to say.
    """

    t_s: Int64Array
    state: Int8Array
    """Indices into `STATES`."""
    hr_bpm: FloatArray
    """Heart rate of the latest accepted beat (held at most 12 s)."""
    level_bpm: FloatArray
    """Heart-rate level: the 0.04 Hz low-passed course the detector looks at."""
    baseline_bpm: FloatArray
    """The wearer's usual for now."""
    spread_bpm: FloatArray
    """Robust standard deviation around that usual (the page draws baseline plus or minus this)."""
    rmssd_ms: FloatArray
    motion: FloatArray
    """Movement intensity, 1.0 = the level from which one counts as moving; NaN = unknown, which is not
    still.
    """
    score: FloatArray
    quality: FloatArray
    """Share of the last 60 beats that were accepted; for heart rate alone, 1.0 while values come; 0.0
    without data.
    """

    def __len__(self) -> int:
        return len(self.t_s)


@dataclass(frozen=True, slots=True)
class Minute:
    """One minute of the recording, accounted for by the state that fills most of it."""

    start_s: int
    state: State
    seconds: int
    """How many of its seconds the recording reached (60 but for the first and last)."""
    hr_bpm: float | None
    """Median of the second-by-second heart rate."""
    rmssd_ms: float | None
    baseline_bpm: float | None
    spread_bpm: float | None
    motion: float | None
    quality: float
    """Mean of the seconds' quality: about the share of the minute's beats that came and were accepted."""


@dataclass(frozen=True, slots=True)
class ArousalEvent:
    """The heart stayed above the wearer's usual although nothing explains it.

    The same `number` comes out when the event is confirmed (`end_s` None) and again, with final values,
    when it has ended or the recording has.
    """

    number: int
    """Counts from 1 within the recording."""
    start_s: float
    """Onset: the second from which the score was over the line without a break."""
    confirmed_s: float
    """Arrival of the last input that was needed to say so."""
    peak_s: float
    end_s: float | None
    """Offset: the second from which the heart was half-way back or near its usual, or from which there was no
    telling; None while it lasts."""
    hr_peak_bpm: float
    hr_baseline_bpm: float
    score_peak: float
    confidence: Confidence
    ending: Ending | None = None
    """Why it ended there; None while it lasts."""
    motion_known: bool = False
    """Whether movement was known when it was confirmed: without it, stairs look like distress."""
    rest_s: int = 0
    """How long the wearer had been seen at rest by then, on this and earlier days."""


@dataclass(frozen=True, slots=True)
class MotionLevels:
    """What the numbers of a motion source mean: below `still_below` is still, from `moving_from` on is
    moving.
    """

    still_below: float
    moving_from: float


POLAR_ACCELEROMETER = MotionLevels(still_below=20.0, moving_from=48.0)
"""Mean amplitude deviation in mg at the chest (48: Vivalink MAD 47.7 mg, Se 98 %, Sp 100 %; 20: our
choice).
"""
