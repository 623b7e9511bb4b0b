"""A day of the service in minutes, with a fault every few minutes of it: what came in, what was kept, what it took.

Usage, in the root of the repository: python -m tests.soak.soak [--hours H] [--speed N] [--seed S]. Real bleak
over a real D-Bus to a scripted bluetoothd, on a loop that runs up to N times as fast. Prints one table; exits with 1 when a beat is missing or doubled, the link stays stuck, or memory grows.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sqlite3
import statistics
import sys
import tempfile
import time
from array import array
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.daemon.strap.bluez.hurried import run_hurried
from tests.daemon.strap.bluez.plan import Information, StrapPlan
from tests.daemon.strap.bluez.strap import Strap
from tests.daemon.strap.bluez.world import World
from tests.soak.faults import FAULTS, Fault, SleepyClocks
from tests.soak.judge import Comparison, compare

from unhurry.config import Settings
from unhurry.daemon.loop import run_service
from unhurry.daemon.strap import BleSource
from unhurry.signal import Parameters
from unhurry.store import migrate

STRAP = StrapPlan(
    name="Polar H10 SOAK", speed=1.0, advert_s=0.5, information=Information(), accelerometer=True
)
STUCK_S = 300.0
"""So long after a fault is mended the link counts as stuck."""
GROWTH = 1.05
_PAGE = os.sysconf("SC_PAGE_SIZE")
_NO_RETURN = frozenset({"late_burst", "malformed", "dried_up", "refused", "unanswered"})
"""Faults that leave the link what it was, or the strap where it was: how long a call may hang is decided by us."""


@dataclass
class Day:
    """What was seen from outside."""

    faults: Counter[str] = field(default_factory=Counter[str])
    back_s: list[float] = field(default_factory=list[float])
    """From the end of a fault to the next beat that reached the service's subscription."""
    stuck: list[str] = field(default_factory=list[str])
    began: list[tuple[float, str]] = field(default_factory=list[tuple[float, str]])
    """When, by the loop, which fault began."""
    resident: list[int] = field(default_factory=list[int])
    """Bytes, once an hour."""
    sent_s: array[float] = field(default_factory=lambda: array("d"))
    sent_1024: array[int] = field(default_factory=lambda: array("H"))
    """The intervals the strap sent to a subscriber, and when; kept narrow, as memory is weighed."""

    def sent(self, strap: Strap) -> int:
        """Return how many beats the strap has sent to a subscriber so far."""
        return len(self.sent_1024) + len(strap.sent)

    def around(self, sent_s: float) -> str:
        """Return between which faults a moment lies."""
        before = [(sent_s - at_s, name) for at_s, name in self.began if at_s <= sent_s][-1:]
        after = [(at_s - sent_s, name) for at_s, name in self.began if at_s > sent_s][:1]
        said = [f"{s:.1f} s after {name} began" for s, name in before]
        return ", ".join([*said, *(f"{s:.1f} s before {name}" for s, name in after)])

    def note(self, strap: Strap) -> None:
        """Take what the strap has noted since."""
        self.sent_s.extend(beat.loop_s for beat in strap.sent)
        self.sent_1024.extend(beat.rr_1024 for beat in strap.sent)
        strap.sent.clear()


async def live(hours: float, seed: int, database: Path) -> tuple[Day, Comparison]:
    """Let the day pass and judge it."""
    chance = Random(seed)
    day, clocks, stop = Day(), SleepyClocks(), asyncio.Event()
    async with World(STRAP) as world:
        source = BleSource(clocks=clocks.read)
        service = asyncio.create_task(run_service(source, database, Settings(), Parameters(), stop=stop))
        watching = asyncio.create_task(_weigh(world.straps[0], day))
        await _beats_again(world, day, 600)
        loop = asyncio.get_running_loop()
        began_s = loop.time()
        faults: tuple[Fault, ...] = (*FAULTS, clocks.nap)
        while loop.time() - began_s < hours * 3600 and not service.done():
            await asyncio.sleep(chance.uniform(60, 360))
            await _suffer(chance.choice(faults), world, chance, day)
        watching.cancel()
        stop.set()
        await service
        day.note(world.straps[0])
        if world.straps[0].connected:
            day.stuck.append("the service ended without hanging up")
    day.resident.append(_resident())
    return day, compare(day.sent_s, day.sent_1024, _stored(database), [began_s for began_s, _ in day.began])


