"""Articles taken in without a form: what was understood is saved as it is, and what is here already is found again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Person
from app.articles import actions, intake, queries
from app.articles.canonical import variants
from app.db import Database
from app.extract import Document
from app.models import Article, Capture, Revision, User
from app.settings import Settings


@dataclass(frozen=True)
class Ready:
    """What came in, and what was understood of it: to be saved in one transaction."""

    given: intake.Given
    document: Document


@dataclass(frozen=True)
class Brought:
    """An article that is in the library now, and whether it is new."""

    article_id: int
    created: bool = False


def person_named(db: Session, key: str) -> Person | None:
    """The person of an account that is not disabled; `key` is the name, casefolded."""
    user = db.scalars(select(User).where(User.name_key == key, User.disabled_at.is_(None))).first()
    return Person(user.id, user.name, user.role) if user else None


def ready(given: intake.Given, settings: Settings, *, title: str = "") -> Ready:
    """Reads it; outside of any transaction. `title` serves where the article has none. Raises Invalid."""
    document = intake.read(given, settings)
    address = document.canonical_url or given.url
    return Ready(given, replace(document, title=document.title or title or None, canonical_url=address))


def at_address(db: Session, url: str) -> Article | None:
    """The article that has this address, unless it is in the bin."""
    query = select(Article).where(Article.canonical_url.in_(variants(url)), Article.deleted_at.is_(None))
    return db.scalars(query.order_by(Article.id).limit(1)).first()


def of_bytes(db: Session, data: bytes) -> Article | None:
    """The article that came in as these very bytes, unless it is in the bin."""
    query = select(Article).join(Revision, Revision.article_id == Article.id)
    query = query.join(Capture, Capture.revision_id == Revision.id).where(Article.deleted_at.is_(None))
    same = Capture.sha256 == hashlib.sha256(data).hexdigest()
    return db.scalars(query.where(same).order_by(Article.id).limit(1)).first()


def save(db: Session, *, person: Person | None, article: Ready) -> tuple[Article, bool]:
    """The article, and whether it is new: one with the same address or text is answered as it is."""
    given, document = article.given, article.document
    sha = actions.text_sha256(actions.joined(document.paragraphs)[0])
    same = queries.same_article(db, person, url=document.canonical_url, text_sha256=sha)
    if same is not None and same.deleted_at is None:
        return same, False
    capture = actions.add_capture(
        db, person=person, kind=given.kind, data=given.data, document=document, url=given.url,
        media_type=given.media_type, filename=given.filename, headers=given.headers, fetched=given.fetched,
    )  # fmt: skip
    return actions.add_article(db, person=person, capture=capture, document=document), True


# The same, in two steps: what is answered is called in the transaction, and makes no use of the network.


def saving(article: Ready, *, person: Person | None) -> Callable[[Session], Brought]:
    def bring(db: Session) -> Brought:
        saved, created = save(db, person=person, article=article)
        return Brought(saved.id, created)

    return bring


def saving_file(database: Database, name: str, data: bytes, *, person: Person | None) -> Callable[[Session], Brought]:
    """Of a file; one that has come in before is not read again. Raises Invalid."""
    with database.read() as db:
        known = of_bytes(db, data)
    if known is not None:
        return lambda db: Brought(known.id)
    given = intake.from_file(name, data, database.settings)
    return saving(ready(given, database.settings, title=PurePosixPath(name).stem), person=person)


def saving_page(
    database: Database, address: str, *, person: Person | None, patience: float
) -> Callable[[Session], Brought]:
    """Of what is at an address; one that is in the library is not fetched. Raises Invalid."""
    with database.read() as db:
        known = at_address(db, address)
    if known is not None:
        return lambda db: Brought(known.id)
    given = intake.from_address(address, database.settings, patience=patience)
    return saving(ready(given, database.settings), person=person)
