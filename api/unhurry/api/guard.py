"""Who may ask, and in what form: looked at before anything else is.

In: every request. Out: the same request, or 403/415; and headers on every answer. A page on another site must
neither read the record (foreign `Origin`), nor reach it under a name it controls (foreign `Host`).
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .headers import API_HEADERS, PAGE_HEADERS
from .problems import problem

LOOPBACK: tuple[str, ...] = ("127.0.0.1", "localhost", "::1")

MOST_BYTES = 1_000_000
"""A longer request is refused: the longest entry takes about a third of it."""

_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})


class Guard:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp, hosts: Iterable[str] = LOOPBACK) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request that may not pass; hand on every other."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        path = str(scope["path"])
        refused = self._refusal(headers) or _wrong_form(str(scope["method"]), path, headers)
        if refused is not None:
            await problem(*refused)(scope, receive, send)
            return
        wanted = API_HEADERS if path.startswith("/api/") else PAGE_HEADERS

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                for name, value in wanted:
                    answer[name] = value
            await send(message)

        await self._app(scope, receive, send_with_headers)

    def _refusal(self, headers: Headers) -> tuple[int, str] | None:
        host = headers.get("host", "")
        if _hostname(f"//{host}") not in self._hosts:
            return 403, "Unhurry answers only under its own address, such as 127.0.0.1."
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc.lower() != host.lower():
            return 403, "Unhurry does not answer to pages of other sites."
        # An old browser sends no such header; a new one tells even where it sends no Origin.
        if headers.get("sec-fetch-site") in {"cross-site", "same-site"} and not _visit(headers):
            return 403, "Unhurry does not answer to pages of other sites."
        return None


def _visit(headers: Headers) -> bool:
    """Whether somebody follows a link to the page, which is welcome from anywhere."""
    return headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"


def _hostname(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


def _wrong_form(method: str, path: str, headers: Headers) -> tuple[int, str] | None:
    if method not in _WITH_BODY or not path.startswith("/api/"):
        return None
    if headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        return 415, "Send the body as application/json."
    # FastAPI can do this, too, but answers in plain text. A server holds a body to the length it announces.
    length = headers.get("content-length", "")
    if not length.isdecimal():
        return 411, "Send the length of the body: Content-Length."
    if int(length) > MOST_BYTES:
        return 413, "This is longer than Unhurry takes in one piece."
    return None
