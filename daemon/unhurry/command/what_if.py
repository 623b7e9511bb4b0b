"""`unhurry what-if`: the wearer's own days under other settings, before one is changed."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from unhurry.config import UsageError

from .options import common_options
from .output import print_lines

if TYPE_CHECKING:
    from unhurry.daemon.insights.what_if import WhichDays

_STEPS = 1000
_WIDTH = 88
_LISTED = 40
"""Moments listed on a terminal; --json has all."""


class LocalDate(click.ParamType[date]):
    """A day, as the place it was lived in dates it."""

    name = "DATE"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the day."""
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no day. Write it like 2026-03-12.", param, ctx)


@click.command("what-if", epilog="Example: unhurry what-if --set on_score=2.2 --set budget_per_day=2")
@click.option(
    "--set",
    "changes",
    metavar="NAME=VALUE",
    multiple=True,
    help="A setting to try, of the detector or under [prompts]; may be repeated.",
)
@click.option("--days", type=click.IntRange(1, 3660), metavar="N", help="The last N days worn (default 14).")
@click.option("--from", "first", type=LocalDate(), help="The first day to look at.")
@click.option("--to", "last", type=LocalDate(), help="The last day to look at.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of tables.")
@common_options
def command(
    changes: tuple[str, ...],
    days: int | None,
    first: date | None,
    last: date | None,
    as_json: bool,
    db: Path,
    config: Path,
) -> None:
    """Live your own days again under other settings, and see what would have been different.

    Nothing is changed: neither a setting nor a day. Unhurry may go on running meanwhile.
    """
    from unhurry.config.trying import Tried  # noqa: PLC0415 - loaded when asked for
    from unhurry.daemon.insights.what_if import what_if  # noqa: PLC0415
    from unhurry.daemon.insights.what_if_words import content_of  # noqa: PLC0415
    from unhurry.store import migrate, open_database  # noqa: PLC0415

    from .starting import loaded, parameters_from  # noqa: PLC0415

    wanted = _wanted(changes)
    which = _which(days, first, last)
    settings = loaded(config)
    now = Tried(settings.prompts, parameters_from(settings))
    tried = now.changed(wanted)
    if db.exists():
        migrate(db)
    with open_database(db, read_only=True) as database, _progress() as progress:
        comparison = what_if(database, now, tried, which, progress)
    content = content_of(comparison, now, tried, wanted)
    if as_json:
        print_lines([json.dumps(content, allow_nan=False, ensure_ascii=False)])
    else:
        print_lines(plain_lines(content))


def plain_lines(content: dict[str, Any]) -> Iterator[str]:
    """Yield the answer for a person."""
    result = content["result"]
    for setting in content["settings"]:
        unit = "" if setting["unit"] is None else f" {setting['unit']}"
        yield f"{setting['title']} ({setting['name']}): {setting['before']} → {setting['after']}{unit}"
    yield ""
    yield click.wrap_text(content["sentence"], _WIDTH)
    yield ""
    yield "                       moments noticed    offers made"
    yield "day           worn     now → then         now → then"
    for day in result["days"]:
        yield _row(date.fromisoformat(day["date"]).strftime("%a %d %b %Y"), day)
    total = result["total"]
    yield _row("all" if total["days"] == 1 else f"{total['days']} days", total)
    if result["changes"]:
        yield ""
        yield "What would have been different:"
        for change in result["changes"][:_LISTED]:
            yield f"  {_moment(change)}"
        more = len(result["changes"]) - _LISTED + result["left_out"]
        if more > 0:
            yield f"  and {more} more (--json lists them)"
    if result["recorded"]["sentence"] is not None:
        yield ""
        yield click.wrap_text(result["recorded"]["sentence"], _WIDTH)
    yield ""
    yield "To keep it, write into config.toml in your settings folder, and start Unhurry anew:"
    for table in dict.fromkeys(line["table"] for line in content["keep"]):
        yield f"  [{table}]"
        yield from (f"  {line['line']}" for line in content["keep"] if line["table"] == table)


def _row(name: str, counts: dict[str, Any]) -> str:
    events = f"{counts['events_before']:>3} → {counts['events_after']}"
    offers = f"{counts['offers_before']:>3} → {counts['offers_after']}"
    return f"{name:<15}{counts['worn_hours']:6.1f} h  {events:<18} {offers}".rstrip()


def _moment(change: dict[str, Any]) -> str:
    at = datetime.fromisoformat(change["t"]).strftime("%a %d %b %H:%M")
    said = "" if change["label"] is None else f', you said "{change["label"]}"'
    return f"{at}  {change['rise_bpm']:+4.0f} bpm  {_fate(change)}{said}"


def _fate(change: dict[str, Any]) -> str:
    if change["after"] is None:
        return "no longer noticed" + (", no offer" if change["before"] == "prompt" else "")
    if change["before"] is None:
        return "noticed" + (", an offer" if change["after"] == "prompt" else _why(change["reason_after"]))
    return "an offer" if change["after"] == "prompt" else f"no offer{_why(change['reason_after'])}"


def _why(reason: str) -> str:
    return f" ({reason.replace('_', ' ')})"


def _wanted(changes: tuple[str, ...]) -> dict[str, str]:
    if not changes:
        raise UsageError("There is nothing to try.", "Name a setting, like --set on_score=2.2.")
    wanted: dict[str, str] = {}
    for change in changes:
        name, equals, text = change.partition("=")
        if not equals:
            raise UsageError(f"--set {change}: no value given.", "Write it like --set on_score=2.2.")
        wanted[name.strip()] = text.strip()
    return wanted


def _which(days: int | None, first: date | None, last: date | None) -> WhichDays:
    from unhurry.daemon.insights.what_if import DAYS, WhichDays  # noqa: PLC0415

    if first is not None and last is not None and last < first:
        raise UsageError(f"--to {last} lies before --from {first}.", "Exchange them.")
    if days is None:
        days = DAYS if first is None and last is None else 3660
    return WhichDays(days, first, last)


@contextmanager
def _progress() -> Generator[Callable[[float], None]]:
    """Show how far it is, where a person looks on."""
    looked_at = sys.stderr is not None and sys.stderr.isatty()
    with click.progressbar(length=_STEPS, label="Your days", file=sys.stderr, hidden=not looked_at) as bar:
        yield lambda share: bar.update(round(share * _STEPS) - bar.pos)
