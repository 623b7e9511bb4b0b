"""Polar's measurement service (PMD): how a strap is asked for its accelerometer, and what it then sends.

In: the bytes of the control point and of the data characteristic. Out: requests to write, and `Answer`,
`OfferedSettings`, `AccelerationFrame`, or a `PolarFrameError` that says what is wrong with the bytes.

The conversation (facts: Polar Measurement Data Specification for third parties, and Polar's own SDK), all
little-endian: read the control point, [0x0F, bits of what can be measured, ...]. Write [operation, type,
settings]; the strap indicates [0xF0, operation, type, status, more, settings], and while `more` is set
further [more, settings]. A setting is [kind, count, count values], its width given by its kind. A data frame
is [type, 8 bytes of ns at its *last* sample, frame type, samples]. The top bit of the frame type means
differences: a whole first sample, then blocks of [bits, count, differences], each padded to a whole byte.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from math import isfinite
from struct import unpack_from

import numpy as np
from numpy.typing import NDArray

from .records import FloatArray

_ACCELEROMETER = 2
_TYPE_BITS = 0x3F
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
    *("success", "unknown operation", "unknown measurement", "not supported", "wrong length"),
    *("wrong parameter", "already in that state", "wrong resolution", "wrong sample rate", "wrong range"),
    *("MTU too small", "wrong number of channels", "not possible in this state", "in its charger", "disk full"),
)

_HEADER = 10
_DIFFERENCES = 0x80
_REFERENCE = 6
"""Bytes of the first sample of a frame of differences: three axes of 16 bits."""
_WIDEST_BITS = 32
_MOST_MG = 64_000.0
"""No body does 64 g for as long as a sample: such bytes are no acceleration."""


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


@dataclass(frozen=True, slots=True)
class AccelerationFrame:
    """One notification: acceleration with gravity, oldest sample first."""

    sensor_ns: int
    """The sensor's own clock at the last sample; it may be years off, drift, and start anew."""
    mg: FloatArray
    """Shape (n, 3): x, y, z in thousandths of g; n is at least 1."""


def settings_request() -> bytes:
    """Return the request for `OfferedSettings`."""
    return bytes((_ASK, _ACCELEROMETER))


def start_request(settings: AccelerometerSettings) -> bytes:
    """Return the request to stream. An H10 refuses it when a setting that it offers is left out."""
    chosen = (
        (_RATE, settings.rate_hz),
        (_RESOLUTION, settings.resolution_bit),
        (_RANGE, settings.range_g),
        (_CHANNELS, settings.channels),
    )
    request = bytes((_START, _ACCELEROMETER))
    for kind, value in chosen:
        if value is not None:
            request += bytes((kind, 1)) + value.to_bytes(_WIDTHS[kind], "little")
    return request


def stop_request() -> bytes:
    """Return the request to stop; a strap that goes on streaming does not fall asleep."""
    return bytes((_STOP, _ACCELEROMETER))


def offers_accelerometer(features: bytes | bytearray) -> bool:
    """Say whether what was read from the control point names an accelerometer (an H9's does not)."""
    return len(features) > 1 and features[0] == _FEATURES and bool(features[1] & 1 << _ACCELEROMETER)


def ends_stream(data: bytes | bytearray) -> bool:
    """Say whether an indication is the strap's word that it has ended the accelerometer stream by itself."""
    return data[:1] == bytes((_STREAM_ENDED,)) and any(b & _TYPE_BITS == _ACCELEROMETER for b in data[1:])


def decode_answer(data: bytes | bytearray) -> Answer:
    """Decode the first indication after a request; PolarFrameError where it is no answer."""
    if len(data) < 4:
        raise PolarFrameError(PolarFault.CUT_SHORT, f"an answer has at least 4 bytes, not {len(data)}")
    if data[0] != _ANSWER:
        raise PolarFrameError(PolarFault.UNKNOWN_TYPE, f"an answer begins with 0xF0, not 0x{data[0]:02X}")
    granted = data[3] == SUCCESS and len(data) > 4
    return Answer(
        op=data[1],
        measurement=data[2] & _TYPE_BITS,
        status=data[3],
        more=granted and data[4] != 0,
        parameters=bytes(data[5:]) if granted else b"",
    )


