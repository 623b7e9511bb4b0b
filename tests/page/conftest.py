"""A simulated day being served, and a real browser that looks at it."""

from __future__ import annotations

import mimetypes
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, Route, sync_playwright

PAGE = Path(__file__).resolve().parents[2] / "api" / "unhurry" / "api" / "page"
ORIGIN = "http://page.invalid"
"""Where `blank` finds the files of the page, without a server."""

SCREENSHOTS = Path(__file__).parent / "screenshots"
"""Pictures of the last run, for a person to look at; not kept in the repository."""
CHROMIUM = next((path for name in ("chromium", "chromium-browser") if (path := shutil.which(name))), None)
ALONE = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SIZES = {"desktop": (1440, 900), "phone": (360, 740)}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed: the page cannot be looked at")
    with sync_playwright() as playwright:
        yield started(playwright)


def started(playwright: Playwright) -> Browser:
    assert CHROMIUM is not None
    return playwright.chromium.launch(executable_path=CHROMIUM, args=ALONE)


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[str]:
    """Serve the simulated day at sixteen times its speed and give its address."""
    command = ("demo", "--no-browser", "--port", "0", "--speed", "16", "--db", str(tmp_path / "demo.db"))
    with running_in(tmp_path, *command) as address:
        yield address


@contextmanager
def served_alone(database: Path) -> Iterator[str]:
    """Serve the page for a database without a service, and give its address."""
    settings = database.with_name("settings.toml")
    settings.touch()
    command = ("serve", "--port", "0", "--db", str(database), "--config", str(settings))
    with running_in(database.parent, *command) as address:
        yield address


@contextmanager
def running_in(folder: Path, *command: str) -> Iterator[str]:
    """Run a command that serves the page, in a process of its own, and give the address it names."""
    with subprocess.Popen(
        [sys.executable, "-m", "unhurry.command", *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=folder,
    ) as running:
        try:
            assert running.stdout is not None
            lines: list[str] = []
            while not (found := re.search(r"http://\S+", "".join(lines))):
                lines.append(running.stdout.readline())
                assert lines[-1], lines
            yield found[0].rstrip("/")
        finally:
            running.terminate()
            running.wait(timeout=20)


@pytest.fixture(scope="module")
def blank(browser: Browser) -> Iterator[Page]:
    """An empty page that can import the page's modules, in a zone and a language far from the days told."""
    context = browser.new_context(timezone_id="Asia/Tokyo", locale="de-DE")
    context.route("**/*", _from_the_files)
    page = context.new_page()
    page.goto(f"{ORIGIN}/")
    yield page
    context.close()


def _from_the_files(route: Route) -> None:
    path = PAGE / route.request.url.removeprefix(f"{ORIGIN}/page/")
    if path.is_file():
        route.fulfill(body=path.read_bytes(), content_type=mimetypes.guess_type(path.name)[0])
    else:
        route.fulfill(body="<!doctype html><title>empty</title>", content_type="text/html")


class Seen:
    """A page that remembers what went wrong on it, and whom it spoke to."""

    def __init__(self, page: Page, home: str) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.strangers: list[str] = []
        page.on(
            "console", lambda m: self.complaints.append(m.text) if m.type in ("error", "warning") else None
        )
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on(
            "request", lambda r: None if r.url.startswith((home, "data:")) else self.strangers.append(r.url)
        )

    def picture(self, name: str) -> None:
        SCREENSHOTS.mkdir(exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png")
