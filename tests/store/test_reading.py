"""What a reader gets back: courses, days, now, pages of lists, the views."""

from __future__ import annotations

import time
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest

from unhurry.config import InputError
from unhurry.signal.records import Beats, State
from unhurry.store import (
    Batch,
    Database,
    Decided,
    DecisionKind,
    EntryDraft,
    LinkMark,
    LinkState,
    Moment,
    NewDecision,
    NewPrompt,
    NewRecording,
    Now,
    Offsets,
    Reason,
    Writer,
    present,
)
from unhurry.store.events import decisions, event, events, neighbours, outcomes
from unhurry.store.heart import beats_between, hours_between, quiet_bpm, seconds_between, seconds_of
from unhurry.store.journal import add_entry
from unhurry.store.moments import DAY_MS
from unhurry.store.outcomes import KeptOutcome, keep_outcome
from unhurry.store.paging import Window
from unhurry.store.status import status
from unhurry.store.timeline import timeline

if TYPE_CHECKING:
    from tests.store.conftest import Made


def test_the_heart_rate_of_a_second_is_that_of_its_last_accepted_beat(
    writer: Writer, reader: Database, made: Made
) -> None:
    recording = writer.open_recording(made.recording())
    beats = Beats(
        t_ms=np.array([1000, 1500, 2400, 3400, 30_000]),
        rr_1024=np.array([1024, 512, 922, 1024, 768]),
        verdict=np.array([0, 1, 3, 0, 5], dtype=np.int8),
        late_ms=np.zeros(5, dtype=np.int64),
    )
    writer.write_batch(Batch(recording, beats=beats))
    course = seconds_of(reader, recording, 0, 32)
    assert np.isnan(course[0])
    assert course[1:4].tolist() == [60.0, 60.0, 60.0], "an extra and an ectopic beat say nothing"
    assert course[15] == 60.0, "held for twelve seconds"
    assert np.isnan(course[16:30]).all(), "and no longer"
    assert course[30] == 80.0, "the first interval after a gap has a good length"


def test_a_strap_without_intervals_has_a_course_too(writer: Writer, reader: Database, made: Made) -> None:
    recording = writer.open_recording(made.recording())
    writer.write_batch(Batch(recording, heart_rates=made.samples([1000, 2000, 3000], [70.0, 0.0, 72.0])))
    assert seconds_of(reader, recording, 1, 4).tolist() == [70.0, 70.0, 72.0]
    assert quiet_bpm(reader, recording, 3000) == 71.0


def test_the_quiet_number_is_a_median_of_fifteen_seconds(
    writer: Writer, reader: Database, made: Made
) -> None:
    recording = writer.open_recording(made.recording())
    writer.write_batch(Batch(recording, beats=made.beats(0, 60, rr_ms=1000)))
    writer.write_batch(Batch(recording, beats=made.beats(60_000, 5, rr_ms=500)))
    assert quiet_bpm(reader, recording, 62_500) == 60.0
    assert quiet_bpm(reader, recording, 200_000) is None


def test_beats_and_seconds_come_back_by_wall_time_across_recordings(
    writer: Writer, reader: Database, made: Made
) -> None:
    first = writer.open_recording(made.recording())
    writer.write_batch(Batch(first, beats=made.beats(0, 10)))
    writer.end_recording(first, 10_040, "suspended")
    second = writer.open_recording(made.recording(wall_ms=made.wall_ms + 60_000, offset_s=7200))
    writer.write_batch(Batch(second, beats=made.beats(0, 10, rr_ms=500)))
    beats = beats_between(reader, made.wall_ms + 9_000, made.wall_ms + 61_001)
    assert [beat.moment.local.isoformat() for beat in beats] == [
        "2026-03-12T07:00:09+01:00", "2026-03-12T07:00:10+01:00",
        "2026-03-12T08:01:00.500000+02:00", "2026-03-12T08:01:01+02:00",
    ]  # fmt: skip
    seconds = seconds_between(reader, made.wall_ms, made.wall_ms + 120_000, step_s=5)
    assert [(row.moment.wall_ms - made.wall_ms, row.hr_bpm) for row in seconds] == [
        (0, 60.0), (5000, 60.0), (10_000, 60.0), (60_000, 120.0), (65_000, 120.0),
    ]  # fmt: skip


