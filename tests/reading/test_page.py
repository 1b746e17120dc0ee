"""The reader's page over HTTP: what it says of an article, whose notes it shows, how it follows analysis, what it costs."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import event
from starlette.testclient import TestClient

from app import web
from app.articles.actions import add_article, add_capture, touch
from app.db import Database
from app.extract.document import Document, Paragraph
from app.models import Analysis, Annotation, Job, Note, Revision, Source, Speaker
from tests.making import make_article, text_of

Client = Callable[..., TestClient]


def mark(database: Database, article_id: int, words: str, kind: str = "quote", **values: Any) -> int:
    """The id of an annotation of the first place of the words."""
    with database.write() as db:
        revision = db.query(Revision).filter_by(article_id=article_id).one()
        start = revision.text.index(words)
        place = {"article_id": article_id, "revision_id": revision.id, "start": start, "end": start + len(words)}
        annotation = Annotation(kind=kind, exact=words, **place, **values)
        db.add(annotation)
        touch(db, article_id)
        db.flush()
        return annotation.id


def set_job(database: Database, **values: Any) -> None:
    with database.write() as db:
        db.query(Job).filter_by(kind="analyze").update(values)


def words_of(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", markup))


def article_of(page: str) -> str:
    found = re.search(r'<article id="article"[^>]*>(.*?)</article>', page, re.DOTALL)
    assert found
    return found[1]


def test_text_stands_in_the_page_to_the_character_with_its_marks(client: Client, database: Database) -> None:
    article = make_article(database)
    words = "half of the crates were counted twice"
    id = mark(database, article, words, "claim")
    text = article_of(client("charlie").get(f"/articles/{article}").text)
    assert words_of(text) == text_of(database, article)
    assert re.findall(rf'<mark class="hl claim"[^>]*data-ids="{id}"[^>]*>(.*?)</mark>', text) == [words]


def test_heading_says_what_is_known_and_makes_up_no_zone(client: Client, database: Database) -> None:
    known = Document(
        title="Crates <recounted>",
        authors=["Ines Calloway", "Oskar Lind"],
        site="Harbour Wire",
        published="2024-12-19T16:55:00",
        updated="2024-12-19T17:01:00+09:00",
        dateline="PORT ILSE, May 3 (HW)",
        language="en",
        paragraphs=[Paragraph("p", "PORT ILSE, May 3 (HW) - " + "It rained again. " * 160)],
    )
    with database.write() as db:
        capture = add_capture(db, person=None, kind="paste", data=b"-", document=known)
        article = add_article(db, person=None, capture=capture, document=known).id
    page = client("charlie").get(f"/articles/{article}").text
    start = page.index('<header class="title"')
    heading = re.sub(r"\s+", " ", words_of(page[start : page.index("</header>", start)]))
    assert "Crates <recounted>" in heading
    assert (
        "Ines Calloway, Oskar Lind · Harbour Wire · 19 Dec 2024, 16:55 · updated 19 Dec 2024, 17:01 UTC+09:00"
        in heading
    )
    assert "2 minutes · 486 words · English" in heading
    assert '<span class="dateline">PORT ILSE, May 3 (HW) - </span>It rained' in page
    assert page.count("PORT ILSE, May 3 (HW)") == 1


def test_text_runs_in_the_direction_of_its_script(client: Client, database: Database) -> None:
    article_id = make_article(database)
    page = client("alice").get(f"/articles/{article_id}").text
    assert re.search(r'<article id="article"[^>]* dir="auto"', page)
    assert '<h1 dir="auto">' in page


def test_outline_lists_speakers_and_claims_by_worth_and_leads_to_them(client: Client, database: Database) -> None:
    article = make_article(database)
    with database.write() as db:
        speaker = Speaker(name="Maren Oduya", name_key="maren oduya")
        db.add(speaker)
        db.flush()
        speaker_id = speaker.id
    quote = mark(database, article, "We have never counted so many", speaker_id=speaker_id, role="head of the office")
    low = mark(database, article, "Traders doubt it", "claim", score=0.2)
    high = mark(database, article, "at least four million crates", "claim", score=0.9)
    page = client("charlie").get(f"/articles/{article}").text
    outline = page[page.index('<aside id="outline"') : page.index("</aside>")]
    assert outline.index("Maren Oduya") < outline.index(f'href="#m-{quote}-0"')
    assert outline.index(f'href="#m-{high}-0"') < outline.index(f'href="#m-{low}-0"')
    assert all(f'id="m-{id}-0"' in page for id in (quote, low, high))


def test_cards_say_how_it_is_quoted_and_how_it_was_found(client: Client, database: Database) -> None:
    article = make_article(database)
    found: dict[str, Any] = {"engine": "quotidian/9", "score": 0.82, "why": "a clause after it", "cue": "says"}
    id = mark(database, article, "half of the crates", quote_kind="indirect", mood="negated", **found)
    card = client("charlie").get(f"/annotations/{id}").text
    assert '<span class="who">indirect, negated</span>' in card
    assert "Found by: \u201csays\u201d \u00b7 a clause after it \u00b7 0.82" in card
    assert 'title="quotidian/9"' in card


def test_cards_of_claims_show_their_figures_with_the_values(client: Client, database: Database) -> None:
    article = make_article(database)
    words = "took in at least four million crates last year"
    start = text_of(database, article).index(words)
    counted, year = words.index("four"), words.index("last")
    figures = [
        {"start": start + counted, "end": start + counted + 19, "value": 4e6, "unit": "crates", "period": "2025"},
        {"start": start + year, "end": start + year + 9, "value": None, "unit": "", "period": "2025"},
        {"start": start - 5, "end": start + 2, "value": 1, "unit": "", "period": ""},  # outside since a correction
    ]
    id = mark(database, article, words, "claim", figures=figures, engine="quotidian/9")
    card = client("charlie").get(f"/annotations/{id}").text
    facts = re.search(r'<p class="facts">(.*?)</p>', card, re.DOTALL)
    assert facts
    assert words_of(facts[1]).strip() == "four million crates (4,000,000 crates) · 2025 · last year · 2025"
    assert 'title="4,000,000 crates, 2025"' in facts[1]
    other = mark(database, article, "Traders", "claim")
    assert '<p class="facts">' not in client("charlie").get(f"/annotations/{other}").text


def test_what_is_thought_and_not_said_stands_folded_in_the_outline(client: Client, database: Database) -> None:
    article = make_article(database)
    text = text_of(database, article)
    short, long = "half of the crates", "took in at least four million crates last year, the customs office says"
    beliefs = [
        {"start": text.index(words), "end": text.index(words) + len(words), "speaker": speaker, "cue": "", "why": ""}
        for words, speaker in ((long, "The <office>"), (short, ""))
    ]
    with database.write() as db:
        revision = db.query(Revision.id).filter_by(article_id=article).scalar()
        db.add(Analysis(revision_id=revision, engine="test", beliefs=beliefs))
        touch(db, article)
    page = client("charlie").get(f"/articles/{article}").text
    fold = page[page.index("Thought and wanted, not said") : page.index("</aside>")]
    assert 'href="#:~:text=took%20in%20at%20least%20four,year%2C%20the%20customs%20office%20says"' in fold
    assert 'href="#:~:text=half%20of%20the%20crates"' in fold
    assert "The &lt;office&gt;" in fold
    assert "Not attributed" in fold


def test_private_notes_are_on_the_page_of_their_author_alone(
    client: Client, database: Database, people: dict[str, int]
) -> None:
    article = make_article(database)
    id = mark(database, article, "Traders", author_id=people["alice"])
    with database.write() as db:
        common = {"article_id": article, "annotation_id": id, "author_id": people["alice"]}
        db.add_all([Note(body="for all", **common), Note(body="for me", visibility="private", **common)])
        touch(db, article)
    for name, sees in {"alice": True, "bob": False, "erin": False, "charlie": False}.items():
        page = client(name).get(f"/articles/{article}").text
        assert "for all" in page
        assert ("for me" in page) is sees


def test_only_those_who_may_annotate_are_offered_to(client: Client, database: Database) -> None:
    article = make_article(database)
    assert 'id="compose"' in client("alice").get(f"/articles/{article}").text
    assert 'id="compose"' not in client("charlie").get(f"/articles/{article}").text


def test_page_is_not_sent_again_until_something_changes(client: Client, database: Database) -> None:
    article = make_article(database)
    browser = client("charlie")
    first = browser.get(f"/articles/{article}")
    again = browser.get(f"/articles/{article}", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["cache-control"] == "private, no-cache"
    mark(database, article, "Traders")
    changed = browser.get(f"/articles/{article}", headers={"If-None-Match": first.headers["etag"]})
    assert changed.status_code == 200
    assert ">Traders</mark>" in changed.text


def test_progress_is_asked_for_until_the_marks_come_by_themselves(client: Client, database: Database) -> None:
    article = make_article(database)
    set_job(database, state="running", progress=0.4, message="Reading the sentences")
    browser = client("charlie")
    page = browser.get(f"/articles/{article}").text
    assert f'hx-get="/articles/{article}/marks" hx-trigger="load delay:1s"' in page
    running = browser.get(f"/articles/{article}/marks").text
    assert "Reading the sentences" in running
    assert '<progress max="1" value="0.40"' in running
    assert "hx-swap-oob" not in running
    mark(database, article, "Traders")
    set_job(database, state="done")
    done = browser.get(f"/articles/{article}/marks").text
    assert "load delay" not in done
    assert ">Traders</mark>" in article_of(done)
    assert "Quotes found: 1, claims: 0." in done


def test_failed_analysis_says_why_and_can_be_run_again(client: Client, database: Database) -> None:
    article = make_article(database)
    set_job(database, state="failed", error="the model is missing")
    page = client("alice").get(f"/articles/{article}").text
    assert "the model is missing" in page
    assert words_of(article_of(page)) == text_of(database, article)
    answer = client("alice").post(f"/articles/{article}/analysis")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/articles/{article}")
    with database.read() as db:
        assert db.query(Job.state).filter_by(kind="analyze").scalar() == "queued"
    assert client("charlie").post(f"/articles/{article}/analysis").status_code == 403


@contextmanager
def counted(database: Database, browser: TestClient) -> Iterator[list[str]]:
    statements: list[str] = []
    engine = browser.app.state.database.engine  # type: ignore[attr-defined]

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


def test_number_of_queries_does_not_grow_with_what_is_on_the_page(
    client: Client, database: Database, people: dict[str, int]
) -> None:
    article = make_article(database)
    with database.write() as db:
        db.add(Analysis(revision_id=db.query(Revision.id).scalar(), engine="test"))
    browser = client("alice")
    browser.get(f"/articles/{article}")

    def cost() -> int:
        with database.write() as db:
            touch(db, article)
        with counted(database, browser) as statements:
            assert browser.get(f"/articles/{article}").status_code == 200
        return len(statements)

    def fill(times: int) -> None:
        for _ in range(times):
            id = mark(database, article, "Traders", author_id=people["bob"])
            with database.write() as db:
                note = Note(article_id=article, annotation_id=id, author_id=people["bob"], body="one")
                db.add_all([note, Source(annotation_id=id, url="https://a.example/", stance="supports")])
                db.flush()
                db.add(Note(article_id=article, annotation_id=id, parent_id=note.id, body="two"))

    fill(1)
    few = cost()
    fill(12)
    assert cost() == few


@pytest.mark.parametrize("path", ["/articles/999", "/articles/999/marks", "/articles/nothing"])
def test_what_is_not_there_is_not_found(client: Client, path: str) -> None:
    assert client("alice").get(path).status_code == 404


def test_what_stands_on_a_card_is_text_whatever_is_in_it(client: Client, database: Database) -> None:
    article, odd = make_article(database), "<i>100% & %(id)s</i>"
    with database.write() as db:
        speaker = Speaker(name=odd, name_key=odd)
        db.add(speaker)
        db.flush()
        said = {"speaker_id": speaker.id, "role": odd, "why": odd, "engine": "test", "cue": "said", "mood": odd[:16]}
    id = mark(database, article, "counted twice", **said)
    page = client("alice").get(f"/articles/{article}").text
    card = re.search(rf'<div class="card quote" id="card-{id}".*?<div class="tools">', page, re.DOTALL)
    assert card
    assert "<i>" not in card[0]
    assert card[0].count(html.escape(odd)) == 3


def test_pages_are_drawn_where_nothing_can_be_kept_on_disk(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_self: FileSystemBytecodeCache) -> str:
        raise OSError("read-only")

    monkeypatch.setattr(FileSystemBytecodeCache, "_get_default_cache_dir", refuse)
    web.environment.cache_clear()
    assert client("alice").get("/").status_code == 200
    web.environment.cache_clear()
