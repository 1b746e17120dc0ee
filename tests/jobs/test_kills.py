"""kill -9: a worker at any moment of its work, a web server at any moment of an upload. Nothing is lost, nothing is there
twice, nothing is there by half."""

from __future__ import annotations

import contextlib
import io
import os
import random
import signal
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from app import jobs
from app.access import Person
from app.accounts.actions import sign_in
from app.db import Database
from app.imports import actions, uploads
from app.models import Article, ImportBatch, ImportItem, Job, Revision, Tag
from app.settings import child_environment

ROOT = Path(jobs.__file__).parent.parent
KILLS = 10
CALLS = 60_000  # of functions, from its first job on: as many as a worker lives to make
OTHERS = ARTICLES = 10  # jobs besides; articles: each a turn of the import and an analysis, 40 in all with the others

# The real import, in turns of one article. Each analysis and each other job leaves a tag: a second one of the same name
# breaks a constraint, so that the job would fail. For each number read, a worker is forked that is killed at that call of
# a function, counted from its first job on, so that it dies at work whatever else the machine does; at 0 it lives.
SCRIPT = """
import itertools, os, signal, sys
from app import jobs
from app.extract import extract
from app.handlers import HANDLERS
from app.imports import work
from app.models import Tag
from app.worker import main

work.TURN_ITEMS = 1

def leave(prefix, key):
    def do(work):
        work.progress(0.5, "half")
        return lambda db: db.add(Tag(name=f"{prefix} {work.payload[key]}"))
    return do

def die_at(number):
    calls = itertools.count(1)
    def called(frame, event, argument):
        if "call" in event and next(calls) == number:
            os.kill(os.getpid(), signal.SIGKILL)
    def claim(*given, claim=jobs.claim, **named):
        sys.setprofile(called)
        return claim(*given, **named)
    jobs.claim = claim

extract(b"A headline of ours\\n\\nWords enough to be a paragraph of a story, and more.", kind="text")
handlers = HANDLERS | {"analyze": leave("analysis", "revision_id"), "count": leave("count", "number")}
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for line in sys.stdin:
    if (process := os.fork()) == 0:
        die_at(int(line))
        sys.exit(main(handlers=handlers, prepare=lambda: None))
    print(process, flush=True)
"""


def environment(database: Database) -> dict[str, str]:
    settings = database.settings
    return child_environment(
        QUOTIDIAN_DATA_DIR=str(settings.data_dir), QUOTIDIAN_DATABASE_URL=settings.database_url,
        QUOTIDIAN_QUEUE_URL=settings.queue_url, QUOTIDIAN_LOG_LEVEL="ERROR",
    )  # fmt: skip


@pytest.fixture
def start(database: Database) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    started: list[subprocess.Popen[bytes]] = []

    def start(*command: str) -> subprocess.Popen[bytes]:
        pipes: dict[str, int] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        command = (sys.executable, *command)
        process = subprocess.Popen(command, **pipes, env=environment(database), cwd=ROOT, start_new_session=True)
        started.append(process)
        return process

    yield start
    for process in started:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe:
                pipe.close()


