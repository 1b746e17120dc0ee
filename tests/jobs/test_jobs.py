"""A job is as its row says: written with what it is for, done once, brought back where it was lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from app import jobs
from app.db import Database
from app.errors import Invalid
from app.handlers import Store, Work
from app.logs import set_up_logs
from app.models import Draft, Job, Tag, now
from app.settings import Settings
from app.worker import Worker


@pytest.fixture(autouse=True)
def _logs(settings: Settings) -> None:
    set_up_logs(settings)
    jobs.queue_of(settings).flush_queue()  # Redis is shared by all tests


def add(database: Database, key: str = "one", kind: str = "count", **payload: Any) -> int:
    with database.write() as db:
        return jobs.enqueue(db, kind, article_id=None, key=key, payload=payload).id


def row(database: Database, job_id: int) -> Job:
    with database.read() as db:
        return db.get_one(Job, job_id)


def tags(database: Database) -> list[str]:
    with database.read() as db:
        return list(db.scalars(select(Tag.name).order_by(Tag.name)))


def change(database: Database, job_id: int, **values: Any) -> None:
    with database.write() as db:
        db.execute(update(Job).where(Job.id == job_id).values(**values))


def count(work: Work) -> Store:
    """Leaves a tag, under a name that can be there only once."""
    work.progress(0.5, "Counting")
    return lambda db: db.add(Tag(name=work.payload["name"]))


def work_off(database: Database, handler: Any = count) -> None:
    worker = Worker(database, {"count": handler, "analyze": handler, "pictures": handler})
    while worker.step():
        pass


def test_a_job_is_done_once_and_says_so(database: Database):
    job_id = add(database, name="first")
    assert row(database, job_id).state == "queued"
    work_off(database)
    job = row(database, job_id)
    assert (job.state, job.progress, job.attempts, job.error) == ("done", 1.0, 1, "")
    assert job.started_at <= job.finished_at
    assert tags(database) == ["first"]


def test_nothing_is_sent_of_what_is_not_committed(database: Database):
    with database.write() as db:
        jobs.enqueue(db, "count", article_id=None, key="one", payload={"name": "first"})
        db.rollback()
    assert jobs.queue_of(database.settings).queue_size() == 0
    with database.write() as db:
        with db.begin_nested():
            jobs.enqueue(db, "count", article_id=None, key="two", payload={"name": "second"})
        assert jobs.queue_of(database.settings).queue_size() == 0
    assert jobs.queue_of(database.settings).queue_size() == 1


def test_the_same_key_is_the_same_job(database: Database):
    first = add(database, name="first")
    assert add(database, name="other") == first
    assert jobs.queue_of(database.settings).queue_size() == 1
    work_off(database)
    assert tags(database) == ["first"]
    assert add(database, name="again") == first  # it had ended: once more, with what is asked now
    work_off(database)
    assert tags(database) == ["again", "first"]


def test_analysis_goes_before_pictures(database: Database):
    order: list[str] = []

    def note(work: Work) -> Store:
        order.append(work.payload["name"])
        return lambda db: None

    for number in range(3):
        add(database, f"p{number}", "pictures", name=f"picture {number}")
    for number in range(3):
        add(database, f"a{number}", "analyze", name=f"analysis {number}")
    work_off(database, note)
    assert {name.split()[0] for name in order[:3]} == {"analysis"}
    assert {name.split()[0] for name in order[3:]} == {"picture"}


def test_progress_can_be_read_while_it_goes_on(database: Database):
    seen: list[tuple[str, float, str]] = []

    def look(work: Work) -> Store:
        work.progress(0.25, "Reading")
        job = row(database, job_id)
        seen.append((job.state, job.progress, job.message))
        return lambda db: None

    job_id = add(database)
    work_off(database, look)
    assert seen == [("running", 0.25, "Reading")]


@pytest.mark.parametrize(
    ("error", "said", "attempts"),
    [
        (Invalid("The text has no words."), "The text has no words.", 1),
        (KeyError("secret"), "The program made a mistake (KeyError). Its log says more, under job 1.", 1),
        (OSError(28, "No space left"), "The machine is short of something", 3),
    ],
)
def test_a_failed_job_says_why_and_can_be_done_again(database: Database, error: Exception, said: str, attempts: int):
    def fail(work: Work) -> Store:
        raise error

    job_id = add(database, name="first")
    for _ in range(attempts):
        work_off(database, fail)
        change(database, job_id, sent_at=now() - timedelta(minutes=1))
    job = row(database, job_id)
    assert (job.state, job.attempts) == ("failed", attempts)
    assert job.error.startswith(said)
    work_off(database)
    assert tags(database) == []
    with database.write() as db:
        jobs.retry(db, db.get_one(Job, job_id))
    work_off(database)
    assert (row(database, job_id).state, row(database, job_id).error) == ("done", "")
    assert tags(database) == ["first"]


def test_what_cannot_be_stored_leaves_nothing(database: Database):
    def clash(work: Work) -> Store:
        return lambda db: db.add_all([Tag(name="half"), Draft(user_id=0, article_id=0, key="", body="")])

    job_id = add(database)
    work_off(database, clash)
    assert (row(database, job_id).state, tags(database)) == ("failed", [])


def test_a_lost_number_is_sent_again(database: Database):
    job_id = add(database, name="first")
    jobs.queue_of(database.settings).flush_queue()
    work_off(database)
    assert row(database, job_id).state == "queued"
    change(database, job_id, sent_at=now() - timedelta(seconds=6))
    work_off(database)
    assert tags(database) == ["first"]


@pytest.mark.parametrize("holder", ["elsewhere:1:dead", f"{jobs.this_worker().split(':')[0]}:4194305:dead"])
def test_what_a_dead_worker_held_is_brought_back(database: Database, holder: str):
    job_id = add(database, name="first")
    lease = now() + timedelta(seconds=30 if "4194305" in holder else -1)
    change(database, job_id, state="running", worker=holder, lease_until=lease, attempts=1)
    work_off(database)
    assert (row(database, job_id).state, row(database, job_id).attempts) == ("done", 2)


def test_what_a_living_worker_holds_is_left_to_it(database: Database):
    job_id = add(database, name="first")
    change(database, job_id, state="running", worker="elsewhere:1:alive", lease_until=now() + timedelta(seconds=9))
    work_off(database)
    assert (row(database, job_id).state, tags(database)) == ("running", [])


def test_a_job_that_kills_its_workers_ends(database: Database):
    job_id = add(database, name="first")
    gone = now() - timedelta(seconds=1)
    change(database, job_id, state="running", worker="elsewhere:1:dead", lease_until=gone, attempts=3)
    work_off(database)
    assert row(database, job_id).error == "This was begun 3 times and never came to an end."
    assert tags(database) == []


def test_who_lost_a_job_stores_nothing(database: Database):
    """A worker that slept through its lease, and wakes when another has the job."""

    def oversleep(work: Work) -> Store:
        change(database, job_id, worker="elsewhere:1:other")
        return count(work)

    job_id = add(database, name="first")
    work_off(database, oversleep)
    assert (row(database, job_id).worker, tags(database)) == ("elsewhere:1:other", [])
