"""Nothing that is shipped diagnoses, asserts a feeling, judges or alarms: docs/safety.md says why."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
CONTENT = REPOSITORY / "config" / "unhurry" / "config"
PAGE = REPOSITORY / "api" / "unhurry" / "api" / "page"

FORBIDDEN: dict[str, str] = {
    "names a disease": r"disorder\w*|arr?h?ythmia\w*|fibrillation|tachycardia|bradycardia|palpitations?|"
    r"hypertension|depression|depressive|ptsd|panic attacks?|heart attacks?|anxiety attacks?|attacks?|neuros\w+|patholog\w+",
    "makes a patient of the wearer": r"patients?|symptoms?|diagnos\w+|prescri\w+|therapeutic|treats?|treatments?|cures?|clinical\w*",
    "asserts a feeling": r"you (?:are|were|seem|feel|felt|look|must be|have been) (?:so |very |too |really )?"
    r"(?:anxious|stressed|panick\w+|nervous|upset|angry|afraid|scared|tense|worried|overwhelmed|sad|depressed|agitated)",
    "calls the heart wrong": r"abnormal\w*|irregular\w*|unhealthy|dangerous(?:ly)?|skipped beats?",
    "alarms": r"warnings?|alerts?|alarms?|danger zone|critical",
    "judges": r"fail(?:ed|s|ure|ing)?|should|must not|great job|well done|good job|streaks?|scored?|scores|perfect|keep it up|lazy",
    "belittles": r"just (?:breathe|relax|calm)|calm down|cheer up|don['\u2019]t (?:worry|panic|think about)|simply (?:breathe|relax)",
    "promises": r"guarantee\w*|proven|will (?:calm|heal|fix) you|clinically",
}
PATTERNS = {why: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for why, words in FORBIDDEN.items()}
CONDITION = re.compile(r"\b(?:if|when|whether|or|someone|somebody) you (?:are|feel)\b", re.IGNORECASE)

ALLOWED = {
    "Unhurry is not a medical device. It does not diagnose or treat, and nobody is watching on the other side.": (
        "says what it is not"
    ),
}
"""Sentences that may hold a forbidden word, each with its reason."""


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data)


def in_toml(path: Path) -> Iterator[str]:
    def strings(value: Any) -> Iterator[str]:
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            for key, each in value.items():
                if key != "source":
                    yield from strings(each)
        elif isinstance(value, list):
            for each in value:
                yield from strings(each)

    yield from strings(tomllib.loads(path.read_text(encoding="utf-8")))


def in_script(path: Path) -> Iterator[str]:
    """Strings and templates of a module, comments left out; a template's holes become an ellipsis."""
    text = re.sub(r"^\s*(?://|/?\*).*$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    for found in re.findall(r'"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`', text):
        yield re.sub(r"\$\{[^}]*\}", "…", found[0] or found[1])


def in_python(path: Path) -> Iterator[str]:
    """What a module may say: its strings, docstrings, keys and lines for the log left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    unsaid = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and (isinstance(node.value, ast.Constant) or is_log(node.value))
        for part in ast.walk(node)
    }
    unsaid |= {id(key) for node in ast.walk(tree) if isinstance(node, ast.Dict) for key in node.keys}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in unsaid:
            yield node.value


def is_log(node: ast.expr) -> bool:
    """Return whether this is a line for the log, which is written for whoever repairs."""
    called = node.func if isinstance(node, ast.Call) else None
    return (
        isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name) and called.value.id == "_log"
    )


SPEAKS = [
    *(REPOSITORY / "daemon" / "unhurry" / "daemon").rglob("*.py"),
    *(REPOSITORY / "api" / "unhurry" / "api").glob("*.py"),
    CONTENT / "exclusions.py",
    CONTENT / "trying.py",
]
"""Modules whose strings may reach the wearer. `evaluation` speaks to developers, in their words."""


def shipped() -> Iterator[tuple[Path, str]]:
    for path in [*CONTENT.glob("practices/*.toml"), *CONTENT.glob("help/*.toml")]:
        yield from ((path, text) for text in in_toml(path))
    for path in PAGE.glob("js/*.js"):
        yield from ((path, text) for text in in_script(path) if " " in text.strip())
    for path in PAGE.glob("*.html"):
        words = _Words()
        words.feed(path.read_text(encoding="utf-8"))
        yield from ((path, text) for text in words.found)
    for path in SPEAKS:
        if path.exists() and "evaluation" not in path.parts:
            yield from ((path, text) for text in in_python(path) if " " in text.strip() and not is_sql(text))


def is_sql(text: str) -> bool:
    return re.match(r"\s*(?:SELECT|INSERT|UPDATE|DELETE|CREATE|WITH|PRAGMA)\b", text) is not None


def refused(text: str) -> list[str]:
    plain = " ".join(text.split())
    if plain in ALLOWED:
        return []
    # "If you are afraid" leaves it to the reader; "you are afraid" does not.
    plain = CONDITION.sub("", plain)
    return [f"{why}: {found[0]!r}" for why, pattern in PATTERNS.items() if (found := pattern.search(plain))]


def test_no_shipped_text_diagnoses_asserts_judges_or_alarms() -> None:
    texts = list(shipped())
    assert len(texts) > 500
    assert {path.suffix for path, _ in texts} == {".toml", ".js", ".html", ".py"}
    hits = [
        f"{path.relative_to(REPOSITORY)}: {why} in {' '.join(text.split())[:100]!r}"
        for path, text in texts
        for why in refused(text)
    ]
    assert hits == []


def test_no_shipped_sentence_shouts() -> None:
    shouting = [
        f"{path.relative_to(REPOSITORY)}: {text[:80]!r}"
        for path, text in shipped()
        if re.search(r"[a-z]!(?:\s|$)", text)
    ]
    assert shouting == []


@pytest.mark.parametrize(
    "text",
    [
        "You are anxious.", "You were so stressed at 14:02.", "This looks like a panic attack", "an anxiety disorder",
        "Ask your patient", "Your heart rhythm is irregular", "Warning: high heart rate", "You failed to follow the breath",
        "Just breathe.", "Calm down", "A streak of five days", "You should breathe", "abnormal", "It is proven to help",
    ],
)  # fmt: skip
def test_the_words_it_is_there_for_are_refused(text: str) -> None:
    assert refused(text) != []


@pytest.mark.parametrize(
    "text",
    [
        "Your heart sped up while you seemed still.", "If you are afraid of someone close to you, help comes first.",
        "Are you resting?", "Stop if you feel light-headed, tingly or more on edge.", "afraid", "tense",
    ],
)  # fmt: skip
def test_plain_words_pass(text: str) -> None:
    assert refused(text) == []
