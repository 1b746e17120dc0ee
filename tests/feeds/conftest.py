"""A site of our own with feeds that behave as a test says, and a worker that may reach it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from sqlalchemy import select, update

from app import robots
from app.db import Database
from app.handlers import HANDLERS
from app.models import Feed, FeedItem, now
from app.settings import Settings
from app.worker import Worker
from tests.feeds.sites import Site


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    found = Site()
    monkeypatch.setattr(robots, "PAUSE", 0.02)  # seconds between two questions to a site

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heads = {name.lower(): value for name, value in self.headers.items()}
            found.asked.append((self.path, heads))
            status, headers, body = found.pages.get(self.path, (404, {"Content-Type": "text/plain"}, b"nothing"))
            same = heads.get("if-none-match") == headers.get("ETag", "-")
            if same or heads.get("if-modified-since") == headers.get("Last-Modified", "-"):
                status, body = 304, b""
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing: the test's output is its own."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        found.port = server.server_port
        threading.Thread(target=server.serve_forever, daemon=True).start()
        robots.forget()
        yield found
        server.shutdown()


@pytest.fixture
def settings(settings: Settings, site: Site) -> Settings:
    return replace(settings, fetch_allow=frozenset({site.host_port}))


@pytest.fixture
def follow(client, site: Site) -> Callable[..., int]:
    """`follow("alice", path, body)` -> the id of the feed that she follows now."""

    def make(name: str, path: str, body: str | bytes | None = None, folder: str = "", **headers: str) -> int:
        if body is not None:
            site.put(path, body, **headers)
        answer = client(name).post("/feeds", data={"url": site.url(path), "folder": folder})
        assert answer.status_code == 303, answer.text
        return int(answer.headers["location"].rpartition("/")[2])

    return make


@pytest.fixture
def work_off(database: Database) -> Callable[[], None]:
    """Does the jobs that are due, and those that these make."""

    def work() -> None:
        worker = Worker(database, HANDLERS)
        while worker.step():
            pass

    return work


@pytest.fixture
def poll(database: Database, work_off: Callable[[], None]) -> Callable[[int], Feed]:
    """Has the worker ask a feed as if its time had come; the feed as it is then."""

    def ask(feed_id: int) -> Feed:
        with database.write() as db:
            db.execute(update(Feed).where(Feed.id == feed_id).values(next_at=now() - timedelta(seconds=1)))
        work_off()
        with database.read() as db:
            return db.get_one(Feed, feed_id)

    return ask


@pytest.fixture
def items(database: Database) -> Callable[..., list[Any]]:
    """`items(feed_id)` -> its items, newest first."""

    def of(feed_id: int) -> list[FeedItem]:
        with database.read() as db:
            mine = select(FeedItem).where(FeedItem.feed_id == feed_id)
            return list(db.scalars(mine.order_by(FeedItem.sort_at.desc(), FeedItem.id.desc())))

    return of
