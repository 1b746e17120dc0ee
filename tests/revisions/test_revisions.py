"""Checks that find a changed text: a revision is made, the old one stays, and people see what changed."""

from __future__ import annotations

import os
import re
import signal
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from app.annotations import carry, revise
from app.articles import recheck, recheck_due
from app.db import Database
from app.models import Article, Base, Capture, Job, Picture, Revision, now
from tests.revisions.conftest import WORDS, page_of, said

CORRECTION = "Correction: the number of passengers was misstated in an earlier version of this article."
FEWER = [*WORDS[:2], WORDS[2].replace("400,000", "300,000"), *WORDS[3:]]
REWORDED = [WORDS[0].replace("on Monday", "late on Monday evening"), *WORDS[1:]]


def revisions(database) -> list[Revision]:
    with database.read() as db:
        return list(db.scalars(select(Revision).order_by(Revision.number)))


def count(database, table) -> int:
    with database.read() as db:
        return db.query(table).count()


def rows(database) -> dict[str, list[Any]]:
    with database.read() as db:
        tables = [table for table in Base.metadata.sorted_tables if table.name not in ("captures", "sign_ins")]
        return {table.name: db.execute(select(table).order_by(*table.primary_key)).all() for table in tables}


def test_a_changed_text_becomes_a_revision_and_the_old_one_stays(story, database) -> None:
    before = story.text()
    assert "The text had changed" in story.changes(REWORDED, "bob")
    first, second = revisions(database)
    assert (first.text, first.number) == (before, 1)
    assert second.text == before.replace("on Monday", "late on Monday evening")
    assert (second.number, second.cause, second.added, second.removed, second.silent) == (2, "check", 3, 0, False) or (
        second.added, second.removed) == (2, 0)  # fmt: skip
    with database.read() as db:
        article = db.get_one(Article, story.id)
        assert article.revision == 2
        assert article.text_sha256 == second.text_sha256
        assert "late on Monday" in article.first_words
        jobs = db.scalars(select(Job.payload).where(Job.kind == "analyze").order_by(Job.id)).all()
    assert [job["revision_id"] for job in jobs] == [first.id, second.id]
    page = story.get()
    assert "late on Monday evening" in page
    assert "This is revision 2." in page
    assert "late on Monday evening" not in story.get("/revisions/1")
    assert f"/articles/{story.id}" in story.client("alice").get("/search?q=evening").text


def test_the_list_of_revisions_says_who_when_and_how_much(story) -> None:
    story.changes(REWORDED, "bob")
    page = said(story.get("/revisions", "charlie"))
    assert re.search(
        r"Revision 2 current .* UTC · looked for by bob( .*)? 2 words added · 0 removed What changed", page
    )
    assert re.search(r"Revision 1 .* UTC · added by alice", page)


def test_a_changed_title_is_a_revision_as_well(story, database) -> None:
    story.changes(WORDS, title="Old pier to close for good")
    assert [each.title for each in revisions(database)] == ["Old pier to close", "Old pier to close for good"]
    assert "<del>Old pier to close</del></td><td><ins>Old pier to close for good</ins>" in story.get("/diff")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (tuple(w.replace("\u201c", '"').replace("\u201d", '"') for w in WORDS), "Only quotation marks, dashes"),
        ((*WORDS, "Last updated at half past ten by the night desk of the paper"), "Only lines around the text"),
        ((WORDS[0].replace(". ", ".</p><p>").replace(" after an", "</p><p>after an"), *WORDS[1:]), "Only white space"),
    ],
    ids=["typography", "boilerplate", "white space"],
)
def test_minor_changes_make_no_revision(story, database, words, why) -> None:
    before = rows(database)
    told = story.changes(words)
    assert "Checked: a minor change" in told
    assert why in told
    assert rows(database) == before
    assert len(revisions(database)) == 1


def test_what_people_edited_in_the_preview_stays_theirs(client, site, story, database) -> None:
    with database.write() as db:  # as if it had been edited when it was saved
        revision = db.scalars(select(Revision)).one()
        revision.text = revision.text.replace("rust", "HOLES")
        revision.blocks = [[kind, a + (a > 100), b + 1] for kind, a, b in revision.blocks]
    assert "HOLES" in story.text()
    assert "Checked: unchanged" in story.changes(WORDS)
    story.changes(FEWER)
    assert "HOLES" in story.text(2)
    assert "300,000" in story.text(2)


