"""The page of full-text search."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from app.access import CurrentUser
from app.db import ReadDb
from app.search.actions import KINDS
from app.search.queries import search
from app.web import page

router = APIRouter()

LABELS = (("", "Everything"), ("article", "Articles"), ("annotation", "Quotes and claims"), ("note", "Notes"))


@router.get("/search")
def search_page(request: Request, user: CurrentUser, db: ReadDb) -> Response:
    """What cannot be understood of the address is left out."""
    given = {name: request.query_params.get(name, "").replace("\x00", "") for name in ("q", "kind", "after")}
    kind = given["kind"] if given["kind"] in KINDS else ""
    after = int(given["after"]) if given["after"].isdecimal() and len(given["after"]) < 6 else 0
    results = search(db, user, given["q"], kinds=[kind] if kind else [], after=after)
    q = given["q"].strip()
    tabs = [(label, f"/search?{urlencode({'q': q, 'kind': value})}", value == kind) for value, label in LABELS]
    later = f"/search?{urlencode({'q': q, 'kind': kind, 'after': results.later})}" if results.later else None
    earlier = f"/search?{urlencode({'q': q, 'kind': kind})}" if after else None
    return page(
        request, "search/results.html", q=q, results=results, tabs=tabs, later=later, earlier=earlier,
    )  # fmt: skip
