"""Exports that are broken, huge or hostile: a message that says where, and whatever else is whole comes in."""

from __future__ import annotations

import io
import json
import time
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import Invalid
from app.imports import formats
from app.imports.formats import common
from app.imports.model import Item, Problem
from tests.imports.samples import FERRY_URL, NETSCAPE, POCKET, READWISE, RIS, SAMPLES, zipped


def read(name: str, data: bytes) -> tuple[list[Item], list[Problem]]:
    found = list(formats.read(name, data))
    return [each for each in found if isinstance(each, Item)], [each for each in found if isinstance(each, Problem)]


@pytest.mark.parametrize("name", SAMPLES)
@settings(max_examples=12)
@given(st.data())
def test_bytes_gone_wrong_stop_nothing_and_break_nothing(name: str, data: st.DataObject) -> None:
    given = bytearray(SAMPLES[name][1])
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(given) - 1))
        given[at : at + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=4))
    with suppress(Invalid):
        formats.detect(SAMPLES[name][0], bytes(given))
        for each in formats.read(name, bytes(given)):
            assert isinstance(each, Item | Problem)


@pytest.mark.parametrize("name", [name for name in formats.FORMATS if name in SAMPLES])
@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda t: t.encode("utf-8", "replace")))
@settings(max_examples=20)
def test_anything_at_all(name: str, data: bytes) -> None:
    with suppress(Invalid):
        list(formats.read(name, data))


@pytest.mark.parametrize("data", [b"", b"   ", b"<html><body><p>An article.</p></body></html>", b"%PDF-1.7", b"Just words, a few of them.\n",
                                  b"name,price\nfish,3\n", b'{"a": 1}', b"[]", b"PK\x03\x04 no zip", b"\x00\x01\x02\x03", b"https://a.example/\n"])  # fmt: skip
def test_what_is_no_export_is_not_taken_for_one(data: bytes) -> None:
    assert formats.detect("article.html", data) is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings_of_tables(encoding: str) -> None:
    data = READWISE.replace("Nobody", "Nébody — ").encode(encoding)
    assert formats.detect("export.csv", data) == "readwise"
    items, problems = read("readwise", data)
    assert [len(each.highlights) for each in items] == [2, 1]
    assert len(problems) == 1


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_dialects_of_tables(delimiter: str) -> None:
    data = f"title{delimiter}url{delimiter}time_added{delimiter}tags{delimiter}status\r\n"
    data += (
        f'"A{delimiter} ""quoted"" title"{delimiter}{FERRY_URL}{delimiter}1734775200{delimiter}a|b{delimiter}unread\r\n'
    )
    assert formats.detect("x.csv", data.encode()) == "pocket"
    (item,), _ = read("pocket", data.encode())
    assert (item.title, item.tags) == (f'A{delimiter.strip()} "quoted" title', ("a", "b"))


def test_a_broken_row_is_told_and_the_others_come_in() -> None:
    items, problems = read(
        "pocket",
        (POCKET + f"too,many,{FERRY_URL}/3,x,unread,columns\n,,,,\nLast,https://last.example/,0,,unread\n").encode(),
    )
    assert len(items) == 3
    assert [each.where for each in problems] == ["line 4"]
    assert "6 columns" in problems[0].message


def test_the_rest_of_a_list_that_breaks_off() -> None:
    whole = SAMPLES["wallabag"][1]
    items, problems = read("wallabag", whole[: len(whole) - 400])
    assert len(items) == 1
    assert problems[-1].where == "entry 2"
    assert "cannot be read" in problems[-1].message


@pytest.mark.parametrize("name", ["wallabag", "hypothesis", "karakeep", "linkwarden", "quotidian"])
def test_deep_nesting_is_refused(name: str) -> None:
    deep = "[" * 200_000 + "]" * 200_000
    key = {"hypothesis": "annotations", "karakeep": "bookmarks", "linkwarden": "collections"}.get(name)
    text = (
        f'{{"{key}": [{deep}]}}'
        if key
        else f'{{"quotidian": 1, "text": {deep}}}'
        if name == "quotidian"
        else f"[{deep}]"
    )
    items, problems = read(name, text.encode())
    assert not items
    assert "nested too deeply" in problems[0].message
    before = f'{{"export_date": {deep}, "annotations": []}}'
    with pytest.raises(Invalid, match="nested too deeply"):
        read("hypothesis", before.encode())


