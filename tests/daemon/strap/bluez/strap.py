"""A strap: a heart, frames once a second of its own, services to read and subscribe to, and what it sent.

In: what the test does to it (worn, silent, out of reach), and the one central it accepts. Out: notifications,
and the ground truth `sent`: every beat that left it while the central was subscribed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from . import plan as ids
from .heart import Heart, measurement
from .plan import StrapPlan
from .polar import FEATURES, Accelerometer


@dataclass(frozen=True, slots=True)
class SentBeat:
    """One interval that left the strap."""

    loop_s: float
    """Time of the loop at which it left."""
    rr_1024: int


@dataclass(frozen=True, slots=True)
class Characteristic:
    """One value of a service."""

    uuid: str
    flags: tuple[str, ...]
    read: Callable[[], bytes] | None = None
    write: Callable[[bytes], None] | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """Values that belong together."""

    uuid: str
    characteristics: tuple[Characteristic, ...]


class Central(Protocol):
    """The computer at the other end."""

    def heard(self, uuid: str, data: bytes) -> bool:
        """Take a notification; False when it did not subscribe to it."""
        ...

    def lost(self, reason: str) -> None:
        """Hear that the link is gone."""
        ...


class Strap:
    """One strap on one body."""

    def __init__(self, plan: StrapPlan) -> None:
        self.plan = plan
        self.worn = True
        """Off the body there are no intervals, and its heart rate is 0 or the last one."""
        self.contact: bool | None = True if plan.contact_supported else None
        """What the contact bits say: often nothing, and not always the truth."""
        self.silent = False
        """Connected, and sends nothing; beats meanwhile are nobody's."""
        self.silent_connections = 0
        """So many connections to come bring no frame."""
        self.battery_percent = plan.battery_percent
        self.sent: list[SentBeat] = []
        """The ground truth; whoever listens for a whole day may empty it now and then."""
        self.ends: list[str] = []
        """Why each link ended."""
        self.advertises = asyncio.Event()
        self.accelerometer = Accelerometer(self._tell, self.now_s, plan.speed) if plan.accelerometer else None
        self._heart = Heart(plan.intervals_1024)
        self._central: Central | None = None
        self._in_reach = True
        self._began_s = asyncio.get_running_loop().time()
        self._waiting: list[int] = []
        self._held: list[tuple[bytes, list[int]]] = []
        self._hold = 0
        self._repeat = 0
        self._hr_bpm = 60
        self._energy_kj = 0
        self._advertise()

    @property
    def connected(self) -> bool:
        """Whether a computer holds it."""
        return self._central is not None

    @property
    def services(self) -> tuple[Service, ...]:
        """What it offers to a central."""
        notify, read = ("notify",), ("read",)
        offered = [Service(ids.HEART_RATE, (Characteristic(ids.MEASUREMENT, notify),))]
        if self.plan.battery_percent is not None:
            level = self._battery if self.plan.battery_readable else None
            battery = Characteristic(ids.BATTERY_LEVEL, ("read", "notify"), level)
            offered.append(Service(ids.BATTERY, (battery,)))
        if (about := self.plan.information) is not None:
            told = (
                Characteristic(ids.MANUFACTURER, read, about.manufacturer.encode),
                Characteristic(ids.MODEL, read, about.model.encode),
                Characteristic(ids.FIRMWARE, read, about.firmware.encode),
            )
            offered.append(Service(ids.INFORMATION, told))
        if (sensor := self.accelerometer) is not None:
            control = Characteristic(
                ids.POLAR_CONTROL, ("read", "write", "indicate"), lambda: FEATURES, sensor.command
            )
            offered.append(Service(ids.POLAR, (control, Characteristic(ids.POLAR_DATA, notify))))
        return tuple(offered)

    # What tests do to it.

    def drop(self, *, away_s: float | None = 0.0) -> None:
        """End the link: as the strap does (0), or by leaving for `away_s`, or until `come_back` (None)."""
        if away_s != 0.0:
            self.go_away()
            if away_s is not None:
                asyncio.get_running_loop().call_later(away_s, self.come_back)
        elif self._central is not None:
            self._central.lost("remote")

    def go_away(self) -> None:
        """Leave the reach of the radio, losing the link if there is one."""
        self._in_reach = False
        self._advertise()
        if self._central is not None:
            self._central.lost("timeout")

    def come_back(self) -> None:
        """Be in reach again."""
        self._in_reach = True
        self._advertise()

    def take_off(self) -> None:
        """Leave the body."""
        self.worn = False
        self.contact = False if self.plan.contact_supported else None

    def put_on(self) -> None:
        """Come back to the body."""
        self.worn = True
        self.contact = True if self.plan.contact_supported else None

    def hold(self, frames: int) -> None:
        """Delay the next `frames` and send them all at once, as a radio does that has been busy elsewhere."""
        self._hold = frames

    def repeat(self, frames: int) -> None:
        """Send each of the next `frames` twice."""
        self._repeat = frames

    def send(self, data: bytes) -> None:
        """Send these bytes as a measurement; they count as no beats."""
        self._tell(ids.MEASUREMENT, data)

    def set_battery(self, percent: int) -> None:
        """Change the charge and tell it to whoever subscribed."""
        self.battery_percent = percent
        self._tell(ids.BATTERY_LEVEL, bytes([percent]))

    # The link, as its radio sees it.

    def link(self, central: Central) -> None:
        """Accept a central: from now on it advertises no more."""
        self._central = central
        self.silent = self.silent_connections > 0
        self.silent_connections = max(0, self.silent_connections - 1)
        self._advertise()

    def unlink(self, reason: str) -> None:
        """Lose the central, and be found again if in reach."""
        self._central = None
        self.silent = False
        self._hold = 0
        self._held.clear()
        self.ends.append(reason)
        if self.accelerometer is not None:
            self.accelerometer.end()
        self._advertise()

    def now_s(self) -> float:
        """Return the strap's own time."""
        return (asyncio.get_running_loop().time() - self._began_s) * self.plan.speed

    async def live(self) -> None:
        """Send a frame each second of the strap, until cancelled."""
        loop = asyncio.get_running_loop()
        count = 0
        while True:
            count += 1
            await asyncio.sleep(max(0.0, self._began_s + count / self.plan.speed - loop.time()))
            self._second()

    def _second(self) -> None:
        ended = self._heart.beats_until(self.now_s())
        if not self.connected or self.silent:
            self._waiting.clear()
            return
        if self.worn:
            self._waiting += ended
            if len(self._waiting) < self.plan.beats_per_frame:
                return
            self._hr_bpm = round(60 * 1024 * len(self._waiting) / sum(self._waiting))
        else:
            self._waiting.clear()
        self._energy_kj = (self._energy_kj + 1) % 0x10000
        rr_1024 = self._waiting if self.plan.intervals else []
        frame = measurement(
            self._hr_bpm if self.worn or self.plan.keeps_rate else 0,
            rr_1024,
            wide=self.plan.wide_heart_rate,
            contact=self.contact,
            energy_kj=self._energy_kj if self.plan.energy else None,
        )
        self._held.append((frame, list(rr_1024)))
        self._waiting.clear()
        self._hold = max(0, self._hold - 1)
        if self._hold == 0:
            self._release()

    def _release(self) -> None:
        held, self._held = self._held, []
        for frame, rr_1024 in held:
            if not self._tell(ids.MEASUREMENT, frame):
                continue
            if self._repeat:
                self._repeat -= 1
                self._tell(ids.MEASUREMENT, frame)
            now_s = asyncio.get_running_loop().time()
            self.sent += [SentBeat(now_s, rr) for rr in rr_1024]

    def _tell(self, uuid: str, data: bytes) -> bool:
        return self._central is not None and self._central.heard(uuid, data)

    def _battery(self) -> bytes:
        return bytes([self.battery_percent or 0])

    def _advertise(self) -> None:
        if self._in_reach and not self.connected:
            self.advertises.set()
        else:
            self.advertises.clear()
