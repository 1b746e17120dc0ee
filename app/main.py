"""Builds the application; reads as a table of contents."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartParser
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from app import health
from app.accounts import routes as accounts
from app.accounts.throttle import Throttle
from app.annotations import routes as annotation_routes
from app.annotations import rule_routes
from app.api import capture, client, readwise, save, tools
from app.api.cors import Cors
from app.api.hypothesis import oauth
from app.api.hypothesis import routes as hypothesis
from app.api.problem import error_answer
from app.api.v1 import ROUTERS as V1
from app.api.web_annotation import routes as web_annotation
from app.articles import recheck_routes
from app.articles import routes as articles
from app.changes import routes as changes
from app.claims import routes as claims
from app.claims import verdicts
from app.db import Database
from app.errors import AppError, Invalid, NotFound, Unavailable
from app.exports import routes as exports
from app.feeds import routes as feeds
from app.imports import routes as imports
from app.imports import uploads
from app.logs import log, set_up_logs
from app.middleware import Guard, Requests
from app.notes import routes as notes
from app.reading import review_routes, revision_routes
from app.reading import routes as reading
from app.search import routes as search
from app.settings import ROOT, Settings, read_settings
from app.sources import routes as sources
from app.speakers import routes as speakers
from app.webhooks import routes as webhooks
from app.work import routes as work

ROUTERS = (
    health.router,
    accounts.router,
    articles.router,
    recheck_routes.router,
    search.router,
    web_annotation.router,
    annotation_routes.router,
    rule_routes.router,
    notes.router,
    speakers.router,
    sources.router,
    claims.router,
    verdicts.router,
    reading.router,
    revision_routes.router,
    review_routes.router,
    feeds.router,
    imports.router,
    exports.router,
    changes.router,
    webhooks.router,
    work.router,
    save.router,
    tools.router,
    capture.router,
    hypothesis.router,
    oauth.router,
    oauth.token_router,
    readwise.router,
    *V1,
    client.router,
)


class VersionedFiles(StaticFiles):
    """Static files; an address with the file's hash in it is kept for good."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        kept = "public, max-age=31536000, immutable" if b"v=" in scope["query_string"] else "no-cache"
        response.headers["Cache-Control"] = kept
        return response


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield
    app.state.database.close()


def create_app(settings: Settings | None = None) -> FastAPI:
    settings = settings or read_settings()
    set_up_logs(settings)
    app = FastAPI(title="Quotidian", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    app.state.settings = settings
    app.state.database = Database(settings)
    app.state.throttle = Throttle()
    MultiPartParser.max_part_size = (
        settings.max_upload
    )  # ours is checked by the Guard; Starlette's would answer in JSON
    for router in ROUTERS:
        app.include_router(router)
    app.mount("/static", VersionedFiles(directory=ROOT / "static"), name="static")
    roomy = dict.fromkeys(("/captures", "/save", "/api/capture"), articles.ROOM * settings.max_upload)
    roomy["/imports"] = uploads.ROOM * settings.max_upload + 1_000_000
    app.add_middleware(Guard, limit=settings.max_upload + 1_000_000, refuse=error_answer, roomy=roomy)
    app.add_middleware(Cors)
    app.add_middleware(Requests, failed=_failed)
    app.add_exception_handler(AppError, _app_error)
    app.add_exception_handler(RequestValidationError, _bad_request)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(OperationalError, _database_error)
    for overtaken in (IntegrityError, StaleDataError):
        app.add_exception_handler(overtaken, _overtaken)
    return app


def _app_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, AppError)  # noqa: S101
    return error_answer(request, error)


def _bad_request(request: Request, error: Exception) -> Response:
    """FastAPI's own checks, in the form of ours: an id that is no number names nothing."""
    assert isinstance(error, RequestValidationError)  # noqa: S101
    details = error.errors()
    if any(detail["loc"][0] == "path" for detail in details):
        return error_answer(request, NotFound())
    errors = {str(detail["loc"][-1]): str(detail["msg"]) for detail in details}
    return error_answer(request, Invalid("Something in this form is missing or wrong.", errors=errors))


def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    form_only = request.method == "GET" and error.status_code == 405
    detail = "There is no page here to open: this address only takes what a form sends." if form_only else error.detail
    known = NotFound() if error.status_code == 404 else AppError(str(detail))
    known.status = error.status_code
    answer = error_answer(request, known)
    if error.status_code == 405:
        answer.headers["Allow"] = ", ".join(sorted(_methods(request)))
    return answer


def _methods(request: Request) -> set[str]:
    """What can be done at this address, by all of its routes."""
    every = (route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute))
    there = (route.methods or () for route in every if route.path_regex.match(request.url.path))
    return {method for methods in there for method in methods}


def _overtaken(request: Request, error: Exception) -> Response:
    """What was to be changed went away, or was made, between our look at it and our write: on PostgreSQL alone. Not a
    Conflict, whose answer takes the place of the form: there is none to show."""
    log.warning("overtaken", error=type(error).__name__)
    message = "Somebody else, or the analysis, changed this at the same moment. Nothing was saved: load the page again."
    return error_answer(request, AppError(message))


def _failed(request: Request) -> Response:
    error = AppError("The program made a mistake, which its log describes. Nothing was saved.")
    error.status = 500
    return error_answer(request, error)


def _database_error(request: Request, error: Exception) -> Response:
    log.error("database", error=str(error))
    return error_answer(request, Unavailable("The database does not answer just now. Nothing was saved; try again."))
