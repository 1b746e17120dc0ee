"""Our own JSON API as a program sees it: what is written comes back, conditions hold, pages go on, errors say where."""

from __future__ import annotations

from typing import Any

import pytest

from app.accounts.actions import add_token
from app.models import Annotation, Article
from tests.making import make_article, text_of

V1 = "/api/quotidian/v1"
PROBLEM = "application/problem+json"


@pytest.fixture
def program(client, database, people):
    """`program("bob")` acts with a token of bob's, and without cookies."""

    def make(name: str = "alice", scope: str = "write") -> Any:
        with database.write() as db:
            token = add_token(db, user_id=people[name], name="program", scope=scope)
        made = client()
        made.headers.update({"authorization": f"Bearer {token}", "accept": "application/json"})
        return made

    return make


@pytest.fixture
def article_id(database) -> int:
    return make_article(database)


def mark(api: Any, article_id: int, **given: Any) -> Any:
    answer = api.post(f"{V1}/articles/{article_id}/annotations", json={"exact": "four million crates", **given})
    assert answer.status_code == 201, answer.text
    return answer


def problem(answer: Any, status: int) -> dict[str, Any]:
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM), answer.text
    told = answer.json()
    assert told["status"] == status
    assert told["title"]
    return dict(told)


def test_an_article_comes_in_once_and_goes_to_the_bin_and_back(program) -> None:
    api = program()
    text = "Port counts its crates\n\nThe harbour took in four million crates last year, the office says."
    made = api.post(f"{V1}/articles", json={"text": text, "tags": ["Harbour"]})
    assert made.status_code == 201
    article = made.json()
    assert (article["title"], article["tags"], article["added_by"]) == ("Port counts its crates", ["harbour"], "alice")
    assert api.post(f"{V1}/articles", json={"text": text}).status_code == 200
    here = made.headers["location"]
    assert api.get(here).json() == article
    assert [each["id"] for each in api.get(f"{V1}/articles?tag=harbour").json()["items"]] == [article["id"]]
    assert api.put(f"{here}/tags", json={"tags": ["a", "b"]}).json()["tags"] == ["a", "b"]
    assert api.put(f"{here}/read").json()["reading"] == "read"
    assert api.delete(f"{here}/read").json()["reading"] == "unread"
    assert api.delete(here, headers={"if-match": made.headers["etag"]}).status_code == 412
    assert api.delete(here).status_code == 204
    assert problem(api.get(here), 404)
    assert api.delete(f"{here}/deletion").json()["deleted_at"] is None
    assert api.get(here).status_code == 200


def test_html_keeps_its_address_and_is_understood(program) -> None:
    page = "<html><head><title>Piers</title></head><body><article><h1>Piers</h1>" + "<p>A pier was built here.</p>" * 9
    made = program().post(f"{V1}/articles", json={"html": page, "url": "https://wire.example/piers"}).json()
    assert (made["title"], made["url"]) == ("Piers", "https://wire.example/piers")


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({}, ""),
        ({"text": "a", "html": "b"}, ""),
        ({"text": "words", "url": "https://a.example/"}, "/url"),
        ({"url": "http://127.0.0.1:9/"}, "/url"),
        ({"html": " "}, "/html"),
        ({"html": "<p>words</p>", "url": "no address"}, "/url"),
        ({"text": 7}, "/text"),
        ({"text": "words", "tags": ["a", 4]}, "/tags/1"),
        ({"text": "words", "tagz": []}, "/tagz"),
        ({"text": "nul \x00"}, "/text"),
    ],
)
def test_what_cannot_be_taken_is_named(given: dict[str, Any], pointer: str, program) -> None:
    told = problem(program().post(f"{V1}/articles", json=given), 422)
    assert pointer in [each["pointer"] for each in told["errors"]]


def test_revisions_have_their_text_and_blocks_in_code_points(program, article_id, database) -> None:
    api = program()
    [listed] = api.get(f"{V1}/articles/{article_id}/revisions").json()["items"]
    assert (listed["number"], "text" in listed) == (1, False)
    whole = api.get(f"{V1}/articles/{article_id}/revisions/1").json()
    assert whole["text"] == text_of(database, article_id)
    last = whole["blocks"][-1]
    assert whole["text"][last["start"] : last["end"]].startswith("Traders doubt it. \U0001f6a2")
    assert problem(api.get(f"{V1}/articles/{article_id}/revisions/2"), 404)


