"""Search as programs page through it, and what it costs."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import event

from app.models import Annotation, Note, OutsideNote, Revision

MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def many(database, people, article) -> int:
    """Rows of three kinds, most of them of the same moment."""
    with database.write() as db:
        revision = db.query(Revision).filter(Revision.article_id == article).one()
        for n in range(40):
            at = MOMENT if n % 4 else MOMENT.replace(second=n % 60)
            times = {"created_at": at, "updated_at": at, "author_id": people["alice"]}
            annotation = Annotation(article_id=article, revision_id=revision.id, kind="highlight", start=n, end=n + 1,
                                    exact=revision.text[n : n + 1], status="confirmed", **times)  # fmt: skip
            db.add_all([annotation, Note(article_id=article, body=f"note {n}", **times)])
            db.add(OutsideNote(uri="https://a.example/", keys="\na.example/\n", body=f"outside {n}", **times))
        db.flush()
    return 120


@pytest.mark.parametrize("sort", ["created", "updated", "id"])
@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize("size", [7, 50])
def test_search_after_loses_and_doubles_nothing(sort, order, size, program, many) -> None:
    alice, seen, after = program("alice"), [], {}
    while True:
        page = alice.get("/api/search", params={"limit": size, "sort": sort, "order": order} | after).json()
        assert (page["total"], len(page["rows"]) <= size) == (many, True)
        if not page["rows"]:
            break
        seen += page["rows"]
        after = {"search_after": page["rows"][-1][sort]}
    assert len(seen) == len({each["id"] for each in seen}) == many
    if sort != "id":
        stamps = [datetime.fromisoformat(each[sort]) for each in seen]
        assert stamps == sorted(stamps, reverse=order == "desc")


def test_offset_and_limit_cover_all(program, many) -> None:
    alice = program("alice")
    pages = [alice.get("/api/search", params={"limit": 50, "offset": n}).json()["rows"] for n in (0, 50, 100, 150)]
    assert [len(page) for page in pages] == [50, 50, 20, 0]
    assert len({each["id"] for page in pages for each in page}) == many
    assert len(alice.get("/api/search").json()["rows"]) == 20
    assert alice.get("/api/search", params={"limit": 0}).json() == {"total": many, "rows": []}


@pytest.mark.parametrize(
    ("name", "value"),
    [("limit", "201"), ("limit", "-1"), ("limit", "x"), ("offset", "9801"), ("sort", "size"), ("order", "up"),
     ("search_after", "yesterday")],
)  # fmt: skip
def test_what_is_wrong_is_named(name, value, program) -> None:
    answer = program("alice").get("/api/search", params={name: value})
    assert (answer.status_code, answer.json()["status"]) == (400, "failure")
    assert answer.json()["reason"].startswith(f"{name}: ")


def test_filters(post, program) -> None:
    one = post("alice", "The ducks count 100% of it", quote="Traders doubt it", tags=["Trade", "b"])
    two = post("bob", "Nothing here", quote="half of the crates", tags=["b"])

    def ids(**given):
        return {each["id"] for each in program("charlie").get("/api/search", params=given).json()["rows"]}

    both = {one["id"], two["id"]}
    assert ids(user="acct:ALICE@testserver") == ids(user="alice") == {one["id"]}
    assert ids(user="acct:nobody@testserver") == ids(group="other") == ids(quote="zebra") == set()
    assert ids(tag="trade") == ids(tags="TRADE") == {one["id"]}
    assert ids(tags=["trade", "b"]) == {one["id"]}
    assert ids(group="__world__") == ids(tag="b") == both
    assert ids(quote="doubt TRADERS") == ids(text="ducks") == ids(text="100%") == ids(any="trade") == {one["id"]}
    assert ids(any="crates") == ids(text='"nothing here"') == {two["id"]}
    assert ids(text='"here nothing"') == ids(text='"ducks" zebra') == set()
    assert ids(text="0_%") == ids(text='"') == ids(any='""') == set()
    assert ids(wildcard_uri="http://testserver/*") == ids(**{"uri.parts": "articles"}) == ids(url=one["uri"]) == both
    assert ids(wildcard_uri="http://other/*") == ids(references="n7") == ids(references="x") == set()
    assert ids(custom="passed over") == both


def test_sorted_by_user_and_group(post, program) -> None:
    for name in ("bob", "alice"):
        post(name, f"by {name}")
    alice = program("alice")
    names = [each["user"] for each in alice.get("/api/search", params={"sort": "user", "order": "asc"}).json()["rows"]]
    assert names == ["acct:alice@testserver", "acct:bob@testserver"]
    after = {"sort": "user", "order": "asc", "search_after": names[0]}
    assert [each["user"] for each in alice.get("/api/search", params=after).json()["rows"]] == names[1:]
    assert alice.get("/api/search", params={"sort": "group"}).json()["total"] == 2


def test_the_statements_do_not_grow_with_the_rows(program, post, many) -> None:
    alice = program("alice")
    row = post("alice", "with replies", quote="Traders doubt it")
    for n in range(3):
        post("bob", f"reply {n}", references=[row["id"]])
    alice.get("/api/search")  # notes that the token was used
    counted: list[int] = []
    for limit in (1, 200):
        statements: list[str] = []
        watch = lambda *args, seen=statements: seen.append(args[2])  # noqa: E731
        engine = alice.app.state.database.engine
        event.listen(engine, "before_cursor_execute", watch)
        answer = alice.get("/api/search", params={"limit": limit, "_separate_replies": "true"})
        event.remove(engine, "before_cursor_execute", watch)
        assert answer.status_code == 200
        counted.append(len(statements))
    assert counted[0] == counted[1] <= 16
