"""Writes on notes: added, answered, edited with their history kept, deleted and restored; and drafts of them."""

from __future__ import annotations

import re

from sqlalchemy import delete, exists, func, select
from sqlalchemy.orm import Session

from app import events, models
from app.access import Person
from app.annotations.actions import VISIBILITIES, change_visibility
from app.articles.actions import tag_names, tags_named, touch
from app.db import lock
from app.errors import Conflict, Invalid
from app.models import Annotation, Article, Note, NoteTag, NoteVersion, Source, now
from app.notes.queries import tags
from app.search import actions as search

DEEPEST = 6  # levels of a thread; an answer to what lies deepest stands beside it
_KEY = re.compile(r"article|passage-\d{1,9}-\d{1,9}|(annotation|reply|note)-\d{1,10}")


class Draft:
    """What a note shall say, checked. Raises Invalid."""

    def __init__(self, db: Session, body: str, tags: str, visibility: str = "all") -> None:
        self.body = body.replace("\r\n", "\n").strip()
        self.tags = tag_names(tags)
        self.visibility = visibility
        most = db.info["settings"].max_note
        if not self.body:
            raise Invalid("There is nothing in this note yet.", field="body")
        if len(self.body) > most:
            size = f"{len(self.body):,}"
            raise Invalid(f"A note has at most {most:,} characters, and this one has {size}.", field="body")
        if visibility not in VISIBILITIES:
            raise Invalid("Everybody sees it, or only you.", field="visibility")


def add_note(
    db: Session,
    *,
    article: Article,
    author: Person,
    note: Draft,
    annotation: Annotation | None = None,
    parent: Note | None = None,
    draft: str = "",
) -> Note:
    """On an annotation, or on the article; `parent` is the note it answers. A reply is as visible as what it answers,
    a note on a private annotation as private as that. The draft of the key `draft` is done with."""
    touch(db, article.id)
    visibility = parent.visibility if parent else note.visibility
    if annotation is not None and annotation.visibility == "private":
        visibility = "private"
    row = Note(
        article_id=article.id,
        annotation_id=annotation.id if annotation else None,
        parent_id=_level(db, parent),
        author_id=author.id,
        body=note.body,
        visibility=visibility,
    )
    db.add(row)
    db.flush()
    _set_tags(db, row, note.tags)
    _changed(db, row, "created")
    if draft:
        save_draft(db, person=author, article=article, key=draft, body="")
    return row


def _level(db: Session, parent: Note | None) -> int | None:
    """The id of `parent`, or of the note above it that lies just high enough."""
    if parent is None:
        return None
    above = [parent]
    while above[-1].parent_id is not None:
        above.append(db.get_one(Note, above[-1].parent_id))
    return above[max(0, len(above) - DEEPEST + 1)].id


def edit_note(db: Session, *, note: Note, person: Person, version: int, new: Draft) -> None:
    """What it said is kept in its history. Raises Conflict where it is not at `version` any more, Invalid."""
    touch(db, note.article_id)
    lock(db, note)
    if note.version != version:
        raise Conflict("Somebody else changed this note meanwhile.", current=note)
    before = note.body, note.visibility, sorted(tags(db, note))
    _set_visibility(db, note, new.visibility)
    if new.body != note.body:
        db.add(NoteVersion(note_id=note.id, version=note.version, body=note.body, author_id=person.id))
        note.body = new.body
    _set_tags(db, note, new.tags)
    if (note.body, note.visibility, sorted(new.tags)) != before:
        note.version, note.updated_at = note.version + 1, now()
        _changed(db, note)
    article = db.get_one(Article, note.article_id)
    save_draft(db, person=person, article=article, key=f"note-{note.id}", body="")


def _set_visibility(db: Session, note: Note, visibility: str) -> None:
    """Of a note that opens a thread; a highlight made for it alone goes with it."""
    if note.parent_id is not None or visibility == note.visibility:
        return
    if db.scalar(select(func.count()).where(Note.parent_id == note.id, Note.deleted_at.is_(None))):
        raise Invalid("Others may have answered this note, so who sees it stays as it is.", field="visibility")
    annotation = db.get(Annotation, note.annotation_id) if note.annotation_id else None
    if annotation is not None and annotation.author_id == note.author_id and _made_for(db, annotation, note):
        change_visibility(db, annotation=annotation, visibility=visibility)
    elif annotation is not None and annotation.visibility == "private" and visibility == "all":
        raise Invalid("The passage is private, so its notes are too.", field="visibility")
    note.visibility = visibility


def _made_for(db: Session, annotation: Annotation, note: Note) -> bool:
    others = exists().where(Note.annotation_id == annotation.id, Note.id != note.id)
    sources = exists().where(Source.annotation_id == annotation.id)
    return annotation.kind == "highlight" and not db.scalar(select(others | sources))


def delete_note(db: Session, *, note: Note) -> None:
    touch(db, note.article_id)
    note.deleted_at = note.deleted_at or now()
    _changed(db, note, "deleted")


def restore_note(db: Session, *, note: Note) -> None:
    touch(db, note.article_id)
    note.deleted_at = None
    _changed(db, note)


def _changed(db: Session, note: Note, what: str = "updated") -> None:
    search.index_note(db, note.id)
    events.tell(db, f"note.{what}", article_id=note.article_id, ref_id=note.id)


def save_draft(db: Session, *, person: Person, article: Article, key: str, body: str) -> None:
    """Keeps what a person has typed and not yet saved; an empty one is forgotten. Raises Invalid."""
    if not _KEY.fullmatch(key):
        raise Invalid("There is no such draft.", field="key")
    if len(body) > db.info["settings"].max_note:
        raise Invalid("This is too long to be kept as a draft.", field="body")
    mine = (models.Draft.user_id == person.id, models.Draft.article_id == article.id, models.Draft.key == key)
    db.execute(delete(models.Draft).where(*mine))
    if body.strip():
        db.add(models.Draft(user_id=person.id, article_id=article.id, key=key, body=body))
        db.flush()


def _set_tags(db: Session, note: Note, names: list[str]) -> None:
    db.execute(delete(NoteTag).where(NoteTag.note_id == note.id))
    db.add_all(NoteTag(note_id=note.id, tag_id=tag_id) for tag_id in tags_named(db, names))
    db.flush()
