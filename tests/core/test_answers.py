"""What every answer has: headers, a request id, and no way in from another site."""

from __future__ import annotations

import pytest

from app.markdown import render_markdown


def test_health(client) -> None:
    browser = client()
    assert browser.get("/healthz").json() == {"status": "ok"}
    assert browser.get("/readyz").json() == {"status": "ok"}


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


def test_markdown_runs_nothing() -> None:
    html = render_markdown(
        "# Hi\n<script>x()</script> [a](javascript:x()) ![p](http://x.example/p.png) <b hx-get=/x>b</b>"
    )
    assert "<script" not in html
    assert "<img" not in html
    assert "javascript:" not in html.replace("[a](javascript:x())", "")
    assert "<b" not in html
    assert "Hi" in html
