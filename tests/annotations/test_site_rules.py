"""Rules of a site: made of a find that is none, kept by every analysis, listed and removed; people's decisions win."""

from __future__ import annotations

import dataclasses
import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.analysis import Analysis, Claim, Quote
from app.annotations import rules
from app.annotations.actions import store_analysis
from app.db import Database
from app.models import Annotation, Article, Revision, SearchDocument, SiteRule
from tests.making import make_article

HTMX = {"hx-request": "true"}
CREDIT = "Photo by Ines Calloway for Harbour Wire"
TEXT = (CREDIT + ".", "According to the office, four million crates came in.", "Photographs lie, the office said.")


@pytest.fixture
def analyse(database: Database) -> Callable[..., dict[str, int]]:
    """`analyse(article)`: the program finds quotes and a claim there; exact words -> id."""

    def analyse(article: int, **changes: Any) -> dict[str, int]:
        with database.write() as db:
            revision = db.query(Revision).filter_by(article_id=article).one()
            finds = []
            for words, cue, rule in (
                (CREDIT, "by", "credit"), ("four million crates came in", "According to", "according"),
                ("Photographs lie", "said", "clause"),
            ):  # fmt: skip
                start = revision.text.index(words)
                end = start + len(words)
                finds.append(Quote(start, end, "indirect", ((start, end),), None, cue=cue, rule=rule, score=0.8))
            claim = Claim(finds[1].start, finds[1].end, 0.9)
            found = dataclasses.replace(Analysis(tuple(finds), (claim,)), **changes)
            store_analysis(db, revision=revision, analysis=found)
        with database.read() as db:
            return {each.exact: each.id for each in db.query(Annotation).filter_by(article_id=article, kind="quote")}

    return analyse


@pytest.fixture
def articles(database: Database) -> list[int]:
    """Two of Harbour Wire, one of another site."""
    ids = [make_article(database, title=f"Crates {n}", paragraphs=(*TEXT, f"Number {n}.")) for n in range(3)]
    with database.write() as db:
        for id, site in zip(ids, ("Harbour Wire", "Harbour Wire", "Other News"), strict=True):
            db.get_one(Article, id).site = site
    return ids


def state(database: Database, article: int) -> dict[str, str]:
    """Words of the quotes -> found, dismissed (by a person), held (by a rule)."""
    with database.read() as db:
        rows = db.query(Annotation).filter_by(article_id=article, kind="quote").all()
    return {each.exact: "held" if each.site_rule_id else each.status for each in rows}


def make(browser: Any, id: int, **sent: str) -> int:
    answer = browser.post(f"/annotations/{id}/rule", data=sent, headers=HTMX)
    assert answer.status_code == 200, answer.text
    return int(re.search(r'hx-delete="/rules/(\d+)"', answer.text)[1])


@pytest.mark.parametrize(("words", "sent", "held"), [
    (CREDIT, {"match": "exact"}, {CREDIT}),
    (CREDIT, {"match": "begins", "words": "  PHOTO  by"}, {CREDIT}),
    (CREDIT, {"match": "begins", "words": "photo"}, {CREDIT}),
    ("four million crates came in", {"match": "cue"}, {"four million crates came in"}),
    ("Photographs lie", {"match": "rule"}, {"Photographs lie"}),
])  # fmt: skip
def test_a_rule_holds_back_here_and_in_later_articles_of_the_site(
    client, database, articles, analyse, words, sent, held
) -> None:
    first, second, other = articles
    ids = analyse(first)
    analyse(other)
    make(client("bob"), ids[words], **sent)
    analyse(second)
    analyse(second)
    assert {each for each, status in state(database, first).items() if status == "dismissed"} == held
    assert {each for each, status in state(database, second).items() if status == "held"} == held
    assert set(state(database, other).values()) == {"found"}
    with database.read() as db:
        kinds = db.query(Annotation.kind).filter(Annotation.site_rule_id.is_not(None)).distinct().all()
        assert kinds == [("quote",)], "a claim of the same words is another thing"


def test_what_was_there_already_is_dismissed_counted_and_comes_back(client, database, articles, analyse) -> None:
    first, second, _ = articles
    ids = analyse(first)
    analyse(second)
    bob = client("bob")
    before = bob.get(f"/articles/{second}").text
    answer = bob.post(f"/annotations/{ids[CREDIT]}/rule", data={"match": "exact", "note": "A credit"}, headers=HTMX)
    assert "Never on Harbour Wire: 1 other find is dismissed by this rule." in answer.text
    during = bob.get(f"/articles/{second}").text
    assert "by a rule of Harbour Wire</a>" in during
    assert during.count('class="card quote"') == before.count('class="card quote"') - 1
    listed = html.unescape(client("charlie").get("/rules").text)
    assert f"“{CREDIT.casefold()}”" in listed
    assert "holds back <b>1</b> find · bob" in listed
    assert "A credit" in listed
    assert "Remove" not in listed
    with database.read() as db:
        indexed = db.query(SearchDocument).filter_by(kind="annotation", article_id=second, body=CREDIT)
        assert indexed.count() == 0
        rule = db.query(SiteRule.id).scalar()
    assert bob.delete(f"/rules/{rule}").headers["location"] == "/rules"
    assert state(database, second)[CREDIT] == "found"
    assert state(database, first)[CREDIT] == "dismissed", "that was a person's decision"
    with database.read() as db:
        assert indexed.with_session(db).count() == 1
    assert "by a rule of" not in bob.get(f"/articles/{second}").text


