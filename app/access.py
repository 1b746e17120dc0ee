"""Who is asking, and what they may see and change. Routes load things through here, never by id alone: what a person
may not see is NotFound, what they may see and not change is Forbidden. Visibility is decided in this file only."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

from fastapi import Depends, Request
from sqlalchemy import ColumnElement, and_, false, or_, select, true, update
from sqlalchemy.orm import Session

from app.errors import Forbidden, NotFound, SignInNeeded
from app.models import (
    Annotation,
    ApiToken,
    Article,
    Capture,
    ChangeAddress,
    Delivery,
    Feed,
    FeedItem,
    FeedRule,
    ImportBatch,
    Job,
    KeptAnnotation,
    Note,
    OAuthToken,
    OutsideNote,
    SignIn,
    SiteRule,
    Source,
    Speaker,
    User,
    Webhook,
    now,
)

ROLES = ("reader", "analyst", "editor", "admin")
SAFE = ("GET", "HEAD", "OPTIONS")
OAUTH_PREFIX = "oauth-"  # of the tokens that programs are given in the name of a person


@dataclass(frozen=True, slots=True)
class Person:
    """Who is asking. `scope` is that of the API token, "write" in a browser; `sign_in_id` is the browser's session."""

    id: int
    name: str
    role: str
    scope: str = "write"
    sign_in_id: int | None = None

    def at_least(self, role: str) -> bool:
        return ROLES.index(self.role) >= ROLES.index(role)

    @property
    def may_annotate(self) -> bool:
        return self.at_least("analyst") and self.scope == "write"


def new_token() -> str:
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """Tokens are random and long, so one round of SHA-256 is enough to store them by."""
    return hashlib.sha256(token.encode()).hexdigest()


def cookie_name(request: Request) -> str:
    return "__Host-session" if request.app.state.settings.secure_cookies else "session"


def person_or_none(request: Request) -> Person | None:
    """Who is asking, by bearer token or else by the browser's session; looked up once a request."""
    if not hasattr(request.state, "person"):
        scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
        by_token = scheme.lower() in ("bearer", "token")
        token = bearer.strip() if by_token else request.cookies.get(cookie_name(request), "")
        find = _by_api_token if by_token else _by_sign_in
        find = _by_oauth_token if by_token and token.startswith(OAUTH_PREFIX) else find
        request.state.person = find(request, token_hash(token)) if token else None
    found: Person | None = request.state.person
    return found


def _by_api_token(request: Request, hashed: str) -> Person | None:
    query = (
        select(User, ApiToken)
        .join(ApiToken, ApiToken.user_id == User.id)
        .where(ApiToken.token_hash == hashed, User.disabled_at.is_(None))
    )
    with request.app.state.database.read() as db:
        row = db.execute(query).first()
    if row is None:
        return None
    user, token = row
    _seen(request, ApiToken, ApiToken.used_at, token.id, token.used_at)
    return Person(user.id, user.name, user.role, token.scope)


def _by_oauth_token(request: Request, hashed: str) -> Person | None:
    query = select(User, OAuthToken).join(OAuthToken, OAuthToken.user_id == User.id)
    query = query.where(OAuthToken.token_hash == hashed, OAuthToken.expires_at > now(), User.disabled_at.is_(None))
    with request.app.state.database.read() as db:
        row = db.execute(query).first()
    if row is None:
        return None
    user, token = row
    _seen(request, OAuthToken, OAuthToken.used_at, token.id, token.used_at)
    return Person(user.id, user.name, user.role)


def _by_sign_in(request: Request, hashed: str) -> Person | None:
    query = (
        select(User, SignIn)
        .join(SignIn, SignIn.user_id == User.id)
        .where(SignIn.token_hash == hashed, SignIn.expires_at > now(), User.disabled_at.is_(None))
    )
    with request.app.state.database.read() as db:
        row = db.execute(query).first()
    if row is None:
        return None
    user, sign_in = row
    _seen(request, SignIn, SignIn.seen_at, sign_in.id, sign_in.seen_at)
    return Person(user.id, user.name, user.role, sign_in_id=sign_in.id)


