"""What people were doing, as the makers of a recording wrote it down.

In: `NAME.labels.csv` (`start_s,end_s,label,original`). Out: `Label`s in order of time. Labels may overlap and
need not cover the recording; what lies outside of it is cut off by `within`.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, replace
from pathlib import Path

from unhurry.config import InputError
from unhurry.store.formats.table import read_lines

STRESS = "stress"
SLEEP = "sleep"
QUIET = ("baseline", "rest", "recovery", "meditation")
"""Awake and at rest: these make the quiet level."""
USUAL_ORDER = (*QUIET, "amusement", "exercise", "other")
KNOWN = frozenset({STRESS, SLEEP, *USUAL_ORDER})
"""A label of another name is time in which an alarm would be false, too."""

_COLUMNS = ("start_s", "end_s", "label")
_REMARK = re.compile(r"\s*\(.*$|\s*;.*$")
"""What sources add to a name: "relax (minute-resolution log)" is relax."""
_HEART_ENDING = re.compile(r"\.(?:rr|hr)\.csv(?:\.gz)?$")


@dataclass(frozen=True, slots=True)
class Label:
    """A stretch of time and what it was."""

    start_s: float
    end_s: float
    name: str
    """`stress`, `baseline`, `rest`, `exercise`, `sleep` …"""
    original: str
    """The source's own word for it."""


def find_labels(heart: Path) -> Path | None:
    """Return `NAME.labels.csv[.gz]` beside `NAME.rr.csv.gz`, or None when there is none."""
    name = _HEART_ENDING.sub("", heart.name)
    beside = (heart.with_name(f"{name}.labels.csv{ending}") for ending in ("", ".gz"))
    return next((path for path in beside if path.is_file()), None)


def read_labels(path: Path) -> tuple[Label, ...]:
    """Read a file of labels; a line that is there twice counts once.

    Raises
    ------
    InputError
        The file is empty or damaged, lacks a column, or a line has no times or no label; names file and line.
    """
    source = read_lines(path)
    header = source.header
    missing = [name for name in _COLUMNS if name not in header]
    if missing:
        raise InputError(
            f"{path}, line {source.first + 1}: no column `{missing[0]}`.",
            f"The first line must name the columns {', '.join(_COLUMNS)}.",
        )
    rows = csv.reader(source.lines[source.first + 1 :], delimiter=source.delimiter)
    labels: list[Label] = []
    try:
        for row in rows:
            where = f"{path}, line {source.first + 1 + rows.line_num}"
            if any(cell.strip() for cell in row):
                labels.append(_label(dict(zip(header, row, strict=False)), where))
    except csv.Error as error:
        raise InputError(f"{path}: cannot be read ({error}).", "Correct it.") from error
    return tuple(
        sorted(set(labels), key=lambda label: (label.start_s, label.end_s, label.name, label.original))
    )


def shifted(labels: tuple[Label, ...], by_s: float) -> tuple[Label, ...]:
    """Return the labels `by_s` seconds later."""
    return tuple(replace(label, start_s=label.start_s + by_s, end_s=label.end_s + by_s) for label in labels)


def within(labels: tuple[Label, ...], start_s: float, end_s: float) -> tuple[Label, ...]:
    """Return what of the labels lies between two times: cut there, or left out when nothing remains."""
    cut = (
        replace(label, start_s=max(label.start_s, start_s), end_s=min(label.end_s, end_s)) for label in labels
    )
    return tuple(label for label in cut if label.end_s > label.start_s)


def _label(cells: dict[str, str], where: str) -> Label:
    try:
        start_s, end_s = float(cells["start_s"]), float(cells["end_s"])
        name = cells["label"].strip().lower()
    except (KeyError, ValueError) as error:
        raise InputError(
            f"{where}: start_s and end_s must be numbers, label a word.", "Correct the line or delete it."
        ) from error
    if not (abs(start_s) < float("inf") and abs(end_s) < float("inf") and name):
        raise InputError(
            f"{where}: a label needs a name and two finite times.", "Correct the line or delete it."
        )
    original = _REMARK.sub("", (cells.get("original") or "").strip())
    return Label(start_s, end_s, name, original or name)
