"""Asking what other settings would have brought, over HTTP: what may be tried, what is refused, what comes back."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from tests.api.conftest import Day, Served

from unhurry.store.questions import AnswerState, answer, open_question

TOTAL = {
    "days": 1,
    "worn_hours": 0.45,
    "events_before": 2,
    "events_after": 1,
    "offers_before": 1,
    "offers_after": 1,
    "events_lost": 1,
    "events_gained": 0,
    "offers_lost": 0,
    "offers_gained": 0,
}
CONTENT: dict[str, Any] = {
    "state": AnswerState.DONE,
    "sentence": "On the one day you wore it, one moment less.",
    "settings": [{"name": "on_score", "title": "T", "unit": None, "before": "1.7", "after": "2.2"}],
    "keep": [],
    "result": {
        "days": [
            {
                "date": "2026-03-12",
                "worn_hours": 0.45,
                "events_before": 2,
                "events_after": 1,
                "offers_before": 1,
                "offers_after": 1,
            }
        ],
        "total": TOTAL,
        "changes": [
            {
                "t": "2026-03-12T07:25:47.500+01:00",
                "event": 2,
                "rise_bpm": 30.2,
                "hr_peak_bpm": 90.2,
                "lasted_s": None,
                "label": None,
                "answer": None,
                "felt": None,
                "before": "held",
                "reason_before": "cooldown",
                "after": None,
                "reason_after": None,
            }
        ],
        "left_out": 0,
        "recorded": {"events": 2, "offers": 1, "days_differing": 0, "sentence": None},
    },
}


def ask(client: httpx.Client, arguments: dict[str, Any]) -> httpx.Response:
    return client.post("/api/intents", json={"kind": "what_if", "arguments": arguments})


def test_the_settings_that_may_be_tried_have_words_bounds_and_the_value_they_have(
    client: httpx.Client, day: Day
) -> None:
    told = client.get("/api/settings").json()
    assert told["version"] == "0a1b2c3d4e5f"
    names = [each["name"] for each in told["items"]]
    # The minutes of this day have no movement.
    assert names[:2] == ["alone_on_score", "alone_sustain_s"]
    assert {"budget_per_day", "cooldown_min", "quiet_from", "quiet_to", "on_low_confidence"} <= set(names)
    budget = next(each for each in told["items"] if each["name"] == "budget_per_day")
    assert (budget["value"], budget["least"], budget["most"]) == ("3", 0, 20)
    quiet = next(each for each in told["items"] if each["name"] == "quiet_from")
    assert (quiet["value"], quiet["kind"]) == ("22:00", "time")
    assert all(each["words"].endswith(".") and "!" not in each["words"] for each in told["items"])
    with day.database.immediate() as db:
        db.execute("UPDATE minutes SET motion = 0.1")
    assert client.get("/api/settings").json()["items"][0]["name"] == "on_score"


def test_settings_written_by_another_version_are_shown_as_the_defaults(
    client: httpx.Client, day: Day
) -> None:
    told = {"prompts": {"budget_per_day": 5, "shout": True}}
    day.writer.save_settings("feedfeedfeed", json.dumps(told), wall_ms=1_800_000_000_000)
    items = client.get("/api/settings").json()["items"]
    assert next(each for each in items if each["name"] == "budget_per_day")["value"] == "3"


def test_a_question_waits_until_it_is_answered(client: httpx.Client, day: Day) -> None:
    asked = ask(client, {"settings": {"on_score": 2.2, "prompts.budget_per_day": "2"}, "days": 7})
    assert asked.status_code == 202
    number = asked.json()["id"]
    found = open_question(day.database)
    assert found is not None
    assert (found.id, found.days) == (number, 7)
    assert found.settings == {"on_score": "2.2", "budget_per_day": "2"}
    told = client.get(f"/api/what-if/{number}").json()
    assert (told["state"], told["progress"], told["result"]) == ("waiting", None, None)
    assert told["settings"][1] == {
        "name": "budget_per_day",
        "title": "Offers a day at most",
        "unit": "offers a day",
        "before": "3",
        "after": "2",
    }
    assert told["keep"] == [
        {"table": "detection.parameters", "line": "on_score = 2.2"},
        {"table": "prompts", "line": "budget_per_day = 2"},
    ]
    answer(day.database, number, {"state": AnswerState.WORKING, "progress": 0.4}, wall_ms=1)
    told = client.get(f"/api/what-if/{number}").json()
    assert (told["state"], told["progress"]) == ("working", 0.4)
    answer(day.database, number, CONTENT, wall_ms=2)
    told = client.get(f"/api/what-if/{number}").json()
    assert (told["state"], told["result"]["total"]) == ("done", TOTAL)
    assert told["result"]["changes"][0]["reason_before"] == "cooldown"
    assert open_question(day.database) is None


def test_a_newer_question_takes_the_place_of_the_one_before(client: httpx.Client, day: Day) -> None:
    first = ask(client, {"settings": {"on_score": 2}}).json()["id"]
    answer(day.database, first, {"state": AnswerState.WORKING, "progress": 0.1}, wall_ms=1)
    second = ask(client, {"settings": {"on_score": 3}}).json()["id"]
    found = open_question(day.database)
    assert found is not None
    assert (found.id, found.days) == (second, 14)
    answer(day.database, second, CONTENT, wall_ms=2)
    told = client.get(f"/api/what-if/{first}").json()
    assert told["state"] == "failed"
    assert "newer question" in told["sentence"]


def test_only_the_latest_answers_are_kept(client: httpx.Client, day: Day) -> None:
    for _ in range(23):
        answer(day.database, ask(client, {"settings": {"on_score": 2}}).json()["id"], CONTENT, wall_ms=1)
    assert day.database.value("SELECT count(*) FROM findings") == 20
    assert open_question(day.database) is None


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({}, "what to try"),
        ({"settings": {}}, "what to try"),
        ({"settings": {"warm_up_s": 1}}, "cannot be tried here"),
        ({"settings": {"on_score": "high"}}, "from 1 to 6, not high"),
        ({"settings": {"on_score": "nan"}}, "from 1 to 6, not nan"),
        ({"settings": {"sustain_s": 30.5}}, "no value for 'sustain_s'"),
        ({"settings": {"budget_per_day": 21}}, "from 0 to 20"),
        ({"settings": {"budget_per_day": 2.5}}, "no value for 'budget_per_day'"),
        ({"settings": {"quiet_from": "late"}}, "no value for 'quiet_from'"),
        ({"settings": {"on_low_confidence": "perhaps"}}, "true or false"),
        ({"settings": {"on_score": 2}, "days": 0}, "days"),
        ({"settings": {"on_score": 2}, "days": 91}, "days"),
        ({"settings": {"on_score": 2}, "minutes": 5}, "minutes"),
        ({"settings": {"on_score": [2]}}, "on_score"),
    ],
)
def test_what_cannot_be_tried_is_refused_in_plain_words(
    client: httpx.Client, arguments: dict[str, Any], said: str
) -> None:
    answered = ask(client, arguments)
    assert answered.status_code == 422
    assert said in answered.json()["detail"]


def test_without_a_day_worn_there_is_nothing_to_ask(client: httpx.Client, day: Day) -> None:
    with day.database.immediate() as db:
        db.execute("UPDATE minutes SET state = 'no_link'")
    answered = ask(client, {"settings": {"on_score": 2}})
    assert answered.status_code == 409
    assert "wear the strap first" in answered.json()["detail"]
    assert client.get("/api/what-if/77").status_code == 404


def test_the_live_stream_tells_when_an_answer_is_there(served: Served, client: httpx.Client) -> None:
    number = ask(client, {"settings": {"on_score": 2}}).json()["id"]
    with client.stream("GET", "/api/live") as stream:
        lines = stream.iter_lines()
        assert next(lines) == "event: status"
        answer(served.day.database, number, CONTENT, wall_ms=1)
        for line in lines:
            if line == "event: finding":
                told = json.loads(next(lines).removeprefix("data: "))
                break
    assert (told["kind"], told["intent"]) == ("what_if", number)