def _seen(request: Request, model: Any, column: Any, row_id: int, last: Any) -> None:
    """Notes when a session or token was last used, to ten minutes, so that reading hardly ever writes."""
    if last is None or now() - last > timedelta(minutes=10):
        with request.app.state.database.write() as db:
            db.execute(update(model).where(model.id == row_id).values({column: now()}))


def at_least(role: str) -> Callable[[Request], Person]:
    def check(request: Request) -> Person:
        person = person_or_none(request)
        if person is None:
            raise SignInNeeded
        if not person.at_least(role):
            raise Forbidden(f"This needs the role {role}; you are signed in as {person.role}.")
        if person.scope != "write" and request.method not in SAFE:
            raise Forbidden("This token may read only.")
        return person

    return check


def feed_reader(request: Request) -> Person:
    """A feed reader cannot sign in: the secret of its address says for whom it asks, and which feed it may read
    (`request.state.filters`). Who signs in or has a token reads any feed of theirs."""
    token = request.query_params.get("token")
    if token is None:
        return at_least("reader")(request)
    query = select(User, ChangeAddress).join(ChangeAddress, ChangeAddress.user_id == User.id)
    query = query.where(ChangeAddress.token_hash == token_hash(token), User.disabled_at.is_(None))
    with request.app.state.database.read() as db:
        row = db.execute(query).first()
    if row is None:
        raise NotFound("This address is not valid any more: it was renewed or removed. Make another one under Changes.")
    user, address = row
    _seen(request, ChangeAddress, ChangeAddress.used_at, address.id, address.used_at)
    request.state.filters = address.filters
    return Person(user.id, user.name, user.role, "read")


CurrentUser = Annotated[Person, Depends(at_least("reader"))]
FeedReader = Annotated[Person, Depends(feed_reader)]
Analyst = Annotated[Person, Depends(at_least("analyst"))]
Editor = Annotated[Person, Depends(at_least("editor"))]
Admin = Annotated[Person, Depends(at_least("admin"))]


# What a person sees: conditions for queries


def visible_articles(person: Person, *, deleted: bool = False) -> ColumnElement[bool]:
    """Everybody signed in sees every article; with `deleted` those in the bin that this person may take out of it."""
    if not deleted:
        return Article.deleted_at.is_(None)
    if person.at_least("editor"):
        return Article.deleted_at.is_not(None)
    return (
        and_(Article.deleted_at.is_not(None), Article.created_by == person.id)
        if person.at_least("analyst")
        else false()
    )


def visible_annotations(person: Person) -> ColumnElement[bool]:
    return or_(Annotation.visibility == "all", Annotation.author_id == person.id)


def live_annotations(person: Person) -> ColumnElement[bool]:
    """What counts, and stands in lists: neither deleted nor dismissed, nor left behind in an older revision."""
    standing = and_(Annotation.deleted_at.is_(None), Annotation.past.is_(False), Annotation.status != "dismissed")
    return and_(standing, visible_annotations(person))


def kept_annotations(person: Person) -> ColumnElement[bool]:
    """Neither deleted nor dismissed, wherever it stands: what was left behind in an older revision too."""
    return and_(Annotation.deleted_at.is_(None), Annotation.status != "dismissed", visible_annotations(person))


def visible_outside(person: Person) -> ColumnElement[bool]:
    return or_(OutsideNote.visibility == "all", OutsideNote.author_id == person.id)


def visible_speakers(person: Person) -> ColumnElement[bool]:
    """Whoever says something that the person may see: a name known from private passages only is private too."""
    query = select(Annotation.id).join(Article, Article.id == Annotation.article_id)
    query = query.where(Annotation.speaker_id == Speaker.id, Annotation.deleted_at.is_(None))
    return query.where(visible_annotations(person), visible_articles(person)).exists()


def visible_notes(person: Person) -> ColumnElement[bool]:
    return or_(Note.visibility == "all", Note.author_id == person.id)


