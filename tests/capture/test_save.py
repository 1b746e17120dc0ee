"""/save: what bookmarklet and share menu lead to. To look writes nothing; what was selected becomes a highlight."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest

from app.api.save import Save, shared
from app.models import Annotation, Article, Capture, Note
from app.notes.quoted import NOT_THERE
from tests.articles.conftest import Fields, send
from tests.capture.conftest import PARAGRAPHS
from tests.making import make_article

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' hx-get='/x' hx-trigger='load",
    "javascript:alert(1)",
    "{{ 7*7 }}${7*7}",
    "</textarea><svg onload=alert(1)>",
)


class Tags(HTMLParser):
    """Which elements a page has, in order, and which attributes in all, `value` apart."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.attributes: set[tuple[str, str | None]] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.attributes |= {pair for pair in attrs if pair[0] != "value"}


def save_address(**given: str) -> str:
    return f"/save?{urlencode(given)}"


def placed(database, article_id: int, *, url: str) -> None:
    with database.write() as db:
        db.get_one(Article, article_id).canonical_url = url


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({"url": "https://a.example/x", "title": "T", "quote": "Q"}, ("https://a.example/x", "T", "Q")),
        ({"text": "https://a.example/x"}, ("https://a.example/x", "", "")),
        ({"text": "A headline https://a.example/x"}, ("https://a.example/x", "A headline", "")),
        ({"title": "T", "text": "Words of it.\nhttps://a.example/x"}, ("https://a.example/x", "T", "Words of it.")),
        (
            {"text": "“Words of it.”\n https://a.example/x#:~:text=Words,it."},
            ("https://a.example/x", "", "Words of it."),
        ),
        ({"title": "T", "text": "T https://a.example/x"}, ("https://a.example/x", "T", "")),
        ({"title": "Look: https://a.example/x."}, ("https://a.example/x", "Look:", "")),
        ({"text": "(https://a.example/x_(y))"}, ("https://a.example/x_(y))", "", "()")),
        ({"url": "https://a.example/x#part:~:text=so"}, ("https://a.example/x#part", "", "")),
        ({"text": "no address at all"}, ("", "no address at all", "")),
    ],
)
def test_what_a_phone_means(sent: dict[str, str], expected: tuple[str, str, str]) -> None:
    got = shared(Save(**sent))
    if expected[2] == "()":  # an address in brackets keeps its own
        assert got.url.startswith("https://a.example/x_(y)")
        return
    assert (got.url, got.title, got.quote) == expected


def test_to_look_writes_nothing(client, database, rows) -> None:
    article_id = make_article(database)
    placed(database, article_id, url="https://wire.example/crates")
    alice = client("alice")
    alice.get("/save")
    before = rows()
    for given in (
        {},
        {"url": "https://wire.example/other", "title": "T", "quote": "Words"},
        {"url": "https://wire.example/crates?utm_source=x", "quote": "four million crates"},
        {"url": "http://127.0.0.1:1/", "title": "T"},
        {"url": "javascript:alert(1)", "text": "x"},
        {"title": "T", "text": "https://wire.example/crates"},
    ):
        assert alice.get(save_address(**given)).status_code == 200
    assert rows() == before


@pytest.mark.parametrize("name", ["url", "title", "quote", "text"])
@pytest.mark.parametrize("payload", HOSTILE)
def test_what_is_given_is_only_shown(client, name: str, payload: str) -> None:
    answer = client("alice").get(save_address(**{name: payload}))
    assert answer.status_code == 200
    plain = Tags(client("alice").get("/save?url=x&title=x&quote=x&text=x").text)
    given = Tags(answer.text)
    assert given.names == plain.names
    assert given.attributes == plain.attributes
    assert "49" not in answer.text
    assert payload.strip("\"' ") in html.unescape(answer.text)  # marks around shared words are no part of them


def test_signed_out_people_come_back_with_everything(client, database) -> None:
    address = save_address(url="https://wire.example/a?b=c&d=é", title="Tea & “cake”", quote="50% of it\n+ more")
    stranger = client()
    sent = stranger.get(address)
    assert sent.status_code == 303
    form = stranger.get(sent.headers["location"]).text
    found = re.search(r'name="next" value="([^"]*)"', form)
    assert found
    onward = html.unescape(found[1])
    assert parse_qs(urlsplit(onward).query) == parse_qs(urlsplit(address).query)
    back = client("alice").get(f"/sign-in?{urlencode({'next': onward})}")
    shown = client("alice").get(back.headers["location"]).text
    assert 'value="https://wire.example/a?b=c&amp;d=é"' in shown
    assert "50% of it\n+ more</textarea>" in shown


