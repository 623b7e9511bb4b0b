"""Which intervals are believed: real beats, invented artifacts, and the swing of slow breathing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from unhurry.signal import Verdict
from unhurry.signal.clock import Clocked
from unhurry.signal.history import extend, initial_history, judged_beats
from unhurry.signal.records import FloatArray, Int8Array, Int64Array

DATA = Path(__file__).parents[2].parent / "shared" / "data"
real = pytest.mark.skipif(not DATA.is_dir(), reason="recordings are not beside the project (../shared/data)")
GOOD = (Verdict.OK, Verdict.GAP)


def verdicts(rr_ms: FloatArray) -> Int8Array:
    none = np.zeros(len(rr_ms), np.bool_)
    rr_1024 = np.rint(rr_ms * 1.024).astype(np.int64)
    t_ms = np.cumsum(rr_1024) * 1000 // 1024
    history = extend(initial_history(), t_ms, rr_1024, Clocked(t_ms, none, none, np.cumsum(rr_1024)))
    return judged_beats(history, 0).verdict


def heart(count: int, seed: int = 1) -> FloatArray:
    """Return intervals of a heart at rest: 65 bpm, breathing at 15 a minute, some noise."""
    rng = np.random.default_rng(seed)
    t_s = np.cumsum(np.full(count, 0.92))
    swing: FloatArray = 35 * np.sin(2 * np.pi * 0.25 * t_s) + 20 * np.sin(2 * np.pi * 0.1 * t_s)
    noise: FloatArray = rng.normal(0, 8, count)
    return 920 + swing + noise


def with_missed(rr_ms: FloatArray, at: Int64Array) -> tuple[FloatArray, Int64Array]:
    """Return the intervals with the beats `at` unseen, and where the long intervals are."""
    merged = rr_ms.copy()
    merged[at + 1] += merged[at]
    return np.delete(merged, at), at - np.arange(len(at))


def with_extra(rr_ms: FloatArray, at: Int64Array) -> tuple[FloatArray, Int64Array]:
    """Return the intervals with a false beat in the middle of each of `at`, and where the first halves are."""
    halved = rr_ms.copy()
    first = halved[at] * 0.45
    halved[at] -= first
    return np.insert(halved, at, first), at + np.arange(len(at))


def test_a_quiet_heart_is_believed() -> None:
    found = verdicts(heart(5000))
    assert np.mean(np.isin(found[91:], GOOD)) > 0.995
    assert np.mean(np.isin(found[:91], GOOD)) > 0.98


def test_beats_that_were_missed_are_found_and_named() -> None:
    rr_ms, at = with_missed(heart(6000), np.arange(150, 5900, 97))
    found = verdicts(rr_ms)[at]
    assert np.mean(~np.isin(found, GOOD)) > 0.99
    assert np.mean(found == Verdict.MISSED) > 0.9


def test_false_beats_are_found_and_named() -> None:
    rr_ms, at = with_extra(heart(6000), np.arange(150, 5900, 97))
    found = verdicts(rr_ms)[at]
    assert np.mean(~np.isin(found, GOOD)) > 0.99
    assert np.mean(found == Verdict.EXTRA) > 0.8


def test_an_early_beat_and_its_pause_are_ectopic() -> None:
    rr_ms = heart(3000)
    at = np.arange(150, 2900, 83)
    early = 0.3 * rr_ms[at]
    rr_ms[at] -= early
    rr_ms[at + 1] += early
    found = verdicts(rr_ms)
    assert np.mean(~np.isin(found[at], GOOD)) > 0.99
    assert np.mean(~np.isin(found[at + 1], GOOD)) > 0.9
    # Short, long, short again: the pattern has its name at the pause in the middle.
    assert np.mean(found[at + 1] == Verdict.ECTOPIC) > 0.9


def test_no_beat_of_a_slow_breath_with_a_large_swing_is_an_artifact() -> None:
    """At six breaths a minute a heart may swing by 36 bpm: fixed percentages call a quarter of it wrong."""
    rr_ms: list[float] = []
    t_s = 0.0
    while t_s < 1800:
        hr_bpm = 62 + 18 * np.sin(2 * np.pi * 0.1 * t_s)
        rr_ms.append(60_000 / hr_bpm)
        t_s += rr_ms[-1] / 1000
    found = verdicts(np.array(rr_ms))
    assert np.all(np.isin(found, GOOD))


def test_intervals_no_heart_has_are_never_believed() -> None:
    rr_ms = heart(400)
    rr_ms[[200, 250, 300]] = [55.0, 24_496.0, 2_050.0]
    found = verdicts(rr_ms)
    assert found[200] == Verdict.EXTRA
    assert found[250] == found[300] == Verdict.MISSED


def test_a_metronome_is_believed_and_so_is_its_slightest_change() -> None:
    rr_ms = np.full(500, 1000.0)
    rr_ms[300:] = 990.0
    assert np.all(np.isin(verdicts(rr_ms), GOOD))


@real
def test_artifacts_put_into_real_beats_are_found() -> None:
    """gudb, all people sitting: annotated to the sample, so what is put in is all that is wrong."""
    found_share: list[float] = []
    kept_share: list[float] = []
    for file in sorted((DATA / "gudb").glob("*_sitting.rr.csv.gz")):
        rr_ms = np.loadtxt(file, delimiter=",", skiprows=1, usecols=1)
        rr_ms = np.tile(rr_ms, 4)
        for put_in in (with_missed, with_extra):
            spoiled, at = put_in(rr_ms, np.arange(110, len(rr_ms) - 10, 31))
            good = np.isin(verdicts(spoiled), GOOD)
            untouched = np.ones(len(good), np.bool_)
            for near in (-1, 0, 1, 2):
                untouched[np.clip(at + near, 0, len(good) - 1)] = False
            untouched[:91] = False
            found_share.append(float(np.mean(~good[at])))
            kept_share.append(float(np.mean(good[untouched])))
    print(f"gudb sitting: sensitivity {np.mean(found_share):.4f}, specificity {np.mean(kept_share):.4f}")
    assert np.mean(found_share) > 0.97
    assert np.mean(kept_share) > 0.97
