"""What starting a recording or the page has in common: settings, parameters, wall times, a port that is free.

In: options. Out: values, or one `UnhurryError` that says which option to change.
"""

from __future__ import annotations

import errno
import ipaddress
import socket
from datetime import datetime
from pathlib import Path

import click

from unhurry.config import (
    PageSettings,
    PortInUse,
    Settings,
    UsageError,
    load_settings,
)
from unhurry.config.detection import parameters_of, with_parameter
from unhurry.signal import Parameters

_FIRST_YEAR, _LAST_YEAR = 1900, 2200
"""Years beyond which a date is a slip, and cannot be reckoned with in every zone."""


class StartTime(click.ParamType[datetime]):
    """An ISO 8601 time, with or without an offset (then local to this machine)."""

    name = "ISO"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Return the time with an offset."""
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(
                f"{value!r} is no time. Write it like 2026-03-12T07:30 or 2026-03-12T07:30+01:00.", param, ctx
            )
        if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
            self.fail(f"{value!r} is no time anybody wore a strap.", param, ctx)
        return moment.astimezone() if moment.tzinfo is None else moment


class Speed(click.ParamType[float]):
    """How many seconds of the recording pass in a real one."""

    name = "N"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return a number above 0."""
        try:
            speed = float(str(value))
        except ValueError:
            speed = 0.0
        if not 0 < speed <= 1e9:
            self.fail(f"{value!r} is no speed. Give a number above 0, for example 60.", param, ctx)
        return speed


def with_page(settings: Settings, host: str | None, port: int | None) -> Settings:
    """Return `settings` with the address of the command line, where one was given."""
    page = settings.page
    changed = PageSettings(
        host=host if host is not None else page.host,
        port=port if port is not None else page.port,
    )
    return settings.model_copy(update={"page": changed})


def loaded(config: Path, host: str | None = None, port: int | None = None) -> Settings:
    """Read the settings and apply the address options. Raises SettingsError."""
    return with_page(load_settings(config), host, port)


def parameters_from(settings: Settings, changes: tuple[str, ...] = ()) -> Parameters:
    """Return the detector's parameters: defaults, then the settings file, then `KEY=VALUE` changes."""
    parameters = parameters_of(settings.detection)
    for change in changes:
        key, equals, text = change.partition("=")
        if not equals:
            raise UsageError(f"--set {change}: no value given.", "Write it like --set on_score=3.")
        parameters = with_parameter(parameters, key.strip(), text.strip(), UsageError)
    return parameters


def loopback(page: PageSettings) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """Return the address the page will listen on. Raises UsageError unless it is this machine alone."""
    try:
        address = ipaddress.ip_address("127.0.0.1" if page.host == "localhost" else page.host)
    except ValueError:
        raise UsageError(f"--host {page.host}: this is no address.", "Use 127.0.0.1 or ::1.") from None
    if not address.is_loopback:
        raise UsageError(f"--host {page.host}: the page is for this machine alone.", "Use 127.0.0.1 or ::1.")
    return address


def listening_socket(page: PageSettings) -> socket.socket:
    """Bind the page's address before anything else is started.

    Raises UsageError for an address that is not this machine alone, PortInUse when another program has the
    port.
    """
    address = loopback(page)
    family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
        # Windows alone has it: there, SO_REUSEADDR would let two programs share the port.
        bound.setsockopt(socket.SOL_SOCKET, int(getattr(socket, "SO_EXCLUSIVEADDRUSE")), 1)  # noqa: B009
    else:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((str(address), page.port))
        # From here on a browser that comes early waits instead of being refused.
        bound.listen(128)
    except OSError as error:
        bound.close()
        if error.errno in (errno.EADDRINUSE, errno.EACCES):
            raise PortInUse(
                f"Another program uses port {page.port} on {page.host}.",
                f"Is Unhurry running already? If not, choose another: --port {page.port + 1}.",
            ) from error
        raise UsageError(
            f"{page.host}:{page.port} cannot be used: {error.strerror}.", "Try 127.0.0.1."
        ) from error
    return bound


def address_of(bound: socket.socket) -> str:
    """Return the page's address as one would type it."""
    host, port = bound.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
