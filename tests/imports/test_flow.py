"""An import from the form to its report: handed in, looked at, started, paused, gone on with, tried again, stopped."""

from __future__ import annotations

import csv
import io
import json
import socket
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from app import jobs
from app.db import Database
from app.handlers import HANDLERS
from app.imports import work
from app.logs import set_up_logs
from app.models import Annotation, Article, ImportBatch, ImportItem, Job, Note, now
from app.settings import Settings
from app.worker import Worker
from tests.making import make_article

WORDS = "The council of Tessen met for the {n}th time, and again decided nothing about the pier of the ferry."


def article(n: int) -> bytes:
    return f"Council meets for the {n}th time\n\n{WORDS.format(n=n)}\n".encode()


def page(n: int) -> bytes:
    text = WORDS.format(n=n)
    return f"<html><head><title>Meeting {n}</title></head><body><article><h1>Meeting {n}</h1><p>{text}</p></article></body></html>".encode()


class Town:
    """A site on the loopback address. `answers` are statuses still to be given before the page; `asked` the paths."""

    def __init__(self) -> None:
        self.sock = socket.create_server(("127.0.0.1", 0))
        self.answers: dict[str, list[bytes]] = {}
        self.asked: list[str] = []
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def host_port(self) -> str:
        return f"127.0.0.1:{self.sock.getsockname()[1]}"

    def url(self, n: int) -> str:
        return f"http://{self.host_port}/{n}"

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.sock.accept()
            except OSError:
                return
            with connection:
                path = connection.recv(4096).split(b" ")[1].decode()
                self.asked.append(path)
                body = page(int(path[1:])) if path[1:].isdecimal() else b""
                status = self.answers[path].pop(0) if self.answers.get(path) else b"200 OK" if body else b"404 No"
                head = b"HTTP/1.1 " + status + b"\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(body)
                connection.sendall(head + body)


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


def hand_in(browser: Any, *files: tuple[str, bytes], **fields: str) -> str:
    """The address of the new import."""
    sent = [("file", (name, data)) for name, data in files]
    answer = browser.post("/imports", data=fields, files=sent or None)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def ask_for(browser: Any, address: str, state: str) -> None:
    assert browser.put(f"{address}/state", data={"state": state}).status_code == 303


def work_off(database: Database, turns: int | None = None, *kinds: str) -> None:
    """Imports alone: what is due for the articles is not of interest here."""
    kinds = kinds or ("import", "read")
    handlers = {kind: HANDLERS[kind] if kind in kinds else lambda work: lambda db: None for kind in HANDLERS}
    worker, done = Worker(database, handlers), 0
    while (turns is None or done < turns) and worker.step():
        done += 1


def states(database: Database) -> dict[str, int]:
    with database.read() as db:
        return dict(db.execute(select(ImportItem.state, func.count()).group_by(ImportItem.state)).all())


def batch_of(database: Database, address: str) -> ImportBatch:
    with database.read() as db:
        return db.get_one(ImportBatch, int(address.rpartition("/")[2]))


def titles(database: Database) -> list[str]:
    with database.read() as db:
        return list(db.scalars(select(Article.title).order_by(Article.id)))


