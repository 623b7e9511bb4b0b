"""Asking a D-Bus a question, with an end to the waiting (Linux).

In: the address of a bus. Out: `Bus`, which answers calls. What goes wrong is one of two: the bus is not to be
reached (`BusUnreachable`), or what was asked answers with an error (`BusError`).
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any

from dbus_fast import Message, MessageFlag, MessageType
from dbus_fast.aio import MessageBus
from dbus_fast.errors import AuthError, DBusFastError

SYSTEM_SOCKET = "/var/run/dbus/system_bus_socket"
"""Where bleak looks."""
_ANSWER_S = 3.0
_DBUS = "org.freedesktop.DBus"
_GONE = "org.freedesktop.DBus.Error.Disconnected"


class Unreachable(StrEnum):
    """Why there is no bus."""

    MISSING = "missing"
    """Nothing is at its address."""
    REFUSED = "refused"
    """A socket is there, nobody listens."""
    CLOSED = "closed"
    """It is there and turns this program away."""
    MUTE = "mute"
    """It takes the call and says nothing."""
    ADDRESS = "address"
    """The address means nothing."""


class BusUnreachable(Exception):  # noqa: N818 - says what it is
    """There is no bus to ask; `why`, and the system's own words as text."""

    def __init__(self, why: Unreachable, text: str) -> None:
        super().__init__(text)
        self.why = why


class BusError(Exception):
    """The bus, or who was asked, answered with the D-Bus error `name`."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(f"{name}: {text}" if text else name)
        self.name = name


class Bus:
    """One connection to a bus."""

    def __init__(self, connection: MessageBus) -> None:
        self._connection = connection

    async def call(
        self, to: str, path: str, interface: str, member: str, signature: str = "", body: Sequence[Any] = ()
    ) -> list[Any]:
        """Return the answer's values. Starts no service. Raises BusError; TimeoutError when none comes."""
        message = Message(
            destination=to,
            path=path,
            interface=interface,
            member=member,
            signature=signature,
            body=list(body),
            flags=MessageFlag.NO_AUTOSTART,
        )
        try:
            async with asyncio.timeout(_ANSWER_S):
                reply = await self._connection.call(message)
        except TimeoutError:
            raise
        except (OSError, EOFError, DBusFastError) as error:
            raise BusError(_GONE, f"{type(error).__name__}: {error}") from error
        if reply.message_type is MessageType.ERROR:
            raise BusError(reply.error_name or "unnamed", str(reply.body[0]) if reply.body else "")
        return reply.body

    async def has(self, name: str) -> bool:
        """Whether somebody answers to `name` on this bus."""
        return bool((await self.call(_DBUS, "/org/freedesktop/DBus", _DBUS, "NameHasOwner", "s", [name]))[0])


def system_address() -> str:
    """Return the address of the system's bus."""
    return os.environ.get("DBUS_SYSTEM_BUS_ADDRESS") or f"unix:path={SYSTEM_SOCKET}"


def session_address() -> str | None:
    """Return the address of the bus of this login; None where there is none."""
    if given := os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
        return given
    folder = Path(os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}")
    return f"unix:path={folder / 'bus'}" if (folder / "bus").exists() else None


@asynccontextmanager
async def opened(address: str) -> AsyncGenerator[Bus]:
    """Connect to the bus at `address` for the block. Raises BusUnreachable."""
    try:
        connection = MessageBus(bus_address=address)
        async with asyncio.timeout(_ANSWER_S):
            await connection.connect()
    except FileNotFoundError as error:
        raise BusUnreachable(Unreachable.MISSING, str(error)) from error
    except ConnectionRefusedError as error:
        raise BusUnreachable(Unreachable.REFUSED, str(error)) from error
    except (PermissionError, AuthError) as error:
        raise BusUnreachable(Unreachable.CLOSED, str(error)) from error
    except TimeoutError as error:
        raise BusUnreachable(Unreachable.MUTE, f"no answer within {_ANSWER_S:g} s") from error
    except (OSError, EOFError, DBusFastError) as error:
        raise BusUnreachable(Unreachable.ADDRESS, f"{type(error).__name__}: {error}") from error
    try:
        yield Bus(connection)
    finally:
        connection.disconnect()
