"""Annotations, for programs: marked by offsets in code points or by their words, corrected, confirmed, dismissed."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Query, Request, Response
from pydantic import Field
from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from app.access import (
    Analyst,
    CurrentUser,
    Person,
    annotation_for_editing,
    annotation_for_reading,
    article_for_reading,
    speaker_for_reading,
)
from app.annotations import actions, passages
from app.api.v1 import queries, schemas
from app.api.v1.edge import (
    Given,
    IfMatch,
    IfMatchNeeded,
    Offset,
    Paged,
    Text,
    answer,
    check,
    cut,
    hold,
    made,
    page,
    router_of,
    wrong,
)
from app.db import ReadDb, WriteDb
from app.errors import Invalid
from app.forms import LARGEST, RowId
from app.models import Annotation, Revision, Speaker
from app.web import own_address

router = router_of("Annotations")
Role = Annotated[Text, Field(max_length=actions.LONGEST_ROLE)]
Name = Annotated[Text, Field(max_length=200, description="A name, known or new; empty for nobody.")]


class ListQuery(Paged):
    kind: schemas.Kind | None = None
    status: Literal["found", "confirmed", "dismissed"] | None = None
    verdict: schemas.VerdictName | None = None
    speaker: Annotated[int | None, Field(ge=1, le=LARGEST, description="An id.")] = None
    mine: Annotated[bool, Field(description="Only what the token's owner made.")] = False
    past: Annotated[bool, Field(description="Also what was left behind in older revisions.")] = False

    def conditions(self, user: Person) -> list[ColumnElement[bool]]:
        found = [Annotation.kind == self.kind] if self.kind else []
        found += [Annotation.status == self.status] if self.status else []
        found += [Annotation.kind == "claim", Annotation.verdict == self.verdict] if self.verdict else []
        found += [Annotation.speaker_id == self.speaker] if self.speaker else []
        return found + ([Annotation.author_id == user.id] if self.mine else [])


class NewAnnotation(Given):
    """The passage is given by `start` and `end` (then `exact`, where it is sent, must stand there), or by its words
    `exact`, with `prefix` and `suffix` where they stand in the text more than once."""

    model_config = Given.model_config | {"json_schema_extra": {"examples": [
        {"kind": "claim", "start": 0, "end": 44, "types": ["statistic"]},
        {"kind": "quote", "exact": "We have never counted so many", "speaker": "Maren Oduya"},
    ]}}  # fmt: skip
    kind: schemas.Kind = "highlight"
    start: Offset | None = None
    end: Offset | None = None
    exact: Text = ""
    prefix: Annotated[Text, Field(max_length=1000)] = ""
    suffix: Annotated[Text, Field(max_length=1000)] = ""
    speaker: Name = ""
    role: Role = ""
    quote_kind: schemas.QuoteKind = "direct"
    types: list[schemas.ClaimType] = Field(default_factory=list)
    visibility: schemas.Visibility = "all"

    def bounds(self, text: str) -> tuple[int, int]:
        """Raises Invalid."""
        if (self.start is None) != (self.end is None):
            raise wrong("start and end come together.", pointer="/end" if self.end is None else "/start")
        if self.start is not None and self.end is not None:
            return _at(text, self.start, self.end, self.exact)
        found = passages.places(text, self.exact)
        around = [at for at in found if self._stands(text, *at)]
        if not around and found:
            raise wrong("These words do not stand between this prefix and suffix.", pointer="/prefix")
        if len(around) > 1:
            raise passages.Ambiguous(around)
        return around[0] if around else passages.resolved(text, exact=self.exact, start=None, end=None)

    def _stands(self, text: str, start: int, end: int) -> bool:
        before, after = "".join(text[:start].split()), "".join(text[end:].split())
        return before.endswith("".join(self.prefix.split())) and after.startswith("".join(self.suffix.split()))


class Correction(Given):
    """What is not given stays as it is. `exact` without offsets is its place nearest to the old one."""

    model_config = Given.model_config | {
        "json_schema_extra": {"examples": [{"kind": "quote", "speaker": "Maren Oduya"}]}
    }
    kind: schemas.Kind | None = None
    start: Offset | None = None
    end: Offset | None = None
    exact: Text | None = None
    speaker: Name | None = None
    role: Role | None = None
    quote_kind: schemas.QuoteKind | None = None
    types: list[schemas.ClaimType] | None = None

    def details(self, db: Session, old: Annotation) -> actions.Details:
        speaker = db.get_one(Speaker, old.speaker_id).name if old.speaker_id else ""
        return actions.Details(
            self.kind or old.kind,
            speaker if self.speaker is None else self.speaker,
            old.role if self.role is None else self.role,
            self.quote_kind or old.quote_kind or "direct",
            old.types if self.types is None else self.types,
        )

    def place(self, text: str, old: Annotation) -> dict[str, Any]:
        if (self.start is None) != (self.end is None):
            raise wrong("start and end come together.", pointer="/end" if self.end is None else "/start")
        if self.start is not None and self.end is not None:
            start, end = _at(text, self.start, self.end, self.exact or "")
            return {"start": start, "end": end, "exact": text[start:end]}
        if self.exact is not None:
            return {"start": None, "end": None, "exact": self.exact}
        return {"start": old.start, "end": old.end, "exact": old.exact}


class StatusGiven(Given):
    model_config = Given.model_config | {"json_schema_extra": {"examples": [{"status": "dismissed"}]}}
    status: schemas.Status


def _at(text: str, start: int, end: int, exact: str) -> tuple[int, int]:
    if not start < end <= len(text):
        raise wrong(f"A passage ends after it begins; this text has {len(text):,} characters.", pointer="/end")
    return passages.checked(text, start=start, end=end, exact=exact or text[start:end])


def _listed(request: Request, db: Session, user: Person, query: ListQuery, *more: ColumnElement[bool]) -> Response:
    if query.speaker is not None:
        speaker_for_reading(db, user, query.speaker)
    found: list[Any] = [
        *queries.listed_annotations(
            db, user, own_address(request), *query.conditions(user), *more, past=query.past,
            dismissed=query.status == "dismissed", after=query.after, limit=query.limit + 1,
        )
    ]  # fmt: skip
    return page(request, schemas.Annotations, *cut(found, query.limit, lambda each: each.id))


@router.get("/annotations", operation_id="listAnnotations", response_model=schemas.Annotations)
def list_annotations(request: Request, db: ReadDb, user: CurrentUser, query: Annotated[ListQuery, Query()]) -> Response:
    """Of all articles, the newest first; dismissed ones only where they are asked for."""
    return _listed(request, db, user, query)


@router.get(
    "/articles/{article_id}/annotations", operation_id="listAnnotationsOfArticle", response_model=schemas.Annotations
)
def list_of_article(
    request: Request, db: ReadDb, user: CurrentUser, article_id: RowId, query: Annotated[ListQuery, Query()]
) -> Response:
    article = article_for_reading(db, user, article_id)
    return _listed(request, db, user, query, Annotation.article_id == article.id)


@router.post(
    "/articles/{article_id}/annotations",
    operation_id="addAnnotation",
    status_code=201,
    response_model=schemas.Annotation,
)
def add(request: Request, db: WriteDb, user: Analyst, article_id: RowId, given: NewAnnotation) -> Response:
    """On the current revision."""
    article = article_for_reading(db, user, article_id)
    revision = actions.current_revision(db, article)
    details = actions.Details(given.kind, given.speaker, given.role, given.quote_kind, given.types)
    annotation = actions.add_annotation(
        db, article=article, revision=revision, author=user, bounds=given.bounds(revision.text), details=details,
        visibility=given.visibility,
    )  # fmt: skip
    return made(request, queries.annotation(db, annotation, own_address(request)), f"/annotations/{annotation.id}")


@router.get("/annotations/{annotation_id}", operation_id="getAnnotation", response_model=schemas.Annotation)
def get(request: Request, db: ReadDb, user: CurrentUser, annotation_id: RowId) -> Response:
    annotation = annotation_for_reading(db, user, annotation_id)
    return answer(request, queries.annotation(db, annotation, own_address(request)))


@router.patch("/annotations/{annotation_id}", operation_id="correctAnnotation", response_model=schemas.Annotation)
def correct(
    request: Request, db: WriteDb, user: Analyst, annotation_id: RowId, match: IfMatchNeeded, given: Correction
) -> Response:
    """Other bounds, kind, speaker or types; it is confirmed by that."""
    annotation = _held(request, db, user, annotation_id, match)
    place = given.place(db.get_one(Revision, annotation.revision_id).text, annotation)
    try:
        details = given.details(db, annotation)
        actions.change_annotation(
            db, annotation=annotation, person=user, version=annotation.version, details=details, **place
        )
    except Invalid as error:
        raise Invalid(error.message, field=error.field or "exact") from error
    return answer(request, queries.annotation(db, annotation, own_address(request)))


@router.put("/annotations/{annotation_id}/status", operation_id="setStatus", response_model=schemas.Annotation)
def set_status(
    request: Request, db: WriteDb, user: Analyst, annotation_id: RowId, match: IfMatch, given: StatusGiven
) -> Response:
    """Confirms it, dismisses it, or takes that back (found)."""
    annotation = _held(request, db, user, annotation_id, match)
    actions.change_status(db, annotation=annotation, person=user, status=given.status)
    return answer(request, queries.annotation(db, annotation, own_address(request)))


@router.delete("/annotations/{annotation_id}", operation_id="deleteAnnotation", status_code=204)
def delete(request: Request, db: WriteDb, user: Analyst, annotation_id: RowId, match: IfMatch) -> Response:
    """With its notes and sources; deleting its deletion brings all back."""
    annotation = _held(request, db, user, annotation_id, match)
    actions.delete_annotation(db, annotation=annotation)
    return Response(status_code=204)


@router.delete(
    "/annotations/{annotation_id}/deletion", operation_id="restoreAnnotation", response_model=schemas.Annotation
)
def restore(request: Request, db: WriteDb, user: Analyst, annotation_id: RowId) -> Response:
    annotation = annotation_for_editing(db, user, annotation_id, deleted=True)
    actions.restore_annotation(db, annotation=annotation)
    return answer(request, queries.annotation(db, annotation, own_address(request)))


def _held(request: Request, db: Session, user: Person, annotation_id: int, match: str | None) -> Annotation:
    annotation = annotation_for_editing(db, user, annotation_id)
    hold(db, annotation)
    check(match, queries.annotation(db, annotation, own_address(request)))
    return annotation
