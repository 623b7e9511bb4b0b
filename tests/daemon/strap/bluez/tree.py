"""The objects a D-Bus service shows, and the signals by which it says that they changed.

In: changes. Out: the answer to `GetManagedObjects`, and one signal for each change.
"""

from __future__ import annotations

from typing import Any, Protocol, TypeAlias

from dbus_fast import Variant

Properties: TypeAlias = dict[str, Variant]
Interfaces: TypeAlias = dict[str, Properties]

OBJECT_MANAGER = "org.freedesktop.DBus.ObjectManager"
PROPERTIES = "org.freedesktop.DBus.Properties"


class Emit(Protocol):
    """Sends one signal, if anybody is there to hear it."""

    def __call__(self, path: str, interface: str, member: str, signature: str, body: list[Any]) -> None: ...


class Tree:
    """Object paths with their interfaces and properties."""

    def __init__(self, emit: Emit) -> None:
        self.objects: dict[str, Interfaces] = {}
        self._emit = emit

    def __contains__(self, path: str) -> bool:
        return path in self.objects

    def add(self, path: str, interfaces: Interfaces) -> None:
        """Show an object."""
        self.objects[path] = {name: dict(properties) for name, properties in interfaces.items()}
        self._emit("/", OBJECT_MANAGER, "InterfacesAdded", "oa{sa{sv}}", [path, interfaces])

    def remove(self, path: str) -> None:
        """Take an object away, and everything below it first."""
        for gone in sorted((at for at in self.objects if f"{at}/".startswith(f"{path}/")), reverse=True):
            interfaces = list(self.objects.pop(gone))
            self._emit("/", OBJECT_MANAGER, "InterfacesRemoved", "oas", [gone, interfaces])

    def change(
        self, path: str, interface: str, changed: Properties, invalidated: tuple[str, ...] = ()
    ) -> None:
        """Change properties of an object; nothing happens when it is not shown."""
        properties = self.objects.get(path, {}).get(interface)
        if properties is None:
            return
        properties.update(changed)
        for name in invalidated:
            properties.pop(name, None)
        self._emit(path, PROPERTIES, "PropertiesChanged", "sa{sv}as", [interface, changed, list(invalidated)])

    def forget_all(self) -> None:
        """Drop everything without a word, as a process does that is killed."""
        self.objects.clear()
