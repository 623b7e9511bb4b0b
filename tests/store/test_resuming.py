"""A process that dies loses at most the last second of beats, and the next one knows what happened."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from unhurry.signal.records import State
from unhurry.store import (
    Answer,
    Batch,
    Database,
    Decided,
    DecisionKind,
    IntentKind,
    LinkMark,
    LinkState,
    Moment,
    NewDecision,
    NewPrompt,
    Now,
    Reason,
    Writer,
    close_left_open,
    migrate,
    open_database,
    policy_facts,
)
from unhurry.store.intents import Modes, add_intent
from unhurry.store.prompts import Given, answer_prompt

if TYPE_CHECKING:
    from tests.store.conftest import Made

CHILD = """
import sys, threading
from pathlib import Path
import numpy as np
from unhurry.signal.records import Beats
from unhurry.store import *
from unhurry.store.journal import add_entry

path = Path(sys.argv[1])
lock = threading.Lock()
def say(*words):
    with lock:
        sys.stdout.write(" ".join(map(str, words)) + "\\n")
        sys.stdout.flush()

def write_words():
    with open_database(path) as database:
        number = 0
        while True:
            number += 1
            add_entry(database, EntryDraft(body=f"entry {number}"), Moment(number, 0))
            say("entry", number)

with open_database(path) as database:
    writer = Writer(database)
    recording = writer.open_recording(NewRecording("ble", "strap", Anchor(0, 0)))
    threading.Thread(target=write_words, daemon=True).start()
    second = 0
    while True:
        second += 1
        t_ms = np.array([second * 1000 - 500, second * 1000])
        beats = Beats(t_ms, np.array([512, 512]), np.array([0, 0], np.int8), np.array([0, 0]))
        writer.write_batch(Batch(recording, beats=beats, now=Now(second * 1000, 1.0)))
        say("second", second)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is a thing of POSIX")
@pytest.mark.parametrize("lines", [25, 120])
def test_kill_minus_nine_loses_nothing_that_was_acknowledged(tmp_path: Path, lines: int) -> None:
    path = tmp_path / "unhurry.db"
    migrate(path)
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(path)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert child.stdout is not None
    with child.stdout as said:
        heard: list[list[str]] = []
        # One of the two may wait for the other's transactions: kill it only once both have been acknowledged.
        while len(heard) < lines or {line[0] for line in heard} != {"entry", "second"}:
            heard.append(said.readline().split())
        child.send_signal(signal.SIGKILL)
        heard += [line.split() for line in said if line.endswith("\n")]
    child.wait(10)
    last = {
        kind: max((int(line[1]) for line in heard if line[0] == kind), default=0)
        for kind in ("entry", "second")
    }
    assert min(last.values()) > 0

    with open_database(path) as database:
        assert database.value("PRAGMA integrity_check") == "ok"
        assert database.rows("PRAGMA foreign_key_check") == []
        kept = [row[0] for row in database.rows("SELECT body FROM entries ORDER BY id")]
        assert kept[: last["entry"]] == [f"entry {number}" for number in range(1, last["entry"] + 1)]
        beats = [row[0] for row in database.rows("SELECT t_ms FROM beats ORDER BY t_ms")]
        assert beats[: 2 * last["second"]] == [500 * number for number in range(1, 2 * last["second"] + 1)]
        assert len(beats) % 2 == 0, "a second is there whole or not at all"
        assert close_left_open(database) == (1,)
        assert database.rows("SELECT end_ms, cause FROM recordings") == [(beats[-1], "interrupted")]


def test_what_a_dead_process_left_open_is_closed_and_accounted_for(
    writer: Writer, database: Database, made: Made
) -> None:
    recording = writer.open_recording(made.recording())
    writer.write_batch(
        Batch(
            recording,
            beats=made.beats(0, 200),
            minutes=(made.minute(0), made.minute(60)),
            events=(made.event(start_s=100.0),),
            now=Now(203_000, 1.0, State.AROUSED),
        )
    )
    assert close_left_open(database) == (recording,)
    assert database.rows("SELECT start_s, state, seconds, hr_bpm, quality FROM minutes ORDER BY start_s") == [
        (0, "calm", 60, 60.0, 1.0),
        (60, "calm", 60, 60.0, 1.0),
        (120, "aroused", 60, 60.0, 1.0),
        (180, "aroused", 23, 60.0, 1.0),
    ]
    assert database.rows("SELECT end_s, closed FROM events") == [(None, "interrupted")]
    assert database.rows("SELECT end_ms, cause FROM recordings") == [(203_000, "interrupted")]
    assert close_left_open(database) == ()


def test_minutes_nothing_was_heard_in_are_no_link(writer: Writer, database: Database, made: Made) -> None:
    recording = writer.open_recording(made.recording())
    writer.write_batch(Batch(recording, now=Now(70_000, 1.0, State.NO_LINK)))
    close_left_open(database)
    assert database.rows("SELECT start_s, state, seconds, hr_bpm, quality FROM minutes") == [
        (0, "no_link", 60, None, 0.0),
        (60, "no_link", 10, None, 0.0),
    ]


def test_a_minute_cut_short_by_a_stop_is_not_written_twice(
    writer: Writer, database: Database, made: Made
) -> None:
    recording = writer.open_recording(made.recording())
    writer.write_batch(
        Batch(recording, beats=made.beats(0, 80), minutes=(made.minute(0), made.minute(60, seconds=20)))
    )
    close_left_open(database)
    assert database.rows("SELECT start_s, seconds FROM minutes") == [(0, 60), (60, 20)]


