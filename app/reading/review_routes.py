"""The review of annotations whose words a newer revision changed or lost."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from sqlalchemy.orm import Session

from app.access import Analyst, CurrentUser, Person, annotation_for_editing, article_for_reading
from app.alignment import Alignment
from app.annotations import actions, passages, review
from app.articles import difference
from app.db import ReadDb, WriteDb
from app.errors import Invalid
from app.forms import Offset, RowId, Sent
from app.models import Article
from app.web import page, redirect

router = APIRouter()
AROUND = 90


class DecisionForm(Sent):
    decision: str = ""
    exact: str = ""
    at: Offset = None


@router.get("/articles/{article_id}/review")
def listing(request: Request, user: CurrentUser, db: ReadDb, article_id: RowId) -> Response:
    return _page(request, db, user, article_for_reading(db, user, article_id))


def _page(
    request: Request, db: Session, user: Person, article: Article, *, status: int = 200, **wrong: Any
) -> Response:
    """`wrong`: `refused` (the id of an annotation), `typed` and `errors`: what was sent for it, and what is wrong."""
    text, doubts = actions.current_revision(db, article).text, review.waiting(db, user, article)
    around = {
        doubt.annotation.id: (text[max(0, a - AROUND) : a].rpartition("\n")[2], text[b : b + AROUND].partition("\n")[0])
        for doubt in doubts
        for a, b in [(doubt.annotation.start, doubt.annotation.end)]
    }
    changed = {
        doubt.annotation.id: difference.rows(old, new, Alignment(old, new))
        for doubt in doubts
        for old, new in [(doubt.place.exact, "" if doubt.lost else doubt.annotation.exact)]
    }
    context: dict[str, Any] = {"refused": 0, "typed": "", "errors": {}, **wrong}
    return page(
        request, "annotations/review.html", status=status, article=article, around=around,
        changed=changed, doubts=doubts, may_annotate=user.may_annotate, **context,
    )  # fmt: skip


@router.put("/annotations/{annotation_id}/review")
def decide(
    request: Request, user: Analyst, db: WriteDb, annotation_id: RowId, form: Annotated[DecisionForm, Form()]
) -> Response:
    annotation = annotation_for_editing(db, user, annotation_id)
    article = article_for_reading(db, user, annotation.article_id)
    try:
        with db.begin_nested():
            given: dict[str, Any] = {"decision": form.decision, "words": form.exact, "at": form.at}
            review.decide(db, person=user, annotation=annotation, **given)
    except passages.Ambiguous as error:
        places = error.shown(actions.current_revision(db, article).text)
        sent, action = [("decision", "move"), ("exact", form.exact)], f"{request.url.path}?_method=put"
        context: dict[str, Any] = {"article": article, "places": places, "message": error.message}
        return page(request, "annotations/which.html", status=422, sent=sent, action=action, **context)
    except Invalid as error:
        wrong = {"refused": annotation_id, "typed": form.exact, "errors": error.errors}
        return _page(request, db, user, article, status=422, **wrong)
    return redirect(request, f"/articles/{article.id}/review")
