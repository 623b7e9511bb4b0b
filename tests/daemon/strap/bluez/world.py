"""What a test holds in its hands: a bus of its own, bluetoothd on it, and straps on bodies.

In: the plans of the straps. Out: levers. Inside `async with`, programs of this process find this world where
they look for the system's Bluetooth.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import Self

from .adapter import HCI
from .bluetoothd import Bluetoothd
from .bus import PrivateBus
from .device import Device
from .plan import StrapPlan
from .rules import Rules
from .strap import Strap

_VARIABLE = "DBUS_SYSTEM_BUS_ADDRESS"


class World:
    """Use as `async with World(StrapPlan()) as world`."""

    def __init__(
        self,
        *plans: StrapPlan,
        permitted: bool = True,
        adapter: bool = True,
        powered: bool = True,
    ) -> None:
        """Plan a world; nothing runs before `async with`.

        `permitted` False: the policy of the bus refuses whoever speaks to bluetoothd. `adapter` and
        `powered`: whether there is an adapter, and on, at first.
        """
        self.rules = Rules()
        self._plans = plans
        self._permitted = permitted
        self._adapter = adapter
        self._powered = powered
        self._folder = Path()
        self._before: str | None = None

    async def __aenter__(self) -> Self:
        self._folder = Path(tempfile.mkdtemp(prefix="bluez-"))
        self.bus = PrivateBus(self._folder, permitted=self._permitted)
        self.straps = tuple(Strap(plan) for plan in self._plans)
        self.bluetoothd = Bluetoothd(self.straps, self.rules)
        try:
            await self.bus.start()
            await self.bluetoothd.start(self.bus.address, adapter=self._adapter, powered=self._powered)
        except BaseException:
            await self._end()
            raise
        self._before = os.environ.get(_VARIABLE)
        os.environ[_VARIABLE] = self.bus.address
        for device in self.devices:
            if device.strap.plan.connected_before:
                device.take_over()
            self.bluetoothd.spawn(device.strap.live())
            self.bluetoothd.spawn(self._air(device))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._before is None:
            os.environ.pop(_VARIABLE, None)
        else:
            os.environ[_VARIABLE] = self._before
        await self._end()
        if self.bluetoothd.mistakes and error is None:
            raise ExceptionGroup("the script made mistakes", [
                mistake for mistake in self.bluetoothd.mistakes if isinstance(mistake, Exception)
            ])  # fmt: skip

    @property
    def address(self) -> str:
        """Where programs of other processes find this world, in DBUS_SYSTEM_BUS_ADDRESS."""
        return self.bus.address

    @property
    def devices(self) -> list[Device]:
        """The straps in the eyes of bluetoothd."""
        return self.bluetoothd.devices

    @property
    def calls(self) -> Counter[str]:
        """How often each method was called."""
        return self.rules.calls

    # Levers.

    def switch_off(self) -> None:
        """Switch Bluetooth off."""
        self.bluetoothd.adapter.power(on=False)

    def switch_on(self) -> None:
        """Switch it on again."""
        self.bluetoothd.adapter.power(on=True)

    def unplug(self) -> None:
        """Pull the adapter out."""
        self.switch_off()
        self.bluetoothd.tree.remove(HCI)

    def plug_in(self) -> None:
        """Put it back."""
        self.bluetoothd.tree.add(HCI, self.bluetoothd.adapter.interfaces(powered=True))

    async def stop_bluetoothd(self) -> None:
        """End it in order."""
        await self.bluetoothd.stop()

    async def kill_bluetoothd(self) -> None:
        """End it without a word."""
        await self.bluetoothd.crash()

    async def start_bluetoothd(self) -> None:
        """Start it again."""
        await self.bluetoothd.start(self.bus.address)

    async def stop_bus(self) -> None:
        """End D-Bus itself, and bluetoothd with it."""
        await self.bus.stop()
        await self.bluetoothd.crash()

    async def start_bus(self) -> None:
        """Start both again."""
        await self.bus.start()
        await self.start_bluetoothd()

    async def _air(self, device: Device) -> None:
        while True:
            await device.strap.advertises.wait()
            await asyncio.sleep(device.strap.plan.advert_s)
            if device.strap.advertises.is_set():
                device.hear()

    async def _end(self) -> None:
        await self.bluetoothd.close()
        await self.bus.stop()
        shutil.rmtree(self._folder, ignore_errors=True)
