"""The Bluetooth adapter: power, and who is scanning for what.

In: calls of `Adapter1`. Out: whether an advertisement is of interest to anybody.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dbus_fast import Variant

from .rules import Refusal
from .tree import Interfaces, Tree

ADAPTER = "org.bluez.Adapter1"
HCI = "/org/bluez/hci0"


class Adapter:
    """One adapter, which may be switched off, pulled out and put back."""

    def __init__(self, tree: Tree, *, on_off: Callable[[], None], on_scan_end: Callable[[], None]) -> None:
        """Prepare one; `on_off` is called when it loses power, `on_scan_end` when the last scan has ended."""
        self.deaf = False
        """Scans start, and hear nothing, until it was without power for once: an old trouble of BlueZ."""
        self._tree = tree
        self._on_off = on_off
        self._on_scan_end = on_scan_end
        self._filters: dict[str, frozenset[str]] = {}
        self._scans: dict[str, frozenset[str]] = {}

    @property
    def powered(self) -> bool:
        """Whether it is there and on."""
        interfaces = self._tree.objects.get(HCI)
        return interfaces is not None and bool(interfaces[ADAPTER]["Powered"].value)

    @property
    def scanning(self) -> bool:
        """Whether anybody scans."""
        return bool(self._scans)

    def interfaces(self, *, powered: bool) -> Interfaces:
        """Return how a new one shows itself."""
        return {
            ADAPTER: {
                "Address": Variant("s", "00:AA:01:00:00:42"),
                "AddressType": Variant("s", "public"),
                "Name": Variant("s", "laptop"),
                "Alias": Variant("s", "laptop"),
                "Class": Variant("u", 0),
                "Powered": Variant("b", powered),
                "Discoverable": Variant("b", False),
                "Pairable": Variant("b", False),
                "Discovering": Variant("b", False),
                "Roles": Variant("as", ["central", "peripheral"]),
                "UUIDs": Variant("as", []),
            }
        }

    def hears(self, uuids: frozenset[str]) -> bool:
        """Return whether somebody scans for a device that advertises `uuids`."""
        return not self.deaf and any(not wanted or wanted & uuids for wanted in self._scans.values())

    def power(self, *, on: bool) -> None:
        """Switch it on or off; off ends links and scans."""
        if HCI not in self._tree or self.powered == on:
            return
        if not on:
            self._on_off()
            self._scans.clear()
            self.deaf = False
            self._tree.change(HCI, ADAPTER, {"Discovering": Variant("b", False)})
        self._tree.change(HCI, ADAPTER, {"Powered": Variant("b", on)})

    def forget_clients(self) -> None:
        """Drop all scans and filters: the service ended."""
        self._scans.clear()
        self._filters.clear()

    def client_left(self, client: str) -> None:
        """End what a program left running."""
        self._filters.pop(client, None)
        self._end_scan(client)

    def call(self, method: str, client: str, body: list[Any]) -> None:
        """Do what a program asks. Raises Refusal."""
        if not self.powered:
            raise Refusal("NotReady", "Resource Not Ready")
        match method:
            case "SetDiscoveryFilter":
                uuids = body[0].get("UUIDs")
                self._filters[client] = frozenset(uuids.value if uuids is not None else ())
            case "StartDiscovery" if client in self._scans:
                raise Refusal("InProgress", "Operation already in progress")
            case "StartDiscovery":
                self._scans[client] = self._filters.get(client, frozenset())
                self._tree.change(HCI, ADAPTER, {"Discovering": Variant("b", True)})
            case "StopDiscovery":
                if not self._end_scan(client):
                    raise Refusal("Failed", "No discovery started")
            case _:
                raise Refusal("org.freedesktop.DBus.Error.UnknownMethod", f"{method} is not scripted")

    def _end_scan(self, client: str) -> bool:
        if self._scans.pop(client, None) is None:
            return False
        if not self._scans:
            self._on_scan_end()
            self._tree.change(HCI, ADAPTER, {"Discovering": Variant("b", False)})
        return True
