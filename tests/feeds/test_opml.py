"""Lists of feeds: in and out, folders and all; what cannot be taken is named."""

from __future__ import annotations

import re
from html import unescape

import pytest
from sqlalchemy import select

from app.feeds.opml import MAX_DEPTH, NotOpml, Outline, read_opml, write_opml
from app.models import Feed, now

LIST = """<?xml version="1.0" encoding="{encoding}"?><opml version="1.0"><head><title>Mine</title></head><body>
<outline text="News"><outline text="Asia/Pacific" title="x"><outline type="rss" text="Hafen &amp; &lt;Pier&gt; é" xmlUrl="https://a.example/feed"
 htmlUrl="https://a.example/"/></outline><outline text="Top" xmlURL="feed://b.example/rss"/><outline text="Empty" type="folder"/></outline>
<outline title="Loose" xmlUrl=" feed:https://c.example/rss " category="/Sport/Ball,/x"/>
<outline text="A bookmark" type="link" url="https://d.example/"/><outline text="Mail" xmlUrl="mailto:x@y.example"/>
<outline text="Top again" xmlUrl="http://b.example/rss"/></body></opml>"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_a_list_is_read(encoding: str) -> None:
    read = read_opml(LIST.format(encoding=encoding).encode(encoding))
    assert [(each.url, each.name, each.folder) for each in read.feeds] == [
        ("https://a.example/feed", "Hafen & <Pier> é", "News/Asia-Pacific"),
        ("http://b.example/rss", "Top", "News"),
        ("https://c.example/rss", "Loose", "Sport/Ball"),
        ("mailto:x@y.example", "Mail", ""),
        ("http://b.example/rss", "Top again", ""),
    ]
    assert read.problems == ("“A bookmark” has no address of a feed.",)


def test_what_is_written_is_read_again_the_same() -> None:
    hostile = 'Quo"te <b> & ]]> \u202e\x01 é 🚢'
    feeds = [Outline(f"https://{n}.example/?a=1&b={n}", f"{hostile} {n}", "https://x.example/", folder) for n, folder in
             enumerate(["", "News", "News/Asia", 'A "b" & <c>', "Deep/" * 9 + "er"])]  # fmt: skip
    once = read_opml(write_opml([Outline(f.url, "Quo\"te <b> & ]]> é 🚢", f.home, f.folder) for f in feeds], title=hostile, created=now()))  # fmt: skip
    again = read_opml(write_opml(once.feeds, title="x", created=now()))
    assert once == again
    assert once.problems == ()
    assert sorted((f.url, f.folder) for f in once.feeds) == sorted((f.url, f.folder) for f in feeds)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not an OPML file"),
        (b"<html></html>", "not an OPML file"),
        (b"not xml", "not an OPML file"),
        (b"<opml><head/></opml>", "no list in it"),
        (
            b"<!DOCTYPE x [<!ENTITY a 'x'><!ENTITY b '&a;&a;'>]><opml><body><outline text='&b;'/></body></opml>",
            "entities",
        ),
        (b"<opml><body>" + b"<outline text='a'>" * 5000, "too deep"),
    ],
)
def test_what_is_no_list(data: bytes, words: str) -> None:
    with pytest.raises(NotOpml, match=words):
        read_opml(data)


def test_folders_that_are_too_deep_end_somewhere() -> None:
    deep = "".join(f"<outline text='{n}'>" for n in range(30)) + "<outline xmlUrl='https://a.example/' text='A'/>"
    read = read_opml(f"<opml><body>{deep}{'</outline>' * 30}</body></opml>".encode())
    assert read.feeds[0].folder.count("/") == MAX_DEPTH - 1
    assert "too deep" in read.problems[0]


def upload(browser, data: bytes, name: str = "feeds.opml"):
    return browser.post("/feeds/opml", files={"file": (name, data, "text/x-opml")})


def followed(database, name: str, people) -> list[tuple[str, ...]]:
    with database.read() as db:
        mine = select(Feed).where(Feed.user_id == people[name]).order_by(Feed.url)
        return [(feed.url, feed.label, feed.home, feed.folder) for feed in db.scalars(mine)]


def test_a_list_comes_in_with_a_report_and_goes_out_the_same(client, database, people) -> None:
    alice, bob = client("alice"), client("bob")
    report = unescape(upload(alice, LIST.format(encoding="utf-8").encode()).text)
    assert "3 feeds are new" in report
    assert "2 could not be taken" in report
    assert "1 was followed already" in report
    assert "“Mail”: Only addresses that start with http" in report
    before = followed(database, "alice", people)
    assert len(before) == 3
    out = alice.get("/feeds/opml")
    assert "attachment" in out.headers["content-disposition"]
    again = upload(alice, out.content).text
    assert "0 feeds are new" in again
    assert "3 were followed already" in again
    assert followed(database, "alice", people) == before
    upload(bob, out.content)
    assert followed(database, "bob", people) == before
    undated = re.compile(rb"<dateCreated>.*?</dateCreated>|Feeds of \w+")
    assert undated.sub(b"", bob.get("/feeds/opml").content) == undated.sub(b"", out.content)


@pytest.mark.parametrize(("data", "words"), [(b"\x00" * 100, "not an OPML file"), (b"", "not an OPML file")])
def test_a_bad_file_is_named_beside_the_field(client, data: bytes, words: str) -> None:
    answer = upload(client("alice"), data)
    assert answer.status_code == 422
    assert words in answer.text
    assert 'id="f-file-error"' in answer.text
    assert "Choose a file first" in client("alice").post("/feeds/opml").text
