"""Finding one's own pace on the page: led through five paces with rests, left at any second, a result to take up or not."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from .conftest import Seen
from .test_pacing import SIZES, begin, reach, said

FOUND = {
    "found": "pace",
    "per_minute": 5.5,
    "low_per_minute": 5.5,
    "high_per_minute": 5.5,
    "why": None,
    "steps": [
        {
            "per_minute": pace,
            "used": used,
            "swing_bpm": swing,
            "low_bpm": low,
            "high_bpm": high,
            "widest": widest,
        }
        for pace, used, swing, low, high, widest in (
            (6.5, True, 8.2, 7.0, 9.3, 0.0),
            (6.0, True, 10.9, 9.8, 12.1, 0.02),
            (5.5, True, 14.6, 13.2, 15.8, 0.97),
            (5.0, True, 11.1, 10.1, 12.4, 0.01),
            (4.5, False, 6.0, None, None, 0.0),
        )
    ],
}


@pytest.fixture(params=SIZES)
def visitor(request: pytest.FixtureRequest, browser: Browser, demo: str) -> Iterator[Seen]:
    width, height = SIZES[request.param]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        base_url=demo,
        color_scheme="dark" if request.param == "wide" else "light",
    )
    seen = Seen(context.new_page(), demo)
    seen.page.set_default_timeout(30_000)
    yield seen
    context.close()
    assert seen.complaints == []
    assert seen.strangers == []


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_a_round_is_led_through_and_its_result_taken_up(
    visitor: Seen, demo: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    page, size = visitor.page, request.node.callspec.params["visitor"]
    page.clock.install()
    page.goto("/ground/finder")
    expect(page.get_by_role("heading", level=1, name="Sit, and let the strap listen")).to_be_visible()
    assert fits(page)
    visitor.picture(f"{size}-finder")
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 0.5)
    page.get_by_role("button", name="Begin").click()
    for number, pace in enumerate((6.5, 6.0, 5.5, 5.0, 4.5)):
        half_ms = round(30_000 / pace)
        reach(page, 0.5 * half_ms)
        assert said(page) == "Breathe in", pace
        reach(page, half_ms + 60)
        assert said(page) == "Breathe out", pace
        if number == 0:
            expect(page.get_by_text("The first of five paces")).to_be_visible()
            assert fits(page)
        with page.expect_response("**/api/practice-runs/*"):
            reach(page, 123_000)
        if number < 4:
            expect(page.get_by_role("heading", level=1, name="A rest")).to_be_visible()
            if number == 0:
                visitor.picture(f"{size}-finder-rest")
            page.get_by_role("button", name="Go on now").click()
    expect(page.get_by_role("heading", level=1, name="That was the round.")).to_be_visible()
    runs = httpx.get(f"{demo}/api/practice-runs").json()["items"]
    assert [(run["practice"], run["ended_by"]) for run in runs] == [("finder", "finished")] * 5
    assert [run["breath_s"] for run in reversed(runs)] == pytest.approx(
        [60 / p for p in (6.5, 6, 5.5, 5, 4.5)], abs=0.001
    )

    with closing(sqlite3.connect(tmp_path / "demo.db", timeout=20)) as db, db:
        db.execute(
            "INSERT INTO findings (kind, wall_ms, json) VALUES ('resonance', ?, ?)",
            (time.time_ns() // 1_000_000 + 86_400_000, json.dumps(FOUND)),
        )
    page.clock.run_for(3_500)
    expect(page.get_by_text("Your heart swung widest at 5.5 breaths a minute.")).to_be_visible()
    assert fits(page)
    visitor.picture(f"{size}-finder-result")
    with page.expect_response("**/taking"):
        page.get_by_role("button", name="Use 5.5 a minute").click()
    assert httpx.get(f"{demo}/api/resonance").json()["per_minute"] == 5.5
    page.clock.resume()
    begin(page, "/breathe/resonance")
    reach(page, 5_400)
    assert said(page) == "Breathe in"
    reach(page, 5_500)
    assert said(page) == "Breathe out"


@pytest.mark.parametrize("visitor", ["narrow"], indirect=True)
def test_a_round_can_be_left_and_what_feels_worse_is_heard(visitor: Seen, demo: str) -> None:
    page = visitor.page
    begin_round = page.get_by_role("button", name="Begin")
    page.clock.install()
    page.goto("/ground/finder")
    begin_round.click()
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 0.5)
    with page.expect_response("**/api/practice-runs"):
        reach(page, 4_000)
    page.get_by_role("button", name="It feels worse").click()
    expect(page.get_by_role("heading", level=1, name="Thank you. Stopping is right.")).to_be_visible()
    page.clock.resume()
    page.get_by_role("button", name="No, thank you").click()
    page.wait_for_url("**/practices")
    (kept,) = httpx.get(f"{demo}/api/practice-runs").json()["items"]
    assert (kept["ended_by"], kept["felt"]) == ("worse", "worse")
