"""Correcting, confirming, dismissing, deleting; and two people at once."""

from __future__ import annotations

import pytest

from app.db import Database
from app.models import Annotation, SearchDocument, Speaker
from tests.making import make_article, passage, text_of

HTMX = {"hx-request": "true"}


@pytest.fixture
def article(database: Database) -> int:
    return make_article(database)


@pytest.fixture
def text(database: Database, article: int) -> str:
    return text_of(database, article)


@pytest.fixture
def claim(database: Database, client, article: int, text: str) -> int:
    """Found by the program."""
    with database.write() as db:
        found = passage(text, "half of the crates were counted twice")
        revision = article
        row = Annotation(
            **found, article_id=article, revision_id=revision, kind="claim", engine="quotidian/0.1", score=0.7,
            found_start=found["start"], found_end=found["end"],
        )  # fmt: skip
        db.add(row)
        db.flush()
        return row.id


def now(database: Database, annotation_id: int) -> Annotation:
    with database.read() as db:
        return db.get_one(Annotation, annotation_id)


def test_the_form_and_the_card_are_fragments(client, claim) -> None:
    alice = client("alice")
    form = alice.get(f"/annotations/{claim}/form").text
    assert "half of the crates" in form
    assert 'name="version" value="1"' in form
    card = alice.get(f"/annotations/{claim}").text
    assert f'id="card-{claim}"' in card
    for key in ("n", "l", "v", ".", "-", "e"):
        assert f'data-key="{key}"' in card
    assert "<html" not in form + card
    assert 'data-key="e"' not in client("charlie").get(f"/annotations/{claim}").text
    assert client("alice").get(f"/annotations/{claim}/page").text.count("<form") > 4


def test_bounds_kind_and_speaker(client, database, claim, text) -> None:
    sent = {
        **passage(text, "the crates were counted"),
        "kind": "quote",
        "quote_kind": "mixed",
        "speaker": "Pieter",
        "version": 1,
    }
    assert client("bob").put(f"/annotations/{claim}", data=sent, headers=HTMX).status_code == 200
    after = now(database, claim)
    assert (after.exact, after.kind, after.quote_kind, after.status, after.version) == (
        sent["exact"],
        "quote",
        "mixed",
        "confirmed",
        2,
    )
    assert (after.found_start, after.decided_by is not None) == (text.index("half of"), True)
    with database.read() as db:
        assert db.get_one(Speaker, after.speaker_id).name == "Pieter"


@pytest.mark.parametrize(("known", "sent", "role"), [
    ("envoy", "Minister", "envoy"), ("", "Minister", ""), (None, "Minister", ""), ("envoy", "Consul", "Consul"),
])  # fmt: skip
def test_another_speaker_comes_in_a_role_of_their_own(client, database, article, text, known, sent, role) -> None:
    bob, words = client("bob"), {**passage(text, "Traders"), "kind": "quote"}
    bob.post(f"/articles/{article}/annotations", data={**words, "speaker": "Brandt", "role": "Minister"})
    if known is not None:
        other = {**passage(text, "half of the crates"), "kind": "quote", "speaker": "Katrin Osterloh", "role": known}
        bob.post(f"/articles/{article}/annotations", data=other)
    changed = {**words, "speaker": "Katrin Osterloh", "role": sent, "version": 1}
    assert bob.put("/annotations/1", data=changed).status_code == 303
    with database.read() as db:
        roles = {speaker.name: speaker.role for speaker in db.query(Speaker)}
        assert (db.get_one(Annotation, 1).role, roles) == (role, {"Brandt": "Minister", "Katrin Osterloh": role})


def test_words_alone_move_the_bounds_to_the_nearest_place(client, database, claim, text) -> None:
    sent = {"exact": "the crates", "start": text.index("half of"), "end": 200, "kind": "claim", "version": 1}
    assert client("bob").post(f"/annotations/{claim}?_method=put", data=sent).status_code == 303
    assert now(database, claim).start == text.index("the crates were")


def test_words_that_are_not_there_keep_the_form(client, database, claim) -> None:
    sent = {"exact": "three quarters", "kind": "claim", "version": 1, "speaker": "Pieter"}
    answer = client("bob").put(f"/annotations/{claim}", data=sent, headers=HTMX)
    assert answer.status_code == 422
    for part in ("three quarters", "do not stand in the text", "Pieter"):
        assert part in answer.text
    assert now(database, claim).version == 1


