"""What we have as Web Annotations, and what is posted in the reader: both sides stay together."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app import analysis
from app.access import Person
from app.annotations.actions import (
    Details,
    add_annotation,
    change_status,
    current_revision,
    delete_annotation,
    restore_annotation,
)
from app.claims.actions import give_verdict
from app.models import Annotation, Article, Note
from app.notes.actions import Draft, add_note, edit_note
from app.sources.actions import Given, add_source
from tests.making import make_article, text_of
from tests.web_annotation.samples import annotation

WORDS = "half of the crates were counted twice"  # after an emoji: code points and UTF-16 differ


@pytest.fixture
def article(database) -> int:
    return make_article(database)


@pytest.fixture
def alice(people) -> Person:
    return Person(people["alice"], "alice", "analyst")


def marked(database, alice: Person, article: int, **details: Any) -> int:
    start = text_of(database, article).index(WORDS)
    with database.write() as db:
        row = db.get_one(Article, article)
        given = {"details": Details(**({"kind": "highlight"} | details)), "bounds": (start, start + len(WORDS))}
        return add_annotation(db, article=row, revision=current_revision(db, row), author=alice, **given).id


def bodies(told: dict[str, Any], purpose: str) -> list[Any]:
    return [each.get("value", each.get("source")) for each in told.get("body", []) if each.get("purpose") == purpose]


def quoted(article: int, **members: Any) -> dict[str, Any]:
    selector = {"type": "TextQuoteSelector", "exact": WORDS}
    return annotation(
        **{"target": {"source": f"http://testserver/articles/{article}", "selector": selector}, **members}
    )


def post(program: Any, told: dict[str, Any]) -> Any:
    made = program.post("/annotations/", content=json.dumps(told))
    assert made.status_code == 201, made.text
    return made


def rows(database) -> tuple[list[Annotation], list[Note]]:
    """What stands in the reader."""
    with database.read() as db:
        marks = db.query(Annotation).filter_by(deleted_at=None).all()
        notes = db.query(Note).filter_by(deleted_at=None).all()
        return marks, [note for note in notes if note.annotation_id in (None, *(mark.id for mark in marks))]


def test_a_claim_goes_out_with_all_that_stands_on_it(database, article, alice, program) -> None:
    claim = marked(database, alice, article, kind="claim", speaker="Traders", types=["statistic"])
    with database.write() as db:
        row, of = db.get_one(Annotation, claim), db.get_one(Article, article)
        note = add_note(db, article=of, author=alice, annotation=row, note=Draft(db, "Is it?", "harbour"))
        add_note(db, article=of, author=alice, annotation=row, parent=note, note=Draft(db, "It is.", ""))
        add_source(db, annotation=row, author=alice, given=Given("https://customs.example/", "Customs", "refutes"))
        give_verdict(db, claim=row, person=alice, verdict="refuted", reason="Counted once", version=None)
    told = program().get(f"/annotations/a{claim}").json()
    assert bodies(told, "classifying") == ["claim", "statistic"]
    assert bodies(told, "identifying") == ["Traders"]
    assert bodies(told, "commenting") == ["Is it?"]
    assert bodies(told, "replying") == ["It is."]
    assert bodies(told, "tagging") == ["harbour"]
    assert bodies(told, "linking") == ["https://customs.example/"]
    assert bodies(told, "assessing") == ["refuted"]
    assert {each["format"] for each in told["body"] if "format" in each} == {"text/markdown"}
    words, place = told["target"]["selector"]
    assert (words["exact"], words["type"]) == (WORDS, "TextQuoteSelector")
    assert text_of(database, article)[place["start"] : place["end"]] == WORDS
    assert told["target"]["source"] == f"http://testserver/articles/{article}"
    assert (told["creator"]["type"], told["creator"]["name"]) == ("Person", "alice")
    assert told["created"].endswith("Z") <= told["modified"].endswith("Z")


def test_what_goes_out_keeps_the_model(database, article, alice, program) -> None:
    claim = marked(database, alice, article, kind="claim", speaker="Traders")
    for told in program().get("/annotations/").json()["first"]["items"]:
        assert program().post("/annotations/", content=json.dumps(told)).status_code == 201
    assert claim


def test_the_program_is_a_software_agent_with_its_version(database, article, alice, program) -> None:
    quote = marked(database, alice, article, kind="quote")
    with database.write() as db:
        row = db.get_one(Annotation, quote)
        row.author_id, row.engine, row.status = None, analysis.ENGINE, "found"
    told = program().get(f"/annotations/a{quote}").json()
    assert (told["generator"]["type"], told["generator"]["name"]) == ("Software", analysis.ENGINE)
    assert told["creator"] == told["generator"]
    assert bodies(told, "classifying") == ["quote", "direct quote"]
    with database.write() as db:
        change_status(db, annotation=db.get_one(Annotation, quote), person=alice, status="dismissed")
    assert program().get("/annotations/").json()["total"] == 0


def test_notes_on_an_article_and_their_replies(database, article, alice, program) -> None:
    with database.write() as db:
        of = db.get_one(Article, article)
        note = add_note(db, article=of, author=alice, note=Draft(db, "All of it", ""))
        reply = add_note(db, article=of, author=alice, parent=note, note=Draft(db, "Yes", ""))
        ids = note.id, reply.id
    first, second = program().get(f"/annotations/?article={article}").json()["first"]["items"]
    assert (first["id"], first["target"]) == (
        f"http://testserver/annotations/n{ids[0]}",
        f"http://testserver/articles/{article}",
    )
    assert (second["motivation"], second["target"]) == ("replying", first["id"])
    assert program().delete(first["id"]).status_code == 204
    assert program().get(first["id"]).status_code == 410


def test_ours_are_changed_in_the_reader_and_deleted_here(database, article, alice, program) -> None:
    here = f"/annotations/a{marked(database, alice, article)}"
    allowed = program().options(here).headers["allow"].split(", ")
    answer = program().put(here, content=json.dumps(annotation()), headers={"if-match": "*"})
    assert (answer.status_code, "PUT" in allowed, "DELETE" in allowed) == (405, False, True)
    assert program().delete(here).status_code == 204
    assert program().get(here).status_code == 410
    assert rows(database)[0] == []


def test_a_container_of_an_article_and_of_a_person(database, article, alice, program) -> None:
    other = make_article(database, title="Piers", paragraphs=("The pier of Tessen is closed.",))
    mine = post(program(), quoted(article)).json()["id"]
    bobs = post(program("bob"), annotation(target=f"http://testserver/articles/{other}")).json()["id"]
    for query, expected in (
        (f"article={article}", mine),
        (f"article={other}", bobs),
        ("creator=alice", mine),
        ("creator=Bob", bobs),
    ):
        told = program().get(f"/annotations/?{query}").json()
        assert [each["id"] for each in told["first"]["items"]] == [expected]
        assert told["total"] == 1
        assert program().get(told["first"]["id"]).json()["items"] == told["first"]["items"]


def test_a_posted_passage_stands_in_the_reader(database, article, program, client) -> None:
    body = [{"type": "TextualBody", "value": "Who **says** so?", "format": "text/markdown"},
            {"type": "TextualBody", "value": "Harbour", "purpose": "tagging"}]  # fmt: skip
    made = post(program(), quoted(article, body=body))
    [mark], [note] = rows(database)
    assert text_of(database, article)[mark.start : mark.end] == mark.exact == WORDS
    assert (mark.kind, note.body, note.annotation_id) == ("highlight", "Who **says** so?", mark.id)
    page = client("charlie").get(f"/articles/{article}").text
    assert "Who <strong>says</strong> so?" in page
    assert "harbour" in page
    lead = client("charlie").get(made.headers["location"])
    assert lead.headers["location"] == f"/articles/{article}#m-{mark.id}-0"
    assert f'id="m-{mark.id}-0"' in page
    assert made.json()["body"] == body
    assert program().get(f"/annotations/a{mark.id}").status_code == 404  # it has one address
    assert program().get("/annotations/").json()["total"] == 1


@pytest.mark.parametrize("name", ["canonical", "captured"])
def test_it_is_known_by_its_address_on_the_web(name: str, database, article, program) -> None:
    from app.models import Capture

    with database.write() as db:
        db.get_one(Article, article).canonical_url = "https://harbour.example/report"
        db.query(Capture).update({"url": "https://m.harbour.example/report?x=1"})
    source = {
        "canonical": "http://harbour.example/report/?utm_source=a#top",
        "captured": "https://m.harbour.example/report?x=1",
    }[name]
    start = text_of(database, article).index(WORDS)
    place = {"type": "TextPositionSelector", "start": start, "end": start + len(WORDS)}
    post(program(), annotation(target={"source": {"id": source}, "selector": [place]}))
    assert [mark.exact for mark in rows(database)[0]] == [WORDS]


def test_words_that_are_not_there_stand_nowhere(database, article, program) -> None:
    lost = {"type": "TextQuoteSelector", "exact": "a volcano on the moon erupted over seven quiet villages"}
    beyond = {"type": "TextPositionSelector", "start": 90_000, "end": 90_010}
    for selector in (lost, beyond):
        target = {"source": f"http://testserver/articles/{article}", "selector": selector}
        assert post(program(), annotation(target=target, bodyValue="A")).json()["target"] == target
    assert rows(database) == ([], [])
    assert program().get(f"/annotations/?article={article}").json()["total"] == 2


def test_a_put_moves_the_passage_and_changes_the_note(database, article, program) -> None:
    made = post(program(), quoted(article, bodyValue="A"))
    told = made.json() | {"bodyValue": "B"}
    told["target"]["selector"]["exact"] = "four million crates"
    put = program().put(told["id"], content=json.dumps(told), headers={"if-match": made.headers["etag"]})
    assert (put.status_code, put.json()) == (200, told)
    [mark], [note] = rows(database)
    assert (mark.exact, note.body, note.version) == ("four million crates", "B", 2)
    without = {name: value for name, value in put.json().items() if name != "bodyValue"}
    put = program().put(told["id"], content=json.dumps(without), headers={"if-match": "*"})
    assert put.json() == without
    assert (len(rows(database)[0]), rows(database)[1]) == (1, [])


def test_a_put_takes_it_to_another_article(database, article, program) -> None:
    other = make_article(database, title="Piers", paragraphs=("The pier of Tessen is closed.",))
    made = post(program(), quoted(article, bodyValue="A"))
    told = made.json() | {"target": f"http://testserver/articles/{other}"}
    assert program().put(told["id"], content=json.dumps(told), headers={"if-match": "*"}).json() == told
    marks, [note] = rows(database)
    assert (marks, note.article_id, note.annotation_id, note.body) == ([], other, None, "A")


def test_a_note_edited_in_the_reader_is_told_as_it_reads_now(database, article, alice, people, program) -> None:
    made = post(program(), quoted(article, body=[{"type": "TextualBody", "value": "A", "language": "en"}]))
    with database.write() as db:
        [note] = db.query(Note).all()
        edit_note(db, note=note, person=alice, version=1, new=Draft(db, "A, or B", ""))
        bob = Person(people["bob"], "bob", "analyst")
        of, mark = db.get_one(Article, article), db.get_one(Annotation, note.annotation_id)
        add_note(db, article=of, author=bob, annotation=mark, note=Draft(db, "C", "pier"))
    answer = program().get(made.headers["location"])
    first, second, tag = answer.json()["body"]
    assert first == {"type": "TextualBody", "value": "A, or B", "language": "en"}
    assert (second["value"], second["creator"]["name"], tag["value"]) == ("C", "bob", "pier")
    assert answer.headers["etag"] != made.headers["etag"]
    same = program().put(made.headers["location"], content=answer.content, headers={"if-match": answer.headers["etag"]})
    assert [each["value"] for each in same.json()["body"]] == ["A, or B", "C", "pier"]
    assert len(rows(database)[1]) == 2


def test_deleted_and_brought_back_on_either_side(database, article, program) -> None:
    here = post(program(), quoted(article, bodyValue="A")).headers["location"]
    assert program().delete(here).status_code == 204
    assert rows(database)[0] == []
    with database.write() as db:
        restore_annotation(db, annotation=db.query(Annotation).one())
    assert program().get(here).json()["bodyValue"] == "A"
    with database.write() as db:
        delete_annotation(db, annotation=db.query(Annotation).one())
    assert program().get(here).status_code == 410
    assert program().get("/annotations/").json()["total"] == 0


def test_html_is_text_in_the_reader(database, article, program, client) -> None:
    body = {
        "type": "TextualBody",
        "value": "<p>Hm <script>alert(1)</script><img src=x onerror=alert(1)> *so*</p>",
        "format": "text/html",
    }
    assert post(program(), quoted(article, body=body)).json()["body"] == body
    page = client("alice").get(f"/articles/{article}").text
    assert "Hm" in page
    assert "onerror" not in page
    assert "alert(1)" not in page


def test_too_long_a_note_is_refused(database, article, program) -> None:
    answer = program().post("/annotations/", content=json.dumps(quoted(article, bodyValue="x" * 500_000)))
    assert (answer.status_code, answer.json()["pointer"]) == (400, "/body")
    assert rows(database) == ([], [])
