"""Highlights as Readwise takes them, for the many readers that can send there. An article is found by its address or made
of its highlights; what is sent twice is kept once."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy.orm import Session

from app.access import Analyst, CurrentUser, Person
from app.api.hypothesis.edge import Route, parsed
from app.db import WriteDb
from app.errors import Invalid
from app.imports import queries
from app.imports.apply import apply_item, key_of
from app.imports.model import Highlight, Item
from app.models import Article
from app.web import own_address

router = APIRouter(route_class=Route)

CATEGORIES = ("books", "articles", "tweets", "podcasts")
LONGEST = {"text": 8191, "title": 511, "author": 1024, "source_url": 2047, "note": 8191, "highlight_url": 4095}
MOST = 1000  # highlights at once


async def _sent(request: Request, _user: Analyst) -> list[dict[str, Any]]:
    given = parsed(await request.body()).get("highlights")
    if not isinstance(given, list) or not given or len(given) > MOST:
        raise Invalid(f"Send 1 to {MOST} highlights in a list.", field="highlights")
    return [_checked(each, f"highlights.{n}") for n, each in enumerate(given)]


def _checked(given: Any, at: str) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise Invalid("This is not an object.", field=at)
    for name, most in LONGEST.items():
        value = given.get(name)
        if value is not None and not isinstance(value, str):
            raise Invalid("This is not a text.", field=f"{at}.{name}")
        if len(value or "") > most:
            raise Invalid(f"At most {most:,} characters.", field=f"{at}.{name}")
    if not (given.get("text") or "").strip():
        raise Invalid("This field is required.", field=f"{at}.text")
    if given.get("category") not in (None, *CATEGORIES):
        raise Invalid(f"One of {', '.join(CATEGORIES)}.", field=f"{at}.category")
    return {name: value for name, value in given.items() if value is not None}


@router.get("/api/v2/auth/")
def auth(_user: CurrentUser) -> Response:
    return Response(status_code=204)


@router.post("/api/v2/highlights/")
def highlights(
    request: Request, user: Analyst, sent: Annotated[list[dict[str, Any]], Depends(_sent)], db: WriteDb
) -> Response:
    books: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for each in sent:
        url, title = each.get("source_url", "").strip(), each.get("title", "").strip()
        books.setdefault((url, "" if url else title, "" if url else each.get("author", "")), []).append(each)
    return JSONResponse([_book(db, user, own_address(request), given) for given in books.values()])


def _book(db: Session, person: Person, own: str, given: list[dict[str, Any]]) -> dict[str, Any]:
    first = given[0]
    url, title = first.get("source_url", "").strip(), " ".join(first.get("title", "").split())
    author = first.get("author", "").strip()
    about = url or f"{title}\n{author}"
    item = Item(
        key=f"readwise\n{about}", url=url, title=title or url or "Quotes", authors=(author,) if author else (),
        highlights=tuple(_mark(about, each) for each in given),
    )  # fmt: skip
    report = apply_item(db, person=person, item=item, article=None)
    if report.article_id is None:
        raise Invalid(report.error, field="highlights")
    article = db.get_one(Article, report.article_id)
    modified = queries.imported_ids(db, [key_of(each.key) for each in item.highlights])
    return {
        "id": article.id, "title": article.title, "readable_title": article.title, "author": ", ".join(article.authors),
        "category": first.get("category") or ("articles" if url else "books"), "source": first.get("source_type", ""),
        "num_highlights": report.highlights + len(report.unplaced), "source_url": article.canonical_url or url or None,
        "highlights_url": f"{own}/articles/{article.id}", "cover_image_url": None, "modified_highlights": modified,
    }  # fmt: skip


def _mark(about: str, given: dict[str, Any]) -> Highlight:
    text = given["text"].strip()
    key = given.get("highlight_url") or hashlib.sha256(f"{about}\n{text}".encode()).hexdigest()
    at = given.get("highlighted_at")
    note = given.get("note", "").strip()
    return Highlight(key=f"readwise\n{key}", quote=text, note=note, created=at if isinstance(at, str) else "")
