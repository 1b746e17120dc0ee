"""Feeds through the browser: followed, looked through, read on demand, kept in folders; private to their person."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.models import Article, Feed, FeedItem, Job, Revision, now
from tests.feeds.sites import Site, rss, story


def titles(page: str) -> list[str]:
    found = re.findall(r"<h2(?: class=\"unread\")?><a href=\"/(?:feeds/items|articles)/\d+\">(.*?)</a>", page)
    return [html.unescape(each) for each in found]


def test_without_a_feed_the_page_says_what_to_do(client) -> None:
    page = client("alice").get("/feeds").text
    assert "You follow no feed yet" in page
    assert 'href="/feeds/new"' in page
    assert 'href="/feeds" aria-current="page"' in page
    assert 'href="/feeds"' not in client("charlie").get("/").text  # readers cannot take anything in
    assert client("charlie").get("/feeds").status_code == 403


def test_a_feed_by_its_address(client, site: Site) -> None:
    alice = client("alice")
    url = site.put("/feed", rss("a|First", "b|Second &amp; &lt;third&gt;|Of the pier"))
    answer = alice.post("/feeds", data={"url": f" {url} ", "folder": " News / Asia/ "})
    assert answer.status_code == 303
    page = alice.get(answer.headers["location"]).text
    assert titles(page) == ["Second & <third>", "First"]
    assert 'class="unread"' in page
    assert "Of the pier" in page
    assert "Harbour news" in page
    assert re.search(r"folder=News/Asia|folder=News%2FAsia", page)
    assert alice.post("/feeds", data={"url": url}).headers["location"] == answer.headers["location"]  # once only


def test_by_the_address_of_a_page(client, site: Site) -> None:
    alice = client("alice")
    link = '<link rel="alternate" type="application/rss+xml" title="{0}" href="/{0}">'
    site.put("/one", rss("a|First"))
    site.put("/two", rss("b|Second", title="Other news"))
    page = site.put("/page", f"<html><head>{link.format('one')}</head></html>", "text/html")
    several = site.put("/pages", f"<html><head>{link.format('one')}{link.format('two')}</head></html>", "text/html")
    nothing = site.put("/none", "<html><body>Nothing</body></html>", "text/html")
    assert alice.post("/feeds", data={"url": page}).status_code == 303
    choice = alice.post("/feeds", data={"url": several, "folder": "News"}).text
    assert "This page names 2 feeds" in choice
    assert f'value="{site.url("/two")}"' in choice
    assert 'name="folder" value="News"' in choice
    chosen = alice.post("/feeds", data={"url": site.url("/two"), "folder": "News"})
    assert titles(alice.get(chosen.headers["location"]).text) == ["Second"]
    refused = alice.post("/feeds", data={"url": nothing, "folder": "Kept"})
    assert refused.status_code == 422
    assert "names no feed" in refused.text
    assert 'value="Kept"' in refused.text


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "Please give the address"),
        ("http://10.0.0.1/feed", "private network"),
        ("ftp://example.org/feed", "http:// or https://"),
        ("{site}/gone", "no page at this address"),
        ("{site}/bomb", "entities of its own"),
    ],
)
def test_an_address_that_leads_nowhere(url: str, words: str, client, site: Site) -> None:
    site.put("/bomb", '<!DOCTYPE a [<!ENTITY b "c">]><rss version="2.0"><channel><title>&b;</title></channel></rss>')
    url = url.format(site=site.url(""))
    answer = client("alice").post("/feeds", data={"url": url, "folder": "Kept"})
    assert answer.status_code == 422
    assert words in html.unescape(answer.text)
    assert 'id="f-url-error"' in answer.text
    assert f'value="{url}"' in answer.text


def test_items_are_read_and_unread_for_each_person(client, follow, database) -> None:
    body = rss(*(f"{n}|Item {n:03}" for n in range(90)))
    mine, theirs = follow("alice", "/feed", body, folder="News/Asia"), follow("bob", "/feed")
    alice = client("alice")
    first = alice.get("/feeds").text
    assert "1 feed, 90 unread" in first
    later = html.unescape(re.search(r'rel="next" href="([^"]+)"', first)[1])
    second = alice.get(later).text
    assert len(set(titles(first)) | set(titles(second))) == 80
    item = re.search(r"/feeds/items/(\d+)/read", second)[1]
    back = alice.put(f"/feeds/items/{item}/read", data={"read": "1", "next": later})
    assert back.headers["location"] == later
    assert "1 feed, 89 unread" in alice.get("/feeds").text
    alice.put(f"/feeds/items/{item}/read", data={"read": "0"})
    assert "90 unread" in alice.get("/feeds").text
    newest = re.search(r'name="until" value="(\d+)"', alice.get(f"/feeds/{mine}").text)[1]
    with database.write() as db:
        db.add(FeedItem(feed_id=mine, guid="new", title="Came meanwhile", sort_at=now(), seen_at=now()))
    alice.put("/feeds/read", data={"folder": "News", "until": newest})
    assert titles(alice.get("/feeds?folder=News&unread=1").text) == ["Came meanwhile"]
    assert "Everything is read" not in alice.get("/feeds?unread=1").text
    assert "90 unread" in client("bob").get("/feeds").text
    client("bob").put(f"/feeds/{theirs}/read", data={"until": newest})
    assert "90 unread" not in client("alice").get("/feeds").text


def test_an_item_becomes_an_article(client, follow, site: Site, database, work_off, items) -> None:
    site.put("/stories/a", story("Harbour council closes the old pier"), "text/html")
    feed = follow("alice", "/feed", rss("a|Pier closes|Short"))
    (item,) = items(feed)
    alice = client("alice")
    assert "Short" in alice.get(f"/feeds/items/{item.id}").text
    assert items(feed)[0].read_at is None  # to look changes nothing
    answer = alice.post(f"/feeds/items/{item.id}/article")
    path = answer.headers["location"]
    assert re.fullmatch(r"/articles/\d+", path)
    assert "never counted so many" in alice.get(path).text
    assert items(feed)[0].read_at is not None
    assert alice.post(f"/feeds/items/{item.id}/article").headers["location"] == path
    assert f'<a href="{path}">Pier closes</a>' in alice.get("/feeds").text
    assert "in the library" in alice.get("/feeds").text
    work_off()
    with database.read() as db:
        assert db.scalar(select(func.count()).select_from(Article)) == 1
        assert db.scalars(select(Job.state).where(Job.kind == "analyze")).all() == ["done"]


def test_a_page_without_a_date_has_that_of_the_feed(client, follow, site: Site, database, items) -> None:
    site.put("/stories/a", story("Harbour council closes the old pier"), "text/html")
    dated = rss("a|Pier closes").replace("</item>", "<pubDate>Mon, 02 Mar 2026 10:00:00 +0100</pubDate></item>")
    feed = follow("alice", "/feed", dated)
    client("alice").post(f"/feeds/items/{items(feed)[0].id}/article")
    with database.read() as db:
        revision = db.scalars(select(Revision)).one()
    assert revision.published == "2026-03-02T09:00:00+00:00"


def test_the_text_of_the_feed_serves_where_the_page_cannot_be_had(client, follow, database, items) -> None:
    said = "<p>“We have never counted so many,” said Maren Oduya, head of the office, on Monday.</p>"
    told = said + "".join(f"<p>Paragraph {n} of it: the harbour council spoke of the ferry pier.</p>" for n in range(9))
    body = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>Wire</title><entry><id>1</id><title>Crates counted</title>'
        "<author><name>Ines Calloway</name></author><published>2026-11-01T09:00:00Z</published>"
        f'<link href="/gone"/><content type="html"><![CDATA[{told}<script>alert(1)</script>]]></content></entry>'
        '<entry><id>2</id><title>Nothing of it</title><link href="/gone-too"/></entry></feed>'
    )
    feed = follow("alice", "/feed", body)
    alice = client("alice")
    with_text, without = sorted(items(feed), key=lambda item: item.title)
    assert alice.post(f"/feeds/items/{with_text.id}/article").status_code == 303
    with database.read() as db:
        revision = db.scalars(select(Revision)).one()
    assert (revision.title, revision.authors, revision.published) == (
        "Crates counted", ["Ines Calloway"], "2026-11-01T09:00:00+00:00",
    )  # fmt: skip
    assert "never counted so many" in revision.text
    assert "alert" not in revision.text
    refused = alice.post(f"/feeds/items/{without.id}/article")
    assert refused.status_code == 422
    assert "could not be taken in: There is no page at this address (HTTP status 404)." in refused.text
    assert items(feed)[0].article_id or items(feed)[1].article_id


def test_folders_are_renamed_moved_and_deleted(client, follow, site: Site, database) -> None:
    alice = client("alice")
    for n, folder in enumerate(["News", "News/Asia", "News/Asia/Sea", "Newsletters", ""]):
        follow("alice", f"/feed{n}", rss("a|First"), folder=folder)
    follow("bob", "/feed0", folder="News")

    def folders(name: str = "/") -> list[str]:
        with database.read() as db:
            return list(db.scalars(select(Feed.folder).where(Feed.user_id == 1).order_by(Feed.id)))

    answer = alice.put("/feeds/folders", data={"folder": "News", "to": "Papers / World"})
    assert answer.headers["location"] == "/feeds?folder=Papers%2FWorld"
    assert folders() == ["Papers/World", "Papers/World/Asia", "Papers/World/Asia/Sea", "Newsletters", ""]
    assert alice.put("/feeds/folders", data={"folder": "News", "to": "x"}).status_code == 404
    refused = alice.put("/feeds/folders", data={"folder": "Papers", "to": "/".join("abcdefghijk")})
    assert refused.status_code == 422
    assert "at most 200 characters and 10 parts" in refused.text
    assert 'value="a/b/c/d/e/f/g/h/i/j/k"' in refused.text
    alice.delete("/feeds/folders?folder=x")
    alice.request("DELETE", "/feeds/folders", data={"folder": "Papers/World"})
    assert folders() == ["Papers", "Papers/Asia", "Papers/Asia/Sea", "Newsletters", ""]
    assert "World" not in alice.get("/feeds?folder=Papers").text
    assert ">News<" in client("bob").get("/feeds").text


def test_a_feed_is_renamed_moved_and_unfollowed(client, follow, site: Site, database, items) -> None:
    alice = client("alice")
    site.put("/stories/a", story("Harbour council closes the old pier"), "text/html")
    feed = follow("alice", "/feed", rss("a|First"))
    alice.post(f"/feeds/items/{items(feed)[0].id}/article")
    assert alice.put(f"/feeds/{feed}", data={"name": "My <harbour>", "folder": "Sea"}).status_code == 303
    page = alice.get(f"/feeds/{feed}").text
    assert "<h1>My &lt;harbour&gt;</h1>" in page
    refused = alice.put(f"/feeds/{feed}", data={"name": "n" * 301, "folder": "Sea"})
    assert refused.status_code == 422
    assert 'id="f-name-error"' in refused.text
    alice.put(f"/feeds/{feed}", data={"name": "", "folder": ""})
    assert "<h1>Harbour news</h1>" in alice.get(f"/feeds/{feed}").text
    alice.delete(f"/feeds/{feed}")
    assert alice.get(f"/feeds/{feed}").status_code == 404
    with database.read() as db:
        assert db.scalar(select(func.count()).select_from(FeedItem)) == 0
        assert db.scalar(select(func.count()).select_from(Article)) == 1


def test_what_is_theirs_is_not_there_for_others(client, follow, items) -> None:
    feed = follow("alice", "/feed", rss("a|Hushed item|Hushed words"), folder="Hushed folder")
    item = items(feed)[0].id
    for name in ("bob", "erin", "root"):
        other = client(name)
        for path in (f"/feeds/{feed}", f"/feeds/items/{item}"):
            assert other.get(path).status_code == 404
        for method, path in (("PUT", f"/feeds/{feed}"), ("DELETE", f"/feeds/{feed}"), ("POST", f"/feeds/{feed}/polls"),
                             ("PUT", f"/feeds/{feed}/read"), ("POST", f"/feeds/items/{item}/article"),
                             ("PUT", f"/feeds/items/{item}/read"), ("PUT", "/feeds/folders"), ("DELETE", "/feeds/folders")):  # fmt: skip
            assert other.request(method, path, data={"folder": "Hushed folder", "until": "999"}).status_code == 404, (
                path
            )
        assert (
            other.post("/feeds/rules", data={"kind": "words", "pattern": "x", "feed_id": str(feed)}).status_code == 404
        )
        for path in (
            "/feeds",
            "/feeds?folder=Hushed+folder",
            f"/feeds?after={item}",
            "/feeds/rules",
            "/feeds/new",
            "/feeds/opml",
        ):
            assert "ushed" not in other.get(path).text.replace("Hushed folder</h1>", "").replace("Hushed folder - Quotidian", "").replace('value="Hushed folder"', "")  # fmt: skip
    assert items(feed)[0].read_at is None


def test_the_page_takes_no_more_statements_for_more_feeds(client, follow, database) -> None:
    from sqlalchemy import event

    app_engine = client("alice")
    counts = []
    statements: list[str] = []
    engine = app_engine.app.state.database.engine
    event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    for rounds in (1, 12):
        for n in range(rounds):
            follow("alice", f"/feed{rounds}{n}", rss(*(f"{m}|Item {m}" for m in range(9))), folder=f"Folder {n}")
        client("alice").get("/feeds")
        statements.clear()
        app_engine.get("/feeds")
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_pruning_keeps_what_is_an_article_and_what_the_feed_still_lists(
    follow, poll, site: Site, database, monkeypatch
) -> None:
    from app.feeds import actions

    monkeypatch.setattr(actions, "KEPT", 5)
    feed = follow("alice", "/feed", rss("a|Stays"))
    old = now() - timedelta(days=30)
    with database.write() as db:
        article = Article(title="T", sort_at=now(), text_sha256="0" * 64)
        db.add(article)
        db.flush()
        for n in range(8):
            read = old if n < 4 else None
            db.add(FeedItem(feed_id=feed, guid=str(n), title=f"Old {n}", sort_at=old + timedelta(hours=n), seen_at=old,
                            read_at=read, article_id=article.id if n == 0 else None))  # fmt: skip
    site.put("/feed", rss("a|Stays", "b|New"))
    poll(feed)
    with database.read() as db:
        kept = set(db.scalars(select(FeedItem.title).where(FeedItem.feed_id == feed)))
    assert kept == {"Stays", "New", "Old 0", "Old 6", "Old 7"}
