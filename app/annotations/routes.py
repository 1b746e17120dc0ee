"""Passages of an article: marked by people, corrected, confirmed, dismissed, deleted."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from pydantic import Field
from sqlalchemy.orm import Session

from app.access import Analyst, CurrentUser, Person, annotation_for_editing, annotation_for_reading, article_for_reading
from app.annotations import actions, passages
from app.annotations.rule_routes import rule_form
from app.db import ReadDb, WriteDb
from app.errors import Conflict, Invalid, NotFound
from app.forms import Offset, RowId, Sent, Version
from app.models import Annotation, Article, Revision, Speaker
from app.notes import actions as notes
from app.reading import changed as answers
from app.reading.cards import Card, draw
from app.reading.page import of_revision, reader_parts
from app.web import answer, fragment, is_htmx, page

router = APIRouter()


class PassageForm(Sent):
    kind: str = "highlight"
    start: Offset = None
    end: Offset = None
    exact: str = ""
    prefix: str = ""
    suffix: str = ""
    at: Offset = None
    speaker: str = ""
    role: str = ""
    quote_kind: str = "direct"
    types: list[str] = Field(default_factory=list)
    body: str = ""
    tags: str = ""
    visibility: str = "all"
    draft: str = ""

    def details(self) -> actions.Details:
        kind = "highlight" if self.kind == "note" else self.kind
        return actions.Details(kind, self.speaker, self.role, self.quote_kind, self.types)


class CorrectionForm(Sent):
    version: Version
    exact: str
    kind: str
    start: Offset = None
    end: Offset = None
    speaker: str = ""
    role: str = ""
    quote_kind: str = "direct"
    types: list[str] = Field(default_factory=list)


@router.post("/articles/{article_id}/annotations")
def add(
    request: Request, db: WriteDb, user: Analyst, article_id: RowId, form: Annotated[PassageForm, Form()]
) -> Response:
    article = article_for_reading(db, user, article_id)
    revision = actions.current_revision(db, article)
    try:
        bounds = passages.resolved(revision.text, exact=form.exact, start=form.start, end=form.end, at=form.at)
        noted = form.kind == "note" or bool(form.body.strip())
        note = notes.Draft(db, form.body, form.tags, form.visibility) if noted else None
        made: dict[str, Any] = {"article": article, "author": user}
        annotation = actions.add_annotation(
            db, **made, revision=revision, bounds=bounds, details=form.details(), visibility=form.visibility
        )
    except passages.Ambiguous as error:
        return which(request, article, revision, form, error)
    except Invalid as error:
        return again(request, article, form, error)
    if note:
        notes.add_note(db, **made, annotation=annotation, note=note, draft=form.draft)
    message = "Note saved." if form.kind == "note" else f"{annotation.kind.capitalize()} marked."
    return answers.changed(
        request, db, user, article, message, undo=f"/annotations/{annotation.id}", active=annotation.id
    )


def which(request: Request, article: Article, revision: Revision, form: Sent, error: passages.Ambiguous) -> Response:
    """Asks which of the places is meant, and sends along all that was typed."""
    context: dict[str, Any] = {"article": article, "places": error.shown(revision.text), "message": error.message}
    if is_htmx(request):
        return fragment(request, "annotations/_which.html", status=422, **context)
    sent = [(name, each) for name, value in form for each in (value if isinstance(value, list) else [value])]
    sent = [(name, value) for name, value in sent if name not in ("at", "start", "end")]
    return page(request, "annotations/which.html", status=422, sent=sent, action=request.url.path, **context)


def again(request: Request, article: Article, form: PassageForm, error: Invalid) -> Response:
    """The reader's page keeps its forms as they are, so htmx gets the message alone."""
    if is_htmx(request):
        raise error
    title = "Add a note" if form.kind == "note" else f"Mark a {form.kind}"
    values = {**form.model_dump(), "start": None, "end": None, "version": None}
    filled = answers.Form("annotations/_form.html", title, request.url.path, article, key="-new", values=values)
    return answers.refused(request, filled, error)


@router.get("/annotations/{annotation_id}")
def card(request: Request, db: ReadDb, user: CurrentUser, annotation_id: RowId) -> Response:
    annotation = annotation_for_reading(db, user, annotation_id)
    article = article_for_reading(db, user, annotation.article_id)
    parts = _parts(db, user, article, annotation)
    return answer(draw(_card(parts, annotation_id), user))


@router.get("/annotations/{annotation_id}/page")
def whole(request: Request, db: ReadDb, user: CurrentUser, annotation_id: RowId) -> Response:
    """One annotation with all that can be done to it, for browsers without scripts."""
    annotation = annotation_for_reading(db, user, annotation_id)
    article = article_for_reading(db, user, annotation.article_id)
    parts = _parts(db, user, article, annotation)
    forms = _forms(db, user, annotation, article) if parts["may_annotate"] else []
    context: dict[str, Any] = {
        "annotation": annotation,
        "card": draw(_card(parts, annotation_id), user),
        "forms": forms,
    }
    return page(request, "annotations/page.html", **parts, **context)


