"""Copies of a report, as people see them: in the reader, in the library, after deleting and restoring."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import delete, event, select, text
from starlette.testclient import TestClient

from app import jobs
from app.db import Database
from app.handlers import HANDLERS
from app.models import Article, Job, Revision, StoryBand, StoryCopy, now
from app.settings import Settings
from app.stories.actions import compare, place
from app.worker import Worker
from tests.making import make_article
from tests.stories.articles import EVENTS, printed

Client = Callable[..., TestClient]
WIRE = EVENTS["pier"][0]


def add(database: Database, title: str, text: str, *, compared: bool = True) -> int:
    """The id of an article of the site "Site of TITLE", compared with the others as its analysis does."""
    article_id = make_article(database, title=title, paragraphs=tuple(text.split("\n")))
    with database.write() as db:
        article = db.get_one(Article, article_id)
        article.site, article.published = f"Site of {title}", "2024-03-04T09:30:00"
        if compared:
            place(db, revision=db.scalars(select(Revision).where(Revision.article_id == article_id)).one())
    return article_id


def same_story(page: str) -> list[str]:
    """What stands under "Same story", as text."""
    section = re.search(r'id="same-story">Same story</p>\s*<ul>(.*?)</ul>', page, re.DOTALL)
    lines = re.findall(r"<li>(.*?)</li>", section[1], re.DOTALL) if section else []
    return [" ".join(html.unescape(re.sub(r"<[^>]+>", " ", line)).split()) for line in lines]


@pytest.fixture
def wire(database: Database) -> dict[str, int]:
    """The wire's report, a trimmed one, a lengthened one, and another report of the event."""
    versions = printed(WIRE)
    texts = {
        "Wire": WIRE, "Trimmed": versions["first half"], "Longer": versions["paragraphs added"], "Other": EVENTS["pier"][1]
    }  # fmt: skip
    return {title: add(database, title, text) for title, text in texts.items()}


def test_the_reader_names_the_copies_with_site_time_and_share(client: Client, wire: dict[str, int]) -> None:
    browser = client("charlie")
    page = browser.get(f"/articles/{wire['Wire']}").text
    longer, trimmed = same_story(page)
    assert longer == "Longer Site of Longer · 4 Mar 2024, 09:30 · has 100 % of this text"
    share = re.fullmatch(r"Trimmed Site of Trimmed · 4 Mar 2024, 09:30 · has (\d+) % of this text", trimmed)
    assert share
    assert 40 < int(share[1]) < 60
    assert f'href="/articles/{wire["Trimmed"]}"' in page
    fold = "<summary>In this article: who speaks, what to check, the same story elsewhere</summary>"
    assert fold in page
    assert "Other" not in "".join(same_story(page))
    of_trimmed = same_story(browser.get(f"/articles/{wire['Trimmed']}").text)
    assert [line.split(" ")[0] for line in of_trimmed] == ["Wire", "Longer"]
    assert "Site of Wire · 4 Mar 2024, 09:30 · has 100 % of this text" in of_trimmed[0]
    other = browser.get(f"/articles/{wire['Other']}").text
    assert same_story(other) == []
    assert fold not in other


def test_the_library_says_in_how_many_others_it_stands(client: Client, wire: dict[str, int]) -> None:
    page = client("charlie").get("/").text
    said = re.findall(r'href="/articles/(\d+)#same-story">also in (\d+) others?</a>', page)
    assert sorted(said) == sorted((str(wire[title]), "2") for title in ("Wire", "Trimmed", "Longer"))


def test_a_new_copy_shows_at_once_on_a_page_that_was_open(client: Client, database: Database) -> None:
    browser = client("alice")
    first = add(database, "First", WIRE)
    assert same_story(browser.get(f"/articles/{first}").text) == []
    add(database, "Second", printed(WIRE)["edited"])
    assert [line.split(" ")[0] for line in same_story(browser.get(f"/articles/{first}").text)] == ["Second"]


