"""Every practice as a visitor meets it, wide and narrow: the list, a held breath, a step with its own time, what is put away."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from unhurry.config.content import load_practices

from .conftest import Seen

SIZES = {"wide": (1280, 900), "narrow": (390, 844)}
SLOW_MS = 30_000


@pytest.fixture(params=SIZES)
def visitor(request: pytest.FixtureRequest, browser: Browser, demo: str) -> Iterator[Seen]:
    width, height = SIZES[request.param]
    context = browser.new_context(viewport={"width": width, "height": height}, base_url=demo)
    seen = Seen(context.new_page(), demo)
    seen.page.set_default_timeout(SLOW_MS)
    expect.set_options(timeout=SLOW_MS)
    yield seen
    context.close()
    expect.set_options(timeout=5_000)
    assert seen.complaints == []
    assert seen.strangers == []


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_all_practices_stand_in_their_groups_and_each_fits(
    visitor: Seen, request: pytest.FixtureRequest
) -> None:
    page, size = visitor.page, request.node.callspec.params["visitor"]
    page.goto("/practices")
    for practice in load_practices().items:
        expect(page.get_by_role("heading", level=3, name=practice.title, exact=True)).to_be_visible()
    box = page.locator("li").filter(has=page.get_by_role("heading", name="Box breathing"))
    box.get_by_text("Before you start").click()
    expect(box.get_by_text("The breath is held in it.")).to_be_visible()
    expect(box.get_by_text("Where it comes from:")).to_be_visible()
    assert fits(page)
    visitor.picture(f"{size}-practices")

    page.goto("/help")
    expect(page.get_by_text("Your local emergency number")).to_be_visible()
    page.get_by_text("Ireland", exact=True).click()
    call = page.get_by_role("link", name="Call: Samaritans").locator("visible=true")
    expect(call).to_have_attribute("href", "tel:116123")
    assert fits(page)


def test_a_held_breath_says_so_before_it_begins(visitor: Seen) -> None:
    page = visitor.page
    page.goto("/breathe/box")
    expect(page.get_by_text("The breath is held in it.")).to_be_visible()
    expect(page.locator(".breath")).to_have_count(0)
    assert fits(page)
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_text("Breathe in").first).to_be_visible()
    expect(page.get_by_text("About this practice")).to_be_visible()


def test_a_step_with_its_own_time_goes_on_by_itself_and_can_be_paused(
    visitor: Seen, request: pytest.FixtureRequest
) -> None:
    page, size = visitor.page, request.node.callspec.params["visitor"]
    page.clock.install()
    page.goto("/ground/muscles")
    said = page.locator(".timed-say")
    expect(said).to_have_text("In a moment")
    page.clock.run_for(5_500)
    expect(said).to_have_text("Tense")
    visitor.picture(f"{size}-muscles")
    page.get_by_role("button", name="Pause").click()
    page.clock.run_for(60_000)
    expect(said).to_have_text("Tense")
    page.get_by_role("button", name="Go on").click()
    page.clock.run_for(5_500)
    expect(said).to_have_text("Let go")
    page.clock.run_for(15_500)
    expect(page.get_by_role("heading", level=1, name="Arms")).to_be_visible()
    assert fits(page)


def test_of_numbers_one_is_picked_and_of_words_as_many_as_there_are(visitor: Seen) -> None:
    page = visitor.page
    page.goto("/ground/naming")
    for word in ("tense", "tired"):
        page.get_by_role("button", name=word, exact=True).click()
    expect(page.locator('.chip[aria-pressed="true"]')).to_have_text(["tense", "tired"])
    for _ in range(2):
        page.get_by_role("button", name="Next").click()
    for number in ("4", "7"):
        page.get_by_role("button", name=number, exact=True).click()
    expect(page.locator('.chip[aria-pressed="true"]')).to_have_text(["7"])
    assert fits(page)


@pytest.mark.parametrize("visitor", ["narrow"], indirect=True)
def test_what_was_worse_twice_is_put_away_and_brought_back(visitor: Seen, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "demo.db", timeout=20) as db:
        for started_ms in (1, 2):
            db.execute(
                """INSERT INTO practice_runs (practice, started_wall_ms, utc_offset_s, felt, numbers)
                VALUES ('sigh', ?, 0, 'worse', '{}')""",
                (started_ms,),
            )
    db.close()
    page = visitor.page
    page.goto("/practices")
    away = page.locator("li").filter(has_text="It was worse afterwards, twice.")
    expect(away).to_contain_text("A sigh, a few times")
    expect(page.get_by_role("link", name="Start a sigh, a few times")).to_have_count(0)
    away.get_by_role("button", name="Bring back a sigh, a few times").click()
    expect(page.get_by_role("link", name="Start a sigh, a few times")).to_be_visible()
    expect(page.get_by_text("Put away")).to_have_count(0)
