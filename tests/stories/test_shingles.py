"""The pure part: which texts are copies, and that it does not matter in which order one asks."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.stories.shingles import HASHES, are_copies, bands, resemblance, share, shingles, signature
from tests.stories.articles import EVENTS, NOTICE, printed

WIRES = {event: texts[0] for event, texts in EVENTS.items()}
COPIES = [(event, how) for event, wire in WIRES.items() for how in printed(wire)]
TEXTS = st.text(alphabet="ab \n.", max_size=80)


@pytest.mark.parametrize(("event", "how"), COPIES)
def test_what_papers_make_of_a_wire_report_is_the_same_story(event: str, how: str) -> None:
    wire, copy = shingles(WIRES[event]), shingles(printed(WIRES[event])[how])
    assert max(share(wire, copy), share(copy, wire)) > 0.6
    assert are_copies(wire, copy)
    assert len(set(bands(wire)) & set(bands(copy))) >= 3  # or they would never be compared


def test_other_reports_of_the_event_with_the_same_quotations_are_not() -> None:
    reports = [text for texts in EVENTS.values() for text in texts]
    with_notice = [f"{text}\n{NOTICE}" for text in reports]  # of the same publisher: its words at the end of each page
    for one, other in [*combinations(reports, 2), *combinations(with_notice, 2)]:
        assert not are_copies(shingles(one), shingles(other)), (one[:40], other[:40])
        assert max(share(shingles(one), shingles(other)), share(shingles(other), shingles(one))) < 0.45


@pytest.mark.parametrize("event", EVENTS)
def test_the_share_is_of_the_text_that_is_asked_about(event: str) -> None:
    whole, half = shingles(WIRES[event]), shingles(printed(WIRES[event])["first half"])
    assert share(half, whole) == 1.0
    assert 0.3 < share(whole, half) < 0.7
    assert share(whole, half) == pytest.approx(half.words / whole.words)


def test_case_typesetting_and_line_breaks_do_not_count() -> None:
    wire = WIRES["court"]
    assert shingles(wire) == shingles(printed(wire)["typeset"]) == shingles(wire.replace(" ", "\n  "))


@pytest.mark.parametrize("text", ["", "?!", "Two words", "The page is not available in your country."])
def test_what_is_too_short_is_nobodys_copy(text: str) -> None:
    assert bands(shingles(text)) == []
    assert not are_copies(shingles(text), shingles(text))


@pytest.mark.parametrize(
    "text",
    [
        "港の評議会は月曜日、検査で十二本の柱のうち九本に錆が見つかったことを受け、古い渡し場を閉じることを決めた。漁師たちは何も聞かれていないと話した。",
        "ท่าเรือเก่าจะปิดถาวรหลังจากตรวจพบสนิมในเสาเก้าต้นจากสิบสองต้น ชาวประมงกล่าวว่าไม่มีใครถามพวกเขา",
    ],
)
def test_scripts_without_spaces_are_compared_too(text: str) -> None:
    assert are_copies(shingles(text), shingles(text + text[:20]))
    assert not are_copies(shingles(text), shingles(text[::-1]))


@given(TEXTS, TEXTS)
def test_it_does_not_matter_who_is_compared_with_whom(one: str, other: str) -> None:
    a, b = shingles(one), shingles(other)
    assert resemblance(a, b) == resemblance(b, a)
    assert are_copies(a, b) == are_copies(b, a)
    assert 0.0 <= resemblance(a, b) <= 1.0
    assert 0.0 <= share(a, b) <= 1.0
    assert (share(a, b) == 1.0) == (bool(a.runs) and a.distinct <= b.distinct)


@given(st.text(max_size=300))
def test_the_same_text_is_the_same_whatever_is_in_it(text: str) -> None:
    words = shingles(text)
    expected = 1.0 if words.words else 0.0
    assert share(words, words) == resemblance(words, words) == expected
    assert bands(words) == bands(shingles(text))
    assert all(-(2**63) <= band < 2**63 for band in bands(words))


@given(st.lists(st.integers(0, 200), min_size=60, max_size=120), st.integers(0, 40))
def test_signatures_agree_as_often_as_texts_resemble_each_other(numbers: list[int], dropped: int) -> None:
    whole, part = (shingles(" ".join(f"w{n}" for n in kept)) for kept in (numbers, numbers[dropped:]))
    agreeing = sum(a == b for a, b in zip(signature(whole), signature(part), strict=True)) / HASHES
    assert abs(agreeing - resemblance(whole, part)) < 0.3  # five standard deviations
