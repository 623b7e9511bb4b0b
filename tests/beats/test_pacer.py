"""The pacer's sums: exact at any time, the same after five minutes as after five seconds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unhurry.config.content import load_practices
from unhurry.signal.pacer import Breath, Pacing, Part, boundaries, pacing, place_at

FOUR_SIX = (Part(Breath.IN, 4000), Part(Breath.OUT, 6000))
BOX = tuple(Part(kind, 4000) for kind in (Breath.IN, Breath.HOLD, Breath.OUT, Breath.HOLD))
SIGH = (Part(Breath.IN, 2000), Part(Breath.IN, 1000), Part(Breath.OUT, 6000))

PARTS = st.lists(st.builds(Part, st.sampled_from(Breath), st.integers(500, 60_000)), min_size=1, max_size=12)


def test_five_minutes_hold_whole_breaths_and_the_last_boundary_is_exact() -> None:
    paced = pacing(FOUR_SIX, 300_000)
    assert (paced.breaths, paced.total_ms) == (30, 300_000)
    times = boundaries(paced)
    assert times.dtype == np.int64
    assert times[:4].tolist() == [0, 4000, 10_000, 14_000]
    assert times[-2:].tolist() == [294_000, 300_000]


@pytest.mark.parametrize(("wanted_ms", "breaths"), [(0, 1), (-5, 1), (14_999, 1), (15_000, 2), (60_000, 6)])
def test_there_are_as_many_breaths_as_come_closest_and_never_none(wanted_ms: int, breaths: int) -> None:
    assert pacing(FOUR_SIX, wanted_ms).breaths == breaths


@pytest.mark.parametrize("parts", [(), (Part(Breath.IN, 0), Part(Breath.OUT, 10)), (Part(Breath.IN, -1),)])
def test_what_is_no_breath_is_refused(parts: tuple[Part, ...]) -> None:
    with pytest.raises(ValueError, match="longer than nothing"):
        pacing(parts, 60_000)


@given(PARTS, st.integers(1, 40), st.integers(0, 10**7))
def test_the_place_of_any_moment_is_the_boundary_before_it_and_what_is_over_since(
    parts: list[Part], breaths: int, t_ms: int
) -> None:
    paced = Pacing(tuple(parts), breaths)
    place = place_at(paced, t_ms)
    assert place.done == (t_ms >= paced.total_ms)
    assert 0.0 <= place.fullness <= 1.0
    if not place.done:
        number = int(np.searchsorted(boundaries(paced), t_ms, "right")) - 1
        assert (place.breath, place.part) == divmod(number, len(parts))
        assert place.into_ms == t_ms - boundaries(paced)[number]


@pytest.mark.parametrize("parts", [FOUR_SIX, BOX, SIGH], ids=["four_six", "box", "sigh"])
def test_the_breath_goes_from_empty_to_full_and_back_without_a_jump(parts: tuple[Part, ...]) -> None:
    paced = pacing(parts, 60_000)
    full = np.array([place_at(paced, t_ms).fullness for t_ms in range(0, paced.total_ms + 1, 10)])
    assert full[0] == 0
    assert full[-1] == pytest.approx(0, abs=1e-12)
    assert full.max() == pytest.approx(1)
    assert np.abs(np.diff(full)).max() < 0.011


def test_two_sips_share_the_way_in() -> None:
    paced = pacing(SIGH, 60_000)
    assert place_at(paced, 2000).fullness == pytest.approx(2 / 3)
    assert place_at(paced, 3000).fullness == pytest.approx(1)


def test_before_the_start_and_after_the_end_the_breath_is_empty() -> None:
    paced = pacing(FOUR_SIX, 60_000)
    before, after = place_at(paced, -1), place_at(paced, 10**9)
    assert (before.breath, before.done, before.fullness) == (-1, False, 0.0)
    assert (after.breath, after.done) == (6, True)
    assert after.fullness == pytest.approx(0, abs=1e-12)


def test_every_breath_that_comes_with_unhurry_can_be_paced() -> None:
    breaths = [practice for practice in load_practices().items if practice.phases]
    assert breaths
    for practice in breaths:
        parts = [Part(Breath(phase.kind), round(phase.seconds * 1000)) for phase in practice.phases]
        paced = pacing(parts, round(practice.minutes * 60_000))
        assert abs(paced.total_ms - practice.minutes * 60_000) <= paced.breath_ms / 2, practice.name
