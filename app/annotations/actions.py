"""Writes on annotations: made by a person, corrected, confirmed, dismissed, deleted and restored. `store_analysis` is
the program's own way to write them. Each touches the article first: that is the lock all writers take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import events
from app.access import Person
from app.annotations import passages
from app.annotations.finds import context, store_analysis
from app.articles.actions import touch
from app.db import lock
from app.errors import Conflict, Invalid
from app.models import Annotation, Article, Note, Revision, Speaker, now
from app.search import actions as search
from app.speakers.actions import known, role_seen, speaker_named

__all__ = ["Details", "add_annotation", "change_annotation", "change_status", "current_revision", "delete_annotation",
           "restore_annotation", "store_analysis"]  # fmt: skip

KINDS = ("quote", "claim", "highlight")
QUOTE_KINDS = ("direct", "indirect", "mixed")
TYPES = ("statistic", "record", "event", "causal", "comparison", "prediction", "position", "accusation", "law")
STATUSES = ("found", "confirmed", "dismissed")
VISIBILITIES = ("all", "private")
LONGEST_ROLE = 300


@dataclass(frozen=True, slots=True)
class Details:
    """What a person says that a passage is. `speaker` is a name, known or new; "" for nobody."""

    kind: str
    speaker: str = ""
    role: str = ""
    quote_kind: str = "direct"
    types: Sequence[str] = ()

    def columns(self, db: Session) -> dict[str, Any]:
        """Checked, as columns of an annotation. Raises Invalid."""
        role = " ".join(self.role.split())
        if self.kind not in KINDS:
            raise Invalid("A passage is a quote, a claim or a highlight.", field="kind")
        if len(role) > LONGEST_ROLE:
            raise Invalid(f"A role has at most {LONGEST_ROLE} characters.", field="role")
        if self.kind == "quote" and self.quote_kind not in QUOTE_KINDS:
            raise Invalid("A quote is direct, indirect or mixed.", field="quote_kind")
        if not set(self.types) <= set(TYPES):
            raise Invalid("These types are not known.", field="types")
        said = self.kind != "highlight" and self.speaker.strip()
        return {
            "kind": self.kind,
            "speaker_id": speaker_named(db, self.speaker, role).id if said else None,
            "speaker_name": " ".join(self.speaker.split()) if said else "",
            "role": role if said else "",
            "quote_kind": self.quote_kind if self.kind == "quote" else None,
            "types": list(dict.fromkeys(self.types)) if self.kind == "claim" else [],
        }


def current_revision(db: Session, article: Article) -> Revision:
    query = select(Revision).where(Revision.article_id == article.id, Revision.number == article.revision)
    return db.scalars(query).one()


def add_annotation(
    db: Session,
    *,
    article: Article,
    revision: Revision,
    author: Person,
    bounds: tuple[int, int],
    details: Details,
    visibility: str = "all",
) -> Annotation:
    """A passage marked by a person; `bounds` have been checked against the revision's text. Raises Invalid."""
    if visibility not in VISIBILITIES:
        raise Invalid("Everybody sees it, or only you.", field="visibility")
    start, end = passages.trimmed(revision.text, *bounds)
    touch(db, article.id)
    annotation = Annotation(
        **details.columns(db),
        article_id=article.id,
        revision_id=revision.id,
        start=start,
        end=end,
        spans=[],
        **context(revision.text, start, end),
        author_id=author.id,
        visibility=visibility,
        status="confirmed",
    )
    db.add(annotation)
    db.flush()
    _changed(db, annotation, "created")
    return annotation


