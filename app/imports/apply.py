"""Writes one item of an export, in the transaction of its caller, without any network: the article, its tags, highlights
and notes. What is applied twice changes nothing; a later export adds what is new, and changes notes that nobody changed
here. A highlight without a place becomes a note that quotes it: nothing is lost."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import cast

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app import events
from app.access import Person
from app.alignment import Alignment
from app.annotations.actions import TYPES, Details, add_annotation, change_annotation, current_revision
from app.annotations.carry import carry
from app.articles import actions as articles
from app.articles import batch, revisions
from app.articles.canonical import site_name, web_address
from app.articles.intake import Given
from app.db import lock
from app.extract import Document
from app.extract.document import BLOCK_TYPES, Paragraph
from app.imports.keys import standing
from app.imports.model import Highlight, Item, Report
from app.models import Annotation, Article, ArticleTag, Imported, Note, NoteTag, NoteVersion, Source, Tag, Verdict
from app.notes.actions import Draft, add_note
from app.notes.quoted import escaped
from app.placing import Placed, Text
from app.search import actions as search

UNPLACED = "Marked in the text that the other program had; these words do not stand in the text that is kept here:"
MADE = "Neither the export nor its address has the text of this article. These are the passages that were marked in it:"
PRIVATE = "Some of its notes are private. Name the account that they belong to (--as NAME)."
NOTHING = "The export holds no text of it, and nothing that was marked in it."
_NOBODY = Person(cast(int, None), "", "analyst")  # the program: what it writes has no author


def apply_item(db: Session, *, person: Person | None, item: Item, article: batch.Ready | None) -> Report:
    """`article` is the text that the export holds, or that was fetched; None where there is none, or the article is here
    already. What people may not see of each other (`private`) is the importer's own."""
    if person is None and any(each.private for each in item.highlights):
        return Report(error=PRIVATE)
    found, created = _article(db, person, item, article)
    if found is None:
        return Report(error=NOTHING)
    return Applying(db, person or _NOBODY, item, found).run(created)


# The article: found again, given, or made


def _article(db: Session, person: Person | None, item: Item, ready: batch.Ready | None) -> tuple[Article | None, bool]:
    known = db.scalars(select(Imported).where(Imported.key == key_of(f"item\n{item.key}"))).first()
    row = db.get(Article, known.article_id) if known else None
    if row is not None and row.deleted_at is None:
        return row, False
    ready = _of_blocks(item) if item.blocks else ready
    if ready is None and item.url and (row := batch.at_address(db, item.url)) is not None:
        return row, False
    if ready is None and web_address(item.url) is None and (row := _of_title(db, item)) is not None:
        return row, False
    ready = _with_facts(ready, item) if ready else _of_highlights(item)
    if ready is None:
        return None, False
    row, created = batch.save(db, person=person, article=ready)
    if created and (saved := time_of(item.saved)):
        row.created_at = saved
    return row, created


def _of_blocks(item: Item) -> batch.Ready:
    """The very text of an export of our own."""
    paragraphs = tuple(Paragraph(kind if kind in BLOCK_TYPES else "p", text) for kind, text in item.blocks if text)
    return _ready(item, paragraphs)


def _of_highlights(item: Item) -> batch.Ready | None:
    quotes = dict.fromkeys(" ".join(part.split()) for each in item.highlights for part in each.quote.splitlines())
    parts = [part for part in quotes if part]
    if not parts:
        parts = [] if not any(each.note for each in item.highlights) else [item.title or item.url]
    if not parts:
        return None
    return _ready(item, (Paragraph("p", MADE), *(Paragraph("quote", part) for part in parts)))


def _ready(item: Item, paragraphs: tuple[Paragraph, ...]) -> batch.Ready:
    url = item.url if web_address(item.url) else None
    document = Document(
        title=item.title or item.url, authors=item.authors, published=item.published or None, site=item.site or None,
        updated=item.updated or None, language=item.language or None, canonical_url=url, paragraphs=paragraphs,
        dateline=item.dateline or None, headline_variants=item.headline_variants,
    )  # fmt: skip
    data = "\n\n".join(each.text for each in paragraphs).encode("utf-8", "replace")
    given = Given("paste", "paste", data, "file", url=url, media_type="text/plain", charset="utf-8")
    return batch.Ready(given, document)


