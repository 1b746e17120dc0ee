"""Speakers: the same name is the same speaker in every article."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Invalid
from app.models import Speaker

LONGEST_NAME = 200


def speaker_named(db: Session, name: str, role: str = "") -> Speaker:
    """The speaker of that name, made where there is none; `role` is kept as the one last seen. Raises Invalid."""
    name = " ".join(name.split())
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise Invalid(f"A speaker's name has 1 to {LONGEST_NAME} characters.", field="speaker")
    speaker = db.scalars(select(Speaker).where(Speaker.name_key == name.casefold())).first()
    if speaker is None:
        speaker = Speaker(name=name, name_key=name.casefold(), role=role)
        db.add(speaker)
        db.flush()
    elif role:
        speaker.role = role
    return speaker
