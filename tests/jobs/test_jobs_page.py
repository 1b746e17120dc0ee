"""The page of jobs: what each person sees of what runs, waits and failed; tried again, called off."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from app import jobs
from app.db import Database
from app.handlers import Store, Work
from app.logs import set_up_logs
from app.models import Article, Job, Tag, now
from app.settings import Settings
from app.worker import Worker
from tests.making import make_article


@pytest.fixture(autouse=True)
def _logs(settings: Settings) -> None:
    set_up_logs(settings)
    jobs.queue_of(settings).flush_queue()


def add(database: Database, key: str, person: int | None, **values: Any) -> int:
    with database.write() as db:
        job = jobs.enqueue(db, "count", article_id=None, key=key, payload={"name": key}, created_by=person)
        for name, value in values.items():
            setattr(job, name, value)
        return job.id


def row(database: Database, job_id: int) -> Job:
    with database.read() as db:
        return db.get_one(Job, job_id)


def leave_tag(work: Work) -> Store:
    return lambda db: db.add(Tag(name=work.payload["name"]))


def tags(database: Database) -> list[str]:
    with database.read() as db:
        return list(db.scalars(select(Tag.name)))


def test_what_runs_waits_and_failed_with_its_reason(client, database: Database, people) -> None:
    article_id = make_article(database, title="Crates of Ilse")
    with database.write() as db:
        db.get_one(Article, article_id).created_by = people["alice"]
    alice = people["alice"]
    add(database, "a", alice, state="failed", error="The site is out of order.", finished_at=now())
    add(database, "b", alice, state="running", progress=0.5, message="half of it", started_at=now())
    page = client("alice").get("/jobs").text
    assert f'<a href="/articles/{article_id}">Crates of Ilse</a>' in page
    for words in ("Running", "Waiting", "Failed", "The site is out of order.", "half of it", 'hx-trigger="every 2s"'):
        assert words in page
    others = client("bob").get("/jobs").text
    assert "Nothing to do" in others
    assert "hx-trigger" not in others.partition('id="jobs"')[2]


def test_it_stops_asking_when_nothing_is_open(client, database: Database, people) -> None:
    add(database, "a", people["alice"], state="done", finished_at=now())
    add(database, "b", people["alice"], not_before=now() + timedelta(hours=1), sent_at=None)
    listed = client("alice").get("/jobs/list").text
    assert "Done lately" in listed
    assert "not before" in listed
    assert "hx-trigger" not in listed


def test_an_admin_sees_everybodys_where_asked(client, database: Database, people) -> None:
    add(database, "a", people["alice"], state="failed", error="Out of order", finished_at=now())
    root = client("root")
    assert "Out of order" not in root.get("/jobs").text
    assert "Out of order" in root.get("/jobs?whose=everybody").text
    assert "Out of order" not in client("erin").get("/jobs?whose=everybody").text


def test_a_failed_one_is_tried_again(client, database: Database, people) -> None:
    job_id = add(database, "a", people["alice"], state="failed", error="Out of order", finished_at=now())
    assert client("bob").post(f"/jobs/{job_id}/attempts").status_code == 404
    assert client("alice").post(f"/jobs/{job_id}/attempts").headers["location"] == "/jobs"
    while Worker(database, {"count": leave_tag}).step():
        pass
    assert (row(database, job_id).state, tags(database)) == ("done", ["a"])


def test_one_that_waits_is_called_off(client, database: Database, people) -> None:
    job_id = add(database, "a", people["alice"])
    alice = client("alice")
    assert alice.delete(f"/jobs/{job_id}").status_code == 303
    while Worker(database, {"count": leave_tag}).step():
        pass
    assert (row(database, job_id).state, tags(database)) == ("cancelled", [])
    assert "called off" in alice.get("/jobs").text
    late = alice.delete(f"/jobs/{job_id}")
    assert (late.status_code, "has ended meanwhile" in late.text) == (422, True)


@pytest.mark.parametrize("tells", [True, False])
def test_one_that_runs_is_called_off_and_what_it_made_dropped(client, database: Database, people, tells: bool) -> None:
    job_id = add(database, "a", people["alice"])
    reached: list[str] = []

    def slow(work: Work) -> Store:
        assert client("alice").delete(f"/jobs/{job_id}").status_code == 303
        if tells:
            work.progress(0.5, "half")
        reached.append("end")
        return leave_tag(work)

    Worker(database, {"count": slow}).step()
    assert (row(database, job_id).state, tags(database)) == ("cancelled", [])
    assert reached == ([] if tells else ["end"])


def test_one_for_later_is_sent_when_its_time_has_come(database: Database) -> None:
    with database.write() as db:
        later = now() + timedelta(minutes=5)
        job_id = jobs.enqueue(db, "count", article_id=None, key="a", payload={"name": "a"}, not_before=later).id
    Worker(database, {"count": leave_tag}).step()
    assert row(database, job_id).state == "queued"
    with database.write() as db:
        db.execute(update(Job).values(not_before=now() - timedelta(seconds=1)))
    Worker(database, {"count": leave_tag}).step()
    assert tags(database) == ["a"]


def test_what_was_freed_does_not_wait_for_an_empty_queue(database: Database) -> None:
    """A long queue of articles that came in together must not hold up what a dead worker left."""
    first = add(database, "a", None)
    jobs.queue_of(database.settings).flush_queue()
    with database.write() as db:
        gone = now() - timedelta(seconds=1)
        db.execute(update(Job).values(state="running", worker="elsewhere:1:dead", lease_until=gone, attempts=1))
    for n in range(5):
        add(database, f"b{n}", None, priority=jobs.BULK)
    with database.write() as db:
        assert jobs.sweep(db, worker="me:1:x") == 1
    assert row(database, first).sent_at is not None
