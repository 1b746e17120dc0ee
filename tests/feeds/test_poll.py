"""Asking feeds: conditionally, at their pace, with longer and longer pauses where it fails; nothing twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from app import jobs
from app.db import Database
from app.feeds.actions import record
from app.feeds.poll import enqueue_due, outcome
from app.handlers import HANDLERS
from app.models import Feed, FeedItem, Job, Revision, User, now
from app.worker import Worker
from tests.feeds.sites import Site, rss, story


def minutes(feed: Feed) -> float:
    return round((feed.next_at - now()).total_seconds() / 60)


def test_a_feed_is_asked_for_what_is_new_only(follow, poll, items, site: Site) -> None:
    feed = follow("alice", "/feed", rss("a|First"), ETag='"one"', Last_Modified="Sun, 01 Nov 2026 09:00:00 GMT")
    checked = poll(feed).checked_at
    asked = site.asked[-1][1]
    assert asked["if-none-match"] == '"one"'
    assert asked["if-modified-since"] == "Sun, 01 Nov 2026 09:00:00 GMT"
    assert asked["accept"].startswith("application/rss+xml, application/atom+xml, application/feed+json")
    assert (len(items(feed)), checked is not None) == (1, True)
    site.put("/feed", rss("a|First", "b|Second"), ETag='"two"')
    assert poll(feed).etag == '"two"'
    assert [item.title for item in items(feed)] == ["Second", "First"]
    poll(feed)
    assert site.asked[-1][1]["if-none-match"] == '"two"'
    assert len(items(feed)) == 2
    assert site.paths() == ["/feed"] * 4  # robots.txt is for those who follow links


def test_what_changes_in_the_feed_is_no_new_item(follow, poll, items, site: Site) -> None:
    feed = follow("alice", "/feed", rss("a|First"))
    site.put("/feed", rss("a|First, corrected", title="New name"))
    assert poll(feed).title == "New name"
    assert len(items(feed)) == 1


def test_an_article_is_looked_at_again_where_its_feed_tells_of_it_anew(
    client, database: Database, follow, poll, items, site: Site
) -> None:
    def revisions() -> int:
        with database.read() as db:
            return db.scalar(select(func.count()).select_from(Revision)) or 0

    site.put("/stories/a", story("Pier count"), "text/html")
    feed = follow("alice", "/feed", rss("a|Pier count|What was said", "b|Other"))
    client("alice").post(f"/feeds/items/{items(feed)[-1].id}/article")
    poll(feed)
    site.put("/stories/a", story("Pier count").replace("so many", "so few"), "text/html")
    poll(feed)
    assert revisions() == 1, "the feed says the same"
    site.put("/feed", rss("a|Pier count|What was said, corrected", "b|Other"))
    poll(feed)
    assert revisions() == 2
    assert {item.summary for item in items(feed)} == {"What was said, corrected", ""}
    site.put("/feed", rss("a|Pier count|What was said, corrected; 3 comments", "b|Other"))
    poll(feed)
    with database.read() as db:
        job = db.scalars(select(Job).where(Job.kind == "check")).one()
    assert job.state == "queued", "not yet: it was looked at just now"


@pytest.mark.parametrize(
    ("gap", "more", "headers", "expected"),
    [
        (timedelta(minutes=2), "", {}, 15),
        (timedelta(hours=4), "", {}, 120),
        (timedelta(days=9), "", {}, 1440),
        (timedelta(minutes=2), "<ttl>200</ttl>", {}, 200),
        (timedelta(minutes=2), "<ttl>99999</ttl>", {}, 1440),
        (timedelta(minutes=2), "", {"Cache_Control": "private, max-age=3600"}, 60),
        (timedelta(minutes=2), "", {"Cache_Control": "max-age=x"}, 15),
        (
            timedelta(minutes=2),
            '<u:updatePeriod xmlns:u="http://purl.org/rss/1.0/modules/syndication/">daily</u:updatePeriod>',
            {},
            1440,
        ),
    ],
)
def test_the_pace_is_that_of_the_feed(
    gap: timedelta, more: str, headers: dict[str, str], expected: int, follow, poll, site: Site
) -> None:
    dated = "".join(
        f"<item><guid>{n}</guid><title>Item {n}</title><pubDate>{(now() - gap * n):%a, %d %b %Y %H:%M:%S GMT}</pubDate></item>"
        for n in range(12)
    )
    feed = follow("alice", "/feed", rss(more=more + dated), **headers)
    assert abs(minutes(poll(feed)) - expected) <= 1


def test_failures_wait_longer_each_time_and_are_told(client, follow, poll, site: Site) -> None:
    feed = follow("alice", "/feed", rss("a|First"))
    site.put("/feed", "down", "text/plain", 503)
    waits = [minutes(poll(feed)) for _ in range(9)]
    assert waits == [15, 30, 60, 120, 240, 480, 960, 1440, 1440]
    page = client("alice").get(f"/feeds/{feed}").text
    assert "The site has trouble" in page
    assert "HTTP status 503" in page
    assert "Asked 9 times without success" in page
    assert "Try now" in page
    assert "Trouble: " in client("alice").get("/feeds").text
    site.put("/feed", rss("a|First", "b|Second"))
    assert client("alice").post(f"/feeds/{feed}/polls").status_code == 303
    page = client("alice").get(f"/feeds/{feed}").text
    assert "Second" in page
    assert "The site has trouble" not in page
    assert poll(feed).failures == 0


def test_a_site_that_asks_to_wait_is_left_alone(follow, poll, site: Site) -> None:
    feed = follow("alice", "/feed", rss("a|First"))
    site.put("/feed", "busy", "text/plain", 429, Retry_After="7200")
    assert minutes(poll(feed)) == 120
    asked = len(site.paths())
    again = poll(feed)  # its turn has not come, whoever asks: that is no failure of the feed
    assert len(site.paths()) == asked
    assert again.failures == 1


def test_what_is_no_feed_any_more_says_so(client, follow, poll, items, site: Site) -> None:
    feed = follow("alice", "/feed", rss("a|First"))
    site.put("/feed", "<html><body>We have moved</body></html>", "text/html")
    assert "There is no feed at this address" in poll(feed).error
    assert len(items(feed)) == 1


def test_a_feed_that_has_moved_for_good_is_asked_there(follow, poll, site: Site) -> None:
    feed = follow("alice", "/feed", rss("a|First"))
    site.put("/new", rss("a|First", "b|Second"))
    site.put("/feed", "", status=302, Location="/new")
    assert poll(feed).url == site.url("/feed")
    site.put("/feed", "", status=301, Location="/between")
    site.put("/between", "", status=308, Location="/new")
    assert poll(feed).url == site.url("/new")
    site.put("/new", "", status=302, Location="/elsewhere")
    site.put("/elsewhere", rss("c|Third"))
    assert poll(feed).url == site.url("/new")
    follow("alice", "/other", rss("x|Other"))
    site.put("/new", "", status=301, Location="/other")
    assert poll(feed).url == site.url("/new")  # she follows the other one already


def test_a_feed_that_is_gone_is_not_asked_any_more(client, follow, poll, site: Site) -> None:
    feed = follow("alice", "/feed", rss("a|First"))
    site.put("/feed", "", "text/plain", 410)
    assert poll(feed).stopped
    asked = len(site.paths())
    poll(feed)
    assert len(site.paths()) == asked
    assert "gone for good" in client("alice").get(f"/feeds/{feed}").text
    site.put("/feed", rss("a|First"))
    client("alice").post(f"/feeds/{feed}/polls")
    assert not poll(feed).stopped


def test_only_what_is_due_is_asked(follow, database: Database, work_off, site: Site, people) -> None:
    mine, theirs = follow("alice", "/feed", rss("a|First")), follow("bob", "/feed")
    work_off()
    assert len(site.paths()) == 2
    past = now() - timedelta(seconds=1)
    with database.write() as db:
        db.execute(update(Feed).values(next_at=past))
        db.execute(update(User).where(User.id == people["bob"]).values(disabled_at=now()))
    with database.write() as db:
        assert enqueue_due(db) == 1
        assert enqueue_due(db) == 0  # sent off, and not again while it waits
        waiting = db.scalars(select(Job).where(Job.kind == "poll-feed")).one()
        assert (waiting.created_by, waiting.priority) == (None, -3)  # it would crowd the page of her jobs
        assert db.get_one(Feed, theirs).next_at < now() < db.get_one(Feed, mine).next_at


def test_asked_twice_or_broken_off_nothing_is_there_twice(follow, database: Database, items, site: Site) -> None:
    feed_id = follow("alice", "/feed", rss("a|First"))
    site.put("/feed", rss("a|First", "b|Second"))
    with database.read() as db:
        feed = db.get_one(Feed, feed_id)
    both = [outcome(feed, database.settings) for _ in range(2)]  # two who asked at the same time
    for came in both:
        with database.write() as db:
            record(db, feed=db.get_one(Feed, feed_id), outcome=came)
    assert len(items(feed_id)) == 2
    site.put("/feed", rss("a|First", "b|Second", "c|Third"))
    dying = Worker(database, HANDLERS)
    with database.write() as db:
        db.execute(update(Feed).values(next_at=now() - timedelta(seconds=1)))
        enqueue_due(db)
        job_id = db.scalars(select(Job.id).where(Job.kind == "poll-feed")).one()
    with database.write() as db:
        job = jobs.claim(db, job_id, worker=dying.name)
    assert job
    HANDLERS["poll-feed"](dying._work(job))  # killed here: asked, and nothing stored
    assert len(items(feed_id)) == 2
    with database.write() as db:
        db.execute(update(Job).values(lease_until=now() - timedelta(seconds=1)))
    worker = Worker(database, HANDLERS)
    while worker.step():
        pass
    assert [item.title for item in items(feed_id)] == ["Third", "Second", "First"]
    with database.read() as db:
        assert db.scalar(select(func.count()).select_from(FeedItem)) == 3
        assert db.get_one(Job, job_id).state == "done"