def test_a_passage_is_given_by_offsets_or_by_its_words(program, article_id, database) -> None:
    api, text = program(), text_of(database, article_id)
    start = text.index("half of the crates")
    made = mark(
        api, article_id, kind="claim", start=start, end=start + 18, exact="half of the crates", types=["statistic"]
    )
    assert text[made.json()["start"] : made.json()["end"]] == "half of the crates"
    assert api.get(made.headers["location"]).json() == made.json()
    quote = mark(api, article_id, kind="quote", exact="“Never.”", speaker="Maren Oduya", quote_kind="direct").json()
    assert (quote["speaker"]["name"], quote["revision"], quote["author"]) == ("Maren Oduya", 1, "alice")
    second = mark(api, article_id, exact="crates", prefix="half of the ").json()
    assert second["start"] == text.index("crates were counted")
    ambiguous = problem(api.post(f"{V1}/articles/{article_id}/annotations", json={"exact": "crates"}), 422)
    assert "2 times" in ambiguous["detail"]


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"exact": "words that are not there"}, "/exact"),
        ({"start": 0, "end": 3, "exact": "not"}, "/exact"),
        ({"start": 0}, "/end"),
        ({"end": 4}, "/start"),
        ({"start": 5, "end": 5}, "/end"),
        ({"start": 0, "end": 100_000}, "/end"),
        ({"start": "0", "end": 3}, "/start"),
        ({"exact": "crates", "prefix": "no such words"}, "/prefix"),
        ({"exact": ""}, "/exact"),
        ({"exact": "four", "kind": "note"}, "/kind"),
        ({"exact": "four", "kind": "claim", "types": ["rumour"]}, "/types/0"),
    ],
)
def test_a_passage_that_is_not_there_is_refused(given: dict[str, Any], pointer: str, program, article_id) -> None:
    told = problem(program().post(f"{V1}/articles/{article_id}/annotations", json=given), 422)
    assert [each["pointer"] for each in told["errors"]] == [pointer]


def test_nobody_overwrites_what_they_have_not_seen(program, article_id, database) -> None:
    alice, erin = program(), program("erin")
    made = mark(alice, article_id, kind="claim")
    here, seen = made.headers["location"], made.headers["etag"]
    assert problem(alice.patch(here, json={"kind": "highlight"}), 428)
    changed = erin.patch(here, json={"speaker": "The office"}, headers={"if-match": seen})
    assert (changed.status_code, changed.json()["speaker"]["name"]) == (200, "The office")
    assert problem(alice.patch(here, json={"kind": "highlight"}, headers={"if-match": seen}), 412)
    assert problem(alice.put(f"{here}/status", json={"status": "dismissed"}, headers={"if-match": seen}), 412)
    assert problem(alice.delete(here, headers={"if-match": seen}), 412)
    with database.read() as db:
        row = db.query(Annotation).one()
        assert (row.kind, row.status, row.version, row.deleted_at) == ("claim", "confirmed", 2, None)
    both = f'"other", {changed.headers["etag"]}'
    moved = alice.patch(here, json={"exact": "four million"}, headers={"if-match": both})
    assert (moved.json()["exact"], moved.json()["speaker"]["name"]) == ("four million", "The office")


def test_an_unchanged_answer_is_not_sent_again(program, article_id) -> None:
    api = program()
    for path in (
        f"/articles/{article_id}",
        "/articles",
        f"/articles/{article_id}/revisions/1",
        "/annotations",
        "/speakers",
    ):
        first = api.get(V1 + path)
        again = api.get(V1 + path, headers={"if-none-match": f'"x", W/{first.headers["etag"]}'})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    before = api.get(f"{V1}/annotations").headers["etag"]
    mark(api, article_id)
    assert api.get(f"{V1}/annotations", headers={"if-none-match": before}).status_code == 200


def test_what_the_program_found_is_confirmed_and_dismissed(program, article_id, database) -> None:
    api = program("bob")
    with database.write() as db:
        revision = db.get_one(Article, article_id).revision
        db.add(
            Annotation(
                article_id=article_id, revision_id=revision, kind="claim", start=0, end=3, exact="The", engine="e"
            )
        )
    found = api.get(f"{V1}/annotations?status=found").json()["items"][0]
    here = f"{V1}/annotations/{found['id']}"
    assert (found["author"], found["engine"]) == (None, "e")
    assert api.put(f"{here}/status", json={"status": "dismissed"}).json()["status"] == "dismissed"
    assert api.get(f"{V1}/annotations").json()["items"] == []
    assert [each["id"] for each in api.get(f"{V1}/annotations?status=dismissed").json()["items"]] == [found["id"]]
    assert api.put(f"{here}/status", json={"status": "confirmed"}).json()["status"] == "confirmed"
    assert api.delete(here).status_code == 204
    assert problem(api.get(here), 404)
    assert api.delete(f"{here}/deletion").json()["status"] == "confirmed"


