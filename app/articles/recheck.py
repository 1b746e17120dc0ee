"""Whether a site still says what an article says: its address is asked again, and the answer kept as a record beside the
first. Nothing here changes an article, a revision or an annotation, whatever the site answers: of what has changed,
app.annotations.revise makes a new revision."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import files
from app.access import Person
from app.alignment import Alignment
from app.articles import actions, intake, queries, revisions
from app.articles.canonical import web_address
from app.errors import AppError, Invalid
from app.extract import Document, NotAnArticle
from app.extract.kinds import kind_by_name
from app.fetch import FetchError
from app.models import Article, Capture, Revision, User, now
from app.settings import Settings

Outcome = Literal["unchanged", "minor", "changed", "emptier", "failed"]
EMPTIER = 0.6  # of the words of before: fewer are no new version but a wall, an excuse or an empty page
MOST = 100  # captures on the page of the record
AROUND = 14  # words of the longest line that may be no part of the text
_AROUND = re.compile(
    r"\b(?:advertisement|read more|read also|see also|related|share (?:this|on)|follow us|sign up|subscribe|newsletter"
    r"|all rights reserved|\d+ (?:comments?|shares|views|min(?:ute)?s? read)|last updated|updated at|most read)\b|^©",
    re.IGNORECASE,
)
_ALIKE = {ord(a): b for a, b in zip("\u2018\u2019\u201c\u201d\u2013\u2014\u2011\u00a0", "''\"\"--- ", strict=True)}
_ALIKE |= dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"), "")


@dataclass(frozen=True)
class Known:
    """What a check compares with: `capture` came from this address and made the revision; its bytes are `sha256`."""

    address: str
    capture: Capture | None
    revision: Revision

    @property
    def headers(self) -> dict[str, Any]:
        return self.capture.headers if self.capture else {}


@dataclass(frozen=True)
class Check:
    """What the site answered. Where it has changed, `document` is what the next revision is made of, and `alignment` that
    of its words with those of revision `number`."""

    asked_url: str
    outcome: Outcome
    problem: str = ""
    given: intake.Given | None = None
    document: Document | None = None
    status: int | None = None
    number: int = 0
    alignment: Alignment | None = None
    wait: float | None = None  # seconds until it is our turn at the site


def address_of(article: Article, capture: Capture | None) -> str | None:
    """Where the article can be asked for again: where it was fetched, else where it says that it stands."""
    fetched = capture.url if capture and capture.kind == "url" else None
    found = fetched or article.canonical_url
    return found if found and web_address(found) else None


def known(db: Session, article: Article) -> Known:
    """Raises Invalid where the article has no address."""
    capture = queries.current_capture(db, article)
    address = address_of(article, capture)
    if address is None:
        raise Invalid("This article came without an address, so there is no place to look at again.")
    return Known(address, capture if capture and capture.kind == "url" else None, revisions.current(db, article))


def look(known: Known, settings: Settings, *, patience: float | None = None) -> Check:
    """Asks the site; outside of any transaction. `patience` as of `intake.from_address`."""
    etag, last_modified = (str(known.headers.get(name, "")) for name in ("etag", "last-modified"))
    try:
        given = intake.from_address(known.address, settings, patience=patience, etag=etag, last_modified=last_modified)
    except FetchError as error:
        wait = (error.retry_after or 60.0) if error.cause == "wait" else None
        return Check(known.address, "failed", error.message, status=error.answered, wait=wait)
    if given.fetched and given.fetched.unchanged:
        return Check(known.address, "unchanged", given=given)
    try:
        document = intake.read(given, settings)
    except Invalid as error:
        empty = isinstance(error.__cause__, NotAnArticle)
        return Check(known.address, "emptier" if empty else "failed", error.message, given)
    return _compared(known, given, document, settings)


def _compared(known: Known, given: intake.Given, after: Document, settings: Settings) -> Check:
    before, revision = _before(known, settings), known.revision
    words = revision.text.split()
    if before is None and _words(after) == words:  # people divide into paragraphs as they like
        return Check(known.address, "unchanged", given=given)
    then, told = len(_words(before) if before else words), len(_words(after))
    if told < EMPTIER * then:
        return Check(known.address, "emptier", f"The page has {told} words; it had {then}.", given)
    document = revisions.merged(revision, before, after)
    text = actions.joined(document.paragraphs)[0]
    if _stated(document) == _facts(revision):
        if text == revision.text and document.updated == revision.updated:
            return Check(known.address, "unchanged", given=given)
        if minor := _minor(revision, document, text):
            return Check(known.address, "minor", minor, given)
    alignment = Alignment(revision.text, text)
    return Check(known.address, "changed", given=given, document=document, number=revision.number, alignment=alignment)


def _facts(revision: Revision) -> tuple[Any, ...]:
    return revision.title, tuple(revision.authors), revision.published, revision.dateline


def _stated(document: Document) -> tuple[Any, ...]:
    return document.title, document.authors, document.published, document.dateline or ""


def _minor(revision: Revision, document: Document, text: str) -> str:
    """Why what differs is no new version; empty where it is one."""
    if text == revision.text:
        return "Only the time of its last update differs."
    if text.split() == revision.text.split():
        return "Only white space and paragraphs differ."
    if text.translate(_ALIKE).split() == revision.text.translate(_ALIKE).split():
        return "Only quotation marks, dashes and white space differ."
    before, after = ({_plain(p.text) for p in each} for each in (revisions.paragraphs(revision), document.paragraphs))
    if all(len(line.split()) <= AROUND and _AROUND.search(line) for line in before ^ after):
        return "Only lines around the text differ, such as what to read next."
    return ""


def _plain(text: str) -> str:
    return " ".join(text.translate(_ALIKE).split())


def _before(known: Known, settings: Settings) -> Document | None:
    """The capture of the revision as it is understood today: people may have edited the text, and a newer version of the
    program may read the page differently."""
    if known.capture is None:
        return None
    capture = known.capture
    try:
        data = files.get(settings.files, capture.sha256)
        form = kind_by_name("", capture.media_type) or "html"
        again = intake.Given("url", form, data, "url", capture.url, capture.media_type, charset=_charset(capture))
        return intake.read(again, settings)
    except (AppError, files.DamagedError):
        return None


def _charset(capture: Capture) -> str | None:
    return str(capture.headers.get("content-type", "")).lower().partition("charset=")[2].strip("\"' ;") or None


def _words(document: Document) -> list[str]:
    return actions.joined(document.paragraphs)[0].split()


def record(db: Session, *, person: Person | None, article: Article, check: Check) -> Capture:
    """Keeps a check as a capture of the current revision: an answer that brought bytes with them."""
    current, given = queries.current_capture(db, article), check.given
    fetched = given.fetched if given else None
    bytes_of: dict[str, Any] = {"sha256": "", "size": None}
    if given and fetched and fetched.unchanged and current:
        bytes_of = {"sha256": current.sha256, "size": current.size}
    elif given:
        sha = files.put(db.info["settings"].files, given.data, compress=True)
        bytes_of = {"sha256": sha, "size": len(given.data)}
    revision = select(Revision.id).where(Revision.article_id == article.id, Revision.number == article.revision)
    capture = Capture(
        revision_id=db.execute(revision).scalar_one(),
        kind="url",
        url=given.url if given else check.asked_url,
        media_type=given.media_type if given else "",
        headers=given.headers if given else {},
        document=check.document.as_json() if check.document else {},
        outcome=check.outcome,
        problem=check.problem,
        created_by=person.id if person else None,
        **bytes_of,
        **({"status": check.status, "asked_url": check.asked_url, "fetched_at": now()} | actions.answered(fetched)),
    )
    db.add(capture)
    db.flush()
    return capture


def captures(db: Session, article: Article) -> list[tuple[Capture, int, str | None]]:
    """All that came in for the article, newest first: with the number of the revision, and who asked."""
    query = select(Capture, Revision.number, User.name).join(Revision, Revision.id == Capture.revision_id)
    query = query.outerjoin(User, User.id == Capture.created_by).where(Revision.article_id == article.id)
    rows = db.execute(query.order_by(Capture.id.desc()).limit(MOST))
    return [(capture, number, name) for capture, number, name in rows]


def capture_of(db: Session, article: Article, capture_id: int) -> Capture | None:
    query = select(Capture).join(Revision, Revision.id == Capture.revision_id)
    return db.scalar(query.where(Capture.id == capture_id, Revision.article_id == article.id))