def test_readers_may_not(client) -> None:
    assert client("charlie").get("/save").status_code == 403
    assert client("charlie").post("/save", data={"url": "https://wire.example/"}).status_code == 403


def test_from_an_address_to_a_highlight(reaching, site, database) -> None:
    alice = reaching("alice")
    words = '"We never thought of it  as scrap," said Ilse Marn'  # straight quotation marks; the page has curly ones
    answer = alice.post("/save", data={"way": "url", "url": f"http://{site}/grey", "quote": words})
    assert answer.status_code == 303, answer.text
    preview = alice.get(answer.headers["location"]).text
    assert "becomes a highlight" in preview
    saved = send(alice, "/articles", Fields(preview).sent)
    with database.read() as db:
        annotation = db.query(Annotation).filter(Annotation.author_id.is_not(None)).one()
        article = db.query(Article).one()
    assert annotation.exact == "“We never thought of it as scrap,” said Ilse Marn"
    assert saved.headers["location"] == f"/articles/{article.id}#m-{annotation.id}-0"


def test_a_passage_that_is_not_in_the_text_is_kept_as_a_note(reaching, site, database) -> None:
    alice = reaching("alice")
    words = "# Words *nobody* wrote\n1. <b>bold</b> [link](javascript:alert(1))"
    answer = alice.post("/save", data={"way": "url", "url": f"http://{site}/grey", "quote": words})
    preview = alice.get(answer.headers["location"]).text
    assert "does not stand in this text" in preview
    saved = send(alice, "/articles", Fields(preview).sent)
    with database.read() as db:
        note = db.query(Note).one()
        assert db.query(Annotation).filter(Annotation.author_id.is_not(None)).count() == 0
    assert note.annotation_id is None
    assert note.body.startswith(NOT_THERE)
    assert saved.headers["location"].endswith(f"#note-{note.id}")
    reader = alice.get(f"/articles/{note.article_id}").text
    body = reader[reader.index(html.escape(NOT_THERE)) :][:600]
    assert "<p># Words *nobody* wrote" in body
    assert "1. &lt;b&gt;bold&lt;/b&gt; [link](javascript:alert(1))" in body


def test_the_highlight_is_added_at_once_to_what_is_here(client, database, rows) -> None:
    article_id = make_article(database)
    placed(database, article_id, url="https://wire.example/crates")
    given = {"url": "http://wire.example/crates/?utm_source=x", "quote": "took in at least   four million"}
    alice = client("alice")
    shown = alice.get(save_address(**given)).text
    assert "You have this already" in shown
    assert '<mark class="hit">took in at least four million</mark>' in shown
    answers = [alice.post("/save", data=given) for _ in range(2)]
    with database.read() as db:
        annotation = db.query(Annotation).one()
    assert annotation.exact == "took in at least four million"
    assert {answer.headers["location"] for answer in answers} == {f"/articles/{article_id}#m-{annotation.id}-0"}
    assert rows()["captures"] == 1


def test_which_of_several_places_is_meant(client, database) -> None:
    article_id = make_article(database)
    placed(database, article_id, url="https://wire.example/crates")
    given = {"url": "https://wire.example/crates", "quote": "crates"}
    alice = client("alice")
    offsets = re.findall(r'name="at" value="(\d+)"', alice.get(save_address(**given)).text)
    assert len(offsets) == 2
    alice.post("/save", data={**given, "at": offsets[1]})
    with database.read() as db:
        assert db.query(Annotation).one().start == int(offsets[1])


def test_words_that_do_not_stand_in_what_is_here(client, database) -> None:
    placed(database, make_article(database), url="https://wire.example/crates")
    given = {"url": "https://wire.example/crates", "quote": "words of a caption"}
    assert "they are kept as a note on it" in client("alice").get(save_address(**given)).text
    client("alice").post("/save", data=given)
    with database.read() as db:
        assert "words of a caption" in db.query(Note).one().body


