"""What a person sees of their own account, and an admin of all accounts."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import ApiToken, SignIn, User, now


def sign_ins(db: Session, user_id: int) -> Sequence[SignIn]:
    query = select(SignIn).where(SignIn.user_id == user_id, SignIn.expires_at > now())
    return db.scalars(query.order_by(SignIn.seen_at.desc(), SignIn.id.desc())).all()


def tokens(db: Session, user_id: int) -> Sequence[ApiToken]:
    return db.scalars(select(ApiToken).where(ApiToken.user_id == user_id).order_by(ApiToken.id.desc())).all()


def users(db: Session) -> Sequence[User]:
    return db.scalars(select(User).order_by(User.disabled_at.is_not(None), User.name_key)).all()
