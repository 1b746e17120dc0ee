"""Whether a site still says what an article says: its address is asked again, and the answer kept as a record beside the
first. Nothing here changes an article, a revision or an annotation, whatever the site answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import files
from app.access import Person
from app.articles import actions, intake, queries
from app.articles.canonical import web_address
from app.errors import AppError, Invalid
from app.extract import Document, NotAnArticle
from app.extract.kinds import kind_by_name
from app.fetch import FetchError
from app.models import Article, Capture, Revision, User, now
from app.settings import Settings

Outcome = Literal["unchanged", "changed", "emptier", "failed"]
EMPTIER = 0.6  # of the words of before: fewer are no new version but a wall, an excuse or an empty page
MOST = 100  # captures on the page of the record


@dataclass(frozen=True)
class Known:
    """What a check compares with: `capture` came from this address and made the revision; its bytes are `sha256`."""

    address: str
    capture: Capture | None
    text: str

    @property
    def headers(self) -> dict[str, Any]:
        return self.capture.headers if self.capture else {}


@dataclass(frozen=True)
class Check:
    """What the site answered; `document` is there where the text has changed."""

    asked_url: str
    outcome: Outcome
    problem: str = ""
    given: intake.Given | None = None
    document: Document | None = None
    status: int | None = None


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
    query = select(Revision.text).where(Revision.article_id == article.id, Revision.number == article.revision)
    return Known(address, capture if capture and capture.kind == "url" else None, db.execute(query).scalar_one())


def look(known: Known, settings: Settings) -> Check:
    """Asks the site; outside of any transaction."""
    etag, last_modified = (str(known.headers.get(name, "")) for name in ("etag", "last-modified"))
    try:
        given = intake.from_address(known.address, settings, etag=etag, last_modified=last_modified)
    except FetchError as error:
        return Check(known.address, "failed", error.message, status=error.answered)
    if given.fetched and given.fetched.unchanged:
        return Check(known.address, "unchanged", given=given)
    try:
        document = intake.read(given, settings)
    except Invalid as error:
        empty = isinstance(error.__cause__, NotAnArticle)
        return Check(known.address, "emptier" if empty else "failed", error.message, given)
    return _compared(known, given, document, settings)


def _compared(known: Known, given: intake.Given, document: Document, settings: Settings) -> Check:
    before, after = _before(known, settings), _words(document)
    if after == before or after == known.text.split():
        return Check(known.address, "unchanged", given=given)
    if len(after) < EMPTIER * len(before):
        return Check(known.address, "emptier", f"The page has {len(after)} words; it had {len(before)}.", given)
    return Check(known.address, "changed", given=given, document=document)


def _before(known: Known, settings: Settings) -> list[str]:
    """The words of the first capture as they are understood today: people may have edited the text, and a newer version
    of the program may read the page differently."""
    if known.capture is not None:
        capture = known.capture
        try:
            data = files.get(settings.files, capture.sha256)
            form = kind_by_name("", capture.media_type) or "html"
            again = intake.Given("url", form, data, "url", capture.url, capture.media_type, charset=_charset(capture))
            return _words(intake.read(again, settings))
        except (AppError, files.DamagedError):
            pass
    return known.text.split()


def _charset(capture: Capture) -> str | None:
    return str(capture.headers.get("content-type", "")).lower().partition("charset=")[2].strip("\"' ;") or None


def _words(document: Document) -> list[str]:
    return actions.joined(document.paragraphs)[0].split()


def record(db: Session, *, person: Person, article: Article, check: Check) -> Capture:
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
        created_by=person.id,
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
