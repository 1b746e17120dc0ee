"""Speakers: the same name is the same speaker in every article. Renamed, merged and split by people; what a speaker was
called is remembered, so that the name leads to them from now on. A name that only one person can see is not merged, for
that would tell it to the others."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.access import Person, visible_speakers
from app.db import insert_missing, lock
from app.errors import Conflict, Invalid
from app.models import Annotation, Article, Speaker, SpeakerName, now
from app.search import actions as search

LONGEST_NAME = 200
EVERYBODY = Person(0, "", "reader")  # who sees what everybody does and has nothing of their own


def checked_name(name: str, field: str = "speaker") -> str:
    """In one line and without extra white space. Raises Invalid."""
    name = " ".join(name.split())
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise Invalid(f"A speaker's name has 1 to {LONGEST_NAME} characters.", field=field)
    return name


def speaker_named(db: Session, name: str, role: str = "") -> Speaker:
    """The speaker of that name, or whose name it is remembered to be; made where there is none. `role` is kept as the one
    last seen. Raises Invalid."""
    name = checked_name(name)
    speaker = known(db, name)
    if speaker is None:
        key = Speaker.key(name)
        row = {"name": name, "name_key": key, "role": role, "created_at": now()}
        insert_missing(db, Speaker, [row])
        speaker = db.scalars(select(Speaker).where(Speaker.name_key == key)).one()
    elif role:
        speaker.role = role
    return speaker


def known(db: Session, name: str) -> Speaker | None:
    key = Speaker.key(name)
    own = db.scalars(select(Speaker).where(Speaker.name_key == key)).first()
    remembered = select(Speaker).join(SpeakerName, SpeakerName.speaker_id == Speaker.id)
    return own or db.scalars(remembered.where(SpeakerName.name_key == key)).first()


def role_seen(db: Session, person: Person, speaker: Speaker) -> str:
    """What the speaker was last seen as; "" to whom the speaker is not shown."""
    return speaker.role if _seen(db, person, speaker) else ""


def rename_speaker(db: Session, *, speaker: Speaker, person: Person, version: int, name: str) -> None:
    """The old name stays one of theirs. Raises Conflict where the speaker is not at `version` any more, Invalid."""
    name = checked_name(name, "name")
    other = known(db, name)
    if other and other.id != speaker.id and _seen(db, person, other):
        raise Invalid("Somebody else is called so. If they are the same, name them under “Same as”.", field="name")
    _hold(db, [speaker, other] if other else [speaker], speaker, version)
    if other and other.id != speaker.id:  # known to nobody who sees this one: as if their quotes had been typed anew
        _move(db, other, speaker, person)
    key = Speaker.key(name)
    if key != speaker.name_key:
        _forget(db, key)
        old = SpeakerName(speaker_id=speaker.id, name=speaker.name, name_key=speaker.name_key, created_by=person.id)
        speaker.name_key = key
        db.flush()
        db.add(old)
    speaker.name = name
    search.index_speaker(db, speaker.id)


def merge_speakers(db: Session, *, kept: Speaker, name: str, person: Person, version: int) -> None:
    """Makes the speaker called `name` one with `kept`: all they say moves, and their names are remembered.
    Raises Conflict where `kept` is not at `version` any more, Invalid."""
    other = known(db, checked_name(name, "name"))
    if other is None or not _seen(db, person, other):
        raise Invalid("Nobody is called so.", field="name")
    if other.id == kept.id:
        raise Invalid("That is this speaker.", field="name")
    for each in (kept, other):
        if not _seen(db, EVERYBODY, each):
            raise Invalid(f"Only you can see {each.name} so far: nobody else would know why.", field="name")
    _hold(db, [kept, other], kept, version)
    _move(db, other, kept, person)
    search.index_speaker(db, kept.id)


def split_speaker(db: Session, *, speaker: Speaker, name: SpeakerName) -> Speaker:
    """Makes a remembered name a speaker of its own again, with what was found or typed under it."""
    _hold(db, [speaker], speaker, None)
    own = Speaker(name=name.name, name_key=name.name_key)
    db.add(own)
    db.delete(name)
    db.flush()
    called = select(Annotation.speaker_name).where(Annotation.speaker_id == speaker.id).distinct()
    back = [each for each in db.scalars(called) if Speaker.key(each) == own.name_key]
    mine = (Annotation.speaker_id == speaker.id, Annotation.speaker_name.in_(back))
    own.role = db.scalar(select(Annotation.role).where(*mine).order_by(Annotation.id.desc()).limit(1)) or ""
    db.execute(update(Annotation).where(*mine).values(speaker_id=own.id, version=Annotation.version + 1))
    db.expire_all()
    search.index_speaker(db, own.id)
    return own


def _seen(db: Session, person: Person, speaker: Speaker) -> bool:
    return db.scalar(select(Speaker.id).where(Speaker.id == speaker.id, visible_speakers(person))) is not None


def _hold(db: Session, speakers: list[Speaker], changed: Speaker, version: int | None) -> None:
    """Locks all that a change of these speakers touches, articles first and in one order as all writers do."""
    ids = sorted({speaker.id for speaker in speakers})
    said = select(Annotation.article_id).where(Annotation.speaker_id.in_(ids))
    articles = db.scalars(select(Article.id).where(Article.id.in_(said)).order_by(Article.id).with_for_update()).all()
    for speaker in sorted(speakers, key=lambda each: each.id):
        lock(db, speaker)
    if version is not None and changed.version != version:
        raise Conflict("Somebody else changed this speaker meanwhile. Look again, then decide.", current=changed)
    changed.version += 1
    raised = {"annotation_version": Article.annotation_version + 1}
    for begin in range(0, len(articles), 500):
        db.execute(update(Article).where(Article.id.in_(articles[begin : begin + 500])).values(**raised))


def _move(db: Session, other: Speaker, kept: Speaker, person: Person) -> None:
    """All that `other` said and was called goes to `kept`."""
    theirs = Annotation.speaker_id == other.id
    db.execute(update(Annotation).where(theirs).values(speaker_id=kept.id, version=Annotation.version + 1))
    db.execute(update(SpeakerName).where(SpeakerName.speaker_id == other.id).values(speaker_id=kept.id))
    name = {"speaker_id": kept.id, "name": other.name, "name_key": other.name_key, "created_by": person.id}
    kept.role = kept.role or other.role
    db.delete(other)
    db.flush()
    db.add(SpeakerName(**name))
    db.flush()


def _forget(db: Session, key: str) -> None:
    for each in db.scalars(select(SpeakerName).where(SpeakerName.name_key == key)):
        db.delete(each)
    db.flush()