def zip_of(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for n, name in enumerate(names):
            made.writestr(name, article(n))
    return file.getvalue()


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
    assert "cannot be running any more" in late.text


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


def entry(n: int, *marked: str) -> dict[str, Any]:
    """As wallabag exports an article."""
    annotations = [
        {"text": f"About {words[:5]}", "quote": words, "ranges": [], "created_at": "2024-03-05T10:00:00+0000"}
        for words in marked
    ]
    return {
        "is_archived": 0, "is_starred": n == 1, "tags": ["ferries"], "id": n, "title": f"Meeting {n} of the council",
        "url": f"https://tessen.example/{n}", "content": f"<p>{WORDS.format(n=n)}</p><p>Nobody was asked about number {n}.</p>",
        "created_at": "2024-03-05T10:00:00+0000", "updated_at": "2024-03-05T10:00:00+0000", "annotations": annotations,
        "mimetype": "text/html", "language": "en", "reading_time": 1, "domain_name": "tessen.example",
    }  # fmt: skip


def export(*entries: Any) -> bytes:
    return json.dumps(entries).encode()


def test_an_export_is_read_looked_at_brought_in_and_reported(client, database: Database, people) -> None:
    alice = client("alice")
    data = export(
        entry(1, "decided nothing about the pier", "words that stand nowhere in it"), 17, entry(2, "Nobody was asked")
    )
    address = hand_in(alice, ("wallabag.json", data))
    assert "Reading the export" in alice.get(address).text
    work_off(database)
    batch = batch_of(database, address)
    assert (batch.state, batch.format) == ("preview", "wallabag")
    assert {name: batch.counts[name] for name in ("articles", "highlights", "notes", "tags", "problems")} == {
        "articles": 2, "highlights": 3, "notes": 3, "tags": 1, "problems": 1,
    }  # fmt: skip
    shown = alice.get(address).text
    for words in ("Problems", "Meeting 2 of the council", "https://tessen.example/1"):
        assert words in shown
    assert titles(database) == []
    ask_for(alice, address, "running")
    work_off(database)
    assert states(database) == {"done": 2}
    with database.read() as db:
        marked = db.scalars(
            select(Annotation.exact).where(Annotation.kind == "highlight").order_by(Annotation.id)
        ).all()
        assert db.query(Note).count() == 3
        assert set(db.scalars(select(Annotation.author_id).where(Annotation.kind == "highlight"))) == {people["alice"]}
    assert marked == ["decided nothing about the pier", "Nobody was asked"]
    report = alice.get(address).text
    assert "Without a place in the text" in report
    assert "words that stand nowhere in it" in report
    assert 'href="/articles/1"' in report
    rows = list(csv.reader(io.StringIO(alice.get(f"{address}/report.csv").content.decode("utf-8-sig"))))
    assert [row[-2] for row in rows[1:] if row[-2]] == ["words that stand nowhere in it"]


def test_an_export_brought_in_again_adds_nothing(client, database: Database) -> None:
    alice = client("alice")
    found = []
    for _ in range(2):
        address = hand_in(alice, ("wallabag.json", export(entry(1, "decided nothing about the pier"), entry(2))))
        work_off(database)
        found.append(batch_of(database, address).counts["here"])
        ask_for(alice, address, "running")
        work_off(database)
    with database.read() as db:
        assert (db.query(Article).count(), db.query(Annotation).count(), db.query(Note).count()) == (2, 1, 1)
    assert found == [0, 2]


def test_an_export_in_a_format_that_it_has_not_says_so(client, database: Database) -> None:
    alice = client("alice")
    address = hand_in(alice, ("export.json", b"{this is no JSON"), format="wallabag")
    work_off(database)
    page = alice.get(address).text
    assert batch_of(database, address).state == "failed"
    assert 'class="message bad"' in page
    assert "Start" not in page.partition('id="import"')[2]
    unknown = alice.post("/imports", data={"format": "nonsense"}, files=[("file", ("a.json", b"{}"))])
    assert (unknown.status_code, "no format that is known" in unknown.text) == (422, True)


def test_one_that_is_called_off_while_it_is_read_stays_so(client, database: Database) -> None:
    alice = client("alice")
    address = hand_in(alice, ("wallabag.json", export(entry(1))))
    ask_for(alice, address, "cancelled")
    work_off(database)
    assert batch_of(database, address).state == "cancelled"
    with database.read() as db:
        assert db.query(ImportItem).count() == 0
        assert set(db.scalars(select(Job.state))) == {"cancelled"}


def test_what_was_marked_in_a_page_that_is_not_to_be_had_comes_in_all_the_same(client, database: Database) -> None:
    alice = client("alice")
    csv_ = "Highlight,Book Title,Book Author,Amazon Book ID,Note,Color,Tags,Location Type,Location,Highlighted at,Document tags\nNobody was asked about it,The pier,Ines Calloway,,Why not?,yellow,,page,1,2024-03-05 10:00:00+00:00,\n"
    address = hand_in(alice, ("readwise.csv", csv_.encode()))
    work_off(database)
    ask_for(alice, address, "running")
    work_off(database)
    assert (states(database), titles(database)) == ({"done": 1}, ["The pier"])
    with database.read() as db:
        assert db.scalars(select(Annotation.exact)).all() == ["Nobody was asked about it"]
