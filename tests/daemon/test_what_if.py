"""Days lived again: the same settings give the same day, to the last bit; others say what they would change."""

from __future__ import annotations

import json
import multiprocessing
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.daemon.living import HOUR_MS, OFFSET_S, SEVEN_MS, Stretch, Wearing, as_heard, record

from unhurry.command import unhurry
from unhurry.config import DatabaseError, InputError, Settings, UnhurryError
from unhurry.config.trying import Tried
from unhurry.daemon.insights.answering import Answerer
from unhurry.daemon.insights.comparing import Comparison, event_gained, event_lost, offer_gained, offer_lost
from unhurry.daemon.insights.what_if import Lives, WhichDays, what_if
from unhurry.daemon.insights.what_if_words import recorded_sentence, sentence_of
from unhurry.daemon.simulation import SimulatedDay, simulate_day
from unhurry.signal import Arrivals, Kind, Parameters
from unhurry.store import (
    Anchor,
    Answer,
    Database,
    IntentKind,
    Moment,
    NewRecording,
    Reason,
    Writer,
    migrate,
    open_database,
)
from unhurry.store.events import describe_event
from unhurry.store.intents import add_intent
from unhurry.store.prompts import Given, answer_prompt
from unhurry.store.questions import AnswerState, open_question, question
from unhurry.store.replaying import BLOCK_MS, arrivals_of, lived_recordings
from unhurry.store.rest import rest_before
from unhurry.store.scratch import forget_before, remember, scratch_database

SPEAKING = Settings(prompts={"on_low_confidence": True, "budget_per_day": 4})  # type: ignore[arg-type]
NOW = Tried(SPEAKING.prompts, Parameters())
MINUTE_MS = 60_000


@pytest.fixture(scope="module")
def simulated() -> SimulatedDay:
    return simulate_day()


def at(hours: float, day: int = 0) -> int:
    return SEVEN_MS + round(hours * HOUR_MS) + day * 24 * HOUR_MS


def wished(kind: IntentKind, **arguments: object) -> Any:
    def deed(db: Database, wall_ms: int) -> None:
        add_intent(db, kind, dict(arguments), Moment(wall_ms, OFFSET_S))

    return deed


def not_now(reason: str | None = None) -> Any:
    def deed(db: Database, wall_ms: int) -> None:
        offer = db.value("SELECT max(id) FROM prompts")
        answer_prompt(db, offer, Given(Answer.NOT_NOW, reason=reason), Moment(wall_ms, OFFSET_S))

    return deed


def two_days(simulated: SimulatedDay, path: Path) -> None:
    """A pause, a sleep of ten minutes, a restart, a second day; snoozes, a conversation, "not now"."""
    morning = Wearing(
        simulated,
        (
            Stretch(0, 3 * HOUR_MS, pauses=((9_000_300, 9_300_700),)),
            Stretch(3 * HOUR_MS + 10 * MINUTE_MS, 6 * HOUR_MS),
        ),
        {
            at(2.75): not_now(),
            at(4.2): wished(IntentKind.CONVERSATION_START),
            at(4.6): wished(IntentKind.CONVERSATION_END),
        },
    )
    record(morning, path, SPEAKING)
    evening = Wearing(
        simulated,
        (Stretch(6 * HOUR_MS + 5 * MINUTE_MS, 14 * HOUR_MS),),
        {at(11.6): wished(IntentKind.SNOOZE, minutes=20)},
    )
    record(evening, path, SPEAKING)
    next_day = Wearing(simulated, (Stretch(HOUR_MS, 8 * HOUR_MS, day=1),))
    record(next_day, path, SPEAKING)


