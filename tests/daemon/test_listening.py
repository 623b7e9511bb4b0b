"""A recording taken in by stretches says what it says at once."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from unhurry.daemon.listening import listen
from unhurry.daemon.simulation import simulate_day
from unhurry.signal import Arrivals, Kind, Parameters, finish, initial_state, step


def test_stretches_of_a_recording_give_the_same_as_all_of_it_at_once() -> None:
    day = simulate_day()
    assert day.arrivals.arrival_ms[-1] > 2 * 6 * 3600 * 1000  # more than two stretches
    parameters = replace(Parameters(), motion=day.motion_levels)
    state, at_once = step(parameters, initial_state(parameters), day.arrivals)

    heard = listen(parameters, day.arrivals)

    for stream in ("beats", "pending", "heart_rates", "motion", "trunk", "seconds"):
        ours, theirs = getattr(heard.output, stream), getattr(at_once, stream)
        for field in fields(theirs):
            assert np.array_equal(getattr(ours, field.name), getattr(theirs, field.name), equal_nan=True), (
                f"{stream}.{field.name}"
            )
    assert heard.output.events == at_once.events
    assert heard.minutes == (*at_once.minutes, *finish(state).minutes)
    assert len(heard.events) == len(heard.confirmed) > 0


@pytest.mark.parametrize("rows", [0, 1])
def test_next_to_nothing_can_be_listened_to(rows: int) -> None:
    arrivals = Arrivals(np.full(rows, 800, np.int64), np.full(rows, Kind.BEAT, np.int8), np.full(rows, 819.0))
    heard = listen(Parameters(), arrivals)
    assert (heard.minutes, heard.events, len(heard.output.seconds)) == ((), (), 0)
