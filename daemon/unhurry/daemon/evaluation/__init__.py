"""Detection measured on labelled recordings of real people, with the code that runs live.

In: folders of recordings (`NAME.rr.csv.gz`, `NAME.labels.csv`, `dataset.toml` …). Out: a `Report` with one
`SetReport` for each folder, every figure with its interval. docs/evaluate.md says what the figures mean.
"""

from .cohort import evaluate
from .outcome import Conditions
from .people import find_sets
from .report import Figure, Report, SetReport
from .spreading import Spread, on_a_cluster, on_this_machine

__all__ = [
    "Conditions",
    "Figure",
    "Report",
    "SetReport",
    "Spread",
    "evaluate",
    "find_sets",
    "on_a_cluster",
    "on_this_machine",
]
