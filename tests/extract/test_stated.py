"""What pages state about their article, in each of the forms that pages state it in. All names and papers are made up."""

from __future__ import annotations

import json

import pytest

from app.extract import Document, extract
from tests.extract.articles import PARAGRAPHS, TITLE

BODY = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)


def read(head: str = "", *, above: str = "", below: str = "", **node: object) -> Document:
    data = {"@type": "NewsArticle", "headline": TITLE, **node}
    script = f'<script type="application/ld+json">{json.dumps(data)}</script>' if node else ""
    page = f"<html lang=en><head><title>{TITLE}</title>{head}{script}</head><body><article><h1>{TITLE}</h1>{above}{BODY}{below}</article></body></html>"
    return extract(page.encode(), kind="html", url="https://quayside.example/ferries")


@pytest.mark.parametrize(
    ("author", "expected"),
    [
        ({"@type": "Person", "name": "Tamsin Okoro-Vale"}, ("Tamsin Okoro-Vale",)),
        (
            [{"@type": "Person", "name": "By Tamsin Okoro-Vale"}, {"name": "Piet Lauwers"}],
            ("Tamsin Okoro-Vale", "Piet Lauwers"),
        ),
        ({"@type": "Organization", "name": "Northern Press Agency"}, ("Northern Press Agency",)),
        ({"@type": "Person", "name": ["Tamsin Okoro-Vale", "Piet Lauwers"]}, ("Tamsin Okoro-Vale", "Piet Lauwers")),
        ("By Tamsin Okoro-Vale and Piet Lauwers", ("Tamsin Okoro-Vale", "Piet Lauwers")),
        ("Tamsin Okoro-Vale | Piet Lauwers", ("Tamsin Okoro-Vale", "Piet Lauwers")),
        ("Tamsin Okoro-Vale, Senior Political Correspondent", ("Tamsin Okoro-Vale",)),
        ("Tamsin Okoro-Vale tamsin@quayside.example", ("Tamsin Okoro-Vale",)),
        ("Tamsin Okoro-Vale, with additional reporting by Piet Lauwers", ("Tamsin Okoro-Vale", "Piet Lauwers")),
        ("Reporting by Tamsin Okoro-Vale; Editing by Piet Lauwers", ("Tamsin Okoro-Vale",)),
        ("Quayside staff reporter", ("Quayside staff reporter",)),
        ("Tamsin Okoro-Vale QBC News", ("Tamsin Okoro-Vale",)),
        ({"@type": "Person", "givenName": "Tamsin", "familyName": "Okoro-Vale"}, ("Tamsin Okoro-Vale",)),
        ("Lauwers, Piet", ("Piet Lauwers",)),
        ("Reuters, Bloomberg", ("Reuters", "Bloomberg")),
    ],
)
def test_authors_in_json_ld(author: object, expected: tuple[str, ...]) -> None:
    assert read(author=author).authors == expected


@pytest.mark.parametrize(
    "head",
    [
        '<meta name="author" content="Tamsin Okoro-Vale">',
        '<meta name="parsely-author" content="Tamsin Okoro-Vale">',
        '<meta name="sailthru.author" content="Tamsin Okoro-Vale">',
        '<meta name="dc.creator" content="Tamsin Okoro-Vale, Staff Writer">',
        '<meta property="article:author" content="https://quayside.example/tamsin"><meta name="byl" content="By Tamsin Okoro-Vale">',
        '<meta name="twitter:label1" content="Written by"><meta name="twitter:data1" content="Tamsin Okoro-Vale">',
    ],
)
def test_authors_in_meta_elements(head: str) -> None:
    assert read(head).authors == ("Tamsin Okoro-Vale",)


def test_a_card_that_tells_another_thing_names_no_author() -> None:
    head = '<meta name="twitter:label1" content="Filed under"><meta name="twitter:data1" content="Island Ferries">'
    assert read(head).authors == ()


@pytest.mark.parametrize(
    "above",
    [
        '<a rel="author" href="/t">Tamsin Okoro-Vale</a>',
        '<span itemprop="author">Tamsin Okoro-Vale</span>',
        '<p class="byline">By Tamsin Okoro-Vale in Port Verrin</p>',
        "<p class=x1>By Tamsin Okoro-Vale, in Islands</p>",
        "<p><strong>Tamsin Okoro-Vale</strong></p>",
        "<ul><li><strong>Autor:</strong> Tamsin Okoro-Vale</li></ul>",
        "<span class=author>بقلم: Tamsin Okoro-Vale</span>",
    ],
)
def test_authors_that_are_printed(above: str) -> None:
    assert read(above=above).authors == ("Tamsin Okoro-Vale",)


