"""What a strap tells about itself beside the beats: battery, model, maker, firmware. All of it is optional.

In: a connected client. Out: a battery level that is kept up to date, and `StrapInformation`, read once. One
call of its own at a time, each with a limit; a strap that answers none of them loses nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

from bleak import BleakClient
from bleak.backends.characteristic import BleakGATTCharacteristic

from .bounds import bounded
from .timings import Timings
from .trouble import RADIO_ERRORS

_BATTERY_LEVEL = "00002a19-0000-1000-8000-00805f9b34fb"
_MANUFACTURER_NAME = "00002a29-0000-1000-8000-00805f9b34fb"
_MODEL_NUMBER = "00002a24-0000-1000-8000-00805f9b34fb"
_FIRMWARE_REVISION = "00002a26-0000-1000-8000-00805f9b34fb"
_FULL_PERCENT = 100
_MOST_CHARACTERS = 64

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StrapInformation:
    """What the Device Information Service says; None where it says nothing."""

    manufacturer: str | None = None
    model: str | None = None
    firmware: str | None = None


class Telling:
    """Reads what a strap tells; calls `on_change` when there is something new."""

    def __init__(
        self, client: BleakClient, name: str, timings: Timings, on_change: Callable[[], None]
    ) -> None:
        self.battery_percent: int | None = None
        self._information: StrapInformation | None = None
        self._client = client
        self._name = name
        self._timings = timings
        self._on_change = on_change

    def take_information(self) -> StrapInformation | None:
        """Return what was read, the first time after it was; else None."""
        told, self._information = self._information, None
        return told

    async def run(self, speaks: asyncio.Event) -> None:
        """Read the battery, and when the strap `speaks` the rest; follow the battery until cancelled.

        Never raises: what cannot be had is left out.
        """
        try:
            await self._tell(speaks)
        except Exception as error:  # noqa: BLE001 - bleak stumbles when BlueZ changes under its feet
            _log.debug("%s tells no more about itself: %r", self._name, error)

    async def _tell(self, speaks: asyncio.Event) -> None:
        await self._read_battery()
        await speaks.wait()
        await self._read_information()
        level = self._client.services.get_characteristic(_BATTERY_LEVEL)
        if level is None or await self._follow(level):
            return
        while True:
            await asyncio.sleep(self._timings.battery_every_s)
            await self._read_battery()

    async def _follow(self, level: BleakGATTCharacteristic) -> bool:
        """Return whether the strap will tell by itself when its battery level changes."""
        if "notify" not in level.properties:
            return False
        try:
            await bounded(
                self._client.start_notify(level, self._notified),
                self._timings.answer_s,
                self._timings.grace_s,
            )
        except RADIO_ERRORS as error:
            _log.debug("%s does not tell when its battery changes: %r", self._name, error)
            return False
        return True

    async def _read_battery(self) -> None:
        value = await self._read(_BATTERY_LEVEL)
        if value is not None:
            self._notified(None, value)

    async def _read_information(self) -> None:
        told = self._information = StrapInformation(
            manufacturer=text_of(await self._read(_MANUFACTURER_NAME)),
            model=text_of(await self._read(_MODEL_NUMBER)),
            firmware=text_of(await self._read(_FIRMWARE_REVISION)),
        )
        _log.info("%s: %s %s, firmware %s", self._name, told.manufacturer, told.model, told.firmware)
        self._on_change()

    async def _read(self, characteristic: str) -> bytearray | None:
        try:
            return await bounded(
                self._client.read_gatt_char(characteristic), self._timings.battery_s, self._timings.grace_s
            )
        except RADIO_ERRORS as error:
            _log.debug("%s does not tell %s: %r", self._name, characteristic, error)
            return None

    def _notified(self, _sender: BleakGATTCharacteristic | None, value: bytearray) -> None:
        if value and value[0] <= _FULL_PERCENT and value[0] != self.battery_percent:
            self.battery_percent = value[0]
            self._on_change()


def text_of(value: bytes | bytearray | None) -> str | None:
    """Return a text as straps send it, padded or cut as it may be; None when nothing readable is in it."""
    if value is None:
        return None
    text = bytes(value).split(b"\0", 1)[0].decode("utf-8", "replace")
    return "".join(letter for letter in text if letter.isprintable()).strip()[:_MOST_CHARACTERS] or None
