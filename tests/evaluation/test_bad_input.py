"""`unhurry evaluate` on recordings and labels as they should not be: one line for each thing, figures for the rest."""

from __future__ import annotations

import gzip
import json
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Evaluated = Callable[..., Any]
Folders = Callable[[str], Any]
Rising = Callable[..., Callable[[float], float]]

GOOD = "start_s,end_s,label,original\n0,1800,rest,sitting\n1800,2100,stress,speech\n"


@pytest.fixture
def person(folder: Folders, rising: Rising) -> Path:
    """One person whose heart rises by 24 from minute 30 to 35."""
    made = folder("one")
    made.describe('heart = "rr"\n')
    made.beats("p1", rising(), 45)
    path: Path = made.path
    return path


def one_set(done: Any) -> Any:
    """Return the only set; whatever was wrong with it, it is JSON without NaN, and nothing else was said."""
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""

    def refuse(word: str) -> None:
        raise AssertionError(f"{word} in the JSON")

    (only,) = json.loads(done.stdout, parse_constant=refuse)["sets"]
    return only


def notes_of(report: Any) -> str:
    return "\n".join(note["why"] for note in report["notes"])


READ_AS_USUAL: dict[str, bytes] = {
    "as it should be": GOOD.encode(),
    "a byte order mark": b"\xef\xbb\xbf" + GOOD.encode(),
    "lines of Windows": GOOD.replace("\n", "\r\n").encode(),
    "every row twice": (GOOD + GOOD.split("\n", 1)[1]).encode(),
    "blank lines": GOOD.replace("\n", "\n\n").encode(),
    "another order and another column": b"note,label,end_s,start_s\nx,rest,1800,0\ny,STRESS,2100,1800\n",
    "semicolons": GOOD.replace(",", ";").encode(),
}


@pytest.mark.parametrize("content", READ_AS_USUAL.values(), ids=READ_AS_USUAL)
def test_labels_are_read_however_they_were_written_down(
    person: Path, evaluated: Evaluated, content: bytes
) -> None:
    (person / "p1.labels.csv").write_bytes(content)
    report = one_set(evaluated("evaluate", person, "--json"))
    found = report["as_it_is"]
    assert report["notes"] == []
    assert found["stress_spans"] == {"all": 1, "responders": 1, "fresh_responders": 1}
    assert found["detectors"]["unhurry"]["told"]["all"] == {"value": 1, "low": None, "high": None, "n": 1}
    rest = found["detectors"]["unhurry"]["false_alarms"]["rest"]
    assert rest["hours"] == pytest.approx(0.5, abs=0.001)
    assert rest["stretches_with_alarm"]["n"] == 1


ODD_BUT_USABLE: dict[str, tuple[str, str, int]] = {
    "the end before the start": (
        GOOD + "900,300,rest,x\n",
        "1 of 3 labels lie outside of it or have no length",
        1,
    ),
    "no length": (GOOD + "900,900,stress,x\n", "1 of 3 labels lie outside of it or have no length", 1),
    "far outside": (GOOD + "90000,90300,stress,x\n", "1 of 3 labels lie outside of it", 1),
    "wholly before it": (GOOD + "-900,-300,stress,x\n", "1 of 3 labels lie outside of it", 1),
    "partly before it": (GOOD.replace("0,1800,", "-600,1800,"), "", 1),
    "stress within stress": (GOOD + "1850,2000,stress,x\n", "", 1),
    "rest within stress": (GOOD + "1850,2000,rest,x\n", "", 1),
    "a word we do not know": (GOOD + "2200,2400,gardening,x\n", "`gardening` is no label we know", 1),
    "a slip in the word": (GOOD.replace("stress", "stres"), "`stres` is no label we know", 0),
    "only its first line": (GOOD.split("\n", 1)[0], "its file of labels has none: only its states count", 0),
    "no quiet time": ("start_s,end_s,label\n1800,2100,stress\n", "no quiet time: nobody can be called", 1),
}


@pytest.mark.parametrize(("content", "note", "spans"), ODD_BUT_USABLE.values(), ids=ODD_BUT_USABLE)
def test_odd_labels_are_remarked_on_and_the_rest_counts(
    person: Path, evaluated: Evaluated, content: str, note: str, spans: int
) -> None:
    (person / "p1.labels.csv").write_text(content, encoding="utf-8")
    report = one_set(evaluated("evaluate", person, "--json"))
    assert report["left_out"] == []
    assert note in notes_of(report)
    assert bool(note) == bool(report["notes"])
    assert report["as_it_is"]["stress_spans"]["all"] == spans
    assert report["as_it_is"]["hours"] == pytest.approx(0.75, abs=0.01)


