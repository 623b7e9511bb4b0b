"""Recordings made by others: files of beats or heart rates, with movement beside them.

In: the path of a CSV file (`t_s,rr_ms` or `t_s,hr_bpm`, plain or gzip) or of RR text as Kubios and Elite HRV
write it (one interval per line), and the path of its movement file. Out: a `Recording`, whose `arrivals` are
what a strap would have sent. Bad input is one InputError with file and line, before anything of it is used.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, cast

import numpy as np

from unhurry.config.errors import InputError, UsageError
from unhurry.signal.records import Arrivals, FloatArray, Int64Array, Kind, MotionLevels

from .table import Table, TextLines, is_number, read_lines, read_single_column, read_table

MAX_RR_MS = 600_000.0
"""Ten minutes: loggers write a whole gap as one interval, but no more than this."""
MAX_HR_BPM = 300.0
MAX_TIME_S = 100 * 86_400.0
MAX_JUMP_S = 7 * 86_400.0
"""Every second from the first row to the last is judged and kept: a file of three rows can ask for years."""
SECONDS_BELOW = 20.0
"""RR text with a median under this is in seconds: no heart beats every 20 ms or every 20 s."""

_SERIES_NAME = re.compile(r"(.+)\.(?:rr|hr)\.csv(?:\.gz)?")
_SUFFIXES = re.compile(r"(\.(rr|hr|csv|txt|gz))+$", re.IGNORECASE)
_START_IN_NAME = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)[ T_-](\d\d)[-:.]?(\d\d)[-:.]?(\d\d)(?!\d)")


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording as it is in its file, in arrival order."""

    arrivals: Arrivals
    beats: int
    """RR intervals read, whatever they are worth; 0 for heart rate alone."""
    samples: int
    """Heart rates read; 0 for RR intervals."""
    heart: Literal["rr", "hr"]
    motion_levels: MotionLevels | None
    """None when no movement was read."""
    start: datetime | None
    """When time 0 was, with offset; only RR text tells, by its file name."""
    name: str
    """The file's name without its endings."""


def read_recording(
    path: Path, *, motion: Path | None = None, levels: MotionLevels | None = None
) -> Recording:
    """Read the beats (or heart rates) at `path` and the movement at `motion`, merged in arrival order.

    A row's arrival is its time, rounded up to a millisecond: no time in the file is later than its arrival.
    On equal arrivals movement comes before the heart. A file with both `rr_ms` and `hr_bpm` is read as RR.

    Parameters
    ----------
    path : Path
    motion : Path, optional
        Movement file; its column (`act` unless said) is named in the `dataset.toml` beside it.
    levels : MotionLevels, optional
        What its numbers mean; without, `dataset.toml` says so.

    Raises
    ------
    InputError
        A file is missing, damaged, empty, lacks a column, or holds what cannot be; names file and line. Or
        the two files lie more than 7 days apart; names both.
    UsageError
        Movement is given, but nothing says from which value on it means moving.
    """
    source = read_lines(path)
    arrival_ms, kind, value, start = _read_heart(source)
    motion_levels = None
    if motion is not None:
        motion_ms, motion_value, motion_levels = _read_motion(motion, levels)
        arrival_ms = np.concatenate((motion_ms, arrival_ms))
        value = np.concatenate((motion_value, value))
        order = np.argsort(arrival_ms, kind="stable")
        kinds = np.full(len(order), kind, dtype=np.int8)
        kinds[: len(motion_ms)] = Kind.MOTION
        arrivals = Arrivals(arrival_ms[order], kinds[order], value[order])
        if (np.diff(arrivals.arrival_ms) > MAX_JUMP_S * 1000).any():
            raise InputError(
                f"{path} and {motion}: the two lie more than 7 days apart.",
                "Give the movement of the same time, or none.",
            )
        rows = len(order) - len(motion_ms)
    else:
        rows = len(arrival_ms)
        arrivals = Arrivals(arrival_ms, np.full(rows, kind, dtype=np.int8), value)
    by_beat = kind is Kind.BEAT
    return Recording(
        arrivals=arrivals,
        beats=rows if by_beat else 0,
        samples=0 if by_beat else rows,
        heart="rr" if by_beat else "hr",
        motion_levels=motion_levels,
        start=start,
        name=_SUFFIXES.sub("", path.name) or path.name,
    )


def find_motion(path: Path) -> Path | None:
    """Return `NAME.acc.csv[.gz]` beside `NAME.rr.csv[.gz]` (or `.hr.`), or None when there is none."""
    if (match := _SERIES_NAME.fullmatch(path.name)) is None:
        return None
    beside = (path.with_name(f"{match[1]}.acc.csv{ending}") for ending in (".gz", ""))
    return next((candidate for candidate in beside if candidate.is_file()), None)


