"""Sends what waits for a webhook, in its order: each at least once, under one id. What fails waits longer and longer. Where
nothing answers, the whole webhook waits; where nothing has gone well for days it is switched off, and its person told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select, update
from sqlalchemy.orm import Session

from app import events
from app.errors import AppError
from app.fetch import FetchError, post
from app.handlers import Store, Work
from app.models import Delivery, User, Webhook, now
from app.settings import Settings
from app.webhooks.payload import body
from app.webhooks.signing import signed

WAITS = [timedelta(seconds=each) for each in (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)]  # 3 days
GIVE_UP = timedelta(days=3)
OVERLOADED = (429, 502, 503, 504)
DEADLINE = 10.0  # seconds that a receiver has to answer
TURN = 25  # deliveries, then other jobs have their turn
KEPT = 200  # ended deliveries of a webhook


@dataclass(frozen=True)
class Letter:
    """A delivery ready to be sent; `content` is None where it is not to be sent any more."""

    delivery_id: int
    message_id: str
    url: str
    keys: list[str]
    content: bytes | None


def _due() -> ColumnElement[bool]:
    open_ = and_(Webhook.off_at.is_(None), or_(Webhook.next_at.is_(None), Webhook.next_at <= now()))
    return and_(open_, Delivery.state == "waiting", Delivery.next_at <= now())


def enqueue_due(db: Session) -> None:
    """By the clock; also what was told of while its webhook's job was ending."""
    waiting = select(Delivery.webhook_id).join(Webhook, Webhook.id == Delivery.webhook_id).where(_due()).distinct()
    for hook in db.scalars(select(Webhook).where(Webhook.id.in_(waiting)).order_by(Webhook.id)):
        events.start(db, hook)


def deliver(work: Work) -> Store:
    """Payload: webhook_id."""
    for number in range(TURN):
        with work.database.read() as db:
            letter = _next(db, work.payload["webhook_id"], work.database.settings)
        if letter is None:
            break
        sent = _send(letter, work.database.settings)
        with work.database.write() as db:
            work.step(db, 0.0, f"Sent {number + 1}")
            stopped = record(db, db.get(Delivery, letter.delivery_id), sent)
        if stopped:
            raise AppError(stopped)
    return enqueue_due


def _next(db: Session, webhook_id: int, settings: Settings) -> Letter | None:
    query = select(Delivery, Webhook, User).join(Webhook, Webhook.id == Delivery.webhook_id)
    query = query.join(User, User.id == Webhook.user_id).where(Webhook.id == webhook_id, _due())
    row = db.execute(query.order_by(Delivery.next_at, Delivery.id).limit(1)).first()
    if row is None:
        return None
    delivery, hook, user = row
    base = settings.public_url.rstrip("/") or hook.base
    person = events.listener(user)
    told = body(db, person, delivery, base) if person else None
    keys = [hook.secret, *([hook.old_secret] if hook.old_until and hook.old_until > now() else [])]
    return Letter(delivery.id, delivery.message_id, hook.url, keys, told)


def _send(letter: Letter, settings: Settings) -> int | FetchError | None:
    if letter.content is None:
        return None
    headers = signed(letter.keys, message_id=letter.message_id, at=now(), body=letter.content)
    headers["Content-Type"] = "application/json"
    try:
        return post(letter.url, content=letter.content, headers=headers, allow=settings.fetch_allow, deadline=DEADLINE)
    except FetchError as error:
        return error


def record(db: Session, delivery: Delivery | None, sent: int | FetchError | None) -> str:
    """Writes down what came of an attempt: a status, an error, or None for what may not be sent. Why the webhook was
    switched off, where it was."""
    if delivery is None:  # its webhook was removed meanwhile
        return ""
    hook = db.get_one(Webhook, delivery.webhook_id)
    delivery.tried_at, delivery.error = now(), ""
    if sent is None:
        delivery.state = "withheld"
        db.flush()
        if not db.scalar(select(exists().where(Delivery.webhook_id == hook.id, Delivery.state == "waiting"))):
            hook.failing_since = None  # days in which nothing is tried say nothing of it
        return ""
    delivery.attempts += 1
    if isinstance(sent, FetchError):
        off = _failed(db, hook, delivery, sent)
    else:
        off, delivery.state, delivery.status = "", "delivered", sent
        hook.failures, hook.failing_since, hook.next_at, hook.error = 0, None, None, ""
    _prune(db, hook)
    return off


def _failed(db: Session, hook: Webhook, delivery: Delivery, error: FetchError) -> str:
    """A message that is refused says nothing against its receiver, which is there."""
    status, asked = error.answered, timedelta(seconds=error.retry_after or 0)
    refused = status is not None and status < 500 and status not in OVERLOADED
    delivery.status, delivery.error, hook.error = status, error.message, error.message
    hook.failing_since = None if refused else hook.failing_since or now()
    if status is None or status in OVERLOADED:
        hook.failures += 1
        hook.next_at = now() + max(WAITS[min(hook.failures, len(WAITS)) - 1], asked)
    if delivery.attempts <= len(WAITS):
        delivery.next_at = now() + max(WAITS[delivery.attempts - 1], asked)
    else:
        delivery.state = "failed"
    if status == 410:
        return _switch_off(hook, f"It says that it is gone for good. {error.message}")
    if hook.failing_since is None or now() - hook.failing_since < GIVE_UP:
        return ""
    waiting = update(Delivery).where(Delivery.webhook_id == hook.id, Delivery.state == "waiting")
    db.execute(waiting.values(state="failed", error=error.message))
    return _switch_off(hook, f"Nothing was taken for three days. {error.message}")


def _switch_off(hook: Webhook, reason: str) -> str:
    hook.off_at, hook.error = now(), f"This webhook was switched off. {reason}"
    return hook.error


def _prune(db: Session, hook: Webhook) -> None:
    ended = Delivery.webhook_id == hook.id, Delivery.state != "waiting"
    kept = select(Delivery.id).where(*ended).order_by(Delivery.id.desc()).limit(1).offset(KEPT)
    if (oldest := db.scalar(kept)) is not None:
        db.execute(delete(Delivery).where(*ended, Delivery.id <= oldest))
