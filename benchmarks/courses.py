"""Heartbeats whose truth is known, and artifacts put into them.

In: the recordings beside the repository. Out: `Course` (beats of one person), `Spoilt` (the same with
artifacts at known places), `Annotated` (beats with the type a cardiologist gave each).

gudb: R peaks annotated to the sample, so every interval is genuine. All tasks of one person one after the
other, ten seconds missing between them (`gudb_joined`), or each task alone (`gudb_alone`), from which a
recording's first 91 beats are taken. mmash: a strap's own intervals, artifacts included; one is known to be
genuine where, before anything is put in, no peer rejects an interval within five of it: the peers choose what
they are judged on. mitdb: annotated beat types; ectopic is what AAMI EC57 groups as supraventricular
(A, a, J, S), ventricular (V, E) and fusion (F); paced and unclassifiable beats (/, f, Q) count neither way.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from subject import RECORDINGS

from unhurry.signal.records import FloatArray, Int64Array

BoolArray = NDArray[np.bool_]

FIBRILLATION = ("r201", "r203", "r210", "r221")
"""Records of mitdb that are mostly atrial fibrillation by the database's own notes (Moody & Mark 2001): their
normally conducted beats are annotated N, and no two intervals are alike.
"""
_SEQUENCE = ("sitting", "maths", "sitting", "walking", "sitting", "hand_bike", "jogging")
_BETWEEN_MS = 10_000
_GAP_MS = 1500.0
_NIGHT_AND_DAY = (0.25, 0.60)
"""Where in a mmash recording, as share of its beats, the two stretches begin,"""
_STRETCH = 2000
"""and their length in beats."""
_PREMATURE = (0.2, 0.4)
"""How early an early beat is, as share of the interval; the pause after it makes up for it in full."""
_SPLIT = (0.3, 0.7)
"""Where in an interval the false beat is."""


@dataclass(frozen=True, slots=True)
class Course:
    """`n` intervals of one person, each ending at a beat. All arrays have shape (n,)."""

    person: str
    t_ms: Int64Array
    rr_ms: FloatArray
    known: BoolArray
    """Known to be genuine."""

    def __len__(self) -> int:
        return len(self.rr_ms)


@dataclass(frozen=True, slots=True)
class Spoilt:
    """A course with `k` artifacts put in; those touch the intervals `first` to `last`. Shapes (k,)."""

    course: Course
    first: Int64Array
    last: Int64Array


@dataclass(frozen=True, slots=True)
class Annotated:
    """A course with the type of each beat."""

    course: Course
    beat: NDArray[np.str_]

    @property
    def ectopic(self) -> BoolArray:
        """Which beats did not come from the sinus node in their time."""
        return np.isin(self.beat, list("AaJSVEF"))

    @property
    def unclear(self) -> BoolArray:
        """Which beats count neither way."""
        return np.isin(self.beat, list("/fQ"))


def gudb_people() -> list[str]:
    """Return the people of gudb, in order; none where the recordings are absent."""
    return sorted({path.name[:3] for path in (RECORDINGS / "gudb").glob("*.rr.csv.gz")})


def gudb_joined(person: str) -> Course:
    """Return the tasks of one person, one after the other."""
    parts = [_read(path) for task in _SEQUENCE if (path := _gudb(person, task)).is_file()]
    ends = np.cumsum([0, *(int(t_ms[-1]) + _BETWEEN_MS for t_ms, _ in parts)])
    t_ms = np.concatenate([part[0] + begin for part, begin in zip(parts, ends[:-1], strict=True)])
    rr_ms = np.concatenate([part[1] for part in parts])
    return Course(person, t_ms, rr_ms, np.ones(len(rr_ms), np.bool_))


def gudb_alone(person: str, count: int) -> Iterator[Course]:
    """Yield the first `count` beats of each task of one person, and the eight that begin the next."""
    for task in sorted(set(_SEQUENCE)):
        if (path := _gudb(person, task)).is_file():
            t_ms, rr_ms = _read(path)
            part = slice(count + 8)
            yield Course(person, t_ms[part], rr_ms[part], np.ones(len(rr_ms[part]), np.bool_))


def mmash_stretches(rejected_by_peers: Callable[[Course], BoolArray]) -> Iterator[Course]:
    """Yield a stretch of each night and of each day; what is known is what the peers do not reject."""
    for path in sorted((RECORDINGS / "mmash").glob("*.rr.csv.gz")):
        t_ms, rr_ms = _read(path)
        for share in _NIGHT_AND_DAY:
            begin = int(share * len(rr_ms))
            part = slice(begin, begin + _STRETCH)
            course = Course(path.name[:3], t_ms[part], rr_ms[part], np.ones(_STRETCH, np.bool_))
            doubted = np.convolve(rejected_by_peers(course), np.ones(11), "same") > 0
            yield replace(course, known=~doubted)


def mitdb_records() -> Iterator[Annotated]:
    """Yield the records of mitdb."""
    for path in sorted((RECORDINGS / "mitdb").glob("*.rr.csv.gz")):
        t_ms, rr_ms = _read(path)
        beat = np.loadtxt(path, delimiter=",", skiprows=1, usecols=2, dtype=np.str_)
        yield Annotated(Course(path.name[:4], t_ms, rr_ms, np.ones(len(rr_ms), np.bool_)), beat)


def slow_breath(mean_bpm: float) -> Course:
    """Return half an hour of a simulated heart that swings by 36 bpm, six times a minute."""
    rr_ms: list[float] = []
    t_s = 0.0
    while t_s < 1800:
        rr_ms.append(60_000 / (mean_bpm + 18 * math.sin(2 * math.pi * 0.1 * t_s)))
        t_s += rr_ms[-1] / 1000
    intervals = np.array(rr_ms)
    t_ms = np.rint(intervals.cumsum()).astype(np.int64)
    return Course(f"breath {mean_bpm}", t_ms, intervals, np.ones(len(intervals), np.bool_))


def spoil(course: Course, kind: str, every: int, seed: int) -> Spoilt:
    """Put in one artifact in about `every` intervals, where everything within three is known and without gap.

    `missed`: a beat is not seen, one interval of two. `extra`: a false beat, two intervals of one. `early`: a
    beat comes early and a pause makes up for it, two intervals. Raises KeyError for another kind.
    """
    rng = np.random.default_rng(seed)
    put_in = {"missed": _missed, "extra": _extra, "early": _early}[kind]
    free = course.known & (np.diff(course.t_ms, prepend=course.t_ms[0]) - course.rr_ms < _GAP_MS)
    clear = np.convolve(~free, np.ones(7), "same") == 0
    t_ms: list[float] = []
    rr_ms: list[float] = []
    known: list[bool] = []
    first: list[int] = []
    last: list[int] = []
    at, wait = 0, int(rng.integers(4, every))
    while at < len(course):
        if wait <= 0 and 3 <= at < len(course) - 4 and clear[at]:
            intervals, used = put_in(course.rr_ms[at], course.rr_ms[at + 1], rng)
            first.append(len(rr_ms))
            last.append(len(rr_ms) + len(intervals) - 1)
            begin_ms = course.t_ms[at + used - 1] - sum(intervals)
            t_ms += (begin_ms + np.cumsum(intervals)).tolist()
            rr_ms += intervals
            known += [False] * len(intervals)
            wait = int(rng.integers(every // 2, 3 * every // 2 + 1))
        else:
            used = 1
            t_ms.append(float(course.t_ms[at]))
            rr_ms.append(float(course.rr_ms[at]))
            known.append(bool(course.known[at]))
        at += used
        wait -= used
    spoilt = Course(course.person, np.rint(t_ms).astype(np.int64), np.array(rr_ms), np.array(known, np.bool_))
    return Spoilt(spoilt, np.array(first, np.int64), np.array(last, np.int64))


def _missed(this_ms: float, next_ms: float, _: np.random.Generator) -> tuple[list[float], int]:
    """Return the intervals that are seen, and of how many true ones they are made."""
    return [this_ms + next_ms], 2


def _extra(this_ms: float, _next_ms: float, rng: np.random.Generator) -> tuple[list[float], int]:
    part_ms = this_ms * rng.uniform(*_SPLIT)
    return [part_ms, this_ms - part_ms], 1


def _early(this_ms: float, next_ms: float, rng: np.random.Generator) -> tuple[list[float], int]:
    by_ms = this_ms * rng.uniform(*_PREMATURE)
    return [this_ms - by_ms, next_ms + by_ms], 2


def _gudb(person: str, task: str) -> Path:
    return RECORDINGS / "gudb" / f"{person}_{task}.rr.csv.gz"


def _read(path: Path) -> tuple[Int64Array, FloatArray]:
    table = np.loadtxt(path, delimiter=",", skiprows=1, usecols=(0, 1))
    return np.rint(table[:, 0] * 1000).astype(np.int64), table[:, 1]
