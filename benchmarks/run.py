"""Print what Unhurry costs, and how well it tells artifacts from heartbeats. `make bench` runs this.

In: nothing. Out: tables. Every figure is measured here and now, in one run: time beside NeuroKit2, time of a
frame, disk and memory on one recording, then the verdicts on people and artifacts of known truth.
"""

from __future__ import annotations

import os
import platform
import tempfile
from pathlib import Path

from artifacts import print_artifacts
from following import print_following
from neurokit import measure_neurokit
from pacing import print_pacing
from pipeline import best_of, measure_steps, read_and_detect, run_detect_command
from service import measure_disk, measure_memory
from subject import Subject, find_subject
from trial import print_trial


def main() -> None:
    """Measure everything and print each figure as soon as it is known."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        subject = find_subject(folder)
        print(f"On {subject.words}.\nPython {platform.python_version()}, {os.cpu_count()} processors.\n")
        _print_detection(subject)
        _print_steps(subject)
        _print_service(subject, folder)
    print_artifacts()
    print_trial()
    print_following()
    print_pacing()


def _print_detection(subject: Subject) -> None:
    inside_s = best_of(3, lambda: read_and_detect(subject))
    _print("detect, in process", f"{inside_s:.2f} s", "reading and pipeline, best of 3")
    command_s = best_of(3, lambda: run_detect_command(subject))
    _print("detect, the command", f"{command_s:.2f} s", "with start-up and output, best of 3")
    peer = measure_neurokit(subject)
    how = f"fixpeaks {peer.fixpeaks_s:.1f} s; hrv_time, {peer.windows} windows, {peer.hrv_time_s:.1f} s"
    _print(f"NeuroKit2 {peer.version}", f"{peer.total_s:.1f} s", f"the same beats, once: {how}")
    _print("NeuroKit2 / detect", f"{peer.total_s / inside_s:.0f} x", "in process")
    _print("", f"{peer.total_s / command_s:.0f} x", "as a command")


def _print_steps(subject: Subject) -> None:
    cost = measure_steps(subject)
    _print(
        "step, a frame",
        f"{cost.frame_median_us:.0f} us",
        f"median of {cost.frames}; p99 {cost.frame_p99_us:.0f} us",
    )
    _print(
        "step, a tick",
        f"{cost.tick_median_us:.0f} us",
        f"median: it decides a second; p99 {cost.tick_p99_us:.0f} us",
    )
    _print("step, any call", f"{cost.p99_us:.0f} us", f"p99; worst {cost.worst_us / 1000:.1f} ms")


def _print_service(subject: Subject, folder: Path) -> None:
    disk = measure_disk(subject, folder)
    how = f"{disk.file_bytes / 1e6:.2f} MB for {disk.hours:.1f} h with {disk.beats} beats and movement"
    _print("database, an hour", f"{disk.bytes_per_hour / 1000:.0f} kB", how)
    _print("a day into it", f"{disk.seconds:.1f} s", "`run --source replay:...` as fast as it goes")
    memory = measure_memory(subject, folder)
    how = f"`run` with the page, after it drew a day; {memory.processes} process(es)"
    _print("resident memory", f"{memory.resident_bytes / 1e6:.0f} MB", how)


def _print(what: str, figure: str, how: str) -> None:
    print(f"{what:<22}{figure:>10}   {how}", flush=True)


if __name__ == "__main__":
    main()
