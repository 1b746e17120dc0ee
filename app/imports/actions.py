"""Writes on imports: made of what was handed in, started, paused, stopped, tried again. What an item became is written by
work.py, in the transaction of its article."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app import jobs
from app.access import Person
from app.articles.canonical import variants
from app.db import insert_missing, lock
from app.errors import Invalid
from app.imports.uploads import PROBLEMS, Entry, Upload, hashed
from app.models import Article, ImportBatch, ImportItem, Job, now

CHUNK = 200
IN_WORDS = {
    "reading": "is still being read",
    "preview": "has not begun",
    "running": "is running",
    "paused": "is paused",
    "done": "is done",
    "cancelled": "was stopped",
    "failed": "could not be read",
}
STATES = ("running", "paused", "cancelled")  # that a person can ask for
FROM = {  # what an import must be to become so
    "running": ("preview", "paused", "running"),
    "paused": ("running",),
    "cancelled": ("reading", "preview", "running", "paused"),
}


def add_batch(db: Session, *, person: Person, upload: Upload) -> ImportBatch:
    """An import, to be looked at before it starts: with its items, or to be read by the worker first."""
    batch = ImportBatch(
        created_by=person.id, kind=upload.kind, name=upload.name, format=upload.format, sha256=upload.sha256,
        problems=upload.problems[:PROBLEMS], state="reading" if upload.entries is None else "preview",
    )  # fmt: skip
    db.add(batch)
    db.flush()
    if upload.entries is None:
        payload = {"batch_id": batch.id}
        jobs.enqueue(db, "read", article_id=None, key=f"read-{batch.id}", payload=payload, created_by=person.id)
        return batch
    here = 0
    for start in range(0, len(upload.entries), CHUNK):
        part = upload.entries[start : start + CHUNK]
        here += add_items(db, batch_id=batch.id, entries=part, position=start)
    count = db.scalar(select(func.count()).select_from(ImportItem).where(ImportItem.batch_id == batch.id)) or 0
    counts = Counter(articles=count, here=here, double=len(upload.entries) - count, problems=len(upload.problems))
    batch.counts = dict(counts)
    return batch


def add_items(db: Session, *, batch_id: int, entries: Sequence[Entry], position: int) -> int:
    """Those that are not there yet. How many of all are in the library already, as far as their address tells."""
    rows: list[dict[str, Any]] = [
        {
            "batch_id": batch_id, "position": position + n, "key": hashed(each.key), "source": each.source,
            "title": each.title, "host": each.host, "payload": dict(each.payload),
        }
        for n, each in enumerate(entries)
    ]  # fmt: skip
    defaults = {"state": "waiting", "attempts": 0, "error": "", "created": False, "report": []}
    numbers = dict.fromkeys(("highlights", "notes", "unplaced"), 0)
    insert_missing(db, ImportItem, [row | defaults | numbers for row in rows])
    return _here(db, (str(each.payload.get("url", "")) for each in entries))


def _here(db: Session, urls: Iterable[str]) -> int:
    wanted = {url: variants(url) for url in urls if url}
    known = select(Article.canonical_url).where(Article.deleted_at.is_(None))
    found = set(db.scalars(known.where(Article.canonical_url.in_([v for vs in wanted.values() for v in vs]))))
    return sum(not found.isdisjoint(each) for each in wanted.values())


def change_state(db: Session, *, batch: ImportBatch, state: str) -> None:
    """Starts it, goes on with it, pauses or stops it. Raises Invalid where it cannot become so any more."""
    lock(db, batch)
    if batch.state not in FROM.get(state, ()):
        raise Invalid(f"That cannot be done now: this import {IN_WORDS[batch.state]}. Please load the page again.")
    batch.state = state
    if state == "running":
        batch.error = ""
        go_on(db, batch=batch)
    elif state == "cancelled":
        batch.finished_at = now()
        waiting = update(ImportItem).where(ImportItem.batch_id == batch.id, ImportItem.state == "waiting")
        db.execute(waiting.values(state="skipped", error="The import was stopped before."))
        for job in db.scalars(select(Job).where(Job.key.in_((f"read-{batch.id}", f"import-{batch.id}")))):
            jobs.cancel(db, job)


def retry_failed(db: Session, *, batch: ImportBatch) -> int:
    """Has those items tried again that failed. How many."""
    lock(db, batch)
    if batch.state not in ("running", "paused", "done"):
        raise Invalid("This import was stopped, or has not begun.")
    failed = update(ImportItem).where(ImportItem.batch_id == batch.id, ImportItem.state == "failed")
    again = db.execute(failed.values(state="waiting", attempts=0, error="", not_before=None).returning(ImportItem.id))
    number = len(again.all())
    if number:
        batch.state, batch.finished_at, batch.error = "running", None, ""
        go_on(db, batch=batch)
    return number


def go_on(db: Session, *, batch: ImportBatch) -> None:
    """The next turn of a running import, when something of it is due; or its end, where nothing is left. The batch is
    locked, so that of a turn that ends and a person who resumes one sees what the other did."""
    mine = (ImportItem.batch_id == batch.id, ImportItem.state == "waiting")
    left, at_once, next_at = db.execute(
        select(func.count(), func.count().filter(ImportItem.not_before.is_(None)), func.min(ImportItem.not_before))
        .select_from(ImportItem).where(*mine)
    ).one()  # fmt: skip
    if not left:
        batch.state, batch.finished_at = "done", now()
        return
    job = jobs.enqueue(
        db, "import", article_id=None, key=f"import-{batch.id}", payload={"batch_id": batch.id},
        created_by=batch.created_by, not_before=next_at if not at_once and next_at and next_at > now() else None,
    )  # fmt: skip
    if job.state == "queued":
        total = db.scalar(select(func.count()).select_from(ImportItem).where(ImportItem.batch_id == batch.id)) or 1
        job.progress = (total - left) / total
