"""Rules of a site: made of a find that is none, listed, removed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from app.access import Analyst, CurrentUser, annotation_for_editing, article_for_reading, site_rule_for_editing
from app.annotations import actions, rules
from app.db import ReadDb, WriteDb
from app.errors import Invalid, NotFound
from app.forms import RowId, Sent
from app.models import Annotation, Article
from app.reading import changed as answers
from app.web import back, page, redirect

router = APIRouter()


class RuleForm(Sent):
    match: str = ""
    words: str = ""
    note: str = ""


def rule_form(article: Article, find: Annotation) -> answers.Form | None:
    """The form that makes a rule of a find; None of what a person marked, or where the site is not known."""
    if not (find.engine and article.site and (possible := rules.ways(find))):
        return None
    values = {"match": possible[0][0], "words": rules.beginning(find.exact), "note": ""}
    here = f"/annotations/{find.id}"
    more = {"ways": possible, "site": article.site}
    return answers.Form(
        "annotations/_rule_form.html", f"Never on {article.site}", f"{here}/rule", article,
        key=f"-rule-{find.id}", values=values, more=more,
    )  # fmt: skip


@router.get("/annotations/{annotation_id}/rule/form")
def form(request: Request, db: ReadDb, user: Analyst, annotation_id: RowId) -> Response:
    find = annotation_for_editing(db, user, annotation_id)
    filled = rule_form(article_for_reading(db, user, find.article_id), find)
    if filled is None:
        raise NotFound
    return answers.shown(request, filled)


@router.post("/annotations/{annotation_id}/rule")
def add(
    request: Request, db: WriteDb, user: Analyst, annotation_id: RowId, form: Annotated[RuleForm, Form()]
) -> Response:
    find = annotation_for_editing(db, user, annotation_id)
    article = article_for_reading(db, user, find.article_id)
    filled = rule_form(article, find)
    if filled is None:
        raise Invalid("A rule can be made of what the program found, in an article whose site is known.")
    try:
        rule = rules.rule_of(find, site=article.site, **form.model_dump())
    except Invalid as error:
        return answers.refused(request, filled.filled(form.model_dump()), error)
    if find.status != "dismissed" or find.site_rule_id:
        actions.change_status(db, annotation=find, person=user, status="dismissed")
    rule, held = rules.add_rule(db, rule, user)
    message = f"Never on {article.site}: {held} other {'find is' if held == 1 else 'finds are'} dismissed by this rule."
    return answers.changed(request, db, user, article, message, undo=f"/rules/{rule.id}", offer=("/rules", "All rules"))


@router.get("/rules")
def listed(request: Request, db: ReadDb, user: CurrentUser) -> Response:
    return page(request, "annotations/rules.html", rules=rules.listed(db))


@router.delete("/rules/{rule_id}")
def remove(request: Request, db: WriteDb, user: Analyst, rule_id: RowId) -> Response:
    rules.remove_rule(db, site_rule_for_editing(db, user, rule_id))
    return redirect(request, back(request, "/rules"))
