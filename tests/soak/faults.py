"""What goes wrong in a day with a strap: each fault is made, lasts, and is mended again.

In: a scripted world, a source of chance. Out: when this returns, nothing stands in the way of a beat.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from random import Random
from typing import TypeAlias

from tests.daemon.strap.bluez.world import World

from unhurry.daemon.strap.clocks import Clocks, monotonic_ns, read_clocks

Fault: TypeAlias = Callable[[World, Random], Awaitable[None]]

_NAP_NS = 600 * 10**9
_CUT_SHORT = (b"", b"\x10", b"\x01\x48", b"\x18\x48\x00", b"\x10\x48\x00\x00\xff\xff")
_OFTEN_REFUSED = (("Connect", "Failed"), ("Connect", "InProgress"), ("StartDiscovery", "InProgress"))


async def drop(world: World, _chance: Random) -> None:
    """The strap ends the link and can be found at once."""
    world.straps[0].drop()


async def out_of_reach(world: World, chance: Random) -> None:
    """The wearer walks away, and comes back."""
    world.straps[0].go_away()
    await asyncio.sleep(chance.uniform(5, 240))
    world.straps[0].come_back()


async def silence(world: World, chance: Random) -> None:
    """Connected, but nothing comes."""
    world.straps[0].silent = True
    await asyncio.sleep(chance.uniform(3, 60))
    world.straps[0].silent = False


async def late_burst(world: World, chance: Random) -> None:
    """Frames wait for some seconds and come all at once."""
    world.straps[0].hold(chance.randint(3, 6))


async def taken_off(world: World, chance: Random) -> None:
    """The strap leaves the body for a while."""
    world.straps[0].take_off()
    await asyncio.sleep(chance.uniform(20, 180))
    world.straps[0].put_on()


async def malformed(world: World, chance: Random) -> None:
    """Bytes that are no measurement."""
    world.straps[0].send(chance.choice(_CUT_SHORT))


async def switched_off(world: World, chance: Random) -> None:
    """Bluetooth is switched off and on."""
    world.switch_off()
    await asyncio.sleep(chance.uniform(2, 60))
    world.switch_on()


async def pulled_out(world: World, chance: Random) -> None:
    """The adapter is pulled out and put back."""
    world.unplug()
    await asyncio.sleep(chance.uniform(2, 60))
    world.plug_in()


async def restarted(world: World, chance: Random) -> None:
    """Bluetoothd is restarted in order."""
    await world.stop_bluetoothd()
    await asyncio.sleep(chance.uniform(1, 20))
    await world.start_bluetoothd()


async def killed(world: World, chance: Random) -> None:
    """Bluetoothd dies without a word, and is started again."""
    await world.kill_bluetoothd()
    await asyncio.sleep(chance.uniform(1, 30))
    await world.start_bluetoothd()


async def bus_restarted(world: World, chance: Random) -> None:
    """D-Bus itself goes, and bluetoothd with it."""
    # It takes the script a moment, in which the strap would speak to a bus that is no more.
    world.straps[0].silent = True
    await world.stop_bus()
    await asyncio.sleep(chance.uniform(1, 20))
    await world.start_bus()


async def refused(world: World, chance: Random) -> None:
    """The next tries fail, and the link with them."""
    method, error = chance.choice(_OFTEN_REFUSED)
    world.rules.fail(method, error, times=chance.randint(1, 3))
    world.straps[0].drop()


async def unanswered(world: World, chance: Random) -> None:
    """A call is never answered."""
    world.rules.hang(chance.choice(("Connect", "StartNotify", "StartDiscovery", "ReadValue", "WriteValue")))
    world.straps[0].drop()


async def dried_up(world: World, _chance: Random) -> None:
    """The accelerometer stops by itself."""
    if (sensor := world.straps[0].accelerometer) is not None:
        sensor.end()


class SleepyClocks:
    """The clocks of a machine on which time passes as on the running loop, and which can sleep."""

    def __init__(self) -> None:
        self._began = read_clocks()
        self._began_ns = monotonic_ns()
        self._slept_ns = 0

    async def nap(self, _world: World, _chance: Random) -> None:
        """The laptop sleeps for ten minutes, of which the monotonic clock knows nothing."""
        self._slept_ns += _NAP_NS

    def read(self) -> Clocks:
        """Read all clocks."""
        awake_ns = monotonic_ns()
        passed_ns = awake_ns - self._began_ns + self._slept_ns
        return replace(
            self._began,
            monotonic_ns=awake_ns,
            awake_or_not_ns=self._began.awake_or_not_ns + passed_ns,
            wall_ms=self._began.wall_ms + passed_ns // 1_000_000,
        )


FAULTS: tuple[Fault, ...] = (
    drop, out_of_reach, silence, late_burst, taken_off, malformed, switched_off, pulled_out,
    restarted, killed, bus_restarted, refused, unanswered, dried_up,
)  # fmt: skip
