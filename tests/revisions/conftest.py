"""A site whose page changes, and an article that was fetched from it."""

from __future__ import annotations

import html
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import pytest

from app import robots
from app.db import Database
from app.handlers import HANDLERS
from app.models import Annotation, Revision
from app.settings import Settings
from app.worker import Worker
from tests.fetch.conftest import Site, answers, whole
from tests.making import passage

SIGHT = "\U0001f6a2\U0001f3f3\ufe0f\u200d\U0001f308"  # a ship, and a flag of four code points
WORDS = (
    "The harbour council voted on Monday to close the old ferry pier after an inspection found rust in nine of its pillars.",
    "\u201cNobody can be asked to stand on a pier that may not stand by itself,\u201d said Maren Oduya, who heads the council.",
    f"The pier {SIGHT} has carried about 400,000 passengers a year since 1961, the port says in its latest report.",
    "Cafe\u0301 owners at the quay, who were not heard, fear for the summer and have written to the council twice since.",
    "\u05d4\u05e0\u05de\u05dc \u05d4\u05d9\u05e9\u05df \u05e0\u05e1\u05d2\u05e8 \u05d0\u05d7\u05e8\u05d9 \u05e9\u05d9\u05e9\u05d9\u05dd \u05e9\u05e0\u05d4 \u05e9\u05dc \u05e2\u05d1\u05d5\u05d3\u05d4, "
    "\u05d0\u05de\u05e8 \u05d0\u05d7\u05d3 \u05d4\u05d3\u05d9\u05d9\u05d2\u05d9\u05dd \u05d4\u05d5\u05d5\u05ea\u05d9\u05e7\u05d9\u05dd \u05d1\u05e2\u05d9\u05e8.",
    "Its repair would have cost four million crowns, which is twice what the town earns with all of its ferries.",
)


def page_of(words: tuple[str, ...] | list[str], *, title: str = "Old pier to close", updated: str = "") -> str:
    body = "".join(f"<p>{each}</p>" for each in words)
    meta = '<meta property="article:published_time" content="2024-03-04T08:30:00Z">'
    meta += f'<meta property="article:modified_time" content="{updated}">' if updated else ""
    return (
        f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{title}</title>{meta}</head><body><nav>Menu</nav>"
        f"<article><h1>{title}</h1>{body}</article></body></html>"
    )


def said(page: str) -> str:
    """What a page says, without its markup."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


@dataclass
class Story:
    """The article, and what can be done with it as a browser does."""

    id: int
    site: Any
    client: Callable[..., Any]
    database: Database

    def changes(self, words: tuple[str, ...] | list[str], who: str = "alice", **facts: str) -> str:
        """The site says this from now on, and `who` looks again: what the record says of it."""
        self.site.page = page_of(words, **facts)
        browser = self.client(who)
        answer = browser.post(f"/articles/{self.id}/checks")
        assert answer.status_code == 303, answer.text
        place, _, anchor = answer.headers["location"].partition("#")
        return said(browser.get(place).text.split(f'id="{anchor}"')[1].split("</section>")[0])

    def marks(self, words: str, who: str = "alice", **form: str) -> int:
        """`who` marks these words as a highlight, or as `kind` says: the id of the annotation."""
        answer = self.client(who).post(
            f"/articles/{self.id}/annotations", data={**passage(self.text(), words), "kind": "highlight", **form}
        )
        assert answer.status_code == 303, answer.text
        with self.database.read() as db:
            return db.query(Annotation.id).order_by(Annotation.id.desc()).limit(1).scalar() or 0

    def text(self, number: int = 0) -> str:
        with self.database.read() as db:
            query = db.query(Revision.text).filter(Revision.article_id == self.id).order_by(Revision.number.desc())
            found = query.filter(Revision.number == number) if number else query
            return found.limit(1).scalar() or ""

    def annotation(self, id: int) -> Annotation:
        with self.database.read() as db:
            return db.get_one(Annotation, id)

    def number_of(self, annotation_id: int) -> int:
        """The revision in which it stands."""
        with self.database.read() as db:
            return db.query(Revision.number).join(Annotation).filter(Annotation.id == annotation_id).scalar() or 0

    def get(self, path: str = "", who: str = "alice") -> str:
        answer = self.client(who).get(f"/articles/{self.id}{path}")
        assert answer.status_code == 200, answer.text
        return answer.text


@pytest.fixture
def site() -> Iterator[Site]:
    """As that of the fetcher's tests; /pier is its `page` as it is now."""
    import socket

    def serve(site: Site, connection: socket.socket, path: str) -> None:
        if path == "/pier":
            site.send(connection, whole(site.page.encode()))
        else:
            answers(site, connection, path)

    with socket.create_server(("127.0.0.1", 0)) as sock:
        site = Site(sock, page=page_of(WORDS))
        threading.Thread(target=site.serve, args=(serve,), daemon=True).start()
        robots.forget()
        yield site
        with suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)
        robots.forget()


@pytest.fixture
def settings(settings: Settings, site: Site) -> Settings:
    return replace(settings, fetch_allow=frozenset({site.host_port}))


@pytest.fixture
def story(client, site, database) -> Story:
    browser = client("alice")
    came = browser.post("/captures", data={"url": site.url("/pier")})
    assert came.status_code == 303, came.text
    from tests.articles.conftest import Fields, send

    fields = Fields(browser.get(came.headers["location"]).text).sent
    saved = send(browser, "/articles", fields)
    assert saved.status_code == 303, saved.text
    return Story(int(saved.headers["location"].rpartition("/")[2]), site, client, database)


@pytest.fixture
def worker(database: Database) -> Worker:
    """Does what is due when it is told to: `worker.run(until=lambda: True)`."""
    return Worker(database, HANDLERS)
