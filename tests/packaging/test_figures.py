"""The figures of docs/detector.md are those of this code: `make figures` draws them anew."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

ROOT = Path(__file__).parents[2]
FIGURES = ROOT / "docs" / "figures"
README_LIMIT = 80_000


def words_of(file: Path) -> list[str]:
    """Return what stands in a figure: ticks, names, times and values."""
    root = ET.fromstring(file.read_text(encoding="utf-8"))
    return [text for text in root.itertext() if text.strip() and "font" not in text]


def test_the_figures_are_those_the_code_draws_now_and_small(tmp_path: Path) -> None:
    roots = os.pathsep.join(str(ROOT / name) for name in ("signal", "config", "store", "daemon", "api"))
    command = [sys.executable, str(FIGURES / "draw.py"), str(tmp_path)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": roots}
    )
    assert (done.returncode, done.stderr) == (0, "")
    drawn = sorted(tmp_path.glob("*.svg"))
    assert [file.name for file in drawn] == [file.name for file in sorted(FIGURES.glob("*.svg"))]
    for file in drawn:
        assert file.stat().st_size < README_LIMIT
        assert "nan" not in file.read_text(encoding="utf-8")
        # Words and not bytes: the last digit of a sine is the machine's own.
        assert words_of(file) == words_of(FIGURES / file.name), f"{file.name} is out of date: make figures"