@pytest.mark.parametrize(
    ("byline", "expected"),
    [
        ("By Piet Lauwers Nov. 20, 2030", ("Piet Lauwers",)),
        ("By Piet Lauwers Published Nov 20, 2030 9:15 AM EST", ("Piet Lauwers",)),
        ("Posted by Piet Lauwers on Wednesday, November 20, 2030", ("Piet Lauwers",)),
        ("By Piet Lauwers (piet@quayside.example) | November 20, 2030", ("Piet Lauwers",)),
        ("By April May March 4, 2030", ("April May",)),
        ("Par Odile Marrant et Piet Lauwers, à Verrin", ("Odile Marrant", "Piet Lauwers")),
        ("Por João Quist, de São Verrin", ("João Quist",)),
        ("Written by Dr. Ansa Reuel, Ph.D., and Piet Lauwers Jr.", ("Dr. Ansa Reuel", "Piet Lauwers Jr.")),
        ("By Piet Lauwers, Jr., Special to the Quayside", ("Piet Lauwers, Jr.",)),
        ("BY PIET LAUWERS AND MARY VAN DER QUIST", ("PIET LAUWERS", "MARY VAN DER QUIST")),
        ("Piet Lauwers @plauwers • Senior Reporter", ("Piet Lauwers",)),
        ("By PIET LAUWERS The Verrin Evening Times", ("PIET LAUWERS",)),
    ],
)
def test_a_printed_byline_ends_where_dates_degrees_places_and_papers_begin(
    byline: str, expected: tuple[str, ...]
) -> None:
    assert read(above=f'<div class="byline">{byline}</div>').authors == expected


def test_a_person_in_print_comes_before_an_organisation_that_is_stated() -> None:
    author = {"@type": "Organization", "name": "Riverton Herald"}
    assert read(above='<div class="byline">By Piet Lauwers</div>', author=author).authors == ("Piet Lauwers",)


def test_a_page_that_names_itself_is_asked_further() -> None:
    head = '<meta property="og:site_name" content="The Quayside"><meta name="author" content="The Quayside">'
    author = {"@type": "Organization", "name": "The Quayside"}
    assert read(head, above="<p><b>Piet LAUWERS</b></p>", author=author).authors == ("Piet LAUWERS",)
    assert read(head, author=author).authors == ("The Quayside",)


def test_a_list_of_bylines_completes_the_stated_author() -> None:
    above = "<div class=bylines><a href=/t>Tamsin Okoro-Vale</a> <a href=/p>Piet Lauwers</a></div>"
    assert read(above=above, author={"name": "Piet Lauwers"}).authors == ("Tamsin Okoro-Vale", "Piet Lauwers")


@pytest.mark.parametrize(
    ("above", "published", "updated"),
    [
        ('<time datetime="2031-03-04T16:55:00+01:00">4 March</time>', "2031-03-04T16:55:00+01:00", None),
        (
            '<p>Updated <time datetime="2031-03-05T08:00:00Z">5 March</time></p><p>Published <time datetime="2031-03-04T16:55:00Z">4 March</time></p>',
            "2031-03-04T16:55:00+00:00",
            "2031-03-05T08:00:00+00:00",
        ),
        ("<ul><li><b>Date</b> 04.03.2031</li></ul>", "2031-03-04", None),
        ("<div class=x>Published: March 4, 2031 4:55 PM EST</div>", "2031-03-04T16:55:00-05:00", None),
        ('<script>self.s=[{"publishedAt":"2031-03-04 16:55","x":1}]</script>', "2031-03-04T16:55:00", None),
    ],
)
def test_times_that_no_metadata_state(above: str, published: str, updated: str | None) -> None:
    found = read(above=above)
    assert (found.published, found.updated) == (published, updated)


def test_of_the_same_moment_the_zone_of_the_house_counts() -> None:
    above = '<time datetime="2031-03-04T16:55:09+0100">4 March</time>'
    assert read(above=above, datePublished="2031-03-04T15:55:00Z").published == "2031-03-04T16:55:09+01:00"


@pytest.mark.parametrize(
    ("head", "node", "expected"),
    [
        ('<meta property="article:section" content="Islands">', {}, "Islands"),
        ("", {"articleSection": ["Islands", "Transport"]}, "Islands"),
        ("", {}, None),
    ],
)
def test_the_section_that_is_stated(head: str, node: dict[str, object], expected: str | None) -> None:
    found = read(head, **node)
    assert found.section == expected
    assert Document.from_json(found.as_json()).section == expected


