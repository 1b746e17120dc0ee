"""/api/ as the Hypothesis client and other programs expect it. Who asks is told by a token alone where it is only read:
a program asks its person to sign in itself."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy.orm import Session

from app.access import Analyst, CurrentUser, Editor, Person, person_or_none
from app.api.hypothesis import actions, queries
from app.api.hypothesis.edge import WORLD, Route, account, authority, parsed
from app.api.hypothesis.present import Server, present
from app.db import ReadDb, WriteDb
from app.errors import NotFound
from app.web import own_address

router = APIRouter(route_class=Route)


def _server(request: Request) -> Server:
    return Server(own_address(request), authority(request))


def _bases(request: Request) -> list[str]:
    """The addresses of this server: as it is called, and as it was reached."""
    return [own_address(request), str(request.base_url).rstrip("/")]


def _by_token(request: Request) -> Person | None:
    return person_or_none(request) if "authorization" in request.headers else None


async def _payload(request: Request, _user: Analyst) -> dict[str, Any]:
    return parsed(await request.body())


ByToken = Annotated[Person | None, Depends(_by_token)]
Payload = Annotated[dict[str, Any], Depends(_payload)]

_LINKS = (  # name, method, path, what it does
    ("search", "GET", "/search", "Search for annotations"),
    ("annotation.create", "POST", "/annotations", "Create an annotation"),
    ("annotation.read", "GET", "/annotations/:id", "Fetch an annotation"),
    ("annotation.update", "PATCH", "/annotations/:id", "Update an annotation"),
    ("annotation.delete", "DELETE", "/annotations/:id", "Delete an annotation"),
    ("annotation.flag", "PUT", "/annotations/:id/flag", "Flag an annotation for review"),
    ("annotation.hide", "PUT", "/annotations/:id/hide", "Hide an annotation"),
    ("annotation.unhide", "DELETE", "/annotations/:id/hide", "Show an annotation again"),
    ("profile.read", "GET", "/profile", "Fetch the profile of who asks"),
    ("profile.groups.read", "GET", "/profile/groups", "Fetch the groups of who asks"),
    ("groups.read", "GET", "/groups", "Fetch the groups of a page"),
    ("group.read", "GET", "/groups/:id", "Fetch a group"),
    ("group.members.read", "GET", "/groups/:pubid/members", "Fetch the members of a group"),
    ("links", "GET", "/links", "Addresses of pages for people"),
)


@router.get("/api/")
def index(request: Request) -> Response:
    links: dict[str, Any] = {}
    for name, method, path, description in _LINKS:
        *above, last = name.split(".")
        at = links
        for each in above:
            at = at.setdefault(each, {})
        at[last] = {"method": method, "url": f"{own_address(request)}/api{path}", "desc": description}
    return JSONResponse({"message": "Annotator Store API", "links": links})


@router.get("/api/links")
def links(request: Request) -> Response:
    own = own_address(request)
    found = {
        "account.settings": "/account", "forgot-password": "/sign-in", "groups.new": "/", "help": "/capture",
        "oauth.authorize": "/oauth/authorize", "oauth.revoke": "/oauth/revoke", "search.tag": "/?tag=:tag",
        "signup": "/sign-in", "user": "/search?q=:user",
    }  # fmt: skip
    return JSONResponse({name: own + path for name, path in found.items()})


@router.get("/api/profile")
def profile(request: Request, user: ByToken) -> Response:
    host = authority(request)
    told: dict[str, Any] = {
        "authority": host, "userid": account(user.name, host) if user else None, "features": {},
        "groups": [{"id": WORLD, "name": "Public", "public": True}], "preferences": {},
    }  # fmt: skip
    if user:
        told["user_info"] = {"display_name": user.name}
    return JSONResponse(told)


def _world(request: Request) -> dict[str, Any]:
    host = authority(request)
    organization = {"id": host, "default": True, "logo": None, "name": "Quotidian"}
    expanded = "organization" in request.query_params.getlist("expand")
    return {
        "id": WORLD, "groupid": f"group:{WORLD}@{host}", "name": "Public", "public": True, "scoped": False,
        "type": "open", "links": {"html": f"{own_address(request)}/"},
        "organization": organization if expanded else host, "scopes": {"enforced": False, "uri_patterns": []},
    }  # fmt: skip


@router.get("/api/profile/groups")
def profile_groups(request: Request, user: ByToken) -> Response:
    return JSONResponse([_world(request)] if user else [])


@router.get("/api/groups")
def groups(request: Request) -> Response:
    return JSONResponse([_world(request)])


@router.get("/api/groups/{group}")
def group(request: Request, group: str) -> Response:
    if group not in (WORLD, f"group:{WORLD}@{authority(request)}"):
        raise NotFound
    return JSONResponse(_world(request))


@router.get("/api/groups/{group}/members")
def group_members(
    request: Request, _user: CurrentUser, db: ReadDb, group: str,
    number: Annotated[int | None, Query(alias="page[number]", ge=1, le=100_000)] = None,
    size: Annotated[int, Query(alias="page[size]", ge=1, le=100)] = 20,
) -> Response:  # fmt: skip
    if group != WORLD:
        raise NotFound
    total, found = queries.members(db, ((number or 1) - 1) * size, size if number else 1000)
    host = authority(request)
    told = [{"authority": host, "userid": account(each.name, host), "username": each.name, "display_name": each.name,
             "roles": ["member"], "actions": []} for each in found]  # fmt: skip
    return JSONResponse({"meta": {"page": {"total": total}}, "data": told} if number else told)


@router.get("/api/search")
def search(request: Request, user: ByToken, db: ReadDb) -> Response:
    """Nobody sees anything here without an account."""
    wanted = queries.Wanted.of(request.query_params.multi_items())
    if user is None:
        return JSONResponse({"total": 0, "rows": []} | ({"replies": []} if wanted.separate else {}))
    server = _server(request)
    found = queries.search(db, user, wanted, own=server.address, bases=_bases(request))
    told = present(db, user, server, [*found.rows, *found.replies], dict(found.ties), wanted.sort)
    rows, replies = told[: len(found.rows)], told[len(found.rows) :]
    return JSONResponse({"total": found.total, "rows": rows} | ({"replies": replies} if wanted.separate else {}))


def _told(request: Request, db: Session, user: Person, row_id: str) -> Response:
    server = _server(request)
    row = queries.row(db, user, server.address, row_id)
    return JSONResponse(present(db, user, server, [row])[0])


@router.post("/api/annotations")
def create(request: Request, user: Analyst, payload: Payload, db: WriteDb) -> Response:
    sent = actions.Sent.of(payload, user)
    row_id = actions.create(db, person=user, sent=sent, own=own_address(request), bases=_bases(request))
    return _told(request, db, user, row_id)


@router.api_route("/api/annotations/{name}", methods=["GET", "HEAD"])
def read(request: Request, db: ReadDb, name: str) -> Response:
    user = person_or_none(request)
    if user is None:
        raise NotFound
    return _told(request, db, user, name)


@router.api_route("/api/annotations/{name}", methods=["PATCH", "PUT"])
def update(request: Request, user: Analyst, payload: Payload, db: WriteDb, name: str) -> Response:
    row = queries.row(db, user, own_address(request), name)
    actions.update(db, person=user, row=row, sent=actions.Sent.of(payload, user))
    return _told(request, db, user, name)


@router.delete("/api/annotations/{name}")
def delete(request: Request, user: Analyst, db: WriteDb, name: str) -> Response:
    actions.remove(db, person=user, row=queries.row(db, user, own_address(request), name))
    return JSONResponse({"id": name, "deleted": True})


@router.put("/api/annotations/{name}/flag")
def flag(request: Request, user: CurrentUser, db: WriteDb, name: str) -> Response:
    actions.flag(db, person=user, row=queries.row(db, user, own_address(request), name))
    return Response(status_code=204)


@router.put("/api/annotations/{name}/hide")
def hide(request: Request, user: Editor, db: WriteDb, name: str) -> Response:
    actions.flag(db, person=user, row=queries.row(db, user, own_address(request), name), kind="hide")
    return Response(status_code=204)


@router.delete("/api/annotations/{name}/hide")
def unhide(request: Request, user: Editor, db: WriteDb, name: str) -> Response:
    actions.unhide(db, person=user, row=queries.row(db, user, own_address(request), name))
    return Response(status_code=204)
