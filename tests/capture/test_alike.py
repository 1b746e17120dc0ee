"""Words as a browser hands them over, found in the text that was kept; and Markdown that shows any words as they are."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.annotations.passages import alike
from app.markdown import render_markdown
from app.notes.quoted import escaped, stands

TEXT = "He said: “We’re not – yet – ready.”\nNobody else's boat was there, “ready” or not."


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("We’re not – yet – ready", ["We’re not – yet – ready"]),
        ('"We\'re not - yet - ready."', ["“We’re not – yet – ready.”"]),
        ("ready.”\n\nNobody   else's", ["ready.”\nNobody else's"]),
        ("« ready »", ["ready", "ready"]),
        ("Nobody el\u00adse’s\u200b boat", ["Nobody else's boat"]),
        ("“Nobody else's boat was there”", ["Nobody else's boat was there"]),
        ("nobody", []),
        ("", []),
        (" \u200b ", []),
        ("“”", []),
    ],
)
def test_where_words_stand(words: str, found: list[str]) -> None:
    assert [TEXT[start:end] for start, end in alike(TEXT, words)] == found
    assert stands(TEXT, words) == bool(found)


@given(st.text("ab '\"“”’-–\n", min_size=1, max_size=40), st.data())
def test_each_part_of_a_text_is_found_in_it(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    words = text[start : data.draw(st.integers(start + 1, len(text)))]
    if words.strip("'\"“”’ \n"):
        straight = words.translate(str.maketrans("“”’–", '""\'-'))
        assert alike(text, words)
        assert alike(text, straight)


@given(st.text("a1. #*_`[]()<>&!~|\\+=->\"'é\n", max_size=60))
def test_escaped_words_are_shown_as_they_are(text: str) -> None:
    shown = str(render_markdown(escaped(text)))
    assert set(re.findall(r"<(\w+)", shown)) <= {"p", "br", "pre", "code"}
    if "<pre" not in shown:  # four spaces at the beginning of a line
        assert html.unescape(re.sub(r"<[^>]+>", "", shown)).split() == text.split()
