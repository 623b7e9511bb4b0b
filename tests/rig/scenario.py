"""A day in ten minutes, inside the virtual machine: starts the service, pulls the levers, ends it with SIGTERM.

In: the strap and the levers of the lab. Out, in the folder that is handed back: the database, what the
service printed, when each lever was pulled (levers.jsonl), and when rows could be read (seen.jsonl). Judges
nothing. Standard library only: it shares two slow processors with what it watches.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import tomllib
from pathlib import Path
from typing import BinaryIO

from .faults import FAULTS, START, STOP

OUT = Path("/out")
# Not in OUT: SQLite's log needs shared memory, which a folder shared with the host does not have.
SCRATCH = Path(tempfile.gettempdir())
DATABASE = SCRATCH / "day.db"
INSTALLED = SCRATCH / "installed"
STRAP_LOG = Path("/job/log/strap.jsonl")
STRAP_SOCKET = "/run/ble-lab/strap.sock"
ROOTS = ("signal", "config", "store", "daemon", "api")

LOOK_S = 0.25
UNEVEN = (1.0, 1.3, 0.8, 1.1, 0.7, 1.2, 0.9)
"""Faults that come like clockwork have a meaning of their own."""
BACK_WITHIN_S = 180.0
START_WITHIN_S = 300.0
END_WITHIN_S = 60.0


def main() -> int:
    """Run everything; return 0 unless the service did not start or had to be killed."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--beats", type=int, default=70, help="notifications between two faults, about")
    beats = options.parse_args().beats
    gone = threading.Event()
    watching = threading.Thread(target=_watch, args=(gone,), name="reader")
    with (OUT / "service.log").open("wb") as printed:
        service = _started(printed)
        watching.start()
        ok = _heard(service, beats, START_WITHIN_S)
        for number, fault in enumerate(FAULTS if ok else ()):
            for lever in fault.levers:
                _pull(fault.name, lever)
            # A strap that does not come back is found by the judge; the next fault may still wake it.
            _heard(service, round(beats * UNEVEN[number % len(UNEVEN)]), BACK_WITHIN_S)
        gone.set()
        watching.join()
        ok = _ended(service) and ok
    for left in DATABASE.parent.glob(f"{DATABASE.name}*"):
        shutil.copy(left, OUT)
    return 0 if ok else 1


def _started(printed: BinaryIO) -> subprocess.Popen[bytes]:
    environment = os.environ | {
        "PYTHONPATH": ":".join(
            str(path) for path in (*(Path(root).resolve() for root in ROOTS), _metadata())
        ),
        "PYTHONPYCACHEPREFIX": str(SCRATCH / "pycache"),
    }
    command = [sys.executable, "-m", "unhurry.command", "run", "--no-api", "--db", str(DATABASE)]
    _note(fault=START, lever="run", began=time.time(), ended=time.time())
    return subprocess.Popen(command, env=environment, stdout=printed, stderr=subprocess.STDOUT)


def _metadata() -> Path:
    """Return a folder that says of the tree what an editable installation would: name and version."""
    project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
    said = INSTALLED / f"{project['name']}-{project['version']}.dist-info" / "METADATA"
    said.parent.mkdir(parents=True)
    said.write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n")
    return INSTALLED


def _heard(service: subprocess.Popen[bytes], wanted: int, within_s: float) -> bool:
    """Wait until the strap has sent that many notifications from now on; return whether it has."""
    deadline = time.monotonic() + within_s
    heard = 0
    with STRAP_LOG.open(encoding="utf-8") as log:
        log.seek(0, os.SEEK_END)
        while heard < wanted:
            line = log.readline()
            if '"event": "notify"' in line:
                heard += 1
                deadline = time.monotonic() + within_s
            if not line:
                if service.poll() is not None or time.monotonic() > deadline:
                    return False
                time.sleep(LOOK_S)
    return True


def _pull(fault: str, lever: str) -> None:
    began = time.time()
    words = lever.split()
    if words[0] == "wait":
        time.sleep(float(words[1]))
    elif words[0] == "strap":
        _say(words[1:])
    else:
        subprocess.run(["labctl", *words], check=True)
    _note(fault=fault, lever=lever, began=began, ended=time.time())


def _say(words: list[str]) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as strap:
        strap.connect(STRAP_SOCKET)
        strap.sendall((" ".join(words) + "\n").encode())
        answer = strap.makefile().readline()
    if not answer.startswith("ok"):
        raise RuntimeError(f"strap {' '.join(words)}: {answer}")


def _ended(service: subprocess.Popen[bytes]) -> bool:
    """End the service half-way between two notifications, so that what was sent before has arrived."""
    _heard(service, 1, 5.0)
    time.sleep(0.5)
    began = time.time()
    service.terminate()
    try:
        service.wait(END_WITHIN_S)
    except subprocess.TimeoutExpired:
        service.kill()
        service.wait()
    _note(fault=STOP, lever="SIGTERM", began=began, ended=time.time(), status=service.returncode)
    return service.returncode == 0


def _watch(gone: threading.Event) -> None:
    """Write down when a reader of the database sees how many beats and changes of the link."""
    before = None
    reader: sqlite3.Connection | None = None
    with (OUT / "seen.jsonl").open("w", encoding="utf-8", buffering=1) as seen:
        while not gone.wait(LOOK_S):
            try:
                reader = reader or sqlite3.connect(f"file:{DATABASE}?mode=ro", uri=True)
                row = reader.execute(
                    "SELECT (SELECT count(*) FROM beats), (SELECT coalesce(max(id), 0) FROM links)"
                ).fetchone()
            except sqlite3.OperationalError:  # not there yet, or not yet all of it
                continue
            if row != before:
                before = row
                seen.write(json.dumps({"t": time.time(), "beats": row[0], "links": row[1]}) + "\n")
    if reader is not None:
        reader.close()


def _note(**what: object) -> None:
    with (OUT / "levers.jsonl").open("a", encoding="utf-8") as levers:
        levers.write(json.dumps(what) + "\n")


if __name__ == "__main__":
    sys.exit(main())
