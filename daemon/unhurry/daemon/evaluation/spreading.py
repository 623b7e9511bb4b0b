"""Work spread over the cores of this machine, or over a cluster.

In: a function and its items. Out: one result for each item, in the order of the items: the same, however it
is spread.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from importlib import import_module
from typing import Any, Protocol, TypeVar

from unhurry.config import UnhurryError

Item = TypeVar("Item")
Result = TypeVar("Result")


class Spread(Protocol):
    """A way of getting work done."""

    def __call__(
        self, work: Callable[[Item], Result], items: Sequence[Item], done: Callable[[], None]
    ) -> list[Result]:
        """Do the work for each item; `done` is called after each."""
        ...


def on_this_machine(jobs: int) -> Spread:
    """Return a way to work in `jobs` processes; with one, in this process."""

    def spread(
        work: Callable[[Item], Result], items: Sequence[Item], done: Callable[[], None]
    ) -> list[Result]:
        if min(jobs, len(items)) <= 1:
            return [_then(work(item), done) for item in items]
        # The same on every system; forking a process that has threads is asking for trouble.
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(min(jobs, len(items)), context, _end_at_once) as pool:
            futures = [pool.submit(work, item) for item in items]
            try:
                for future in as_completed(futures):
                    future.result()
                    done()
            except BrokenProcessPool as error:
                raise UnhurryError(
                    "A worker process ended before its work did.", "Is memory short? Try --jobs 1."
                ) from error
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
            return [future.result() for future in futures]

    return spread


def on_a_cluster(address: str) -> Spread:
    """Return a way to work on a Dask cluster, whose workers see the same files and have Unhurry installed.

    Raises
    ------
    UnhurryError
        Dask is not installed, or (when work begins) no scheduler answers at `address`.
    """
    try:
        dask: Any = import_module("distributed")
    except ImportError as error:
        raise UnhurryError(
            "--scheduler needs Dask, which is not installed.",
            'Install it with: pip install "unhurry[cohort]"',
        ) from error

    def spread(
        work: Callable[[Item], Result], items: Sequence[Item], done: Callable[[], None]
    ) -> list[Result]:
        try:
            client = dask.Client(address, timeout="10s")
        except (OSError, ValueError) as error:
            raise UnhurryError(
                f"No Dask scheduler answers at {address}.", "Give its address, like tcp://192.0.2.1:8786."
            ) from error
        with client:
            futures = client.map(work, list(items), pure=False)
            try:
                for _ in dask.as_completed(futures):
                    done()
                results: list[Result] = client.gather(futures)
            except (ImportError, OSError, RuntimeError) as error:
                raise UnhurryError(
                    f"The cluster could not do the work: {error}.",
                    "Its workers need the same version of Unhurry, and to see the same files.",
                ) from error
            return results

    return spread


def _end_at_once() -> None:
    """Let Ctrl-C, which reaches the whole terminal, end a worker without a traceback of its own."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _then(result: Result, done: Callable[[], None]) -> Result:
    done()
    return result
