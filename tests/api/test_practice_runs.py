"""Practices as they are done: begun, paused, ended once, felt; and what the beats say of them afterwards."""

from __future__ import annotations

from pathlib import Path

import httpx
import numpy as np
import pytest

from unhurry.daemon.insights.practising import follow_practices
from unhurry.daemon.simulation import Episode, EpisodeKind, Scene, simulate_day
from unhurry.signal.records import Beats, Kind
from unhurry.store import Anchor, Batch, Moment, NewRecording, Now, Writer, migrate, open_database
from unhurry.store.paging import Window
from unhurry.store.practice_runs import EndedBy, NewRun, Paced, Told, begin_run, run, runs, tell_run

from .conftest import MORNING_WALL_MS, Served

BREATHING_S = 4 * 3600
"""The simulated wearer breathes slowly from here on, for six minutes."""


def begin(client: httpx.Client, **changes: object) -> dict[str, object]:
    answer = client.post("/api/practice-runs", json={"practice": "four_six", **changes})
    assert answer.status_code == 201, answer.text
    found: dict[str, object] = answer.json()
    return found


def test_a_practice_is_begun_paused_and_ended_and_stands_in_the_list(client: httpx.Client) -> None:
    begun = begin(client, prompt=1, ago_s=5)
    assert (begun["practice"], begun["breath_s"], begun["ended"], begun["followed"]) == (
        "four_six",
        10.0,
        None,
        None,
    )
    address = f"/api/practice-runs/{begun['id']}"
    paced = [{"from_s": 2.5, "until_s": 40.0}, {"from_s": 50.5, "until_s": None}]
    assert client.patch(address, json={"paced": paced}).json()["paced"] == paced
    done = client.patch(
        address, json={"ended_by": "finished", "felt": "better", "distress_before": 7, "distress_after": 4}
    ).json()
    assert (done["ended_by"], done["felt"], done["distress_before"], done["distress_after"]) == (
        "finished",
        "better",
        7,
        4,
    )
    assert done["paced"] == paced
    listed = client.get("/api/practice-runs", params={"prompt": 1}).json()["items"]
    assert [each["id"] for each in listed] == [begun["id"]]
    assert client.get("/api/practice-runs", params={"prompt": 2}).json()["items"] == []
    assert client.get(address).json() == done


def test_a_practice_ends_once_and_what_was_felt_may_still_change(client: httpx.Client) -> None:
    address = f"/api/practice-runs/{begin(client)['id']}"
    first = client.patch(address, json={"ended_by": "worse", "felt": "worse"}).json()
    again = client.patch(address, json={"ended_by": "finished", "felt": "same"}).json()
    assert (again["ended_by"], again["ended"], again["felt"]) == ("worse", first["ended"], "same")


@pytest.mark.parametrize(
    "body",
    [
        {"practice": "no_such"},
        {"practice": "four_six", "breath_s": 0},
        {"practice": "four_six", "breath_s": -4},
        {"practice": "four_six", "breath_s": 1e9},
        {"practice": "four_six", "ago_s": -1},
        {"practice": "four_six", "minutes": 2},
        {},
    ],
)
def test_what_is_no_practice_is_refused(client: httpx.Client, body: dict[str, object]) -> None:
    answer = client.post("/api/practice-runs", json=body)
    assert answer.status_code == 422
    assert client.get("/api/practice-runs").json()["items"] == []


@pytest.mark.parametrize(
    "told",
    [
        {"paced": [{"from_s": 10, "until_s": 5}]},
        {"paced": [{"from_s": 0, "until_s": 60}, {"from_s": 30, "until_s": 90}]},
        {"paced": [{"from_s": 0}, {"from_s": 30, "until_s": 90}]},
        {"paced": [{"from_s": -1, "until_s": 5}]},
        {"paced": [{"from_s": 0, "until_s": 1e12}]},
        {"paced": [{"from_s": n, "until_s": n + 0.5} for n in range(201)]},
        {"ended_by": "bored"},
        {"felt": "fine"},
        {"distress_before": 11},
        {"distress_after": -1},
        {"followed": "with_it"},
    ],
)
def test_what_cannot_have_been_is_refused_and_changes_nothing(
    client: httpx.Client, told: dict[str, object]
) -> None:
    begun = begin(client)
    address = f"/api/practice-runs/{begun['id']}"
    assert client.patch(address, json=told).status_code == 422
    assert client.get(address).json() == begun


def test_there_is_a_sentence_for_what_is_not_there(client: httpx.Client) -> None:
    assert client.get("/api/practice-runs/99").status_code == 404
    assert client.patch("/api/practice-runs/99", json={"felt": "same"}).status_code == 404
    missing = client.post("/api/practice-runs", json={"practice": "four_six", "prompt": 99})
    assert (missing.status_code, missing.json()["detail"]) == (404, "There is no offer 99.")


def test_a_practice_without_a_breath_waits_for_no_verdict(served: Served) -> None:
    begun = begin(served.client, practice="orienting")
    assert begun["breath_s"] is None
    follow_practices(served.day.database)()
    kept = run(served.day.database, int(str(begun["id"])))
    assert kept is not None
    assert kept.followed is None


