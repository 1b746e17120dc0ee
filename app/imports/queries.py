"""What the pages and the worker read of imports. A page takes a fixed number of queries however many items there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, defer

from app.access import Person
from app.models import Article, ImportBatch, Imported, ImportItem, Job, User, now

SHOWN = 50
FAILED_SHOWN = 100
UNPLACED_SHOWN = 100
BATCHES = 50


@dataclass(frozen=True)
class Progress:
    """How far an import is. `states` counts its items; `job` is what works on it, where anything does."""

    states: dict[str, int]
    created: int
    highlights: int
    notes: int
    unplaced: int
    job: Job | None
    next_at: Any = None

    @property
    def total(self) -> int:
        return sum(self.states.values())

    @property
    def ended(self) -> int:
        return self.total - self.states.get("waiting", 0)

    @property
    def found(self) -> int:
        """Articles that were here already."""
        return self.states.get("done", 0) - self.created


@dataclass(frozen=True)
class Report:
    """What became of an import, for its page. `titles` are those of articles, by their id."""

    failed: Sequence[ImportItem]
    unplaced: Sequence[ImportItem]
    titles: dict[int, str] = field(default_factory=dict)


def batches(
    db: Session, person: Person, *, everybodys: bool = False
) -> Sequence[tuple[ImportBatch, str | None, int, int]]:
    """The newest imports: each with the name of its person, how many items it has and how many of them ended."""
    query = select(ImportBatch, User.name).outerjoin(User, User.id == ImportBatch.created_by)
    if not (everybodys and person.at_least("admin")):
        query = query.where(ImportBatch.created_by == person.id)
    rows = db.execute(query.order_by(ImportBatch.id.desc()).limit(BATCHES)).all()
    ended = func.count().filter(ImportItem.state != "waiting")
    counted = select(ImportItem.batch_id, func.count(), ended).group_by(ImportItem.batch_id)
    counts = {id_: (n, e) for id_, n, e in db.execute(counted.where(ImportItem.batch_id.in_([b.id for b, _ in rows])))}
    return [(batch, name, *counts.get(batch.id, (0, 0))) for batch, name in rows]


def progress(db: Session, batch: ImportBatch) -> Progress:
    mine = ImportItem.batch_id == batch.id
    states = select(ImportItem.state, func.count()).where(mine).group_by(ImportItem.state)
    sums = [func.coalesce(func.sum(c), 0) for c in (ImportItem.highlights, ImportItem.notes, ImportItem.unplaced)]
    created = func.count().filter(ImportItem.created)
    row = db.execute(select(created, *sums, func.min(ImportItem.not_before)).where(mine)).one()
    job = db.scalar(select(Job).where(Job.key == f"{'read' if batch.state == 'reading' else 'import'}-{batch.id}"))
    return Progress(dict(db.execute(states).all()), *row[:4], job, row[4])


def first_items(db: Session, batch: ImportBatch) -> Sequence[ImportItem]:
    query = select(ImportItem).where(ImportItem.batch_id == batch.id).options(defer(ImportItem.payload))
    return db.scalars(query.order_by(ImportItem.position).limit(SHOWN)).all()


def report(db: Session, batch: ImportBatch) -> Report:
    mine = select(ImportItem).where(ImportItem.batch_id == batch.id).options(defer(ImportItem.payload))
    failed = mine.where(ImportItem.state == "failed").order_by(ImportItem.position).limit(FAILED_SHOWN)
    unplaced = mine.where(ImportItem.unplaced > 0).order_by(ImportItem.position).limit(UNPLACED_SHOWN)
    lost = db.scalars(unplaced).all()
    titles = select(Article.id, Article.title).where(Article.id.in_([each.article_id for each in lost]))
    return Report(db.scalars(failed).all(), lost, dict(db.execute(titles).all()))


TABLE = ("number", "source", "title", "state", "article", "new", "highlights", "notes", "problem", "quote", "note")


def table(db: Session, batch: ImportBatch) -> Iterator[tuple[Any, ...]]:
    """The report as a table: a row an article, and one a highlight that found no place."""
    columns = (
        ImportItem.position, ImportItem.source, ImportItem.title, ImportItem.state, ImportItem.created,
        ImportItem.highlights, ImportItem.notes, ImportItem.error, ImportItem.report, ImportItem.article_id,
    )  # fmt: skip
    query = select(*columns, Article.title.label("article")).outerjoin(Article, Article.id == ImportItem.article_id)
    yield TABLE
    for row in db.execute(query.where(ImportItem.batch_id == batch.id).order_by(ImportItem.position)):
        head = (row.position + 1, row.source, row.title or row.article or "", row.state)
        here = f"/articles/{row.article_id}" if row.article_id else ""
        yield *head, here, "yes" if row.created else "no", row.highlights, row.notes, row.error, "", ""
        for lost in row.report:
            yield *head, here, "", "", "", lost["reason"], lost["quote"], lost["note"]


# For the worker


def person_of(db: Session, batch: ImportBatch) -> Person | None:
    """Whose import it is, while they may add articles."""
    user = db.get(User, batch.created_by) if batch.created_by else None
    if user is None or user.disabled_at is not None:
        return None
    person = Person(user.id, user.name, user.role)
    return person if person.at_least("analyst") else None


def imported_ids(db: Session, keys: Sequence[str]) -> Sequence[int]:
    """Of what came in under these keys (see `apply.key_of`)."""
    return db.scalars(select(Imported.id).where(Imported.key.in_(keys)).order_by(Imported.id)).all()


def due_items(db: Session, batch_id: int, most: int) -> Sequence[ImportItem]:
    """The next ones, with the sites taking turns."""
    turn = func.row_number().over(partition_by=ImportItem.host, order_by=ImportItem.position)
    ready = or_(ImportItem.not_before.is_(None), ImportItem.not_before <= now())
    waiting = (ImportItem.batch_id == batch_id, ImportItem.state == "waiting", ready)
    ranked = select(ImportItem.id, turn.label("turn")).where(*waiting).subquery()
    query = select(ImportItem).join(ranked, ranked.c.id == ImportItem.id)
    return db.scalars(query.order_by(ranked.c.turn, ImportItem.position).limit(most)).all()