def _with_facts(ready: batch.Ready, item: Item) -> batch.Ready:
    """What the export knows completes what a page says of itself, and goes before a site that is only its host, and before
    fewer authors; of a text out of the export it goes before everything."""
    given, understood = ready.given, ready.document
    first = given.kind != "url"
    facts: dict[str, object] = {}
    for name in ("title", "published", "site", "language"):
        stated, read = getattr(item, name), getattr(understood, name)
        if name == "site" and read in (site_name(given.url or ""), site_name(item.url)):
            read = stated or read
        facts[name] = ((stated or read) if first else (read or stated)) or None
    fuller = len(item.authors) > len(understood.authors)
    facts["authors"] = item.authors if fuller or (first and item.authors) else understood.authors
    address = understood.canonical_url or (item.url if web_address(item.url) else None)
    return batch.Ready(given, replace(understood, **facts, canonical_url=address))  # type: ignore[arg-type]


def _of_title(db: Session, item: Item) -> Article | None:
    """An article of this title in which at least half of the highlights have a place."""
    quotes = [each for each in item.highlights if each.quote]
    if not item.title or not quotes:
        return None
    same = select(Article).where(func.lower(Article.title) == item.title.lower(), Article.deleted_at.is_(None))
    for article in db.scalars(same.order_by(Article.id).limit(5)):
        text = Text(current_revision(db, article).text)
        if 2 * sum(text.place(each) is not None for each in quotes) >= len(quotes):
            return article
    return None


# What stands on it