@pytest.mark.parametrize("headers", [HTMX, {}])
def test_a_stale_edit_shows_both_versions(client, database, claim, text, headers) -> None:
    first = {**passage(text, "the crates were counted"), "kind": "claim", "speaker": "Bob's choice", "version": 1}
    assert client("bob").put(f"/annotations/{claim}", data=first).status_code == 303
    second = {**passage(text, "counted twice"), "kind": "claim", "speaker": "Alice's choice", "version": 1}
    answer = client("alice").put(f"/annotations/{claim}", data=second, headers=headers)
    assert answer.status_code == 409
    for part in ("the crates were counted", "Bob&#39;s choice", "counted twice", "Alice&#39;s choice", 'value="2"'):
        assert part in answer.text
    assert now(database, claim).exact == "the crates were counted"
    assert client("alice").put(f"/annotations/{claim}", data={**second, "version": 2}).status_code == 303
    assert now(database, claim).exact == "counted twice"


def test_dismiss_list_and_take_back(client, database, article, claim) -> None:
    alice = client("alice")
    answer = alice.put(f"/annotations/{claim}/status", data={"status": "dismissed"}, headers=HTMX)
    assert f'hx-delete="/annotations/{claim}/status?to=found"' in answer.text
    page = alice.get(f"/articles/{article}").text
    assert f'data-ids="{claim}"' not in page
    assert "1 dismissed" in page
    with database.read() as db:
        assert db.query(SearchDocument).filter_by(kind="annotation").count() == 0
    assert alice.delete(f"/annotations/{claim}/status", headers=HTMX).status_code == 200
    assert f'data-ids="{claim}"' in alice.get(f"/articles/{article}").text
    assert alice.put(f"/annotations/{claim}/status", data={"status": "gone"}).status_code == 422


def test_what_was_corrected_is_dismissed_and_so_again(client, database, claim, text) -> None:
    alice, status = client("alice"), f"/annotations/{claim}/status"
    alice.put(f"/annotations/{claim}", data={**passage(text, "the crates were counted"), "kind": "claim", "version": 1})
    answer = alice.put(status, data={"status": "dismissed"}, headers=HTMX)
    assert f'action="{status}?to=confirmed&amp;_method=delete" hx-delete="{status}?to=confirmed"' in answer.text
    assert alice.post(f"{status}?to=confirmed&_method=delete").status_code == 303
    assert now(database, claim).status == "confirmed"
    assert "data-undo" not in alice.put(status, data={"status": "confirmed"}, headers=HTMX).text, "nothing to undo"


def test_a_write_without_an_undo_takes_the_older_ones_away(client, article, claim, text) -> None:
    alice, emptied = client("alice"), 'hx-swap-oob="innerHTML:#toasts"'
    sent = {**passage(text, "the crates were counted"), "kind": "claim", "version": 1}
    assert emptied in alice.put(f"/annotations/{claim}", data=sent, headers=HTMX).text
    assert emptied not in alice.put(f"/annotations/{claim}/status", data={"status": "dismissed"}, headers=HTMX).text
    assert emptied not in alice.get(f"/articles/{article}/marks", headers=HTMX).text, "nobody wrote"


def test_delete_and_undo(client, database, article, claim) -> None:
    alice = client("alice")
    alice.post(f"/annotations/{claim}/notes", data={"body": "Findable"})
    answer = alice.delete(f"/annotations/{claim}", headers=HTMX)
    assert f'hx-delete="/annotations/{claim}/deletion"' in answer.text
    assert "Findable" not in answer.text
    assert alice.get(f"/annotations/{claim}").status_code == 404
    with database.read() as db:
        assert db.query(SearchDocument).filter(SearchDocument.kind != "article").count() == 0
    assert "Findable" in alice.delete(f"/annotations/{claim}/deletion", headers=HTMX).text
    with database.read() as db:
        assert db.query(SearchDocument).filter(SearchDocument.kind != "article").count() == 2


def test_others_annotations_are_for_their_makers_and_editors(client, database, article, text) -> None:
    client("alice").post(f"/articles/{article}/annotations", data={**passage(text, "Traders"), "kind": "quote"})
    with database.read() as db:
        made = db.query(Annotation.id).scalar()
    assert client("bob").delete(f"/annotations/{made}").status_code == 403
    assert 'data-key="x"' not in client("bob").get(f"/annotations/{made}").text
    assert client("charlie").put(f"/annotations/{made}/status", data={"status": "dismissed"}).status_code == 403
    assert client("erin").delete(f"/annotations/{made}").status_code == 303
