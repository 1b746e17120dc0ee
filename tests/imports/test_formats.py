"""Each peer's export comes in whole: every article, highlight, note, tag, date and author, counted."""

from __future__ import annotations

import json

import pytest

from app.imports import formats
from app.imports.model import Highlight, Item, Problem
from tests.imports.samples import EXPECTED, FERRY_URL, LIGHT_URL, SAMPLES, Holds


def items(name: str) -> list[Item]:
    return [each for each in formats.read(name, SAMPLES[name][1]) if isinstance(each, Item)]


def item(name: str) -> Item:
    return items(name)[0]


def mark(name: str, words: str) -> Highlight:
    return next(
        each for each in item(name).highlights if words in each.quote or (words in each.note and not each.quote)
    )


@pytest.mark.parametrize("name", SAMPLES)
def test_it_is_known_by_what_is_in_it(name: str) -> None:
    filename, data = SAMPLES[name]
    assert formats.detect(filename, data) == name
    assert formats.detect("file", data) == name


@pytest.mark.parametrize("name", SAMPLES)
def test_nothing_is_left_behind(name: str) -> None:
    found = list(formats.read(name, SAMPLES[name][1]))
    articles = [each for each in found if isinstance(each, Item)]
    marks = [each for article in articles for each in article.highlights]
    tags = {tag for article in articles for tag in article.tags} | {tag for each in marks for tag in each.tags}
    holds = Holds(
        len(articles), sum(bool(each.quote) for each in marks),
        sum(bool(each.note) for each in marks) + sum(bool(each.note) for each in articles),
        len(tags), sum(isinstance(each, Problem) for each in found),
    )  # fmt: skip
    assert holds == EXPECTED[name]


@pytest.mark.parametrize("name", SAMPLES)
def test_keys_are_the_same_each_time_and_no_two_are_alike(name: str) -> None:
    keys = [each.key for each in items(name)] + [mark.key for each in items(name) for mark in each.highlights]
    again = [each.key for each in items(name)] + [mark.key for each in items(name) for mark in each.highlights]
    assert keys == again
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("name", SAMPLES)
def test_items_survive_json(name: str) -> None:
    for each in items(name):
        assert Item.from_json(json.loads(json.dumps(each.as_json()))) == each


@pytest.mark.parametrize("name", [name for name in SAMPLES if name not in ("factiva", "readwise", "karakeep")])
def test_addresses_and_titles(name: str) -> None:
    found = {each.url.partition("?")[0]: each.title for each in items(name)}
    assert found.get(FERRY_URL) == "Ferry to Tessen stops in March"
    assert name == "hypothesis" or LIGHT_URL in found


@pytest.mark.parametrize(
    "name",
    [
        "reader",
        "pocket",
        "pocket-html",
        "instapaper",
        "raindrop",
        "wallabag",
        "karakeep",
        "linkwarden",
        "bookmarks",
        "ris",
    ],
)
def test_when_it_was_saved(name: str) -> None:
    saved = next(each.saved for each in items(name) if each.url == FERRY_URL)
    assert saved == "2024-12-21T10:00:00+00:00"


@pytest.mark.parametrize("name", ["reader", "pocket", "pocket-html", "instapaper", "wallabag", "omnivore", "karakeep"])
def test_what_was_read(name: str) -> None:
    states = {each.url.partition("?")[0]: each.read for each in items(name)}
    assert states.pop(FERRY_URL) is True
    assert not any(states.values())


@pytest.mark.parametrize(
    ("name", "folder"), [("raindrop", "News/Coast"), ("linkwarden", "News/Coast"), ("bookmarks", "News/Coast")]
)
def test_folders(name: str, folder: str) -> None:
    assert item(name).folders == (folder,)


@pytest.mark.parametrize("name", ["wallabag", "raindrop", "linkwarden"])
def test_what_was_starred(name: str) -> None:
    assert [each.starred for each in items(name)] == [True, False]


def test_hypothesis_threads_authors_and_what_is_private() -> None:
    root, reply, answer = (mark("hypothesis", words) for words in ("nine passengers", "After, says", "who counted"))
    assert (reply.parent, answer.parent) == (root.key, reply.key)
    assert (root.author, reply.author) == ("boris_t", "leyla.k")
    assert root.tags == ("Figures", "ferry")
    assert root.created == "2024-12-21T10:01:17.430125+00:00"
    assert root.updated == "2024-12-21T11:01:17.430125+00:00"
    assert root.prefix.endswith("We have carried ")
    assert root.suffix.startswith(" since the bridge")
    assert [each.note for each in item("hypothesis").highlights if each.private] == ["Ask the office for this."]
    whole = mark("hypothesis", "best account")
    assert (whole.quote, whole.parent) == ("", "")


