"""kill -9 between what happened and its delivery, and in the midst of it: it is sent all the same, under its one id."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app import jobs
from app.settings import child_environment

WORKER = """
from app.handlers import HANDLERS
from app.worker import main

main(handlers=HANDLERS | {"analyze": lambda work: lambda db: None}, prepare=lambda: None)
"""


@pytest.fixture
def start(settings) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    environment = child_environment(
        QUOTIDIAN_DATA_DIR=str(settings.data_dir), QUOTIDIAN_DATABASE_URL=settings.database_url,
        QUOTIDIAN_QUEUE_URL=settings.queue_url, QUOTIDIAN_LOG_LEVEL="ERROR",
        QUOTIDIAN_FETCH_ALLOW=",".join(settings.fetch_allow),
    )  # fmt: skip
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        root = Path(jobs.__file__).parent.parent
        started.append(subprocess.Popen([sys.executable, "-c", WORKER], env=environment, cwd=root))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def wait_for(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 90
    while not condition():
        assert time.monotonic() < end, "it did not come to pass in time"
        time.sleep(0.02)


def test_a_killed_worker_loses_no_delivery(client, add, receiver, start, deliveries, database, settings) -> None:
    hook_id, _ = add("alice", "note.created")
    jobs.queue_of(settings).flush_queue()
    for _ in range(3):
        client("alice").post(f"/webhooks/{hook_id}/tests")
    jobs.queue_of(settings).flush_queue()  # what carried the job died with its process: the row alone is left
    receiver.held = threading.Event()
    worker = start()
    wait_for(lambda: receiver.got)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    assert [each.state for each in deliveries()] == ["waiting"] * 3
    receiver.held.set()
    start()
    wait_for(lambda: {each.state for each in deliveries()} == {"delivered"})
    ids = [headers["webhook-id"] for headers, _ in receiver.got]
    assert len(ids) == 4
    assert ids[0] == ids[1]
    assert set(ids) == {each.message_id for each in deliveries()}
