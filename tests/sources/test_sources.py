"""Sources: addresses checked, titles asked for outside of any transaction, edited, ordered, removed."""

from __future__ import annotations

import dataclasses
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from app.db import Database
from app.models import Source
from app.settings import Settings
from app.sources.titles import HEAD, title_in
from tests.making import make_article, passage, text_of

HTMX = {"hx-request": "true"}


@pytest.fixture
def site() -> Iterator[Any]:
    """A site on this machine; `pages` maps a path to what is answered, a string or a function that gives one."""

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = pages.get(self.path, "")
            body = (found() if callable(found) else found).encode()
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            with suppress(ConnectionError):  # who asked may have gone
                self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    pages: dict[str, Any] = {}
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.pages = pages  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def settings(settings: Settings, site: Any) -> Settings:
    return dataclasses.replace(settings, fetch_allow=frozenset({f"127.0.0.1:{site.server_port}"}))


@pytest.fixture
def claim(database: Database, client) -> str:
    """The address of the sources of a claim."""
    article = make_article(database)
    sent = {**passage(text_of(database, article), "half of the crates"), "kind": "claim"}
    client("bob").post(f"/articles/{article}/annotations", data=sent)
    return "/annotations/1/sources"


def every(database: Database) -> list[Source]:
    with database.read() as db:
        return db.query(Source).filter(Source.deleted_at.is_(None)).order_by(Source.position, Source.id).all()


def test_the_title_is_asked_for_while_the_database_is_free(client, database, claim, site) -> None:
    written: list[str] = []

    def page() -> str:
        if database.sqlite:
            other = sqlite3.connect(str(database.url.database), timeout=0.1, isolation_level=None)
            other.execute("BEGIN IMMEDIATE")
            other.execute("ROLLBACK")
            other.close()
        written.append("free")
        return "<title>ignored</title><meta property='og:title' content='Customs &amp; crates'>"

    site.pages["/table"] = page
    address = f"http://127.0.0.1:{site.server_port}/table"
    sent = {"url": address, "stance": "refutes", "excerpt": "1.9 million", "comment": "Table 4"}
    answer = client("alice").post(claim, data=sent, headers=HTMX)
    assert answer.status_code == 200
    (source,) = every(database)
    assert (source.title, source.stance, written) == ("Customs & crates", "refutes", ["free"])
    for part in ("Customs &amp; crates", "1.9 million", "Table 4", f'href="{address}"', 'id="source-1"'):
        assert part in answer.text


def test_a_page_that_does_not_answer_is_a_source_all_the_same(client, database, claim, site, monkeypatch) -> None:
    monkeypatch.setattr("app.sources.titles.DEADLINE", 0.3)
    site.pages["/slow"] = lambda: time.sleep(1) or "<title>Late</title>"
    base = f"http://127.0.0.1:{site.server_port}"
    began = time.monotonic()
    for address in (f"{base}/slow", f"{base}/missing", "http://10.0.0.1/private", "https://nowhere.invalid/x#a"):
        assert client("alice").post(claim, data={"url": address, "stance": "context"}).status_code == 303
    assert time.monotonic() - began < 20
    titles = [source.title for source in every(database)]
    assert titles == ["127.0.0.1", "127.0.0.1", "10.0.0.1", "nowhere.invalid"]
    assert every(database)[3].url == "https://nowhere.invalid/x#a"


@pytest.mark.parametrize(
    "address", ["", "customs bulletin", "javascript:alert(1)", "ftp://x.example/", "https://", "https://a:b@x.example/",
                "data:text/html,x", "https://x.example/\x0b", "https://" + "x" * 5000 + ".example/"]
)  # fmt: skip
def test_bad_addresses_get_a_message_beside_the_field(client, database, claim, address) -> None:
    sent = {"url": address, "title": "Kept", "stance": "supports", "comment": "Kept too"}
    for headers in (HTMX, {}):
        answer = client("alice").post(claim, data=sent, headers=headers)
        assert answer.status_code == 422
        assert 'id="f-url-s1-error"' in answer.text
        assert 'value="Kept"' in answer.text
        assert "Kept too" in answer.text
    assert every(database) == []


def test_the_scheme_may_be_left_out(client, database, claim) -> None:
    sent = {"url": " customs.example/4 ", "title": "Table 4", "stance": "supports"}
    assert client("alice").post(claim, data=sent).status_code == 303
    assert every(database)[0].url == "https://customs.example/4"


def test_edit_and_a_stale_edit(client, database, claim) -> None:
    sent = {"url": "https://x.example/a", "title": "First", "stance": "supports"}
    client("alice").post(claim, data=sent)
    assert 'value="First"' in client("alice").get("/sources/1/form").text
    assert client("erin").put("/sources/1", data={**sent, "title": "By erin", "version": 1}).status_code == 303
    mine = {**sent, "title": "By alice", "version": 1}
    for headers in (HTMX, {}):
        answer = client("alice").put("/sources/1", data=mine, headers=headers)
        assert answer.status_code == 409
        for part in ("By erin", "By alice", 'name="version" value="2"'):
            assert part in answer.text
    assert client("alice").put("/sources/1", data={**mine, "version": 2, "stance": "no"}).status_code == 422
    assert client("alice").put("/sources/1", data={**mine, "version": 2}).status_code == 303
    assert [(source.title, source.version) for source in every(database)] == [("By alice", 3)]
    assert client("bob").put("/sources/1", data={**mine, "version": 3}).status_code == 403


def test_order_remove_and_undo(client, database, claim) -> None:
    alice = client("alice")
    for name in "abc":
        alice.post(claim, data={"url": f"https://{name}.example/", "title": name, "stance": "context"})
    titles = lambda: "".join(source.title for source in every(database))  # noqa: E731
    assert client("bob").put("/sources/3/position", data={"position": "up"}).status_code == 303
    assert titles() == "acb"
    alice.put("/sources/1/position", data={"position": "up"})
    alice.put("/sources/1/position", data={"position": "down"})
    assert titles() == "cab"
    assert alice.put("/sources/1/position", data={"position": "sideways"}).status_code == 422
    assert 'hx-delete="/sources/1/deletion"' in alice.delete("/sources/1", headers=HTMX).text
    assert titles() == "cb"
    alice.delete("/sources/1/deletion")
    assert titles() == "cab"
    assert client("charlie").delete("/sources/1").status_code == 403


def test_hostile_titles_stay_text(client, database, claim, site) -> None:
    site.pages["/x"] = "<title>&lt;script&gt;x()&lt;/script&gt;\u202e\x00" + "y" * 5000 + "</title>"
    client("alice").post(claim, data={"url": f"http://127.0.0.1:{site.server_port}/x", "stance": "context"})
    (source,) = every(database)
    page = client("bob").get("/articles/1").text
    assert (len(source.title) <= 300, source.title.isprintable(), "<script>x" in page) == (True, True, False)


def test_titles_are_looked_for_in_linear_time() -> None:
    from datetime import UTC, datetime

    from app.fetch import Fetched

    for filler in ("<meta ", "<title", "<meta content='", "<meta property=og:title "):
        page = Fetched(
            "https://x.example/", 200, {}, (filler * HEAD).encode(), "text/html", "nonsense-8", datetime.now(UTC)
        )
        began = time.monotonic()
        title_in(page)
        assert time.monotonic() - began < 2
