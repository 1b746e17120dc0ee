"""The answers to what people write on the reader's page: all that changed for htmx, the page itself otherwise; and where
something was refused, the form again, filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from fastapi import Request, Response
from sqlalchemy.orm import Session

from app.access import Person
from app.errors import AppError, Conflict, Invalid
from app.models import Article
from app.reading.page import reader_parts
from app.web import fragment, is_htmx, page, redirect


@dataclass(frozen=True, slots=True)
class Form:
    """A form as its template draws it. `key` makes its ids unique on the page; `current` is what stands now, where
    somebody else was faster."""

    template: str
    title: str
    action: str
    article: Article
    method: str = "post"
    key: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    message: str = ""
    current: Any = None
    more: Mapping[str, Any] = field(default_factory=dict)

    def filled(self, values: Mapping[str, Any], **more: Any) -> Form:
        return replace(self, values=values, more={**self.more, **more})


def changed(
    request: Request,
    db: Session,
    person: Person,
    article: Article,
    message: str,
    *,
    undo: str | None = None,
    active: int | None = None,
    anchor: str = "",
    offer: tuple[str, str] | None = None,
) -> Response:
    """`undo` is the address whose DELETE takes it back, `active` the annotation to look at, `offer` a link (address, label)
    to what may be done next."""
    if not is_htmx(request):
        anchor = anchor or (f"card-{active}" if active else "")
        return redirect(request, f"/articles/{article.id}" + (f"#{anchor}" if anchor else ""))
    db.flush()
    context: dict[str, Any] = {
        "message": message,
        "undo": (undo, "Undo") if undo else None,
        "active": active,
        "offer": offer,
    }
    return fragment(request, "reading/_changed.html", **reader_parts(db, person, article), **context)


def shown(request: Request, form: Form, *, status: int = 200) -> Response:
    return fragment(request, form.template, form=form, status=status)


def refused(request: Request, form: Form, error: AppError) -> Response:
    """The form as it was sent, with what is wrong beside its field; of a conflict, with what stands now."""
    errors = error.errors if isinstance(error, Invalid) else {}
    form = replace(form, errors=errors, message=error.message)
    if isinstance(error, Conflict):
        values = {**form.values, "version": error.current.version}
        form = replace(form, values=values, current=error.current)
    if is_htmx(request):
        return shown(request, form, status=error.status)
    return page(
        request, "annotations/page.html", status=error.status, article=form.article, annotation=None, forms=[form]
    )
