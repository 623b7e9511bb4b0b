"""Frames as real straps send them, every combination of flags, and what is not a frame."""

from __future__ import annotations

import struct
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unhurry.signal import Frame, FrameError, decode_frame

# Frames that others printed, with the values they expected:
PUBLISHED = [
    # movisens SmartGattLib, HeartRateMeasurementTest: 0.33203125 s and 0.73046875 s
    ("16485401EC02", Frame(72, (340, 748), contact=True, energy_kj=None)),
    # Polar H7, question "CoreBluetooth heart rate RR": [22, 77, 22, 3] and three more
    ("164D1603", Frame(77, (790,), contact=True, energy_kj=None)),
    ("164E1B031203", Frame(78, (795, 786), contact=True, energy_kj=None)),
    # Polar H10, question "Reading Heart Rate Measurement (x2A37) values"
    ("10482C03", Frame(72, (812,), contact=None, energy_kj=None)),
    ("10495E039603", Frame(73, (862, 918), contact=None, energy_kj=None)),
    ("10C33C013C013C01", Frame(195, (316, 316, 316), contact=None, energy_kj=None)),
    # OpenTracks, parseHeartRate_uint8 and _uint16
    ("023C", Frame(60, (), contact=None, energy_kj=None)),
    ("010101", Frame(257, (), contact=None, energy_kj=None)),
]


@pytest.mark.parametrize(("text", "expected"), PUBLISHED)
def test_published_frames_decode_to_their_published_values(text: str, expected: Frame) -> None:
    assert decode_frame(bytes.fromhex(text)) == expected


@pytest.mark.parametrize("flags", range(256))
def test_every_combination_of_flags_is_read_in_its_order(flags: int) -> None:
    hr, energy, intervals = 0x9F if not flags & 1 else 0x019F, 0x1234, (700, 65535, 0)
    data = bytes([flags]) + (struct.pack("<H", hr) if flags & 1 else bytes([hr]))
    data += struct.pack("<H", energy) if flags & 8 else b""
    data += struct.pack("<3H", *intervals) if flags & 16 else b""
    frame = decode_frame(data)
    assert frame.hr_bpm == hr
    assert frame.energy_kj == (energy if flags & 8 else None)
    assert frame.rr_1024 == (intervals if flags & 16 else ())
    assert frame.contact == (bool(flags & 2) if flags & 4 else None)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "0 bytes"),
        ("16", "1 bytes"),
        ("0148", "16-bit heart rate"),
        ("0848", "expended energy"),
        ("184801", "expended energy"),
        ("094801", "expended energy"),
    ],
)
def test_a_frame_that_ends_too_early_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(FrameError, match=reason):
        decode_frame(bytes.fromhex(text))


def test_an_odd_trailing_byte_does_not_cost_the_intervals_before_it() -> None:
    assert decode_frame(bytes.fromhex("10482C0399")).rr_1024 == (812,)


def test_energy_does_not_shift_the_intervals() -> None:
    with_energy = decode_frame(bytes.fromhex("1E48FFFF2C03"))
    assert with_energy.energy_kj == 0xFFFF
    assert with_energy.rr_1024 == (812,)


@given(st.binary(max_size=40))
def test_no_bytes_at_all_do_anything_but_decode_or_be_refused(data: bytes) -> None:
    try:
        frame = decode_frame(data)
    except FrameError as refused:
        assert str(refused)
        return
    assert 0 <= frame.hr_bpm <= 0xFFFF
    assert all(0 <= rr <= 0xFFFF for rr in frame.rr_1024)


@given(
    st.sampled_from(list(product([0, 1], [0, 2, 4, 6], [0, 8]))),
    st.integers(0, 255),
    st.lists(st.integers(0, 0xFFFF), max_size=9),
)
def test_what_is_packed_comes_out_again(bits: tuple[int, int, int], hr: int, intervals: list[int]) -> None:
    flags = sum(bits) | (16 if intervals else 0)
    data = bytes([flags]) + (struct.pack("<H", hr) if bits[0] else bytes([hr]))
    data += struct.pack("<H", 7) if bits[2] else b""
    data += struct.pack(f"<{len(intervals)}H", *intervals)
    assert decode_frame(bytearray(data)).rr_1024 == tuple(intervals)
    assert decode_frame(memoryview(data)).hr_bpm == hr
