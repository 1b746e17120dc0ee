"""Annotations through the Hypothesis API: made, read, changed, deleted, answered, flagged; and who sees them."""

from __future__ import annotations

import pytest

from app.db import Database
from app.models import Annotation, Note, OutsideNote
from tests.making import make_article, passage, text_of

ME = "acct:alice@testserver"


def test_a_posted_annotation_is_a_highlight_with_a_note(post, program, client, database: Database, article) -> None:
    row = post("alice", "Do they *all*?", quote="Traders doubt it", tags=["Trade", "doubt"])
    assert (row["user"], row["group"], row["text"]) == (ME, "__world__", "Do they *all*?")
    assert sorted(row["tags"]) == ["Trade", "doubt"]
    assert row["permissions"] == {"read": ["group:__world__"], "admin": [ME], "update": [ME], "delete": [ME]}
    with database.read() as db:
        annotation, note = db.query(Annotation).one(), db.query(Note).one()
    assert (annotation.exact, annotation.kind, note.annotation_id) == ("Traders doubt it", "highlight", annotation.id)
    assert "Do they <em>all</em>?" in client("bob").get(f"/articles/{article}").text
    assert program("bob").get(f"/api/annotations/{row['id']}").json() == row
    assert program("bob").head(f"/api/annotations/{row['id']}").status_code == 200


def test_offsets_are_utf_16(post, program, client, database: Database, article) -> None:
    """An emoji stands before the words: there each system counts differently."""
    text, words = text_of(database, article), "They say that half"
    at = text.index(words)
    units = len(text[:at].encode("utf-16-le")) // 2
    assert units == at + 1
    position = {"type": "TextPositionSelector", "start": units, "end": units + len(words)}
    row = post("alice", "by position", target=[{"source": "x", "selector": [position]}])
    with database.read() as db:
        assert (db.query(Annotation.start).scalar(), db.query(Annotation.exact).scalar()) == (at, words)
    assert row["target"][0]["selector"] == [position]
    client("bob").post(
        f"/articles/{article}/notes", data={**passage(text, "half of the crates"), "body": "In the reader"}
    )
    rows = program("alice").get("/api/search", params={"text": "In the reader"}).json()["rows"]
    selectors = {each["type"]: each for each in rows[0]["target"][0]["selector"]}
    start = text.index("half of the crates") + 1
    assert (selectors["TextPositionSelector"]["start"], selectors["TextPositionSelector"]["end"]) == (start, start + 18)
    assert selectors["TextQuoteSelector"]["exact"] == "half of the crates"


def test_the_context_says_which_of_the_same_words(program, database, article) -> None:
    quote = {
        "type": "TextQuoteSelector",
        "exact": "crates",
        "prefix": "They say that half of the ",
        "suffix": " were counted",
    }
    sent = {"uri": f"http://testserver/articles/{article}", "text": "x", "target": [{"selector": [quote]}]}
    assert program("alice").post("/api/annotations", json=sent).status_code == 200
    with database.read() as db:
        assert db.query(Annotation.start).scalar() == text_of(database, article).index("crates were counted")


def test_words_without_a_place_are_kept(post, program, client, article) -> None:
    row = post("alice", "Where?", quote="The zebra sang a wholly different melody at midnight")
    assert (row["text"], row["target"][0]["selector"][0]["exact"][:9]) == ("Where?", "The zebra")
    page = client("bob").get(f"/articles/{article}").text
    assert "The zebra sang" in page
    changed = program("alice").patch(f"/api/annotations/{row['id']}", json={"text": "There."}).json()
    assert (changed["text"], changed["id"]) == ("There.", row["id"])
    assert "The zebra sang" in client("bob").get(f"/articles/{article}").text


