"""How much of what should be noticed is noticed: rises of known height, added to ordinary days.

    python benchmarks/added_rises.py                       # ../shared/data/mmash
    python benchmarks/added_rises.py DIR --no-motion --set on_score=2 --draws 3

In: folders of labelled recordings of beats (as `unhurry evaluate` reads them). Out: for each height and
length how many rises were told and covered, and what those were taken for that were not told. adding.py says
what a rise is; docs/evaluate.md what the words mean. Rises are added to time awake and at rest, the same
moments for every height; a height of 0 says what is told by chance.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import zlib
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from adding import Rise, moments, with_rises
from subject import RECORDINGS
from untold import REASONS, Heard, heard, reasons

from unhurry.config import UnhurryError, UsageError
from unhurry.config.detection import with_parameter
from unhurry.daemon.evaluation import Figure, find_sets, on_this_machine
from unhurry.daemon.evaluation.bootstrap import Sample
from unhurry.daemon.evaluation.course import course_of
from unhurry.daemon.evaluation.people import Wearing
from unhurry.daemon.evaluation.truth import truth_of
from unhurry.daemon.evaluation.wear import read_wear, without_motion
from unhurry.signal import Parameters

HEIGHTS_BPM = (0.0, 8.0, 12.0, 18.0, 25.0)
LENGTHS_S = (120.0, 300.0)
_MARGIN_S = 60.0
_COVER_S = 30.0
_SEED = 1907


@dataclass(frozen=True, slots=True)
class Task:
    """One recording, and which draw of moments."""

    wearing: Wearing
    parameters: Parameters
    motion: bool
    draw: int


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one rise."""

    rise: Rise
    free: bool
    """No event was open when it began: there was something to tell."""
    told: bool
    covered: bool
    delay_s: float | None
    """From its beginning to the confirmation, where it was told."""
    reasons: tuple[int, ...]
    """Seconds by `REASONS`; empty where it was told."""


@dataclass(frozen=True, slots=True)
class Cell:
    """All rises of one length and height."""

    lasts_s: float
    height_bpm: float
    told_of_all: Figure
    covered_of_all: Figure
    told: Figure
    """Of those that began in no event,"""
    covered: Figure
    delay_median_s: Figure
    untold_for: dict[str, float]
    """and, of those of them that were not told, the share of the time by reason."""
    by_person: dict[str, tuple[int, int]]
    """Told and free rises of each."""


def main() -> None:
    """Add the rises, listen and print what came of it."""
    given = _arguments()
    try:
        parameters = Parameters()
        for change in given.changes:
            name, _, text = change.partition("=")
            parameters = with_parameter(parameters, name.strip(), text.strip(), UsageError)
        wearings = [wearing for each in find_sets(given.folders) for wearing in each.wearings]
        tasks = [
            Task(wearing, parameters, not given.no_motion, draw)
            for wearing in wearings
            for draw in range(given.draws)
        ]
        results = on_this_machine(given.jobs)(measure, tasks, lambda: None)
    except UnhurryError as error:
        sys.exit(str(error))
    found = [(task.wearing.person, own) for task, own in zip(tasks, results, strict=True) if own]
    if not found:
        sys.exit("None of the recordings has beats and five minutes awake at rest.")
    cells = [cell_of(found, lasts_s, bpm) for lasts_s in LENGTHS_S for bpm in HEIGHTS_BPM]
    if given.json:
        print(json.dumps([asdict(cell) for cell in cells]))
        return
    people = len({person for person, _ in found})
    rises = sum(len(own) for _, own in found) // len(cells)
    movement = "not known" if given.no_motion else "known"
    print(f"{rises} rises added to time awake at rest of {people} people; movement {movement}")
    print("\n".join(table(cells)))


def measure(task: Task) -> list[Result]:
    """Return what came of each rise in a recording; nothing where there are no beats or moments."""
    wear = read_wear(task.wearing)
    truth = truth_of(course_of(wear.arrivals, wear.motion_levels), wear.labels)
    seed = (_SEED, task.draw, zlib.crc32(task.wearing.name.encode()))
    begins_s = moments(truth, max(LENGTHS_S), np.random.default_rng(seed))
    if wear.heart != "rr" or not begins_s:
        return []
    arrivals = wear.arrivals if task.motion else without_motion(wear.arrivals)
    parameters = task.parameters
    if task.motion and wear.motion_levels is not None:
        parameters = replace(parameters, motion=wear.motion_levels)
    results: list[Result] = []
    for lasts_s in LENGTHS_S:
        for height_bpm in HEIGHTS_BPM:
            rises = tuple(Rise(begin_s, lasts_s, height_bpm) for begin_s in begins_s)
            listened = heard(parameters, with_rises(arrivals, rises), rises)
            results += [result_of(parameters, listened, rise) for rise in rises]
    return results


