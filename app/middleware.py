"""What every request passes, as plain ASGI: its id and log line, the cross-site check, the limit on its size, the method
of a plain form, and the headers of its answer."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from urllib.parse import parse_qs, urlsplit

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import AppError, Forbidden, TooLarge

log = structlog.get_logger("quotidian.http")

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin-allow-popups",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
OPENED = ("/oauth/authorize", "/sign-in")  # windows that a page shown in another site opens, and hears from
SAFE = ("GET", "HEAD", "OPTIONS")
ONE_TIME = "/welcome/"  # what follows it in an address signs somebody in


def cross_site(method: str, headers: Headers) -> bool:
    """Whether an unsafe request was sent by a page of another origin. The algorithm of Go 1.25's CrossOriginProtection:
    Sec-Fetch-Site where the browser sends it, else Origin against Host; a program sends neither."""
    if method in SAFE or (headers.get("authorization", "").lower().startswith("bearer ") and "cookie" not in headers):
        return False
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != headers.get("host", "")


class Requests:
    """Outermost: gives each request an id, logs it with its status and time, and adds the usual headers, also to the
    answer that `failed` makes of a mistake of the program."""

    def __init__(self, app: ASGIApp, *, failed: Callable[[Request], Response]) -> None:
        self.app = app
        self.failed = failed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id, began, status = secrets.token_hex(8), time.perf_counter(), 0
        structlog.contextvars.bind_contextvars(request_id=request_id)

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = request_id
                if scope["path"] in OPENED:
                    headers["Cross-Origin-Opener-Policy"] = "unsafe-none"
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self.app(scope, receive, answer)
        except Exception:
            if not status:
                await self.failed(Request(scope))(scope, receive, answer)
            raise
        finally:
            taken = round((time.perf_counter() - began) * 1000, 1)
            path = ONE_TIME if scope["path"].startswith(ONE_TIME) else scope["path"]
            log.info("request", method=scope["method"], path=path, status=status, ms=taken)
            structlog.contextvars.unbind_contextvars("request_id")


class Guard:
    """Refuses what another site sent and what is too large, and reads `?_method=put` of a plain form. `roomy` paths take
    more bytes, so that a form can say itself what is too long and come back filled in; `refuse` makes the answer."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        limit: int,
        refuse: Callable[[Request, AppError], Response],
        roomy: Mapping[str, int] | None = None,
    ) -> None:
        self.app = app
        self.limit = limit
        self.refuse = refuse
        self.roomy = roomy or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if cross_site(scope["method"], headers):
            error: AppError = Forbidden("This was sent by another site, so it was refused.")
            await self.refuse(Request(scope), error)(scope, receive, send)
            return
        length, limit = headers.get("content-length", "0"), self.roomy.get(scope["path"], self.limit)
        if not length.isdigit() or int(length) > limit:
            error = TooLarge(f"At most {limit // 1_000_000} MB can be sent at once. Nothing was saved.")
            await self.refuse(Request(scope), error)(scope, receive, send)
            return
        if scope["method"] == "POST":
            method = parse_qs(scope["query_string"].decode("latin-1")).get("_method", [""])[0].upper()
            if method in ("PUT", "DELETE"):
                scope = {**scope, "method": method}
        await self.app(scope, self._counted(receive, limit), send)

    def _counted(self, receive: Receive, limit: int) -> Receive:
        """Bodies without a stated length are cut off at the limit, as if the sender had gone."""
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            return {"type": "http.disconnect"} if seen > limit else message

        return counted