def _forms(db: Session, person: Person, annotation: Annotation, article: Article) -> list[answers.Form]:
    here = f"/annotations/{annotation.id}"
    note = {"body": "", "tags": "", "visibility": annotation.visibility, "draft": f"annotation-{annotation.id}"}
    source = {"url": "", "title": "", "stance": "supports", "excerpt": "", "comment": "", "version": 1}
    forms = [
        answers.Form("notes/_form.html", "Note", f"{here}/notes", article, key="-note", values=note),
        answers.Form("sources/_form.html", "Source", f"{here}/sources", article, key="-source", values=source),
    ]
    if annotation.kind == "claim":
        verdict = {"verdict": annotation.verdict, "reason": "", "version": annotation.version}
        to = f"/claims/{annotation.id}/verdict"
        more: dict[str, Any] = {"history": []}
        forms.append(answers.Form("claims/_verdict_form.html", "Verdict", to, article, "put", "-v", verdict, more=more))
    if form := rule_form(article, annotation):
        forms.insert(0 if annotation.status == "dismissed" else len(forms), form)
    return [*forms, replace(_filled(db, person, annotation), more={})]


def _parts(db: Session, person: Person, article: Article, annotation: Annotation) -> dict[str, Any]:
    revision = db.get_one(Revision, annotation.revision_id)
    older = revision.number != article.revision
    return of_revision(db, person, article, revision) if older else reader_parts(db, person, article)


def _card(parts: dict[str, Any], annotation_id: int) -> Card:
    every: list[Card] = [*parts["text"].cards, *parts["text"].dismissed]
    for each in every:
        if each.annotation.id == annotation_id:
            return each
    raise NotFound


@router.get("/annotations/{annotation_id}/form")
def form(request: Request, db: ReadDb, user: Analyst, annotation_id: RowId) -> Response:
    return answers.shown(request, _filled(db, user, annotation_for_editing(db, user, annotation_id)))


def _filled(db: Session, person: Person, annotation: Annotation) -> answers.Form:
    speaker = db.get(Speaker, annotation.speaker_id) if annotation.speaker_id else None
    names = ("kind", "start", "end", "exact", "version", "role", "types")
    values = {name: getattr(annotation, name) for name in names}
    values |= {"speaker": speaker.name if speaker else "", "quote_kind": annotation.quote_kind or "direct"}
    article = article_for_reading(db, person, annotation.article_id)
    return answers.Form(
        "annotations/_form.html", "Edit", f"/annotations/{annotation.id}", article, "put", f"-{annotation.id}", values,
        more={"cancel": f"/annotations/{annotation.id}"},
    )  # fmt: skip


@router.put("/annotations/{annotation_id}")
def change(
    request: Request, db: WriteDb, user: Analyst, annotation_id: RowId, form: Annotated[CorrectionForm, Form()]
) -> Response:
    annotation = annotation_for_editing(db, user, annotation_id)
    article = article_for_reading(db, user, annotation.article_id)
    details = actions.Details(form.kind, form.speaker, form.role, form.quote_kind, form.types)
    place: dict[str, Any] = {"version": form.version, "exact": form.exact, "start": form.start, "end": form.end}
    try:
        actions.change_annotation(db, annotation=annotation, person=user, details=details, **place)
    except (Invalid, Conflict) as error:
        now = _filled(db, user, annotation)
        return answers.refused(request, now.filled(form.model_dump(), now=now.values), error)
    return answers.changed(request, db, user, article, "Saved.", active=annotation.id)


@router.put("/annotations/{annotation_id}/status")
def decide(
    request: Request, db: WriteDb, user: Analyst, annotation_id: RowId, status: Annotated[str, Form()]
) -> Response:
    annotation = annotation_for_editing(db, user, annotation_id)
    article = article_for_reading(db, user, annotation.article_id)
    before = annotation.status
    actions.change_status(db, annotation=annotation, person=user, status=status)
    message = {"confirmed": "Confirmed.", "dismissed": f"Dismissed: not a {annotation.kind}."}.get(
        status, "Taken back."
    )
    undo = f"/annotations/{annotation.id}/status?to={before}" if before != annotation.status else None
    dismissed = status == "dismissed"
    offer = (
        (f"/annotations/{annotation.id}/page#rule", "Never here")
        if dismissed and rule_form(article, annotation)
        else None
    )
    return answers.changed(
        request, db, user, article, message, undo=undo, active=None if dismissed else annotation.id, offer=offer
    )


@router.delete("/annotations/{annotation_id}/status")
def undecide(request: Request, db: WriteDb, user: Analyst, annotation_id: RowId, to: str = "found") -> Response:
    annotation = annotation_for_editing(db, user, annotation_id)
    article = article_for_reading(db, user, annotation.article_id)
    actions.change_status(db, annotation=annotation, person=user, status=to)
    return answers.changed(request, db, user, article, "Taken back.", active=annotation.id)


@router.delete("/annotations/{annotation_id}")
def delete(request: Request, db: WriteDb, user: Analyst, annotation_id: RowId) -> Response:
    annotation = annotation_for_editing(db, user, annotation_id)
    article = article_for_reading(db, user, annotation.article_id)
    actions.delete_annotation(db, annotation=annotation)
    message = f"{annotation.kind.capitalize()} deleted."
    return answers.changed(request, db, user, article, message, undo=f"/annotations/{annotation.id}/deletion")


@router.delete("/annotations/{annotation_id}/deletion")
def restore(request: Request, db: WriteDb, user: Analyst, annotation_id: RowId) -> Response:
    annotation = annotation_for_editing(db, user, annotation_id, deleted=True)
    article = article_for_reading(db, user, annotation.article_id)
    actions.restore_annotation(db, annotation=annotation)
    return answers.changed(request, db, user, article, "Brought back.", active=annotation.id)