def test_a_deleted_article_is_said_to_be_so(client, database, people) -> None:
    article_id = make_article(database)
    placed(database, article_id, url="https://wire.example/crates")
    alice = client("alice")
    with database.write() as db:
        db.get_one(Article, article_id).created_by = people["alice"]
    alice.delete(f"/articles/{article_id}")
    shown = alice.get(save_address(url="https://wire.example/crates", quote="crates")).text
    assert "it was deleted" in shown
    assert "Get the page" in shown


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("", "give the address"),
        ("javascript:alert(1)", "not a proper web address"),
        ("file:///etc/passwd", "Only addresses that start with"),
        ("http://127.0.0.1:1/x", "private"),
        ("http://[::ffff:10.0.0.1]/x", "private"),
        ("http://user:secret@wire.example/", "user name"),
    ],
)
def test_addresses_that_are_refused_lose_nothing(client, rows, url: str, expected: str) -> None:
    given = {"way": "url", "url": url, "title": "A title", "quote": "Some “words”", "text": "half a text"}
    alice = client("alice")
    alice.get("/save")
    before = rows()
    answer = alice.post("/save", data=given)
    assert answer.status_code == 422
    error = re.search(r'id="f-url-error">(?:<svg.*?</svg>)?(.*?)</p>', answer.text, re.DOTALL)
    assert error
    assert expected in error[1]
    for kept in (f'value="{html.escape(url)}"', 'value="A title"', "Some “words”</textarea>", "half a text</textarea>"):
        assert kept in answer.text
    assert 'href="/capture"' in answer.text
    assert rows() == before


def test_a_page_for_subscribers_is_pasted_instead(reaching, site, database) -> None:
    alice = reaching("alice")
    given = {"url": f"http://{site}/closed", "title": "Lighthouse", "quote": "The lens alone weighs two tons."}
    refused = alice.post("/save", data={**given, "way": "url"})
    assert refused.status_code == 422
    assert "only to subscribers" in refused.text
    text = "Lighthouse to be lit again\n\n" + "\n\n".join(PARAGRAPHS)
    answer = alice.post("/save", data={**given, "way": "text", "text": text})
    saved = send(alice, "/articles", Fields(alice.get(answer.headers["location"]).text).sent)
    with database.read() as db:
        article = db.query(Article).one()
        assert db.query(Capture).one().kind == "paste"
        assert db.query(Annotation).filter(Annotation.author_id.is_not(None)).one().exact == given["quote"]
    assert article.canonical_url == f"http://{site}/closed"
    assert saved.headers["location"].startswith(f"/articles/{article.id}#m-")


def test_the_same_text_from_elsewhere_takes_the_passage_too(reaching, site, database) -> None:
    alice = reaching("alice")
    for path, quote_ in (("one", ""), ("two", "two tons")):
        answer = alice.post("/save", data={"way": "url", "url": f"http://{site}/{path}", "quote": quote_})
        if path == "one":
            send(alice, "/articles", Fields(alice.get(answer.headers["location"]).text).sent)
    assert "/articles/" in answer.headers["location"]
    with database.read() as db:
        assert db.query(Article).count() == 1
        assert db.query(Annotation).filter(Annotation.author_id.is_not(None)).one().exact == "two tons"


def test_a_passage_that_comes_too_late_is_added_to_the_article_that_came_first(reaching, site, database) -> None:
    alice = reaching("alice")
    given = {"way": "url", "url": f"http://{site}/grey", "quote": "two tons"}
    previews = [alice.get(alice.post("/save", data=given).headers["location"]).text for _ in range(2)]
    first, late = (send(alice, "/articles", Fields(preview).sent) for preview in previews)
    assert (first.status_code, late.status_code) == (303, 409)
    assert "Add the passage to it" in late.text
    form = dict(re.findall(r'<input type="hidden" name="(article_id|quote)" value="([^"]*)">', late.text))
    assert alice.post("/save", data=form).headers["location"] == first.headers["location"]
    with database.read() as db:
        assert db.query(Article).count() == 1


def test_another_site_cannot_save(client, rows) -> None:
    alice = client("alice")
    before = rows()
    refused = alice.post("/save", data={"url": "https://wire.example/"}, headers={"sec-fetch-site": "cross-site"})
    assert refused.status_code == 403
    assert rows() == before


def test_an_address_of_four_thousand_characters(client) -> None:
    long = "https://wire.example/" + quote("å" * 600)
    assert html.escape(long) in client("alice").get(save_address(url=long, quote="字" * 2000)).text
