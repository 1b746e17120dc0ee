"""What the tests of imports share: articles, a site of one's own, a person who hands things in, a worker."""

from __future__ import annotations

import io
import socket
import threading
import zipfile
from typing import Any

from sqlalchemy import func, select

from app.db import Database
from app.handlers import HANDLERS
from app.models import Article, ImportBatch, ImportItem
from app.worker import Worker

WORDS = "The council of Tessen met for the {n}th time, and again decided nothing about the pier of the ferry."


def article(n: int) -> bytes:
    return f"Council meets for the {n}th time\n\n{WORDS.format(n=n)}\n".encode()


def page(n: int) -> bytes:
    text = WORDS.format(n=n)
    return f"<html><head><title>Meeting {n}</title></head><body><article><h1>Meeting {n}</h1><p>{text}</p></article></body></html>".encode()


class Town:
    """A site on the loopback address. `answers` are statuses still to be given before the page; `asked` the paths."""

    def __init__(self) -> None:
        self.sock = socket.create_server(("127.0.0.1", 0))
        self.answers: dict[str, list[bytes]] = {}
        self.asked: list[str] = []
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def host_port(self) -> str:
        return f"127.0.0.1:{self.sock.getsockname()[1]}"

    def url(self, n: int) -> str:
        return f"http://{self.host_port}/{n}"

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.sock.accept()
            except OSError:
                return
            with connection:
                path = connection.recv(4096).split(b" ")[1].decode()
                self.asked.append(path)
                body = page(int(path[1:])) if path[1:].isdecimal() else b""
                status = self.answers[path].pop(0) if self.answers.get(path) else b"200 OK" if body else b"404 No"
                head = b"HTTP/1.1 " + status + b"\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(body)
                connection.sendall(head + body)


def hand_in(browser: Any, *files: tuple[str, bytes], **fields: str) -> str:
    """The address of the new import."""
    sent = [("file", (name, data)) for name, data in files]
    answer = browser.post("/imports", data=fields, files=sent or None)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def ask_for(browser: Any, address: str, state: str) -> None:
    assert browser.put(f"{address}/state", data={"state": state}).status_code == 303


def work_off(database: Database, turns: int | None = None, *kinds: str) -> None:
    """Imports alone: what is due for the articles is not of interest here."""
    kinds = kinds or ("import", "read")
    handlers = {kind: HANDLERS[kind] if kind in kinds else lambda work: lambda db: None for kind in HANDLERS}
    worker, done = Worker(database, handlers), 0
    while (turns is None or done < turns) and worker.step():
        done += 1


def states(database: Database) -> dict[str, int]:
    with database.read() as db:
        return dict(db.execute(select(ImportItem.state, func.count()).group_by(ImportItem.state)).all())


def batch_of(database: Database, address: str) -> ImportBatch:
    with database.read() as db:
        return db.get_one(ImportBatch, int(address.rpartition("/")[2]))


def titles(database: Database) -> list[str]:
    with database.read() as db:
        return list(db.scalars(select(Article.title).order_by(Article.id)))


def zip_of(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for n, name in enumerate(names):
            made.writestr(name, article(n))
    return file.getvalue()
