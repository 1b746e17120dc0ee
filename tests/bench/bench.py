"""Prints the speed figures: `make bench`. Everything runs in this process, on texts of the demo and in a temporary folder.
CPU times are this process's own, the median of many, of the application called as a server calls it, without a client."""

from __future__ import annotations

import asyncio
import html
import re
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from sqlalchemy import event, func, select, update

from app.accounts.actions import add_user, sign_in
from app.analysis import analyze
from app.analysis.syntax import parser
from app.db import Database
from app.demo import load
from app.extract import extract
from app.main import create_app
from app.models import Annotation, Article, Revision, User
from app.settings import ROOT, Settings

TEXTS = [path.read_text() for path in sorted((ROOT / "app/demo").glob("*.txt"))]
ANNOTATIONS = 200


def show(figure: str, value: float, unit: str) -> None:
    print(f"{figure:<58}{value:>10,.1f}  {unit}")


def median(
    action: Callable[[], object],
    *,
    times: int,
    clock: Callable[[], float] = time.process_time,
    before: Callable[[], object] = lambda: None,
) -> float:
    """Seconds of one call; `clock` counts them, without what is done `before` each."""
    taken = []
    for _ in range(times):
        before()
        started = clock()
        action()
        taken.append(clock() - started)
    return statistics.median(taken)


def text_figures() -> None:
    text = "\n\n".join(TEXTS)
    words = len(text.split())
    analyze(TEXTS[0])  # loads the parser
    bare = median(lambda: list(parser().pipe(text.split("\n"))), times=3, clock=time.perf_counter)
    ours = median(lambda: analyze(text), times=3, clock=time.perf_counter)
    show("analysis", words / ours, "words/s")
    show("the bare pipeline on the same text", words / bare, "words/s")
    show("analysis against the bare pipeline", bare / ours, "times")
    pastes = [text.encode() for text in TEXTS]
    pages = [page_of(text).encode() for text in TEXTS]
    show(
        "extraction of pasted text",
        len(pastes) / median(lambda: [extract(p, kind="paste") for p in pastes], times=5),
        "texts/s",
    )
    show(
        "extraction of pages", len(pages) / median(lambda: [extract(p, kind="html") for p in pages], times=5), "pages/s"
    )


def page_of(text: str) -> str:
    title, *lines = [html.escape(line) for line in text.splitlines() if line.strip()]
    links = "".join(f'<li><a href="/news/{number}">Another story, number {number}</a></li>' for number in range(60))
    body = "".join(f"<p>{line}</p>" for line in lines)
    return (
        f"<!doctype html><html lang=en><head><title>{title}</title></head><body><nav><ul>{links}</ul></nav>"
        f"<article><h1>{title}</h1>{body}</article><footer>{links}</footer></body></html>"
    )


def annotate(database: Database) -> int:
    """The longest demo article, with as many annotations on its sentences as the figures are for; its id."""
    with database.write() as db:
        revision = db.scalars(select(Revision).order_by(func.length(Revision.text).desc())).first()
        assert revision is not None
        there = db.scalar(select(func.count()).where(Annotation.revision_id == revision.id)) or 0
        places = [(found.start(), found.end()) for found in re.finditer(r"\w[^.\n]{5,60}", revision.text)]
        author = db.scalar(select(User.id))
        for number in range(ANNOTATIONS - there):
            start, end = places[number % len(places)]
            kind = ("quote", "claim", "highlight")[number % 3]
            exact = revision.text[start:end]
            db.add(
                Annotation(
                    article_id=revision.article_id, revision_id=revision.id, kind=kind, start=start, end=end,
                    exact=exact, author_id=author, status="confirmed",
                )
            )  # fmt: skip
        return revision.article_id


def page_figures(folder: Path) -> None:
    settings = Settings(data_dir=folder, log_level="ERROR")
    database = Database(settings)
    database.migrate()
    with database.write() as db:
        user = add_user(db, name="alice", role="analyst")
        token = sign_in(db, user_id=user.id, days=1)
        load(db)
    article = annotate(database)
    app = create_app(settings)
    statements = 0

    @event.listens_for(app.state.database.engine, "before_cursor_execute")
    def count(*_: object) -> None:
        nonlocal statements
        statements += 1

    async def ask(method: str, address: str, body: bytes = b"") -> int:
        path, _, query = address.partition("?")
        headers = {"host": "testserver", "accept": "text/html", "cookie": f"session={token}"}
        if body:
            headers |= {"content-type": "application/x-www-form-urlencoded", "content-length": str(len(body))}
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
            "path": path, "raw_path": path.encode(), "query_string": query.encode(), "root_path": "",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "client": ("127.0.0.1", 1), "server": ("testserver", 80),
        }  # fmt: skip
        statuses: list[int] = []

        async def receive() -> dict[str, object]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: dict[str, object]) -> None:
            if message["type"] == "http.response.start":
                statuses.append(int(str(message["status"])))

        await app(scope, receive, send)
        return statuses[0]

    def change() -> None:
        with database.write() as db:
            db.execute(update(Article).values(annotation_version=Article.annotation_version + 1))

    with asyncio.Runner() as loop:

        def get(address: str) -> None:
            status = loop.run(ask("GET", address))
            assert status == 200, (address, status)

        def note() -> None:
            status = loop.run(ask("POST", f"/articles/{article}/notes", b"body=A+note+of+a+few+words."))
            assert status == 303, status

        pages: list[tuple[str, str, Callable[[], None]]] = [
            (f"article page with {ANNOTATIONS} annotations, cold", f"/articles/{article}", change),
            ("the same, as it was before", f"/articles/{article}", lambda: None),
            ("library page", "/", lambda: None),
            ("search page", "/search?q=the", lambda: None),
        ]
        for figure, address, before in pages:
            get(address)
            before()
            statements = 0
            get(address)
            queries = statements
            taken = median(partial(get, address), times=40, before=before)
            show(figure, 1000 * taken, f"ms of CPU, {queries} statements")
        show(
            "notes added", 1 / median(note, times=100, clock=time.perf_counter), "notes/s, one client, synchronous=FULL"
        )
    database.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        page_figures(Path(temporary))  # before a model is loaded, as in the web process: a large heap is slow to tidy
    text_figures()
