"""Accounts: making them, one-time links, signing in and out, passwords, API tokens."""

from __future__ import annotations

from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.access import ROLES, new_token, token_hash
from app.db import lock
from app.errors import Conflict, Invalid, NotFound
from app.models import ApiToken, SignIn, SignInLink, User, now

LINK_HOURS = 48
SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 1000
_hasher = PasswordHasher()
# An unknown name costs the same time as a wrong password. No password is known to give this, and none had to be hashed.
_nobody = f"$argon2id$v=19$m={_hasher.memory_cost},t={_hasher.time_cost},p={_hasher.parallelism}${'A' * 22}${'A' * 43}"


def name_key(name: str) -> str:
    return name.strip().casefold()


def _checked_name(db: Session, name: str, *, besides: int | None = None) -> str:
    name = " ".join(name.split())
    if not 1 <= len(name) <= 64 or not name.isprintable():
        raise Invalid("A name has 1 to 64 characters.", field="name")
    taken = db.scalar(select(User.id).where(User.name_key == name_key(name)))
    if taken is not None and taken != besides:
        raise Invalid("Somebody here has this name already.", field="name")
    return name


def _checked_password(password: str) -> str:
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise Invalid(f"A password has at least {SHORTEST_PASSWORD} characters.", field="password")
    return _hasher.hash(password)


def add_user(db: Session, *, name: str, role: str = "analyst", password: str | None = None) -> User:
    """A new account; without a password it is opened by a one-time link. Raises Invalid."""
    if role not in ROLES:
        raise Invalid(f"A role is one of {', '.join(ROLES)}.", field="role")
    name = _checked_name(db, name)
    hashed = None if password is None else _checked_password(password)
    user = User(name=name, name_key=name_key(name), role=role, password_hash=hashed)
    db.add(user)
    db.flush()
    return user


def user_named(db: Session, user_id: int) -> User:
    user = db.get(User, user_id)
    if user is None:
        raise NotFound
    return user


def make_link(db: Session, *, user_id: int) -> str:
    """The token of a new one-time link for an account; earlier links of it end."""
    db.execute(delete(SignInLink).where(SignInLink.user_id == user_id))
    token = new_token()
    db.add(SignInLink(user_id=user_id, token_hash=token_hash(token), expires_at=now() + timedelta(hours=LINK_HOURS)))
    return token


def link_owner(db: Session, *, token: str) -> User:
    """Whose one-time link this is. Raises NotFound where it is unknown, used or too old."""
    query = (
        select(User)
        .join(SignInLink, SignInLink.user_id == User.id)
        .where(SignInLink.token_hash == token_hash(token), SignInLink.used_at.is_(None))
        .where(SignInLink.expires_at > now(), User.disabled_at.is_(None))
    )
    user = db.scalar(query)
    if user is None:
        raise NotFound("This link is not valid any more: it was used, or it is too old. Ask for a new one.")
    return user


def use_link(db: Session, *, token: str, name: str, password: str) -> User:
    """Sets name and password of the account and ends the link and all its sessions. Raises NotFound, Invalid."""
    user = link_owner(db, token=token)
    user.name = _checked_name(db, name, besides=user.id)
    user.name_key = name_key(user.name)
    user.password_hash = _checked_password(password)
    used = update(SignInLink).where(SignInLink.token_hash == token_hash(token), SignInLink.used_at.is_(None))
    if db.connection().execute(used.values(used_at=now())).rowcount != 1:
        raise NotFound("This link was used just now.")
    end_sign_ins(db, user_id=user.id)
    return user


def check_password(db: Session, *, name: str, password: str) -> User | None:
    """The account, or None for an unknown name, a wrong password and a disabled account alike."""
    user = db.scalar(select(User).where(User.name_key == name_key(name)))
    stored = user.password_hash if user and user.password_hash else _nobody
    try:
        _hasher.verify(stored, password[:LONGEST_PASSWORD])
    except (VerificationError, InvalidHashError):
        return None
    if user is None or not user.password_hash or user.disabled_at:
        return None
    return user


def sign_in(db: Session, *, user_id: int, days: int, address: str = "", agent: str = "") -> str:
    """The token of a new session, for the browser's cookie."""
    token = new_token()
    db.add(
        SignIn(
            user_id=user_id,
            token_hash=token_hash(token),
            expires_at=now() + timedelta(days=days),
            address=address[:64],
            agent=agent[:300],
        )
    )
    return token


def end_sign_ins(db: Session, *, user_id: int, only: int | None = None, besides: int | None = None) -> None:
    """Ends one session of an account (`only`), all but one (`besides`), or all."""
    query = delete(SignIn).where(SignIn.user_id == user_id)
    if only is not None:
        query = query.where(SignIn.id == only)
    if besides is not None:
        query = query.where(SignIn.id != besides)
    ended = db.connection().execute(query).rowcount
    if only is not None and not ended:
        raise NotFound


def change_password(db: Session, *, user_id: int, old: str, new: str, sign_in_id: int | None) -> None:
    """Ends every other session of the account. Raises Invalid."""
    user = db.get_one(User, user_id)
    if check_password(db, name=user.name, password=old) is None:
        raise Invalid("This is not your password.", field="old")
    user.password_hash = _checked_password(new)
    end_sign_ins(db, user_id=user_id, besides=sign_in_id)


def add_token(db: Session, *, user_id: int, name: str, scope: str) -> str:
    """A new API token; this is the only time it can be seen. Raises Invalid."""
    name = " ".join(name.split())
    if not 1 <= len(name) <= 64:
        raise Invalid("A token has a name of 1 to 64 characters, so that you know it again.", field="name")
    if scope not in ("read", "write"):
        raise Invalid("A token may read, or read and write.", field="scope")
    token = new_token()
    db.add(ApiToken(user_id=user_id, name=name, scope=scope, token_hash=token_hash(token)))
    return token


def remove_token(db: Session, *, user_id: int, token_id: int) -> None:
    query = delete(ApiToken).where(ApiToken.id == token_id, ApiToken.user_id == user_id)
    if not db.connection().execute(query).rowcount:
        raise NotFound


def change_user(db: Session, *, user_id: int, role: str, disabled: bool) -> User:
    """Changes rights; all sessions of the account end, so that nobody goes on with the old ones. The last admin stays."""
    user = user_named(db, user_id)
    lock(db, user)
    if role not in ROLES:
        raise Invalid(f"A role is one of {', '.join(ROLES)}.", field="role")
    others = select(func.count()).where(User.role == "admin", User.disabled_at.is_(None), User.id != user_id)
    if (role != "admin" or disabled) and user.role == "admin" and not db.scalar(others):
        raise Conflict("This is the last admin: make somebody else one first.")
    user.role = role
    user.disabled_at = (user.disabled_at or now()) if disabled else None
    end_sign_ins(db, user_id=user_id)
    return user
