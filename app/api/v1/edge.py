"""The HTTP of our JSON API: who may is asked before anything that was sent is read, answers have an ETag, writes can be
made conditional, lists go on at a link."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Coroutine, Mapping
from typing import Annotated, Any, get_args
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from app.access import Admin, Analyst, CurrentUser, Editor
from app.api.problem import PREFIX, Changed, NotJson, VersionNeeded, Wrong, of_validation
from app.articles.actions import touch
from app.db import lock
from app.errors import AppError
from app.forms import LARGEST
from app.web import own_address

HERE = f"{PREFIX}v1"
CHECKS = {get_args(each)[1].dependency for each in (CurrentUser, Analyst, Editor, Admin)}


class Route(APIRoute):
    """Errors go on to the one handler of all errors, so that what was written is taken back."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        checks = [each.call for each in self.dependant.dependencies if each.call in CHECKS]

        async def handled(request: Request) -> Response:
            for check in checks:
                await run_in_threadpool(check, request)  # type: ignore[arg-type]
            if self.body_field is not None and _media(request) != "application/json":
                raise NotJson("Send the body as application/json.")
            try:
                return await handle(request)
            except RequestValidationError as error:
                raise of_validation(error) from error
            except UnicodeError as error:
                raise of_validation(RequestValidationError([{"type": "json_invalid", "loc": ("body",)}])) from error

        return handled


def router_of(tag: str) -> APIRouter:
    return APIRouter(prefix=HERE, route_class=Route, tags=[tag])


def _media(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


# What is sent


def _storable(text: str) -> str:
    if "\x00" in text or any("\ud800" <= c <= "\udfff" for c in text):
        raise ValueError("NUL, and halves of a surrogate pair, cannot be stored.")
    return text.replace("\r\n", "\n")


Text = Annotated[str, AfterValidator(_storable)]
Short = Annotated[Text, Field(max_length=200)]
After = Annotated[int | None, Field(ge=1, le=LARGEST, description="The id after which the page begins: see `next`.")]
Limit = Annotated[int, Field(ge=1, le=100, description="How many at most.")]
Offset = Annotated[int, Field(ge=0, le=LARGEST, description="In Unicode code points of the revision's text.")]


class Given(BaseModel):
    """A body: nothing is guessed, and what is not known is refused."""

    model_config = ConfigDict(strict=True, extra="forbid")


class Asked(BaseModel):
    """The query of an address."""

    model_config = ConfigDict(extra="forbid")


class Paged(Asked):
    after: After = None
    limit: Limit = 25


# Conditions


def _optional(
    if_match: Annotated[str | None, Header(description="Do it only while the ETag is one of these, or `*`.")] = None,
) -> str | None:
    return if_match


def _needed(
    if_match: Annotated[str | None, Header(description="Needed: the ETag of what is changed, or `*`.")] = None,
) -> str:
    if if_match is None:
        raise VersionNeeded("Say which version you change: send its ETag as If-Match, or *.")
    return if_match


IfMatch = Annotated[str | None, Depends(_optional)]
IfMatchNeeded = Annotated[str, Depends(_needed)]


def hold(db: Session, row: Any) -> None:
    """Reads the row anew, and keeps others from changing it and its article until the transaction ends."""
    touch(db, row.article_id)
    lock(db, row)


def check(match: str | None, now: BaseModel) -> None:
    """Raises Changed where it is not what the asker has seen."""
    if match is not None and not _matches(match, etag(body_of(now))):
        raise Changed("Somebody else, or the analysis, changed this meanwhile. Get it again.")


def _matches(header: str, tag: str) -> bool:
    return header.strip() == "*" or tag in (each.strip() for each in header.split(","))


# Answers


def body_of(told: BaseModel) -> bytes:
    return told.model_dump_json().encode()


def etag(body: bytes) -> str:
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def answer(request: Request, told: BaseModel, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """With its ETag; without its body where the asker has it already."""
    body = body_of(told)
    heads = {
        "ETag": etag(body),
        "Cache-Control": "private, no-cache",
        "Vary": "Authorization, Cookie",
        **(headers or {}),
    }
    known = request.headers.get("if-none-match")
    if known and request.method == "GET" and _matches(known.replace("W/", ""), heads["ETag"]):
        return Response(status_code=304, headers=heads)
    return Response(body, status, heads, "application/json")


def made(request: Request, told: BaseModel, path: str) -> Response:
    return answer(request, told, 201, {"Location": f"{own_address(request)}{HERE}{path}"})


def page(request: Request, model: type[BaseModel], items: list[Any], later: Any, **more: Any) -> Response:
    """A page of a list; `later` is the `after` of the next one, or None."""
    link = None
    if later is not None:
        query = [(name, value) for name, value in request.query_params.multi_items() if name != "after"]
        link = f"{own_address(request)}{request.url.path}?{urlencode([*query, ('after', later)])}"
    headers = {"Link": f'<{link}>; rel="next"'} if link else {}
    return answer(request, model(items=items, next=link, **more), headers=headers)


def cut(rows: list[Any], limit: int, key: Callable[[Any], Any]) -> tuple[list[Any], Any]:
    """Of limit + 1 rows a page, and where the next begins."""
    return rows[:limit], key(rows[limit - 1]) if len(rows) > limit else None


def wrong(detail: str, *, parameter: str = "", pointer: str = "") -> AppError:
    return Wrong([{"detail": detail, "parameter": parameter} if parameter else {"detail": detail, "pointer": pointer}])
