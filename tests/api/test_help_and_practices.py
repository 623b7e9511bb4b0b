"""What suits the wearer, who can be called, and the notice, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from unhurry.api import create_app
from unhurry.config import Settings
from unhurry.store.notices import Notice, NoticeKind, keep_notice

from .conftest import MORNING_WALL_MS, Day, serving

AT_MS = MORNING_WALL_MS + 20 * 60_000


@pytest.fixture
def wearer(day: Day, tmp_path: Path) -> Iterator[httpx.Client]:
    """The page of somebody in Ireland who is pregnant and has a friend."""
    day.live_through()
    settings = Settings.model_validate(
        {
            "practices": {"exclude": ["pregnancy"], "phrases": ["It is old."]},
            "help": {"country": "IE"},
            "people": [
                {"name": "Anna", "contact": "+353 1 555 0100"},
                {"name": "Dr Lind", "contact": "lind@example.org"},
                {"name": "Next door", "contact": "knock twice"},
            ],
        }
    )
    app = create_app(day.path, config_folder=tmp_path, settings=settings)
    with (
        serving(app) as (port, _, _),
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20) as client,
    ):
        yield client


def test_what_the_wearer_named_is_left_out_and_said(wearer: httpx.Client) -> None:
    found = wearer.get("/api/practices").json()
    assert "box" not in {row["name"] for row in found["items"]}
    (box,) = [row for row in found["put_away"] if row["name"] == "box"]
    assert box == {"name": "box", "title": "Box breathing", "why": "excluded", "because": ["pregnancy"]}
    started = wearer.post("/api/intents", json={"kind": "start_practice", "arguments": {"practice": "box"}})
    assert started.status_code == 422
    (kind,) = [row for row in found["items"] if row["name"] == "self_compassion"]
    assert kind["steps"][-1]["text"] == "It is old."


def test_what_was_worse_twice_is_put_away_and_can_be_brought_back(served: Any) -> None:
    client, database = served.client, served.day.database

    def names(key: str) -> set[tuple[str, str]]:
        rows = client.get("/api/practices").json()[key]
        return {(row["name"], row.get("why", "")) for row in rows}

    with database.immediate() as db:
        for minute in (1, 2):
            db.execute(
                """INSERT INTO practice_runs (practice, started_wall_ms, utc_offset_s, felt, numbers)
                VALUES ('four_six', ?, 3600, 'worse', '{}')""",
                (MORNING_WALL_MS + minute * 60_000,),
            )
    assert ("four_six", "worse") in names("put_away")
    assert ("four_six", "") not in names("items")
    for arguments in ({}, {"practice": "no_such"}):
        refused = client.post("/api/intents", json={"kind": "enable_practice", "arguments": arguments})
        assert refused.status_code == 422
    brought = client.post(
        "/api/intents", json={"kind": "enable_practice", "arguments": {"practice": "four_six"}}
    )
    assert brought.status_code == 202
    assert ("four_six", "") in names("items")
    assert names("put_away") == set()


def test_help_has_people_and_lines_with_their_sources(wearer: httpx.Client) -> None:
    found = wearer.get("/api/help").json()
    assert [(row["name"], row["reach"]) for row in found["people"]] == [
        ("Anna", "call"),
        ("Dr Lind", "write"),
        ("Next door", None),
    ]
    assert found["country"] == "IE"
    (ireland,) = [row for row in found["countries"] if row["code"] == "IE"]
    assert [line["call"] for line in ireland["lines"]] == ["112", "116 123", "1800 341 900"]
    assert all(line["source"] and line["checked"] for row in found["countries"] for line in row["lines"])
    assert {row["about"] for row in found["heard"]} == {"self_harm", "violence"}
    assert found["problems"] == []


def test_help_needs_no_database(tmp_path: Path) -> None:
    with (
        serving(create_app(tmp_path / "nowhere.db")) as (port, _, _),
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20) as client,
    ):
        assert client.get("/api/help").status_code == 200
        assert client.get("/api/practices").status_code == 503


def test_people_and_phrases_never_reach_the_database(wearer: httpx.Client, day: Day) -> None:
    settings = Settings.model_validate(
        {"people": [{"name": "Anna", "contact": "+353 1 555 0100"}], "practices": {"phrases": ["Moonlight."]}}
    )
    assert wearer.get("/api/help").status_code == 200
    kept = settings.as_json()
    assert "Anna" not in kept
    assert "555" not in kept
    assert "Moonlight" not in kept
    assert settings.version == Settings().version


def test_a_notice_says_what_was_read_and_whom_to_call(wearer: httpx.Client, day: Day) -> None:
    assert wearer.get("/api/notice").json() == {"notice": None}
    keep_notice(day.database, Notice(NoticeKind.HIGH, 120, 10, still_known=True), wall_ms=AT_MS)
    notice = wearer.get("/api/notice").json()["notice"]
    assert notice["t"] == "2026-03-12T07:20:00.000+01:00"
    assert notice["question"] is None
    assert notice["text"] == (
        "Your strap has read above 120 beats a minute for ten minutes while you seemed still."
        " With chest pain, fainting or trouble breathing, call 112. Otherwise look whether the strap sits well."
        " If it keeps happening, consider having it checked by a doctor."
    )
    assert "120" not in notice["without_numbers"]


def test_where_movement_was_not_known_the_notice_asks_first_and_claims_nothing(served: Any) -> None:
    keep_notice(served.day.database, Notice(NoticeKind.LOW, 40, 10, still_known=False), wall_ms=AT_MS)
    notice = served.client.get("/api/notice").json()["notice"]
    assert notice["question"] == "Are you resting?"
    assert "still" not in notice["text"]
    assert "below 40 beats a minute" in notice["text"]
    assert "your local emergency number" in notice["text"]


def test_a_notice_of_yesterday_is_over(served: Any) -> None:
    notice = Notice(NoticeKind.HIGH, 120, 10, still_known=True)
    keep_notice(served.day.database, notice, wall_ms=AT_MS - 86_400_000)
    assert served.client.get("/api/notice").json() == {"notice": None}