def test_pages_go_on_at_their_link_and_lose_nothing_while_others_write(program, article_id) -> None:
    api = program()
    made = [
        mark(api, article_id, exact=f"{words}").json()["id"] for words in ("harbour", "Port", "Ilse", "customs", "head")
    ]
    first = api.get(f"{V1}/articles/{article_id}/annotations?limit=2&kind=highlight")
    mark(api, article_id, exact="Monday")
    seen, answer = [], first
    while True:
        seen += [each["id"] for each in answer.json()["items"]]
        link = answer.json()["next"]
        assert answer.headers.get("link") == (f'<{link}>; rel="next"' if link else None)
        if link is None:
            break
        answer = api.get(link)
    assert seen == made[::-1]
    for list_of in ("articles?limit=1", f"articles/{article_id}/notes?limit=1"):
        assert api.get(f"{V1}/{list_of}").json()["next"] is None
    assert problem(api.get(f"{V1}/articles?after=nonsense"), 422)["errors"][0]["parameter"] == "after"


def test_notes_make_threads_and_keep_their_versions(program, article_id) -> None:
    api, bob = program(), program("bob")
    on = mark(api, article_id).json()["id"]
    note = api.post(f"{V1}/annotations/{on}/notes", json={"body": "Counted **twice**?", "tags": ["check"]})
    here = note.headers["location"]
    reply = bob.post(f"{here}/replies", json={"body": "Yes."}).json()
    alone = api.post(
        f"{V1}/articles/{article_id}/notes", json={"body": "Of the article.", "visibility": "private"}
    ).json()
    threads = api.get(f"{V1}/articles/{article_id}/notes").json()["items"]
    assert [(each["id"], [r["id"] for r in each["replies"]]) for each in threads] == [
        (note.json()["id"], [reply["id"]]),
        (alone["id"], []),
    ]
    assert [each["id"] for each in bob.get(f"{V1}/articles/{article_id}/notes").json()["items"]] == [note.json()["id"]]
    assert api.get(f"{V1}/articles/{article_id}/notes?annotation={on}").json()["items"][0]["tags"] == ["check"]
    assert problem(bob.patch(here, json={"body": "Mine"}, headers={"if-match": "*"}), 403)
    assert problem(api.patch(here, json={"body": "Once."}), 428)
    edited = api.patch(here, json={"body": "Once."}, headers={"if-match": note.headers["etag"]}).json()
    assert (edited["body"], edited["tags"], edited["version"]) == ("Once.", ["check"], 2)
    assert problem(api.patch(here, json={"body": "Late"}, headers={"if-match": note.headers["etag"]}), 412)
    assert api.delete(here).status_code == 204
    assert problem(api.get(here), 404)
    assert api.delete(f"{here}/deletion").json()["body"] == "Once."
    assert (
        problem(api.post(f"{V1}/articles/{article_id}/notes", json={"body": " "}), 422)["errors"][0]["pointer"]
        == "/body"
    )


def test_evidence_and_verdicts_stand_with_a_claim(program, article_id) -> None:
    api = program()
    made = mark(api, article_id, kind="claim")
    claim = made.json()["id"]
    given = {"url": "https://customs.example/yearbook", "title": "Yearbook", "stance": "refutes"}
    source = api.post(f"{V1}/annotations/{claim}/sources", json=given)
    here = source.headers["location"]
    assert api.get(f"{V1}/annotations/{claim}/sources").json()["items"] == [source.json()]
    changed = api.patch(here, json={"stance": "context"}, headers={"if-match": source.headers["etag"]}).json()
    assert (changed["stance"], changed["title"], changed["version"]) == ("context", "Yearbook", 2)
    assert (
        problem(api.patch(here, json={"url": "nowhere"}, headers={"if-match": "*"}), 422)["errors"][0]["pointer"]
        == "/url"
    )
    verdict = f"{V1}/claims/{claim}/verdict"
    assert problem(api.put(verdict, json={"verdict": "refuted"}), 428)
    assert problem(api.put(verdict, json={"verdict": "wrong"}, headers={"if-match": "*"}), 422)
    seen = made.headers["etag"]
    first = api.put(verdict, json={"verdict": "refuted", "reason": "See there."}, headers={"if-match": seen})
    assert first.json()["verdict"] == "refuted"
    assert problem(api.put(verdict, json={"verdict": "mixed"}, headers={"if-match": seen}), 412)
    api.put(verdict, json={"verdict": "mixed"}, headers={"if-match": first.headers["etag"]})
    history = api.get(f"{V1}/claims/{claim}/verdicts").json()["items"]
    assert [(each["verdict"], each["reason"]) for each in history] == [("mixed", ""), ("refuted", "See there.")]
    assert [each["id"] for each in api.get(f"{V1}/annotations?verdict=mixed").json()["items"]] == [claim]
    assert api.delete(here).status_code == 204
    assert api.delete(f"{here}/deletion").json()["deleted_at"] is None
    assert problem(api.get(f"{V1}/claims/{mark(api, article_id, exact='harbour').json()['id']}/verdicts"), 404)