def test_pictures_that_are_here_are_not_fetched_again(story, database) -> None:
    picture = '</p><figure><img src="/pier.png" width=800 height=500><figcaption>The pier</figcaption></figure><p>'
    story.changes([WORDS[0], picture + WORDS[1], *WORDS[2:-1]])
    with database.write() as db:
        db.query(Picture).update({"sha256": "0" * 64, "media_type": "image/webp", "width": 800, "height": 500})
    story.changes([WORDS[0], picture + WORDS[1], *FEWER[2:]])
    with database.read() as db:
        kept = db.execute(
            select(Picture.url, Picture.sha256, Revision.number).join(Revision).order_by(Picture.id)
        ).all()
        fetches = db.query(Job).filter(Job.kind == "pictures").count()
    assert [(sha, number) for _, sha, number in kept] == [("0" * 64, 2), ("0" * 64, 3)]
    assert fetches == 1


def test_a_silent_edit_of_a_figure_is_told_in_the_reader_and_the_library(story, client) -> None:
    story.changes(FEWER)
    link = f"/articles/{story.id}/diff?from=1&amp;to=2"
    assert link in re.findall(r'<p class="facts refuted">.*?Silent edit.*?href="([^"]+)"', story.get())
    assert re.search(rf'class="refuted" href="{re.escape(link)}">silent edit</a>', client("charlie").get("/").text)
    assert "Silent edit" in said(story.get("/revisions"))
    assert "Silent edit" in said(story.get("/diff?from=1&to=2"))


def test_a_silent_edit_of_a_quote(story, worker, client) -> None:
    worker.run(until=lambda: True)
    story.changes([WORDS[0], WORDS[1].replace("stand by itself", "last by itself"), *WORDS[2:]])
    assert "silent edit" in said(client("alice").get("/").text)


@pytest.mark.parametrize(
    ("words", "facts"),
    [(FEWER, {"updated": "2024-03-05T10:00:00Z"}), ([CORRECTION, *FEWER], {}), (REWORDED, {})],
    ids=["the page says when", "the page says so", "neither quote nor figure"],
)
def test_other_edits_are_not_silent(story, client, words, facts) -> None:
    story.changes(words, **facts)
    assert "This is revision 2" in story.get()
    assert "ilent edit" not in story.get() + client("alice").get("/").text


def test_changed_since_you_read_it(story, client) -> None:
    browser = client("bob")
    browser.put(f"/articles/{story.id}/read", data={"read": "1"})
    story.changes(FEWER)
    told = f'Changed since you read it. <a href="/articles/{story.id}/diff?from=1&amp;to=2">'
    assert told in browser.get(f"/articles/{story.id}").text
    assert told not in story.get("", "charlie")  # who never read it
    browser.put(f"/articles/{story.id}/read", data={"read": "1"})
    assert told not in browser.get(f"/articles/{story.id}").text


def test_the_diff_shows_words_inline_and_side_by_side_with_annotations(story) -> None:
    story.marks("passengers a year")
    story.marks("an inspection found rust")
    story.changes(FEWER)
    page = story.get("/diff?from=1&to=2", "charlie")
    assert "<del>400,000</del> <ins>300,000</ins>" in page
    assert '<mark class="hl highlight">passengers a year</mark>' in page
    assert said(page.split('<div class="difference"')[1]).count("fear for the summer") == 1
    sides = story.get("/diff?from=1&to=2&view=sides").split('<div class="difference"')[1]
    assert said(sides).count("fear for the summer") == 2
    old, new = re.search(r'<div class="sides changed"><p dir="auto">(.*?)</p><p dir="auto">(.*?)</p>', sides).groups()
    assert said(old).replace(" ", "") == WORDS[2].replace(" ", "")
    assert said(new).replace(" ", "") == FEWER[2].replace(" ", "")


@pytest.mark.parametrize("query", ["from=2&to=1", "from=2&to=2"])
def test_a_diff_of_nothing_is_refused_with_a_reason(story, client, query) -> None:
    story.changes(FEWER)
    answer = client("alice").get(f"/articles/{story.id}/diff?{query}")
    assert answer.status_code == 422
    assert answer.text.count("an earlier revision with a later one") == 1
    assert client("alice").get(f"/articles/{story.id}/diff?from=1&to=9").status_code == 404
    assert client("alice").get(f"/articles/{story.id}/revisions/3").status_code == 404


def test_a_page_with_markup_in_its_words_is_shown_as_words(story) -> None:
    story.changes([WORDS[0], "&lt;script&gt;alert(1)&lt;/script&gt; was painted on the pier at night.", *WORDS[1:]])
    for path in ("", "/revisions/2", "/diff", "/diff?view=sides", "/revisions"):
        assert "<script>alert" not in story.get(path)


