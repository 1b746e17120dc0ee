"""POST /api/capture: what SingleFile and the extension send, and what is answered to programs."""

from __future__ import annotations

import pytest

from app import files
from app.api.capture import without_embedded
from app.models import Annotation, Article, ArticleTag, Capture, Note, Picture, Revision, User, now
from tests.capture.conftest import PARAGRAPHS, html_page

URL = "https://wire.example/grey-point?utm_source=mail"


def singlefile(page: str | bytes, url: str = URL, **more: str) -> dict[str, object]:
    """The request as SingleFile makes it: a file named SingleFile.html and the address."""
    content = page.encode() if isinstance(page, str) else page
    return {"files": {"file": ("SingleFile.html", content, "text/html")}, "data": {"url": url, **more}}


@pytest.fixture
def program(client, token):
    browser = client()
    browser.headers.update({**token(), "accept": "multipart/form-data"})
    return browser


def test_what_singlefile_sends_becomes_an_article(program, database, people) -> None:
    answer = program.post("/api/capture", **singlefile(html_page(embedded=3)))
    assert answer.status_code == 201, answer.text
    with database.read() as db:
        article, capture, revision = db.query(Article).one(), db.query(Capture).one(), db.query(Revision).one()
        assert db.query(Picture).count() == 0
    assert answer.json() == {
        "article_id": article.id, "revision": 1, "created": True, "highlight": None, "note": None,
        "url": f"http://testserver/articles/{article.id}",
    }  # fmt: skip
    assert revision.text == "\n".join(PARAGRAPHS)
    assert (article.canonical_url, article.title) == ("https://wire.example/grey-point", "Lighthouse to be lit again")
    assert (capture.kind, capture.filename, article.created_by) == ("html", "SingleFile.html", people["alice"])
    kept = files.get(database.settings.files, capture.sha256)
    assert b"AAAA" not in kept
    assert kept.startswith(b"<!DOCTYPE html>")


def test_pictures_in_the_page_do_not_count(client, token, settings) -> None:
    """Twelve megabytes with them, a few kilobytes without."""
    browser = client()
    page = html_page(embedded=3000)
    assert len(page) > settings.max_upload
    assert browser.post("/api/capture", **singlefile(page), headers=token()).status_code == 201


def test_only_what_is_embedded_is_taken_out() -> None:
    page = b'<a href="data:text/html,short">data: is a word</a><img src="data:image/png;base64,' + b"A" * 90 + b'">'
    assert without_embedded(page) == b'<a href="data:text/html,short">data: is a word</a><img src="data:,">'
    assert len(without_embedded(b"data:a/" * 300_000)) == 2_100_000  # in linear time


def test_the_same_again_is_no_second_article(program, rows, database) -> None:
    more = {"quote": "The lens alone weighs two tons.", "note": "Check the *weight*.", "tags": "Lights, harbour"}
    first = program.post("/api/capture", **singlefile(html_page(), **more)).json()
    before = rows()
    again = program.post("/api/capture", **singlefile(html_page(title="Another headline"), **more))
    assert again.status_code == 200
    assert again.json() == {**first, "created": False}
    assert rows() == before
    with database.read() as db:
        annotation, note = db.query(Annotation).filter(Annotation.kind == "highlight").one(), db.query(Note).one()
        assert db.query(ArticleTag).count() == 2
    assert annotation.exact == more["quote"]
    assert (note.annotation_id, note.body) == (annotation.id, more["note"])
    assert first["url"].endswith(f"/articles/{first['article_id']}#m-{annotation.id}-0")


def test_tags_are_added_to_those_there_are(program, database) -> None:
    for tags in ("lights", "harbour"):
        program.post("/api/capture", **singlefile(html_page(), tags=tags))
    with database.read() as db:
        assert db.query(ArticleTag).count() == 2


def test_words_that_are_not_there_become_a_note(program, database) -> None:
    answer = program.post("/api/capture", **singlefile(html_page(), quote="Words of a menu", note="Mine")).json()
    with database.read() as db:
        note = db.query(Note).one()
    assert (answer["highlight"], answer["note"]) == (None, note.id)
    assert "> Words of a menu\n\nMine" in note.body


