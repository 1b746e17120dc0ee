"""What becomes of a look at a site: its record and, where the text or its facts have changed, a new revision with all that
stood on the old one. One transaction: all of it, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import events, jobs
from app.access import Person
from app.annotations.carry import carry
from app.articles import difference, recheck, revisions
from app.articles.actions import touch
from app.db import Database, lock
from app.errors import Invalid
from app.models import Article, Capture, Revision, now

PATIENCE = 5.0  # seconds that the worker waits for its turn at a site


def store_check(db: Session, *, person: Person | None, article: Article, check: recheck.Check, cause: str) -> Capture:
    """Keeps the look, and makes a revision of what has changed. `cause`: check (by a person) or schedule."""
    capture = recheck.record(db, person=person, article=article, check=check)
    if check.document is None or check.alignment is None:
        return capture
    touch(db, article.id)
    lock(db, article)
    if article.revision != check.number:
        capture.problem = "Somebody else looked at the same moment; their answer became the newer revision."
        return capture
    old = revisions.current(db, article)
    new = revisions.add_revision(
        db, article=article, capture=capture, document=check.document, alignment=check.alignment, cause=cause,
        person=person,
    )  # fmt: skip
    changed = carry(db, new=new, alignment=check.alignment)
    changed = changed or difference.figures_changed(old.text, new.text, check.alignment)
    told = revisions.states_newer(old.updated, new.updated) or revisions.owns_up(old.text, new.text)
    if changed and not told:
        new.silent, article.silent_revision = True, new.number
    db.flush()
    for event in ("article.changed", "article.silent_edit")[: 1 + new.silent]:
        events.tell(db, event, article_id=article.id, ref_id=new.id)
    return capture


def look_again(database: Database, article_id: int) -> Callable[[Session], None]:
    """Looks at one article in the background, and answers what is to be stored. An answer that says nothing new leaves no
    record."""
    with database.read() as db:
        article = db.get(Article, article_id)
        try:
            known = recheck.known(db, article) if article and article.deleted_at is None else None
        except Invalid:  # it has no address any more
            known = None
    if known is None:
        return lambda db: None
    came = recheck.look(known, database.settings, patience=PATIENCE)

    def store(db: Session) -> None:
        there = db.get(Article, article_id)
        if there is None or there.deleted_at is not None:
            return
        if came.wait is not None:
            at = now() + timedelta(seconds=came.wait)
            jobs.enqueue(
                db, "check", article_id=article_id, key=f"check-{article_id}-again-{at:%Y%m%d%H%M%S}",
                payload={"article_id": article_id}, not_before=at,
            )  # fmt: skip
        elif came.outcome == "changed" or (came.outcome in ("minor", "emptier") and _is_news(db, there, came)):
            store_check(db, person=None, article=there, check=came, cause="schedule")

    return store


def _is_news(db: Session, article: Article, check: recheck.Check) -> bool:
    """Whether the last look had another outcome."""
    last = select(Capture.outcome, Capture.problem).join(Revision, Revision.id == Capture.revision_id)
    last = last.where(Revision.article_id == article.id).order_by(Capture.id.desc()).limit(1)
    return db.execute(last).first() != (check.outcome, check.problem)
