"""The page asks which strap is the wearer's, and lets them pause, in a real browser over a real database."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from unhurry.signal.records import State
from unhurry.store import (
    Anchor,
    Batch,
    Database,
    LinkMark,
    LinkState,
    NewRecording,
    Now,
    StrapChoice,
    Writer,
    migrate,
    open_database,
)

from .conftest import SIZES, Seen, served_alone

MINE = StrapChoice("Polar H10", "A0:9E:1A:C2:A4:0B", -52)
TWIN = StrapChoice("Polar H10", "A0:9E:1A:C2:B7:11", -81)
OTHER = StrapChoice("TICKR", "D3:10:00:00:77:19", None)


class Wearing:
    """Stands in for the service: writes what it would have written by now."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._writer = Writer(database)
        self._began_ms = time.time_ns() // 1_000_000 - 60_000
        self._recording = self._writer.open_recording(NewRecording("ble", "strap", Anchor(self._began_ms, 0)))

    def goes_on(self, state: State, *links: LinkMark) -> None:
        t_ms = time.time_ns() // 1_000_000 - self._began_ms
        marks = tuple(
            LinkMark(t_ms, link.state, link.device, advice=link.advice, in_reach=link.in_reach)
            for link in links
        )
        self._writer.write_batch(Batch(self._recording, links=marks, now=Now(t_ms, state=state)))

    def asks(self, *straps: StrapChoice) -> None:
        self.goes_on(State.NO_LINK, LinkMark(0, LinkState.LOOKING, advice="Which one?", in_reach=straps))

    @property
    def wishes(self) -> list[tuple[str, str]]:
        return self._database.rows("SELECT kind, arguments FROM intents ORDER BY id")


@pytest.fixture
def wearing(tmp_path: Path) -> Iterator[Wearing]:
    migrate(tmp_path / "live.db")
    with open_database(tmp_path / "live.db") as database:
        yield Wearing(database)


@pytest.fixture
def home(tmp_path: Path, wearing: Wearing) -> Iterator[str]:
    with served_alone(tmp_path / "live.db") as address:
        yield address


@pytest.fixture(params=[("desktop", "light"), ("phone", "dark")], ids="-".join)
def seen(request: pytest.FixtureRequest, browser: Browser, home: str) -> Iterator[Seen]:
    size, scheme = request.param
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    seen = Seen(context.new_page(), home)
    yield seen
    context.close()
    assert seen.complaints == []
    assert seen.strangers == []


def _tabbed_to(page: Page, name: str) -> None:
    """Reach something by the keyboard alone."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if name in page.evaluate("document.activeElement.textContent"):
            return
    pytest.fail(f"{name} cannot be reached with the keyboard")


def test_a_strap_is_chosen_with_the_keyboard_and_the_question_goes(
    seen: Seen, home: str, wearing: Wearing
) -> None:
    page = seen.page
    wearing.asks(TWIN, OTHER, MINE)
    page.goto(home)
    question = page.get_by_role("region", name="Which strap is yours?")
    expect(question.get_by_role("button")).to_have_text(
        [
            "Polar H10Strong signal, address ends in A40B",
            "Polar H10Weak signal, address ends in B711",
            "TICKR",
        ]
    )
    expect(page.locator("#announce")).to_have_text("Which strap is yours?")
    assert page.evaluate("document.activeElement.tagName") == "BODY", "a question takes no focus by itself"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    seen.picture(f"which-strap-{page.viewport_size['width'] if page.viewport_size else 0}")
    _tabbed_to(page, "TICKR")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="TICKR it is.")).to_be_focused()
    assert wearing.wishes == [("choose_strap", f'{{"address": "{OTHER.address}"}}')]
    wearing.goes_on(State.CALM, LinkMark(0, LinkState.RECEIVING, OTHER.name))
    expect(page.get_by_role("region", name="TICKR it is.")).to_have_count(0)


def test_one_strange_strap_is_asked_about_and_may_be_left(seen: Seen, home: str, wearing: Wearing) -> None:
    wearing.asks(OTHER)
    seen.page.goto(home)
    question = seen.page.get_by_role("region", name="Is this your strap?")
    expect(question).to_contain_text(re.compile("If it is somebody else.s, leave it"))
    expect(question.get_by_role("button")).to_have_count(1)
    wearing.goes_on(State.NO_LINK, LinkMark(0, LinkState.LOOKING, advice="No strap is in reach."))
    expect(question).to_have_count(0)


def test_measuring_is_paused_and_goes_on(seen: Seen, home: str, wearing: Wearing) -> None:
    page = seen.page
    wearing.goes_on(State.CALM, LinkMark(0, LinkState.RECEIVING, MINE.name))
    page.goto(home)
    now = page.get_by_role("region", name="Right now")
    page.get_by_role("button", name="Pause measuring").click()
    expect(now.get_by_role("heading", name="Measuring is paused.")).to_be_visible()
    expect(now).to_contain_text(re.compile(r"Since \d\d:\d\d\. Nothing is recorded until you go on"))
    wearing.goes_on(State.PAUSED, LinkMark(0, LinkState.PAUSED, MINE.name, advice="You paused measuring."))
    seen.picture(f"paused-{page.viewport_size['width'] if page.viewport_size else 0}")
    now.get_by_role("button", name="Go on measuring").click()
    wearing.goes_on(State.CALM, LinkMark(0, LinkState.RECEIVING, MINE.name))
    expect(page.get_by_role("button", name="Pause measuring")).to_be_visible()
    assert [kind for kind, _ in wearing.wishes] == ["pause", "resume"]