def test_seconds_before_a_recordings_zero_are_read(writer: Writer, reader: Database, made: Made) -> None:
    recording = writer.open_recording(made.recording(source="replay"))
    writer.write_batch(Batch(recording, beats=made.beats(-21_000, 30)))
    writer.end_recording(recording, 9_000, "ended")
    seconds = seconds_between(reader, made.wall_ms - 60_000, made.wall_ms + 60_000, step_s=5)
    assert [(row.moment.wall_ms - made.wall_ms, row.hr_bpm) for row in seconds] == [
        (t_ms, 60.0) for t_ms in range(-20_000, 10_000, 5000)
    ]


def test_hours_are_local_hours(writer: Writer, reader: Database, made: Made) -> None:
    recording = writer.open_recording(made.recording(offset_s=5 * 3600 + 1800))
    minutes = tuple(made.minute(60 * n, hr_bpm=60.0 + n if n != 3 else None) for n in range(90))
    writer.write_batch(Batch(recording, minutes=minutes))
    hours = hours_between(reader, made.wall_ms, made.wall_ms + DAY_MS)
    assert [(row.moment.local.isoformat(), row.seconds_measured) for row in hours] == [
        ("2026-03-12T11:00:00+05:30", 29 * 60), ("2026-03-12T12:00:00+05:30", 3600),
    ]  # fmt: skip


def test_a_day_follows_the_offset_of_its_recordings(writer: Writer, reader: Database, made: Made) -> None:
    day = DAY_MS
    sunday = 1_774_746_000_000  # 2026-03-29 01:00 UTC, when Berlin goes from +01:00 to +02:00
    writer.open_recording(made.recording(wall_ms=sunday - day, offset_s=3600))
    writer.open_recording(made.recording(wall_ms=sunday + 4 * 3_600_000, offset_s=7200))
    offsets = Offsets(reader)
    assert offsets.day(date(2026, 3, 28)).start.local.isoformat() == "2026-03-28T00:00:00+01:00"
    short = offsets.day(date(2026, 3, 29))
    assert short.end.local.isoformat() == "2026-03-30T00:00:00+02:00"
    assert offsets.day(date(2026, 3, 28)).end == short.start


def a_day(writer: Writer, made: Made) -> int:
    """One recording with a bit of everything; then a pause; then another."""
    recording = writer.open_recording(made.recording())
    states = [State.CALM] * 5 + [State.MOVING] * 3 + [State.NO_LINK] * 2 + [State.CALM] * 2
    minutes = tuple(made.minute(60 * n, state) for n, state in enumerate(states))
    shown = made.wall_ms + 647_250
    writer.write_batch(
        Batch(
            recording,
            beats=made.beats(0, 600),
            minutes=minutes,
            events=(made.event(), made.event(2, start_s=660.0)),
            decisions=(
                Decided(
                    NewDecision(647.25, 1, DecisionKind.PROMPT, Reason.OK),
                    NewPrompt(shown, shown + 900_000, "four_six"),
                ),
                Decided(NewDecision(707.25, 2, DecisionKind.HELD, Reason.COOLDOWN)),
            ),
            links=(LinkMark(0, LinkState.RECEIVING, device="Polar H10 1234", battery_percent=80),),
        )
    )
    writer.end_recording(recording, 720_000, "suspended")
    return recording


