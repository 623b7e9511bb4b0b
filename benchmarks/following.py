"""How often a heart that went along with the pacer is seen to, and one that did not is said to.

In: nothing. Out: shares of simulated people, judged by the very function the service uses. `run.py` prints
them; alone: `python benchmarks/following.py`.

Who follows keeps step within a second; who does not breathes 12 to 15 times a minute. Both differ a lot in
how far their hearts swing, and have waves of blood pressure that can pass for a slow breath.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from unhurry.daemon.simulation.breather import beats_of_breath, following, not_following
from unhurry.signal.adherence import Followed, Stretch, adherence
from unhurry.signal.records import Beats

PEOPLE = 400
_STILL = np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True)
class FollowingFigure:
    """How often each verdict was given."""

    what: str
    with_it: float
    in_part: float


def verdict_of(beats: Beats, pace_hz: float, seconds: float) -> Followed:
    """Return what the service would say."""
    return adherence(beats, round(1000 / pace_hz), (Stretch(0, round(seconds * 1000)),), _STILL).followed


def measure_following() -> tuple[FollowingFigure, ...]:
    """Return every figure; takes half a minute."""
    return tuple(
        _figure(follows=follows, per_minute=per_minute, seconds=seconds)
        for per_minute in (6.0, 5.0)
        for seconds in (120, 300)
        for follows in (True, False)
    )


def _figure(*, follows: bool, per_minute: float, seconds: int) -> FollowingFigure:
    said: list[Followed] = []
    for person in range(PEOPLE):
        breath = following(person, per_minute / 60, seconds) if follows else not_following(person, seconds)
        said.append(verdict_of(beats_of_breath(person, breath), per_minute / 60, seconds))
    return FollowingFigure(
        f"{'follows' if follows else '12 to 15 a minute'}, paced at {per_minute:g}, {seconds} s",
        said.count(Followed.WITH_IT) / PEOPLE,
        said.count(Followed.IN_PART) / PEOPLE,
    )


def print_following() -> None:
    """Print every figure in a line."""
    print(f"\nDid the heart go along? {PEOPLE} simulated people each; what is said of them.")
    for figure in measure_following():
        print(
            f"{figure.what:<44}{100 * figure.with_it:>5.1f} % with it {100 * figure.in_part:>5.1f} % in part",
            flush=True,
        )


if __name__ == "__main__":
    print_following()