async def _suffer(fault: Fault, world: World, chance: Random, day: Day) -> None:
    name = fault.__name__
    day.faults[name] += 1
    loop = asyncio.get_running_loop()
    day.began.append((loop.time(), name))
    ends = len(world.straps[0].ends)
    await fault(world, chance)
    mended_s = loop.time()
    if not await _beats_again(world, day, STUCK_S):
        day.stuck.append(f"{name} at {mended_s:.0f} s")
        await _beats_again(world, day, 3600)
    if name not in _NO_RETURN and len(world.straps[0].ends) > ends:
        day.back_s.append(loop.time() - mended_s)
    world.rules.clear()


async def _beats_again(world: World, day: Day, limit_s: float) -> bool:
    """Wait for the next beat that is sent to a subscriber."""
    strap = world.straps[0]
    count = day.sent(strap)
    try:
        async with asyncio.timeout(limit_s):
            while day.sent(strap) <= count:  # noqa: ASYNC110 - a look from outside has no event to wait for
                await asyncio.sleep(0.25)
    except TimeoutError:
        return False
    return True


async def _weigh(strap: Strap, day: Day) -> None:
    minutes = 0
    while True:
        await asyncio.sleep(60)
        day.note(strap)
        minutes += 1
        if minutes % 60 == 0:
            day.resident.append(_resident())


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * _PAGE


def _stored(database: Path) -> list[int]:
    with sqlite3.connect(database) as connection:
        return [row[0] for row in connection.execute("SELECT rr_1024 FROM beats ORDER BY recording, t_ms")]


def _gaps(database: Path) -> Counter[str]:
    with sqlite3.connect(database) as connection:
        rows = connection.execute("SELECT coalesce(cause, 'NO CAUSE'), count(*) FROM v_gaps GROUP BY 1")
        return Counter(dict(rows.fetchall()))


def main() -> int:
    """Run the soak and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=float, default=24.0)
    parser.add_argument("--speed", type=float, default=120.0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        database = Path(folder) / "soak.db"
        began = time.monotonic()
        migrate(database)
        day, beats = run_hurried(live(options.hours, options.seed, database), options.speed)
        gaps = _gaps(database)
    minutes = (time.monotonic() - began) / 60
    growth = day.resident[-1] / day.resident[0] if len(day.resident) > 1 else 1.0
    back = sorted(day.back_s)
    print(f"{options.hours:g} hours at {options.speed:g} x in {minutes:.1f} minutes, seed {options.seed}")
    print(
        f"faults        {sum(day.faults.values())}: "
        + ", ".join(f"{n} {k}" for k, n in day.faults.most_common())
    )
    print(
        f"beats         sent {beats.sent}, stored {beats.stored}, missing {len(beats.missing_s)}, doubled or invented {beats.added}"
    )
    print(f"              in the air when a fault began and never heard: {beats.in_the_air}")
    if back:
        p95 = back[min(len(back) - 1, round(0.95 * len(back)))]
        print(
            f"back          median {statistics.median(back):.1f} s, p95 {p95:.1f} s, longest {back[-1]:.1f} s, of {len(back)}"
        )
    print("gaps          " + ", ".join(f"{n} {cause}" for cause, n in gaps.most_common()))
    print(
        f"memory        {day.resident[0] / 1e6:.1f} MB after the first hour, {day.resident[-1] / 1e6:.1f} MB at the end: x {growth:.3f}"
    )
    for sent_s in beats.missing_s:
        print(f"missing       {day.around(sent_s)}")
    for line in day.stuck:
        print(f"stuck         {line}")
    failed = beats.missing_s or beats.added or day.stuck or growth > GROWTH or gaps["NO CAUSE"]
    print("FAILED" if failed else "ok")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
