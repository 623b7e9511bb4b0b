"""The control point of Polar's measurement service (PMD): how a strap is asked for its accelerometer.

In: what the strap indicates. Out: requests to write, and `Answer`, `OfferedSettings`,
`AccelerometerSettings`, or a `PolarFrameError` that says what is wrong with the bytes. What is then streamed:
see `polar_frame`.

The conversation (facts from Polar's Measurement Data Specification and SDK), all little-endian: read the
control point, [0x0F, bits of what can be measured, ...]. Write [operation, type, settings]; the strap
indicates [0xF0, operation, type, status, more, settings], and while `more` is set further [more, settings].
A setting is [kind, count, count values]; the width of a value is given by its kind.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from math import isfinite
from struct import unpack_from

ACCELEROMETER = 2
TYPE_BITS = 0x3F
"""The upper two bits of a type say whether it is streamed (0) or recorded in the sensor."""
_FEATURES, _ANSWER, _STREAM_ENDED = 0x0F, 0xF0, 0x01
_ASK, _START, _STOP = 1, 2, 3
_RATE, _RESOLUTION, _RANGE, _CHANNELS, _FACTOR = 0, 1, 2, 4, 5
_WIDTHS = {_RATE: 2, _RESOLUTION: 2, _RANGE: 2, 3: 4, _CHANNELS: 1, _FACTOR: 4, 6: 16}
"""Bytes per value; 3 is a range in thousandths, 6 a key for recordings in the sensor."""

SUCCESS = 0
ALREADY_RUNNING = 6
"""What a strap answers that another session left running: stop, then start again."""
_STATUS_WORDS = (
    "success",
    "unknown operation",
    "unknown measurement",
    "not supported",
    "wrong length",
    "wrong parameter",
    "already in that state",
    "wrong resolution",
    "wrong sample rate",
    "wrong range",
    "MTU too small",
    "wrong number of channels",
    "not possible in this state",
    "in its charger",
    "disk full",
)


class PolarFault(StrEnum):
    """What kind of wrong; for counting, and for saying each kind once."""

    CUT_SHORT = "cut short"
    UNKNOWN_TYPE = "unknown type"
    UNKNOWN_FRAME_TYPE = "unknown frame type"
    NO_SAMPLES = "no samples"
    ABSURD = "absurd"


class PolarFrameError(ValueError):
    """The bytes are not what PMD sends; `fault` is the kind, the message names the detail."""

    def __init__(self, fault: PolarFault, detail: str) -> None:
        super().__init__(f"{fault}: {detail}")
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Answer:
    """What the strap says to a request."""

    op: int
    """The operation it answers: the first byte of the request."""
    measurement: int
    status: int
    more: bool
    """`parameters` go on in the next indication: see `continue_answer`."""
    parameters: bytes
    """Settings; empty unless the status is `SUCCESS`."""

    @property
    def meaning(self) -> str:
        """The status in words, for the log."""
        known = self.status < len(_STATUS_WORDS)
        return _STATUS_WORDS[self.status] if known else f"status {self.status}"


@dataclass(frozen=True, slots=True)
class OfferedSettings:
    """What the accelerometer can be asked for; empty where the strap leaves no choice, but for the rate."""

    rates_hz: tuple[int, ...]
    ranges_g: tuple[int, ...]
    resolutions_bit: tuple[int, ...]
    channels: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AccelerometerSettings:
    """What the accelerometer is asked for; None is not mentioned, because it was not offered."""

    rate_hz: int
    range_g: int | None = 8
    resolution_bit: int | None = 16
    channels: int | None = None
    factor: float | None = None
    """Told by the strap when it starts; scales frames of differences only."""


def settings_request() -> bytes:
    """Return the request for `OfferedSettings`."""
    return bytes((_ASK, ACCELEROMETER))


def start_request(settings: AccelerometerSettings) -> bytes:
    """Return the request to stream. An H10 refuses it when a setting that it offers is left out."""
    chosen = (
        (_RATE, settings.rate_hz),
        (_RESOLUTION, settings.resolution_bit),
        (_RANGE, settings.range_g),
        (_CHANNELS, settings.channels),
    )
    request = bytes((_START, ACCELEROMETER))
    for kind, value in chosen:
        if value is not None:
            request += bytes((kind, 1)) + value.to_bytes(_WIDTHS[kind], "little")
    return request


def stop_request() -> bytes:
    """Return the request to stop; a strap that goes on streaming does not fall asleep."""
    return bytes((_STOP, ACCELEROMETER))


def offers_accelerometer(features: bytes | bytearray) -> bool:
    """Say whether what was read from the control point names an accelerometer (an H9's does not)."""
    return len(features) > 1 and features[0] == _FEATURES and bool(features[1] & 1 << ACCELEROMETER)


def ends_stream(data: bytes | bytearray) -> bool:
    """Say whether an indication is the strap's word that it has ended the accelerometer stream by itself."""
    return data[:1] == bytes((_STREAM_ENDED,)) and any(b & TYPE_BITS == ACCELEROMETER for b in data[1:])


def decode_answer(data: bytes | bytearray) -> Answer:
    """Decode the first indication after a request; PolarFrameError where it is no answer."""
    if len(data) < 4:
        raise PolarFrameError(PolarFault.CUT_SHORT, f"an answer has at least 4 bytes, not {len(data)}")
    if data[0] != _ANSWER:
        raise PolarFrameError(PolarFault.UNKNOWN_TYPE, f"an answer begins with 0xF0, not 0x{data[0]:02X}")
    granted = data[3] == SUCCESS and len(data) > 4
    return Answer(
        op=data[1],
        measurement=data[2] & TYPE_BITS,
        status=data[3],
        more=granted and data[4] != 0,
        parameters=bytes(data[5:]) if granted else b"",
    )


def continue_answer(answer: Answer, data: bytes | bytearray) -> Answer:
    """Return an answer that said `more` with the next indication added; PolarFrameError if that is empty."""
    if not data:
        raise PolarFrameError(PolarFault.CUT_SHORT, "the rest of an answer has no bytes")
    return replace(answer, more=data[0] != 0, parameters=answer.parameters + bytes(data[1:]))


def decode_settings(parameters: bytes) -> OfferedSettings:
    """Decode the parameters of the answer to `settings_request`.

    Raises PolarFrameError where they end inside a value or offer no sample rate.
    """
    values = _values(parameters)
    offered = {kind: tuple(int.from_bytes(v, "little") for v in values.get(kind, ())) for kind in _WIDTHS}
    rates_hz = tuple(rate for rate in offered[_RATE] if rate > 0)
    if not rates_hz:
        raise PolarFrameError(PolarFault.ABSURD, "no sample rate is offered")
    return OfferedSettings(rates_hz, offered[_RANGE], offered[_RESOLUTION], offered[_CHANNELS])


def choose_settings(offered: OfferedSettings) -> AccelerometerSettings:
    """Choose 25 Hz or the next rate above, 8 g and 16 bits, or what comes nearest.

    Steps and posture live below 10 Hz: a higher rate only costs battery. 8 g clips no step, and 16 bits still
    resolve it to a quarter of a mg.
    """
    enough = [rate for rate in offered.rates_hz if rate >= 25]
    return AccelerometerSettings(
        rate_hz=min(enough) if enough else max(offered.rates_hz),
        range_g=min(offered.ranges_g, key=lambda g: (abs(g - 8), g), default=None),
        resolution_bit=min(offered.resolutions_bit, key=lambda bit: (abs(bit - 16), bit), default=None),
        channels=min(offered.channels, key=lambda n: (abs(n - 3), n), default=None),
    )


def started(settings: AccelerometerSettings, parameters: bytes) -> AccelerometerSettings:
    """Return the settings with the factor from the answer to `start_request`, if it tells one.

    Raises PolarFrameError where the parameters end inside a value or the factor is no positive number.
    """
    for value in _values(parameters).get(_FACTOR, ())[:1]:
        (factor,) = unpack_from("<f", value)
        if not isfinite(factor) or factor <= 0:
            raise PolarFrameError(PolarFault.ABSURD, f"a factor of {factor}")
        return replace(settings, factor=factor)
    return settings


def _values(parameters: bytes) -> dict[int, list[bytes]]:
    """Split settings into their values. The width of an unknown kind is unknown: the list ends there."""
    found: dict[int, list[bytes]] = {}
    at = 0
    while at < len(parameters) and (width := _WIDTHS.get(kind := parameters[at])) is not None:
        end = at + 2 + width * parameters[at + 1] if at + 1 < len(parameters) else at + 2
        if end > len(parameters):
            raise PolarFrameError(PolarFault.CUT_SHORT, f"setting {kind} ends inside its values")
        found[kind] = [parameters[i : i + width] for i in range(at + 2, end, width)]
        at = end
    return found