def test_the_section_of_a_breadcrumb_is_the_last_before_the_headline() -> None:
    crumbs = "".join(f"<li><a href=/x>{name}</a></li>" for name in ("Home", "News", "Islands")) + f"<li>{TITLE}</li>"
    assert read(above=f'<nav class="breadcrumb"><ol>{crumbs}</ol></nav>').section == "Islands"


def test_rows_of_a_table_are_lines_with_their_cells_apart() -> None:
    rows = "".join(
        f"<tr><td>{name}</td><td>{boats}</td></tr>"
        for name, boats in (("Route", "Boats"), ("Outer isles", "3"), ("Verrin", "11"))
    )
    texts = [
        p.text
        for p in read(
            below=f"<p>{PARAGRAPHS[3]} Again.</p><table>{rows}</table><p>{PARAGRAPHS[4]} Again.</p>"
        ).paragraphs
    ]
    at = texts.index("Route | Boats")
    assert texts[at : at + 3] == ["Route | Boats", "Outer isles | 3", "Verrin | 11"]


def test_a_pull_quotation_gives_way_to_the_sentence_in_its_place() -> None:
    texts = [p.text for p in read(above=f"<div class=highlights><div>{PARAGRAPHS[3]}</div></div>").paragraphs]
    assert texts == list(PARAGRAPHS)


def test_what_opens_under_the_pointer_is_no_text() -> None:
    hover = '<span class="person">Ansa Reuel<span class="tooltip-content">Ansa Reuel Director since 2027 More about her</span></span>'
    found = read(below=f"<p>The council will hear {hover} in April, the town hall said in a note on Wednesday.</p>")
    assert (
        found.paragraphs[-1].text
        == "The council will hear Ansa Reuel in April, the town hall said in a note on Wednesday."
    )


def test_a_caption_beside_a_picture_without_figure_loses_its_credit() -> None:
    picture = '<div class=media><img src=/boat.jpg><figcaption>The boat at the quay <span class="photo-credit">Lio Brandt/TNP</span></figcaption></div>'
    found = read(above=picture)
    assert [(i.url, i.caption, i.credit) for i in found.images] == [
        ("https://quayside.example/boat.jpg", "The boat at the quay", "Lio Brandt/TNP")
    ]


@pytest.mark.parametrize(
    ("figure", "caption", "credit"),
    [
        ("<div class=lead><img src=/boat.jpg><div class=caption>Boats at Verrin. (Lio / AP)</div></div>", "Boats at Verrin.", "Lio / AP"),
        ("<figure><img src=/boat.jpg><figcaption>Boats at Verrin (AP Photo/Lio Brandt)</figcaption></figure>", "Boats at Verrin", "AP Photo/Lio Brandt"),
        ("<aside><figure><img src=/boat.jpg><figcaption>Boats at Verrin.</figcaption></figure></aside>", "Boats at Verrin.", None),
    ],
)  # fmt: skip
def test_captions_with_a_credit_in_brackets_and_in_an_aside(figure: str, caption: str, credit: str | None) -> None:
    found = [(i.url, i.caption, i.credit) for i in read(above=figure).images]
    assert found == [("https://quayside.example/boat.jpg", caption, credit)]


def test_a_lead_picture_beside_the_text_is_found() -> None:
    lead = "<div class=lead-art><img src=/boat.jpg><div class=caption>Boats at Verrin.</div></div>"
    page = f"<main><h1>{TITLE}</h1>{lead}<article class=article-body>{BODY}</article></main>"
    found = extract(page.encode(), kind="html", url="https://quayside.example/ferries")
    assert [(i.url, i.caption) for i in found.images] == [("https://quayside.example/boat.jpg", "Boats at Verrin.")]


def test_a_text_hidden_behind_a_paywall_keeps_its_paragraphs() -> None:
    told = [
        f"Sentence {n} of the report tells what the harbour board decided on that day, and why it did so."
        for n in range(9)
    ]
    stated = json.dumps({"@type": "NewsArticle", "headline": "A decision", "articleBody": "".join(told)})
    page = (
        f'<html><head><script type="application/ld+json">{stated}</script></head><body><article><h1>A decision</h1>'
        f'<div style="display: none">{"".join(f"<p>{text}</p>" for text in told)}</div></article></body></html>'
    )
    document = extract(page.encode(), kind="html")
    assert [paragraph.text for paragraph in document.paragraphs] == told


def test_a_date_below_the_headline_or_in_the_address_is_the_last_resort() -> None:
    assert read(above="<p>Submitted by tamsin on Mon, 04/07/2031 - 10:12</p>").published == "2031-04-07T10:12:00"
    assert read(above="<p>Submitted by tamsin on Fri, 04/07/2031 - 10:12</p>").published == "2031-07-04T10:12:00"
    page = f"<h1>{TITLE}</h1>{BODY}".encode()
    assert extract(page, kind="html", url="https://quayside.example/2031/3/4/ferries").published == "2031-03-04"


