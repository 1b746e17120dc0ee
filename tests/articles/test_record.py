"""The record of what was published, and looks whether it still says so: an answer that says nothing new changes nothing of
the article. What becomes of changed texts is tested with the revisions."""

from __future__ import annotations

import gzip
import hashlib
import html
import re
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from app import robots
from app.articles import queries
from app.models import Annotation, Article, Base, Capture, Note, Revision

WORDS = [
    "The harbour council voted on Monday to close the old ferry pier after an inspection found rust in nine of its pillars.",
    "The head of the council said that nobody could be asked to stand on a pier that may not stand by itself any longer.",
    "The pier has carried about 400,000 passengers a year since 1961, according to the figures that the port gave out.",
]


def page_of(words: list[str], more: str = "") -> bytes:
    text = "".join(f"<p>{each}</p>" for each in words)
    return (
        f"<!doctype html><html lang=en><head><title>Old pier to close</title></head><body><nav>Menu</nav><article>"
        f"<h1>Old pier to close</h1>{text}</article>{more}</body></html>"
    ).encode()


PAGE = page_of(WORDS)


@dataclass
class Answer:
    body: bytes = PAGE
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Wire:
    """A site on this machine that gives `answer` to whoever asks for /pier; /old leads there."""

    host: str
    answer: Answer = field(default_factory=Answer)
    robots: bytes = b""
    asked: list[dict[str, str]] = field(default_factory=list)
    meanwhile: list[Any] = field(default_factory=list)


