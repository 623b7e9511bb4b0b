"""Where the callbacks of the radio leave things, for the source to fetch.

A plain queue: callbacks may only put, never wait; the source takes everything at once, in the order it came.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import TypeAlias

from unhurry.signal.polar import AccelerometerSettings
from unhurry.store import LinkState, StrapChoice

from .information import StrapInformation


@dataclass(frozen=True, slots=True)
class Heard:
    """One notification of the strap, as it came."""

    monotonic_ns: int
    data: bytes


@dataclass(frozen=True, slots=True)
class HeardAcceleration:
    """One notification of the strap's accelerometer, as it came."""

    monotonic_ns: int
    data: bytes
    settings: AccelerometerSettings
    """What the stream was started with."""


@dataclass(frozen=True, slots=True)
class HeardInformation:
    """What the connected strap tells about itself, once for each connection, after its first beat."""

    monotonic_ns: int
    information: StrapInformation


@dataclass(frozen=True, slots=True)
class LinkNews:
    """The link changed, or something was learnt about the strap."""

    monotonic_ns: int
    state: LinkState
    device: str | None = None
    address: str | None = None
    battery_percent: int | None = None
    advice: str | None = None
    in_reach: tuple[StrapChoice, ...] = ()


Thing: TypeAlias = Heard | HeardAcceleration | HeardInformation | LinkNews


class Inbox:
    """Things in arrival order; belongs to one event loop."""

    def __init__(self) -> None:
        self._things: deque[Thing] = deque()
        self._news = asyncio.Event()

    def put(self, thing: Thing) -> None:
        """Add one thing and wake whoever waits."""
        self._things.append(thing)
        self._news.set()

    def wake(self) -> None:
        """Wake whoever waits, with nothing to fetch."""
        self._news.set()

    def take(self) -> list[Thing]:
        """Return what has come since the last time, oldest first."""
        things = list(self._things)
        self._things.clear()
        self._news.clear()
        return things

    async def wait(self, limit_s: float) -> None:
        """Return as soon as there is something, or after `limit_s`."""
        try:
            async with asyncio.timeout(limit_s):
                await self._news.wait()
        except TimeoutError:
            return