class Applying:
    def __init__(self, db: Session, person: Person, item: Item, article: Article) -> None:
        self.db, self.person, self.item, self.article = db, person, item, article
        self.revision = current_revision(db, article)
        self.text = Text(self.revision.text)
        self.most, self.now = db.info["settings"].max_note, datetime.now(UTC)
        self.unplaced: list[dict[str, str]] = []
        whole = Highlight(key=f"{item.key}#note", note=item.note)
        self.marks = _in_order((*((whole,) if item.note else ()), *item.highlights))
        self.keys = {each.key: self._key(each) for each in self.marks}
        wanted = [key_of(f"item\n{item.key}"), *self.keys.values()]
        self.rows: dict[str, Imported] = {}
        for begin in range(0, len(wanted), 500):
            part = select(Imported).where(Imported.key.in_(wanted[begin : begin + 500]))
            self.rows |= {row.key: row for row in db.scalars(part) if row.article_id == article.id}
        self._here()
        self.taken = {row.annotation_id for row in self.rows.values()}, {row.note_id for row in self.rows.values()}

    def _key(self, mark: Highlight) -> str:
        return key_of(f"{self.person.id}\n{mark.key}" if mark.private else mark.key)

    def _here(self) -> None:
        """What was made here comes back in an export of our own: it stays as it is."""
        missing = {each.key: each for each in self.marks if self.keys[each.key] not in self.rows}
        for name, (annotation_id, note_id) in standing(self.db, self.person, self.article, missing).items():
            key = self.keys[name]
            self.rows[key] = Imported(
                key=key, source=name, annotation_id=annotation_id, note_id=note_id, quote="", said=missing[name].note
            )

    def run(self, created: bool) -> Report:
        self._facts()
        if not created and self.text.text.startswith(MADE) and self._lost():
            self._grow()
        for mark in self.marks:
            row = self.rows.get(self.keys[mark.key])
            row = self._again(row, mark) if row else self._new(mark)
            if row.quote and row.annotation_id is None:
                reason = "These words, or words like them, do not stand in the text; they are kept as a note."
                self.unplaced.append({"quote": mark.quote, "note": mark.note, "reason": reason})
        self.db.flush()
        rows = [self.rows[key] for key in self.keys.values()]
        highlights, notes = (
            sum(row.annotation_id is not None for row in rows),
            sum(row.note_id is not None for row in rows),
        )
        return Report(self.article.id, created, highlights, notes, self.unplaced)

    def _lost(self) -> tuple[Highlight, ...]:
        new = (each for each in self.marks if each.quote.strip() and self.keys[each.key] not in self.rows)
        return tuple(each for each in new if self.text.place(each) is None)

    def _grow(self) -> None:
        """An article that was made of highlights has those that come later too, in a newer revision."""
        articles.touch(self.db, self.article.id)
        lock(self.db, self.article)
        old = current_revision(self.db, self.article)
        self.text = Text(old.text)
        ready = _of_highlights(replace(self.item, highlights=self._lost()))
        if ready is not None:
            paragraphs = (*revisions.paragraphs(old), *ready.document.paragraphs[1:])
            document = replace(revisions.merged(old, None, ready.document), paragraphs=paragraphs)
            capture = articles.add_capture(
                self.db, person=self.person, kind=ready.given.kind, data=ready.given.data, document=document,
                url=ready.given.url, media_type=ready.given.media_type,
            )  # fmt: skip
            alignment = Alignment(old.text, articles.joined(paragraphs)[0])
            new = revisions.add_revision(
                self.db, article=self.article, capture=capture, document=document, alignment=alignment, cause="import",
                person=self.person,
            )  # fmt: skip
            carry(self.db, new=new, alignment=alignment)
            events.tell(self.db, "article.changed", article_id=self.article.id, ref_id=new.id)
        self.revision = current_revision(self.db, self.article)
        self.text = Text(self.revision.text)

    def _facts(self) -> None:
        """Tags, folders and states; only where the export says something new, so that what was changed here stays."""
        item, db = self.item, self.db
        names = clean((*item.tags, *item.folders, *(("starred",) if item.starred else ())))
        said = json.dumps([names, item.read], ensure_ascii=False)
        key = key_of(f"item\n{item.key}")
        row = self.rows.get(key)
        if row is not None and row.said == said:
            return
        before = set(json.loads(row.said)[0]) if row is not None and row.said else set()
        if row is None:
            row = self._row(key, f"item\n{item.key}")
        row.said = said
        has = set(db.scalars(select(Tag.name).join(ArticleTag).where(ArticleTag.article_id == self.article.id)))
        added = [name for name in names if name not in has | before]
        room = max(0, articles.MAX_TAGS - len(has))
        for name in added[room:]:
            reason = f"An article has at most {articles.MAX_TAGS} tags."
            self.unplaced.append({"quote": "", "note": f"Tag: {name}", "reason": reason})
        if added := added[:room]:
            articles.touch(db, self.article.id)
            db.add_all(ArticleTag(article_id=self.article.id, tag_id=id_) for id_ in articles.tags_named(db, added))
        if item.read and self.person is not _NOBODY:
            articles.mark_read(db, person=self.person, article=self.article)
        db.flush()

    def _row(self, key: str, source: str) -> Imported:
        """A new row, or one of an article that went into the bin."""
        row = self.db.scalars(select(Imported).where(Imported.key == key)).first() or Imported(key=key)
        row.source, row.article_id, row.annotation_id, row.note_id = source, self.article.id, None, None
        row.author, row.color, row.quote, row.said = None, "", "", ""
        self.db.add(row)
        self.rows[key] = row
        return row

    def _new(self, mark: Highlight) -> Imported:
        row = self._row(self.keys[mark.key], mark.key)
        row.color, row.said = mark.color, mark.note
        row.author = self._other(mark.author)
        row.annotation_id = self._annotation(mark, row.author)
        row.quote = mark.quote if mark.quote and row.annotation_id is None else ""
        if mark.note or row.quote or (mark.tags and mark.kind == "highlight"):
            row.note_id = self._note(row, mark)
        self.taken[0].add(row.annotation_id)
        self.taken[1].add(row.note_id)
        self.db.flush()
        return row

    def _other(self, author: str) -> str | None:
        """Who wrote it elsewhere, where that is not who brings it in."""
        return author.strip() or None if author.strip().casefold() != self.person.name.casefold() else None

    def _annotation(self, mark: Highlight, author: str | None) -> int | None:
        at = self.text.place(mark)
        if at is None:
            return None
        visibility = "private" if mark.private else "all"
        find = bool(mark.details.get("engine")) and not (mark.author or mark.private)
        maker = _NOBODY if find else self.person
        same = select(Annotation).outerjoin(Imported, Imported.annotation_id == Annotation.id).where(
            Imported.author.is_not_distinct_from(author),
            Annotation.revision_id == self.revision.id, Annotation.kind == mark.kind, Annotation.start == at.start,
            Annotation.end == at.end, Annotation.deleted_at.is_(None), Annotation.visibility == visibility,
            Annotation.author_id == maker.id if maker is not _NOBODY else Annotation.author_id.is_(None),
        )  # fmt: skip
        known = next((each for each in self.db.scalars(same) if each.id not in self.taken[0]), None)
        untouched = known and known.status == "found" and known.decided_by is None and known.verdict == "unverified"
        if known is not None and not (find and untouched):
            return known.id
        if known is not None:
            made = known
            change_annotation(
                self.db, annotation=made, person=self.person, version=made.version, exact=made.exact, start=made.start,
                end=made.end, details=_details(mark),
            )  # fmt: skip
        else:
            made = add_annotation(
                self.db, article=self.article, revision=self.revision, author=maker, bounds=(at.start, at.end),
                details=_details(mark), visibility=visibility,
            )  # fmt: skip
            made.created_at, made.updated_at = _times(mark, self.now)
            self._understood(made, mark, find, at)
        self._judged(made, mark, find)
        self.db.flush()
        return made.id

    def _understood(self, made: Annotation, mark: Highlight, find: bool, at: Placed) -> None:
        """What the engine that an export of our own comes from knew of a passage."""
        given = mark.details
        made.mood, made.cue, made.hedged = given.get("mood", ""), given.get("cue", ""), given.get("hedged", False)
        if find:
            made.engine, made.score = given["engine"], given.get("score")
            made.found_start, made.found_end = made.start, made.end
        if at.how == "exact" and mark.start is not None:
            by, size = at.start - mark.start, len(self.text.text)
            made.spans = [[a + by, b + by] for a, b in given.get("spans") or ()]
            moved = [
                {**each, "start": each["start"] + by, "end": each["end"] + by} for each in given.get("figures") or ()
            ]
            made.figures = [each for each in moved if 0 <= each["start"] < each["end"] <= size]

    def _judged(self, made: Annotation, mark: Highlight, find: bool) -> None:
        """Decision, verdicts and sources of an export of our own."""
        status = mark.details.get("status", "found")
        if status == "dismissed" or find:
            decided = status != "found" or mark.details.get("decided")
            made.status, made.decided_by = status, self.person.id if decided else None
            search.index_annotation(self.db, made.id)
        for each in mark.details.get("verdicts") or ():
            made.verdict, at = each["verdict"], time_of(each.get("at", "")) or made.created_at
            verdict = Verdict(
                annotation_id=made.id, verdict=made.verdict, reason=each.get("reason", ""), author_id=self.person.id, created_at=at
            )  # fmt: skip
            self.db.add(verdict)
            self.db.flush()
            if author := self._other(each.get("author", "")):
                source = f"verdict\n{verdict.id}"
                self.db.add(Imported(key=key_of(source), source=source, article_id=self.article.id, author=author))
        for n, each in enumerate(mark.details.get("sources") or ()):
            plain = {name: each.get(name, "") for name in ("url", "title", "excerpt", "comment")}
            if web_address(plain["url"]) is None:
                told = {
                    "quote": mark.quote,
                    "note": f"Source: {plain['url'][:300]}",
                    "reason": "This is no address of the web.",
                }
                self.unplaced.append(told)
                continue
            plain["title"] = plain["title"] or plain["url"]
            stance = each.get("stance") if each.get("stance") in ("supports", "refutes", "context") else "context"
            self.db.add(Source(annotation_id=made.id, position=n, stance=stance, author_id=self.person.id, **plain))

    def _note(self, row: Imported, mark: Highlight) -> int:
        above = self.rows.get(self.keys.get(mark.parent, ""))
        parent = self.db.get(Note, above.note_id) if above and above.note_id else None
        on = row.annotation_id or (above.annotation_id if above else None) or (parent.annotation_id if parent else None)
        annotation = self.db.get(Annotation, on) if on else None
        body = composed(row.quote, row.said, mark.tags)[: self.most]
        same = select(Note).outerjoin(Imported, Imported.note_id == Note.id).where(
            Imported.author.is_not_distinct_from(row.author),
            Note.article_id == self.article.id, Note.body == body, Note.deleted_at.is_(None),
            Note.annotation_id == on if on else Note.annotation_id.is_(None),
            Note.author_id == self.person.id if self.person is not _NOBODY else Note.author_id.is_(None),
        )  # fmt: skip
        known = next((each for each in self.db.scalars(same) if each.id not in self.taken[1]), None)
        if known is not None:
            return known.id
        draft = Draft(
            self.db, body, ", ".join(clean(mark.tags)[: articles.MAX_TAGS]), "private" if mark.private else "all"
        )
        note = add_note(
            self.db, article=self.article, author=self.person, note=draft, annotation=annotation, parent=parent
        )
        note.created_at, note.updated_at = _times(mark, self.now)
        return note.id

    def _again(self, row: Imported, mark: Highlight) -> Imported:
        """A highlight that came in before: its note as it is now, unless somebody changed or deleted it here."""
        if mark.note == row.said or not mark.note:
            return row
        if row.note_id is None:
            row.said = mark.note
            row.note_id = self._note(row, mark)
            return row
        note = self.db.get(Note, row.note_id)
        tags = (
            self.db.scalars(select(Tag.name).join(NoteTag).where(NoteTag.note_id == row.note_id)).all() if note else ()
        )
        if (
            note is None
            or note.deleted_at
            or note.body not in (composed(row.quote, row.said, t)[: self.most] for t in (mark.tags, sorted(tags)))
        ):
            return row
        articles.touch(self.db, self.article.id)
        self.db.add(NoteVersion(note_id=note.id, version=note.version, body=note.body, author_id=self.person.id))
        row.said = mark.note
        note.body, note.version = composed(row.quote, row.said, mark.tags)[: self.most], note.version + 1
        note.updated_at = time_of(mark.updated) or datetime.now(UTC)
        self.db.execute(delete(NoteTag).where(NoteTag.note_id == note.id))
        names = clean((*tags, *mark.tags))[: articles.MAX_TAGS]
        self.db.add_all(NoteTag(note_id=note.id, tag_id=id_) for id_ in articles.tags_named(self.db, names))
        search.index_note(self.db, note.id)
        return row