def test_peoples_decisions_win(client, database, articles, analyse) -> None:
    first, second, _ = articles
    ids, there = analyse(first), analyse(second)
    bob = client("bob")
    assert bob.put(f"/annotations/{there['Photographs lie']}/status", data={"status": "confirmed"}).status_code == 303
    assert bob.post(f"/annotations/{there[CREDIT]}/notes", data={"body": "Look"}).status_code == 303
    for words in ("Photographs lie", CREDIT, "four million crates came in"):
        make(bob, ids[words], match="exact")
    expected = {"Photographs lie": "confirmed", CREDIT: "found", "four million crates came in": "held"}
    assert state(database, second) == expected
    held = there["four million crates came in"]
    assert client("alice").put(f"/annotations/{held}/status", data={"status": "found"}).status_code == 303
    analyse(second)
    assert state(database, second) == expected | {"four million crates came in": "found"}
    analyse(second, quotes=())
    assert "four million crates came in" in state(database, second), "it is a person's now"


def test_one_rule_goes_and_another_still_holds(client, database, articles, analyse) -> None:
    first, second, _ = articles
    ids, bob = analyse(first), client("bob")
    analyse(second)
    exact = make(bob, ids[CREDIT], match="exact")
    begins = make(bob, ids[CREDIT], match="begins", words="Photo by")
    assert make(bob, ids[CREDIT], match="exact") == exact, "said twice, it is one rule"
    bob.delete(f"/rules/{exact}")
    assert state(database, second)[CREDIT] == "held"
    bob.delete(f"/rules/{begins}")
    assert state(database, second)[CREDIT] == "found"


def test_a_new_analysis_without_the_find_leaves_nothing_behind(client, database, articles, analyse) -> None:
    first, second, _ = articles
    make(client("bob"), analyse(first)[CREDIT], match="exact")
    analyse(second)
    analyse(second, quotes=())
    assert state(database, second) == {}


def test_dismissing_offers_it_and_the_form_says_what_it_does(client, articles, analyse) -> None:
    ids, bob = analyse(articles[0]), client("bob")
    id = ids["four million crates came in"]
    answer = bob.put(f"/annotations/{id}/status", data={"status": "dismissed"}, headers=HTMX).text
    assert f'href="/annotations/{id}/page#rule">Never here' in answer
    assert f'hx-get="/annotations/{id}/rule/form"' in answer
    form = html.unescape(bob.get(f"/annotations/{id}/rule/form").text)
    assert re.findall(r'name="match" value="(\w+)"', form) == ["exact", "begins", "cue", "rule"]
    assert "All quotes found by “According to”" in form
    assert 'value="four million crates came"' in form
    whole = bob.get(f"/annotations/{id}/page").text
    assert '<h2 id="rule">Never on Harbour Wire</h2>' in whole
    assert 'value="four million crates came"' in whole


@pytest.mark.parametrize(("sent", "message"), [
    ({"match": "begins", "words": "something else"}, "with which this find begins"),
    ({"match": "begins", "words": "p"}, "with which this find begins"),
    ({"match": "begins", "words": "Phot"}, "with which this find begins"),
    ({"match": "begins", "words": "  "}, "with which this find begins"),
    ({"match": "regex"}, "No such rule"),
    ({"match": "exact", "note": "x" * 501}, "at most 500"),
])  # fmt: skip
def test_what_is_no_rule_is_refused_and_nothing_is_dismissed(
    client, database, articles, analyse, sent, message
) -> None:
    ids = analyse(articles[0])
    answer = client("bob").post(f"/annotations/{ids[CREDIT]}/rule", data=sent, headers=HTMX)
    assert answer.status_code == 422
    assert message in answer.text
    assert state(database, articles[0])[CREDIT] == "found"
    with database.read() as db:
        assert db.query(SiteRule).count() == 0


def test_no_rule_of_what_a_person_marked_or_where_the_site_is_not_known(client, database, articles, analyse) -> None:
    bob = client("bob")
    marked = bob.post(f"/articles/{articles[0]}/annotations", data={"exact": "Number 0.", "kind": "quote"})
    own = int(re.search(r"#card-(\d+)", marked.headers["location"])[1])
    with database.write() as db:
        db.get_one(Article, articles[1]).site = ""
    for id in (own, analyse(articles[1])[CREDIT]):
        assert bob.get(f"/annotations/{id}/rule/form").status_code == 404
        assert bob.post(f"/annotations/{id}/rule", data={"match": "exact"}).status_code == 422
        assert 'id="rule"' not in bob.get(f"/annotations/{id}/page").text


words = st.text(max_size=40)


@given(exact=words, pattern=words.map(rules.plain).filter(bool), cue=words)
def test_rules_compare_words_and_nothing_else(exact: str, pattern: str, cue: str) -> None:
    def holds(match: str) -> bool:
        rule = SiteRule(site="Wire", kind="quote", match=match, pattern=pattern)
        return rules.holding_back([rule], "quote", exact, cue, "") is rule

    assert holds("exact") == (rules.plain(exact) == pattern)
    assert holds("cue") == (rules.plain(cue) == pattern)
    if holds("begins"):
        assert rules.plain(exact).startswith(pattern)
    assert (
        rules.holding_back([SiteRule(kind="claim", match="exact", pattern=pattern)], "quote", pattern, "", "") is None
    )


def test_long_finds_cost_no_more_than_their_beginning() -> None:
    rule = SiteRule(kind="quote", match="begins", pattern="photo by")
    assert rules.holding_back([rule], "quote", "Photo by " + "x" * 1_000_000, "", "") is rule
    rule = SiteRule(kind="quote", match="exact", pattern="x" * 300)
    assert rules.holding_back([rule], "quote", "x" * 300 + " " * 900 + "y", "", "") is None
