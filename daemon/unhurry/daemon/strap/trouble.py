"""What an error of the radio means.

In: an exception that bleak, D-Bus or the operating system raised. Out: `Trouble`: its cause, and with it the
state of the link and one sentence of advice for this kind of machine.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakBluetoothNotAvailableReason,
    BleakCharacteristicNotFoundError,
    BleakDBusError,
    BleakDeviceNotFoundError,
    BleakError,
    BleakGATTProtocolError,
)

from unhurry.store import LinkState

from .causes import Cause, advice_for, link_state, what_is

if sys.platform == "linux":
    # bleak lets these through from the D-Bus library it stands on.
    from dbus_fast.errors import DBusError, InvalidAddressError

    _DBUS_ERRORS: tuple[type[Exception], ...] = (DBusError, InvalidAddressError)
else:
    _DBUS_ERRORS = ()

RADIO_ERRORS: tuple[type[Exception], ...] = (BleakError, OSError, EOFError, *_DBUS_ERRORS)
"""What bleak 3.1 and what it stands on raise when the radio or the strap fails (TimeoutError is an OSError).
Anything else is a mistake of ours."""

_REASONS: dict[BleakBluetoothNotAvailableReason, Cause] = {
    BleakBluetoothNotAvailableReason.NO_BLUETOOTH: Cause.NO_ADAPTER,
    BleakBluetoothNotAvailableReason.NO_BLE_CENTRAL_ROLE: Cause.NO_ADAPTER,
    BleakBluetoothNotAvailableReason.POWERED_OFF: Cause.ADAPTER_OFF,
    BleakBluetoothNotAvailableReason.DENIED_BY_USER: Cause.NOT_PERMITTED,
    BleakBluetoothNotAvailableReason.DENIED_BY_SYSTEM: Cause.NOT_PERMITTED,
    BleakBluetoothNotAvailableReason.DENIED_BY_UNKNOWN: Cause.NOT_PERMITTED,
}

_DBUS_NAMES: dict[str, Cause] = {
    "org.freedesktop.DBus.Error.ServiceUnknown": Cause.NO_SERVICE,
    "org.freedesktop.DBus.Error.NameHasNoOwner": Cause.NO_SERVICE,
    "org.freedesktop.DBus.Error.NoReply": Cause.NO_SERVICE,
    "org.freedesktop.DBus.Error.Disconnected": Cause.NO_SERVICE,
    "org.freedesktop.DBus.Error.AccessDenied": Cause.NOT_PERMITTED,
    "org.freedesktop.DBus.Error.UnknownObject": Cause.GONE,
    "org.freedesktop.DBus.Error.UnknownMethod": Cause.GONE,
    "org.bluez.Error.NotReady": Cause.ADAPTER_OFF,
    "org.bluez.Error.InProgress": Cause.BUSY,
    "org.bluez.Error.DoesNotExist": Cause.GONE,
    "org.bluez.Error.NotConnected": Cause.GONE,
    "org.bluez.Error.NotAuthorized": Cause.NOT_PERMITTED,
    # bluetoothd says so when another program has acquired the notifications.
    "org.bluez.Error.NotPermitted": Cause.TAKEN,
    "org.bluez.Error.Failed": Cause.NO_ANSWER,
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """One obstacle: `detail` is for the log, `advice` for the wearer."""

    cause: Cause
    detail: str
    platform: str = sys.platform

    @property
    def state(self) -> LinkState:
        """The state of the link while it lasts."""
        return link_state(self.cause)

    @property
    def what(self) -> str:
        """What is so, as one short sentence."""
        return what_is(self.cause)

    @property
    def advice(self) -> str:
        """One sentence on what helps on this kind of machine."""
        return advice_for(self.cause, self.platform)


def trouble_of(error: BaseException) -> Trouble:
    """Say what `error` means. Never raises; an error not known here is `Cause.UNKNOWN`, which is retried."""
    kind = type(error).__name__
    return Trouble(cause=_cause_of(error), detail=f"{kind}: {error}" if str(error) else kind)


def _cause_of(error: BaseException) -> Cause:
    match error:
        case BleakError():
            return _cause_of_bleak(error)
        case PermissionError():
            return Cause.NOT_PERMITTED
        case TimeoutError():  # before OSError, whose child it is
            return Cause.NO_ANSWER
        case OSError() | EOFError():
            return Cause.NO_DBUS if sys.platform == "linux" else Cause.NO_SERVICE
        case _:
            return Cause.NO_DBUS if isinstance(error, _DBUS_ERRORS) else Cause.UNKNOWN


def _cause_of_bleak(error: BleakError) -> Cause:
    match error:
        case BleakBluetoothNotAvailableError():
            return _REASONS.get(error.reason, Cause.NO_SERVICE)
        case BleakDBusError():
            if error.dbus_error.startswith("org.freedesktop.DBus.Error.Spawn."):
                return Cause.NO_SERVICE
            return _DBUS_NAMES.get(error.dbus_error, Cause.UNKNOWN)
        case BleakCharacteristicNotFoundError():
            return Cause.NO_HEART_RATE
        case BleakGATTProtocolError():
            return Cause.NO_ANSWER
        case BleakDeviceNotFoundError():
            return Cause.GONE
        case _:
            # bleak has no type of its own for an adapter that left between two calls.
            return Cause.NO_ADAPTER if str(error).startswith("adapter ") else Cause.GONE
