"""What is no article ends fast, with a message for the reader."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.extract import Document, NotAnArticle, extract
from tests.extract.articles import PAGE, PARAGRAPHS, PASTED

Kind = Literal["html", "text", "paste"]
DEEP = "<div>" * 100_000 + "text" + "</div>" * 100_000


@pytest.mark.parametrize(
    ("data", "kind", "message"),
    [
        (b"", "paste", "no text"),
        (b" \n\t\x00 ", "text", "no text"),
        (b"%PDF-1.7\n" + b"x" * 500, "text", "a PDF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, "html", "a picture"),
        (bytes(range(256)) * 40, "text", "binary"),
        (b"word " * 1_000_000, "paste", "5,000,000 characters"),
        (b"word " * 3_000_000, "paste", "too large"),
        (b"<p>word</p>" * 1_000_000, "html", "too large"),
        (DEEP.encode(), "html", "deep"),
        (b"<html><body><nav><a href='/'>Home</a></nav></body></html>", "html", "No article"),
        (b"Home\nSport\nLog in", "paste", "No article"),
    ],
)
def test_refusals_say_why(data: bytes, kind: Kind, message: str) -> None:
    start = time.process_time()
    with pytest.raises(NotAnArticle, match=message):
        extract(data, kind=kind)
    assert time.process_time() - start < 5


def test_entities_are_neither_expanded_nor_fetched() -> None:
    bomb = '<!DOCTYPE html [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]>'
    found = extract((bomb + PAGE.replace("has raised concerns", "has raised &b; &x; concerns")).encode(), kind="html")
    text = " ".join(p.text for p in found.paragraphs)
    assert "aaaaaaaaaa" not in text
    assert "root:" not in text


@pytest.mark.parametrize("start", ["@", "[", '{"@type": "NewsArticle", "author": ' * 3000, '"\\u00', "<p" * 50_000])
def test_broken_metadata_do_not_stop_a_page(start: str) -> None:
    page = PAGE.replace('{"@context"', start + '{"@context"')
    assert extract(page.encode(), kind="html").paragraphs[0].text == PARAGRAPHS[0]


@pytest.mark.parametrize(
    "filler",
    [
        "a " * 100_000,
        "(" * 50_000,
        "1." * 50_000,
        "December " * 20_000,
        "A-" * 50_000,
        "by " * 50_000,
        "x" + "[" * 100_000 + " y.",
    ],
)
def test_a_long_line_costs_little(filler: str) -> None:
    start = time.process_time()
    for kind in ("paste", "html"):
        page = PASTED + "\n" + filler if kind == "paste" else PAGE.replace("<h2>", f"<p>{filler}</p><h2>")
        assert extract(page.encode(), kind="paste" if kind == "paste" else "html").title
    assert time.process_time() - start < 5


@settings(max_examples=60, deadline=None)
@given(data=st.binary(max_size=400), kind=st.sampled_from(["html", "text", "paste"]))
def test_any_bytes_give_a_document_or_a_refusal(data: bytes, kind: Kind) -> None:
    for given_data in (data, PASTED.encode() + data, data + PAGE.encode()):
        try:
            found: Document | None = extract(given_data, kind=kind)
        except NotAnArticle as refusal:
            found = None
            message = refusal.message
        if found is None:
            assert message.endswith(".")
        else:
            assert found.paragraphs
            assert all(p.text == p.text.strip() for p in found.paragraphs)


def test_the_import_is_cheap() -> None:
    code = "import sys, app.extract; sys.exit(any(m in sys.modules for m in ('trafilatura', 'lxml', 'py3langid', 'numpy')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


_HUGE = {
    "lists": "<ul><li>" * 30_000 + "x" + "</li></ul>" * 30_000,
    "unclosed lists": "<ul><li>" * 30_000,
    "attributes": "<p " + " ".join(f'a{n}="v{n}"' for n in range(100_000)) + ">text</p>",
    "one line": "<p>" + "word " * 1_800_000 + "</p>",
    "one word": "<p>" + "w" * 9_000_000 + "</p>",
    "tags": "<b>a</b>" * 1_100_000,
    "entities": "<p>" + "&amp;&lt;&nbsp;" * 600_000 + "</p>",
    "broken tags": "<p <b <i" * 1_000_000,
    "an open value": '<a href="' + "x" * 8_000_000,
}


@pytest.mark.parametrize("name", _HUGE)
def test_a_page_made_to_be_huge_is_read_or_refused(name: str) -> None:
    page = PAGE.replace("<h2>", _HUGE[name] + "<h2>")
    try:
        answer = extract(page.encode(), kind="html").paragraphs[0].text
    except NotAnArticle as refusal:
        answer = refusal.message
    assert answer == PARAGRAPHS[0] or "too large" in answer or "deep" in answer


@pytest.mark.parametrize(
    "piece",
    ["<p>Words of a block, number {}.</p>", "<ul><li>a b {}</li></ul>", '<div class="caption">Caption {}</div>'],
)
def test_the_work_grows_with_the_page(piece: str) -> None:
    def work(count: int) -> float:
        page = PAGE.replace("<h2>", "".join(piece.format(n) for n in range(count)) + "<h2>").encode()
        start = time.process_time()
        extract(page, kind="html")
        return time.process_time() - start

    work(100)
    assert work(4000) < 16 * work(1000) + 0.5