def visible_kept(person: Person) -> ColumnElement[bool]:
    """Of a query that has its article, annotation and note by outer joins: none of them is deleted or hidden."""
    kept = KeptAnnotation
    return and_(
        kept.deleted_at.is_(None),
        or_(kept.visibility == "all", kept.author_id == person.id),
        or_(kept.article_id.is_(None), visible_articles(person)),
        or_(kept.annotation_id.is_(None), and_(Annotation.deleted_at.is_(None), visible_annotations(person))),
        or_(kept.annotation_id.is_not(None), Note.id.is_(None), and_(Note.deleted_at.is_(None), visible_notes(person))),
    )


# Load and authorise in one call


def article_for_reading(db: Session, person: Person, article_id: int, *, deleted: bool = False) -> Article:
    """An article; a deleted one only where `deleted` asks for it, and then only for those who may restore it."""
    article = db.get(Article, article_id)
    if article is None or (article.deleted_at and not (deleted and may_edit_article(person, article))):
        raise NotFound
    return article


def article_for_editing(db: Session, person: Person, article_id: int, *, deleted: bool = False) -> Article:
    """For deleting and restoring: editors, and who added it."""
    article = article_for_reading(db, person, article_id, deleted=deleted)
    if not may_edit_article(person, article):
        raise Forbidden("Only editors, and who added the article, may do this.")
    return article


def may_edit_article(person: Person, article: Article) -> bool:
    return person.at_least("editor") or (person.at_least("analyst") and article.created_by == person.id)


def capture_for_editing(db: Session, person: Person, capture_id: int) -> Capture:
    capture = db.get(Capture, capture_id)
    if capture is None or capture.created_by != person.id:
        raise NotFound
    return capture


def import_for_reading(db: Session, person: Person, batch_id: int) -> ImportBatch:
    """An import is its person's own; admins see, and can stop, every one."""
    batch = db.get(ImportBatch, batch_id)
    if batch is None or not (batch.created_by == person.id or person.at_least("admin")):
        raise NotFound
    return batch


def visible_jobs(person: Person, *, everybodys: bool = False) -> ColumnElement[bool]:
    """What a person asked for, and what is due for articles that they added; for admins everybody's, where asked for."""
    if everybodys and person.at_least("admin"):
        return true()
    theirs = select(Article.id).where(Article.created_by == person.id)
    return or_(Job.created_by == person.id, and_(Job.created_by.is_(None), Job.article_id.in_(theirs)))


def job_for_reading(db: Session, person: Person, job_id: int) -> Job:
    job = db.scalar(select(Job).where(Job.id == job_id, visible_jobs(person, everybodys=True)))
    if job is None:
        raise NotFound
    return job


def feed_for_editing(db: Session, person: Person, feed_id: int) -> Feed:
    """Feeds, their items and their rules are private: nobody else's are there."""
    feed = db.get(Feed, feed_id)
    if feed is None or feed.user_id != person.id:
        raise NotFound
    return feed


def feed_item_for_editing(db: Session, person: Person, item_id: int) -> FeedItem:
    item = db.get(FeedItem, item_id)
    if item is None:
        raise NotFound
    feed_for_editing(db, person, item.feed_id)
    return item


def feed_rule_for_editing(db: Session, person: Person, rule_id: int) -> FeedRule:
    rule = db.get(FeedRule, rule_id)
    if rule is None or rule.user_id != person.id:
        raise NotFound
    return rule


def change_address_for_editing(db: Session, person: Person, address_id: int) -> ChangeAddress:
    address = db.get(ChangeAddress, address_id)
    if address is None or address.user_id != person.id:
        raise NotFound
    return address


def webhook_for_editing(db: Session, person: Person, webhook_id: int) -> Webhook:
    """Webhooks and what was sent to them are private: nobody else's are there."""
    hook = db.get(Webhook, webhook_id)
    if hook is None or hook.user_id != person.id:
        raise NotFound
    return hook


def delivery_for_editing(db: Session, person: Person, webhook_id: int, delivery_id: int) -> Delivery:
    delivery = db.get(Delivery, delivery_id)
    if delivery is None or delivery.webhook_id != webhook_for_editing(db, person, webhook_id).id:
        raise NotFound
    return delivery


