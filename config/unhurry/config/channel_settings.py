"""Where an offer may be shown besides the page and the terminal.

In: the section `[channels]` of the settings. Out: `ChannelSettings`. What would let a stranger read or answer
offers (topics, tokens, addresses with passwords) is secret: it appears in no log and not in the database.
"""

from __future__ import annotations

import re
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, model_validator

_TOPIC = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""What ntfy takes for a topic."""


def _topic(value: SecretStr) -> SecretStr:
    if not _TOPIC.fullmatch(value.get_secret_value()):
        raise ValueError("a topic has up to 64 letters, digits, - and _")
    return value


def _server(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("write it like https://ntfy.sh")
    if parts.username or parts.password:
        raise ValueError("a password does not belong into an address; give a `token`")
    return value.rstrip("/")


Topic = Annotated[SecretStr, AfterValidator(_topic)]


class NtfySettings(BaseModel):
    """The phone, through a server of ntfy."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    on: bool = False
    server: Annotated[str, AfterValidator(_server)] = "https://ntfy.sh"
    topic: Topic | None = None
    """What the phone subscribes to; without it a random one is made once and kept beside the settings."""
    answer_topic: Topic | None = None
    """Where the buttons post to, and where answers are read from; as above."""
    token: SecretStr | None = None
    """For a server that asks who publishes and reads."""
    answer_token: SecretStr | None = None
    """What the phone's buttons send along; server and phone see it. Let it write to `answer_topic` alone."""

    @model_validator(mode="after")
    def _apart(self) -> Self:
        if self.topic is not None and self.topic == self.answer_topic:
            raise ValueError("`topic` and `answer_topic` have to differ")
        return self


class ChannelSettings(BaseModel):
    """Ways to show an offer. What leaves this computer is off until the wearer switches it on."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    desktop: bool = True
    """Notifications of the desktop, where there is one."""
    ntfy: NtfySettings = NtfySettings()
    apprise: Annotated[tuple[SecretStr, ...], Field(max_length=8)] = ()
    """Addresses as apprise understands them; to be told only, they cannot answer."""
