"""Times on the wire: ISO 8601 with the offset of the place they were lived in."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator

from unhurry.store import Moment

_FIRST, _LAST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def iso(moment: Moment) -> str:
    """Return e.g. `2026-03-12T11:20:05.000+01:00`."""
    return moment.local.isoformat(timespec="milliseconds")


def iso_at(wall_ms: int, utc_offset_s: int) -> str:
    """Return the time of a wall time and the offset of its place."""
    return iso(Moment(wall_ms, utc_offset_s))


def wall_ms(time: datetime) -> int:
    """Return milliseconds since 1970."""
    return (time - _EPOCH) // timedelta(milliseconds=1)


def _plus(value: object) -> object:
    """Mend `+01:00` that came as ` 01:00`: in an address, a plus that is not escaped means a space."""
    if isinstance(value, str) and len(value) > 6 and value[-6] == " ":
        return f"{value[:-6]}+{value[-5:]}"
    return value


def _lived(value: datetime) -> datetime:
    if not _FIRST <= value <= _LAST:
        raise ValueError("a time between 1900 and 2200 is wanted")
    return value


def _lived_day(value: date) -> date:
    if not _FIRST.date() <= value <= _LAST.date():
        raise ValueError("a day between 1900 and 2200 is wanted")
    return value


Time = Annotated[AwareDatetime, BeforeValidator(_plus), AfterValidator(_lived)]
"""A time with an offset, as it comes in."""

LocalDate = Annotated[date, AfterValidator(_lived_day)]
