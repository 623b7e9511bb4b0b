"""Does it help? And how a moment went on: what the service worked out, and nothing else."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from unhurry.daemon.insights.effect_study import content_of
from unhurry.daemon.insights.following import follow_events
from unhurry.daemon.insights.learning import effect
from unhurry.store.draws import SILENT, DrawnMoment, OfferedMoment
from unhurry.store.findings import FindingKind, keep_finding


def test_before_anything_was_worked_out_it_is_still_learning(client: httpx.Client) -> None:
    found = client.get("/api/effect").json()
    assert (found["on"], found["as_of"], found["verdict"]) == (False, None, "learning")
    assert found["sentence"] == "Still learning (0 of 25)."
    assert found["spoke"] == {
        "n": 0, "missing": 0,
        "settling": {"n": 0, "seen": 0, "median_s": None, "low_s": None, "high_s": None},
    }  # fmt: skip


def test_nothing_kept_and_nothing_drawn_read_the_same(served: Any) -> None:
    before = served.client.get("/api/effect").json()
    keep_finding(
        served.day.database, FindingKind.EFFECT, content_of(effect((), ())), wall_ms=1_773_295_200_000
    )
    after = served.client.get("/api/effect").json()
    assert after.pop("as_of") == "2026-03-12T07:00:00.000+01:00"
    assert before.pop("as_of") is None
    assert before == after


def test_what_the_service_found_is_passed_on_with_the_practices_titles(served: Any) -> None:
    drawn = [
        DrawnMoment(n, "four_six" if n % 2 else SILENT, 0.6, 20.0 + n % 5, True, 150.0 - 60 * (n % 2) + n % 7, 100.0, 1800.0)
        for n in range(30)
    ]  # fmt: skip
    offered = [OfferedMoment("four_six", 100.0, 1800.0), OfferedMoment("gone_by_now", None, 60.0)]
    keep_finding(served.day.database, FindingKind.EFFECT, content_of(effect(drawn, offered)), wall_ms=0)
    found = served.client.get("/api/effect").json()
    assert (found["verdict"], found["n"], found["next_look"], found["looked_at"]) == ("helps", 30, 63, 25)
    assert found["low_bpm"] < found["difference_bpm"] < found["high_bpm"] < 0
    assert 0 < found["p_value"] < 0.02
    assert (found["spoke"]["n"], found["waited"]["n"]) == (15, 15)
    titles = {each["practice"]: each["title"] for each in found["practices"]}
    assert titles["gone_by_now"] == "gone by now"
    assert titles["four_six"] not in ("four_six", "")


def test_lots_are_on_when_the_settings_in_force_say_so(served: Any) -> None:
    served.day.writer.save_settings("ffffffffffff", '{"learning": {"randomise": true}}', wall_ms=2**43)
    assert served.client.get("/api/effect").json()["on"] is True


def test_a_moment_says_how_it_went_on_once_it_is_known(served: Any) -> None:
    assert served.client.get("/api/events/1").json()["outcome"] is None
    follow_events(served.day.database)()
    outcome = served.client.get("/api/events/1").json()["outcome"]
    assert outcome == {
        "id": 1, "event": 1, "prompt": 1, "t": "2026-03-12T07:18:20.000+01:00",
        "settled_half_s": 0.0, "followed_s": None, "area_bpm_min": 0.0, "rmssd_after_ms": 0.0,
        "recurred_s": 552, "distress_before": None, "distress_after": None,
        "felt": None, "feeling": None, "note": None,
    }  # fmt: skip
    listed = served.client.get("/api/outcomes").json()["items"]
    assert listed[-1] == outcome


def test_how_hard_it_is_may_be_told_before_and_after(client: httpx.Client) -> None:
    assert client.post("/api/prompts/1/answer", json={"answer": "start", "distress": 7}).status_code == 200
    before = client.get("/api/events/1").json()["outcome"]
    assert (before["distress_before"], before["distress_after"], before["felt"]) == (7, None, None)
    client.post("/api/prompts/1/answer", json={"answer": "done", "distress": 0, "felt": "better"})
    after = client.get("/api/events/1").json()["outcome"]
    assert (after["distress_before"], after["distress_after"], after["felt"]) == (7, 0, "better")


@pytest.mark.parametrize(
    "body",
    [
        {"answer": "start", "distress": 11},
        {"answer": "start", "distress": -1},
        {"answer": "start", "distress": 2.5},
        {"answer": "fine", "distress": 3},
        {"answer": "not_now", "distress": 3},
    ],
)
def test_a_distress_that_means_nothing_is_refused_and_nothing_is_kept(
    client: httpx.Client, body: dict[str, Any]
) -> None:
    answer = client.post("/api/prompts/1/answer", json=body)
    assert answer.status_code == 422
    assert client.get("/api/prompts").json()["items"][0]["answer"] is None
