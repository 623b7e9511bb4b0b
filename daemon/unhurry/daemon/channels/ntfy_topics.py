"""The two topics of a wearer: names nobody can guess, made once.

In: settings, the config folder. Out: `Topics`. Whoever knows a topic can read it, so its name is its
password: the file that keeps them is readable by its owner alone.
"""

from __future__ import annotations

import os
import re
import secrets
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from unhurry.config import NtfySettings, private_folder

from .channel import ChannelTrouble

FILE = "ntfy.toml"
_RANDOM_BYTES = 16


@dataclass(frozen=True, slots=True)
class Topics:
    """Where offers go, and where answers come from."""

    topic: str
    answer_topic: str


def topics_for(settings: NtfySettings, folder: Path) -> Topics:
    """Return the topics of the settings; those they do not name are made and kept in `folder`.

    Raises ChannelTrouble when they cannot be kept, or what was kept cannot be read.
    """
    topic, answer_topic = settings.topic, settings.answer_topic
    if topic is not None and answer_topic is not None:
        return Topics(topic.get_secret_value(), answer_topic.get_secret_value())
    kept = _kept(folder / FILE)
    return Topics(
        kept.topic if topic is None else topic.get_secret_value(),
        kept.answer_topic if answer_topic is None else answer_topic.get_secret_value(),
    )


def _kept(file: Path) -> Topics:
    try:
        private_folder(file.parent)
        _make(file)
        told: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
        topics = Topics(str(told["topic"]), str(told["answer_topic"]))
    except OSError as error:
        raise ChannelTrouble(f"{file} cannot be kept: {error.strerror}.") from error
    except (ValueError, KeyError) as error:
        raise ChannelTrouble(f"{file} cannot be understood: remove it, a new one is made.") from error
    pattern = re.compile(r"[A-Za-z0-9_-]{16,64}")
    named = (topics.topic, topics.answer_topic)
    if named[0] == named[1] or not all(pattern.fullmatch(name) for name in named):
        raise ChannelTrouble(f"{file} cannot be understood: remove it, a new one is made.")
    return topics


def _make(file: Path) -> None:
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write(
            "# Made by Unhurry. Whoever knows these names can read and answer offers: show them to nobody.\n"
        )
        for name in ("topic", "answer_topic"):
            out.write(f'{name} = "unhurry-{secrets.token_hex(_RANDOM_BYTES)}"\n')
