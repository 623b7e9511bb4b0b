"""The wearer's own pace, worked out when a round of trying is over: a study of the thread that looks back.

In: a database that others write to. Out: the finding `resonance`, one for each round.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from unhurry.signal.adherence import Followed, Stretch
from unhurry.signal.resonance import PACES, Found, Resonance, Step, breath_swings, resonance
from unhurry.store import Database, present
from unhurry.store.findings import FindingKind, keep_finding
from unhurry.store.moments import recordings
from unhurry.store.outcomes import beats_of
from unhurry.store.practice_runs import KeptRun
from unhurry.store.resonance import SAME_ROUND_MS, latest_round, latest_steps

from .worker import Look


def find_own_pace(database: Database) -> Look:
    """Return how to look whether a round is over."""

    def look() -> None:
        steps = latest_steps(database)
        if not steps or any(step.followed is None for step in steps):
            return
        over_ms = steps[-1].started.wall_ms if steps[-1].ended is None else steps[-1].ended.wall_ms
        before = latest_round(database)
        if before is not None and before.wall_ms >= over_ms:
            return
        tried = {step.breath_ms for step in steps}
        # The last step may still be to come, unless all were tried or nobody went on.
        if len(tried) < len(PACES) and present(database).moment.wall_ms < over_ms + SAME_ROUND_MS:
            return
        found = resonance(tuple(_step(database, step) for step in steps), seed=steps[0].id)
        keep_finding(database, FindingKind.RESONANCE, content_of(found, steps), wall_ms=over_ms)

    return look


def content_of(found: Resonance, steps: tuple[KeptRun, ...]) -> dict[str, Any]:
    """Return the finding as it is kept (docs/http.md, "Your own pace")."""
    whys = [step.numbers.get("why") for step in steps if step.followed is not Followed.WITH_IT]
    why = max(set(whys), key=whys.count) if whys and found.found is Found.NOT_ENOUGH else None
    rounded = [
        {name: round(value, 3) if isinstance(value, float) else value for name, value in asdict(step).items()}
        for step in found.steps
    ]
    return {
        "found": found.found,
        "per_minute": found.per_minute,
        "low_per_minute": found.low_per_minute,
        "high_per_minute": found.high_per_minute,
        "why": why,
        "steps": rounded,
    }


def _step(database: Database, run: KeptRun) -> Step:
    breath_ms = run.breath_ms or 0
    within = recordings(database, run.started.wall_ms, run.started.wall_ms + 1)
    paced = [each for each in run.paced if each.until_ms is not None]
    if not within or not paced:
        return Step(breath_ms, np.zeros(0), along=False)
    begun_ms = run.started.wall_ms - within[-1].wall_ms
    longest = max(paced, key=lambda each: (each.until_ms or 0) - each.from_ms)
    stretch = Stretch(begun_ms + longest.from_ms, begun_ms + (longest.until_ms or 0))
    beats = beats_of(database, within[-1].id, stretch.from_ms // 1000 - 10, stretch.until_ms // 1000 + 10)
    return Step(breath_ms, breath_swings(beats, breath_ms, stretch), along=run.followed is Followed.WITH_IT)