def test_what_is_deleted_leaves_and_what_is_restored_comes_back(client: Client, wire: dict[str, int]) -> None:
    browser = client("alice")
    address = f"/articles/{wire['Wire']}"
    assert len(same_story(browser.get(address).text)) == 2
    erin = client("erin")
    erin.delete(f"/articles/{wire['Longer']}")
    assert [line.split(" ")[0] for line in same_story(browser.get(address).text)] == ["Trimmed"]
    assert "also in 1 other<" in browser.get("/").text
    erin.delete(f"/articles/{wire['Longer']}/deletion")
    assert len(same_story(browser.get(address).text)) == 2


def test_titles_of_copies_are_text(client: Client, database: Database) -> None:
    first = add(database, "First", WIRE)
    add(database, "<b onclick=x>", WIRE)
    page = client("alice").get(f"/articles/{first}").text
    assert "<b onclick" not in page
    assert same_story(page)[0].startswith("<b onclick=x>")


def rows(database: Database) -> tuple[list[tuple[int, ...]], list[tuple[float, ...]], list[int]]:
    with database.read() as db:
        bands = db.execute(
            select(StoryBand.article_id, StoryBand.value).order_by(StoryBand.article_id, StoryBand.value)
        )
        copies = select(StoryCopy.article_id, StoryCopy.copy_id, StoryCopy.share)
        found = db.execute(copies.order_by(StoryCopy.article_id, StoryCopy.copy_id))
        versions = db.scalars(select(Article.annotation_version).order_by(Article.id))
        return [tuple(row) for row in bands], [tuple(row) for row in found], list(versions)


def test_comparing_again_changes_nothing_and_no_page(database: Database, wire: dict[str, int]) -> None:
    before = rows(database)
    with database.write() as db:
        for revision in db.scalars(select(Revision)).all():
            place(db, revision=revision)
    assert rows(database) == before


def test_the_order_in_which_copies_come_in_does_not_matter(database: Database) -> None:
    texts = [WIRE, *printed(WIRE).values()]
    ids = [add(database, f"Number {n}", text) for n, text in enumerate(texts)]
    pairs = {(ids.index(one), ids.index(other)): share for one, other, share in rows(database)[1]}  # type: ignore[arg-type]
    with database.write() as db:
        db.execute(delete(StoryBand))
        db.execute(delete(StoryCopy))
        for revision in reversed(db.scalars(select(Revision).order_by(Revision.id)).all()):
            place(db, revision=revision)
    again = {(ids.index(one), ids.index(other)): share for one, other, share in rows(database)[1]}  # type: ignore[arg-type]
    assert again == pairs
    assert len([pair for pair in pairs if pair[0] == 0]) == len(texts) - 1


def test_copies_that_come_in_at_the_same_moment_find_each_other(database: Database) -> None:
    ids = [add(database, f"Number {n}", WIRE, compared=False) for n in range(6)]

    def compare_one(article_id: int) -> None:
        with database.read() as db:
            revision = db.scalars(select(Revision).where(Revision.article_id == article_id)).one()
            before = compare(db, revision=revision)
        with database.write() as db:
            place(db, revision=revision, before=before)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(compare_one, ids))
    assert [pair[:2] for pair in rows(database)[1]] == [(one, other) for one in ids for other in ids if one != other]


def test_a_text_that_changes_leaves_its_story(client: Client, database: Database, wire: dict[str, int]) -> None:
    with database.write() as db:
        article = db.get_one(Article, wire["Longer"])
        old = db.scalars(select(Revision).where(Revision.article_id == article.id)).one()
        text = EVENTS["storm"][0]
        new = Revision(
            article_id=article.id, number=2, text=text, text_sha256="", title=old.title, blocks=[["p", 0, len(text)]]
        )
        db.add(new)
        article.revision = 2
        db.flush()
        place(db, revision=old)  # an analysis of the old text that ends late
        place(db, revision=new)
    page = client("alice").get(f"/articles/{wire['Wire']}").text
    assert [line.split(" ")[0] for line in same_story(page)] == ["Trimmed"]


