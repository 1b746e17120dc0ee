"""Where quotation marks open and close."""

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.analysis.marks import scan


def inside(text: str) -> list[str]:
    return [text[r.start : r.end] for r in scan(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('He said "yes" and "no".', ['"yes"', '"no"']),
        ("She said “yes”.", ["“yes”"]),
        ("« Oui », dit-il.", ["« Oui »"]),
        ("»Ja«, sagte er.", ["»Ja«"]),
        ("„Ja“, sagte sie.", ["„Ja“"]),
        ("「はい」と言った。", ["「はい」"]),
        ("‘We shan’t go,’ he said.", ["‘We shan’t go,’"]),
        ("'Never,' he said. It's Jo's.", ["'Never,'"]),
        ("“He called it ‘odd’ twice,” she said.", ["“He called it ‘odd’ twice,”", "‘odd’"]),
        ("“It went wrong,’’ she said.", ["“It went wrong,’’"]),
        ("The 12\" pipe stood by a 5'10\" wall in the '90s.", []),
        ('The keeper, who is 6\'2", said "no".', ['"no"']),
        ('"I am 5\' 10" and he is 6\'2"," she said.', ['"I am 5\' 10" and he is 6\'2","']),
        ("‹Oui› und ‚Ja‘.", ["‹Oui›", "‚Ja‘"]),
        (
            '"It rained," she said. " The road was under water for days."',
            ['"It rained,"', '" The road was under water for days."'],
        ),
        ("The fishermen's huts and the boys' club.", []),
    ],
)
def test_pairs(text: str, found: list[str]) -> None:
    assert inside(text) == found


def test_nested_marks_have_a_depth() -> None:
    assert [r.depth for r in scan("“He called it ‘odd’ twice,” she said.")] == [0, 1]


def test_a_quotation_that_goes_on_in_the_next_paragraph() -> None:
    first, second = scan("“It shook.\n\n“It shook twice.”")
    assert (first.closed, first.continues) == (False, False)
    assert (second.closed, second.continues) == (True, True)


def test_single_marks_left_open_over_paragraphs() -> None:
    first, second = scan("'You can see the huts from here.\n\n'If someone's home, knock,' he said.")
    assert (first.closed, first.mark) == (False, "'")
    assert (second.closed, second.continues) == (True, True)


def test_a_block_quotation_opened_once_and_closed_at_its_end() -> None:
    text = "“The dam was old.\n\nNobody had looked at it.\n\nNow it is gone.”\n\nIt rained."
    found = scan(text)
    assert [(r.closed, r.continues, r.opened) for r in found] == [
        (False, False, True),
        (False, True, False),
        (True, True, False),
    ]
    assert [text[slice(*r.inner)] for r in found] == ["The dam was old.", "Nobody had looked at it.", "Now it is gone."]
    assert len(scan("“The dam was old.\n\nNobody had looked at it.\n\nThe “old” one.")) == 2


def test_a_stray_straight_mark_swallows_nothing() -> None:
    assert inside('A board 12 feet by 3" and a long tale.\nHe said "yes".') == ['"yes"']


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab “”‘’\"'«»„\n.,A\0", max_size=200))
def test_regions_nest_and_stay_in_the_text(text: str) -> None:
    regions = scan(text)
    assert regions == sorted(regions, key=lambda r: r.start)
    for region in regions:
        assert 0 <= region.start < region.end <= len(text)
        assert "\n" not in text[region.start : region.end]
    outer = [r for r in regions if r.depth == 0]
    assert all(a.end <= b.start for a, b in pairwise(outer))


@pytest.mark.parametrize("mark", ['"', "“", "‘", "'", "”", "« ", "„“", '" a', "' a "])
def test_time_grows_with_the_text(mark: str) -> None:
    def took(n: int) -> float:
        start = time.perf_counter()
        scan((mark + "x") * n)
        return time.perf_counter() - start

    took(100)
    assert took(20_000) < 2.0
