"""Notes on passages and articles: written, answered, edited, deleted, brought back."""

from __future__ import annotations

import pytest

from app.db import Database
from app.models import Annotation, Draft, Note, NoteVersion, SearchDocument
from tests.making import make_article, passage, text_of

HTMX = {"hx-request": "true"}


@pytest.fixture
def article(database: Database) -> int:
    return make_article(database)


@pytest.fixture
def text(database: Database, article: int) -> str:
    return text_of(database, article)


@pytest.fixture
def note(database: Database, client, article: int, text: str) -> int:
    """By alice, on a passage, for all."""
    sent = {**passage(text, "Traders doubt it"), "body": "Do they *all*?", "tags": "#Trade, doubt"}
    assert client("alice").post(f"/articles/{article}/notes", data=sent).status_code == 303
    with database.read() as db:
        return db.query(Note.id).scalar() or 0


def get(database: Database, note_id: int) -> Note:
    with database.read() as db:
        return db.get_one(Note, note_id)


def test_a_note_on_a_passage_marks_it(client, database, article, note) -> None:
    with database.read() as db:
        marked = db.query(Annotation).one()
    assert (marked.kind, marked.exact, marked.visibility) == ("highlight", "Traders doubt it", "all")
    page = client("bob").get(f"/articles/{article}").text
    assert f'id="note-{note}"' in page
    assert "Do they <em>all</em>?" in page
    assert 'href="/?tag=trade">#trade' in page


def test_a_note_on_the_article(client, database, article) -> None:
    answer = client("alice").post(f"/articles/{article}/notes", data={"body": "On the whole"})
    assert answer.headers["location"].startswith(f"/articles/{article}#note-")
    with database.read() as db:
        assert db.query(Annotation).count() == 0
    assert "On the whole" in client("bob").get(f"/articles/{article}").text


def test_a_note_without_scripts_by_words(client, database, article, text) -> None:
    alice = client("alice")
    assert alice.post(f"/articles/{article}/notes", data={"exact": "doubt it.", "body": "By words"}).status_code == 303
    asked = alice.post(f"/articles/{article}/notes", data={"exact": "crates", "body": "Which ones"})
    assert (asked.status_code, asked.text.count('name="at"'), "Which ones" in asked.text) == (422, 2, True)
    again = alice.post(
        f"/articles/{article}/notes", data={"exact": "crates", "body": "Which", "at": text.index("crates")}
    )
    assert again.status_code == 303
    lost = alice.post(f"/articles/{article}/notes", data={"exact": "not in there", "body": "Typed"})
    assert (lost.status_code, "Typed" in lost.text, "not in there" in lost.text) == (422, True, True)


@pytest.mark.parametrize(("body", "why"), [("  \r\n ", "nothing in this note"), ("x" * 1_000_000, "at most 100,000")])
def test_empty_and_endless_notes_are_refused_and_kept_in_the_form(client, database, article, text, body, why) -> None:
    client("alice").post(f"/articles/{article}/annotations", data={**passage(text, "Traders"), "kind": "claim"})
    for address in (f"/articles/{article}/notes", "/annotations/1/notes"):
        answer = client("alice").post(address, data={"body": body, "tags": "kept", **passage(text, "Traders")})
        assert answer.status_code == 422
        assert why in answer.text
        assert 'value="kept"' in answer.text
        assert body.strip() in answer.text
        small = client("alice").post(address, data={"body": body}, headers=HTMX)
        assert (small.status_code, why in small.text, "<html" in small.text) == (422, True, False)
    with database.read() as db:
        assert (db.query(Note).count(), db.query(Annotation).count()) == (0, 1)


def test_replies_thread(client, database, article, note) -> None:
    bob = client("bob")
    assert 'name="body"' in bob.get(f"/notes/{note}/replies/form").text
    assert bob.post(f"/notes/{note}/replies", data={"body": "Not all"}).status_code == 303
    parent = note
    for n in range(12):
        answer = client("alice").post(f"/notes/{parent}/replies", data={"body": f"Deeper {n}"})
        parent = int(answer.headers["location"].rpartition("-")[2])
    shown = bob.get(f"/notes/{note}").text
    assert shown.count('class="replies"') == 5
    assert all(f"Deeper {n}" in shown for n in range(12))


