"""Movement from the strap, over real bleak: asked for, kept coming, stopped; and never at the price of a beat."""

from __future__ import annotations

import asyncio
import math
from dataclasses import replace

from unhurry.signal import Kind
from unhurry.store import LinkState

from .bluez.plan import POLAR_DATA, StrapPlan
from .bluez.polar import Accelerometer
from .lab import QUICK, InLab, Lab, Listener

H10 = StrapPlan(name="Polar H10 1", accelerometer=True)
START_AT_50_HZ = bytes.fromhex("0202 00013200 01011000 02010800")
HASTY = replace(QUICK, acceleration_stale_s=0.6, acceleration_rest_s=0.1)


def sensor(lab: Lab) -> Accelerometer:
    assert lab.strap.accelerometer is not None
    return lab.strap.accelerometer


def walking(strap_s: float) -> tuple[int, int, int]:
    return -1000 + round(400 * math.sin(2 * math.pi * 1.8 * strap_s)), 0, 0


def lying(_strap_s: float) -> tuple[int, int, int]:
    return 0, 0, 1000


async def until_motion(listener: Listener, count: int = 2) -> None:
    """Wait for `count` more movement rows than there are now."""
    target = len(listener.values(Kind.MOTION)) + count
    await listener.until(lambda: len(listener.values(Kind.MOTION)) >= target)


def test_a_strap_that_has_an_accelerometer_tells_movement_and_the_angle_of_the_trunk(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.listening(timings=HASTY) as listener:
            await until_motion(listener)
            assert max(listener.values(Kind.MOTION)) < 1
            assert listener.values(Kind.TRUNK) == [], "upright is learnt from walking"
            sensor(lab).motion = walking
            await listener.until(lambda: bool(listener.values(Kind.TRUNK)))
            assert listener.values(Kind.MOTION)[-1] > 48
            assert listener.values(Kind.TRUNK)[-1] < 3
            sensor(lab).motion = lying
            await listener.until(lambda: listener.values(Kind.TRUNK)[-1] > 80)
            assert listener.beats == lab.sent[: len(listener.beats)]

    in_lab(scenario, H10)


def test_it_is_stopped_before_the_strap_is_let_go(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.listening() as listener:
            await until_motion(listener, 1)
        assert sensor(lab).asked == [1, 2, 3]

    in_lab(scenario, H10)


def test_twenty_five_samples_a_second_are_asked_for(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.listening() as listener:
            await until_motion(listener, 1)
            assert sensor(lab).rate_hz == 25

    in_lab(scenario, H10)


def test_a_stream_left_running_by_a_killed_program_is_stopped_and_started_anew(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        sensor(lab).command(START_AT_50_HZ)
        async with lab.listening() as listener:
            await until_motion(listener, 1)
            assert sensor(lab).rate_hz == 25

    in_lab(scenario, H10)


def test_a_stream_that_dries_up_is_started_again(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.listening(timings=HASTY) as listener:
            await until_motion(listener, 1)
            sensor(lab).end()
            await until_motion(listener)
            assert LinkState.LOST not in listener.states

    in_lab(scenario, H10)


def test_after_a_drop_the_movement_comes_back_with_the_beats(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.listening() as listener:
            await until_motion(listener, 1)
            lab.strap.drop()
            await listener.until_told(LinkState.RECEIVING)
            await until_motion(listener)

    in_lab(scenario, H10)


def test_a_strap_without_one_is_asked_nothing(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.listening() as listener:
            await listener.until_beats(10)
            assert lab.calls("WriteValue") == 0
            assert listener.values(Kind.MOTION) == []

    in_lab(scenario)


def test_a_strap_that_refuses_costs_no_beat(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        lab.rules.fail("WriteValue", "NotPermitted", times=None)
        async with lab.listening(timings=HASTY) as listener:
            await lab.until(lambda: lab.calls("WriteValue") >= 1)
            await listener.until_beats(10)
            assert listener.beats == lab.sent[: len(listener.beats)]
            assert LinkState.LOST not in listener.states

    in_lab(scenario, H10)


def test_one_refused_call_does_not_end_the_days_movement(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        lab.rules.fail("WriteValue", "Failed", times=1)
        async with lab.listening(timings=HASTY) as listener:
            await until_motion(listener)

    in_lab(scenario, H10)


def test_a_request_that_is_never_answered_is_given_up_and_hanging_up_ends_in_time(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        lab.rules.hang("WriteValue", times=None)
        async with lab.listening(timings=replace(HASTY, answer_s=0.3)) as listener:
            await lab.until(lambda: lab.calls("WriteValue") >= 2)
            await listener.until_beats(5)
        assert not lab.strap.connected

    in_lab(scenario, H10)


def test_a_frame_cut_short_is_counted_and_the_next_one_is_read(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.listening() as listener:
            await until_motion(listener, 1)
            for bad in (
                b"",
                bytes([2]),
                bytes(9),
                bytes([2]) + bytes(8) + b"\x01" + bytes(5),
                bytes([9]) + bytes(20),
            ):
                sensor(lab)._tell(POLAR_DATA, bad)
            await until_motion(listener)
            counts = listener.source.refusals.counts
        assert sum(count for reason, count in counts.items() if reason.startswith("acceleration")) == 5

    in_lab(scenario, H10)


def test_beats_alone_are_no_reason_to_wait_for_the_accelerometer(in_lab: InLab) -> None:
    """The first beat is handed on while the accelerometer is still being asked."""

    async def scenario(lab: Lab) -> None:
        lab.rules.delay("WriteValue", 0.8)
        async with lab.listening() as listener:
            await listener.until_beats(3)
            assert listener.values(Kind.MOTION) == []
            await asyncio.wait_for(until_motion(listener, 1), 15)

    in_lab(scenario, H10)
