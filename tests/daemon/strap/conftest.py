"""A Bluetooth service to test against: real bleak, a real D-Bus socket, an imitated bluetoothd from the shared lab."""

from __future__ import annotations

import asyncio
import importlib
import shutil
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from unhurry.daemon.sources.items import Arrived, LinkChanged, SourceItem
from unhurry.daemon.strap import BleSource, Timings
from unhurry.daemon.strap.clocks import Clocks, read_clocks
from unhurry.signal import Kind
from unhurry.store import LinkState

LAB = Path(__file__).parents[4] / "shared" / "ble-lab"

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
"""The strap of the lab sends ten frames a second here, so everything may be ten times as fast."""


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
        return [item for item in self.items if isinstance(item, LinkChanged)]

    @property
    def states(self) -> list[LinkState]:
        return [link.state for link in self.links]

    def values(self, kind: Kind) -> list[float]:
        """All values of the rows of one kind, in order."""
        arrived = [item.arrivals for item in self.items if isinstance(item, Arrived)]
        return [float(value) for rows in arrived for value in rows.value[rows.kind == kind]]

    async def until_state(self, state: LinkState) -> None:
        """Wait for the link to be in `state`."""
        await self.until(lambda: bool(self.states) and self.states[-1] is state)

    async def until_beats(self, count: int = 3) -> None:
        """Wait for `count` more beats than there are now."""
        target = len(self.values(Kind.BEAT)) + count
        await self.until(lambda: len(self.values(Kind.BEAT)) >= target)


class Lab:
    """The imitated bluetoothd with its straps, and what to do with them."""

    def __init__(self, bluez: Any) -> None:
        self.bluez = bluez
        self.strap = bluez.straps[0]

    async def pull(self, levers: str) -> None:
        """Pull one lever of the lab, such as `adapter off`."""
        assert await self.bluez.command(levers.split()) == "ok"

    async def until(self, what: Callable[[], bool]) -> None:
        """Wait until `what` holds on the side of bluetoothd, which tells nobody."""
        while not what():  # noqa: ASYNC110 - a look from outside has no event to wait for
            await asyncio.sleep(0.02)

    def calls(self, method: str) -> int:
        """How often bluetoothd was asked to do `method`."""
        return int(self.bluez.calls.get(method, 0))

    @asynccontextmanager
    async def listening(
        self,
        strap_name: str | None = None,
        *,
        timings: Timings = QUICK,
        clocks: Callable[[], Clocks] = read_clocks,
    ) -> AsyncIterator[Listener]:
        """Read a source inside the block, and end it as a signal would."""
        listener = Listener(BleSource(strap_name, timings=timings, clocks=clocks))
        listener.start()
        try:
            yield listener
        finally:
            await listener.stop()


Scenario = Callable[[Lab], Awaitable[None]]


@pytest.fixture
def in_lab() -> Callable[..., None]:
    """Run a scenario against the imitated bluetoothd, started with the lab's options."""
    fake_bluez = _fake_bluez()

    def run(scenario: Scenario, *options: str, limit_s: float = 25.0) -> None:
        async def main() -> None:
            service = fake_bluez.FakeBluez(
                fake_bluez.parse(["--speed", "10", "--adv-interval", "50", *options])
            )
            _patient(service)
            async with service as bluez:
                async with asyncio.timeout(limit_s):
                    await scenario(Lab(bluez))
            for strap in service.straps:
                if strap.out is not None:
                    strap.out.close()

        asyncio.run(main())

    return run


def _patient(service: Any) -> None:
    """The lab takes dbus-daemon for started when its socket exists; on a busy machine it listens only later."""
    start_bus = service.start_bus

    async def start_and_wait() -> None:
        await start_bus()
        path = service.address.removeprefix("unix:path=")
        while True:
            try:
                _, writer = await asyncio.open_unix_connection(path)
            except ConnectionRefusedError:
                await asyncio.sleep(0.01)
                continue
            writer.close()
            await writer.wait_closed()
            return

    service.start_bus = start_and_wait


def _fake_bluez() -> Any:
    if sys.platform != "linux":
        pytest.skip("D-Bus is Linux's")
    if not (LAB / "fake_bluez.py").is_file():
        pytest.skip("the shared BLE lab is not beside the repository")
    if shutil.which("dbus-daemon") is None:
        pytest.skip("dbus-daemon is not installed")
    sys.path.insert(0, str(LAB))
    try:
        return importlib.import_module("fake_bluez")
    finally:
        sys.path.remove(str(LAB))


@pytest.fixture
def quick() -> Timings:
    """Short waits."""
    return QUICK