def continue_answer(answer: Answer, data: bytes | bytearray) -> Answer:
    """Return an answer that said `more` with the next indication added; PolarFrameError where that is empty."""
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


def decode_acceleration(data: bytes | bytearray, settings: AccelerometerSettings) -> AccelerationFrame:
    """Decode one notification of the data characteristic.

    Raises PolarFrameError, and nothing else, for whatever is no complete frame of acceleration.
    """
    raw = bytes(data)
    if len(raw) < _HEADER:
        raise PolarFrameError(PolarFault.CUT_SHORT, f"{len(raw)} bytes, {_HEADER} are the header alone")
    if raw[0] & _TYPE_BITS != _ACCELEROMETER:
        raise PolarFrameError(PolarFault.UNKNOWN_TYPE, f"measurement {raw[0]}, not the accelerometer")
    sensor_ns = int.from_bytes(raw[1:9], "little")
    if sensor_ns >= 1 << 63:
        raise PolarFrameError(PolarFault.ABSURD, "a time beyond the year 2290")
    content = np.frombuffer(raw, np.uint8, offset=_HEADER)
    match raw[9]:
        case 0x00 | 0x01 | 0x02 as width:
            mg = _whole_samples(content, width + 1)
        case 0x80:
            # Differences of type 0 count in g: without the factor, the range over the resolution is its value.
            full_g, bits = settings.range_g or 8, settings.resolution_bit or 16
            mg = _summed_samples(content) * ((settings.factor or full_g / 2.0 ** (bits - 1)) * 1000.0)
        case 0x81:
            mg = _summed_samples(content) * (settings.factor or 1.0)
        case other:
            raise PolarFrameError(PolarFault.UNKNOWN_FRAME_TYPE, f"0x{other:02X}")
    if np.abs(mg).max() > _MOST_MG:
        raise PolarFrameError(PolarFault.ABSURD, "a sample beyond 64 g")
    return AccelerationFrame(sensor_ns, mg)


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


def _whole_samples(content: NDArray[np.uint8], width: int) -> FloatArray:
    """Read samples of three signed numbers of `width` bytes each, in mg."""
    if len(content) == 0:
        raise PolarFrameError(PolarFault.NO_SAMPLES, "the frame ends after its header")
    if len(content) % (3 * width):
        raise PolarFrameError(PolarFault.CUT_SHORT, f"{len(content)} bytes are no whole samples of {3 * width}")
    return _signed(np.unpackbits(content, bitorder="little"), 8 * width).astype(np.float64)


def _summed_samples(content: NDArray[np.uint8]) -> FloatArray:
    """Read a first sample and the differences that follow it, in the unit of the factor."""
    if len(content) < _REFERENCE:
        fault = PolarFault.CUT_SHORT if len(content) else PolarFault.NO_SAMPLES
        raise PolarFrameError(fault, f"{len(content)} bytes, the first sample alone has {_REFERENCE}")
    steps = [_signed(np.unpackbits(content[:_REFERENCE], bitorder="little"), 16)]
    at = _REFERENCE
    while at < len(content):
        if at + 2 > len(content):
            raise PolarFrameError(PolarFault.CUT_SHORT, "a block of differences ends inside its header")
        width, count = int(content[at]), int(content[at + 1])
        if not 0 < width <= _WIDEST_BITS or count == 0:
            raise PolarFrameError(PolarFault.ABSURD, f"a block of {count} differences of {width} bits")
        bits = 3 * width * count
        end = at + 2 + (bits + 7) // 8
        if end > len(content):
            raise PolarFrameError(PolarFault.CUT_SHORT, "a block of differences ends inside its values")
        steps.append(_signed(np.unpackbits(content[at + 2 : end], count=bits, bitorder="little"), width))
        at = end
    return np.concatenate(steps).cumsum(axis=0).astype(np.float64)


def _signed(bits: NDArray[np.uint8], width: int) -> NDArray[np.int64]:
    """Read bits, least significant first, as rows of three numbers in two's complement."""
    weights = np.int64(1) << np.arange(width)
    weights[-1] = -weights[-1]
    return (bits.reshape(-1, width) @ weights).reshape(-1, 3)
