"""What a strap daemon must survive, row by row: rows 18 to 24, 26, 29 and 30 of docs/strap.md, about beats."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import time

import numpy as np
import pytest

from unhurry.config import PromptSettings
from unhurry.daemon.prompting import Circumstances, Standing, decide
from unhurry.daemon.sources.pace import rows_between
from unhurry.daemon.strap.clocks import Clocks
from unhurry.daemon.strap.inbox import Heard
from unhurry.daemon.strap.rows import Refusals, Rows
from unhurry.signal import (
    STATES,
    ArousalEvent,
    Arrivals,
    Kind,
    Output,
    Parameters,
    State,
    Verdict,
    decode_frame,
    finish,
    initial_state,
    step,
)
from unhurry.store import DecisionKind, LinkState, Reason

from .bluez.heart import RESTING_1024, measurement
from .bluez.plan import StrapPlan
from .lab import InLab, Lab, beats_are_back, loop_clocks

SECOND_NS = 1_000_000_000
DAY_MS = 86_400_000


def calm(seconds: int, *, heart: tuple[int, ...] = RESTING_1024) -> list[bytes | None]:
    """Return the frames of a quiet heart, one a second (None where no beat ended)."""
    frames: list[bytes | None] = []
    ended, beat = 0, 0
    for second in range(1, seconds + 1):
        rr: list[int] = []
        while ended + heart[beat % len(heart)] <= second * 1024:
            rr.append(heart[beat % len(heart)])
            ended += rr[-1]
            beat += 1
        frames.append(framed(rr) if rr else None)
    return frames


def framed(rr_1024: list[int], hr_bpm: int = 61, contact: bool | None = None) -> bytes:
    return measurement(hr_bpm, rr_1024, wide=False, contact=contact, energy_kj=None)


def arrived(frames: list[bytes | None], refusals: Refusals | None = None) -> Arrivals:
    """Return what the source makes of `frames`, one a second, with a tick after each."""
    rows = Rows(0, refusals or Refusals())
    for second, data in enumerate(frames, start=1):
        at_ns = second * SECOND_NS
        if data is not None:
            rows.add(Heard(monotonic_ns=at_ns, data=data))
        rows.tick(at_ns + SECOND_NS // 20)
    arrivals = rows.take()
    assert arrivals is not None
    return arrivals


def lived(arrivals: Arrivals, parameters: Parameters | None = None) -> tuple[Output, list[State]]:
    """Return what the pipeline makes of a day, and its state at each second."""
    _, output = step(parameters or Parameters(), initial_state(parameters or Parameters()), arrivals)
    return output, [STATES[state] for state in output.seconds.state]


def judged(arrivals: Arrivals) -> tuple[list[int], list[Verdict]]:
    """Return every interval that was kept, and what was thought of it."""
    parameters = Parameters()
    state, output = step(parameters, initial_state(parameters), arrivals)
    rest = finish(state)
    parts = (output.beats, rest.beats, rest.pending)
    rr_1024 = [rr for beats in parts for rr in beats.rr_1024.tolist()]
    return rr_1024, [Verdict(verdict) for beats in parts for verdict in beats.verdict.tolist()]


def intervals(arrivals: Arrivals) -> list[int]:
    return [round(value) for value in arrivals.value[arrivals.kind == Kind.BEAT]]


# 18: the contact bit is not supported, flips from connection to connection, or disappears.


def test_row_18_whatever_the_contact_bit_says_beats_are_beats(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.listening() as listener:
            for contact in (None, False, True, False):
                lab.strap.contact = contact
                await listener.until_beats(4)
                lab.strap.drop()
            await beats_are_back(lab, listener)
            assert listener.values(Kind.HEART_RATE) == []

    in_lab(scenario)


# 19: off the body the strap still sends a believable heart rate.


def test_row_19_a_strap_off_the_body_is_known_by_its_missing_beats_not_by_its_heart_rate() -> None:
    still_claimed = [framed([], 64, contact=True)] * 60
    _, states = lived(arrived([*calm(700), *still_claimed]))
    assert set(states[600:700]) <= {State.CALM, State.WARMING_UP}
    # A quarter of a minute without beats is bridged.
    assert set(states[720:]) == {State.OFF_BODY}


def test_row_19_a_strap_taken_off_goes_on_being_heard(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.listening() as listener:
            await listener.until_beats()
            lab.strap.take_off()
            beats = len(listener.beats)
            await listener.until(lambda: len(listener.values(Kind.HEART_RATE)) >= 5)
            assert len(listener.beats) <= beats + 2
            assert listener.changes[-1] is LinkState.RECEIVING
            lab.strap.put_on()
            await listener.until_beats()

    in_lab(scenario, StrapPlan(keeps_rate=True))


# 20: a heart rate that is frozen or 0, or frames without intervals.


@pytest.mark.parametrize("hr_bpm", [0, 64])
def test_row_20_seconds_without_an_interval_are_bridged_and_minutes_are_not(hr_bpm: int) -> None:
    without: list[bytes | None] = [framed([], hr_bpm)]
    day = [*calm(700), *without * 4, *calm(60), *without * 120]
    _, states = lived(arrived(day))
    assert set(states[700:760]) == {State.CALM}
    assert set(states[-60:]) == {State.OFF_BODY}
    # Nothing was filled in.
    assert judged(arrived(day))[0] == intervals(arrived(day))


def test_row_20_a_strap_without_any_intervals_is_measured_by_its_heart_rate(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.listening() as listener:
            await listener.until(lambda: len(listener.values(Kind.HEART_RATE)) >= 5)
        assert listener.beats == []
        assert all(50 <= bpm <= 75 for bpm in listener.values(Kind.HEART_RATE))

    in_lab(scenario, StrapPlan(intervals=False))
    _, states = lived(arrived([framed([], 60 + second % 4) for second in range(800)]))
    assert states[-1] is State.CALM


# 21: parsers that assume one interval, exact flags, or no energy field.


@pytest.mark.parametrize(
    "plan",
    [
        StrapPlan(energy=True),
        StrapPlan(wide_heart_rate=True),
        StrapPlan(energy=True, wide_heart_rate=True, contact_supported=False),
        StrapPlan(beats_per_frame=4),
        StrapPlan(beats_per_frame=3, energy=True),
    ],
    ids=["energy", "16 bit", "all", "four beats", "three beats and energy"],
)
def test_row_21_every_layout_of_a_frame_gives_the_beats_that_were_sent(
    in_lab: InLab, plan: StrapPlan
) -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.listening() as listener:
            await listener.until_beats(8)
        assert listener.beats == lab.sent[: len(listener.beats)]
        assert not listener.source.refusals.counts

    in_lab(scenario, plan)


def test_row_21_reserved_flags_and_an_odd_last_byte_cost_nothing() -> None:
    frame = framed([812, 820])
    assert decode_frame(bytes([frame[0] | 0xE0]) + frame[1:] + b"\x99").rr_1024 == (812, 820)


# 22: impossible or fill intervals, a pair cut short.


def test_row_22_fill_values_are_counted_and_no_beats() -> None:
    refusals = Refusals()
    frames = [framed([0, 0xFFFF, 1024]), framed([1010])[:-1], framed([1000]), b"\x10", b""]
    arrivals = arrived(list(frames), refusals)
    assert intervals(arrivals) == [1024, 1000]
    assert refusals.counts.total() == 4


def test_row_22_impossible_intervals_are_kept_and_not_believed() -> None:
    day = calm(300)
    for at in (100, 150, 200):
        day[at] = framed([40])
        day[at + 20] = framed([5000])
    output, _ = lived(arrived(day))
    odd = np.isin(output.beats.rr_1024, (40, 5000))
    assert np.count_nonzero(odd) == 6
    assert not np.any(output.beats.verdict[odd] == Verdict.OK)


# 23: the sum of the intervals disagrees with the clock: repetitions, late batches.


def test_row_23_more_heartbeats_than_time_are_repetitions_and_the_rest_stays_good() -> None:
    day = calm(600)
    rows = Rows(0, Refusals())
    repeated = 0
    for second, frame in enumerate(day, start=1):
        times = 2 if 300 <= second < 330 else 1
        for _ in range(times if frame is not None else 0):
            rows.add(Heard(second * SECOND_NS, frame or b""))
        repeated += (times - 1) * len(decode_frame(frame).rr_1024) if frame is not None else 0
        rows.tick(second * SECOND_NS + SECOND_NS // 20)
    arrivals = rows.take()
    assert arrivals is not None
    rr_1024, verdicts = judged(arrivals)
    assert rr_1024 == intervals(arrivals)
    # In that half minute nobody can say which of two is the beat; soon after it all is well again.
    assert repeated >= 25
    assert repeated <= verdicts.count(Verdict.EXTRA) <= 2 * repeated + 20
    assert set(verdicts[1:290]) == set(verdicts[-220:-2]) == {Verdict.OK}


def test_row_23_frames_that_come_twice_or_late_are_handed_on_as_they_came(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.listening() as listener:
            await listener.until_beats()
            lab.strap.repeat(4)
            await listener.until_beats(12)
            # Whether they can have happened is for the clock of the beats to say, not for the radio.
            assert len(listener.beats) >= len(lab.sent) + 2
            assert listener.changes[-1] is LinkState.RECEIVING

    in_lab(scenario)


# 24: the wall clock jumps; the clock of a device is reset to 2019.


@pytest.mark.parametrize("step_ms", [DAY_MS, -DAY_MS])
def test_row_24_a_clock_that_is_set_opens_a_recording_with_the_right_time_and_costs_no_beat(
    in_lab: InLab, step_ms: int
) -> None:
    off_ms = 0

    def clocks() -> Clocks:
        now = loop_clocks()
        return replace(now, wall_ms=now.wall_ms + off_ms)

    async def scenario(lab: Lab) -> None:
        nonlocal off_ms
        async with lab.listening(clocks=clocks) as listener:
            await listener.until_beats(6)
            off_ms = step_ms
            await listener.until(lambda: len(listener.recordings) == 2)
            await listener.until_beats(6)
            # The link is no worse for it.
            assert listener.changes[-1] is LinkState.RECEIVING
            assert lab.strap.ends == []
            assert listener.beats == lab.sent[: len(listener.beats)]
        first, second = (opened.recording.anchor.wall_ms for opened in listener.recordings)
        assert abs(second - first - step_ms) < 30_000

    in_lab(scenario)


# 26: the body blocks the radio for hours; what nobody saw must not become calm.


def test_row_26_an_hour_that_nobody_heard_is_no_link_and_not_calm() -> None:
    away: list[bytes | None] = [None] * 3600
    output, states = lived(arrived([*calm(720), *away]))
    assert states[719] is State.CALM
    heard_last_s = 720
    after = states[heard_last_s + 20 :]
    assert set(after) == {State.NO_LINK}
    whole = [minute for minute in output.minutes if minute.start_s >= heard_last_s + 60]
    assert len(whole) >= 50
    assert {minute.state for minute in whole} == {State.NO_LINK}
    assert all(minute.hr_bpm is None for minute in whole)


def test_row_26_a_strap_out_of_reach_is_told_as_such_and_found_when_it_comes_back(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.listening() as listener:
            await listener.until_beats()
            lab.strap.drop(away_s=1.0)
            await listener.until_told(LinkState.LOST)
            await asyncio.sleep(0.5)
            assert listener.states[-1] is LinkState.LOOKING
            await beats_are_back(lab, listener)

    in_lab(scenario)


# 29: prompts for momentary dips, exertion, by two detectors, for windows that are replayed.


def faster(seconds: int, by: float) -> tuple[int, ...]:
    """Return a heart that beats `by` times as fast for about `seconds`."""
    quick = [round(rr / by) for rr in RESTING_1024]
    count = round(seconds * by)
    return tuple(quick[:count])


def heart(*parts: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(rr for part in parts for rr in part)


QUIET = heart(RESTING_1024, RESTING_1024)
"""Twenty minutes."""


def test_row_29_a_moment_is_no_event_and_what_lasts_is_one() -> None:
    moment = heart(QUIET, faster(20, 1.45), RESTING_1024)
    output, _ = lived(arrived(calm(sum(moment) // 1024, heart=moment)))
    assert output.events == ()
    lasting = heart(QUIET, faster(150, 1.45), RESTING_1024)
    output, _ = lived(arrived(calm(sum(lasting) // 1024, heart=lasting)))
    assert [event.number for event in output.events if event.end_s is None] == [1]


def test_row_29_a_second_event_soon_after_is_decided_and_not_offered() -> None:
    day = heart(QUIET, faster(150, 1.45), RESTING_1024, faster(150, 1.45), RESTING_1024)
    arrivals = arrived(calm(sum(day) // 1024, heart=day))
    output, _ = lived(arrivals)
    confirmed = {event.number: event for event in reversed(output.events)}
    assert len(confirmed) == 2
    standing, decisions = Standing(), []
    settings = PromptSettings(on_low_confidence=True)
    for number in sorted(confirmed):
        event = confirmed[number]
        now = Circumstances(12 * 3_600_000 + round(event.confirmed_s * 1000), 0, time(12))
        standing, decision = decide(settings, standing, event, now)
        decisions.append((decision.kind, decision.reason))
    assert decisions[0] == (DecisionKind.PROMPT, Reason.OK)
    assert decisions[1][0] is not DecisionKind.PROMPT
    assert decisions[1][1] is Reason.COOLDOWN


def test_row_29_the_same_day_in_any_pieces_gives_the_same_events() -> None:
    day = heart(QUIET, faster(150, 1.45), RESTING_1024)
    arrivals = arrived(calm(sum(day) // 1024, heart=day))
    whole, _ = lived(arrivals)
    parameters = Parameters()
    events: list[ArousalEvent] = []
    state = initial_state(parameters)
    for start in range(0, len(arrivals), 701):
        state, output = step(parameters, state, rows_between(arrivals, start, start + 701))
        events += output.events
    assert tuple(events) == whole.events
    assert len(whole.events) >= 1


# 30: artifacts that are "repaired": invented beats that hide variability, or make some.


def test_row_30_no_beat_is_changed_and_none_is_made_up() -> None:
    day = calm(400)
    day[200] = framed([520, 1490])
    day[250] = framed([2010])
    day[300] = framed([300, 310, 395])
    arrivals = arrived(day)
    rr_1024, verdicts = judged(arrivals)
    assert rr_1024 == intervals(arrivals)
    doubtful = [verdict for rr, verdict in zip(rr_1024, verdicts, strict=True) if rr in {2010, 310}]
    assert len(doubtful) == 2
    assert Verdict.OK not in doubtful
