"""A practice that was worse twice is put away until the wearer brings it back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unhurry.store import (
    Anchor,
    Answer,
    Batch,
    Database,
    Decided,
    DecisionKind,
    IntentKind,
    Moment,
    NewDecision,
    NewPrompt,
    NewRecording,
    Reason,
    Writer,
)
from unhurry.store.intents import add_intent
from unhurry.store.practices import Report, put_away, retired_practices
from unhurry.store.prompts import Given, answer_prompt

START_MS = 1_773_295_200_000


def moment(minute: int) -> Moment:
    return Moment(START_MS + minute * 60_000, 3600)


@pytest.fixture
def offers(writer: Writer) -> tuple[int, ...]:
    """Four offers of slow breathing."""
    recording = writer.open_recording(NewRecording("ble", "Polar H10", Anchor(START_MS, 3600)))
    decided = tuple(
        Decided(
            NewDecision(60.0 * n, None, DecisionKind.PROMPT, Reason.OK),
            NewPrompt(START_MS + n * 60_000, START_MS + (n + 15) * 60_000, "four_six"),
        )
        for n in range(1, 5)
    )
    written = writer.write_batch(Batch(recording, decisions=decided))
    return tuple(prompt for prompt in written.prompts if prompt is not None)


def felt(database: Database, prompt: int, how: str, minute: int) -> None:
    answer_prompt(database, prompt, Given(Answer.START), moment(minute))
    answer_prompt(database, prompt, Given(Answer.DONE, felt=how), moment(minute + 1))


def run(database: Database, practice: str, how: str | None, minute: int, prompt: int | None = None) -> None:
    with database.immediate() as db:
        db.execute(
            """INSERT INTO practice_runs
                (practice, prompt, started_wall_ms, ended_wall_ms, utc_offset_s, felt, numbers)
            VALUES (?, ?, ?, ?, 3600, ?, '{}')""",
            (practice, prompt, moment(minute).wall_ms, moment(minute + 1).wall_ms, how),
        )


def test_twice_worse_puts_it_away_and_once_does_not(database: Database, offers: tuple[int, ...]) -> None:
    felt(database, offers[0], "worse", 20)
    felt(database, offers[1], "better", 30)
    assert retired_practices(database) == frozenset()
    felt(database, offers[2], "worse", 40)
    assert retired_practices(database) == {"four_six"}


def test_an_answer_that_is_said_twice_counts_once(database: Database, offers: tuple[int, ...]) -> None:
    felt(database, offers[0], "worse", 20)
    answer_prompt(database, offers[0], Given(Answer.DONE, felt="worse"), moment(22))
    assert retired_practices(database) == frozenset()


def test_bringing_it_back_starts_the_count_anew(database: Database, offers: tuple[int, ...]) -> None:
    felt(database, offers[0], "worse", 20)
    felt(database, offers[1], "worse", 30)
    add_intent(database, IntentKind.ENABLE_PRACTICE, {"practice": "four_six"}, moment(50))
    assert retired_practices(database) == frozenset()
    felt(database, offers[2], "worse", 60)
    assert retired_practices(database) == frozenset()
    felt(database, offers[3], "worse", 70)
    assert retired_practices(database) == {"four_six"}


def test_a_practice_that_was_chosen_counts_too(database: Database) -> None:
    run(database, "box", "worse", 10)
    run(database, "box", None, 15)
    run(database, "box", "worse", 20)
    run(database, "sigh", "worse", 30)
    assert retired_practices(database) == {"box"}


def test_what_was_really_practised_bears_the_blame(database: Database, offers: tuple[int, ...]) -> None:
    for n, prompt in enumerate(offers[:2]):
        run(database, "orienting", "worse", 20 + n, prompt)
        felt(database, prompt, "worse", 22 + n)
    assert retired_practices(database) == {"orienting"}


@given(st.lists(st.tuples(st.sampled_from(["a", "b"]), st.booleans()), max_size=12))
def test_only_what_came_after_the_last_wish_counts(story: list[tuple[str, bool]]) -> None:
    reports = [Report(practice, n, worse) for n, (practice, worse) in enumerate(story)]
    for practice in ("a", "b"):
        mine = [worse for name, worse in story if name == practice]
        since = mine[len(mine) - mine[::-1].index(False) :] if False in mine else mine
        assert (practice in put_away(reports)) is (len(since) >= 2)
