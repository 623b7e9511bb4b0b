"""One connection to one strap, from connecting to hanging up.

In: a strap in reach. Out: notifications, each stamped with the monotonic clock the moment it is heard and
handed on undecoded; whether the link is known to be gone; the battery, where the strap tells it. Every call
has its own limit.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable

from bleak import BleakClient
from bleak.backends.characteristic import BleakGATTCharacteristic

from unhurry.store import LinkState

from .bounds import bounded
from .finding import StrapInReach
from .inbox import Heard
from .timings import Timings
from .trouble import RADIO_ERRORS

_HEART_RATE_MEASUREMENT = "00002a37-0000-1000-8000-00805f9b34fb"
_BATTERY_LEVEL = "00002a19-0000-1000-8000-00805f9b34fb"
_FULL_PERCENT = 100
_SECOND_NS = 1_000_000_000

_log = logging.getLogger(__name__)


def state_by_age(age_s: float, timings: Timings, *, heard: bool) -> LinkState:
    """Return the state of an open connection by the age of its last frame (before the first: of itself)."""
    if not heard:
        return LinkState.SUBSCRIBED if age_s < timings.first_frame_s else LinkState.LOST
    if age_s < timings.silent_s:
        return LinkState.RECEIVING
    return LinkState.SILENT if age_s < timings.recycle_s else LinkState.LOST


class Connection:
    """Hands every notification to `on_heard`; calls `on_change` when something about itself has changed."""

    def __init__(
        self,
        strap: StrapInReach,
        timings: Timings,
        on_heard: Callable[[Heard], None],
        on_change: Callable[[], None],
    ) -> None:
        self.strap = strap
        self.opened_ns = time.monotonic_ns()
        self.last_heard_ns: int | None = None
        self.gone = False
        """The system reported the end. False is no evidence of life: see `last_heard_ns`."""
        self.battery_percent: int | None = None
        """None until read, and where the strap or the system keeps it."""
        self._timings = timings
        self._on_heard = on_heard
        self._on_change = on_change
        self._reading: asyncio.Task[None] | None = None
        self._client = BleakClient(strap.device, self._disconnected, timeout=timings.connect_s)

    async def connect(self) -> None:
        """Connect and subscribe. Raises one of `RADIO_ERRORS`; `close` is due then, too."""
        await bounded(self._client.connect(), self._timings.connect_outer_s, self._timings.grace_s)
        # A subscription does not survive a connection, whatever the system remembers: ask each time.
        await bounded(
            self._client.start_notify(_HEART_RATE_MEASUREMENT, self._notified),
            self._timings.answer_s,
            self._timings.grace_s,
        )
        self.opened_ns = time.monotonic_ns()
        self._reading = asyncio.create_task(self._read_battery(), name="strap battery")

    def state(self, now_ns: int) -> LinkState:
        """Return what the age of the last frame says, whatever the system believes."""
        heard = self.last_heard_ns is not None
        since_ns = self.opened_ns if self.last_heard_ns is None else self.last_heard_ns
        return state_by_age((now_ns - since_ns) / _SECOND_NS, self._timings, heard=heard)

    async def close(self) -> None:
        """Hang up, so that the strap advertises again. Bounded; never raises."""
        if self._reading is not None:
            self._reading.cancel()
        try:
            await bounded(self._client.disconnect(), self._timings.disconnect_s, self._timings.grace_s)
        except Exception as error:  # noqa: BLE001 - whatever bleak stumbles over here, the connection is over
            _log.debug("hanging up on %s failed: %r", self.strap.name, error)

    async def _read_battery(self) -> None:
        try:
            value = await bounded(
                self._client.read_gatt_char(_BATTERY_LEVEL), self._timings.battery_s, self._timings.grace_s
            )
        except RADIO_ERRORS as error:
            _log.debug("%s tells no battery level: %r", self.strap.name, error)
            return
        if value and value[0] <= _FULL_PERCENT:
            self.battery_percent = value[0]
            self._on_change()

    def _notified(self, _sender: BleakGATTCharacteristic, data: bytearray) -> None:
        now_ns = time.monotonic_ns()
        self.last_heard_ns = now_ns
        self._on_heard(Heard(monotonic_ns=now_ns, data=bytes(data)))

    def _disconnected(self, _client: BleakClient) -> None:
        self.gone = True
        self._on_change()