def key_of(source: str) -> str:
    return hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()


def _in_order(marks: tuple[Highlight, ...]) -> list[Highlight]:
    """What is answered before its answers; the rest as it stands. What says nothing at all is left out."""
    given = {each.key: each for each in marks if each.quote.strip() or each.note.strip() or each.tags}
    order: dict[str, Highlight] = {}
    for each in given.values():
        chain = [each]
        while chain[-1].parent in given and chain[-1].parent not in order and len(chain) < len(given):
            chain.append(given[chain[-1].parent])
        for above in reversed(chain):
            order.setdefault(above.key, above)
    return list(order.values())


def _details(mark: Highlight) -> Details:
    if mark.kind == "highlight":
        return Details("highlight")
    given = mark.details
    kind = given.get("quote_kind")
    return Details(
        mark.kind, speaker=str(given.get("speaker") or "")[:300], role=str(given.get("role") or "")[:300],
        quote_kind=kind if kind in ("direct", "indirect", "mixed") else "direct",
        types=[each for each in given.get("types") or () if each in TYPES],
    )  # fmt: skip


def composed(quote: str, said: str, tags: tuple[str, ...] | list[str]) -> str:
    """The Markdown of a note: what was said; before it the words that found no place; or else its tags."""
    if quote:
        words = "\n".join(f"> {line.strip()}".rstrip() for line in escaped(quote.strip()).splitlines())
        return f"{UNPLACED}\n\n{words}\n\n{said}".strip()
    return said or f"Tagged {', '.join(escaped(name) for name in sorted(clean(tags)))}."


def clean(names: tuple[str, ...] | list[str]) -> list[str]:
    """As tags are here: small letters, no "#" before them, no comma in them, at most 64 characters, each once."""
    plain = (" ".join(name.translate(_NO_COMMAS).split()).lstrip("#").strip().casefold()[:64].strip() for name in names)
    return list(dict.fromkeys(filter(None, plain)))


_NO_COMMAS = {ord(","): " ", ord(";"): " ", 0: None}


def time_of(iso: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(iso)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _times(mark: Highlight, default: datetime) -> tuple[datetime, datetime]:
    created = time_of(mark.created) or default
    return created, time_of(mark.updated) or created
