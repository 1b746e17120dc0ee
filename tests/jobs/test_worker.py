"""The worker as a process: killed, told to stop, left by its parent."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app import jobs
from app.db import Database
from app.models import Job
from app.settings import child_environment

# Each job leaves a tag; a second one of the same name breaks a constraint, so the job would fail.
SCRIPT = """
import sys, time
from app.models import Tag
from app.settings import read_settings
from app.worker import main

def count(work):
    work.progress(0.5, "half")
    time.sleep(work.payload["seconds"])
    return lambda db: db.add(Tag(name=work.payload["name"]))

sys.exit(main(with_parent=True, handlers={"count": count}, prepare=lambda: None))
"""


@pytest.fixture
def start(database: Database) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    settings, started = database.settings, []
    environment = child_environment(
        QUOTIDIAN_DATA_DIR=str(settings.data_dir),
        QUOTIDIAN_DATABASE_URL=settings.database_url,
        QUOTIDIAN_QUEUE_URL=settings.queue_url,
    )
    root = Path(jobs.__file__).parent.parent

    def start() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", SCRIPT]
        started.append(subprocess.Popen(command, stdin=subprocess.PIPE, env=environment, cwd=root))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdin.close()


def add(database: Database, number: int, seconds: float) -> int:
    payload = {"name": f"job {number:02}", "seconds": seconds}
    with database.write() as db:
        return jobs.enqueue(db, "count", article_id=None, key=f"job-{number}", payload=payload).id


def states(database: Database) -> dict[str, int]:
    with database.read() as db:
        return dict(db.execute(select(Job.state, func.count()).group_by(Job.state)).all())


def wait_for(condition: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to pass in time"
        time.sleep(0.02)


def test_a_worker_told_to_stop_ends_what_it_has_in_hand(
    database: Database, start: Callable[[], subprocess.Popen[bytes]]
):
    add(database, 1, 0.5)
    add(database, 2, 0.5)
    worker = start()
    wait_for(lambda: states(database).get("running") == 1)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(30) == 0
    assert states(database) == {"done": 1, "queued": 1}


def test_a_worker_does_not_outlive_its_parent(database: Database, start: Callable[[], subprocess.Popen[bytes]]):
    worker = start()
    add(database, 1, 0)
    wait_for(lambda: states(database) == {"done": 1})
    worker.stdin.close()
    assert worker.wait(30) == 0


def test_the_worker_starts_by_its_command(database: Database):
    """The real one, with the real model; it stops as told, whatever it is doing."""
    environment = child_environment(
        QUOTIDIAN_DATA_DIR=str(database.settings.data_dir), QUOTIDIAN_DATABASE_URL=database.settings.database_url,
        QUOTIDIAN_LOG_FORMAT="json",
    )  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "app.worker", "--with-parent"],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        cwd=Path(jobs.__file__).parent.parent,
    )
    with process:
        line = json.loads(process.stderr.readline())
        assert (line["event"], line["worker"].split(":")[1]) == ("the worker is ready", str(process.pid))
        os.kill(process.pid, signal.SIGTERM)
        assert process.wait(60) == 0