def test_speakers_and_search_lead_to_what_they_say(program, article_id) -> None:
    api = program()
    quote = mark(api, article_id, kind="quote", exact="We have never counted so many", speaker="Maren Oduya").json()
    [speaker] = api.get(f"{V1}/speakers?q=oduya").json()["items"]
    assert (speaker["name"], speaker["quotes"]) == ("Maren Oduya", 1)
    assert api.get(f"{V1}/speakers/{speaker['id']}").json()["names"] == []
    assert [e["id"] for e in api.get(f"{V1}/annotations?speaker={speaker['id']}").json()["items"]] == [quote["id"]]
    found = api.get(f"{V1}/search", params={"q": "counted"}).json()
    [item] = found["items"]
    assert (found["total"], item["article_id"], item["hits"][0]["who"]) == (1, article_id, "Maren Oduya")
    assert any(words["hit"] and words["text"] == "counted" for words in item["words"])
    assert problem(api.get(f"{V1}/search"), 422)["errors"][0]["parameter"] == "q"


def test_what_is_private_stays_with_its_owner_in_every_list(program, article_id) -> None:
    alice, bob = program(), program("bob")
    secret = mark(alice, article_id, kind="quote", visibility="private", speaker="Hush Hush").json()["id"]
    alice.post(f"{V1}/annotations/{secret}/notes", json={"body": "hush"})
    for path in (
        "/annotations",
        f"/articles/{article_id}/annotations",
        f"/articles/{article_id}/notes",
        "/speakers",
        "/search?q=hush",
    ):
        assert "hush" in alice.get(V1 + path).text.lower(), path
        assert "hush" not in bob.get(V1 + path).text.lower(), path
        assert bob.get(V1 + path).json()["items"] == []


def test_every_error_is_a_problem(program, client) -> None:
    api = program()
    assert problem(client().get(f"{V1}/articles"), 401)
    assert client().get(f"{V1}/articles").headers["www-authenticate"] == "Bearer"
    assert problem(program("charlie").post(f"{V1}/articles", json={"text": "x"}), 403)
    assert problem(program(scope="read").post(f"{V1}/articles", json={"text": "x"}), 403)
    assert problem(api.get(f"{V1}/articles/987654"), 404)
    assert problem(api.get(f"{V1}/articles/x"), 404)
    assert problem(api.get(f"{V1}/nothing"), 404)
    wrong = api.put(f"{V1}/articles", json={})
    assert problem(wrong, 405)
    assert wrong.headers["allow"] == "GET, POST"
    assert problem(api.post(f"{V1}/articles", data={"text": "a form"}), 415)
    for body in (b"{", b"\xff", b'{"text": "\xff"}', b"[" * 100_000):
        sent = api.post(f"{V1}/articles", content=body, headers={"content-type": "application/json"})
        assert problem(sent, 400), body[:10]
    huge = {"content-length": "99999999999", "content-type": "application/json"}
    assert problem(api.post(f"{V1}/articles", content=b"", headers=huge), 413)
    other = client("alice").post(f"{V1}/articles", json={"text": "x"}, headers={"sec-fetch-site": "cross-site"})
    assert problem(other, 403)


def test_the_page_tells_every_operation_and_needs_nobody(client) -> None:
    schema = client().get(f"{V1}/openapi.json").json()
    page = client().get(f"{V1}/docs")
    assert page.status_code == 200
    names = [each["operationId"] for item in schema["paths"].values() for each in item.values()]
    assert len(names) == len(set(names)) > 30
    for name in names:
        assert f'id="{name}"' in page.text
    assert "<script>" not in page.text
    for item in schema["paths"].values():
        for operation in item.values():
            assert operation["summary"]
            assert "401" in operation["responses"]
