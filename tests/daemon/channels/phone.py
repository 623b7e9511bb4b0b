"""A server of ntfy on loopback, and the phone that is subscribed to it. Written from ntfy's documentation."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import socket
import time
from collections.abc import AsyncIterator, Generator
from dataclasses import dataclass, field
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


@dataclass
class Ntfy:
    """Keeps what was posted, by topic; `refuse` answers everything with that status."""

    messages: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    deleted: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    authorizations: set[str | None] = field(default_factory=set)
    refuse: int | None = None
    refuse_streams: int | None = None
    retry_after: str | None = None
    delay_s: float = 0.0
    raw: list[bytes] = field(default_factory=list)
    """Sent to every stream before anything else."""
    port: int = 0
    readers: int = 0
    hang_up: asyncio.Event = field(default_factory=asyncio.Event)
    posted: asyncio.Event = field(default_factory=asyncio.Event)
    _server: _Server | None = None
    _serving: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> Ntfy:
        bound = socket.create_server(("127.0.0.1", self.port))
        self.port = bound.getsockname()[1]
        self.hang_up.clear()
        config = uvicorn.Config(
            self._app(), log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=2
        )
        self._server = _Server(config)
        self._serving = asyncio.create_task(self._server.serve(sockets=[bound]))
        async with asyncio.timeout(10):
            while not self._server.started:  # noqa: ASYNC110 - uvicorn has no event for it
                await asyncio.sleep(0.01)
        return self

    async def stop(self) -> None:
        if self._server is None or self._serving is None:
            return
        self.hang_up.set()
        self.posted.set()
        self._server.should_exit = True
        await self._serving
        self._server = None

    def notices(self, topic: str) -> list[dict[str, Any]]:
        """What the phone shows: a later message of a sequence replaces the earlier."""
        shown = {message["sequence_id"]: message for message in self.messages.get(topic, [])}
        return [message for sequence, message in shown.items() if sequence not in self.deleted]

    async def press(self, topic: str, label: str) -> httpx.Response:
        """Do what the phone does when somebody presses a button of the only notice."""
        (notice,) = self.notices(topic)
        (action,) = [action for action in notice["actions"] if action["label"] == label]
        return await post(action)

    def post(self, topic: str, **fields: Any) -> None:
        message = {
            "id": secrets.token_hex(6),
            "time": int(time.time()),
            "event": "message",
            "topic": topic,
            **fields,
        }
        message.setdefault("sequence_id", message["id"])
        self.messages.setdefault(topic, []).append(message)
        self.posted.set()

    def _app(self) -> FastAPI:
        app = FastAPI()

        @app.middleware("http")
        async def gate(request: Request, following: Any) -> Response:
            self.requests.append(f"{request.method} {request.url.path}")
            self.authorizations.add(request.headers.get("authorization"))
            await asyncio.sleep(self.delay_s)
            status = self.refuse or (self.refuse_streams if request.url.path.endswith("/json") else None)
            if status is not None:
                headers = {"Retry-After": self.retry_after} if self.retry_after else {}
                return Response(status_code=status, headers=headers)
            answer: Response = await following(request)
            return answer

        @app.post("/")
        async def publish(request: Request) -> dict[str, Any]:
            fields = await request.json()
            self.post(fields.pop("topic"), **fields)
            return {}

        @app.post("/{topic}")
        async def write(topic: str, request: Request) -> dict[str, Any]:
            self.post(topic, message=(await request.body()).decode())
            return {}

        @app.delete("/{topic}/{sequence}")
        async def delete(topic: str, sequence: str) -> dict[str, Any]:
            self.deleted.append(sequence)
            return {}

        @app.get("/{topic}/json")
        async def read(topic: str, since: str) -> Response:
            return StreamingResponse(self._stream(topic, since), media_type="application/x-ndjson")

        return app

    async def _stream(self, topic: str, since: str) -> AsyncIterator[bytes]:
        self.readers += 1
        try:
            yield json.dumps({"id": "open", "event": "open", "topic": topic}).encode() + b"\n"
            for chunk in self.raw:
                yield chunk
            kept = self.messages.setdefault(topic, [])
            ids = [message["id"] for message in kept]
            at = ids.index(since) + 1 if since in ids else 0
            while not self.hang_up.is_set():
                for message in kept[at:]:
                    yield json.dumps(message).encode() + b"\n"
                at = len(kept)
                self.posted.clear()
                await self.posted.wait()
        finally:
            self.readers -= 1


async def post(action: dict[str, Any]) -> httpx.Response:
    """Send what a button sends."""
    async with httpx.AsyncClient() as client:
        return await client.request(
            action["method"], action["url"], content=action["body"], headers=action["headers"]
        )