def test_edit_keeps_history(client, database, article, note) -> None:
    alice = client("alice")
    form = alice.get(f"/notes/{note}/form").text
    assert 'value="doubt, trade"' in form
    sent = {"body": "Some do.", "tags": "trade", "version": 1}
    assert alice.put(f"/notes/{note}", data=sent).status_code == 303
    assert (get(database, note).body, get(database, note).version) == ("Some do.", 2)
    history = client("bob").get(f"/notes/{note}/history").text
    assert "Do they <em>all</em>?" in history
    assert alice.put(f"/notes/{note}", data={**sent, "version": 2}).status_code == 303
    with database.read() as db:
        assert db.query(NoteVersion).count() == 1
        assert db.query(SearchDocument.body).filter_by(kind="note").scalar() == "Some do."


@pytest.mark.parametrize("headers", [HTMX, {}])
def test_a_stale_edit_shows_both_versions(client, database, note, headers) -> None:
    client("erin").put(f"/notes/{note}", data={"body": "By erin", "version": 1})
    sent = {"body": "By alice", "version": 1}
    answer = client("alice").put(f"/notes/{note}", data=sent, headers=headers)
    assert answer.status_code == 409
    for part in ("By erin", "By alice", 'name="version" value="2"', "Save mine over it"):
        assert part in answer.text
    assert get(database, note).body == "By erin"
    assert client("alice").put(f"/notes/{note}", data={**sent, "version": 2}).status_code == 303
    assert get(database, note).body == "By alice"


def test_delete_and_undo(client, database, article, note) -> None:
    alice = client("alice")
    answer = alice.delete(f"/notes/{note}", headers=HTMX)
    assert f'hx-delete="/notes/{note}/deletion"' in answer.text
    assert alice.get(f"/notes/{note}").status_code == 404
    with database.read() as db:
        assert db.query(SearchDocument).filter_by(kind="note").count() == 0
    assert "Do they" in alice.delete(f"/notes/{note}/deletion", headers=HTMX).text
    assert alice.get(f"/notes/{note}").status_code == 200


def test_others_notes_are_for_their_authors_and_editors(client, database, note) -> None:
    assert client("bob").put(f"/notes/{note}", data={"body": "x", "version": 1}).status_code == 403
    assert client("bob").delete(f"/notes/{note}").status_code == 403
    assert client("charlie").post(f"/notes/{note}/replies", data={"body": "x"}).status_code == 403
    assert client("charlie").get(f"/notes/{note}").status_code == 200
    assert client("erin").delete(f"/notes/{note}").status_code == 303


def test_drafts_are_one_persons_and_end_with_saving(client, database, article, note) -> None:
    alice, key = client("alice"), f"reply-{note}"
    assert alice.put(f"/articles/{article}/drafts/{key}", data={"body": "Half a tho"}).status_code == 204
    assert alice.put(f"/articles/{article}/drafts/{key}", data={"body": "Half a thought"}).status_code == 204
    assert "Half a thought" in alice.get(f"/notes/{note}/replies/form").text
    assert "Half a thought" in alice.get(f"/articles/{article}").text
    assert "Half a thought" not in client("bob").get(f"/notes/{note}/replies/form").text
    assert "Half a thought" not in client("bob").get(f"/articles/{article}").text
    alice.post(f"/notes/{note}/replies", data={"body": "A whole one", "draft": key})
    with database.read() as db:
        assert db.query(Draft).count() == 0
    alice.put(f"/articles/{article}/drafts/article", data={"body": "x"})
    alice.put(f"/articles/{article}/drafts/article", data={"body": ""})
    with database.read() as db:
        assert db.query(Draft).count() == 0
    for key in ("nonsense", "note-x", "passage-1", "x" * 500):
        assert alice.put(f"/articles/{article}/drafts/{key}", data={"body": "x"}).status_code in (404, 422)


def test_markup_in_notes_runs_nothing(client, article) -> None:
    body = "<script>x()</script> [a](javascript:x()) <img src=/x hx-get=/y> <hx-partial>"
    client("alice").post(f"/articles/{article}/notes", data={"body": body, "tags": "<b>'\""})
    page = client("bob").get(f"/articles/{article}").text
    assert "<script>x" not in page
    assert "<img src=/x" not in page
    assert 'href="javascript' not in page
    assert "&lt;b&gt;" in page
