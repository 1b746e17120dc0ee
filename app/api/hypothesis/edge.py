"""Between our words and theirs: offsets, accounts, addresses, and answers to what went wrong. Pure but for the last."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute

from app.articles.canonical import clean, variants
from app.errors import AppError, Invalid, SignInNeeded
from app.web import own_address

WORLD = "__world__"
ROW_ID = re.compile(r"([ano])([1-9]\d{0,8})")


def to_units(text: str, offset: int) -> int:
    """An offset in code points, in UTF-16 code units."""
    return len(text[:offset].encode("utf-16-le", "surrogatepass")) // 2


def to_points(text: str, units: int) -> int:
    """An offset in UTF-16 code units, in code points; one within a character is that character's."""
    encoded = text.encode("utf-16-le", "surrogatepass")[: 2 * max(0, units)]
    return len(encoded.decode("utf-16-le", "ignore"))


def authority(request: Request) -> str:
    return urlsplit(own_address(request)).hostname or "localhost"


def account(name: str, host: str) -> str:
    return f"acct:{quote(name, safe='')}@{host}"


def name_of(user: str) -> str:
    """The name in "acct:name@host", or alone."""
    return unquote(user.removeprefix("acct:").rpartition("@")[0] or user.removeprefix("acct:"))


def key_of(uri: str) -> str:
    """The same for all addresses that are taken for the same page."""
    found = variants(uri)
    return found[0].partition("://")[2] if found else clean(uri)


def plain(value: Any) -> Any:
    """JSON without what no database keeps: NUL and halves of characters."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [plain(each) for each in value]
    return {plain(name): plain(each) for name, each in value.items()} if isinstance(value, dict) else value


def parsed(body: bytes) -> dict[str, Any]:
    """Raises Invalid where it is no JSON object."""
    try:
        found = plain(json.loads(body))
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Invalid("Request body is not a JSON object.")
    return found


def failure(error: AppError) -> JSONResponse:
    """As their service answers: what is wrong with a request is 400, whatever it is."""
    status = 400 if isinstance(error, Invalid) else error.status
    errors = error.errors if isinstance(error, Invalid) else {}
    field = error.field or next(iter(errors), None)
    reason = f"{field}: {error.message}" if field else error.message
    headers = {"WWW-Authenticate": "Bearer"} if isinstance(error, SignInNeeded) else None
    return JSONResponse({"status": "failure", "reason": reason}, status, headers)


class Route(APIRoute):
    """A route whose errors are told as `failure` tells them."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                return await handle(request)
            except AppError as error:
                return failure(error)
            except RequestValidationError as error:
                first = error.errors()[0]
                return failure(Invalid(str(first["msg"]), field=str(first["loc"][-1])))

        return handled
