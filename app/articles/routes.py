"""The library, and an article's way in and out: captured, previewed, added, tagged, read, deleted, restored."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import asdict, replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, Response
from starlette.datastructures import FormData, UploadFile

from app import access, files
from app.access import Analyst, CurrentUser, Person
from app.articles import actions, intake, queries
from app.articles.filters import SORT_LABELS, Filters
from app.articles.preview import TYPES, Preview
from app.db import ReadDb, WriteDb
from app.errors import Invalid, NotFound
from app.extract.document import Document
from app.forms import RowId
from app.models import Article, Capture
from app.notes import quoted
from app.reading.changed import Form as Refused
from app.reading.changed import refused
from app.settings import Settings
from app.web import back, fragment, is_htmx, page, redirect

router = APIRouter()

MOST_FIELDS = 20_000  # a preview has two fields a paragraph
TAGS = "articles/_tags_form.html"
ROOM = 4  # times the largest upload: what comes in, so that its form can say that it is too large


async def _form(request: Request) -> AsyncIterator[FormData]:
    """The form as it came: FastAPI's own reading of it stops at 1000 fields."""
    size = request.app.state.settings.max_upload
    async with request.form(max_fields=MOST_FIELDS, max_part_size=ROOM * size) as form:
        yield form


WholeForm = Annotated[FormData, Depends(_form)]


# The library


@router.get("/")
def library(request: Request, user: CurrentUser, db: ReadDb) -> Response:
    if request.query_params.get("q", "").strip():
        return redirect(request, f"/search?{request.url.query}")
    filters = Filters.of(request.query_params)
    found = queries.library(db, user, filters)
    gone = request.query_params.get("gone", "")
    deleted = db.get(Article, int(gone)) if gone.isdecimal() and len(gone) < 10 else None
    if deleted and (deleted.deleted_at is None or not access.may_edit_article(user, deleted)):
        deleted = None
    return page(
        request, "articles/library.html", library=found, filters=filters, sorts=SORT_LABELS, gone=deleted,
        speaker=queries.speaker_name(db, user, filters.speaker), may_add=user.at_least("analyst"),
    )  # fmt: skip


# The way in


@router.get("/articles/new")
def new_article(request: Request, user: Analyst) -> Response:
    return page(request, "articles/new.html", typed={"url": "", "text": ""}, errors={})


@router.post("/captures")
def add_capture(request: Request, user: Analyst, db: WriteDb, form: WholeForm) -> Response:
    """Fetching and reading come before the first use of `db`, so that no other writer waits for them."""
    settings = request.app.state.settings
    try:
        given = _given(form, settings)
        document = intake.read(given, settings)
        document = replace(document, canonical_url=document.canonical_url or given.url)
    except Invalid as error:
        typed = {name: str(form.get(name, "")) for name in ("url", "text")}
        return page(request, "articles/new.html", status=error.status, typed=typed, errors=error.errors)
    capture = actions.add_capture(
        db, person=user, kind=given.kind, data=given.data, document=document, url=given.url,
        media_type=given.media_type, filename=given.filename, headers=given.headers, fetched=given.fetched,
    )  # fmt: skip
    return redirect(request, f"/captures/{capture.id}")


def _given(form: FormData, settings: Settings) -> intake.Given:
    """Of the three ways in the one whose button was pressed, else the one that was filled in."""
    url, text, file = str(form.get("url", "")), str(form.get("text", "")), form.get("file")
    upload = file if isinstance(file, UploadFile) and file.filename else None
    way = form.get("way") or ("file" if upload else "text" if text.strip() or not url.strip() else "url")
    if way == "url":
        return intake.from_address(url, settings)
    if way == "file":
        if upload is None:
            raise Invalid("Choose a file first.", field="file")
        media_type = upload.content_type or ""
        return intake.from_file(upload.filename or "", upload.file.read(), settings, media_type=media_type)
    return intake.from_paste(text, settings)


@router.get("/captures/{capture_id}")
def preview_capture(request: Request, user: Analyst, db: ReadDb, capture_id: RowId) -> Response:
    capture = access.capture_for_editing(db, user, capture_id)
    if capture.revision_id is not None:
        return redirect(request, f"/articles/{queries.article_of_revision(db, capture.revision_id)}")
    document = Document.from_json(capture.document)
    same = _same(db, user, capture, document)
    return _preview(request, user, capture, Preview.of_document(document), same=same)


