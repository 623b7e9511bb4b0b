"""A real database in a temporary folder, and short ways to say what is written into it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from unhurry.signal.records import ArousalEvent, Beats, Confidence, Ending, Minute, Samples, State
from unhurry.store import Anchor, Database, NewRecording, Writer, migrate, open_database

MORNING_WALL_MS = 1_773_295_200_000
"""2026-03-12 07:00 at +01:00."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "unhurry" / "unhurry.db"
    migrate(path)
    return path


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    with open_database(path) as database:
        yield database


@pytest.fixture
def writer(database: Database) -> Writer:
    return Writer(database)


@pytest.fixture
def reader(path: Path) -> Iterator[Database]:
    with open_database(path, read_only=True) as database:
        yield database


class Made:
    """Records as the pipeline makes them."""

    wall_ms = MORNING_WALL_MS

    @staticmethod
    def recording(
        *, wall_ms: int = MORNING_WALL_MS, offset_s: int = 3600, source: str = "ble"
    ) -> NewRecording:
        return NewRecording(source, "Polar H10 1234", Anchor(wall_ms, offset_s), simulated=source == "demo")

    @staticmethod
    def beats(start_ms: int, count: int, *, rr_ms: float = 1000.0, verdict: int = 0) -> Beats:
        rr_1024 = round(rr_ms * 1.024)
        return Beats(
            t_ms=start_ms + (np.arange(1, count + 1) * rr_ms).astype(np.int64),
            rr_1024=np.full(count, rr_1024, dtype=np.int64),
            verdict=np.full(count, verdict, dtype=np.int8),
            late_ms=np.full(count, 40, dtype=np.int64),
        )

    @staticmethod
    def samples(arrival_ms: list[int], values: list[float]) -> Samples:
        return Samples(np.array(arrival_ms, dtype=np.int64), np.array(values, dtype=np.float64))

    @staticmethod
    def minute(
        start_s: int, state: State = State.CALM, *, seconds: int = 60, hr_bpm: float | None = 60.0
    ) -> Minute:
        return Minute(start_s, state, seconds, hr_bpm, 40.0, 61.0, 3.0, 0.1, 1.0)

    @staticmethod
    def event(number: int = 1, *, start_s: float = 600.0, end_s: float | None = None) -> ArousalEvent:
        return ArousalEvent(
            number,
            start_s,
            start_s + 47.25,
            start_s + 90.0,
            end_s,
            90.0,
            60.0,
            5.5,
            Confidence.HIGH,
            None if end_s is None else Ending.SETTLED,
        )


@pytest.fixture
def made() -> Made:
    return Made()
