"""What programs write: a passage with its note, a note on the page, a reply; changed, deleted, flagged. Where the page is no
article here, or its words find no place in the article, it is kept all the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from app import access
from app.access import Person
from app.annotations import actions as passages
from app.annotations.actions import Details, current_revision
from app.api.hypothesis import queries
from app.api.hypothesis.edge import WORLD, key_of, name_of, to_points
from app.api.hypothesis.present import text_of
from app.articles.actions import tag_names, touch
from app.errors import Forbidden, Invalid, NotFound
from app.imports.apply import clean as clean_tags
from app.imports.apply import composed
from app.imports.model import Highlight
from app.models import Annotation, Article, Note, OutsideNote, PostedTarget, Revision, RowFlag, now
from app.notes import actions as notes
from app.notes import queries as note_queries
from app.notes.actions import Draft
from app.placing import Text

LONGEST_URI = 4000
_KNOWN = {"id", "created", "updated", "user", "uri", "text", "tags", "group", "permissions", "target", "document", "links",
          "user_info", "flagged", "hidden", "references", "moderation", "mentions", "actions", "moderation_status"}  # fmt: skip


@dataclass(frozen=True)
class Sent:
    """What came, checked; None for what did not."""

    uri: str | None
    text: str | None
    tags: list[str] | None
    visibility: str | None
    target: list[Any] | None
    references: list[str]
    title: str
    links: list[str]
    extra: dict[str, Any]

    @classmethod
    def of(cls, payload: dict[str, Any], person: Person) -> Sent:
        """Raises Invalid, with the name of the field."""
        document = _typed(payload, "document", dict, "object") or {}
        titles = document.get("title")
        title = titles[0] if isinstance(titles, list) and titles else titles
        links = document.get("link") if isinstance(document.get("link"), list) else []
        if payload.get("group") not in (None, "", WORLD):
            raise Invalid("There is no such group: the one here is __world__.", field="group")
        uri = _typed(payload, "uri", str, "string")
        if uri is not None and not 0 < len(uri.strip()) <= LONGEST_URI:
            raise Invalid(f"An address has 1 to {LONGEST_URI:,} characters.", field="uri")
        return cls(
            uri=uri.strip() if uri else None, text=_typed(payload, "text", str, "string"),
            tags=_strings(payload, "tags"), visibility=_visibility(payload, person),
            target=_typed(payload, "target", list, "array"), references=_strings(payload, "references") or [],
            title=title[:2000] if isinstance(title, str) else "",
            links=[each["href"] for each in links or [] if isinstance(each, dict) and isinstance(each.get("href"), str)],
            extra={name: value for name, value in payload.items() if name not in _KNOWN},
        )  # fmt: skip


def _typed(payload: dict[str, Any], name: str, kind: type, called: str) -> Any:
    value = payload.get(name)
    if value == "" and kind is not str:
        return None  # what some programs send for nothing
    if value is not None and not isinstance(value, kind):
        raise Invalid(f"this is not of type '{called}'", field=name)
    return value


def _strings(payload: dict[str, Any], name: str) -> list[str] | None:
    values: list[Any] | None = _typed(payload, name, list, "array")
    if values is not None and not all(isinstance(each, str) for each in values):
        raise Invalid("each of these must be of type 'string'", field=name)
    return values


def _visibility(payload: dict[str, Any], person: Person) -> str | None:
    permissions = _typed(payload, "permissions", dict, "object") or {}
    readers = _strings(permissions, "read")
    if readers is None:
        return None
    if f"group:{WORLD}" in readers:
        return "all"
    if (
        len(readers) == 1
        and readers[0].startswith("acct:")
        and name_of(readers[0]).casefold() == person.name.casefold()
    ):
        return "private"
    raise Invalid("What is read is read by group:__world__, or by you alone.", field="permissions")


def _wanted(target: list[Any], text: str) -> Highlight | None:
    """The passage that selectors mean; None where they mean the page."""
    first = target[0] if target and isinstance(target[0], dict) else {}
    selectors = first.get("selector") if isinstance(first.get("selector"), list) else []
    by = {str(each.get("type")): each for each in selectors or [] if isinstance(each, dict)}
    quote, position = by.get("TextQuoteSelector", {}), by.get("TextPositionSelector", {})
    bounds = position.get("start"), position.get("end")
    start, end = (to_points(text, each) if isinstance(each, int) and each >= 0 else None for each in bounds)
    exact = quote.get("exact")
    if not isinstance(exact, str) and start is not None and end is not None:
        exact = text[start:end]
    if not isinstance(exact, str) or not exact.strip():
        return None
    around = [str(quote.get(name) or "") for name in ("prefix", "suffix")]
    return Highlight("", quote=exact, prefix=around[0], suffix=around[1], start=start)


# New ones


def create(db: Session, *, person: Person, sent: Sent, own: str, bases: Iterable[str]) -> str:
    """The id of the new row. Raises Invalid."""
    if sent.references:
        return _reply(db, person, sent, own)
    if sent.uri is None:
        raise Invalid("'uri' is a required property", field="uri")
    ids = queries.article_ids(db, person, [sent.uri], bases) or queries.article_ids(db, person, sent.links, bases)
    if not ids:
        return _outside(db, person, sent, [])
    article = access.article_for_reading(db, person, ids[0])
    revision = current_revision(db, article)
    wanted = _wanted(sent.target or [], revision.text)
    at = Text(revision.text).place(wanted) if wanted else None
    if at is None:
        note = notes.add_note(db, article=article, author=person, note=_draft(db, sent, wanted.quote if wanted else ""))
        _posted(db, sent, note_id=note.id, quote=wanted.quote if wanted else "")
        return f"n{note.id}"
    annotation = passages.add_annotation(
        db, article=article, revision=revision, author=person, bounds=(at.start, at.end), details=Details("highlight"),
        visibility=sent.visibility or "all",
    )  # fmt: skip
    if (sent.text or "").strip() or clean_tags(sent.tags or []):
        notes.add_note(db, article=article, author=person, note=_draft(db, sent), annotation=annotation)
    _posted(db, sent, annotation_id=annotation.id, start=annotation.start, end=annotation.end)
    return f"a{annotation.id}"


def _draft(db: Session, sent: Sent, quote: str = "") -> Draft:
    tags = clean_tags(sent.tags or [])
    text = (sent.text or "").strip()
    body = composed(quote, text, tags) if text or tags or quote else ""
    return _drafted(db, body, tags, sent.visibility or "all")


def _drafted(db: Session, body: str, tags: list[str], visibility: str) -> Draft:
    try:
        return Draft(db, body, ", ".join(tags), visibility)
    except Invalid as error:
        raise Invalid(error.message, field="text" if error.field == "body" else error.field) from error


def _posted(db: Session, sent: Sent, **more: Any) -> None:
    kept = PostedTarget(uri=sent.uri, title=sent.title, target=sent.target or [], extra=sent.extra, **more)
    kept.tags = sent.tags or []
    db.add(kept)
    db.flush()


def _reply(db: Session, person: Person, sent: Sent, own: str) -> str:
    try:
        above = queries.row(db, person, own, sent.references[-1])
    except NotFound:
        raise Invalid(f"Annotation {sent.references[-1][:40]} does not exist", field="references") from None
    if above.kind == "o":
        return _outside(db, person, sent, [*db.get_one(OutsideNote, above.id).refs, f"o{above.id}"], above)
    article = access.article_for_reading(db, person, above.article_id)
    annotation = db.get(Annotation, above.annotation_id) if above.annotation_id else None
    parent = db.get(Note, above.note_id) if above.note_id else None
    note = notes.add_note(
        db, article=article, author=person, note=_draft(db, sent), annotation=annotation, parent=parent
    )
    return f"n{note.id}"


def _outside(db: Session, person: Person, sent: Sent, refs: list[str], above: Row[Any] | None = None) -> str:
    uri = sent.uri or (above.uri if above else "")
    wanted = _wanted(sent.target or [], "")
    if not (sent.text or sent.tags or wanted):
        raise Invalid("There is nothing in this annotation.", field="text")
    visibility = ("private" if above.private else "all") if above else sent.visibility or "all"
    row = OutsideNote(
        author_id=person.id, uri=uri, keys=_keys(uri, sent), title=sent.title,
        quote=wanted.quote if wanted else "", target=sent.target or [], extra=sent.extra, refs=refs,
        ref_keys=_lines(refs), visibility=visibility,
    )  # fmt: skip
    _said(db, row, sent)
    db.add(row)
    db.flush()
    return f"o{row.id}"


def _said(db: Session, row: OutsideNote, sent: Sent) -> None:
    if sent.text is not None:
        if sent.text.strip():
            _drafted(db, sent.text, [], "all")
        row.body = sent.text
    if sent.tags is not None:
        tag_names(",".join(sent.tags))
        row.tags, row.tag_keys = sent.tags, _lines(each.strip().casefold() for each in sent.tags)


def _lines(values: Iterable[str]) -> str:
    joined = "\n".join(values)
    return f"\n{joined}\n" if joined else ""


# Changes


def update(db: Session, *, person: Person, row: Row[Any], sent: Sent) -> None:
    """What was sent is changed, and nothing else. Raises Forbidden, Invalid."""
    if row.kind == "o":
        _update_outside(db, access.outside_for_editing(db, person, row.id), sent)
    elif row.kind == "n":
        note = access.note_for_editing(db, person, row.id)
        _edit(db, person, note, sent, quote=_kept(db, row).quote)
        _kept(db, row).tags = sent.tags if sent.tags is not None else _kept(db, row).tags
    else:
        _update_passage(db, person, access.annotation_for_editing(db, person, row.id), row, sent)
    db.flush()


def _kept(db: Session, row: Row[Any]) -> PostedTarget:
    """How the row was posted; nothing, which is not stored, where it was made in the reader."""
    return queries.posted(db, row.kind, row.id) or PostedTarget(quote="", tags=[])


def _update_passage(db: Session, person: Person, annotation: Annotation, row: Row[Any], sent: Sent) -> None:
    if sent.target is not None:
        _move(db, person, annotation, sent)
    note = queries.first_note(db, annotation)
    if note is not None and sent.text is not None and not sent.text.strip() and not clean_tags(sent.tags or []):
        if note.deleted_at is None:
            notes.delete_note(db, note=note)
    elif note is not None and (note.deleted_at is None or sent.text or sent.tags):
        if note.deleted_at is not None:
            notes.restore_note(db, note=note)
        _edit(db, person, note, sent)
    elif note is None and (sent.text or sent.tags):
        draft = _draft(db, sent)
        if sent.visibility is None:
            draft.visibility = annotation.visibility
        article = db.get_one(Article, annotation.article_id)
        author = person if person.id == annotation.author_id else None
        if author is None:
            raise Forbidden("Only who marked this passage writes its first note.")
        notes.add_note(db, article=article, author=author, note=draft, annotation=annotation)
    if sent.visibility and annotation.visibility != sent.visibility:
        passages.change_visibility(db, annotation=annotation, visibility=sent.visibility)
    if sent.tags is not None:
        _kept(db, row).tags = sent.tags
    touch(db, annotation.article_id)
    annotation.updated_at = now()


def _move(db: Session, person: Person, annotation: Annotation, sent: Sent) -> None:
    text = db.get_one(Revision, annotation.revision_id).text
    wanted = _wanted(sent.target or [], text)
    at = Text(text).place(wanted) if wanted else None
    if at is None:
        raise Invalid("These words do not stand in the text of the article.", field="target")
    a = annotation
    if (at.start, at.end) != (a.start, a.end):
        details = Details(a.kind, a.speaker_name, a.role, a.quote_kind or "direct", a.types)
        passages.change_annotation(
            db, annotation=a, person=person, version=a.version, exact=text[at.start : at.end], start=at.start,
            end=at.end, details=details,
        )  # fmt: skip
    if kept := queries.posted(db, "a", annotation.id):
        kept.target, kept.start, kept.end = sent.target or [], annotation.start, annotation.end


def _edit(db: Session, person: Person, note: Note, sent: Sent, *, quote: str = "") -> None:
    before = note_queries.tags(db, note)
    tags = before if sent.tags is None else clean_tags(sent.tags)
    text = text_of(note.body, quote, before) if sent.text is None else sent.text.strip()
    body = composed(quote, text, tags) if text or tags or quote else ""
    new = _drafted(db, body, tags, sent.visibility or note.visibility)
    try:
        notes.edit_note(db, note=note, person=person, version=note.version, new=new)
    except Invalid as error:
        raise Invalid(error.message, field="permissions" if error.field == "visibility" else error.field) from error
    note.updated_at = now()


def _keys(uri: str, sent: Sent) -> str:
    return _lines(dict.fromkeys(map(key_of, [uri, *sent.links[:50]])))


def _update_outside(db: Session, row: OutsideNote, sent: Sent) -> None:
    _said(db, row, sent)
    row.visibility = sent.visibility or row.visibility
    if sent.uri is not None and sent.uri != row.uri:
        row.uri, row.keys = sent.uri, _keys(sent.uri, sent)
    if sent.target is not None:
        wanted = _wanted(sent.target, "")
        row.target, row.quote = sent.target, wanted.quote if wanted else ""
    row.updated_at = now()


def remove(db: Session, *, person: Person, row: Row[Any]) -> None:
    """As in the reader: it can be brought back there. Raises Forbidden."""
    if row.kind == "a":
        passages.delete_annotation(db, annotation=access.annotation_for_editing(db, person, row.id))
    elif row.kind == "n":
        notes.delete_note(db, note=access.note_for_editing(db, person, row.id))
    else:
        access.outside_for_editing(db, person, row.id).deleted_at = now()
    db.flush()


def flag(db: Session, *, person: Person, row: Row[Any], kind: str = "flag") -> None:
    """Tells of it, or (`hide`) takes its words away from other programs' users: editors alone. Raises Forbidden."""
    if kind == "hide":
        _editor(person)
    row_id = f"{row.kind}{row.id}"
    if not queries.flags(db, row_id, kind, None if kind == "hide" else person.id):
        db.add(RowFlag(row=row_id, kind=kind, user_id=person.id))
        db.flush()


def unhide(db: Session, *, person: Person, row: Row[Any]) -> None:
    _editor(person)
    for each in queries.flags(db, f"{row.kind}{row.id}", "hide"):
        db.delete(each)
    db.flush()


def _editor(person: Person) -> None:
    if not person.at_least("editor"):
        raise Forbidden("Only editors hide what others wrote.")
