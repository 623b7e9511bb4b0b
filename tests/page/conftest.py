"""A simulated day being served, and a real browser that looks at it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

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
    command = [
        sys.executable, "-m", "unhurry.command", "demo", "--no-browser", "--port", "0", "--speed", "16",
        "--db", str(tmp_path / "demo.db"),
    ]  # fmt: skip
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=tmp_path
    ) as running:
        try:
            assert running.stdout is not None
            lines = [running.stdout.readline(), running.stdout.readline()]
            found = re.search(r"http://\S+", "".join(lines))
            assert found, lines
            yield found[0].rstrip("/")
        finally:
            running.terminate()
            running.wait(timeout=20)


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
