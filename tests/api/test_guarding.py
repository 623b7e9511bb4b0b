"""Who may ask, in what form, and what every error looks like."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from opentelemetry import trace
from tests.api.conftest import serving

from unhurry.api import create_app

PROBLEM = "application/problem+json"


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "evil.example:8765"},
        {"Host": "127.0.0.1.evil.example"},
        {"Host": ""},
        {"Host": "[::1"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"},
    ],
)
@pytest.mark.parametrize("address", ["/api/status", "/", "/page/js/main.js"])
def test_strangers_are_refused(client: httpx.Client, headers: dict[str, str], address: str) -> None:
    answer = client.get(address, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (403, PROBLEM)


def test_the_page_itself_scripts_and_links_are_welcome(served: Any) -> None:
    client, port = served.client, served.port
    assert client.get("/api/status").status_code == 200, "a script sends no Origin"
    for host in (f"127.0.0.1:{port}", f"localhost:{port}", "LOCALHOST", f"[::1]:{port}"):
        assert (
            client.get("/api/status", headers={"Host": host, "Origin": f"http://{host}"}).status_code == 200
        )
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert client.get("/journal", headers=link).status_code == 200
    assert client.get("/api/status", headers={"Sec-Fetch-Site": "same-origin"}).status_code == 200


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "application/jsonx"],
)
def test_a_body_that_is_not_json_is_refused(client: httpx.Client, kind: str) -> None:
    answer = client.post("/api/journal", content='{"body": "x"}', headers={"Content-Type": kind})
    assert (answer.status_code, answer.headers["content-type"]) == (415, PROBLEM)
    assert client.get("/api/journal").json()["items"] == []


def test_a_body_of_unknown_length_is_refused(client: httpx.Client) -> None:
    pieces = iter([b'{"body": ', b'"x"}'])
    answer = client.post("/api/journal", content=pieces, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.headers["content-type"]) == (411, PROBLEM)


def test_json_with_a_charset_is_json(client: httpx.Client) -> None:
    answer = client.post(
        "/api/journal", content='{"body": "x"}', headers={"Content-Type": "application/json; charset=utf-8"}
    )
    assert answer.status_code == 201


@pytest.mark.parametrize(
    ("method", "address", "body", "status"),
    [
        ("GET", "/api/nothing", None, 404),
        ("GET", "/nothing", None, 404),
        ("GET", "/page/nothing.js", None, 404),
        ("GET", "/page/..%2f..%2fapp.py", None, 404),
        ("GET", "/fonts/nothing.ttf", None, 404),
        ("GET", "/fonts/..%2f__init__.py", None, 404),
        ("DELETE", "/api/status", None, 405),
        ("GET", "/api/events/0", None, 422),
        ("GET", "/api/events/99999999999999999999", None, 422),
        ("GET", "/api/events/one", None, 422),
        ("GET", "/api/events?limit=1001", None, 422),
        ("GET", "/api/events?cursor=x", None, 422),
        ("GET", "/api/events?start=yesterday", None, 422),
        ("GET", "/api/timeline?date=2026-02-30", None, 422),
        ("GET", "/api/timeline?date=9999-12-31", None, 422),
        ("GET", "/api/heart-rate?resolution=century", None, 422),
        ("POST", "/api/journal", b"{", 422),
        ("POST", "/api/journal", b'{"body": "\xff"}', 400),
        ("POST", "/api/journal", b"[]", 422),
        ("POST", "/api/journal", b'{"body": "' + b"x" * 1_100_000 + b'"}', 413),
    ],
)
def test_every_error_is_a_sentence(
    client: httpx.Client, method: str, address: str, body: bytes | None, status: int
) -> None:
    answer = client.request(
        method,
        address,
        content=body,
        headers={"Content-Type": "application/json"} if body is not None else {},
    )
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == PROBLEM
    told = answer.json()
    assert (told["type"], told["status"]) == ("about:blank", status)
    assert told["title"]
    assert told["detail"].endswith(".")
    assert "\n" not in told["detail"]


def test_every_answer_keeps_the_page_to_itself(client: httpx.Client) -> None:
    for address in (
        "/",
        "/page/js/main.js",
        "/api/status",
        "/api/nothing",
        "/fonts/SourceSansPro-Regular.ttf",
    ):
        headers = client.get(address).headers
        assert headers["content-security-policy"].startswith("default-src 'self';"), address
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "access-control-allow-origin" not in headers
    assert client.get("/api/nothing").headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/day",
        "/day/2026-03-12",
        "/event/1",
        "/journal",
        "/practices",
        "/breathe/four_six",
        "/ground/naming",
        "/help",
    ],
)
def test_each_place_of_the_page_has_its_address(client: httpx.Client, address: str) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "<title>Unhurry</title>" in answer.text


def test_what_the_page_asks_for_is_there(client: httpx.Client) -> None:
    asked = set(re.findall(r'(?:href|src)="(/[^"]+)"', client.get("/").text))
    for style in [address for address in asked if address.endswith(".css")]:
        asked |= set(re.findall(r'url\("?(/[^")]+)"?\)', client.get(style).text))
    assert any(address.startswith("/fonts/") for address in asked)
    kinds = {
        ".js": "text/javascript; charset=utf-8",
        ".css": "text/css; charset=utf-8",
        ".ttf": "font/ttf",
        ".svg": "image/svg+xml",
    }
    for address in asked:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert answer.headers["content-type"] == kinds[Path(address).suffix], address


def test_a_database_that_is_gone_is_said_and_not_created(served: Any) -> None:
    served.day.database.close()
    for file in served.day.path.parent.iterdir():
        file.unlink()
    answer = served.client.get("/api/status")
    assert (answer.status_code, answer.headers["content-type"]) == (503, PROBLEM)
    assert "no database yet" in answer.json()["detail"]
    assert list(served.day.path.parent.iterdir()) == []


def test_a_database_locked_for_long_is_said(served: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("unhurry.store.database.BUSY_TIMEOUT_S", 0.05)
    with served.day.database.immediate():
        answer = served.client.post("/api/journal", json={"body": "x"})
        assert served.client.get("/api/status").status_code == 200, "reading goes on"
    assert answer.status_code == 503
    assert "locked" in answer.json()["detail"]
    assert served.client.get("/api/journal").json()["items"] == []


class Overheard(trace.TracerProvider):
    """What OpenTelemetry would be set up with by another package, or by a variable of the environment."""

    def __init__(self) -> None:
        self.asked = 0

    def get_tracer(self, *_: Any, **__: Any) -> trace.Tracer:
        self.asked += 1
        return trace.NoOpTracer()


def test_nothing_is_reported_to_anyone(day: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FASTAPI_OTEL_AUTO_CONFIGURE", "true")
    overheard = Overheard()
    monkeypatch.setattr(trace, "get_tracer_provider", lambda: overheard)
    with serving(create_app(day.path)) as (port, _, _):
        assert httpx.get(f"http://127.0.0.1:{port}/api/status").status_code == 200
        assert httpx.get(f"http://127.0.0.1:{port}/api/events/0").status_code == 422
    assert overheard.asked == 0
    monkeypatch.delenv("FASTAPI_OTEL_AUTO_CONFIGURE")
    with serving(FastAPI()) as (port, _, _):
        httpx.get(f"http://127.0.0.1:{port}/")
    assert overheard.asked > 0, "an app that does not say no reports: this test can fail"


def test_the_description_is_of_this_app(client: httpx.Client) -> None:
    told = client.get("/api/openapi.json").json()
    assert set(told["paths"]) == {
        "/api/status", "/api/live", "/api/heart-rate", "/api/minutes", "/api/events", "/api/events/{event_id}",
        "/api/decisions", "/api/effect", "/api/outcomes", "/api/timeline", "/api/journal", "/api/journal/{entry_id}",
        "/api/prompts", "/api/prompts/{prompt_id}/answer", "/api/intents", "/api/practices", "/api/notice", "/api/help",
        "/api/settings", "/api/what-if/{question_id}", "/api/usefulness",
        "/api/practice-runs", "/api/practice-runs/{run_id}", "/api/resonance", "/api/resonance/{round_id}/taking",
    }  # fmt: skip
    for path, operations in told["paths"].items():
        for method, operation in operations.items():
            for code, answer in operation["responses"].items():
                if int(code) >= 400:
                    assert list(answer["content"]) == [PROBLEM], (path, method, code)
    assert "HTTPValidationError" not in told["components"]["schemas"]
    assert client.get("/docs").status_code == 404
    assert client.get("/redoc").status_code == 404


def test_every_address_in_the_docs_is_described(client: httpx.Client) -> None:
    text = (Path(__file__).parents[2] / "docs" / "http.md").read_text(encoding="utf-8")
    told = {
        re.sub(r"\{.*?\}", "{}", path.rstrip("/")) for path in re.findall(r"/api(?:/[a-z{][\w{}-]*)+", text)
    }
    there = {re.sub(r"\{.*?\}", "{}", path) for path in client.get("/api/openapi.json").json()["paths"]}
    assert told - there == {"/api/openapi"}
    assert there - told == set()


def test_an_app_for_a_missing_database_can_be_made(tmp_path: Path) -> None:
    create_app(tmp_path / "none.db")
    assert list(tmp_path.iterdir()) == []