def test_a_page_that_is_no_article_here_is_kept(post, program, database: Database) -> None:
    address = "https://Elsewhere.example/Story/?b=2&a=1&utm_source=x#part"
    row = post("alice", "Far away", quote="some words", uri=address, document={"title": ["A story"]}, tags=["Far"])
    assert (row["uri"], row["document"], row["tags"]) == (address, {"title": ["A story"]}, ["Far"])
    same = "http://elsewhere.example/Story?a=1&b=2&gclid=3"
    for given in ({"uri": same}, {"quote": "some"}, {"tag": "far"}, {"any": "story"}, {"uri.parts": "elsewhere"},
                  {"wildcard_uri": "https://elsewhere.example/*"}, {"user": ME}, {"text": "AWAY"}):  # fmt: skip
        assert [each["id"] for each in program("bob").get("/api/search", params=given).json()["rows"]] == [row["id"]], (
            given
        )
    reply = post("bob", "Indeed", uri=address, references=[row["id"]])
    assert (reply["references"], reply["permissions"]["read"]) == ([row["id"]], ["group:__world__"])
    changed = program("alice").patch(
        f"/api/annotations/{row['id']}", json={"text": "Nearer", "permissions": {"read": [ME]}}
    )
    assert (changed.json()["text"], changed.json()["permissions"]["read"]) == ("Nearer", [ME])
    assert program("bob").get(f"/api/annotations/{row['id']}").status_code == 404
    assert program("alice").delete(f"/api/annotations/{row['id']}").json() == {"id": row["id"], "deleted": True}
    with database.read() as db:
        assert db.query(OutsideNote).count() == 2


def test_changes_touch_updated_and_leave_the_rest(post, program) -> None:
    row = post("alice", "First", quote="Traders doubt it", tags=["one"])
    changed = program("alice").patch(f"/api/annotations/{row['id']}", json={"text": "Second"}).json()
    assert (changed["text"], changed["tags"], changed["created"]) == ("Second", ["one"], row["created"])
    assert changed["updated"] > row["updated"]
    again = program("alice").put(f"/api/annotations/{row['id']}", json={"tags": ["two"]}).json()
    assert (again["text"], again["tags"], again["target"]) == ("Second", ["two"], row["target"])
    empty = program("alice").patch(f"/api/annotations/{row['id']}", json={"text": "", "tags": []}).json()
    assert (empty["id"], empty["text"]) == (row["id"], "")
    back = program("alice").patch(f"/api/annotations/{row['id']}", json={"text": "Third"}).json()
    assert (back["id"], back["text"]) == (row["id"], "Third")


def test_a_row_on_another_page_can_move_to_a_third(post, program) -> None:
    alice = program("alice")
    row = post("alice", "elsewhere", uri="https://a.example/one")
    assert row["document"] == {}
    moved = alice.put(f"/api/annotations/{row['id']}", json=row | {"uri": "https://a.example/two"})
    assert (moved.status_code, moved.json()["uri"]) == (200, "https://a.example/two")
    found = [alice.get("/api/search", params={"uri": f"https://a.example/{n}"}).json()["total"] for n in ("one", "two")]
    assert found == [0, 1]


def test_a_bare_highlight_gets_a_note_and_moves(post, program, database: Database) -> None:
    row = post("alice", quote="Traders doubt it")
    assert (row["text"], row["tags"]) == ("", [])
    noted = program("alice").patch(f"/api/annotations/{row['id']}", json={"text": "Now with words"}).json()
    assert (noted["id"], noted["text"]) == (row["id"], "Now with words")
    target = [{"source": row["uri"], "selector": [{"type": "TextQuoteSelector", "exact": "half of the crates"}]}]
    moved = program("alice").patch(f"/api/annotations/{row['id']}", json={"target": target}).json()
    assert moved["target"] == target
    with database.read() as db:
        assert db.query(Annotation.exact).scalar() == "half of the crates"


def test_what_is_deleted_vanishes(post, program) -> None:
    row = post("alice", "Short-lived", quote="Traders doubt it")
    assert program("bob").delete(f"/api/annotations/{row['id']}").status_code == 403
    assert program("alice").delete(f"/api/annotations/{row['id']}").json() == {"id": row["id"], "deleted": True}
    assert program("alice").get(f"/api/annotations/{row['id']}").status_code == 404
    assert program("alice").delete(f"/api/annotations/{row['id']}").status_code == 404
    assert program("alice").get("/api/search").json() == {"total": 0, "rows": []}


def test_private_ones_are_nobody_elses(post, program, client, article) -> None:
    row = post("alice", "hush", quote="Traders doubt it", permissions={"read": [ME]})
    note = post("alice", "hush too", permissions={"read": [ME]})
    reply = post("alice", "hush as well", references=[row["id"]])
    assert [each["permissions"]["read"] for each in (row, note, reply)] == [[ME]] * 3
    assert program("alice").get("/api/search").json()["total"] == 3
    for name in ("bob", "erin", "root"):
        other = program(name)
        assert other.get("/api/search").json() == {"total": 0, "rows": []}
        for each in (row, note, reply):
            for method in ("get", "delete"):
                assert other.request(method, f"/api/annotations/{each['id']}").status_code == 404
            assert other.patch(f"/api/annotations/{each['id']}", json={"text": "x"}).status_code == 404
        refused = other.post("/api/annotations", json={"uri": "x", "text": "y", "references": [row["id"]]})
        assert (refused.status_code, refused.json()["status"]) == (400, "failure")
    assert "hush" not in client("bob").get(f"/articles/{article}").text
    shown = program("alice").patch(
        f"/api/annotations/{note['id']}", json={"permissions": {"read": ["group:__world__"]}}
    )
    assert shown.json()["permissions"]["read"] == ["group:__world__"]
    assert program("bob").get(f"/api/annotations/{note['id']}").json()["text"] == "hush too"


