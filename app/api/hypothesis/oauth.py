"""The sign-in of the Hypothesis client: a window asks the person, and gives the page that opened it a code."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import JSONResponse

from app.access import CurrentUser
from app.api.hypothesis import grants
from app.api.hypothesis.edge import Route
from app.db import WriteDb
from app.errors import Invalid
from app.forms import Sent
from app.web import own_address, page

router = APIRouter()
token_router = APIRouter(route_class=Route)


class Asked(Sent):
    """What the window is opened with."""

    client_id: str = ""
    origin: str = ""
    response_mode: str = ""
    response_type: str = ""
    state: str = ""


def _checked(request: Request, asked: Asked) -> Asked:
    """A code is given to pages of this server alone, whatever they are shown in. Raises Invalid."""
    ours = {"{0.scheme}://{0.netloc}".format(urlsplit(each)) for each in (own_address(request), str(request.base_url))}
    if asked.response_type != "code" or asked.response_mode != "web_message":
        raise Invalid("A program asked for access in a way that is not known here.", field="response_type")
    if not 0 < len(asked.client_id) <= 100 or not 0 < len(asked.state) <= 500:
        raise Invalid("A program asked for access without saying which one it is.", field="client_id")
    if asked.origin not in ours:
        raise Invalid("A page of another site asked for access to your notes. It was refused.", field="origin")
    return asked


@router.get("/oauth/authorize")
def ask(request: Request, _user: CurrentUser, asked: Annotated[Asked, Query()]) -> Response:
    return page(request, "api/authorize.html", asked=_checked(request, asked))


@router.post("/oauth/authorize")
def authorize(request: Request, user: CurrentUser, db: WriteDb, form: Annotated[Asked, Form()]) -> Response:
    asked = _checked(request, form)
    code = grants.add_code(db, person=user, client=asked.client_id)
    answer = page(request, "api/authorized.html", asked=asked, code=code)
    answer.headers["Cache-Control"] = "no-store"
    return answer


class Exchange(Sent):
    grant_type: str = ""
    client_id: str = ""
    code: str = ""
    refresh_token: str = ""


@token_router.post("/api/token")
def token(db: WriteDb, form: Annotated[Exchange, Form()]) -> Response:
    """As RFC 6749 says it, errors too."""
    if form.grant_type == "authorization_code":
        tokens = grants.exchange(db, code=form.code, client=form.client_id)
    elif form.grant_type == "refresh_token":
        tokens = grants.refresh(db, token=form.refresh_token)
    else:
        return JSONResponse({"error": "unsupported_grant_type"}, 400)
    if tokens is None:
        told = "This is not valid any more, or never was. Sign in again."
        return JSONResponse({"error": "invalid_grant", "error_description": told}, 400)
    return JSONResponse(tokens, headers={"Cache-Control": "no-store"})


@token_router.post("/oauth/revoke")
def revoke(db: WriteDb, token: Annotated[str, Form()] = "") -> Response:
    """As RFC 7009 says it: a token that is not known is revoked already."""
    grants.revoke(db, token=token)
    return JSONResponse({})
