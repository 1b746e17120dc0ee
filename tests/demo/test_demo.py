"""The demo: three articles in which every feature can be seen, loaded once."""

from __future__ import annotations

from sqlalchemy import func, select

from app.db import Database
from app.demo import load
from app.models import Annotation, Article, Job, Note, Picture, Source


def test_the_demo_is_loaded_once_with_all_that_hangs_on_it(client, database: Database) -> None:
    with database.write() as db:
        assert load(db) == 3
    with database.write() as db:
        assert load(db) == 0
    with database.read() as db:
        assert db.scalar(select(func.count(Article.id))) == 3
        assert set(db.scalars(select(Annotation.verdict).where(Annotation.kind == "claim"))) == {
            *("unverified", "supported", "refuted", "mixed", "unverifiable")
        }
        assert db.scalar(select(func.count(Source.id)).where(Source.stance == "refutes"))
        assert db.scalar(select(func.count(Note.id)).where(Note.parent_id.is_not(None)))
        assert set(db.scalars(select(Job.kind))) == {"analyze"}
        picture = db.scalars(select(Picture)).one()
    assert "Harbour Pool" in picture.credit
    browser = client("charlie")
    assert browser.get(f"/pictures/{picture.id}").headers["content-type"] == "image/webp"
    reader = browser.get("/articles/1")
    assert "counts rockets twice" in reader.text


def test_the_annotators_of_the_demo_cannot_sign_in(client, database: Database) -> None:
    with database.write() as db:
        load(db)
    answer = client().post("/sign-in", data={"name": "Mira (demo)", "password": ""})
    assert answer.status_code == 422
