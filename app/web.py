"""Pages and fragments: the Jinja environment, answers to htmx and to plain forms, error pages.
The middleware every answer passes (cross-site check, security headers, request ids) is in middleware.py."""

from __future__ import annotations

import hashlib
import re
from collections import OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from threading import Lock
from typing import Any
from urllib.parse import quote, urlsplit

from fastapi import Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from app.access import person_or_none
from app.errors import AppError, Invalid, SignInNeeded
from app.markdown import render_markdown
from app.settings import ROOT

THEMES = ("system", "light", "sepia", "dark")
SIZES = (1, 2, 3, 4, 5)
MEASURES = ("narrow", "normal", "wide")
DISPLAY_COOKIE = "display"


@dataclass(frozen=True, slots=True)
class Display:
    """How pages look for this browser, kept in a cookie: "theme.size.measure.single_keys"."""

    theme: str = "system"
    size: int = 3
    measure: str = "normal"
    single_keys: bool = True

    @classmethod
    def of(cls, request: Request) -> Display:
        parts = request.cookies.get(DISPLAY_COOKIE, "").split(".")
        if len(parts) != 4:
            return cls()
        return cls.checked(parts[0], parts[1], parts[2], parts[3] == "1")

    @classmethod
    def checked(cls, theme: str, size: str, measure: str, single_keys: bool) -> Display:
        """What is not a known value becomes the default."""
        return cls(
            theme if theme in THEMES else "system",
            int(size) if size in map(str, SIZES) else 3,
            measure if measure in MEASURES else "normal",
            single_keys,
        )

    def as_cookie(self) -> str:
        return f"{self.theme}.{self.size}.{self.measure}.{int(self.single_keys)}"


@cache
def static(path: str) -> str:
    """The address of a static file, which changes with what is in it."""
    digest = hashlib.sha256((ROOT / "static" / path).read_bytes()).hexdigest()[:12]
    return f"/static/{path}?v={digest}"


def written(iso: str | None) -> str:
    """An article's own time for people: "19 Dec 2024, 16:55", with its zone only where the article states one."""
    if not iso:
        return ""
    try:
        time = datetime.fromisoformat(iso)
    except ValueError:
        return iso
    text = f"{time.day} {time:%b %Y}"
    if "T" in iso:
        text += f", {time:%H:%M}"
        if time.tzinfo is not None:
            text += f" {time.tzname()}"
    return text


def utc(time: datetime) -> str:
    """For `<time datetime>`: ISO with a Z; a script shows it in the reader's zone."""
    return f"{time.isoformat(timespec='seconds')[:19]}Z"


def moment(time: datetime) -> str:
    return f"{time.day} {time:%b %Y, %H:%M} UTC"


def _compiled() -> FileSystemBytecodeCache | None:
    """A folder of this user's among the temporary ones, where there can be one: compiling takes a third of a second."""
    try:
        return FileSystemBytecodeCache()
    except (OSError, RuntimeError):
        return None


@cache
def environment() -> Environment:
    jinja = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=_compiled(),
        auto_reload=False,  # a look at every file, hundreds of times a page
    )
    jinja.globals.update(static=static)
    jinja.filters.update(markdown=render_markdown, written=written, utc=utc, moment=moment)
    return jinja


@cache
def _stencil(template: str, names: tuple[str, ...], **variant: Hashable) -> str:
    stand_ins = {name: f"\ue000{name}\ue001" for name in names}
    drawn = environment().get_template(template).render(stand_ins | variant)
    return re.sub("\ue000(\\w+)\ue001", r"%(\1)s", drawn.replace("%", "%%"))


_AS_IT_IS = (int, Markup, type(None))  # for speed: what need not be escaped


def stamp(template: str, values: Mapping[str, str | int | None], **variant: Hashable) -> Markup:
    """For what stands hundreds of times on a page: the template is drawn once for each `variant`, and then only filled
    in. It may print the `values` and nothing else of them; what it decides by is in `variant`, of which there are few."""
    safe = {name: value if value.__class__ in _AS_IT_IS else escape(value) for name, value in values.items()}
    return Markup(_stencil(template, tuple(values), **variant) % safe)  # noqa: S704 - escaped here, or markup, or a number


