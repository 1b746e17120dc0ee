"""Every way in, and everything that can be wrong with what comes in: a message where it was given, nothing typed lost."""

from __future__ import annotations

import html
import random
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from app.models import Capture
from tests.extract.making import STORY, TITLE, mail, printed, story_in_word, word


def message(page: str, field: str) -> str:
    """What is said beside a field, which has to be marked as wrong."""
    found = re.search(rf'<p class="error" id="f-{field}-error">(?:<svg.*?</svg>)?(.*?)</p>', page, re.DOTALL)
    assert found, f"no message beside {field}"
    assert re.search(rf'<(input|textarea) id="f-{field}"[^>]*aria-invalid="true"', page)
    return html.unescape(found[1])


def test_the_form_offers_three_ways(client) -> None:
    page = client("alice").get("/articles/new").text
    assert [name in page for name in ('name="url"', 'name="text"', 'name="file"')] == [True] * 3
    assert 'enctype="multipart/form-data"' in page


def test_readers_cannot_add(client) -> None:
    assert client("charlie").get("/articles/new").status_code == 403
    assert client("charlie").post("/captures", data={"text": "x"}).status_code == 403


@pytest.mark.parametrize("text", ["", " \r\n\t "])
def test_an_empty_paste(client, text) -> None:
    answer = client("alice").post("/captures", data={"way": "text", "text": text, "url": "https://kept.example/"})
    assert answer.status_code == 422
    assert "Paste the text" in message(answer.text, "text")
    assert 'value="https://kept.example/"' in answer.text


def test_a_paste_of_five_megabytes_says_how_much_is_too_much_and_keeps_it(client) -> None:
    text = "A long line of words.\n" * 240_000
    answer = client("alice").post("/captures", data={"way": "text", "text": text})
    assert answer.status_code == 422
    assert message(answer.text, "text").startswith(
        "This text has 5,280,000 characters; an article may have at most 1,000,000"
    )
    kept = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", answer.text, re.DOTALL)
    assert kept
    assert kept[1] == text


def test_more_than_is_ever_read_still_comes_back_with_the_form(client) -> None:
    text = "A long line of words.\n" * 560_000
    answer = client("alice").post("/captures", data={"text": text}, files={"file": ("", b"")})
    assert answer.status_code == 422
    assert "at most 1,000,000" in message(answer.text, "text")
    assert text in answer.text
    answer = client("alice").post("/captures", data={"way": "file"}, files={"file": ("a.txt", text.encode())})
    assert answer.status_code == 422
    assert "at most 10 MB" in message(answer.text, "file")


def test_a_paste_that_is_no_article(client) -> None:
    answer = client("alice").post("/captures", data={"way": "text", "text": "hello <there>"})
    assert answer.status_code == 422
    assert "No article" in message(answer.text, "text")
    assert "hello &lt;there&gt;" in answer.text


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.txt", b"\x00\x01\x02\xff" * 500, "binary"),
        ("a.html", b"\x89PNG\r\n\x1a\n" + b"\x00" * 500, "picture"),
        ("a.txt", b"", "empty"),
        ("a.docx", b"PK\x03\x04", "a zip file"),
        ("article", b"text", "No article"),
        ("a.pdf", b"text", "no PDF"),
        ("a.eml", b"Some text without any headers.", "no e-mail"),
        ("a.rtf", b"{\\rtf1 text}", "RTF"),
    ],
)
def test_a_file_that_cannot_be_read(client, name, data, expected) -> None:
    answer = client("alice").post("/captures", data={"way": "file", "text": "typed"}, files={"file": (name, data)})
    assert answer.status_code == 422
    assert expected in message(answer.text, "file")
    assert ">\ntyped</textarea>" in answer.text


def test_no_file_chosen(client) -> None:
    answer = client("alice").post("/captures", data={"way": "file", "text": "typed"})
    assert "Choose a file" in message(answer.text, "file")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("", "give the address"),
        ("http://127.0.0.1:9/", "private network"),
        ("http://[::1]/", "private network"),
        ("ftp://example.com/a", "http://"),
        ("http://user:secret@example.com/", "user name or password"),
    ],
)
def test_an_address_that_is_not_fetched(client, url, expected) -> None:
    answer = client("alice").post("/captures", data={"way": "url", "url": url, "text": "typed"})
    assert answer.status_code == 422
    assert expected in message(answer.text, "url")
    assert f'value="{html.escape(url)}"' in answer.text
    assert ">\ntyped</textarea>" in answer.text


PAGE = """<!doctype html><html lang="en"><head><title>Old pier to close - Harbour Wire</title>
<meta property="og:site_name" content="Harbour Wire"><meta property="og:title" content="Old pier to close">
<link rel="canonical" href="https://wire.example/pier?utm_source=feed">
<meta property="article:published_time" content="2024-03-04T09:30:00+01:00"></head><body><nav>Menu</nav><article>
<h1>Old pier to close</h1><p>The harbour council voted on Monday to close the old ferry pier after an inspection found
rust in nine of its twelve pillars, and gave the port until June to move its ferries.</p>
<p>"We cannot ask people to stand on a pier that may not stand itself," said Oskar Lind, the head of the council.</p>
<p>The pier has carried about 400,000 passengers a year since 1961, according to the port's own figures.</p>
</article></body></html>"""
EMPTY = "<html><head><title>Sign in</title></head><body><form><input name=q></form></body></html>"


class Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = {"/pier": PAGE, "/login": EMPTY}.get(self.path, "").encode()
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[str]:
    """host:port of a site on this machine that may be fetched from."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def settings(settings, site):
    return replace(settings, fetch_allow=frozenset({site, "127.0.0.1:1"}))


def test_a_page_by_its_address(client, site, database) -> None:
    browser = client("alice")
    answer = browser.post("/captures", data={"url": f"http://{site}/pier"})
    assert answer.status_code == 303
    page = browser.get(answer.headers["location"]).text
    assert 'value="Old pier to close"' in page
    assert 'value="2024-03-04 09:30+01:00"' in page
    assert "Menu" not in page
    with database.read() as db:
        capture = db.query(Capture).one()
    assert (capture.kind, capture.url, capture.media_type) == ("url", f"http://{site}/pier", "text/html")


@pytest.mark.parametrize(
    ("path", "expected"), [("/login", "No article"), ("/gone", "404"), ("dead", "Nothing answers")]
)  # fmt: skip
def test_an_address_with_nothing_to_read(client, site, path, expected) -> None:
    url = "http://127.0.0.1:1/" if path == "dead" else f"http://{site}{path}"
    answer = client("alice").post("/captures", data={"way": "url", "url": url})
    assert answer.status_code == 422
    assert expected in message(answer.text, "url")
    assert f'value="{url}"' in answer.text


@pytest.mark.parametrize(("name", "text"), [("pier.html", PAGE), (None, PAGE)])
def test_html_as_file_and_pasted(client, database, name, text) -> None:
    browser = client("alice")
    if name:
        answer = browser.post("/captures", files={"file": (name, text.encode())})
    else:
        answer = browser.post("/captures", data={"text": text})
    page = browser.get(answer.headers["location"]).text
    assert 'value="Harbour Wire"' in page
    with database.read() as db:
        capture = db.query(Capture).one()
    assert (capture.kind, capture.filename) == (("file", name) if name else ("html", ""))


def test_somebody_elses_capture_is_not_seen(client, capture) -> None:
    alice, bob = client("alice"), client("bob")
    capture_id = dict(capture(alice))["capture_id"]
    assert alice.get(f"/captures/{capture_id}").status_code == 200
    assert bob.get(f"/captures/{capture_id}").status_code == 404
    assert bob.post("/articles", data={"capture_id": capture_id, "title": "x"}).status_code == 404


FILES = {
    "story.pdf": ("application/pdf", printed(columns=2, head="The Harbour Wire"), "pdf"),
    "story.docx": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        word(story_in_word),
        "docx",
    ),
    "story.eml": ("message/rfc822", mail("\n\n".join(STORY)).as_bytes(), "eml"),
    "story.txt": ("text/plain", "\n\n".join((TITLE, "By Ines Calloway", *STORY)).encode("utf-16"), "txt"),
}


@pytest.mark.parametrize("sent_as", ["", "wrong.txt", "no-ending"])
@pytest.mark.parametrize("name", FILES)
def test_files_of_every_kind(client, database, sent_by, post, name, sent_as) -> None:
    """Read as what they are, whatever they are called; kept as they came, and handed out so that no browser runs them."""
    media_type, data, ending = FILES[name]
    if sent_as == "wrong.txt" and name == "story.eml":
        data = b"Received: from here\n" + data
    browser = client("alice")
    stated = "text/plain" if sent_as == "wrong.txt" else media_type
    answer = browser.post("/captures", data={"way": "file"}, files={"file": (sent_as or name, data, stated)})
    assert answer.status_code == 303, answer.text
    page = browser.get(answer.headers["location"]).text
    assert f'value="{TITLE}"' in page
    assert "Ines Calloway" in page
    assert html.escape(STORY[0]) in page
    saved = post(browser, "/articles", sent_by(page))
    assert saved.status_code == 303
    with database.read() as db:
        assert db.query(Capture).one().media_type == media_type
    raw = browser.get(f"{saved.headers['location']}/raw")
    assert raw.content == data
    assert raw.headers["content-type"] == (media_type if ending in ("pdf", "docx") else "text/plain")
    assert re.fullmatch(rf'attachment; filename="article-\d+\.{ending}"', raw.headers["content-disposition"])
    assert raw.headers["x-content-type-options"] == "nosniff"


def test_a_paste_of_more_than_two_megabytes_is_read_where_it_may_be_so_long(client, capture) -> None:
    draw = random.Random(4)
    words = ["".join(chr(draw.randrange(0xAC00, 0xD7A4)) for _ in range(4)) for _ in range(60_000)]
    korean = "\n\n".join(" ".join(draw.choices(words, k=1500)) + " 말했다." for _ in range(110))
    assert len(korean) < 1_000_000
    assert len(korean.encode()) > 2_000_000
    assert dict(capture(client("alice"), f"{TITLE}\n\n{korean}"))["title"] == TITLE