def test_replies_are_threads(post, program, client, article, database: Database) -> None:
    row = post("alice", "First", quote="Traders doubt it")
    reply = post("bob", "Second", references=[row["id"]])
    deeper = post("alice", "Third", references=[row["id"], reply["id"]])
    assert (reply["references"], deeper["references"]) == ([row["id"]], [row["id"], reply["id"]])
    bare = post("alice", quote="half of the crates")
    to_bare = post("bob", "On it", references=[bare["id"]])
    assert to_bare["references"] == [bare["id"]]
    page_note = post("alice", "On the whole")
    to_page = post("bob", "Yes", references=[page_note["id"]])
    assert "selector" not in page_note["target"][0]
    assert to_page["references"] == [page_note["id"]]
    ids = lambda rows: {each["id"] for each in rows}  # noqa: E731
    get = program("alice").get
    found = get("/api/search", params={"_separate_replies": "true"}).json()
    assert (found["total"], ids(found["rows"])) == (3, {row["id"], bare["id"], page_note["id"]})
    assert ids(found["replies"]) == {reply["id"], deeper["id"], to_bare["id"], to_page["id"]}
    mixed = get("/api/search", params={"_separate_replies": "false"}).json()
    assert (mixed["total"], "replies" in mixed) == (7, False)
    assert ids(get("/api/search", params={"references": row["id"]}).json()["rows"]) == {reply["id"], deeper["id"]}
    assert ids(get("/api/search", params={"references": page_note["id"]}).json()["rows"]) == {to_page["id"]}
    with database.read() as db:
        second = db.query(Note).filter(Note.body == "Second").one()
        assert db.get_one(Note, second.parent_id or 0).body == "First"
    assert client("bob").get(f"/articles/{article}").text.count("Third") == 1


def test_what_the_program_found_shows_by_its_notes(client, program, database: Database, article) -> None:
    text = text_of(database, article)
    with database.write() as db:
        found = Annotation(
            article_id=article, revision_id=1, kind="quote", start=0, end=11, exact=text[:11], engine="test"
        )
        db.add(found)
        db.flush()
        on = found.id
    assert program("alice").get("/api/search").json()["total"] == 0
    client("bob").post(f"/annotations/{on}/notes", data={"body": "Said so"})
    (row,) = program("alice").get("/api/search").json()["rows"]
    assert (row["text"], row["user"], "references" in row) == ("Said so", "acct:bob@testserver", False)
    assert row["target"][0]["selector"][1]["exact"] == text[:11]


def test_flags_and_hides(post, program) -> None:
    row = post("alice", "Rude", quote="Traders doubt it")
    path = f"/api/annotations/{row['id']}"
    bob, erin = program("bob"), program("erin")
    assert (bob.put(f"{path}/flag").status_code, bob.put(f"{path}/flag").status_code) == (204, 204)
    assert (bob.get(path).json()["flagged"], program("alice").get(path).json()["flagged"]) == (True, False)
    assert bob.put(f"{path}/hide").status_code == 403
    assert erin.put(f"{path}/hide").status_code == 204
    assert (bob.get(path).json()["hidden"], bob.get(path).json()["text"]) == (True, "")
    assert (program("alice").get(path).json()["text"], erin.get(path).json()["text"]) == ("Rude", "Rude")
    assert erin.delete(f"{path}/hide").status_code == 204
    assert bob.get(path).json()["text"] == "Rude"


