"""A page comes out with its structure, its pictures apart, and what it states about itself."""

from __future__ import annotations

from app.extract import Image, extract
from tests.extract.articles import CAPTION, PAGE, PARAGRAPHS, TITLE

URL = "https://quayside.example/2031/03/ferries?from=home"


def test_text_and_structure() -> None:
    found = extract(PAGE.encode(), kind="html", url=URL)
    blocks = [(p.type, p.text) for p in found.paragraphs]
    assert blocks[:5] == [("p", text) for text in PARAGRAPHS]
    assert ("heading", "What the company says") in blocks
    assert ("li", "The letter names three boats.") in blocks
    assert ("quote", "No island will be left without a boat, wrote its director, Ansa Reuel, to the council.") in blocks
    assert len(blocks) == 10


def test_metadata_of_a_graph_with_references_and_a_stray_comma() -> None:
    found = extract(PAGE.encode(), kind="html", url=URL)
    assert found.title == "Ferry operator may retreat from islands"
    assert found.headline_variants == (found.title, TITLE)
    assert found.authors == ("Tamsin Okoro-Vale", "Piet Lauwers")
    assert (found.published, found.updated) == ("2031-03-04T16:55:00+01:00", "2031-03-04T17:01:00+01:00")
    assert (found.site, found.language) == ("The Quayside", "en")
    assert found.canonical_url == "https://quayside.example/2031/03/ferries"
    assert found.dateline == "PORT VERRIN, March 4 (TNP)"


def test_pictures_keep_caption_and_credit_out_of_the_text() -> None:
    found = extract(PAGE.encode(), kind="html", url=URL)
    assert Image("https://quayside.example/ferry.jpg", CAPTION, "TNP-Quayside") in found.images
    assert not any("TNP-Quayside" in p.text for p in found.paragraphs)


def test_a_time_without_a_zone_stays_without() -> None:
    found = extract(PAGE.replace("+01:00", "").encode(), kind="html", url=URL)
    assert found.published == "2031-03-04T16:55:00"


def test_addresses_that_are_not_of_the_web_are_left_out() -> None:
    page = PAGE.replace("/2031/03/ferries", "javascript:alert(1)").replace("/ferry.jpg", "data:image/png;base64,AAAA")
    found = extract(page.encode(), kind="html", url=URL)
    assert found.canonical_url == URL
    assert all(i.url is None or i.url.startswith("https://") for i in found.images)
