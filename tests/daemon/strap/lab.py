"""What a test of the strap source works with: a scripted Bluetooth, and a listener to the source.

In: a world (see `bluez`) and how long to wait for what. Out: `Lab`, `Listener`, `QUICK`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol, TypeAlias

import pytest

from unhurry.daemon.sources.items import Arrived, LinkChanged, RecordingOpened, SourceItem
from unhurry.daemon.strap import BleSource, Timings
from unhurry.daemon.strap.clocks import Clocks, monotonic_ns, read_clocks
from unhurry.signal import Kind
from unhurry.store import LinkState

from .bluez.plan import StrapPlan

if TYPE_CHECKING:
    # Linux only: it stands on dbus-fast.
    from .bluez.device import Device
    from .bluez.rules import Rules
    from .bluez.strap import Strap
    from .bluez.world import World

HURRY = 4.0
"""Seconds of a scenario that pass in a real one, while it waits (see `bluez.hurried`)."""

_WALL_MS = time.time_ns() // 1_000_000 - time.monotonic_ns() // 1_000_000

QUICK = Timings(
    look_s=3.0,
    rest_s=0.1,
    settle_s=0.1,
    connect_s=4.0,
    connect_outer_s=5.0,
    answer_s=1.0,
    battery_s=1.0,
    first_frame_s=1.5,
    silent_s=0.7,
    recycle_s=1.5,
    watch_s=0.1,
    disconnect_s=0.8,
    grace_s=0.5,
    backoff_first_s=0.1,
    backoff_cap_s=0.3,
    tick_s=0.2,
)
"""The scripted strap sends ten frames a second, so everything may be ten times as fast."""


def loop_clocks() -> Clocks:
    """Read clocks that go as the running loop does: what `read_clocks` is for a loop in no hurry."""
    now_ns = monotonic_ns()
    return replace(
        read_clocks(),
        monotonic_ns=now_ns,
        awake_or_not_ns=now_ns,
        wall_ms=_WALL_MS + now_ns // 1_000_000,
    )


class Listener:
    """Reads a source in the background and remembers all of it."""

    def __init__(self, source: BleSource) -> None:
        self.items: list[SourceItem] = []
        self.source = source
        self._grown = asyncio.Event()
        self._reading: asyncio.Task[None] | None = None

    async def _read(self) -> None:
        async for item in self.source.items():
            self.items.append(item)
            self._grown.set()

    def start(self) -> None:
        """Begin."""
        self._reading = asyncio.create_task(self._read())

    async def stop(self) -> None:
        """Cancel the reader, as SIGTERM does, and wait until it has hung up; a failure of the source shows here."""
        assert self._reading is not None
        self._reading.cancel()
        with suppress(asyncio.CancelledError):
            await self._reading

    async def until(self, what: Callable[[], bool]) -> None:
        """Wait until `what` holds; the timeout of the scenario is the limit."""
        assert self._reading is not None
        while not what():
            if self._reading.done():
                self._reading.result()
                pytest.fail("the source ended by itself")
            self._grown.clear()
            waiter = asyncio.create_task(self._grown.wait())
            await asyncio.wait({waiter, self._reading}, timeout=0.2, return_when=asyncio.FIRST_COMPLETED)
            waiter.cancel()

    @property
    def links(self) -> list[LinkChanged]:
        """What was told of the link."""
        return [item for item in self.items if isinstance(item, LinkChanged)]

    @property
    def states(self) -> list[LinkState]:
        """The same, the states alone."""
        return [link.state for link in self.links]

    @property
    def changes(self) -> list[LinkState]:
        """The states again, each once until another comes."""
        states = self.states
        return [now for before, now in zip([None, *states], states, strict=False) if now is not before]

    @property
    def recordings(self) -> list[RecordingOpened]:
        """The recordings that were opened."""
        return [item for item in self.items if isinstance(item, RecordingOpened)]

    @property
    def beats(self) -> list[int]:
        """All intervals, in order."""
        return [round(value) for value in self.values(Kind.BEAT)]

    def values(self, kind: Kind) -> list[float]:
        """All values of the rows of one kind, in order."""
        arrived = [item.arrivals for item in self.items if isinstance(item, Arrived)]
        return [float(value) for rows in arrived for value in rows.value[rows.kind == kind]]

    async def until_state(self, state: LinkState) -> None:
        """Wait for the link to be in `state`."""
        await self.until(lambda: bool(self.states) and self.states[-1] is state)

    async def until_told(self, state: LinkState) -> None:
        """Wait until the link was in `state` at some time after this call."""
        told = len(self.states)
        await self.until(lambda: state in self.states[told:])

    async def until_beats(self, count: int = 3) -> None:
        """Wait for `count` more beats than there are now."""
        target = len(self.beats) + count
        await self.until(lambda: len(self.beats) >= target)


class Lab:
    """The scripted Bluetooth with its straps, and what to do with them."""

    def __init__(self, world: World) -> None:
        self.world = world

    @property
    def straps(self) -> tuple[Strap, ...]:
        """The straps in the order of their plans."""
        return self.world.straps

    @property
    def strap(self) -> Strap:
        """The first of them."""
        return self.world.straps[0]

    @property
    def device(self) -> Device:
        """The first of them, in the eyes of bluetoothd."""
        return self.world.devices[0]

    @property
    def rules(self) -> Rules:
        """Which calls fail, hang or take their time."""
        return self.world.rules

    @property
    def sent(self) -> list[int]:
        """Every interval the first strap sent while it was listened to."""
        return [beat.rr_1024 for beat in self.strap.sent]

    async def until(self, what: Callable[[], bool]) -> None:
        """Wait until `what` holds on the side of bluetoothd, which tells nobody."""
        while not what():  # noqa: ASYNC110 - a look from outside has no event to wait for
            await asyncio.sleep(0.02)

    def calls(self, method: str) -> int:
        """How often bluetoothd was asked to do `method`."""
        return self.world.calls[method]

    @asynccontextmanager
    async def listening(
        self,
        strap_name: str | None = None,
        *,
        remembered: str | None = None,
        timings: Timings = QUICK,
        clocks: Callable[[], Clocks] = loop_clocks,
    ) -> AsyncIterator[Listener]:
        """Read a source inside the block, and end it as a signal would."""
        source = BleSource(strap_name, remembered=remembered, timings=timings, clocks=clocks)
        listener = Listener(source)
        listener.start()
        try:
            yield listener
        finally:
            await listener.stop()


async def beats_are_back(lab: Lab, listener: Listener) -> None:
    """Wait for the beats to come back; every one that left the strap has come, in order and once."""
    await listener.until_beats()
    sent = len(lab.sent)
    await listener.until(lambda: len(listener.beats) >= sent)
    assert listener.beats == lab.sent[: len(listener.beats)]


Scenario: TypeAlias = Callable[[Lab], Awaitable[None]]


class InLab(Protocol):
    """Runs a scenario in a world with these straps (one like `StrapPlan()` when none is given).

    `hurry` 1 where another process takes part, whose time nobody can hurry. `limit_s` is in time of the loop.
    """

    def __call__(
        self,
        scenario: Scenario,
        *straps: StrapPlan,
        limit_s: float = 60.0,
        hurry: float = HURRY,
        permitted: bool = True,
        adapter: bool = True,
        powered: bool = True,
    ) -> None: ...