def change_annotation(
    db: Session,
    *,
    annotation: Annotation,
    person: Person,
    version: int,
    exact: str,
    start: int | None,
    end: int | None,
    details: Details,
) -> None:
    """A correction: new bounds, kind, speaker or types. Without bounds that hold `exact`, its place nearest to the old
    one is taken. Raises Conflict where the annotation is not at `version` any more, Invalid."""
    touch(db, annotation.article_id)
    lock(db, annotation)
    text = db.get_one(Revision, annotation.revision_id).text
    if start is not None and end is not None and text[max(0, start) : max(0, end)] == exact.replace("\r\n", "\n"):
        bounds = passages.checked(text, start=start, end=end, exact=exact)
    else:
        bounds = passages.nearest(text, exact, start=annotation.start)
    if annotation.version != version:
        raise Conflict("Somebody else changed this meanwhile.", current=annotation)
    columns = _in_own_role(db, annotation, person, details).columns(db)
    if bounds != (annotation.start, annotation.end):
        columns |= {"start": bounds[0], "end": bounds[1], "spans": [], **context(text, *bounds)}
    if columns["speaker_id"] != annotation.speaker_id:
        columns |= {"speaker_start": None, "speaker_end": None}
    elif annotation.speaker_id and _is_own_name(db, annotation.speaker_id, details.speaker):
        del columns["speaker_name"]  # the form came with it
    for name, value in columns.items():
        setattr(annotation, name, value)
    annotation.status = "confirmed"
    _decided(annotation, person)
    _changed(db, annotation)


def change_status(db: Session, *, annotation: Annotation, person: Person, status: str) -> None:
    """Confirms, dismisses, or takes that back (`found`). Whatever it is, analysis leaves it alone from now on."""
    if status not in STATUSES:
        raise Invalid("This can be confirmed, dismissed or taken back.", field="status")
    touch(db, annotation.article_id)
    lock(db, annotation)
    annotation.status = "confirmed" if status == "found" and annotation.author_id is not None else status
    _decided(annotation, person)
    _changed(db, annotation)


def delete_annotation(db: Session, *, annotation: Annotation) -> None:
    """Takes it out of the text with its notes and sources; `restore_annotation` brings all back."""
    touch(db, annotation.article_id)
    annotation.deleted_at = annotation.deleted_at or now()
    _changed(db, annotation, "deleted")
    for note_id in _notes(db, annotation):
        search.remove(db, "note", note_id)
        events.tell(db, "note.deleted", article_id=annotation.article_id, ref_id=note_id)


def restore_annotation(db: Session, *, annotation: Annotation) -> None:
    touch(db, annotation.article_id)
    annotation.deleted_at = None
    _changed(db, annotation)
    for note_id in _notes(db, annotation):
        search.index_note(db, note_id)
        events.tell(db, "note.updated", article_id=annotation.article_id, ref_id=note_id)


def change_visibility(db: Session, *, annotation: Annotation, visibility: str) -> None:
    touch(db, annotation.article_id)
    annotation.visibility = visibility
    _changed(db, annotation)


def _changed(db: Session, annotation: Annotation, what: str = "updated") -> None:
    search.index_annotation(db, annotation.id)
    events.tell(db, f"annotation.{what}", article_id=annotation.article_id, ref_id=annotation.id)


def _notes(db: Session, annotation: Annotation) -> list[int]:
    """Those that were not deleted by themselves."""
    return list(db.scalars(select(Note.id).where(Note.annotation_id == annotation.id, Note.deleted_at.is_(None))))


def _is_own_name(db: Session, speaker_id: int, name: str) -> bool:
    return db.get_one(Speaker, speaker_id).name_key == Speaker.key(name)


def _in_own_role(db: Session, annotation: Annotation, person: Person, details: Details) -> Details:
    """Where another speaker is named, the role that came with the form is still the former one's."""
    if not annotation.role or " ".join(details.role.split()) != annotation.role:
        return details
    speaker = known(db, details.speaker)
    if speaker and speaker.id == annotation.speaker_id:
        return details
    return replace(details, role=role_seen(db, person, speaker) if speaker else "")


def _decided(annotation: Annotation, person: Person) -> None:
    """A person's word stands above the rules of the site."""
    annotation.decided_by, annotation.site_rule_id = person.id, None
    annotation.version += 1
    annotation.updated_at = now()
