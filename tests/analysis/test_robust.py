"""Any text ends without a crash, with offsets inside it, the same each time and in time linear in its length."""

import json
import time
from collections.abc import Callable
from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.analysis import Analysis, Quote, analyze
from app.analysis.model import Mood
from tests.gold import reader

GOLD = [article["text"] for article in reader.read_all()]
LANGUAGES = ("en", "ko", "es", "fr", "de", "ru", "ar", "ja", "xx")


def check(text: str, language: str = "en") -> Analysis:
    found = analyze(text, language=language)
    for item in [*found.quotes, *found.beliefs, *found.claims, *found.entities]:
        assert 0 <= item.start < item.end <= len(text)
    for items in (found.quotes, found.beliefs, found.claims, found.entities):
        starts = [item.start for item in items]
        assert starts == sorted(starts)
    for quote in [*found.quotes, *found.beliefs]:
        check_quote(text, quote)
    assert {quote.kind for quote in found.quotes} <= {"direct", "mixed", "indirect"}
    assert {belief.kind for belief in found.beliefs} <= {"belief"}
    for claim in found.claims:
        assert 0 <= claim.score <= 1
        assert all(claim.start <= figure.start < figure.end <= claim.end for figure in claim.figures)
    json.dumps(found.as_json()).encode()
    return found


def check_quote(text: str, quote: Quote) -> None:
    assert (quote.start, quote.end) == (quote.spans[0][0], quote.spans[-1][1])
    assert all(a < b for a, b in quote.spans)
    assert all(a[1] <= b[0] for a, b in pairwise(quote.spans))
    assert quote.mood in get_args(Mood)
    assert 0 <= quote.score <= 1
    assert any(c.isalnum() for a, b in quote.spans for c in text[a:b])
    if quote.cue is not None:
        assert quote.cue_start is not None
        assert text[quote.cue_start : quote.cue_end] == quote.cue != ""
    assert (quote.speaker_start is None) == (quote.speaker_end is None)
    if quote.speaker_start is not None and quote.speaker_end is not None:
        assert 0 <= quote.speaker_start < quote.speaker_end <= len(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\0\n ",
        "\0said\0" * 50,
        '"' * 10_000,
        "“a” " * 2_500,
        "x" * 200_000,
        "😀 " * 2_000,
        "قال الوزير «نعم» أمس.",
        '"Yes," said ' * 300,
        "he said that " * 1_000,
        "\u2028“Yes,” he said.\r\n\u2029",
    ],
    ids=range(11),
)
def test_odd_texts(text: str) -> None:
    check(text)


PIECES = [
    *("“", "”", '"', "‘", "’", "'", "«", "»", "„", "「", "」", "(", "[", "]", "—", ":", "…"),
    *(" said ", " says that ", " she ", " he ", " they ", ", ", ". ", "? ", "\n", "\n\n", "\r\n", "\u2028", "\t", "  "),
    *("Ana Ruiz", "Dr. J. R. Bo", "the report ", "that it rains", "According to ", "if ", "not ", "accused of ", "Q: "),
    *("BO LIND: ", "5'10\"", "40 percent ", "$3.5 million", "2024-12-19", "3 May", "12:40 ", "@bo ", "http://a.b/c "),
    *(
        "😀",
        "👩🏽‍🚀",
        "\0",
        "e\u0301",
        "\u202e",
        "\u200d",
        "قال أحمد ",
        "هي ",
        "אמר ",
        "„Ja“, sagte ",
        "田中は「",
        "と述べた。",
    ),
]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_any_mixture(text: str) -> None:
    check(text)


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200), st.sampled_from(LANGUAGES))
def test_any_characters_in_any_language(text: str, language: str) -> None:
    check(text, language)


