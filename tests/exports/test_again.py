"""What people made here goes out, and comes in again: into the library it is of, or into another one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.access import Person
from app.annotations.actions import Details, add_annotation, change_status, current_revision
from app.annotations.finds import context
from app.articles.actions import set_tags
from app.claims.actions import give_verdict
from app.claims.history import verdicts
from app.db import Database
from app.imports import formats
from app.imports.model import Problem
from app.models import Annotation, Article, Imported, Note, Source, Verdict
from app.notes.actions import Draft, add_note
from app.sources.actions import Given, add_source
from tests.exports.test_round_trip import alice, empty, exported, items
from tests.imports.test_apply import bob, bring, of, rows
from tests.making import make_article

__all__ = ["alice", "bob", "empty"]
PARAGRAPHS = (
    "The mill closed in 1998, said Ada Quist, a baker. \u201cWe had bread,\u201d Quist said, \u201cand no flour.\u201d",
    "The town has 4,000 people, 12 percent fewer than ten years ago.",
)


@pytest.fixture
def article(database: Database) -> int:
    return make_article(database, title="The mill", paragraphs=PARAGRAPHS)


@pytest.fixture
def worked_on(database: Database, article: int, alice: Person, bob: Person) -> int:
    """By both: a highlight with a thread, a claim with verdicts and a source, a quote, a find that was confirmed, notes."""
    with database.write() as db:
        row = db.get_one(Article, article)
        _mark(db, row, bob, "The mill closed in 1998", "highlight")
        own = _mark(db, row, alice, "4,000 people", "highlight")
        note = add_note(db, article=row, author=alice, note=Draft(db, "Is it so?", "towns"), annotation=own)
        add_note(db, article=row, author=bob, note=Draft(db, "It is.", ""), annotation=own, parent=note)
        claim = _mark(db, row, bob, PARAGRAPHS[1], "claim", types=("statistic",))
        give_verdict(db, claim=claim, person=bob, verdict="mixed", reason="Nobody counted.", version=None)
        give_verdict(db, claim=claim, person=alice, verdict="refuted", reason="Somebody did.", version=None)
        add_source(db, annotation=claim, author=bob, given=Given(url="https://count.example/", stance="refutes"))
        _mark(db, row, bob, "bread", "quote", speaker="Ada Quist")
        change_status(db, annotation=_find(db, row), person=alice, status="confirmed")
        add_note(db, article=row, author=bob, note=Draft(db, "For the series.", "series"))
        set_tags(db, article=row, names=["mills"])
    return article


def _mark(db: Any, article: Article, person: Person, words: str, kind: str, **more: Any) -> Annotation:
    revision = current_revision(db, article)
    start = revision.text.index(words)
    bounds = start, start + len(words)
    return add_annotation(
        db, article=article, revision=revision, author=person, bounds=bounds, details=Details(kind, **more)
    )


def _find(db: Any, article: Article) -> Annotation:
    """As the engine finds it: a quote in two pieces."""
    revision = current_revision(db, article)
    one, two = (revision.text.index(words) for words in ("\u201cWe", "\u201cand"))
    end = two + len("\u201cand no flour.\u201d")
    found = Annotation(
        article_id=article.id, revision_id=revision.id, kind="quote", start=one, end=end, **context(revision.text, one, end),
        spans=[[one, one + len("\u201cWe had bread,\u201d")], [two, end]], engine="7", rule="split", score=0.9, quote_kind="direct",
        speaker_name="Quist", cue="said", mood="negated", found_start=one, found_end=end,
    )  # fmt: skip
    db.add(found)
    db.flush()
    return found


def counts(database: Database) -> dict[str, int]:
    return {table.__name__: len(rows(database, table)) for table in (Article, Annotation, Note, Verdict, Source)}


@pytest.mark.parametrize("name", ["jsonl", "hypothesis"])
@pytest.mark.parametrize("importer", ["alice", "bob"])
def test_it_is_known_where_it_was_made(
    name: str, importer: str, database: Database, worked_on: int, alice: Person, people: dict[str, int]
) -> None:
    before, data = counts(database), exported(database, alice, name)
    person = Person(people[importer], importer, "analyst")
    format = {"jsonl": "quotidian"}.get(name, name)
    for _ in range(2):
        bring(database, person, *items(format, data), pages=False)
        assert counts(database) == before
    assert exported(database, alice, "jsonl").count(b'"kind"') == before["Annotation"]


def test_the_export_is_the_same_after_it_came_in(database: Database, worked_on: int, alice: Person) -> None:
    before = exported(database, alice, "jsonl")
    bring(database, alice, *items("quotidian", before), pages=False)
    bring(database, alice, *items("hypothesis", exported(database, alice, "hypothesis")), pages=False)
    assert exported(database, alice, "jsonl") == before


def test_it_is_known_when_it_comes_back_from_elsewhere(
    database: Database, empty: Database, worked_on: int, alice: Person
) -> None:
    """With what was written there."""
    before = counts(database)
    bring(empty, alice, *items("quotidian", exported(database, alice, "jsonl")), pages=False)
    with empty.write() as db:
        article, there = db.query(Article).one(), db.query(Note).filter_by(body="Is it so?").one()
        add_note(db, article=article, author=alice, note=Draft(db, "Written there.", ""), parent=there,
                 annotation=db.get(Annotation, there.annotation_id))  # fmt: skip
    bring(database, alice, *items("quotidian", exported(empty, alice, "jsonl")), pages=False)
    assert counts(database) == before | {"Note": before["Note"] + 1}
    written = {note.body: note for note in rows(database, Note)}
    assert written["Written there."].parent_id == written["Is it so?"].id


def test_what_came_in_from_elsewhere_is_known_in_another_format(
    database: Database, article: int, alice: Person, bob: Person
) -> None:
    bring(database, alice, *of("raindrop"))
    before = counts(database)
    bring(database, bob, *items("hypothesis", exported(database, alice, "hypothesis")))
    assert counts(database) == before


@pytest.fixture
def brought(database: Database, empty: Database, worked_on: int, alice: Person) -> list[dict[str, Any]]:
    """What another library exports after it has brought in all of this one."""
    with database.write() as db:
        current_revision(db, db.get_one(Article, worked_on)).headline_variants = ["The mill", "Bread, and no flour"]
        claim = db.query(Annotation).filter_by(kind="claim").one()
        claim.hedged, claim.mood, start = True, "negated", claim.start
        claim.figures = [{"start": start + 13, "end": start + 18, "value": 4000.0, "unit": "people", "period": ""}]
    bring(empty, alice, *items("quotidian", exported(database, alice, "jsonl")), pages=False)
    return [json.loads(each) for each in exported(empty, alice, "jsonl").splitlines()]


def test_another_library_has_all_of_it(brought: list[dict[str, Any]], database: Database, alice: Person) -> None:
    (given,) = (json.loads(each) for each in exported(database, alice, "jsonl").splitlines())
    (back,) = brought
    assert back == given
    assert [each["author"] for mark in back["annotations"] for each in mark["verdicts"]] == ["bob", "alice"]
    assert [len(each["spans"]) for each in back["annotations"] if each["engine"]] == [2]


def test_a_find_stays_one_of_the_engine(brought: list[dict[str, Any]], empty: Database, alice: Person) -> None:
    (find,) = [each for each in rows(empty, Annotation) if each.engine]
    assert (find.author_id, find.status, find.decided_by) == (None, "confirmed", alice.id)
    with empty.read() as db:
        claim = db.query(Annotation).filter_by(kind="claim").one()
        assert [name for _, name in verdicts(db, claim)] == ["alice", "bob (imported)"]


def test_a_find_that_was_only_written_on_is_nobodys_decision(
    database: Database, empty: Database, article: int, alice: Person
) -> None:
    with database.write() as db:
        row = db.get_one(Article, article)
        find = _find(db, row)
        add_note(db, article=row, author=alice, note=Draft(db, "Who?", ""), annotation=find)
    bring(empty, alice, *items("quotidian", exported(database, alice, "jsonl")), pages=False)
    (find,) = rows(empty, Annotation)
    assert (find.status, find.decided_by, find.author_id, find.engine) == ("found", None, None, "7")


def test_what_was_decided_elsewhere_is_decided_on_the_same_find(
    database: Database, empty: Database, worked_on: int, alice: Person
) -> None:
    with database.write() as db:
        db.query(Annotation).filter_by(engine="7").one().speaker_name = "Ada Quist"
    there = make_article(empty, title="The mill", paragraphs=PARAGRAPHS)
    with empty.write() as db:
        _find(db, db.get_one(Article, there))
    bring(empty, alice, *items("quotidian", exported(database, alice, "jsonl")), pages=False)
    (find,) = [each for each in rows(empty, Annotation) if each.engine]
    assert (find.status, find.decided_by, find.speaker_name) == ("confirmed", alice.id, "Ada Quist")
    assert counts(empty) == counts(database)


@pytest.mark.parametrize(
    ("name", "value"),
    [("spans", [[0, 10**7]]), ("spans", [1]), ("spans", "ab"), ("score", "high"), ("score", 1e400), ("mood", "sad"), ("engine", ["7"]),
     ("status", "lost"), ("figures", [{"start": 1}]), ("figures", [{"start": 1, "end": 10**400}]), ("cue", "x" * 500),
     ("verdicts", [{}]), ("verdicts", [{"verdict": "great"}]), ("verdicts", {"verdict": "mixed"}), ("sources", ["https://a.example"]),
     ("types", {"a": 1}), ("hedged", "perhaps")],
)  # fmt: skip
def test_what_cannot_be_known_of_a_passage_is_told(
    name: str, value: Any, database: Database, worked_on: int, alice: Person
) -> None:
    given = json.loads(exported(database, alice, "jsonl"))
    next(each for each in given["annotations"] if each["kind"] == "claim")[name] = value
    (problem,) = formats.read("quotidian", json.dumps(given).encode())
    assert isinstance(problem, Problem)
    assert (problem.where, name in problem.message) == ("line 1", True)


def test_keys_come_in_as_they_went_out(database: Database, empty: Database, alice: Person) -> None:
    """Those of Readwise have a line break."""
    bring(database, alice, *of("readwise"))
    bring(empty, alice, *items("quotidian", exported(database, alice, "jsonl")), pages=False)
    keys = [{row.source for row in rows(each, Imported)} for each in (database, empty)]
    assert any("readwise:" in key and key.count("\n") > 1 for key in keys[0])
    assert keys[0] == keys[1]
