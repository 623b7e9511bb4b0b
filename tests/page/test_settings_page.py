"""How Unhurry listens: what the labels say, and other settings tried, in a real browser."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import httpx
import pytest
from playwright.sync_api import Browser, expect

from unhurry.config import Settings
from unhurry.daemon.insights.keeping import usefulness_study
from unhurry.signal import Parameters
from unhurry.signal.records import ArousalEvent, Confidence, Ending, Minute, State
from unhurry.store import (
    Anchor,
    Batch,
    Decided,
    DecisionKind,
    NewDecision,
    NewRecording,
    Now,
    Reason,
    Writer,
    migrate,
    open_database,
)
from unhurry.store.channels import ChannelState, keep_channels
from unhurry.store.events import describe_event
from unhurry.store.findings import FindingKind, keep_finding

from .conftest import SIZES, Seen, served_alone

LABELS = ["tense"] * 7 + ["wrong"] * 8 + ["moved"] * 2 + ["coffee"] * 2 + ["excited"] * 3 + [None] * 4
SLOW_MS = 60_000
UNREACHED = "The ntfy server cannot be reached."


def lived(path: Path) -> None:
    """Write a day of named moments, the tense ones well above the line, and what the daemon makes of it."""
    migrate(path)
    with open_database(path) as database:
        writer, settings = Writer(database), Settings()
        start_ms = time.time_ns() // 1_000_000 - 86_400_000
        writer.save_settings(settings.version, settings.as_json(), wall_ms=start_ms)
        recording = writer.open_recording(NewRecording("ble", "Polar H10 1234", Anchor(start_ms, 0)))
        line = Parameters().on_score
        events = tuple(
            ArousalEvent(
                number=n,
                start_s=600.0 * n,
                confirmed_s=600.0 * n + 50,
                peak_s=600.0 * n + 90,
                end_s=600.0 * n + 200,
                hr_peak_bpm=90.0,
                hr_baseline_bpm=60.0,
                score_peak=line + (1.5 if label == "tense" else 0.1),
                confidence=Confidence.HIGH,
                ending=Ending.SETTLED,
                motion_known=True,
            )
            for n, label in enumerate(LABELS, 1)
        )
        held = tuple(
            Decided(NewDecision(event.confirmed_s, event.number, DecisionKind.HELD, Reason.BUDGET), None)
            for event in events
        )
        minutes = tuple(
            Minute(60 * n, State.CALM, 60, 60.0, 40.0, 61.0, 3.0, 0.1, 1.0)
            for n in range(10 * len(LABELS) + 20)
        )
        ids = writer.write_batch(Batch(recording, events=events, decisions=held, minutes=minutes)).events
        writer.end_recording(recording, 60_000 * len(minutes), "stopped")
        for event_id, label in zip(ids, LABELS, strict=True):
            describe_event(database, event_id, label=label, note=None)
        usefulness_study(settings, Parameters())(database)()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    lived(tmp_path / "lived.db")
    with served_alone(tmp_path / "lived.db") as address:
        yield address


def looking(browser: Browser, home: str, size: str, scheme: Literal["light", "dark"]) -> Iterator[Seen]:
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, base_url=home
    )
    seen = Seen(context.new_page(), home)
    yield seen
    context.close()
    assert seen.complaints == []
    assert seen.strangers == []


@pytest.fixture(params=[("desktop", "light"), ("phone", "dark")], ids="-".join)
def seen(request: pytest.FixtureRequest, browser: Browser, served: str) -> Iterator[Seen]:
    yield from looking(browser, served, *request.param)


@pytest.fixture
def visitor(browser: Browser, demo: str) -> Iterator[Seen]:
    yield from looking(browser, demo, "phone", "light")


def test_seven_of_nineteen_is_said_with_its_doubt_and_what_the_others_were(seen: Seen) -> None:
    page = seen.page
    page.goto("/settings")
    worth = page.get_by_role("region", name="Were they worth it?")
    expect(worth).to_contain_text("7 of 19 moments you named were worth noticing.")
    expect(worth).to_contain_text("anywhere between one in five and three in five")
    expect(worth.get_by_role("img")).to_have_attribute(
        "aria-label", re.compile("Every moment you named: 7 of 19, between one in five and three in five")
    )
    expect(worth.get_by_role("listitem")).to_have_text(
        [
            "Tenseseven times",
            "You had movedtwice",
            "Coffeetwice",
            "Nothing, a wrong guesseight times",
            "Excited, counted apartthree times",
        ]
    )
    expect(worth).to_contain_text("four more moments had no name")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing scrolls sideways"
    seen.picture(f"settings-{page.viewport_size['width'] if page.viewport_size else 0}")


def test_a_finding_without_a_service_carries_its_day(seen: Seen) -> None:
    page = seen.page
    page.goto("/settings")
    worth = page.get_by_role("region", name="Were they worth it?")
    expect(worth).to_contain_text(
        re.compile(r"As of [A-Z]\w+day \d+ [A-Z]\w+\. Unhurry looks again when it runs\.")
    )
    helps = page.get_by_role("region", name="Does it help?")
    expect(helps).to_contain_text("Nobody can tell yet.")
    expect(helps).to_contain_text("randomise = true")


def test_a_way_of_showing_offers_that_fails_is_named_while_it_fails(seen: Seen, tmp_path: Path) -> None:
    page = seen.page
    page.goto("/settings")
    where = page.get_by_role("complementary").locator("section").filter(has_text="Where offers appear")
    expect(page.get_by_role("region", name="Were they worth it?")).to_contain_text("As of")
    expect(where).to_have_count(1)
    expect(where).to_be_hidden()
    with open_database(tmp_path / "lived.db") as database:
        writer, now_ms = Writer(database), time.time_ns() // 1_000_000
        ways = (ChannelState("desktop", on=True), ChannelState("ntfy", on=True, problem=UNREACHED))
        keep_channels(database, ways, wall_ms=now_ms)
        recording = writer.open_recording(NewRecording("ble", "Polar H10 1234", Anchor(now_ms, 0)))
        writer.write_batch(Batch(recording, now=Now(t_ms=0, speed=1.0)))
    expect(where).to_contain_text(UNREACHED)
    expect(page.get_by_text("As of ")).to_be_hidden()


def test_what_chance_decided_is_told_with_and_without_numbers(seen: Seen, tmp_path: Path) -> None:
    page = seen.page
    nobody = {
        "n": 9,
        "missing": 0,
        "settling": {"n": 0, "seen": 0, "median_s": None, "low_s": None, "high_s": None},
    }
    told = {
        "verdict": "learning", "sentence": "Still learning (9 of 25).", "n": 9, "next_look": 25, "looked_at": None,
        "p_value": None, "difference_bpm": None, "low_bpm": None, "high_bpm": None,
        "spoke": {**nobody, "n": 5}, "waited": {**nobody, "n": 4}, "practices": [],
    }  # fmt: skip
    with open_database(tmp_path / "lived.db") as database:
        keep_finding(database, FindingKind.EFFECT, told, wall_ms=time.time_ns() // 1_000_000, alone=True)
    page.goto("/settings")
    helps = page.get_by_role("region", name="Does it help?")
    expect(helps).to_contain_text("Still learning (9 of 25).")
    expect(helps).to_contain_text("spoke in five moments and waited in four moments")
    page.keyboard.press("q")
    expect(helps.get_by_text("it takes more of these moments")).to_be_visible()
    assert re.findall(r"\d", helps.inner_text()) == []


def test_without_numbers_the_same_is_said_in_words(seen: Seen) -> None:
    page = seen.page
    page.goto("/settings")
    worth = page.get_by_role("region", name="Were they worth it?")
    expect(worth).to_be_visible()
    page.keyboard.press("q")
    expect(worth.get_by_text("7 of 19")).to_be_hidden()
    expect(worth.get_by_text("fewer than half were worth noticing")).to_be_visible()
    assert re.findall(r"\d", worth.inner_text()) == []


def test_the_suggestion_says_why_and_only_fills_in_the_question(seen: Seen) -> None:
    page = seen.page
    page.goto("/settings")
    idea = page.get_by_role("group", name="Wait for a clearer rise")
    expect(idea).to_contain_text("mostly the fainter ones")
    expect(idea).to_contain_text("at least all 12 that were not worth it, and none of seven that were")
    line = page.get_by_label("How clear a rise must be")
    present = line.input_value()
    asking = page.get_by_role("button", name="Try on my last two weeks")
    expect(asking).to_be_disabled()
    idea.get_by_role("button", name="What would I have got?").press("Enter")
    expect(line).to_be_focused()
    assert float(line.input_value()) > float(present)
    expect(asking).to_be_enabled()
    page.get_by_role("button", name="As it is now").click()
    assert line.input_value() == present
    expect(asking).to_be_disabled()


def test_it_can_be_found_from_now(seen: Seen) -> None:
    page = seen.page
    page.goto("/")
    page.get_by_role("link", name=re.compile("How (it|Unhurry) listens")).locator(
        "visible=true"
    ).first.click()
    expect(page.get_by_role("heading", level=1, name="How Unhurry listens")).to_be_focused()


def test_a_label_given_on_the_page_of_a_moment_is_counted_while_one_looks_on(
    visitor: Seen, demo: str
) -> None:
    page = visitor.page
    page.goto("/settings")
    worth = page.get_by_role("region", name="Were they worth it?")
    expect(worth).to_contain_text("Too early to say.")
    events = httpx.get(f"{demo}/api/events").json()["items"]
    assert events, "the morning of the simulated day has moments"
    httpx.patch(f"{demo}/api/events/{events[-1]['id']}", json={"label": "talked"}).raise_for_status()
    expect(worth).to_contain_text("It takes eight named moments; there is one.", timeout=SLOW_MS)

    page.goto(f"/event/{events[0]['id']}")
    chips = page.get_by_role("group", name="What it was, for you").get_by_role("button")
    expect(chips).to_have_text(
        [
            "Tense",
            "I had moved",
            "I had talked",
            "Excited",
            "Coffee",
            "Nothing, a wrong guess",
            re.compile("I don.t know"),
        ]
    )
    with page.expect_response(lambda answer: answer.request.method == "PATCH") as kept:
        chips.nth(1).press("Enter")
    assert kept.value.status == 200
    expect(chips.nth(1)).to_have_attribute("aria-pressed", "true")
    page.get_by_role("link", name="What your answers say so far").click()
    expect(worth.get_by_text("You had moved")).to_be_visible(timeout=SLOW_MS)


def test_other_settings_are_tried_on_the_day_that_was_and_nothing_is_changed(
    visitor: Seen, demo: str
) -> None:
    page = visitor.page
    before = httpx.get(f"{demo}/api/settings").json()
    page.goto("/settings")
    offers = page.get_by_label("Offers a day at most")
    offers.fill("0")
    page.keyboard.press("Enter")
    answer = page.get_by_role("heading", name="What you would have got")
    expect(answer).to_be_visible(timeout=SLOW_MS)
    expect(page.get_by_text(re.compile(r"Fewer offers: 0 a day instead of \d"))).to_contain_text(
        "on the one day worn. As many moments noticed."
    )
    less = page.locator("details").filter(has_text="Offers you would not have had")
    expect(less.get_by_role("listitem").first).to_contain_text(re.compile("the day.s offers had been made"))
    expect(less.get_by_role("link").first).to_have_attribute("href", re.compile(r"^/event/\d+$"))
    expect(page.locator("pre")).to_have_text("[prompts]\nbudget_per_day = 0")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing scrolls sideways"
    visitor.picture("what-if-answer")
    assert httpx.get(f"{demo}/api/settings").json() == before, "asking changes nothing"

    page.reload()
    expect(page.get_by_role("heading", name="What you would have got")).to_be_visible(timeout=SLOW_MS)


def test_a_value_that_is_out_of_bounds_is_answered_in_a_sentence(seen: Seen) -> None:
    page = seen.page
    page.goto("/settings")
    page.get_by_label("Quiet from").fill("25:99")
    page.get_by_role("button", name="Try on my last two weeks").click()
    expect(page.get_by_role("alert").filter(has_text=re.compile(r"\w"))).to_be_visible()
    seen.complaints.clear()  # the browser's own word for an answer that is no 2xx
