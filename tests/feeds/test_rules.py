"""Rules: what a feed lists from now on is taken in and analysed by itself where a rule of its person asks for it."""

from __future__ import annotations

from html import unescape

import pytest
from sqlalchemy import select, update

from app.feeds.rules import folded, stands_in
from app.models import Annotation, Article, FeedItem, FeedRule, Job, SpeakerName, User
from app.speakers.actions import speaker_named
from tests.feeds.sites import Site, rss, story
from tests.making import make_article


@pytest.mark.parametrize(
    ("words", "text", "found"),
    [
        ("el nino", "Fishermen fear El Niño", True),
        ("ΑΘΉΝΑ", "Στην Αθηνα σημερα", True),
        ("port", "A portrait of the harbour", False),
        ("port", "The port-side crane", True),
        ("old pier", "The old, rusty pier", False),
        ("old pier", "The OLD PIER!", True),
        ("渡船", "旧渡船码头关闭", True),
        ("straße", "Die STRASSE", True),
        ("", "anything", False),
    ],
)
def test_words_are_found_whatever_their_case_and_accents(words: str, text: str, found: bool) -> None:
    assert stands_in(words, folded(text)) == found


def rule(browser, kind: str, pattern: str, feed: int | str = ""):
    return browser.post("/feeds/rules", data={"kind": kind, "pattern": pattern, "feed_id": str(feed)})


def taken(database, feed_id: int) -> dict[str, str]:
    """Title of an item -> why it was taken in."""
    with database.read() as db:
        query = select(FeedItem.title, FeedItem.why).where(
            FeedItem.feed_id == feed_id, FeedItem.article_id.is_not(None)
        )
        return dict(db.execute(query).all())


@pytest.fixture
def stories(site: Site) -> None:
    for n, guid in enumerate("abcdef"):
        site.put(f"/stories/{guid}", story(f"Story {guid} of the harbour", n), "text/html")


@pytest.mark.usefixtures("stories")
def test_words_take_in_what_comes_and_nothing_else(client, follow, poll, site: Site, database, people) -> None:
    alice = client("alice")
    feed, other = follow("alice", "/feed", rss("a|The pier closes")), follow("alice", "/other", rss("x|Elsewhere"))
    theirs = follow("bob", "/feed")
    assert rule(alice, "words", 'pièr "old ferry"').status_code == 303
    assert poll(feed).failures == 0
    assert taken(database, feed) == {}  # what was there before is not new
    site.put("/feed", rss("a|The pier closes", "b|PIER shut|the old ferry waits", "c|Pier|a ferry, old", "d|Old ferry"))
    poll(feed)
    poll(other)
    poll(theirs)
    assert taken(database, feed) == {"PIER shut": 'The words stand in it: pièr "old ferry"'}
    assert taken(database, theirs) == {}
    page = unescape(alice.get(f"/feeds/{feed}").text)
    assert 'by your rule: The words stand in it: pièr "old ferry"' in page
    with database.read() as db:
        article = db.scalars(select(Article)).one()
        assert article.created_by == people["alice"]
        kinds = dict(db.execute(select(Job.kind, Job.state).where(Job.kind.in_(("feed-item", "analyze")))).all())
        assert kinds == {"feed-item": "done", "analyze": "done"}
        assert db.scalars(select(Annotation).where(Annotation.kind == "quote")).first() is not None


