"""Choosing a strap and pausing, over HTTP."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from unhurry.api import create_app
from unhurry.store import Anchor, Batch, LinkMark, LinkState, NewRecording, Now, StrapChoice

from .conftest import Day, serving

MINE = StrapChoice("Polar H10 1111", "C0:00:00:00:00:01", -52)
YOURS = StrapChoice("TICKR 2222", "C0:00:00:00:00:02", None)


@pytest.fixture
def live(day: Day, tmp_path: Path) -> Iterator[tuple[httpx.Client, Day, int]]:
    """A service that reads a strap right now, and the page's server beside it."""
    wall_ms = time.time_ns() // 1_000_000 - 60_000
    recording = day.writer.open_recording(NewRecording("ble", "heart-rate strap", Anchor(wall_ms, 0)))
    day.writer.write_batch(Batch(recording, now=Now(60_000)))
    with (
        serving(create_app(day.path, config_folder=tmp_path / "config")) as (port, _, _),
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20) as client,
    ):
        yield client, day, recording


def _status(client: httpx.Client) -> Any:
    return client.get("/api/status").json()


def _wish(client: httpx.Client, kind: str, **arguments: object) -> httpx.Response:
    return client.post("/api/intents", json={"kind": kind, "arguments": arguments})


def test_straps_in_reach_are_offered_while_a_choice_is_due(live: tuple[httpx.Client, Day, int]) -> None:
    client, day, recording = live
    assert _status(client)["straps_in_reach"] == []
    mark = LinkMark(0, LinkState.LOOKING, advice="Which one?", in_reach=(YOURS, MINE))
    day.writer.write_batch(Batch(recording, links=(mark,)))
    assert _status(client)["straps_in_reach"] == [
        {"name": "Polar H10 1111", "address": MINE.address, "rssi_dbm": -52},
        {"name": "TICKR 2222", "address": YOURS.address, "rssi_dbm": None},
    ]
    day.writer.write_batch(Batch(recording, links=(LinkMark(9, LinkState.CONNECTING, MINE.name),)))
    assert _status(client)["straps_in_reach"] == []


def test_a_strap_that_is_in_reach_or_was_worn_may_be_chosen_and_no_other(
    live: tuple[httpx.Client, Day, int],
) -> None:
    client, day, recording = live
    worn = LinkMark(0, LinkState.RECEIVING, YOURS.name, address=YOURS.address)
    day.writer.write_batch(Batch(recording, links=(worn, LinkMark(9, LinkState.LOOKING, in_reach=(MINE,)))))
    for address in (MINE.address, YOURS.address):
        assert _wish(client, "choose_strap", address=address).status_code == 202
    stranger = _wish(client, "choose_strap", address="C0:00:00:00:00:99")
    assert stranger.status_code == 422
    assert stranger.json()["detail"].startswith("C0:00:00:00:00:99 is not in reach")
    assert _wish(client, "choose_strap").json()["detail"] == "Say which strap: `arguments.address`."
    assert _wish(client, "choose_strap", address="C" * 61).status_code == 422
    assert _wish(client, "pause", address=MINE.address).status_code == 422
    assert day.database.value("SELECT count(*) FROM intents") == 2


def test_a_pause_shows_in_status_and_in_the_day_until_one_goes_on(
    live: tuple[httpx.Client, Day, int],
) -> None:
    client, _, _ = live
    assert _status(client)["modes"]["paused_since"] is None
    assert _wish(client, "pause").status_code == 202
    since = _status(client)["modes"]["paused_since"]
    assert since is not None
    told = client.get("/api/timeline").json()["intents"]
    assert [(row["kind"], row["t"]) for row in told] == [("pause", since)]
    assert _wish(client, "resume").status_code == 202
    assert _status(client)["modes"]["paused_since"] is None


@pytest.mark.parametrize(
    ("simulated", "what"), [(False, "A recording is being played"), (True, "A simulated day is being shown")]
)
def test_in_a_recording_there_is_nothing_to_pause(
    day: Day, tmp_path: Path, simulated: bool, what: str
) -> None:
    source = "demo" if simulated else "replay"
    day.writer.open_recording(NewRecording(source, "u03", Anchor(0, 0), simulated=simulated))
    with (
        serving(create_app(day.path, config_folder=tmp_path / "config")) as (port, _, _),
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20) as client,
    ):
        for kind in ("pause", "resume"):
            answer = _wish(client, kind)
            assert answer.status_code == 409
            assert answer.json()["detail"] == f"{what}; there is nothing to pause."
    assert day.database.value("SELECT count(*) FROM intents") == 0


def test_an_unknown_wish_is_refused_with_one_sentence(live: tuple[httpx.Client, Day, int]) -> None:
    answer = _wish(live[0], "forget_everything")
    assert answer.status_code == 422
    detail = answer.json()["detail"]
    assert detail.startswith("`kind`: ")
    assert "'snooze'" in detail
    assert "'resume'" in detail
