"""Settings of the detector compared on people they were not chosen on: leave one person out.

    python benchmarks/tuning.py ../shared/data --set on_score=1.7,2.0 --set sustain_s=40,50

In: folders of labelled recordings (as `unhurry evaluate` reads them) and a few values for a few parameters.
Out: a table: for each setting its figures on everybody; then those of the setting chosen on everybody, beside
what comes out when each person is judged by the setting chosen on all others; and which was chosen how often.
objective.py says what *better* is. Recordings are measured warm. Each is run once for each setting, which is
kept in `.cache/tuning` until the code, the file or the setting changes.
"""

from __future__ import annotations

import argparse
import os
import pickle
import sys
from collections import Counter
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import product
from pathlib import Path

from objective import TARGETS, TARGETS_ALONE, Counts, Figures, counts_of, figures_of, worth

import unhurry.daemon.evaluation as evaluation_package
import unhurry.signal as signal_package
import unhurry.store.formats as formats_package
from unhurry.daemon.evaluation import Conditions, find_sets, on_this_machine
from unhurry.daemon.evaluation.outcome import Studied, Task
from unhurry.daemon.evaluation.people import RecordingSet, find_donors
from unhurry.daemon.evaluation.study import study
from unhurry.signal import Parameters

CACHE = Path(__file__).resolve().parent.parent / ".cache" / "tuning"
MOST_SETTINGS = 64


@dataclass(frozen=True, slots=True)
class Setting:
    """One point of the grid."""

    words: str
    parameters: Parameters


def main() -> None:
    """Measure the grid and print what came of it."""
    given = _arguments()
    settings = grid(given.changes)
    sets = tuple(_first(each, given.people) for each in find_sets(given.folders))
    donors = find_donors(sets)
    motion = not given.no_motion
    tasks = [
        Task(wearing, Conditions(parameters=setting.parameters, motion=motion, donors=donors))
        for setting in settings
        for each in sets
        for wearing in each.wearings
    ]
    studied = study_all(tasks, given.jobs)
    people = len(tasks) // len(settings)
    table = [counted(studied[i * people : (i + 1) * people]) for i in range(len(settings))]
    report(settings, table, TARGETS if motion else TARGETS_ALONE)


def grid(changes: list[str]) -> list[Setting]:
    """Return every combination of the values given, `NAME=VALUE,VALUE,…` each."""
    names = [change.partition("=")[0] for change in changes]
    values = [change.partition("=")[2].split(",") for change in changes]
    settings: list[Setting] = []
    for combination in product(*values):
        parameters = Parameters()
        for name, text in zip(names, combination, strict=True):
            parameters = parameters.setting(name, text)
        words = ", ".join(f"{name} {text}" for name, text in zip(names, combination, strict=True))
        settings.append(Setting(words or "as it is", parameters))
    if len(settings) > MOST_SETTINGS:
        sys.exit(f"{len(settings)} settings are too many for so few people: at most {MOST_SETTINGS}.")
    return settings


def study_all(tasks: list[Task], jobs: int) -> list[Studied]:
    """Return what came of each task, from the cache where it was done before."""
    CACHE.mkdir(parents=True, exist_ok=True)
    code = _code()
    files = [CACHE / f"{_key(task, code)}.pickle" for task in tasks]
    missing = [i for i, file in enumerate(files) if not file.is_file()]
    done = 0

    def tell() -> None:
        nonlocal done
        done += 1
        if sys.stderr.isatty():
            print(f"\r{done} of {len(missing)} runs", end="", file=sys.stderr, flush=True)

    # In portions, so that what is done is kept when somebody has had enough.
    portion = 8 * jobs
    for start in range(0, len(missing), portion):
        part = missing[start : start + portion]
        for i, result in zip(part, on_this_machine(jobs)(study, [tasks[i] for i in part], tell), strict=True):
            files[i].write_bytes(pickle.dumps(result))
    return [pickle.loads(file.read_bytes()) for file in files]


