"""What has changed, as a page and as feeds; and the secret addresses under which feed readers, which cannot sign in, ask."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Request, Response

from app.access import CurrentUser, FeedReader, Person, article_for_reading, change_address_for_editing
from app.changes import actions, formats, queries
from app.changes.filters import KINDS, Filters
from app.db import ReadDb, WriteDb
from app.errors import Invalid
from app.forms import After, RowId, Sent
from app.web import drawn, own_address, page, redirect

router = APIRouter()


def _asked(kind: str = "", article: After = None, person: str = "", tag: str = "") -> Filters:
    return Filters.of(kind=kind, article=article, person=person, tag=tag)


Asked = Annotated[Filters, Depends(_asked)]


class AddressForm(Sent):
    kind: str = ""
    article: After = None
    person: str = ""
    tag: str = ""

    @property
    def filters(self) -> Filters:
        return Filters.of(**self.model_dump())


def _title(db: ReadDb, user: Person, filters: Filters) -> str | None:
    """Of the article that the changes are of. Raises NotFound."""
    return article_for_reading(db, user, filters.article).title if filters.article else None


@router.get("/changes")
def listed(request: Request, db: ReadDb, user: CurrentUser, filters: Asked, before: str = "") -> Response:
    title = _title(db, user, filters)
    entries, later = queries.changes(db, user, filters, before=before)
    return page(
        request, "changes/page.html", filters=filters, entries=entries, kinds=KINDS, title=title,
        earlier=filters.address() if before else None, later=filters.address(before=later) if later else None,
    )  # fmt: skip


# Feeds


@router.get("/changes.atom")
def atom(request: Request, db: ReadDb, user: FeedReader, filters: Asked, before: str = "") -> Response:
    return _feed(request, db, user, filters, before, formats.atom, "application/atom+xml; charset=utf-8")


@router.get("/changes.json")
def json(request: Request, db: ReadDb, user: FeedReader, filters: Asked, before: str = "") -> Response:
    return _feed(request, db, user, filters, before, formats.json_feed, "application/feed+json; charset=utf-8")


def _feed(
    request: Request, db: ReadDb, user: Person, filters: Filters, before: str,
    written: Callable[[formats.Feed], bytes], media_type: str,
) -> Response:  # fmt: skip
    """A secret address says itself which changes it is of."""
    kept = getattr(request.state, "filters", None)
    filters = filters if kept is None else Filters.of(**kept)
    base, title = own_address(request), _title(db, user, filters)
    entries, later = queries.changes(db, user, filters, before=before)
    since = queries.since(db, user)
    asked = filters.given if kept is None else {"token": request.query_params["token"]}

    def here(**more: str) -> str:
        return f"{base}{request.url.path}?{urlencode({**asked, **more})}".rstrip("?")

    feed = formats.Feed(
        id=queries.urn(f"feed {user.id} {since.isoformat()} {filters.address()}"),
        title=f"{formats.PROGRAM}: {filters.words(title)}",
        home=base + filters.address(),
        here=here(**({"before": before} if before else {})),
        first=here(),
        next=here(before=later) if later else None,
        updated=max((entry.updated for entry in entries), default=since),
        items=[_item(entry, base) for entry in entries],
    )
    return _unless_known(request, written(feed), media_type)


def _item(entry: queries.Entry, base: str) -> formats.Item:
    more = {"kind": entry.kind, "id": entry.row.id, "article_id": entry.article.id}
    more |= {"silent": entry.row.silent, "changes": entry.row.changes} if entry.kind == "revision" else {}
    more |= {"verdict": entry.row.verdict} if entry.kind == "verdict" else {}
    html = drawn("changes/_content.html", entry=entry, base=base)
    at = entry.row.created_at
    return formats.Item(
        entry.urn, base + entry.path, entry.title, html, entry.author, at, entry.updated, entry.tags, more
    )


def _unless_known(request: Request, body: bytes, media_type: str) -> Response:
    """By its ETag alone: what is deleted or made private changes a feed, but no time in it."""
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie"}
    known = request.headers.get("if-none-match", "")
    same = known.strip() == "*" or tag in (each.strip().removeprefix("W/") for each in known.split(","))
    return Response(status_code=304, headers=headers) if same else Response(body, 200, headers, media_type)


# Secret addresses


def _addresses(request: Request, db: ReadDb, user: Person, *, status: int = 200, **context: Any) -> Response:
    usual: dict[str, Any] = {"errors": {}, "typed": Filters(), "token": "", "server": own_address(request)}
    mine = [(each, Filters.of(**each.filters)) for each in queries.addresses(db, user)]
    titles = queries.titles(db, user, (filters.article for _, filters in mine))
    return page(
        request, "changes/addresses.html", status=status, addresses=mine, titles=titles, kinds=KINDS, **usual | context
    )


@router.get("/changes/addresses")
def addresses(request: Request, db: ReadDb, user: CurrentUser, filters: Asked) -> Response:
    return _addresses(request, db, user, typed=filters)


@router.post("/changes/addresses")
def add_address(request: Request, db: WriteDb, user: CurrentUser, form: Annotated[AddressForm, Form()]) -> Response:
    filters = form.filters
    _title(db, user, filters)
    try:
        token = actions.add(db, person=user, filters=filters)
    except Invalid as error:
        return _addresses(request, db, user, status=error.status, errors=error.errors, typed=filters)
    return _addresses(request, db, user, token=token)


@router.put("/changes/addresses/{address_id}")
def renew_address(request: Request, db: WriteDb, user: CurrentUser, address_id: RowId) -> Response:
    token = actions.renew(db, address=change_address_for_editing(db, user, address_id))
    return _addresses(request, db, user, token=token)


@router.delete("/changes/addresses/{address_id}")
def remove_address(request: Request, db: WriteDb, user: CurrentUser, address_id: RowId) -> Response:
    actions.remove(db, address=change_address_for_editing(db, user, address_id))
    return redirect(request, "/changes/addresses")
