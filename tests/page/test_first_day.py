"""The first day as a visitor lives it, in a real browser on the simulated day."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, expect

from .conftest import SIZES, Seen

SLOW_MS = 60_000
"""The first offer may take half a minute on a busy machine."""


@pytest.fixture(params=["desktop", "phone"])
def visitor(request: pytest.FixtureRequest, browser: Browser, demo: str) -> Iterator[Seen]:
    width, height = SIZES[request.param]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if request.param == "phone" else "light",
        base_url=demo,
    )
    seen = Seen(context.new_page(), demo)
    yield seen
    context.close()
    assert seen.complaints == []
    assert seen.strangers == []


def test_an_offer_comes_is_answered_and_a_note_stands_beside_it_in_the_day(
    visitor: Seen, demo: str, request: pytest.FixtureRequest
) -> None:
    size = request.node.callspec.params["visitor"]
    page = visitor.page
    page.goto("/")
    expect(page.get_by_text("Simulated day").locator("visible=true").first).to_be_visible()
    offer = page.get_by_role("region").filter(has_text="Your heart sped up")
    expect(offer).to_be_visible(timeout=SLOW_MS)
    assert page.evaluate("document.activeElement === document.body"), "an offer never takes the focus"
    visitor.picture(f"{size}-1-offer")

    offer.get_by_role("button", name="Start").click()
    page.wait_for_url("**/breathe/four_six*")
    expect(page.get_by_text("Breathe in").first).to_be_visible(timeout=10_000)
    visitor.picture(f"{size}-2-breath")
    page.wait_for_timeout(16_000)  # whoever ends sooner has not practised and is not asked how it was
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Better").click()
    page.get_by_label("One line, if you like").fill("It passed.")
    page.get_by_role("button", name="Done").click()

    prompts = httpx.get(f"{demo}/api/prompts").json()["items"]
    assert prompts[0]["answer"] == "done"
    event = prompts[0]["event"]

    page.goto("/day")
    mark = page.locator(f'a[data-event="{event}"]')
    expect(mark).to_be_visible()
    mark.press("Enter")
    page.wait_for_url(f"**/event/{event}")
    expect(
        page.get_by_role("heading", level=1, name="Your heart sped up while you were still")
    ).to_be_visible()
    page.get_by_role("link", name="Write").or_(page.get_by_role("button", name="Write")).first.click()
    page.locator('textarea[name="body"]').fill("She had not answered. <b>Nothing</b> had happened. #waiting")
    with page.expect_response("**/api/journal") as kept:
        page.get_by_role("button", name="Keep", exact=True).click()
    assert kept.value.status == 201
    visitor.picture(f"{size}-3-event")

    entries = httpx.get(f"{demo}/api/journal", params={"event": event}).json()["items"]
    assert [entry["body"] for entry in entries] == [
        "She had not answered. <b>Nothing</b> had happened. #waiting"
    ]
    assert entries[0]["tags"] == ["waiting"]

    page.goto("/day")
    expect(page.get_by_text("She had not answered. <b>Nothing</b> had happened.").first).to_be_visible()
    expect(page.locator(f'a[data-event="{event}"]')).to_be_visible()
    page.wait_for_timeout(600)  # let the fade end before the picture
    visitor.picture(f"{size}-4-day")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing scrolls sideways"


@pytest.mark.parametrize("visitor", ["desktop"], indirect=True)
def test_one_switch_hides_every_number(visitor: Seen) -> None:
    page = visitor.page
    page.goto("/")
    number = page.locator(".num").filter(has_text="beats a minute").first
    expect(number).to_be_visible(timeout=SLOW_MS)
    page.locator("main").press("q")
    expect(number).to_be_hidden()
    page.goto("/day")
    expect(page.locator(".num").first).to_be_hidden()


@pytest.mark.parametrize("visitor", ["phone"], indirect=True)
def test_not_now_closes_at_the_first_press_and_asks_for_a_reason_by_keyboard(
    visitor: Seen, demo: str
) -> None:
    page = visitor.page
    page.goto("/")
    offer = page.get_by_role("region").filter(has_text="Your heart sped up")
    expect(offer).to_be_visible(timeout=SLOW_MS)
    offer.get_by_role("button", name="Not now").press("Enter")
    expect(offer.get_by_role("button", name="Start")).to_be_hidden()
    with page.expect_response("**/answer"):
        page.get_by_role("button", name="In a meeting").press("Enter")
    prompt = httpx.get(f"{demo}/api/prompts").json()["items"][0]
    assert (prompt["answer"], prompt["reason"]) == ("not_now", "meeting")
