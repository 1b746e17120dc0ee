"""What has happened, for those who asked to be told: a delivery for each of their webhooks, written in the transaction of
the event itself, so that neither is there without the other. app.webhooks.deliver sends them."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import access, jobs
from app.access import Person
from app.errors import NotFound
from app.models import Annotation, Delivery, Note, Revision, User, Verdict, Webhook

TEST = "webhook.test"
EVENTS = {
    "annotation.created": "somebody marked a passage, or an import brought a new one",
    "annotation.updated": "a passage was corrected, confirmed, dismissed, moved or brought back, not by an import",
    "annotation.deleted": "a passage was deleted, with its notes",
    "note.created": "somebody wrote a note or a reply, or an import brought a new one",
    "note.updated": "a note was edited, not by an import, or was brought back, by itself or with its passage",
    "note.deleted": "a note was deleted, by itself or with its passage",
    "article.changed": "an article has a new text",
    "article.silent_edit": "a new text changed a quote or a figure and does not say so",
    "verdict.set": "a claim was given a verdict, not by an import",
}
SUBJECTS = {"annotation": Annotation, "note": Note, "article": Revision, "verdict": Verdict}


def tell(db: Session, event: str, *, article_id: int, ref_id: int) -> None:
    """`ref_id` is the annotation, note, revision or verdict. Whoever may not see it is not told. In one order everywhere,
    so that two events at once do not wait for each other's jobs."""
    hooks = select(Webhook, User).join(User, User.id == Webhook.user_id).order_by(Webhook.id)
    for hook, user in db.execute(hooks.where(Webhook.off_at.is_(None))):
        person = listener(user)
        if event in hook.events and person and seen(db, person, event, ref_id) is not None:
            send(db, hook, event, article_id=article_id, ref_id=ref_id)


def listener(user: User) -> Person | None:
    """Only who could stop it is told: pages of webhooks are for analysts."""
    person = Person(user.id, user.name, user.role)
    return person if person.at_least("analyst") and user.disabled_at is None else None


def seen(db: Session, person: Person, event: str, ref_id: int) -> Any:
    """The row that the event is of; None where it is not there for this person. What was deleted is, for that event."""
    kind, _, what = event.partition(".")
    row = db.get(SUBJECTS[kind], ref_id)
    deleted = what == "deleted"
    try:
        if isinstance(row, Note):
            access.note_for_reading(db, person, row.id, deleted=deleted)
        elif isinstance(row, Annotation):
            access.annotation_for_reading(db, person, row.id, deleted=deleted)
        elif isinstance(row, Verdict):
            access.annotation_for_reading(db, person, row.annotation_id)
        elif isinstance(row, Revision):
            access.article_for_reading(db, person, row.article_id)
    except NotFound:
        return None
    return row


def send(db: Session, hook: Webhook, event: str, *, article_id: int | None = None, ref_id: int | None = None) -> None:
    message = f"msg_{uuid4().hex}"
    db.add(Delivery(webhook_id=hook.id, message_id=message, event=event, article_id=article_id, ref_id=ref_id))
    start(db, hook)


def start(db: Session, hook: Webhook) -> None:
    """Has what waits for this webhook sent; it has one job, whatever waits."""
    payload = {"webhook_id": hook.id}
    jobs.enqueue(db, "deliver", article_id=None, key=f"deliver-{hook.id}", payload=payload, created_by=hook.user_id)
