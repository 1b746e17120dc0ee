"""The demo: three articles of our own about made-up people and places, read in as pasted text and annotated, so that every
feature can be seen. Loaded once: its two annotators, who cannot sign in, are the mark that it has been."""

from __future__ import annotations

import json
from importlib.resources import files as packaged
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import files, pictures
from app.access import Person
from app.accounts.actions import add_user, name_key
from app.annotations.actions import Details, add_annotation, current_revision
from app.articles.actions import add_article, add_capture, set_tags
from app.claims.actions import give_verdict
from app.extract import extract
from app.models import Annotation, Article, Picture, Revision, User, now
from app.notes.actions import Draft, add_note
from app.sources.actions import Given, add_source

PEOPLE = ("Mira (demo)", "Jon (demo)")
FOLDER = packaged(__name__)


def load(db: Session) -> int:
    """How many articles were added: none where the demo has been loaded before."""
    if db.scalar(select(User.id).where(User.name_key == name_key(PEOPLE[0]))):
        return 0
    mira, jon = (_annotator(db, name) for name in PEOPLE)
    given = json.loads(FOLDER.joinpath("annotations.json").read_text(encoding="utf-8"))
    for name, marks in given.items():
        article = _add(db, name)
        set_tags(db, article=article, names=marks["tags"])
        if marks["note"]:
            add_note(db, article=article, author=mira, note=_note(db, marks["note"]))
        revision = current_revision(db, article)
        for mark in marks["annotations"]:
            _annotate(db, article, revision, mark, mira=mira, jon=jon)
    return len(given)


def _annotator(db: Session, name: str) -> Person:
    user = add_user(db, name=name, role="analyst")
    user.disabled_at = now()
    return Person(user.id, user.name, user.role)


def _add(db: Session, name: str) -> Article:
    data = FOLDER.joinpath(f"{name}.txt").read_bytes()
    document = extract(data, kind="paste")
    capture = add_capture(db, person=None, kind="paste", data=data, document=document, media_type="text/plain")
    article = add_article(db, person=None, capture=capture, document=document)
    picture = FOLDER.joinpath(f"{name}.webp")
    if picture.is_file():
        made = pictures.prepare(picture.read_bytes())
        row = db.scalars(select(Picture).where(Picture.revision_id == capture.revision_id)).one()
        row.sha256 = files.put(db.info["settings"].files, made.content)
        row.media_type, row.width, row.height = made.media_type, made.width, made.height
    return article


def _annotate(
    db: Session, article: Article, revision: Revision, mark: dict[str, Any], *, mira: Person, jon: Person
) -> None:
    start = revision.text.index(mark["words"])
    annotation = add_annotation(
        db,
        article=article,
        revision=revision,
        author=mira,
        bounds=(start, start + len(mark["words"])),
        details=Details(mark["kind"], mark.get("speaker") or "", mark.get("role", ""), types=mark.get("types", ())),
    )
    for each in mark.get("notes", ()):
        note = add_note(db, article=article, annotation=annotation, author=mira, note=_note(db, each))
        for reply in each["replies"]:
            answer = Draft(db, reply, "")
            add_note(db, article=article, annotation=annotation, author=jon, note=answer, parent=note)
    for source in mark.get("sources", ()):
        add_source(db, annotation=annotation, author=jon, given=Given(**source))
    _judge(db, annotation, mark, jon)


def _judge(db: Session, claim: Annotation, mark: dict[str, Any], judge: Person) -> None:
    if "verdict" in mark:
        give_verdict(db, claim=claim, person=judge, verdict=mark["verdict"], reason=mark["reason"], version=None)


def _note(db: Session, given: dict[str, Any]) -> Draft:
    return Draft(db, given["body"], ", ".join(given["tags"]))
