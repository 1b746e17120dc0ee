"""The article's HTML: its text is the article's text exactly, and marks cover exactly the passages they were given."""

import time
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from app.reading.highlight import Mark, render

# emoji with joiners and skin tones, combining marks, right-to-left with controls, markup, carriage returns
ODD = [
    "👩🏽‍⚖️",
    "e\u0301",
    "\u202eשלום\u202c",
    "مرحبا",
    "<b>",
    "&amp;",
    '"',
    "'",
    "\r",
    "\u00a0",
    "\ufeff",
    "\u2028",
    "𝔘",
]
words = st.one_of(
    st.sampled_from(ODD),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n\0"), max_size=12),
)
paragraphs = st.lists(st.lists(words, min_size=1, max_size=8).map("".join).filter(bool), min_size=1, max_size=6)
kinds = st.sampled_from(["p", "p", "heading", "quote", "li", "summary"])


class Reader(HTMLParser):
    """What a browser would hold: the text, which annotations each character belongs to, and the ids."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text, self.cover, self.ids, self.references = "", [], [], []
        self.starts: list[tuple[int, int]] = []
        self.inside: frozenset[int] = frozenset()
        self.depth = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "mark":
            assert not self.inside, "marks must not nest"
            self.inside = frozenset(map(int, str(values["data-ids"]).split()))
            assert values["aria-details"] == f"card-{str(values['data-ids']).split()[0]}"
            self.ids.append(values["id"])
        elif tag == "a":
            self.references.append((len(self.text), values["data-n"], values["href"]))
        if "data-start" in values:
            self.starts.append((int(str(values["data-start"])), len(self.text)))

    def handle_endtag(self, tag: str) -> None:
        if tag == "mark":
            self.inside = frozenset()

    def handle_data(self, data: str) -> None:
        self.text += data
        self.cover += [self.inside] * len(data)


def laid_out(paragraphs: list[str], types: list[str]) -> tuple[str, list[tuple[str, int, int]]]:
    blocks, position = [], 0
    for kind, paragraph in zip(types, paragraphs, strict=False):
        blocks.append((kind, position, position + len(paragraph)))
        position += len(paragraph) + 1
    return "\n".join(paragraphs), blocks


@st.composite
def articles(draw: st.DrawFn) -> tuple[str, list[tuple[str, int, int]], list[Mark]]:
    parts = draw(paragraphs)
    text, blocks = laid_out(parts, draw(st.lists(kinds, min_size=len(parts), max_size=len(parts))))
    place = st.integers(-3, len(text) + 3)
    spans = st.lists(st.tuples(place, place), min_size=1, max_size=3)
    marks = st.builds(
        Mark, st.just(0), st.sampled_from(["quote", "claim", "highlight"]), spans, st.none() | st.integers(1, 9)
    )
    drawn = draw(st.lists(marks, max_size=7))
    return text, blocks, [Mark(n, m.kind, m.spans, m.number) for n, m in enumerate(drawn, 1)]


@given(articles())
def test_text_is_the_articles_text_and_marks_cover_exactly_their_passages(article) -> None:
    text, blocks, marks = article
    rendered = render(text, blocks, marks, dateline=text[:4])
    seen = Reader(str(rendered.html))
    assert seen.text == text
    assert all(start == position for start, position in seen.starts)
    assert len(seen.ids) == len(set(seen.ids))
    expected: list[set[int]] = [set() for _ in text]
    for mark in marks:
        for start, end in mark.spans:
            for position in range(max(start, 0), min(end, len(text))):
                expected[position].add(mark.id)
    for _, start, end in blocks:
        assert [set(ids) for ids in seen.cover[start:end]] == expected[start:end]
    visible = {id for _, start, end in blocks for ids in expected[start:end] for id in ids}
    assert set(rendered.anchors) == visible
    assert set(rendered.anchors.values()) <= set(seen.ids)


def test_overlap_is_one_flat_segment_that_names_both_kinds() -> None:
    html = render("one two three", [("p", 0, 13)], [Mark(1, "quote", [(0, 7)]), Mark(2, "claim", [(4, 13)])]).html
    assert html == (
        '<p data-start="0"><mark class="hl quote" id="m-1-0" data-ids="1" aria-details="card-1">one </mark>'
        '<mark class="hl quote claim x2" id="m-2-0" data-ids="1 2" aria-details="card-1">two</mark>'
        '<mark class="hl claim" id="m-2-1" data-ids="2" aria-details="card-2"> three</mark></p>'
    )


def test_reference_stands_once_behind_the_last_span_of_a_broken_quote() -> None:
    seen = Reader(str(render('"a," he said, "b."', [("p", 0, 18)], [Mark(7, "quote", [(0, 4), (14, 18)], 3)]).html))
    assert seen.references == [(18, "3", "#card-7")]


def test_references_to_the_same_words_stand_in_the_order_of_their_numbers() -> None:
    marks = [Mark(id, "highlight", [(start, 3)], id) for id, start in ((1, 0), (2, 0), (3, 1), (4, 0))]
    seen = Reader(str(render("one", [("p", 0, 3)], marks).html))
    assert [number for _, number, _ in seen.references] == ["1", "2", "3", "4"]


def test_dateline_is_set_apart_with_its_dash_and_marks_lie_inside_it() -> None:
    text = "PORT ILSE, May 3 (HW) - It rained."
    html = str(
        render(text, [("p", 0, len(text))], [Mark(1, "claim", [(5, 26)])], dateline="PORT ILSE, May 3 (HW)").html
    )
    assert html.startswith('<p data-start="0"><span class="dateline">PORT <mark')
    assert " - </mark></span><mark" in html
    assert Reader(html).text == text


def test_list_items_stand_in_a_list() -> None:
    html = str(render("a\nb\nc", [("li", 0, 1), ("li", 2, 3), ("p", 4, 5)], []).html)
    assert html == '<ul><li data-start="0">a</li>\n<li data-start="2">b</li></ul>\n<p data-start="4">c</p>'


def test_time_grows_with_the_text_and_not_with_its_square() -> None:
    def seconds(paragraphs: int) -> float:
        text, blocks = laid_out(["word " * 40] * paragraphs, ["p"] * paragraphs)
        marks = [Mark(n, "quote", [(n * 100, n * 100 + 150)]) for n in range(paragraphs * 2)]
        best = float("inf")
        for _ in range(3):
            begun = time.process_time()
            render(text, blocks, marks)
            best = min(best, time.process_time() - begun)
        return best

    assert seconds(2000) < 5 * max(seconds(1000), 0.001)
