"""The app: routes, guard, problems, put together.

In: a database that `migrate` has prepared. Out: a FastAPI app. It keeps no state but the path; it never
migrates.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from unhurry.config import Settings, database_path, load_settings, settings_path
from unhurry.config.content import load_practices
from unhurry.config.help_lines import load_help
from unhurry.store import migrate

from . import (
    effect,
    events,
    heart,
    help_page,
    intents,
    journal,
    live,
    notices,
    outcomes,
    practice_runs,
    practices,
    prompts,
    resonance,
    status,
    timeline,
    trying,
    usefulness,
    what_if,
)
from .access import Context
from .guard import LOOPBACK, Guard
from .page import serve_page
from .problems import MEDIA_TYPE, PROBLEMS, explain_problems
from .stopping import Stopping

_SILENT: dict[str, Any] = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
}
"""FastAPI reports to OpenTelemetry unless told not to. Nothing leaves this machine."""


def create_app(
    db: Path,
    *,
    config_folder: Path | None = None,
    settings: Settings | None = None,
    hosts: Iterable[str] = LOOPBACK,
) -> FastAPI:
    """Return the app for the database at `db`.

    `config_folder` is where the wearer's own practices are, `settings` say which suit the wearer and who
    steadies them; `hosts` are the names the page may be asked for
    under. A database that is missing or cannot be read is no error here: each request then answers 503 with
    what to do.
    """
    app = FastAPI(
        title="Unhurry",
        description="What the strap heard, what Unhurry made of it, and your own words. Only here.",
        version=status.VERSION,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry=_SILENT,  # type: ignore[arg-type]
        responses=PROBLEMS,
        lifespan=_lifespan,
    )
    wearer = settings if settings is not None else Settings()
    app.state.context = Context(
        db,
        load_practices(config_folder, wearer.practices),
        Stopping(),
        load_help(config_folder),
        wearer.help,
        wearer.people,
        wearer.practices.exclude,
    )
    for part in (
        status,
        live,
        heart,
        events,
        timeline,
        journal,
        prompts,
        intents,
        practices,
        practice_runs,
        resonance,
        help_page,
        notices,
        usefulness,
        outcomes,
        effect,
        trying,
        what_if,
    ):
        app.include_router(part.router)
    serve_page(app)
    explain_problems(app)
    app.add_middleware(Guard, hosts=tuple(hosts))

    @app.get("/api/openapi.json", include_in_schema=False)
    def description() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _description(app)
        return app.openapi_schema

    return app


def create_app_from_environment() -> FastAPI:
    """Return the app for `UNHURRY_DB` or the default database, created and migrated when need be.

    For `python -m uvicorn --factory unhurry.api:create_app_from_environment`. Raises DatabaseError,
    SettingsError.
    """
    path = database_path()
    migrate(path)
    file = settings_path()
    return create_app(path, config_folder=file.parent, settings=load_settings(file))


def close_streams(app: FastAPI) -> None:
    """End the live streams of `app`, from any thread: a server waits for them before it stops."""
    app.state.context.stopping.set()


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncGenerator[None]:
    stopping: Stopping = app.state.context.stopping
    with stopping.on_signals():
        yield
    stopping.set()


def _description(app: FastAPI) -> dict[str, Any]:
    schema = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    for operations in schema["paths"].values():
        for operation in operations.values():
            for code, answer in operation["responses"].items():
                if int(code) >= 400 and "content" in answer:
                    answer["content"] = {MEDIA_TYPE: next(iter(answer["content"].values()))}
    return schema
