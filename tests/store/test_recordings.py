"""Files of beats, heart rates and movement, as other programs write them, good and bad."""

from __future__ import annotations

import gzip
import math
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unhurry.config import InputError, UsageError
from unhurry.signal.records import Kind, MotionLevels
from unhurry.store.formats import find_motion, read_recording
from unhurry.store.formats import table as table_module

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
needs_data = pytest.mark.skipif(
    not DATA.is_dir(), reason="the labelled recordings (../shared/data) are not here"
)

LEVELS = MotionLevels(still_below=10.0, moving_from=60.0)


def written(path: Path, text: str | bytes) -> Path:
    data = text.encode() if isinstance(text, str) else text
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


# What is read


@pytest.mark.parametrize("name", ["a.rr.csv", "a.rr.csv.gz"])
def test_beats_come_with_arrivals_in_milliseconds_and_intervals_in_1024ths(tmp_path: Path, name: str) -> None:
    recording = read_recording(written(tmp_path / name, "t_s,rr_ms\n0.615,615\n1.227,612\n"))
    assert recording.arrivals.arrival_ms.tolist() == [615, 1227]
    assert recording.arrivals.value.tolist() == [round(615 * 1.024), round(612 * 1.024)]
    assert set(recording.arrivals.kind.tolist()) == {Kind.BEAT}
    assert (recording.beats, recording.samples, recording.heart) == (2, 0, "rr")
    assert (recording.name, recording.motion_levels, recording.start) == ("a", None, None)


def test_a_heart_rate_file_gives_samples_and_no_beats(tmp_path: Path) -> None:
    recording = read_recording(written(tmp_path / "w.hr.csv", "hr_bpm,t_s\n83,10.0\n0,11.0\n72.7,12\n"))
    assert (recording.beats, recording.samples, recording.heart) == (0, 3, "hr")
    assert set(recording.arrivals.kind.tolist()) == {Kind.HEART_RATE}
    assert recording.arrivals.value.tolist() == [83.0, 0.0, 72.7]


def test_extra_columns_quotes_blank_lines_and_spaces_do_not_matter(tmp_path: Path) -> None:
    text = 'beat, RR_ms ,"t_s",note\n\nN,861,1.597,"a, b"\nV, 836 ,2.433,\n\n\n  \n'
    assert read_recording(written(tmp_path / "r.csv", text)).arrivals.arrival_ms.tolist() == [1597, 2433]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_byte_order_marks_and_line_endings_of_all_systems_are_read(tmp_path: Path, ending: str) -> None:
    text = ending.join(["\ufefft_s,rr_ms", "0.8,800", "1.6,800", ""])
    assert read_recording(written(tmp_path / "r.csv", text)).arrivals.arrival_ms.tolist() == [800, 1600]


def test_semicolons_bring_decimal_commas(tmp_path: Path) -> None:
    recording = read_recording(written(tmp_path / "r.csv", "t_s;rr_ms;text\n0,8;800,5;a\n1.6;799;b\n"))
    assert recording.arrivals.arrival_ms.tolist() == [800, 1600]
    assert recording.arrivals.value.tolist() == [round(800.5 * 1.024), round(799 * 1.024)]


@pytest.mark.parametrize("text", ["812\n804\n796.0\n", "0.812\n0.804\n0.796\n", "\ufeff812\r\n804\r\n796"])
def test_rr_text_in_either_unit_becomes_beats_one_after_the_other(tmp_path: Path, text: str) -> None:
    recording = read_recording(written(tmp_path / "rr.txt", text))
    assert recording.arrivals.arrival_ms.tolist() == [812, 1616, 2412]
    assert recording.arrivals.value.tolist() == [round(rr_ms * 1.024) for rr_ms in (812, 804, 796)]


@pytest.mark.parametrize(
    "name", ["2024-05-06 07-01-02.txt", "elite_20240506_070102.txt", "2024-05-06T07:01:02 RR.txt"]
)
def test_rr_text_takes_its_start_from_the_file_name(tmp_path: Path, name: str) -> None:
    start = read_recording(written(tmp_path / name, "812\n804\n")).start
    assert start == datetime(2024, 5, 6, 7, 1, 2).astimezone()


def test_digits_that_are_no_date_give_no_start(tmp_path: Path) -> None:
    assert read_recording(written(tmp_path / "2024-13-40 27-01-02.txt", "812\n")).start is None


