"""Pages that another program sends: SingleFile's "REST form" and our own extension. A page comes as the browser showed
it, so that nothing is fetched. What is here already is not stored twice; every answer is JSON."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse
from starlette.datastructures import FormData, UploadFile

from app.access import Analyst
from app.articles import actions, batch, intake
from app.articles.canonical import web_address
from app.db import WriteDb
from app.errors import Invalid, TooLarge
from app.forms import Sent
from app.notes import quoted
from app.reading import queries as reading
from app.settings import Settings
from app.web import own_address

router = APIRouter()

ROOM = 4  # times the largest upload: a page comes with its pictures in it, which are taken out before it is measured
FIELDS = 20
_EMBEDDED = re.compile(rb"""data:[\w.+-]+/[\w.+-]+(?:;[\w.+=-]+)*,[^"'<>\s()\\]{64,}""")


class Fields(Sent):
    """What may come beside the page itself."""

    url: str = ""
    title: str = ""
    quote: str = ""
    note: str = ""
    tags: str = ""


async def _form(request: Request, _user: Analyst) -> AsyncIterator[FormData]:
    size = request.app.state.settings.max_upload
    async with request.form(max_files=2, max_fields=FIELDS, max_part_size=ROOM * size) as form:
        yield form


@router.get("/api/capture")
def who(user: Analyst) -> Response:
    """Whose token this is and whether it may write: for whoever sets up a program."""
    return JSONResponse({"name": user.name, "scope": user.scope})


@router.post("/api/capture")
def capture(request: Request, user: Analyst, db: WriteDb, form: Annotated[FormData, Depends(_form)]) -> Response:
    """The page is read before the first use of `db`, so that no other writer waits for it."""
    fields = Fields(**{name: value for name, value in form.items() if isinstance(value, str)})
    given = _given(form, fields, request.app.state.settings)
    ready, tags = _ready(given, fields, request.app.state.settings), actions.tag_names(fields.tags)
    article, created = batch.save(db, person=user, article=ready)
    try:
        kept = quoted.keep(db, article=article, author=user, quote=fields.quote, note=fields.note)
    except Invalid as error:
        raise Invalid(error.message, field="note" if fields.note.strip() else "quote") from error
    if tags:
        actions.set_tags(db, article=article, names=list(dict.fromkeys([*reading.tags(db, article), *tags])))
    url = f"{own_address(request)}/articles/{article.id}{kept.anchor}"
    answer = {"article_id": article.id, "revision": article.revision, "created": created, "url": url}
    answer |= {"highlight": kept.highlight, "note": kept.note}
    return JSONResponse(answer, 201 if created else 200)


def _given(form: FormData, fields: Fields, settings: Settings) -> intake.Given:
    file = form.get("file")
    data = file.file.read() if isinstance(file, UploadFile) else (file or "").encode("utf-8", "replace")
    data = without_embedded(data)
    if not data.strip():
        raise Invalid("Send the page's HTML in the field “file”.", field="file")
    if len(data) > settings.max_upload:
        message = f"This page has {len(data) / 1e6:.1f} MB; at most {settings.max_upload / 1e6:g} MB are taken in."
        raise TooLarge(message, field="file")
    url = fields.url.strip()
    if url and web_address(url) is None:
        raise Invalid("This is not a web address; it begins with https:// or http://.", field="url")
    name = file.filename if isinstance(file, UploadFile) else ""
    return intake.Given(
        "html", "html", data, "file", url=url or None, media_type="text/html", filename=(name or "")[:200]
    )


def without_embedded(page: bytes) -> bytes:
    """The page without the pictures, fonts and sounds that are written into it: they make nine tenths of such a page,
    and its text and the addresses of its pictures are told elsewhere in it."""
    return _EMBEDDED.sub(b"data:,", page)


def _ready(given: intake.Given, fields: Fields, settings: Settings) -> batch.Ready:
    ready = batch.ready(given, settings, title=" ".join(fields.title.split())[:2000])
    if not ready.document.title:
        raise Invalid("This page has no title; send one in the field “title”.", field="title")
    return ready
