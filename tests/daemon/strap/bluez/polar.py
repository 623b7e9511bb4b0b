"""The accelerometer of a Polar strap behind its Measurement Data service, as far as a heart app asks for it.

In: writes to the control point. Out: its indications, and frames of raw samples while it is started.
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Callable
from typing import TypeAlias

from .plan import POLAR_CONTROL, POLAR_DATA

Tell: TypeAlias = Callable[[str, bytes], bool]
"""Notify a value of a characteristic; False when nobody has subscribed."""
Milligravity: TypeAlias = tuple[int, int, int]

FEATURES = bytes([0x0F, 0x04]) + bytes(15)
"""Bit 2 of the second byte: acceleration, and nothing else."""
_SETTINGS, _START, _STOP = 1, 2, 3
_ACCELERATION = 2
_OK, _INVALID_OPERATION, _NOT_SUPPORTED, _ALREADY, _INVALID_RATE = 0, 1, 3, 6, 8
_OFFERED = bytes.fromhex("00 04 c800 6400 3200 1900  01 01 1000  02 03 0200 0400 0800")
"""200, 100, 50, 25 Hz; 16 bits; 2, 4, 8 g."""
_RATES_HZ = (200, 100, 50, 25)
_SAMPLES_PER_FRAME = 36
_SECOND_NS = 1_000_000_000


def _upright(_strap_s: float) -> Milligravity:
    return (-1000, 0, 0)


class Accelerometer:
    """Measures from start to stop, or to the end of the link."""

    def __init__(self, tell: Tell, strap_s: Callable[[], float], speed: float) -> None:
        self.motion: Callable[[float], Milligravity] = _upright
        """What the strap goes through, by its own time in seconds."""
        self.clock_ns = 600_000_000 * _SECOND_NS
        """What the sensor's clock shows at the strap's second 0: nothing that means a date."""
        self.rate_hz: int | None = None
        """None while it does not measure: only then can the strap sleep."""
        self.samples_sent = 0
        self.stops = 0
        """How often it was asked to stop."""
        self.asked: list[int] = []
        """The operation of each write so far: 1 settings, 2 start, 3 stop."""
        self._tell = tell
        self._strap_s = strap_s
        self._speed = speed
        self._measuring: asyncio.Task[None] | None = None

    def command(self, data: bytes) -> None:
        """Take a write to the control point."""
        operation, kind = (data + b"\0\0")[:2]
        self.asked.append(operation)
        status, more = self._obey(operation, kind, data[2:])
        answer = bytes([0xF0, operation, kind, status, *(b"\0" if status == _OK else b""), *more])
        asyncio.get_running_loop().call_soon(self._tell, POLAR_CONTROL, answer)

    def end(self) -> None:
        """Stop measuring, if it does."""
        self.rate_hz = None
        if self._measuring is not None:
            self._measuring.cancel()
            self._measuring = None

    def _obey(self, operation: int, kind: int, settings: bytes) -> tuple[int, bytes]:
        if operation not in {_SETTINGS, _START, _STOP}:
            return _INVALID_OPERATION, b""
        if kind != _ACCELERATION:
            return _NOT_SUPPORTED, b""
        if operation == _SETTINGS:
            return _OK, _OFFERED
        if operation == _STOP:
            self.stops += 1
            self.end()
            return _OK, b""
        if self._measuring is not None:
            return _ALREADY, b""
        rate_hz = _asked_rate_hz(settings)
        if rate_hz not in _RATES_HZ:
            return _INVALID_RATE, b""
        self.rate_hz = rate_hz
        self._measuring = asyncio.create_task(self._measure(rate_hz), name="accelerometer")
        return _OK, b""

    async def _measure(self, rate_hz: int) -> None:
        loop = asyncio.get_running_loop()
        began_s, strap_began_s = loop.time(), self._strap_s()
        count = 0
        while True:
            count += _SAMPLES_PER_FRAME
            await asyncio.sleep(max(0.0, began_s + count / rate_hz / self._speed - loop.time()))
            last_s = strap_began_s + count / rate_hz
            times_s = [last_s - back / rate_hz for back in reversed(range(_SAMPLES_PER_FRAME))]
            sensor_ns = self.clock_ns + round(last_s * _SECOND_NS)
            frame = struct.pack("<BQB", _ACCELERATION, sensor_ns, 0x01)
            frame += b"".join(struct.pack("<3h", *self.motion(at_s)) for at_s in times_s)
            if self._tell(POLAR_DATA, frame):
                self.samples_sent += _SAMPLES_PER_FRAME


def _asked_rate_hz(settings: bytes) -> int | None:
    """Return the sample rate among settings of the form kind, count, count times two bytes."""
    at = 0
    while at + 4 <= len(settings):
        if settings[at] == 0:
            return int.from_bytes(settings[at + 2 : at + 4], "little")
        at += 2 + 2 * settings[at + 1]
    return None
