"""An import from the form to its report: handed in, looked at, started, paused, gone on with, tried again, stopped."""

from __future__ import annotations

import csv
import io
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from app import jobs
from app.db import Database
from app.handlers import HANDLERS
from app.imports import work
from app.logs import set_up_logs
from app.models import Article, ImportBatch, ImportItem, Job, now
from app.settings import Settings
from app.worker import Worker
from tests.imports.flow import Town, article, ask_for, batch_of, hand_in, page, states, titles, work_off, zip_of
from tests.making import make_article


@pytest.fixture
def town(monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    from app import robots

    monkeypatch.setattr(robots, "PAUSE", 0.0)
    robots.forget()
    town = Town()
    yield town
    town.sock.shutdown(socket.SHUT_RDWR)
    town.sock.close()


@pytest.fixture(autouse=True)
def _logs(settings: Settings) -> None:
    set_up_logs(settings)
    jobs.queue_of(settings).flush_queue()


def test_files_are_looked_at_then_brought_in(client, database: Database, people) -> None:
    alice = client("alice")
    address = hand_in(alice, ("one.txt", article(1)), ("two.html", page(2)), ("song.mp3", b"ID3"))
    shown = alice.get(address).text
    assert "one.txt" in shown
    assert "1 file left out" in shown
    assert titles(database) == []  # nothing before it is started
    ask_for(alice, address, "running")
    work_off(database)
    assert states(database) == {"done": 2}
    assert titles(database) == ["Council meets for the 1th time", "Meeting 2"]
    report = alice.get(address).text
    assert "Done." in report
    assert "new articles" in report
    with database.read() as db:
        assert set(db.scalars(select(Article.created_by))) == {people["alice"]}
        assert set(db.scalars(select(Job.priority).where(Job.kind == "analyze"))) == {jobs.BULK}


def test_what_is_here_already_is_found_again(client, database: Database) -> None:
    alice = client("alice")
    for _ in range(2):
        address = hand_in(alice, ("pier.zip", zip_of("a.txt", "b/c.txt")))
        ask_for(alice, address, "running")
        work_off(database)
        assert batch_of(database, address).state == "done"
    assert len(titles(database)) == 2
    assert "were here already" in alice.get(address).text


def test_a_turn_takes_some_and_leaves_the_rest_behind_other_work(client, database: Database, monkeypatch) -> None:
    monkeypatch.setattr(work, "TURN_ITEMS", 2)
    alice = client("alice")
    address = hand_in(alice, ("pier.zip", zip_of(*(f"{n}.txt" for n in range(5)))))
    ask_for(alice, address, "running")
    work_off(database, 1)
    assert states(database) == {"done": 2, "waiting": 3}
    make_article(database)  # somebody adds an article meanwhile: its analysis goes before the next turn
    seen: list[str] = []
    handlers = {kind: lambda work, kind=kind: seen.append(kind) or (lambda db: None) for kind in HANDLERS}
    Worker(database, handlers).step()
    assert seen == ["analyze"]
    work_off(database)
    assert states(database) == {"done": 5}


def test_paused_gone_on_with_and_stopped(client, database: Database, monkeypatch) -> None:
    monkeypatch.setattr(work, "TURN_ITEMS", 2)
    alice = client("alice")
    address = hand_in(alice, ("pier.zip", zip_of(*(f"{n}.txt" for n in range(7)))))
    ask_for(alice, address, "running")
    work_off(database, 1)
    ask_for(alice, address, "paused")
    work_off(database)
    assert states(database) == {"done": 2, "waiting": 5}
    assert "Paused at 2 of 7" in alice.get(address).text
    ask_for(alice, address, "running")
    work_off(database, 1)
    ask_for(alice, address, "cancelled")
    work_off(database)
    assert states(database)["skipped"] >= 1
    assert "waiting" not in states(database)
    assert len(titles(database)) == states(database)["done"]
    late = alice.put(f"{address}/state", data={"state": "running"})
    assert late.status_code == 422
    assert "That cannot be done now: this import was stopped." in late.text


def test_one_that_is_paused_in_the_midst_of_a_turn_takes_no_more(client, database: Database, monkeypatch) -> None:
    alice = client("alice")
    address = hand_in(alice, ("pier.zip", zip_of(*(f"{n}.txt" for n in range(4)))))
    ask_for(alice, address, "running")
    real, calls = work.Turn._prepared, []

    def prepared(self: Any, item: ImportItem) -> Any:
        calls.append(item.id)
        if len(calls) == 2:
            ask_for(alice, address, "paused")
        return real(self, item)

    monkeypatch.setattr(work.Turn, "_prepared", prepared)
    work_off(database)
    assert states(database) == {"done": 1, "waiting": 3}


def test_addresses_with_their_problems(client, database: Database, town: Town, settings: Settings) -> None:
    alice = client("alice")
    lines = (
        f"{town.url(1)}\n\nftp://example.org/x\n{town.url(2)}\n{town.url(1)}\n# a remark\n{town.url(404)[:-3]}none\n"
    )
    address = hand_in(alice, addresses=lines)
    shown = alice.get(address).text
    assert "line 3" in shown
    assert "stood there twice" in shown
    ask_for(alice, address, "running")
    reaching = Database(replace(settings, fetch_allow=frozenset({town.host_port})))
    work_off(reaching)
    reaching.close()
    assert states(database) == {"done": 2, "failed": 1}
    assert town.asked.count("/1") == 1
    report = alice.get(address).text
    assert "There is no page at this address (HTTP status 404)." in report


def test_what_may_pass_is_tried_again_later_three_times_at_most(
    client, database: Database, town: Town, settings: Settings
) -> None:
    alice = client("alice")
    town.answers = {"/1": [b"503 Busy"], "/2": [b"503 Busy"] * 9}
    address = hand_in(alice, addresses=f"{town.url(1)}\n{town.url(2)}")
    ask_for(alice, address, "running")
    reaching = Database(replace(settings, fetch_allow=frozenset({town.host_port})))
    for tries in range(1, 4):
        work_off(reaching)
        with database.write() as db:
            waiting = db.scalars(select(ImportItem).where(ImportItem.state == "waiting")).all()
            assert all(each.not_before and each.not_before > now() + timedelta(seconds=30) for each in waiting)
            assert [each.attempts for each in waiting] == [tries] * (2 if tries == 1 else 1 if tries == 2 else 0)
            past = now() - timedelta(seconds=1)
            db.execute(update(ImportItem).where(ImportItem.state == "waiting").values(not_before=past))
            db.execute(update(Job).where(Job.kind == "import").values(not_before=past))
    assert states(database) == {"done": 1, "failed": 1}
    assert town.asked.count("/2") == 3
    town.answers = {}
    assert alice.post(f"{address}/retries").status_code == 303
    work_off(reaching)
    reaching.close()
    assert states(database) == {"done": 2}
    assert batch_of(database, address).state == "done"


def test_sites_take_turns(client, database: Database, people) -> None:
    lines = [f"https://{host}.example/{n}" for host in ("a", "b", "c") for n in range(3)]
    address = hand_in(client("alice"), addresses="\n".join(lines))
    from app.imports.queries import due_items

    with database.read() as db:
        hosts = [item.host[0] for item in due_items(db, batch_of(database, address).id, 9)]
    assert hosts == ["a", "b", "c"] * 3


def test_the_report_as_a_table_holds_no_formula(client, database: Database) -> None:
    alice = client("alice")
    address = hand_in(alice, ("=cmd|' calc'!A0.txt", article(1)), ("empty.html", b"<html><body></body></html>"))
    ask_for(alice, address, "running")
    work_off(database)
    answer = alice.get(f"{address}/report.csv")
    assert "attachment" in answer.headers["content-disposition"]
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][:4] == ["number", "source", "title", "state"]
    assert {row[3] for row in rows[1:]} == {"done", "failed"}
    assert rows[1][1].startswith("'=cmd")


