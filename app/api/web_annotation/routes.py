"""/annotations/ for programs: the container of all annotations that a person may see, of one article or by one person
(?article=3, ?creator=alice), and each annotation. Browsers are led to the pages for people."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from app import access
from app.access import Analyst, CurrentUser, Person
from app.annotations.actions import delete_annotation
from app.api.web_annotation import actions, protocol, queries
from app.api.web_annotation.mapping import Writer
from app.api.web_annotation.model import CONTEXT
from app.api.web_annotation.protocol import CONTAINER, RESOURCE, Refused
from app.articles.actions import touch
from app.db import ReadDb, WriteDb
from app.errors import Invalid, NotFound
from app.models import Note
from app.notes.actions import delete_note
from app.web import own_address

router = APIRouter(route_class=protocol.Route)
HERE = "/annotations/{name:jsonld}"


async def _sent(request: Request, _user: Analyst) -> dict[str, Any]:
    return protocol.posted(request.headers, await request.body())


Sent = Annotated[dict[str, Any], Depends(_sent)]


@router.api_route("/annotations/", methods=["GET", "HEAD"])
def container(
    request: Request,
    db: ReadDb,
    user: CurrentUser,
    article: str = "",
    creator: str = "",
    iris: str = "",
    page: str = "",
) -> Response:
    by = queries.filters(db, user, article=article, creator=creator)
    media = protocol.wanted(request.headers, page=True)
    if media == "html":
        return RedirectResponse(f"/articles/{by.article.id}" if by.article else "/", 303, {"Vary": "Accept, Prefer"})
    what, only_iris, preferred = protocol.preferred(request.headers)
    only_iris = only_iris or iris == "1"
    shelf = Shelf(db, user, Writer(own_address(request)), by, only_iris)
    told = shelf.page(page) if page else shelf.container("iris" if only_iris and what != "minimal" else what)
    headers = CONTAINER | ({"Preference-Applied": "return=representation"} if preferred and not page else {})
    return protocol.representation(request, told, headers | {"Content-Location": told["id"]}, media=media)


@router.options("/annotations/")
def container_options(_user: CurrentUser) -> Response:
    return Response(headers=CONTAINER)


@router.post("/annotations/")
def post(request: Request, db: WriteDb, user: Analyst, sent: Sent) -> Response:
    base = own_address(request)
    try:
        kept = actions.post(db, author=user, body=sent, base=base)
    except Invalid as error:
        raise Refused(400, error.message, pointer="/body") from error
    told = queries.entries(db, user, [("k", kept.id)])[0].told(Writer(base))
    headers = RESOURCE | {"Allow": _allowed(kept.name), "Location": told["id"]}
    return protocol.representation(request, told, headers, status=201)


@router.api_route(HERE, methods=["GET", "HEAD"])
def annotation(request: Request, db: ReadDb, user: CurrentUser, name: str) -> Response:
    entry = _entry(db, user, name)
    media = protocol.wanted(request.headers, page=entry.page is not None)
    if media == "html":
        return RedirectResponse(entry.page or "/", 303, {"Vary": "Accept"})
    told = entry.told(Writer(own_address(request)))
    return protocol.representation(request, told, RESOURCE | {"Allow": _allowed(name)}, media=media)


@router.options(HERE)
def annotation_options(db: ReadDb, user: CurrentUser, name: str) -> Response:
    _entry(db, user, name)
    return Response(headers=RESOURCE | {"Allow": _allowed(name)})


@router.put(HERE)
def put(request: Request, db: WriteDb, user: Analyst, name: str, sent: Sent) -> Response:
    entry, writer = _entry(db, user, name, change=True), Writer(own_address(request))
    if entry.kept is None:
        raise Refused(405, "Change this in the reader: it is made of several parts.", Allow=_allowed(name))
    before = entry.told(writer)
    protocol.check_match(request.headers, before)
    try:
        body = writer.as_posted(_replacement(sent, before))
        actions.replace(db, kept=entry.kept, person=user, body=body, base=writer.base)
    except Invalid as error:
        raise Refused(400, error.message, pointer="/body") from error
    told = _entry(db, user, name).told(writer)
    return protocol.representation(request, told, RESOURCE | {"Allow": _allowed(name)})


@router.delete(HERE)
def delete(request: Request, db: WriteDb, user: Analyst, name: str) -> Response:
    entry = _entry(db, user, name, change=True)
    protocol.check_match(request.headers, entry.told(Writer(own_address(request))))
    if entry.kept is not None:
        actions.delete(db, kept=entry.kept)
    elif entry.own is not None:
        row = entry.own.row
        delete_note(db, note=row) if isinstance(row, Note) else delete_annotation(db, annotation=row)
    return Response(status_code=204)


def _allowed(name: str) -> str:
    return "GET, HEAD, OPTIONS, PUT, DELETE" if "-" in name else "GET, HEAD, OPTIONS, DELETE"


def _entry(db: Session, person: Person, name: str, *, change: bool = False) -> queries.Entry:
    """What has this name; to be changed, it is held until the transaction ends. Raises NotFound, Forbidden, Refused
    (410)."""
    if "-" in name:
        kept = (access.kept_for_editing if change else access.kept_for_reading)(db, person, name)
        if change:
            actions.hold(db, kept)
        key = ("k", kept.id)
    else:
        key = (name[0], int(name[1:]))
        _own(db, person, key, change)
    db.expire_all()
    entry = queries.entries(db, person, [key])[0]
    if entry.gone:
        raise Refused(410, "This annotation was deleted.")
    return entry


def _own(db: Session, person: Person, key: queries.Key, change: bool) -> None:
    if key[0] == "a":
        find = access.annotation_for_editing if change else access.annotation_for_reading
        row: Any = find(db, person, key[1], deleted=True)
        posted = queries.is_posted(db, annotation=row.id)
    else:
        row = (access.note_for_editing if change else access.note_for_reading)(db, person, key[1], deleted=True)
        posted = row.annotation_id is not None or queries.is_posted(db, note=row.id)
    if posted:  # it has another address
        raise NotFound
    if change:
        touch(db, row.article_id)


def _replacement(sent: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    """What takes its place: its id, canonical and via stay as they are (5.3 of the Protocol). Raises Refused."""
    for name in ("id", "canonical", "via"):
        if name in sent and name in before and sent[name] != before[name]:
            raise Refused(400, f"The {name} of an annotation stays as it is: {before[name]}", pointer=f"/{name}")
    rest = {name: each for name, each in sent.items() if name != "id"}
    if sent.get("id", before["id"]) != before["id"]:
        raise Refused(400, f"This annotation is {before['id']}", pointer="/id")
    return {**{name: before[name] for name in ("canonical", "via") if name in before}, **rest}


class Shelf:
    """A container and its pages, as a person sees them."""

    def __init__(self, db: Session, person: Person, writer: Writer, by: queries.Filters, iris: bool) -> None:
        self.db, self.person, self.writer, self.by, self.iris = db, person, writer, by, iris
        self.label = "Annotations"
        self.filter: dict[str, str] = {}
        if by.article is not None:
            self.label += f" of “{by.article.title}”"
            self.filter["article"] = str(by.article.id)
        if by.creator is not None:
            self.label += f" by {by.creator.name}"
            self.filter["creator"] = by.creator.name

    def address(self, page: str = "") -> str:
        query = urlencode(self.filter | ({"iris": "1"} if self.iris else {}) | ({"page": page} if page else {}))
        return self.writer.container + (f"?{query}" if query else "")

    def container(self, what: str) -> dict[str, Any]:
        first = None if what == "minimal" else queries.page(self.db, self.person, self.by, "first")
        total = first.total if first else queries.total(self.db, self.person, self.by)
        told: dict[str, Any] = {
            "@context": [CONTEXT, "http://www.w3.org/ns/ldp.jsonld"], "id": self.address(),
            "type": ["BasicContainer", "AnnotationCollection"], "label": self.label, "total": total,
        }  # fmt: skip
        told["first"] = self._page("first", first) if first else self.address("first")
        return told | {"last": self.address("last")}

    def page(self, which: str) -> dict[str, Any]:
        found = queries.page(self.db, self.person, self.by, which)
        return {"@context": CONTEXT, **self._page(which, found), "partOf": self.address()}

    def _page(self, which: str, found: queries.Page) -> dict[str, Any]:
        told: dict[str, Any] = {"id": self.address(which), "type": "AnnotationPage", "startIndex": found.start}
        if found.keys and found.start > 0:
            told["prev"] = self.address("before-{}{}".format(*found.keys[0]))
        if found.keys and found.start + len(found.keys) < found.total:
            told["next"] = self.address("after-{}{}".format(*found.keys[-1]))
        entries = queries.entries(self.db, self.person, found.keys)
        every = [entry.told(self.writer) for entry in entries]
        return told | {"items": [each["id"] if self.iris else each for each in every]}