def counted(studied: list[Studied]) -> list[Counts]:
    """Return the counts of the recordings that could be measured warm."""
    return [
        counts_of(each.wearing.dataset, each.wearing.person, each.warm)
        for each in studied
        if each.warm is not None
    ]


def report(settings: list[Setting], table: list[list[Counts]], targets: dict[str, float]) -> None:
    """Print the table."""
    ordinary = ordinary_sets(table[0])
    people = sorted({(each.dataset, each.person) for each in table[0]})
    shown = figures_of(table[0], ordinary)
    side = max(26, *(len(setting.words) + 2 for setting in settings))
    print(
        f"{len(settings)} settings, {len(people)} people, warm; told / covered of responders, alarms an hour"
    )
    heads = [*shown.told, *shown.alarms_per_hour]
    print(f"{'':{side}}" + "".join(f"{head:>16}" for head in heads) + f"{'worth':>9}")
    for setting, counts in zip(settings, table, strict=True):
        print(_line(setting.words, figures_of(counts, ordinary), targets, side))
    best = chosen(table, ordinary, targets, without=None)
    print()
    print(_line(f"chosen on all ({settings[best].words})", figures_of(table[best], ordinary), targets, side))
    picks = {person: chosen(table, ordinary, targets, without=person) for person in people}
    held_out = [
        each
        for person, pick in picks.items()
        for each in table[pick]
        if (each.dataset, each.person) == person
    ]
    print(_line("on the one left out", figures_of(held_out, ordinary), targets, side))
    print("\nchosen without one person:")
    for pick, count in Counter(picks.values()).most_common():
        print(f"  {count:3} x {settings[pick].words}")


def ordinary_sets(counts: list[Counts]) -> frozenset[str]:
    """Return the sets without any stress."""
    return frozenset(each.dataset for each in counts) - {each.dataset for each in counts if each.spans}


def chosen(
    table: list[list[Counts]],
    ordinary: frozenset[str],
    targets: dict[str, float],
    without: tuple[str, str] | None,
) -> int:
    """Return the index of the best setting on all people but one; of equals the first."""
    worths = [
        worth(
            figures_of((each for each in counts if (each.dataset, each.person) != without), ordinary), targets
        )
        for counts in table
    ]
    return worths.index(max(worths))


def _line(words: str, figures: Figures, targets: dict[str, float], side: int) -> str:
    cells = [f"{figures.told[name]:.2f} / {figures.covered[name]:.2f}" for name in figures.told]
    cells += [
        f"{rate:.3f} (<= {targets[name]:g})" if name in targets else f"{rate:.3f}"
        for name, rate in figures.alarms_per_hour.items()
    ]
    start = f"{words:{side}}" if len(words) < side else f"{words}\n{'':{side}}"
    return start + "".join(f"{cell:>16}" for cell in cells) + f"{worth(figures, targets):9.3f}"


def _first(each: RecordingSet, people: int | None) -> RecordingSet:
    names = sorted({wearing.person for wearing in each.wearings})[:people]
    return replace(each, wearings=tuple(wearing for wearing in each.wearings if wearing.person in names))


def _key(task: Task, code: str) -> str:
    files = [(str(file), file.stat().st_size, file.stat().st_mtime_ns) for file in task.wearing.files]
    return sha256(repr((code, task, files)).encode()).hexdigest()[:32]


def _code() -> str:
    """Return what changes whenever the detector or its measurement does."""
    folders = [Path(package.__path__[0]) for package in (signal_package, formats_package, evaluation_package)]
    sources = [file.read_bytes() for folder in folders for file in sorted(folder.glob("*.py"))]
    return sha256(b"\0".join(sources)).hexdigest()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Leave one person out: settings on people they were not chosen on."
    )
    parser.add_argument("folders", metavar="DIR", nargs="+", type=Path)
    parser.add_argument("--set", dest="changes", metavar="NAME=VALUE,…", action="append", default=[])
    parser.add_argument("--no-motion", action="store_true", help="heart rate alone")
    parser.add_argument("--people", metavar="N", type=int, help="only the first N people of each set")
    parser.add_argument("--jobs", metavar="N", type=int, default=os.cpu_count() or 1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
