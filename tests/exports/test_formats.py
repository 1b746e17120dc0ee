"""Files as they are handed out: whole, escaped for their format, and no more than the person may see."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from sqlalchemy import select

from app.access import Person
from app.annotations.actions import Details, add_annotation, current_revision
from app.cli import main
from app.db import Database
from app.imports import formats
from app.imports.apply import apply_item
from app.imports.model import Item
from app.models import Annotation, Article, Source, Verdict
from app.notes.actions import Draft, add_note
from tests.making import make_article, text_of

EVIL = "<script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror=alert(1)>"


@pytest.fixture
def article(database: Database, people: dict[str, int]) -> int:
    """With a quote, a claim that has a verdict and a source, a highlight with a formula for a note, and a thread."""
    id_ = make_article(database, title="=cmd|' /C calc'!A0 <b>*Crates*</b>")
    text, alice = text_of(database, id_), Person(people["alice"], "alice", "analyst")
    with database.write() as db:
        row = db.get_one(Article, id_)
        revision = current_revision(db, row)

        def mark(words: str, details: Details, visibility: str = "all") -> Annotation:
            at = text.index(words)
            return add_annotation(
                db,
                article=row,
                revision=revision,
                author=alice,
                bounds=(at, at + len(words)),
                details=details,
                visibility=visibility,
            )

        mark("We have never counted so many", Details("quote", "Maren Oduya", "head of the office"))
        claim = mark("four million crates", Details("claim", types=["statistic"]))
        claim.verdict = "refuted"
        db.add(Verdict(annotation_id=claim.id, verdict="refuted", reason=f"Two. {EVIL}", author_id=alice.id))
        db.add(
            Source(
                annotation_id=claim.id,
                url="https://evil.example/><script>alert(1)</script>",
                title="<i>Report</i>",
                stance="refutes",
            )
        )
        light = mark("Traders doubt it. \U0001f6a2", Details("highlight"))
        note = add_note(db, article=row, author=alice, note=Draft(db, "=1+1", "trade"), annotation=light)
        add_note(
            db,
            article=row,
            author=Person(people["bob"], "bob", "analyst"),
            note=Draft(db, EVIL, ""),
            annotation=light,
            parent=note,
        )
        hidden = mark("the office knows", Details("highlight"), "private")
        add_note(db, article=row, author=alice, note=Draft(db, "A secret.", ""), annotation=hidden)
    return id_


def test_our_own_lines_have_it_all(client, database: Database, article: int, people: dict[str, int]) -> None:
    got = client("alice").get("/exports/jsonl")
    assert got.status_code == 200
    assert got.headers["content-disposition"] == 'attachment; filename="quotidian.jsonl"'
    (line,) = [json.loads(each) for each in got.text.splitlines()]
    assert line["text"] == text_of(database, article)
    by_kind: dict[str, Any] = {each["kind"]: each for each in line["annotations"] if each["visibility"] == "all"}
    assert (by_kind["quote"]["speaker"], by_kind["quote"]["role"]) == ("Maren Oduya", "head of the office")
    assert by_kind["claim"]["verdicts"][0]["verdict"] == "refuted"
    assert by_kind["claim"]["sources"][0]["stance"] == "refutes"
    note = by_kind["highlight"]["notes"][0]
    assert (note["body"], note["author"], note["tags"]) == ("=1+1", "alice", ["trade"])
    assert (note["replies"][0]["body"], note["replies"][0]["author"]) == (EVIL, "bob")


def test_quotes_claims_verdicts_and_sources_come_back(
    client, database: Database, article: int, people: dict[str, int]
) -> None:
    data = client("alice").get("/exports/jsonl").content
    with database.write() as db:
        db.get_one(Article, article).deleted_at = db.get_one(Article, article).created_at
    (item,) = formats.read("quotidian", data)
    assert isinstance(item, Item)
    with database.write() as db:
        report = apply_item(db, person=Person(people["bob"], "bob", "analyst"), item=item, article=None)
    assert report.created
    assert report.article_id != article
    with database.read() as db:
        found = {
            a.kind: a
            for a in db.scalars(
                select(Annotation).where(Annotation.article_id == report.article_id, Annotation.visibility == "all")
            )
        }
        assert (found["quote"].speaker_name, found["claim"].verdict, found["claim"].types) == (
            "Maren Oduya",
            "refuted",
            ["statistic"],
        )
        assert db.scalar(select(Verdict.reason).where(Verdict.annotation_id == found["claim"].id)) == f"Two. {EVIL}"
        assert db.scalar(select(Source.title).where(Source.annotation_id == found["claim"].id)) == "<i>Report</i>"


@pytest.mark.parametrize("format", ["jsonl", "hypothesis", "readwise", "markdown"])
def test_what_is_private_stays_with_its_person(format: str, client, article: int) -> None:
    address = f"/articles/{article}/exports/{format}"
    assert "A secret." in client("alice").get(address).text
    assert "A secret." not in client("bob").get(address).text


def test_tables_hold_no_formula(client, article: int) -> None:
    text = client("alice").get("/exports/readwise").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0][:3] == ["Highlight", "Book Title", "Book Author"]
    assert len(rows) == 3
    assert not [cell for row in rows for cell in row if cell[:1] in ("=", "+", "-", "@")]


def test_markdown_runs_nothing(client, article: int) -> None:
    from markdown_it import MarkdownIt

    got = client("alice").get(f"/articles/{article}/exports/markdown")
    assert got.headers["content-type"].startswith("text/markdown")
    html = MarkdownIt("commonmark", {"html": True}).render(got.text)
    assert "<script" not in html
    assert "<img" not in html
    assert "<b>" not in html
    assert 'href="javascript' not in html.lower()
    assert "Traders doubt it." in html
    assert "=cmd" in html


def test_hypothesis_is_whole_json(client, article: int) -> None:
    export = json.loads(client("bob").get("/exports/hypothesis").text)
    assert set(export) == {"export_date", "export_userid", "client_version", "annotations"}
    texts = [each["text"] for each in export["annotations"]]
    assert texts.count("=1+1") == 1
    reply = next(each for each in export["annotations"] if each["text"] == EVIL)
    assert reply["references"] == [next(each["id"] for each in export["annotations"] if each["text"] == "=1+1")]
    assert ["claim", "verdict/refuted"] in [each["tags"] for each in export["annotations"]]


def test_nothing_to_export_is_a_file_all_the_same(client) -> None:
    browser = client("charlie")
    assert browser.get("/exports/jsonl").text == ""
    assert json.loads(browser.get("/exports/hypothesis").text)["annotations"] == []
    assert browser.get("/exports/nothing").status_code == 404
    assert browser.get("/articles/1/exports/markdown").status_code == 404


def test_the_page_offers_each(client, article: int) -> None:
    got = client("charlie").get("/exports?tag=trade")
    for name in ("jsonl", "hypothesis", "readwise"):
        assert f'href="/exports/{name}?tag=trade"' in got.text
    reader = client("charlie").get(f"/articles/{article}").text
    assert f'href="/articles/{article}/exports/markdown"' in reader


def test_the_command_line(
    database: Database, article: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("QUOTIDIAN_DATA_DIR", str(database.settings.data_dir))
    monkeypatch.setenv("QUOTIDIAN_DATABASE_URL", database.settings.database)
    assert main(["export"]) == 0
    shared = capsys.readouterr().out
    assert json.loads(shared)["title"].startswith("=cmd")
    assert "A secret." not in shared
    assert main(["export", "--as", "alice", "--format", "markdown", str(article)]) == 0
    assert "A secret." in capsys.readouterr().out
    assert main(["export", "987"]) == 1
    assert "no article 987" in capsys.readouterr().err
