"""What is worth checking, by whom it is asserted, and how it is told from opinion."""

import itertools

from app.analysis import Claim, analyze
from tests.analysis import articles

TEXT = """The ministry said 40 million crowns were stolen from the fund in 2019, more than in any year before.

"What a lovely morning," said Ana Ruiz. How are you?

The company may have polluted the river, killing thousands of fish, according to the regulator.
"""


def claim(words: str) -> Claim:
    return next(c for c in analyze(TEXT).claims if words in TEXT[c.start : c.end])


def test_figures_are_worth_checking_and_pleasantries_are_not() -> None:
    assert claim("40 million").score > 0.7
    assert all(
        c.score < 0.5
        for c in analyze(TEXT).claims
        if "lovely" in TEXT[c.start : c.end] or "How are" in TEXT[c.start : c.end]
    )


def test_types_and_hedges() -> None:
    assert {"statistic", "comparison"} <= set(claim("40 million").types)
    assert not claim("40 million").hedged
    assert claim("polluted").hedged


def test_who_asserts_it() -> None:
    assert claim("40 million").asserted_by == "ministry"
    wire = analyze(articles.WIRE)
    by = {c.asserted_by for c in wire.claims if "more than 300 vessels" in articles.WIRE[c.start : c.end]}
    assert by == {"Marland Ministry of Shipping"}


def test_one_claim_for_a_sentence() -> None:
    claims = analyze(articles.WIRE).claims
    assert all(a.end <= b.start for a, b in itertools.pairwise(claims))
    assert {articles.WIRE[c.end - 1] for c in claims} <= set('."”')


def test_a_dateline_is_not_part_of_a_claim() -> None:
    text = "PORT ALDEN, March 4 (QNS) - Exports of grain fell by 31 percent in 2025, the lowest figure since 1974."
    (claim,) = analyze(text).claims
    assert text[claim.start : claim.end].startswith("Exports")
