"""The judge of the virtual machine finds what it is there to find; the machine itself is `make rig`."""

from __future__ import annotations

from dataclasses import replace

import pytest

from .faults import FAULTS, START
from .judge import verdict_on
from .kept import Kept, KeptBeat, KeptGap, KeptLink, KeptMinute, Pulled, Seen
from .report import report
from .truth import SentBeat, Truth

BEGAN_S = 1_000_000.0
BETWEEN = 40
"""Beats between two faults."""
AWAY_S = 18.0
"""Every fault of this day takes so long; shorter than what is bridged, so that all minutes are calm."""
LATE_S = 0.02


def a_good_day() -> tuple[Truth, Kept]:
    """Return a day with every fault, in which everything went as it should."""
    sent: list[SentBeat] = []
    links: list[KeptLink] = []
    pulled: list[Pulled] = []
    breaks_s: list[float] = []
    connected_s: list[float] = []
    now_s = BEGAN_S
    for fault in (None, *FAULTS):
        if fault is None:
            pulled.append(Pulled(START, now_s, now_s))
            links.append(KeptLink(len(links) + 1, now_s, "looking", None))
        else:
            pulled.append(Pulled(fault.name, now_s + 0.3, now_s + AWAY_S))
            breaks_s.append(now_s + 0.4)
            links.append(KeptLink(len(links) + 1, now_s + 0.5, min(fault.told), "what helps"))
            now_s += AWAY_S
        connected_s.append(now_s + 0.5)
        links.append(KeptLink(len(links) + 1, now_s + 1, "receiving", None))
        for _ in range(BETWEEN):
            now_s += 1
            sent.append(SentBeat(now_s, 900 + len(sent) * 37 % 211))
    stop_s = now_s + 0.5
    truth = Truth(
        beats=tuple(sent),
        notified_s=tuple(beat.at_s for beat in sent),
        advertised_s=tuple(at_s - 1 for at_s in connected_s),
        connected_s=tuple(connected_s),
        disconnected_s=(*breaks_s, stop_s + 2),
        resumed_s=(),
        acceleration_started_s=tuple(at_s + 1 for at_s in connected_s),
        acceleration_stopped_s=(stop_s + 1,),
    )
    length_s = int(stop_s - BEGAN_S) + 1
    kept = Kept(
        recordings=((BEGAN_S, BEGAN_S + length_s, "stopped"),),
        beats=tuple(KeptBeat(beat.at_s + LATE_S, beat.rr_1024) for beat in sent),
        links=tuple(links),
        minutes=tuple(
            KeptMinute(BEGAN_S + start_s, min(60, length_s - start_s), "calm")
            for start_s in range(0, length_s, 60)
        ),
        gaps=(),
        motion=100,
        pulled=tuple(pulled),
        seen=tuple(
            Seen(beat.at_s + 1, number, sum(link.at_s <= beat.at_s for link in links))
            for number, beat in enumerate(sent, 1)
        ),
        stop_s=stop_s,
        stop_took_s=2.0,
        status=0,
        left_over=(),
        printed=(),
    )
    return truth, kept


def complaints(truth: Truth, kept: Kept) -> str:
    return "\n".join(verdict_on(truth, kept).complaints)


def test_a_day_in_which_all_went_well_is_good_and_its_report_says_so() -> None:
    truth, kept = a_good_day()

    verdict = verdict_on(truth, kept)

    assert verdict.complaints == ()
    assert (verdict.sent, verdict.stored, verdict.lost, verdict.surplus) == (360, 360, 0, 0)
    assert [came.fault for came in verdict.came] == [START, *(fault.name for fault in FAULTS)]
    assert "every gap has its cause" in report(verdict)


def test_the_return_of_a_beat_is_counted_from_when_strap_and_radio_were_there_again() -> None:
    truth, kept = a_good_day()

    came = verdict_on(truth, kept).came

    # The levers end at 18 s, the first beat is sent at 19 s and readable a second later.
    assert [round(one.back_after_s or 0, 3) for one in came[1:]] == [2.0] * len(FAULTS)


@pytest.mark.parametrize("which", [0, 100, -1])
def test_a_beat_that_is_missing_is_lost(which: int) -> None:
    truth, kept = a_good_day()
    beats = list(kept.beats)
    del beats[which]

    assert "lost: " in complaints(truth, replace(kept, beats=tuple(beats)))


def test_a_beat_that_was_sent_as_the_link_broke_is_counted_apart() -> None:
    truth, kept = a_good_day()
    last_before_the_fault = BETWEEN - 1
    beats = kept.beats[:last_before_the_fault] + kept.beats[BETWEEN:]

    verdict = verdict_on(truth, replace(kept, beats=beats))

    assert (verdict.lost, verdict.in_flight_lost) == (0, 1)
    assert verdict.came[1].in_flight_lost == 1


def test_a_beat_that_is_there_twice_or_was_never_sent_is_found() -> None:
    truth, kept = a_good_day()
    twice = kept.beats[:100] + kept.beats[99:]
    invented = (*kept.beats[:100], KeptBeat(kept.beats[99].arrived_s + 0.5, 3000), *kept.beats[100:])

    for beats in (twice, invented):
        verdict = verdict_on(truth, replace(kept, beats=beats))
        assert verdict.surplus == 1
        assert not verdict.good


def test_two_beats_in_the_wrong_order_are_found() -> None:
    truth, kept = a_good_day()
    beats = (*kept.beats[:100], kept.beats[101], kept.beats[100], *kept.beats[102:])

    assert "lost: " in complaints(truth, replace(kept, beats=beats))


def test_a_gap_of_which_the_link_says_nothing_has_no_cause() -> None:
    truth, kept = a_good_day()
    silent = tuple(link for link in kept.links if link.state in {"looking", "receiving"})

    said = complaints(truth, replace(kept, links=silent))

    assert "no cause for 19 s without beats" in said
    assert "the link never said" in said


def test_a_minute_without_beats_must_not_be_called_calm() -> None:
    truth, kept = a_good_day()
    beats = kept.beats[:60] + kept.beats[180:]

    assert "is calm, but had hardly a beat" in complaints(truth, replace(kept, beats=beats))


def test_a_minute_with_all_its_beats_must_not_be_called_a_gap() -> None:
    truth, kept = a_good_day()
    full = replace(kept.minutes[-1], state="no_link")

    assert "had all its beats" in complaints(truth, replace(kept, minutes=(*kept.minutes[:-1], full)))


def test_minutes_that_are_not_accounted_for_are_found() -> None:
    truth, kept = a_good_day()

    assert "the minutes account for" in complaints(truth, replace(kept, minutes=kept.minutes[1:]))


def test_an_end_that_leaves_something_behind_is_found() -> None:
    truth, kept = a_good_day()
    bad = replace(kept, status=1, left_over=("day.db-wal",), motion=0, gaps=(KeptGap(0.0, 1.0, None),))
    held = replace(truth, disconnected_s=truth.disconnected_s[:-1], acceleration_stopped_s=())

    said = complaints(held, bad)

    for words in (
        "ended with status 1",
        "day.db-wal",
        "no movement",
        "v_gaps knows no cause",
        "not let go",
        "not stopped at the end",
    ):
        assert words in said
