"""Words that were selected on a page when it was captured: a highlight where they stand in the text, else a note on the
article, so that nothing is lost. What is sent twice is kept once."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Person
from app.annotations import passages
from app.annotations.actions import Details, add_annotation, current_revision
from app.models import Annotation, Article, Capture, Note
from app.notes.actions import Draft, add_note

NOT_THERE = "Selected on the page; these words do not stand in the text that is kept here:"
_INLINE = re.compile(r"([\\`*_\[\]<>&~|])")
_LEADING = re.compile(r"^(\s*)(?:([#+=-])|(\d+)([.)]))", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of it: the ids of a highlight and of a note, where there is one."""

    highlight: int | None = None
    note: int | None = None

    @property
    def anchor(self) -> str:
        """Where it stands on the reader's page."""
        if self.highlight:
            return f"#m-{self.highlight}-0"
        return f"#note-{self.note}" if self.note else ""


def wait(capture: Capture, quote: str) -> None:
    """The passage waits with the capture until the article is saved."""
    capture.document = {**capture.document, "passage": quote.strip()}


def waiting(capture: Capture) -> str:
    return str(capture.document.get("passage", ""))


def stands(text: str, quote: str) -> bool:
    return bool(quote.strip() and passages.alike(text, quote))


def keep(
    db: Session, *, article: Article, author: Person, quote: str = "", note: str = "", at: int | None = None
) -> Kept:
    """`note` is Markdown on the passage, or on the article where there is no `quote`; `at` is the offset of the place
    that is meant where the words stand in the text more than once (else the first). Raises Invalid."""
    if not quote.strip():
        return Kept(note=_noted(db, article, author, note, None)) if note.strip() else Kept()
    revision = current_revision(db, article)
    found = passages.alike(revision.text, quote)
    if not found:
        words = "\n".join(f"> {line.strip()}".rstrip() for line in escaped(quote.strip()).splitlines())
        return Kept(note=_noted(db, article, author, f"{NOT_THERE}\n\n{words}\n\n{note.strip()}".strip(), None))
    bounds = next((place for place in found if place[0] == at), found[0])
    same = select(Annotation).where(
        Annotation.revision_id == revision.id, Annotation.kind == "highlight", Annotation.author_id == author.id,
        Annotation.start == bounds[0], Annotation.end == bounds[1], Annotation.deleted_at.is_(None),
    )  # fmt: skip
    annotation = db.scalars(same.limit(1)).first() or add_annotation(
        db, article=article, revision=revision, author=author, bounds=bounds, details=Details("highlight")
    )
    return Kept(annotation.id, _noted(db, article, author, note, annotation) if note.strip() else None)


def escaped(text: str) -> str:
    """`text` as Markdown that shows it as it is."""
    return _LEADING.sub(lambda m: f"{m[1]}\\{m[2]}" if m[2] else f"{m[1]}{m[3]}\\{m[4]}", _INLINE.sub(r"\\\1", text))


def _noted(db: Session, article: Article, author: Person, body: str, annotation: Annotation | None) -> int:
    draft = Draft(db, body, "")
    on = annotation.id if annotation else None
    same = select(Note.id).where(
        Note.article_id == article.id, Note.annotation_id.is_(None) if on is None else Note.annotation_id == on,
        Note.author_id == author.id, Note.body == draft.body, Note.deleted_at.is_(None),
    )  # fmt: skip
    known = db.scalar(same.limit(1))
    return known or add_note(db, article=article, author=author, note=draft, annotation=annotation).id
