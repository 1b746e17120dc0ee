"""The page of all claims."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from app.access import CurrentUser
from app.annotations.actions import TYPES
from app.claims import queries
from app.db import ReadDb
from app.forms import After
from app.web import page

router = APIRouter()


@router.get("/claims")
def claims(
    request: Request, db: ReadDb, user: CurrentUser, verdict: str = "", type: str = "", speaker: str = "",
    sort: str = "", article: After = None, after: After = None,
) -> Response:  # fmt: skip
    filters = queries.Filters.of(
        verdict=verdict, type=type, speaker=speaker, sort=sort, article=article, after=after
    )  # fmt: skip
    return page(
        request, "claims/page.html", filters=filters, claims=queries.claims(db, user, filters), types=TYPES,
        sorts=queries.SORTS, speaker=queries.speaker_name(db, user, filters.speaker),
    )  # fmt: skip