def annotation_for_reading(db: Session, person: Person, annotation_id: int, *, deleted: bool = False) -> Annotation:
    annotation = db.get(Annotation, annotation_id)
    if annotation is None or (annotation.deleted_at and not deleted):
        raise NotFound
    if annotation.visibility != "all" and annotation.author_id != person.id:
        raise NotFound
    article_for_reading(db, person, annotation.article_id)
    return annotation


def annotation_for_editing(db: Session, person: Person, annotation_id: int, *, deleted: bool = False) -> Annotation:
    """The program's finds may be changed by every analyst, a person's by themselves and by editors."""
    annotation = annotation_for_reading(db, person, annotation_id, deleted=deleted)
    if annotation.author_id is not None:
        _own_or_editor(person, annotation.author_id, "annotation")
    return annotation


def speaker_for_reading(db: Session, person: Person, speaker_id: int) -> Speaker:
    speaker = db.scalar(select(Speaker).where(Speaker.id == speaker_id, visible_speakers(person)))
    if speaker is None:
        raise NotFound
    return speaker


def site_rule_for_editing(db: Session, person: Person, rule_id: int) -> SiteRule:
    rule = db.get(SiteRule, rule_id)
    if rule is None:
        raise NotFound
    _own_or_editor(person, rule.created_by, "rule")
    return rule


def note_for_reading(db: Session, person: Person, note_id: int, *, deleted: bool = False) -> Note:
    note = db.get(Note, note_id)
    if note is None or (note.deleted_at and not deleted):
        raise NotFound
    if note.visibility != "all" and note.author_id != person.id:
        raise NotFound
    if note.annotation_id is not None:
        annotation_for_reading(db, person, note.annotation_id, deleted=deleted)
    else:
        article_for_reading(db, person, note.article_id)
    return note


def note_for_editing(db: Session, person: Person, note_id: int, *, deleted: bool = False) -> Note:
    note = note_for_reading(db, person, note_id, deleted=deleted)
    _own_or_editor(person, note.author_id, "note")
    return note


def outside_for_editing(db: Session, person: Person, note_id: int) -> OutsideNote:
    note = db.scalar(select(OutsideNote).where(OutsideNote.id == note_id, visible_outside(person)))
    if note is None or note.deleted_at:
        raise NotFound
    _own_or_editor(person, note.author_id, "note")
    return note


def kept_for_reading(db: Session, person: Person, name: str) -> KeptAnnotation:
    """Also a deleted one, for whoever could see it: it is gone, and not missing."""
    kept = db.scalar(select(KeptAnnotation).where(KeptAnnotation.name == name))
    if kept is None or (kept.visibility != "all" and kept.author_id != person.id):
        raise NotFound
    if kept.article_id is not None:
        article_for_reading(db, person, kept.article_id)
    if kept.annotation_id is not None:
        annotation_for_reading(db, person, kept.annotation_id, deleted=True)
    elif kept.note_id is not None:
        note_for_reading(db, person, kept.note_id, deleted=True)
    return kept


def kept_for_editing(db: Session, person: Person, name: str) -> KeptAnnotation:
    kept = kept_for_reading(db, person, name)
    _own_or_editor(person, kept.author_id, "annotation")
    return kept


def source_for_reading(db: Session, person: Person, source_id: int, *, deleted: bool = False) -> Source:
    source = db.get(Source, source_id)
    if source is None or (source.deleted_at and not deleted):
        raise NotFound
    annotation_for_reading(db, person, source.annotation_id, deleted=deleted)
    return source


def source_for_editing(db: Session, person: Person, source_id: int, *, deleted: bool = False) -> Source:
    source = source_for_reading(db, person, source_id, deleted=deleted)
    _own_or_editor(person, source.author_id, "source")
    return source


def _own_or_editor(person: Person, author_id: int | None, what: str) -> None:
    if author_id != person.id and not person.at_least("editor"):
        raise Forbidden(f"Only editors may change somebody else's {what}.")