def test_an_address_is_not_asked_so_it_may_be_of_an_intranet(program) -> None:
    answer = program.post("/api/capture", **singlefile(html_page(), url="http://127.0.0.1:9/inside"))
    assert answer.status_code == 201


@pytest.mark.parametrize(
    ("sent", "status", "field"),
    [
        ({"data": {"url": URL}}, 422, "file"),
        (singlefile(""), 422, "file"),
        (singlefile(b"\x00\x01\x02\xff" * 500), 422, "file"),
        (singlefile(b"%PDF-1.7\n" + bytes(range(256)) * 20), 422, "file"),
        (singlefile("<html><body><nav><a href='/'>Home</a></nav></body></html>"), 422, "file"),
        (singlefile("<div>" * 3000 + html_page()), 422, "file"),
        (singlefile(html_page(), url="javascript:alert(1)"), 422, "url"),
        (singlefile(html_page(), url="grey point"), 422, "url"),
        (singlefile(html_page(), tags="x" * 65), 422, "tags"),
        (singlefile(html_page(), note="x" * 100_001), 422, "note"),
        (singlefile("x" * 10_000_001), 413, "file"),
        (singlefile("x" * 41_000_000), 413, None),
    ],
    ids=[
        "no-file",
        "empty",
        "binary",
        "pdf",
        "no-article",
        "deep",
        "script",
        "no-address",
        "tag",
        "note",
        "large",
        "vast",
    ],
)
def test_what_is_wrong_is_said_and_nothing_kept(program, rows, sent, status: int, field: str | None) -> None:
    before = rows()
    answer = program.post("/api/capture", **sent)
    assert (answer.status_code, answer.json()["field"]) == (status, field), answer.text
    assert set(answer.json()) == {"error", "field"}
    assert len(answer.json()["error"]) > 15
    assert rows() == before


def test_a_page_without_a_title_takes_the_one_that_is_sent(program, database) -> None:
    page = "<html><body><article>" + "".join(f"<p>{each}</p>" for each in PARAGRAPHS) + "</article></body></html>"
    refused = program.post("/api/capture", **singlefile(page))
    assert (refused.status_code, refused.json()["field"]) == (422, "title")
    assert program.post("/api/capture", **singlefile(page, title=" As  sent ")).status_code == 201
    with database.read() as db:
        assert db.query(Article).one().title == "As sent"


@pytest.mark.parametrize(("name", "scope", "status"), [("alice", "read", 403), ("charlie", "write", 403)])
def test_tokens_that_may_not(client, token, rows, name: str, scope: str, status: int) -> None:
    headers, before = token(name, scope), rows()
    answer = client().post("/api/capture", **singlefile(html_page()), headers=headers)
    assert answer.status_code == status
    assert set(answer.json()) == {"error", "field"}
    assert rows() == before


def test_nobody_and_the_disabled_are_refused(client, token, database, people) -> None:
    headers = token("bob")
    with database.write() as db:
        db.get_one(User, people["bob"]).disabled_at = now()
    for given in ({}, {"authorization": "Bearer nonsense"}, headers):
        answer = client().post("/api/capture", **singlefile(html_page()), headers=given)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.json() == {"error": "Please sign in.", "field": None}


def test_a_token_is_exempt_from_the_cross_site_check_and_a_cookie_is_not(client, token) -> None:
    elsewhere = {"origin": "chrome-extension://abcdefgh", "sec-fetch-site": "cross-site"}
    answer = client("alice").post("/api/capture", **singlefile(html_page()), headers=elsewhere)
    assert (answer.status_code, answer.json()["field"]) == (403, None)
    answer = client().post("/api/capture", **singlefile(html_page()), headers={**token(), **elsewhere})
    assert answer.status_code == 201
    assert not [name for name in answer.headers if name.startswith("access-control")]


def test_whose_token_it_is(client, token) -> None:
    for scope in ("read", "write"):
        answer = client().get("/api/capture", headers=token("alice", scope))
        assert answer.json() == {"name": "alice", "scope": scope}
    assert client().get("/api/capture").status_code == 401


def test_what_is_not_there_is_said_in_json_too(client) -> None:
    assert client("alice").get("/api/nothing").json()["field"] is None
