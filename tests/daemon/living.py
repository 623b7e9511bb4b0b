"""Days with a strap, as the real recorder keeps them: pauses, gaps, a sleep, a restart, wishes, answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from unhurry.config import Settings
from unhurry.daemon.loop import run_service
from unhurry.daemon.simulation import SimulatedDay
from unhurry.daemon.sources import Arrived, LinkChanged, RecordingOpened, SourceItem, StrapWish
from unhurry.daemon.sources.pace import rows_between
from unhurry.signal import POLAR_ACCELEROMETER, Arrivals, Kind, Parameters
from unhurry.store import Anchor, Database, LinkState, NewRecording, open_database

HOUR_MS = 3_600_000
SEVEN_MS = 1_773_295_200_000
"""2026-03-12 07:00 at +01:00, a Thursday."""
OFFSET_S = 3600

Deed = Callable[[Database, int], None]
"""What the wearer does at a wall time, through the doors a page uses."""


@dataclass(frozen=True)
class Stretch:
    """A part of the simulated day as one recording."""

    from_ms: int
    until_ms: int
    day: int = 0
    offset_s: int = OFFSET_S
    pauses: tuple[tuple[int, int], ...] = ()
    """In milliseconds of the recording."""
    ended: str = "suspended"
    """Why the one before it ended."""
    jitter_ms: int = 0
    """How late a tick may be."""
    later_ms: int = 0
    """How much later in the day it was lived than the simulated day has it."""


@dataclass
class Wearing:
    """A strap that is worn for some stretches, a service that is then stopped (or killed: `end` False)."""

    simulated: SimulatedDay
    stretches: tuple[Stretch, ...]
    deeds: dict[int, Deed] = field(default_factory=dict)
    """By wall time."""
    rows: int = 997
    speed: float = 1.0

    def wish(self, wish: StrapWish) -> None:
        """The stretches know when they pause."""

    async def items(self) -> AsyncIterator[SourceItem]:
        for stretch in self.stretches:
            anchor = anchor_of(stretch)
            yield RecordingOpened(
                NewRecording(
                    "ble",
                    "strap",
                    anchor,
                    motion_still_below=POLAR_ACCELEROMETER.still_below,
                    motion_moving_from=POLAR_ACCELEROMETER.moving_from,
                ),
                stretch.ended,
            )
            yield LinkChanged(LinkState.LOOKING, 0)
            yield LinkChanged(LinkState.RECEIVING, 5, device="strap")
            for item in self._lived(stretch, anchor):
                yield item

    def _lived(self, stretch: Stretch, anchor: Anchor) -> Iterator[SourceItem]:
        arrivals = as_heard(self.simulated, stretch)
        due = sorted((at - anchor.wall_ms, deed) for at, deed in self.deeds.items())
        due = [(at, deed) for at, deed in due if 0 <= at < stretch.until_ms - stretch.from_ms]
        marks = sorted(
            [(begin, LinkState.PAUSED) for begin, _ in stretch.pauses]
            + [(end, LinkState.LOOKING) for _, end in stretch.pauses]
        )
        cuts = sorted({*range(0, len(arrivals), self.rows), len(arrivals)})
        for at_ms in [at for at, _ in due] + [at for at, _ in marks]:
            # A wish is heard within its second; a change of the link comes between what arrived.
            cuts += [int(arrivals.arrival_ms.searchsorted(at_ms + late, "left")) for late in (0, 1000, 2000)]
        done = 0
        for cut in sorted(set(cuts)):
            if cut > done:
                yield Arrived(rows_between(arrivals, done, cut))
                done = cut
            reached_ms = int(arrivals.arrival_ms[min(cut, len(arrivals) - 1)])
            while marks and marks[0][0] <= reached_ms:
                at_ms, state = marks.pop(0)
                yield LinkChanged(state, at_ms, device="strap")
            while due and due[0][0] <= reached_ms:
                at_ms, deed = due.pop(0)
                with open_database(self.path) as db:
                    deed(db, anchor.wall_ms + at_ms)

    path: Path = Path()


def anchor_of(stretch: Stretch) -> Anchor:
    """Return when a stretch began. A day that keeps another time begins at the same hour there."""
    local_ms = SEVEN_MS + OFFSET_S * 1000 + stretch.day * 24 * HOUR_MS + stretch.from_ms + stretch.later_ms
    return Anchor(local_ms - stretch.offset_s * 1000, stretch.offset_s)


def as_heard(day: SimulatedDay, stretch: Stretch) -> Arrivals:
    """Return a stretch on a clock of its own, with trunk angles, pauses, and ticks that may come late."""
    first, last = day.arrivals.arrival_ms.searchsorted((stretch.from_ms, stretch.until_ms), "left")
    part = rows_between(day.arrivals, int(first), int(last))
    times, kind, value = part.arrival_ms - stretch.from_ms, part.kind, part.value
    moving = kind == Kind.MOTION
    trunk_ms = times[moving][::3]
    angle = np.where((trunk_ms // 1_200_000) % 3 == 2, 70.0, 5.0)
    times = np.concatenate((times, trunk_ms))
    kind = np.concatenate((kind, np.full(len(trunk_ms), Kind.TRUNK, np.int8)))
    value = np.concatenate((value, angle))
    kept = np.ones(len(times), np.bool_)
    for begin_ms, end_ms in stretch.pauses:
        within = (times >= begin_ms) & (times < end_ms)
        kept &= ~within | (kind == Kind.TICK)
        value = np.where(within & (kind == Kind.TICK), 1.0, value)
    if stretch.jitter_ms:
        late = np.random.default_rng(3).integers(0, stretch.jitter_ms + 1, len(times))
        times = np.where(kind == Kind.TICK, times + late, times)
    order = times.argsort(kind="stable")
    order = order[kept[order]]
    return Arrivals(times[order], kind[order], value[order])


def record(wearing: Wearing, path: Path, settings: Settings, *, stop: asyncio.Event | None = None) -> None:
    """Let the service live through it."""
    wearing.path = path

    async def main() -> None:
        await run_service(wearing, path, settings, Parameters(), stop=stop or asyncio.Event())

    asyncio.run(main())
