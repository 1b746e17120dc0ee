"""Speakers over all articles: the list, one with all they say, and names to complete what is typed."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from app.access import Analyst, CurrentUser
from app.db import ReadDb
from app.forms import RowId
from app.paging import LONGEST, cleaned
from app.speakers import queries
from app.web import fragment, page

router = APIRouter()


@router.get("/speakers")
def speakers(request: Request, db: ReadDb, user: CurrentUser) -> Response:
    query = request.query_params
    sort = "name" if query.get("sort") == "name" else "most"
    filters = queries.Filters(cleaned(query, "q"), sort, cleaned(query, "after", LONGEST))
    items, later = queries.speakers(db, user, filters)
    return page(
        request, "speakers/list.html", speakers=items, filters=filters, sorts=queries.SORT_LABELS,
        earlier=filters.address() if filters.after else None, later=filters.address(after=later) if later else None,
    )  # fmt: skip


@router.get("/speakers/options")
def options(request: Request, db: ReadDb, user: Analyst) -> Response:
    typed = cleaned(request.query_params, "q") or cleaned(request.query_params, "speaker")
    return fragment(request, "speakers/_options.html", speakers=queries.options(db, user, typed))


@router.get("/speakers/{speaker_id}")
def speaker(request: Request, db: ReadDb, user: CurrentUser, speaker_id: RowId) -> Response:
    found, after = queries.speaker(db, user, speaker_id), cleaned(request.query_params, "after", LONGEST)
    articles, later = queries.quoted(db, user, speaker_id, after)
    here = f"/speakers/{speaker_id}"
    return page(
        request, "speakers/page.html", speaker=found, articles=articles,
        earlier=here if after else None, later=f"{here}?after={later}" if later else None,
    )  # fmt: skip
