"""Exports: a page that offers them, and the files, written while they are read."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

from app.access import CurrentUser, Person, article_for_reading
from app.db import ReadDb
from app.errors import NotFound
from app.exports import queries
from app.exports.files import written
from app.exports.formats import FORMATS, About
from app.forms import RowId
from app.web import own_address, page

router = APIRouter()


@router.get("/exports")
def show_exports(
    request: Request, user: CurrentUser, db: ReadDb, tag: Annotated[str, Query(max_length=64)] = ""
) -> Response:
    every = [(name, label, what) for name, (_, _, _, label, what) in FORMATS.items()]
    return page(request, "exports/page.html", formats=every, count=queries.count(db, user), tag=tag)


@router.get("/exports/{format}")
def export_all(
    request: Request, user: CurrentUser, db: ReadDb, format: str, tag: Annotated[str, Query(max_length=64)] = ""
) -> Response:
    if format not in FORMATS:
        raise NotFound
    return _file(request, user, queries.article_ids(db, user, tag=tag), format)


@router.get("/articles/{article_id}/exports/{format}")
def export_article(request: Request, user: CurrentUser, db: ReadDb, article_id: RowId, format: str) -> Response:
    article = article_for_reading(db, user, article_id)
    if format not in (*FORMATS, "markdown"):
        raise NotFound
    return _file(request, user, [article.id], format, name=f"article-{article.id}")


def _file(request: Request, user: Person, ids: list[int], format: str, *, name: str = "") -> Response:
    address = own_address(request)
    about = About(user.name, address, urlsplit(address).hostname or "localhost")
    media_type, filename = "text/markdown", "article.md"
    if format in FORMATS:
        _, media_type, filename, *_ = FORMATS[format]
    filename = f"{name}.{filename.rpartition('.')[2]}" if name else filename
    headers = {"Content-Disposition": f'attachment; filename="{filename}"', "Cache-Control": "private, no-store"}
    pieces = written(request.app.state.database, user, ids, format, about)
    return StreamingResponse(pieces, media_type=f"{media_type}; charset=utf-8", headers=headers)
