"""Polar's measurement service: requests, answers, raw and delta frames, and whatever is none of them."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unhurry.signal.polar import (
    ALREADY_RUNNING,
    SUCCESS,
    AccelerometerSettings,
    Answer,
    OfferedSettings,
    PolarFault,
    PolarFrameError,
    choose_settings,
    continue_answer,
    decode_answer,
    decode_settings,
    ends_stream,
    offers_accelerometer,
    settings_request,
    start_request,
    started,
    stop_request,
)
from unhurry.signal.polar_frame import AccelerationFrame, decode_acceleration

PLAIN = AccelerometerSettings(25)
Sample = tuple[int, int, int]

# From a Verity Sense, printed in polar-ble-sdk issue 186: type 0x80, which counts in g.
VERITY_0X80 = bytes.fromhex(
    "02965B065DEEAB7F09808EF1B9FB34FB081D2A1A1D2BEEE5EDDBF19902FBA7F0D7EB0BD70419D70638E73412105B0C3624072F"
    "22E757DEF31BF21F07E405F4F4F4E7FC11FA0FFCF31A12042FFD1425E81B15173C01F432BAFF1306FAF6DBFAE4ACF8C0AEFEBC"
    "A0E1E00A0AEBE3DF3EF4EDCB2080FDFA3300810732E4FFBE12DA079148FCEE4762C00A3FC4AF42FEFEA300080AEC1D06E72AFE"
    "E720C3E322FFD00FE92BF4010D1701D00834E7FA53CABA010A0DBD270041EBEABF6F77F7B45FACFBE7E133DF7C09ED5F3F0BFC"
    "1BE462BF02472400021336D84F0110D713F102EE3F88E03E"
)


def header(frame_type: int, sensor_ns: int = 2_000_000_000) -> bytes:
    return struct.pack("<BQB", 2, sensor_ns, frame_type)


def raw_frame(samples: list[Sample], width: int, sensor_ns: int = 2_000_000_000) -> bytes:
    values = (value.to_bytes(width, "little", signed=True) for sample in samples for value in sample)
    return header(width - 1, sensor_ns) + b"".join(values)


def delta_frame(
    samples: list[Sample], sizes: list[int], frame_type: int = 0x81, spare_bits: int = 0
) -> bytes:
    """Encode with as many blocks as there are sizes, each as narrow as its differences allow."""
    frame = header(frame_type) + struct.pack("<3h", *samples[0])
    steps = np.diff(np.array(samples), axis=0).tolist()
    for size in sizes:
        block, steps = steps[:size], steps[size:]
        width = max(1, *(max(v, ~v).bit_length() + 1 for step in block for v in step)) + spare_bits
        packed = 0
        for at, value in enumerate(v for step in block for v in step):
            packed |= (value & (1 << width) - 1) << at * width
        frame += bytes((width, size)) + packed.to_bytes((3 * width * size + 7) // 8, "little")
    return frame


axis = st.integers(-32_768, 32_767)
samples_lists = st.lists(st.tuples(axis, axis, axis), min_size=1, max_size=80)


@st.composite
def blocks(draw: st.DrawFn) -> tuple[list[Sample], list[int]]:
    sizes = draw(st.lists(st.integers(1, 40), max_size=5))
    count = 1 + sum(sizes)
    return draw(st.lists(st.tuples(axis, axis, axis), min_size=count, max_size=count)), sizes


# ------------------------------------------------------------------------------------- requests and answers
def test_requests_are_the_published_bytes() -> None:
    assert settings_request() == bytes.fromhex("0102")
    assert stop_request() == bytes.fromhex("0302")
    # An H10 at 200 Hz, 16 bits, 8 g; a Verity Sense (polar-ble-sdk issue 443), whose channels must be named.
    assert start_request(AccelerometerSettings(200)) == bytes.fromhex("02020001c800010110000201 0800")
    verity = AccelerometerSettings(52, channels=3)
    assert start_request(verity) == bytes.fromhex("0202000134000101100002010800040103")


def test_a_setting_that_was_not_offered_is_not_mentioned() -> None:
    assert start_request(AccelerometerSettings(50, range_g=None, resolution_bit=None)) == bytes.fromhex(
        "0202 0001 3200"
    )


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("0f05000000000000000000000000000000", True),  # H10: ECG and accelerometer
        ("0f04000000000000000000000000000000", True),
        ("0f6e000000000000000000000000000000", True),  # Verity Sense
        ("0f01", False),
        ("0f00", False),
        ("0f", False),
        ("", False),
        ("f004", False),
    ],
)
def test_what_the_control_point_reads_tells_whether_there_is_an_accelerometer(
    text: str, offered: bool
) -> None:
    assert offers_accelerometer(bytes.fromhex(text)) is offered


def test_the_answer_of_an_h10_is_chosen_from() -> None:
    answer = decode_answer(bytes.fromhex("f0010200 00 0004c800640032001900 01011000 0203020004000800"))
    assert (answer.op, answer.measurement, answer.status, answer.more) == (1, 2, SUCCESS, False)
    offered = decode_settings(answer.parameters)
    assert offered == OfferedSettings((200, 100, 50, 25), (2, 4, 8), (16,), ())
    assert choose_settings(offered) == AccelerometerSettings(25, 8, 16, None)


def test_a_verity_sense_gets_its_one_rate_and_all_that_it_offers() -> None:
    offered = decode_settings(bytes.fromhex("00013400 01011000 02010800 040103"))
    assert choose_settings(offered) == AccelerometerSettings(52, 8, 16, 3)


@pytest.mark.parametrize(
    ("rates_hz", "chosen_hz"),
    [((25, 50), 25), ((200, 50), 50), ((13, 26, 52), 26), ((10, 20), 20), ((1,), 1)],
)
def test_the_least_rate_that_is_enough_is_chosen(rates_hz: tuple[int, ...], chosen_hz: int) -> None:
    assert choose_settings(OfferedSettings(rates_hz, (), (), ())) == AccelerometerSettings(
        chosen_hz, None, None, None
    )


def test_an_answer_in_parts_is_put_together() -> None:
    whole = bytes.fromhex("0004c800640032001900010110000203020004000800")
    answer = decode_answer(bytes.fromhex("f001020001") + whole[:7])
    assert answer.more
    answer = continue_answer(answer, b"\x01" + whole[7:15])
    assert answer.more
    answer = continue_answer(answer, b"\x00" + whole[15:])
    assert answer == Answer(1, 2, SUCCESS, more=False, parameters=whole)


def test_a_refusal_has_no_settings_and_says_why() -> None:
    answer = decode_answer(bytes.fromhex("f002020600"))
    assert (answer.status, answer.more, answer.parameters) == (ALREADY_RUNNING, False, b"")
    assert answer.meaning == "already in that state"
    assert decode_answer(bytes.fromhex("f0020263")).meaning == "status 99"
    assert decode_answer(bytes.fromhex("f00202") + b"\x0d").meaning == "in its charger"


def test_the_factor_comes_with_the_start() -> None:
    told = decode_answer(bytes.fromhex("f0020200000501") + struct.pack("<f", 1 / 4096))
    assert started(PLAIN, told.parameters).factor == 1 / 4096
    assert started(PLAIN, b"") == PLAIN


@pytest.mark.parametrize("factor", [0.0, -1.0, float("inf"), float("nan")])
def test_a_factor_that_is_no_positive_number_is_refused(factor: float) -> None:
    with pytest.raises(PolarFrameError, match="factor") as refused:
        started(PLAIN, b"\x05\x01" + struct.pack("<f", factor))
    assert refused.value.fault is PolarFault.ABSURD


def test_a_strap_that_ends_the_stream_is_understood() -> None:
    assert ends_stream(bytes.fromhex("0102"))
    assert ends_stream(bytes.fromhex("010002"))
    assert not ends_stream(bytes.fromhex("0100"))
    assert not ends_stream(bytes.fromhex("f0020200"))
    assert not ends_stream(b"")


def test_settings_of_a_kind_still_unknown_end_the_list_without_harm() -> None:
    assert decode_settings(bytes.fromhex("00011900 4203010203")).rates_hz == (25,)


@pytest.mark.parametrize("parameters", ["", "00010000", "01011000", "0000"])
def test_settings_without_a_rate_are_refused(parameters: str) -> None:
    with pytest.raises(PolarFrameError, match="no sample rate"):
        decode_settings(bytes.fromhex(parameters))


def test_settings_cut_anywhere_are_refused_or_shorter() -> None:
    whole = bytes.fromhex("0004c800640032001900010110000203020004000800")
    complete = {10, 14, 22}
    for length in range(1, len(whole) + 1):
        if length in complete:
            assert decode_settings(whole[:length]).rates_hz == (200, 100, 50, 25)
        else:
            with pytest.raises(PolarFrameError) as refused:
                decode_settings(whole[:length])
            assert refused.value.fault is PolarFault.CUT_SHORT


# ------------------------------------------------------------------------------------------------- frames
def test_a_raw_frame_is_in_mg_and_carries_the_time_of_its_last_sample() -> None:
    # Polar's own example of a frame: a sensor on its back at 2 s.
    frame = decode_acceleration(
        bytes.fromhex("02 0094357700000000 01 F7FFFFFFE703 F8FFFEFFE503 F9FFFFFFE503"), PLAIN
    )
    assert frame.sensor_ns == 2_000_000_000
    assert frame.mg.tolist() == [[-9, -1, 999], [-8, -2, 997], [-7, -1, 997]]


def test_a_published_frame_of_differences_stays_near_one_g_to_its_end() -> None:
    frame = decode_acceleration(VERITY_0X80, AccelerometerSettings(52, channels=3))
    assert frame.mg.shape == (63, 3)
    first = np.array([[-3698, -1095, -1228], [-3656, -1069, -1199], [-3613, -1087, -1226]])
    assert np.array_equal(frame.mg[:3], first / 4.096)
    length_mg = np.linalg.norm(frame.mg, axis=1)
    assert length_mg.min() > 900
    assert length_mg.max() < 1150


@pytest.mark.parametrize(
    ("settings", "unit_mg"),
    [
        (AccelerometerSettings(52), 8000 / 32768),
        (AccelerometerSettings(52, range_g=2), 2000 / 32768),
        (AccelerometerSettings(52, range_g=None, resolution_bit=None), 8000 / 32768),
        (AccelerometerSettings(52, factor=0.0005), 0.5),
    ],
)
def test_frames_that_count_in_g_use_the_factor_or_else_the_range(
    settings: AccelerometerSettings, unit_mg: float
) -> None:
    frame = decode_acceleration(delta_frame([(1000, 0, -2000), (1001, 0, -2000)], [1], 0x80), settings)
    assert frame.mg == pytest.approx(np.array([[1000, 0, -2000], [1001, 0, -2000]]) * unit_mg)


def test_frames_that_count_in_mg_use_a_factor_where_one_was_told() -> None:
    data = delta_frame([(750, -481, -126)], [])
    assert decode_acceleration(data, PLAIN).mg.tolist() == [[750, -481, -126]]
    halved = AccelerometerSettings(52, factor=0.5)
    assert decode_acceleration(data, halved).mg.tolist() == [[375, -240.5, -63]]


def test_differences_narrower_than_a_byte_are_packed_from_the_least_significant_bit() -> None:
    # +2, -1, +3 in four bits each: 2 | F << 4 | 3 << 8
    data = header(0x81) + struct.pack("<3h", 10, -5, 0) + bytes.fromhex("0401 F203")
    assert decode_acceleration(data, PLAIN).mg.tolist() == [[10, -5, 0], [12, -6, 3]]


@given(samples_lists, st.sampled_from([1, 2, 3]), st.integers(0, 2**63 - 1))
def test_raw_samples_of_every_width_come_back(samples: list[Sample], width: int, sensor_ns: int) -> None:
    if width == 1:
        samples = [(x >> 8, y >> 8, z >> 8) for x, y, z in samples]
    frame = decode_acceleration(raw_frame(samples, width, sensor_ns), PLAIN)
    assert frame.mg.tolist() == [list(sample) for sample in samples]
    assert frame.sensor_ns == sensor_ns


@given(blocks(), st.integers(0, 4))
def test_differences_of_every_width_come_back(drawn: tuple[list[Sample], list[int]], spare_bits: int) -> None:
    samples, sizes = drawn
    frame = decode_acceleration(delta_frame(samples, sizes, spare_bits=spare_bits), PLAIN)
    assert frame.mg.tolist() == [list(sample) for sample in samples]


# -------------------------------------------------------------------------------------------- what is wrong
def assert_refused(data: bytes, fault: PolarFault, settings: AccelerometerSettings = PLAIN) -> None:
    with pytest.raises(PolarFrameError) as refused:
        decode_acceleration(data, settings)
    assert refused.value.fault is fault
    assert str(refused.value).startswith(fault.value)


def test_each_kind_of_wrong_is_told_apart() -> None:
    sample = struct.pack("<3h", 0, 0, 1000)
    assert_refused(b"", PolarFault.CUT_SHORT)
    assert_refused(b"\x00" + header(0)[1:] + bytes(3), PolarFault.UNKNOWN_TYPE)
    for frame_type in (0x03, 0x7F, 0x82, 0xFF):
        assert_refused(header(frame_type) + sample, PolarFault.UNKNOWN_FRAME_TYPE)
    for frame_type in (0x00, 0x01, 0x02, 0x80, 0x81):
        assert_refused(header(frame_type), PolarFault.NO_SAMPLES)
    assert_refused(header(0x01, 1 << 63) + sample, PolarFault.ABSURD)
    assert_refused(header(0x81) + sample + b"\x08\x00", PolarFault.ABSURD)
    assert_refused(header(0x81) + sample + b"\x00\x08", PolarFault.ABSURD)
    assert_refused(header(0x81) + sample + b"\x21\x01" + bytes(13), PolarFault.ABSURD)
    assert_refused(header(0x02) + b"\xff\xff\x7f" * 3, PolarFault.ABSURD)
    assert_refused(header(0x81) + sample, PolarFault.ABSURD, AccelerometerSettings(25, factor=65.0))


def test_a_raw_frame_cut_at_any_length_is_refused_or_whole_samples() -> None:
    data = raw_frame([(1, 2, 3), (-4, -5, 1000), (7, 8, 9)], 2)
    for length in range(len(data)):
        if length < 10 or (length - 10) % 6:
            assert_refused(data[:length], PolarFault.CUT_SHORT)
        elif length == 10:
            assert_refused(data[:length], PolarFault.NO_SAMPLES)
        else:
            assert len(decode_acceleration(data[:length], PLAIN).mg) == (length - 10) // 6


def test_a_frame_of_differences_cut_at_any_length_is_refused_or_whole_blocks() -> None:
    samples = [(i, -i * i, 1000 + i % 3) for i in range(12)]
    data = delta_frame(samples, [4, 7])
    ends = {16: 1, 16 + 2 + (3 * data[16] * 4 + 7) // 8: 5}
    for length in range(len(data)):
        if length in ends:
            assert len(decode_acceleration(data[:length], PLAIN).mg) == ends[length]
        else:
            assert_refused(data[:length], PolarFault.NO_SAMPLES if length == 10 else PolarFault.CUT_SHORT)


def a_frame_or_the_declared_error(data: bytes, settings: AccelerometerSettings) -> None:
    try:
        frame = decode_acceleration(data, settings)
    except PolarFrameError as error:
        assert error.fault in str(error)
        return
    assert isinstance(frame, AccelerationFrame)
    assert len(frame.mg) >= 1
    assert frame.mg.dtype == np.float64
    assert frame.mg.shape[1:] == (3,)
    assert np.isfinite(frame.mg).all()
    assert 0 <= frame.sensor_ns < 1 << 63


any_settings = st.builds(
    AccelerometerSettings,
    rate_hz=st.integers(1, 65_535),
    range_g=st.none() | st.integers(0, 65_535),
    resolution_bit=st.none() | st.integers(0, 65_535),
    channels=st.none() | st.integers(0, 255),
    factor=st.none() | st.floats(min_value=0, exclude_min=True, allow_infinity=False, width=32),
)


@given(st.binary(max_size=260), any_settings)
def test_any_bytes_are_a_frame_or_a_frame_error(data: bytes, settings: AccelerometerSettings) -> None:
    a_frame_or_the_declared_error(data, settings)


@given(st.sampled_from([0, 1, 2, 0x80, 0x81]), st.binary(max_size=250), any_settings)
def test_any_bytes_after_a_good_header_are_a_frame_or_a_frame_error(
    frame_type: int, content: bytes, settings: AccelerometerSettings
) -> None:
    a_frame_or_the_declared_error(header(frame_type) + content, settings)


@given(st.binary(max_size=64), st.binary(max_size=64))
def test_any_indication_is_an_answer_or_a_frame_error(data: bytes, rest: bytes) -> None:
    offers_accelerometer(data)
    ends_stream(data)
    try:
        answer = decode_answer(data)
        assert answer.meaning
        answer = continue_answer(answer, rest)
    except PolarFrameError:
        return
    assert len(answer.parameters) < len(data) + len(rest)


@given(st.binary(max_size=64) | st.binary(max_size=60).map(lambda rest: b"\x00\x01\x19\x00" + rest))
def test_any_parameters_are_settings_to_start_with_or_a_frame_error(parameters: bytes) -> None:
    try:
        chosen = started(choose_settings(decode_settings(parameters)), parameters)
    except PolarFrameError:
        return
    assert chosen.rate_hz > 0
    assert start_request(chosen).startswith(b"\x02\x02\x00\x01")
    a_frame_or_the_declared_error(delta_frame([(0, 0, 1000), (1, 0, 1000)], [1], 0x80), chosen)
