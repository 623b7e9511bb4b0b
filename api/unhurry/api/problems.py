"""Errors as a person can act on them: problem details (RFC 9457).

In: exceptions. Out: `application/problem+json` with one sentence that says what and where.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from unhurry.config import DatabaseError, InputError, UnhurryError
from unhurry.store.prompts import AnswerContradicts

from .headers import API_HEADERS

MEDIA_TYPE = "application/problem+json"


class Problem(BaseModel):
    """What went wrong."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str


PROBLEMS: dict[int | str, dict[str, Any]] = {status: {"model": Problem} for status in (403, 422, 503)}
"""What any request may be answered with, for the description of the API."""

BODY_PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem} for status in (400, 411, 413, 415)
}
"""What a request with a body may be answered with, besides."""


def problem(status: int, detail: str, **more: Any) -> JSONResponse:
    """Return a response; `more` are further members, already plain JSON."""
    body = Problem(title=HTTPStatus(status).phrase, status=status, detail=detail).model_dump() | more
    return JSONResponse(body, status, headers=dict(API_HEADERS), media_type=MEDIA_TYPE)


def not_found(what: str, identity: int | str) -> HTTPException:
    """Return the exception for something that is not there."""
    return HTTPException(404, f"There is no {what} {identity}.")


def refused(why: str) -> HTTPException:
    """Return the exception for a request that asks for what cannot be."""
    return HTTPException(422, why)


def contradicted(why: str) -> HTTPException:
    """Return the exception for a request that does not fit what is so now."""
    return HTTPException(409, why)


def explain_problems(app: FastAPI) -> None:
    """Let every error of `app` leave as problem details."""
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(UnhurryError, _ours)
    app.add_exception_handler(Exception, _unexpected)


def _http(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for it
    detail = error.detail
    if not detail.endswith("."):  # not one of ours
        detail = _SENTENCES.get(error.status_code, f"{detail}.")
    response = problem(error.status_code, detail)
    response.headers.update(error.headers or {})
    return response


def _invalid(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"][1:]) or str(first["loc"][0])
    return problem(422, f"`{place}`: {str(first['msg']).removeprefix('Value error, ').rstrip('.')}.")


def _ours(_: Request, error: Exception) -> JSONResponse:
    match error:
        case InputError():
            status = 422
        case AnswerContradicts():
            status = 409
        case DatabaseError():
            status = 503
        case _:
            status = 500
    return problem(status, str(error))


def _unexpected(_: Request, error: Exception) -> JSONResponse:
    del error  # uvicorn logs it; a page is no place for its text
    return problem(500, "Something went wrong inside Unhurry. Its log says what.")


_SENTENCES = {
    400: "The body is not JSON in UTF-8.",
    404: "There is nothing at this address.",
    405: "This address does not answer to that method.",
}
