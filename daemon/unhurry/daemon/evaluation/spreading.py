"""Work spread over the cores of this machine, or over a cluster.

In: a function and its items. Out: one result for each item, in the order of the items: the same, however it
is spread.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
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
        pool = ProcessPoolExecutor(min(jobs, len(items)), context, _begin)
        try:
            with _without_ctrl_c():
                futures = [pool.submit(work, item) for item in items]
            for future in as_completed(futures):
                future.result()
                done()
        except BaseException as error:
            _give_up(pool)
            if isinstance(error, BrokenProcessPool):
                raise UnhurryError(
                    "A worker process ended before its work did.", "Is memory short? Try --jobs 1."
                ) from error
            raise
        pool.shutdown()
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


@contextmanager
def _without_ctrl_c() -> Generator[None]:
    """Keep Ctrl-C waiting while workers are started, here and in them.

    A worker loads NumPy and SciPy before anything of ours runs in it; interrupted there, it would print a
    traceback. It inherits the mask and takes it off in `_begin`. Windows has no mask.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin() -> None:
    """Let Ctrl-C, which reaches the whole terminal, end this worker at once, and its parent's end, too."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Wait for the parent to end: killed, it cannot tell its workers, which would wait for work forever."""
    if (parent := multiprocessing.parent_process()) is not None:
        parent.join()
        os._exit(1)


def _give_up(pool: ProcessPoolExecutor) -> None:
    """End the workers in the middle of what they do: nobody waits for it any more."""
    pool.shutdown(wait=False, cancel_futures=True)
    for worker in multiprocessing.active_children():
        worker.terminate()


def _then(result: Result, done: Callable[[], None]) -> Result:
    done()
    return result
