"""Marking passages, by selection and by words."""

from __future__ import annotations

import pytest

from app.db import Database
from app.models import Annotation, Note, SearchDocument, Speaker
from tests.making import make_article, passage, text_of

HTMX = {"hx-request": "true"}


@pytest.fixture
def article(database: Database) -> int:
    return make_article(database)


@pytest.fixture
def text(database: Database, article: int) -> str:
    return text_of(database, article)


def only(database: Database) -> Annotation:
    with database.read() as db:
        return db.query(Annotation).one()


def test_a_quote_with_a_new_speaker(client, database, article, text) -> None:
    sent = {**passage(text, "half of the crates were counted twice"), "kind": "quote", "quote_kind": "indirect",
            "speaker": "  the   traders ", "role": "of Port Ilse"}  # fmt: skip
    answer = client("alice").post(f"/articles/{article}/annotations", data=sent)
    made = only(database)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/articles/{article}#card-{made.id}")
    assert (made.kind, made.quote_kind, made.status, made.role) == ("quote", "indirect", "confirmed", "of Port Ilse")
    assert (made.exact, made.prefix, made.suffix) == (sent["exact"], sent["prefix"], sent["suffix"])
    with database.read() as db:
        assert db.get_one(Speaker, made.speaker_id).name == "the traders"
        assert db.query(SearchDocument.title).filter_by(kind="annotation").scalar() == "the traders"
    page = client("bob").get(f"/articles/{article}").text
    assert f'id="card-{made.id}"' in page
    assert f'data-ids="{made.id}"' in page


def test_the_answer_to_htmx_brings_what_changed(client, database, article, text) -> None:
    sent = {**passage(text, "Traders"), "kind": "claim", "types": ["statistic", "event"]}
    answer = client("alice").post(f"/articles/{article}/annotations", data=sent, headers=HTMX)
    made = only(database)
    assert answer.status_code == 200
    for part in (
        'id="article"',
        'id="margin"',
        'id="counts"',
        f'id="card-{made.id}"',
        f'hx-delete="/annotations/{made.id}"',
    ):
        assert part in answer.text
    assert made.types == ["statistic", "event"]


def test_a_passage_that_is_not_there_is_refused(client, database, article, text) -> None:
    right = passage(text, "Traders")
    for wrong in ({"exact": "Tradess"}, {"start": 0}, {"end": 10**6}, {"start": right["end"], "end": right["start"]}):
        answer = client("alice").post(
            f"/articles/{article}/annotations", data={**right, **wrong, "kind": "quote", "speaker": "Maren"}
        )
        assert answer.status_code == 422
        assert "not in the text any more" in answer.text
        assert "Maren" in answer.text
    sent = {**right, "exact": "Tradess", "kind": "highlight"}
    answer = client("alice").post(f"/articles/{article}/annotations", data=sent, headers=HTMX)
    assert (answer.status_code, "<html" in answer.text) == (422, False)
    with database.read() as db:
        assert db.query(Annotation).count() == 0


@pytest.mark.parametrize("field", ["kind", "quote_kind", "visibility", "start", "types", "role"])
def test_values_that_no_form_offers_are_refused(client, database, article, text, field) -> None:
    bad = {"start": "x" * 5000, "role": "x" * 5000}.get(field, "<b>\x00")
    sent = {**passage(text, "Traders"), "kind": "claim" if field == "types" else "quote", field: bad}
    assert client("alice").post(f"/articles/{article}/annotations", data=sent).status_code == (422)
    with database.read() as db:
        assert db.query(Annotation).count() == 0


def test_words_alone_match_over_line_breaks(client, database, article, text) -> None:
    words = "the customs office says.\r\n\r\n\u201cWe have"
    answer = client("alice").post(f"/articles/{article}/annotations", data={"exact": words, "kind": "highlight"})
    assert answer.status_code == 303
    assert only(database).exact == "the customs office says.\n\u201cWe have"


def test_words_that_stand_twice_are_asked_about(client, database, article, text) -> None:
    sent = {"exact": "crates", "kind": "note", "body": "Which\n<i>ones</i>?", "tags": "counting"}
    asked = client("alice").post(f"/articles/{article}/annotations", data=sent)
    assert asked.status_code == 422
    assert asked.text.count('name="at"') == text.count("crates") == 2
    assert "&lt;i&gt;ones" in asked.text
    second = text.rindex("crates")
    assert client("alice").post(f"/articles/{article}/annotations", data={**sent, "at": second}).status_code == 303
    assert only(database).start == second
    with database.read() as db:
        assert db.query(Note.body).scalar() == "Which\n<i>ones</i>?"
    answer = client("alice").post(f"/articles/{article}/annotations", data=sent, headers=HTMX)
    assert (answer.status_code, "<form" in answer.text) == (422, False)


def test_words_that_are_not_there_lose_nothing(client, article) -> None:
    sent = {"exact": "No such words", "kind": "claim", "speaker": "Maren", "body": "Typed with care"}
    answer = client("alice").post(f"/articles/{article}/annotations", data=sent)
    assert answer.status_code == 422
    for typed in ("No such words", "Maren", "Typed with care", "do not stand in the text"):
        assert typed in answer.text


def test_readers_may_not_mark(client, article, text) -> None:
    sent = {**passage(text, "Traders"), "kind": "quote"}
    assert client("charlie").post(f"/articles/{article}/annotations", data=sent).status_code == 403
    assert client().post(f"/articles/{article}/annotations", data=sent).status_code == 303
    assert client("alice").post("/articles/99999999999999999999/annotations", data=sent).status_code == 404
