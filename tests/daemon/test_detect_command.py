"""`unhurry detect` from outside: the contract's lines, and one clear line for whatever is wrong."""

from __future__ import annotations

import gzip
import io
import itertools
import json
import math
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from unhurry.command import main

DATA = Path(__file__).parents[2].parent / "shared" / "data"
needs_data = pytest.mark.skipif(
    not DATA.is_dir(), reason="recordings of real people are not beside the project (../shared/data)"
)


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


def unhurry(*arguments: object) -> Done:
    """Run the command line in this process, as the installed script would."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["unhurry", *map(str, arguments)])
        try:
            main()
        except SystemExit as left:
            return Done(int(left.code or 0), out.getvalue(), err.getvalue())
    return Done(0, out.getvalue(), err.getvalue())


def lines(*arguments: object) -> list[dict[str, Any]]:
    done = unhurry("detect", *arguments, "--json")
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def written(path: Path, *, minutes: int = 40, rise_bpm: float = 22.0, at_s: float = 1500.0) -> Path:
    """Write a recording in which the heart rises once, and stillness beside it."""
    rng = np.random.default_rng(1)
    rows, t_s = ["t_s,rr_ms"], 0.0
    while t_s < minutes * 60:
        since = t_s - at_s
        rise = (
            rise_bpm * min(1, since / 15)
            if 0 <= since < 240
            else rise_bpm * math.exp(-(since - 240) / 45)
            if since >= 240
            else 0
        )
        rr_ms = 60_000 / (66 + rise + rng.normal(0, 1))
        t_s += rr_ms / 1000
        rows.append(f"{t_s:.3f},{rr_ms:.0f}")
    with gzip.open(path / "made.rr.csv.gz", "wt") as file:
        file.write("\n".join(rows) + "\n")
    with gzip.open(path / "made.acc.csv.gz", "wt") as file:
        file.write("t_s,act\n" + "".join(f"{s},5\n" for s in range(minutes * 60)))
    (path / "dataset.toml").write_text(
        'heart = "rr"\n[motion]\ncolumn = "act"\nstill_below = 20\nmoving_from = 48\n'
    )
    return path / "made.rr.csv.gz"


def test_the_lines_are_those_of_the_contract(tmp_path: Path) -> None:
    file = written(tmp_path)
    found = lines(file, "--motion", tmp_path / "made.acc.csv.gz", "--scores", 60)
    kinds = [line["type"] for line in found]
    assert kinds == sorted(kinds, key=["event", "decision", "minute", "score", "summary"].index)
    event = next(line for line in found if line["type"] == "event")
    assert set(event) == {
        "type", "id", "start_s", "confirmed_s", "peak_s", "end_s", "hr_peak_bpm", "hr_baseline_bpm", "score_peak",
        "confidence",
    }  # fmt: skip
    assert event["id"] == 1
    assert 1500 < event["start_s"] < event["confirmed_s"] < 1575
    decision = next(line for line in found if line["type"] == "decision")
    assert decision == {
        "type": "decision", "t_s": event["confirmed_s"], "event": 1, "decision": "held", "reason": "low_confidence",
    }  # fmt: skip
    summary = found[-1]
    assert (
        0.95 * summary["beats"] < summary["beats_ok"] <= summary["beats"] - 2
    )  # the last two get no verdict
    assert summary["samples"] == 0
    assert summary["events"] == 1
    assert summary["hours"] == pytest.approx(40 / 60, abs=0.01)
    assert sum(summary["minutes_by_state"].values()) == sum(kind == "minute" for kind in kinds)
    scores = [line for line in found if line["type"] == "score"]
    assert all(line["t_s"] % 60 == 0 for line in scores)
    assert [line["score"] is None for line in scores if line["state"] == "warming_up"] == [True] * 10


def test_cutting_the_file_right_after_an_event_was_confirmed_still_shows_it(tmp_path: Path) -> None:
    file = written(tmp_path)
    event = next(line for line in lines(file) if line["type"] == "event")
    rows = gzip.decompress(file.read_bytes()).decode().splitlines()
    kept = [row for row in rows[1:] if float(row.split(",")[0]) <= event["confirmed_s"]]
    cut = tmp_path / "cut.rr.csv"
    cut.write_text("\n".join([rows[0], *kept]) + "\n")
    again = next(line for line in lines(cut) if line["type"] == "event")
    assert (again["start_s"], again["confirmed_s"], again["end_s"]) == (
        event["start_s"],
        event["confirmed_s"],
        None,
    )
    shorter = tmp_path / "shorter.rr.csv"
    shorter.write_text("\n".join([rows[0], *kept[:-1]]) + "\n")
    assert all(line["type"] != "event" for line in lines(shorter))


def test_quiet_hours_apply_when_the_time_of_day_is_known(tmp_path: Path) -> None:
    file = written(tmp_path)
    by_night = lines(file, "--motion", tmp_path / "made.acc.csv.gz", "--start", "2026-03-12T23:00+01:00")
    assert [line["reason"] for line in by_night if line["type"] == "decision"] == ["quiet_hours"]


def test_a_parameter_can_be_changed_and_a_wrong_one_is_named(tmp_path: Path) -> None:
    file = written(tmp_path)
    assert lines(file, "--set", "alone_on_rise_bpm=40")[-1]["events"] == 0
    for wrong, word in (("nonsense=1", "nonsense"), ("on_score=high", "high"), ("on_score", "no value")):
        done = unhurry("detect", file, "--set", wrong)
        assert done.returncode == 2
        assert word in done.stderr
        assert "Traceback" not in done.stderr


def test_heart_rate_alone_is_counted_as_samples(tmp_path: Path) -> None:
    file = tmp_path / "wrist.hr.csv"
    file.write_text("t_s,hr_bpm\n" + "".join(f"{s},{66 if s < 1500 else 90}\n" for s in range(2400)))
    found = lines(file)
    assert (found[-1]["beats"], found[-1]["beats_ok"], found[-1]["samples"]) == (0, 0, 2400)
    assert found[-1]["events"] == 1
    assert all(line["rmssd_ms"] is None for line in found if line["type"] == "minute")


BAD: dict[str, tuple[bytes, str]] = {
    "empty.csv": (b"", "empty"),
    "columns.csv": (b"time,beat\n1,2\n", "t_s"),
    "text.csv": (b"t_s,rr_ms\n0.8,800\n1.6,oops\n", "line 3"),
    "nan.csv": (b"t_s,rr_ms\n0.8,800\n1.6,nan\n", "line 3"),
    "negative.csv": (b"t_s,rr_ms\n0.8,-800\n", "line 2"),
    "absurd.csv": (b"t_s,rr_ms\n0.8,800\n1.6,99999999\n", "line 3"),
    "backwards.csv": (b"t_s,rr_ms\n5.0,800\n1.0,800\n", "line 3"),
    "cut.csv.gz": (gzip.compress(b"t_s,rr_ms\n" + b"0.8,800\n" * 4000)[:60], "gz"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_cannot_be_used_is_one_clear_line_with_its_place(tmp_path: Path, name: str) -> None:
    content, word = BAD[name]
    file = tmp_path / name
    file.write_bytes(content)
    done = unhurry("detect", file, "--json")
    assert done.returncode == 1
    assert done.stdout == ""
    assert name in done.stderr
    assert word in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_missing_file_and_a_wrong_option_are_told_apart(tmp_path: Path) -> None:
    missing = unhurry("detect", tmp_path / "nowhere.csv")
    assert missing.returncode == 1
    assert "nowhere.csv" in missing.stderr
    assert unhurry("detect", "--nonsense").returncode == 2
    assert unhurry("detect", written(tmp_path), "--scores", 10).returncode == 2


def test_a_reader_who_leaves_early_causes_no_complaint(tmp_path: Path) -> None:
    file = written(tmp_path)
    command = [sys.executable, "-m", "unhurry.command", "detect", str(file), "--json", "--scores", "1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        assert json.loads(running.stdout.readline())["type"] == "event"
        running.stdout.close()
        assert running.stderr.read() == ""
    assert running.returncode == 0


@needs_data
def test_a_day_of_a_real_person_prints_the_contracts_lines() -> None:
    found = lines(DATA / "mmash" / "u03.rr.csv.gz", "--motion", DATA / "mmash" / "u03.acc.csv.gz")
    summary = found[-1]
    assert summary["beats"] == 83_965
    assert summary["hours"] == pytest.approx(24.7, abs=0.1)
    assert summary["beats_ok"] > 0.95 * summary["beats"]
    minutes = [line for line in found if line["type"] == "minute"]
    assert len(minutes) == sum(summary["minutes_by_state"].values())
    assert [b["start_s"] - a["start_s"] for a, b in itertools.pairwise(minutes)] == [60] * (len(minutes) - 1)


@needs_data
@pytest.mark.parametrize("name", ["mmash/u03", "h10_workout/w01"])
def test_real_recordings_cut_right_after_a_confirmation_still_show_the_event(
    tmp_path: Path, name: str
) -> None:
    file = DATA / f"{name}.rr.csv.gz"
    whole = lines(file)
    events = [line for line in whole if line["type"] == "event"]
    assert events
    rows = gzip.decompress(file.read_bytes()).decode().splitlines()
    event = events[len(events) // 2]
    kept = [row for row in rows[1:] if float(row.split(",")[0]) <= event["confirmed_s"]]
    cut = tmp_path / "cut.rr.csv"
    cut.write_text("\n".join([rows[0], *kept]) + "\n")
    last = [line for line in lines(cut) if line["type"] == "event"][-1]
    assert (last["start_s"], last["confirmed_s"]) == (event["start_s"], event["confirmed_s"])
