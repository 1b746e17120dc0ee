"""The reader's page, and its marks while analysis runs."""

from __future__ import annotations

from hashlib import blake2b

from fastapi import APIRouter, Request, Response

from app import jobs
from app.access import Analyst, CurrentUser, article_for_reading
from app.db import ReadDb, WriteDb
from app.forms import RowId
from app.reading import queries
from app.reading.page import page_parts, reader_parts
from app.web import fragment, page, redirect

router = APIRouter()


@router.get("/articles/{article_id}")
def read(request: Request, db: ReadDb, user: CurrentUser, article_id: RowId) -> Response:
    article = article_for_reading(db, user, article_id)
    return _if_changed(request, page(request, "reading/page.html", **page_parts(db, user, article)))


@router.get("/articles/{article_id}/marks")
def marks(request: Request, db: ReadDb, user: CurrentUser, article_id: RowId) -> Response:
    article = article_for_reading(db, user, article_id)
    return fragment(request, "reading/_marks.html", **reader_parts(db, user, article))


@router.post("/articles/{article_id}/analysis")
def analyse_again(request: Request, db: WriteDb, user: Analyst, article_id: RowId) -> Response:
    article = article_for_reading(db, user, article_id)
    revision = queries.current_revision(db, article)
    jobs.enqueue_analysis(db, article_id=article.id, revision_id=revision.id, created_by=user.id)
    return redirect(request, f"/articles/{article.id}")


def _if_changed(request: Request, response: Response) -> Response:
    """304 to a browser that has this page already; what a page says decides, so no change can be forgotten."""
    tag = f'"{blake2b(response.body, digest_size=12).hexdigest()}"'
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers={"ETag": tag, "Cache-Control": response.headers["cache-control"]})
    response.headers["ETag"] = tag
    return response
