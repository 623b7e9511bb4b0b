"""What the strap did, from its own log: the truth the database is measured by.

In: strap.jsonl, written by the emulated strap. Out: `Truth`. Notifications are decoded here once more, so that the
service's decoder is not judged by itself. Times are seconds since 1970 on the clock of the virtual machine,
which strap and service share.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

_WIDE_RATE, _ENERGY, _INTERVALS = 0x01, 0x08, 0x10
_ACCELERATION = 2
_START, _STOP = 2, 3


@dataclass(frozen=True, slots=True)
class SentBeat:
    """One interval, in the notification it was sent with."""

    at_s: float
    rr_1024: int


@dataclass(frozen=True, slots=True)
class Truth:
    """Everything the strap sent and went through, in order."""

    beats: tuple[SentBeat, ...]
    notified_s: tuple[float, ...]
    """When it notified somebody of its heart rate."""
    advertised_s: tuple[float, ...]
    """When it began to be there for the taking, again."""
    connected_s: tuple[float, ...]
    disconnected_s: tuple[float, ...]
    resumed_s: tuple[float, ...]
    acceleration_started_s: tuple[float, ...]
    acceleration_stopped_s: tuple[float, ...]


def read_truth(log: Path) -> Truth:
    """Read the strap's log. Raises OSError, or ValueError when it is no such log."""
    beats: list[SentBeat] = []
    times: dict[str, list[float]] = {}
    heard = False
    for line in log.read_text(encoding="utf-8").splitlines():
        said = json.loads(line)
        at_s, event = float(said["t"]), str(said["event"])
        heard = event == "subscribed" or (heard and event != "disconnected")
        if event == "notify" and heard:
            # On a busy machine the strap writes down a notification after its link has ended: nobody got that.
            beats += [SentBeat(at_s, rr) for rr in _intervals(bytes.fromhex(said["hex"]))]
        if event == "pmd":
            event = f"pmd {said['hex'][:4]}"
        times.setdefault(event, []).append(at_s)

    def when(event: str) -> tuple[float, ...]:
        return tuple(times.get(event, ()))

    return Truth(
        beats=tuple(beats),
        notified_s=when("notify"),
        advertised_s=when("advertising"),
        connected_s=when("connected"),
        disconnected_s=when("disconnected"),
        resumed_s=when("resume"),
        acceleration_started_s=when(f"pmd {_START:02x}{_ACCELERATION:02x}"),
        acceleration_stopped_s=when(f"pmd {_STOP:02x}{_ACCELERATION:02x}"),
    )


def _intervals(data: bytes) -> list[int]:
    flags = data[0]
    if not flags & _INTERVALS:
        return []
    at = 1 + (2 if flags & _WIDE_RATE else 1) + (2 if flags & _ENERGY else 0)
    return [int.from_bytes(data[i : i + 2], "little") for i in range(at, len(data) - 1, 2)]
