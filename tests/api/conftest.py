"""A day written through the real writer, and a real server that answers about it."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import numpy as np
import pytest
import uvicorn
from fastapi import FastAPI

from unhurry.api import close_streams, create_app
from unhurry.api.access import Context
from unhurry.signal.records import ArousalEvent, Beats, Confidence, Ending, Minute, State
from unhurry.store import (
    Anchor,
    Batch,
    Decided,
    DecisionKind,
    LinkMark,
    LinkState,
    NewDecision,
    NewPrompt,
    NewRecording,
    Now,
    Reason,
    Writer,
    migrate,
    open_database,
)

MORNING_WALL_MS = 1_773_295_200_000
"""2026-03-12 07:00 at +01:00."""


def beats(start_ms: int, count: int, rr_ms: float) -> Beats:
    return Beats(
        t_ms=start_ms + (np.arange(1, count + 1) * rr_ms).astype(np.int64),
        rr_1024=np.full(count, round(rr_ms * 1.024), dtype=np.int64),
        verdict=np.zeros(count, dtype=np.int8),
        late_ms=np.full(count, 40, dtype=np.int64),
    )


def moment(number: int, start_s: float, end_s: float | None) -> ArousalEvent:
    return ArousalEvent(
        number,
        start_s,
        start_s + 47.5,
        start_s + 90.0,
        end_s,
        90.25,
        60.0,
        5.5,
        Confidence.HIGH,
        None if end_s is None else Ending.SETTLED,
    )


def decided(number: int, t_s: float, reason: Reason) -> Decided:
    shown = MORNING_WALL_MS + round(t_s * 1000)
    kind = DecisionKind.PROMPT if reason is Reason.OK else DecisionKind.HELD
    prompt = NewPrompt(shown, shown + 900_000, "four_six") if reason is Reason.OK else None
    return Decided(NewDecision(t_s, number, kind, reason, {"score": 5.5, "rise_bpm": 30.25}), prompt)


class Day:
    """Half an hour of a morning: calm, moving, two moments, one offer."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.database = open_database(path)
        self.writer = Writer(self.database)

    def live_through(self) -> int:
        writer = self.writer
        writer.save_settings("0a1b2c3d4e5f", '{"prompts": {"budget_per_day": 3}}', wall_ms=MORNING_WALL_MS)
        recording = writer.open_recording(
            NewRecording("replay", "u03", Anchor(MORNING_WALL_MS, 3600), simulated=False)
        )
        states = (
            [State.CALM] * 8
            + [State.MOVING] * 4
            + [State.NO_LINK] * 3
            + [State.AROUSED] * 2
            + [State.CALM] * 13
        )
        minutes = tuple(
            Minute(60 * n, state, 60, None if state is State.NO_LINK else 66.04, 40.5, 61.0, 6.0, None, 1.0)
            for n, state in enumerate(states)
        )
        writer.write_batch(
            Batch(
                recording,
                beats=beats(0, 1800, 1000.0),
                minutes=minutes,
                events=(moment(1, 900.0, 1100.0), moment(2, 1500.0, None)),
                decisions=(decided(1, 947.5, Reason.OK), decided(2, 1547.5, Reason.COOLDOWN)),
                links=(LinkMark(0, LinkState.REPLAY, device="u03", battery_percent=80),),
                now=Now(1_800_000, 1.0, State.CALM, 60.4, 61.0, 6.0, motion_known=True),
            )
        )
        return recording


@dataclass(frozen=True)
class Served:
    """A server in this process, and a client of it."""

    client: httpx.Client
    port: int
    day: Day
    server: uvicorn.Server
    thread: threading.Thread


@contextmanager
def serving(app: FastAPI) -> Iterator[tuple[int, uvicorn.Server, threading.Thread]]:
    """Serve `app` on a free port, as `unhurry serve` does."""
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="on"))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])), daemon=True)
    thread.start()
    pause = threading.Event()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        pause.wait(0.01)
    try:
        yield port, server, thread
    finally:
        if isinstance(getattr(app.state, "context", None), Context):
            close_streams(app)
        server.should_exit = True
        thread.join(30)
        listener.close()
        assert not thread.is_alive(), "the server did not stop"


@pytest.fixture
def day(tmp_path: Path) -> Iterator[Day]:
    path = tmp_path / "data" / "unhurry.db"
    migrate(path)
    day = Day(path)
    yield day
    day.database.close()


@pytest.fixture
def served(day: Day, tmp_path: Path) -> Iterator[Served]:
    day.live_through()
    with (
        serving(create_app(day.path, config_folder=tmp_path / "config")) as (port, server, thread),
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20) as client,
    ):
        yield Served(client, port, day, server, thread)


@pytest.fixture
def client(served: Served) -> httpx.Client:
    return served.client
