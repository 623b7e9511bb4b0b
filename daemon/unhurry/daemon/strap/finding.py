"""Finding a strap: first among those already connected, then by scanning for the Heart Rate Service.

In: which strap is wanted. Out: `StrapInReach` for people, with the `BLEDevice` bleak needs to connect (an
address alone would not do: on macOS it is a UUID of this machine). Nothing scans while a strap is connected:
it delays its beats by seconds.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from bleak import BleakAdapter, BleakScanner
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData

from .bounds import bounded
from .timings import Timings

HEART_RATE_SERVICE = "0000180d-0000-1000-8000-00805f9b34fb"
_BATTERY_SERVICE = "0000180f-0000-1000-8000-00805f9b34fb"
_RSSI_UNKNOWN_DBM = -127
"""What bleak gives where the system says nothing."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StrapInReach:
    """A strap that was heard, or that the system is connected to."""

    name: str
    address: str
    rssi_dbm: int | None
    """None for a strap that is connected already: it advertises nothing that could be measured."""
    battery_percent: int | None
    connected: bool
    device: BLEDevice = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which strap to take: the one named, else the one remembered, else the only one in reach."""

    name: str | None = None
    """Name, part of a name, or address; no other strap will do."""
    remembered: str | None = None
    """Address of the strap that was used or chosen last; no other is taken without asking."""
    loyal: bool = False
    """The remembered one was here a moment ago: it is waited for, and nothing is asked."""


def choose(straps: Iterable[StrapInReach], wanted: Wanted, *, last_call: bool) -> StrapInReach | None:
    """Return the strap to take now, or None to go on listening.

    The named one and the remembered one are taken as soon as they are heard. Any other only at the
    `last_call`, when none was named or is remembered, and when nobody else's can be meant.
    """
    heard = sorted(straps, key=_strength, reverse=True)
    if wanted.name is not None:
        return next((strap for strap in heard if _is_called(strap, wanted.name)), None)
    for strap in heard:
        if strap.address == wanted.remembered:
            return strap
    if wanted.remembered is not None or not last_call:
        return None
    return heard[0] if len(heard) == 1 else None


def _strength(strap: StrapInReach) -> int:
    """Connected straps come first, those of unknown strength last."""
    if strap.connected:
        return 0
    return _RSSI_UNKNOWN_DBM if strap.rssi_dbm is None else strap.rssi_dbm


def _is_called(strap: StrapInReach, name: str) -> bool:
    asked = name.strip().casefold()
    return asked == strap.address.casefold() or asked in strap.name.casefold()


class Search:
    """One search, from `start` to `stop`; `found` waits for the strap that is wanted."""

    def __init__(self, wanted: Wanted, timings: Timings, *, trust_connected: bool = True) -> None:
        """Prepare a search.

        `trust_connected` False scans at once: after bluetoothd was killed, bleak goes on believing in the
        connections of its predecessor.
        """
        self._wanted = wanted
        self._timings = timings
        self._trust_connected = trust_connected
        self._heard: dict[str, StrapInReach] = {}
        self._news = asyncio.Event()
        self._scanner: BleakScanner | None = None

    @property
    def straps(self) -> list[StrapInReach]:
        """All straps known so far, the strongest first."""
        return sorted(self._heard.values(), key=_strength, reverse=True)

    async def start(self) -> None:
        """Ask for connected straps and, unless the wanted one is among them, start scanning.

        Raises one of `RADIO_ERRORS` when Bluetooth cannot be used.
        """
        if self._trust_connected:
            await self.ask()
        if choose(self._heard.values(), self._wanted, last_call=True) is None:
            await self.scan()

    async def ask(self) -> None:
        """Ask for connected straps: these do not advertise. Raises one of `RADIO_ERRORS`."""
        for device in await bounded(_connected(), self._timings.answer_s, self._timings.grace_s):
            self._heard[device.address] = StrapInReach(
                name=device.name or device.address,
                address=device.address,
                rssi_dbm=None,
                battery_percent=None,
                connected=True,
                device=device,
            )

    async def scan(self) -> None:
        """Start scanning. Raises one of `RADIO_ERRORS`."""
        self._scanner = BleakScanner(self._on_advertisement, [HEART_RATE_SERVICE])
        await bounded(self._scanner.start(), self._timings.answer_s, self._timings.grace_s)

    def want(self, wanted: Wanted) -> None:
        """Look for another strap from now on: `found` takes it at once if it has been heard already."""
        self._wanted = wanted
        self._news.set()

    async def found(self, undecided: Callable[[], None]) -> StrapInReach | None:
        """Return the wanted strap once it is heard, the only one after a while, or None after `look_s`.

        `undecided` is called whenever some were heard, it is time to take one, and none may be taken.
        """
        loop = asyncio.get_running_loop()
        last = loop.time() + self._timings.look_s
        settled = last
        while True:
            last_call = self._scanner is None or loop.time() >= settled
            strap = choose(self._heard.values(), self._wanted, last_call=last_call)
            if strap is not None or loop.time() >= last:
                return strap
            if last_call and self._heard:
                undecided()
            if self._heard and settled == last and self._wanted.remembered is None:
                settled = min(last, loop.time() + self._timings.settle_s)
            self._news.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(settled if loop.time() < settled else last):
                    await self._news.wait()

    async def stop(self) -> None:
        """Stop scanning. Never raises: an adapter that left has stopped by itself."""
        scanner, self._scanner = self._scanner, None
        if scanner is None:
            return
        try:
            await bounded(scanner.stop(), self._timings.answer_s, self._timings.grace_s)
        except Exception as error:  # noqa: BLE001 - whatever bleak stumbles over here, the search is over
            _log.debug("stopping the scan failed: %r", error)

    def _on_advertisement(self, device: BLEDevice, advertisement: AdvertisementData) -> None:
        rssi_dbm = advertisement.rssi
        known = self._heard.get(device.address)
        level = advertisement.service_data.get(_BATTERY_SERVICE, b"")
        self._heard[device.address] = StrapInReach(
            name=advertisement.local_name or device.name or device.address,
            address=device.address,
            rssi_dbm=None if rssi_dbm == _RSSI_UNKNOWN_DBM else rssi_dbm,
            battery_percent=level[0] if level else None,
            connected=known is not None and known.connected,
            device=device,
        )
        self._news.set()


async def _connected() -> list[BLEDevice]:
    try:
        adapter = await BleakAdapter.get()
        return await adapter.get_connected_devices([HEART_RATE_SERVICE])
    except NotImplementedError:  # not every backend can tell
        return []


async def connected_straps(timings: Timings | None = None) -> list[StrapInReach]:
    """Return the straps this computer is connected to already, without scanning.

    Raises one of `RADIO_ERRORS` when Bluetooth cannot be used.
    """
    search = Search(Wanted(), timings or Timings())
    await search.ask()
    return search.straps


async def scan_straps(timeout_s: float, timings: Timings | None = None) -> list[StrapInReach]:
    """Return every strap in reach after listening for `timeout_s`, the strongest first.

    Raises one of `RADIO_ERRORS` when Bluetooth cannot be used; `trouble_of` says what it means.
    """
    search = Search(Wanted(), timings or Timings())
    try:
        await search.ask()
        await search.scan()
        await asyncio.sleep(timeout_s)
    finally:
        await search.stop()
    return search.straps
