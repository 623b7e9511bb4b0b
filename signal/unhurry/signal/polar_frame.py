"""A frame of the data characteristic of Polar's measurement service: acceleration as the sensor streams it.

In: the bytes of one notification and the settings it was started with. Out: one `AccelerationFrame`, or a
`PolarFrameError`.

Layout (facts from Polar's Measurement Data Specification and SDK), little-endian: [type, 8 bytes of ns at the
*last* sample, frame type, samples]. The top bit of the frame type means differences: a whole first sample of
three times 16 bits, then blocks of [bits, count, differences], least significant bit first, each block padded
to a whole byte.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ldexp

import numpy as np
from numpy.typing import NDArray

from .polar import ACCELEROMETER, TYPE_BITS, AccelerometerSettings, PolarFault, PolarFrameError
from .records import FloatArray

_HEADER = 10
_REFERENCE = 6
"""Bytes of the first sample of a frame of differences: three axes of 16 bits."""
_WIDEST_BITS = 32
_MOST_MG = 64_000.0
"""No body does 64 g for as long as a sample: such bytes are no acceleration."""


@dataclass(frozen=True, slots=True)
class AccelerationFrame:
    """One notification: acceleration with gravity, oldest sample first."""

    sensor_ns: int
    """The sensor's own clock at the last sample; it may be years off, drift, and start anew."""
    mg: FloatArray
    """Shape (n, 3): x, y, z in thousandths of g; n is at least 1."""


def decode_acceleration(data: bytes | bytearray, settings: AccelerometerSettings) -> AccelerationFrame:
    """Decode one notification of the data characteristic.

    Raises PolarFrameError, and nothing else, for whatever is no complete frame of acceleration.
    """
    raw = bytes(data)
    if len(raw) < _HEADER:
        raise PolarFrameError(PolarFault.CUT_SHORT, f"{len(raw)} bytes, {_HEADER} are the header alone")
    if raw[0] & TYPE_BITS != ACCELEROMETER:
        raise PolarFrameError(PolarFault.UNKNOWN_TYPE, f"measurement {raw[0]}, not the accelerometer")
    sensor_ns = int.from_bytes(raw[1:9], "little")
    if sensor_ns >= 1 << 63:
        raise PolarFrameError(PolarFault.ABSURD, "a time beyond the year 2290")
    content = np.frombuffer(raw, np.uint8, offset=_HEADER)
    match raw[9]:
        case 0x00 | 0x01 | 0x02 as width:
            mg = _whole_samples(content, width + 1)
        case 0x80:
            # These count in g. A strap that told no factor means its range spread over its resolution.
            full_g, bits = settings.range_g or 8, settings.resolution_bit or 16
            mg = _summed_samples(content) * ((settings.factor or ldexp(full_g, 1 - bits)) * 1000.0)
        case 0x81:
            mg = _summed_samples(content) * (settings.factor or 1.0)
        case other:
            raise PolarFrameError(PolarFault.UNKNOWN_FRAME_TYPE, f"0x{other:02X}")
    if np.abs(mg).max() > _MOST_MG:
        raise PolarFrameError(PolarFault.ABSURD, "a sample beyond 64 g")
    return AccelerationFrame(sensor_ns, mg)


def _whole_samples(content: NDArray[np.uint8], width: int) -> FloatArray:
    """Read samples of three signed numbers of `width` bytes each, in mg."""
    if len(content) == 0:
        raise PolarFrameError(PolarFault.NO_SAMPLES, "the frame ends after its header")
    if len(content) % (3 * width):
        raise PolarFrameError(
            PolarFault.CUT_SHORT, f"{len(content)} bytes are no whole samples of {3 * width}"
        )
    if width == 2:  # what an H10 sends
        return content.view("<i2").reshape(-1, 3).astype(np.float64)
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
