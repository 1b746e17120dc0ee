"""Writes on webhooks: added, changed, switched on and off, their secret renewed; tests, and what is sent again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app import events
from app.access import Person
from app.errors import Invalid
from app.models import Delivery, Webhook, now
from app.webhooks.signing import new_secret

MOST = 50
OVERLAP = timedelta(days=1)  # for which the old secret signs too


def _chosen(chosen: Sequence[str]) -> list[str]:
    if not chosen or not set(chosen) <= set(events.EVENTS):
        raise Invalid("Choose what you want to be told of.", field="events")
    return [event for event in events.EVENTS if event in chosen]


def add(db: Session, *, person: Person, url: str, chosen: Sequence[str], base: str) -> Webhook:
    """`url` has been checked by the fetcher. Its secret is shown this once. Raises Invalid."""
    if (db.scalar(select(func.count()).where(Webhook.user_id == person.id)) or 0) >= MOST:
        raise Invalid(f"You have {MOST} webhooks, the most there can be.", field="url")
    hook = Webhook(user_id=person.id, url=url, events=_chosen(chosen), secret=new_secret(), base=base)
    db.add(hook)
    db.flush()
    events.start(db, hook)  # its job is there before two first events at once would each make it
    return hook


def change(db: Session, *, hook: Webhook, url: str, chosen: Sequence[str], on: bool) -> None:
    """Switched on again, or sent elsewhere, it starts as if it were new: what waited is sent. Raises Invalid."""
    hook.events = _chosen(chosen)
    if url != hook.url or (on and hook.off_at):
        hook.failures, hook.failing_since, hook.error = 0, None, ""
        _at_once(db, hook)
    hook.url = url
    hook.off_at = None if on else hook.off_at or now()
    db.flush()
    if on:
        events.start(db, hook)


def renew_secret(db: Session, *, hook: Webhook) -> None:
    """For a day both sign, so that the receiver can be given the new one meanwhile."""
    hook.old_secret, hook.old_until, hook.secret = hook.secret, now() + OVERLAP, new_secret()
    db.flush()


def remove(db: Session, *, hook: Webhook) -> None:
    db.delete(hook)
    db.flush()


def test(db: Session, *, hook: Webhook) -> None:
    """Sent with all that waits. Raises Invalid where it is switched off."""
    _to_be_on(hook)
    _at_once(db, hook)
    events.send(db, hook, events.TEST)


def send_again(db: Session, *, hook: Webhook, delivery: Delivery) -> None:
    """Under the id that it had. Raises Invalid where the webhook is switched off."""
    _to_be_on(hook)
    hook.next_at, delivery.state, delivery.attempts, delivery.next_at = None, "waiting", 0, now()
    db.flush()
    events.start(db, hook)


def _at_once(db: Session, hook: Webhook) -> None:
    """What waits is due now, with all its attempts before it."""
    hook.next_at = None
    waiting = update(Delivery).where(Delivery.webhook_id == hook.id, Delivery.state == "waiting")
    db.execute(waiting.values(next_at=now(), attempts=0))


def _to_be_on(hook: Webhook) -> None:
    if hook.off_at:
        raise Invalid("This webhook is switched off: switch it on first.", field="form")
