"""Columns of numbers out of a text file, as fast as NumPy can, with the line named when something is wrong.

In: a file, plain or gzip, with or without a byte order mark, any line ending; comma, semicolon or tab between
the cells. Out: `TextLines` and the `Table` of the wanted columns. Plain decimals are read in bulk, any other
way to write a number by NumPy's own reader, and of a bad file a third pass, a slow one, finds the line and
the cause.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from unhurry.config.errors import InputError
from unhurry.signal.records import FloatArray

from .decimals import plain_decimals

BoolArray: TypeAlias = NDArray[np.bool_]

MAX_ROWS = 10_000_000
"""A hundred days of beats; more is another kind of file."""
MAX_BYTES = 1 << 30
"""What a file may unpack to, so that a hostile gzip cannot fill the memory."""

_CHUNK = 1 << 20
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class TextLines:
    """The lines of a text file that is not empty."""

    path: Path
    text: str
    """Without blank lines at the end; lines end with a line feed alone."""
    first: int
    """Index of the first line that is not blank,"""
    first_at: int
    """and where it begins in `text`."""

    @property
    def lines(self) -> list[str]:
        """Return all lines: `lines[0]` is line 1. Splits the text anew each time."""
        return self.text.split("\n")

    @property
    def first_line(self) -> str:
        """Return the first line that is not blank."""
        end = self.text.find("\n", self.first_at)
        return self.text[self.first_at : end if end >= 0 else None]

    @property
    def delimiter(self) -> str:
        """Return what stands between the cells: comma, semicolon or tab, by their count in the first line."""
        return max((",", ";", "\t"), key=self.first_line.count)

    @property
    def header(self) -> tuple[str, ...]:
        """Return the cells of the first line, in lower case."""
        return tuple(cell.strip().lower() for cell in _cells(self.first_line, self.delimiter))

    def line_of(self, row: int, *, headed: bool) -> int:
        """Return the line number, from 1, of data row `row`, counted from 0; blank lines are no rows."""
        numbers = (number for number, line in enumerate(self.lines, start=1) if line.strip())
        return next(islice(numbers, row + int(headed), None))


@dataclass(frozen=True, slots=True)
class Table:
    """Wanted columns of a file, `values[:, i]` in the order they were asked for."""

    source: TextLines
    values: FloatArray
    headed: bool

    def refuse_where(
        self, bad: BoolArray, column: int, rule: str, advice: str = "Correct the line or delete it."
    ) -> None:
        """Raise InputError with file, line and value for the first row that is `bad`; return when none is."""
        if not bad.any():
            return
        row = int(bad.argmax())
        line = self.source.line_of(row, headed=self.headed)
        raise InputError(f"{self.source.path}, line {line}: {self.values[row, column]:.10g}: {rule}.", advice)


def read_lines(path: Path) -> TextLines:
    """Read a text file, unpacking it when it is gzip.

    Raises InputError when it is missing, a folder, unreadable, a damaged gzip, not UTF-8, empty, or too long.
    """
    data = _read_bytes(path)
    if (nul := data.find(b"\0")) >= 0:
        line = data.count(b"\n", 0, nul) + 1
        raise InputError(f"{path}, line {line}: holds a NUL byte.", "Is this a text file?")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(f"{path}, line {line}: is not UTF-8 text.", "Save the file as UTF-8.") from error
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.rstrip()
    if not text:
        raise InputError(f"{path}: the file is empty.", "Give a recording with data.")
    indent = len(text) - len(text.lstrip())
    return TextLines(path, text, first=text.count("\n", 0, indent), first_at=text.rfind("\n", 0, indent) + 1)


def read_table(source: TextLines, columns: tuple[str, ...]) -> Table:
    """Read the named columns; their names are in the first line, in any order, among others.

    Raises InputError when a column is missing, no row follows, or a wanted cell is not a finite number.
    """
    header = source.header
    missing = [f"`{name}`" for name in columns if name not in header]
    if missing:
        found = ", ".join(name[:30] for name in header[:10]) + (" …" if len(header) > 10 else "")
        raise InputError(
            f"{source.path}, line {source.first + 1}: no column {' and no '.join(missing)} (found: {found}).",
            f"The first line must name the columns {', '.join(columns)}.",
        )
    return _parse(source, tuple(header.index(name) for name in columns), headed=True)


def read_single_column(source: TextLines) -> Table:
    """Read one number per line, without a first line of names. Raises InputError for a line that is none."""
    return _parse(source, (0,), headed=False)


def is_number(text: str) -> bool:
    """Return whether `text` is a plain decimal number."""
    return _NUMBER.fullmatch(text.strip()) is not None


def _read_bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise InputError(f"{path}: is a folder.", "Give one recording, a file.")
        with path.open("rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            if not packed:
                return _read_bounded(path, raw)
            with gzip.open(raw) as unpacked:
                return _read_bounded(path, unpacked)
    except FileNotFoundError as error:
        raise InputError(f"{path}: there is no such file.", "Check the path.") from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputError(f"{path}: the gzip is damaged or cut short ({error}).", "Copy it again.") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}).", "Check the file.") from error


def _read_bounded(path: Path, stream: io.BufferedIOBase | gzip.GzipFile) -> bytes:
    chunks: list[bytes] = []
    length = rows = 0
    while chunk := stream.read(_CHUNK):
        chunks.append(chunk)
        length += len(chunk)
        rows += chunk.count(b"\n")
        if rows > MAX_ROWS + 1 or length > MAX_BYTES:
            raise InputError(f"{path}: more than {MAX_ROWS:,} rows.", "Cut the recording into shorter ones.")
    return b"".join(chunks)


def _parse(source: TextLines, positions: tuple[int, ...], *, headed: bool) -> Table:
    first, line_feed, after = source.text[source.first_at :].partition("\n")
    if headed and not line_feed:
        raise InputError(f"{source.path}: nothing follows the first line.", "Give a recording with data.")
    delimiter = source.delimiter if headed else "\t"
    width = len(source.header) if headed else 1
    rows = after if headed else first + line_feed + after
    values = plain_decimals(rows.encode(), delimiter, width, positions)
    if values is None:
        values = _any_numbers(source, positions, delimiter, headed=headed)
    table = Table(source, values, headed)
    for column in range(len(positions)):
        table.refuse_where(~np.isfinite(values[:, column]), column, "is not a finite number")
    return table


def _any_numbers(
    source: TextLines, positions: tuple[int, ...], delimiter: str, *, headed: bool
) -> FloatArray:
    """Read numbers however they are written. Raises InputError for the first cell that is none."""
    start = source.first + int(headed)
    rows = source.lines[start:]
    if delimiter == ";":
        rows = [line.replace(",", ".") for line in rows]
    quote = '"' if headed else None
    try:
        return np.loadtxt(
            rows, delimiter=delimiter, usecols=positions, comments=None, ndmin=2, quotechar=quote
        )
    except (ValueError, IndexError) as error:
        _explain(source, positions, start, delimiter)
        raise InputError(f"{source.path}: cannot be read as numbers ({error}).", "Check the file.") from error


def _explain(source: TextLines, positions: tuple[int, ...], start: int, delimiter: str) -> None:
    """Raise InputError for the first cell that is no number; return when every cell is one."""
    for number, line in enumerate(source.lines[start:], start=start + 1):
        if not line:
            continue
        cells = _cells(line, delimiter)
        for position in positions:
            where = f"{source.path}, line {number}"
            if position >= len(cells):
                name = source.header[position]
                raise InputError(f"{where}: no value for `{name}`.", "Complete the line or delete it.")
            cell = cells[position].strip()
            if not is_number(cell.replace(",", ".") if delimiter == ";" else cell):
                raise InputError(f"{where}: `{cell[:40]}` is not a number.", "Correct the line or delete it.")


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter))
    except csv.Error:  # a cell beyond the csv module's limit: no table, but the message should still show it
        return line.split(delimiter)
