"""What the running service takes: bytes on disk for an hour of wear, memory while it serves the page.

In: a `Subject` and an empty folder. Out: bytes, seconds.
"""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import psutil
from pipeline import UNHURRY
from subject import Subject

from unhurry.store.formats import read_recording

READY_WITHIN_S = 60
SETTLED_AFTER_S = 20


@dataclass(frozen=True, slots=True)
class DiskCost:
    """A whole day replayed into a database of its own."""

    seconds: float
    file_bytes: int
    hours: float
    """From the first to the last beat, gaps included."""
    beats: int

    @property
    def bytes_per_hour(self) -> float:
        """What an hour of the recording leaves on disk, everything counted."""
        return self.file_bytes / self.hours


@dataclass(frozen=True, slots=True)
class MemoryCost:
    """Resident memory of `unhurry run` with the page, and of what it started."""

    resident_bytes: int
    processes: int


def measure_disk(subject: Subject, folder: Path) -> DiskCost:
    """Replay the day as fast as it goes. Raises CalledProcessError when the command fails."""
    database = folder / "disk.db"
    command = _run_command(subject, database, "--no-api", "--speed", "1000000")
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=1800)
    seconds = time.perf_counter() - began
    recording = read_recording(subject.day)
    first_ms, last_ms = recording.arrivals.arrival_ms[[0, -1]]
    size = sum(part.stat().st_size for part in folder.glob("disk.db*"))
    return DiskCost(seconds, size, float(last_ms - first_ms) / 3_600_000, recording.beats)


def measure_memory(subject: Subject, folder: Path) -> MemoryCost:
    """Serve the page beside a replay at 60 times real speed, ask for a day, and look after 20 s.

    Raises RuntimeError when the service ends or does not answer within a minute.
    """
    port = _free_port()
    command = _run_command(subject, folder / "memory.db", "--speed", "60", "--port", str(port))
    service = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        _wait_for(service, f"http://127.0.0.1:{port}/api/status")
        time.sleep(SETTLED_AFTER_S)
        _get(f"http://127.0.0.1:{port}/api/timeline")
        process = psutil.Process(service.pid)
        family = [process, *process.children(recursive=True)]
        return MemoryCost(sum(member.memory_info().rss for member in family), len(family))
    finally:
        service.send_signal(signal.SIGINT)
        try:
            service.wait(timeout=30)
        except subprocess.TimeoutExpired:
            service.kill()
            service.wait()


def _run_command(subject: Subject, database: Path, *more: str) -> list[str]:
    source = f"replay:{subject.day},motion={subject.motion}"
    return [str(UNHURRY), "run", "--source", source, "--db", str(database), *more]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(service: subprocess.Popen[bytes], address: str) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline:
        if service.poll() is not None:
            raise RuntimeError(f"`unhurry run` ended with exit code {service.returncode} before it answered.")
        try:
            _get(address)
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise RuntimeError(f"{address} did not answer within {READY_WITHIN_S} s.")


def _get(address: str) -> object:
    with urllib.request.urlopen(address, timeout=10) as answer:
        return json.load(answer)
