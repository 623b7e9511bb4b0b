"""Ctrl-C, or the end of the parent, while workers start or work: nobody complains, and nobody stays behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="a console of Windows has no groups of processes to send Ctrl-C to"
)

PROGRAM = """
import multiprocessing, os, signal, sys, threading, time
from work import slow
from unhurry.daemon.evaluation import on_this_machine

def press():
    while len(multiprocessing.active_children()) < 2:
        time.sleep(0.001)
    print(*(child.pid for child in multiprocessing.active_children()), flush=True)
    time.sleep(float(sys.argv[1]))
    {press}

if __name__ == "__main__":
    threading.Thread(target=press, daemon=True).start()
    try:
        on_this_machine(2)(slow, [60, 60, 60], lambda: None)
    except KeyboardInterrupt:
        sys.exit(130)
"""


def run(folder: Path, press: str, after_s: float) -> tuple[subprocess.CompletedProcess[str], list[int]]:
    """Run a program that presses Ctrl-C itself, `after_s` after its workers were started; return their ids, too."""
    (folder / "program.py").write_text(PROGRAM.format(press=press), encoding="utf-8")
    # SciPy takes its time to load, in which a worker that is interrupted would say where it was.
    (folder / "work.py").write_text("import time\nimport scipy.signal\nslow = time.sleep\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "program.py", str(after_s)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(os.path.abspath, filter(None, sys.path)))},
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
        timeout=50,
    )
    return done, [int(word) for word in done.stdout.split()]


def gone(pid: int) -> bool:
    """Whether a process has ended; one that nobody has asked about yet (a zombie) has."""
    status = Path(f"/proc/{pid}/stat")
    if Path("/proc/self/stat").exists():
        return not status.exists() or status.read_text().rpartition(")")[2].split()[0] == "Z"
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def all_gone(pids: list[int]) -> bool:
    for _ in range(300):
        if all(map(gone, pids)):
            return True
        time.sleep(0.1)
    return False


@pytest.mark.parametrize("after_s", [0, 0.05, 0.2, 0.6, 1.2])
def test_ctrl_c_ends_everybody_without_a_word(tmp_path: Path, after_s: float) -> None:
    done, workers = run(tmp_path, "os.killpg(0, signal.SIGINT)", after_s)
    assert done.stderr == ""
    # Where Python was interrupted in the middle of an import it may end by the signal, which a shell calls 130, too.
    assert done.returncode in {130, -signal.SIGINT}
    assert len(workers) == 2
    assert all_gone(workers)


def test_a_signal_to_the_parent_alone_ends_its_workers_in_the_middle_of_their_work(tmp_path: Path) -> None:
    done, workers = run(tmp_path, "os.kill(os.getpid(), signal.SIGINT)", 1.0)
    assert (done.returncode, done.stderr) == (130, "")
    assert all_gone(workers)


def test_workers_do_not_outlive_a_parent_that_was_killed(tmp_path: Path) -> None:
    done, workers = run(tmp_path, "os.kill(os.getpid(), signal.SIGTERM)", 1.5)
    assert done.returncode == -signal.SIGTERM
    assert len(workers) == 2
    assert all_gone(workers)
