"""What people made here goes out, and comes in again: into the library it is of, or into another one."""

from __future__ import annotations

from typing import Any

import pytest

from app.access import Person
from app.annotations.actions import Details, add_annotation, change_status, current_revision
from app.articles.actions import set_tags
from app.claims.actions import give_verdict
from app.db import Database
from app.models import Annotation, Article, Note, Source, Verdict
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
        article_id=article.id, revision_id=revision.id, kind="quote", start=one, end=end, exact=revision.text[one:end],
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
