"""What a person sees of their webhooks and of what was sent to them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import Person
from app.models import Delivery, Webhook

SHOWN = 50


def listed(db: Session, person: Person) -> list[tuple[Webhook, int]]:
    """Each with how many deliveries wait."""
    waiting = select(func.count()).where(Delivery.webhook_id == Webhook.id, Delivery.state == "waiting")
    query = select(Webhook, waiting.scalar_subquery()).where(Webhook.user_id == person.id).order_by(Webhook.id)
    return [(hook, number) for hook, number in db.execute(query)]


def deliveries(db: Session, hook: Webhook) -> Sequence[Delivery]:
    """The newest first."""
    query = select(Delivery).where(Delivery.webhook_id == hook.id)
    return db.scalars(query.order_by(Delivery.id.desc()).limit(SHOWN)).all()