def drawn(template: str, **context: Any) -> Markup:
    return Markup(environment().get_template(template).render(context))  # noqa: S704 - with autoescape


_pieces: OrderedDict[Hashable, Markup] = OrderedDict()
_pieces_lock = Lock()
PIECES = 2_000


def kept(template: str, key: Hashable, **context: Any) -> Markup:
    """A fragment kept under `key`, which must say all that it depends on."""
    with _pieces_lock:
        if (template, key) in _pieces:
            _pieces.move_to_end((template, key))
            return _pieces[template, key]
    piece = drawn(template, **context)
    with _pieces_lock:
        _pieces[template, key] = piece
        while len(_pieces) > PIECES:
            _pieces.popitem(last=False)
    return piece


def is_htmx(request: Request) -> bool:
    return "hx-request" in request.headers


def render(request: Request, template: str, **context: Any) -> str:
    user = person_or_none(request)
    return (
        environment().get_template(template).render(request=request, user=user, display=Display.of(request), **context)
    )


def page(request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """A whole page. Every template gets `request`, `user` (Person or None) and `display` (Display)."""
    return answer(render(request, template, **context), status)


def answer(html: str, status: int = 200) -> HTMLResponse:
    return HTMLResponse(html, status, {"Cache-Control": "private, no-cache"})


def fragment(request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """A part of a page, for htmx. The same context as a page."""
    return page(request, template, status=status, **context)


def local_path(address: str, default: str = "/") -> str:
    """`address` if it is a path on this site, else `default`: a redirect never leads elsewhere."""
    parts = urlsplit(address)
    plain = not parts.scheme and not parts.netloc and address.startswith("/") and not address.startswith("//")
    return address if plain and "\\" not in address and address.isprintable() else default


def redirect(request: Request, path: str) -> Response:
    """To the page `path`: 303 for a plain form, a whole navigation for htmx."""
    answer = RedirectResponse(local_path(path), 303)
    if is_htmx(request):  # its address as Starlette writes it: a header has no room for other alphabets
        return Response(status_code=200, headers={"HX-Redirect": answer.headers["location"]})
    return answer


def back(request: Request, default: str) -> str:
    """Where a plain form came from, as a path on this site."""
    referer = urlsplit(request.headers.get("referer", ""))
    return local_path(referer.path or default, default)


def own_address(request: Request) -> str:
    """Under which people reach this server, without a slash at its end."""
    settings = request.app.state.settings
    return (settings.public_url or str(request.base_url)).rstrip("/")


def error_answer(request: Request, error: AppError) -> Response:
    """The one place that turns an AppError into an answer: JSON for programs, a fragment for htmx, else a page."""
    if isinstance(error.answer, Response):
        return error.answer
    if error.status >= 500 and not hasattr(request.state, "person"):
        request.state.person = None  # the database may be what is out of order: it is not asked who this is
    errors = error.errors if isinstance(error, Invalid) else {}
    if request.url.path.startswith("/api/"):
        told = {"error": error.message, "field": error.field or next(iter(errors), None)}
        return JSONResponse(told, error.status, {"WWW-Authenticate": "Bearer"} if error.status == 401 else None)
    if isinstance(error, SignInNeeded):
        here = request.url.path if request.method == "GET" else "/"
        if request.method == "GET" and request.url.query:
            here += f"?{request.url.query}"
        sign_in = f"/sign-in?next={quote(here)}"
        if is_htmx(request):
            return Response(status_code=401, headers={"HX-Redirect": sign_in})
        if "text/html" in request.headers.get("accept", "") and "authorization" not in request.headers:
            return RedirectResponse(sign_in, 303)
    template = "_problem.html" if is_htmx(request) else "error.html"
    return page(request, template, status=error.status, error=error, errors=errors)
