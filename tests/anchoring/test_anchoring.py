"""Passages are found again in newer texts, and never put on words that do not resemble them."""

from __future__ import annotations

import json
import random
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Indel

from app.alignment import Alignment
from app.anchoring import FLOOR, Anchored, reanchor

OLD = (
    "The harbour board met on Monday. It found that 31 of 120 cranes were older than their permits allow. "
    "“We were told in March,” said its chair, Ada Quist. The port handles 4.1 million tonnes a year. "
    "Two unions asked for an inquiry. “We were told in May,” said the mayor. The board meets again in June."
)


def moved(new: str, exact: str, *, nth: int = 0, aligned: bool = True) -> Anchored:
    start = -1
    for _ in range(nth + 1):
        start = OLD.index(exact, start + 1)
    end = start + len(exact)
    around = {"prefix": OLD[max(0, start - 32) : start], "suffix": OLD[end : end + 32]}
    alignment = Alignment(OLD, new) if aligned else None
    return reanchor(new, exact=exact, start=start, alignment=alignment, **around)


@pytest.mark.parametrize("aligned", [True, False])
def test_the_same_words_are_exact(aligned: bool) -> None:
    new = "A correction was made. " + OLD
    found = moved(new, "31 of 120 cranes", aligned=aligned)
    assert found.state == "exact"
    assert new[found.start : found.end] == "31 of 120 cranes"


@pytest.mark.parametrize("aligned", [True, False])
def test_of_two_copies_the_right_one(aligned: bool) -> None:
    new = OLD.replace("The harbour board met on Monday. ", "")
    second = moved(new, "“We were told in", nth=1, aligned=aligned)
    assert second.start == new.rindex("“We were told in")


@pytest.mark.parametrize("aligned", [True, False])
def test_a_changed_figure_is_changed(aligned: bool) -> None:
    new = OLD.replace("31 of 120", "43 of 120")
    found = moved(new, "It found that 31 of 120 cranes were older", aligned=aligned)
    assert found.state == "changed"
    assert new[found.start : found.end] == "It found that 43 of 120 cranes were older"


def test_replaced_words_at_the_end_are_taken_along() -> None:
    new = OLD.replace("Ada Quist", "Berit Holm")
    found = moved(new, "said its chair, Ada Quist")
    assert new[found.start : found.end] == "said its chair, Berit Holm"


def test_a_moved_sentence_is_moved() -> None:
    sentence = "The port handles 4.1 million tonnes a year. "
    new = sentence + OLD.replace(sentence, "")
    found = moved(new, sentence.strip())
    assert (found.state, found.start) == ("moved", 0)


def test_a_lookalike_is_no_place() -> None:
    new = OLD.replace("“We were told in March,” said its chair, Ada Quist. ", "")
    assert moved(new, "“We were told in March,”").state == "lost"


@pytest.mark.parametrize("aligned", [True, False])
def test_a_sentence_written_anew_stands_between_what_stood_around_it(aligned: bool) -> None:
    anew = "At the port 4.3 million tonnes are handled every year."
    new = OLD.replace("The port handles 4.1 million tonnes a year.", anew)
    found = moved(new, "The port handles 4.1 million tonnes a year.", aligned=aligned)
    assert found.state == "changed"
    assert len(set(range(found.start, found.end)) & set(range(new.index(anew), new.index(anew) + len(anew)))) > 27


@pytest.mark.parametrize("aligned", [True, False])
def test_where_what_stood_around_it_has_closed_up_it_was_cut(aligned: bool) -> None:
    sentence = "The port handles 4.1 million tonnes a year. "
    new = OLD.replace(sentence, "") + " The port of Ilse handles 9.2 million crates in a year."
    assert moved(new, sentence.strip(), aligned=aligned).state == "lost"


def test_what_was_cut_is_lost_with_its_score() -> None:
    new = OLD.replace("Two unions asked for an inquiry. ", "")
    found = moved(new, "Two unions asked for an inquiry.")
    assert (found.state, found.start, found.end) == ("lost", None, None)
    assert 0 <= found.score < FLOOR


TEXTS = st.text(st.sampled_from("ab c.,dé́ 👩‍🚀한국 שלום क्षि 日本「」\n\u202e"), max_size=120)


@given(TEXTS, TEXTS, st.integers(0, 119), st.integers(1, 40), st.booleans())
def test_what_is_found_resembles_the_passage(old: str, new: str, start: int, size: int, aligned: bool) -> None:
    exact = old[start : start + size]
    alignment = Alignment(old, new) if aligned else None
    around = {"prefix": old[max(0, start - 32) : start], "suffix": old[start + size : start + size + 32]}
    found = reanchor(new, exact=exact, start=start, alignment=alignment, **around)
    if found.start is None:
        assert found.state == "lost"
        return
    assert found.end is not None
    assert 0 <= found.start < found.end <= len(new)
    words = new[found.start : found.end]
    assert (words == exact) == (found.state in ("exact", "moved"))
    assert Indel.normalized_similarity(words.casefold(), exact.casefold()) > 0.25


@given(TEXTS, st.integers(0, 119), st.integers(1, 40))
def test_in_an_unchanged_text_every_passage_stays(text: str, start: int, size: int) -> None:
    exact = text[start : start + size]
    if exact.strip():
        found = reanchor(text, exact=exact, start=start, alignment=Alignment(text, text))
        assert (found.state, text[found.start : found.end]) == ("exact", exact)


def test_long_texts_end_soon() -> None:
    draw = random.Random(5)
    words = [f"w{draw.randrange(30_000)}" for _ in range(150_000)]
    old = " ".join(words)
    new = " ".join(w if draw.random() > 0.02 else "changed" for w in words)
    alignment = Alignment(old, new)
    start = len(old) // 2
    found = reanchor(new, exact=old[start : start + 300], start=start, alignment=alignment)
    assert found.state in ("exact", "changed")


def test_the_command_answers_line_by_line() -> None:
    lines = [
        {"id": 1, "text": "New. " + OLD, "exact": "Ada Quist", "prefix": "chair, ", "suffix": ". The", "start": 0, "end": 9},
        {"id": 2, "text": "Nothing of it.", "exact": "Ada Quist", "prefix": "", "suffix": "", "start": 0, "end": 9, "old_text": OLD},
        {"id": 3},
    ]  # fmt: skip
    given_lines = "\n".join(map(json.dumps, lines)) + "\nno JSON\n"
    command = [sys.executable, "-m", "app", "reanchor", "--jsonl"]
    out = subprocess.run(command, input=given_lines, capture_output=True, text=True, check=False).stdout
    first, second, third, fourth = map(json.loads, out.splitlines())
    assert (first["id"], first["state"]) == (1, "exact")
    assert ("New. " + OLD)[first["start"] : first["end"]] == "Ada Quist"
    assert (second["state"], second["start"]) == ("lost", None)
    assert third["id"] == 3
    assert "error" in third
    assert "error" in fourth
