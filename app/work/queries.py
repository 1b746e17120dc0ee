"""What the page of jobs shows: what runs, waits, failed and was done lately, for the person whose it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Executable, Row, func, select
from sqlalchemy.orm import Session

from app.access import Person, visible_jobs
from app.models import Article, ImportBatch, Job, User, now

SHOWN = {"running": 20, "queued": 20, "failed": 50, "ended": 20}
STATES = {"running": ("running",), "queued": ("queued",), "failed": ("failed",), "ended": ("done", "cancelled")}
IMPORTS = ("import", "read")
LABELS = {
    "analyze": "Finding quotes and claims",
    "pictures": "Fetching pictures",
    "import": "Bringing in articles",
    "read": "Reading an export",
    "poll-feed": "Asking a feed",
    "check": "Looking whether the text has changed",
    "feed-item": "Taking in an article of a feed",
    "deliver": "Telling a webhook",
    "stories": "Looking for the same text elsewhere",
}


@dataclass(frozen=True)
class Line:
    """A job as it is shown. `address` is where its thing is, or "" where that is gone."""

    job: Job
    label: str
    title: str
    address: str
    person: str

    @property
    def may_retry(self) -> bool:
        """What was called off with its import is begun again there."""
        return self.job.state == "failed" or (self.job.state == "cancelled" and self.job.kind not in IMPORTS)

    @property
    def may_cancel(self) -> bool:
        return self.job.state in ("queued", "running")


@dataclass(frozen=True)
class Jobs:
    """Lines by section, of each the first few, and how many there are of each in all."""

    lines: dict[str, list[Line]]
    counts: dict[str, int]

    @property
    def busy(self) -> bool:
        """Whether anything runs, or could: what is for later alone need not be watched."""
        waiting = (line.job.not_before for line in self.lines["queued"])
        return bool(self.counts["running"]) or any(at is None or at <= now() for at in waiting)

    @property
    def any(self) -> bool:
        return any(self.counts.values())


def jobs_of(db: Session, person: Person, *, everybodys: bool = False) -> Jobs:
    mine = visible_jobs(person, everybodys=everybodys)
    counted = db.execute(select(Job.state, func.count()).where(mine).group_by(Job.state)).all()
    by_state = dict(counted)
    rows = {name: db.execute(_section(name, mine)).all() for name in STATES}
    batches = _batches(db, [row for section in rows.values() for row in section])
    lines = {name: [_line(row, batches, person) for row in section] for name, section in rows.items()}
    return Jobs(lines, {name: sum(by_state.get(state, 0) for state in states) for name, states in STATES.items()})


def _section(name: str, mine: ColumnElement[bool]) -> Executable:
    orders: dict[str, tuple[Any, ...]] = {
        "running": (Job.started_at, Job.id),
        "queued": (Job.not_before.is_not(None), Job.priority.desc(), Job.id),
    }
    order = orders.get(name, (Job.finished_at.desc(), Job.id.desc()))
    of = (Job.article_id == Article.id, Job.created_by == User.id)
    query = select(Job, Article.title, Article.deleted_at, User.name).outerjoin(Article, of[0]).outerjoin(User, of[1])
    return query.where(Job.state.in_(STATES[name]), mine).order_by(*order).limit(SHOWN[name])


def _batches(db: Session, rows: Sequence[Row[Any]]) -> dict[int, str]:
    ids = {row.Job.payload.get("batch_id") for row in rows if row.Job.kind in IMPORTS}
    found = db.execute(select(ImportBatch.id, ImportBatch.name).where(ImportBatch.id.in_(ids)))
    return dict(found.all())


def _line(row: Row[Any], batches: dict[int, str], person: Person) -> Line:
    job: Job = row.Job
    label = LABELS.get(job.kind, job.kind.replace("_", " ").capitalize())
    title, address = row.title or "", f"/articles/{job.article_id}" if job.article_id and not row.deleted_at else ""
    if job.kind in IMPORTS:
        batch_id = job.payload.get("batch_id", 0)
        title, address = batches.get(batch_id, ""), f"/imports/{batch_id}" if batch_id in batches else ""
    if job.kind == "feed-item" and job.created_by == person.id:  # what somebody follows is nobody else's
        title, address = job.payload.get("title", ""), f"/feeds/items/{job.payload.get('item_id')}"
    if job.kind == "deliver" and job.created_by == person.id:
        address = f"/webhooks/{job.payload.get('webhook_id')}"
    return Line(job, label, title or (label if address else ""), address, row.name or "")
