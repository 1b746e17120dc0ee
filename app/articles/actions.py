"""Writes on articles: added with a first revision, tagged, read, deleted and restored. The text of a revision is never
changed; every write that changes what a reader sees calls `touch`."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app import files, jobs
from app.access import Person
from app.articles.canonical import clean, site_name
from app.db import insert_missing
from app.errors import Invalid
from app.extract.document import Document, Paragraph
from app.fetch import Fetched
from app.models import Article, ArticleRead, ArticleTag, Capture, Picture, Revision, StoryCopy, Tag, now
from app.search import actions as search

MAX_TAGS = 30
FIRST_WORDS = 220


def touch(db: Session, article_id: int) -> None:
    """Says that what readers see of the article has changed; in the transaction of the change itself."""
    version = Article.annotation_version + 1
    db.execute(update(Article).where(Article.id == article_id).values(annotation_version=version))


def add_capture(
    db: Session,
    *,
    person: Person | None,
    kind: str,
    data: bytes,
    document: Document,
    url: str | None = None,
    media_type: str = "",
    filename: str = "",
    headers: dict[str, Any] | None = None,
    fetched: Fetched | None = None,
) -> Capture:
    """Keeps what came in, as it came (`data`), and what was understood of it. `kind`: paste, html, file, url. `fetched` is
    how a site answered, for the record."""
    sha = files.put(db.info["settings"].files, data, compress=True)
    capture = Capture(
        kind=kind,
        url=url,
        media_type=media_type,
        filename=filename,
        sha256=sha,
        headers=headers or {},
        document=document.as_json(),
        size=len(data),
        created_by=person.id if person else None,
        **answered(fetched),
    )
    db.add(capture)
    db.flush()
    return capture


def answered(fetched: Fetched | None) -> dict[str, Any]:
    """What a capture keeps of the answer of a site."""
    if fetched is None:
        return {}
    return {"asked_url": fetched.asked, "status": fetched.status, "fetched_at": fetched.fetched_at}


def add_article(db: Session, *, person: Person | None, capture: Capture, document: Document) -> Article:
    """An article with revision 1, its pictures (yet to be fetched) and the work that is due: analysis, pictures.
    `person` is None where the program adds it. Raises Invalid where there is no title or no paragraph; whether the
    article is there already is asked before, with `queries.same_article`."""
    if not document.title or not document.paragraphs:
        raise Invalid("An article needs a title and a text.", field="title" if not document.title else "text")
    text, blocks = joined(document.paragraphs)
    author = person.id if person else None
    address = document.canonical_url or capture.url
    facts = {**_facts(document, address), "text_sha256": text_sha256(text), "created_by": author}
    article = Article(
        **facts,
        canonical_url=clean(address) if address else None,
        sort_at=sort_time(document.published),
        first_words=first_words(document),
        words=len(text.split()),
    )
    db.add(article)
    db.flush()
    revision = Revision(
        **facts,
        article_id=article.id,
        number=1,
        text=text,
        blocks=blocks,
        headline_variants=list(document.headline_variants),
        updated=document.updated,
        dateline=document.dateline or "",
    )
    db.add(revision)
    db.flush()
    capture.revision_id = revision.id
    for position, image in enumerate(document.images):
        words = {"caption": image.caption or "", "credit": image.credit or ""}
        db.add(Picture(revision_id=revision.id, position=position, url=image.url, **words))
    search.index_article(db, article.id)
    jobs.enqueue_analysis(db, article_id=article.id, revision_id=revision.id, created_by=author)
    if any(image.url for image in document.images):
        jobs.enqueue_pictures(db, article_id=article.id, revision_id=revision.id)
    return article


def is_saved(db: Session, *, capture: Capture, document: Document) -> bool:
    """Whether the revision that a capture became says what the document does, apart from pictures."""
    revision = db.get_one(Revision, capture.revision_id)
    address = document.canonical_url or capture.url
    text, blocks = joined(document.paragraphs)
    said = {**_facts(document, address), "text": text, "blocks": blocks, "updated": document.updated}
    said["dateline"] = document.dateline or ""
    same = all(getattr(revision, name) == value for name, value in said.items())
    return same and db.get_one(Article, revision.article_id).canonical_url == (clean(address) if address else None)


def _facts(document: Document, address: str | None) -> dict[str, Any]:
    return {
        "title": document.title,
        "site": document.site or site_name(address or ""),
        "authors": list(document.authors),
        "published": document.published,
        "language": document.language or "",
    }


def joined(paragraphs: Sequence[Paragraph]) -> tuple[str, list[list[Any]]]:
    """The text of a revision and its blocks [type, start, end], in code points."""
    blocks, start = [], 0
    for paragraph in paragraphs:
        end = start + len(paragraph.text)
        blocks.append([paragraph.type, start, end])
        start = end + 1
    return "\n".join(paragraph.text for paragraph in paragraphs), blocks


def text_sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def sort_time(published: str | None) -> datetime:
    try:
        time = datetime.fromisoformat(published or "")
    except ValueError:
        return now()
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def first_words(document: Document) -> str:
    """The beginning of the body, without its dateline."""
    body = next((p.text for p in document.paragraphs if p.type in ("p", "summary")), document.paragraphs[0].text)
    if document.dateline and body.startswith(document.dateline):
        body = body.removeprefix(document.dateline).lstrip(" -–—:") or body
    if len(body) <= FIRST_WORDS:
        return body
    return body[:FIRST_WORDS].rpartition(" ")[0].rstrip(" ,;:") + " …"


def delete_article(db: Session, *, article: Article) -> None:
    """Into the bin: nothing is lost, and `restore_article` takes it out again."""
    article.deleted_at = article.deleted_at or now()
    _touch_with_copies(db, article.id)


def restore_article(db: Session, *, article: Article) -> None:
    article.deleted_at = None
    _touch_with_copies(db, article.id)


def _touch_with_copies(db: Session, article_id: int) -> None:
    """The pages of its copies name the article."""
    touch(db, article_id)
    copies = select(StoryCopy.copy_id).where(StoryCopy.article_id == article_id)
    version = Article.annotation_version + 1
    db.execute(update(Article).where(Article.id.in_(copies)).values(annotation_version=version))


def tag_names(given: str) -> list[str]:
    """The tags in a list with commas: without "#", in lower case, each once. Raises Invalid."""
    names = [re.sub(r"\s+", " ", part).strip().lstrip("#").strip().casefold() for part in re.split(r"[,;\n]", given)]
    names = list(dict.fromkeys(filter(None, names)))
    if any(len(name) > 64 for name in names):
        raise Invalid("A tag has at most 64 characters.", field="tags")
    if len(names) > MAX_TAGS:
        raise Invalid(f"At most {MAX_TAGS} tags.", field="tags")
    return names


def tags_named(db: Session, names: Sequence[str]) -> list[int]:
    """The ids of these tags; what is new is made."""
    wanted = select(Tag.name, Tag.id).where(Tag.name.in_(names))
    known = {row.name: row.id for row in db.execute(wanted)}
    if missing := sorted(set(names) - set(known)):
        insert_missing(db, Tag, [{"name": name} for name in missing])
        known = {row.name: row.id for row in db.execute(wanted)}
    return [known[name] for name in names]


def set_tags(db: Session, *, article: Article, names: Sequence[str]) -> None:
    """The article has these tags and no others."""
    db.execute(delete(ArticleTag).where(ArticleTag.article_id == article.id))
    db.add_all(ArticleTag(article_id=article.id, tag_id=tag_id) for tag_id in tags_named(db, names))
    db.flush()


def mark_read(db: Session, *, person: Person, article: Article, read: bool = True) -> None:
    """That `person` has read the article as of its current revision, or has not."""
    row = db.get(ArticleRead, (person.id, article.id))
    if row and not read:
        db.delete(row)
    elif row:
        row.revision, row.read_at = article.revision, now()
    elif read:
        db.add(ArticleRead(user_id=person.id, article_id=article.id, revision=article.revision))
