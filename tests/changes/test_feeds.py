"""Feeds of changes: sound Atom and JSON Feed, of what one may see, with what sites change in words."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import feedparser
import pytest
from lxml import etree
from sqlalchemy import event, update

from app.articles.actions import set_tags
from app.changes import queries
from app.db import Database
from app.models import Article, Note, now
from tests.making import make_article, passage, text_of

ATOM = "{http://www.w3.org/2005/Atom}"
CLAIM = "at least four million crates"
UUID = r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
UTC_TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"


@pytest.fixture
def article(database: Database) -> int:
    return make_article(database, title="Crates & <b>harbours</b>")


@pytest.fixture
def say(client, database, article) -> Callable[..., None]:
    """Marks, notes and verdicts: `say("alice", note="...")`, `say("alice", claim="words")`, `say("bob", verdict="refuted")`."""

    def say(who: str, *, claim: str = "", note: str = "", verdict: str = "", **form: str) -> None:
        browser, here = client(who), f"/articles/{article}"
        if claim:
            data = {**passage(text_of(database, article), claim), "kind": "claim", **form}
            assert browser.post(f"{here}/annotations", data=data).status_code == 303
        if note:
            assert browser.post(f"{here}/notes", data={"body": note, **form}).status_code == 303
        if verdict:
            assert browser.put("/claims/1/verdict", data={"verdict": verdict, **form}).status_code == 303

    return say


def told(client, who: str = "alice", query: str = "") -> dict[str, Any]:
    answer = client(who).get(f"/changes.json{query}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def titles(client, who: str = "alice", query: str = "") -> list[str]:
    return [item["title"] for item in told(client, who, query)["items"]]


def sound(body: bytes) -> etree._Element:
    """What RFC 4287 asks of a feed and of its entries, and RFC 5005 of its pages."""
    root = etree.fromstring(body)
    assert root.tag == f"{ATOM}feed"
    for each in (root, *root.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated", "author"):
            assert len(each.findall(f"{ATOM}{name}")) == 1, name
        assert re.fullmatch(UUID, each.findtext(f"{ATOM}id"))
        assert re.fullmatch(UTC_TIME, each.findtext(f"{ATOM}updated"))
        assert each.findtext(f"{ATOM}author/{ATOM}name")
        links = [(link.get("rel"), link.get("href")) for link in each.findall(f"{ATOM}link")]
        assert len(dict(links)) == len(links)
        assert all(href.startswith("http://testserver/") for _, href in links)
        assert "alternate" in dict(links)
    for entry in root.findall(f"{ATOM}entry"):
        assert re.fullmatch(UTC_TIME, entry.findtext(f"{ATOM}published"))
        assert [content.get("type") for content in entry.findall(f"{ATOM}content")] == ["html"]
    assert {"self", "first"} <= {link.get("rel") for link in root.findall(f"{ATOM}link")}
    ids = [each.text for each in root.iter(f"{ATOM}id")]
    assert len(set(ids)) == len(ids)
    return root


def test_atom_is_sound_and_says_what_happened(client, say) -> None:
    say("alice", claim=CLAIM)
    say("bob", verdict="refuted", reason="See <the> yearbook & its tables.")
    say("bob", note="Counted **twice**? <script>x</script> \x0b\U0001f6a2", tags="check, customs")
    answer = client("alice").get("/changes.atom")
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    root = sound(answer.content)
    read = feedparser.parse(answer.content)
    assert not read.bozo
    assert read.version == "atom10"
    note, verdict, claim = read.entries
    assert root.findtext(f"{ATOM}entry/{ATOM}title") == "bob made a note on “Crates & <b>harbours</b>”"
    assert "<strong>twice</strong>" in note.content[0].value
    assert "<script" not in note.content[0].value
    assert [tag.term for tag in note.tags] == ["check", "customs"]
    assert verdict.author == "bob"
    assert "See &lt;the&gt; yearbook &amp; its tables." in etree_content(root, 1)
    assert claim.link.endswith("/articles/1#m-1-0")
    assert note.link.endswith("/articles/1#note-1")
    assert CLAIM in claim.content[0].value


def etree_content(root: etree._Element, number: int) -> str:
    return str(root.findall(f"{ATOM}entry")[number].findtext(f"{ATOM}content"))


def test_json_feed_has_its_shape(client, say) -> None:
    say("alice", claim=CLAIM)
    say("alice", note="A note", tags="check")
    answer = client("alice").get("/changes.json")
    assert answer.headers["content-type"] == "application/feed+json; charset=utf-8"
    feed = answer.json()
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == "http://testserver/changes.json"
    assert feed["home_page_url"] == "http://testserver/changes"
    assert "next_url" not in feed
    note, claim = feed["items"]
    assert set(claim) == {
        "id",
        "url",
        "title",
        "content_html",
        "date_published",
        "date_modified",
        "authors",
        "_quotidian",
    }
    assert note["tags"] == ["check"]
    assert note["_quotidian"] == {"kind": "note", "id": 1, "article_id": 1}
    atom = sound(client("alice").get("/changes.atom").content)
    assert [each.findtext(f"{ATOM}id") for each in atom.findall(f"{ATOM}entry")] == [note["id"], claim["id"]]


def test_ids_stay_when_things_change_and_times_go_on(client, say) -> None:
    say("alice", note="Frist")
    before = told(client)["items"][0]
    client("alice").put("/notes/1", data={"body": "First", "version": "1"})
    after = told(client)["items"][0]
    assert (before["id"], before["date_published"]) == (after["id"], after["date_published"])
    assert after["date_modified"] > before["date_modified"]
    assert "First" in after["content_html"]


def test_nobody_else_hears_of_what_is_private_or_deleted(client, say, database) -> None:
    say("alice", claim=CLAIM, visibility="private")
    say("alice", verdict="mixed")
    say("alice", note="Hush", visibility="private")
    say("alice", note="Spoken")
    assert len(titles(client, "alice")) == 4
    for who in ("bob", "charlie", "erin", "root"):
        assert "Hush" not in json.dumps(told(client, who))
        assert titles(client, who) == ["alice made a note on “Crates & <b>harbours</b>”"]
    client("alice").delete("/notes/2")
    assert told(client, "bob")["items"] == []
    with database.write() as db:
        db.execute(update(Article).values(deleted_at=now()))
    assert told(client, "alice")["items"] == []


def test_what_the_program_found_is_no_news(client, say, database, people) -> None:
    from app.models import Annotation

    with database.write() as db:
        db.add(Annotation(article_id=1, revision_id=1, kind="claim", start=0, end=3, exact="The", engine="test"))
    assert titles(client) == []


def test_a_passage_marked_for_a_note_is_told_of_once(client, say, database) -> None:
    words = passage(text_of(database, 1), CLAIM)
    say("alice", note="On these words", **{name: str(value) for name, value in words.items()})
    [item] = told(client)["items"]
    assert item["_quotidian"]["kind"] == "note"
    assert CLAIM in item["content_html"]


def test_filters(client, say, database) -> None:
    say("alice", claim=CLAIM)
    say("bob", verdict="supported")
    say("bob", note="Tagged", tags="check")
    other = make_article(database, title="Other")
    client("alice").post(f"/articles/{other}/notes", data={"body": "Elsewhere"})
    with database.write() as db:
        set_tags(db, article=db.get_one(Article, other), names=["harbour"])
    assert len(titles(client)) == 4
    assert titles(client, query="?kind=verdicts") == ["Supported: a claim in “Crates & <b>harbours</b>”"]
    assert len(titles(client, query="?kind=annotations")) == 3
    assert titles(client, query=f"?article={other}") == ["alice made a note on “Other”"]
    assert len(titles(client, query="?person=BOB")) == 2
    assert titles(client, query="?tag=harbour") == ["alice made a note on “Other”"]
    assert titles(client, query="?tag=check&person=bob") == ["bob made a note on “Crates & <b>harbours</b>”"]
    assert titles(client, query="?kind=articles&person=bob") == []
    assert client("alice").get("/changes.atom?article=987654").status_code == 404
    assert "Verdicts by bob" in told(client, query="?kind=verdicts&person=bob")["title"]


def test_pages_hold_everything_once_also_of_one_moment(client, say, database, monkeypatch) -> None:
    monkeypatch.setattr(queries, "PAGE", 3)
    say("alice", claim=CLAIM)
    for number in range(5):
        say("alice", note=f"Note {number}")
        say("bob", verdict=("refuted", "mixed")[number % 2])
    with database.write() as db:
        db.execute(update(Note).values(created_at=now() - timedelta(days=1)))
    every, address = [], "/changes.json?article=1"
    while address:
        page = client("alice").get(address).json()
        assert len(page["items"]) <= 3
        every += [item["id"] for item in page["items"]]
        address = page.get("next_url", "").removeprefix("http://testserver")
    assert len(every) == len(set(every)) == 11
    atom = sound(client("alice").get("/changes.atom?article=1").content)
    links = {link.get("rel"): link.get("href") for link in atom.findall(f"{ATOM}link")}
    assert links["next"].startswith("http://testserver/changes.atom?article=1&before=")
    assert client("alice").get("/changes.json?before=nonsense").status_code == 200
    assert client("alice").get("/changes.json?before=99999999T999999.999999-0-1").status_code == 200
    page = client("alice").get("/changes")
    assert 'rel="next"' in page.text


def test_what_has_not_changed_is_not_sent_again(client, say) -> None:
    say("alice", note="One")
    alice = client("alice")
    for path in ("/changes.atom", "/changes.json"):
        first = alice.get(path)
        for headers in (
            {"if-none-match": first.headers["etag"]},
            {"if-none-match": f'"other", W/{first.headers["etag"]}'},
        ):
            again = alice.get(path, headers=headers)
            assert (again.status_code, again.content) == (304, b""), headers
    known = alice.get("/changes.atom").headers
    assert "last-modified" not in known, "what is deleted makes a feed another one, at no new time"
    assert alice.get("/changes.atom", headers={"if-none-match": '"other"'}).status_code == 200
    say("bob", note="Two")
    assert alice.get("/changes.atom", headers={"if-none-match": known["etag"]}).status_code == 200


def test_the_number_of_statements_does_not_grow(client, say, database) -> None:
    alice = client("alice")
    app_engine = alice.app.state.database.engine  # type: ignore[attr-defined]
    counts = []
    for _ in range(2):
        statements: list[str] = []

        def count(_c: Any, _cursor: Any, statement: str, *_: Any, seen: list[str] = statements) -> None:
            seen.append(statement)

        say("alice", claim=CLAIM)
        for number in range(6):
            say("alice", note=f"Note {number}", tags=f"tag{number}")
            say("bob", verdict="mixed")
        alice.get("/changes.atom")
        event.listen(app_engine, "before_cursor_execute", count)
        assert alice.get("/changes.atom").status_code == 200
        event.remove(app_engine, "before_cursor_execute", count)
        counts.append(len([each for each in statements if not each.startswith("BEGIN")]))
    assert counts[0] == counts[1] <= 8


# Secret addresses


def made(client, who: str, **form: str) -> str:
    """The token of a new address."""
    answer = client(who).post("/changes/addresses", data=form)
    assert answer.status_code == 200, answer.text
    return str(answer.text.split("/changes.atom?token=")[1].split("<")[0])


def test_a_secret_address_reads_its_feed_and_nothing_else(client, say, people) -> None:
    say("alice", note="Hush", visibility="private")
    say("alice", claim=CLAIM)
    say("alice", verdict="refuted")
    token = made(client, "alice", kind="verdicts")
    reader = client()
    feed = reader.get(f"/changes.json?token={token}&kind=annotations").json()
    assert [item["title"] for item in feed["items"]] == ["Refuted: a claim in “Crates & <b>harbours</b>”"]
    assert feed["feed_url"] == f"http://testserver/changes.json?token={token}"
    assert "Hush" in reader.get(f"/changes.json?token={made(client, 'alice')}").text
    assert "Hush" not in reader.get(f"/changes.json?token={made(client, 'bob')}").text
    for path in ("/", "/changes", "/articles/1", "/api/quotidian/v1/articles"):
        assert reader.get(f"{path}?token={token}").status_code in (303, 401)
        assert reader.get(path, headers={"authorization": f"Bearer {token}"}).status_code == 401
    sound(reader.get(f"/changes.atom?token={token}").content)


def test_an_address_is_shown_once_renewed_and_removed(client, say, people, database) -> None:
    alice, reader = client("alice"), client()
    first = made(client, "alice", kind="silent")
    assert first not in alice.get("/changes/addresses").text
    assert "never used" in alice.get("/changes/addresses").text
    assert reader.get(f"/changes.atom?token={first}").status_code == 200
    assert "never used" not in alice.get("/changes/addresses").text
    renewed = alice.put("/changes/addresses/1").text.split("/changes.atom?token=")[1].split("<")[0]
    gone = reader.get(f"/changes.atom?token={first}")
    assert gone.status_code == 404
    assert "not valid any more" in gone.text
    assert reader.get(f"/changes.atom?token={renewed}").status_code == 200
    assert alice.delete("/changes/addresses/1").status_code == 303
    assert reader.get(f"/changes.atom?token={renewed}").status_code == 404
    assert reader.get("/changes.atom?token=").status_code == 404


def test_tokens_and_sessions_read_feeds_too(client, say) -> None:
    page = client("charlie").post("/account/tokens", data={"name": "reader", "scope": "read"}).text
    token = page.split("<p><code>")[1].split("<")[0]
    program = client()
    assert program.get("/changes.atom", headers={"authorization": f"Bearer {token}"}).status_code == 200
    assert program.get("/changes.atom", headers={"accept": "application/atom+xml"}).status_code == 401


def test_an_address_for_nobody_is_refused(client, say) -> None:
    answer = client("alice").post("/changes/addresses", data={"kind": "", "person": "nobody here"})
    assert answer.status_code == 422
    assert "Nobody here has this name." in answer.text.split('id="f-person-error"')[1].split("</p>")[0]
    assert client("alice").post("/changes/addresses", data={"article": "987654"}).status_code == 404


def test_no_secret_reaches_the_log(client, say, capsys) -> None:
    from dataclasses import replace

    from app.logs import set_up_logs
    from app.settings import Settings

    token = made(client, "alice")
    set_up_logs(replace(Settings(), log_level="DEBUG"))
    assert client().get(f"/changes.atom?token={token}").status_code == 200
    log = capsys.readouterr().err
    assert "/changes.atom" in log
    assert token not in log


# Pages


def test_pages_name_their_feeds(client, say, article) -> None:
    alice = client("alice")
    assert 'type="application/atom+xml" title="All changes" href="/changes.atom"' in alice.get("/").text
    page = alice.get(f"/articles/{article}").text
    assert (
        f'type="application/feed+json" title="Changes of this article" href="/changes.json?article={article}"' in page
    )
    assert f'href="/changes?article={article}"' in page
    assert 'href="/changes.atom?kind=verdicts"' in alice.get("/changes?kind=verdicts").text
    assert "alternate" not in client().get("/sign-in").text


def test_the_page_says_what_feeds_say(client, say) -> None:
    say("alice", note="A <b>bold</b> note", visibility="private")
    page = client("alice").get("/changes").text
    assert "A &lt;b&gt;bold&lt;/b&gt; note" in page
    assert "only me" in page
    assert "bold" not in client("bob").get("/changes").text


def test_times_are_those_of_the_change(client, say) -> None:
    say("alice", note="Now")
    at = datetime.fromisoformat(told(client)["items"][0]["date_published"])
    assert abs((now() - at).total_seconds()) < 60
