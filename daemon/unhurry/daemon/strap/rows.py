"""From notifications to rows of `Arrivals`, on the clock of one recording.

In: bytes and ticks, in arrival order. Out: `Arrivals`. What cannot be decoded, and intervals that are
no measurement, are counted and named in the log; nothing is repaired and no beat is invented.
"""

from __future__ import annotations

import logging
import math
from collections import Counter

import numpy as np

from unhurry.signal import Arrivals, Kind
from unhurry.signal.acceleration import Direction, initial_acceleration, reduce
from unhurry.signal.frame import Frame, FrameError, decode_frame
from unhurry.signal.polar import PolarFrameError
from unhurry.signal.polar_frame import decode_acceleration

from .inbox import Heard, HeardAcceleration
from .learner import Learner

_log = logging.getLogger(__name__)
_MILLISECOND_NS = 1_000_000
_FILL_RR_1024 = frozenset({0, 0xFFFF})
"""What straps send in place of an interval they do not have."""
_LOG_EVERY = 1000


class Refusals:
    """What was refused, by reason; each reason is logged the first time and then every thousandth."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def note(self, reason: str, data: bytes) -> None:
        """Count one refusal of `data`."""
        self.counts[reason] += 1
        if self.counts[reason] % _LOG_EVERY == 1:
            _log.warning("refused (%d so far): %s: %s", self.counts[reason], reason, data.hex(" "))


class Rows:
    """Rows of one recording that wait to be handed on. Arrival times never decrease."""

    def __init__(
        self,
        opened_ns: int,
        refusals: Refusals,
        learner: Learner | None = None,
        *,
        upright: Direction | None = None,
    ) -> None:
        """Begin at `opened_ns`; `upright` is that of the rows before, so that it is learnt once."""
        self._opened_ns = opened_ns
        self._acceleration = initial_acceleration(upright)
        self._refusals = refusals
        self._learner = learner or Learner()
        self._latest_ms = 0
        self._arrival_ms: list[int] = []
        self._kind: list[int] = []
        self._value: list[float] = []

    def at_ms(self, monotonic_ns: int) -> int:
        """Return the time of the recording, never earlier than what was returned before."""
        self._latest_ms = max(self._latest_ms, (monotonic_ns - self._opened_ns) // _MILLISECOND_NS)
        return self._latest_ms

    def add(self, heard: Heard) -> None:
        """Add the beats of one notification, or its heart rate where it has none."""
        arrival_ms = self.at_ms(heard.monotonic_ns)
        try:
            frame = decode_frame(heard.data)
        except FrameError as error:
            self._refusals.note(str(error), heard.data)
            return
        self._learner.frame(heard, frame)
        beats = self._beats(frame, heard.data)
        for rr_1024 in beats:
            self._append(arrival_ms, Kind.BEAT, rr_1024)
        if not beats:
            # 0 as well: a strap that speaks and hears no heart is off the body, not out of reach.
            off_body = frame.contact is False and self._learner.contact_trusted
            self._append(arrival_ms, Kind.HEART_RATE, 0 if off_body else frame.hr_bpm)

    def add_acceleration(self, heard: HeardAcceleration) -> None:
        """Add what one notification of the accelerometer completes: movement, and the angle of the trunk."""
        arrival_ms = self.at_ms(heard.monotonic_ns)
        try:
            frame = decode_acceleration(heard.data, heard.settings)
        except PolarFrameError as error:
            self._refusals.note(f"acceleration {error.fault}", heard.data)
            return
        rate_hz = heard.settings.rate_hz
        self._acceleration, reduced = reduce(self._acceleration, arrival_ms, frame, rate_hz)
        for mad_mg, trunk_deg in zip(reduced.mad_mg.tolist(), reduced.trunk_deg.tolist(), strict=True):
            self._append(arrival_ms, Kind.MOTION, mad_mg)
            if math.isfinite(trunk_deg):
                self._append(arrival_ms, Kind.TRUNK, trunk_deg)

    @property
    def upright(self) -> Direction | None:
        """Where gravity shows when the wearer is upright, as far as it was learnt."""
        return self._acceleration.upright

    def tick(self, monotonic_ns: int, *, paused: bool = False) -> None:
        """Add "it is now …"; its value is 1 while the wearer has paused measuring."""
        self._append(self.at_ms(monotonic_ns), Kind.TICK, int(paused))

    def take(self) -> Arrivals | None:
        """Return the rows so far and forget them; None when there are none."""
        if not self._kind:
            return None
        arrivals = Arrivals(
            arrival_ms=np.array(self._arrival_ms, dtype=np.int64),
            kind=np.array(self._kind, dtype=np.int8),
            value=np.array(self._value, dtype=np.float64),
        )
        self._arrival_ms, self._kind, self._value = [], [], []
        return arrivals

    def _beats(self, frame: Frame, data: bytes) -> list[int]:
        for fill in frame.rr_1024:
            if fill in _FILL_RR_1024:
                self._refusals.note(f"an interval of {fill}/1024 s is a fill value", data)
        return [rr_1024 for rr_1024 in frame.rr_1024 if rr_1024 not in _FILL_RR_1024]

    def _append(self, arrival_ms: int, kind: Kind, value: float) -> None:
        self._arrival_ms.append(arrival_ms)
        self._kind.append(kind)
        self._value.append(value)
