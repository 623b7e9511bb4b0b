"""`make rig`: the whole service in a virtual machine, with a real kernel and bluetoothd and an emulated strap.

In: ../shared/ble-lab, which boots the machine. Out: a table, and the exit status: 0 when no beat is missing, none
is doubled, and every gap has its cause; 1 otherwise; 2 when the machine itself failed.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from .image import prepare
from .judge import judge
from .report import report
from .wheels import wheels

ROOT = Path(__file__).resolve().parents[2]
LAB = ROOT.parent / "shared" / "ble-lab"
PYTHONS = {"bookworm": "3.11", "trixie": "3.13"}
LAB_FAILED = 125
MACHINE_FAILED = 2


def main() -> int:
    """Boot, run, judge."""
    options = argparse.ArgumentParser(
        prog="make rig", description=__doc__.splitlines()[0] if __doc__ else None
    )
    options.add_argument("--suite", choices=PYTHONS, default="bookworm", help="Debian release in the machine")
    options.add_argument(
        "--beats", type=int, default=70, help="notifications between two faults, about (default 70)"
    )
    options.add_argument("--out", type=Path, help="where everything is left (default .cache/rig/SUITE-day)")
    options.add_argument("--judge", action="store_true", help="only judge again what the last run left")
    asked = options.parse_args()
    out: Path = asked.out or ROOT / ".cache" / "rig" / f"{asked.suite}-day"
    if not asked.judge:
        if not (LAB / "run").is_file():
            print("skipped: the rig needs ../shared/ble-lab beside this folder")
            return 0
        began = time.monotonic()
        if _run(asked.suite, asked.beats, out) == LAB_FAILED:
            return MACHINE_FAILED
        print(f"\n{asked.suite}: {(time.monotonic() - began) / 60:.1f} min with building and booting\n")
    try:
        verdict = judge(out)
    except (OSError, sqlite3.Error, ValueError, KeyError) as error:
        print(f"nothing to judge: {error}; {out}/service.log and {out}/log may tell why")
        return MACHINE_FAILED
    print(report(verdict))
    return 0 if verdict.good else 1


def _run(suite: str, beats: int, out: Path) -> int:
    for old in (*out.glob("*.jsonl"), *out.glob("day.db*"), *out.glob("log/*")):
        old.unlink()
    environment = os.environ | {
        "BLE_LAB_PIP": " ".join([*_other_python(suite), *wheels(ROOT, PYTHONS[suite])]),
        "BLE_LAB_APT": "libstdc++6",  # numpy and scipy bring everything else of theirs
        "BLE_LAB_CACHE": os.environ.get("BLE_LAB_CACHE", str(ROOT / ".cache" / "rig")),
    }
    if not prepare(LAB, suite, environment):
        return LAB_FAILED
    limits = ["--boot-timeout", "600", "--timeout", "2700"]
    machine = [str(LAB / "run"), "--no-build", "--suite", suite, "--out", str(out), *limits, "--strap=--pmd"]
    inside = ["python3", "-m", "tests.rig.scenario", "--beats", str(beats)]
    return subprocess.run([*machine, str(ROOT), "--", *inside], env=environment, check=False).returncode


def _other_python(suite: str) -> list[str]:
    """Return what pip has to be told so that it takes a package that does not run on the Python it runs on."""
    same = PYTHONS[suite] == f"{sys.version_info.major}.{sys.version_info.minor}"
    return [] if same else ["--ignore-requires-python"]


if __name__ == "__main__":
    sys.exit(main())
