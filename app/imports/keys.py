"""The names under which what stands on an article goes out, and by which it is known when it comes in again."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Person, visible_annotations, visible_notes
from app.models import Annotation, Article, Imported, Note


def named(kind: str, row_id: int, created: datetime) -> str:
    """The same each time; an id alone would be that of something else in another database."""
    return f"quotidian:{short(f'{kind} {row_id} {created.isoformat()}')}"


def named_note(row: Imported) -> str:
    """A note that came in with its passage has a name beside it."""
    return f"{row.source}#note" if row.annotation_id else row.source


def short(name: str) -> str:
    """22 characters that can stand in an address."""
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()
    return base64.urlsafe_b64encode(digest[:16]).decode().rstrip("=")


def standing(
    db: Session, person: Person, article: Article, names: Iterable[str]
) -> dict[str, tuple[int | None, int | None]]:
    """Annotation and note of those names that our exports give to what the person may see on the article."""
    wanted = {name for name in names if name.startswith(("quotidian:", "hypothesis:"))}
    if not wanted:
        return {}
    rows = list(db.scalars(select(Imported).where(Imported.article_id == article.id)))
    marks, notes = {row.annotation_id: row for row in rows}, {row.note_id: row for row in rows}
    found: dict[str, tuple[int | None, int | None]] = {}
    live = select(Annotation.id, Annotation.created_at).where(
        Annotation.article_id == article.id, Annotation.deleted_at.is_(None), visible_annotations(person)
    )
    for id_, created in db.execute(live):
        row = marks.get(id_)
        found[row.source if row else named("annotation", id_, created)] = id_, row.note_id if row else None
    said = select(Note.id, Note.annotation_id, Note.created_at).where(
        Note.article_id == article.id, Note.deleted_at.is_(None), visible_notes(person)
    )
    for id_, on, created in db.execute(said):
        row = notes.get(id_)
        found[named_note(row) if row else named("note", id_, created)] = on, id_
    found |= {f"hypothesis:{short(name)}": each for name, each in found.items()}
    return {name: each for name, each in found.items() if name in wanted}
