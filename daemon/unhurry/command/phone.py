"""`unhurry phone`: what to subscribe to on the phone, and a try whether a button's answer comes back."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from unhurry.config import NtfySettings, SettingsError, UnhurryError, load_settings

from .options import config_option

if TYPE_CHECKING:
    from unhurry.store import Answer

_WAIT_S = 120.0
_WORDS = {"start": "Start", "not_now": "Not now", "fine": "I'm fine"}


@click.command("phone", epilog="Example: unhurry phone --try")
@click.option("--try", "try_it", is_flag=True, help="Send one now, and wait for a button to be pressed.")
@config_option
def command(try_it: bool, config: Path) -> None:
    """Say how offers get onto your phone, by the app ntfy.

    What it prints is as good as a password: whoever knows the topic can read and answer your offers.
    """
    from unhurry.daemon.channels import ChannelTrouble  # noqa: PLC0415 - loaded when asked for
    from unhurry.daemon.channels.ntfy_topics import topics_for  # noqa: PLC0415

    settings = load_settings(config).channels.ntfy
    if not settings.on:
        click.echo(
            f"Offers do not leave this computer. To have them on your phone, too, write into {config}:\n"
        )
        click.echo("[channels.ntfy]\non = true\n\nand ask again. docs/channels.md says who sees what.")
        return
    try:
        topics = topics_for(settings, config.parent)
        click.echo(f"In the app ntfy, subscribe to the topic  {topics.topic}")
        click.echo(f"on the server                            {settings.server}")
        click.echo("Show the topic to nobody: whoever knows it can read and answer your offers.")
        if try_it:
            answer = asyncio.run(send_one(settings, config.parent, wait_s=_WAIT_S))
            click.echo(f'The phone says "{_WORDS[answer]}". It works.')
    except ChannelTrouble as error:
        raise SettingsError(str(error)) from error


async def send_one(settings: NtfySettings, folder: Path, *, wait_s: float) -> Answer:
    """Send a notice as an offer would be, and return which button was pressed.

    Raises ChannelTrouble when the server cannot be used, UnhurryError when nobody answers in time.
    """
    from unhurry.daemon.channels import ChannelTrouble, Notice  # noqa: PLC0415
    from unhurry.daemon.channels.ntfy import NtfyChannel  # noqa: PLC0415

    heard: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()

    def said(prompt_id: int, answer: Answer) -> None:
        del prompt_id
        if not heard.done():
            heard.set_result(answer)

    def ready() -> None:
        click.echo(f"Sent. Press a button on the phone within {wait_s:g} seconds …")

    channel = NtfyChannel(settings, folder)
    await channel.open(said)
    ear: asyncio.Task[None] | None = None
    try:
        await channel.show(Notice(0, "Unhurry", "A try: press any of these.", None))
        ear = asyncio.create_task(channel.listen(ready))
        either: set[asyncio.Future[Any]] = {ear, heard}
        await asyncio.wait(either, timeout=wait_s, return_when=asyncio.FIRST_COMPLETED)
        if heard.done():
            return heard.result()
        if ear.done():
            ear.result()
        raise UnhurryError(
            "No answer came back.", "Is the phone subscribed to that topic, and allowed to show it?"
        )
    finally:
        if ear is not None:
            ear.cancel()
            await asyncio.gather(ear, return_exceptions=True)
        # What went wrong before says more than that it cannot be tidied up.
        with contextlib.suppress(ChannelTrouble):
            await channel.clear(0)
        await channel.close()
