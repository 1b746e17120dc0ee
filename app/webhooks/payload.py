"""What a webhook is sent: the event and what it is of, in the shapes of our JSON API, as the webhook's person sees it at
this moment."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy.orm import Session

from app import events
from app.access import Person
from app.api.v1 import queries, schemas
from app.articles.queries import one
from app.models import Annotation, Article, Delivery, Note, Verdict


class Message(BaseModel):
    type: str
    timestamp: datetime
    data: dict[str, Any]


def body(db: Session, person: Person, delivery: Delivery, base: str) -> bytes | None:
    """None where it was brought back, or the person may not see it any more. `base` is this server's address."""
    found = {"webhook_id": delivery.webhook_id} if delivery.event == events.TEST else _data(db, person, delivery, base)
    if found is None:
        return None
    return Message(type=delivery.event, timestamp=delivery.created_at, data=found).model_dump_json().encode()


def _data(db: Session, person: Person, delivery: Delivery, base: str) -> dict[str, Any] | None:
    kind, _, what = delivery.event.partition(".")
    row = events.seen(db, person, delivery.event, delivery.ref_id or 0)
    if row is None:
        return None
    on = row if isinstance(row, Annotation) else db.get(Annotation, getattr(row, "annotation_id", None) or 0)
    if what == "deleted":  # a note goes with its annotation too
        at = row.deleted_at or (on and on.deleted_at)
        return {kind: {"id": row.id, "article_id": row.article_id, "deleted_at": at}} if at else None
    item = one(db, person, db.get_one(Article, delivery.article_id))
    found: dict[str, Any] = {"article": queries.articles(db, [item], base)[0]}
    if on is not None:
        found["annotation"] = queries.annotation(db, on, base)
    if isinstance(row, Note):
        found["note"] = queries.note(db, row, base)
    elif isinstance(row, Verdict):
        author = queries.names(db, [row.author_id]).get(row.author_id)
        copied = {name: getattr(row, name) for name in schemas.Verdict.model_fields if name != "author"}
        found["verdict"] = schemas.Verdict.model_validate({**copied, "author": author})
    elif kind == "article":
        found["revision"] = queries.revision(row)
    return found
