"""Reads on notes: their tags, their history, what a person has typed and not saved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Person
from app.models import Draft, Note, NoteTag, NoteVersion, Tag, User


@dataclass(frozen=True, slots=True)
class Earlier:
    """What a note said until `at`, when `author` changed it."""

    body: str
    author: str
    at: datetime


def tags(db: Session, note: Note) -> list[str]:
    query = select(Tag.name).join(NoteTag, NoteTag.tag_id == Tag.id).where(NoteTag.note_id == note.id)
    return list(db.scalars(query.order_by(Tag.name)))


def history(db: Session, note: Note) -> list[Earlier]:
    """Newest first."""
    query = (
        select(NoteVersion, User.name)
        .outerjoin(User, User.id == NoteVersion.author_id)
        .where(NoteVersion.note_id == note.id)
        .order_by(NoteVersion.version.desc())
    )
    return [Earlier(row.body, name or "somebody", row.created_at) for row, name in db.execute(query)]


def draft(db: Session, person: Person, article_id: int, key: str) -> str | None:
    query = select(Draft.body).where(Draft.user_id == person.id, Draft.article_id == article_id, Draft.key == key)
    return db.scalar(query)
