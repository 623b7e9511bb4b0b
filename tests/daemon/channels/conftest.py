"""A database with offers that wait for an answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from unhurry.store import (
    Anchor,
    Batch,
    Decided,
    DecisionKind,
    NewDecision,
    NewPrompt,
    NewRecording,
    Now,
    Reason,
    Writer,
    migrate,
    open_database,
)
from unhurry.store.channels import ChannelState, channels_kept


@dataclass(frozen=True)
class Diary:
    """A database, and what is in it."""

    path: Path
    prompts: tuple[int, ...]

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with open_database(self.path, read_only=True) as db:
            return db.rows(sql)

    def answers(self) -> list[tuple[int, str]]:
        return self.rows("SELECT prompt, answer FROM answers ORDER BY id")

    def channel(self, name: str) -> ChannelState | None:
        with open_database(self.path, read_only=True) as db:
            return next((state for state in channels_kept(db) if state.name == name), None)


@pytest.fixture
def diary(tmp_path: Path) -> Diary:
    """A service that is running, and three offers that stand."""
    path = tmp_path / "unhurry.db"
    migrate(path)
    now_ms = time.time_ns() // 1_000_000
    with open_database(path) as db:
        writer = Writer(db)
        writer.save_settings("0a1b2c3d4e5f", "{}", wall_ms=now_ms)
        recording = writer.open_recording(NewRecording("ble", "Strap 0001", Anchor(now_ms - 60_000, 3600)))
        decided = tuple(
            Decided(
                NewDecision(50.0 + second, None, DecisionKind.PROMPT, Reason.OK),
                NewPrompt(now_ms - 5000, now_ms + 900_000, "four_six"),
            )
            for second in range(3)
        )
        written = writer.write_batch(Batch(recording_id=recording, decisions=decided, now=Now(60_000)))
    return Diary(path, tuple(prompt for prompt in written.prompts if prompt is not None))


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is asked on loopback is answered there."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def no_page() -> Callable[[str], None]:
    """Opening a browser would be a mistake of the test."""

    def refuse(address: str) -> None:
        raise AssertionError(f"{address} was opened")

    return refuse
