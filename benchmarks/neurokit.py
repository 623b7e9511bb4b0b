"""The same beats through NeuroKit2: artifact correction, then heart-rate variability minute by minute.

In: a `Subject`. Out: seconds. This is less than `detect` does (no baseline, no movement, no events): it is
the part of the work that both know.
"""

from __future__ import annotations

import time
import warnings
from dataclasses import dataclass
from itertools import pairwise

import neurokit2
import numpy as np
from subject import Subject

from unhurry.signal import Kind
from unhurry.store.formats import read_recording


@dataclass(frozen=True, slots=True)
class NeurokitCost:
    """Seconds that NeuroKit2 spent, and on how many windows."""

    version: str
    fixpeaks_s: float
    hrv_time_s: float
    windows: int

    @property
    def total_s(self) -> float:
        """Correction and windows together."""
        return self.fixpeaks_s + self.hrv_time_s


def measure_neurokit(subject: Subject) -> NeurokitCost:
    """Run `signal_fixpeaks(method="Kubios")` once, and `hrv_time` on each 60 s window of its answer.

    The intervals are joined without their gaps: with beats at their real times, a day with a logger's gaps
    takes NeuroKit2 several times as long.
    """
    arrivals = read_recording(subject.day).arrivals
    rr_ms = arrivals.value[arrivals.kind == Kind.BEAT] * 1000 / 1024
    peaks = np.cumsum(rr_ms).astype(np.int64)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its own remarks on short windows
        began = time.perf_counter()
        _, corrected = neurokit2.signal_fixpeaks(peaks, sampling_rate=1000, method="Kubios")
        fixed = time.perf_counter()
        edges = np.searchsorted(corrected, np.arange(0, corrected[-1] + 60_000, 60_000))
        windows = [corrected[i:j] for i, j in pairwise(edges) if j - i > 3]
        for window in windows:
            neurokit2.hrv_time(window, sampling_rate=1000)
        ended = time.perf_counter()
    return NeurokitCost(neurokit2.__version__, fixed - began, ended - fixed, len(windows))
