"""The annotation client of Hypothesis, unchanged, as `make client` installs it: its files, the pages that it opens in
frames, an article's plain page with it, and the page that says how to use it. It is no part of this program."""

from __future__ import annotations

import json
from mimetypes import guess_type
from pathlib import Path
from urllib.parse import quote

from fastapi import APIRouter, Request, Response

from app import access
from app.access import CurrentUser
from app.api.hypothesis.edge import authority
from app.db import ReadDb
from app.errors import NotFound
from app.forms import RowId
from app.middleware import POLICY
from app.reading import queries as reading
from app.web import own_address, page

router = APIRouter()

CLIENT_ID = "quotidian"
SHARED = {  # any page may load these
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cache-Control": "no-cache",
}
# Formulas in notes carry style attributes; the frame stands in whatever page loads the client.
FRAMED = POLICY.replace("frame-ancestors 'none'", "frame-ancestors *") + "; style-src-attr 'unsafe-inline'"
HOST = POLICY + "; frame-src 'self'"


def _file(request: Request, name: str) -> Path:
    """A file of the client. Raises NotFound, also where it is not installed."""
    folder: Path = (request.app.state.settings.client_dir / "build").resolve()
    if not folder.is_dir():
        raise NotFound("The annotation client is not installed on this server: run `make client` there.")
    found = (folder / name).resolve() if "\0" not in name else folder
    if not found.is_relative_to(folder) or not found.is_file():
        raise NotFound
    return found


def _boot(request: Request) -> Response:
    """Their boot script, told where its other files and pages are."""
    own = own_address(request)
    code = _file(request, "boot-template.js").read_text()
    addresses = {"ASSET_ROOT": "/client/", "SIDEBAR_APP_URL": "/app.html"}
    addresses |= {"NOTEBOOK_APP_URL": "/notebook", "PROFILE_APP_URL": "/user-profile"}
    for name, path in addresses.items():
        code = code.replace(f"__{name}__", json.dumps(own + path)[1:-1])
    return Response(code, media_type="text/javascript", headers=SHARED)


@router.get("/embed.js")
def embed(request: Request) -> Response:
    return _boot(request)


@router.get("/client/build/{asset:path}")
def client_file(request: Request, asset: str) -> Response:
    if asset == "boot.js":
        return _boot(request)
    found = _file(request, asset)
    return Response(found.read_bytes(), media_type=guess_type(found)[0], headers=SHARED)


@router.get("/app.html")
@router.get("/notebook")
@router.get("/user-profile")
def app_page(request: Request) -> Response:
    """What the client shows in its frames; it may stand in any page."""
    _file(request, "boot-template.js")
    own = own_address(request)
    config = {"apiUrl": f"{own}/api/", "assetRoot": f"{own}/client/", "authDomain": authority(request)}
    answer = page(request, "api/client_app.html", config=config | {"oauthClientId": CLIENT_ID})
    answer.headers["Content-Security-Policy"] = FRAMED
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


@router.get("/articles/{article_id}/hypothesis")
def article(request: Request, user: CurrentUser, db: ReadDb, article_id: RowId) -> Response:
    """The article as a plain page, with the client on it."""
    found = access.article_for_reading(db, user, article_id)
    _file(request, "boot-template.js")
    revision = reading.current_revision(db, found)
    answer = page(request, "api/client_article.html", article=found, revision=revision, server=own_address(request))
    answer.headers["Content-Security-Policy"] = HOST
    return answer


def bookmarklet(server: str) -> str:
    code = f"(()=>{{const s=document.createElement('script');s.src={json.dumps(server + '/embed.js')};"
    return "javascript:" + quote(code + "document.head.append(s)})()", safe="!$&'()*+,-./:;=?@[]_~{}>")


@router.get("/tools/hypothesis")
def tools(request: Request, _user: CurrentUser) -> Response:
    server = own_address(request)
    installed = (request.app.state.settings.client_dir / "build/boot-template.js").is_file()
    return page(request, "api/tools.html", server=server, bookmarklet=bookmarklet(server), installed=installed)
