"""The whole way: a simulated day offers a breath, the phone's button answers, the page and the desktop know."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from unhurry.command.service import serve_recording
from unhurry.command.starting import listening_socket
from unhurry.config import ChannelSettings, NtfySettings, PageSettings, PromptSettings, Settings
from unhurry.daemon.simulation import simulate_day
from unhurry.daemon.sources.demo import DemoSource
from unhurry.signal import Parameters
from unhurry.store import migrate

from .phone import Ntfy

SPEED = 30.0


def test_the_button_on_the_phone_answers_the_offer_of_a_running_service(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Whatever desktop the tests run on is left in peace.
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path / 'nothing'}")
    database = tmp_path / "demo.db"
    migrate(database)

    async def main() -> dict[str, Any]:
        server = await Ntfy().start()
        settings = Settings(
            prompts=PromptSettings(on_low_confidence=True, terminal=False),
            channels=ChannelSettings(
                ntfy=NtfySettings(
                    on=True, server=server.url, topic=SecretStr("offers"), answer_topic=SecretStr("answers")
                ),
            ),
        )
        bound = listening_socket(PageSettings(port=0))
        page = f"http://127.0.0.1:{bound.getsockname()[1]}"
        source = DemoSource(simulate_day(), date(2026, 3, 12), speed=SPEED)
        stop = asyncio.Event()
        service = asyncio.create_task(
            serve_recording(
                source,
                database,
                settings,
                Parameters(),
                tmp_path / "config.toml",
                bound=bound,
                stop=stop,
            )
        )
        try:
            async with asyncio.timeout(100), httpx.AsyncClient() as client:
                while not (server.notices("offers") and server.readers):
                    assert not service.done(), service.exception()
                    await asyncio.sleep(0.05)
                asked = (await client.get(f"{page}/api/status")).json()
                assert asked["prompt"]["answer"] is None
                await server.press("offers", "I'm fine")
                while server.notices("offers"):  # noqa: ASYNC110 - the phone is looked at
                    await asyncio.sleep(0.05)
                told = (await client.get(f"{page}/api/prompts")).json()
                answered = {prompt["id"]: prompt["answer"] for prompt in told["items"]}
                assert answered[asked["prompt"]["id"]] == "fine"
        finally:
            stop.set()
            await service
            await server.stop()
        return dict(asked)

    asked = asyncio.run(main())
    assert asked["channels"] == [
        {"name": "page", "on": True, "problem": None},
        {"name": "terminal", "on": False, "problem": None},
        {"name": "apprise", "on": False, "problem": None},
        {"name": "desktop", "on": False, "problem": None},
        {"name": "ntfy", "on": True, "problem": None},
    ]
