"""The HTTP of the Web Annotation Protocol: what is asked for and can be given, what is sent, headers, errors as JSON."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from starlette.convertors import Convertor, register_url_convertor
from starlette.datastructures import Headers

from app.api.web_annotation import model
from app.errors import AppError, Invalid

MEDIA = f'application/ld+json; profile="{model.CONTEXT}"'
LARGEST = 1_000_000
LDP = "http://www.w3.org/ns/ldp#"
OA = "http://www.w3.org/ns/oa#"
CONTAINER_LINK = (
    f'<{LDP}BasicContainer>; rel="type", <http://www.w3.org/TR/annotation-protocol/>; rel="{LDP}constrainedBy"'
)
CONTAINER = {
    "Link": CONTAINER_LINK, "Allow": "GET, HEAD, OPTIONS, POST", "Accept-Post": f"{MEDIA}, application/json", "Vary": "Accept, Prefer",
}  # fmt: skip
RESOURCE = {"Link": f'<{LDP}Resource>; rel="type"', "Vary": "Accept"}
_RANGE = re.compile(r"\s*([\w.+*-]+/[\w.+*-]+)\s*((?:;[^,\"]*(?:\"[^\"]*\"[^,\"]*)*)*)")


class Name(Convertor[str]):
    """In the address of an annotation: a12 (our annotation 12), n3 (a note on an article), or that of a posted one. What is
    only a number is a page for people."""

    regex = r"[an][1-9]\d{0,8}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("jsonld", Name())


class Refused(AppError):
    """With its status; `pointer` says what in the annotation is wrong."""

    def __init__(self, status: int, message: str, *, pointer: str | None = None, **headers: str) -> None:
        super().__init__(message, field=pointer)
        self.status = status
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


class Route(APIRoute):
    """Errors are JSON, but for a browser that asks for pages. They go on to the one handler of all errors: what was written
    is taken back on the way."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handler(request: Request) -> Response:
            try:
                return await handle(request)
            except AppError as error:
                if isinstance(error, Refused) or not _is_browser(request.headers):
                    error.answer = problem(error)
                raise

        return handler


def problem(error: AppError) -> Response:
    """RFC 9457, with the JSON pointer of what is wrong in the annotation."""
    status = 400 if isinstance(error, Invalid) else error.status
    told = {"type": "about:blank", "title": error.title, "status": status, "detail": error.message}
    if error.field is not None:
        told["pointer"] = error.field
    headers = dict(getattr(error, "headers", {}))
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(told, status, headers, "application/problem+json")


def _is_browser(headers: Headers) -> bool:
    return "text/html" in headers.get("accept", "") and "authorization" not in headers


def wanted(headers: Headers, *, page: bool) -> str:
    """html (only where there is a `page` for people), application/json, or our media type, which is the usual one.
    Raises Refused (406)."""
    ranges = _RANGE.findall(headers.get("accept") or "*/*")
    offers = [(MEDIA, "application/ld+json"), ("application/json", "application/json")]
    offers += [("html", "text/html")] if page else []
    best, most = "", 0.0
    for offer, kind in offers:
        quality = _quality(ranges, kind, wild=offer != "html")
        if quality > most:
            best, most = offer, quality
    if not best:
        raise Refused(406, f"This is given as {MEDIA} or as application/json.")
    return best


def _quality(ranges: list[tuple[str, str]], kind: str, *, wild: bool) -> float:
    """Of what says most exactly what is meant (RFC 9110, 12.5.1)."""
    found: dict[str, float] = {}
    for name, parameters in ranges:
        profile = re.search(r';\s*profile\s*=\s*"?([^";]*)', parameters, re.IGNORECASE)
        if profile and kind == "application/ld+json" and model.CONTEXT not in profile[1].split():
            continue
        q = re.search(r";\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*(?:;|$)", parameters)
        found[name.lower()] = max(float(q[1]) if q else 1.0, found.get(name.lower(), 0.0))
    for name in (kind, f"{kind.partition('/')[0]}/*", "*/*") if wild else (kind,):
        if name in found:
            return found[name]
    return 0.0


def preferred(headers: Headers) -> tuple[str, bool, bool]:
    """What a container shall contain (4.2 of the Protocol): descriptions, iris or nothing ("minimal"); whether its pages
    shall have IRIs only; whether anything was preferred."""
    include = re.search(r'return\s*=\s*representation\s*;\s*include\s*=\s*"([^"]*)"', headers.get("prefer", ""))
    named = set(include[1].split()) if include else set()
    iris = f"{OA}PreferContainedIRIs" in named and f"{OA}PreferContainedDescriptions" not in named
    known = named & {f"{LDP}PreferMinimalContainer", f"{OA}PreferContainedIRIs", f"{OA}PreferContainedDescriptions"}
    if f"{LDP}PreferMinimalContainer" in named:
        return "minimal", iris, True
    return "iris" if iris else "descriptions", iris, bool(known)


def etag(told: dict[str, Any]) -> str:
    return f'"{hashlib.sha256(_written(told)).hexdigest()[:32]}"'


def _written(told: dict[str, Any]) -> bytes:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def representation(
    request: Request, told: dict[str, Any], headers: dict[str, str], *, status: int = 200, media: str = MEDIA
) -> Response:
    """With its ETag; 304 where the client has it already."""
    tag = etag(told)
    headers = {**headers, "ETag": tag, "Cache-Control": "private, no-cache"}
    if status == 200 and request.method in ("GET", "HEAD") and _has(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    return Response(_written(told), status, {**headers, "Content-Type": media})


def _has(given: str, tag: str) -> bool:
    return given.strip() == "*" or tag in re.findall(r'"[^"]*"', given)


def check_match(headers: Headers, told: dict[str, Any]) -> None:
    """Raises Refused (412) where the version that the client names is not the one that is here. It need not name one (5.3
    of the Protocol): then it replaces what there is, as the W3C's own tests do."""
    given = headers.get("if-match")
    if given is not None and (given.strip().startswith("W/") or not _has(given, etag(told))):
        raise Refused(412, "This was changed meanwhile: get it again.", ETag=etag(told))


def posted(headers: Headers, data: bytes) -> dict[str, Any]:
    """The annotation that was sent. Raises Refused: 415, 413, and 400 with what is wrong with it."""
    kind, _, parameters = headers.get("content-type", "").partition(";")
    charset = re.search(r'charset\s*=\s*"?([\w-]+)', parameters, re.IGNORECASE)
    fits = kind.strip().lower() in ("application/ld+json", "application/json") and "content-encoding" not in headers
    if not fits or (charset and charset[1].lower().replace("-", "") != "utf8"):
        raise Refused(415, f"Send {MEDIA} or application/json, in UTF-8.", Accept_Post=CONTAINER["Accept-Post"])
    if len(data) > LARGEST:
        raise Refused(413, f"An annotation has at most {LARGEST:,} bytes.")
    try:
        told: Any = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_no_number)
        model.check(told)
    except model.Broken as error:
        raise Refused(400, error.message, pointer=error.pointer) from None
    except (ValueError, RecursionError) as error:
        raise Refused(400, f"This is not JSON: {str(error)[:200]}", pointer="") from None
    return dict(told)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands in an object twice")
    return found


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number")
