"""What the page writes: labels, answers, entries, wishes."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest


def test_a_label_and_a_note_are_kept_each_by_itself(client: httpx.Client) -> None:
    labelled = client.patch("/api/events/1", json={"label": "coffee"})
    assert (labelled.status_code, labelled.json()["label"], labelled.json()["note"]) == (200, "coffee", None)
    client.patch("/api/events/1", json={"note": "two of them"})
    found = client.get("/api/events/1").json()
    assert (found["label"], found["note"]) == ("coffee", "two of them")
    assert client.patch("/api/events/1", json={"label": None}).json()["label"] is None
    assert client.patch("/api/events/1", json={"label": "panic attack"}).status_code == 422
    assert client.patch("/api/events/99", json={}).status_code == 404


def test_a_label_and_a_note_written_at_once_by_two_pages_are_both_kept(client: httpx.Client) -> None:
    def say(what: dict[str, str]) -> int:
        return client.patch("/api/events/1", json=what).status_code

    with ThreadPoolExecutor(2) as pages:
        for n in range(20):
            said = {"label": "tense" if n % 2 else "moved"}, {"note": f"note {n}"}
            assert set(pages.map(say, said)) == {200}
            found = client.get("/api/events/1").json()
            assert (found["label"], found["note"]) == (said[0]["label"], said[1]["note"])


def test_an_offer_is_answered_and_how_it_felt_is_kept(client: httpx.Client) -> None:
    started = client.post("/api/prompts/1/answer", json={"answer": "start"})
    assert started.status_code == 200
    assert (started.json()["answer"], started.json()["closed"]) == ("start", "answered")
    assert started.json()["answered"].startswith("2026-03-12T07:30:0"), "in the recording's time"
    done = client.post(
        "/api/prompts/1/answer",
        json={"answer": "done", "felt": "better", "feeling": "sad", "note": "a letter"},
    )
    assert done.json()["answer"] == "done"
    outcome = client.get("/api/outcomes").json()["items"][0]
    assert (outcome["felt"], outcome["feeling"], outcome["note"], outcome["event"]) == (
        "better",
        "sad",
        "a letter",
        1,
    )
    assert client.get("/api/status").json()["prompt"] is None


def test_not_now_may_be_said_again_with_a_reason(client: httpx.Client) -> None:
    first = client.post("/api/prompts/1/answer", json={"answer": "not_now"}).json()
    second = client.post("/api/prompts/1/answer", json={"answer": "not_now", "reason": "meeting"}).json()
    assert second == {**first, "reason": "meeting"}


def test_an_answer_that_contradicts_gets_a_sentence(client: httpx.Client) -> None:
    client.post("/api/prompts/1/answer", json={"answer": "start"})
    answer = client.post("/api/prompts/1/answer", json={"answer": "fine"})
    assert answer.status_code == 409
    assert answer.json()["detail"] == 'This offer was answered with "Start" before. That answer stands.'
    assert client.post("/api/prompts/99/answer", json={"answer": "fine"}).status_code == 404


def test_an_expired_offer_can_still_be_answered(served: Any) -> None:
    expires_ms = 1_773_295_200_000 + 947_500 + 900_000
    assert served.day.writer.expire_prompts(expires_ms) == (1,)
    assert served.client.get("/api/prompts").json()["items"][0]["closed"] == "expired"
    assert served.client.post("/api/prompts/1/answer", json={"answer": "fine"}).json()["closed"] == "answered"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"answer": "maybe"},
        {"answer": "fine", "reason": "meeting"},
        {"answer": "start", "felt": "better"},
        {"answer": "fine", "surprise": 1},
        {"answer": "done", "note": "x" * 20_001},
    ],
)
def test_an_answer_that_means_nothing_is_refused(client: httpx.Client, body: dict[str, object]) -> None:
    assert client.post("/api/prompts/1/answer", json=body).status_code == 422
    assert client.get("/api/prompts").json()["items"][0]["answer"] is None


def test_an_entry_goes_round(client: httpx.Client) -> None:
    answer = client.post(
        "/api/journal",
        json={"body": "A letter from the bank. #work", "events": [1], "about": "2026-03-12T07:15:00+01:00"},
    )
    assert answer.status_code == 201
    entry = answer.json()
    assert answer.headers["location"] == "/api/journal/1"
    assert entry == {
        "id": 1,
        "template": "note",
        "body": "A letter from the bank. #work",
        "fields": {},
        "tags": ["work"],
        "about": "2026-03-12T07:15:00.000+01:00",
        "events": [1],
        "created": entry["created"],
        "updated": entry["created"],
        "version": 1,
    }
    assert entry["created"].startswith("2026-03-12T07:30:0")
    assert client.get("/api/journal/1").json() == entry
    assert client.get("/api/events/1").json()["entries"] == [
        {
            "id": 1,
            "template": "note",
            "title": "A letter from the bank. #work",
            "about": "2026-03-12T07:15:00.000+01:00",
        }
    ]
    assert [row["id"] for row in client.get("/api/timeline").json()["entries"]] == [1]


def test_entries_are_found(client: httpx.Client) -> None:
    for body in (
        {"body": "Ärger"},
        {"fields": {"fear": "alone"}, "template": "trigger"},
        {"body": "x", "events": [2]},
    ):
        assert client.post("/api/journal", json=body).status_code == 201

    def found(**parameters: object) -> list[int]:
        return [row["id"] for row in client.get("/api/journal", params=parameters).json()["items"]]  # type: ignore[arg-type]

    assert found() == [3, 2, 1]
    assert found(q="ärger") == [1]
    assert found(template="trigger") == [2]
    assert found(event=2) == [3]
    assert found(end="2026-03-12T07:00:00+01:00") == []
    assert found(limit=2) == [3, 2]


def test_an_edit_carries_its_version(client: httpx.Client) -> None:
    client.post("/api/journal", json={"body": "first #one", "tags": ["kept"]})
    second = client.patch("/api/journal/1", json={"version": 1, "body": "second #two"})
    assert second.status_code == 200
    assert (second.json()["body"], second.json()["version"], second.json()["tags"]) == (
        "second #two", 2, ["kept", "two"],
    )  # fmt: skip
    stale = client.patch("/api/journal/1", json={"version": 1, "body": "mine"})
    assert stale.status_code == 409
    assert stale.headers["content-type"] == "application/problem+json"
    assert (stale.json()["yours"]["body"], stale.json()["theirs"]["body"]) == ("mine", "second #two")
    assert client.get("/api/journal/1").json()["body"] == "second #two"
    assert client.patch("/api/journal/9", json={"version": 1}).status_code == 404
    assert client.patch("/api/journal/1", json={"body": "x"}).status_code == 422, "without a version"


def test_an_entry_is_deleted(client: httpx.Client) -> None:
    client.post("/api/journal", json={"body": "x"})
    assert client.delete("/api/journal/1").status_code == 204
    assert client.delete("/api/journal/1").status_code == 404
    assert client.get("/api/journal/1").status_code == 404
    assert client.post("/api/journal", json={"body": "y"}).json()["id"] == 2


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({}, "words"),
        ({"body": "   "}, "words"),
        ({"body": "x", "events": [99]}, "no moment 99"),
        ({"body": "x", "about": "2026-03-12T07:15:00"}, "about"),
        ({"body": "x", "about": "9999-12-31T23:59:59-12:00"}, "about"),
        ({"body": "x", "mood": 7}, "mood"),
        ({"body": "x" * 100_001}, "body"),
        ({"body": "x", "template": "../../etc"}, "template"),
        ({"body": "x", "events": [2**70]}, "events"),
        ({"body": "\ud800"}, "body"),
    ],
)
def test_an_entry_that_cannot_be_kept_is_refused_with_a_reason(
    client: httpx.Client, body: dict[str, object], named: str
) -> None:
    answer = client.post(
        "/api/journal", content=json.dumps(body), headers={"content-type": "application/json"}
    )
    assert answer.status_code == 422
    assert named in answer.json()["detail"]
    assert client.get("/api/journal").json()["items"] == []


def test_wishes_are_kept_and_hold(served: Any) -> None:
    client = served.client
    for kind, arguments in (
        ("snooze", {}),
        ("observe", {"on": True}),
        ("conversation_start", {}),
        ("driving_start", {}),
        ("start_practice", {"practice": "four_six"}),
    ):
        answer = client.post("/api/intents", json={"kind": kind, "arguments": arguments})
        assert answer.status_code == 202, answer.text
    assert answer.json() == {"id": 5}
    modes = client.get("/api/status").json()["modes"]
    assert (modes["observing"], modes["driving"]) == (True, True)
    assert modes["conversation_since"].startswith("2026-03-12T07:30:0")
    assert modes["snoozed_until"].startswith("2026-03-12T09:30:0"), "two hours when nothing is said"
    taken = served.day.writer.take_intents(1)
    assert [(row.kind.value, row.arguments) for row in taken[:2]] == [
        ("snooze", {"minutes": 120}),
        ("observe", {"on": True}),
    ]
    client.post("/api/intents", json={"kind": "conversation_end"})
    assert client.get("/api/status").json()["modes"]["conversation_since"] is None
    assert [row["kind"] for row in client.get("/api/timeline").json()["intents"]][-1] == "conversation_end"


def test_a_snooze_is_over_when_one_of_no_minutes_is_asked_for(client: httpx.Client) -> None:
    for minutes, snoozed in ((30, True), (0, False), (30, True)):
        answer = client.post("/api/intents", json={"kind": "snooze", "arguments": {"minutes": minutes}})
        assert answer.status_code == 202, answer.text
        modes = client.get("/api/status").json()["modes"]
        assert (modes["snoozed_until"] is not None) is snoozed


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "forget_everything"},
        {"kind": "snooze", "arguments": {"minutes": -1}},
        {"kind": "snooze", "arguments": {"on": True}},
        {"kind": "snooze", "arguments": {"minutes": 1e400}},
        {"kind": "start_practice"},
        {"kind": "start_practice", "arguments": {"practice": "no_such"}},
        {"kind": "driving_start", "arguments": {"speed": 3}},
    ],
)
def test_a_wish_that_means_nothing_is_refused(client: httpx.Client, body: dict[str, object]) -> None:
    answer = client.post(
        "/api/intents", content=json.dumps(body), headers={"content-type": "application/json"}
    )
    assert answer.status_code == 422
    assert client.get("/api/timeline").json()["intents"] == []