def wait_for(condition: Callable[[], bool], seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to pass in time"
        time.sleep(0.02)


def fork(workers: subprocess.Popen[bytes], killed_at: int = 0) -> int:
    """The process of another worker."""
    assert workers.stdin
    assert workers.stdout
    workers.stdin.write(b"%d\n" % killed_at)
    workers.stdin.flush()
    return int(workers.stdout.readline())


def zipped(number: int) -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for n in range(number):
            text = f"Pier report number {n}\n\nThe ferry pier of Tessen was looked at for the {n}th time this year.\n"
            made.writestr(f"{n}.txt", text)
    file.seek(0)
    return file


def open_jobs(database: Database) -> int:
    with database.read() as db:
        ended = Job.state.in_(("done", "failed", "cancelled"))
        return db.scalar(select(func.count()).select_from(Job).where(~ended)) or 0


def test_killed_workers_lose_nothing_and_do_nothing_twice(
    database: Database, people: dict[str, int], start: Callable[..., subprocess.Popen[bytes]]
) -> None:
    upload = uploads.of_files([("pier.zip", zipped(ARTICLES))], "articles", database.settings)
    with database.write() as db:
        batch = actions.add_batch(db, person=Person(people["alice"], "alice", "analyst"), upload=upload)
        actions.change_state(db, batch=batch, state="running")
        for number in range(OTHERS):
            jobs.enqueue(db, "count", article_id=None, key=f"count-{number}", payload={"number": number})
    workers, chance, killed_at_work = start("-c", SCRIPT), random.Random(11), 0
    for _ in range(KILLS):
        worker = fork(workers, killed_at=chance.randint(1, CALLS))
        wait_for(lambda worker=worker: not Path(f"/proc/{worker}").exists())
        with database.write() as db:  # the machine has more patience than this test: kills are not the jobs' fault
            killed_at_work += db.scalar(select(Job.id).where(Job.state == "running").limit(1)) is not None
            db.execute(update(Job).values(attempts=0))
    assert killed_at_work >= KILLS // 2
    worker = fork(workers)
    wait_for(lambda: open_jobs(database) == 0)
    os.kill(worker, signal.SIGKILL)
    with database.read() as db:
        assert db.scalars(select(Job.error).where(Job.state == "failed")).all() == []
        assert db.scalar(select(ImportBatch.state)) == "done"
        assert db.execute(select(ImportItem.state, func.count()).group_by(ImportItem.state)).all() == [
            ("done", ARTICLES)
        ]
        articles = db.execute(
            select(func.count(), func.count(Article.text_sha256.distinct())).select_from(Article)
        ).one()
        revisions = db.scalars(select(Revision.id)).all()
        tags = db.scalars(select(Tag.name)).all()
    assert tuple(articles) == (ARTICLES, ARTICLES)
    assert len(revisions) == ARTICLES
    assert sorted(tags) == sorted([f"count {n}" for n in range(OTHERS)] + [f"analysis {id}" for id in revisions])


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return int(sock.getsockname()[1])


WEB = """
import sys, uvicorn
from app.main import create_app
uvicorn.run(create_app(), host="127.0.0.1", port=int(sys.argv[1]), log_level="error")
"""


def connected(port: int) -> socket.socket:
    end = time.monotonic() + 60
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=30)
        except OSError:
            assert time.monotonic() < end, "the server did not start"
            time.sleep(0.05)


@pytest.mark.parametrize("part", [0.5, 1.0])
def test_a_web_server_killed_during_an_upload_leaves_nothing_by_half(
    part: float, database: Database, people: dict[str, int], start: Callable[..., subprocess.Popen[bytes]]
) -> None:
    """Half of it was sent; or all, and the server is killed while it takes it in."""
    with database.write() as db:
        token = sign_in(db, user_id=people["alice"], days=1)
    form = b'--x\r\nContent-Disposition: form-data; name="file"; filename="pier.zip"\r\n\r\n' + zipped(900).getvalue()
    body = form + b"\r\n--x--\r\n"
    head = f"POST /imports HTTP/1.1\r\nHost: here\r\nCookie: session={token}\r\nContent-Length: {len(body)}\r\n"
    head += "Content-Type: multipart/form-data; boundary=x\r\nConnection: close\r\n\r\n"
    port = free_port()
    server = start("-c", WEB, str(port))
    with connected(port) as connection:
        connection.sendall(head.encode() + body[: int(part * len(body))])
        time.sleep(0.2 if part < 1 else 0.12)
        server.kill()
        server.wait()
    with database.read() as db:
        batches = db.scalars(select(ImportBatch)).all()
        items = db.scalar(select(func.count()).select_from(ImportItem))
    assert (len(batches), items) in ({(0, 0)} if part < 1 else {(0, 0), (1, 900)})
    stored = [path for path in database.settings.files.rglob("*") if path.is_file() and not path.name.startswith(".")]
    assert len(stored) <= int(part)
    assert all(os.path.getsize(path) == len(zipped(900).getvalue()) for path in stored)


def test_a_request_that_never_ends_does_not_keep_the_server_from_ending(
    database: Database, start: Callable[..., subprocess.Popen[bytes]]
) -> None:
    port = free_port()
    server = start("-m", "app", "serve", "--port", str(port))
    with connected(port) as connection:
        connection.sendall(b"POST /sign-in HTTP/1.1\r\nHost: here\r\nContent-Length: 9\r\n\r\nhalf")
        time.sleep(0.5)
        server.terminate()
        assert server.wait(60) in (0, -signal.SIGTERM)