@pytest.mark.parametrize(
    ("files", "fields", "said"),
    [
        ([], {"way": "files"}, "Choose one or more files first."),
        ([], {"addresses": " \n "}, "Paste one web address a line."),
        ([], {"addresses": "ftp://a.example/\nnot an address"}, "None of these lines is a web address."),
        ([("song.mp3", b"ID3")], {}, "neither an article"),
        ([("mine.opml", b"<opml/>")], {}, "taken under Feeds"),
        ([("empty.txt", b"  ")], {}, "is empty"),
        ([("a.zip", b"no zip")], {}, "no zip archive"),
        ([("a.zip", zip_of("x.mp3"))], {}, "holds no file that can be read"),
        ([("a.txt", b"x" * 10_000_001)], {}, "more than 10 MB"),
    ],
)
def test_what_cannot_be_taken_is_said_beside_what_caused_it(client, database: Database, files, fields, said) -> None:
    alice = client("alice")
    sent = [("file", each) for each in files] or [("nothing", ("", b""))]
    answer = alice.post("/imports", data=fields, files=sent)
    assert answer.status_code == 422
    assert said in answer.text
    assert "aria-invalid" in answer.text
    assert (
        fields.get("addresses", "").strip().replace("\n", "\r\n").splitlines()[:1] == []
        or "ftp://a.example/" in answer.text
    )
    with database.read() as db:
        assert db.query(ImportBatch).count() == 0


