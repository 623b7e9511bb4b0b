"""Keeping the answer to "does it help me?" up to date.

In: a database that others write to. Out: the finding `effect`, in place of the last one when it says
something else.
"""

from __future__ import annotations

import dataclasses
import json
import time
from typing import Any

from unhurry.store import Database
from unhurry.store.draws import DrawnMoment, OfferedMoment, drawn_moments, offered_moments
from unhurry.store.findings import FindingKind, keep_finding, latest_finding

from .effect_words import effect_sentence
from .learning import Effect, effect
from .worker import Look


def study_effect(database: Database) -> Look:
    """Return how to look whether the drawn moments say something new."""
    seen: tuple[tuple[DrawnMoment, ...], tuple[OfferedMoment, ...]] | None = None

    def look() -> None:
        nonlocal seen
        moments = drawn_moments(database), offered_moments(database)
        if moments == seen:
            return
        content = content_of(effect(*moments))
        kept = latest_finding(database, FindingKind.EFFECT)
        if kept is None or kept.content != content:
            now_ms = time.time_ns() // 1_000_000
            keep_finding(database, FindingKind.EFFECT, content, wall_ms=now_ms, alone=True)
        seen = moments

    return look


def content_of(found: Effect) -> dict[str, Any]:
    """Return the finding as it is kept (docs/http.md, "Does it help?")."""
    content = {"sentence": effect_sentence(found), **dataclasses.asdict(found)}
    # As it is read back: tuples become lists, so that the next one can be compared with it.
    plain: dict[str, Any] = json.loads(json.dumps(content))
    return plain
