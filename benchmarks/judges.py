"""Who says which intervals are artifacts: Unhurry, and what people use today.

In: a `Course`. Out: which of its intervals are rejected.

Unhurry judges through `step`, from what came before and two beats more. The peers see the whole recording:
NeuroKit2's `signal_fixpeaks(method="Kubios")` has centred windows (its first pass: later ones renumber the
beats); the filters of hrv-analysis look at the neighbours, applied as its `get_nn_intervals` does, after its
limits of 300 and 2000 ms. hrv-analysis and NeuroKit2 agree on a pandas only under Python 3.11: elsewhere it
is left out.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import partial, reduce

import neurokit2
import numpy as np
from courses import BoolArray, Course

from unhurry.signal import Arrivals, Kind, Output, Parameters, Verdict, finish, initial_state, step

try:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # nolds, which it imports, looks for its own data by pkg_resources
        import hrvanalysis
except ImportError:
    hrvanalysis = None

Judge = Callable[[Course], BoolArray]


def through_step(course: Course) -> tuple[Output, Output]:
    """Feed the course to the pipeline; return what `step` says and what `finish` adds."""
    arrivals = Arrivals(
        np.maximum.accumulate(course.t_ms),
        np.full(len(course), Kind.BEAT, np.int8),
        np.rint(course.rr_ms * 1.024),
    )
    parameters = Parameters()
    state, output = step(parameters, initial_state(parameters), arrivals)
    return output, finish(state)


def unhurry(course: Course) -> BoolArray:
    """Return what Unhurry rejects. The last beats of a recording have no verdict and count as believed."""
    verdicts = np.concatenate([output.beats.verdict for output in through_step(course)])
    rejected = np.zeros(len(course), np.bool_)
    rejected[: len(verdicts)] = ~np.isin(verdicts, (Verdict.OK, Verdict.GAP))
    return rejected


def kubios(course: Course) -> BoolArray:
    """Return what NeuroKit2's form of the Kubios method rejects."""
    peaks = np.rint(np.cumsum(course.rr_ms)).astype(np.int64)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found, _ = neurokit2.signal_fixpeaks(peaks, sampling_rate=1000, method="Kubios", iterative=False)
    rejected = np.zeros(len(course), np.bool_)
    for kind in ("ectopic", "missed", "extra", "longshort"):
        rejected[np.array(found[kind], np.int64)] = True
    return rejected


def hrv_analysis(course: Course, method: str) -> BoolArray:
    """Return what one filter of hrv-analysis rejects."""
    inside = hrvanalysis.remove_outliers(course.rr_ms.tolist(), verbose=False)
    filled = hrvanalysis.interpolate_nan_values(list(inside))
    kept = hrvanalysis.remove_ectopic_beats(filled, method=method, verbose=False)
    rejected: BoolArray = np.isnan(np.array(inside)) | np.isnan(np.array(kept))
    return rejected


PEERS: dict[str, Judge] = {"NeuroKit2, Kubios": kubios}
if hrvanalysis is not None:
    PEERS |= {
        f"hrv-analysis, {method.title()}": partial(hrv_analysis, method=method)
        for method in ("malik", "kamath", "karlsson")
    }
JUDGES: dict[str, Judge] = {"Unhurry": unhurry} | PEERS


def any_peer(course: Course) -> BoolArray:
    """Return what at least one peer rejects."""
    return reduce(np.logical_or, (judge(course) for judge in PEERS.values()))
