"""The page of all claims: what stands on it, its filters, orders and pages; what is private stays so."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from app.db import Database
from app.models import Annotation, Article, Source, Speaker, now
from tests.making import make_article


def make_claim(database: Database, article: int, exact: str, **more) -> int:
    sources = more.pop("sources", ())
    given = {"start": 0, "end": len(exact), "status": "confirmed", "types": ["statistic"], **more}
    with database.write() as db:
        claim = Annotation(article_id=article, revision_id=article, kind="claim", exact=exact, **given)
        db.add(claim)
        db.flush()
        db.add_all(
            Source(annotation_id=claim.id, url=f"https://example.org/{stance}", stance=stance) for stance in sources
        )
        return claim.id


@pytest.fixture
def article(database: Database) -> int:
    return make_article(database)


def claims(html: str) -> list[str]:
    return re.findall(r"<h2><a [^>]*>(.*?)</a>", html)


def test_a_claim_with_all_that_belongs_to_it(client, database, article) -> None:
    with database.write() as db:
        db.add(Speaker(id=1, name="Maren Oduya", name_key="maren oduya"))
    sources = ("supports", "refutes", "refutes", "context")
    id = make_claim(database, article, "four million <crates>", score=0.87, speaker_id=1, role="head of the office",
                    verdict="refuted", sources=sources)  # fmt: skip
    html = client("charlie").get("/claims").text
    assert f'<a href="/articles/{article}#m-{id}-0">four million &lt;crates&gt;</a>' in html
    for part in (
        'value="0.87"',
        "Refuted",
        "statistic",
        "Maren Oduya",
        "head of the office",
        "Crates",
        "1 claim, 0 open",
    ):
        assert part in html
    tally = re.findall(r"</svg> (sources? [a-z ]+)</dt><dd>(\d)", html)
    assert tally == [("source in support", "1"), ("sources against", "2"), ("source for context", "1")]


def test_filters(client, database, article) -> None:
    with database.write() as db:
        db.add(Speaker(id=1, name="Maren Oduya", name_key="maren oduya"))
    other = make_article(
        database, title="Other", paragraphs=("Other words stand here, and nothing that was said before.",)
    )
    make_claim(database, article, "open", speaker_id=1)
    make_claim(database, article, "refuted", verdict="refuted", types=["causal", "law"])
    make_claim(database, other, "mixed", verdict="mixed", types=[])
    reader = client("charlie")
    for query, expected in {
        "": {"open", "refuted", "mixed"}, "verdict=open": {"open"}, "verdict=refuted": {"refuted"},
        "verdict=supported": set(), "type=law": {"refuted"}, "type=statistic": {"open"}, "speaker=maren%20oduya": {"open"},
        "speaker=1": {"open"}, "speaker=Nobody": set(), f"article={other}": {"mixed"}, "type=law&verdict=open": set(),
        "verdict=nonsense&type=%25&sort=up&after=x&article=-4": {"open", "refuted", "mixed"}, "speaker=%00": {"open", "refuted", "mixed"},
    }.items():  # fmt: skip
        answer = reader.get(f"/claims?{query}")
        assert (answer.status_code, set(claims(answer.text))) == (200, expected), query
    assert 'value="Maren Oduya"' in reader.get("/claims?speaker=1").text
    assert "No claim is like that" in reader.get("/claims?verdict=supported").text
    pills = reader.get("/claims?type=law").text
    assert re.search(r"verdict=refuted&amp;type=law\">Refuted <span class=\"num\">1<", pills)


def test_what_is_dismissed_deleted_or_private_is_not_there(client, database, article, people) -> None:
    gone = make_article(
        database, title="Gone", paragraphs=("This article will be deleted, with all that stands in it.",)
    )
    make_claim(database, article, "dismissed", status="dismissed")
    make_claim(database, article, "deleted", deleted_at=now())
    make_claim(database, article, "private", visibility="private", author_id=people["alice"])
    make_claim(database, gone, "of a deleted article")
    with database.write() as db:
        db.get_one(Article, gone).deleted_at = now()
    for name in ("bob", "charlie", "erin", "root"):
        html = client(name).get("/claims").text
        assert claims(html) == []
        assert "Nothing is claimed yet" in html
    assert claims(client("alice").get("/claims").text) == ["private"]


@pytest.mark.parametrize("sort", ["newest", "score"])
def test_pages_in_order_at_a_constant_number_of_queries(client, database, sort) -> None:
    queries: list[str] = []

    def count(_connection, _cursor, statement, *_more) -> None:
        queries.append(statement)

    reader = client("charlie")
    reader.get("/claims")
    articles = [
        make_article(database, title=f"Article {n}", paragraphs=(f"Words of article {n}, enough to be one.",))
        for n in range(3)
    ]
    make_claim(database, articles[0], "the first claim", start=0, end=5, score=0.5)
    event.listen(Engine, "before_cursor_execute", count)
    try:
        reader.get(f"/claims?sort={sort}")
        few = len(queries)
        with database.write() as db:
            for number in range(129):
                score = None if number % 10 == 0 else (number % 7) / 7
                claim = Annotation(article_id=articles[number % 3], revision_id=articles[number % 3], kind="claim", start=number,
                                   end=number + 9, exact=f"claim {number}", score=score)  # fmt: skip
                db.add(claim)
                db.flush()
                db.add(Source(annotation_id=claim.id, url="https://example.org/", stance="context"))
        queries.clear()
        html = reader.get(f"/claims?sort={sort}").text
        assert len(queries) == few
        assert few <= 8
    finally:
        event.remove(Engine, "before_cursor_execute", count)
    seen = claims(html)
    while later := re.search(r'rel="next" href="([^"]*)"', html):
        html = reader.get(later[1].replace("&amp;", "&")).text
        seen += claims(html)
        assert 'rel="prev"' in html
    assert len(seen) == len(set(seen)) == 130
    with database.read() as db:
        worth = {claim.exact: 1.0 if claim.score is None else claim.score for claim in db.query(Annotation)}
        place = {claim.exact: (-claim.article_id, claim.start, claim.id) for claim in db.query(Annotation)}
    scores = [worth[exact] for exact in seen]
    assert sort == "newest" or scores == sorted(scores, reverse=True)
    assert sort == "score" or seen == sorted(seen, key=place.__getitem__)
