"""What happens is told as it happens, and a reader never keeps the server from stopping."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from unhurry.api import close_streams
from unhurry.signal.records import ArousalEvent, Confidence, Minute, State
from unhurry.store import Batch, Now


def messages(answer: httpx.Response) -> Iterator[tuple[str, Any]]:
    kind = ""
    for line in answer.iter_lines():
        if line.startswith("event: "):
            kind = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield kind, json.loads(line.removeprefix("data: "))


def until(stream: Iterator[tuple[str, Any]], wanted: str) -> Any:
    return next(data for kind, data in stream if kind == wanted)


def test_a_reader_hears_first_how_things_are_and_then_what_happens(served: Any) -> None:
    client, writer = served.client, served.day.writer
    with client.stream("GET", "/api/live") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        stream = messages(answer)
        kind, first = next(stream)
        assert (kind, first["today"]["events"]) == ("status", 2)
        assert first["versions"]["schema"] == 3

        third = ArousalEvent(3, 1700.0, 1747.5, 1790.0, None, 88.0, 60.0, 5.0, Confidence.LOW)
        writer.write_batch(Batch(1, events=(third,)))
        told = until(stream, "event")
        assert told == client.get("/api/events").json()["items"][0]

        httpx.post(f"http://127.0.0.1:{served.port}/api/prompts/1/answer", json={"answer": "fine"})
        assert until(stream, "prompt")["answer"] == "fine"

        httpx.post(f"http://127.0.0.1:{served.port}/api/journal", json={"body": "x"})
        assert until(stream, "entry") == {"id": 1}

        writer.write_batch(
            Batch(
                1,
                minutes=(Minute(1800, State.POSTURE, 60, 70.0, None, None, None, None, 1.0),),
                now=Now(1_860_000, 1.0, State.POSTURE),
            )
        )
        assert until(stream, "day") == {"date": "2026-03-12"}
        status = until(stream, "status")
        while status["moment"]["state"] != "posture":
            status = until(stream, "status")
        assert status["today"]["events"] == 3

        httpx.post(f"http://127.0.0.1:{served.port}/api/intents", json={"kind": "driving_start"})
        while not status["modes"]["driving"]:
            status = until(stream, "status")


def test_an_offer_that_expires_is_told(served: Any) -> None:
    with served.client.stream("GET", "/api/live") as answer:
        stream = messages(answer)
        until(stream, "status")
        served.day.writer.expire_prompts(2_000_000_000_000)
        assert until(stream, "prompt")["closed"] == "expired"


def test_open_readers_do_not_keep_a_server_in_a_thread_from_stopping(served: Any) -> None:
    with served.client.stream("GET", "/api/live") as answer:
        stream = messages(answer)
        until(stream, "status")
        close_streams(served.server.config.app)
        served.server.should_exit = True
        assert list(stream) == [], "the stream ends"
    served.thread.join(20)
    assert not served.thread.is_alive()


@pytest.mark.skipif(sys.platform == "win32", reason="SIGTERM is a thing of POSIX")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_open_readers_do_not_keep_uvicorn_from_stopping(tmp_path: Path, number: signal.Signals) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    database = tmp_path / "data" / "unhurry.db"
    environment = {**os.environ, "UNHURRY_DB": str(database), "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "uvicorn", "--factory", "unhurry.api:create_app_from_environment"]
    server = subprocess.Popen(
        [*command, "--port", str(port)], env=environment, stderr=subprocess.PIPE, text=True, cwd=tmp_path
    )
    assert server.stderr is not None
    with server.stderr as log:
        while "Uvicorn running" not in (line := log.readline()):
            assert line, "uvicorn did not start"
        with httpx.stream("GET", f"http://127.0.0.1:{port}/api/live", timeout=20) as answer:
            stream = messages(answer)
            assert until(stream, "status")["daemon"]["running"] is False
            server.send_signal(number)
            assert list(stream) == []
        assert server.wait(20) in {0, -number}
        rest = log.read()
    assert "Finished server process" in rest
    assert "Traceback" not in rest
    assert "Cancel" not in rest
