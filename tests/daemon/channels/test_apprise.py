"""Any service apprise knows: told, never answered, and its address is repeated nowhere."""

from __future__ import annotations

import asyncio
import logging

import pytest
from pydantic import SecretStr

pytest.importorskip("apprise", reason="the extra `push` is not installed")

from unhurry.daemon.channels import ChannelTrouble, Notice
from unhurry.daemon.channels.apprise import AppriseChannel

from .phone import Ntfy

# It imports every service it knows, and with them what Python 3.13 has given up.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

NOTICE = Notice(7, "Unhurry", "A moment to breathe?", "http://127.0.0.1:8765/breathe/four_six?prompt=7")


def test_every_address_is_told_in_neutral_words() -> None:
    async def main() -> None:
        server = await Ntfy().start()
        address = f"json://127.0.0.1:{server.port}/hook"
        channel = AppriseChannel((SecretStr(address),))
        await channel.open(lambda prompt_id, answer: None)
        assert server.requests == []
        await channel.show(NOTICE)
        (posted,) = server.messages["hook"]
        assert "A moment to breathe?" in posted["message"]
        assert "8765" not in posted["message"]
        await channel.clear(7)
        await channel.close()
        await server.stop()

    asyncio.run(main())


def test_a_service_that_does_not_take_it_is_a_problem_that_repeats_no_password(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)

    async def main() -> None:
        channel = AppriseChannel((SecretStr("json://somebody:hunter2@127.0.0.1:9/hook"),))
        await channel.open(lambda prompt_id, answer: None)
        with pytest.raises(ChannelTrouble, match="did not take") as trouble:
            await channel.show(NOTICE)
        assert "hunter2" not in str(trouble.value)

    asyncio.run(main())
    assert "hunter2" not in caplog.text


def test_an_address_nobody_understands_is_named_by_its_number() -> None:
    addresses = (SecretStr("json://127.0.0.1/"), SecretStr("carrier-pigeon://hunter2"))
    with pytest.raises(ChannelTrouble, match="Address 2") as trouble:
        asyncio.run(AppriseChannel(addresses).open(lambda prompt_id, answer: None))
    assert "hunter2" not in str(trouble.value)