@pytest.mark.usefixtures("stories")
def test_a_rule_of_one_feed_or_of_all(client, follow, poll, site: Site, database) -> None:
    alice = client("alice")
    one, two = follow("alice", "/one", rss()), follow("alice", "/two", rss())
    rule(alice, "words", "pier", one)
    rule(alice, "site", f"http://{site.host_port}/whatever", two)
    site.put("/one", rss("a|A pier", "b|A boat"))
    site.put("/two", rss("c|A pier", "d|A boat"))
    poll(one)
    poll(two)
    assert set(taken(database, one)) == {"A pier"}
    assert set(taken(database, two)) == {"A pier", "A boat"}
    assert set(taken(database, two).values()) == {f"The site is: {site.host_port}"}
    page = alice.get("/feeds/rules").text
    assert "Harbour news" in page
    with database.read() as db:
        for found in db.scalars(select(FeedRule.id)).all():
            assert alice.delete(f"/feeds/rules/{found}").status_code == 303
    site.put("/two", rss("e|A pier"))
    poll(two)
    assert set(taken(database, two)) == {"A pier", "A boat"}
    assert len(taken(database, two)) == 2


@pytest.mark.usefixtures("stories")
def test_a_speaker_by_any_of_their_names(client, follow, poll, site: Site, database) -> None:
    article_id = make_article(database)
    with database.write() as db:
        speaker = speaker_named(db, "Maren Oduya")
        db.add(SpeakerName(speaker_id=speaker.id, name="M. Oduya", name_key="m. oduya"))
        revision = db.scalars(select(Article)).one()
        db.add(Annotation(article_id=article_id, revision_id=revision.id, kind="quote", start=0, end=3, exact="The",
                          engine="test", speaker_id=speaker.id))  # fmt: skip
    alice = client("alice")
    assert "Nobody in the library is called so" in rule(alice, "speaker", "Nemo").text
    assert rule(alice, "speaker", "maren oduya").status_code == 303
    feed = follow("alice", "/feed", rss("a|Talks with M. Oduya", "b|Oduya again", "c|Talks|“Never,” Maren Oduya said"))
    poll(feed)
    assert set(taken(database, feed)) == {"Talks with M. Oduya", "Talks"}


@pytest.mark.parametrize(
    ("kind", "pattern", "words"),
    [
        ("words", "  ", "Give one word or more"),
        ("words", "...", "Give one word or more"),
        ("words", "w" * 201, "At most 200 characters"),
        ("site", "not a site", "Give a site such as"),
        ("site", "http://[", "Give a site such as"),
        ("speaker", "", "1 to 200 characters"),
        ("kind", "x", "Choose what the rule looks at"),
    ],
)
def test_a_rule_that_means_nothing(kind: str, pattern: str, words: str, client, database) -> None:
    answer = rule(client("alice"), kind, pattern)
    assert answer.status_code == 422
    assert words in unescape(answer.text)
    with database.read() as db:
        assert db.scalars(select(FeedRule)).all() == []


@pytest.mark.usefixtures("stories")
def test_the_same_rule_is_there_once_and_bites_once(client, follow, poll, site: Site, database) -> None:
    alice = client("alice")
    for _ in range(2):
        rule(alice, "words", "pier")
    feed = follow("alice", "/feed", rss("a|A pier"))
    poll(feed)
    poll(feed)
    with database.read() as db:
        assert len(db.scalars(select(FeedRule)).all()) == 1
        assert len(db.scalars(select(Article)).all()) == 1


def test_what_cannot_be_taken_in_says_why(client, follow, poll, database) -> None:
    alice = client("alice")
    rule(alice, "words", "pier")
    feed = follow("alice", "/feed", rss("z|A pier"))
    poll(feed)
    with database.read() as db:
        job = db.scalars(select(Job).where(Job.kind == "feed-item")).one()
    assert (job.state, job.error) == ("failed", "There is no page at this address (HTTP status 404).")
    assert "This could not be taken in: There is no page" in alice.get("/feeds").text


@pytest.mark.usefixtures("stories")
def test_who_may_not_add_articles_any_more_adds_none(client, follow, work_off, database, people) -> None:
    rule(client("alice"), "words", "pier")
    follow("alice", "/feed", rss("a|A pier"))
    with database.write() as db:
        db.execute(update(User).where(User.id == people["alice"]).values(role="reader"))
    work_off()
    with database.read() as db:
        assert db.scalars(select(Article)).all() == []
