"""What analysis found, stored again and again: people's decisions stay."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest
from sqlalchemy import event, select

from app import analysis as engine
from app.analysis import Analysis, Claim, Entity, Figure, Quote
from app.annotations.actions import store_analysis
from app.db import Database
from app.models import Analysis as Analysed
from app.models import Annotation, Article, Job, Revision, SearchDocument, Speaker
from tests.making import make_article, passage, text_of

HTMX = {"hx-request": "true"}


@pytest.fixture
def article(database: Database) -> int:
    return make_article(database)


@pytest.fixture
def found(database: Database, article: int) -> Analysis:
    text = text_of(database, article)
    said, counted, never = (text.index(words) for words in ("\u201cWe have", "The harbour", "\u201cNever"))
    quote = Quote(
        said,
        never + 8,
        "direct",
        ((said, said + 34), (never, never + 8)),
        "Maren Oduya",
        role="head",
        cue="said",
        score=0.9,
    )
    claims = (Claim(counted, counted + 50, 0.8, ("statistic",), "Maren Oduya"), Claim(0, 10, 0.1))
    return Analysis((quote,), claims, (Entity(0, 5, "ORG", "Port"),))


@pytest.fixture
def store(database: Database, article: int) -> Callable[[Analysis], None]:
    def store(analysis: Analysis) -> None:
        with database.write() as db:
            store_analysis(db, revision=db.query(Revision).filter_by(article_id=article).one(), analysis=analysis)

    return store


def rows(database: Database) -> dict[tuple[str, int, int], Annotation]:
    with database.read() as db:
        return {(a.kind, a.start, a.end): a for a in db.scalars(select(Annotation).order_by(Annotation.id))}


def test_finds_are_stored_with_speaker_context_and_search(database, article, found, store) -> None:
    store(found)
    quote, claim = sorted(rows(database).values(), key=lambda a: -a.start)
    text = text_of(database, article)
    assert (quote.exact, quote.prefix) == (text[quote.start : quote.end], text[quote.start - 32 : quote.start])
    assert quote.spans == [list(span) for span in found.quotes[0].spans]
    assert (claim.kind, claim.types, claim.role) == ("claim", ["statistic"], "head")
    with database.read() as db:
        assert quote.speaker_id == claim.speaker_id == db.query(Speaker.id).filter_by(name="Maren Oduya").scalar()
        assert db.query(Analysed).one().entities[0]["name"] == "Port"
        assert db.query(SearchDocument).filter_by(kind="annotation").count() == 2


def test_how_and_what_was_found_is_stored(database, article, found, store) -> None:
    quote = dataclasses.replace(found.quotes[0], rule="clause", mood="negated")
    claim = dataclasses.replace(found.claims[0], figures=(Figure(4, 11, 4e6, "crates", "2024"),))
    beliefs = (Quote(3, 9, "indirect", (), "Maren Oduya", cue="hopes", why="a wish"), Quote(5, 100_000, "indirect", ()))
    store(dataclasses.replace(found, quotes=(quote,), claims=(claim,), beliefs=beliefs))
    finds = {a.kind: a for a in rows(database).values()}
    assert (finds["quote"].rule, finds["quote"].mood, finds["quote"].figures) == ("clause", "negated", [])
    assert finds["claim"].figures == [{"start": 4, "end": 11, "value": 4e6, "unit": "crates", "period": "2024"}]
    assert (finds["quote"].speaker_name, finds["claim"].speaker_name) == ("Maren Oduya", "Maren Oduya")
    with database.read() as db:
        kept = [{"start": 3, "end": 9, "speaker": "Maren Oduya", "cue": "hopes", "why": "a wish"}]
        assert db.query(Analysed).one().beliefs == kept


def test_a_new_version_of_the_engine_keeps_decisions_and_signs_its_finds(
    client, database, article, found, store, monkeypatch
) -> None:
    text = text_of(database, article)
    doubt, half = (text.index(words) for words in ("Traders doubt", "half of the"))
    claims = (*found.claims, Claim(doubt, doubt + 16, 0.7), Claim(half, half + 26, 0.6))
    monkeypatch.setattr(engine, "ENGINE", "quotidian/old")
    with database.write() as db:
        db.query(Job).update({"state": "done"})
    store(dataclasses.replace(found, claims=claims))
    by_start = {a.start: a for a in rows(database).values()}
    said, counted = (by_start[start] for start in (found.quotes[0].start, found.claims[0].start))
    bob = client("bob")
    assert bob.put(f"/annotations/{by_start[doubt].id}/status", data={"status": "dismissed"}).status_code == 303
    assert bob.put(f"/annotations/{counted.id}/status", data={"status": "confirmed"}).status_code == 303
    correction = {"exact": said.exact, "kind": "quote", "version": said.version, "speaker": "Oskar Lind"}
    assert bob.put(f"/annotations/{said.id}", data=correction).status_code == 303
    assert "Look again" not in bob.get(f"/articles/{article}").text
    monkeypatch.setattr(engine, "ENGINE", "quotidian/new")
    page = bob.get(f"/articles/{article}").text
    assert "Look again" in page
    assert f'action="/articles/{article}/analysis"' in page
    assert "Look again" not in client("charlie").get(f"/articles/{article}").text
    moved = dataclasses.replace(claims[2], start=doubt + 1, end=doubt + 15)
    better = dataclasses.replace(found.quotes[0], speaker="Pieter Halloran", mood="asked")
    store(dataclasses.replace(found, quotes=(better,), claims=(claims[0], moved, claims[3])))
    after = {a.id: a for a in rows(database).values()}
    assert set(after) == {a.id for a in by_start.values()}, "nothing new beside what was decided"
    statuses = {
        said.id: "confirmed",
        counted.id: "confirmed",
        by_start[doubt].id: "dismissed",
        by_start[half].id: "found",
    }
    assert {id: a.status for id, a in after.items()} == statuses
    assert (after[said.id].speaker_name, after[said.id].mood) == ("Oskar Lind", "")
    engines = {id: a.engine.partition("/")[2] for id, a in after.items()}
    assert engines == {id: "new" if status == "found" else "old" for id, status in statuses.items()}
    assert "Look again" not in bob.get(f"/articles/{article}").text


def test_again_keeps_ids_and_versions(database, found, store) -> None:
    store(found)
    before = {key: (a.id, a.version) for key, a in rows(database).items()}
    store(found)
    assert {key: (a.id, a.version) for key, a in rows(database).items()} == before


def test_untouched_finds_give_way(database, found, store) -> None:
    store(found)
    (old,) = (a for a in rows(database).values() if a.kind == "quote")
    better = dataclasses.replace(found.quotes[0], speaker="Pieter Halloran")
    store(dataclasses.replace(found, quotes=(better,), claims=()))
    (new,) = rows(database).values()
    assert new.id == old.id
    assert new.speaker_id != old.speaker_id
    with database.read() as db:
        assert db.query(SearchDocument.title).filter_by(kind="annotation").all() == [("Pieter Halloran",)]


@pytest.mark.parametrize("status", ["dismissed", "confirmed"])
def test_what_was_decided_stays_and_is_not_found_again(client, database, found, store, status) -> None:
    store(found)
    claim = next(a for a in rows(database).values() if a.kind == "claim")
    assert client("bob").put(f"/annotations/{claim.id}/status", data={"status": status}).status_code == 303
    shifted = dataclasses.replace(found.claims[0], start=claim.start + 3, end=claim.end + 5)
    store(dataclasses.replace(found, claims=(shifted,)))
    (after,) = (a for a in rows(database).values() if a.kind == "claim")
    assert (after.id, after.status, after.start) == (claim.id, status, claim.start)


def test_what_was_corrected_stays_and_is_not_found_again(client, database, article, found, store) -> None:
    store(found)
    claim = next(a for a in rows(database).values() if a.kind == "claim")
    moved = passage(text_of(database, article), "Traders doubt it")
    correction = {**moved, "kind": "claim", "version": claim.version, "speaker": "The traders"}
    assert client("alice").put(f"/annotations/{claim.id}", data=correction).status_code == 303
    store(found)
    (after,) = (a for a in rows(database).values() if a.kind == "claim")
    assert (after.exact, after.found_start, after.status) == ("Traders doubt it", claim.start, "confirmed")


def test_what_carries_a_note_or_was_deleted_stays(client, database, article, found, store) -> None:
    store(found)
    claim = next(a for a in rows(database).values() if a.kind == "claim")
    quote = next(a for a in rows(database).values() if a.kind == "quote")
    alice = client("alice")
    assert alice.post(f"/annotations/{claim.id}/notes", data={"body": "Check"}).status_code == 303
    assert alice.delete(f"/annotations/{quote.id}").status_code == 303
    store(Analysis())
    assert {a.id for a in rows(database).values()} == {claim.id, quote.id}
    store(found)
    assert {a.id for a in rows(database).values()} == {claim.id, quote.id}


def test_the_article_changes_and_the_work_does_not_grow_with_finds(database, article, found, store) -> None:
    statements: list[str] = []
    event.listen(database._writer, "before_cursor_execute", lambda *args: statements.append(args[2]))
    many = tuple(Claim(n, n + 2, 0.5) for n in range(0, 200, 2))
    store(Analysis((), many[:10]))
    few, statements[:] = len(statements), []
    store(Analysis((), many))
    assert len(statements) <= few + 5
    with database.read() as db:
        assert db.get_one(Article, article).annotation_version == 3