def test_a_sentence_with_a_date_is_text() -> None:
    told = ("It was opened on 4 May 1988.", "The council met again on 3 March 2031.")
    texts = [p.text for p in read(below=f"<p>{told[0]}</p><ul><li>{told[1]}</li><li>No more.</li></ul>").paragraphs]
    assert texts == [*PARAGRAPHS, *told, "No more."]


def test_a_part_of_a_paragraph_that_is_set_large_is_not_said_twice() -> None:
    pulled = f"<aside><blockquote>{PARAGRAPHS[1][:60]}</blockquote></aside>"
    page = f"<article><h1>{TITLE}</h1>{BODY}{pulled}<p>The council will meet again in April, it said on Friday.</p></article>"
    texts = [p.text for p in extract(page.encode(), kind="html").paragraphs]
    assert texts == [*PARAGRAPHS, "The council will meet again in April, it said on Friday."]


def test_the_name_below_a_pull_quotation_goes_with_it() -> None:
    pulled = f"<blockquote class=pullquote><p>{PARAGRAPHS[3][:60]}</p><cite>Maria Quist</cite></blockquote>"
    told = "The council will meet again in April, it said on Friday."
    assert [p.text for p in read(below=f"{pulled}<p>{told}</p>").paragraphs] == [*PARAGRAPHS, told]
    own = "<blockquote><p>We have never heard of such a thing.</p><cite>Maria Quist</cite></blockquote>"
    assert len(read(below=f"{own}<p>{told}</p>").paragraphs) == len(PARAGRAPHS) + 3


@pytest.mark.parametrize(
    "below",
    [
        "<p>___</p><p>Quayside Press writer Piet Lauwers contributed to this report.</p><p>Copyright 2031 The Quayside Press. All rights "
        "reserved. This material may not be published, broadcast, rewritten or redistributed without permission.</p>",
        "<p>The-QNN-Wire™ &amp; © 2031 Quay News Network, Inc., a Tessen Discovery Company. All rights reserved.</p>",
        "<p>[Read more: How the ferries of the outer islands came to be]</p>",
        "<p>You've read 3 of 3 free articles this month.</p><p>Support independent journalism. Donate today.</p>",
        "<div class=promo><h3>Get the Morning Tide</h3><p>The day's top stories, delivered to your inbox every weekday.</p>"
        "<p>Enter your email</p></div>",
    ],
)
def test_notices_and_offers_of_the_house_are_left_out(below: str) -> None:
    assert [p.text for p in read(below=below).paragraphs if p.text != "___"] == list(PARAGRAPHS)


@pytest.mark.parametrize("spans", [False, True])
def test_a_text_that_stands_in_the_state_of_the_page_alone(spans: bool) -> None:
    """As the blocks that editors of today store: a string each, or spans."""
    blocks = [
        {"type": "p", "children": [{"text": t[:9]}, {"text": t[9:]}]} if spans else {"text": t} for t in PARAGRAPHS
    ]
    state = json.dumps(
        {"page": {"menu": ["Home", "Sport"], "article": {"blocks": blocks, "next": [{"title": "Fish"}]}}}
    )
    page = f"<html><head><title>{TITLE}</title></head><body><div id=root></div><script>window.__STATE__ = {state};</script></body></html>"
    assert [p.text for p in extract(page.encode(), kind="html").paragraphs] == list(PARAGRAPHS)


def test_entries_of_a_live_report_keep_their_headings() -> None:
    told = [(f"News of hour {n}", f"Entry {n} tells what happened at noon in all of the outer islands.") for n in "123"]
    entries = "".join(f"<article class=block><h2>{head}</h2><p>{text}</p></article>" for head, text in told)
    page = f"<html><head><title>{TITLE}</title></head><body><main><h1>{TITLE}</h1>{entries}</main></body></html>"
    blocks = [(p.type, p.text) for p in extract(page.encode(), kind="html").paragraphs]
    assert blocks == [block for head, text in told for block in (("heading", head), ("p", text))]


def test_a_headline_that_nothing_else_repeats() -> None:
    assert extract(f"<h1>{TITLE}</h1>{BODY}".encode(), kind="html").title == TITLE


def test_pictures_without_figures_are_found_where_nothing_else_is_stated() -> None:
    below = (
        '<amp-img src="/quay.jpg" width=800></amp-img><img src="/dot.png" width=1><a href=/x><img src="/fish.jpg"></a>'
    )
    assert [i.url for i in read(below=below).images] == ["https://quayside.example/quay.jpg"]
