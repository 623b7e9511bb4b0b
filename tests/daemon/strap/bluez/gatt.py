"""The services of a strap as objects on D-Bus.

In: services and the path of their device. Out: `Layout`: what to show, and which path is which value.
"""

from __future__ import annotations

from dataclasses import dataclass

from dbus_fast import Variant

from .strap import Characteristic, Service
from .tree import Interfaces, Properties

SERVICE = "org.bluez.GattService1"
CHARACTERISTIC = "org.bluez.GattCharacteristic1"
_FIRST_HANDLE = 0x000E
_HANDLES_PER_SERVICE = 0x20


@dataclass(frozen=True, slots=True)
class Layout:
    """Objects by path, services before their values; and the values alone."""

    uuids: list[str]
    objects: dict[str, Interfaces]
    values: dict[str, Characteristic]


def layout(device: str, services: tuple[Service, ...]) -> Layout:
    """Lay `services` out below the object path `device`."""
    objects: dict[str, Interfaces] = {}
    values: dict[str, Characteristic] = {}
    for number, service in enumerate(services):
        handle = _FIRST_HANDLE + number * _HANDLES_PER_SERVICE
        parent = f"{device}/service{handle:04x}"
        objects[parent] = {
            SERVICE: {
                "UUID": Variant("s", service.uuid),
                "Device": Variant("o", device),
                "Primary": Variant("b", True),
                "Includes": Variant("ao", []),
            }
        }
        for place, characteristic in enumerate(service.characteristics):
            path = f"{parent}/char{handle + 1 + 2 * place:04x}"
            objects[path] = {CHARACTERISTIC: _properties(characteristic, parent)}
            values[path] = characteristic
    return Layout([service.uuid for service in services], objects, values)


def _properties(characteristic: Characteristic, service: str) -> Properties:
    properties: Properties = {
        "UUID": Variant("s", characteristic.uuid),
        "Service": Variant("o", service),
        "Value": Variant("ay", b""),
        "Flags": Variant("as", list(characteristic.flags)),
        "MTU": Variant("q", 232),
    }
    if "notify" in characteristic.flags:
        properties["Notifying"] = Variant("b", False)
        # With this property there, a program may ask for a socket of its own (AcquireNotify); nobody should.
        properties["NotifyAcquired"] = Variant("b", False)
    return properties
