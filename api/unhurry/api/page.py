"""The page and its fonts, from the packages they are installed in."""

from __future__ import annotations

import mimetypes
from importlib.resources import files
from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles

from .problems import not_found

router = APIRouter(include_in_schema=False)

FOLDER = Path(str(files("unhurry.api") / "page"))

FONTS: dict[str, str] = {
    "SourceSansPro-Regular.ttf": "font_source_sans_pro",
    "SourceSansPro-It.ttf": "font_source_sans_pro",
    "SourceSansPro-Semibold.ttf": "font_source_sans_pro",
    "SourceSansPro-SemiboldIt.ttf": "font_source_sans_pro",
    "SourceSerifPro-Regular.ttf": "font_source_serif_pro",
    "SourceSerifPro-It.ttf": "font_source_serif_pro",
    "SourceSerifPro-Semibold.ttf": "font_source_serif_pro",
}

# On some machines a registry or mime.types says otherwise, and `nosniff` then stops the page from loading.
for _kind, _ending in (("text/javascript", ".js"), ("text/css", ".css"), ("image/svg+xml", ".svg")):
    mimetypes.add_type(_kind, _ending)


@router.get("/")
@router.get("/day")
@router.get("/day/{date}")
@router.get("/event/{number}")
@router.get("/journal")
@router.get("/journal/{number}")
@router.get("/practices")
@router.get("/breathe/{name}")
@router.get("/ground/{name}")
@router.get("/settings")
@router.get("/help")
def page() -> FileResponse:
    """The page; which of its places is shown is its own business."""
    # Looked at again each time: after an update the page and its parts must belong together.
    return FileResponse(FOLDER / "index.html", headers={"Cache-Control": "no-cache"})


@router.get("/fonts/{name}")
def font(name: str) -> FileResponse:
    """A font, from the package it comes in."""
    package = FONTS.get(name)
    if package is None:
        raise not_found("font", name[:60])
    path = Path(str(files(package) / "files" / name))
    return FileResponse(path, media_type="font/ttf", headers={"Cache-Control": "max-age=604800"})


class PageFiles(StaticFiles):
    """The parts of the page, asked for again after an update."""

    def file_response(self, *args: object, **kwargs: object) -> object:  # type: ignore[override]
        """Say that a browser must ask whether the file is still the same."""
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        response.headers.setdefault("Cache-Control", "no-cache")
        return response


def serve_page(app: FastAPI) -> None:
    """Add the page to `app`."""
    app.include_router(router)
    app.mount("/page", PageFiles(directory=FOLDER), name="page")
