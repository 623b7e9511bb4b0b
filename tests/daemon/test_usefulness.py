"""What the labels say: counted rightly, doubted rightly, and never more suggested than they carry."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import binomtest

from unhurry.config import Settings
from unhurry.config.settings import DetectionSettings, PromptSettings
from unhurry.config.trying import triable
from unhurry.daemon.insights.keeping import usefulness_study
from unhurry.daemon.insights.share import Share
from unhurry.daemon.insights.suggestion import InForce, SuggestionKind
from unhurry.daemon.insights.usefulness import Usefulness, usefulness
from unhurry.daemon.insights.worker import Insights, Look
from unhurry.signal import Parameters
from unhurry.signal.records import ArousalEvent, Confidence, Ending, Minute, State
from unhurry.store import (
    Anchor,
    Batch,
    Database,
    Decided,
    DecisionKind,
    NewDecision,
    NewPrompt,
    NewRecording,
    Reason,
    Writer,
    migrate,
    open_database,
)
from unhurry.store.events import describe_event
from unhurry.store.findings import FindingKind, latest_finding
from unhurry.store.labels import Label, LabelledMoment, hours_worn, in_force_since, labelled_moments

DETECTION: dict[str, Any] = {"age": None, "parameters": {}}
IN_FORCE = InForce(Parameters(), on_low_confidence=False, detection=DETECTION)
SCORE = Parameters().on_score
NOW_MS = time.time_ns() // 1_000_000
DAY_MS = 86_400_000


def moment(label: Label | None, *, score: float = 3.0, prompted: bool = False) -> LabelledMoment:
    return LabelledMoment(1, label, prompted, score, 240.0, motion_known=True, detection=DETECTION)


def moments(*runs: tuple[int, Label | None, Sequence[float]]) -> list[LabelledMoment]:
    """So many of a label, their scores taken from the list in turn."""
    return [
        moment(label, score=scores[n % len(scores)]) for count, label, scores in runs for n in range(count)
    ]


def look(
    labelled: Sequence[LabelledMoment], in_force: InForce = IN_FORCE, *, hours: float = 100
) -> Usefulness:
    return usefulness(labelled, in_force, hours_worn=hours)


@pytest.mark.parametrize(("count", "of"), [(7, 19), (0, 8), (8, 8), (1, 3), (60, 200)])
def test_the_interval_is_wilsons(count: int, of: int) -> None:
    known = binomtest(count, of).proportion_ci(method="wilson")
    assert (Share(count, of).low, Share(count, of).high) == pytest.approx((known.low, known.high), abs=1e-6)


def test_of_nothing_nothing_is_known() -> None:
    assert (Share(0, 0).low, Share(0, 0).high) == (0.0, 1.0)
    with pytest.raises(ValueError, match="3 of 2"):
        Share(3, 2)


def test_seven_of_nineteen_were_useful_whatever_else_was_labelled() -> None:
    found = look(
        moments(
            (7, Label.TENSE, [3.0]),
            (4, Label.MOVED, [3.0]),
            (3, Label.TALKED, [3.0]),
            (2, Label.COFFEE, [3.0]),
            (3, Label.WRONG, [3.0]),
            (5, Label.EXCITED, [3.0]),
            (6, Label.UNKNOWN, [3.0]),
            (9, None, [3.0]),
        )
    )
    assert (found.every.count, found.every.of) == (7, 19)
    assert {each.label: each.every for each in found.labels}[Label.EXCITED] == 5
    assert found.unlabelled == 9
    assert found.enough


def test_below_eight_labels_it_is_too_early_to_say() -> None:
    found = look(moments((7, Label.WRONG, [1.8]), (30, Label.EXCITED, [3.0])))
    assert not found.enough
    assert found.suggestion is None
    assert look(moments((8, Label.WRONG, [1.8]))).enough


def test_offers_are_counted_apart() -> None:
    told = [
        replace(each, prompted=True) for each in moments((3, Label.TENSE, [3.0]), (1, Label.WRONG, [3.0]))
    ]
    found = look([*told, *moments((5, Label.WRONG, [3.0]))])
    assert (found.prompted.count, found.prompted.of) == (3, 4)
    assert (found.every.count, found.every.of) == (3, 9)
    assert next(each for each in found.labels if each.label is Label.WRONG).prompted == 1


def test_labels_given_under_other_detection_settings_say_nothing_of_these() -> None:
    other = {"age": None, "parameters": {"on_score": 1.2}}
    before = [replace(each, detection=other) for each in moments((9, Label.WRONG, [1.8]), (4, None, [1.8]))]
    unknown = [replace(each, detection=None) for each in moments((2, Label.TENSE, [3.0]))]
    found = look([*before, *unknown, *moments((6, Label.TENSE, [3.0]))])
    assert (found.every.count, found.every.of) == (8, 8)
    assert (found.other_settings, found.unlabelled) == (9, 0)


def test_faint_wrong_guesses_suggest_a_clearer_rise_and_say_what_it_would_have_left_out() -> None:
    found = look(
        moments(
            (7, Label.TENSE, [2.6, 3.4, 4.1]),
            (7, Label.WRONG, [1.8, 1.9, 2.0]),
            (2, Label.COFFEE, [3.5, 2.8]),
        )
    ).suggestion
    assert found is not None
    assert found.kind is SuggestionKind.LESS_READY
    assert found.change is not None
    assert found.change.name == "on_score"
    assert found.change.present == SCORE
    assert 2.0 < found.change.proposed <= 2.1, "the least change that does it"
    assert found.spared == Share(7, 9)
    assert found.lost == Share(0, 7)


def test_short_wrong_guesses_suggest_waiting_longer_and_one_without_an_end_is_never_short() -> None:
    wrong = [replace(each, lasted_s=70.0) for each in moments((8, Label.WRONG, [3.0]))]
    endless = [replace(each, lasted_s=None) for each in moments((1, Label.WRONG, [3.0]))]
    found = look([*wrong, *endless, *moments((8, Label.TENSE, [3.0]))]).suggestion
    assert found is not None
    assert found.change is not None
    assert found.change.name == "sustain_s"
    assert found.change.proposed == 80
    assert (found.spared, found.lost) == (Share(8, 9), Share(0, 8))


def test_at_least_nine_of_ten_useful_moments_stay() -> None:
    faint = moments((30, Label.WRONG, [1.8, 1.9, 2.0, 2.1]), (17, Label.TENSE, [3.0]))
    one_lost = look([*faint, *moments((3, Label.TENSE, [3.0])), *moments((1, Label.TENSE, [1.8]))]).suggestion
    assert one_lost is not None
    assert one_lost.lost == Share(1, 21)
    three_lost = look([*faint, *moments((3, Label.TENSE, [1.75]))]).suggestion
    assert three_lost is None, "each higher line would lose 3 of 20"


def test_chance_is_not_taken_for_a_finding() -> None:
    chance = np.random.default_rng(7)
    suggested = 0
    for _ in range(200):
        labels = chance.permutation([Label.TENSE] * 14 + [Label.WRONG] * 16)
        scores = SCORE + chance.exponential(1.0, 30)
        noise = [
            moment(Label(label), score=float(score)) for label, score in zip(labels, scores, strict=True)
        ]
        suggested += look(noise).suggestion is not None
    assert suggested <= 18, "one in twenty of two hundred, give or take"


def test_the_same_labels_always_give_the_same_answer() -> None:
    labelled = moments((7, Label.TENSE, [1.9, 3.4]), (9, Label.WRONG, [1.8, 1.9, 2.4]))
    assert look(labelled) == look(labelled)


def test_movement_that_was_not_known_asks_for_a_strap_that_tells_it_before_any_line() -> None:
    def untold(runs: list[LabelledMoment]) -> list[LabelledMoment]:
        return [replace(each, motion_known=False) for each in runs]

    labelled = untold(moments((7, Label.TENSE, [4.0]), (7, Label.MOVED, [2.1]), (1, Label.WRONG, [2.1])))
    found = look(labelled).suggestion
    assert found is not None
    assert (found.kind, found.change) == (SuggestionKind.TELL_MOVEMENT, None)
    assert found.cause == Share(7, 8)
    asked_for = look(labelled, replace(IN_FORCE, on_low_confidence=True)).suggestion
    assert asked_for is not None
    assert asked_for.change is not None
    assert (asked_for.change.name, asked_for.change.proposed) == ("on_low_confidence", False)
    known = look(
        moments((7, Label.TENSE, [4.0]), (7, Label.MOVED, [3.9]), (1, Label.WRONG, [3.9]))
    ).suggestion
    assert known is not None, "with movement known it is a matter of the line"
    assert known.kind is SuggestionKind.LESS_READY


def test_a_strap_that_tells_no_movement_has_lines_of_its_own() -> None:
    runs = moments((8, Label.TENSE, [4.0]), (9, Label.WRONG, [2.1, 2.2]))
    found = look([replace(each, motion_known=False) for each in runs]).suggestion
    assert found is not None
    assert found.change is not None
    assert (found.change.name, found.change.present) == ("alone_on_score", Parameters().alone_on_score)


def test_talking_suggests_to_say_so_when_no_line_tells_it() -> None:
    found = look(
        moments((8, Label.TENSE, [3.0]), (8, Label.TALKED, [3.0]), (1, Label.WRONG, [3.0]))
    ).suggestion
    assert found is not None
    assert (found.kind, found.change) == (SuggestionKind.CONVERSATION, None)
    assert found.cause == Share(8, 9)


def test_rare_and_nearly_all_useful_suggests_a_lower_line_and_not_when_there_are_enough() -> None:
    rare = look(moments((12, Label.TENSE, [3.0])), hours=300).suggestion
    assert rare is not None
    assert rare.kind is SuggestionKind.MORE_READY
    assert rare.change is not None
    assert rare.change.proposed == pytest.approx(SCORE - 0.2)
    assert look(moments((12, Label.TENSE, [3.0])), hours=100).suggestion is None
    assert look(moments((8, Label.TENSE, [3.0])), hours=300).suggestion is None, "eight could be luck"


def test_a_line_is_never_raised_beyond_what_may_be_tried() -> None:
    strict = replace(IN_FORCE, parameters=Parameters(on_score=4.0))
    told_apart = moments((8, Label.TENSE, [9.0]), (12, Label.MOVED, [5.0]))
    found = usefulness(told_apart, strict, hours_worn=100).suggestion
    assert found is not None
    assert found.change is not None
    highest = triable(found.change.name)
    assert highest is not None
    assert highest.most is not None
    assert 5.0 < found.change.proposed <= highest.most
    at_the_top = replace(IN_FORCE, parameters=Parameters(on_score=6.0, sustain_s=600))
    assert usefulness(told_apart, at_the_top, hours_worn=100).suggestion is None


# --- kept beside the running loop ---


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    path = tmp_path / "unhurry.db"
    migrate(path)
    with open_database(path) as database:
        yield database


def lived(database: Database, settings: Settings, *, count: int, days_ago: float = 1.0) -> list[int]:
    """Write a recording with `count` moments, the even ones offered, and return their ids."""
    writer = Writer(database)
    start_ms = NOW_MS - round(days_ago * DAY_MS)
    writer.save_settings(settings.version, settings.as_json(), wall_ms=start_ms)
    recording = writer.open_recording(NewRecording("ble", "Polar H10 1234", Anchor(start_ms, 3600)))
    events = tuple(
        ArousalEvent(
            n, 600.0 * n, 600.0 * n + 50, 600.0 * n + 90, 600.0 * n + 200, 90.0, 60.0, 3.0, Confidence.HIGH,
            Ending.SETTLED,
        )
        for n in range(1, count + 1)
    )  # fmt: skip
    decisions = tuple(
        Decided(
            NewDecision(
                event.confirmed_s,
                event.number,
                DecisionKind.HELD if event.number % 2 else DecisionKind.PROMPT,
                Reason.BUDGET if event.number % 2 else Reason.OK,
            ),
            None if event.number % 2 else NewPrompt(start_ms, start_ms + 1000, "four_six"),
        )
        for event in events
    )
    minutes = tuple(
        Minute(
            60 * n,
            State.NO_LINK if n < 3 else State.CALM,
            60,
            60.0,
            40.0,
            61.0,
            3.0,
            0.1 if n < 20 else None,
            1.0,
        )
        for n in range(10 * count + 10)
    )
    written = writer.write_batch(Batch(recording, events=events, decisions=decisions, minutes=minutes))
    writer.end_recording(recording, 60_000 * (10 * count + 10), "stopped")
    return list(written.events)


def test_a_moment_is_read_with_what_a_setting_could_have_gone_by(database: Database) -> None:
    settings = Settings()
    ids = lived(database, settings, count=3)
    describe_event(database, ids[1], label="talked", note=None)
    first, second, third = labelled_moments(database, 0, NOW_MS)
    assert (first.event_id, first.label, first.prompted) == (ids[0], None, False)
    assert (second.label, second.prompted) == (Label.TALKED, True)
    assert (second.score_peak, second.lasted_s) == (3.0, 200.0)
    assert (first.motion_known, third.motion_known) == (True, False)
    assert first.detection == DETECTION
    assert hours_worn(database, 0, NOW_MS) == pytest.approx(37 / 60)


@pytest.fixture
def aside(database: Database) -> Iterator[Database]:
    """Yield a connection of its own, as the thread has."""
    with open_database(database.path) as aside:
        yield aside


def begun(aside: Database, settings: Settings) -> Look:
    return usefulness_study(settings, Parameters())(aside)


def kept(database: Database) -> dict[str, Any]:
    finding = latest_finding(database, FindingKind.USEFULNESS)
    assert finding is not None
    return finding.content


def test_a_label_is_counted_at_the_next_look_and_nothing_is_written_without_one(
    database: Database, aside: Database
) -> None:
    ids = lived(database, Settings(), count=10)
    keeper = begun(aside, Settings())
    assert keeper() is True
    assert (kept(database)["every"]["of"], kept(database)["unlabelled"]) == (0, 10)
    assert keeper() is False, "nothing has changed"
    for number, event_id in enumerate(ids[:9]):
        describe_event(database, event_id, label="tense" if number < 4 else "moved", note=None)
    assert keeper() is True
    assert (kept(database)["every"]["count"], kept(database)["every"]["of"]) == (4, 9)
    assert kept(database)["enough"] is True
    describe_event(database, ids[0], label="tense", note="a note is no label")
    assert keeper() is False
    assert database.value("SELECT count(*) FROM findings") == 1
    describe_event(database, ids[0], label=None, note=None)
    assert keeper() is True
    assert kept(database)["every"]["of"] == 8


def test_what_is_older_than_ninety_days_is_left_in_peace(database: Database, aside: Database) -> None:
    for event_id in lived(database, Settings(), count=9, days_ago=91):
        describe_event(database, event_id, label="wrong", note=None)
    for event_id in lived(database, Settings(), count=2, days_ago=89):
        describe_event(database, event_id, label="tense", note=None)
    begun(aside, Settings())()
    assert (kept(database)["every"]["count"], kept(database)["every"]["of"]) == (2, 2)


def test_a_change_of_the_detection_begins_anew_and_one_of_the_quiet_hours_does_not(
    database: Database, aside: Database
) -> None:
    for event_id in lived(database, Settings(), count=9):
        describe_event(database, event_id, label="wrong", note=None)
    begun(aside, Settings(prompts=PromptSettings(budget_per_day=5)))()
    assert kept(database)["every"]["of"] == 9
    begun(aside, Settings(detection=DetectionSettings(age=30)))()
    assert (kept(database)["every"]["of"], kept(database)["other_settings"]) == (0, 9)


def test_hours_under_other_settings_do_not_make_these_look_reserved(
    database: Database, aside: Database
) -> None:
    before = Settings(detection=DetectionSettings(age=30))
    for days_ago in range(60, 20, -1):
        lived(database, before, count=60, days_ago=days_ago)
    for event_id in lived(database, Settings(), count=12):
        describe_event(database, event_id, label="tense", note=None)
    begun(aside, Settings())()
    assert (kept(database)["every"]["count"], kept(database)["every"]["of"]) == (12, 12)
    assert kept(database)["suggestion"] is None, "twelve moments in two hours are not few"


def test_settings_are_in_force_since_the_last_sign_of_others(database: Database) -> None:
    now = Settings()
    lived(database, now, count=1, days_ago=5)
    assert in_force_since(database, DETECTION) == 0
    lived(database, Settings(detection=DetectionSettings(age=30)), count=1, days_ago=4)
    lived(database, now, count=1, days_ago=3)
    since_ms = in_force_since(database, DETECTION)
    assert NOW_MS - 4 * DAY_MS < since_ms < NOW_MS - 3 * DAY_MS


def test_the_thread_that_looks_back_on_the_days_keeps_it(database: Database) -> None:
    ids = lived(database, Settings(), count=2)
    insights = Insights(database.path, (usefulness_study(Settings(), Parameters()),), every_s=0.02)
    insights.start()
    describe_event(database, ids[0], label="tense", note=None)
    insights.stop()
    assert kept(database)["every"]["count"] == 1
