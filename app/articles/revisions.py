"""A newer text of an article: a revision beside the earlier ones, which stay as they are. What people changed in a preview
is kept where the site did not change it; what stands on the words is carried by app.annotations.carry."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from difflib import SequenceMatcher
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import jobs
from app.access import Person
from app.alignment import Alignment
from app.articles import actions, difference
from app.extract.document import Document, Paragraph
from app.models import Article, Capture, Picture, Revision, User
from app.search import actions as search

_CORRECTED = re.compile(
    r"^\W*(corrections?|corrected|clarifications?|editor['\u2019]s note|updated?|rectificatif|correctif|correcci[oó]n"
    r"|fe de erratas|korrektur|berichtigung|정정)\s*([:.(,|\u2013\u2014]|on\b|\d|$)"
    r"|\b(earlier|previous) version of th(is|e) (article|story|report)\b"
    r"|\b(article|story|report) (was|has been) (amended|corrected|updated)\b",
    re.IGNORECASE,
)
FACTS = ("title", "authors", "headline_variants", "published", "updated", "dateline", "language")


def current(db: Session, article: Article) -> Revision:
    return numbered(db, article, article.revision) or db.get_one(Revision, 0)


def numbered(db: Session, article: Article, number: int) -> Revision | None:
    return db.scalar(select(Revision).where(Revision.article_id == article.id, Revision.number == number))


def listed(db: Session, article: Article) -> list[tuple[Revision, str | None]]:
    """The newest first, with the name of who had it looked for."""
    query = select(Revision, User.name).outerjoin(User, User.id == Revision.created_by)
    found = db.execute(query.where(Revision.article_id == article.id).order_by(Revision.number.desc()))
    return [(revision, name) for revision, name in found]


def paragraphs(revision: Revision) -> tuple[Paragraph, ...]:
    return tuple(Paragraph(kind, revision.text[start:end]) for kind, start, end in revision.blocks)


def merged(revision: Revision, before: Document | None, after: Document) -> Document:
    """What the revision would be, had the site said `after`, where it said `before`: what people made of it stays. Facts
    that the site no longer states stay too. Without `before` the facts are the revision's, and the text is the site's."""
    kept: dict[str, Any] = {"title": revision.title, "authors": tuple(revision.authors), "published": revision.published,
                            "headline_variants": tuple(revision.headline_variants), "updated": revision.updated,
                            "dateline": revision.dateline or None, "language": revision.language or None}  # fmt: skip
    if before is None:
        return replace(after, **kept)
    for name in FACTS:
        stated = getattr(after, name)
        if stated and stated != getattr(before, name):
            kept[name] = stated
    mine = paragraphs(revision)
    return replace(after, **kept, paragraphs=tuple(_merged(before.paragraphs, mine, after.paragraphs)))


def _merged(before: Sequence[Paragraph], mine: Sequence[Paragraph], after: Sequence[Paragraph]) -> list[Paragraph]:
    """The site's paragraphs with a person's changes of those that the site left alone."""
    out, standing = list(after), list(_equal(before, after))
    changes = SequenceMatcher(None, before, mine, autojunk=False).get_opcodes()
    for tag, first, last, start, end in reversed(changes):
        for at, to, size in standing if tag != "equal" else ():
            if at <= first and last <= at + size:
                out[to + first - at : to + last - at] = mine[start:end]
                break
    return out


def _equal(one: Sequence[Paragraph], other: Sequence[Paragraph]) -> Iterator[tuple[int, int, int]]:
    for at, to, size in SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks():
        if size or not one:
            yield at, to, size


def states_newer(old: str | None, new: str | None) -> bool:
    """Whether a page says that it was updated since: `new` is its time of update, `old` that of before."""
    if not new or new == old:
        return False
    try:
        return not old or _moment(new) > _moment(old)
    except ValueError:
        return True


def owns_up(old: str, new: str) -> bool:
    """Whether a page says in a paragraph that is new that it was corrected."""
    known = set(old.split("\n"))
    return any(_CORRECTED.search(line) for line in new.split("\n") if line not in known)


def _moment(time: str) -> datetime:
    moment = datetime.fromisoformat(time)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def add_revision(
    db: Session,
    *,
    article: Article,
    capture: Capture,
    document: Document,
    alignment: Alignment,
    cause: str,
    person: Person | None,
) -> Revision:
    """The article's text and facts are those of `document` from now on: its pictures, what search finds and the work that
    is due too. `alignment` is that of the current text and the document's; `capture` becomes the revision's."""
    old = current(db, article)
    text, blocks = actions.joined(document.paragraphs)
    facts: dict[str, Any] = {
        "title": document.title or old.title,
        "authors": list(document.authors),
        "published": document.published,
        "language": document.language or old.language,
        "text_sha256": actions.text_sha256(text),
    }
    added, removed = difference.counted(old.text, text, alignment)
    changes = difference.told(old.text, text, alignment)
    if facts["title"] != old.title:
        changes.insert(0, {"what": "title", "before": old.title, "after": facts["title"]})
    new = Revision(
        **facts,
        article_id=article.id,
        number=old.number + 1,
        text=text,
        blocks=blocks,
        site=old.site,
        headline_variants=list(document.headline_variants),
        updated=document.updated,
        dateline=document.dateline or "",
        created_by=person.id if person else None,
        cause=cause,
        added=added,
        removed=removed,
        changes=changes,
    )
    db.add(new)
    for name, value in facts.items():
        setattr(article, name, value)
    article.revision, article.words, article.first_words = new.number, len(text.split()), actions.first_words(document)
    if document.published and document.published != old.published:
        article.sort_at = actions.sort_time(document.published)
    db.flush()
    capture.revision_id, capture.outcome, capture.problem = new.id, "", ""
    _take_pictures(db, article, old, new, document)
    actions.touch(db, article.id)
    search.index_article(db, article.id)
    jobs.enqueue_analysis(db, article_id=article.id, revision_id=new.id, created_by=person.id if person else None)
    return new


def _take_pictures(db: Session, article: Article, old: Revision, new: Revision, document: Document) -> None:
    """Those that are here already are not fetched again; without any, a page that was pasted keeps what it had."""
    here = {p.url or "": p for p in db.scalars(select(Picture).where(Picture.revision_id == old.id))}
    missing = False
    for position, image in enumerate(document.images):
        known = here.get(image.url or "")
        stored = {n: getattr(known, n) for n in ("sha256", "media_type", "width", "height")} if known else {}
        words = {"caption": image.caption or "", "credit": image.credit or ""}
        db.add(Picture(revision_id=new.id, position=position, url=image.url, **words, **stored))
        missing = missing or bool(image.url and not stored.get("sha256"))
    db.flush()
    if missing:
        jobs.enqueue_pictures(db, article_id=article.id, revision_id=new.id)
