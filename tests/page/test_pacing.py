"""The pacer on the page: the same sums as in `signal/pacer.py`, one clock, stopped at any second, kept with its pauses."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import httpx
import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from unhurry.config.content import load_practices
from unhurry.signal.pacer import Breath, Pacing, Part, boundaries, pacing, place_at

from .conftest import Seen
from .test_page_arithmetic import run

SIZES = {"wide": (1280, 900), "narrow": (390, 844)}
BREATHS = {practice.name: practice for practice in load_practices().items if practice.phases}


def planned(name: str) -> tuple[Pacing, list[dict[str, object]], float]:
    practice = BREATHS[name]
    parts = [Part(Breath(phase.kind), round(phase.seconds * 1000)) for phase in practice.phases]
    phases: list[dict[str, object]] = [
        {"kind": phase.kind, "seconds": phase.seconds} for phase in practice.phases
    ]
    return pacing(parts, round(practice.minutes * 60_000)), phases, practice.minutes


@pytest.mark.parametrize("name", BREATHS)
def test_page_and_service_agree_on_every_boundary_and_on_any_moment(blank: Page, name: str) -> None:
    paced, phases, minutes = planned(name)
    rng = np.random.default_rng(5)
    times = sorted(
        {-1, 0, *rng.integers(-3000, paced.total_ms + 3000, 300).tolist(), *boundaries(paced).tolist()}
    )
    turns, places = run(
        blank,
        "breath",
        "const [phases, minutes, times] = argument; const p = m.plan(phases, minutes);"
        " return [m.boundaries(p), times.map((t) => { const a = m.at(p, t);"
        " return [a.done, a.breath, a.index, a.intoMs, a.fullness]; })]",
        [phases, minutes, times],
    )
    assert turns == boundaries(paced).tolist()
    for t_ms, (done, breath, index, into_ms, fullness) in zip(times, places, strict=True):
        place = place_at(paced, t_ms)
        assert (done, breath, index, into_ms) == (place.done, place.breath, place.part, place.into_ms), t_ms
        assert fullness == pytest.approx(place.fullness, abs=1e-9), t_ms


@pytest.fixture(params=SIZES)
def visitor(request: pytest.FixtureRequest, browser: Browser, demo: str) -> Iterator[Seen]:
    width, height = SIZES[request.param]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        base_url=demo,
        color_scheme="dark" if request.param == "narrow" else "light",
    )
    seen = Seen(context.new_page(), demo)
    seen.page.set_default_timeout(30_000)
    yield seen
    context.close()
    assert seen.complaints == []
    assert seen.strangers == []


def begin(page: Page, address: str) -> None:
    """Open a practice, and let its clock stand until it is told to go on."""
    page.clock.install()
    page.goto(address)
    expect(page.locator(".breath-say b")).to_have_text("Settle")
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 0.5)


def reach(page: Page, t_ms: float) -> None:
    """Let the clock go on until the breath has gone on for `t_ms`."""
    page.clock.run_for(
        round(t_ms - page.evaluate("performance.now() - document.querySelector('.breath').dataset.began"))
    )


def said(page: Page) -> str:
    return page.locator(".breath-say b").inner_text()


@pytest.mark.parametrize("visitor", ["narrow"], indirect=True)
def test_each_part_of_the_breath_begins_where_the_clock_says_also_after_a_pause(visitor: Seen) -> None:
    page = visitor.page
    begin(page, "/breathe/four_six")
    for begins_ms, words in ((0, "Breathe in"), (4_000, "Breathe out"), (10_000, "Breathe in")):
        reach(page, begins_ms + 40)
        assert said(page) == words
        reach(page, begins_ms + 3_950)
        assert said(page) == words
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Go on")).to_be_visible()
    page.clock.run_for(60_000)
    assert said(page) == "Breathe in"
    page.keyboard.press("Space")
    reach(page, 13_980)
    assert said(page) == "Breathe in"
    reach(page, 14_040)
    assert said(page) == "Breathe out"
    reach(page, 118_000)
    assert said(page) == "Breathe out"
    reach(page, 120_040)
    expect(page.get_by_role("heading", level=1, name="That is all.")).to_be_visible()


def test_a_practice_is_kept_with_its_pause_and_its_end_and_says_what_the_heart_did(
    visitor: Seen, demo: str, request: pytest.FixtureRequest
) -> None:
    page, size = visitor.page, request.node.callspec.params["visitor"]
    begin(page, "/breathe/three_breaths")
    with page.expect_response("**/api/practice-runs") as begun:
        reach(page, 3_000)
    run_id = begun.value.json()["id"]
    reach(page, 11_700)
    visitor.picture(f"{size}-pacer")
    page.get_by_role("button", name="Pause").click()
    page.clock.run_for(4_000)
    page.get_by_role("button", name="Go on").click()
    reach(page, 30_100)
    expect(page.get_by_role("heading", level=1, name="That is all.")).to_be_visible()
    with page.expect_response("**/api/practice-runs/*"):
        page.get_by_role("button", name="The same").click()
    kept = httpx.get(f"{demo}/api/practice-runs/{run_id}").json()
    assert (kept["practice"], kept["ended_by"], kept["felt"]) == ("three_breaths", "finished", "same")
    (before, after) = kept["paced"]
    assert before["from_s"] == pytest.approx(2.5, abs=0.1)
    assert after["from_s"] - before["until_s"] >= 4.0
    paced_s = sum(each["until_s"] - each["from_s"] for each in kept["paced"])
    assert paced_s == pytest.approx(30.0, abs=0.2)


def test_what_feels_worse_ends_at_once_and_looking_around_is_offered(
    visitor: Seen, demo: str, request: pytest.FixtureRequest
) -> None:
    page, size = visitor.page, request.node.callspec.params["visitor"]
    begin(page, "/breathe/five_five")
    with page.expect_response("**/api/practice-runs"):
        reach(page, 5_000)
    page.get_by_role("button", name="It feels worse").click()
    expect(page.get_by_role("heading", level=1, name="Thank you. Stopping is right.")).to_be_visible()
    visitor.picture(f"{size}-worse")
    page.get_by_role("button", name="Look around", exact=True).click()
    page.wait_for_url("**/ground/*")
    (kept,) = httpx.get(f"{demo}/api/practice-runs").json()["items"]
    assert (kept["ended_by"], kept["felt"]) == ("worse", "worse")


@pytest.mark.parametrize("visitor", ["narrow"], indirect=True)
def test_escape_ends_and_what_was_only_looked_into_is_not_kept(visitor: Seen, demo: str) -> None:
    page = visitor.page
    page.goto("/practices")
    page.get_by_role("link", name="Start slow breathing, four in, six out").click()
    expect(page.locator(".breath")).to_be_visible()
    page.keyboard.press("Escape")
    page.wait_for_url("**/practices")
    assert httpx.get(f"{demo}/api/practice-runs").json()["items"] == []


@pytest.mark.parametrize("visitor", ["narrow"], indirect=True)
def test_everything_fits_on_a_narrow_screen(visitor: Seen) -> None:
    page = visitor.page
    begin(page, "/breathe/four_six")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for name in ("Pause", "Look around instead", "It feels worse", "End", "Soft tones", "Your heart"):
        box = page.get_by_role("button", name=name).bounding_box()
        assert box is not None, name
        assert box["x"] >= 0, name
        assert box["x"] + box["width"] <= 390, name
        assert box["height"] >= 44, name


def radii(page: Page) -> set[str]:
    found: set[str] = set()
    for _ in range(20):
        page.clock.run_for(200)
        found.add(page.locator("circle.disc").get_attribute("r") or "")
    return found


def test_with_reduced_motion_the_disc_keeps_its_size(browser: Browser, demo: str) -> None:
    sizes: list[int] = []
    for motion in ("reduce", "no-preference"):
        context = browser.new_context(base_url=demo, reduced_motion=motion)
        page = context.new_page()
        begin(page, "/breathe/four_six")
        reach(page, 100)
        sizes.append(len(radii(page)))
        context.close()
    assert sizes[0] == 1
    assert sizes[1] > 10


def heard(page: Page) -> list[tuple[float, float]]:
    """Return what the breath's tone was told: (how loud, when), on the sound card's clock."""
    found: list[list[float]] = page.evaluate("window.told")
    return [(loud, at) for loud, at in found]


RECORD = """() => {
  window.told = [];
  const real = AudioParam.prototype.setTargetAtTime;
  AudioParam.prototype.setTargetAtTime = function (value, at, constant) {
    if (this.maxValue > 1e6 && value < 0.1) window.told.push([value, at]);
    return real.call(this, value, at, constant);
  };
}"""


def test_soft_tones_are_laid_out_ahead_on_the_turns_of_the_breath_and_stop_with_a_pause(
    browser: Browser, demo: str
) -> None:
    context = browser.new_context(base_url=demo)
    page = context.new_page()
    page.add_init_script(f"({RECORD})()")
    page.goto("/breathe/four_six")
    page.get_by_role("button", name="Soft tones").click()
    expect(page.get_by_role("button", name="Soft tones")).to_have_attribute("aria-pressed", "true")
    page.wait_for_timeout(9_000)
    loud = sorted({round(at, 3) for value, at in heard(page) if value > 0.05})
    gaps = [after - before for before, after in itertools.pairwise(loud)]
    assert any(gap == pytest.approx(4.0, abs=0.06) for gap in gaps), loud
    page.get_by_role("button", name="Pause").click()
    last: Any = heard(page)[-1]
    assert last[0] == 0
    context.close()
