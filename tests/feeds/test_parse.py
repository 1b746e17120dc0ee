"""Feeds of every format, as they should be and as they should not: what is understood, or why nothing is."""

from __future__ import annotations

import json
import time
from contextlib import nullcontext
from datetime import UTC, datetime

import pytest

from app.feeds.parse import MAX_ITEMS, NotAFeed, alternates, read_feed

URL = "https://news.example/feed"

RSS_091 = """<?xml version="1.0"?>
<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd">
<rss version="0.91"><channel><title>Harbour &amp; Pier</title><link>https://news.example/</link><description>d</description>
<item><title>Ferry &lt;b&gt;late&lt;/b&gt;</title><link>/ferry</link><description>It is &amp;eacute;tonnant.</description></item></channel></rss>"""
RSS_10 = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">
<channel rdf:about="x"><title>Harbour &amp; Pier</title><link>https://news.example/</link><sy:updatePeriod>daily</sy:updatePeriod>
<sy:updateFrequency>4</sy:updateFrequency></channel>
<item rdf:about="https://news.example/ferry"><title>Ferry late</title><link>https://news.example/ferry</link>
<description>It is étonnant.</description><dc:creator>Ines Calloway</dc:creator><dc:date>2026-11-01T10:00:00+01:00</dc:date></item></rdf:RDF>"""
RSS_20 = """<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Harbour &amp; Pier</title><link>https://news.example/</link><ttl>90</ttl>
<item><guid isPermaLink="false">tag:1</guid><title>Ferry late</title><link>https://news.example/ferry</link>
<description>&lt;p&gt;It is&lt;/p&gt;&lt;p&gt;étonnant.&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;</description>
<dc:creator>Ines Calloway</dc:creator><pubDate>Sun, 01 Nov 2026 09:00:00 GMT</pubDate>
<content:encoded><![CDATA[<p>%s</p>]]></content:encoded></item></channel></rss>""" % ("The whole text. " * 40)
ATOM = """<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://news.example/">
<title type="html">Harbour &amp;amp; Pier</title><link rel="self" href="feed"/><link href="https://news.example/"/>
<entry><id>tag:1</id><title>Ferry late</title><link rel="enclosure" href="a.mp3"/><link href="ferry"/>
<author><name>Ines Calloway</name></author><published>2026-11-01T09:00:00Z</published><updated>2026-11-02T09:00:00Z</updated>
<summary type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>It is</p><p>étonnant.</p></div></summary></entry></feed>"""
ENTRY = {
    "id": 1,
    "url": "/ferry",
    "title": "Ferry late",
    "summary": "It is étonnant.",
    "date_published": "2026-11-01T10:00:00+01:00",
}
JSON_10 = {"version": "https://jsonfeed.org/version/1", "title": "Harbour & Pier", "home_page_url": "https://news.example/",
           "items": [{**ENTRY, "author": {"name": "Ines Calloway"}, "content_html": "<p>x</p>"}, "rubbish", {}]}  # fmt: skip
JSON_11 = {"version": "https://jsonfeed.org/version/1.1", "title": "Harbour & Pier", "home_page_url": "https://news.example/",
           "items": [{**ENTRY, "authors": [{"name": "Ines Calloway"}, 7], "content_text": "x < y"}]}  # fmt: skip
EVERY = {"rss 0.91": RSS_091, "rss 1.0": RSS_10, "rss 2.0": RSS_20, "atom": ATOM, "json 1.0": json.dumps(JSON_10), "json 1.1": json.dumps(JSON_11)}  # fmt: skip


@pytest.mark.parametrize("name", EVERY)
def test_each_format_says_the_same(name: str) -> None:
    feed = read_feed(EVERY[name].encode(), url=URL)
    assert (feed.title, feed.home) == ("Harbour & Pier", "https://news.example/")
    (item,) = feed.items
    assert (item.title, item.url, item.summary) == ("Ferry late", "https://news.example/ferry", "It is étonnant.")
    if name != "rss 0.91":
        assert (item.author, item.published) == ("Ines Calloway", datetime(2026, 11, 1, 9, tzinfo=UTC))
    assert bool(item.content) == (name == "rss 2.0")
    assert feed.least == {"rss 1.0": 360, "rss 2.0": 90}.get(name, 0)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-8-sig", "utf-32"])
def test_encodings(encoding: str) -> None:
    assert read_feed(RSS_10.encode(encoding), url=URL).items[0].summary == "It is étonnant."


def test_what_is_declared_and_what_the_server_says() -> None:
    russian = (
        '<?xml version="1.0" encoding="windows-1251"?><rss version="2.0"><channel><title>Гавань</title></channel></rss>'
    )
    assert read_feed(russian.encode("cp1251"), url=URL).title == "Гавань"
    assert read_feed(russian.encode(), url=URL).title == "Гавань"  # it says windows-1251, and is UTF-8
    bare = "<rss version='2.0'><channel><title>Öresund “news”</title></channel></rss>"
    assert read_feed(bare.encode("cp1252"), url=URL).title == "Öresund “news”"
    assert read_feed("<rss><channel><title>港</title></channel></rss>".encode("euc-jp"), url=URL, charset="euc-jp").title == "港"  # fmt: skip
    assert read_feed(bare.encode("cp1252"), url=URL, charset="no-such-charset").title == "Öresund “news”"


def test_text_stays_text() -> None:
    title = "&lt;img src=x onerror=alert(1)&gt;A &amp;lt;b&amp;gt; title&#8238; &#x202e;here"
    item = read_feed(f"<rss version='2.0'><channel><item><title>{title}</title></item></channel></rss>".encode(), url=URL).items[0]  # fmt: skip
    assert item.title == "A <b> title here"
    atom = "<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>1</id><title>a &lt; b</title></entry></feed>"
    assert read_feed(atom.encode(), url=URL).items[0].title == "a < b"


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "data:text/html,x", "ftp://x/", "//[", "https://x/\n", "http://" + "x" * 5000]
)
def test_only_web_addresses_are_addresses(link: str) -> None:
    xml = f"<rss version='2.0'><channel><item><title>A</title><link><![CDATA[{link}]]></link></item></channel></rss>"
    assert read_feed(xml.encode(), url=URL).items[0].url in ("", "https://x/")


def test_items_are_known_by_their_id_then_their_address_then_their_words() -> None:
    def guids(*inner: str) -> list[str]:
        listed = "".join(f"<item>{each}</item>" for each in inner)
        return [item.guid for item in read_feed(f"<rss version='2.0'><channel>{listed}</channel></rss>".encode(), url=URL).items]  # fmt: skip

    assert len(guids("<guid>1</guid><title>A</title>", "<guid>1</guid><title>B</title>")) == 1
    assert len(guids("<link>/1</link><title>A</title>", "<link>/1</link><title>B</title>", "<link>/2</link>")) == 2
    assert len(guids("<title>A</title>", "<title>A</title>", "<title>B</title>", "<description>A b</description>")) == 3
    assert guids("<guid>1</guid><title>A</title>") == guids("<guid>1</guid><title>Renamed</title><link>/x</link>")
    assert guids("<title> </title>", "") == []


def test_a_broken_feed_gives_what_can_be_read() -> None:
    whole = RSS_20.replace("</channel></rss>", "<item><title>Second</title><guid>2</guid></item></channel></rss>")
    cut = read_feed(whole[: whole.index("Second") + 6].encode(), url=URL)
    assert [item.title for item in cut.items] == ["Ferry late", "Second"]
    sloppy = "<rss version='2.0'><channel><title>A & B &nbsp; &copy;</title><item><title>One & two<br></title><link>/1?a=1&b=2</link></item></channel></rss>"
    feed = read_feed(sloppy.encode(), url=URL)
    assert feed.title.startswith("A")
    assert len(feed.items) == 1


BOMB = """<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>
<rss version="2.0"><channel><title>&c;</title></channel></rss>"""
READS_FILES = """<!DOCTYPE rss [<!ENTITY f SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel><title>&f;</title></channel></rss>"""


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "it is empty"),
        (b"   \n", "it is empty"),
        (b"<html><body><p>A page</p></body></html>", "holds something else"),
        (b"<!DOCTYPE html><html><head><title>A</title></head><body><br><p>x</html>", "holds something else"),
        (b"plain words", "holds something else"),
        (b"%PDF-1.7 \x00\x01", "holds something else"),
        (bytes(10_000), "holds something else"),
        (b"\xff\xfe\xff", "holds something else"),
        (b'{"version": "https://jsonfeed.org/version/1", "items": [', "JSON cannot be read"),
        (b'{"a":' * 100_000, "JSON cannot be read"),
        (b'{"version": "2"}', "holds something else"),
        (b"<opml><body/></opml>", "holds something else"),
        (b"<rss>" + b"<a>" * 100_000, "too deep"),
        (b"<rss><channel>" + b"<item><title>x</title>" * 50_000, "too deep"),
        (BOMB.encode(), "entities of its own"),
        (BOMB.encode("utf-16"), "entities of its own"),
        (READS_FILES.encode(), "entities of its own"),
    ],
)
def test_what_is_no_feed_says_so_at_once(data: bytes, words: str) -> None:
    begun = time.process_time()
    with pytest.raises(NotAFeed) as raised:
        read_feed(data, url=URL)
    assert words in raised.value.message
    assert time.process_time() - begun < 2


def test_a_hundred_thousand_items_are_not_read() -> None:
    many = "".join(f"<item><title>Item {n}</title><guid>{n}</guid></item>" for n in range(100_000))
    begun = time.process_time()
    feed = read_feed(f"<rss version='2.0'><channel><title>Many</title>{many}</channel></rss>".encode(), url=URL)
    assert len(feed.items) == MAX_ITEMS
    assert time.process_time() - begun < 5
    longest = read_feed(f"<rss><channel><item><title>{'word ' * 100_000}</title><description>{'x' * 3_000_000}</description></item></channel></rss>".encode(), url=URL).items[0]  # fmt: skip
    assert (len(longest.title) < 310, len(longest.summary) < 610, len(longest.content) <= 100_000) == (True, True, True)


HEAD = "<rss version='2.0'><channel><title>Big</title>"
MANY_ATTRIBUTES = " ".join(f'a{n}="1"' for n in range(300_000))
MANY_SPACES = " ".join(f'xmlns:a{n}="u{n}"' for n in range(50_000))
BIG = {
    "elements": HEAD + "<category>x</category>" * 200_000,
    "elements of an item": f"{HEAD}<item><title>x</title>{'<link>http://a.example/1</link>' * 150_000}</item>",
    "broken markup": f"{HEAD}<item><title>x</title><description>{'& ' * 1_500_000}</description></item>",
    "escaped markup": f"{HEAD}<item><title>x</title><description>{'&lt;p&gt;&lt;b&gt;' * 250_000}</description></item>",
    "open tags": HEAD + "<" + "a" * 3_000_000,
    "attributes": f"{HEAD}<item {MANY_ATTRIBUTES}/>",
    "name spaces": f"<rss {MANY_SPACES}><channel/></rss>",
}
REFUSED = ("open tags", "attributes", "name spaces")


@pytest.mark.parametrize("name", BIG)
def test_whatever_is_big_is_done_with_in_time(name: str) -> None:
    data = BIG[name].encode()
    begun = time.process_time()
    refused = pytest.raises(NotAFeed, match="100,000 characters") if name in REFUSED else nullcontext()
    with refused:
        assert len(read_feed(data, url=URL).items) <= 1
    assert time.process_time() - begun < 5


def test_feeds_that_a_page_names() -> None:
    page = """<html><head><base href="/blog/"><link rel="stylesheet" href="x.css" type="text/css">
    <link rel="Alternate" type="application/RSS+xml" title="All <b>news</b>" href="feed.xml">
    <link rel="alternate" type="application/atom+xml; charset=utf-8" href="https://other.example/atom">
    <link rel="alternate" type="application/feed+json" href="feed.xml"><link rel="alternate" hreflang="de" href="/de">
    <link rel="alternate" type="application/rss+xml" href="javascript:alert(1)"></head><body><p>Unclosed"""
    found = alternates(page.encode(), url="https://news.example/today")
    assert [(each.url, each.title) for each in found] == [
        ("https://news.example/blog/feed.xml", "All <b>news</b>"),
        ("https://other.example/atom", "https://other.example/atom"),
    ]
    assert alternates(b"", url=URL) == []
