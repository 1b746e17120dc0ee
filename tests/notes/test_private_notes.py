"""What is alice's alone, bob never sees: not on the page, not by its address, not in counts, search or drafts."""

from __future__ import annotations

import pytest

from app.db import Database
from app.models import Annotation, Note, SearchDocument
from tests.making import make_article, passage, text_of

HTMX = {"hx-request": "true"}
SECRET = "Zanzibar"


@pytest.fixture
def article(database: Database) -> int:
    return make_article(database)


@pytest.fixture
def text(database: Database, article: int) -> str:
    return text_of(database, article)


@pytest.fixture
def private(database: Database, client, article: int, text: str) -> tuple[int, int]:
    """Alice's private note on a passage: (annotation, note)."""
    sent = {**passage(text, "Traders"), "body": f"{SECRET} burnt the ledger", "visibility": "private", "tags": "hidden"}
    client("alice").post(f"/articles/{article}/notes", data=sent)
    with database.read() as db:
        return db.query(Annotation.id).scalar() or 0, db.query(Note.id).scalar() or 0


def test_the_highlight_is_private_too(client, database, article, private) -> None:
    annotation, note = private
    with database.read() as db:
        assert db.get_one(Annotation, annotation).visibility == "private"
        owners = {row.visible_to for row in db.query(SearchDocument).filter(SearchDocument.kind != "article")}
        assert owners == {db.get_one(Note, note).author_id}
    page = client("alice").get(f"/articles/{article}").text
    assert SECRET in page
    assert "only me" in page


@pytest.mark.parametrize("other", ["bob", "charlie", "erin", "root"])
def test_nobody_else_sees_it_anywhere(client, article, private, other) -> None:
    annotation, note = private
    client("alice").get(f"/articles/{article}")  # what is kept for her is not shown to others
    browser = client(other)
    page = browser.get(f"/articles/{article}").text
    assert SECRET not in page
    assert f"card-{annotation}" not in page
    assert "<b>0</b> notes" in page
    for address in (
        f"/annotations/{annotation}", f"/annotations/{annotation}/form", f"/annotations/{annotation}/page",
        f"/annotations/{annotation}/notes/form", f"/annotations/{annotation}/sources/form",
        f"/notes/{note}", f"/notes/{note}/form", f"/notes/{note}/history", f"/notes/{note}/replies/form",
    ):  # fmt: skip
        assert browser.get(address).status_code in (403, 404)
        assert SECRET not in browser.get(address).text
    assert SECRET not in browser.get(f"/articles/{article}/marks").text
    assert SECRET not in browser.get("/search?q=ledger").text
    assert SECRET in client("alice").get("/search?q=ledger").text


def test_nobody_else_changes_it(client, private) -> None:
    annotation, note = private
    bob = client("bob")
    assert bob.post(f"/notes/{note}/replies", data={"body": "x"}).status_code == 404
    assert bob.post(f"/annotations/{annotation}/notes", data={"body": "x"}).status_code == 404
    assert (
        bob.post(f"/annotations/{annotation}/sources", data={"url": "https://x.example/", "title": "x"}).status_code
        == 404
    )
    assert bob.put(f"/annotations/{annotation}/status", data={"status": "dismissed"}).status_code == 404
    for address in (
        f"/annotations/{annotation}",
        f"/notes/{note}",
        f"/notes/{note}/deletion",
        f"/annotations/{annotation}/deletion",
    ):
        assert bob.delete(address).status_code == 404


def test_an_answer_to_another_brings_nothing_private(client, article, text, private) -> None:
    sent = {**passage(text, "Never"), "kind": "quote"}
    answer = client("bob").post(f"/articles/{article}/annotations", data=sent, headers=HTMX)
    assert answer.status_code == 200
    assert SECRET not in answer.text


def test_notes_on_a_private_passage_are_private(client, database, private) -> None:
    client("alice").post(f"/annotations/{private[0]}/notes", data={"body": "More", "visibility": "all"})
    client("alice").post(f"/notes/{private[1]}/replies", data={"body": "And more", "visibility": "all"})
    with database.read() as db:
        assert {note.visibility for note in db.query(Note)} == {"private"}


def test_a_private_note_on_a_public_passage(client, database, article, text) -> None:
    client("bob").post(f"/articles/{article}/annotations", data={**passage(text, "Traders"), "kind": "claim"})
    client("alice").post("/annotations/1/notes", data={"body": SECRET, "visibility": "private"})
    page = client("bob").get(f"/articles/{article}").text
    assert "card-1" in page
    assert SECRET not in page
    assert SECRET not in client("bob").get("/annotations/1").text
    assert SECRET in client("alice").get("/annotations/1").text


def test_showing_it_to_all_and_hiding_it_again(client, database, article, private) -> None:
    annotation, note = private
    alice, bob = client("alice"), client("bob")
    assert alice.put(f"/notes/{note}", data={"body": SECRET, "visibility": "all", "version": 1}).status_code == 303
    assert SECRET in bob.get(f"/articles/{article}").text
    assert alice.put(f"/notes/{note}", data={"body": SECRET, "visibility": "private", "version": 2}).status_code == 303
    assert SECRET not in bob.get(f"/articles/{article}").text
    assert bob.get(f"/annotations/{annotation}").status_code == 404
    alice.put(f"/notes/{note}", data={"body": SECRET, "visibility": "all", "version": 3})
    bob.post(f"/notes/{note}/replies", data={"body": "Seen"})
    hidden = alice.put(f"/notes/{note}", data={"body": SECRET, "visibility": "private", "version": 4})
    assert (hidden.status_code, "answered" in hidden.text) == (422, True)
