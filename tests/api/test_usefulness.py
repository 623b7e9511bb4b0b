"""The labels over HTTP: given, counted by the daemon, and only read here."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from unhurry.config import Settings
from unhurry.daemon.insights.share import Share
from unhurry.daemon.insights.suggestion import Change, InForce, Suggestion, SuggestionKind
from unhurry.daemon.insights.usefulness import LabelCount, Usefulness, content_of, usefulness
from unhurry.signal import Parameters
from unhurry.store.findings import FindingKind, keep_finding
from unhurry.store.labels import Label

from .conftest import MORNING_WALL_MS, Served


def found(suggestion: Suggestion | None) -> dict[str, Any]:
    """Return what the daemon keeps."""
    counts = tuple(LabelCount(label, 7 if label is Label.TENSE else 2, 1) for label in Label)
    return content_of(Usefulness(Share(7, 19), Share(1, 5), counts, 12, 3, suggestion))


def kept(served: Served, suggestion: Suggestion | None) -> dict[str, Any]:
    keep_finding(
        served.day.database, FindingKind.USEFULNESS, found(suggestion), wall_ms=MORNING_WALL_MS, alone=True
    )
    answer = served.client.get("/api/usefulness")
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def test_every_label_the_wearer_is_asked_for_can_be_given_and_the_old_ones_no_longer(
    client: httpx.Client,
) -> None:
    for label in ("tense", "moved", "talked", "excited", "coffee", "wrong", "unknown", None):
        answer = client.patch("/api/events/1", json={"label": label})
        assert answer.json()["label"] == label
    for label in ("stairs", "talking", "Tense", ""):
        assert client.patch("/api/events/1", json={"label": label}).status_code == 422


def test_before_a_service_has_looked_nothing_is_known(client: httpx.Client) -> None:
    body = client.get("/api/usefulness").json()
    assert body["as_of"] is None
    assert (body["enough"], body["every"]["of"], body["suggestion"]) == (False, 0, None)
    assert [each["label"] for each in body["labels"]] == [label.value for label in Label]


def test_seven_of_nineteen_comes_with_its_interval_and_when_it_was_worked_out(served: Served) -> None:
    body = kept(served, None)
    assert body["as_of"] == "2026-03-12T07:00:00.000+01:00"
    assert body["every"] == {"count": 7, "of": 19, "low": 0.191, "high": 0.59}
    assert body["prompted"]["of"] == 5
    assert (body["unlabelled"], body["other_settings"], body["enough"]) == (12, 3, True)
    assert body["suggestion"] is None


CHANGES = {
    SuggestionKind.LESS_READY: (Change("on_score", 1.7, 2.1), Change("alone_sustain_s", 60, 80)),
    SuggestionKind.MORE_READY: (Change("on_score", 1.7, 1.5),),
    SuggestionKind.TELL_MOVEMENT: (None, Change("on_low_confidence", present=True, proposed=False)),
    SuggestionKind.CONVERSATION: (None,),
}


@pytest.mark.parametrize(
    ("kind", "change"), [(kind, change) for kind, changes in CHANGES.items() for change in changes]
)
def test_every_suggestion_has_words_of_its_own(
    served: Served, kind: SuggestionKind, change: Change | None
) -> None:
    made = Suggestion(kind, change, cause=Share(5, 8), spared=Share(6, 12), lost=Share(0, 7))
    suggestion = kept(served, made)["suggestion"]
    assert suggestion["kind"] == kind.value
    assert suggestion["title"]
    assert suggestion["why"].endswith(".")
    assert suggestion["spared"]["count"] == 6
    if change is None:
        assert suggestion["setting"] is None
    else:
        assert suggestion["setting"] == {
            "name": change.name,
            "present": change.present,
            "proposed": change.proposed,
        }


def test_the_answer_without_labels_is_what_the_daemon_would_say_of_none(client: httpx.Client) -> None:
    none = usefulness((), InForce(Parameters(), Settings().prompts.on_low_confidence, {}), hours_worn=0)
    assert client.get("/api/usefulness").json() == {**content_of(none), "as_of": None}
