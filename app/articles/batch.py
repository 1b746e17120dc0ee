"""Articles taken in without a form: what was understood is saved as it is. One item that fails stops no other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Person
from app.articles import actions, intake, queries
from app.db import Database
from app.errors import AppError
from app.models import User


def person_named(db: Session, key: str) -> Person | None:
    """The person of an account that is not disabled; `key` is the name, casefolded."""
    user = db.scalars(select(User).where(User.name_key == key, User.disabled_at.is_(None))).first()
    return Person(user.id, user.name, user.role) if user else None


def take_in(database: Database, given: str, *, person: Person | None) -> dict[str, Any]:
    """`given` is an address or a path. Answers {"input", "article_id", "revision", "created", "error"}."""
    answer: dict[str, Any] = {"input": given, "article_id": None, "revision": None, "created": False, "error": None}
    try:
        return answer | _take_in(database, given, person)
    except AppError as error:
        return answer | {"error": error.message}
    except OSError as error:
        return answer | {"error": error.strerror or str(error)}


def _take_in(database: Database, given: str, person: Person | None) -> dict[str, Any]:
    settings, is_address = database.settings, "://" in given
    taken = (
        intake.from_address(given, settings)
        if is_address
        else intake.from_file(Path(given).name, Path(given).read_bytes(), settings)
    )
    document = intake.read(taken, settings)
    document = replace(
        document,
        title=document.title or (None if is_address else Path(given).stem),
        canonical_url=document.canonical_url or taken.url,
    )
    with database.write() as db:
        sha = actions.text_sha256(actions.joined(document.paragraphs)[0])
        article = queries.same_article(db, person, url=document.canonical_url, text_sha256=sha)
        if article is not None and article.deleted_at is None:
            return {"article_id": article.id, "revision": article.revision}
        capture = actions.add_capture(
            db, person=person, kind=taken.kind, data=taken.data, document=document, url=taken.url,
            media_type=taken.media_type, filename=taken.filename, headers=taken.headers,
        )  # fmt: skip
        article = actions.add_article(db, person=person, capture=capture, document=document)
        return {"article_id": article.id, "revision": article.revision, "created": True}