def test_a_day_in_one_answer(writer: Writer, database: Database, made: Made) -> None:
    a_day(writer, made)
    again = writer.open_recording(made.recording(wall_ms=made.wall_ms + 900_000))
    writer.write_batch(Batch(again, minutes=(made.minute(0),)))
    add_entry(
        database, EntryDraft(body="late", about_wall_ms=made.wall_ms + DAY_MS), Moment(made.wall_ms, 3600)
    )
    kept = add_entry(database, EntryDraft(body="a letter", events=(1,)), Moment(made.wall_ms + 650_000, 3600))
    found = timeline(database, date(2026, 3, 12))
    assert (found.day.start.local.isoformat(), found.previous, found.next) == (
        "2026-03-12T00:00:00+01:00", None, date(2026, 3, 13),
    )  # fmt: skip
    assert [(span.cause, (span.end.wall_ms - span.start.wall_ms) // 1000) for span in found.spans] == [
        ("moving", 180), ("no_link", 120), ("suspended", 180),
    ]  # fmt: skip
    assert [row.id for row in found.events] == [1, 2]
    assert [title.title for title in found.events[0].entries] == ["a letter"]
    assert [row.reason for row in found.decisions] == [Reason.OK, Reason.COOLDOWN]
    assert [row.id for row in found.entries] == [kept.id]
    assert len(found.minutes) == 13
    assert timeline(database, date(2026, 3, 13)).previous == date(2026, 3, 12)


def test_neighbours_stay_within_the_day(writer: Writer, reader: Database, made: Made) -> None:
    a_day(writer, made)
    first = event(reader, 1)
    assert first is not None
    assert neighbours(reader, first, made.wall_ms, made.wall_ms + DAY_MS) == (None, 2)
    assert neighbours(reader, first, made.wall_ms, made.wall_ms + 660_000) == (None, None)


def test_lists_come_in_pieces_that_neither_repeat_nor_skip(
    writer: Writer, reader: Database, made: Made
) -> None:
    recording = writer.open_recording(made.recording())
    # Two of them begin in the same millisecond.
    batch = Batch(recording, events=tuple(made.event(n, start_s=600.0 * (n // 2)) for n in range(1, 8)))
    writer.write_batch(batch)
    seen: list[int] = []
    cursor = None
    while True:
        piece = events(reader, Window(limit=3, cursor=cursor))
        seen += [row.id for row in piece.items]
        if cursor is None:
            writer.write_batch(Batch(recording, events=(made.event(8, start_s=9000.0),)))
        cursor = piece.next
        if cursor is None:
            break
    assert seen == [7, 6, 5, 4, 3, 2, 1]
    with pytest.raises(InputError):
        events(reader, Window(cursor="nonsense"))
    with pytest.raises(InputError):
        events(reader, Window(cursor=f"{10**30}.1"))
    within = Window(made.wall_ms + 1_200_000, made.wall_ms + 1_800_000)
    assert [row.id for row in events(reader, within).items] == [5, 4]


def test_decisions_and_outcomes_have_lists(
    writer: Writer, database: Database, reader: Database, made: Made
) -> None:
    a_day(writer, made)
    keep_outcome(database, 1, made.wall_ms + 800_000, KeptOutcome(110.0, 1800.0, 84.3, 31.0))
    assert [row.event_id for row in decisions(reader, Window()).items] == [2, 1]
    assert [(row.event_id, row.prompt_id) for row in outcomes(reader, Window()).items] == [(1, 1)]


def test_before_anything_was_measured_now_is_the_machines(reader: Database) -> None:
    now = status(reader)
    assert abs(now.present.moment.wall_ms - time.time() * 1000) < 60_000
    assert (now.moment, now.link, now.strap, now.prompt, now.present.recording) == (
        None,
        None,
        None,
        None,
        None,
    )
    assert (now.wear, now.present.running, now.today.minutes_by_state) == ("unknown", False, {})


def test_now_is_the_recordings_now(writer: Writer, reader: Database, made: Made) -> None:
    recording = writer.open_recording(made.recording(source="replay"))
    writer.save_settings("0a1b2c3d4e5f", '{"prompts": {"budget_per_day": 2}}', wall_ms=made.wall_ms)
    writer.write_batch(
        Batch(
            recording,
            beats=made.beats(0, 65),
            minutes=(made.minute(0),),
            links=(
                LinkMark(0, LinkState.LOOKING),
                LinkMark(500, LinkState.REPLAY, device="u03", battery_percent=80),
                LinkMark(900, LinkState.REPLAY),
            ),
            now=Now(65_000, 60.0, State.CALM, 60.5, 61.0, 3.0, motion_known=True),
        )
    )
    now = status(reader)
    assert now.present.running
    assert 0 <= now.present.moment.wall_ms - made.wall_ms - 65_000 <= 2 * 60_000, "runs on, but never far"
    assert now.moment is not None
    assert (now.moment.state, now.moment.hr_bpm, now.moment.since.wall_ms) == (
        State.CALM,
        60.0,
        made.wall_ms + 65_000,
    )
    assert now.link is not None
    assert (now.link.state, now.link.since.wall_ms) == (LinkState.REPLAY, made.wall_ms + 500)
    assert now.strap is not None
    assert (now.strap.name, now.strap.battery_percent) == ("u03", 80)
    assert (now.wear, now.today.minutes_by_state, now.today.budget) == ("on", {State.CALM: 1}, 2)
    assert now.settings == "0a1b2c3d4e5f"

    writer.end_recording(recording, 66_000, "ended")
    over = status(reader)
    assert not over.present.running
    assert over.present.moment.wall_ms == made.wall_ms + 66_000, "a replay stops where it stopped"
    assert over.link is not None
    assert (over.link.state, over.moment, over.wear) == (LinkState.ENDED, None, "unknown")


def test_a_service_that_died_is_not_running(writer: Writer, database: Database, made: Made) -> None:
    recording = writer.open_recording(made.recording())
    writer.write_batch(Batch(recording, now=Now(5_000, 1.0, State.CALM)))
    assert present(database).running
    with database.immediate():
        database.execute("UPDATE now SET seen_wall_ms = seen_wall_ms - 11000")
    now = present(database)
    assert not now.running
    assert abs(now.moment.wall_ms - time.time() * 1000) < 60_000


def test_the_views_speak_in_words_and_local_time(writer: Writer, database: Database, made: Made) -> None:
    recording = a_day(writer, made)
    negative = writer.open_recording(NewRecording("replay", "x", made.recording(offset_s=-12_600).anchor))
    writer.write_batch(Batch(negative, beats=made.beats(0, 1, rr_ms=750, verdict=5)))
    assert database.row("SELECT * FROM v_beats WHERE recording = ? ORDER BY wall_ms", (recording,)) == (
        recording, made.wall_ms + 1000, "2026-03-12T07:00:01.000+01:00", 1000.0, "ok",
    )  # fmt: skip
    assert database.rows("SELECT iso, rr_ms, verdict FROM v_beats WHERE recording = ?", (negative,)) == [
        ("2026-03-12T02:30:00.750-03:30", 750.0, "gap")
    ]
    assert database.rows("SELECT * FROM v_days ORDER BY state") == [
        ("2026-03-12", "calm", 7, 420), ("2026-03-12", "moving", 3, 180), ("2026-03-12", "no_link", 2, 120),
    ]  # fmt: skip
    assert database.rows("SELECT iso, confirmed_ms, end_ms, confidence FROM v_events WHERE event = 1") == [
        ("2026-03-12T07:10:00.000+01:00", made.wall_ms + 647_250, None, "high")
    ]
    assert database.rows("SELECT event, kind, reason FROM v_decisions ORDER BY decision") == [
        (1, "prompt", "ok"), (2, "held", "cooldown"),
    ]  # fmt: skip
    assert database.rows("SELECT event, practice, iso FROM v_prompts") == [
        (1, "four_six", "2026-03-12T07:10:47.250+01:00")
    ]


def test_gaps_are_runs_of_minutes_and_the_time_between_recordings(
    writer: Writer, database: Database, made: Made
) -> None:
    a_day(writer, made)
    writer.open_recording(made.recording(wall_ms=made.wall_ms + 900_000))
    assert database.rows("SELECT start_ms - ?1, end_ms - ?1, cause FROM v_gaps ORDER BY start_ms", (made.wall_ms,)) == [
        (480_000, 600_000, "no_link"), (720_000, 900_000, "suspended"),
    ]  # fmt: skip