def test_readwise_groups_rows_by_title() -> None:
    ferry, light = items("readwise")
    assert ferry.title, light.authors == ("Ferry to Tessen stops in March", ("Ana Ruiz", "Jon Bek"))
    assert ferry.tags == ("coast", "ferry")
    assert [each.color for each in ferry.highlights] == ["yellow", "blue"]
    assert ferry.highlights[0].created == "2024-12-21T10:04:11+00:00"
    assert light.highlights[0].quote == "with its garden\nand its two goats"
    assert light.highlights[0].note == "Goats!\nTwo of them."


def test_a_table_of_addresses_is_one_whatever_it_comes_from() -> None:
    table = b'Title,Link,Tags,Date_added\nFerry stops,https://news.example/ferry,"sea, ferry",2024-12-21\nNone,,,\n'
    assert formats.detect("mine.csv", table) == "table"
    found, missing = formats.read("table", table)
    assert isinstance(found, Item)
    assert (found.url, found.title, found.tags) == ("https://news.example/ferry", "Ferry stops", ("sea", "ferry"))
    assert found.saved.startswith("2024-12-21")
    assert missing == Problem("line 3", "This row has no address.")


def test_raindrop_highlights() -> None:
    first, second = item("raindrop").highlights
    assert (first.quote, first.note, first.color) == ("nine passengers a day", "Since when?", "red")
    assert (second.quote, second.note) == ("they were not asked", "")
    assert item("raindrop").note == "Read this again"


def test_raindrop_of_one_collection_has_no_folders() -> None:
    table = (
        b"id,title,note,excerpt,url,tags,created,cover,highlights,favorite\n7,Ferry,,,https://a.example/,,,,,false\n"
    )
    assert formats.detect("export.csv", table) == "raindrop"
    (found,) = formats.read("raindrop", table)
    assert isinstance(found, Item)
    assert (found.title, found.folders) == ("Ferry", ())


def test_a_stroke_in_the_name_of_a_raindrop_folder_leads_nowhere() -> None:
    table = b"id,title,note,excerpt,url,folder,tags,created\n7,Ferry,,,https://a.example/,News / Sea/Air,,\n"
    (found,) = formats.read("raindrop", table)
    assert isinstance(found, Item)
    assert found.folders == ("News/Sea-Air",)


def test_what_is_said_of_a_folder_is_no_note_of_the_bookmark_before_it() -> None:
    assert item("bookmarks").note == "Read this again"


def test_keywords_of_ris_are_apart() -> None:
    assert item("ris").tags == ("coast", "ferry")
    (found,) = formats.read("ris", b"TY  - NEWS\nTI  - Ferry\nKW  - sea; air\nER  -\n")
    assert isinstance(found, Item)
    assert found.tags == ("sea", "air")


@pytest.mark.parametrize(("stated", "time"), [("9:05", "09:05"), ("03:30 PM", "15:30"), ("12:01 am", "00:01")])
def test_the_time_of_a_factiva_article(stated: str, time: str) -> None:
    text = f"HD Ferry\nWC 9 words\nPD 16 December 2024\nET {stated}\nSN Courier\nLP\nIt stops.\nTD\nSoon.\n"
    (found,) = formats.read("factiva", text.encode())
    assert isinstance(found, Item)
    assert found.published == f"2024-12-16T{time}:00"


def test_wallabag_facts() -> None:
    found = item("wallabag")
    assert found.published == "2024-12-16T15:30:00+01:00"
    assert found.authors == ("Ilse Varga", "Jon Bek")
    assert found.language == "en-GB"
    assert "<p>The ferry between" in found.html
    assert [each.note for each in found.highlights] == ["Since when?", ""]


def test_omnivore_highlights() -> None:
    found = item("omnivore")
    assert found.note == "A note on all of it."
    first, second, third = found.highlights
    assert (first.quote, first.tags, first.note) == (
        "nine passengers a day",
        ("figures", "who speaks"),
        "Since when?\n\nAnd who counted?",
    )
    assert (second.quote, second.note) == ("That pays for neither crew nor fuel.", "")
    assert third.quote == "what is needed.\nTraders on both shores"
    assert found.published == "2024-10-16T00:00:00+00:00"


def test_ris_notes_and_names() -> None:
    found = item("ris")
    assert found.authors == ("Ilse Varga", "Jon Bek")
    assert (found.published, found.site) == ("2024-12-16", "The Ilse Courier")
    assert found.note == "The ferry between Port Ilse\nand Tessen will stop."
    assert [each.note for each in found.highlights] == [
        "Nine passengers: since when?\n\nAsk the office.",
        "A second note.",
    ]


def test_factiva_articles() -> None:
    ferry, light = items("factiva")
    assert (ferry.site, ferry.published, ferry.language) == ("The Ilse Courier", "2024-12-16T15:30:00", "en")
    assert ferry.authors == ("Ilse Varga", "Jon Bek")
    assert ferry.html.count("<p>") == 4
    assert ferry.tags == ("Transport", "Ferries")
    assert light.published == "2024-12-17"
