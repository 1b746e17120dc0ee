"""What differs between two texts, word by word: nothing of either is lost in showing it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.alignment import Alignment
from app.articles.difference import Layer, counted, figures_changed, folded, rows

PARTS = st.sampled_from(
    [
        "pier",
        "Pier",
        "rust.",
        "\U0001f3f3\ufe0f\u200d\U0001f308",
        "e\u0301te\u0301",
        "\u05e0\u05e1\u05d2\u05e8",
        "400,000",
        "300,000",
        "\u6e2f\u53e3",
        "\n",
        "the",
        "council",
    ]
)
TEXTS = st.lists(PARTS, max_size=30).map(" ".join)


def shown(old: str, new: str) -> list[tuple[str, str]]:
    pieces = [piece for row in rows(old, new, Alignment(old, new)) for piece in row.pieces]
    return [(piece.kind, piece.text.strip()) for piece in pieces if piece.text.strip()]


def test_a_figure_with_its_unit_is_the_same_one() -> None:
    old, new = "It cost £2.3m to build. He left.", "It cost £2.3m to build. She stayed."
    assert next(text for kind, text in shown(old, new) if kind == "same") == "It cost £2.3m to build."
    assert not figures_changed(old, new, Alignment(old, new))


@given(TEXTS, TEXTS)
def test_each_side_has_all_words_of_its_text(old: str, new: str) -> None:
    every = rows(old, new, Alignment(old, new), new_layers=[Layer(1, "claim", [(0, len(new))])])
    for text, side in ((old, "old"), (new, "new")):
        told = "\n".join("".join(piece.text for piece in getattr(row, side)) for row in every)
        assert "".join(told.split()) == "".join(text.split())
    assert [row for _, group in folded(every) for row in group] == every


@given(TEXTS)
def test_a_text_beside_itself_has_no_change(text: str) -> None:
    assert not any(row.changed for row in rows(text, text, Alignment(text, text)))


def test_figures_are_whole_and_chance_words_do_not_tear_a_sentence() -> None:
    assert shown("about 400,000 came", "about 300,000 came") == [
        ("same", "about"), ("removed", "400,000"), ("added", "300,000"), ("same", "came"),
    ]  # fmt: skip
    old, new = "Repairs would cost money, which the town earns.", "Boats now moor elsewhere instead, the mayor said."
    assert [kind for kind, _ in shown(old, new)][:2] == ["removed", "added"]
    assert sum(kind == "same" for kind, _ in shown(old, new)) <= 1


def test_what_counts_as_a_changed_figure() -> None:
    def changed(old: str, new: str) -> bool:
        return figures_changed(old, new, Alignment(old, new))

    assert changed("It cost 4.5 million crowns.", "It cost 4.6 million crowns.")
    assert changed("Rust in nine pillars.", "Rust in ten pillars.")
    assert not changed("It cost 4.5 million crowns.", "It cost 4.5 million crowns in all.")
    assert not changed("It cost 4 crowns. Nobody paid.", "It cost 4 crowns. In 1961 nobody paid.")


def test_words_that_came_and_went_are_counted_and_signs_are_not() -> None:
    old, new = "The pier, closed.", "The old pier is closed!"
    assert counted(old, new, Alignment(old, new)) == (2, 0)
