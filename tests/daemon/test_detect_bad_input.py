"""`unhurry detect` on recordings nobody would wish for: figures without NaN where there are any, else one line."""

from __future__ import annotations

import gzip
import io
import json
import random
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from unhurry.command import main


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


def detect(*arguments: object) -> Done:
    """Run the command in this process, as the installed script would."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["unhurry", "detect", *map(str, arguments)])
        try:
            main()
        except SystemExit as left:
            return Done(int(left.code or 0), out.getvalue(), err.getvalue())
    return Done(0, out.getvalue(), err.getvalue())


def lines(*arguments: object) -> list[dict[str, Any]]:
    """Return the lines of `--json` with a score for each second, all of them JSON without NaN."""
    done = detect(*arguments, "--json", "--scores", 1)
    assert (done.returncode, done.stderr) == (0, "")

    def refuse(word: str) -> None:
        raise AssertionError(f"{word} in the JSON")

    return [json.loads(line, parse_constant=refuse) for line in done.stdout.splitlines()]


def recording(rr_ms: Callable[[int], float], seconds: float) -> str:
    rows, t_s = ["t_s,rr_ms"], 0.0
    while t_s < seconds:
        rr = rr_ms(len(rows))
        t_s += rr / 1000
        rows.append(f"{t_s:.3f},{rr:.1f}")
    return "\n".join(rows) + "\n"


def written(folder: Path, content: str | bytes, name: str = "odd.rr.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


TOO_SHORT = {
    "one beat": "t_s,rr_ms\n0.8,800\n",
    "one beat at 0": "t_s,rr_ms\n0,800\n",
    "one heart rate": "t_s,hr_bpm\n0.8,70\n",
    "two beats in less than a second": "t_s,rr_ms\n0.1,400\n0.5,400\n",
    "500 beats at once": "t_s,rr_ms\n" + "5,800\n" * 500,
}


@pytest.mark.parametrize("content", TOO_SHORT.values(), ids=TOO_SHORT)
def test_what_is_shorter_than_a_second_is_too_short_for_anything(tmp_path: Path, content: str) -> None:
    file = written(tmp_path, content)
    (summary,) = lines(file)
    assert summary["minutes_by_state"] == {}
    assert summary["hours"] >= 0
    said = detect(file).stdout.splitlines()
    assert said[1] == "  too short for anything to be said about it"
    assert len(said) == 2


def test_a_second_is_told_in_words_for_a_second(tmp_path: Path) -> None:
    file = written(tmp_path, "t_s,rr_ms\n0.4,800\n1.0,600\n")
    found = lines(file)
    assert found[-1]["minutes_by_state"] == {"warming_up": 1}
    assert detect(file).stdout.splitlines() == [
        "odd: 1 second, 2 beats",
        "  no minute of it could be judged",
        "  minutes: warming up 1",
    ]


UNEVENTFUL = {
    "no variation at all": (recording(lambda i: 800, 3600), {"calm"}),
    "the same in heart rates": ("t_s,hr_bpm\n" + "".join(f"{s},70\n" for s in range(3600)), {"calm"}),
    "up all the time": (recording(lambda i: 500 + i % 5, 3600), {"calm"}),
    "hearts of mice": (recording(lambda i: 110, 1200), set()),
    "hearts of whales": (recording(lambda i: 6000, 3600), set()),
    "rates of zero": ("t_s,hr_bpm\n" + "".join(f"{s},0\n" for s in range(3600)), set()),
    "gaps of ten minutes written as intervals": (recording(lambda i: 600_000, 36_000), set()),
}  # fmt: skip


@pytest.mark.parametrize(("content", "judged"), UNEVENTFUL.values(), ids=UNEVENTFUL)
def test_a_heart_without_events_has_none(tmp_path: Path, content: str, judged: set[str]) -> None:
    file = written(tmp_path, content, "odd.csv")
    found = lines(file)
    assert not any(line["type"] == "event" for line in found)
    assert set(found[-1]["minutes_by_state"]) & {"calm", "aroused"} == judged
    assert sum(found[-1]["minutes_by_state"].values()) == sum(line["type"] == "minute" for line in found)
    said = detect(file).stdout
    assert ("no minute of it could be judged" in said) == (not judged)
    assert ("no moment in which the heart sped up" in said) == bool(judged)


def with_ectopic_beats(share: float, rise_bpm: Callable[[float], float]) -> str:
    """Return two hours in which this share of beats comes early, each but the last of a run with no pause after it."""
    chance = random.Random(4)
    rows, t_s, early_by = ["t_s,rr_ms"], 0.0, 0.0
    while t_s < 7200:
        usual = 60_000 / (68 + rise_bpm(t_s)) + chance.gauss(0, 18)
        early = chance.uniform(0.25, 0.4) * usual if chance.random() < share else 0.0
        rr_ms = usual - early + early_by
        early_by = early
        t_s += rr_ms / 1000
        rows.append(f"{t_s:.3f},{rr_ms:.1f}")
    return "\n".join(rows) + "\n"


def test_40_percent_ectopic_beats_are_uneven_and_raise_no_event(tmp_path: Path) -> None:
    """A rise that would be an event on even beats is none here: nobody could tell."""

    def rise_bpm(t_s: float) -> float:
        return 25.0 if 4000 <= t_s < 4600 else 0.0

    even = lines(written(tmp_path, with_ectopic_beats(0.0, rise_bpm), "even.rr.csv"))
    assert even[-1]["events"] == 1
    found = lines(written(tmp_path, with_ectopic_beats(0.4, rise_bpm), "uneven.rr.csv"))
    assert found[-1]["events"] == 0
    minutes = [line["state"] for line in found if line["type"] == "minute"]
    assert minutes[3:].count("uneven") >= 0.9 * len(minutes[3:])


def test_a_recording_without_a_quiet_minute_is_never_judged(tmp_path: Path) -> None:
    file = written(tmp_path, recording(lambda i: 700 + 20 * (i % 3), 3600), "walk.rr.csv")
    motion = written(tmp_path, "t_s,act\n" + "".join(f"{s},200\n" for s in range(3600)), "walk.acc.csv")
    written(tmp_path, "[motion]\nstill_below = 20\nmoving_from = 48\n", "dataset.toml")
    found = lines(file, "--motion", motion)
    assert found[-1]["minutes_by_state"] == {"moving": 60}
    assert all(line["score"] is None for line in found if line["type"] == "score")


SAME = "t_s,rr_ms\n" + "".join(f"{0.8 * i:.1f},800\n" for i in range(1, 2000))
WRITTEN_DIFFERENTLY = {
    "a byte order mark": b"\xef\xbb\xbf" + SAME.encode(),
    "lines of Windows": SAME.replace("\n", "\r\n").encode(),
    "blank lines": SAME.replace("\n", "\n\n").encode(),
    "semicolons and decimal commas": SAME.replace(",", ";").replace(".", ",").encode(),
    "another order and more columns": "\n".join(
        "note," + ",".join(reversed(row.split(","))) for row in SAME.splitlines()
    ).encode(),
    "packed": gzip.compress(SAME.encode()),
}


@pytest.mark.parametrize("content", WRITTEN_DIFFERENTLY.values(), ids=WRITTEN_DIFFERENTLY)
def test_the_same_beats_written_differently_give_the_same_lines(tmp_path: Path, content: bytes) -> None:
    assert lines(written(tmp_path, content)) == lines(written(tmp_path, SAME, "plain.rr.csv"))


REFUSED: dict[str, tuple[str | bytes, str]] = {
    "only the first line": ("t_s,rr_ms\n", "nothing follows the first line"),
    "a row twice as text": ("t_s,rr_ms\n1,800\nt_s,rr_ms\n2,800\n", "line 3: `t_s` is not a number"),
    "times that end before they start": ("t_s,rr_ms\n9,800\n1,800\n", "line 3: 1: time runs backwards"),
    "longer than anybody wears a strap": ("t_s,rr_ms\n1,800\n99999999,800\n", "line 3: 99999999: time must lie within"),
    "two recordings in one": ("t_s,rr_ms\n1,800\n999999,800\n", "line 3: 999999: time jumps by more than 7 days"),
    "a gzip cut short": (gzip.compress(SAME.encode())[:500], "the gzip is damaged or cut short"),
    "a gzip with a flipped bit": (gzip.compress(SAME.encode())[:-6] + b"\0" * 6, "the gzip is damaged"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "line 3: holds a NUL byte"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "why"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_recording_is_one_line_that_says_where(
    tmp_path: Path, content: str | bytes, why: str
) -> None:
    done = detect(written(tmp_path, content), "--json")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "odd.rr.csv" in done.stderr
    assert why in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="peak memory is asked of POSIX's getrusage")
def test_a_week_of_a_few_beats_stays_within_sane_memory(tmp_path: Path) -> None:
    times = (hour * 3600 + beat * 0.8 for hour in range(0, 7 * 24, 6) for beat in range(1, 4))
    file = written(tmp_path, "t_s,rr_ms\n" + "".join(f"{t_s:.1f},800\n" for t_s in times))
    measured = """
import resource, sys
import unhurry.daemon.listening, unhurry.daemon.sources.replay, unhurry.store.formats
from unhurry.command import main
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    main()
finally:
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(grown // (1024 if sys.platform == "linux" else 1024 * 1024), file=sys.stderr)
"""
    command = [sys.executable, "-c", measured, "detect", str(file), "--json"]
    paths = {"PYTHONPATH": ":".join(sys.path), "HOME": str(tmp_path), "UNHURRY_DB": str(tmp_path / "x.db")}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=paths)
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout.splitlines()[-1])
    assert summary["beats"] == 84
    assert sum(summary["minutes_by_state"].values()) == summary["minutes_by_state"]["no_link"]
    # The ten columns of a week of seconds are 45 MB; as Python's floats, all at once, they would be 350.
    assert int(done.stderr) < 200, f"{done.stderr} MB more than without a recording"
