"""Items as they are written: whole, once, and with nothing lost that has no place."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from app.access import Person
from app.articles import batch
from app.articles.intake import Given
from app.db import Database
from app.exports.queries import article_ids, wholes
from app.extract import Document
from app.extract.document import Paragraph
from app.imports import formats
from app.imports.apply import MADE, NOTHING, PRIVATE, UNPLACED, apply_item
from app.imports.model import Highlight, Item, Report
from app.models import Annotation, Article, ArticleRead, ArticleTag, Base, Imported, Note, NoteTag, Revision, Tag
from app.reading.queries import threads
from tests.imports.samples import EXPECTED, FERRY, FERRY_URL, LIGHT, LIGHT_URL, SAMPLES

TEXTS = {FERRY_URL: ("Ferry to Tessen stops in March", FERRY), LIGHT_URL: ("Lighthouse for sale", LIGHT)}


@pytest.fixture
def alice(people: dict[str, int]) -> Person:
    return Person(people["alice"], "alice", "analyst")


@pytest.fixture
def bob(people: dict[str, int]) -> Person:
    return Person(people["bob"], "bob", "analyst")


def page(item: Item) -> batch.Ready | None:
    """What would have been fetched, or read out of the export."""
    by_title = {title: (title, text) for title, text in TEXTS.values()}
    given = by_title.get(item.title, (item.title, LIGHT)) if item.text or item.html else (item.title, ())
    title, paragraphs = TEXTS.get(item.url.partition("?")[0], given)
    if not paragraphs:
        return None
    document = Document(
        title=title, paragraphs=tuple(Paragraph("p", each) for each in paragraphs), canonical_url=item.url or None
    )
    return batch.Ready(Given("url", "html", b"<p>page</p>", "url", url=item.url or None), document)


def bring(database: Database, person: Person | None, *items: Item, pages: bool = True) -> list[Report]:
    reports = []
    for item in items:
        with database.write() as db:
            reports.append(apply_item(db, person=person, item=item, article=page(item) if pages else None))
    return reports


def of(name: str) -> list[Item]:
    return [each for each in formats.read(name, SAMPLES[name][1]) if isinstance(each, Item)]


def rows(database: Database, table: type[Base]) -> list[Any]:
    with database.read() as db:
        return list(db.scalars(select(table).order_by(*table.__table__.primary_key)))


def tags_of(database: Database, link: type[ArticleTag] | type[NoteTag]) -> set[str]:
    with database.read() as db:
        return set(db.scalars(select(Tag.name).join(link, link.tag_id == Tag.id)))


def everything(database: Database) -> dict[str, Any]:
    with database.read() as db:
        tables = Base.metadata.sorted_tables
        return {table.name: db.execute(select(table).order_by(*table.primary_key)).all() for table in tables}


@pytest.mark.parametrize("name", SAMPLES)
def test_each_sample_comes_in_whole(name: str, database: Database, alice: Person) -> None:
    """All highlights and notes of the sample are there, as counted by hand; those without a place as notes."""
    items, expected = of(name), EXPECTED[name]
    reports = bring(database, alice, *items)
    lost = sum(len(each.unplaced) for each in reports)
    assert [each.error for each in reports] == [""] * expected.articles
    assert len(rows(database, Article)) == expected.articles
    assert sum(each.highlights for each in reports) + lost == expected.highlights
    assert len([a for a in rows(database, Annotation) if a.kind == "highlight"]) == expected.highlights - lost
    given = [mark for item in items for mark in item.highlights]
    only_tags = sum(not mark.note and bool(mark.tags) for mark in given)
    quoted = sum(
        not mark.note for mark in given if any(mark.quote == each["quote"] for r in reports for each in r.unplaced)
    )
    assert len(rows(database, Note)) == expected.notes + only_tags + quoted
    wanted = {
        " ".join(tag.split()).casefold()
        for item in items
        for tag in (*item.tags, *item.folders, *(t for m in item.highlights for t in m.tags))
    }
    found = tags_of(database, ArticleTag) | tags_of(database, NoteTag)
    assert wanted <= found


@pytest.mark.parametrize("name", SAMPLES)
def test_twice_changes_nothing(name: str, database: Database, alice: Person) -> None:
    first = bring(database, alice, *of(name))
    before = everything(database)
    second = bring(database, alice, *of(name))
    assert everything(database) == before
    assert [replace(each, created=False) for each in first] == second


def test_threads_authors_dates_and_what_is_private(database: Database, alice: Person, bob: Person) -> None:
    bring(database, alice, *of("hypothesis"))
    with database.read() as db:
        article = db.scalars(select(Article)).one()
        hers, his = threads(db, alice, article), threads(db, bob, article)
    by_words = {thread.note.body: thread for several in hers.values() for thread in several}
    root = by_words["Nine: *before* or after the fares went up?"]
    assert root.author == "boris_t (imported)"
    assert root.tags == ["ferry", "figures"]
    assert root.note.created_at.isoformat() == "2024-12-21T10:01:17.430125+00:00"
    assert root.note.updated_at.isoformat() == "2024-12-21T11:01:17.430125+00:00"
    (reply,) = root.replies
    assert (reply.note.body, reply.author) == ("After, says the report of 2023.", "leyla.k (imported)")
    assert [each.note.body for each in reply.replies] == ["And who counted them?"]
    assert "Ask the office for this." in by_words
    assert "Ask the office for this." not in {thread.note.body for several in his.values() for thread in several}
    private = [a for a in rows(database, Annotation) if a.visibility == "private"]
    assert [(a.exact, a.author_id) for a in private] == [("61 days last year", alice.id)]


def test_what_has_no_place_is_kept_and_told(database: Database, alice: Person) -> None:
    (report,) = bring(database, alice, *of("hypothesis"))
    (lost,) = report.unplaced
    assert lost["quote"] == "The mayor wept when the last boat was painted grey"
    assert lost["note"] == "It is gone from the page now."
    (note,) = [each for each in rows(database, Note) if each.body.startswith(UNPLACED)]
    assert "> The mayor wept when the last boat was painted grey" in note.body
    assert note.body.endswith("It is gone from the page now.")
    assert note.annotation_id is None


def test_a_later_export_brings_what_is_new_and_what_changed(database: Database, alice: Person) -> None:
    (item,) = of("raindrop")[:1]
    bring(database, alice, item)
    first, second = item.highlights
    later = replace(
        item,
        highlights=(
            replace(first, note="Since the bridge."),
            second,
            Highlight(key="new", quote="400,000 crowns", note="New."),
        ),
    )
    (report,) = bring(database, alice, later)
    assert (report.created, report.highlights) == (False, 3)
    bodies = {note.body: note.version for note in rows(database, Note)}
    assert bodies == {"Read this again": 1, "Since the bridge.": 2, "New.": 1}


def test_what_was_edited_or_deleted_here_stays_so(database: Database, alice: Person) -> None:
    (item,) = of("raindrop")[:1]
    bring(database, alice, item)
    with database.write() as db:
        for note in db.scalars(select(Note)):
            if note.body == "Since when?":
                note.body = "Since 2019."
    changed = replace(item, highlights=(replace(item.highlights[0], note="Since the bridge."), *item.highlights[1:]))
    bring(database, alice, changed)
    assert {note.body for note in rows(database, Note)} == {"Read this again", "Since 2019."}


def test_a_tag_taken_off_here_does_not_come_back(database: Database, alice: Person) -> None:
    (item,) = of("raindrop")[:1]
    bring(database, alice, item)
    assert tags_of(database, ArticleTag) == {"coast", "ferry", "news/coast", "starred"}
    with database.write() as db:
        for link in db.scalars(select(ArticleTag).join(Tag).where(Tag.name == "coast")):
            db.delete(link)
    bring(database, alice, item, replace(item, tags=(*item.tags, "ships")))
    assert tags_of(database, ArticleTag) == {"ferry", "news/coast", "starred", "ships"}


def test_an_article_is_made_of_its_highlights_where_there_is_no_text(database: Database, alice: Person) -> None:
    reports = bring(database, alice, *of("readwise"))
    assert [(each.created, each.unplaced) for each in reports] == [(True, []), (True, [])]
    text = rows(database, Revision)[0].text
    assert (
        text
        == f"{MADE}\ncarried nine passengers a day since the bridge was opened\nThat pays for neither crew nor fuel"
    )
    assert [kind for kind, _, _ in rows(database, Revision)[0].blocks] == ["p", "quote", "quote"]
    assert [(row.color, row.said) for row in rows(database, Imported) if row.color] == [
        ("yellow", "Check this, please"),
        ("blue", ""),
    ]


def test_without_text_the_article_of_the_same_title_is_found(database: Database, alice: Person) -> None:
    bring(database, alice, *of("pocket"))
    reports = bring(database, alice, of("readwise")[0])
    assert [each.created for each in reports] == [False]
    assert len(rows(database, Article)) == 2
    assert rows(database, Annotation)[0].exact.startswith("carried nine passengers")


def test_facts_of_the_article(database: Database, alice: Person) -> None:
    bring(database, alice, *of("wallabag"))
    article = rows(database, Article)[0]
    assert article.authors == ["Ilse Varga", "Jon Bek"]
    assert article.published == "2024-12-16T15:30:00+01:00"
    assert article.created_at.isoformat() == "2024-12-21T10:00:00+00:00"
    assert [(row.article_id, row.user_id) for row in rows(database, ArticleRead)] == [(article.id, alice.id)]


@pytest.mark.parametrize(
    ("page", "stated", "expected"),
    [({"authors": ("Ann Smith",), "site": "ferry.example"}, ("The Tribune", ("Ann Smith", "Bob Jones")), ("The Tribune", ["Ann Smith", "Bob Jones"])),
     ({"authors": ("A. Smith", "B. Jones"), "site": "Tribune"}, ("The Tribune", ("Ann Smith",)), ("Tribune", ["A. Smith", "B. Jones"])),
     ({"authors": ("Ann Smith",), "site": "ferry.example"}, ("", ("A. Smith",)), ("ferry.example", ["Ann Smith"]))],
)  # fmt: skip
def test_the_fuller_facts_of_page_and_export(
    page: dict[str, Any], stated: Any, expected: Any, database: Database, alice: Person
) -> None:
    url = "https://www.ferry.example/stops"
    document = Document(title="Ferry", paragraphs=(Paragraph("p", FERRY[0]),), canonical_url=url, **page)
    ready = batch.Ready(Given("url", "html", b"<p>page</p>", "url", url=url), document)
    item = Item(key="k", url=url, title="Ferry", site=stated[0], authors=stated[1])
    with database.write() as db:
        apply_item(db, person=alice, item=item, article=ready)
    (article,) = rows(database, Article)
    assert (article.site, article.authors) == expected


def test_the_same_highlight_from_two_readers_is_one(database: Database, alice: Person) -> None:
    bring(database, alice, of("raindrop")[0], of("wallabag")[0])
    assert Counter(a.exact for a in rows(database, Annotation))["nine passengers a day"] == 1
    assert [note.body for note in rows(database, Note)].count("Since when?") == 1


def test_private_notes_need_a_person(database: Database) -> None:
    (report,) = bring(database, None, *of("hypothesis"))
    assert report.error == PRIVATE
    assert rows(database, Article) == []


def test_the_program_itself_may_bring_in(database: Database) -> None:
    (report, _) = bring(database, None, *of("raindrop"))
    assert (report.highlights, report.error) == (2, "")
    assert {note.author_id for note in rows(database, Note)} == {None}


def test_nothing_comes_of_nothing(database: Database, alice: Person) -> None:
    (report,) = bring(database, alice, Item(key="k", url="https://gone.example/", title="Gone"), pages=False)
    assert (report.article_id, report.error) == (None, NOTHING)


def test_hostile_names_and_too_many_tags(database: Database, alice: Person) -> None:
    tags = tuple(f"#Tag, {n}; {'x' * 90}" for n in range(40))
    item = Item(
        key="k",
        url=FERRY_URL,
        tags=tags,
        highlights=(Highlight(key="h", quote="nine passengers", tags=("<b>", " ", "#")),),
    )
    (report,) = bring(database, alice, item)
    assert len(tags_of(database, ArticleTag)) == 30
    assert all("," not in tag and len(tag) <= 64 for tag in tags_of(database, ArticleTag))
    assert len(report.unplaced) == 10
    assert tags_of(database, NoteTag) == {"<b>"}


@pytest.mark.parametrize("first", ["", "Mar\u00eda L\u00f3pez"])
def test_the_same_words_marked_by_two_people_are_two_highlights(first: str, database: Database, alice: Person) -> None:
    """Whoever's come in first; the same note on an article too."""
    second = "" if first else "Mar\u00eda L\u00f3pez"
    for author in (first, second):
        mark = Highlight(key=f"m{author}", quote="nine passengers a day", note=f"Of {author or 'alice'}", author=author)
        note = Highlight(key=f"n{author}", note="Nice.", author=author)
        bring(database, alice, Item(key=f"k{author}", url=FERRY_URL, highlights=(mark, note)))
    with database.read() as db:
        (whole,) = wholes(db, alice, article_ids(db, alice))
    told = {(mark.author, said.author, said.body) for mark in whole.marks for said in mark.notes}
    assert told == {
        ("alice", "alice", "Of alice"),
        ("Mar\u00eda L\u00f3pez", "Mar\u00eda L\u00f3pez", "Of Mar\u00eda L\u00f3pez"),
    }
    assert sorted(said.author for said in whole.notes) == ["Mar\u00eda L\u00f3pez", "alice"]
