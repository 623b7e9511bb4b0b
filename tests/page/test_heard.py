"""Words that speak of danger bring help, on the page alone; words that only sound like it do not."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from unhurry.config.help_lines import load_help

from .conftest import ORIGIN, Seen

LISTS = [asdict(words) for words in load_help().words]

SPEAKS_OF_IT = [
    ("I want to kill myself.", "self_harm"),
    ("i don\u2019t want to live anymore", "self_harm"),
    ("I do not want to be alive", "self_harm"),
    ("Everyone would be better off without me.", "self_harm"),
    ("I just want so much to die", "self_harm"),
    ("Sometimes I think about suicide at night", "self_harm"),
    ("I cut myself again yesterday.", "self_harm"),
    ("I cut myself shaving, and honestly I want to die.", "self_harm"),
    ("I would never kill myself, but the thought is there.", "self_harm"),
    ("I took too many pills", "self_harm"),
    ("He hit me. Again.", "violence"),
    ("My husband slapped me in front of the kids", "violence"),
    ("he pushed me against the door", "violence"),
    ("she threw a plate at me", "violence"),
    ("He had his hands around my neck", "violence"),
    ("I am scared that he will hurt me", "violence"),
    ("He won't let me leave the house", "violence"),
    ("She threatened to kill herself if I go", "violence"),
    ("He forced me to have sex.", "violence"),
]
SOUNDS_LIKE_IT = [
    "I cut myself shaving this morning.",
    "I cut myself some slack today.",
    "I nearly burned myself cooking; burning myself out at work is worse.",
    "I wanted to die of embarrassment.",
    "That was career suicide, said my boss.",
    "This headache is killing me. I could kill for a coffee.",
    "It hit me that he was only tired.",
    "He hit me up for lunch.",
    "She beats me at chess every time.",
    "He threw a party, and she threw a look at me.",
    "We could not decide: I do not want to live in Leeds.",
    "I want to take my life back.",
    "My mother would kill me if I forgot her birthday.",
    "The plant is going to die if nobody waters it.",
    "I was so angry that I hit the pillow.",
    "He did not answer. Me neither.",
    "Dying to see her. My heart beats.",
    "",
]


def heard(page: Page, texts: list[str]) -> Any:
    return page.evaluate(
        f"async ([texts, lists]) => {{ const m = await import('{ORIGIN}/page/js/heard.js');"
        " return texts.map((text) => m.heardIn(text, lists)); }",
        [texts, LISTS],
    )


def test_words_that_speak_of_danger_are_heard(blank: Page) -> None:
    found = heard(blank, [text for text, _ in SPEAKS_OF_IT])
    assert list(zip([text for text, _ in SPEAKS_OF_IT], found, strict=True)) == SPEAKS_OF_IT


def test_words_that_only_sound_like_it_are_not(blank: Page) -> None:
    found = heard(blank, SOUNDS_LIKE_IT)
    assert [text for text, about in zip(SOUNDS_LIKE_IT, found, strict=True) if about] == []


def test_a_long_text_is_looked_at_as_it_is_typed(blank: Page) -> None:
    long = "He was late and I waited by the window, want and want and want to go. " * 1400
    assert heard(blank, [long, long + "I want to kill myself"]) == [None, "self_harm"]


@pytest.mark.parametrize("size", [(1280, 900), (390, 844)], ids=["desktop", "phone"])
def test_help_appears_beside_the_words_the_entry_is_kept_and_no_exercise_is_offered(
    browser: Browser, demo: str, size: tuple[int, int]
) -> None:
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, base_url=demo)
    seen = Seen(context.new_page(), demo)
    page = seen.page
    sent: list[str] = []
    page.on("request", lambda r: sent.append(f"{r.method} {r.url}") if r.method != "GET" else None)
    page.goto("/journal")
    sheet = page.locator('textarea[name="body"]')
    sheet.fill("Nothing. I do not want to be alive.")
    offered = page.get_by_role("link", name="Who can be reached now")
    expect(offered).to_be_visible(timeout=20_000)
    assert [call for call in sent if "/intents" not in call] == [], "what was heard is sent nowhere"
    with page.expect_response("**/api/journal") as kept:
        page.get_by_role("button", name="Keep", exact=True).click()
    assert kept.value.status == 201
    (entry,) = httpx.get(f"{demo}/api/journal", params={"q": "alive"}).json()["items"]
    assert (entry["body"], entry["tags"], entry["fields"]) == ("Nothing. I do not want to be alive.", [], {})
    offered.click()
    expect(page.get_by_role("heading", level=1, name="When a breath is not enough")).to_be_visible()
    expect(page.get_by_role("link", name="Look around, step by step")).to_have_count(0)
    context.close()
    assert (seen.complaints, seen.strangers) == ([], [])