def test_an_account_that_was_disabled_adds_no_more(client, database: Database, people) -> None:
    from app.models import User

    alice = client("alice")
    address = hand_in(alice, ("one.txt", article(1)))
    ask_for(alice, address, "running")
    with database.write() as db:
        db.get_one(User, people["alice"]).disabled_at = now()
    work_off(database)
    assert (states(database), batch_of(database, address).state) == ({"waiting": 1}, "paused")
    assert "may no longer add articles" in client("root").get(address).text


def test_an_article_that_kills_its_worker_is_given_up_and_the_others_come_in(client, database: Database) -> None:
    alice = client("alice")
    address = hand_in(alice, ("pier.zip", zip_of("a.txt", "b.txt", "c.txt")))
    ask_for(alice, address, "running")
    with database.write() as db:  # as its row stands after two workers died with it
        db.execute(update(Job).where(Job.kind == "import").values(attempts=2))
    work_off(database)
    assert states(database) == {"done": 2, "failed": 1}
    with database.read() as db:
        assert "broke off three times" in db.scalar(select(ImportItem.error).where(ImportItem.state == "failed"))


def test_a_page_takes_as_many_queries_for_a_hundred_items_as_for_one(client, database: Database) -> None:
    from sqlalchemy import event

    alice, counts = client("alice"), []
    for number in (1, 100):
        address = hand_in(alice, ("pier.zip", zip_of(*(f"{number}-{n}.txt" for n in range(number)))))
        asked: list[str] = []
        engine = alice.app.state.database.engine
        listen = lambda *args, asked=asked: asked.append(args[2])  # noqa: E731
        event.listen(engine, "before_cursor_execute", listen)
        assert alice.get(address).status_code == 200
        event.remove(engine, "before_cursor_execute", listen)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_everybodys_imports_are_for_admins(client, database: Database) -> None:
    address = hand_in(client("alice"), ("harbour-pier.txt", article(1)))
    assert client("bob").get(address).status_code == 404
    assert "harbour-pier" not in client("bob").get("/imports?whose=everybody").text
    root = client("root")
    assert "harbour-pier" not in root.get("/imports").text
    assert "harbour-pier" in root.get("/imports?whose=everybody").text
    assert root.get(address).status_code == 200


def test_calling_off_its_job_stops_an_import(client, database: Database) -> None:
    alice = client("alice")
    address = hand_in(alice, ("pier.zip", zip_of("a.txt", "b.txt")))
    ask_for(alice, address, "running")
    with database.read() as db:
        job_id = db.scalar(select(Job.id).where(Job.kind == "import"))
    assert client("bob").delete(f"/jobs/{job_id}").status_code == 404
    assert alice.delete(f"/jobs/{job_id}").status_code == 303
    work_off(database)
    assert (states(database), batch_of(database, address).state) == ({"skipped": 2}, "cancelled")
