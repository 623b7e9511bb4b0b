"""Speaking to a server of ntfy over HTTP (docs.ntfy.sh): publish, take back, read a topic as it comes.

In: settings. Out: messages. Whatever goes wrong is raised as ChannelTrouble, in a sentence that names neither
topic nor token.
"""

from __future__ import annotations

import contextlib
import json
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator
from dataclasses import dataclass
from typing import Any, cast

import httpx

from unhurry.config import NtfySettings

from .channel import ChannelTrouble

_CONNECT_S = 8.0
_KEEPALIVE_S = 90.0
"""The server says something at least every 45 seconds, unless its keeper has changed that."""
_LINE_BYTES = 16_384
"""A message has up to 4 kB; a line that grows beyond this is none of ours."""
_LOOK_BACK = "2h"
"""How far back to ask at first, on the server's clock: as long as an offer can stand."""
_LONGEST_AGAIN_S = 900.0


@dataclass(frozen=True, slots=True)
class Message:
    """What somebody posted to a topic."""

    id: str
    text: str


class NtfyServer:
    """One server, as one wearer may use it."""

    def __init__(self, settings: NtfySettings) -> None:
        # It would name every address, and with it the topic, to whoever listens at that level.
        logging.getLogger("httpx").setLevel(logging.WARNING)
        logging.getLogger("httpcore").setLevel(logging.WARNING)
        headers = {"User-Agent": "unhurry"}
        if settings.token is not None:
            headers["Authorization"] = f"Bearer {settings.token.get_secret_value()}"
        # Answers need not pass through the phone maker's push service on their way here.
        self.button_headers = {"Firebase": "no"}
        if settings.answer_token is not None:
            self.button_headers["Authorization"] = f"Bearer {settings.answer_token.get_secret_value()}"
        self._at = settings.server
        self._client = httpx.AsyncClient(headers=headers, timeout=httpx.Timeout(_CONNECT_S))

    def address(self, topic: str) -> str:
        """Return where one posts to `topic`."""
        return f"{self._at}/{topic}"

    async def publish(self, message: dict[str, Any]) -> None:
        """Publish one message. Raises ChannelTrouble."""
        with _explained():
            response = await self._client.post(f"{self._at}/", json=message)
        _check(response)

    async def take_back(self, topic: str, sequence: str) -> None:
        """Take a message back from those who got it, if the server knows how. Raises ChannelTrouble."""
        with _explained():
            response = await self._client.delete(f"{self.address(topic)}/{sequence}")
        if response.status_code not in (400, 404, 405):
            _check(response)

    async def messages(
        self, topic: str, after: str | None, ready: Callable[[], None]
    ) -> AsyncGenerator[Message]:
        """Yield what is posted to `topic`, from `after` (an id) on; ends when the server hangs up.

        `ready` is called when the server has taken the call. Raises ChannelTrouble.
        """
        timeout = httpx.Timeout(_CONNECT_S, read=_KEEPALIVE_S)
        with _explained():
            async with self._client.stream(
                "GET", f"{self.address(topic)}/json", params={"since": after or _LOOK_BACK}, timeout=timeout
            ) as response:
                _check(response)
                ready()
                async for line in _lines(response.aiter_bytes()):
                    message = _message(line)
                    if message is not None:
                        yield message

    async def close(self) -> None:
        """Hang up."""
        await self._client.aclose()


async def _lines(chunks: AsyncIterator[bytes]) -> AsyncGenerator[bytes]:
    """Yield whole lines; one without an end is dropped before it fills the memory."""
    rest, skipping = b"", False
    async for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            if not skipping and len(line) <= _LINE_BYTES:
                yield line
            skipping = False
        if len(rest) > _LINE_BYTES:
            rest, skipping = b"", True


def _message(line: bytes) -> Message | None:
    """Return the message in a line; None for signs of life and for what cannot be understood."""
    try:
        told: object = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict):
        return None
    fields = cast("dict[str, object]", told)
    identity, text = fields.get("id"), fields.get("message")
    if fields.get("event") != "message" or not isinstance(identity, str) or not isinstance(text, str):
        return None
    # It goes back into an address: only what ntfy itself makes.
    return Message(identity, text) if identity.isalnum() and identity.isascii() else None


def _check(response: httpx.Response) -> None:
    code = response.status_code
    if code in (401, 403):
        raise ChannelTrouble("The ntfy server does not let us in: check `token`, and who may use the topics.")
    if code == 429:
        raise ChannelTrouble("The ntfy server asks for a pause.", again_s=_again_s(response))
    if response.is_redirect:
        raise ChannelTrouble("The ntfy server has moved: write its new address as `server`.")
    if not response.is_success:
        raise ChannelTrouble(f"The ntfy server answers with {code}.", again_s=_again_s(response))


def _again_s(response: httpx.Response) -> float:
    told = response.headers.get("Retry-After", "")
    return min(float(told), _LONGEST_AGAIN_S) if told.isascii() and told.isdigit() else 0.0


@contextlib.contextmanager
def _explained() -> Generator[None]:
    try:
        yield
    except httpx.ConnectError as error:
        raise ChannelTrouble("The ntfy server cannot be reached.") from error
    except httpx.TimeoutException as error:
        raise ChannelTrouble("The ntfy server does not answer.") from error
    except httpx.HTTPError as error:
        raise ChannelTrouble(f"The link to the ntfy server broke ({type(error).__name__}).") from error
