"""The Heart Rate Measurement characteristic (0x2A37), as the strap sends it.

In: the bytes of one notification. Out: one `Frame`, or a `FrameError` that says what is wrong with them.

Layout (Bluetooth SIG, Heart Rate Service 1.0, section 3.1): one byte of flags, the heart rate in 8 or
16 bits, then the optional fields in fixed order (energy expended, RR intervals), all little-endian. Bit
0: 16-bit heart rate; bit 1: contact detected; bit 2: contact supported; bit 3: energy present; bit 4:
RR present; bits 5 to 7 reserved, to be ignored.
"""

from __future__ import annotations

from dataclasses import dataclass

_HEART_RATE_16_BIT = 0x01
_CONTACT_DETECTED = 0x02
_CONTACT_SUPPORTED = 0x04
_ENERGY_PRESENT = 0x08
_RR_PRESENT = 0x10


class FrameError(ValueError):
    """The bytes are no Heart Rate Measurement; the message says which part is missing."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One notification, decoded."""

    hr_bpm: int
    """The strap's own, smoothed heart rate; 0 where it has none. Beats are better: see `rr_1024`."""
    rr_1024: tuple[int, ...]
    """RR intervals since the last frame in units of 1/1024 s, oldest first; often none."""
    contact: bool | None
    """What the strap says about skin contact; None where it does not say. Not to be trusted alone."""
    energy_kj: int | None


def decode_frame(data: bytes | bytearray | memoryview) -> Frame:
    """Decode one notification.

    A single trailing byte after the RR intervals is ignored: straps in the wild send one. Raises
    FrameError when a field that the flags promise is not there.
    """
    raw = bytes(data)
    if len(raw) < 2:
        raise FrameError(f"{len(raw)} bytes are too few for flags and a heart rate")
    flags = raw[0]
    at = 1
    if flags & _HEART_RATE_16_BIT:
        if len(raw) < at + 2:
            raise FrameError("the flags promise a 16-bit heart rate, but the frame ends inside it")
        hr_bpm = int.from_bytes(raw[at : at + 2], "little")
        at += 2
    else:
        hr_bpm = raw[at]
        at += 1
    energy_kj = None
    if flags & _ENERGY_PRESENT:
        if len(raw) < at + 2:
            raise FrameError("the flags promise expended energy, but the frame ends before it")
        energy_kj = int.from_bytes(raw[at : at + 2], "little")
        at += 2
    rr_1024: tuple[int, ...] = ()
    if flags & _RR_PRESENT:
        count = (len(raw) - at) // 2
        rr_1024 = tuple(int.from_bytes(raw[at + 2 * i : at + 2 * i + 2], "little") for i in range(count))
    contact = bool(flags & _CONTACT_DETECTED) if flags & _CONTACT_SUPPORTED else None
    return Frame(hr_bpm=hr_bpm, rr_1024=rr_1024, contact=contact, energy_kj=energy_kj)
