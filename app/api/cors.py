"""Pages of other sites may speak the Hypothesis API and the Web Annotation Protocol, with a token and never with this
site's cookies: a browser hands them no answer to a request that carried any."""

from __future__ import annotations

import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

OURS = re.compile(
    r"/api/?$|/api/(?:links|profile|groups|annotations|search|token)(?:/|$)|/oauth/revoke$"
    r"|/annotations/(?:[an]\d+|[0-9a-f-]{36})?$"
)
ASKED = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, PATCH, PUT, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, If-Match, If-None-Match, Prefer, Slug, "
    "Hypothesis-Client-Version, X-Client-Id",
    "Access-Control-Max-Age": "86400",
}
TOLD = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Accept-Post, Allow, Content-Location, ETag, Link, Location, Preference-Applied",
}


class Cors:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not OURS.match(scope["path"]):
            await self.app(scope, receive, send)
            return
        asked = "access-control-request-method" in Headers(scope=scope) or not scope["path"].startswith("/annotations/")
        if scope["method"] == "OPTIONS" and asked:
            await Response(status_code=204, headers=TOLD | ASKED)(scope, receive, send)
            return

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(TOLD)
                headers.setdefault("Cache-Control", "private, no-cache")
            await send(message)

        await self.app(scope, receive, answer)
