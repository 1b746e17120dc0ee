"""Notes on passages and articles, replies, edits, history; drafts."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Request, Response
from sqlalchemy.orm import Session

from app.access import (
    Analyst,
    CurrentUser,
    Person,
    annotation_for_reading,
    article_for_reading,
    note_for_editing,
    note_for_reading,
)
from app.annotations import passages
from app.annotations.actions import Details, add_annotation, current_revision
from app.db import ReadDb, WriteDb
from app.errors import Conflict, Invalid, NotFound
from app.forms import Offset, RowId, Sent, Version
from app.models import Annotation, Article, Note
from app.notes import actions, queries
from app.reading import changed as answers
from app.reading.page import reader_parts
from app.reading.queries import Thread
from app.web import fragment, is_htmx, page

router = APIRouter()
TEMPLATE = "notes/_form.html"


class NoteForm(Sent):
    body: str = ""
    tags: str = ""
    visibility: str = "all"
    draft: str = ""

    def checked(self, db: Session) -> actions.Draft:
        return actions.Draft(db, self.body, self.tags, self.visibility)


class PassageNoteForm(NoteForm):
    start: Offset = None
    end: Offset = None
    exact: str = ""
    at: Offset = None


class EditForm(NoteForm):
    version: Version


@router.post("/articles/{article_id}/notes")
def add(
    request: Request, db: WriteDb, user: Analyst, article_id: RowId, form: Annotated[PassageNoteForm, Form()]
) -> Response:
    """On a passage, which becomes a highlight; without one, on the whole article."""
    article = article_for_reading(db, user, article_id)
    try:
        note = form.checked(db)
        annotation = _highlight(db, user, article, form)
    except passages.Ambiguous as error:
        return _which(request, article, current_revision(db, article).text, form, error)
    except Invalid as error:
        if is_htmx(request):  # the page keeps its form as it is
            raise
        filled = answers.Form(TEMPLATE, "Note", request.url.path, article, key="-new", values=form.model_dump())
        return answers.refused(request, filled, error)
    row = actions.add_note(db, article=article, author=user, note=note, annotation=annotation, draft=form.draft)
    return _saved(request, db, user, article, row, undo=f"/annotations/{annotation.id}" if annotation else None)


def _highlight(db: Session, user: Person, article: Article, form: PassageNoteForm) -> Annotation | None:
    if not form.exact.strip() and form.start is None:
        return None
    revision = current_revision(db, article)
    bounds = passages.resolved(revision.text, exact=form.exact, start=form.start, end=form.end, at=form.at)
    made: dict[str, Any] = {"article": article, "author": user, "revision": revision, "bounds": bounds}
    return add_annotation(db, **made, details=Details("highlight"), visibility=form.visibility)


def _which(request: Request, article: Article, text: str, form: PassageNoteForm, error: passages.Ambiguous) -> Response:
    context: dict[str, Any] = {"article": article, "places": error.shown(text), "message": error.message}
    if is_htmx(request):
        return fragment(request, "annotations/_which.html", status=422, **context)
    sent = form.model_dump(exclude={"at", "start", "end"}).items()
    return page(request, "annotations/which.html", status=422, sent=sent, action=request.url.path, **context)


def _saved(
    request: Request, db: Session, user: Person, article: Article, note: Note, *, undo: str | None = None
) -> Response:
    undo = undo or f"/notes/{note.id}"
    return answers.changed(
        request, db, user, article, "Note saved.", undo=undo, active=note.annotation_id, anchor=f"note-{note.id}"
    )


def _new(db: Session, user: Person, article: Article, action: str, draft: str, *, reply: bool = False) -> answers.Form:
    """An empty form, or with what was typed into it and not saved."""
    body = queries.draft(db, user, article.id, draft)
    values = {"body": body or "", "tags": "", "visibility": "all", "draft": draft}
    more = {"drafted": body is not None, "reply": reply}
    return answers.Form(
        TEMPLATE, "Reply" if reply else "Note", action, article, key=f"-{draft}", values=values, more=more
    )


def _on(db: Session, user: Person, annotation: Annotation) -> answers.Form:
    article = article_for_reading(db, user, annotation.article_id)
    form = _new(db, user, article, f"/annotations/{annotation.id}/notes", f"annotation-{annotation.id}")
    private = annotation.visibility == "private"
    return form.filled(form.values, reply=private, cancel=f"/annotations/{annotation.id}")


@router.get("/annotations/{annotation_id}/notes/form")
def form_on_annotation(request: Request, db: ReadDb, user: Analyst, annotation_id: RowId) -> Response:
    return answers.shown(request, _on(db, user, annotation_for_reading(db, user, annotation_id)))


@router.post("/annotations/{annotation_id}/notes")
def add_on_annotation(
    request: Request, db: WriteDb, user: Analyst, annotation_id: RowId, form: Annotated[NoteForm, Form()]
) -> Response:
    annotation = annotation_for_reading(db, user, annotation_id)
    article = article_for_reading(db, user, annotation.article_id)
    try:
        note = form.checked(db)
    except Invalid as error:
        return answers.refused(request, _on(db, user, annotation).filled(form.model_dump()), error)
    row = actions.add_note(db, article=article, author=user, note=note, annotation=annotation, draft=form.draft)
    return _saved(request, db, user, article, row)


def _answer(db: Session, user: Person, parent: Note) -> answers.Form:
    article = article_for_reading(db, user, parent.article_id)
    form = _new(db, user, article, f"/notes/{parent.id}/replies", f"reply-{parent.id}", reply=True)
    return form.filled(form.values, cancel=f"/notes/{parent.id}")


@router.get("/notes/{note_id}/replies/form")
def form_of_reply(request: Request, db: ReadDb, user: Analyst, note_id: RowId) -> Response:
    return answers.shown(request, _answer(db, user, note_for_reading(db, user, note_id)))


@router.post("/notes/{note_id}/replies")
def reply(request: Request, db: WriteDb, user: Analyst, note_id: RowId, form: Annotated[NoteForm, Form()]) -> Response:
    parent = note_for_reading(db, user, note_id)
    article = article_for_reading(db, user, parent.article_id)
    annotation = annotation_for_reading(db, user, parent.annotation_id) if parent.annotation_id else None
    try:
        note = form.checked(db)
    except Invalid as error:
        return answers.refused(request, _answer(db, user, parent).filled(form.model_dump()), error)
    made: dict[str, Any] = {"article": article, "author": user, "annotation": annotation}
    row = actions.add_note(db, **made, note=note, parent=parent, draft=form.draft)
    return _saved(request, db, user, article, row)


@router.get("/notes/{note_id}")
def show(request: Request, db: ReadDb, user: CurrentUser, note_id: RowId) -> Response:
    note = note_for_reading(db, user, note_id)
    parts = reader_parts(db, user, article_for_reading(db, user, note.article_id))
    on_cards = [thread for card in (*parts["text"].cards, *parts["text"].dismissed) for thread in card.threads]
    return fragment(request, "notes/_note.html", thread=_find([*on_cards, *parts["text"].notes], note_id), **parts)


def _find(threads: list[Thread], note_id: int) -> Thread:
    waiting = list(threads)
    for thread in waiting:  # grows while it is gone through
        if thread.note.id == note_id:
            return thread
        waiting.extend(thread.replies)
    raise NotFound


def _edited(db: Session, user: Person, note: Note) -> answers.Form:
    article, draft = article_for_reading(db, user, note.article_id), f"note-{note.id}"
    typed = queries.draft(db, user, article.id, draft)
    values: dict[str, Any] = {
        "body": typed or note.body,
        "tags": ", ".join(queries.tags(db, note)),
        "visibility": note.visibility,
    }
    values |= {"version": note.version, "draft": draft}
    more = {"drafted": typed is not None, "reply": note.parent_id is not None, "cancel": f"/notes/{note.id}"}
    return answers.Form(TEMPLATE, "Edit the note", f"/notes/{note.id}", article, "put", f"-{draft}", values, more=more)


@router.get("/notes/{note_id}/form")
def form_of_edit(request: Request, db: ReadDb, user: Analyst, note_id: RowId) -> Response:
    return answers.shown(request, _edited(db, user, note_for_editing(db, user, note_id)))


@router.put("/notes/{note_id}")
def edit(request: Request, db: WriteDb, user: Analyst, note_id: RowId, form: Annotated[EditForm, Form()]) -> Response:
    note = note_for_editing(db, user, note_id)
    article = article_for_reading(db, user, note.article_id)
    try:
        actions.edit_note(db, note=note, person=user, version=form.version, new=form.checked(db))
    except (Invalid, Conflict) as error:
        return answers.refused(request, _edited(db, user, note).filled(form.model_dump()), error)
    return answers.changed(
        request, db, user, article, "Note saved.", active=note.annotation_id, anchor=f"note-{note.id}"
    )


@router.delete("/notes/{note_id}")
def delete(request: Request, db: WriteDb, user: Analyst, note_id: RowId) -> Response:
    note = note_for_editing(db, user, note_id)
    article = article_for_reading(db, user, note.article_id)
    actions.delete_note(db, note=note)
    undo = f"/notes/{note.id}/deletion"
    return answers.changed(request, db, user, article, "Note deleted.", undo=undo, active=note.annotation_id)


@router.delete("/notes/{note_id}/deletion")
def restore(request: Request, db: WriteDb, user: Analyst, note_id: RowId) -> Response:
    note = note_for_editing(db, user, note_id, deleted=True)
    article = article_for_reading(db, user, note.article_id)
    actions.restore_note(db, note=note)
    return _saved(request, db, user, article, note)


@router.get("/notes/{note_id}/history")
def history(request: Request, db: ReadDb, user: CurrentUser, note_id: RowId) -> Response:
    note = note_for_reading(db, user, note_id)
    return fragment(request, "notes/_history.html", note=note, history=queries.history(db, note))


@router.put("/articles/{article_id}/drafts/{key}", status_code=204)
def keep_draft(
    db: WriteDb,
    user: Analyst,
    article_id: RowId,
    key: Annotated[str, Path(max_length=64)],
    form: Annotated[NoteForm, Form()],
) -> None:
    article = article_for_reading(db, user, article_id)
    actions.save_draft(db, person=user, article=article, key=key, body=form.body)
