"""An export of another reader from the form to its report."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from sqlalchemy import select

from app import jobs
from app.db import Database
from app.logs import set_up_logs
from app.models import Annotation, Article, ImportItem, Job, Note
from app.settings import Settings
from tests.imports.flow import WORDS, ask_for, batch_of, hand_in, states, titles, work_off


@pytest.fixture(autouse=True)
def _logs(settings: Settings) -> None:
    set_up_logs(settings)
    jobs.queue_of(settings).flush_queue()


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
    assert "Everybody here will see its highlights and notes" in shown
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


def test_the_text_that_an_export_kept_serves_where_the_page_is_not_to_be_had(client, database: Database) -> None:
    link = {"id": 1, "name": "The pier", "url": "http://127.0.0.1:9/pier", "textContent": WORDS.format(n=3), "tags": []}
    export = {"username": "boris", "collections": [{"id": 2, "name": "Sea", "parentId": None, "links": [link]}]}
    alice = client("alice")
    address = hand_in(alice, ("backup.json", json.dumps(export).encode()))
    work_off(database)
    ask_for(alice, address, "running")
    work_off(database)
    with database.read() as db:
        found = db.scalars(select(Article)).one()
    assert (found.title, found.canonical_url) == ("The pier", "http://127.0.0.1:9/pier")
    assert WORDS.format(n=3) in alice.get(f"/articles/{found.id}").text


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
