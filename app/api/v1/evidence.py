"""Sources of annotations and verdicts on claims, for programs."""

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
    source_for_editing,
    source_for_reading,
)
from app.api.v1 import queries, schemas
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
from app.articles.actions import touch
from app.claims import history
from app.claims.actions import LONGEST_REASON, give_verdict
from app.db import ReadDb, WriteDb, lock
from app.errors import NotFound
from app.forms import RowId
from app.models import Annotation, Source
from app.sources import actions, titles
from app.web import own_address

router = router_of("Evidence")
Long = Annotated[Text, Field(max_length=actions.LONGEST)]


class NewSource(Given):
    """Without a title, the one that its page states is taken, else its host."""

    model_config = Given.model_config | {"json_schema_extra": {"examples": [
        {"url": "https://customs.example/yearbook", "title": "Yearbook", "stance": "refutes"}
    ]}}  # fmt: skip
    url: Annotated[Text, Field(min_length=1, max_length=8000)]
    title: Annotated[Text, Field(max_length=2000)] = ""
    stance: schemas.Stance = "context"
    excerpt: Long = ""
    comment: Long = ""


class SourceEdit(Given):
    """What is not given stays as it is."""

    model_config = Given.model_config | {"json_schema_extra": {"examples": [{"stance": "supports"}]}}
    url: Annotated[Text | None, Field(min_length=1, max_length=8000)] = None
    title: Annotated[Text | None, Field(max_length=2000)] = None
    stance: schemas.Stance | None = None
    excerpt: Long | None = None
    comment: Long | None = None

    def given(self, old: Source) -> actions.Given:
        said = {name: value for name, value in self.model_dump().items() if value is not None}
        names = ("url", "title", "stance", "excerpt", "comment")
        return actions.Given(**{name: getattr(old, name) for name in names} | said)


class NewVerdict(Given):
    """Clearing a verdict is "unverified"."""

    model_config = Given.model_config | {
        "json_schema_extra": {"examples": [{"verdict": "refuted", "reason": "See the yearbook."}]}
    }
    verdict: schemas.VerdictName
    reason: Annotated[Text, Field(max_length=LONGEST_REASON)] = ""


@router.get("/annotations/{annotation_id}/sources", operation_id="listSources", response_model=schemas.Sources)
def list_sources(request: Request, db: ReadDb, user: CurrentUser, annotation_id: RowId) -> Response:
    """All of them, in their order."""
    annotation = annotation_for_reading(db, user, annotation_id)
    return page(request, schemas.Sources, queries.sources(db, annotation), None)


@router.post(
    "/annotations/{annotation_id}/sources", operation_id="addSource", status_code=201, response_model=schemas.Source
)
def add_source(request: Request, db: WriteDb, user: Analyst, annotation_id: RowId, given: NewSource) -> Response:
    """Its page is asked for a title before the first use of `db`."""
    allow = request.app.state.settings.fetch_allow
    title = "" if given.title.strip() else titles.title_at(given.url, allow=allow)
    annotation = annotation_for_reading(db, user, annotation_id)
    said = actions.Given(**given.model_dump(), fetched=title)
    source = actions.add_source(db, annotation=annotation, author=user, given=said)
    return made(request, queries.source(db, source), f"/sources/{source.id}")


@router.get("/sources/{source_id}", operation_id="getSource", response_model=schemas.Source)
def get_source(request: Request, db: ReadDb, user: CurrentUser, source_id: RowId) -> Response:
    return answer(request, queries.source(db, source_for_reading(db, user, source_id)))


@router.patch("/sources/{source_id}", operation_id="editSource", response_model=schemas.Source)
def edit_source(
    request: Request, db: WriteDb, user: Analyst, source_id: RowId, match: IfMatchNeeded, given: SourceEdit
) -> Response:
    source, annotation = _held(db, user, source_id, match)
    actions.edit_source(db, annotation=annotation, source=source, version=source.version, given=given.given(source))
    return answer(request, queries.source(db, source))


@router.delete("/sources/{source_id}", operation_id="deleteSource", status_code=204)
def delete_source(db: WriteDb, user: Analyst, source_id: RowId, match: IfMatch) -> Response:
    source, annotation = _held(db, user, source_id, match)
    actions.delete_source(db, annotation=annotation, source=source)
    return Response(status_code=204)


@router.delete("/sources/{source_id}/deletion", operation_id="restoreSource", response_model=schemas.Source)
def restore_source(request: Request, db: WriteDb, user: Analyst, source_id: RowId) -> Response:
    source = source_for_editing(db, user, source_id, deleted=True)
    annotation = annotation_for_reading(db, user, source.annotation_id)
    actions.restore_source(db, annotation=annotation, source=source)
    return answer(request, queries.source(db, source))


def _held(db: Session, user: Person, source_id: int, match: str | None) -> tuple[Source, Annotation]:
    source = source_for_editing(db, user, source_id)
    annotation = annotation_for_reading(db, user, source.annotation_id)
    touch(db, annotation.article_id)
    lock(db, source)
    check(match, queries.source(db, source))
    return source, annotation


def _claim(db: Session, user: Person, claim_id: int) -> Annotation:
    claim = annotation_for_reading(db, user, claim_id)
    if claim.kind != "claim":
        raise NotFound
    return claim


@router.put("/claims/{claim_id}/verdict", operation_id="giveVerdict", response_model=schemas.Annotation)
def give(
    request: Request, db: WriteDb, user: Analyst, claim_id: RowId, match: IfMatchNeeded, given: NewVerdict
) -> Response:
    """On an annotation that is a claim; If-Match is that annotation's ETag. Earlier verdicts are kept."""
    claim, base = _claim(db, user, claim_id), own_address(request)
    hold(db, claim)
    check(match, queries.annotation(db, claim, base))
    give_verdict(db, claim=claim, person=user, verdict=given.verdict, reason=given.reason, version=claim.version)
    return answer(request, queries.annotation(db, claim, base))


@router.get("/claims/{claim_id}/verdicts", operation_id="listVerdicts", response_model=schemas.Verdicts)
def list_verdicts(
    request: Request, db: ReadDb, user: CurrentUser, claim_id: RowId, query: Annotated[Paged, Query()]
) -> Response:
    """The newest first, which is the one that counts."""
    every = history.verdicts(db, _claim(db, user, claim_id))
    rows = [
        schemas.Verdict(
            **{name: getattr(row, name) for name in ("id", "annotation_id", "verdict", "reason", "created_at")},
            author=name if row.author_id else None,
        )
        for row, name in every
        if query.after is None or row.id < query.after
    ]
    return page(request, schemas.Verdicts, *cut(rows, query.limit, lambda each: each.id))