def result_of(parameters: Parameters, listened: Heard, rise: Rise) -> Result:
    """Return what came of one rise."""
    telling_s = [
        alarm.confirmed_s
        for alarm in listened.alarms
        if rise.start_s - _MARGIN_S <= alarm.confirmed_s <= rise.end_s + _MARGIN_S
    ]
    return Result(
        rise=rise,
        free=not any(alarm.confirmed_s <= rise.start_s < alarm.end_s for alarm in listened.alarms),
        told=bool(telling_s),
        covered=any(
            min(alarm.end_s, rise.end_s) - max(alarm.confirmed_s, rise.start_s) >= _COVER_S
            for alarm in listened.alarms
        ),
        delay_s=telling_s[0] - rise.start_s if telling_s else None,
        reasons=() if telling_s else reasons(parameters, listened, rise),
    )


def cell_of(found: list[tuple[str, list[Result]]], lasts_s: float, height_bpm: float) -> Cell:
    """Return the figures of one length and height."""
    sample = Sample.of([person for person, _ in found])
    every = [
        [each for each in results if (each.rise.lasts_s, each.rise.height_bpm) == (lasts_s, height_bpm)]
        for _, results in found
    ]
    free = [[each for each in part if each.free] for part in every]
    by_person: dict[str, tuple[int, int]] = {}
    for (person, _), part in zip(found, free, strict=True):
        told, of = by_person.get(person, (0, 0))
        by_person[person] = (told + sum(each.told for each in part), of + len(part))
    seconds = [each.reasons for part in free for each in part if not each.told]
    by_reason = np.array(seconds).reshape(-1, len(REASONS)).sum(axis=0)

    def share(of: list[list[Result]], hit: Callable[[Result], bool]) -> Figure:
        return sample.share([sum(map(hit, part)) for part in of], [len(part) for part in of])

    return Cell(
        lasts_s=lasts_s,
        height_bpm=height_bpm,
        told_of_all=share(every, lambda each: each.told),
        covered_of_all=share(every, lambda each: each.covered),
        told=share(free, lambda each: each.told),
        covered=share(free, lambda each: each.covered),
        delay_median_s=sample.quantile(
            [[each.delay_s for each in part if each.delay_s is not None] for part in free], 0.5
        ),
        untold_for=dict(zip(REASONS, (by_reason / max(1, by_reason.sum())).tolist(), strict=True)),
        by_person=by_person,
    )


def table(cells: list[Cell]) -> Iterator[str]:
    """Yield the figures, then the reasons, then the people."""
    yield "                   of all      of those that began in no event"
    yield "lasts height   told covered    n  told               covered            delay, median, s"
    for cell in cells:
        yield (
            f"{cell.lasts_s:3.0f} s {cell.height_bpm:3.0f} bpm"
            f"{_plain(cell.told_of_all, 2):>7} {_plain(cell.covered_of_all, 2):>7}{cell.told.n:5}  "
            f"{_with_interval(cell.told, 2):19}{_with_interval(cell.covered, 2):19}"
            f"{_with_interval(cell.delay_median_s, 0)}".rstrip()
        )
    yield "\nnot told, % of their time     " + "".join(
        f"{f'{cell.lasts_s:.0f}/{cell.height_bpm:.0f}':>8}" for cell in cells
    )
    for reason in REASONS:
        shares = [cell.untold_for[reason] for cell in cells]
        if any(shares):
            yield f"  {reason:28}" + "".join(f"{100 * share:8.0f}" for share in shares)
    yield "\ntold / began in no event      " + "".join(
        f"{f'{cell.lasts_s:.0f}/{cell.height_bpm:.0f}':>8}" for cell in cells
    )
    for person in cells[0].by_person:
        pairs = [cell.by_person[person] for cell in cells]
        yield f"  {person:28}" + "".join(f"{f'{told}/{of}':>8}" for told, of in pairs)


def _with_interval(figure: Figure, digits: int) -> str:
    if figure.low is None or figure.high is None:
        return _plain(figure, digits)
    return f"{_plain(figure, digits)} ({figure.low:.{digits}f}-{figure.high:.{digits}f})"


def _plain(figure: Figure, digits: int) -> str:
    return "-" if figure.value is None else f"{figure.value:.{digits}f}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Rises added to ordinary days: how many are noticed.")
    parser.add_argument("folders", metavar="DIR", nargs="*", type=Path, default=[RECORDINGS / "mmash"])
    parser.add_argument("--set", dest="changes", metavar="NAME=VALUE", action="append", default=[])
    parser.add_argument("--no-motion", action="store_true", help="heart rate alone")
    parser.add_argument("--draws", metavar="N", type=int, default=1, help="times the moments are drawn")
    parser.add_argument("--json", action="store_true", help="one JSON array instead of tables")
    parser.add_argument("--jobs", metavar="N", type=int, default=os.cpu_count() or 1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
