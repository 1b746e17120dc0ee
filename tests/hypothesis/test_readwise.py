"""Highlights as other readers send them to Readwise."""

from __future__ import annotations

import pytest

from app.annotations.actions import current_revision
from app.models import Annotation, Article, Note


@pytest.fixture
def reader(program):
    browser = program("alice")
    browser.headers["authorization"] = browser.headers["authorization"].replace("Bearer", "Token")
    return browser


def test_the_token_is_tried(reader, program) -> None:
    assert reader.get("/api/v2/auth/").status_code == 204
    assert program().get("/api/v2/auth/").status_code == 401
    assert program().get("/api/v2/auth/", headers={"authorization": "Token wrong"}).status_code == 401


def test_highlights_stand_in_the_article_of_their_address(reader, database, article) -> None:
    with database.write() as db:
        db.get_one(Article, article).canonical_url = "https://press.example/crates"
    sent = {"text": "Traders doubt it", "note": "Do they?", "source_url": "http://press.example/crates?utm_source=x",
            "title": "Crates", "category": "articles", "highlighted_at": "2026-01-02T03:04:05+00:00"}  # fmt: skip
    answer = reader.post("/api/v2/highlights/", json={"highlights": [sent]})
    assert answer.status_code == 200, answer.text
    (book,) = answer.json()
    assert (book["title"], book["category"], len(book["modified_highlights"])) == ("Crates", "articles", 1)
    with database.read() as db:
        marked = db.query(Annotation).one()
        assert (marked.article_id, marked.exact, marked.created_at.year) == (article, "Traders doubt it", 2026)
        assert db.query(Note.body).scalar() == "Do they?"
    assert reader.post("/api/v2/highlights/", json={"highlights": [sent]}).json() == answer.json()
    with database.read() as db:
        assert (db.query(Annotation).count(), db.query(Note).count()) == (1, 1)


def test_an_article_is_made_of_its_highlights(reader, database) -> None:
    sent = [{"text": "The lamp went out.", "title": "A Dark House", "author": "N. Iver"},
            {"text": "Nobody lit it again.", "title": "A Dark House", "author": "N. Iver"},
            {"text": "Rain all day.", "source_url": "https://weather.example/rain"}]  # fmt: skip
    books = reader.post("/api/v2/highlights/", json={"highlights": sent}).json()
    assert [(each["title"], each["author"], each["num_highlights"]) for each in books] == [
        ("A Dark House", "N. Iver", 2), ("https://weather.example/rain", "", 1)]  # fmt: skip
    with database.read() as db:
        assert {each.exact for each in db.query(Annotation)} == {each["text"] for each in sent}


@pytest.mark.parametrize("more", [{"title": "A Dark House"}, {"source_url": "https://house.example/dark"}])
def test_what_comes_later_stands_in_it_too(more, reader, database) -> None:
    texts = ["The lamp went out.", "Nobody lit it again.", "In the morning\nthe oil was gone."]
    sent = [{"text": text, **more} for text in texts]
    (first,) = reader.post("/api/v2/highlights/", json={"highlights": sent[:2]}).json()
    places = {mark.exact: (mark.id, mark.start) for mark in _current(database, first["id"])}
    for _ in range(2):
        (book,) = reader.post("/api/v2/highlights/", json={"highlights": sent[2:]}).json()
        assert (book["id"], book["num_highlights"]) == (first["id"], 1)
        marks = _current(database, first["id"])
        assert [mark.exact for mark in marks] == texts
        assert {mark.exact: (mark.id, mark.start) for mark in marks[:2]} == places
        with database.read() as db:
            assert (db.query(Note).count(), db.query(Article).one().revision) == (0, 2)


def _current(database, article_id: int) -> list[Annotation]:
    with database.read() as db:
        revision = current_revision(db, db.get_one(Article, article_id))
        return db.query(Annotation).filter_by(revision_id=revision.id).order_by(Annotation.start).all()


@pytest.mark.parametrize(
    ("sent", "field"),
    [({}, "highlights"), ({"highlights": []}, "highlights"), ({"highlights": [1]}, "highlights.0"),
     ({"highlights": [{"text": " "}]}, "highlights.0.text"), ({"highlights": [{"text": 1}]}, "highlights.0.text"),
     ({"highlights": [{"text": "a", "note": "b" * 8192}]}, "highlights.0.note"),
     ({"highlights": [{"text": "a", "category": "films"}]}, "highlights.0.category")],
)  # fmt: skip
def test_what_is_wrong_is_named(sent, field, reader, database) -> None:
    answer = reader.post("/api/v2/highlights/", json=sent)
    assert (answer.status_code, answer.json()["reason"].startswith(f"{field}: ")) == (400, True)
    with database.read() as db:
        assert db.query(Article).count() == 0
