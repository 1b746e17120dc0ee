"""Codes and tokens of OAuth: a code is good once and for ten minutes, an access token for an hour, and a refresh token
for thirty days and one use. They are stored by their hashes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from app.access import OAUTH_PREFIX, Person, new_token, token_hash
from app.models import OAuthCode, OAuthToken, User, now

CODE_LIFE, TOKEN_LIFE, REFRESH_LIFE = timedelta(minutes=10), timedelta(hours=1), timedelta(days=30)


def add_code(db: Session, *, person: Person, client: str) -> str:
    code = new_token()
    db.execute(delete(OAuthCode).where(OAuthCode.expires_at < now() - REFRESH_LIFE, OAuthCode.user_id == person.id,
                                       OAuthCode.id.not_in(select(OAuthToken.code_id))))  # fmt: skip
    db.add(OAuthCode(user_id=person.id, code_hash=token_hash(code), client=client, expires_at=now() + CODE_LIFE))
    db.flush()
    return code


def exchange(db: Session, *, code: str, client: str) -> dict[str, Any] | None:
    """Tokens for a code; None where it is unknown, too old, another program's or used: then what it gave ends too."""
    query = select(OAuthCode).join(User, User.id == OAuthCode.user_id).where(User.disabled_at.is_(None))
    found = db.scalars(query.where(OAuthCode.code_hash == token_hash(code))).first()
    if found is None or found.client != client:
        return None
    taken = update(OAuthCode).where(OAuthCode.id == found.id, OAuthCode.used_at.is_(None), OAuthCode.expires_at > now())
    if db.connection().execute(taken.values(used_at=now())).rowcount != 1:
        db.execute(delete(OAuthToken).where(OAuthToken.code_id == found.id))
        return None
    return _issued(db, found.user_id, found.id)


def refresh(db: Session, *, token: str) -> dict[str, Any] | None:
    query = select(OAuthToken).join(User, User.id == OAuthToken.user_id).where(User.disabled_at.is_(None))
    query = query.where(OAuthToken.refresh_hash == token_hash(token), OAuthToken.refresh_until > now())
    found = db.scalars(query).first()
    if found is None:
        return None
    db.delete(found)  # by somebody else at this moment: StaleDataError, and nothing is given out twice
    db.flush()
    return _issued(db, found.user_id, found.code_id)


def revoke(db: Session, *, token: str) -> None:
    """An access or refresh token, with the other of the pair."""
    hashed = token_hash(token)
    db.execute(delete(OAuthToken).where(or_(OAuthToken.token_hash == hashed, OAuthToken.refresh_hash == hashed)))


def _issued(db: Session, user_id: int, code_id: int) -> dict[str, Any]:
    access, again = OAUTH_PREFIX + new_token(), new_token()
    db.add(OAuthToken(user_id=user_id, code_id=code_id, token_hash=token_hash(access), refresh_hash=token_hash(again),
                      expires_at=now() + TOKEN_LIFE, refresh_until=now() + REFRESH_LIFE))  # fmt: skip
    db.flush()
    return {"access_token": access, "token_type": "bearer", "expires_in": int(TOKEN_LIFE.total_seconds()),
            "refresh_token": again, "scope": "annotation:read annotation:write"}  # fmt: skip