def test_where_no_heart_was_read_the_service_says_so(served: Served) -> None:
    day = served.day
    started = Moment(MORNING_WALL_MS - 3_600_000, 3600)
    run_id = begin_run(day.database, NewRun("four_six", started, None, 10_000))
    fast_id = begin_run(
        day.database, NewRun("four_six", Moment(MORNING_WALL_MS + 60_000, 3600), None, 10_000, speed=4.0)
    )
    for each in (run_id, fast_id):
        assert each is not None
        end = Told((Paced(0, 120_000),), EndedBy.FINISHED)
        tell_run(day.database, each, end, Moment(started.wall_ms + 120_000, 3600))
    follow_practices(day.database)()
    said = {each["id"]: each for each in served.client.get("/api/practice-runs").json()["items"]}
    assert (said[run_id]["followed"], said[run_id]["why"]) == ("could_not_tell", "no_beats")
    assert said[fast_id]["why"] == "another_clock"
    assert said[fast_id]["sentence"].startswith("Whether your heart went along cannot be told")


def simulated_beats() -> Beats:
    scene = Scene(Episode(EpisodeKind.BREATHING, BREATHING_S, BREATHING_S + 360, "Slow breathing"), -2)
    day = simulate_day(scenes=(scene,))
    rows = day.arrivals.kind == Kind.BEAT
    near = np.abs(day.beat_ms - BREATHING_S * 1000) < 1_200_000
    return Beats(
        day.beat_ms[near] - (BREATHING_S - 1200) * 1000,
        day.arrivals.value[rows][near].astype(np.int64),
        np.zeros(np.count_nonzero(near), np.int8),
        np.full(np.count_nonzero(near), 300, np.int64),
    )


def test_the_service_sees_in_the_beats_whether_the_heart_went_along(tmp_path: Path) -> None:
    path = tmp_path / "unhurry.db"
    migrate(path)
    with open_database(path) as db:
        recording = Writer(db).open_recording(NewRecording("ble", "strap", Anchor(MORNING_WALL_MS, 3600)))
        Writer(db).write_batch(Batch(recording, beats=simulated_beats(), now=Now(2_400_000, 1.0)))

        def practised(from_s: int, seconds: int) -> int:
            started = Moment(MORNING_WALL_MS + from_s * 1000, 3600)
            begun = begin_run(db, NewRun("five_five", started, None, 10_000))
            assert begun is not None
            told = Told((Paced(2_500, 2_500 + seconds * 1000),), EndedBy.FINISHED)
            tell_run(db, begun, told, Moment(started.wall_ms + seconds * 1000 + 2_500, 3600))
            return begun

        breathing, before, short = practised(1230, 300), practised(600, 120), practised(1300, 60)
        look = follow_practices(db)
        look()
        found = {each.id: each for each in runs(db, Window()).items}
    assert found[breathing].followed == "with_it"
    assert len(found[breathing].numbers["minutes"]) == 5
    assert found[breathing].numbers["looks"][0]["from_ms"] == 2_500
    assert (found[before].followed, found[before].numbers["why"]) == ("could_not_tell", "own_way")
    assert (found[short].followed, found[short].numbers["why"]) == ("could_not_tell", "short")


def test_while_a_practice_goes_on_it_is_said_how_it_goes_so_far(tmp_path: Path) -> None:
    path = tmp_path / "unhurry.db"
    migrate(path)
    with open_database(path) as db:
        recording = Writer(db).open_recording(NewRecording("ble", "strap", Anchor(MORNING_WALL_MS, 3600)))
        Writer(db).write_batch(Batch(recording, beats=simulated_beats()))
        begun = begin_run(db, NewRun("five_five", Moment(MORNING_WALL_MS + 1_230_000, 3600), None, 10_000))
        assert begun is not None
        tell_run(db, begun, Told((Paced(2_500, None),)), Moment(MORNING_WALL_MS + 1_232_500, 3600))
        look = follow_practices(db)

        def so_far(reached_s: int) -> object:
            Writer(db).write_batch(Batch(recording, now=Now(reached_s * 1000, 1.0)))
            look()
            kept = run(db, begun)
            assert kept is not None
            assert kept.followed is None
            return kept.numbers.get("so_far")

        assert so_far(1270) is None
        assert so_far(1380) == "with_it"


def test_the_thread_that_looks_back_finds_what_ended_before_it_began(tmp_path: Path) -> None:
    from unhurry.daemon.insights.worker import Insights  # noqa: PLC0415 - only here

    path = tmp_path / "unhurry.db"
    migrate(path)
    with open_database(path) as db:
        begun = begin_run(db, NewRun("four_six", Moment(MORNING_WALL_MS, 3600), None, 10_000))
        assert begun is not None
        tell_run(db, begun, Told(ended_by=EndedBy.STOPPED), Moment(MORNING_WALL_MS + 5000, 3600))
        insights = Insights(path, (follow_practices,), every_s=0.05)
        insights.start()
        insights.stop()
        kept = run(db, begun)
    assert kept is not None
    assert kept.followed == "could_not_tell"
