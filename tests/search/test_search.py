"""Full-text search: what is found, by whom, what typed things mean, and where hits lead."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.articles.actions import add_article, add_capture
from app.extract.document import Document, Image, Paragraph
from app.models import Annotation, Article, Note, Revision, Speaker, now
from app.search import actions
from app.search.terms import for_fts5, parse


def article(db: Any, title: str, *paragraphs: str) -> int:
    document = Document(
        title=title,
        authors=("Ines Calloway",),
        paragraphs=tuple(Paragraph("p", text) for text in paragraphs),
        images=(Image(None, "A lighthouse.", None),),
    )
    capture = add_capture(db, person=None, kind="paste", data=title.encode(), document=document)
    return add_article(db, person=None, capture=capture, document=document).id


@pytest.fixture
def ids(database, people) -> dict[str, int]:
    """Two articles; in the first a quote, and bob's notes: one for all, one his own."""
    with database.write() as db:
        strait = article(
            db, "A shift in the strait", "Astrelle fears for the demilitarised zone.", "Café owners worry."
        )
        ferry = article(db, "Ferries cost more", "The zone of the ferry subsidies has grown by 12.5 percent.")
        speaker = Speaker(name="Maren Oduya", name_key="maren oduya")
        db.add(speaker)
        db.flush()
        revision = db.query(Revision).filter_by(article_id=strait).one()
        quote = Annotation(
            article_id=strait, revision_id=revision.id, kind="quote", start=0, end=8, exact="Astrelle fears", speaker_id=speaker.id
        )  # fmt: skip
        db.add(quote)
        db.flush()
        notes = {
            "note": Note(article_id=strait, author_id=people["bob"], body="Compare the **customs** series."),
            "private": Note(
                article_id=strait, author_id=people["bob"], body="Ask the harbourmaster.", visibility="private"
            ),
        }
        db.add_all(notes.values())
        db.flush()
        actions.index_annotation(db, quote.id)
        for note in notes.values():
            actions.index_note(db, note.id)
        return {"strait": strait, "ferry": ferry, "quote": quote.id, **{key: note.id for key, note in notes.items()}}


def found(browser: Any, q: str, **more: str) -> list[str]:
    answer = browser.get("/search", params={"q": q, **more})
    assert answer.status_code == 200
    return [html.unescape(re.sub(r"<[^>]+>", "", title)) for title in re.findall(r"<h2>(<a.*?)</h2>", answer.text)]


STRAIT, FERRY = "A shift in the strait", "Ferries cost more"


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("strait", [STRAIT]),
        ("STRAIT astrelle", [STRAIT]),
        ("strait ferry", []),
        ("ferry", [FERRY]),
        ("subsidies", [FERRY]),
        ("subsidy", [FERRY]),
        ('"ferry subsidies"', [FERRY]),
        ('"subsidies ferry"', []),
        ("demil*", [STRAIT]),
        ("demil", []),
        ("de*", []),
        ("calloway ferries", [FERRY]),
        ("Oduya", [STRAIT]),
        ("customs", [STRAIT]),
        ("12.5", [FERRY]),
    ],
)
def test_what_is_found(client, ids, q, expected) -> None:
    assert found(client("alice"), q) == expected


def test_the_title_counts_most(client, ids, database) -> None:
    with database.write() as db:
        article(db, "Other things", *["The lighthouse of the strait stands."] * 2)
    assert found(client("alice"), "strait")[0] == STRAIT


def test_captions_are_found(client, ids) -> None:
    assert sorted(found(client("alice"), "lighthouse")) == [STRAIT, FERRY]


@pytest.mark.parametrize(
    "q",
    ["NOT", "AND OR", 'x" OR "y', "a NEAR/2 b", "title: x", "(", '"', "'", "^a", "-a", "a + b", "{", "*", "!", "a:*b", "\\", "%", "&|"],
)  # fmt: skip
def test_nothing_typed_is_syntax_by_accident(client, ids, q) -> None:
    assert client("alice").get("/search", params={"q": q}).status_code == 200