def test_times_are_rounded_up_so_that_none_is_later_than_its_arrival(tmp_path: Path) -> None:
    recording = read_recording(
        written(tmp_path / "r.csv", "t_s,rr_ms\n-0.7641,800\n0.0001,800\n1.0010001,800\n")
    )
    assert recording.arrivals.arrival_ms.tolist() == [-764, 1, 1002]


def test_movement_is_merged_before_the_beat_of_the_same_moment(tmp_path: Path) -> None:
    written(tmp_path / "dataset.toml", '[motion]\ncolumn = "mad"\nstill_below = 20.0\nmoving_from = 48\n')
    motion = written(tmp_path / "a.acc.csv", "t_s,act,mad\n0,1,5.5\n1,1,60\n2,1,7\n")
    beats = written(tmp_path / "a.rr.csv.gz", "t_s,rr_ms\n1,900\n1,900\n1.9,900\n")
    recording = read_recording(beats, motion=motion)
    arrivals = recording.arrivals
    assert arrivals.arrival_ms.tolist() == [0, 1000, 1000, 1000, 1900, 2000]
    assert arrivals.kind.tolist() == [Kind.MOTION, Kind.MOTION, Kind.BEAT, Kind.BEAT, Kind.BEAT, Kind.MOTION]
    assert arrivals.value[[0, 1, 5]].tolist() == [5.5, 60.0, 7.0]
    assert recording.motion_levels == MotionLevels(20.0, 48.0)
    assert (recording.beats, recording.samples) == (3, 0)


def test_levels_handed_in_win_over_the_dataset_file(tmp_path: Path) -> None:
    written(tmp_path / "dataset.toml", "[motion]\nstill_below = 20.0\nmoving_from = 48.0\n")
    motion = written(tmp_path / "a.acc.csv", "t_s,act\n0,1\n")
    beats = written(tmp_path / "a.rr.csv", "t_s,rr_ms\n1,900\n")
    assert read_recording(beats, motion=motion, levels=LEVELS).motion_levels == LEVELS


def test_movement_is_found_beside_the_beats(tmp_path: Path) -> None:
    beats = tmp_path / "u.x.rr.csv.gz"
    assert find_motion(beats) is None
    plain = written(tmp_path / "u.x.acc.csv", "t_s,act\n")
    assert find_motion(beats) == plain
    packed = written(tmp_path / "u.x.acc.csv.gz", "t_s,act\n")
    assert find_motion(beats) == find_motion(tmp_path / "u.x.hr.csv") == packed
    assert find_motion(tmp_path / "u.x.csv") is None


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(st.tuples(st.integers(0, 5_000), st.integers(1, 600_000)), min_size=1, max_size=200),
    start_ms=st.integers(-10_000, 10_000_000),
    swapped=st.booleans(),
    delimiter=st.sampled_from([",", ";", "\t"]),
    ending=st.sampled_from(["\n", "\r\n"]),
    packed=st.booleans(),
)
def test_what_is_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[int, int]],
    start_ms: int,
    swapped: bool,
    delimiter: str,
    ending: str,
    packed: bool,
) -> None:
    t_ms = start_ms + np.cumsum([step for step, _ in rows])
    cells = [("t_s", "rr_ms"), *((f"{t / 1000:.3f}", str(rr)) for t, (_, rr) in zip(t_ms, rows, strict=True))]
    if delimiter == ";":
        cells = [(a.replace(".", ","), b) for a, b in cells]
    text = ending.join(delimiter.join(reversed(row) if swapped else row) for row in cells)
    path = tmp_path_factory.mktemp("round") / ("r.csv.gz" if packed else "r.csv")
    arrivals = read_recording(written(path, text)).arrivals
    assert arrivals.arrival_ms.tolist() == t_ms.tolist()
    assert arrivals.value.tolist() == [max(1, round(rr * 1.024)) for _, rr in rows]


# What is refused, in one line that says where

GOOD = "t_s,rr_ms\n1,900\n2,900\n3,900\n"