@settings(max_examples=8, deadline=None)
@given(st.sampled_from(GOLD), st.data())
def test_an_article_cut_and_mended_anywhere(article: str, data: st.DataObject) -> None:
    """Half a text, with something odd put where it was cut."""
    start, end = sorted(data.draw(st.integers(0, len(article))) for _ in range(2))
    check(article[:start] + data.draw(st.sampled_from(PIECES)) + article[end:])


@settings(max_examples=8, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join), st.sampled_from(GOLD))
def test_the_same_text_has_the_same_finds(text: str, article: str) -> None:
    first = analyze(text)
    analyze(article[:300])
    assert analyze(text) == first


# Each makes a text of about n characters. The longest of them are as long as an article may be.
SHAPES: dict[str, tuple[int, Callable[[int], str]]] = {
    "one word": (250_000, lambda n: "x" * n),
    "digits": (250_000, lambda n: "7" * n),
    "blanks": (250_000, lambda n: " " * n),
    "lines": (250_000, lambda n: "\n" * n),
    "blank lines": (50_000, lambda n: (" " * 9 + "\n") * (n // 10)),
    "blanks after a label": (20_000, lambda n: "Ann: x" + " " * n + "y"),
    "blanks after a dash": (20_000, lambda n: "— x," + " " * n + "y"),
    "nulls": (50_000, lambda n: "\0" * n),
    "emoji": (50_000, lambda n: "😀" * n),
    "stops": (40_000, lambda n: "." * n),
    "stops of three kinds": (40_000, lambda n: "?!…" * (n // 3)),
    "dashes": (40_000, lambda n: "—" * n),
    "brackets": (40_000, lambda n: "[" * n),
    "straight marks": (20_000, lambda n: '"' * n),
    "marks that open": (20_000, lambda n: "“" * n),
    "marks in marks": (20_000, lambda n: "“‘" * (n // 4) + "’”" * (n // 4)),
    "words in marks": (4_000, lambda n: "“a ‘b " * (n // 10) + "’ ”" * (n // 10)),
    "marks left open": (4_000, lambda n: "“a b\n\n" * (n // 6)),
    "no end of a sentence": (8_000, lambda n: ("the council of the harbour and the river " * n)[:n]),
    "speech without end": (8_000, lambda n: ("he said that the harbour and " * n)[:n]),
    "talk": (4_000, lambda n: '"Yes," said Ann Bo. ' * (n // 20)),
    "questions and answers": (4_000, lambda n: "Q: a?\nA: b.\n" * (n // 12)),
    "right to left": (8_000, lambda n: "قال الوزير «نعم» أمس. " * (n // 22)),
    "news": (8_000, lambda n: (" ".join(GOLD) * (n // 40_000 + 1))[:n]),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_time_is_linear_in_length(shape: str) -> None:
    """Four times the text takes about four times as long; six allows for noise, nine would be a power of 1.6."""
    size, make = SHAPES[shape]
    analyze(make(size // 4))
    for _ in range(3):
        ratio = seconds(make(size)) / max(seconds(make(size // 4)), 0.01)
        if ratio < 6:
            return
    pytest.fail(f"four times the text takes {ratio:.1f} times as long")


def seconds(text: str) -> float:
    """Time of the processor, so that a busy machine does not count."""
    start = time.process_time()
    analyze(text)
    return time.process_time() - start


def test_a_million_characters_are_taken() -> None:
    check("7 " * 2_000 + "x" * 496_000 + " " * 250_000 + "\n" * 250_000)


def test_the_json_of_an_analysis_is_plain() -> None:
    found = check('"Rain fell on 40 towns," said John Miller on Friday.').as_json()
    (quote,) = found["quotes"]
    assert quote["spans"] == [[0, 24]]
    assert {
        "start",
        "end",
        "kind",
        "speaker",
        "speaker_start",
        "speaker_end",
        "role",
        "cue",
        "cue_start",
        "cue_end",
        "score",
    } <= set(quote)
    assert {e["name"] for e in found["entities"] if e["label"] == "PERSON"} == {"John Miller"}
