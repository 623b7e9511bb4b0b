"""Lots are drawn as their probabilities say, kept before anything is shown, and by wish alone."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unhurry.config import Settings
from unhurry.config.content import Practices, load_practices
from unhurry.daemon.insights.drawing import EVENLY_UNTIL, LEAST, SPEAK, Tried, draw, practice_shares
from unhurry.daemon.loop import run_service
from unhurry.daemon.prompting.choice import Chooser
from unhurry.daemon.prompting.offers import Closed, Offer, candidates
from unhurry.daemon.simulation import SimulatedDay, simulate_day
from unhurry.daemon.sources import Arrived, LinkChanged, RecordingOpened, SourceItem, StrapWish
from unhurry.daemon.sources.pace import rows_between
from unhurry.signal import Parameters
from unhurry.store import (
    Anchor,
    Database,
    DecisionKind,
    NewDecision,
    NewRecording,
    Reason,
    migrate,
    open_database,
    policy_facts,
)
from unhurry.store.draws import SILENT

NAMES = ("four_six", "orienting", "three_breaths")
LEARNING = Settings(learning={"randomise": True}, prompts={"on_low_confidence": True})  # type: ignore[arg-type]


@st.composite
def histories(draw_from: st.DrawFn) -> tuple[tuple[str, ...], tuple[Tried, ...]]:
    names = tuple(f"practice_{n}" for n in range(draw_from(st.integers(1, 12))))
    area = st.one_of(st.none(), st.floats(0, 400))
    tried = st.lists(st.builds(Tried, st.sampled_from((*names, "put_away")), area), max_size=150)
    return names, tuple(draw_from(tried))


@given(histories(), st.integers(0, 2**64), st.integers(0, 2**42))
def test_probabilities_sum_to_one_and_stay_in_bounds(
    history: tuple[tuple[str, ...], tuple[Tried, ...]], seed: int, at_ms: int
) -> None:
    names, tried = history
    drawn = draw(names, tried, seed=seed, at_ms=at_ms)
    assert sum(arm.probability for arm in drawn.arms) == pytest.approx(1.0)
    assert [arm.name for arm in drawn.arms] == [SILENT, *names]
    assert drawn.arm in drawn.arms
    silent, *practices = (arm.probability for arm in drawn.arms)
    assert 0.1 <= 1 - silent <= 0.9
    assert 1 - silent == pytest.approx(SPEAK)
    least = min(LEAST, 1 / (2 * len(names)))
    assert all(p / SPEAK >= least - 1e-12 for p in practices)


def test_lots_fall_as_often_as_their_probabilities_say() -> None:
    tried = [Tried(name, area) for name, area in zip(NAMES, (60.0, 120.0, 180.0), strict=True)] * 12
    tried += [Tried(name, area + 40) for name, area in zip(NAMES, (60.0, 120.0, 180.0), strict=True)] * 12
    times = 4000
    counted = Counter(draw(NAMES, tried, seed=7, at_ms=ms).arm.name for ms in range(times))
    for arm in draw(NAMES, tried, seed=7, at_ms=0).arms:
        expected = times * arm.probability
        assert abs(counted[arm.name] - expected) < 4 * np.sqrt(expected), arm


def test_the_same_seed_at_the_same_moment_draws_the_same_and_another_does_not() -> None:
    def lots(seed: int) -> list[str]:
        return [draw(NAMES, (), seed=seed, at_ms=ms).arm.name for ms in range(60)]

    assert lots(1) == lots(1)
    assert lots(1) != lots(2)


def test_practices_are_drawn_evenly_until_each_had_its_turns() -> None:
    tried = [Tried(name, 100.0 + n) for n in range(EVENLY_UNTIL) for name in NAMES]
    assert practice_shares(NAMES, tried[:-1]).tolist() == [1 / 3] * 3
    assert practice_shares(NAMES, ()).tolist() == [1 / 3] * 3
    better = [
        Tried(t.practice, 20.0 + n % 9 if t.practice == "orienting" else t.area_bpm_min)
        for n, t in enumerate(tried)
    ]
    shares = dict(zip(NAMES, practice_shares(NAMES, better), strict=True))
    assert shares["orienting"] == pytest.approx(1 - 2 * LEAST, abs=0.01)
    assert shares["four_six"] == pytest.approx(LEAST, abs=0.01)


def test_practices_that_do_alike_are_drawn_about_evenly() -> None:
    tried = [Tried(name, 100.0 + n % 7) for n in range(70) for name in NAMES]
    assert practice_shares(NAMES, tried) == pytest.approx([1 / 3] * 3)


def test_outcomes_that_are_not_known_teach_nothing() -> None:
    tried = [Tried(name, None) for _ in range(20) for name in NAMES]
    assert practice_shares(NAMES, tried).tolist() == [1 / 3] * 3
    with pytest.raises(ValueError, match="nothing to offer"):
        draw((), (), seed=1, at_ms=1)


# --- choosing, over the real file ---


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "unhurry.db"
    migrate(path)
    return path


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    with open_database(path) as database:
        yield database


def wants_to_speak() -> NewDecision:
    return NewDecision(100.0, 1, DecisionKind.PROMPT, Reason.OK, {"rise_bpm": 20.0})


def test_without_the_wish_no_lot_is_drawn_and_the_first_candidate_is_offered(database: Database) -> None:
    practices = load_practices(None)
    plain = Chooser(database, Settings(), practices, seed=1).decided(wants_to_speak(), 1000, live=True)
    assert plain.draw is None
    assert plain.decision == wants_to_speak()
    assert plain.prompt is not None
    first = candidates(practices, Settings().practices, ())[0]
    assert (plain.prompt.practice, plain.prompt.expires_wall_ms) == (first, 1000 + 15 * 60_000)
    played = Chooser(database, LEARNING, practices, seed=1).decided(wants_to_speak(), 1000, live=False)
    assert played.draw is None, "a day that was lived already cannot be lived otherwise"


def test_a_decision_to_be_silent_is_never_put_to_the_lot(database: Database) -> None:
    held = NewDecision(100.0, 1, DecisionKind.HELD, Reason.COOLDOWN)
    found = Chooser(database, LEARNING, load_practices(None), seed=1).decided(held, 1000, live=True)
    assert (found.decision, found.prompt, found.draw) == (held, None, None)


def test_a_wait_by_lot_is_a_decision_with_its_reason_and_its_chance(database: Database) -> None:
    chooser = Chooser(database, LEARNING, load_practices(None), seed=1)
    found = [chooser.decided(wants_to_speak(), ms, live=True) for ms in range(200)]
    for each in found:
        assert each.draw is not None
        assert each.decision.numbers["chance_of_offer"] == SPEAK
        if each.draw.silent:
            assert (each.decision.kind, each.decision.reason) == (DecisionKind.HELD, Reason.WITHHELD_RANDOM)
            assert each.prompt is None
        else:
            assert (each.decision.kind, each.decision.reason) == (DecisionKind.PROMPT, Reason.OK)
            assert each.prompt is not None
            assert each.prompt.practice == each.draw.arm.name
    assert 50 < sum(each.prompt is None for each in found) < 110


def test_with_nothing_left_to_offer_nothing_is_offered(database: Database) -> None:
    none = Practices((), ())
    found = Chooser(database, LEARNING, none, seed=1).decided(wants_to_speak(), 1000, live=True)
    assert (found.decision.kind, found.decision.reason) == (DecisionKind.HELD, Reason.NOTHING_TO_OFFER)
    assert (found.prompt, found.draw) == (None, None)


# --- through the running service ---


class Strap:
    """A simulated day as a strap would send it, a minute at a time."""

    speed = 1.0

    def __init__(self, day: SimulatedDay) -> None:
        self.day = day

    def wish(self, wish: StrapWish) -> None:
        """Go on as ever."""

    async def items(self) -> AsyncIterator[SourceItem]:
        yield RecordingOpened(NewRecording("ble", "strap", Anchor(1_773_295_200_000, 3600)))
        for start in range(0, len(self.day.arrivals), 1000):
            yield Arrived(rows_between(self.day.arrivals, start, min(len(self.day.arrivals), start + 1000)))


class Looking:
    """A channel that looks what stands in the file when an offer is shown."""

    def __init__(self, database: Path) -> None:
        self._path = database
        self.found: list[tuple[Any, ...]] = []

    def link(self, link: LinkChanged) -> None: ...

    def closed(self, closed: Closed) -> None: ...

    def offer(self, offer: Offer) -> None:
        with open_database(self._path, read_only=True) as db:
            self.found += db.rows(
                """SELECT p.practice, w.arm, w.probability, w.arms FROM prompts AS p
                JOIN draws AS w ON w.decision = p.decision WHERE p.id = ?""",
                (offer.prompt_id,),
            )


def test_every_draw_stands_in_the_file_before_anything_is_shown(path: Path) -> None:
    settings = Settings(
        learning={"randomise": True},  # type: ignore[arg-type]
        prompts={"on_low_confidence": True, "cooldown_min": 0, "budget_per_day": 20},  # type: ignore[arg-type]
    )
    looking = Looking(path)

    async def main() -> str:
        source, stop = Strap(simulate_day()), asyncio.Event()
        return await run_service(source, path, settings, Parameters(), stop=stop, channels=(looking,))

    assert asyncio.run(main()) == "ended"
    with open_database(path, read_only=True) as db:
        decided = db.rows("SELECT id, kind, reason FROM decisions WHERE reason IN ('ok', 'withheld_random')")
        drawn = db.rows("SELECT decision, arm, probability, arms FROM draws")
        prompted = dict(db.rows("SELECT decision, practice FROM prompts"))
        facts = policy_facts(db, day_start_wall_ms=0, now_wall_ms=2**50)
    assert len(decided) >= 3
    assert [row[0] for row in drawn] == [row[0] for row in decided]
    assert facts.prompts_today == len(drawn), "a wait by lot counts like an offer, over a restart too"
    for (decision, kind, reason), (_, arm, probability, arms) in zip(decided, drawn, strict=True):
        assert (kind == "held", reason == "withheld_random") == (arm == SILENT, arm == SILENT)
        assert prompted.get(decision) == (None if arm == SILENT else arm)
        assert json.loads(arms)[arm] == probability
        assert sum(json.loads(arms).values()) == pytest.approx(1.0)
    assert [row[0] for row in looking.found] == [row[1] for row in looking.found]
    assert len(looking.found) <= len(prompted)
