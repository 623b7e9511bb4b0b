"""The claim that speaking helps: right as often as it says, and silent until there is something to say."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from unhurry.daemon.insights.effect import Trial, estimate, randomisation_p
from unhurry.daemon.insights.effect_study import study_effect
from unhurry.daemon.insights.effect_words import effect_sentence
from unhurry.daemon.insights.learning import LEVEL, LOOKS, EffectVerdict, effect, trial_of
from unhurry.signal import ArousalEvent, Confidence, Ending
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
from unhurry.store.draws import (
    SILENT,
    Arm,
    DrawnMoment,
    NewDraw,
    OfferedMoment,
    drawn_moments,
    offered_moments,
)
from unhurry.store.findings import FindingKind, latest_finding
from unhurry.store.outcomes import KeptOutcome, keep_outcome

SD_BPM_MIN = 60.0


def wearer(seed: int, n: int, *, effect_sds: float = 0.0, p: float = 0.6) -> Trial:
    """A wearer whose moments hang together, drift, and grow with the rise."""
    rng = np.random.default_rng(seed)
    noise = rng.normal(size=n)
    for i in range(1, n):
        noise[i] = 0.5 * noise[i - 1] + np.sqrt(0.75) * noise[i]
    rise = rng.normal(20, 5, n)
    spoke = rng.random(n) < p
    area = 150 + SD_BPM_MIN * (noise + effect_sds * spoke) + 3 * (rise - 20) + np.linspace(-60, 60, n)
    return Trial(spoke, np.full(n, p), area, rise)


@pytest.mark.parametrize("n", [25, 63])
def test_under_no_effect_p_values_are_spread_evenly(n: int) -> None:
    found = np.array([randomisation_p(wearer(seed, n), draws=499, seed=seed) for seed in range(600)])
    for line in (0.05, 0.1, 0.25, 0.5, 0.9):
        share = np.mean(found <= line)
        assert abs(share - line) < 3.3 * np.sqrt(line * (1 - line) / 600), (line, share)


def test_half_a_standard_deviation_is_found_about_as_often_as_published() -> None:
    found = [randomisation_p(wearer(seed, 126, effect_sds=-0.5), draws=499, seed=seed) for seed in range(300)]
    # Normal theory says .785 at a chance of .6; 300 wearers are within .08 of it.
    assert np.mean(np.array(found) <= 0.05) == pytest.approx(0.785, abs=0.08)


def test_few_moments_are_counted_out_exactly() -> None:
    trial = wearer(3, 9, effect_sds=-3)
    known = np.column_stack((np.ones(9), trial.rise_bpm - trial.rise_bpm.mean(), np.linspace(-1, 1, 9)))
    residual = trial.area_bpm_min - known @ np.linalg.lstsq(known, trial.area_bpm_min, rcond=None)[0]
    weights = residual / (0.6 * 0.4)
    seen = abs((trial.spoke - 0.6) @ weights)
    expected = 0.0
    for lots in itertools.product((0, 1), repeat=9):
        array = np.array(lots)
        if abs((array - 0.6) @ weights) >= seen * (1 - 1e-9):
            expected += 0.6 ** array.sum() * 0.4 ** (9 - array.sum())
    assert randomisation_p(trial) == pytest.approx(expected)


@given(st.integers(4, 40), st.integers(0, 10_000))
@example(7, 2183).via("the chances of all lots added up to a rounding more than 1")
@settings(max_examples=40)
def test_a_p_value_is_a_probability_and_never_nought(n: int, seed: int) -> None:
    assert 0 < randomisation_p(wearer(seed, n, effect_sds=-5), draws=99) <= 1


def test_there_is_nothing_to_claim_from_next_to_nothing() -> None:
    assert randomisation_p(wearer(1, 3)) == 1.0
    assert estimate(wearer(1, 9)) is None
    spoke_always = wearer(1, 30)
    assert estimate(Trial(np.ones(30, np.bool_), *_columns(spoke_always))) is None


def _columns(trial: Trial) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return trial.probability, trial.area_bpm_min, trial.rise_bpm


def test_the_estimate_is_right_on_average_and_its_interval_as_often_as_it_says() -> None:
    found = [estimate(wearer(seed, 63, effect_sds=-0.5)) for seed in range(400)]
    known = [each for each in found if each is not None]
    truth = -0.5 * SD_BPM_MIN
    assert len(known) == 400
    assert np.mean([each.difference_bpm_min for each in known]) == pytest.approx(truth, abs=3)
    covered = np.mean([each.low_bpm_min <= truth <= each.high_bpm_min for each in known])
    assert covered == pytest.approx(0.95, abs=0.035)
    assert np.mean([each.spread_bpm_min for each in known]) == pytest.approx(SD_BPM_MIN, rel=0.1)


def test_chances_that_differ_from_moment_to_moment_are_weighed() -> None:
    differences = []
    for seed in range(300):
        rng = np.random.default_rng(seed)
        # Speaking is likelier where the area is larger anyway: a plain difference would say it harms.
        p = np.tile([0.2, 0.8], 240)
        spoke = rng.random(480) < p
        area = 100 + 100 * (p > 0.5) + rng.normal(0, 10, 480) - 20.0 * spoke
        found = estimate(Trial(spoke, p, area, np.full(480, 20.0)))
        assert found is not None
        differences.append(found.difference_bpm_min)
    assert np.mean(differences) == pytest.approx(-20, abs=1.5)


# --- what is said ---


def moments(trial: Trial, *, missing: int = 0) -> list[DrawnMoment]:
    known = [
        DrawnMoment(n, "four_six" if spoke else SILENT, p, rise, True, area, 120.0, 1800.0)
        for n, (spoke, p, area, rise) in enumerate(
            zip(
                trial.spoke.tolist(),
                trial.probability.tolist(),
                trial.area_bpm_min.tolist(),
                trial.rise_bpm.tolist(),
                strict=True,
            )
        )
    ]
    gone = [DrawnMoment(1000 + n, SILENT, 0.6, 20.0, True, None, None, 30.0) for n in range(missing)]
    return known[:10] + gone + known[10:]


def test_it_is_still_learning_until_it_is_not() -> None:
    found = effect(moments(wearer(1, 24, effect_sds=-3), missing=4), ())
    assert (found.verdict, found.n, found.next_look, found.looked_at) == (
        EffectVerdict.LEARNING,
        24,
        25,
        None,
    )
    assert (found.p_value, found.difference_bpm) == (None, None)
    assert found.waited.missing == 4
    assert effect_sentence(found) == "Still learning (24 of 25)."
    assert effect_sentence(effect((), ())) == "Still learning (0 of 25)."


def test_between_two_looks_nothing_new_is_said() -> None:
    trial = wearer(5, 62, effect_sds=-2)
    first, later = effect(moments(trial)[:25], ()), effect(moments(trial), ())
    assert (first.looked_at, later.looked_at, later.next_look) == (25, 25, 63)
    assert (first.p_value, first.difference_bpm) == (later.p_value, later.difference_bpm)


def test_a_clear_effect_is_said_with_its_size_and_its_direction() -> None:
    helps = effect(moments(wearer(5, 63, effect_sds=-1.5)), ())
    assert helps.verdict is EffectVerdict.HELPS
    assert helps.low_bpm < helps.difference_bpm < helps.high_bpm < 0  # type: ignore[operator]
    assert "lower" in effect_sentence(helps)
    hinders = effect(moments(wearer(5, 63, effect_sds=1.5)), ())
    assert hinders.verdict is EffectVerdict.HINDERS
    assert "higher" in effect_sentence(hinders)


def test_no_effect_is_open_at_first_and_no_different_from_waiting_at_last() -> None:
    early = effect(moments(wearer(8, 25)), ())
    assert early.verdict is EffectVerdict.OPEN
    assert "too few to rule one out" in effect_sentence(early)
    late = effect(moments(wearer(8, 140)), ())
    assert (late.verdict, late.looked_at, late.next_look) == (EffectVerdict.NO_DIFFERENT, 126, None)
    assert effect_sentence(late).startswith("No different from waiting, as far as 126 moments can tell: ")


@pytest.mark.parametrize("verdict", [EffectVerdict.OPEN, EffectVerdict.NO_DIFFERENT])
def test_what_is_on_one_side_but_not_beyond_chance_is_said_with_its_direction(verdict: EffectVerdict) -> None:
    quiet = effect(moments(wearer(8, 25)), ())
    said = effect_sentence(replace(quiet, verdict=verdict, difference_bpm=-2.0, low_bpm=-3.9, high_bpm=-0.1))
    assert "2.0 bpm lower over the next ten minutes (most likely 3.9 bpm lower to 0.1 bpm lower)" in said
    assert said.startswith(("No clear difference in 25", "Not clearly different from waiting"))


def test_wearers_whom_nothing_helps_are_seldom_told_otherwise_over_all_looks() -> None:
    told = 0
    for seed in range(400):
        every = moments(wearer(seed, LOOKS[-1]))
        told += any(randomisation_p(trial_of(every[:look]), draws=999) <= LEVEL for look in LOOKS)
    # Five of a hundred at most: of 400 wearers, 20 and what chance adds.
    assert told <= 20 + 2 * 4.4


@given(st.integers(0, 200), st.floats(-4, 4), st.integers(0, 1000))
@settings(max_examples=30, deadline=None)
def test_every_sentence_is_plain(n: int, effect_sds: float, seed: int) -> None:
    words = effect_sentence(effect(moments(wearer(seed, n, effect_sds=effect_sds))[:n], ()))
    assert words.endswith(".")
    assert "None" not in words
    assert "nan" not in words
    assert "!" not in words


def test_practices_are_told_apart_by_how_long_the_heart_took() -> None:
    offered = [OfferedMoment("four_six", 60.0 + n, 1800.0) for n in range(10)]
    offered += [OfferedMoment("orienting", None, 300.0)] * 3
    found = {each.practice: each.settling for each in effect((), offered).practices}
    assert (found["four_six"].n, found["four_six"].median_s) == (10, 64.0)
    assert (found["orienting"].n, found["orienting"].seen, found["orienting"].median_s) == (3, 0, None)


# --- from the file ---


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "unhurry.db"
    migrate(path)
    return path


def live_through(database: Database, source: str, draws: list[NewDraw | None]) -> None:
    writer = Writer(database)
    recording = writer.open_recording(NewRecording(source, "strap", Anchor(1_773_295_200_000, 3600)))
    first = int(database.value("SELECT coalesce(max(id), 0) + 1 FROM events"))
    for number, drawn in enumerate(draws, 1):
        start_s = 3600.0 * number
        event = ArousalEvent(
            number,
            start_s,
            start_s + 47,
            start_s + 90,
            start_s + 300,
            90.0,
            60.0,
            5.0,
            Confidence.HIGH,
            Ending.SETTLED,
        )
        silent = drawn is not None and drawn.silent
        decision = NewDecision(
            start_s + 47,
            number,
            DecisionKind.HELD if silent else DecisionKind.PROMPT,
            Reason.WITHHELD_RANDOM if silent else Reason.OK,
            {"rise_bpm": 20.0 + number},
        )
        prompt = None if silent else NewPrompt(0, 1, "four_six")
        writer.write_batch(Batch(recording, events=(event,), decisions=(Decided(decision, prompt, drawn),)))
        keep_outcome(database, first + number - 1, 0, KeptOutcome(100.0, 1800.0, 150.0, None))


def test_the_finding_is_kept_once_and_anew_when_there_is_news(path: Path) -> None:
    arms = (Arm(SILENT, 0.4), Arm("four_six", 0.6))
    with open_database(path) as database:
        look = study_effect(database)
        look()
        first = latest_finding(database, FindingKind.EFFECT)
        assert first is not None
        assert first.content["sentence"] == "Still learning (0 of 25)."
        live_through(database, "ble", [NewDraw(arms[0], arms), NewDraw(arms[1], arms), None])
        live_through(database, "replay", [NewDraw(arms[0], arms), None])
        look()
        second = latest_finding(database, FindingKind.EFFECT)
        assert second is not None
        assert (second.content["n"], second.content["spoke"]["n"], second.content["waited"]["n"]) == (2, 1, 1)
        assert [each["settling"]["n"] for each in second.content["practices"]] == [2]
        assert database.value("SELECT count(*) FROM findings") == 1
        look()
        study_effect(database)()
        assert latest_finding(database, FindingKind.EFFECT) == second, "nothing new, nothing written"
        drawn = drawn_moments(database)
        assert [(m.arm, m.speak_probability, m.rise_bpm, m.spoke) for m in drawn] == [
            (SILENT, 0.6, 21.0, False), ("four_six", 0.6, 22.0, True),
        ]  # fmt: skip
        assert len(trial_of(drawn)) == 2
        assert len(offered_moments(database)) == 2
