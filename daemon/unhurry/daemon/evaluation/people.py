"""Which recordings a folder holds, whose they are, and which belong together.

In: folders. Out: one `RecordingSet` for each, with its `Wearing`s by name. Nothing is read yet but names and
`dataset.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from unhurry.config import InputError

_HEART_FILE = re.compile(r"(?P<name>[^/\\]+?)\.(?P<series>rr|hr)\.csv(?:\.gz)?")
_SERIES = ("rr", "hr")


@dataclass(frozen=True, slots=True)
class Wearing:
    """One person wearing one sensor, from putting it on to taking it off."""

    dataset: str
    name: str
    person: str
    files: tuple[Path, ...]
    """Beats or heart rates, in the order they are joined, 0 s apart."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that could not be evaluated, and why."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class RecordingSet:
    """A folder of recordings."""

    name: str
    folder: Path
    wearings: tuple[Wearing, ...]
    left_out: tuple[LeftOut, ...]


def find_sets(folders: Iterable[Path]) -> tuple[RecordingSet, ...]:
    """Return what each folder holds; a folder of sets stands for the sets in it. Each folder counts once.

    Raises
    ------
    InputError
        A folder is missing or holds no recordings, or its `dataset.toml` cannot be understood.
    """
    found: dict[Path, RecordingSet] = {}
    for folder in folders:
        if not folder.is_dir():
            raise InputError(f"{folder}: there is no such folder.", "Check the path.")
        here = [folder] if _names(folder) else sorted(path for path in folder.iterdir() if path.is_dir())
        sets = [_read_set(path) for path in here if _names(path)]
        if not sets:
            raise InputError(
                f"{folder}: holds no recordings (NAME.rr.csv.gz or NAME.hr.csv.gz).", "Give another folder."
            )
        for each in sets:
            found.setdefault(each.folder, each)
    return tuple(found.values())


def find_donors(sets: Iterable[RecordingSet]) -> tuple[Wearing, ...]:
    """Return the ordinary days that can be put before other recordings: the set `mmash`, where it lies beside
    one of `sets`.
    """
    for each in sets:
        folder = each.folder.with_name("mmash")
        if folder.is_dir() and _names(folder):
            return _read_set(folder).wearings
    return ()


def _read_set(folder: Path) -> RecordingSet:
    folder = folder.resolve()  # a worker elsewhere has another working folder, and `.` would be no name
    described = _described(folder / "dataset.toml")
    heart = described.get("heart")
    if heart is not None and heart not in _SERIES:
        raise InputError(f'{folder / "dataset.toml"}: `heart` must be "rr" or "hr".', "Correct it.")
    files: dict[str, Path] = {}
    left_out: list[LeftOut] = []
    for name, series in sorted(_names(folder).items()):
        wanted = heart or next(kind for kind in _SERIES if kind in series)
        if wanted in series:
            files[name] = series[wanted]
        else:
            left_out.append(LeftOut(name, f"there is no {name}.{wanted}.csv.gz."))
    wearings = _joined(folder.name, files, _order(described, folder))
    return RecordingSet(folder.name, folder, wearings, tuple(left_out))


def _names(folder: Path) -> dict[str, dict[str, Path]]:
    """Return the heart series of each recording by kind; of two of a kind, the packed one."""
    names: dict[str, dict[str, Path]] = {}
    for path in sorted(folder.iterdir()):
        if (match := _HEART_FILE.fullmatch(path.name)) and "." not in match["name"]:
            names.setdefault(match["name"], {})[match["series"]] = path
    return names


def _joined(dataset: str, files: Mapping[str, Path], order: tuple[str, ...]) -> tuple[Wearing, ...]:
    by_length = sorted(set(order), key=len, reverse=True)
    groups: dict[str, dict[str, Path]] = {}
    alone: dict[str, Path] = {}
    for name, path in files.items():
        task = next((task for task in by_length if name.endswith(f"_{task}") and name != f"_{task}"), None)
        if task is None:
            alone[name] = path
        else:
            groups.setdefault(name.removesuffix(f"_{task}"), {})[task] = path
    people = _people((*groups, *alone))
    wearings = [
        Wearing(dataset, group, people[group], tuple(tasks[task] for task in order if task in tasks))
        for group, tasks in groups.items()
    ]
    wearings += [Wearing(dataset, name, people[name], (path,)) for name, path in alone.items()]
    return tuple(sorted(wearings, key=lambda wearing: wearing.name))


def _people(names: Iterable[str]) -> dict[str, str]:
    """Return whose each recording is: `s03_day2` is of `s03`, unless then all would be one person's."""
    first = {name: name.split("_", 1)[0] for name in names}
    return first if len(set(first.values())) > 1 else {name: name for name in first}


def _order(described: Mapping[str, Any], folder: Path) -> tuple[str, ...]:
    section = described.get("sequence", {})
    order: object = cast("dict[str, Any]", section).get("order", []) if isinstance(section, dict) else None
    if isinstance(order, list):
        tasks = cast("list[object]", order)
        names = tuple(task for task in tasks if isinstance(task, str))
        if len(names) == len(tasks):
            return names
    raise InputError(
        f"{folder / 'dataset.toml'}: `order` in [sequence] must be a list of names.", "Correct it."
    )


def _described(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read ({error}).", "Correct it or move it away.") from error
