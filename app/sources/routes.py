"""Sources of an annotation. A page is asked for its title before the transaction that writes begins."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from sqlalchemy.orm import Session

from app.access import (
    Analyst,
    Person,
    annotation_for_reading,
    article_for_reading,
    source_for_editing,
    source_for_reading,
)
from app.addresses import with_scheme
from app.db import ReadDb, WriteDb
from app.errors import Conflict, Invalid
from app.forms import RowId, Sent, Version
from app.models import Annotation, Source
from app.reading import changed as answers
from app.sources import actions, titles

router = APIRouter()
TEMPLATE = "sources/_form.html"


class SourceForm(Sent):
    url: str = ""
    title: str = ""
    stance: str = "context"
    excerpt: str = ""
    comment: str = ""
    version: Version = 1


def fetched_title(request: Request, _user: Analyst, form: Annotated[SourceForm, Form()]) -> str:
    if form.title.strip() or not form.url.strip():
        return ""
    return titles.title_at(with_scheme(form.url), allow=request.app.state.settings.fetch_allow)


# Named before WriteDb in a signature, it is done before the database is locked.
FetchedTitle = Annotated[str, Depends(fetched_title)]


def _given(form: SourceForm, title: str) -> actions.Given:
    return actions.Given(with_scheme(form.url), form.title, form.stance, form.excerpt, form.comment, title)


def _new(db: Session, user: Person, annotation: Annotation) -> answers.Form:
    article = article_for_reading(db, user, annotation.article_id)
    action, values = f"/annotations/{annotation.id}/sources", SourceForm(stance="supports").model_dump()
    more = {"cancel": f"/annotations/{annotation.id}"}
    return answers.Form(TEMPLATE, "Source", action, article, key=f"-s{annotation.id}", values=values, more=more)


@router.get("/annotations/{annotation_id}/sources/form")
def form(request: Request, db: ReadDb, user: Analyst, annotation_id: RowId) -> Response:
    return answers.shown(request, _new(db, user, annotation_for_reading(db, user, annotation_id)))


@router.post("/annotations/{annotation_id}/sources")
def add(
    *,
    request: Request,
    user: Analyst,
    title: FetchedTitle,
    db: WriteDb,
    annotation_id: RowId,
    form: Annotated[SourceForm, Form()],
) -> Response:
    annotation = annotation_for_reading(db, user, annotation_id)
    article = article_for_reading(db, user, annotation.article_id)
    try:
        source = actions.add_source(db, annotation=annotation, author=user, given=_given(form, title))
    except Invalid as error:
        return answers.refused(request, _new(db, user, annotation).filled(form.model_dump()), error)
    return answers.changed(
        request, db, user, article, "Source added.", undo=f"/sources/{source.id}", active=annotation.id
    )


def _edited(db: Session, user: Person, source: Source) -> answers.Form:
    annotation = annotation_for_reading(db, user, source.annotation_id)
    article = article_for_reading(db, user, annotation.article_id)
    values = {name: getattr(source, name) for name in SourceForm.model_fields}
    more = {"cancel": f"/annotations/{annotation.id}"}
    return answers.Form(
        TEMPLATE, "Edit the source", f"/sources/{source.id}", article, "put", f"-e{source.id}", values, more=more
    )


@router.get("/sources/{source_id}/form")
def form_of_edit(request: Request, db: ReadDb, user: Analyst, source_id: RowId) -> Response:
    return answers.shown(request, _edited(db, user, source_for_editing(db, user, source_id)))


@router.put("/sources/{source_id}")
def edit(
    *,
    request: Request,
    user: Analyst,
    title: FetchedTitle,
    db: WriteDb,
    source_id: RowId,
    form: Annotated[SourceForm, Form()],
) -> Response:
    source = source_for_editing(db, user, source_id)
    annotation = annotation_for_reading(db, user, source.annotation_id)
    article = article_for_reading(db, user, annotation.article_id)
    try:
        given = _given(form, title)
        actions.edit_source(db, annotation=annotation, source=source, version=form.version, given=given)
    except (Invalid, Conflict) as error:
        return answers.refused(request, _edited(db, user, source).filled(form.model_dump()), error)
    return answers.changed(request, db, user, article, "Source saved.", active=annotation.id)


@router.delete("/sources/{source_id}")
def delete(request: Request, db: WriteDb, user: Analyst, source_id: RowId) -> Response:
    source = source_for_editing(db, user, source_id)
    annotation = annotation_for_reading(db, user, source.annotation_id)
    article = article_for_reading(db, user, annotation.article_id)
    actions.delete_source(db, annotation=annotation, source=source)
    undo = f"/sources/{source.id}/deletion"
    return answers.changed(request, db, user, article, "Source removed.", undo=undo, active=annotation.id)


@router.delete("/sources/{source_id}/deletion")
def restore(request: Request, db: WriteDb, user: Analyst, source_id: RowId) -> Response:
    source = source_for_editing(db, user, source_id, deleted=True)
    annotation = annotation_for_reading(db, user, source.annotation_id)
    article = article_for_reading(db, user, annotation.article_id)
    actions.restore_source(db, annotation=annotation, source=source)
    return answers.changed(request, db, user, article, "Source brought back.", active=annotation.id)


@router.put("/sources/{source_id}/position")
def move(request: Request, db: WriteDb, user: Analyst, source_id: RowId, position: Annotated[str, Form()]) -> Response:
    source = source_for_reading(db, user, source_id)
    annotation = annotation_for_reading(db, user, source.annotation_id)
    article = article_for_reading(db, user, annotation.article_id)
    actions.move_source(db, annotation=annotation, source=source, towards=position)
    return answers.changed(request, db, user, article, "Source moved.", active=annotation.id)
