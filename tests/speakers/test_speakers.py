"""Speakers over all articles: the list, a page each, and the completion of names; what is private stays so."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import event, update

from app.db import Database
from app.models import Annotation, Article, Speaker
from tests.making import make_article

WORDS = "\u201cWe have never counted so many,\u201d"


@pytest.fixture
def articles(database: Database) -> list[int]:
    texts = ("Crates are counted in Port Ilse.", "Crates are lost in Port Ilse.", "Crates are found.")
    return [
        make_article(database, title=f"Crates {number}", paragraphs=(WORDS + " said Maren Oduya.", text))
        for number, text in enumerate(texts, 1)
    ]


@pytest.fixture
def quote(client):
    """`quote(article, speaker)` -> the id of a quote that bob marked."""
    bob = client("bob")

    def mark(article: int, speaker: str, exact: str = WORDS, **more: str) -> int:
        sent = {"exact": exact, "kind": "quote", "speaker": speaker, **more}
        answer = bob.post(f"/articles/{article}/annotations", data=sent)
        assert answer.status_code == 303, answer.text
        return int(re.search(r"#card-(\d+)", answer.headers["location"])[1])

    return mark


def names(html: str) -> list[str]:
    return re.findall(r'<h2><a href="/speakers/\d+">(.*?)</a>', html)


def test_one_speaker_whatever_the_spelling(client, database, articles, quote) -> None:
    for article, name in zip(articles, ("Maren Oduya", " maren   ODUYA,", "Maren Oduya\u2019s"), strict=True):
        quote(article, name, role="head of the office")
    with database.read() as db:
        assert [speaker.name for speaker in db.query(Speaker)] == ["Maren Oduya"]
    listed = client("charlie").get("/speakers").text
    assert names(listed) == ["Maren Oduya"]
    assert "<dt>quotes</dt><dd>3</dd>" in listed
    assert "<dt>articles</dt><dd>3</dd>" in listed
    assert "head of the office" in listed


@pytest.mark.parametrize(("name", "key"), [
    ("James's", "james"), ("The Teamsters'", "the teamsters"), ("  O\u2019Neill ", "o\u2019neill"), ("...", "..."),
    ("Stra\u00dfe", "strasse"), ("\u201cAda\u201d", "ada"), ("J. F. K.", "j. f. k"), ("\u674e\u56db", "\u674e\u56db"),
])  # fmt: skip
def test_what_makes_names_the_same(name: str, key: str) -> None:
    assert Speaker.key(name) == key
    assert Speaker.key(key) == key


def test_all_that_a_speaker_says_leads_into_the_articles(client, articles, quote) -> None:
    ids = [quote(article, "Maren Oduya") for article in articles]
    quote(articles[0], "Oskar Lind", exact="Crates are counted")
    page = client("charlie").get("/speakers/1").text
    for article, id in zip(articles, ids, strict=True):
        assert f'href="/articles/{article}#m-{id}-0"' in page
        assert f'id="m-{id}-0"' in client("charlie").get(f"/articles/{article}").text
    assert "Crates are counted" not in page


def test_found_by_name_or_role_and_sorted(client, articles, quote) -> None:
    quote(articles[0], "Zoe Ash", role="harbour master")
    quote(articles[1], "Zoe Ash")
    quote(articles[2], "Ada Bell")
    reader = client("charlie")
    assert names(reader.get("/speakers").text) == ["Zoe Ash", "Ada Bell"]
    assert names(reader.get("/speakers?sort=name").text) == ["Ada Bell", "Zoe Ash"]
    assert names(reader.get("/speakers?q=HARBOUR").text) == ["Zoe Ash"]
    assert names(reader.get("/speakers?q=bell").text) == ["Ada Bell"]
    for nonsense in ("%", "_", "<b>", "%00", "q" * 5000):
        answer = reader.get(f"/speakers?q=x{nonsense}&sort=up&after=-1")
        assert (answer.status_code, names(answer.text)) == (200, [])


@pytest.mark.parametrize("sort", ["quotes", "name"])
def test_the_list_comes_in_pages(client, database, articles, sort) -> None:
    with database.write() as db:
        revision = articles[0]
        for number in range(120):
            speaker = Speaker(name=f"Speaker {number:03}", name_key=f"speaker {number:03}")
            db.add(speaker)
            db.flush()
            for _ in range(1 + number % 3):
                db.add(Annotation(article_id=articles[0], revision_id=revision, kind="quote", start=0, end=5,
                                  exact="Words", speaker_id=speaker.id))  # fmt: skip
    seen, address, reader = [], f"/speakers?sort={sort}", client("charlie")
    while address:
        html = reader.get(address).text
        seen += names(html)
        later = re.search(r'rel="next" href="([^"]*)"', html)
        address = later and later[1].replace("&amp;", "&")
    assert sorted(seen) == [f"Speaker {number:03}" for number in range(120)]
    assert (seen == sorted(seen)) == (sort == "name")


def test_a_long_record_comes_in_pages_and_few_queries(client, database, articles) -> None:
    with database.write() as db:
        db.add(Speaker(id=1, name="Maren Oduya", name_key="maren oduya"))
        db.flush()
        db.add_all(
            Annotation(article_id=article, revision_id=article, kind="quote", start=number, end=number + 5,
                       exact=f"Words {number}", speaker_id=1)
            for article in articles for number in range(60)
        )  # fmt: skip
        db.execute(update(Article).where(Article.id == 2).values(sort_at=db.get_one(Article, 1).sort_at))
    seen, address, reader, counts = [], "/speakers/1", client("charlie"), set()
    queries: list[str] = []
    from app.db import Engine  # the class of every engine, the application's included

    event.listen(Engine, "before_cursor_execute", lambda *args: queries.append(args[2]))
    while address:
        queries.clear()
        html = reader.get(address).text
        counts.add(len(queries))
        seen += re.findall(r"/articles/(\d)#m-\d+-0\">Words (\d+)<", html)
        later = re.search(r'rel="next" href="([^"]*)"', html)
        address = later and later[1]
    assert len(seen) == len(set(seen)) == 180
    for article in articles:
        own = [int(number) for each, number in seen if each == str(article)]
        assert own == list(range(60)), "in the order of the text"
    assert max(counts) <= 9


def test_completion_puts_the_beginning_first(client, articles, quote) -> None:
    for name in ("Oskar Anders", "Anders <Berg>", "Maria Sanders"):
        quote(articles[0], name, exact="Crates are counted")
    answer = client("charlie").get("/speakers/options?q=anders").text
    assert re.findall(r'value="(.*?)"', answer) == ["Anders &lt;Berg&gt;", "Oskar Anders", "Maria Sanders"]
    assert "<html" not in answer
    assert client("charlie").get("/speakers/options?q=nobody").text.strip() == ""


@pytest.mark.parametrize("hidden", [{"visibility": "private"}, {"deleted": True}])
def test_a_name_in_what_is_not_to_be_seen_is_not_told(client, database, articles, quote, hidden) -> None:
    id = quote(articles[0], "Secret Witness")
    with database.write() as db:
        if hidden.get("deleted"):
            db.get_one(Article, articles[0]).deleted_at = db.get_one(Article, articles[0]).created_at
        else:
            db.get_one(Annotation, id).visibility = "private"
    for name in ("alice", "erin", "root"):
        browser = client(name)
        for address in (
            "/speakers",
            "/speakers?sort=name",
            "/speakers/options?q=secret",
            "/?speaker=1",
            "/claims?speaker=1",
        ):
            assert "Secret" not in browser.get(address).text, address
        assert browser.get("/speakers/1").status_code == browser.get("/speakers/999").status_code == 404
    mine = client("bob").get("/speakers/1")
    assert mine.status_code == (404 if hidden.get("deleted") else 200)


def test_nobody_yet(client) -> None:
    assert "Nobody has said anything yet" in client("charlie").get("/speakers").text