def work_off(database: Database) -> None:
    worker = Worker(database, HANDLERS)
    while worker.step():
        pass


def test_the_analysis_of_an_article_finds_its_copies(client: Client, database: Database, settings: Settings) -> None:
    first = add(database, "First", WIRE, compared=False)
    add(database, "Second", printed(WIRE)["other byline"], compared=False)
    work_off(database)
    with database.read() as db:
        assert set(db.scalars(select(Job.state))) == {"done"}
    assert [line.split(" ")[0] for line in same_story(client("alice").get(f"/articles/{first}").text)] == ["Second"]


def test_articles_of_before_are_compared_by_a_job(client: Client, database: Database) -> None:
    first, _, third = (add(database, title, WIRE, compared=False) for title in ("First", "Short", "Third"))
    with database.write() as db:
        db.execute(delete(Job))
        job = jobs.enqueue(db, "stories", article_id=None, key="stories", payload={})
        assert job.state == "queued"
        db.get_one(Article, third).deleted_at = now()
    work_off(database)
    assert [line.split(" ")[0] for line in same_story(client("alice").get(f"/articles/{first}").text)] == ["Short"]
    client("erin").delete(f"/articles/{third}/deletion")
    assert len(same_story(client("alice").get(f"/articles/{first}").text)) == 2


def test_neither_page_asks_more_of_the_database_where_there_are_many_copies(client: Client, database: Database) -> None:
    first = add(database, "First", WIRE)
    add(database, "Second", WIRE)
    browser = client("alice")
    statements: list[str] = []
    event.listen(
        browser.app.state.database.engine,  # type: ignore[attr-defined]
        "before_cursor_execute",
        lambda _connection, _cursor, statement, *_: statements.append(statement),
    )

    def cost(address: str) -> int:
        statements.clear()
        assert browser.get(address).status_code == 200
        return len(statements)

    addresses = ("/", f"/articles/{first}")
    for address in addresses:
        cost(address)
    few = {}
    for number in range(2):
        with database.write() as db:
            db.get_one(Article, first).annotation_version += 1
        costs = {address: cost(address) for address in addresses}
        warm = cost(addresses[1])
        assert warm < costs[addresses[1]]
        assert few in ({}, costs)
        few = costs
        if number == 0:
            for n in range(24):
                add(database, f"Copy {n}", WIRE)
    page = browser.get(f"/articles/{first}").text
    assert len(same_story(page)) == 20
    assert "And more than 20 in all." in page
    assert "also in 25 others" in browser.get("/?sort=added").text


OLD_ARTICLE = """INSERT INTO articles (id, revision, annotation_version, title, site, authors, sort_at, language, first_words,
    words, text_sha256, created_at) VALUES (:id, 1, 1, :title, '', '[]', :at, 'en', '', 3, '', :at)"""
OLD_REVISION = """INSERT INTO revisions (id, article_id, number, text, text_sha256, blocks, title, headline_variants, authors,
    site, dateline, language, created_at) VALUES (:id, :id, 1, :text, '', '[]', :title, '[]', '[]', '', '', 'en', :at)"""


def test_an_upgrade_has_the_articles_compared_that_are_there(tmp_path: Path, empty_url: str, queue_url: str) -> None:
    database = Database(Settings(data_dir=tmp_path, database_url=empty_url, queue_url=queue_url, log_level="ERROR"))
    database.migrate("0005")
    with database.write() as db:
        for id, body in enumerate((WIRE, printed(WIRE)["edited"], EVENTS["court"][0]), 1):
            values = {"id": id, "title": f"Number {id}", "text": body, "at": "2026-01-02 03:04:05"}
            db.execute(text(OLD_ARTICLE), values)
            db.execute(text(OLD_REVISION), values)
    database.migrate()
    work_off(database)
    assert [pair[:2] for pair in rows(database)[1]] == [(1, 2), (2, 1)]
    with database.read() as db:
        assert [(job.kind, job.state) for job in db.scalars(select(Job))] == [("stories", "done")]
    database.close()
