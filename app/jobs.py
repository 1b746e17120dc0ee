"""Work that outlasts a request. A row in `jobs`, written in one transaction with what it is for, is the truth; the queue
(Huey on SQLite or Redis) only carries its id, sent after the commit, and may lose it: the sweep sends it again."""

from __future__ import annotations

import functools
import os
import secrets
import socket
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from huey.storage import BaseStorage, PriorityRedisStorage, SqliteStorage  # type: ignore[import-untyped]
from sqlalchemy import and_, event, or_, select, update
from sqlalchemy.orm import Session

from app.logs import log
from app.models import Job, now
from app.settings import Settings

LEASE = timedelta(seconds=30)
RESEND = timedelta(seconds=5)  # a job that nobody took for so long was not sent, or its number was lost
MAX_ATTEMPTS = 3
STATES = ("queued", "running", "done", "failed", "cancelled")
PRIORITY = {"analyze": 10, "read": 10, "feed-item": -2, "poll-feed": -3, "check": -4, "import": -5}
BULK = -10  # what is due for an article that came in with many others
MOST_SENT = 500  # at once by the sweep
_UNSENT = "jobs_to_send"


class Dropped(Exception):
    """The job was cancelled, or another worker has it: nothing more of it may be stored."""


def enqueue(
    db: Session,
    kind: str,
    *,
    article_id: int | None,
    key: str,
    payload: dict[str, Any],
    created_by: int | None = None,
    not_before: datetime | None = None,
) -> Job:
    """The job of this key, to be done after the transaction commits, or at `not_before`. One that waits or runs is
    answered as it is; one that ended is done again."""
    job = db.scalar(select(Job).where(Job.key == key))
    if job is None:
        job = Job(kind=kind, key=key, article_id=article_id, payload=payload, created_by=created_by)
        db.add(job)
    elif job.state in ("queued", "running"):
        return job
    job.payload, job.created_by = payload, created_by
    return retry(db, job, not_before=not_before)


def enqueue_analysis(db: Session, *, article_id: int, revision_id: int, created_by: int | None = None) -> Job:
    payload = {"revision_id": revision_id}
    key = f"analyze-{revision_id}"
    return enqueue(db, "analyze", article_id=article_id, key=key, payload=payload, created_by=created_by)


def enqueue_pictures(db: Session, *, article_id: int, revision_id: int) -> Job:
    payload = {"revision_id": revision_id}
    return enqueue(db, "pictures", article_id=article_id, key=f"pictures-{revision_id}", payload=payload)


def retry(db: Session, job: Job, *, not_before: datetime | None = None) -> Job:
    """Has a job done from the beginning, with all its attempts before it."""
    job.state, job.attempts, job.progress, job.message, job.error = "queued", 0, 0.0, "", ""
    job.worker, job.lease_until, job.started_at, job.finished_at = "", None, None, None
    job.priority, job.not_before, job.sent_at = PRIORITY.get(job.kind, 0), not_before, None if not_before else now()
    db.flush()
    if not_before is None:
        _send_after_commit(db, job)
    return job


def cancel(db: Session, job: Job) -> bool:
    """Has a job not done, or what it makes dropped. False where it has ended already."""
    open_ = update(Job).where(Job.id == job.id, Job.state.in_(("queued", "running"))).returning(Job.id)
    values = {"state": "cancelled", "message": "", "finished_at": now(), "lease_until": None}
    return db.execute(open_.values(**values)).scalar() is not None


def put_last(db: Session, *, article_id: int) -> None:
    """What is due for this article waits until everything else is done; in the transaction that it came in with."""
    last = update(Job).where(Job.article_id == article_id, Job.state == "queued").values(priority=BULK)
    for job_id in db.scalars(last.returning(Job.id)):
        if job_id in (unsent := db.info.get(_UNSENT, {})):
            unsent[job_id] = BULK


# What the worker does with a job. Only the one that holds it may change it: `worker` is the holder.


def this_worker() -> str:
    """A name that no other process has, nor had."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


def claim(db: Session, job_id: int, *, worker: str) -> Job | None:
    """The job, now held by `worker`; None where another has it or it is done."""
    taken = update(Job).where(Job.id == job_id, Job.state == "queued")
    values = {"state": "running", "worker": worker, "started_at": now(), "lease_until": now() + LEASE}
    changed = db.execute(taken.values(attempts=Job.attempts + 1, **values).returning(Job.id)).scalar()
    return db.get(Job, job_id) if changed else None


def keep(db: Session, job_id: int, *, worker: str) -> bool:
    """The heartbeat. False where the job is no longer this worker's."""
    return _change(db, job_id, worker, lease_until=now() + LEASE)


