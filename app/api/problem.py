"""What went wrong, for programs, as RFC 9457 has it: application/problem+json. It answers every error under our own JSON
API, those of the server around it too; elsewhere errors are answered as pages are."""

from __future__ import annotations

import json
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError

from app import web
from app.errors import AppError, Invalid, NotFound, SignInNeeded

PREFIX = "/api/quotidian/"
MEDIA = "application/problem+json"
DOCS = f"{PREFIX}v1/docs"
TITLES = {
    400: "The request cannot be read",
    401: "A token is needed",
    403: "Not allowed",
    404: "Not found",
    405: "This cannot be done here",
    409: "Something else stands in the way",
    412: "Changed meanwhile",
    413: "Too large",
    415: "Send JSON",
    422: "Something in the request cannot be taken",
    428: "If-Match is needed",
    429: "Too many tries",
    500: "The program made a mistake",
    503: "Not available just now",
}


class Malformed(AppError):
    status = 400


class Changed(AppError):
    """What is to be changed is not what the asker has seen."""

    status = 412


class NotJson(AppError):
    status = 415


class VersionNeeded(AppError):
    status = 428


class Wrong(Invalid):
    """With what is wrong and where: a `pointer` into what was sent (RFC 6901), or a `parameter` of the address."""

    def __init__(self, found: list[dict[str, str]]) -> None:
        super().__init__(found[0]["detail"] if len(found) == 1 else f"{len(found)} things are wrong with this request.")
        self.found = found


def of_validation(error: RequestValidationError) -> AppError:
    """FastAPI's own checks as ours: an id that is no number names nothing."""
    details = error.errors()
    if any(detail["loc"][0] == "path" for detail in details):
        return NotFound()
    if any(detail["type"] == "json_invalid" for detail in details):
        return Malformed("This is not JSON.")
    return Wrong([_told(detail) for detail in details])


def _told(detail: Any) -> dict[str, str]:
    place, *loc = detail["loc"]
    message = str(detail["msg"]).removeprefix("Value error, ")
    if place == "body":
        return {"detail": message, "pointer": "".join(f"/{_escaped(str(each))}" for each in loc)}
    return {"detail": message, "parameter" if place == "query" else "header": str(loc[0]) if loc else ""}


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def error_answer(request: Request, error: AppError) -> Response:
    """The one place that turns an error into an answer."""
    if not request.url.path.startswith(PREFIX):
        return web.error_answer(request, error)
    status = error.status
    title = TITLES.get(status, error.title)
    told: dict[str, Any] = {
        "type": f"{DOCS}#problem-{status}",
        "title": title,
        "status": status,
        "detail": error.message,
    }
    if isinstance(error, Wrong):
        told["errors"] = error.found
    elif isinstance(error, Invalid) and error.errors:
        told["errors"] = [{"detail": each, "pointer": f"/{_escaped(name)}"} for name, each in error.errors.items()]
    headers = {"Cache-Control": "no-store"}
    if isinstance(error, SignInNeeded):
        headers["WWW-Authenticate"] = "Bearer"
    return Response(json.dumps(told, ensure_ascii=False).encode("utf-8", "replace"), status, headers, MEDIA)