@pytest.fixture
def wire() -> Iterator[Wire]:
    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/robots.txt":
                self._send(Answer(wire.robots, 200 if wire.robots else 404))
            elif self.path == "/old":
                self._send(Answer(b"", 301, {"Location": "/pier"}))
            else:
                wire.asked.append({name.lower(): value for name, value in self.headers.items()})
                for each in wire.meanwhile:
                    each()
                self._send(wire.answer)

        def _send(self, answer: Answer) -> None:
            headers = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(answer.body))}
            self.send_response(answer.status)
            for name, value in {**headers, **answer.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    wire = Wire(f"127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    robots.forget()
    yield wire
    server.shutdown()
    thread.join()
    server.server_close()
    robots.forget()


@pytest.fixture
def settings(settings, wire):
    return replace(settings, fetch_allow=frozenset({wire.host}))


@pytest.fixture
def article(client, wire, sent_by, post, database, people) -> int:
    """Fetched by alice from /old, with an annotation and a note on it."""
    wire.answer = Answer(PAGE, headers={"ETag": '"one"', "Last-Modified": "Mon, 04 Mar 2024 08:30:00 GMT",
                                        "Set-Cookie": "who=alice", "X-Served-By": "<i>cache-7</i>"})  # fmt: skip
    browser = client("alice")
    answer = browser.post("/captures", data={"url": f"http://{wire.host}/old"})
    assert answer.status_code == 303, answer.text
    saved = post(browser, "/articles", sent_by(browser.get(answer.headers["location"]).text))
    article_id = int(saved.headers["location"].rpartition("/")[2])
    with database.write() as db:
        revision = db.query(Revision).one()
        common = {"article_id": article_id, "author_id": people["alice"]}
        mark = Annotation(revision_id=revision.id, kind="claim", start=0, end=3, exact=revision.text[:3], **common)
        db.add(mark)
        db.flush()
        db.add(Note(annotation_id=mark.id, body="Is it so?", **common))
    wire.asked.clear()
    return article_id


def everything(database) -> dict[str, list[Any]]:
    """All rows of all tables but captures."""
    with database.read() as db:
        tables = [table for table in Base.metadata.sorted_tables if table.name not in ("captures", "sign_ins")]
        return {table.name: db.execute(select(table).order_by(*table.primary_key)).all() for table in tables}


def checks(database) -> list[Capture]:
    with database.read() as db:
        return list(db.scalars(select(Capture).where(Capture.outcome != "").order_by(Capture.id)))


def text_of(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def check(browser, article: int) -> str:
    """The page after a look: what it says."""
    answer = browser.post(f"/articles/{article}/checks")
    assert answer.status_code == 303, answer.text
    place, _, anchor = answer.headers["location"].partition("#")
    page = browser.get(place).text
    assert f'id="{anchor}"' in page
    found = re.search(rf'<section class="panel stack" id="{anchor}".*?</section>', page, re.DOTALL)
    assert found
    return text_of(found[0])


def test_the_record_says_all_that_is_known_of_a_capture(client, article, wire, database) -> None:
    page = client("charlie").get(f"/articles/{article}/record").text
    said = text_of(page)
    sha = hashlib.sha256(PAGE).hexdigest()
    for each in (
        f"Address http://{wire.host}/old", f"Final address http://{wire.host}/pier", "HTTP status 200", "Type text/html",
        f"Size {len(PAGE):,} bytes", f"SHA-256 {sha}", "etag \"one\"", "became revision 1", "by alice",
        "x-served-by <i>cache-7</i>",
    ):  # fmt: skip
        assert each in said, each
    assert re.search(r'<time datetime="\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ">', page)
    assert "cookie" not in said.lower().replace("without cookies", "")
    assert "who=alice" not in page
    assert "<i>cache" not in page
    with database.read() as db:
        capture = db.scalars(select(Capture)).one()
    assert "set-cookie" not in capture.headers
    assert (capture.asked_url, capture.url) == (f"http://{wire.host}/old", f"http://{wire.host}/pier")


def test_what_came_in_is_kept_compressed_and_handed_out_as_it_came(client, article, settings) -> None:
    browser = client("charlie")
    link = re.search(r'href="(/articles/\d+/record/\d+/raw)" download', browser.get(f"/articles/{article}/record").text)
    assert link
    answer = browser.get(link[1])
    assert answer.content == PAGE
    assert answer.headers["content-type"] == "text/plain"
    assert answer.headers["content-disposition"].startswith("attachment")
    stored = [path for path in Path(settings.files).rglob("*") if path.is_file()]
    assert all(PAGE not in path.read_bytes() for path in stored)
    assert f"/articles/{article}/record" in browser.get(f"/articles/{article}").text


def test_captures_of_other_articles_are_not_handed_out(client, article, save, database) -> None:
    other = save(client("bob"))
    with database.read() as db:
        theirs = db.scalar(select(Capture.id).join(Revision).where(Revision.article_id == other))
    assert client("alice").get(f"/articles/{article}/record/{theirs}/raw").status_code == 404


def test_unchanged_where_the_site_says_so(client, article, wire, database) -> None:
    wire.answer = Answer(b"", 304)
    before = everything(database)
    said = check(client("bob"), article)
    assert "Checked: unchanged" in said
    assert "HTTP status 304" in said
    assert "by bob" in said
    assert wire.asked[-1]["if-none-match"] == '"one"'
    assert wire.asked[-1]["if-modified-since"] == "Mon, 04 Mar 2024 08:30:00 GMT"
    assert checks(database)[0].sha256 == hashlib.sha256(PAGE).hexdigest()
    assert everything(database) == before


@pytest.mark.parametrize("more", ["", "<aside>Another advertisement</aside><script>tick(2)</script>"])
def test_unchanged_where_the_words_are_the_same(client, article, wire, database, more) -> None:
    wire.answer = Answer(page_of(WORDS, more))
    before = everything(database)
    assert "Checked: unchanged" in check(client("alice"), article)
    assert everything(database) == before


def test_each_revision_keeps_what_it_came_in_as(client, article, wire, database) -> None:
    new = page_of([*WORDS[:2], WORDS[2].replace("400,000", "300,000")])
    wire.answer = Answer(new)
    assert "The text had changed. What changed" in check(client("alice"), article)
    assert client("alice").get(f"/articles/{article}/raw").content == new
    with database.read() as db:
        captures = db.execute(select(Capture.id, Capture.outcome, Revision.number).join(Revision)).all()
    assert [(outcome, number) for _, outcome, number in captures] == [("", 1), ("", 2)]
    kept = [client("bob").get(f"/articles/{article}/record/{id}/raw").content for id, _, _ in captures]
    assert kept == [PAGE, new]


def test_a_text_that_was_edited_when_it_was_saved_has_not_changed_for_that(
    client, wire, sent_by, post, database
) -> None:
    browser = client("alice")
    answer = browser.post("/captures", data={"url": f"http://{wire.host}/pier"})
    fields = sent_by(browser.get(answer.headers["location"]).text)
    edited = [(name, value.replace("rust", "holes")) for name, value in fields]
    article_id = int(post(browser, "/articles", edited).headers["location"].rpartition("/")[2])
    assert "Checked: unchanged" in check(browser, article_id)


LOGIN = (
    b"<html><head><title>Sign in</title></head><body><form><input name=q><button>Sign in</button></form></body></html>"
)
WALL = page_of(
    ["Subscribers read on here. Sign in or subscribe to read the rest of this report and all of our archive today."]
)
SCRIPT = page_of(
    ["<script>alert(1)</script><img src=x onerror=alert(1)>" + word for word in WORDS], "<svg onload=alert(1)>"
)
DEEP = b"<html><body>" + b"<div>" * 20_000 + b"words" + b"</div>" * 20_000
ANSWERS = {
    "gone": (Answer(b"gone", 404), "nothing came", "no page at this address"),
    "removed": (Answer(b"", 410), "nothing came", "has been removed"),
    "in trouble": (Answer(b"", 503), "nothing came", "has trouble"),
    "refused": (Answer(b"", 403), "nothing came", "refuses to show this page"),
    "a film": (Answer(b"....", headers={"Content-Type": "video/mp4"}), "nothing came", "not a page of text"),
    "elsewhere": (Answer(b"", 302, {"Location": "http://127.0.0.1:9/"}), "nothing came", "private network"),
    "in a circle": (Answer(b"", 302, {"Location": "/pier"}), "nothing came", "redirects more than"),
    "bomb": (
        Answer(gzip.compress(bytes(30_000_000)), headers={"Content-Encoding": "gzip"}),
        "nothing came",
        "larger than",
    ),
    "no gzip": (Answer(b"hello", headers={"Content-Encoding": "gzip"}), "nothing came", "cannot be unpacked"),
    "a login": (Answer(LOGIN), "emptier than before", ""),
    "a wall": (Answer(WALL), "emptier than before", ""),
    "nothing": (Answer(b""), "emptier than before", ""),
    "zeros": (Answer(bytes(5000)), "", ""),
    "half": (Answer(page_of(WORDS[:1])), "emptier than before", ""),
    "deep nesting": (Answer(DEEP), "", ""),
    "scripts": (Answer(SCRIPT), "", ""),
    "noise": (Answer(bytes(range(256)) * 400), "", ""),
}


@pytest.mark.parametrize("what", ANSWERS)
def test_whatever_comes_the_article_stays_as_it_is(client, article, wire, database, what) -> None:
    wire.answer, outcome, why = ANSWERS[what]
    before = everything(database)
    browser = client("alice")
    shown = browser.get(f"/articles/{article}").text
    said = check(browser, article)
    assert outcome in said
    assert why in said
    assert everything(database) == before
    assert browser.get(f"/articles/{article}").text == shown
    assert browser.get(f"/articles/{article}/raw").content == PAGE
    page = browser.get(f"/articles/{article}/record").text
    assert "alert(1)" not in page
    if outcome.startswith("nothing"):
        assert (checks(database)[0].sha256, checks(database)[0].document) == ("", {})
        assert "Download as it came" not in said


def test_a_site_that_cannot_be_reached(client, article, database) -> None:
    with database.write() as db:
        db.query(Capture).update({"url": "http://127.0.0.1:9/pier"})
    before = everything(database)
    said = check(client("alice"), article)
    assert "Checked: nothing came" in said
    assert "HTTP status" not in said
    assert everything(database) == before


def test_a_site_that_asks_programs_to_stay_away(client, article, wire, database) -> None:
    robots.forget()
    wire.robots = b"User-agent: *\nDisallow: /"
    assert "asks programs not to read this page (robots.txt)" in check(client("alice"), article)
    answer = client("alice").post("/captures", data={"way": "url", "url": f"http://{wire.host}/pier", "text": "typed"})
    assert answer.status_code == 422
    assert "use the bookmarklet there, or paste it" in text_of(answer.text)
    assert ">\ntyped</textarea>" in answer.text
    assert wire.asked == []


def test_an_article_without_an_address_is_not_looked_for(client, save, database) -> None:
    browser = client("alice")
    article_id = save(browser)
    page = browser.get(f"/articles/{article_id}/record").text
    assert "came without an address" in page
    assert "/checks" not in page
    answer = browser.post(f"/articles/{article_id}/checks")
    assert answer.status_code == 422
    assert "no place to look at again" in text_of(answer.text)
    assert checks(database) == []


def test_a_pasted_article_is_looked_for_where_it_says_it_stands(client, wire, capture, post, database) -> None:
    browser = client("alice")
    text = "Old pier to close\n\n" + "\n\n".join(WORDS)
    fields = [(n, f"http://{wire.host}/pier" if n == "canonical_url" else v) for n, v in capture(browser, text)]
    article_id = int(post(browser, "/articles", fields).headers["location"].rpartition("/")[2])
    assert "Checked: unchanged" in check(browser, article_id)
    assert "if-none-match" not in wire.asked[-1]


def test_every_check_is_listed_the_newest_first(client, article, wire) -> None:
    browser = client("alice")
    for answer in (Answer(b"", 404), Answer(b"", 304), Answer(LOGIN)):
        wire.answer = answer
        check(browser, article)
    page = browser.get(f"/articles/{article}/record").text
    headings = [text_of(each) for each in re.findall(r"<h2>(.*?)</h2>", page, re.DOTALL)]
    assert headings == [
        "Checked: emptier than before", "Checked: unchanged", "Checked: nothing came", "Fetched from its address"
    ]  # fmt: skip


def test_the_site_is_asked_while_the_database_is_free(client, article, wire, database) -> None:
    done: list[str] = []

    def write() -> None:
        if not database.sqlite:
            with database.write() as db:
                db.execute(text("LOCK TABLE articles, captures IN EXCLUSIVE MODE NOWAIT"))
            done.append("written")
            return
        other = sqlite3.connect(str(database.url.database), timeout=0.1, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        other.execute("ROLLBACK")
        other.close()
        done.append("written")

    wire.meanwhile.append(write)
    assert "Checked" in check(client("alice"), article)
    assert done == ["written"]


def test_readers_see_the_record_and_cannot_ask(client, article) -> None:
    browser = client("charlie")
    assert "/checks" not in browser.get(f"/articles/{article}/record").text
    assert browser.post(f"/articles/{article}/checks").status_code == 403


def test_a_check_is_not_what_the_article_came_in_as(client, article, wire, database) -> None:
    wire.answer = Answer(LOGIN)
    check(client("alice"), article)
    with database.read() as db:
        current = queries.current_capture(db, db.get_one(Article, article))
    assert current is not None
    assert current.outcome == ""
    assert len(checks(database)) == 1


def test_a_pdf_is_looked_at_again_as_a_pdf(client, wire, sent_by, post, database) -> None:
    wire.answer = Answer(pdf_of(WORDS), headers={"Content-Type": "application/pdf"})
    browser = client("alice")
    answer = browser.post("/captures", data={"url": f"http://{wire.host}/pier"})
    assert answer.status_code == 303, text_of(answer.text)
    fields = [
        (n, v or "Old pier" if n == "title" else v) for n, v in sent_by(browser.get(answer.headers["location"]).text)
    ]
    article_id = int(post(browser, "/articles", fields).headers["location"].rpartition("/")[2])
    wire.answer = replace(wire.answer, body=pdf_of(WORDS) + b"\n% printed again\n")
    assert "Checked: unchanged" in check(browser, article_id)
    kept = checks(database)[0]
    got = browser.get(f"/articles/{article_id}/record/{kept.id}/raw")
    assert got.headers["content-disposition"].endswith('.pdf"')
    wire.answer = replace(wire.answer, body=pdf_of([*WORDS[:2], WORDS[2].replace("400,000", "300,000")]))
    assert "The text had changed" in check(browser, article_id)


def pdf_of(words: list[str]) -> bytes:
    """One page, with a line for each six words."""
    lines = [" ".join(each.split()[n : n + 6]) for each in words for n in range(0, len(each.split()), 6)]
    drawn = "".join(f"({line}) Tj 0 -14 Td " for line in lines)
    stream = f"BT /F1 11 Tf 72 720 Td {drawn}ET".encode()
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
        b" /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    written, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return written + b"xref\n0 5\n0000000000 65535 f \n%strailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        table, len(written),
    )  # fmt: skip