def progress(db: Session, job_id: int, *, worker: str, fraction: float, message: str) -> bool:
    return _change(db, job_id, worker, progress=fraction, message=message, lease_until=now() + LEASE)


def step_done(db: Session, job_id: int, *, worker: str, fraction: float, message: str) -> bool:
    """To be called first in a transaction that stores a part of what the job makes. False where it must not. That the
    job broke off before counts no more: it gets on."""
    values = {"progress": fraction, "message": message, "attempts": 1}
    return _change(db, job_id, worker, lease_until=now() + LEASE, **values)


def finish(db: Session, job_id: int, *, worker: str) -> bool:
    """To be called in the transaction that stores what the job made, before storing it: only then once."""
    return _change(db, job_id, worker, state="done", progress=1.0, message="", finished_at=now(), lease_until=None)


def fail(db: Session, job_id: int, *, worker: str, error: str) -> bool:
    return _change(db, job_id, worker, state="failed", error=error, message="", finished_at=now(), lease_until=None)


def give_back(db: Session, job_id: int, *, worker: str, attempts: int) -> bool:
    """For another try a little later: the sweep sends it. `attempts` is how many tries count by now."""
    values = {"worker": "", "lease_until": None, "sent_at": None, "not_before": now() + RESEND, "attempts": attempts}
    return _change(db, job_id, worker, state="queued", **values)


def sweep(db: Session, *, worker: str) -> int:
    """Frees what dead workers held, and sends what was never sent, or was and is no longer carried. How many were sent."""
    for job in db.scalars(select(Job).where(Job.state == "running")):
        if (job.lease_until is None or job.lease_until < now()) or _is_dead(job.worker, worker):
            _free(job)
    db.flush()
    due = and_(Job.sent_at.is_(None), or_(Job.not_before.is_(None), Job.not_before <= now()))
    if not queue_of(db.info["settings"]).queue_size():
        due = or_(due, Job.sent_at < now() - RESEND)
    found = select(Job).where(Job.state == "queued", due).order_by(Job.priority.desc(), Job.id).limit(MOST_SENT)
    waiting = db.scalars(found).all()
    for job in waiting:
        job.sent_at = now()
        _send_after_commit(db, job)
    return len(waiting)


def _free(job: Job) -> None:
    job.worker, job.lease_until = "", None
    if job.attempts < MAX_ATTEMPTS:
        job.state, job.sent_at, job.not_before = "queued", None, None
    else:
        job.state, job.finished_at = "failed", now()
        job.error = f"This was begun {job.attempts} times and never came to an end."


def _is_dead(holder: str, worker: str) -> bool:
    """Whether the process that held a job is known to be gone: it ran on this machine, with one worker a process."""
    host, _, process = holder.partition(":")
    pid = process.partition(":")[0]
    if holder == worker or host != socket.gethostname() or not pid.isdecimal():
        return False
    return int(pid) == os.getpid() or (Path("/proc/self").exists() and not Path(f"/proc/{pid}").exists())


def _change(db: Session, job_id: int, holder: str, /, **values: Any) -> bool:
    held = update(Job).where(Job.id == job_id, Job.worker == holder, Job.state == "running")
    return db.execute(held.values(**values).returning(Job.id)).scalar() is not None


# The queue


def queue_of(settings: Settings) -> BaseStorage:
    return _queue(settings.queue_url, settings.data_dir)


@functools.cache
def _queue(url: str, data_dir: Path) -> BaseStorage:
    if url:
        return PriorityRedisStorage("quotidian", blocking=False, url=url)
    data_dir.mkdir(parents=True, exist_ok=True)
    return SqliteStorage("quotidian", filename=str(data_dir / "queue.db"))


def take(settings: Settings) -> int | None:
    """The number of the next job to look at; it may have been done meanwhile."""
    carried = queue_of(settings).dequeue()
    return int(bytes(carried)) if carried is not None else None


def _send_after_commit(db: Session, job: Job) -> None:
    db.info.setdefault(_UNSENT, {})[job.id] = job.priority


@event.listens_for(Session, "after_commit")
def _send(db: Session) -> None:
    if db.in_nested_transaction():
        return
    unsent = db.info.pop(_UNSENT, {})
    for job_id, priority in unsent.items():
        try:
            queue_of(db.info["settings"]).enqueue(str(job_id).encode(), priority=priority)
        except Exception as error:  # whatever the queue is short of: the row is there, and the sweep sends it
            log.warning("a job was not sent", job=job_id, reason=str(error))


@event.listens_for(Session, "after_rollback")
def _forget(db: Session) -> None:
    db.info.pop(_UNSENT, None)
