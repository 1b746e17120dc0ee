"""Where highlights stand: exactly, in plainer form, by likeness, or nowhere. Offsets always hold."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from app.imports.model import Highlight
from app.placing import Placed, Plain, Text
from tests.imports.samples import FERRY, LIGHT

WHOLE = "\n".join((*FERRY, *LIGHT))


def placed(quote: str, text: str = WHOLE, **hints: object) -> Placed | None:
    return Text(text).place(Highlight(key="k", quote=quote, **hints))  # type: ignore[arg-type]


def words_at(quote: str, text: str = WHOLE, **hints: object) -> str | None:
    found = placed(quote, text, **hints)
    return text[found.start : found.end] if found else None


def test_the_very_words() -> None:
    found = placed("nine passengers a day")
    assert found is not None
    assert (WHOLE[found.start : found.end], found.score, found.how) == ("nine passengers a day", 1.0, "exact")


@pytest.mark.parametrize(
    ("given", "stands"),
    [
        ('"We have carried  nine\npassengers a day', "\u201cWe have carried nine passengers a day"),
        ("garden and its two goats.\n\nThe state paid", "garden and its two goats.\nThe state paid"),
        ("two more years \U0001f6a2 and\u00a0offered", "two more years \U0001f6a2 and offered"),
        ("light\u00adhouse on Cape\u200b Arn", "lighthouse on Cape Arn"),
        ("... That pays for neither crew nor fuel …", "That pays for neither crew nor fuel"),
        ("the lighthouse on cape arn", "The lighthouse on Cape Arn"),
    ],
)
def test_plainer_forms(given: str, stands: str) -> None:
    found = placed(given)
    assert found is not None
    assert found.how == "normalised"
    assert WHOLE[found.start : found.end] == stands


@pytest.mark.parametrize(
    ("given", "stands"),
    [
        (
            "The state payed 70,000 crowns each year for its upkeep.",
            "The state paid 70,000 crowns a year for its upkeep.",
        ),
        ("Traders on both shores say they were never asked.", "Traders on both shores say that they were not asked."),
        (
            "A society of neighbours wants to buy it. It has 212 members and 31,000 crowns.",
            "A society of neighbours wants to buy it. It has 212 members and, so far, 31,000 crowns.",
        ),
    ],
)
def test_words_that_were_changed_a_little(given: str, stands: str) -> None:
    found = placed(given)
    assert found is not None
    assert found.how == "alike"
    assert WHOLE[found.start : found.end].rstrip(".") == stands.rstrip(".")
    assert 0.75 < found.score < 1


@pytest.mark.parametrize(
    "given",
    [
        "", "   ", "\u201c\u201d", "The mayor wept when the last boat was painted grey", "goat cheese",
        "A society of beekeepers wants to rent the town hall and has no members", "Nobody said anything about any of this on Tuesday evening",
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    ],
)  # fmt: skip
def test_never_onto_words_that_do_not_resemble(given: str) -> None:
    assert placed(given) is None


def test_of_many_places_the_one_whose_surroundings_fit() -> None:
    text = "He said no. She said no. They said no, and left. Nobody said no."
    assert placed("said no", text) == Placed(3, 10, 1.0, "exact")
    assert placed("said no", text, prefix="They ", suffix=", and") == Placed(30, 37, 1.0, "exact")
    assert placed("said no", text, start=58) == Placed(56, 63, 1.0, "exact")
    assert placed("said no", text, prefix="She ", start=60) == Placed(16, 23, 1.0, "exact")
    assert placed("SAID NO", text, suffix=", and") == Placed(30, 37, 0.99, "normalised")


def test_other_scripts() -> None:
    arabic = "قال الوزير إن الميناء سيُفتح غداً. وأضاف أن السفن تنتظر منذ أسبوع."
    assert words_at("الميناء سيفتح غدا", arabic) == "الميناء سيُفتح غداً"
    assert words_at("السفن تنتظر منذ أسبوع", arabic) == "السفن تنتظر منذ أسبوع"
    japanese = "港の事務所は月曜日、フェリーが三月に止まると述べた。橋が開いてから乗客は一日九人である。"
    assert words_at("橋が開いてから乗客は１日九人である", japanese) == "橋が開いてから乗客は一日九人である"
    decomposed = unicodedata.normalize("NFD", "Un café fermé près de la Réserve, dit-elle à l’été.")
    assert words_at("café fermé près", decomposed) == unicodedata.normalize("NFD", "café fermé près")


LETTERS = st.sampled_from(
    [
        *"abcdefg ABC,.'\u201c\u2019-\u2014\u2026\n\u00ad\u00a0\u0301\u0308",
        "\U0001f6a2",
        "\U0001f468\u200d\U0001f469",
        "ﬁ",
        "ß",
        "שלום",
        "غد",
        "港",
    ]
)
TEXTS = st.lists(LETTERS, max_size=120).map("".join)


@given(TEXTS)
def test_the_plain_form_knows_where_each_character_came_from(text: str) -> None:
    plain = Plain(text)
    assert len(plain.text) == len(plain.starts) == len(plain.ends)
    assert all(0 <= a < b <= len(text) for a, b in zip(plain.starts, plain.ends, strict=True))
    assert plain.starts == sorted(plain.starts)


@given(TEXTS, st.integers(0, 120), st.integers(1, 60))
def test_what_was_taken_out_of_a_text_is_found_in_it(text: str, start: int, length: int) -> None:
    quote = text[start : start + length].strip()
    found = placed(quote, text)
    if quote:
        assert found is not None
        assert text[found.start : found.end] == quote


@given(TEXTS, TEXTS)
def test_offsets_hold_and_the_passage_resembles_the_words(text: str, quote: str) -> None:
    found = placed(quote, text)
    if found is not None:
        assert 0 <= found.start < found.end <= len(text)
        passage = text[found.start : found.end]
        assert passage == passage.strip()
        one, other = Plain(passage).text, Plain(quote.strip()).text
        bare = (each.strip("' .-") for each in (one, other))
        least = min(Levenshtein.distance(*pair) for pair in ((one, other), bare))
        assert least <= max(4, 0.3 * len(one), 0.3 * len(other))  # four: ligatures and accents are taken whole


@given(st.integers(0, len(WHOLE) - 80), st.integers(40, 200), st.lists(st.integers(0, 200), max_size=3))
def test_a_few_wrong_letters_do_not_lead_astray(start: int, length: int, wrong: list[int]) -> None:
    quote = WHOLE[start : start + length].strip()
    changed = "".join("#" if n in wrong and c.isalpha() else c for n, c in enumerate(quote))
    words = changed.split()
    assume(6 * sum("#" in word for word in words) <= len(words))  # words, not letters, are what places are told by
    found = placed(changed)
    assert found is not None
    assert abs(found.start - WHOLE.index(quote)) < 30


def test_a_long_text_with_many_highlights_takes_little_time() -> None:
    text = "\n".join(f"{n}: {part}" for n in range(400) for part in (*FERRY, *LIGHT))
    ready, begin = Text(text), time.process_time()
    for n in range(30):
        assert (
            ready.place(Highlight(key="k", quote=f"{n * 10}: A sociely of neighbours wants to buy. It has 212 members"))
            is not None
        )
    assert time.process_time() - begin < 20