@pytest.fixture(scope="module")
def lived(simulated: SimulatedDay, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("lived") / "unhurry.db"
    migrate(path)
    two_days(simulated, path)
    return path


def as_kept(db: Database) -> list[tuple[Any, ...]]:
    return [
        (*row[:-1], json.loads(row[-1]))
        for row in db.rows(
            """SELECT e.recording, e.number, e.start_s, e.confirmed_s, e.peak_s, e.end_s, e.hr_peak_bpm,
                e.hr_baseline_bpm, e.score_peak, e.confidence, d.t_s, d.kind, d.reason, d.numbers
            FROM events AS e JOIN decisions AS d ON d.event = e.id ORDER BY e.id"""
        )
    ]


def as_relived(lives: Lives) -> list[tuple[Any, ...]]:
    return [
        (
            each.recording_id,
            each.event.number,
            each.event.start_s,
            each.event.confirmed_s,
            each.event.peak_s,
            each.event.end_s,
            each.event.hr_peak_bpm,
            each.event.hr_baseline_bpm,
            each.event.score_peak,
            each.event.confidence.value,
            each.decision.t_s,
            each.decision.kind.value,
            each.decision.reason.value,
            each.decision.numbers,
        )
        for each in lives.before
    ]


def relive(path: Path, tried: Tried = NOW) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    with open_database(path, read_only=True) as db:
        lives = Lives(db, NOW, tried, lived_recordings(db, 0, 1 << 60))
        lives.live(lambda _: None)
        lives.close()
        return as_relived(lives), as_kept(db)


def test_the_same_settings_give_the_same_moments_and_decisions_to_the_last_bit(lived: Path) -> None:
    again, kept = relive(lived)
    assert again == kept
    assert len(kept) >= 10
    assert {"ok", "snoozed", "conversation", "cooldown"} <= {row[12] for row in kept}


def test_what_arrived_is_read_back_as_it_arrived(simulated: SimulatedDay, tmp_path: Path) -> None:
    path = tmp_path / "unhurry.db"
    migrate(path)
    stretch = Stretch(0, HOUR_MS, pauses=((900_300, 1_300_700),))
    record(Wearing(simulated, (stretch,)), path, SPEAKING)
    heard = as_heard(simulated, stretch)
    with open_database(path, read_only=True) as db:
        (recording,) = lived_recordings(db, 0, 1 << 60)
        blocks = list(arrivals_of(db, recording, block_ms=700_000))
    assert len(blocks) == 6
    found = [rows_of(block) for block in blocks]
    assert sorted(row for rows in found for row in rows) == sorted(rows_of(heard))
    assert all(rows[0][0] >= 700_000 * n and rows[-1][0] < 700_000 * (n + 1) for n, rows in enumerate(found))


def rows_of(arrivals: Arrivals) -> list[tuple[int, int, float]]:
    return list(
        zip(arrivals.arrival_ms.tolist(), arrivals.kind.tolist(), arrivals.value.tolist(), strict=True)
    )


def test_ticks_that_came_late_move_a_confirmation_by_so_much_and_change_nothing_else(
    simulated: SimulatedDay, tmp_path: Path
) -> None:
    path = tmp_path / "unhurry.db"
    migrate(path)
    record(Wearing(simulated, (Stretch(2 * HOUR_MS, 6 * HOUR_MS, jitter_ms=9),)), path, SPEAKING)
    again, kept = relive(path)
    assert len(kept) >= 2
    for now, then in zip(again, kept, strict=True):
        assert 0 <= round(1000 * (then[3] - now[3])) <= 9
        assert (*now[:3], *now[4:10], *now[11:13]) == (*then[:3], *then[4:10], *then[11:13])


def test_a_service_that_was_killed_is_lived_again_like_any_other(
    simulated: SimulatedDay, tmp_path: Path
) -> None:
    path = tmp_path / "unhurry.db"
    migrate(path)
    record(Wearing(simulated, (Stretch(HOUR_MS, 5 * HOUR_MS),)), path, SPEAKING)
    with open_database(path) as db, db.immediate():
        # As a kill leaves it: the last minute, the end and the last values of a moment were never written.
        last_s = db.value("SELECT max(start_s) FROM minutes")
        db.execute("DELETE FROM minutes WHERE start_s >= ?", (last_s,))
        db.execute("UPDATE recordings SET end_ms = NULL, cause = NULL")
    record(Wearing(simulated, (Stretch(5 * HOUR_MS + 200_000, 9 * HOUR_MS),)), path, SPEAKING)
    with open_database(path, read_only=True) as db:
        assert db.rows("SELECT cause FROM recordings ORDER BY id") == [("interrupted",), ("ended",)]
    again, kept = relive(path)
    assert again == kept
    assert {row[0] for row in kept} == {1, 2}


def test_stricter_settings_bring_less_and_say_what_and_when(lived: Path) -> None:
    strict = NOW.changed({"on_score": "9", "budget_per_day": "2"})
    found = asked(lived, strict)
    assert [day.date.isoformat() for day in found.days] == ["2026-03-12", "2026-03-13"]
    assert all(day.events_after < day.events_before for day in found.days)
    assert all(day.offers_after <= 2 for day in found.days)
    lost = found.count(event_lost)
    assert found.total(lambda d: d.events_before) - lost == found.total(lambda d: d.events_after)
    assert found.count(event_gained) == 0
    offers = found.total(lambda d: d.offers_before) - found.total(lambda d: d.offers_after)
    assert found.count(offer_lost) - found.count(offer_gained) == offers > 0
    assert found.recorded.days_differing == 0
    gone = [each for each in found.differences if event_lost(each)]
    assert all(each.kept is not None and each.before is not None for each in gone)
    assert sum(day.worn_s for day in found.days) > 15 * 3600


def test_settings_of_the_offers_alone_leave_the_moments_as_they_are(lived: Path) -> None:
    found = asked(lived, NOW.changed({"prompts.quiet_from": "07:00", "quiet_to": "23:59"}))
    assert found.total(lambda d: d.offers_after) == 0
    assert found.total(lambda d: d.events_after) == found.total(lambda d: d.events_before) > 0
    assert {each.after.reason for each in found.differences if each.after} == {Reason.QUIET_HOURS}


def test_the_same_settings_change_nothing(lived: Path) -> None:
    found = asked(lived, NOW)
    assert found.differences == ()
    assert "nothing would have been different" in sentence_of(found)


def test_what_the_wearer_said_of_a_moment_comes_with_it(lived: Path, tmp_path: Path) -> None:
    path = tmp_path / "unhurry.db"
    shutil.copy(lived, path)
    with open_database(path) as db:
        describe_event(db, 2, label="tense", note=None)
    found = asked(path, NOW.changed({"on_score": "20"}))
    assert [each.kept.label for each in found.differences if each.kept and each.kept.event_id == 2] == [
        "tense"
    ]


def test_days_that_were_judged_otherwise_are_counted(lived: Path, tmp_path: Path) -> None:
    path = tmp_path / "unhurry.db"
    shutil.copy(lived, path)
    with open_database(path) as db, db.immediate():
        db.execute("DELETE FROM events WHERE id = 1")
    found = asked(path, NOW)
    assert found.recorded.days_differing == 1
    assert "One of these days was judged differently" in str(recorded_sentence(found))


def test_a_lot_that_held_an_offer_back_falls_as_it_fell(lived: Path, tmp_path: Path) -> None:
    path = tmp_path / "unhurry.db"
    shutil.copy(lived, path)
    with open_database(path) as db, db.immediate():
        first = db.value("SELECT min(id) FROM decisions WHERE kind = 'prompt'")
        db.execute("DELETE FROM answers")
        db.execute("DELETE FROM prompts WHERE decision = ?", (first,))
        db.execute(
            "UPDATE decisions SET kind = 'held', reason = ? WHERE id = ?", (Reason.WITHHELD_RANDOM, first)
        )
    again, _ = relive(path)
    assert [row[12] for row in again].count("withheld_random") == 1


def test_one_day_can_be_asked_about_with_all_that_led_to_it(lived: Path) -> None:
    second = date(2026, 3, 13)
    with open_database(lived, read_only=True) as db:
        found = what_if(db, NOW, NOW, WhichDays(1), lambda _: None)
        named = what_if(db, NOW, NOW, WhichDays(14, second, second), lambda _: None)
    assert [day.date for day in found.days] == [second]
    assert found == named
    # Its rest, its budget and its last offer come from the day before, which is not lived again.
    assert found.recorded.days_differing == 0
    assert found.recorded.events == found.total(lambda d: d.events_before) > 0


def test_moments_belong_to_the_date_of_the_place_they_were_lived_in(
    simulated: SimulatedDay, tmp_path: Path
) -> None:
    """An evening that goes on after midnight, then a place (or a summer) one hour further east."""
    path = tmp_path / "unhurry.db"
    migrate(path)
    summer = Stretch(
        2 * HOUR_MS, 3 * HOUR_MS, day=2, offset_s=2 * 3600, later_ms=14 * HOUR_MS + 50 * MINUTE_MS
    )
    evening = Stretch(2 * HOUR_MS, 4 * HOUR_MS + 30 * MINUTE_MS, later_ms=13 * HOUR_MS)
    record(Wearing(simulated, (evening, summer)), path, SPEAKING)
    found = asked(path, NOW)
    assert [(day.date.isoformat(), round(day.worn_s / 360) / 10) for day in found.days] == [
        ("2026-03-12", 2.0),
        ("2026-03-13", 0.5),
        ("2026-03-14", 0.2),
        ("2026-03-15", 0.8),
    ]
    with open_database(path, read_only=True) as db:
        kept = db.rows("SELECT substr(iso, 1, 10) FROM v_decisions ORDER BY decision")
    assert Counter(day for (day,) in kept) == Counter(
        {day.date.isoformat(): day.events_before for day in found.days if day.events_before}
    )


def test_days_nobody_wore_the_strap_are_said_to_be_none(tmp_path: Path) -> None:
    path = tmp_path / "unhurry.db"
    migrate(path)
    with pytest.raises(InputError, match="no day with a heartbeat"):
        asked(path, NOW)


def test_a_replay_of_somebody_else_is_no_day_of_the_wearer(lived: Path, tmp_path: Path) -> None:
    path = tmp_path / "unhurry.db"
    shutil.copy(lived, path)
    with open_database(path) as db, db.immediate():
        db.execute("UPDATE recordings SET source = 'replay' WHERE wall_ms > ?", (at(24),))
    assert [day.date.isoformat() for day in asked(path, NOW).days] == ["2026-03-12"]


def test_a_long_recording_is_read_in_pieces(tmp_path: Path) -> None:
    path = tmp_path / "unhurry.db"
    migrate(path)
    days = 20
    with open_database(path) as db:
        writer = Writer(db)
        recording = writer.open_recording(NewRecording("ble", "strap", Anchor(SEVEN_MS, OFFSET_S)))
        with db.immediate():
            db.execute(
                """INSERT INTO beats WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT ?)
                SELECT ?, i * 10000, 1024, 0, 40 FROM n""",
                (days * 8640, recording),
            )
        writer.end_recording(recording, days * 24 * HOUR_MS + 40, "stopped")
        (lived,) = lived_recordings(db, 0, 1 << 60)
        most = beats = 0
        last_ms = -1
        for block in arrivals_of(db, lived):
            assert block.arrival_ms[0] > last_ms
            last_ms = int(block.arrival_ms[-1])
            most = max(most, len(block))
            beats += int((block.kind == Kind.BEAT).sum())
    assert beats == days * 8640
    assert most <= BLOCK_MS // 1000 + BLOCK_MS // 10_000 + 1


def test_what_days_before_said_is_kept_no_longer_than_it_is_asked_for(lived: Path) -> None:
    with open_database(lived, read_only=True) as db, scratch_database() as scratch:
        recordings = lived_recordings(db, at(24), 1 << 60)
        remember(scratch, db, recordings)
        remembered = scratch.value("SELECT count(*) FROM minutes")
        assert remembered > 100
        begins_ms = recordings[0].anchor.wall_ms
        kept, then = rest_before(db, begins_ms), rest_before(scratch, begins_ms)
        assert kept.known_s == then.known_s > 0
        assert kept.hr_bpm.tolist() == then.hr_bpm.tolist()
        forget_before(scratch, begins_ms + 30 * 24 * HOUR_MS)
        assert scratch.value("SELECT count(*) FROM minutes") == 0


def test_a_question_that_is_given_up_leaves_no_process_and_no_answer(lived: Path, tmp_path: Path) -> None:
    path = tmp_path / "unhurry.db"
    shutil.copy(lived, path)
    answerer = Answerer(SPEAKING.prompts, Parameters())
    with open_database(path) as db:
        asked_id = question_of(db, on_score="3")
        look = answerer.study(db)
        look()
        assert [child.name for child in multiprocessing.active_children()] == ["what if"]
        answerer.close()
        assert multiprocessing.active_children() == []
        found = open_question(db)
        assert found is not None
        assert (found.id, found.state) == (asked_id, AnswerState.WORKING)


def test_an_answer_that_meets_a_locked_file_is_kept_when_it_is_free(lived: Path, tmp_path: Path) -> None:
    path = tmp_path / "unhurry.db"
    shutil.copy(lived, path)
    answerer = Answerer(SPEAKING.prompts, Parameters())
    with open_database(path) as db, open_database(path) as another:
        db.execute("PRAGMA busy_timeout = 20")
        asked_id = question_of(db, on_score="3")
        look = answerer.study(db)
        look()
        until(lambda: not multiprocessing.active_children(), "the question was not worked out")
        with another.immediate(), pytest.raises(DatabaseError, match="locked"):
            look()
        look()
        assert answered(db, asked_id) is AnswerState.DONE
        answerer.close()


def test_a_process_told_to_end_with_the_service_leaves_its_question_to_the_next(
    lived: Path, tmp_path: Path
) -> None:
    path = tmp_path / "unhurry.db"
    shutil.copy(lived, path)
    answerer = Answerer(SPEAKING.prompts, Parameters())
    with open_database(path) as db:
        asked_id = question_of(db, on_score="3")
        look = answerer.study(db)
        look()
        for child in multiprocessing.active_children():
            child.terminate()
            child.join()
        look()
        answerer.close()
        found = open_question(db)
        assert found is not None
        assert (found.id, found.state) == (asked_id, AnswerState.WORKING)


def test_settings_that_are_not_understood_are_answered_in_words(lived: Path, tmp_path: Path) -> None:
    path = tmp_path / "unhurry.db"
    shutil.copy(lived, path)
    with open_database(path) as db:
        asked_id = question_of(db, on_score="high")
        Answerer(SPEAKING.prompts, Parameters()).study(db)()
        found = question(db, asked_id)
        assert found is not None
        assert found.state is AnswerState.FAILED
        assert "no value for 'on_score'" in found.content["sentence"]


def test_a_running_service_answers_a_question_while_it_records(tmp_path: Path) -> None:
    path = tmp_path / "unhurry.db"
    command = [*MAIN, "run", "--source", "demo", "--speed", "1", "--no-api", "--db", str(path)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        try:
            until(lambda: path.exists() and worn(path), "the morning was not recorded")
            with open_database(path) as db:
                asked_id = question_of(db, sustain_s="600", on_low_confidence="true")
                until(lambda: answered(db, asked_id) is AnswerState.DONE, "the question was not answered")
                found = question(db, asked_id)
                assert found is not None
                total = found.content["result"]["total"]
                assert total["days"] == 1
                assert total["events_after"] < total["events_before"]
                assert found.content["settings"][0]["after"] == "600"
        finally:
            running.terminate()
            running.wait(30)
    assert running.returncode == 0


def test_the_command_prints_the_same_for_people_and_programs(lived: Path, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text("[prompts]\non_low_confidence = true\nbudget_per_day = 4\n")
    base = ["what-if", "--db", str(lived), "--config", str(config), "--set", "on_score=9", "--days", "1"]
    plain = subprocess.run([*MAIN, *base], capture_output=True, text=True, check=True)
    told = CliRunner().invoke(unhurry, [*base, "--json"])
    content = json.loads(told.stdout)
    assert content["sentence"].split(",")[0] in plain.stdout
    assert "no longer noticed" in plain.stdout
    assert "on_score = 9" in plain.stdout
    assert plain.stderr == told.stderr == ""
    assert content["result"]["total"]["events_lost"] > 0


@pytest.mark.parametrize(
    ("arguments", "said", "code"),
    [
        ((), "nothing to try", 2),
        (("--set", "nope=1"), "'nope'", 2),
        (("--set", "on_score"), "no value given", 2),
        (("--set", "budget_per_day=many"), "'budget_per_day'", 2),
        (("--set", "on_score=3", "--from", "2026-05-01", "--to", "2026-04-01"), "lies before", 2),
        (("--set", "on_score=3", "--from", "yesterday"), "is no day", 2),
        (("--set", "on_score=3", "--from", "2027-01-01"), "no day with a heartbeat", 1),
        (("--set", "on_score=3", "--db", "missing.db"), "there is no database yet", 1),
    ],
)
def test_bad_input_is_one_clear_line(lived: Path, arguments: tuple[str, ...], said: str, code: int) -> None:
    done = CliRunner().invoke(unhurry, ["what-if", "--db", str(lived), *arguments])
    # What is raised here, `main` prints as one line.
    line = str(done.exception) if isinstance(done.exception, UnhurryError) else done.output.splitlines()[-1]
    assert said in line
    assert (done.exception.exit_code if isinstance(done.exception, UnhurryError) else done.exit_code) == code


MAIN = (sys.executable, "-m", "unhurry.command")


def asked(path: Path, tried: Tried) -> Comparison:
    with open_database(path, read_only=True) as db:
        return what_if(db, NOW, tried, WhichDays(), lambda _: None)


def question_of(db: Database, **settings: str) -> int:
    arguments = {"settings": settings, "days": 14}
    return add_intent(db, IntentKind.WHAT_IF, arguments, Moment(at(0), OFFSET_S))


def answered(db: Database, asked_id: int) -> AnswerState | None:
    found = question(db, asked_id)
    return None if found is None else found.state


def worn(path: Path) -> bool:
    try:
        with open_database(path, read_only=True) as db:
            return bool(db.value("SELECT count(*) FROM minutes") > 200)
    except DatabaseError:
        return False


def until(holds: Callable[[], bool], otherwise: str) -> None:
    for _ in range(600):
        if holds():
            return
        time.sleep(0.1)
    pytest.fail(otherwise)
