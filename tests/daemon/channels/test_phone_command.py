"""`unhurry phone` and what `doctor` says of it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner
from pydantic import SecretStr

from unhurry.command.findings import Status
from unhurry.command.notification_checks import check_notifications, check_push
from unhurry.command.phone import command, send_one
from unhurry.config import ChannelSettings, NtfySettings, UnhurryError
from unhurry.daemon.channels import ChannelTrouble
from unhurry.store import Answer

from .phone import Ntfy
from .waiting import until


def asked(config: Path) -> str:
    result = CliRunner().invoke(command, ["--config", str(config)])
    assert result.exit_code == 0, result.output
    return result.output


def test_while_it_is_off_it_says_how_to_switch_it_on_and_makes_nothing(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text("")
    assert "[channels.ntfy]\non = true" in asked(config)
    assert list(tmp_path.iterdir()) == [config]


def test_it_names_the_topic_to_subscribe_to_and_keeps_it(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text("[channels.ntfy]\non = true\n")
    said = asked(config)
    topic = next(word for word in said.split() if word.startswith("unhurry-"))
    assert topic in (tmp_path / "ntfy.toml").read_text()
    assert "https://ntfy.sh" in said
    assert asked(config) == said


def test_a_try_waits_for_the_button(tmp_path: Path) -> None:
    async def main() -> None:
        server = await Ntfy().start()
        settings = NtfySettings(
            on=True, server=server.url, topic=SecretStr("offers"), answer_topic=SecretStr("answers")
        )
        trying = asyncio.create_task(send_one(settings, tmp_path, wait_s=20))
        await until(lambda: server.readers)
        await server.press("offers", "Not now")
        assert await trying is Answer.NOT_NOW
        assert server.notices("offers") == []
        with pytest.raises(UnhurryError, match="No answer came back"):
            await send_one(settings, tmp_path, wait_s=0.2)
        server.refuse_streams = 403
        with pytest.raises(ChannelTrouble, match="does not let us in"):
            await send_one(settings, tmp_path, wait_s=20)
        await server.stop()

    asyncio.run(main())


def test_doctor_says_what_leaves_the_computer_without_sending_anything() -> None:
    assert check_push(ChannelSettings()) == []
    channels = ChannelSettings(
        ntfy=NtfySettings(on=True, server="http://127.0.0.1:9"), apprise=(SecretStr("json://secret"),)
    )
    phone, services = check_push(channels)
    assert (phone.status, phone.detail) == (Status.OK, "offers go to http://127.0.0.1:9")
    assert services.check == "services"
    assert "secret" not in services.detail
    assert check_notifications(ChannelSettings(desktop=False)).status is Status.SKIPPED
