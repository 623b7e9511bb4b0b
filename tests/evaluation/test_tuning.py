"""Choosing a setting: the arithmetic of benchmarks/tuning.py on counts whose answer is known."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
TARGETS = {"at rest": 0.1}
ORDINARY = frozenset({"days"})


@pytest.fixture
def tuning(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(BENCHMARKS)
    return importlib.import_module("tuning")


@pytest.fixture
def objective(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(BENCHMARKS)
    return importlib.import_module("objective")


def speech(objective: Any, person: str, told: float) -> Any:
    return objective.Counts("speech", person, 1, 1, told, told, {}, {})


def day(objective: Any, person: str, alarms: float) -> Any:
    return objective.Counts("days", person, 0, 0, 0.0, 0.0, {"at rest": 10.0}, {"at rest": alarms})


def test_worth_is_what_was_noticed_less_what_was_false_beyond_the_target(objective: Any) -> None:
    people = [
        speech(objective, "a", 1),
        speech(objective, "b", 0),
        day(objective, "c", 3),
        day(objective, "d", 0),
    ]
    figures = objective.figures_of(people, ORDINARY)
    assert (figures.told, figures.covered) == ({"speech": 0.5}, {"speech": 0.5})
    assert figures.alarms_per_hour == {"at rest": pytest.approx(0.15)}
    # Half over the target: half of the penalty for twice the alarms.
    assert objective.worth(figures, TARGETS) == pytest.approx(0.5 + 0.5 - objective.PENALTY / 2)
    quiet = objective.figures_of([*people[:2], day(objective, "c", 0)], ORDINARY)
    allowed = objective.figures_of([*people[:2], day(objective, "c", 1)], ORDINARY)
    assert objective.worth(quiet, TARGETS) == objective.worth(allowed, TARGETS)


def test_nobody_has_a_say_in_the_setting_they_are_judged_by(
    objective: Any, tuning: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """One setting notices a alone, the other b alone: without a the one for b is chosen, which a is judged by."""
    lives = [day(objective, "d", 0)]
    for_a = [*(speech(objective, name, told) for name, told in (("a", 1), ("b", 0), ("c", 0))), *lives]
    for_b = [*(speech(objective, name, told) for name, told in (("a", 0), ("b", 1), ("c", 0))), *lives]
    table = [for_a, for_b]
    assert tuning.chosen(table, ORDINARY, TARGETS, without=None) == 0  # as good as the other, and first
    assert tuning.chosen(table, ORDINARY, TARGETS, without=("speech", "a")) == 1
    assert tuning.chosen(table, ORDINARY, TARGETS, without=("speech", "b")) == 0

    settings = [tuning.Setting("first", None), tuning.Setting("second", None)]
    tuning.report(settings, table, TARGETS)
    said = capsys.readouterr().out
    (in_sample,) = (line for line in said.splitlines() if line.startswith("chosen on all"))
    (held_out,) = (line for line in said.splitlines() if line.startswith("on the one left out"))
    # Chosen on all, one of three is told; but whoever is told only was because they had chosen.
    assert "0.33 / 0.33" in in_sample
    assert "0.00 / 0.00" in held_out
    assert "3 x first" in said
    assert "1 x second" in said


def test_a_grid_is_every_combination_and_no_more_than_can_be_told_apart(tuning: Any) -> None:
    settings = tuning.grid(["on_score=1.5,2", "sustain_s=30,60"])
    assert [each.words for each in settings][:2] == [
        "on_score 1.5, sustain_s 30",
        "on_score 1.5, sustain_s 60",
    ]
    assert [(each.parameters.on_score, each.parameters.sustain_s) for each in settings] == [
        (1.5, 30), (1.5, 60), (2.0, 30), (2.0, 60),
    ]  # fmt: skip
    assert len(tuning.grid([])) == 1
    with pytest.raises(SystemExit, match="too many"):
        tuning.grid([f"on_score={','.join(map(str, range(100)))}"])
