"""What the page is told about the strap: its model and firmware, and advice on its care."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from unhurry.api import create_app
from unhurry.store import (
    Anchor,
    Batch,
    LinkMark,
    LinkState,
    NewRecording,
    Now,
    Writer,
    migrate,
    open_database,
)
from unhurry.store.profiles import KeptProfile

from .conftest import MORNING_WALL_MS, serving

ADDRESS = "C0:11:22:33:44:00"
SENTENCE = "The strap battery is at 15 %: a CR2025 coin cell is worth having ready."


def told(tmp_path: Path, *profiles: KeptProfile, source: str = "ble") -> dict[str, Any]:
    path = tmp_path / "unhurry.db"
    migrate(path)
    with open_database(path) as database:
        writer = Writer(database)
        recording = writer.open_recording(NewRecording(source, "a strap", Anchor(MORNING_WALL_MS, 3600)))
        links = (
            LinkMark(0, LinkState.RECEIVING, "Polar H10 1234", 15, None, ADDRESS),
            LinkMark(5000, LinkState.RECEIVING, "Polar H10 1234", 15, SENTENCE, ADDRESS),
        )
        writer.write_batch(Batch(recording, links=links, profiles=profiles, now=Now(6000)))
    with serving(create_app(path)) as (port, _, _):
        answer: dict[str, Any] = httpx.get(f"http://127.0.0.1:{port}/api/status", timeout=20).json()
    return answer


PROFILE = KeptProfile(ADDRESS, "5.0.0", "H10", "Polar Electro Oy", 1, 2, 3, "{}")


def test_model_and_firmware_are_those_of_the_strap_that_is_worn(tmp_path: Path) -> None:
    other = KeptProfile("C1:00:00:00:00:01", "9.9", "TICKR", "Wahoo", 1, 9, 3, "{}")
    assert told(tmp_path, PROFILE, other)["strap"] == {
        "name": "Polar H10 1234",
        "battery_percent": 15,
        "model": "H10",
        "firmware": "5.0.0",
    }


def test_a_strap_that_has_not_told_is_null(tmp_path: Path) -> None:
    strap = told(tmp_path)["strap"]
    assert (strap["model"], strap["firmware"]) == (None, None)


@pytest.mark.parametrize("source", ["replay", "demo"])
def test_a_recording_has_no_firmware(tmp_path: Path, source: str) -> None:
    strap = told(tmp_path, PROFILE, source=source)["strap"]
    assert (strap["model"], strap["firmware"]) == (None, None)


def test_advice_on_a_strap_that_is_received_comes_with_the_state_it_has_been_in_since(tmp_path: Path) -> None:
    link = told(tmp_path)["link"]
    assert link == {"state": "receiving", "since": "2026-03-12T07:00:00.000+01:00", "advice": SENTENCE}
