"""What every answer has: headers, a request id, and no way in from another site."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError

from app.articles import queries
from app.markdown import render_markdown


def test_health(client) -> None:
    browser = client()
    assert browser.get("/healthz").json() == {"status": "ok"}
    assert browser.get("/readyz").json() == {"status": "ok"}


def test_an_address_of_a_form_says_that_it_is_no_page(client) -> None:
    answer = client().get("/captures")
    assert answer.status_code == 405
    assert "only takes what a form sends" in answer.text


def test_headers_on_every_answer(client) -> None:
    for path in ("/healthz", "/nowhere", "/static/css/tokens.css"):
        answer = client().get(path)
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-request-id"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://testserver:81"}, 403),
        ({"origin": "http://testserver"}, 404),
        ({"sec-fetch-site": "same-origin"}, 404),
        ({}, 404),
    ],
)
def test_cross_site_writes_are_refused(client, headers, status) -> None:
    assert client("alice").post("/nowhere", headers=headers).status_code == status


def test_too_large_is_refused_before_it_is_read(client) -> None:
    answer = client("alice").post("/nowhere", content=b"x" * 12_000_000)
    assert answer.status_code == 413
    assert "At most 11 MB" in answer.text
    assert answer.text.startswith("<!DOCTYPE html>")


def test_a_mistake_of_the_program_is_answered_as_a_page(client, monkeypatch) -> None:
    monkeypatch.setattr(queries, "library", lambda *_: 1 / 0)
    browser = client("alice")
    browser._transport.raise_server_exceptions = False
    answer = browser.get("/")
    assert answer.status_code == 500
    assert "made a mistake" in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("error", [IntegrityError("INSERT", {}, Exception("gone")), StaleDataError("0 rows")])
def test_a_write_that_was_overtaken_is_said(client, monkeypatch, error) -> None:
    def overtaken(*_):
        raise error

    monkeypatch.setattr(queries, "library", overtaken)
    answer = client("alice").get("/")
    assert answer.status_code == 400
    assert "Nothing was saved" in answer.text


def test_a_database_that_is_away_is_said_and_not_asked_again(client, monkeypatch) -> None:
    @contextmanager
    def away():
        raise OperationalError("SELECT", {}, Exception("away"))
        yield

    browser = client("alice")
    monkeypatch.setattr(browser.app.state.database, "read", away)
    answer = browser.get("/")
    assert answer.status_code == 503
    assert "does not answer" in answer.text


def test_htmx_is_sent_to_addresses_in_any_alphabet(client) -> None:
    to = client("alice").get("/sign-in", params={"next": "/日本"}, headers={"hx-request": "true"})
    assert to.headers["hx-redirect"] == "/%E6%97%A5%E6%9C%AC"


def test_markdown_runs_nothing() -> None:
    html = render_markdown(
        "# Hi\n<script>x()</script> [a](javascript:x()) ![p](http://x.example/p.png) <b hx-get=/x>b</b>"
    )
    assert "<script" not in html
    assert "<img" not in html
    assert "javascript:" not in html.replace("[a](javascript:x())", "")
    assert "<b" not in html
    assert "Hi" in html


def test_the_corner_of_a_table_in_a_note_is_no_heading() -> None:
    html = render_markdown("| | study |\n|---|---|\n| visitors | all |\n")
    assert html.count("</th>") == 1
    assert '<td></td>\n<th scope="col">study</th>' in html
