"""A whole evaluation: every recording of every set, studied wherever there is room, and put together again.

In: sets, conditions, a way to spread the work. Out: a `Report`, the same for every way.
"""

from __future__ import annotations

from collections.abc import Callable

from unhurry.config import InputError

from .outcome import Conditions, Studied, Task
from .people import RecordingSet
from .pooling import pooled
from .report import Report, SetReport
from .spreading import Spread
from .study import study


def evaluate(
    sets: tuple[RecordingSet, ...], conditions: Conditions, spread: Spread, done: Callable[[], None]
) -> Report:
    """Study every recording; `done` is called after each.

    Raises
    ------
    InputError
        Not one of them could be evaluated; names the first reason.
    """
    tasks = [Task(wearing, conditions) for each in sets for wearing in each.wearings]
    # The longest first, so that no core waits for the last one. The order of the results is ours again.
    order = sorted(range(len(tasks)), key=lambda i: -_size(tasks[i]))
    results = dict(zip(order, spread(study, [tasks[i] for i in order], done), strict=True))
    studied = [results[i] for i in range(len(tasks))]
    reports: list[SetReport] = []
    for each in sets:
        own: list[Studied] = studied[: len(each.wearings)]
        studied = studied[len(each.wearings) :]
        reports.append(pooled(each.name, own, each.left_out))
    if not any(report.recordings for report in reports):
        why = next((out.why for report in reports for out in report.left_out), "there are none.")
        raise InputError(f"None of the recordings could be evaluated: {why}")
    return Report(conditions, tuple(reports))


def _size(task: Task) -> int:
    """Return how many bytes there are to read; what is gone by now is reported when it is read."""
    return sum(file.stat().st_size for file in task.wearing.files if file.is_file())
