"""Hand-made people: whose heart does what, so that every figure is known beforehand."""

from __future__ import annotations

import gzip
import io
import json
import math
import sys
from collections.abc import Callable, Iterable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from unhurry.command import main

Heart = Callable[[float], float]
Labels = Iterable[tuple[float, float, str] | tuple[float, float, str, str]]


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str

    @property
    def report(self) -> dict[str, Any]:
        assert self.returncode == 0, self.stderr
        loaded: dict[str, Any] = json.loads(self.stdout)
        return loaded


@dataclass(frozen=True)
class Folder:
    """A set of recordings in the making."""

    path: Path

    def describe(self, text: str) -> None:
        (self.path / "dataset.toml").write_text(text, encoding="utf-8")

    def beats(self, name: str, heart: Heart, minutes: float, seed: int = 1) -> None:
        """Write the beats of a heart with a little noise."""
        rng = np.random.default_rng(seed)
        rows, t_s = ["t_s,rr_ms"], 0.0
        while t_s < minutes * 60:
            rr_ms = 60_000 / (heart(t_s) + rng.normal(0, 1))
            t_s += rr_ms / 1000
            rows.append(f"{t_s:.3f},{rr_ms:.1f}")
        with gzip.open(self.path / f"{name}.rr.csv.gz", "wt") as file:
            file.write("\n".join(rows) + "\n")

    def rates(self, name: str, heart: Heart, minutes: float) -> None:
        rows = [f"{s},{heart(s):.2f}" for s in range(int(minutes * 60) + 1)]
        with gzip.open(self.path / f"{name}.hr.csv.gz", "wt") as file:
            file.write("\n".join(["t_s,hr_bpm", *rows]) + "\n")

    def motion(self, name: str, act: Heart, minutes: float) -> None:
        rows = [f"{s + 0.5},{act(s):.3f}" for s in range(int(minutes * 60))]
        with gzip.open(self.path / f"{name}.acc.csv.gz", "wt") as file:
            file.write("\n".join(["t_s,act", *rows]) + "\n")

    def labels(self, name: str, labels: Labels) -> None:
        rows = [f'{row[0]},{row[1]},{row[2]},"{row[3] if len(row) > 3 else row[2]}"' for row in labels]
        text = "\n".join(["start_s,end_s,label,original", *rows]) + "\n"
        (self.path / f"{name}.labels.csv").write_text(text, encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Callable[[str], Folder]:
    """Make a folder of recordings beside the others of the test."""

    def made(name: str) -> Folder:
        path = tmp_path / "sets" / name
        path.mkdir(parents=True)
        return Folder(path)

    return made


@pytest.fixture
def evaluated() -> Callable[..., Done]:
    """Run `unhurry evaluate` in this process, as the installed script would."""

    def run(*arguments: object) -> Done:
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err), pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "argv", ["unhurry", *map(str, arguments)])
            try:
                main()
            except SystemExit as left:
                return Done(int(left.code or 0), out.getvalue(), err.getvalue())
        return Done(0, out.getvalue(), err.getvalue())

    return run


@pytest.fixture
def rising() -> Callable[..., Heart]:
    """Return a heart that is up by `rise_bpm` from `at_s` on, for `lasts_s`."""

    def made(
        usual_bpm: float = 66.0, rise_bpm: float = 24.0, at_s: float = 1800.0, lasts_s: float = 300.0
    ) -> Heart:
        def heart(t_s: float) -> float:
            since_s = t_s - at_s
            if since_s < 0:
                return usual_bpm
            if since_s < lasts_s:
                return usual_bpm + rise_bpm * min(1.0, since_s / 15)
            return usual_bpm + rise_bpm * math.exp(-(since_s - lasts_s) / 45)

        return heart

    return made
