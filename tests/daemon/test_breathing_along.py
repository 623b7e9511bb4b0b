"""The simulated wearer breathes along with a visitor: the day slows down for it, and nothing that was sent changes."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path

import numpy as np

from unhurry.daemon.simulation import simulate_day
from unhurry.daemon.sources import Arrived
from unhurry.daemon.sources.demo import DemoSource
from unhurry.signal.adherence import Stretch, look_at
from unhurry.signal.records import Beats, Kind
from unhurry.store import (
    Anchor,
    Answer,
    Batch,
    Decided,
    DecisionKind,
    Moment,
    NewDecision,
    NewPrompt,
    NewRecording,
    Reason,
    Writer,
    migrate,
    open_database,
)
from unhurry.store.practice_runs import EndedBy, NewRun, Told, begin_run, breath_now, tell_run
from unhurry.store.prompts import Given, answer_prompt

WALL_MS = 1_773_295_200_000
BREATHS = {"four_six": 10_000, "orienting": 0}


def test_what_was_sent_stays_what_comes_breathes_along_and_the_day_goes_no_faster() -> None:
    day = simulate_day()
    source = DemoSource(day, date(2026, 3, 12), speed=240)

    async def live() -> list[Arrived]:
        found: list[Arrived] = []
        async for item in source.items():
            if not isinstance(item, Arrived):
                continue
            found.append(item)
            reached_s = int(item.arrivals.arrival_ms[-1]) / 1000
            if item.speed is not None and item.speed == 1.0:
                source.breathe(None)
            elif reached_s > source.live_from_ms / 1000 + 400:
                if any(each.speed is not None for each in found):
                    break
                source.breathe(10_000)
        return found

    found = asyncio.run(asyncio.wait_for(live(), 60))
    assert [each.speed for each in found if each.speed is not None] == [1.0, 240]
    times = np.concatenate([each.arrivals.arrival_ms for each in found])
    kinds = np.concatenate([each.arrivals.kind for each in found])
    values = np.concatenate([each.arrivals.value for each in found])
    assert np.all(np.diff(times) >= 0)
    slowed = next(i for i, each in enumerate(found) if each.speed == 1.0)
    before = sum(len(each.arrivals) for each in found[:slowed])
    assert np.array_equal(times[:before], day.arrivals.arrival_ms[:before])
    assert np.array_equal(values[:before], day.arrivals.value[:before])
    ticks = times[kinds == Kind.TICK]
    assert np.all(np.diff(ticks) == 1000), "no second is lost or told twice"


def test_a_heart_that_breathes_along_is_seen_to() -> None:
    source = DemoSource(simulate_day(), date(2026, 3, 12))
    from_s = source.live_from_ms / 1000 + 200
    asyncio.run(source._relive(12_000, from_s=from_s))
    day = source.day
    rows = day.arrivals.kind == Kind.BEAT
    count = int(np.count_nonzero(rows))
    beats = Beats(
        day.beat_ms,
        day.arrivals.value[rows].astype(np.int64),
        np.zeros(count, np.int8),
        np.zeros(count, np.int64),
    )
    window = Stretch(round(from_s + 240) * 1000, round(from_s + 360) * 1000)
    assert look_at(beats, 12_000, window, np.zeros(0, np.int64)).went_along is True


def test_the_breath_of_now_is_that_of_the_practice_from_the_answer_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "unhurry.db"
    migrate(path)
    with open_database(path) as db:
        writer = Writer(db)
        recording = writer.open_recording(NewRecording("replay", "day", Anchor(WALL_MS, 0)))
        decision = NewDecision(10.0, None, DecisionKind.PROMPT, Reason.OK, {})
        prompt = NewPrompt(WALL_MS, WALL_MS + 900_000, "four_six")
        writer.write_batch(Batch(recording, decisions=(Decided(decision, prompt),)))
        at = Moment(WALL_MS, 0)
        assert breath_now(db, BREATHS) is None
        answer_prompt(db, 1, Given(Answer.START), at)
        assert breath_now(db, BREATHS) == 10_000
        run_id = begin_run(db, NewRun("five_five", at, 1, 11_000))
        assert run_id is not None
        assert breath_now(db, BREATHS) == 11_000
        tell_run(db, run_id, Told(ended_by=EndedBy.STOPPED), at)
        assert breath_now(db, BREATHS) is None
        assert begin_run(db, NewRun("orienting", at, 1)) is not None
        assert breath_now(db, BREATHS) is None
