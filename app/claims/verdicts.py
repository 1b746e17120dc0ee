"""Verdicts on a claim: given, changed, and their history."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from sqlalchemy.orm import Session

from app.access import Analyst, CurrentUser, Person, annotation_for_reading, article_for_reading
from app.claims import actions, history
from app.db import ReadDb, WriteDb
from app.errors import Conflict, Invalid, NotFound
from app.forms import Offset, RowId, Sent
from app.models import Annotation
from app.reading import changed as answers
from app.web import fragment

router = APIRouter()


class VerdictForm(Sent):
    verdict: str
    reason: str = ""
    version: Offset = None


def _claim(db: Session, person: Person, claim_id: int) -> Annotation:
    claim = annotation_for_reading(db, person, claim_id)
    if claim.kind != "claim":
        raise NotFound
    return claim


def _filled(db: Session, person: Person, claim: Annotation) -> answers.Form:
    given = history.verdicts(db, claim)
    values = {"verdict": claim.verdict, "reason": given[0][0].reason if given else "", "version": claim.version}
    article = article_for_reading(db, person, claim.article_id)
    more = {"cancel": f"/annotations/{claim.id}", "history": given}
    action = f"/claims/{claim.id}/verdict"
    return answers.Form(
        "claims/_verdict_form.html", "Verdict", action, article, "put", f"-v{claim.id}", values, more=more
    )


@router.get("/claims/{claim_id}/verdict/form")
def form(request: Request, db: ReadDb, user: Analyst, claim_id: RowId) -> Response:
    return answers.shown(request, _filled(db, user, _claim(db, user, claim_id)))


@router.put("/claims/{claim_id}/verdict")
def give(
    request: Request, db: WriteDb, user: Analyst, claim_id: RowId, form: Annotated[VerdictForm, Form()]
) -> Response:
    claim = _claim(db, user, claim_id)
    article = article_for_reading(db, user, claim.article_id)
    try:
        actions.give_verdict(db, claim=claim, person=user, **form.model_dump())
    except (Invalid, Conflict) as error:
        return answers.refused(request, _filled(db, user, claim).filled(form.model_dump()), error)
    return answers.changed(request, db, user, article, f"Verdict: {form.verdict}.", active=claim.id)


@router.get("/claims/{claim_id}/verdicts")
def verdicts(request: Request, db: ReadDb, user: CurrentUser, claim_id: RowId) -> Response:
    claim = _claim(db, user, claim_id)
    return fragment(request, "claims/_history.html", claim=claim, history=history.verdicts(db, claim))
