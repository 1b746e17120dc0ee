"""What is learnt for the claim score."""

import numpy as np

from app.analysis import train_claims as train
from app.analysis import worth


def test_the_second_weights_of_news_are_folded_into_the_first() -> None:
    draw = np.random.default_rng(5)
    facts = [*train.APART, "other"]
    table, news = draw.normal(size=(400, len(facts))), np.arange(400) < 80
    odds = np.where(news, table[:, 0] - table[:, 1], table[:, 1] - table[:, -1]) + 0.3 * news
    label = (draw.random(400) < 1 / (1 + np.exp(-odds))).astype(float)
    weight = np.where(news, train.NEWS, 1.0)
    found = train.adapted(facts, table, label, 60.0, weight)
    both = np.c_[table, table[:, : len(train.APART)] * news[:, None], news]
    names = [*facts, *(f"again {name}" for name in train.APART), "news"]
    whole = train.linear(names, both, label, 60.0, weight)
    for row, wide in zip(table[:20], both[:20], strict=True):
        folded = worth.linear(found, dict(zip(facts, row.tolist(), strict=True)))
        assert abs(folded - worth.linear(whole, dict(zip(names, wide.tolist(), strict=True)))) < 0.02
    assert found[facts[0]][2] > 0 > found[facts[1]][2]
