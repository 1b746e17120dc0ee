"""A program that listens: what it was sent, and how it answers."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from sqlalchemy import select

from app.db import Database
from app.handlers import HANDLERS
from app.models import Delivery, Webhook
from app.settings import Settings
from app.webhooks import actions, deliver
from app.worker import Worker
from tests.making import make_article


@dataclass
class Receiver:
    """`answers` are the statuses to come, the last of them from then on; while `held` is not set it answers nothing."""

    port: int = 0
    answers: list[int] = field(default_factory=lambda: [204])
    headers: dict[str, str] = field(default_factory=dict)
    held: threading.Event | None = None
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def host_port(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.host_port}/hook"

    @property
    def told(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.got]

    def types(self) -> list[str]:
        return [each["type"] for each in self.told]


def note(client, article: int, who: str = "alice", body: str = "Counted twice?", **form: str) -> None:
    assert client(who).post(f"/articles/{article}/notes", data={"body": body, **form}).status_code == 303


def signature(secret: str, headers: dict[str, str], body: bytes) -> str:
    """As the specification has it, written anew."""
    key = base64.b64decode(secret.split("_", 1)[1])
    signed = headers["webhook-id"].encode() + b"." + headers["webhook-timestamp"].encode() + b"." + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heads = {name.lower(): value for name, value in self.headers.items()}
            found.got.append((heads, self.rfile.read(int(heads["content-length"]))))
            if found.held is not None:
                found.held.wait(60)
            self.send_response(found.answers.pop(0) if len(found.answers) > 1 else found.answers[0])
            for name, value in found.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing: the test's output is its own."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        found.port = server.server_port
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield found
        server.shutdown()


@pytest.fixture
def settings(settings: Settings, receiver: Receiver) -> Settings:
    return replace(settings, fetch_allow=frozenset({receiver.host_port}))


class Clock:
    """The time that webhooks go by; it stands still between two moves, however slow the machine."""

    def __init__(self) -> None:
        self.at: datetime | None = None
        self.gone = timedelta()

    def __call__(self) -> datetime:
        return self.at or datetime.now(UTC)

    def on(self, **span: float) -> None:
        self.at, self.gone = self() + timedelta(**span), self.gone + timedelta(**span)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    for module in (deliver, actions):
        monkeypatch.setattr(module, "now", clock)
    return clock


@pytest.fixture
def work_off(database: Database) -> Callable[[], None]:
    """Does the jobs that are due, and those that these make; never the analysis, which takes long."""

    def work() -> None:
        worker = Worker(database, HANDLERS | {"analyze": lambda work: lambda db: None})
        while worker.step():
            pass

    return work


@pytest.fixture
def add(client, receiver: Receiver) -> Callable[..., tuple[int, str]]:
    """`add("alice", "note.created", ...)` -> the id of a webhook of hers, and its secret."""

    def make(name: str, *chosen: str) -> tuple[int, str]:
        answer = client(name).post("/webhooks", data={"url": receiver.url, "events": list(chosen)})
        assert answer.status_code == 200, answer.text
        secret = answer.text.split("<code>whsec_")[1].split("<")[0]
        return int(answer.text.split('action="/webhooks/')[1].split("?")[0]), f"whsec_{secret}"

    return make


@pytest.fixture
def article(database: Database) -> int:
    return make_article(database)


@pytest.fixture
def deliveries(database: Database) -> Callable[[], list[Delivery]]:
    def every() -> list[Delivery]:
        with database.read() as db:
            return list(db.scalars(select(Delivery).order_by(Delivery.id)))

    return every


@pytest.fixture
def hook(database: Database) -> Callable[[int], Webhook]:
    def one(hook_id: int) -> Webhook:
        with database.read() as db:
            return db.get_one(Webhook, hook_id)

    return one
