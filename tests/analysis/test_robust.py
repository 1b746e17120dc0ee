"""Any text ends without a crash, with offsets inside it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.analysis import Analysis, analyze


def check(text: str) -> Analysis:
    found = analyze(text)
    for item in [*found.quotes, *found.claims, *found.entities]:
        assert 0 <= item.start < item.end <= len(text)
    for quote in found.quotes:
        assert (quote.start, quote.end) == (quote.spans[0][0], quote.spans[-1][1])
        assert 0 <= quote.score <= 1
        if quote.cue_start is not None:
            assert text[quote.cue_start : quote.cue_end] == quote.cue
    return found


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\0\n ",
        "\0said\0" * 50,
        '"' * 10_000,
        "“a” " * 5_000,
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
    "“",
    "”",
    '"',
    "‘",
    "’",
    " said ",
    "Ana Ruiz",
    " she ",
    ", ",
    ". ",
    "\n",
    "the report ",
    "that it rains",
    "😀",
    "\0",
    "According to ",
]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_any_mixture(text: str) -> None:
    check(text)


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
