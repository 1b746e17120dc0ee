"""Speakers over all articles: the list, one with all they say, renamed, merged and split; and names to complete what is
typed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from sqlalchemy.orm import Session

from app.access import Analyst, CurrentUser, Person, speaker_for_reading
from app.db import ReadDb, WriteDb
from app.errors import AppError, Conflict, Invalid, NotFound
from app.forms import After, RowId, Version
from app.models import Speaker, SpeakerName
from app.speakers import actions, queries
from app.web import fragment, page, redirect

router = APIRouter()


@router.get("/speakers")
def speakers(
    request: Request, db: ReadDb, user: CurrentUser, q: str = "", sort: str = "", after: After = None
) -> Response:
    filters = queries.Filters.of(q=q, sort=sort, after=after)
    found, later = queries.speakers(db, user, filters)
    return page(
        request, "speakers/list.html", speakers=found, filters=filters, sorts=queries.SORTS,
        earlier=filters.address() if after else None, later=filters.address(after=later) if later else None,
    )  # fmt: skip


@router.get("/speakers/options")
def options(request: Request, db: ReadDb, user: CurrentUser, q: str = "") -> Response:
    return fragment(request, "speakers/_options.html", speakers=queries.options(db, user, q))


@router.get("/speakers/{speaker_id}")
def speaker(request: Request, db: ReadDb, user: CurrentUser, speaker_id: RowId, after: After = None) -> Response:
    return _page(request, db, user, speaker_for_reading(db, user, speaker_id), after=after)


@router.put("/speakers/{speaker_id}")
def rename(
    request: Request, db: WriteDb, user: Analyst, speaker_id: RowId,
    version: Annotated[Version, Form()], name: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    found = speaker_for_reading(db, user, speaker_id)
    try:
        actions.rename_speaker(db, speaker=found, person=user, version=version, name=name.replace("\x00", ""))
    except (Invalid, Conflict) as error:
        return _page(request, db, user, found, error=error, of="rename", typed=name)
    return redirect(request, f"/speakers/{speaker_id}")


@router.post("/speakers/{speaker_id}/names")
def merge(
    request: Request, db: WriteDb, user: Analyst, speaker_id: RowId,
    version: Annotated[Version, Form()], name: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    found = speaker_for_reading(db, user, speaker_id)
    try:
        actions.merge_speakers(db, kept=found, name=name.replace("\x00", ""), person=user, version=version)
    except (Invalid, Conflict) as error:
        return _page(request, db, user, found, error=error, of="merge", typed=name)
    return redirect(request, f"/speakers/{speaker_id}")


@router.delete("/speakers/{speaker_id}/names/{name_id}")
def split(request: Request, db: WriteDb, user: Analyst, speaker_id: RowId, name_id: RowId) -> Response:
    found, name = speaker_for_reading(db, user, speaker_id), db.get(SpeakerName, name_id)
    if name is None or name.speaker_id != found.id:
        raise NotFound
    actions.split_speaker(db, speaker=found, name=name)
    return redirect(request, f"/speakers/{speaker_id}")


def _page(
    request: Request,
    db: Session,
    person: Person,
    found: Speaker,
    *,
    after: int | None = None,
    error: AppError | None = None,
    of: str = "",
    typed: str = "",
) -> Response:
    """A speaker with all they say; and where a form (`of`) was refused, what was typed into it and what is wrong."""
    articles, later = queries.quotes(db, person, found, after)
    here, item = f"/speakers/{found.id}", queries.one(db, person, found)
    return page(
        request, "speakers/page.html", status=error.status if error else 200, speaker=item, articles=articles,
        earlier=here if after else None, later=f"{here}?after={later}" if later else None,
        names=queries.names(db, found), version=found.version, typed={of: typed},
        errors={of: {"name": error.message}} if error else {},
        likely=queries.likely(db, person, item, found.name_key) if person.may_annotate and not after else [],
    )  # fmt: skip