def _read_heart(source: TextLines) -> tuple[Int64Array, Kind, FloatArray, datetime | None]:
    if is_number(source.first_line):
        arrival_ms, value = _read_intervals(source)
        return arrival_ms, Kind.BEAT, value, _start_in(source.path)
    if "rr_ms" not in source.header and "hr_bpm" in source.header:
        table = read_table(source, ("t_s", "hr_bpm"))
        hr_bpm = table.values[:, 1]
        # 0 is what some straps send for "no value": part of the recording, for the pipeline to judge.
        table.refuse_where((hr_bpm < 0) | (hr_bpm > MAX_HR_BPM), 1, f"must be 0 to {MAX_HR_BPM:g} bpm")
        return _arrival_ms(table), Kind.HEART_RATE, hr_bpm.copy(), None
    table = read_table(source, ("t_s", "rr_ms"))
    return _arrival_ms(table), Kind.BEAT, _rr_1024(table, table.values[:, 1], column=1), None


def _read_intervals(source: TextLines) -> tuple[Int64Array, FloatArray]:
    table = read_single_column(source)
    rr_ms = table.values[:, 0]
    if np.median(rr_ms) < SECONDS_BELOW:
        rr_ms = rr_ms * 1000.0
    value = _rr_1024(table, rr_ms, column=0)
    t_s = np.cumsum(rr_ms) / 1000.0
    table.refuse_where(t_s > MAX_TIME_S, 0, "the intervals add up to more than 100 days")
    return _rounded_up_ms(t_s), value


def _read_motion(path: Path, levels: MotionLevels | None) -> tuple[Int64Array, FloatArray, MotionLevels]:
    described = _motion_section(path.with_name("dataset.toml"))
    table = read_table(read_lines(path), ("t_s", str(described.get("column", "act")).lower()))
    if levels is None:
        try:
            levels = MotionLevels(float(described["still_below"]), float(described["moving_from"]))
        except (KeyError, TypeError, ValueError) as error:
            raise UsageError(
                f"{path}: nothing says which movement is still and which is moving.",
                "Add --set motion.still_below=… --set motion.moving_from=…, or a dataset.toml beside it.",
            ) from error
    if not 0 <= levels.still_below <= levels.moving_from or not 0 < levels.moving_from < np.inf:
        raise UsageError(
            f"{path}: still below {levels.still_below:g}, moving from {levels.moving_from:g} makes no sense.",
            "0 <= motion.still_below <= motion.moving_from is needed.",
        )
    return _arrival_ms(table), table.values[:, 1].copy(), levels


def _motion_section(path: Path) -> dict[str, Any]:
    try:
        described = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read ({error}).", "Correct it or move it away.") from error
    section = described.get("motion", {})
    if not isinstance(section, dict):
        raise InputError(f"{path}: `motion` must be a section, [motion].", "Correct it or move it away.")
    return cast("dict[str, Any]", section)


def _arrival_ms(table: Table) -> Int64Array:
    t_s = table.values[:, 0]
    step_s = np.diff(t_s, prepend=t_s[0])
    table.refuse_where(np.abs(t_s) > MAX_TIME_S, 0, "time must lie within 100 days of 0, in seconds")
    table.refuse_where(step_s < 0, 0, "time runs backwards", "Sort the rows by t_s.")
    table.refuse_where(step_s > MAX_JUMP_S, 0, "time jumps by more than 7 days", "Split the recording there.")
    return _rounded_up_ms(t_s)


def _rounded_up_ms(t_s: FloatArray) -> Int64Array:
    # The small allowance keeps 0.615 s, which is 615.0000000000001 ms as a product of floats, at 615 ms.
    return np.ceil(t_s * 1000.0 - 1e-6).astype(np.int64)


def _rr_1024(table: Table, rr_ms: FloatArray, *, column: int) -> FloatArray:
    bad = (rr_ms <= 0) | (rr_ms > MAX_RR_MS)
    table.refuse_where(bad, column, f"an interval must be above 0 and at most {MAX_RR_MS / 1000:g} s")
    return np.maximum(np.round(rr_ms * 1.024), 1.0)  # 1/1024 s is the shortest the beat clock can count


def _start_in(path: Path) -> datetime | None:
    if (match := _START_IN_NAME.search(path.name)) is None:
        return None
    try:
        return datetime.strptime("".join(match.groups()), "%Y%m%d%H%M%S").astimezone()
    except (ValueError, OverflowError, OSError):
        return None  # digits that only look like a date
