"""What is worth checking, by whom it is asserted, and how it is told from opinion."""

import itertools
import random
from pathlib import Path

import numpy as np
import pytest

from app.analysis import Claim, analyze, train_claims, worth
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


def test_a_name_counts_once_for_who_asserts_a_claim() -> None:
    text = (
        "The European Centre for Disease Prevention and Control called the figures “bad”, called the plan “sad”, then shut its office "
        "in Harby, moved forty people to the coast in May and sold nine of its boats to a firm in Spain for 2 million pounds."
    )
    assert analyze(f"{text}\n\nThe fund began in 2019.\n\nIt ended in 2020.").claims[0].asserted_by is None


def test_the_words_that_attribute_a_claim_count_for_who_asserts_it() -> None:
    audit = "According to a 2023 audit by the state comptroller, about $1.2 million was spent on travel."
    two = "Rachel Reeves of Labour hit back, calling the figures “worrying” and saying the fund had “lost 2 million pounds”."
    said = {c.asserted_by for c in analyze(f"{audit}\n\n{two}\n\nThe fund began in 2019 with 4 million pounds.").claims}
    assert said == {"2023 audit by the state comptroller", "Rachel Reeves", None}


def test_one_claim_for_a_sentence() -> None:
    claims = analyze(articles.WIRE).claims
    assert all(a.end <= b.start for a, b in itertools.pairwise(claims))
    assert {articles.WIRE[c.end - 1] for c in claims} <= set('."”')


def test_a_dateline_is_not_part_of_a_claim() -> None:
    text = "PORT ALDEN, March 4 (QNS) - Exports of grain fell by 31 percent in 2025, the lowest figure since 1974."
    (claim,) = analyze(text).claims
    assert text[claim.start : claim.end].startswith("Exports")


@pytest.mark.parametrize(
    "text",
    [
        "Did the ministry lose 40 million crowns in 2019?",
        "Please send 40 crowns to the ministry by June 2024.",
        "Don't pay 40 million crowns to the ministry in 2024.",
        "So let me tell you about the 40 million crowns of 2019.",
    ],
)
def test_questions_and_instructions_are_no_claims(text: str) -> None:
    assert analyze(text).claims == ()


def test_opinions_score_below_facts() -> None:
    scores = [
        max((c.score for c in analyze(text).claims), default=0.0)
        for text in ("I think she is a wonderful person and I love her.", "Wages fell by 12 percent in 2023.")
    ]
    assert scores[0] < 0.3
    assert scores[1] > 0.7


def test_why_is_plain_words() -> None:
    assert claim("40 million").why.startswith("figures in it")
    assert all(not {"_", "<", "0"} & set(c.why) for c in analyze(articles.WIRE).claims)


def test_a_sentence_is_rated_by_what_stands_beside_it() -> None:
    rows = [worth.Row(["w a"], ["a"], dict.fromkeys(worth.BESIDE, float(i))) for i in range(3)]
    weights = {
        "words": {"": 0.5},
        "told": {"": 0.2},
        "letters": {"": 0, "a": 3.0},
        "facts": {"bias": [1.0]},
    }
    worth.widen(rows, [worth.scores(weights, row) for row in rows])
    middle = rows[1].facts
    assert [middle[name] for name in worth.ALONE] == [0.5, 1.0, 0.2, 3.0]
    assert (middle["digits_before"], middle["digits_after"], middle["digits_mean"]) == (0.0, 2.0, 1.0)


def test_trees_and_lines_learn_what_divides() -> None:
    draw = random.Random(3)
    values = [draw.random() for _ in range(400)]
    label = np.array([0.3 < v < 0.6 for v in values], dtype=float)
    table = np.array([[v, draw.random()] for v in values])
    grown = train_claims.grow(["inside", "noise"], table, label, train_claims.Growth(trees=80, rate=0.2, facts=1.0))
    rows = [{"inside": v, "noise": 0.5} for v in (0.1, 0.45, 0.9)]
    rated = [odds > 0 for odds in worth.Trees(grown).odds(rows)]
    assert rated == [False, True, False]
    line = train_claims.linear(["inside", "noise"], table, (table[:, 0] > 0.5).astype(float), 1.0)
    assert worth.linear(line, {"inside": 0.9, "noise": 0.5}) > 0 > worth.linear(line, {"inside": 0.1, "noise": 0.5})


def test_words_learn_what_divides() -> None:
    learnt = train_claims.words([["w hello"], ["w tax"]] * 20, np.array([0.1, 0.9] * 20))
    assert worth.words_score(learnt, ["w tax"]) > 0 > worth.words_score(learnt, ["w hello"])
    assert train_claims.measure([(0.9, 1), (0.8, 0), (0.6, 1), (0.1, 0)]) == pytest.approx((0.8, 5 / 6))


def test_written_articles_are_read_as_they_are_marked(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("# wire: Rain\n90 It rained 4 days.\n0 He sighed.\n\n5 Nobody spoke.\n", "utf-8")
    (article,) = train_claims.written(str(tmp_path))
    marked = [(article["text"][s["start"] : s["end"]], s["label"]) for s in article["sentences"]]
    assert marked == [("It rained 4 days.", 0.9), ("He sighed.", 0), ("Nobody spoke.", 0.05)]
    assert "sighed.\nNobody" in article["text"]
