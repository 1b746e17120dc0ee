"""A pasted article comes out with its parts told from one another and its words untouched."""

from __future__ import annotations

import pytest

from app.extract import Document, Image, extract
from tests.extract.articles import CAPTION, PAGE, PARAGRAPHS, PASTED, TITLE


def pasted(text: str) -> Document:
    return extract(text.encode(), kind="paste")


def test_every_part_is_found() -> None:
    found = pasted(PASTED)
    assert found.title == TITLE
    assert found.authors == ("Tamsin Okoro-Vale",)
    assert (found.published, found.updated) == ("2031-03-04T16:55:00", "2031-03-04T17:01:00")
    assert found.dateline == "PORT VERRIN, March 4 (TNP)"
    assert found.language == "en"
    assert [(p.type, p.text) for p in found.paragraphs] == [("p", text) for text in PARAGRAPHS]
    assert found.images == (Image(None, CAPTION, "TNP-Quayside"),)


def test_an_article_inside_a_whole_page_is_told_from_its_menus() -> None:
    menu = "\n".join(
        f"* {word}" for word in ("Home", "World", "Business", "Harbour", "Sport", "Weather", "Log in", "Subscribe")
    )
    teasers = "\n".join(
        f"* {word} news of the week" for word in ("Island", "Market", "School", "Fishing", "Theatre", "Road")
    )
    found = pasted(f"{menu}\n\n{PASTED}\n\nRelated articles\n{teasers}\n\n© 2031 The Quayside. All rights reserved.")
    assert found.title == TITLE
    assert found.published == "2031-03-04T16:55:00"
    assert [p.text for p in found.paragraphs] == list(PARAGRAPHS)


def test_paragraphs_alike_but_for_their_figures_are_no_captions() -> None:
    rows = [f"In district {n} the council counted {40 + n} percent of all votes by the evening." for n in range(1, 5)]
    found = pasted("\n\n".join((TITLE, *PARAGRAPHS, *rows)))
    assert [p.text for p in found.paragraphs] == [*PARAGRAPHS, *rows]


def test_lines_broken_at_a_column_are_joined() -> None:
    import textwrap

    text = "\n\n".join([TITLE[:60], *(textwrap.fill(p, 66) for p in PARAGRAPHS)])
    assert [p.text for p in pasted(text).paragraphs] == list(PARAGRAPHS)


def test_the_lines_above_a_text_broken_at_a_column_stay_apart() -> None:
    import textwrap

    head = "Council raises alarm over ferries\nBy Ansa Reuel\nMarch 4, 2031"
    found = pasted("\n\n".join([head, *(textwrap.fill(p, 60) for p in PARAGRAPHS)]))
    assert (found.title, found.authors) == ("Council raises alarm over ferries", ("Ansa Reuel",))
    assert found.published == "2031-03-04"
    assert [p.text for p in found.paragraphs] == list(PARAGRAPHS)


def test_white_space_is_collapsed_and_nothing_else_changes() -> None:
    odd = "“It’s naïve — 5 µm, ﬁne…”,\u00a0 said\tthe élève of the school on the hill in Port Verrin to ten visitors."
    found = pasted(f"{TITLE}\n\n{odd}\n\n{PARAGRAPHS[1]}")
    assert found.paragraphs[0].text == odd.replace("\u00a0 ", " ").replace("\t", " ")


