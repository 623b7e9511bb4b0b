"""Every route that reads, by real HTTP, against a day written by the real writer."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from typing import Any

import httpx
import pytest


def get(client: httpx.Client, address: str, **parameters: Any) -> Any:
    answer = client.get(f"/api{address}", params=parameters)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    return answer.json()


def test_status_says_how_things_are(client: httpx.Client) -> None:
    now = get(client, "/status")
    assert now["now"].startswith("2026-03-12T07:30:0")
    assert now["now"].endswith("+01:00")
    assert (now["simulated"], now["source"], now["speed"], now["daemon"]["running"]) == (
        False,
        "replay",
        1.0,
        True,
    )
    assert now["link"] == {"state": "replay", "since": "2026-03-12T07:00:00.000+01:00", "advice": None}
    assert now["strap"] == {"name": "u03", "battery_percent": 80, "model": None, "firmware": None}
    assert now["wear"] == "on"
    assert now["moment"] == {
        "state": "calm",
        "since": "2026-03-12T07:30:00.000+01:00",
        "hr_bpm": 60.0,
        "level_bpm": 60.4,
        "usual_low_bpm": 49.0,
        "usual_high_bpm": 73.0,
        "motion_known": True,
    }
    assert now["modes"] == {
        "observing": False, "conversation_since": None, "snoozed_until": None, "driving": False,
        "paused_since": None,
    }  # fmt: skip
    assert now["prompt"]["id"] == 1
    assert now["last_recording"]["started"] == "2026-03-12T07:00:00.000+01:00"
    assert now["today"] == {
        "date": "2026-03-12",
        "minutes_by_state": {"calm": 21, "moving": 4, "no_link": 3, "aroused": 2},
        "events": 2,
        "prompts": 1,
        "budget": 3,
    }
    assert (now["versions"]["schema"], now["versions"]["settings"]) == (3, "0a1b2c3d4e5f")


def test_events_come_newest_first_with_all_that_hangs_on_them(client: httpx.Client) -> None:
    found = get(client, "/events")
    assert ([row["id"] for row in found["items"]], found["next"]) == ([2, 1], None)
    first = found["items"][1]
    assert first["start"] == "2026-03-12T07:15:00.000+01:00"
    assert first["confirmed"] == "2026-03-12T07:15:47.500+01:00"
    assert (first["closed"], found["items"][0]["closed"], found["items"][0]["end"]) == ("settled", None, None)
    assert (first["hr_peak_bpm"], first["score_peak"], first["confidence"]) == (90.25, 5.5, "high")
    assert first["decision"] == {
        "id": 1,
        "event": 1,
        "t": "2026-03-12T07:15:47.500+01:00",
        "decision": "prompt",
        "reason": "ok",
        "sentence": "Your heart sped up while you seemed still.",
        "numbers": {"score": 5.5, "rise_bpm": 30.25},
        "settings": "0a1b2c3d4e5f",
    }
    assert first["prompt"]["title"] == "Two minutes of slow breathing?"
    assert "curve" not in first


def test_one_event_has_its_curve_and_neighbours(client: httpx.Client) -> None:
    found = get(client, "/events/1")
    assert (found["previous"], found["next"]) == (None, 2)
    times = [datetime.fromisoformat(point["t"]) for point in found["curve"]]
    assert {(b - a).total_seconds() for a, b in pairwise(times)} == {5.0}
    assert found["curve"][0]["t"] == "2026-03-12T07:00:00.000+01:00"
    assert found["curve"][1] == {
        "t": "2026-03-12T07:00:05.000+01:00", "hr_bpm": 60.0, "baseline_bpm": 61.0, "spread_bpm": 6.0, "state": "calm",
    }  # fmt: skip
    assert {point["state"] for point in found["curve"]} >= {"calm", "moving", "no_link", "aroused"}
    assert client.get("/api/events/99").json()["detail"] == "There is no moment 99."


def test_lists_are_cut_and_go_on(client: httpx.Client) -> None:
    first = get(client, "/events", limit=1)
    assert [row["id"] for row in first["items"]] == [2]
    second = get(client, "/events", limit=1, cursor=first["next"])
    assert ([row["id"] for row in second["items"]], second["next"]) == ([1], None)
    until = get(client, "/events", end="2026-03-12T07:20:00+01:00")
    assert [row["id"] for row in until["items"]] == [1]


def test_a_plus_that_became_a_space_is_understood(client: httpx.Client) -> None:
    answer = client.get("/api/events?start=2026-03-12T07:20:00+01:00")
    assert [row["id"] for row in answer.json()["items"]] == [2]


def test_decisions_prompts_outcomes_and_minutes_have_lists(client: httpx.Client) -> None:
    decisions = get(client, "/decisions")["items"]
    assert [(row["event"], row["decision"], row["reason"]) for row in decisions] == [
        (2, "held", "cooldown"), (1, "prompt", "ok"),
    ]  # fmt: skip
    assert get(client, "/prompts")["items"][0]["expires"] == "2026-03-12T07:30:47.500+01:00"
    client.post("/api/prompts/1/answer", json={"answer": "start", "distress": 6})
    assert [(row["event"], row["prompt"]) for row in get(client, "/outcomes")["items"]] == [(1, 1)]
    minutes = get(client, "/minutes", limit=2)
    assert [row["t"][11:16] for row in minutes["items"]] == ["07:29", "07:28"]
    assert [row["t"][11:16] for row in get(client, "/minutes", limit=1, cursor=minutes["next"])["items"]] == [
        "07:27"
    ]


def test_the_course_by_beat_second_minute_and_hour(client: httpx.Client) -> None:
    span = {"start": "2026-03-12T07:00:00+01:00", "end": "2026-03-12T07:02:00+01:00"}
    beat = get(client, "/heart-rate", resolution="beat", **span)
    assert (beat["resolution"], len(beat["items"]), beat["next"]) == ("beat", 119, None)
    assert beat["items"][0] == {"t": "2026-03-12T07:00:01.000+01:00", "rr_ms": 1000.0, "verdict": "ok"}
    second = get(client, "/heart-rate", resolution="second", **span)
    assert len(second["items"]) == 120
    assert second["items"][:2] == [
        {"t": "2026-03-12T07:00:00.000+01:00", "hr_bpm": None},
        {"t": "2026-03-12T07:00:01.000+01:00", "hr_bpm": 60.0},
    ]
    minute = get(client, "/heart-rate", **span)
    assert minute["items"][0] == {
        "t": "2026-03-12T07:00:00.000+01:00", "hr_bpm": 66.0, "baseline_bpm": 61.0, "spread_bpm": 6.0,
        "rmssd_ms": 40.5, "motion": None, "state": "calm", "seconds": 60, "quality": 1.0,
    }  # fmt: skip
    assert get(client, "/heart-rate", resolution="hour")["items"] == [
        {"t": "2026-03-12T07:00:00.000+01:00", "hr_bpm": 66.0, "seconds_measured": 27 * 60}
    ]
    assert len(get(client, "/heart-rate")["items"]) == 30, "without a start, the last day"


@pytest.mark.parametrize(
    ("resolution", "hours"), [("beat", 7), ("second", 25), ("minute", 800), ("hour", 10_000)]
)
def test_a_stretch_that_is_too_long_is_refused(client: httpx.Client, resolution: str, hours: int) -> None:
    answer = client.get(
        "/api/heart-rate",
        params={
            "resolution": resolution,
            "start": datetime.fromtimestamp(1_773_295_200 - hours * 3600).astimezone().isoformat(),
            "end": "2026-03-12T07:00:00+01:00",
        },
    )
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith("At most")


def test_a_day_in_one_answer(client: httpx.Client) -> None:
    day = get(client, "/timeline", date="2026-03-12")
    assert day == {**get(client, "/timeline"), "now": day["now"]}, "without a date: the recording's today"
    assert (day["start"], day["end"]) == ("2026-03-12T00:00:00.000+01:00", "2026-03-13T00:00:00.000+01:00")
    assert len(day["minutes"]) == 30
    assert day["measured_minutes"] == 27
    assert [(span["state"], span["sentence"], span["start"][11:16], span["end"][11:16]) for span in day["spans"]] == [
        ("moving", "moving", "07:08", "07:12"), ("no_link", "the strap was out of reach", "07:12", "07:15"),
    ]  # fmt: skip
    assert [row["id"] for row in day["events"]] == [1, 2]
    assert [row["event"] for row in day["decisions"]] == [1, 2]
    assert [row["id"] for row in day["prompts"]] == [1]
    assert (day["previous"], day["next"], day["entries"], day["intents"]) == (None, None, [], [])
    empty = get(client, "/timeline", date="2026-03-14")
    assert (empty["minutes"], empty["previous"]) == ([], "2026-03-12")


def test_practices_are_all_there(client: httpx.Client) -> None:
    found = get(client, "/practices")
    assert [row["name"] for row in found["items"]] == [
        "five_senses", "orienting",
        "three_breaths", "four_six", "five_five", "resonance", "finder", "four_four", "sigh", "box", "four_seven_eight", "noticing",
        "muscles", "moving_breath", "naming", "self_compassion", "rehearsal",
    ]  # fmt: skip
    assert (found["problems"], found["put_away"]) == ([], [])
    by_name = {row["name"]: row for row in found["items"]}
    assert by_name["four_six"]["phases"] == [
        {"kind": "in", "seconds": 4.0, "say": None},
        {"kind": "out", "seconds": 6.0, "say": None},
    ]
    assert [step["count"] for step in by_name["five_senses"]["steps"]] == [5, 4, 3, 2, 1]
    assert by_name["muscles"]["steps"][0]["timed"] == [
        {"say": "Tense", "seconds": 5.0}, {"say": "Let go", "seconds": 15.0},
    ]  # fmt: skip
    assert by_name["naming"]["steps"][2]["choices"] == [str(n) for n in range(11)]
    assert (by_name["box"]["holds"], by_name["box"]["offered"]) == (True, False)
    assert "pregnancy" in by_name["box"]["not_with"]


def test_the_same_day_reads_the_same_after_the_service_stopped(served: Any) -> None:
    before = get(served.client, "/events")
    served.day.writer.end_recording(1, 1_800_000, "ended")
    after = get(served.client, "/events")
    # An offer that still waited for its answer leaves with the recording; nothing else of the past changes.
    assert after["items"][1]["prompt"].pop("closed") == "expired"
    assert before["items"][1]["prompt"].pop("closed") is None
    assert after["items"][1] == before["items"][1]
    assert after["items"][0]["closed"] == "recording_ended"
    now = get(served.client, "/status")
    assert (now["now"], now["moment"]) == ("2026-03-12T07:30:00.000+01:00", None)
    assert (now["link"]["state"], now["daemon"]["running"], now["wear"]) == ("ended", False, "unknown")
