"""The wearer's own pace: six until a round found another and the wearer took it up; a round that tells nothing says why."""

from __future__ import annotations

import time
from pathlib import Path

import httpx
import numpy as np
import pytest

from unhurry.api import create_app
from unhurry.daemon.insights.own_pace import find_own_pace
from unhurry.daemon.insights.practising import follow_practices
from unhurry.daemon.simulation.breather import beats_of_breath, following
from unhurry.signal.records import Beats
from unhurry.signal.resonance import PACES
from unhurry.store import Anchor, Batch, Database, Moment, NewRecording, Now, Writer, migrate, open_database
from unhurry.store.practice_runs import EndedBy, NewRun, Paced, Told, begin_run, tell_run

from .conftest import MORNING_WALL_MS, serving

STEP_MS = 160_000


def live_a_round(db: Database, *, best: float, paces: tuple[float, ...] = PACES, least: float = 2.0) -> None:
    """A wearer whose heart swings widest at `best`, through the round."""
    begun_ms = int(
        db.value("SELECT coalesce(max(started_wall_ms), ?) FROM practice_runs", (MORNING_WALL_MS,))
    )
    begun_ms += 3_600_000
    recording = Writer(db).open_recording(NewRecording("ble", "strap", Anchor(begun_ms, 3600)))
    parts: list[Beats] = []
    for number, pace in enumerate(paces):
        half = 9.0 * float(np.exp(-(((pace - best) / 0.7) ** 2))) + least
        beats = beats_of_breath(round(100 * pace), following(number, pace / 60, 120), half_swing_bpm=half)
        kept = (beats.t_ms > -8_000) & (beats.t_ms < 135_000)
        parts.append(
            Beats(
                beats.t_ms[kept] + number * STEP_MS + 12_500,
                beats.rr_1024[kept],
                beats.verdict[kept],
                beats.late_ms[kept],
            )
        )
        started = Moment(begun_ms + number * STEP_MS + 10_000, 3600)
        run_id = begin_run(db, NewRun("finder", started, None, round(60_000 / pace)))
        assert run_id is not None
        told = Told((Paced(2_500, 122_500),), EndedBy.FINISHED)
        tell_run(db, run_id, told, Moment(started.wall_ms + 122_500, 3600))
    beats = Beats(
        *(
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("t_ms", "rr_1024", "verdict", "late_ms")
        )
    )
    Writer(db).write_batch(Batch(recording, beats=beats, now=Now(len(paces) * STEP_MS + 60_000, 1.0)))
    follow_practices(db)()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "unhurry.db"
    migrate(path)
    return path


def test_until_one_was_found_the_pace_is_six_and_a_round_is_offered(path: Path) -> None:
    with (
        serving(create_app(path)) as (port, _, _),
        httpx.Client(base_url=f"http://127.0.0.1:{port}") as client,
    ):
        own = client.get("/api/resonance").json()
    assert (own["per_minute"], own["own"], own["due"], own["latest"]) == (6.0, False, True, None)
    assert own["paces"] == [6.5, 6.0, 5.5, 5.0, 4.5]


def test_a_round_finds_the_pace_and_it_is_used_once_the_wearer_takes_it_up(path: Path) -> None:
    with open_database(path) as db:
        live_a_round(db, best=5.0)
        find_own_pace(db)()
        find_own_pace(db)()
        assert db.value("SELECT count(*) FROM findings WHERE kind = 'resonance'") == 1
    with (
        serving(create_app(path)) as (port, _, _),
        httpx.Client(base_url=f"http://127.0.0.1:{port}") as client,
    ):

        def breath_s() -> float:
            practices = {each["name"]: each for each in client.get("/api/practices").json()["items"]}
            return float(sum(phase["seconds"] for phase in practices["resonance"]["phases"]))

        own = client.get("/api/resonance").json()
        latest = own["latest"]
        assert (latest["found"], latest["per_minute"]) == ("pace", 5.0)
        assert latest["sentence"] == "Your heart swung widest at 5 breaths a minute."
        assert [step["per_minute"] for step in latest["steps"]] == list(PACES)
        assert (own["per_minute"], own["own"], latest["accepted"], breath_s()) == (6.0, False, None, 10.0)

        taking = f"/api/resonance/{latest['id']}/taking"
        assert client.post(taking, json={"accepted": True}).json()["accepted"] is True
        own = client.get("/api/resonance").json()
        assert (own["per_minute"], own["own"], breath_s()) == (5.0, True, 12.0)
        assert client.post(taking, json={"accepted": False}).status_code == 200
        assert (client.get("/api/resonance").json()["per_minute"], breath_s()) == (6.0, 10.0)
        assert client.post("/api/resonance/99/taking", json={"accepted": True}).status_code == 404
        assert client.post(taking, json={"accepted": "perhaps"}).status_code == 422
        assert client.post(taking, json={}).status_code == 422


def test_a_round_that_was_left_is_looked_at_a_quarter_of_an_hour_later(path: Path) -> None:
    with open_database(path) as db:
        live_a_round(db, best=5.5, paces=PACES[:2])
        look = find_own_pace(db)
        with db.immediate():
            db.execute("UPDATE now SET seen_wall_ms = ?", (time.time_ns() // 1_000_000,))
        look()
        assert db.value("SELECT count(*) FROM findings") == 0
        with db.immediate():
            db.execute("UPDATE now SET t_ms = t_ms + 1200000")
        look()
        assert db.value("SELECT json_extract(json, '$.found') FROM findings") == "not_enough"


def test_a_heart_that_hardly_shows_a_breath_is_told_so_kindly(path: Path) -> None:
    with open_database(path) as db:
        live_a_round(db, best=99.0, least=0.2)
        find_own_pace(db)()
    with (
        serving(create_app(path)) as (port, _, _),
        httpx.Client(base_url=f"http://127.0.0.1:{port}") as client,
    ):
        own = client.get("/api/resonance").json()
        said = own["latest"]["sentence"]
        assert own["latest"]["per_minute"] is None
        assert said.startswith("This time it could not be told. Some hearts hardly show a breath")
        answer = client.post(f"/api/resonance/{own['latest']['id']}/taking", json={"accepted": True})
        assert answer.status_code == 404
        assert own["due"] is True


def test_another_round_takes_the_place_of_the_one_before(path: Path) -> None:
    with open_database(path) as db:
        for best in (5.0, 6.0):
            live_a_round(db, best=best)
            find_own_pace(db)()
        found = [
            row[0] for row in db.rows("SELECT json_extract(json, '$.per_minute') FROM findings ORDER BY id")
        ]
    assert found == [5.0, 6.0]
