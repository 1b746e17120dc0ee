"""Speakers over all articles: the list, one with all they say, and names to complete what is typed."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from app.access import CurrentUser, speaker_for_reading
from app.db import ReadDb
from app.forms import After, RowId
from app.speakers import queries
from app.web import fragment, page

router = APIRouter()


@router.get("/speakers")
def speakers(
    request: Request, db: ReadDb, user: CurrentUser, q: str = "", sort: str = "", after: After = None
) -> Response:
    filters = queries.Filters.of(q=q, sort=sort, after=after)
    found, later = queries.speakers(db, user, filters)
    return page(
        request, "speakers/list.html", speakers=found, filters=filters, sorts=queries.SORTS,
        earlier=filters.address() if after else None, later=filters.address(after=later) if later else None,
    )  # fmt: skip


@router.get("/speakers/options")
def options(request: Request, db: ReadDb, user: CurrentUser, q: str = "") -> Response:
    return fragment(request, "speakers/_options.html", speakers=queries.options(db, user, q))


@router.get("/speakers/{speaker_id}")
def speaker(request: Request, db: ReadDb, user: CurrentUser, speaker_id: RowId, after: After = None) -> Response:
    found = speaker_for_reading(db, user, speaker_id)
    articles, later = queries.quotes(db, user, found, after)
    here = f"/speakers/{speaker_id}"
    return page(
        request, "speakers/page.html", speaker=queries.one(db, user, found), articles=articles,
        earlier=here if after else None, later=f"{here}?after={later}" if later else None,
    )  # fmt: skip
