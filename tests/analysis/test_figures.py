"""Figures and dates read into values."""

import time

import pytest

from app.analysis import Figure, analyze, dates, figures, syntax


def read(text: str) -> list[Figure]:
    tokens = [token for sentence in syntax.parse(text, []) for token in sentence.tokens]
    return list(figures.find(text, 0, len(text), tokens))


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("They sold 3.5 million crates.", 3_500_000, "crates"),
        ("Sales rose 12 % again.", 12, "%"),
        ("Three per cent of them left.", 3, "%"),
        ("The rate fell by 2.5 percentage points.", 2.5, "percentage points"),
        ("It made $4bn.", 4e9, "USD"),
        ("It paid £1.2 million to her.", 1.2e6, "GBP"),
        ("The plant cost 5 trillion won.", 5e12, "KRW"),
        ("It lent ¥300 billion.", 3e11, "JPY"),
        ("It lent 20 million yuan.", 2e7, "CNY"),
        ("It lent USD 45 million.", 4.5e7, "USD"),
        ("It cost 30 euros.", 30, "EUR"),
        ("It raised R95bn again.", 9.5e10, "ZAR"),
        ("They ran 1500 metres.", 1_500, "metres"),
        ("Two-thirds of voters agreed.", 2 / 3, "voters"),
        ("Nearly four-fifths agreed.", 0.8, ""),
        ("Half of all farmers agreed.", 0.5, "farmers"),
        ("A dozen ships sank.", 12, "ships"),
        ("They burnt half a million tonnes.", 500_000, "tonnes"),
        ("Three hundred and forty-two soldiers died.", 342, "soldiers"),
        ("One in five children is poor.", 0.2, "children"),
        ("Nine out of 10 girls passed.", 0.9, "girls"),
        ("About 1,200 new homes burnt.", 1_200, "homes"),
        ("The river rose 5 km away.", 5, "km"),
        ("It fell to -5°C at night.", -5, "°C"),
    ],
)
def test_numbers(text: str, value: float, unit: str) -> None:
    (found,) = read(text)
    assert found.value == pytest.approx(value)
    assert found.unit == unit
    assert not found.period


@pytest.mark.parametrize(
    ("written", "period"),
    [
        ("in 2024", "2024"),
        ("on December 19, 2024", "2024-12-19"),
        ("on 19 Dec. 2024", "2024-12-19"),
        ("on 2024-12-19", "2024-12-19"),
        ("on 19/12/2024", "2024-12-19"),
        ("on 03/04/2024", "2024"),
        ("in May 2021", "2021-05"),
        ("from 2019 to 2024", "2019/2024"),
        ("between 2010 and 2015", "2010/2015"),
        ("in 2019-24", "2019/2024"),
        ("in 2024/2025", "2024/2025"),
        ("as soon as 2021", "2021"),
        ("from March 2019 to May 2020", "2019-03/2020-05"),
        ("on March 3-5, 2024", "2024-03-03/2024-03-05"),
        ("in the 1990s", "1990/1999"),
        ("in the third quarter of 2025", "2025-07/2025-09"),
        ("in Q3 2024", "2024-07/2024-09"),
        ("in the first half of 2021", "2021-01/2021-06"),
        ("in the 19th century", "1801/1900"),
        ("last March", ""),
        ("on December 19", ""),
    ],
)
def test_dates(written: str, period: str) -> None:
    (found,) = read(f"The mill burnt down {written}.")
    assert (found.value, found.unit, found.period) == (None, "", period)


@pytest.mark.parametrize(
    "text",
    [
        "The first man met the 2nd woman.",
        "It is COVID-19 again.",
        "The court struck down Section 230.",
        "They met at 10:30 a.m. there.",
        "The Rovers won 3-1.",
        "No one came.",
        "One of the survivors came.",
    ],
)
def test_what_is_no_figure(text: str) -> None:
    assert read(text) == []


def test_ranges_share_unit_and_scale() -> None:
    assert [(f.value, f.unit) for f in read("Prices rose by 5 to 10 percent.")] == [(5, "%"), (10, "%")]
    assert [(f.value, f.unit) for f in read("It cost between $5 and $10 million.")] == [(5e6, "USD"), (1e7, "USD")]


def test_a_claim_carries_its_figures() -> None:
    text = "The fund lost 40 million crowns in 2019."
    (claim,) = analyze(text).claims
    assert [(text[f.start : f.end], f.value, f.period) for f in claim.figures] == [
        ("40 million crowns", 40e6, ""),
        ("2019", None, "2019"),
    ]


@pytest.mark.parametrize("text", ["7" * 300_000, "1,234," * 50_000, "two " * 75_000, "2024-" * 60_000, "$1-" * 100_000])
def test_long_runs_take_linear_time(text: str) -> None:
    begun = time.perf_counter()
    figures.find(text, 0, len(text), [])
    dates.find(text, 0, len(text))
    assert time.perf_counter() - begun < 15
