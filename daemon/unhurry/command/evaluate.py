"""`unhurry evaluate`: how well detection does on labelled recordings of real people."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import click

from unhurry.config import InputError, UsageError

from .options import common_options
from .output import print_lines

if TYPE_CHECKING:
    from unhurry.config import Settings
    from unhurry.daemon.evaluation import Conditions
    from unhurry.daemon.evaluation.people import RecordingSet


@click.command(
    epilog="Example: unhurry evaluate recordings/mmash recordings/stress_predict --plot figures.svg"
)
@click.argument("folders", metavar="DIR…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of tables.")
@click.option("--no-motion", is_flag=True, help="Keep movement from the detectors: heart rate alone.")
@click.option(
    "--plot",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Draw the figures into FILE, an SVG picture.",
)
@click.option(
    "--set", "changes", metavar="KEY=VALUE", multiple=True, help="Change a parameter; may be repeated."
)
@click.option(
    "--jobs",
    metavar="N",
    type=click.IntRange(1, 1024),
    help="Processes to work in. Without it: one for each core.",
)
@click.option(
    "--scheduler", metavar="ADDRESS", help="Work on a Dask cluster, like tcp://192.0.2.1:8786, instead."
)
@common_options
def command(
    folders: tuple[Path, ...],
    as_json: bool,
    no_motion: bool,
    plot: Path | None,
    changes: tuple[str, ...],
    jobs: int | None,
    scheduler: str | None,
    db: Path,
    config: Path,
) -> None:
    """Measure detection over the labelled recordings in each DIR.

    Every recording goes through the live pipeline, as it is and after six hours of another person's day,
    beside simple detectors that anybody could build. docs/evaluate.md says what the figures mean. Reads and
    writes no database.
    """
    del db
    if scheduler is not None and jobs is not None:
        raise UsageError("--jobs and --scheduler contradict each other.", "Give one of them.")
    if plot is not None and plot.suffix.lower() != ".svg":
        raise UsageError(f"--plot {plot}: the picture is an SVG.", "Give a name that ends in .svg.")
    from unhurry.daemon.evaluation import (  # noqa: PLC0415 - NumPy and SciPy, loaded when asked for
        evaluate,
        find_sets,
        on_a_cluster,
        on_this_machine,
    )
    from unhurry.daemon.evaluation.as_json import as_json as as_object  # noqa: PLC0415
    from unhurry.daemon.evaluation.as_text import as_text  # noqa: PLC0415
    from unhurry.daemon.evaluation.picture import picture  # noqa: PLC0415

    from .starting import loaded  # noqa: PLC0415

    settings = loaded(config)
    sets = find_sets(folders)
    conditions = conditions_from(settings, changes, sets, motion=not no_motion)
    spread = on_this_machine(jobs or os.cpu_count() or 1) if scheduler is None else on_a_cluster(scheduler)
    with _progress(sum(len(each.wearings) for each in sets)) as done:
        report = evaluate(sets, conditions, spread, done)
    if plot is not None:
        try:
            plot.write_text(picture(report), encoding="utf-8")
        except OSError as error:
            raise InputError(
                f"{plot}: cannot be written ({error.strerror}).", "Choose another place."
            ) from error
    if as_json:
        print_lines([json.dumps(as_object(report, version("unhurry")), allow_nan=False, ensure_ascii=False)])
    else:
        print_lines(["\n".join(as_text(report)).rstrip()])


def conditions_from(
    settings: Settings, changes: tuple[str, ...], sets: tuple[RecordingSet, ...], *, motion: bool
) -> Conditions:
    """Return what holds for every recording. Raises SettingsError, UsageError for an unknown parameter."""
    from unhurry.daemon.evaluation import Conditions  # noqa: PLC0415
    from unhurry.daemon.evaluation.people import find_donors  # noqa: PLC0415

    from .starting import parameters_from  # noqa: PLC0415

    keys = [change.partition("=")[0].strip() for change in changes]
    return Conditions(
        parameters=parameters_from(settings, changes),
        levels_given=frozenset(key.removeprefix("motion.") for key in keys if key.startswith("motion.")),
        prompts=settings.prompts,
        motion=motion,
        donors=find_donors(sets),
    )


@contextmanager
def _progress(length: int) -> Generator[Callable[[], None]]:
    """Show how far it is, where a person looks on."""
    looked_at = sys.stderr is not None and sys.stderr.isatty()
    with click.progressbar(
        length=length, label="Recordings", file=sys.stderr, show_pos=True, hidden=not looked_at
    ) as bar:
        yield lambda: bar.update(1)