@router.post("/articles")
def add_article(request: Request, user: Analyst, db: WriteDb, form: WholeForm) -> Response:
    capture_id = str(form.get("capture_id", ""))
    if not (capture_id.isdecimal() and len(capture_id) < 10):
        raise NotFound
    capture = access.capture_for_editing(db, user, int(capture_id))
    preview, settings = Preview.of_form(form), request.app.state.settings
    try:
        document = preview.document(Document.from_json(capture.document), max_text=settings.max_text)
    except Invalid as error:
        if capture.revision_id is not None:
            return _sent_again(request, db, capture, None)
        return _preview(request, user, capture, preview, status=error.status, errors=error.errors)
    if capture.revision_id is not None:
        return _sent_again(request, db, capture, document)
    same = _same(db, user, capture, document)
    if same and not (same.deleted_at and form.get("anew")):
        return _preview(request, user, capture, preview, status=409, same=same)
    article = actions.add_article(db, person=user, capture=capture, document=document)
    kept = quoted.keep(db, article=article, author=user, quote=quoted.waiting(capture))
    return redirect(request, f"/articles/{article.id}{kept.anchor}")


def _sent_again(request: Request, db: ReadDb, capture: Capture, document: Document | None) -> Response:
    """The article as it was saved; what differs from it is not taken, and the page says so."""
    article_id = queries.article_of_revision(db, capture.revision_id or 0)
    kept = document is not None and actions.is_saved(db, capture=capture, document=document)
    return redirect(request, f"/articles/{article_id}" + ("" if kept else "?again=1"))


def _same(db: ReadDb, user: Person, capture: Capture, document: Document) -> Article | None:
    sha = actions.text_sha256(actions.joined(document.paragraphs)[0])
    return queries.same_article(db, user, url=document.canonical_url or capture.url, text_sha256=sha)


def _preview(request: Request, user: Person, capture: Capture, preview: Preview, **context: Any) -> Response:
    document = Document.from_json(capture.document)
    headlines = list(dict.fromkeys(filter(None, (document.title, *document.headline_variants))))
    context = {"status": 200, "errors": {}, "same": None, "refused": context.get("status") == 409, **context}
    passage = quoted.waiting(capture)
    stands = quoted.stands("\n".join(text for _, text in preview.blocks), passage)
    return page(
        request, "articles/preview.html", capture=capture, types=TYPES, headlines=headlines,
        facts=preview.facts, blocks=preview.blocks, pictures=[asdict(each) for each in preview.pictures],
        passage=passage, stands=stands, **context,
    )  # fmt: skip


# An article


@router.get("/articles/{article_id}/raw")
def raw_capture(request: Request, user: CurrentUser, db: ReadDb, article_id: RowId) -> Response:
    """What came in, byte by byte; as a download, so that no browser runs it."""
    article = access.article_for_reading(db, user, article_id)
    capture = queries.current_capture(db, article)
    if capture is None:
        raise NotFound
    content = files.get(request.app.state.settings.files, capture.sha256)
    return Response(content, headers=intake.as_download(capture.media_type, f"article-{article.id}"))


@router.get("/pictures/{picture_id}")
def picture(request: Request, user: CurrentUser, db: ReadDb, picture_id: RowId) -> Response:
    found = queries.picture(db, picture_id)
    if found is None or found[0].sha256 is None:
        raise NotFound
    access.article_for_reading(db, user, found[1], deleted=True)
    content = files.get(request.app.state.settings.files, found[0].sha256)
    kept = {"Cache-Control": "private, max-age=31536000, immutable"}
    return Response(content, media_type=found[0].media_type, headers=kept)


@router.delete("/articles/{article_id}")
def delete_article(request: Request, user: Analyst, db: WriteDb, article_id: RowId) -> Response:
    article = access.article_for_editing(db, user, article_id)
    actions.delete_article(db, article=article)
    if not is_htmx(request):
        return redirect(request, f"/?gone={article_id}")
    undo = (f"/articles/{article_id}/deletion", "Undo")
    return fragment(request, "_toast.html", message="Article deleted.", undo=undo)


@router.delete("/articles/{article_id}/deletion")
def restore_article(request: Request, user: Analyst, db: WriteDb, article_id: RowId) -> Response:
    article = access.article_for_editing(db, user, article_id, deleted=True)
    actions.restore_article(db, article=article)
    return redirect(request, back(request, "/") if is_htmx(request) else f"/articles/{article_id}")


@router.put("/articles/{article_id}/tags")
def set_tags(
    request: Request,
    user: Analyst,
    db: WriteDb,
    article_id: RowId,
    *,
    tags: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "",
) -> Response:
    article = access.article_for_reading(db, user, article_id)
    try:
        actions.set_tags(db, article=article, names=actions.tag_names(tags))
    except Invalid as error:
        values = {"tags": tags, "next": next}
        return refused(request, Refused(TAGS, "Tags", request.url.path, article, "put", values=values), error)
    return redirect(request, next or f"/articles/{article_id}")


@router.put("/articles/{article_id}/read")
def mark_read(
    request: Request,
    user: CurrentUser,
    db: WriteDb,
    article_id: RowId,
    *,
    read: Annotated[str, Form()] = "1",
    next: Annotated[str, Form()] = "",
) -> Response:
    article = access.article_for_reading(db, user, article_id)
    actions.mark_read(db, person=user, article=article, read=read != "0")
    return Response(status_code=204) if is_htmx(request) else redirect(request, next or f"/articles/{article_id}")
