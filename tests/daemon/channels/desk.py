"""A desktop that shows notifications: the service `org.freedesktop.Notifications` on a bus of our own."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from dbus_fast import Message, MessageType
from dbus_fast.aio import MessageBus

NAME, PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"
INTROSPECTION = """<node><interface name="org.freedesktop.Notifications">
<method name="Notify"><arg type="s" direction="in"/><arg type="u" direction="in"/><arg type="s" direction="in"/>
<arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="as" direction="in"/>
<arg type="a{sv}" direction="in"/><arg type="i" direction="in"/><arg type="u" direction="out"/></method>
<method name="CloseNotification"><arg type="u" direction="in"/></method>
<method name="GetCapabilities"><arg type="as" direction="out"/></method>
<method name="GetServerInformation"><arg type="s" direction="out"/><arg type="s" direction="out"/>
<arg type="s" direction="out"/><arg type="s" direction="out"/></method>
<signal name="NotificationClosed"><arg type="u"/><arg type="u"/></signal>
<signal name="ActionInvoked"><arg type="u"/><arg type="s"/></signal>
</interface></node>"""


@dataclass(frozen=True)
class Seen:
    """What stands on the screen."""

    number: int
    app: str
    title: str
    body: str
    actions: tuple[str, ...]
    hints: dict[str, Any]


@dataclass
class Desk:
    """Shows notifications and lets somebody press their buttons."""

    address: str
    screen: dict[int, Seen] = field(default_factory=dict)
    closed: list[int] = field(default_factory=list)
    silent_about: str | None = None
    """A method that is never answered."""
    calls: list[str] = field(default_factory=list)
    bus: MessageBus | None = None

    async def start(self) -> Desk:
        self.bus = await MessageBus(self.address).connect()
        self.bus.add_message_handler(self._handle)
        await self.bus.request_name(NAME)
        return self

    def stop(self) -> None:
        if self.bus is not None:
            self.bus.disconnect()
            self.bus = None

    @property
    def only(self) -> Seen:
        (seen,) = self.screen.values()
        return seen

    def press(self, action: str) -> None:
        """Press a button, or (`default`) the notification itself; it goes, as on most desktops."""
        number = self.only.number
        self._signal("ActionInvoked", "us", [number, action])
        self.dismiss(number)

    def dismiss(self, number: int) -> None:
        del self.screen[number]
        self._signal("NotificationClosed", "uu", [number, 2])

    def _signal(self, name: str, signature: str, body: list[Any]) -> None:
        assert self.bus is not None
        self.bus.send(Message.new_signal(PATH, NAME, name, signature, body))

    def _handle(self, message: Message) -> Message | bool | None:
        if message.message_type is not MessageType.METHOD_CALL or message.path != PATH:
            return None
        self.calls.append(message.member or "")
        if message.member == self.silent_about:
            return True
        match message.member:
            case "Introspect":
                return Message.new_method_return(message, "s", [INTROSPECTION])
            case "GetCapabilities":
                return Message.new_method_return(message, "as", [["actions", "body"]])
            case "GetServerInformation":
                return Message.new_method_return(message, "ssss", ["Desk", "Somebody", "1.0", "1.2"])
            case "Notify":
                app, _, _, title, body, actions, hints, _ = message.body
                number = len(self.calls)
                self.screen[number] = Seen(number, app, title, body, tuple(actions), hints)
                return Message.new_method_return(message, "u", [number])
            case "CloseNotification":
                number = message.body[0]
                self.closed.append(number)
                self.screen.pop(number, None)
                self._signal("NotificationClosed", "uu", [number, 3])
                return Message.new_method_return(message)
            case _:
                return None


async def settled() -> None:
    """Let everything that is under way arrive."""
    await asyncio.sleep(0.2)
