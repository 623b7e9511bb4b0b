"""Straps to choose between, and wishes about the strap, in a real database."""

from __future__ import annotations

from typing import Any

import pytest

from unhurry.store import (
    Batch,
    Database,
    IntentKind,
    LinkMark,
    LinkState,
    Moment,
    Now,
    StrapChoice,
    Writer,
)
from unhurry.store.intents import add_intent, modes_at
from unhurry.store.status import status
from unhurry.store.straps import is_known_strap, straps_in_reach

A = StrapChoice("Polar H10", "C0:00:00:00:00:01", -50)
B = StrapChoice("Polar H10", "C0:00:00:00:00:02", None)
HOUR_MS = 3_600_000


def asking(t_ms: int, *straps: StrapChoice) -> LinkMark:
    return LinkMark(t_ms, LinkState.LOOKING, advice="Which one?", in_reach=straps)


def test_each_change_of_the_link_replaces_the_question(database: Database, writer: Writer, made: Any) -> None:
    recording = writer.open_recording(made.recording())
    writer.write_batch(Batch(recording, links=(asking(0, B, A),), now=Now(1000)))
    assert straps_in_reach(database, recording) == (A, B)
    assert status(database).straps_in_reach == (A, B)
    writer.write_batch(Batch(recording, links=(asking(2000, B),)))
    assert straps_in_reach(database, recording) == (B,)
    writer.write_batch(Batch(recording, links=(LinkMark(3000, LinkState.CONNECTING, "Polar H10"),)))
    assert straps_in_reach(database, recording) == ()


def test_a_question_of_an_earlier_recording_is_not_asked_again(
    database: Database, writer: Writer, made: Any
) -> None:
    first = writer.open_recording(made.recording())
    writer.write_batch(Batch(first, links=(asking(0, A, B),)))
    second = writer.open_recording(made.recording())
    writer.write_batch(Batch(second, now=Now(0)))
    assert status(database).straps_in_reach == ()


def test_a_strap_is_known_when_it_is_in_reach_or_was_worn(
    database: Database, writer: Writer, made: Any
) -> None:
    recording = writer.open_recording(made.recording())
    worn = LinkMark(0, LinkState.RECEIVING, "TICKR", address="C0:00:00:00:00:03")
    writer.write_batch(Batch(recording, links=(worn, asking(10, A))))
    assert [is_known_strap(database, address) for address in (A.address, B.address, "C0:00:00:00:00:03")] == [
        True,
        False,
        True,
    ]


@pytest.mark.parametrize(
    ("wishes", "paused_for_h"),
    [
        ([], None),
        ([(IntentKind.PAUSE, -2)], 2),
        ([(IntentKind.PAUSE, -3), (IntentKind.PAUSE, -2)], 2),
        ([(IntentKind.PAUSE, -3), (IntentKind.RESUME, -2)], None),
        ([(IntentKind.RESUME, -3), (IntentKind.PAUSE, -1)], 1),
        ([(IntentKind.PAUSE, -13)], None),
        ([(IntentKind.PAUSE, -2), (IntentKind.SNOOZE, -1), (IntentKind.CHOOSE_STRAP, -1)], 2),
    ],
)
def test_a_pause_is_a_mode_until_it_is_taken_back_or_the_day_ends(
    database: Database, made: Any, wishes: list[tuple[IntentKind, int]], paused_for_h: int | None
) -> None:
    now_ms = made.wall_ms
    for kind, hours in wishes:
        add_intent(database, kind, {}, Moment(now_ms + hours * HOUR_MS, 3600))
    modes = modes_at(database, day_start_wall_ms=now_ms - 7 * HOUR_MS, now_wall_ms=now_ms)
    expected = None if paused_for_h is None else now_ms - paused_for_h * HOUR_MS
    assert modes.paused_since_wall_ms == expected
