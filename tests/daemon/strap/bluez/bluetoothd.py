"""The service `org.bluez`: takes the calls of programs, and says what changed.

In: an address of a bus, an adapter with its devices. Out: answers and signals, while it runs. It may end in
order, saying that everything is gone, or be killed and say nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from typing import Any

from dbus_fast import Message, MessageFlag, MessageType, RequestNameReply, Variant
from dbus_fast.aio import MessageBus

from .adapter import ADAPTER, HCI, Adapter
from .device import DEVICE, Device
from .gatt import CHARACTERISTIC
from .rules import NoAnswer, Refusal, Rules
from .strap import Strap
from .tree import OBJECT_MANAGER, PROPERTIES, Tree

_ROOT = "/org/bluez"
_UNKNOWN = "org.freedesktop.DBus.Error.Unknown"
_DBUS = "org.freedesktop.DBus"


class Bluetoothd:
    """One bluetoothd with one adapter."""

    def __init__(self, straps: Sequence[Strap], rules: Rules) -> None:
        self.tree = Tree(self._emit)
        self.adapter = Adapter(self.tree, on_off=self._hang_up, on_scan_end=self._scan_ended)
        self.devices = [Device(strap, self.tree, self.adapter) for strap in straps]
        self.forgets_after_scans = False
        """Drop straps the moment a scan ends; the real one waits half a minute."""
        self.mistakes: list[BaseException] = []
        """What went wrong in the script itself."""
        self._rules = rules
        self._bus: MessageBus | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def running(self) -> bool:
        """Whether it is on the bus."""
        return self._bus is not None

    async def start(self, address: str, *, adapter: bool = True, powered: bool = True) -> None:
        """Come onto the bus with an adapter that is on."""
        bus = await MessageBus(bus_address=address).connect()
        bus.add_message_handler(self._take)
        rule = f"type='signal',sender='{_DBUS}',member='NameOwnerChanged'"
        await bus.call(
            Message(destination=_DBUS, path="/org/freedesktop/DBus", interface=_DBUS, member="AddMatch",
                    signature="s", body=[rule])
        )  # fmt: skip
        self._bus = bus
        self.tree.add(_ROOT, {"org.bluez.AgentManager1": {}})
        if adapter:
            self.tree.add(HCI, self.adapter.interfaces(powered=powered))
        assert await bus.request_name("org.bluez") is RequestNameReply.PRIMARY_OWNER

    async def stop(self) -> None:
        """End in order: links are lost and objects removed before the name goes."""
        self.adapter.power(on=False)
        self.tree.remove(_ROOT)
        await self._leave()

    async def crash(self) -> None:
        """End without a word."""
        bus, self._bus = self._bus, None
        for device in self.devices:
            device.lost_unnoticed("bluetoothd is gone")
        self.tree.forget_all()
        self._bus = bus
        await self._leave()

    def spawn(self, doing: Coroutine[Any, Any, None]) -> None:
        """Do something beside; a mistake in it is remembered."""
        task = asyncio.create_task(doing)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    async def close(self) -> None:
        """End whatever still goes on, and leave the bus."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.crash()

    async def _leave(self) -> None:
        bus, self._bus = self._bus, None
        self.adapter.forget_clients()
        if bus is not None:
            bus.disconnect()
            # It raises what broke the connection when the bus went first.
            with suppress(Exception):
                await bus.wait_for_disconnect()  # type: ignore[no-untyped-call]

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self.mistakes.append(error)

    def _hang_up(self) -> None:
        for device in self.devices:
            device.lost("adapter off")

    def _scan_ended(self) -> None:
        for device in self.devices:
            device.scan_ended()
            if self.forgets_after_scans:
                device.forget()

    def _emit(self, path: str, interface: str, member: str, signature: str, body: list[Any]) -> None:
        if self._bus is not None and self._bus.connected:
            message = Message(
                message_type=MessageType.SIGNAL,
                path=path,
                interface=interface,
                member=member,
                signature=signature,
                body=body,
            )
            self._bus.send(message)

    def _take(self, message: Message) -> bool | None:
        if message.message_type is MessageType.SIGNAL and message.member == "NameOwnerChanged":
            name, _, owner = message.body
            if name.startswith(":") and not owner:
                self.adapter.client_left(name)
                for device in self.devices:
                    device.client_left(name)
        if message.message_type is not MessageType.METHOD_CALL or message.interface == f"{_DBUS}.Peer":
            return None
        if self._bus is not None:
            self.spawn(self._answer(message, self._bus))
        return True

    async def _answer(self, message: Message, bus: MessageBus) -> None:
        try:
            await self._rules.enter(message.member or "")
            signature, body = await self._obey(message)
        except NoAnswer:
            return
        except Refusal as refusal:
            reply = Message.new_error(message, refusal.name, refusal.text)
        else:
            reply = Message.new_method_return(message, signature, body)
        if bus.connected and not message.flags & MessageFlag.NO_REPLY_EXPECTED:
            bus.send(reply)

    async def _obey(self, message: Message) -> tuple[str, list[Any]]:
        path, interface, member = message.path or "", message.interface or "", message.member or ""
        client = message.sender or ""
        if (interface, member) == (OBJECT_MANAGER, "GetManagedObjects"):
            return "a{oa{sa{sv}}}", [self.tree.objects]
        here = self.tree.objects.get(path)
        if here is None or (interface not in here and interface != PROPERTIES):
            kind = "Object" if here is None else "Method"
            raise Refusal(f"{_UNKNOWN}{kind}", f'Method "{member}" on interface "{interface}" doesn\'t exist')
        if interface == PROPERTIES:
            return self._property_call(path, member, message.body)
        if interface == ADAPTER and member == "RemoveDevice":
            self._remove(message.body[0])
        elif interface == ADAPTER:
            self.adapter.call(member, client, message.body)
        elif interface == DEVICE and member == "Connect":
            await self._device(path).connect()
        elif interface == DEVICE and member == "Disconnect":
            await self._device(path).disconnect()
        elif interface == CHARACTERISTIC:
            value = self._device(path).value_call(path, member, client, message.body)
            if value is not None:
                self.tree.change(path, CHARACTERISTIC, {"Value": Variant("ay", value)})
                return "ay", [value]
        else:
            raise Refusal(f"{_UNKNOWN}Method", f"{member} is not scripted")
        return "", []

    def _device(self, path: str) -> Device:
        return next(device for device in self.devices if f"{path}/".startswith(f"{device.path}/"))

    def _remove(self, path: str) -> None:
        if path not in self.tree:
            raise Refusal("DoesNotExist", "Does Not Exist")
        device = self._device(path)
        device.lost("removed")
        device.forget()

    def _property_call(self, path: str, member: str, body: list[Any]) -> tuple[str, list[Any]]:
        interface = self.tree.objects[path].get(body[0])
        if interface is None or (member == "Get" and body[1] not in interface):
            raise Refusal("org.freedesktop.DBus.Error.InvalidArgs", "No such interface or property")
        if member == "GetAll":
            return "a{sv}", [interface]
        if member == "Get":
            return "v", [interface[body[1]]]
        if (body[0], body[1]) == (ADAPTER, "Powered"):
            self.adapter.power(on=body[2].value)
        else:
            self.tree.change(path, body[0], {body[1]: body[2]})
        return "", []
