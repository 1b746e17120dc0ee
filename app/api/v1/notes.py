"""Notes and their threads, for programs."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request, Response
from pydantic import Field
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
from app.api.v1 import queries, schemas
from app.api.v1.articles import Tag
from app.api.v1.edge import (
    Given,
    IfMatch,
    IfMatchNeeded,
    Paged,
    Text,
    answer,
    check,
    cut,
    hold,
    made,
    page,
    router_of,
)
from app.db import ReadDb, WriteDb
from app.forms import LARGEST, RowId
from app.models import Annotation, Article, Note
from app.notes import actions
from app.notes.queries import tags
from app.reading.queries import threads
from app.web import own_address

router = router_of("Notes")


class ListQuery(Paged):
    annotation: Annotated[int | None, Field(ge=1, le=LARGEST, description="Only the notes on this one.")] = None


class NewNote(Given):
    model_config = Given.model_config | {
        "json_schema_extra": {"examples": [{"body": "Counted **twice**?", "tags": ["check"]}]}
    }
    body: Annotated[Text, Field(min_length=1, description="Markdown.")]
    tags: Annotated[list[Tag], Field(max_length=30)] = Field(default_factory=list)
    visibility: schemas.Visibility = "all"

    def draft(self, db: Session) -> actions.Draft:
        return actions.Draft(db, self.body, ",".join(self.tags), self.visibility)


class NoteEdit(Given):
    """What is not given stays as it is."""

    model_config = Given.model_config | {"json_schema_extra": {"examples": [{"body": "Counted once."}]}}
    body: Annotated[Text | None, Field(min_length=1)] = None
    tags: Annotated[list[Tag] | None, Field(max_length=30)] = None
    visibility: schemas.Visibility | None = None

    def draft(self, db: Session, old: Note) -> actions.Draft:
        names = tags(db, old) if self.tags is None else self.tags
        body = old.body if self.body is None else self.body
        return actions.Draft(db, body, ",".join(names), self.visibility or old.visibility)


@router.get("/articles/{article_id}/notes", operation_id="listNotes", response_model=schemas.Threads)
def list_notes(
    request: Request, db: ReadDb, user: CurrentUser, article_id: RowId, query: Annotated[ListQuery, Query()]
) -> Response:
    """On the article and on its annotations, the oldest thread first, each with its replies."""
    article = article_for_reading(db, user, article_id)
    shown: set[int | None] = {None, *queries.noted(db, user, article)}
    shown = shown & {query.annotation} if query.annotation else shown
    every = threads(db, user, article).items()
    roots = sorted((each for on, some in every if on in shown for each in some), key=lambda each: each.note.id)
    found, later = cut([each for each in roots if each.note.id > (query.after or 0)], query.limit, lambda e: e.note.id)
    base = own_address(request)
    return page(request, schemas.Threads, [queries.thread(each, base) for each in found], later)


@router.post(
    "/articles/{article_id}/notes", operation_id="addNoteToArticle", status_code=201, response_model=schemas.Note
)
def add_to_article(request: Request, db: WriteDb, user: Analyst, article_id: RowId, given: NewNote) -> Response:
    return _add(request, db, user, article_for_reading(db, user, article_id), given)


@router.post("/annotations/{annotation_id}/notes", operation_id="addNote", status_code=201, response_model=schemas.Note)
def add(request: Request, db: WriteDb, user: Analyst, annotation_id: RowId, given: NewNote) -> Response:
    """On a private annotation it is private."""
    annotation = annotation_for_reading(db, user, annotation_id)
    return _add(request, db, user, article_for_reading(db, user, annotation.article_id), given, annotation)


@router.post("/notes/{note_id}/replies", operation_id="replyToNote", status_code=201, response_model=schemas.Note)
def reply(request: Request, db: WriteDb, user: Analyst, note_id: RowId, given: NewNote) -> Response:
    """A reply is as visible as what it answers."""
    parent = note_for_reading(db, user, note_id)
    annotation = annotation_for_reading(db, user, parent.annotation_id) if parent.annotation_id else None
    return _add(request, db, user, article_for_reading(db, user, parent.article_id), given, annotation, parent)


def _add(
    request: Request, db: Session, user: Person, article: Article, given: NewNote,
    annotation: Annotation | None = None, parent: Note | None = None,
) -> Response:  # fmt: skip
    note = actions.add_note(
        db, article=article, author=user, note=given.draft(db), annotation=annotation, parent=parent
    )
    return made(request, queries.note(db, note, own_address(request)), f"/notes/{note.id}")


@router.get("/notes/{note_id}", operation_id="getNote", response_model=schemas.Note)
def get(request: Request, db: ReadDb, user: CurrentUser, note_id: RowId) -> Response:
    return answer(request, queries.note(db, note_for_reading(db, user, note_id), own_address(request)))


@router.patch("/notes/{note_id}", operation_id="editNote", response_model=schemas.Note)
def edit(
    request: Request, db: WriteDb, user: Analyst, note_id: RowId, match: IfMatchNeeded, given: NoteEdit
) -> Response:
    """What it said before is kept in its history."""
    note = _held(request, db, user, note_id, match)
    actions.edit_note(db, note=note, person=user, version=note.version, new=given.draft(db, note))
    return answer(request, queries.note(db, note, own_address(request)))


@router.delete("/notes/{note_id}", operation_id="deleteNote", status_code=204)
def delete(request: Request, db: WriteDb, user: Analyst, note_id: RowId, match: IfMatch) -> Response:
    actions.delete_note(db, note=_held(request, db, user, note_id, match))
    return Response(status_code=204)


@router.delete("/notes/{note_id}/deletion", operation_id="restoreNote", response_model=schemas.Note)
def restore(request: Request, db: WriteDb, user: Analyst, note_id: RowId) -> Response:
    note = note_for_editing(db, user, note_id, deleted=True)
    actions.restore_note(db, note=note)
    return answer(request, queries.note(db, note, own_address(request)))


def _held(request: Request, db: Session, user: Person, note_id: int, match: str | None) -> Note:
    note = note_for_editing(db, user, note_id)
    hold(db, note)
    check(match, queries.note(db, note, own_address(request)))
    return note
