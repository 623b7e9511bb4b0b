"""One strap as bluetoothd shows it: `Device1`, its services, and who listens to which of their values.

In: a strap, and the calls of programs. Out: the signals in the order in which bluetoothd sends them.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import Any

from dbus_fast import Variant

from .adapter import HCI, Adapter
from .gatt import CHARACTERISTIC, layout
from .plan import HEART_RATE
from .rules import Refusal
from .strap import Strap
from .tree import Properties, Tree

DEVICE = "org.bluez.Device1"
_ADVERTISED = frozenset({HEART_RATE})


class Device:
    """The strap in the eyes of this computer; the central at the other end of its link."""

    def __init__(self, strap: Strap, tree: Tree, adapter: Adapter) -> None:
        self.strap = strap
        self.path = f"{HCI}/dev_{strap.plan.address.replace(':', '_')}"
        self.connect_limit_s = 40.0
        """bluetoothd gives up looking for a strap to connect to after so long."""
        self.discovery_s = 0.05
        self.disconnect_s = 0.1
        """The real one needs two seconds."""
        self.hollow_connections = 0
        """So many connections to come show no services although bluetoothd says that it has them all."""
        self.subscriptions: Counter[str] = Counter()
        """How often programs subscribed to each value."""
        self._tree = tree
        self._adapter = adapter
        self._layout = layout(self.path, strap.services)
        self._listening: dict[str, set[str]] = {}
        self._linking: asyncio.Task[None] | None = None
        self._discovering: asyncio.Task[None] | None = None

    def show(self) -> None:
        """Show the strap to programs: it was heard, or is connected."""
        if self.path not in self._tree:
            self._tree.add(self.path, {DEVICE: self._properties()})

    def forget(self) -> None:
        """Drop what bluetoothd remembers of a strap that is not connected, as it does a while after a scan."""
        if not self.strap.connected and self._linking is None:
            self._tree.remove(self.path)

    def hear(self) -> None:
        """Take an advertisement."""
        if not self._adapter.powered or not self._adapter.hears(_ADVERTISED):
            return
        if self.path in self._tree:
            self._tree.change(self.path, DEVICE, {"RSSI": Variant("n", self.strap.plan.rssi_dbm)})
        else:
            self.show()

    def scan_ended(self) -> None:
        """Take the strength away: it is as old as the scan."""
        if "RSSI" in self._tree.objects.get(self.path, {}).get(DEVICE, {}):
            self._tree.change(self.path, DEVICE, {}, ("RSSI",))

    # Calls.

    async def connect(self) -> None:
        """Wait for the strap to advertise and link to it. Raises Refusal."""
        if not self._adapter.powered:
            raise Refusal("NotReady", "Resource Not Ready")
        if self.strap.connected:
            raise Refusal("AlreadyConnected", "Already Connected")
        if self._linking is not None:
            raise Refusal("InProgress", "In Progress")
        self._linking = asyncio.create_task(self._link(), name=f"link to {self.strap.plan.name}")
        try:
            done, _ = await asyncio.wait({self._linking}, timeout=self.connect_limit_s)
            if not done:
                raise Refusal("Failed", "le-connection-abort-by-local")
            if self._linking.cancelled():
                raise Refusal("Failed", "br-connection-canceled")
        finally:
            self._linking.cancel()
            self._linking = None

    async def disconnect(self) -> None:
        """Hang up, or give up a connection that is not there yet. Raises Refusal."""
        if self._linking is not None:
            self._linking.cancel()
        elif self.strap.connected:
            await asyncio.sleep(self.disconnect_s)
            self.lost("local")
        else:
            raise Refusal("NotConnected", "Not Connected")

    def value_call(self, path: str, method: str, client: str, body: Sequence[Any]) -> bytes | None:
        """Read, write, subscribe; return what was read. Raises Refusal."""
        if not self.strap.connected:
            raise Refusal("Failed", "Not connected")
        characteristic = self._layout.values[path]
        match method:
            case "ReadValue":
                if characteristic.read is None:
                    raise Refusal("NotPermitted", "Read not permitted")
                return characteristic.read()
            case "WriteValue":
                if characteristic.write is None:
                    raise Refusal("NotPermitted", "Write not permitted")
                if "indicate" in characteristic.flags and not self._listening.get(path):
                    raise Refusal("Failed", "Operation failed with ATT error: 0xfd")
                characteristic.write(bytes(body[0]))
            case "StartNotify" if {"notify", "indicate"} & set(characteristic.flags):
                self._subscribe(path, client)
            case "StopNotify" if client in self._listening.get(path, ()):
                self._unsubscribe(path, client)
            case "StopNotify":
                raise Refusal("Failed", "No notify session started")
            case _:
                raise Refusal("NotSupported", "Operation is not supported")
        return None

    def client_left(self, client: str) -> None:
        """End the subscriptions of a program that is no more; the link stays, as with the real one."""
        for path in [path for path, clients in self._listening.items() if client in clients]:
            self._unsubscribe(path, client)

    # The central that the strap is linked to.

    def heard(self, uuid: str, data: bytes) -> bool:
        """Pass a notification on to whoever subscribed."""
        for path in self._listening:
            if self._layout.values[path].uuid == uuid:
                self._tree.change(path, CHARACTERISTIC, {"Value": Variant("ay", data)})
                return True
        return False

    def lost(self, reason: str) -> None:
        """End the link, whoever wanted it so, and say it."""
        if self._linking is not None:
            self._linking.cancel()
        if not self.strap.connected:
            return
        gone: Properties = {"ServicesResolved": Variant("b", False), "Connected": Variant("b", False)}
        self._tree.change(self.path, DEVICE, gone)
        for path in list(self._listening):
            self._tree.change(path, CHARACTERISTIC, {"Notifying": Variant("b", False)})
        self.lost_unnoticed(reason)

    def lost_unnoticed(self, reason: str) -> None:
        """End the link without a word to any program: bluetoothd itself is gone."""
        if self._discovering is not None:
            self._discovering.cancel()
        self._listening.clear()
        if self.strap.connected:
            self.strap.unlink(reason)

    def take_over(self) -> None:
        """Be connected already, with everything known, as a killed program leaves it."""
        self.strap.link(self)
        self._tree.add(self.path, {DEVICE: self._properties()})
        self._resolve()

    async def _link(self) -> None:
        # The radio links at the strap's next advertisement, not at once.
        await asyncio.sleep(self.strap.plan.advert_s)
        await self.strap.advertises.wait()
        self.strap.link(self)
        self._tree.change(self.path, DEVICE, {"Connected": Variant("b", True)})
        self._discovering = asyncio.create_task(self._discover(), name="service discovery")

    async def _discover(self) -> None:
        await asyncio.sleep(self.discovery_s)
        self._resolve()

    def _resolve(self) -> None:
        if self.hollow_connections:
            self.hollow_connections -= 1
            for path in [path for path in self._layout.objects if path in self._tree]:
                self._tree.remove(path)
        else:
            for path, interfaces in self._layout.objects.items():
                if path not in self._tree:
                    self._tree.add(path, interfaces)
        known: Properties = {
            "UUIDs": Variant("as", self._layout.uuids),
            "ServicesResolved": Variant("b", True),
        }
        self._tree.change(self.path, DEVICE, known)

    def _subscribe(self, path: str, client: str) -> None:
        clients = self._listening.setdefault(path, set())
        if client in clients:
            raise Refusal("InProgress", "In Progress")
        clients.add(client)
        self.subscriptions[self._layout.values[path].uuid] += 1
        self._tree.change(path, CHARACTERISTIC, {"Notifying": Variant("b", True)})

    def _unsubscribe(self, path: str, client: str) -> None:
        self._listening[path].discard(client)
        if not self._listening[path]:
            del self._listening[path]
            self._tree.change(path, CHARACTERISTIC, {"Notifying": Variant("b", False)})

    def _properties(self) -> Properties:
        plan = self.strap.plan
        return {
            "Address": Variant("s", plan.address),
            "AddressType": Variant("s", "random"),
            "Name": Variant("s", plan.name),
            "Alias": Variant("s", plan.name),
            "Paired": Variant("b", False),
            "Bonded": Variant("b", False),
            "Trusted": Variant("b", False),
            "Blocked": Variant("b", False),
            "RSSI": Variant("n", plan.rssi_dbm),
            "Connected": Variant("b", self.strap.connected),
            "UUIDs": Variant("as", [HEART_RATE]),
            "Adapter": Variant("o", HCI),
            "ServicesResolved": Variant("b", False),
        }