@pytest.mark.parametrize(
    ("first_s", "minutes"),
    [
        (1_000_000, [(999_960, 20), (1_000_020, 60), (1_000_080, 20)]),
        (-499, [(-540, 19), (-480, 60)]),
        (-30, [(-60, 30), (0, 60), (60, 10)]),
    ],
)
def test_a_file_whose_clock_begins_anywhere_is_accounted_for_from_its_first_row(
    writer: Writer, database: Database, made: Made, first_s: int, minutes: list[tuple[int, int]]
) -> None:
    recording = writer.open_recording(made.recording(source="replay"))
    link = LinkMark(first_s * 1000 + 40, LinkState.REPLAY)
    end_ms = sum(minutes[-1]) * 1000
    count = end_ms // 1000 - first_s
    writer.write_batch(
        Batch(
            recording,
            beats=made.beats((first_s - 1) * 1000, count),
            links=(link,),
            now=Now(end_ms, 1.0, State.CALM),
        )
    )
    close_left_open(database)
    assert database.rows("SELECT start_s, seconds FROM minutes ORDER BY start_s") == minutes
    assert database.value("SELECT min(wall_ms) FROM minutes") == made.wall_ms + minutes[0][0] * 1000
    assert set(database.rows("SELECT state, hr_bpm FROM minutes")) == {("calm", 60.0)}
    assert database.rows("SELECT end_ms, cause FROM recordings") == [(end_ms, "interrupted")]


def test_a_recording_that_ends_before_its_zero_ends_with_its_last_beat(
    writer: Writer, database: Database, made: Made
) -> None:
    recording = writer.open_recording(made.recording(source="replay"))
    writer.write_batch(Batch(recording, beats=made.beats(-100_000, 30)))
    close_left_open(database)
    assert database.rows("SELECT end_ms FROM recordings") == [(-70_000 + 40,)]
    assert database.rows("SELECT start_s, seconds FROM minutes") == [(-120, 30)]


def test_stopping_forgets_nothing_the_policy_must_know(
    writer: Writer, database: Database, made: Made
) -> None:
    yesterday, today = made.wall_ms - 7 * 3_600_000 - 60_000, made.wall_ms - 7 * 3_600_000
    recording = writer.open_recording(made.recording(wall_ms=yesterday))

    def offer(wall_ms: int) -> int:
        decision = NewDecision((wall_ms - yesterday) / 1000, None, DecisionKind.PROMPT, Reason.OK)
        written = writer.write_batch(
            Batch(
                recording, decisions=(Decided(decision, NewPrompt(wall_ms, wall_ms + 900_000, "four_six")),)
            )
        )
        assert written.prompts[0] is not None
        return written.prompts[0]

    offer(yesterday)
    facts = policy_facts(database, day_start_wall_ms=today, now_wall_ms=made.wall_ms)
    assert (facts.prompts_today, facts.last_prompt_wall_ms) == (0, yesterday), "a cooldown outlasts midnight"
    first, second = offer(today + 1000), offer(today + 2000)
    answer_prompt(database, first, Given(Answer.NOT_NOW, reason="meeting"), Moment(today + 1500, 3600))
    answer_prompt(database, second, Given(Answer.FINE), Moment(today + 2500, 3600))
    add_intent(database, IntentKind.SNOOZE, {"minutes": 600}, Moment(today + 3000, 3600))
    writer.write_batch(Batch(recording, now=Now(90_000)))
    facts = policy_facts(database, day_start_wall_ms=today, now_wall_ms=made.wall_ms)
    assert (facts.prompts_today, facts.last_prompt_wall_ms) == (2, today + 2000)
    assert (facts.last_not_now_wall_ms, facts.last_not_now_reason) == (today + 1500, "meeting")
    assert facts.modes.snoozed_until_wall_ms == today + 3000 + 600 * 60_000
    assert facts.latest_wall_ms == yesterday + 90_000


def test_modes_hold_until_they_are_taken_back_or_forgotten(database: Database, made: Made) -> None:
    day = made.wall_ms - 7 * 3_600_000

    def modes(now: int) -> Modes:
        return policy_facts(database, day_start_wall_ms=day, now_wall_ms=now).modes

    add_intent(database, IntentKind.OBSERVE, {"on": True}, Moment(day - 1000, 3600))
    assert not modes(made.wall_ms).observing, "only observing *today*"
    add_intent(database, IntentKind.OBSERVE, {"on": True}, Moment(made.wall_ms, 3600))
    add_intent(database, IntentKind.CONVERSATION_START, {}, Moment(made.wall_ms, 3600))
    add_intent(database, IntentKind.DRIVING_START, {}, Moment(made.wall_ms, 3600))
    assert modes(made.wall_ms).observing
    assert modes(made.wall_ms).conversation_since_wall_ms == made.wall_ms
    add_intent(database, IntentKind.CONVERSATION_END, {}, Moment(made.wall_ms + 1, 3600))
    assert modes(made.wall_ms + 1).conversation_since_wall_ms is None
    assert modes(made.wall_ms + 1).driving_since_wall_ms == made.wall_ms
    assert modes(made.wall_ms + 5 * 3_600_000).driving_since_wall_ms is None
