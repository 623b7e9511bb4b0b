"""Lines that answer: each says where its number was read, and on which day; a file that does not is refused."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from unhurry.config.help_lines import load_help

EARLIEST = date(2026, 1, 1)
"""Whoever changes a line looks its number up again."""

WHOLE = """name = "Elsewhere"

[[lines]]
about = "emergency"
title = "Emergency, 15"
words = "Danger."
call = "15"
source = "https://example.org/15"
checked = 2026-11-23
"""


def country(tmp_path: Path, text: str, code: str = "xx") -> Path:
    (tmp_path / "help").mkdir()
    (tmp_path / "help" / f"{code}.toml").write_text(text, encoding="utf-8")
    return tmp_path


def test_every_line_of_ours_has_a_source_a_day_and_a_number() -> None:
    found = load_help()
    assert found.problems == ()
    assert {each.code for each in found.countries} == {"AU", "CA", "DE", "FR", "GB", "IE", "NL", "US"}
    for each in found.countries:
        assert each.lines[0].about == "emergency"
        assert any(line.about == "anything" for line in each.lines), each.name
        for line in each.lines:
            assert re.fullmatch(r"https?://\S+", line.source), line.title
            assert line.checked >= EARLIEST, line.title
            assert line.call or line.text_to


@pytest.mark.parametrize(
    ("code", "about", "number"),
    [
        ("US", "anything", "988"), ("US", "emergency", "911"), ("GB", "anything", "116 123"),
        ("IE", "anything", "116 123"), ("GB", "emergency", "999"), ("FR", "emergency", "112"), ("AU", "emergency", "000"),
    ],
)  # fmt: skip
def test_the_numbers_people_know_are_right(code: str, about: str, number: str) -> None:
    (here,) = [each for each in load_help().countries if each.code == code]
    assert number in [line.call for line in here.lines if line.about == about]


def test_a_country_of_the_wearers_own_is_added_and_ours_can_be_replaced(tmp_path: Path) -> None:
    assert "XX" in {each.code for each in load_help(country(tmp_path, WHOLE)).countries}
    (tmp_path / "help" / "gb.toml").write_text(WHOLE, encoding="utf-8")
    (gb,) = [each for each in load_help(tmp_path).countries if each.code == "GB"]
    assert [line.call for line in gb.lines] == ["15"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (WHOLE.replace('source = "https://example.org/15"\n', ""), "line 3: `lines.0.source`: is missing"),
        (WHOLE.replace("checked = 2026-11-23\n", ""), "line 3: `lines.0.checked`: is missing"),
        (WHOLE.replace("2026-11-23", '"lately"'), "line 9: `lines.0.checked`"),
        (WHOLE.replace('call = "15"\n', ""), "line 3: `lines.0.call`: neither `call` nor `text_to`"),
        (WHOLE.replace('call = "15"', 'call = "javascript:x"'), "line 7: `lines.0.call`"),
        (WHOLE.replace('"emergency"', '"anything"'), "line 4: `lines.0.about`: the first line"),
        (WHOLE + 'fax = "1"\n', "line 10: `lines.0.fax`: there is no such field"),
        (WHOLE + "what", "line 10"),
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_stood_for_is_refused_with_its_file_and_line(
    tmp_path: Path, text: str, said: str
) -> None:
    found = load_help(country(tmp_path, text))
    assert "XX" not in {each.code for each in found.countries}
    (problem,) = found.problems
    assert problem.startswith(str(tmp_path / "help" / "xx.toml"))
    assert said in problem
    assert "\n" not in problem


def test_words_that_bring_help_are_small_letters_and_straight_quotes() -> None:
    words = load_help().words
    assert [each.about for each in words] == ["self_harm", "violence"]
    for each in words:
        for phrase in (*each.phrases, *each.unless):
            assert re.fullmatch(r"[a-z'|() .-]+", phrase), phrase
            assert phrase.count("(") == phrase.count(")")