BAD = {
    "empty file": ("", "the file is empty"),
    "blank lines only": ("\n\r\n  \n", "the file is empty"),
    "header only": ("t_s,rr_ms\n", "nothing follows the first line"),
    "no header": ("1,900\n2,900\n", "line 1: no column `t_s` and no `rr_ms` (found: 1, 900)"),
    "column missing": ("\n\nt_s,rr\n1,900\n", "line 3: no column `rr_ms` (found: t_s, rr)"),
    "time missing": ("time,hr_bpm\n1,90\n", "line 1: no column `t_s`"),
    "text for a number": ("t_s,rr_ms\n1,900\n\n2,abc\n", "line 4: `abc` is not a number"),
    "an empty cell": ("t_s,rr_ms\n1,900\n2,\n", "line 3: `` is not a number"),
    "a short line": ("t_s,rr_ms\n1,900\n2\n", "line 3: no value for `rr_ms`"),
    "hexadecimal": ("t_s,rr_ms\n1,900\n2,0x384\n", "line 3: `0x384` is not a number"),
    "a comma too many": ("t_s;rr_ms\n1;900\n2,5,5;900\n", "line 3: `2,5,5` is not a number"),
    "nan": ("t_s,rr_ms\n1,900\n\n2,nan\n", "line 4: nan: is not a finite number"),
    "infinite time": ("t_s,rr_ms\n1,900\n-inf,900\n", "line 3: -inf: is not a finite number"),
    "overflow": ("t_s,rr_ms\n1,900\n2,1e999\n", "line 3: inf: is not a finite number"),
    "zero interval": ("t_s,rr_ms\n1,900\n2,0\n", "line 3: 0: an interval must be above 0"),
    "negative interval": ("t_s,rr_ms\n1,900\n2,-5\n", "line 3: -5: an interval must be above 0"),
    "absurd interval": (
        "t_s,rr_ms\n1,900\n2,600001\n",
        "line 3: 600001: an interval must be above 0 and at most 600 s",
    ),
    "negative heart rate": ("t_s,hr_bpm\n1,90\n2,-1\n", "line 3: -1: must be 0 to 300 bpm"),
    "absurd heart rate": ("t_s,hr_bpm\n1,90\n2,301\n", "line 3: 301: must be 0 to 300 bpm"),
    "backwards": ("t_s,rr_ms\n1,900\n3,900\n2.5,900\n", "line 4: 2.5: time runs backwards"),
    "a far time": ("t_s,rr_ms\n40000000,900\n", "line 2: 40000000: time must lie within 100 days"),
    "a far jump": ("t_s,rr_ms\n1,900\n2700000,900\n", "line 3: 2700000: time jumps by more than 7 days"),
    "NUL": ("t_s,rr_ms\n1,900\n2\0,900\n", "line 3: holds a NUL byte"),
    "not UTF-8": (b"t_s,rr_ms\n1,900\n2,\xff\n", "line 3: is not UTF-8 text"),
    "rr text with a word": ("812\n804\nstop\n", "line 3: `stop` is not a number"),
    "rr text, two numbers": ("812\n804 3\n", "line 2: `804 3` is not a number"),
    "rr text, absurd": ("812\n804\n700000\n", "line 3: 700000: an interval must be above 0"),
    "one endless cell": ("x" * 200_000, "line 1: no column `t_s`"),
    "an endless quoted cell": ('t_s,rr_ms,n\n1,a,"' + "x" * 200_000, "line 2: `a` is not a number"),
}


@pytest.mark.parametrize(("content", "expected"), BAD.values(), ids=BAD)
@pytest.mark.parametrize("name", ["bad.csv", "bad.csv.gz"])
def test_a_bad_file_is_refused_in_one_line_that_says_where(
    tmp_path: Path, name: str, content: str | bytes, expected: str
) -> None:
    path = written(tmp_path / name, content)
    with pytest.raises(InputError) as refused:
        read_recording(path)
    message = str(refused.value)
    assert expected in message
    assert str(path) in message
    assert "\n" not in message
    assert len(message) < len(str(path)) + 250
    assert refused.value.advice


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no such file"):
        read_recording(tmp_path / "absent.rr.csv")
    with pytest.raises(InputError, match="is a folder"):
        read_recording(tmp_path)
    beats = written(tmp_path / "a.rr.csv", GOOD)
    with pytest.raises(InputError, match=r"absent\.acc\.csv: there is no such file"):
        read_recording(beats, motion=tmp_path / "absent.acc.csv")


def test_movement_of_another_time_is_refused_in_one_line_that_names_both_files(tmp_path: Path) -> None:
    beats = written(tmp_path / "a.rr.csv", "t_s,rr_ms\n0.9,900\n1.8,900\n")
    near = written(tmp_path / "near.acc.csv", f"t_s,act\n{5 * 86_400},1\n")
    assert len(read_recording(beats, motion=near, levels=LEVELS).arrivals) == 3
    for days in (-40, 40):
        far = written(tmp_path / "far.acc.csv", f"t_s,act\n{days * 86_400},1\n")
        with pytest.raises(InputError, match="more than 7 days apart") as refused:
            read_recording(beats, motion=far, levels=LEVELS)
        message = str(refused.value)
        assert str(beats) in message
        assert str(far) in message
        assert "\n" not in message


