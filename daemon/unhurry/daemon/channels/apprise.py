"""Any of the services apprise knows. It can tell of an offer; answering is for the page.

In: notices, addresses from the settings (they hold passwords and are never repeated). Out: nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from pydantic import SecretStr

from .channel import ChannelTrouble, Notice, Said

if TYPE_CHECKING:
    from apprise import Apprise


class AppriseChannel:
    """Tells of offers through the addresses of the settings."""

    name = "apprise"

    def __init__(self, addresses: tuple[SecretStr, ...]) -> None:
        self._addresses = addresses
        self._apprise: Apprise | None = None

    async def open(self, said: Said) -> None:
        """See that every address is understood. Raises ChannelTrouble naming the one that is not."""
        del said  # nothing comes back
        # Off the loop: it brings along a hundred services.
        self._apprise = await asyncio.to_thread(_understood, self._addresses)

    async def show(self, notice: Notice) -> None:
        """Tell every address."""
        if self._apprise is None:
            self._apprise = await asyncio.to_thread(_understood, self._addresses)
        body = f"{notice.body} The page on your computer has more."
        if not await self._apprise.async_notify(title=notice.title, body=body):
            raise ChannelTrouble("At least one of the services did not take the notification.")

    async def clear(self, prompt_id: int) -> None:
        """What was sent stays sent."""

    async def listen(self, ready: Callable[[], None]) -> None:
        """Nobody can answer this way."""
        ready()
        await asyncio.get_running_loop().create_future()

    async def close(self) -> None:
        """Nothing is held."""


def _understood(addresses: tuple[SecretStr, ...]) -> Apprise:
    # Its log repeats addresses, passwords and all.
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    try:
        from apprise import Apprise  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise ChannelTrouble("It needs more: pip install 'unhurry[push]'") from error
    services = Apprise()
    for number, address in enumerate(addresses, start=1):
        # Its own signature leaves types out.
        if not services.add(address.get_secret_value()):  # pyright: ignore[reportUnknownMemberType]
            raise ChannelTrouble(f"Address {number} of `apprise` in the settings is not understood.")
    return services
