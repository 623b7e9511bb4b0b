"""One connection to one strap, from connecting to hanging up.

In: a strap in reach. Out: notifications, of the accelerometer too where there is one, each stamped with the
monotonic clock the moment it is heard and handed on undecoded; whether the link is known to be gone; what the
strap tells about itself. Every call has its own limit.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from bleak import BleakClient
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.exc import BleakGATTProtocolError

from unhurry.store import LinkState

from .accelerometer import Accelerometer
from .bounds import bounded
from .clocks import monotonic_ns
from .finding import StrapInReach
from .inbox import Heard, HeardAcceleration
from .information import Telling
from .timings import Timings
from .trouble import RADIO_ERRORS

_HEART_RATE_MEASUREMENT = "00002a37-0000-1000-8000-00805f9b34fb"
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
    """Hands every notification to `on_heard` or `on_acceleration`; calls `on_change` when something about
    itself has changed.
    """

    def __init__(
        self,
        strap: StrapInReach,
        timings: Timings,
        on_heard: Callable[[Heard], None],
        on_change: Callable[[], None],
        on_acceleration: Callable[[HeardAcceleration], None] | None = None,
    ) -> None:
        """Prepare; nothing is touched before `connect`. Without `on_acceleration` none is asked for."""
        self.strap = strap
        self.opened_ns = monotonic_ns()
        self.last_heard_ns: int | None = None
        self.gone = False
        """The system reported the end. False is no evidence of life: see `last_heard_ns`."""
        self._timings = timings
        self._on_heard = on_heard
        self._on_change = on_change
        self._speaks = asyncio.Event()
        self._beside: tuple[asyncio.Task[None], ...] = ()
        self._client = BleakClient(strap.device, self._disconnected, timeout=timings.connect_s)
        self.telling = Telling(self._client, strap.name, timings, on_change)
        self._accelerometer = (
            Accelerometer(self._client, strap.name, timings, on_acceleration) if on_acceleration else None
        )

    async def connect(self) -> None:
        """Connect and subscribe. Raises one of `RADIO_ERRORS`; `close` is due then, too."""
        await bounded(self._client.connect(), self._timings.connect_outer_s, self._timings.grace_s)
        # A subscription does not survive a connection, whatever the system remembers: ask each time.
        await bounded(
            self._client.start_notify(_HEART_RATE_MEASUREMENT, self._notified),
            self._timings.answer_s,
            self._timings.grace_s,
        )
        self.opened_ns = monotonic_ns()
        self._beside = (
            asyncio.create_task(self.telling.run(self._speaks), name="strap information"),
            asyncio.create_task(self._accelerate(), name="strap accelerometer"),
        )

    def state(self, now_ns: int) -> LinkState:
        """Return what the age of the last frame says, whatever the system believes."""
        heard = self.last_heard_ns is not None
        since_ns = self.opened_ns if self.last_heard_ns is None else self.last_heard_ns
        return state_by_age((now_ns - since_ns) / _SECOND_NS, self._timings, heard=heard)

    async def answers(self) -> bool:
        """Ask for any value of the strap; False when that fails at once, as when bluetoothd was killed, which
        nobody tells. A strap that is merely slow, or has nothing to read, counts as answering.
        """
        readable = (c for c in self._client.services.characteristics.values() if "read" in c.properties)
        asked = next(readable, None)
        if asked is None:
            return True
        try:
            await bounded(self._client.read_gatt_char(asked), self._timings.probe_s, self._timings.grace_s)
        except TimeoutError:
            return True
        except RADIO_ERRORS as error:
            _log.info("%s does not answer: %r", self.strap.name, error)
            return isinstance(error, BleakGATTProtocolError)
        return True

    async def close(self) -> None:
        """Hang up, so that the strap can sleep, or be found again. Bounded; never raises."""
        for task in self._beside:
            task.cancel()
        dead = self.gone or self.state(monotonic_ns()) is LinkState.LOST
        try:
            if self._accelerometer is not None and not dead:
                await self._accelerometer.stop()
        finally:
            # Also when this is cancelled in the middle: a strap that stays connected is of no use to anybody.
            await self._hang_up(self._timings.disconnect_dead_s if dead else self._timings.disconnect_s)

    async def _hang_up(self, limit_s: float) -> None:
        try:
            await bounded(self._client.disconnect(), limit_s, self._timings.grace_s)
        except Exception as error:  # noqa: BLE001 - whatever bleak stumbles over here, the connection is over
            _log.debug("hanging up on %s failed: %r", self.strap.name, error)

    async def _accelerate(self) -> None:
        await self._speaks.wait()
        if self._accelerometer is not None:
            await self._accelerometer.run()

    def _notified(self, _sender: BleakGATTCharacteristic, data: bytearray) -> None:
        now_ns = monotonic_ns()
        self.last_heard_ns = now_ns
        self._speaks.set()
        self._on_heard(Heard(monotonic_ns=now_ns, data=bytes(data)))

    def _disconnected(self, _client: BleakClient) -> None:
        self.gone = True
        self._on_change()
