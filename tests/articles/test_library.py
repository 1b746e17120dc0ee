"""The list: what it shows of each article, its filters, orders and pages, and what it costs."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from app.models import Annotation, Article, Job, Note, NoteTag, Revision, Source, Speaker, Tag


@pytest.fixture
def many(database, people):
    """`many(n)`: n articles, "Article 1" the oldest; each with a quote, two claims, notes and a source."""

    def make(number: int) -> list[int]:
        with database.write() as db:
            speaker = db.query(Speaker).first() or Speaker(name="Maren Oduya", name_key="maren oduya")
            db.add(speaker)
            db.flush()
            return [_article(db, n, speaker.id, people) for n in range(1, number + 1)]

    return make


def _article(db: Any, n: int, speaker_id: int, people: dict[str, int]) -> int:
    day = datetime(2024, 3, 1, tzinfo=UTC) + timedelta(days=n)
    facts = {"title": f"Article {n}", "site": f"Site {n % 2}", "text_sha256": f"{n:064}"}
    article = Article(
        **facts, sort_at=day, published=day.date().isoformat(), first_words="Words.", created_by=people["alice"]
    )
    db.add(article)
    db.flush()
    revision = Revision(**facts, article_id=article.id, number=1, text="Words.", blocks=[["p", 0, 6]])
    db.add(revision)
    db.flush()
    common = {"article_id": article.id, "revision_id": revision.id, "start": 0, "end": 5, "exact": "Words"}
    quote = Annotation(kind="quote", speaker_id=speaker_id, **common)
    claims = [Annotation(kind="claim", verdict=verdict, **common) for verdict in ("unverified", "refuted")]
    dismissed = Annotation(kind="claim", status="dismissed", **common)
    private = Annotation(kind="claim", visibility="private", author_id=people["bob"], **common)
    db.add_all([quote, *claims, dismissed, private])
    db.flush()
    notes = [
        Note(article_id=article.id, author_id=people["alice"], body="for all"),
        Note(article_id=article.id, author_id=people["bob"], body="his own", visibility="private"),
        Note(article_id=article.id, author_id=people["bob"], body="on a private claim", annotation_id=private.id),
    ]
    sources = [Source(annotation_id=each.id, url="https://a.example/", stance="context") for each in (quote, private)]
    db.add_all(notes + sources)
    return int(article.id)


def titles(page: str) -> list[str]:
    return re.findall(r'<h2[^>]*>(?:<a href="/articles/\d+">)?([^<]+)', page)


def tally(page: str) -> list[tuple[str, str]]:
    return [(number, what) for what, number in re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page)]


def test_the_empty_library_invites(client) -> None:
    assert 'href="/articles/new"' in client("alice").get("/").text.split('<div class="empty">')[1]
    assert "analysts and editors" in client("charlie").get("/").text
    assert client().get("/").headers["location"].startswith("/sign-in")


def test_counts_are_what_this_person_may_see(client, many) -> None:
    many(1)
    alice, bob = (tally(client(name).get("/").text) for name in ("alice", "bob"))
    assert alice == [("1", "quote, 1 speaker"), ("2", "claims, 1 open"), ("1", "note"), ("1", "source")]
    assert bob == [("1", "quote, 1 speaker"), ("3", "claims, 2 open"), ("3", "notes"), ("2", "sources")]
    assert "1 article, 1 open claim" in client("alice").get("/").text


def test_a_time_keeps_its_unknown_zone(client, many, database) -> None:
    many(1)
    with database.write() as db:
        db.query(Article).update({"published": "2024-12-19T16:55:00", "authors": ["Ines Calloway", "Ama Ferreira"]})
    page = client("alice").get("/").text
    assert '<time datetime="2024-12-19T16:55:00" class="written">19 Dec 2024, 16:55</time>' in page
    assert "Ines Calloway, Ama Ferreira" in page


@pytest.mark.parametrize(
    ("sort", "first", "last"),
    [
        ("", "Article 60", "Article 1"),
        ("newest", "Article 60", "Article 1"),
        ("oldest", "Article 1", "Article 60"),
        ("title", "Article 1", "Article 9"),
        ("added", "Article 60", "Article 1"),
    ],
)
def test_paging_shows_everything_once(client, many, sort, first, last) -> None:
    many(60)
    browser = client("alice")
    address, seen, pages = f"/?sort={sort}", [], 0
    while address:
        page = browser.get(address).text
        found = titles(page)
        assert len(found) <= 25
        seen += found
        pages += 1
        more = re.search(r'rel="next" href="([^"]*)"', page)
        address = more[1].replace("&amp;", "&") if more else ""
    assert pages == 3
    assert len(seen) == len(set(seen)) == 60
    assert (seen[0], seen[-1]) == (first, last)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("site=Site+1", ["Article 3", "Article 1"]),
        ("speaker=Maren+ODUYA", ["Article 4", "Article 3", "Article 2", "Article 1"]),
        ("speaker=Nobody", []),
        ("from=2024-03-03&to=2024-03-04", ["Article 3", "Article 2"]),
        ("state=open&to=2024-03-02", ["Article 1"]),
        ("state=open&state=unread&sort=title&site=Site+0", ["Article 2", "Article 4"]),
        ("tag=note-tag", ["Article 2"]),
    ],
)
def test_filters(client, many, database, query, expected) -> None:
    ids = many(4)
    with database.write() as db:
        tag = Tag(name="note-tag")
        db.add(tag)
        db.flush()
        shared = db.query(Note).filter_by(article_id=ids[1], visibility="all", annotation_id=None).one()
        hidden = db.query(Note).filter_by(article_id=ids[2], visibility="private").one()
        db.add_all(NoteTag(note_id=note.id, tag_id=tag.id) for note in (shared, hidden))
    page = client("alice").get(f"/?{query}").text
    found = titles(page)
    assert (found if expected else "Clear the filters" in page) == (expected or True)


def test_speaker_by_number(client, many, database) -> None:
    many(2)
    with database.read() as db:
        speaker_id = db.query(Speaker.id).scalar()
    page = client("alice").get(f"/?speaker={speaker_id}").text
    assert len(titles(page)) == 2
    assert 'value="Maren Oduya"' in page


@pytest.mark.parametrize(
    "query",
    [
        "after=nonsense", "after=%00", "after=W10=", "after=WyJuZXdlc3QiLCAiOTk5OTktMDEiLCAxXQ==", "from=soon&to=2024-99-01",
        "from=0001-01-01&to=9999-12-31", "sort=%27;drop", "state=odd", "speaker=99999999999999999999", "site=%00%ff",
        "gone=abc", "gone=99999999999999999999", "tag=" + "x" * 5000, "q=%20", "after=WyJ0aXRsZSIsICJhIiwgMV0=&sort=title",
    ],
)  # fmt: skip
def test_an_odd_address_is_no_error(client, many, query) -> None:
    many(1)
    assert client("alice").get(f"/?{query}").status_code == 200


def test_a_running_analysis_shows_how_far_it_is(client, many, database) -> None:
    article_id = many(1)[0]
    with database.write() as db:
        db.add(Job(kind="analyze", key="a", article_id=article_id, state="running", progress=0.64))
    page = client("alice").get("/").text
    assert re.search(r'<progress max="1" value="0.64"', page)
    assert 'hx-trigger="load delay:2s"' in page
    with database.write() as db:
        db.query(Job).update({"state": "failed", "error": "The model is gone."})
    page = client("alice").get("/").text
    assert "The model is gone." in page
    assert 'hx-trigger="load' not in page


def test_words_lead_to_search(client) -> None:
    assert client("alice").get("/?q=ferry+pier").headers["location"] == "/search?q=ferry+pier"


def queries_of(browser: Any, address: str) -> int:
    """How many SELECTs a page takes."""
    statements: list[str] = []
    engine = browser.app.state.database.engine

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    assert browser.get(address).status_code == 200
    event.remove(engine, "before_cursor_execute", note)
    return sum(statement.startswith("SELECT") for statement in statements)


def test_the_number_of_queries_does_not_grow(client, many) -> None:
    browser = client("alice")
    many(2)
    few = queries_of(browser, "/")
    many(23)
    assert queries_of(browser, "/") == few <= 14
