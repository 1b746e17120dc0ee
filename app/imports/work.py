"""The worker's part of imports. A turn brings in a few articles and leaves the rest to the next one, behind what others
wait for. Each item is fetched and read outside of any transaction, then stored in one together with its own row: what is
killed in between is done again, what was stored is not."""

from __future__ import annotations

import time
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from functools import lru_cache, partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app import files, jobs
from app.access import Person
from app.addresses import FetchError
from app.articles import batch as articles
from app.db import lock
from app.errors import AppError, Invalid
from app.imports import actions, archive, exports, queries
from app.imports.exports import Bring, of_article
from app.imports.model import Item
from app.logs import log
from app.models import ImportBatch, ImportItem, now

if TYPE_CHECKING:
    from app.handlers import Store, Work

TURN_ITEMS = 20
TURN_SECONDS = 3.0
PATIENCE = 2.0  # seconds that a turn waits for a site
BACK_OFF = (timedelta(minutes=1), timedelta(minutes=5))  # then it has failed
LONGEST_WAIT = timedelta(hours=6)  # that a site may ask for


def bring_in(work: Work) -> Store:
    """One turn. Payload: batch_id."""
    batch_id = int(work.payload["batch_id"])
    with work.database.read() as db:
        batch = db.get(ImportBatch, batch_id)
        if batch is None or batch.state != "running":
            return lambda db: None
        person = queries.person_of(db, batch)
        items = queries.due_items(db, batch_id, TURN_ITEMS)
        told = queries.progress(db, batch)
    if person is None:
        return partial(_stop, batch_id=batch_id)
    turn = Turn(work, batch, person, told.ended, told.total)
    if items and work.attempts >= jobs.MAX_ATTEMPTS:  # this one broke the worker off each time
        turn.store(items[0].id, partial(_failed, error="The program broke off three times while it read this."))
        items = items[1:]
    end = time.monotonic() + TURN_SECONDS
    for item in items:
        if time.monotonic() > end or not turn.do(item):
            break
    return partial(_end_turn, batch_id=batch_id)


def _stop(db: Session, *, batch_id: int) -> None:
    batch = db.get_one(ImportBatch, batch_id)
    batch.state, batch.error = "paused", "The account that this import belongs to may no longer add articles."


def _end_turn(db: Session, *, batch_id: int) -> None:
    batch = db.get(ImportBatch, batch_id)
    if batch is not None:
        lock(db, batch)
        if batch.state == "running":
            actions.go_on(db, batch=batch)