@pytest.mark.parametrize(
    ("sent", "field"),
    [({}, "uri"), ({"uri": 5}, "uri"), ({"uri": ""}, "uri"), ({"uri": "x", "text": ["a"]}, "text"), ({"uri": "x"}, "text"),
     ({"uri": "x", "text": "a", "tags": "b"}, "tags"), ({"uri": "x", "text": "a", "tags": [1]}, "tags"),
     ({"uri": "x", "text": "a", "group": "other"}, "group"), ({"uri": "x", "text": "a", "target": {}}, "target"),
     ({"uri": "x", "text": "a", "permissions": {"read": ["acct:bob@testserver"]}}, "permissions"),
     ({"uri": "x", "text": "a", "references": ["n99"]}, "references"), ({"uri": "x", "text": "a" * 100_001}, "text"),
     ({"uri": "x", "text": "a", "tags": ["t" * 65]}, "tags"), ({"uri": "x", "document": 1, "text": "a"}, "document")],
)  # fmt: skip
def test_what_is_wrong_is_named(sent, field, program) -> None:
    answer = program("alice").post("/api/annotations", json=sent)
    assert (answer.status_code, answer.json()["status"]) == (400, "failure")
    assert answer.json()["reason"].startswith(f"{field}: ")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"[" * 100_000, b"\xff", b"null"])
def test_what_is_no_json_object_is_refused(body, program) -> None:
    answer = program("alice").post("/api/annotations", content=body)
    assert (answer.status_code, answer.json()["status"]) == (400, "failure")


@pytest.mark.parametrize("odd", ["\\u0000", "\\ud800", "\\udc00 \\ud83d\\ude00"])
def test_odd_characters_come_back_or_are_left_out(odd, program) -> None:
    sent = f'{{"uri": "https://a.example/", "text": "a{odd}b", "target": [{{"selector": [{{"exact": "{odd}x"}}]}}]}}'
    answer = program("alice").post("/api/annotations", content=sent.encode())
    assert (answer.status_code, answer.json()["text"][0], answer.json()["text"][-1]) == (200, "a", "b")


@pytest.mark.parametrize("odd", [None, [], ["TextQuoteSelector"], {}, True, 10**30, -1])
@pytest.mark.parametrize("name", ["type", "exact", "prefix", "start", "end"])
def test_odd_selectors_do_no_harm(name, odd, program, article) -> None:
    selectors = [{"type": "TextQuoteSelector", "exact": "Traders doubt it", "prefix": "a", "suffix": "b"},
                 {"type": "TextPositionSelector", "start": 1, "end": 5}]  # fmt: skip
    for selector in selectors:
        if name in selector:
            selector[name] = odd
    uri = f"http://testserver/articles/{article}"
    sent = {"uri": uri, "text": "odd", "target": [{"source": uri, "selector": selectors}]}
    assert program("alice").post("/api/annotations", json=sent).status_code in (200, 400)


def test_a_read_token_and_a_reader_write_nothing(program, article) -> None:
    sent = {"uri": "https://a.example/", "text": "no"}
    answers = [
        each.post("/api/annotations", json=sent) for each in (program("alice", "read"), program("charlie"), program())
    ]
    assert [answer.status_code for answer in answers] == [403, 403, 401]
    assert all(answer.json()["status"] == "failure" for answer in answers)


def test_addresses_of_the_same_article(database: Database, program, article) -> None:
    from app.models import Article, Capture

    other = make_article(database, title="Other", paragraphs=("Another text of another article stands here.",))
    with database.write() as db:
        db.get_one(Article, article).canonical_url = "https://press.example/crates?a=1&b=2"
        db.query(Capture).filter(Capture.revision_id == other).one().url = "https://mirror.example/Other?utm_medium=x"
    alice = program("alice")
    for uri, title in [("http://PRESS.example/crates/?b=2&a=1&utm_source=q&gclid=2#top", "Crates"),
                       ("https://mirror.example/Other/#x", "Other"), (f"http://testserver/articles/{other}?at=3#m-1-0", "Other"),
                       (f"http://testserver/articles/{article}/", "Crates")]:  # fmt: skip
        row = alice.post("/api/annotations", json={"uri": uri, "text": uri}).json()
        assert (row["document"]["title"], row["uri"]) == ([title], uri)
    for uri in ("https://press.example/crates?b=2&a=1", f"http://testserver/articles/{article}"):
        assert alice.get("/api/search", params={"uri": uri}).json()["total"] == 2
    assert alice.get("/api/search", params={"uri": "https://mirror.example/Other"}).json()["total"] == 2
    assert alice.get("/api/search", params={"uri": "https://press.example/crates"}).json()["total"] == 0
    link = {
        "uri": "file:///tmp/x.html",
        "text": "linked",
        "document": {"link": [{"href": "https://mirror.example/Other"}]},
    }
    assert alice.post("/api/annotations", json=link).json()["document"]["title"] == ["Other"]