def test_no_alarm_is_false_twice_where_labels_overlap(
    folder: Folders, rising: Rising, evaluated: Evaluated
) -> None:
    made = folder("overlapping")
    made.beats("p1", rising(), 60)
    made.labels(
        "p1",
        [(0, 2400, "rest"), (1200, 3600, "rest", "lying"), (1200, 3600, "baseline"), (3000, 3600, "sleep")],
    )
    alarms = one_set(evaluated("evaluate", made.path, "--json"))["as_it_is"]["detectors"]["unhurry"][
        "false_alarms"
    ]
    assert (alarms["awake_at_rest"]["alarms"], alarms["awake_at_rest"]["hours"]) == (
        1,
        pytest.approx(50 / 60, abs=0.01),
    )
    assert (alarms["rest"]["alarms"], alarms["rest"]["hours"]) == (1, pytest.approx(50 / 60, abs=0.01))
    assert alarms["sleep"]["hours"] == pytest.approx(10 / 60, abs=0.01)


REFUSED: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "p1.labels.csv: the file is empty"),
    "a word for a number": (GOOD.replace("2100", "later").encode(), "p1.labels.csv, line 3: start_s and end_s"),
    "a number that is none": (GOOD.replace("2100", "nan").encode(), "p1.labels.csv, line 3: a label needs"),
    "an endless time": (GOOD.replace("2100", "inf").encode(), "p1.labels.csv, line 3: a label needs"),
    "no label": (GOOD.replace("stress", " ").encode(), "p1.labels.csv, line 3: a label needs a name"),
    "half a line": (GOOD.encode() + b"2200,2300\n", "p1.labels.csv, line 4: start_s and end_s"),
    "no such column": (GOOD.replace("label,", "state,").encode(), "p1.labels.csv, line 1: no column `label`"),
    "no first line": (GOOD.split("\n", 1)[1].encode(), "p1.labels.csv, line 1: no column `start_s`"),
    "not text": (b"start_s,end_s,label\n0,1\x00,rest\n", "p1.labels.csv, line 2: holds a NUL byte"),
    "another alphabet": (GOOD.encode("utf-16"), "p1.labels.csv, line 1: "),
}  # fmt: skip


@pytest.mark.parametrize(("content", "why"), REFUSED.values(), ids=REFUSED)
def test_labels_that_cannot_be_understood_leave_out_their_recording_and_no_other(
    person: Path, folder: Folders, rising: Rising, evaluated: Evaluated, content: bytes, why: str
) -> None:
    (person / "p1.labels.csv").write_bytes(content)
    alone = evaluated("evaluate", person)
    assert (alone.returncode, alone.stdout, alone.stderr.count("\n")) == (1, "", 1)
    assert why in alone.stderr

    (person / "p2.rr.csv.gz").write_bytes((person / "p1.rr.csv.gz").read_bytes())
    (person / "p2.labels.csv").write_text(GOOD, encoding="utf-8")
    report = one_set(evaluated("evaluate", person, "--json", "--jobs", 1))
    (out,) = report["left_out"]
    assert out["name"] == "p1"
    assert why in out["why"]
    assert report["as_it_is"]["stress_spans"]["responders"] == 1


def test_damaged_packed_labels_leave_out_their_recording(person: Path, evaluated: Evaluated) -> None:
    (person / "p1.labels.csv.gz").write_bytes(gzip.compress(GOOD.encode() * 50)[:40])
    done = evaluated("evaluate", person)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "p1.labels.csv.gz: the gzip is damaged or cut short" in done.stderr


MOTION = 'heart = "rr"\n[motion]\nstill_below = 20\nmoving_from = 48\n'
DESCRIPTIONS: dict[str, tuple[str, int, str]] = {
    "with a byte order mark": ("\ufeff" + MOTION, 0, ""),
    "without": ("", 0, "movement left aside: no dataset.toml says"),
    "levels the wrong way round": (MOTION.replace("20", "90"), 0, "movement left aside"),
    "a word for a level": (MOTION.replace("20", '"low"'), 0, "movement left aside"),
    "a level that is no number": (MOTION.replace("20", "nan"), 0, "movement left aside"),
    "no TOML": ("heart = \n", 1, "dataset.toml: cannot be read (Invalid value"),
    "a heart of another kind": ("heart = 3\n", 1, 'dataset.toml: `heart` must be "rr" or "hr"'),
    "a list for movement": ("motion = [1]\n", 1, "dataset.toml: `motion` must be a section"),
    "a word for the order": (
        '[sequence]\norder = "maths"\n',
        1,
        "`order` in [sequence] must be a list of names",
    ),
    "a column that is not there": (
        MOTION + 'column = "steps"\n',
        1,
        "p1.acc.csv.gz, line 1: no column `steps`",
    ),
    "a heart that is not there": ('heart = "hr"\n', 1, "there is no p1.hr.csv.gz"),
}


@pytest.mark.parametrize(("content", "code", "words"), DESCRIPTIONS.values(), ids=DESCRIPTIONS)
def test_an_odd_description_of_a_set_is_one_line(
    folder: Folders, rising: Rising, evaluated: Evaluated, content: str, code: int, words: str
) -> None:
    made = folder("described")
    made.describe(content)
    made.beats("p1", rising(), 45)
    made.motion("p1", lambda s: 5, 45)
    made.labels("p1", [(0, 1800, "rest"), (1800, 2100, "stress")])
    done = evaluated("evaluate", made.path, "--json")
    assert done.returncode == code
    if code:
        assert done.stderr.count("\n") == 1
        assert words in done.stderr
    else:
        report = one_set(done)
        assert words in notes_of(report)
        known = report["as_it_is"]["detectors"]["unhurry"]["false_alarms"]["rest"]["free_of_locomotion"]
        assert (known is None) == bool(words)


