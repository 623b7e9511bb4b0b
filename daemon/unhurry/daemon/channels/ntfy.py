"""The phone, through a server of ntfy: notices go to one topic, the buttons post to a second one.

In: notices. Out: answers. Nothing here can be called from outside: the second topic is read from the server,
and only while an offer is shown. The server sees neutral words and times (docs/channels.md).
"""

from __future__ import annotations

import contextlib
import hmac
import logging
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from unhurry.config import NtfySettings
from unhurry.store import Answer

from .channel import ChannelTrouble, Notice, Said
from .ntfy_topics import Topics, topics_for

if TYPE_CHECKING:
    from .ntfy_server import NtfyServer

_log = logging.getLogger(__name__)
_BUTTONS = ((Answer.START, "Start"), (Answer.NOT_NOW, "Not now"), (Answer.FINE, "I'm fine"))
_OFFERS = 8
"""Offers whose buttons are answered to; older ones have left long since."""


class NtfyChannel:
    """Shows offers on the phone."""

    name = "ntfy"

    def __init__(self, settings: NtfySettings, folder: Path) -> None:
        """`folder` is the wearer's config folder: topics nobody named are made and kept there."""
        self._settings = settings
        self._folder = folder
        self._said: Said | None = None
        self._server: NtfyServer | None = None
        self._topics: Topics | None = None
        self._nonces: dict[int, str] = {}
        """What an answer has to bring along, by offer; used once."""
        self._sequences: dict[int, str] = {}
        self._heard_last: str | None = None

    async def open(self, said: Said) -> None:
        """See that there are topics and what it takes to reach a server. Raises ChannelTrouble."""
        self._said = said
        self._ready()

    async def show(self, notice: Notice) -> None:
        """Publish a notice with its buttons."""
        server, topics = self._ready()
        nonce = self._nonces.setdefault(notice.prompt_id, secrets.token_urlsafe(9))
        sequence = self._sequences.setdefault(notice.prompt_id, secrets.token_hex(8))
        for known in (self._nonces, self._sequences):
            while len(known) > _OFFERS:
                known.pop(next(iter(known)))
        await server.publish(
            {
                "topic": topics.topic,
                "title": notice.title,
                "message": notice.body,
                "sequence_id": sequence,
                "actions": [
                    {
                        "action": "http",
                        "label": label,
                        "url": server.address(topics.answer_topic),
                        "method": "POST",
                        "headers": server.button_headers,
                        "body": f"{answer.value} {notice.prompt_id} {nonce}",
                        "clear": True,
                    }
                    for answer, label in _BUTTONS
                ],
            }
        )

    async def clear(self, prompt_id: int) -> None:
        """Ask the phone to take a notice away. Servers before 2.16 cannot; its buttons do nothing then."""
        self._nonces.pop(prompt_id, None)
        sequence = self._sequences.get(prompt_id)
        if sequence is None:
            return
        server, topics = self._ready()
        await server.take_back(topics.topic, sequence)
        self._sequences.pop(prompt_id, None)

    async def listen(self, ready: Callable[[], None]) -> None:
        """Read the answer topic until the server ends it."""
        server, topics = self._ready()
        async with contextlib.aclosing(
            server.messages(topics.answer_topic, self._heard_last, ready)
        ) as messages:
            async for message in messages:
                self._heard_last = message.id
                self._take(message.text)

    async def close(self) -> None:
        """Hang up."""
        if self._server is not None:
            await self._server.close()

    def _take(self, text: str) -> None:
        """Take an answer; what is not exactly one of ours, or comes a second time, is left alone."""
        words = text.split()
        if len(words) != 3 or not words[1].isascii() or not words[1].isdigit() or len(words[1]) > 18:
            _log.debug("ntfy: a message that is no answer")
            return
        prompt_id = int(words[1])
        expected = self._nonces.get(prompt_id)
        answer = next((answer for answer, _ in _BUTTONS if answer.value == words[0]), None)
        if expected is None or answer is None or self._said is None:
            return
        if hmac.compare_digest(expected.encode(), words[2].encode()):
            del self._nonces[prompt_id]
            self._said(prompt_id, answer)

    def _ready(self) -> tuple[NtfyServer, Topics]:
        if self._topics is None:
            self._topics = topics_for(self._settings, self._folder)
        if self._server is None:
            try:
                from .ntfy_server import NtfyServer  # noqa: PLC0415 - an extra
            except ImportError as error:
                raise ChannelTrouble("It needs more: pip install 'unhurry[push]'") from error
            self._server = NtfyServer(self._settings)
        return self._server, self._topics