def test_control_characters_are_taken_out() -> None:
    found = pasted(PASTED.replace("harbour council has", "harbour\x00 coun\x07cil has"))
    assert found.paragraphs[0].text == PARAGRAPHS[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252"])
def test_a_text_file_is_read_in_its_encoding(encoding: str) -> None:
    text = f"{TITLE}\n\nBy Tamsin Okoro-Vale\n\n" + "\n\n".join(p.replace("council", "cöuncil") for p in PARAGRAPHS)
    found = extract(text.encode(encoding), kind="text")
    assert found.title == TITLE
    assert found.paragraphs[0].text == PARAGRAPHS[0].replace("council", "cöuncil")


@pytest.mark.parametrize("kind", ["paste", "html"])
def test_json_gives_the_same_document_back(kind: str) -> None:
    found = extract((PASTED if kind == "paste" else PAGE).encode(), kind="paste" if kind == "paste" else "html")
    assert Document.from_json(found.as_json()) == found


def test_text_without_a_headline_loses_no_sentence() -> None:
    found = pasted(f"By Tamsin Okoro-Vale\n\n{PARAGRAPHS[3]}\n\n{PARAGRAPHS[4]}")
    assert found.title is None
    assert found.authors == ("Tamsin Okoro-Vale",)
    assert [p.text for p in found.paragraphs] == list(PARAGRAPHS[3:])


def test_the_times_that_entries_of_a_live_report_open_with_are_kept() -> None:
    entries = [f"{hour}\n\n{text}" for hour, text in zip(("17:40", "17:05", "16.30 Uhr"), PARAGRAPHS[1:4], strict=True)]
    found = pasted("\n\n".join((TITLE, PARAGRAPHS[0], *entries)))
    texts = [p.text for p in found.paragraphs]
    assert [t for t in texts if t[:2].isdigit()] == ["17:40", "17:05", "16.30 Uhr"]
    assert texts[texts.index("17:05") + 1] == PARAGRAPHS[2]


def whole_page(*after: str) -> str:
    menu = [f"* {word}" for word in ("Home", "World", "Business", "Harbour", "Sport", "Weather", "Culture", "Log in")]
    teasers = [f"* {word} news of the week" for word in ("Island", "Market", "School", "Fishing", "Theatre", "Road")]
    menus = "\n".join(menu + [f"* Region {n}" for n in range(40)])
    return "\n\n".join(
        (menus, TITLE, "By Tamsin Okoro-Vale", "Published 4 March 2031, 16:55", *PARAGRAPHS, *after, "\n".join(teasers))
    )


@pytest.mark.parametrize(
    "heading", ["Most read in Harbour", "Lesen Sie auch", "관련 기사", "Leave a comment", "© 2031 The Quayside"]
)
def test_what_stands_after_an_article_on_its_page_is_left_out(heading: str) -> None:
    teaser = "A school on the hill is looking for a new roof, and nobody knows who will pay for it."
    found = pasted(whole_page(heading, "New roof wanted", teaser, "Fish market moves", teaser.replace("roof", "hall")))
    assert [p.text for p in found.paragraphs] == list(PARAGRAPHS)
    assert (found.title, found.published) == (TITLE, "2031-03-04T16:55:00")


def test_text_beyond_a_long_list_is_part_of_the_article() -> None:
    boats = [f"* Boat {n}" for n in range(1, 17)]
    again = "It was said again, at greater length, at a second hearing in the school on the hill later"
    first, second = ([f"{text} {again}, {day}." for text in PARAGRAPHS] for day in ("on Monday", "on Friday"))
    texts = [p.text for p in pasted(whole_page(*first, "\n".join(boats), *second)).paragraphs]
    assert [t for t in texts if not t.startswith("Boat ")] == [*PARAGRAPHS, *first, *second]


def test_entries_of_a_menu_without_space_between_them_are_no_headline() -> None:
    found = pasted(f"NewsSportBusinessLifestyleCultureGoing OutHomes\n\n{TITLE}\n\n" + "\n\n".join(PARAGRAPHS))
    assert found.title == TITLE


def test_a_short_first_line_is_the_headline_and_no_sentence_is() -> None:
    mark = "0f3ab2c4d5e6f7081928374655647382"
    text = f"Crates\n\nThe harbour took in four million crates last year.\n\nTraders doubt it, and said so ({mark})."
    document = extract(text.encode(), kind="paste")
    assert document.title == "Crates"
    assert [p.text for p in document.paragraphs] == text.split("\n\n")[1:]


@pytest.mark.parametrize("byline", ["By Ansa Reuel", "4 March 2031\nBy Ansa Reuel", "Ansa Reuel"])
def test_a_headline_that_looks_like_a_name_is_told_by_the_byline_below_it(byline: str) -> None:
    found = pasted("\n\n".join(("Senate Passes Budget", byline, *PARAGRAPHS)))
    assert (found.title, found.authors) == ("Senate Passes Budget", ("Ansa Reuel",))


def test_a_number_with_a_full_stop_opens_a_list_only_where_another_follows() -> None:
    date, club = (
        "3. Mai 2031, 16:55 Uhr",
        "1. FC Tessen has lost its ninth game of the year, as was feared on all islands.",
    )
    found = pasted("\n\n".join((TITLE, date, *PARAGRAPHS[:2], club, *PARAGRAPHS[2:])))
    assert found.published == "2031-05-03T16:55:00"
    assert club in [p.text for p in found.paragraphs]
    found = pasted(
        "\n\n".join((TITLE, *PARAGRAPHS[:2], "1. The letter names boats\n2. It gives no date", *PARAGRAPHS[2:]))
    )
    assert [p.text for p in found.paragraphs if p.type == "li"] == ["The letter names boats", "It gives no date"]


@pytest.mark.parametrize(
    ("byline", "authors"),
    [
        ("By\n\nTamsin Okoro-Vale Features Writer", ("Tamsin Okoro-Vale",)),
        ("* Von: Tamsin Okoro-Vale, Piet Lauwers\n* 4 March 2031", ("Tamsin Okoro-Vale", "Piet Lauwers")),
        ("Tamsin Okoro-Vale 5 hours ago", ("Tamsin Okoro-Vale",)),
    ],
)
def test_bylines_in_two_lines_in_a_list_and_beside_an_age_are_read(byline: str, authors: tuple[str, ...]) -> None:
    assert pasted("\n\n".join((TITLE, byline, *PARAGRAPHS))).authors == authors


def test_a_headline_is_told_from_the_standfirst_and_the_caption_below_it() -> None:
    below = "The council of Port Verrin fears for the winter boats of its outer islands"
    menu = "\n".join(f"* {word}" for word in ("Home", "World", "Harbour", "Sport"))
    assert pasted("\n\n".join((menu, TITLE[:59], below, "4 March 2031", *PARAGRAPHS))).title == TITLE[:59]


def test_links_and_offers_between_the_paragraphs_of_a_page_are_left_out() -> None:
    offer = "Register here with your e-mail address to read three articles of ours a week."
    refrain = "Read by nobody else: the morning letter of the Quayside, in the boxes of all islands"
    again = [f"{text} It was said twice." for text in PARAGRAPHS]
    between = [part for text in again for part in (text, refrain, "* Fish market moves to the other pier")]
    found = pasted(
        whole_page(*between, again[0] + " Or thrice.", offer, again[1] + " Or thrice.", "Facebook Twitter Send Print")
    )
    assert [p.text for p in found.paragraphs] == [
        *PARAGRAPHS,
        *again,
        again[0] + " Or thrice.",
        again[1] + " Or thrice.",
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "You must register to vote by 5 May, and those who sign up late will be turned away at the door.",
        "The bank will close your account if you do not answer its e-mail within thirty days, the regulator found.",
    ],
)
def test_news_of_registers_and_accounts_is_no_offer(sentence: str) -> None:
    assert sentence in [
        p.text for p in pasted("\n\n".join((TITLE, *PARAGRAPHS[:2], sentence, *PARAGRAPHS[2:]))).paragraphs
    ]


def test_a_short_last_paragraph_is_kept() -> None:
    last = "The island's council votes on Monday."
    assert pasted("\n\n".join((TITLE, *PARAGRAPHS, last))).paragraphs[-1].text == last


def test_a_long_first_paragraph_that_asks_is_no_headline() -> None:
    asks = (
        " ".join(PARAGRAPHS[0].split()[:40])
        + ", and a harbour is a promise of return. Whose promise is it that we break today?"
    )
    found = pasted("\n\n".join(("Opinion", TITLE, "By Anna Holm", asks, *PARAGRAPHS)))
    assert (found.title, found.authors, found.paragraphs[0].text) == (TITLE, ("Anna Holm",), asks)


def test_the_first_entry_of_a_live_blog_is_kept_however_short() -> None:
    entry = "18.20 GMT", "Ferries are back", "* Two ferries sail tonight", "* The pier is open"
    found = pasted("\n\n".join((TITLE, "By Anna Holm", *entry, "17.45 GMT", *PARAGRAPHS)))
    assert [p.text for p in found.paragraphs][:4] == [each.removeprefix("* ") for each in entry]