def test_a_program_killed_in_between_leaves_nothing_of_it(story, database, settings, monkeypatch) -> None:
    story.marks("passengers a year")
    story.site.page = page_of(FEWER)
    with database.read() as db:
        known = recheck.known(db, db.get_one(Article, story.id))
    check = recheck.look(known, settings)
    before, captures = rows(database), count(database, Capture)
    database.close()  # no process shares a connection with another
    if (child := os.fork()) == 0:
        try:
            monkeypatch.setattr(carry.search, "index_annotations", lambda *_: os.kill(os.getpid(), signal.SIGKILL))
            with Database(settings).write() as db:
                revise.store_check(db, person=None, article=db.get_one(Article, story.id), check=check, cause="check")
        finally:
            os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert rows(database) == before
    assert count(database, Capture) == captures
    story.changes(FEWER)
    assert len(revisions(database)) == 2


def test_two_looks_at_the_same_moment_make_one_revision(story, database, settings) -> None:
    story.site.page = page_of(FEWER)
    with database.read() as db:
        known = recheck.known(db, db.get_one(Article, story.id))
    checks = [recheck.look(known, settings) for _ in range(2)]
    for check in checks:
        with database.write() as db:
            revise.store_check(db, person=None, article=db.get_one(Article, story.id), check=check, cause="check")
    assert len(revisions(database)) == 2
    assert "Somebody else looked at the same moment" in said(story.get("/record"))


def test_reading_takes_no_statement_more_for_revisions(story, client, database, settings) -> None:
    browser = client("alice")

    def statements() -> int:
        counted: list[str] = []
        engine = browser.app.state.database.engine

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            counted.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        browser.get(f"/articles/{story.id}")
        event.remove(engine, "before_cursor_execute", note)
        return len(counted)

    cold, warm = statements(), statements()
    story.changes(FEWER)
    assert statements() <= cold + 1
    assert statements() == warm


# By the clock


def due(database) -> int:
    with database.write() as db:
        return recheck_due.enqueue_due(db)


def test_an_article_is_looked_at_by_itself_where_it_is_switched_on(story, client, database, worker, site) -> None:
    worker.run(until=lambda: True)
    assert due(database) == 0
    answer = client("alice").put(f"/articles/{story.id}/checks", data={"checks": "on"})
    assert answer.status_code == 303
    assert due(database) == 0  # not before an hour has gone by
    with database.write() as db:
        db.query(Article).update({"check_at": now() - timedelta(seconds=1)})
    site.page = page_of(FEWER)
    asked = len(site.requests)
    worker.run(until=lambda: True)
    worker._swept = -100.0
    worker.run(until=lambda: True)
    assert len(site.requests) > asked
    assert [(each.number, each.cause) for each in revisions(database)] == [(1, ""), (2, "schedule")]
    assert "found by itself" in story.get("/revisions")
    assert due(database) == 0
    with database.read() as db:
        assert timedelta(minutes=55) < db.get_one(Article, story.id).check_at - now() < timedelta(minutes=61)


@pytest.mark.parametrize(("checks", "days", "old", "looked"), [
    ("", 0, 2, 0), ("", 7, 2, 1), ("", 7, 8, 0), ("off", 7, 2, 0), ("on", 0, 400, 1),
])  # fmt: skip
def test_which_articles_are_due(story, database, checks, days, old, looked) -> None:
    with database.write() as db:
        db.query(Article).update({"checks": checks, "created_at": now() - timedelta(days=old)})
        object.__setattr__(db.info["settings"], "check_days", days)
    assert due(database) == looked


@pytest.mark.parametrize(("age", "wait"), [
    (timedelta(hours=1), timedelta(hours=1)), (timedelta(hours=7), timedelta(hours=6)), (timedelta(days=4), timedelta(days=1)),
    (timedelta(days=90), timedelta(weeks=1)),
])  # fmt: skip
def test_old_articles_are_looked_at_seldom(age, wait) -> None:
    assert recheck_due.wait_of(age) == wait


def test_a_look_by_itself_that_says_nothing_new_leaves_no_record(story, database, worker) -> None:
    worker.run(until=lambda: True)
    with database.write() as db:
        db.query(Article).update({"checks": "on", "check_at": now() - timedelta(seconds=1)})
    worker._swept = -100.0
    worker.run(until=lambda: True)
    with database.read() as db:
        assert db.query(Job.state).filter(Job.kind == "check").scalar() == "done"
        assert db.query(Capture).count() == 1


def test_readers_cannot_look_and_see_all(story, client) -> None:
    story.changes(FEWER)
    browser = client("charlie")
    assert browser.put(f"/articles/{story.id}/checks", data={"checks": "on"}).status_code == 403
    for path in ("/revisions", "/revisions/1", "/diff", "/review"):
        assert browser.get(f"/articles/{story.id}{path}").status_code == 200