def recording(rr_ms: Callable[[int], float], seconds: float, from_s: float = 0.0) -> str:
    rows, t_s = ["t_s,rr_ms"], from_s
    while t_s < from_s + seconds:
        rr = rr_ms(len(rows))
        t_s += rr / 1000
        rows.append(f"{t_s:.3f},{rr:.1f}")
    return "\n".join(rows) + "\n"


NOTHING_TO_MEASURE: dict[str, tuple[str, str]] = {
    "one beat": ("t_s,rr_ms\n0.8,800\n", ""),
    "a second": ("t_s,rr_ms\n0.4,800\n1.0,600\n", ""),
    "500 beats at once": ("t_s,rr_ms\n" + "5,800\n" * 500, ""),
    "hearts of mice": (recording(lambda i: 110, 1200), "no heart rate in it that could be one"),
    "hearts of whales": (recording(lambda i: 6000, 1200), "no heart rate in it that could be one"),
    "a heart without variation": (recording(lambda i: 800, 2400), ""),
    "a start before zero": (recording(lambda i: 800 + i % 7, 2400, -300), ""),
}


@pytest.mark.parametrize(("content", "note"), NOTHING_TO_MEASURE.values(), ids=NOTHING_TO_MEASURE)
def test_a_recording_in_which_nothing_happens_has_nulls_and_no_events(
    folder: Folders, evaluated: Evaluated, tmp_path: Path, content: str, note: str
) -> None:
    made = folder("odd")
    (made.path / "p1.rr.csv").write_text(content, encoding="utf-8")
    made.labels("p1", [(0, 600, "rest"), (600, 1200, "stress")])
    picture = tmp_path / "figures.svg"
    report = one_set(evaluated("evaluate", made.path, "--json", "--plot", picture))
    assert note in notes_of(report)
    assert "nan" not in picture.read_text(encoding="utf-8")
    ours = report["as_it_is"]["detectors"]["unhurry"]
    assert ours["told"]["all"]["value"] in {None, 0}
    assert ours["latency_s"]["median"] == {"value": None, "low": None, "high": None, "n": 0}
    assert all(of["alarms"] == 0 for of in ours["false_alarms"].values())
    assert report["as_it_is"]["stress_spans"]["responders"] == 0


def test_heart_rates_that_are_all_zero_are_no_wear(folder: Folders, evaluated: Evaluated) -> None:
    made = folder("off")
    made.describe('heart = "hr"\n')
    made.rates("p1", lambda s: 0.0, 40)
    made.labels("p1", [(0, 1200, "rest"), (1200, 2400, "stress")])
    report = one_set(evaluated("evaluate", made.path, "--json"))
    assert "no heart rate in it that could be one" in notes_of(report)
    assert report["as_it_is"]["hours"] == 0
    assert report["as_it_is"]["judged_share"]["value"] is None
    assert "variability_dip" not in report["as_it_is"]["detectors"]
    assert set(report["as_it_is"]["minutes_by_state"]) == {"off_body"}


@pytest.mark.skipif(sys.platform == "win32", reason="peak memory is asked of POSIX's getrusage")
@pytest.mark.parametrize("dense", [False, True], ids=["a sparse week", "two dense days"])
def test_long_recordings_stay_within_sane_memory(folder: Folders, dense: bool) -> None:
    made = folder("long")
    noise = random.Random(1)
    if dense:
        text = recording(lambda i: 850 + noise.gauss(0, 25), 2 * 86_400)
    else:
        times = (hour * 3600 + beat * 0.8 for hour in range(0, 7 * 24, 6) for beat in range(1, 4))
        text = "t_s,rr_ms\n" + "".join(f"{t_s:.1f},800\n" for t_s in times)
    (made.path / "p1.rr.csv").write_text(text, encoding="utf-8")
    made.labels("p1", [(0, 40_000, "rest"), (50_000, 50_600, "stress")])
    measured = """
import resource, sys
from unhurry.command import main
import unhurry.daemon.evaluation, unhurry.daemon.evaluation.as_text, unhurry.daemon.evaluation.picture
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    main()
finally:
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(grown // (1024 if sys.platform == "linux" else 1024 * 1024), file=sys.stderr)
"""
    command = [sys.executable, "-c", measured, "evaluate", str(made.path), "--json", "--jobs", "1"]
    paths = {"PYTHONPATH": ":".join(sys.path), "HOME": str(made.path), "UNHURRY_DB": str(made.path / "x.db")}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=paths)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["sets"][0]["recordings"] == 1
    # The ten columns of a week of seconds are 45 MB; as Python's floats, all at once, they would be 350.
    assert int(done.stderr) < 200, f"{done.stderr} MB more than without a recording"
