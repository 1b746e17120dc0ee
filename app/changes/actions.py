"""Writes on the secret addresses of change feeds: made, renewed, removed. Only their hash is kept, as of every token here:
an address is shown once, and who has lost it makes another."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import Person, new_token, token_hash
from app.changes.filters import Filters
from app.errors import Invalid
from app.models import ChangeAddress, User

MOST = 100  # addresses of a person


def add(db: Session, *, person: Person, filters: Filters) -> str:
    """The token of a new address. Raises Invalid."""
    if (db.scalar(select(func.count()).where(ChangeAddress.user_id == person.id)) or 0) >= MOST:
        raise Invalid(f"You have {MOST} addresses, the most there can be. Remove one first.", field="kind")
    if filters.person and not db.scalar(select(User.id).where(User.name_key == filters.person.casefold())):
        raise Invalid("Nobody here has this name.", field="person")
    token = new_token()
    db.add(ChangeAddress(user_id=person.id, token_hash=token_hash(token), filters=filters.given))
    db.flush()
    return token


def renew(db: Session, *, address: ChangeAddress) -> str:
    """Another token; the old one ends at once."""
    token = new_token()
    address.token_hash, address.used_at = token_hash(token), None
    db.flush()
    return token


def remove(db: Session, *, address: ChangeAddress) -> None:
    db.delete(address)
    db.flush()
