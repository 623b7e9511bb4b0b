"""Practices are files: ours, the wearer's, and broken ones."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from unhurry.config.content import GROUPS, load_practices

OURS = ("five_senses", "orienting", "three_breaths", "four_six", "five_five", "naming", "self_compassion")

WHOLE = """title = "Mine"
group = "breath"
minutes = 1
offer = "One minute?"

[[phases]]
kind = "in"
seconds = 3.5
"""


def folder(tmp_path: Path, **texts: str) -> Path:
    (tmp_path / "practices").mkdir()
    for name, text in texts.items():
        (tmp_path / "practices" / f"{name}.toml").write_text(text, encoding="utf-8")
    return tmp_path


def test_ours_are_whole() -> None:
    found = load_practices()
    assert found.problems == ()
    assert tuple(practice.name for practice in found.items) == OURS
    for practice in found.items:
        assert practice.group in GROUPS
        assert bool(practice.phases) != bool(practice.steps)
        assert all((practice.words, practice.caution, practice.source)), practice.name
        assert practice.offer.endswith("?")
        told = f"{practice.title}{practice.offer}{practice.words}{practice.caution}{practice.steps}"
        assert re.search(r"!|\b(should|fail|abnormal|great job|anxiety|just breathe)\b", told.lower()) is None


def test_breathing_stays_slow_and_holds_nothing() -> None:
    for practice in load_practices().items:
        if practice.phases:
            assert sum(phase.seconds for phase in practice.phases) == 10, "six breaths a minute"
            assert {phase.kind for phase in practice.phases} == {"in", "out"}
            assert "light-headed" in practice.caution


def test_a_folder_that_is_missing_is_no_problem(tmp_path: Path) -> None:
    assert load_practices(tmp_path / "none") == load_practices()


def test_a_file_of_the_wearers_replaces_ours_or_adds_one(tmp_path: Path) -> None:
    found = load_practices(folder(tmp_path, four_six=WHOLE, own=WHOLE.replace("Mine", "Own")))
    assert found.problems == ()
    assert len(found.items) == len(OURS) + 1
    mine, own = found.named("four_six"), found.named("own")
    assert mine is not None
    assert own is not None
    assert (mine.title, mine.phases[0].seconds, own.title) == ("Mine", 3.5, "Own")


def test_a_practice_can_be_put_away(tmp_path: Path) -> None:
    found = load_practices(folder(tmp_path, four_six=WHOLE + "\n", naming="enabled = false\n" + WHOLE))
    assert found.named("naming") is None
    assert found.problems == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('title = "x"\ngroup = \n', "line 2: Invalid value"),
        (WHOLE.replace('"breath"', '"lungs"'), "line 2: `group`"),
        (WHOLE.replace("3.5", "-1"), "line 8: `phases.0.seconds`"),
        (WHOLE.replace('kind = "in"', 'kind = "up"'), "line 7: `phases.0.kind`"),
        (WHOLE.replace("minutes", "minuts"), "`minut"),
        (WHOLE.replace('title = "Mine"\n', ""), ": `title`: Field required"),
        (WHOLE.split("[[", maxsplit=1)[0], "either [[phases]] or [[steps]]"),
        ("title = ", "line 1: Invalid value"),
    ],
)
def test_a_broken_file_is_named_with_its_line_and_the_others_stay(
    tmp_path: Path, text: str, said: str
) -> None:
    found = load_practices(folder(tmp_path, five_five=text))
    assert [practice.name for practice in found.items] == [name for name in OURS if name != "five_five"]
    (problem,) = found.problems
    assert problem.startswith(str(tmp_path / "practices" / "five_five.toml"))
    assert said in problem
    assert "\n" not in problem


def test_a_file_that_is_not_text_and_a_name_that_is_none_are_said(tmp_path: Path) -> None:
    place = folder(tmp_path, **{"My Practice": WHOLE})
    (place / "practices" / "bytes.toml").write_bytes(b"\xff\xfe")
    first, second = load_practices(place).problems
    assert "small letters" in first
    assert "cannot be read" in second
