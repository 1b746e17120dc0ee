"""Words found in a text, whatever white space they came with."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.annotations.passages import MOST, checked, nearest, places, resolved
from app.errors import Invalid

texts = st.text(st.sampled_from("ab \n\u00a0\U0001f6a2"), max_size=40)


@given(texts, texts)
def test_places_hold_the_words_and_nothing_else(text: str, words: str) -> None:
    wanted = " ".join(words.split())
    if not wanted:
        with pytest.raises(Invalid):
            places(text, words)
        return
    found = places(text, words)
    assert all(" ".join(text[a:b].split()) == wanted and text[a:b].strip() == text[a:b] for a, b in found)
    assert bool(found) == (wanted in " ".join(text.split()))
    assert all(a < b <= c for (a, b), (c, _) in pairwise(found))


@given(texts, st.data())
def test_every_passage_is_accepted_at_its_bounds(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    if not text[start:end].strip():
        with pytest.raises(Invalid):
            checked(text, start=start, end=end, exact=text[start:end])
        return
    a, b = checked(text, start=start, end=end, exact=text[start:end])
    assert text[a:b] == text[start:end].strip()
    assert places(text, text[a:b])


def test_the_nearest_place_and_the_chosen_one() -> None:
    assert nearest("one two one", "one", start=7) == (8, 11)
    assert resolved("one two one", exact="one", start=None, end=None, at=8) == (8, 11)
    with pytest.raises(Invalid):
        resolved("one two one", exact="one", start=None, end=None, at=5)


def test_long_words_in_a_long_text_take_no_time() -> None:
    text = "a " * 400_000
    began = time.process_time()
    assert places(text, "a " * 100_000 + "b") == []
    assert len(places(text, "a")) == MOST
    assert time.process_time() - began < 3
