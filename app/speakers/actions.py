"""Speakers: the same name is the same speaker in every article."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import insert_missing
from app.errors import Invalid
from app.models import Speaker, now

LONGEST_NAME = 200


def speaker_named(db: Session, name: str, role: str = "") -> Speaker:
    """The speaker of that name, made where there is none; `role` is kept as the one last seen. Raises Invalid."""
    name = " ".join(name.split())
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise Invalid(f"A speaker's name has 1 to {LONGEST_NAME} characters.", field="speaker")
    key = Speaker.key(name)
    wanted = select(Speaker).where(Speaker.name_key == key)
    speaker = db.scalars(wanted).first()
    if speaker is None:
        row = {"name": name, "name_key": key, "role": role, "created_at": now()}
        insert_missing(db, Speaker, [row])
        speaker = db.scalars(wanted).one()
    elif role:
        speaker.role = role
    return speaker
