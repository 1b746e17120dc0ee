"""What came in goes out, and comes into an empty library as it was: highlights, notes, tags, threads, authors, dates."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.access import Person
from app.accounts.actions import add_user
from app.db import Database
from app.exports.files import written
from app.exports.formats import About
from app.exports.queries import Said, Whole, article_ids, wholes
from app.imports import formats
from app.imports.model import Item
from tests.conftest import a_copy
from tests.imports.samples import SAMPLES
from tests.imports.test_apply import bring, of

ABOUT = About("alice", "https://reader.example", "reader.example")


@pytest.fixture
def alice(people: dict[str, int]) -> Person:
    return Person(people["alice"], "alice", "analyst")


@pytest.fixture
def empty(tmp_path: Path, model_url: str) -> Iterator[Database]:
    """Another library, with nothing in it but the cast."""
    (tmp_path / "other").mkdir()
    with a_copy(model_url, tmp_path / "other") as settings:
        database = Database(settings)
        yield database
        database.close()


def exported(database: Database, person: Person, name: str) -> bytes:
    with database.read() as db:
        ids = article_ids(db, person)
    return "".join(written(database, person, ids, name, ABOUT)).encode()


def items(name: str, data: bytes) -> list[Item]:
    found = list(formats.read(name, data))
    assert all(isinstance(each, Item) for each in found), found
    return [each for each in found if isinstance(each, Item)]


def _thread(said: Said, colour: bool) -> tuple[Any, ...]:
    note = said.note
    replies = tuple(sorted(_thread(each, colour) for each in said.replies))
    return said.body, said.author, tuple(said.tags), note.created_at, note.updated_at, note.visibility, replies


def contents(database: Database, person: Person, *, texts: bool = True) -> list[Any]:
    """All that people made, without ids."""
    with database.read() as db:
        return sorted((_contents(whole, texts) for whole in wholes(db, person, article_ids(db, person))), key=repr)


def _contents(whole: Whole, texts: bool) -> dict[str, Any]:
    marks = []
    for mark in whole.marks:
        a = mark.annotation
        where = (a.start, a.end, a.visibility, a.created_at, a.updated_at, a.kind) if a else None
        marks.append((mark.exact, where, mark.author, mark.color, sorted(_thread(each, True) for each in mark.notes)))
    found: dict[str, Any] = {
        "url": whole.article.canonical_url, "marks": sorted(marks, key=repr), "notes": sorted(_thread(each, True) for each in whole.notes),
    }  # fmt: skip
    if texts:
        a, r = whole.article, whole.revision
        found |= {"title": r.title, "text": r.text, "blocks": r.blocks, "authors": r.authors, "published": r.published, "tags": whole.tags,
                  "saved": a.created_at, "read": whole.read, "site": r.site, "language": r.language}  # fmt: skip
    return found


@pytest.mark.parametrize("name", SAMPLES)
def test_our_own_lines_bring_everything_back(name: str, database: Database, empty: Database, alice: Person) -> None:
    bring(database, alice, *of(name))
    data = exported(database, alice, "jsonl")
    assert formats.detect("x.jsonl", data) == "quotidian"
    reports = bring(empty, alice, *items("quotidian", data), pages=False)
    assert all(each.created and not each.error for each in reports)
    assert contents(empty, alice) == contents(database, alice)
    assert exported(empty, alice, "jsonl").count(b"\n") == len(reports)


@pytest.mark.parametrize("name", [name for name in SAMPLES if any(item.highlights or item.note for item in of(name))])
def test_hypothesis_brings_passages_and_threads_back(
    name: str, database: Database, empty: Database, alice: Person
) -> None:
    bring(database, alice, *of(name))
    data = exported(database, alice, "hypothesis")
    assert formats.detect("x.json", data) == "hypothesis"
    bring(empty, alice, *items("hypothesis", data))
    marked = [each for each in contents(database, alice, texts=False) if each["marks"] or each["notes"]]
    back = contents(empty, alice, texts=False)
    if name in ("readwise", "karakeep"):  # without an address: their text does not go with it
        for each in (*marked, *back):
            each["marks"] = sorted((exact, bool(where), *rest) for exact, where, *rest in each["marks"])
    assert back == marked


@pytest.mark.parametrize("name", SAMPLES)
def test_our_own_lines_change_nothing_where_they_came_from(name: str, database: Database, alice: Person) -> None:
    bring(database, alice, *of(name))
    before = contents(database, alice)
    bring(database, alice, *items("quotidian", exported(database, alice, "jsonl")), pages=False)
    assert contents(database, alice) == before


def test_keys_of_hypothesis_go_back_as_they_came(database: Database, alice: Person) -> None:
    bring(database, alice, *of("hypothesis"))
    came = json.loads(SAMPLES["hypothesis"][1])["annotations"]
    went = json.loads(exported(database, alice, "hypothesis"))
    assert {each["id"] for each in went["annotations"]} == {each["id"] for each in came}
    fields = {"id", "created", "updated", "uri", "text", "references"}
    keep = lambda each: {name: each.get(name) for name in fields} | {"tags": sorted(t.casefold() for t in each["tags"])}  # noqa: E731
    in_order = lambda every: sorted((keep(each) for each in every), key=lambda each: each["id"])  # noqa: E731
    assert in_order(went["annotations"]) == in_order(came)


def test_offsets_are_those_of_browsers(database: Database, alice: Person) -> None:
    bring(database, alice, *of("hypothesis"))
    with database.read() as db:
        (whole,) = wholes(db, alice, article_ids(db, alice))
        units = whole.revision.text.encode("utf-16-le")
    placed = 0
    for each in json.loads(exported(database, alice, "hypothesis"))["annotations"]:
        selectors = {s["type"]: s for s in each["target"][0].get("selector", [])}
        if at := selectors.get("TextPositionSelector"):
            placed += 1
            assert units[2 * at["start"] : 2 * at["end"]].decode("utf-16-le") == selectors["TextQuoteSelector"]["exact"]
    assert placed == 4


def test_a_person_who_sees_less_exports_less(database: Database, alice: Person, people: dict[str, int]) -> None:
    bring(database, alice, *of("hypothesis"))
    bob = Person(people["bob"], "bob", "analyst")
    for name in ("jsonl", "hypothesis", "readwise"):
        assert b"Ask the office for this." in exported(database, alice, name)
        assert b"Ask the office for this." not in exported(database, bob, name)
        assert b"Ask the office for this." not in exported(database, Person(0, "", "reader"), name)


def test_names_that_are_accounts_here_are_not_taken_for_them(database: Database, alice: Person) -> None:
    with database.write() as db:
        add_user(db, name="boris_t", role="admin")
    bring(database, alice, *of("hypothesis"))
    with database.read() as db:
        (whole,) = wholes(db, alice, article_ids(db, alice))
        assert {note.note.author_id for note in whole.notes} == {alice.id}