@given(st.text(max_size=400))
def test_a_query_becomes_quoted_words_only(query: str) -> None:
    terms = parse(query)
    assert len(terms) <= 16
    assert re.fullmatch(r'("[^\W_]+( [^\W_]+)*"( \*)?( AND |$))*', for_fts5(terms))


def test_snippets_mark_hits_and_nothing_else(client, database) -> None:
    with database.write() as db:
        article(db, "Tags", "Somebody wrote <b>pier</b> & left the pier.")
    page = client("alice").get("/search", params={"q": "pier"}).text
    assert page.count('<mark class="hit">pier</mark>') == 2
    assert "<b>pier" not in page
    assert "&amp; left the" in page


def test_hits_lead_into_the_reader(client, ids) -> None:
    page = client("alice").get("/search", params={"q": "fears"}).text
    assert f'href="/articles/{ids["strait"]}#m-{ids["quote"]}-0"' in page
    assert "quote, Maren Oduya" in page
    page = client("alice").get("/search", params={"q": "customs"}).text
    assert f'href="/articles/{ids["strait"]}#note-{ids["note"]}"' in page
    assert "note, bob" in page


def test_a_private_note_is_found_by_its_author_alone(client, ids) -> None:
    assert found(client("bob"), "harbourmaster") == [STRAIT]
    for name in ("alice", "charlie", "erin", "root"):
        assert found(client(name), "harbourmaster") == []


def test_kinds(client, ids) -> None:
    alice = client("alice")
    assert found(alice, "customs", kind="note") == [STRAIT]
    assert found(alice, "customs", kind="article") == []
    assert found(alice, "zone", kind="annotation") == []
    assert len(found(alice, "zone", kind="nonsense", after="x")) == 2


def test_what_is_gone_is_not_found(client, ids, database) -> None:
    browser = client("alice")
    with database.write() as db:
        db.get_one(Annotation, ids["quote"]).status = "dismissed"
        actions.index_annotation(db, ids["quote"])
        db.get_one(Note, ids["note"]).deleted_at = now()
        actions.index_note(db, ids["note"])
    assert found(browser, "oduya") == found(browser, "customs") == []
    with database.write() as db:
        db.get_one(Note, ids["note"]).deleted_at = None
        actions.index_note(db, ids["note"])
        db.get_one(Annotation, ids["quote"]).status = "confirmed"
        actions.index_annotations(db, ids["strait"])
    assert found(browser, "oduya") == found(browser, "customs") == [STRAIT]
    with database.write() as db:
        db.get_one(Article, ids["strait"]).deleted_at = now()
    assert found(browser, "strait") == []


def test_a_note_on_a_deleted_annotation_is_not_found(client, ids, database) -> None:
    with database.write() as db:
        db.get_one(Note, ids["note"]).annotation_id = ids["quote"]
        db.get_one(Annotation, ids["quote"]).deleted_at = now()
    assert found(client("alice"), "customs") == []


def test_an_edited_note_is_found_by_its_new_words(client, ids, database) -> None:
    with database.write() as db:
        db.get_one(Note, ids["note"]).body = "Look at the tariff."
        actions.index_note(db, ids["note"])
    assert found(client("alice"), "tariff") == [STRAIT]
    assert found(client("alice"), "customs") == []


def test_paging_shows_every_article_once(client, database) -> None:
    with database.write() as db:
        for n in range(40):
            article(db, f"Story {n}", f"The bell rang {n} times.")
    browser, address, seen = client("alice"), "/search?q=bell", []
    while address:
        page = browser.get(address).text
        seen += re.findall(r'<h2><a href="/articles/(\d+)"', page)
        more = re.search(r'rel="next" href="([^"]*)"', page)
        address = html.unescape(more[1]) if more else ""
    assert len(seen) == len(set(seen)) == 40


def test_empty_and_fruitless(client, ids) -> None:
    assert "What are you looking for?" in client("alice").get("/search").text
    assert "no letter and no digit" in client("alice").get("/search?q=***").text
    assert "Nothing has all of this" in client("alice").get("/search?q=xylophone").text
