"""Options that every command shares: which database, which settings.

In: the command line and the environment. Out: `db` and `config`, two paths handed to the command as keywords.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from unhurry.config import database_path, settings_path

Command = TypeVar("Command", bound=Callable[..., Any])


def database_option(
    default: Callable[[], Path] = database_path, *, envvar: str | None = "UNHURRY_DB"
) -> Callable[[Command], Command]:
    """Return a decorator that adds `--db FILE`, handed over as `db: Path`.

    A command with a database of its own (the simulated day) gives its own `default` and `envvar=None`, so
    that it can never write into a real one.
    """
    return click.option(
        "--db",
        metavar="FILE",
        type=click.Path(dir_okay=False, path_type=Path),
        default=default,
        envvar=envvar,
        help="The database file. Without it: UNHURRY_DB, or the one in your data folder.",
    )


def _existing(context: click.Context, parameter: click.Parameter, value: Path) -> Path:
    """Refuse a file that was asked for and is not there; the usual place may well be empty."""
    source = context.get_parameter_source(parameter.name or "")
    if source is not ParameterSource.DEFAULT and not value.is_file():
        raise click.BadParameter(f"there is no settings file at {value}.", context, parameter)
    return value


config_option = click.option(
    "--config",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    default=settings_path,
    callback=_existing,
    help="The settings file. Without it: config.toml in your settings folder, if there is one.",
)
"""Decorator that adds `--config FILE`, handed over as `config: Path`."""


def common_options(command: Command) -> Command:
    """Add `--db FILE` and `--config FILE` to `command`, which then takes `db: Path` and `config: Path`."""
    with_config: Command = config_option(command)
    return database_option()(with_config)
