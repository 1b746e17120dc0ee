"""The revisions of an article: their list, each as it was, and what differs between two."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app import access
from app.access import CurrentUser
from app.annotations import review
from app.articles import revisions
from app.db import ReadDb
from app.forms import After, RowId
from app.reading import revisions as pages
from app.web import page

router = APIRouter()
View = Annotated[str, Query(pattern="^(inline|sides)$")]


@router.get("/articles/{article_id}/revisions")
def listing(request: Request, user: CurrentUser, db: ReadDb, article_id: RowId) -> Response:
    article = access.article_for_reading(db, user, article_id)
    found, waiting = revisions.listed(db, article), review.number_waiting(db, user, article_id)
    return page(request, "articles/revisions.html", article=article, revisions=found, waiting=waiting)


@router.get("/articles/{article_id}/revisions/{number}")
def revision(request: Request, user: CurrentUser, db: ReadDb, article_id: RowId, number: RowId) -> Response:
    article = access.article_for_reading(db, user, article_id)
    shown = pages.revision_of(db, article, number)
    every = pages.stood(db, user, shown)
    return page(
        request, "articles/revision.html", article=article, revision=shown, stood=every, body=pages.drawn(shown, every)
    )


@router.get("/articles/{article_id}/diff")
def diff(
    request: Request, user: CurrentUser, db: ReadDb, article_id: RowId,
    old: Annotated[After, Query(alias="from")] = None, new: Annotated[After, Query(alias="to")] = None,
    view: View = "inline",
) -> Response:  # fmt: skip
    """Without bounds, the last change."""
    article = access.article_for_reading(db, user, article_id)
    last = new or article.revision
    if article.revision == 1:
        return page(request, "articles/diff.html", article=article, diff=None, numbers=[1], view=view)
    found = pages.compared(db, user, article, old or last - 1 or 1, last)
    numbers = list(range(1, article.revision + 1))
    return page(request, "articles/diff.html", article=article, diff=found, numbers=numbers, view=view)