def test_a_damaged_gzip_is_refused_wherever_the_damage_is(tmp_path: Path) -> None:
    rows = "".join(f"{n},{800 + n % 97}\n" for n in range(1, 3000))
    whole = gzip.compress(f"t_s,rr_ms\n{rows}".encode())
    flipped_crc = whole[:-8] + bytes([whole[-8] ^ 1]) + whole[-7:]
    for damaged in (
        whole[:-1],
        whole[: len(whole) // 2],
        whole[:12],
        flipped_crc,
        whole[:40] + b"\xff" * 20 + whole[60:],
    ):
        path = tmp_path / "r.csv.gz"
        path.write_bytes(damaged)
        with pytest.raises(InputError, match=r"r\.csv\.gz: the gzip is damaged or cut short"):
            read_recording(path)


def test_a_file_with_too_many_rows_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_module, "MAX_ROWS", 1000)
    rows = [f"{n},900" for n in range(1000)]
    path = written(tmp_path / "r.csv.gz", "\n".join(["t_s,rr_ms", *rows, ""]))
    assert read_recording(path).beats == 1000
    written(path, "\n".join(["t_s,rr_ms", *rows, "1000,900", ""]))
    with pytest.raises(InputError, match="more than 1,000 rows"):
        read_recording(path)


def test_movement_without_known_levels_says_how_to_set_them(tmp_path: Path) -> None:
    beats = written(tmp_path / "a.rr.csv", GOOD)
    motion = written(tmp_path / "a.acc.csv", "t_s,act\n0,1\n")
    for described in (
        None,
        "",
        "[motion]\nstill_below = 1\n",
        '[motion]\nstill_below = "a"\nmoving_from = 2\n',
    ):
        if described is not None:
            written(tmp_path / "dataset.toml", described)
        with pytest.raises(UsageError, match=r"--set motion\.still_below=.* --set motion\.moving_from="):
            read_recording(beats, motion=motion)
    assert read_recording(beats, motion=motion, levels=LEVELS).motion_levels == LEVELS


@pytest.mark.parametrize(
    "levels", [MotionLevels(50.0, 20.0), MotionLevels(0.0, 0.0), MotionLevels(math.nan, 20.0)]
)
def test_levels_that_contradict_each_other_are_refused(tmp_path: Path, levels: MotionLevels) -> None:
    beats = written(tmp_path / "a.rr.csv", GOOD)
    motion = written(tmp_path / "a.acc.csv", "t_s,act\n0,1\n")
    with pytest.raises(UsageError, match="makes no sense"):
        read_recording(beats, motion=motion, levels=levels)


@pytest.mark.parametrize("described", ["[motion\n", "motion = 3\n"])
def test_a_broken_dataset_file_is_named(tmp_path: Path, described: str) -> None:
    beats = written(tmp_path / "a.rr.csv", GOOD)
    motion = written(tmp_path / "a.acc.csv", "t_s,act\n0,1\n")
    written(tmp_path / "dataset.toml", described)
    with pytest.raises(InputError, match=r"dataset\.toml"):
        read_recording(beats, motion=motion, levels=LEVELS)


# Real people


@needs_data
def test_a_real_day_is_read_whole_with_its_movement() -> None:
    path = DATA / "mmash" / "u03.rr.csv.gz"
    motion = find_motion(path)
    assert motion is not None
    recording = read_recording(path, motion=motion)
    with gzip.open(path, "rt") as lines:
        assert recording.beats == sum(1 for _ in lines) - 1
    assert recording.motion_levels == LEVELS
    assert recording.name == "u03"
    arrival_ms = recording.arrivals.arrival_ms
    assert bool((np.diff(arrival_ms) >= 0).all())
    assert 23 * 3600 < (arrival_ms[-1] - arrival_ms[0]) / 1000 < 26 * 3600
    beats = recording.arrivals.value[recording.arrivals.kind == Kind.BEAT]
    assert 500 < np.median(beats) < 1000
    assert bool((beats == np.round(beats)).all())


@needs_data
def test_every_recording_of_the_labelled_sets_is_read() -> None:
    paths = [path for path in sorted(DATA.glob("*/*.csv.gz")) if ".acc." not in path.name]
    assert paths
    for path in paths:
        recording = read_recording(path, motion=find_motion(path))
        assert recording.beats + recording.samples > 0