@pytest.mark.parametrize("value", ["1" * 5000, "1e999", "NaN", "-Infinity", "[]", "{}", "null", '"x"', "true"])
def test_values_of_the_wrong_kind(value: str) -> None:
    text = f'[{{"is_archived": {value}, "url": "{FERRY_URL}", "title": {value}, "created_at": {value}, "tags": {value}, "annotations": {value}}}]'
    items, problems = read("wallabag", text.encode())
    assert len(items) + len(problems) == 1


def test_long_fields_are_cut() -> None:
    entry = {
        "createdAt": 10**30,
        "title": "t" * 100_000,
        "tags": ["x" * 5000] * 5000,
        "content": {"type": "text", "text": "w " * 10},
        "note": "n" * 10**6,
    }
    (item,), _ = read("karakeep", json.dumps({"bookmarks": [entry]}).encode())
    assert (len(item.title), len(item.note), item.saved) == (1000, common.LONGEST_NOTE, "")
    assert len(item.tags) <= common.MOST_TAGS


def test_collections_that_contain_each_other_end() -> None:
    link = {"id": 9, "url": FERRY_URL, "name": "Ferry"}
    loop = [{"id": 1, "name": "A", "parentId": 2, "links": [link]}, {"id": 2, "name": "B", "parentId": 1, "links": []}]
    (item,), _ = read("linkwarden", json.dumps({"collections": loop}).encode())
    assert len(item.folders[0]) < 1000


def test_folders_without_an_end() -> None:
    data = (
        NETSCAPE.splitlines()[0]
        + "\n"
        + "<DL><p><DT><H3>f</H3>" * 20_000
        + f'<DL><p><DT><A HREF="{FERRY_URL}">Ferry</A>'
    )
    (item,), _ = read("bookmarks", data.encode())
    assert item.title == "Ferry"
    assert len(item.folders[0]) < 1000


@pytest.mark.parametrize("name", ["bookmarks", "pocket-html"])
@pytest.mark.parametrize("piece", ['<A HREF="', "<A ", "<!--", "<DD", '"', "<A HREF='x' " + "a=" * 50])
def test_patterns_take_no_long_time(name: str, piece: str) -> None:
    begin = time.process_time()
    read(name, (NETSCAPE.splitlines()[0] + "\n" + piece * (400_000 // len(piece))).encode())
    assert time.process_time() - begin < 5


def test_an_entry_without_an_end() -> None:
    items, problems = read("ris", RIS.replace("ER  -\n\nTY  - BLOG", "\nTY  - BLOG").encode())
    assert len(items) == 2
    assert problems[0].message.startswith("This entry has no end")


# Archives


def bomb() -> bytes:
    return zipped({"metadata_0_to_20.json": "[]", "content/x.html": b"\0" * 50_000_000})


def slipped(name: str) -> bytes:
    return zipped({"metadata_0_to_20.json": json.dumps([{"slug": "../../etc/passwd", "url": FERRY_URL}]), name: "[]"})


@pytest.mark.parametrize(
    "data",
    [
        bomb(),
        slipped("../evil.json"),
        slipped("/etc/passwd"),
        slipped("C:\\evil"),
        slipped("inner.zip"),
        b"PK\x03\x04junk",
    ],
)
def test_archives_that_no_honest_reader_writes(data: bytes) -> None:
    with pytest.raises(Invalid):
        read("omnivore", data)


def test_a_slug_leads_nowhere_else() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as opened:
        opened.writestr(
            "metadata_0_to_20.json",
            json.dumps([{"slug": "../metadata_0_to_20", "id": "1", "url": FERRY_URL, "title": "Ferry"}]),
        )
    (item,), problems = read("omnivore", file.getvalue())
    assert (item.html, item.highlights, problems) == ("", (), [])


def test_ten_thousand_rows_take_a_moment() -> None:
    head, row = POCKET.splitlines(keepends=True)[:2]
    data = (head + "".join(row.replace("ferry-stops", f"ferry-{n}") for n in range(10_000))).encode()
    begin = time.process_time()
    assert sum(1 for _ in formats.read("pocket", data)) == 10_000
    assert time.process_time() - begin < 10
