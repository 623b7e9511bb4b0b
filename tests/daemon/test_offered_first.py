"""Which practice an offer comes with: slow breathing, or looking outward; a held breath never by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from unhurry.config import Exclusion, PracticeSettings
from unhurry.config.content import load_practices
from unhurry.daemon.prompting.offers import candidates

AS_THEY_COME = PracticeSettings()


def named(settings: PracticeSettings = AS_THEY_COME, *away: str) -> tuple[str, ...]:
    return candidates(load_practices(None, settings), settings, frozenset(away))


def test_slow_breathing_comes_first_and_looking_outward_second() -> None:
    assert named()[:3] == ("four_six", "orienting", "five_senses")


def test_everything_that_may_be_offered_comes_up_once_and_nothing_else() -> None:
    offered = {practice.name for practice in load_practices().items if practice.offered}
    assert len(named()) == len(set(named()))
    assert set(named()) == offered


def test_whom_the_breath_distresses_is_offered_to_look_around() -> None:
    settings = PracticeSettings(exclude=(Exclusion.PANIC_WITH_BREATH,))
    assert named(settings) == ("orienting", "five_senses")


def test_a_first_choice_of_the_wearers_own_comes_first_even_a_held_one() -> None:
    assert named(PracticeSettings(first_offer="orienting"))[:2] == ("orienting", "five_senses")
    assert named(PracticeSettings(first_offer="box"))[0] == "box"
    assert "box" not in named()


def test_a_first_choice_that_is_not_there_leaves_looking_outward() -> None:
    assert named(PracticeSettings(first_offer="no_such_thing"))[0] == "orienting"
    settings = PracticeSettings(first_offer="box", exclude=(Exclusion.PREGNANCY,))
    assert "box" not in named(settings)


def test_what_was_worse_twice_is_not_offered() -> None:
    assert named(AS_THEY_COME, "four_six")[0] == "orienting"
    assert "four_six" not in named(AS_THEY_COME, "four_six")
    assert named(PracticeSettings(first_offer="box"), "box")[0] == "orienting"


def test_when_nothing_is_left_there_is_nothing_to_offer() -> None:
    assert named(AS_THEY_COME, *named()) == ()


@pytest.mark.parametrize("holds", [True, False])
def test_a_held_breath_of_the_wearers_own_is_not_offered_though_its_file_says_so(
    tmp_path: Path, holds: bool
) -> None:
    (tmp_path / "practices").mkdir()
    middle = '[[phases]]\nkind = "hold"\nseconds = 2\n' if holds else ""
    (tmp_path / "practices" / "mine.toml").write_text(
        f'title = "Mine"\ngroup = "breath"\nminutes = 1\noffer = "Mine?"\nholds = {str(holds).lower()}\noffered = true\n'
        f'[[phases]]\nkind = "in"\nseconds = 4\n{middle}[[phases]]\nkind = "out"\nseconds = 4\n',
        encoding="utf-8",
    )
    found = load_practices(tmp_path)
    assert found.problems == ()
    assert ("mine" in candidates(found, AS_THEY_COME, frozenset())) is not holds