class Turn:
    """What the items of a turn share."""

    def __init__(self, work: Work, batch: ImportBatch, person: Person, ended: int, total: int) -> None:
        self.work, self.batch, self.person, self.ended, self.total = work, batch, person, ended, total

    def do(self, item: ImportItem) -> bool:
        """False where the import was paused or stopped meanwhile."""
        try:
            bring = self._prepared(item)
            return self.store(item.id, partial(self._bring, bring=bring))
        except FetchError as error:
            return self.store(item.id, partial(_later_or_failed, error=error))
        except AppError as error:
            return self.store(item.id, partial(_failed, error=error.message))
        except (OSError, OperationalError, MemoryError, jobs.Dropped):
            raise
        except Exception as error:
            log.error("an item of an import failed", item=item.id, batch=self.batch.id, exc_info=error)
            message = f"The program made a mistake ({type(error).__name__}). Its log says more, under item {item.id}."
            return self.store(item.id, partial(_failed, error=message))

    def store(self, item_id: int, change: Callable[[Session, ImportItem], None]) -> bool:
        """Writes what became of an item, unless another worker did so, or somebody paused or stopped the import."""
        message = f"{self.ended + 1:,} of {self.total:,}"
        with self.work.database.write() as db:
            self.work.step(db, min(1.0, self.ended / max(1, self.total)), message)
            state = db.scalar(select(ImportBatch.state).where(ImportBatch.id == self.batch.id))
            waiting = select(ImportItem).where(ImportItem.id == item_id, ImportItem.state == "waiting")
            item = db.scalar(waiting.with_for_update())
            if state == "running" and item is not None:
                change(db, item)
        self.ended += 1
        return state == "running"

    def _bring(self, db: Session, item: ImportItem, *, bring: Bring) -> None:
        report = bring(db)
        if report.error:
            raise Invalid(report.error)
        item.state, item.error, item.payload, item.not_before = "done", "", {}, None
        item.article_id, item.created = report.article_id, report.created
        item.highlights, item.notes = report.highlights, report.notes
        item.unplaced, item.report = len(report.unplaced), list(report.unplaced)
        if report.created and report.article_id:
            jobs.put_last(db, article_id=report.article_id)

    def _prepared(self, item: ImportItem) -> Bring:
        """Fetches and reads; what is answered needs a transaction and no network."""
        database, settings = self.work.database, self.work.database.settings
        if self.batch.kind == "migration":
            found = Item.from_json(item.payload)
            return exports.prepared(database, found, person=self.person, patience=PATIENCE, last=item.attempts >= 2)
        if url := item.payload.get("url"):
            return of_article(articles.saving_page(database, url, person=self.person, patience=PATIENCE))
        if "entry" in item.payload:
            name = item.payload["entry"]
            data = archive.read_entry(self._zip(), name, most=settings.max_upload)
        else:
            name, data = item.payload["filename"], files.get(settings.files, item.payload["sha256"])
        return of_article(articles.saving_file(database, PurePosixPath(name).name, data, person=self.person))

    def _zip(self) -> zipfile.ZipFile:
        return _opened(files.path_of(self.work.database.settings.files, self.batch.sha256 or ""))


@lru_cache(maxsize=1)
def _opened(path: Path) -> zipfile.ZipFile:
    return archive.open_zip(path)


def _failed(_db: Session, item: ImportItem, *, error: str) -> None:
    item.state, item.error, item.attempts = "failed", error, item.attempts + 1


def _later_or_failed(db: Session, item: ImportItem, *, error: FetchError) -> None:
    """What may pass is tried again after a while, or when the site says."""
    asked = timedelta(seconds=error.retry_after or 0)
    if error.cause == "wait":  # it was not asked at all
        item.not_before = now() + min(asked, LONGEST_WAIT)
    elif exports.is_passing(error) and item.attempts < len(BACK_OFF):
        item.error, item.not_before = error.message, now() + min(max(BACK_OFF[item.attempts], asked), LONGEST_WAIT)
        item.attempts += 1
    else:
        _failed(db, item, error=error.message)


def read_export(work: Work) -> Store:
    """Reads the items of an export, for its preview. Payload: batch_id."""
    batch_id = int(work.payload["batch_id"])
    with work.database.read() as db:
        batch = db.get_one(ImportBatch, batch_id)
    counted = exports.Counted()
    error, position, here = "", 0, 0
    try:
        data = files.get(work.database.settings.files, batch.sha256 or "")
        for entries in _chunks(counted.entries(batch.format, data)):
            with work.database.write() as db:
                work.step(db, 0.0, f"{position + len(entries):,} articles read")
                here += actions.add_items(db, batch_id=batch_id, entries=entries, position=position)
            position += len(entries)
    except AppError as refused:
        error = refused.message

    def store(db: Session) -> None:
        batch = db.get_one(ImportBatch, batch_id)
        lock(db, batch)
        if batch.state != "reading":
            return
        if not error and not position:
            batch.error = "There is nothing in this export that can be brought in."
        batch.state, batch.error = ("failed", error) if error else ("preview", batch.error)
        batch.counts, batch.problems = {**counted.counts(), "here": here}, counted.problems

    return store


def _chunks(entries: Iterable[tuple[Any, int]]) -> Iterator[list[Any]]:
    """Lists of entries, each of at most CHUNK and of so much text."""
    chunk: list[Any] = []
    size = 0
    for entry, length in entries:
        chunk.append(entry)
        size += length
        if len(chunk) >= actions.CHUNK or size > 2_000_000:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk
