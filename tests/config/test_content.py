"""Practices are files: ours, the wearer's, and broken ones."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from unhurry.config import Exclusion, PracticeSettings
from unhurry.config.content import GROUPS, Practice, load_practices

OURS = (
    "five_senses", "orienting",
    "three_breaths", "four_six", "five_five", "resonance", "finder", "four_four", "sigh", "box", "four_seven_eight", "noticing",
    "muscles", "moving_breath",
    "naming", "self_compassion", "rehearsal",
)  # fmt: skip

WHOLE = """title = "Mine"
group = "breath"
minutes = 1
offer = "One minute?"

[[phases]]
kind = "in"
seconds = 3.5

[[phases]]
kind = "out"
seconds = 5
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


def breathing() -> list[Practice]:
    return [practice for practice in load_practices().items if practice.phases]


def test_what_is_offered_breathes_six_times_a_minute_and_holds_nothing() -> None:
    offered = [practice for practice in breathing() if practice.offered]
    assert len(offered) == 4
    for practice in offered:
        assert sum(phase.seconds for phase in practice.phases) == 10
        assert {phase.kind for phase in practice.phases} == {"in", "out"}
        assert "light-headed" in practice.caution


def test_no_breath_is_quick_and_every_one_says_when_to_leave_it() -> None:
    for practice in breathing():
        assert sum(phase.seconds for phase in practice.phases) >= 9
        assert "Stop if" in practice.caution
        assert "Not while driving" in practice.caution
        assert {Exclusion.PANIC_WITH_BREATH, Exclusion.DRIVING} <= set(practice.not_with)


def test_a_held_breath_is_only_ever_chosen_and_not_for_everyone() -> None:
    held = [practice for practice in breathing() if any(phase.kind == "hold" for phase in practice.phases)]
    assert [practice.name for practice in held] == ["four_four", "box", "four_seven_eight"]
    for practice in held:
        assert practice.holds
        assert not practice.offered
        assert set(practice.not_with) >= {
            Exclusion.PREGNANCY, Exclusion.HEART_OR_LUNG, Exclusion.EPILEPSY, Exclusion.FAINTING, Exclusion.SURGERY,
        }  # fmt: skip


def test_looking_outward_suits_everyone_whatever_they_named() -> None:
    found = load_practices(None, PracticeSettings(exclude=tuple(Exclusion)))
    assert [practice.name for practice in found.items if practice.group == "outward"] == list(OURS[:2])
    assert {practice.group for practice in found.items} == {"outward", "words"}
    assert {practice.name for practice in (*found.items, *found.left_out)} == set(OURS)


def test_someone_whom_the_breath_distresses_is_shown_no_breath() -> None:
    found = load_practices(None, PracticeSettings(exclude=(Exclusion.PANIC_WITH_BREATH,)))
    assert all(practice.group != "breath" and not practice.phases for practice in found.items)
    assert {"noticing", "moving_breath"} <= {practice.name for practice in found.left_out}


def test_one_muscle_group_at_a_time_five_seconds_and_then_three_times_as_long() -> None:
    muscles = load_practices().named("muscles")
    assert muscles is not None
    *groups, last = muscles.steps
    assert [[part.seconds for part in step.timed] for step in groups] == [[5, 15]] * 7
    assert [part.say for part in last.timed] == ["Rest"]


def test_minutes_are_about_as_long_as_the_timed_parts_of_a_practice() -> None:
    for practice in load_practices().items:
        timed_s = sum(part.seconds for step in practice.steps for part in step.timed)
        assert timed_s <= practice.minutes * 60


def test_a_phrase_of_the_wearers_own_takes_the_place_of_ours() -> None:
    own = load_practices(None, PracticeSettings(phrases=("It is old.", "I can wait."))).named(
        "self_compassion"
    )
    assert own is not None
    assert own.steps[-1].text == "It is old.\n\nI can wait."
    assert "This feeling will pass." not in str(own)
    ours = load_practices().named("self_compassion")
    assert ours is not None
    assert ours.steps[-1].text.startswith("This feeling will pass.")


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
        (WHOLE.replace('title = "Mine"\n', ""), ": `title`: is missing"),
        (
            WHOLE.replace("minutes = 1", "minutes = 0"),
            "line 3: `minutes`: Input should be greater than or equal to 0.2",
        ),
        (WHOLE.replace("minutes = 1", "minutes = -3"), "line 3: `minutes`"),
        (
            WHOLE.replace("minutes = 1", "minutes = 1e9"),
            "line 3: `minutes`: Input should be less than or equal to 60",
        ),
        (WHOLE.replace("minutes = 1", "minutes = inf"), "line 3: `minutes`"),
        (WHOLE.replace("minutes = 1", "minutes = nan"), "line 3: `minutes`"),
        (WHOLE.replace("minutes = 1", "minutes = true"), "line 3: `minutes`: Input should be a valid number"),
        (WHOLE.replace("3.5", "0"), "line 8: `phases.0.seconds`"),
        (WHOLE.replace("3.5", "6000"), "line 8: `phases.0.seconds`"),
        (
            WHOLE.replace("3.5", "0.5").replace("seconds = 5", "seconds = 1"),
            "line 8: `phases.0.seconds`: a breath of 1.5 seconds",
        ),
        (WHOLE.replace("3.5", "59"), "line 8: `phases.0.seconds`: a breath of 64 seconds"),
        (WHOLE.replace('kind = "out"', 'kind = "in"'), "line 7: `phases.0.kind`: a breath goes in and out"),
        (WHOLE + "loud = true\n", "line 13: `phases.1.loud`: there is no such field"),
        ("colour = 3\n" + WHOLE, "line 1: `colour`: there is no such field"),
        ('not_with = ["gout"]\n' + WHOLE, "line 1: `not_with.0`: Input should be 'pregnancy'"),
        (
            WHOLE + '\n[[phases]]\nkind = "hold"\nseconds = 2\n',
            "line 15: `phases.2.kind`: a breath is held only in a practice that says `holds = true`",
        ),
        ("holds = true\n" + WHOLE, "line 1: `holds`: nothing is held here"),
        (WHOLE + '\n[[steps]]\ntitle = "x"\ntext = "y"\n', "either [[phases]] or [[steps]]"),
        ('title = "x"\n' + "#" * 60_000, "longer than 50000 characters"),
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
