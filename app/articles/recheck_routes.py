"""The record of what was published: every capture of an article, each as it came; and a look whether it still says so."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response

from app import access, files
from app.access import Analyst, CurrentUser
from app.annotations import revise
from app.articles import intake, recheck, recheck_due
from app.db import ReadDb, WriteDb
from app.errors import NotFound
from app.forms import RowId
from app.web import page, redirect

router = APIRouter()


def _checked(request: Request, user: Analyst, article_id: RowId) -> recheck.Check:
    with request.app.state.database.read() as db:
        known = recheck.known(db, access.article_for_reading(db, user, article_id))
    return recheck.look(known, request.app.state.settings)


# Named before WriteDb in a signature, it is done before the database is locked.
Checked = Annotated[recheck.Check, Depends(_checked)]


@router.get("/articles/{article_id}/record")
def record(request: Request, user: CurrentUser, db: ReadDb, article_id: RowId) -> Response:
    article = access.article_for_reading(db, user, article_id)
    captures = recheck.captures(db, article)
    first = next((capture for capture, _, _ in captures if not capture.outcome), None)
    return page(
        request, "articles/record.html", article=article, captures=captures, may_check=user.may_annotate,
        address=recheck.address_of(article, first), check_days=request.app.state.settings.check_days,
    )  # fmt: skip


@router.get("/articles/{article_id}/record/{record_id}/raw")
def download(request: Request, user: CurrentUser, db: ReadDb, article_id: RowId, record_id: RowId) -> Response:
    """What came in, byte by byte; as a download, so that no browser runs it."""
    capture = recheck.capture_of(db, access.article_for_reading(db, user, article_id), record_id)
    if capture is None:
        raise NotFound
    content = files.get(request.app.state.settings.files, capture.sha256)
    return Response(content, headers=intake.as_download(capture.media_type, f"article-{article_id}-{capture.id}"))


@router.post("/articles/{article_id}/checks")
def check(request: Request, user: Analyst, check: Checked, db: WriteDb, article_id: RowId) -> Response:
    article = access.article_for_reading(db, user, article_id)
    capture = revise.store_check(db, person=user, article=article, check=check, cause="check")
    return redirect(request, f"/articles/{article_id}/record#capture-{capture.id}")


@router.put("/articles/{article_id}/checks")
def switch(
    request: Request, user: Analyst, db: WriteDb, article_id: RowId, checks: Annotated[str, Form()] = ""
) -> Response:
    """Whether the article is looked at by itself."""
    recheck_due.switch(access.article_for_reading(db, user, article_id), checks)
    return redirect(request, f"/articles/{article_id}/record#checks")
