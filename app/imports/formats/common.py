"""What the readers of exports share: encodings, dates, JSON and tables that may be broken or hostile, and the limits."""

from __future__ import annotations

import ast
import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from app.errors import Invalid
from app.imports.model import Highlight, Item, Problem

MOST_HIGHLIGHTS = 5_000  # of one article
LONGEST = 10_000_000  # characters of a content
LONGEST_NOTE = 100_000
LONGEST_LINE = 2_000  # of titles, names, addresses
MOST_TAGS = 200
_DECODER = json.JSONDecoder()
_SPACE = re.compile(r"[ \t\r\n]*")
BROKEN = (ValueError, RecursionError, KeyError, TypeError, AttributeError, OverflowError)


def decoded(data: bytes) -> str:
    """The text: UTF-8 or UTF-16, with or without a mark at its beginning, else Windows-1252."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    sample = data[:2000]
    if len(sample) > 3 and sample.count(b"\x00") > len(sample) // 4:  # UTF-16 without its mark
        return data.decode("utf-16-le" if sample[1:2] == b"\x00" else "utf-16-be", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.start >= len(data) - 3:  # a head that ends within a character
            return data.decode("utf-8-sig", "ignore")
        return data.decode("cp1252", "replace")


def line(value: Any, most: int = LONGEST_LINE) -> str:
    """A value as one line of text; "" for what is no text or number."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return " ".join(str(value).split())[:most]


def words(value: Any, most: int = LONGEST) -> str:
    """A value as text of many lines, without carriage returns."""
    return value.replace("\r\n", "\n").replace("\r", "\n").strip()[:most] if isinstance(value, str) else ""


def names(value: Any, separator: str = ",") -> tuple[str, ...]:
    """Tags or names, each once: of a list (of texts, or of objects with a name), or of a text."""
    if isinstance(value, str):
        value = value.split(separator)
    if not isinstance(value, list | tuple):
        return ()
    plain = (each.get("name") or each.get("label") if isinstance(each, dict) else each for each in value)
    return tuple(dict.fromkeys(filter(None, (line(each, 200) for each in plain))))[:MOST_TAGS]


def listed(value: str) -> tuple[str, ...]:
    """As `names`, also of a list as Python or JSON writes it, with which some tables are filled."""
    if value.strip().startswith("[") and len(value) < 100_000:
        for read in (json.loads, ast.literal_eval):
            try:
                return names(read(value))
            except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
                continue
    return names(value)


def moment(value: Any) -> str:
    """A date as ISO 8601 with its zone (UTC where none is stated), or "" where it cannot be one."""
    found: datetime | None = None
    if isinstance(value, str) and value.strip():
        found = _of_text(value.strip())
    elif isinstance(value, int | float) and not isinstance(value, bool):
        found = _of_number(float(value))
    if found is None:
        return ""
    found = found if found.tzinfo else found.replace(tzinfo=UTC)
    try:
        sensible = datetime(1900, 1, 1, tzinfo=UTC) <= found <= datetime.now(UTC) + timedelta(days=2)
    except OverflowError:
        return ""
    return found.isoformat() if sensible else ""


_FORMS = ("%B %d, %Y %I:%M:%S %p", "%B %d, %Y", "%d %B %Y", "%d %b %Y", "%Y/%m/%d", "%Y/%m", "%m/%d/%Y", "%Y", "%Y-%m")


def _of_text(text: str) -> datetime | None:
    if re.fullmatch(r"\d{9,16}(\.\d+)?", text):
        return _of_number(float(text))
    text = text[:64]
    for iso in (text, text.removesuffix(" UTC"), re.sub(r"([+-]\d\d)$", r"\1:00", text)):
        try:
            return datetime.fromisoformat(iso)
        except ValueError:
            continue
    for form in _FORMS:
        try:
            return datetime.strptime(text.rstrip("/"), form)
        except ValueError:
            continue
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None


def _of_number(seconds: float) -> datetime | None:
    for unit in (1, 1_000, 1_000_000):  # some count in thousandths, browsers in millionths
        if seconds / unit < 32_503_680_000:
            try:
                return datetime.fromtimestamp(seconds / unit, UTC)
            except (ValueError, OSError, OverflowError):
                return None
    return None


def day(value: Any) -> str:
    """As `moment`, but what states only a day stays one."""
    found = moment(value)
    timed = not isinstance(value, str) or ":" in value or value.strip().isdecimal()
    return found if timed and len(str(value)) > 4 else found[:10]


# JSON


def loads(text: str) -> Any:
    try:
        return json.loads(text)
    except BROKEN as error:
        raise Invalid(f"This is no JSON that can be read: {told(error)}.", field="file") from error


def told(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"it has no {error.args[0]}"[:200]
    deep = isinstance(error, RecursionError)
    return "it is nested too deeply" if deep else (str(error) or type(error).__name__)[:200]


def elements(text: str, key: str = "") -> Iterator[tuple[int, Any | Problem]]:
    """The elements of the list that `text` is, or that its object has under `key`, one at a time with their number; what
    follows an element that is broken is lost, and said so. Raises Invalid where there is no such list."""
    position = _list_at(text, key)
    number = 0
    while True:
        position = _skip(text, position)
        if text[position : position + 1] == "]":
            return
        number += 1
        try:
            value, position = _DECODER.raw_decode(text, position)
        except BROKEN as error:
            yield number, Problem(f"entry {number}", f"From here on the file cannot be read: {told(error)}.")
            return
        yield number, value
        position = _skip(text, position)
        if text[position : position + 1] == ",":
            position += 1


def _skip(text: str, position: int) -> int:
    found = _SPACE.match(text, position)
    return found.end() if found else position


def _list_at(text: str, key: str) -> int:
    """Where the first element of the list stands."""
    position = _skip(text, 0)
    if not key and text[position : position + 1] == "[":
        return position + 1
    missing = Invalid(f"There is no list of {key or 'articles'} in this file.", field="file")
    if not key or text[position : position + 1] != "{":
        raise missing
    position += 1
    try:
        while True:
            name, position = _DECODER.raw_decode(text, _skip(text, position))
            position = _skip(text, position) + 1  # the colon
            position = _skip(text, position)
            if name == key and text[position : position + 1] == "[":
                return position + 1
            _, position = _DECODER.raw_decode(text, position)
            position = _skip(text, position)
            if text[position : position + 1] != ",":
                raise missing
            position += 1
    except BROKEN as error:
        raise Invalid(f"This is no JSON that can be read: {told(error)}.", field="file") from error


# Tables


def rows(text: str) -> Iterator[tuple[int, dict[str, str] | Problem]]:
    """The rows of a table with the number of the line each begins in, by the names of the columns in small letters."""
    csv.field_size_limit(LONGEST)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    header: list[str] = []
    while True:
        begin = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield begin, Problem(f"line {begin}", f"This row cannot be read: {error}.")
            continue
        if not any(each.strip() for each in row):
            continue
        if not header:
            header = [each.strip().lstrip("\ufeff").casefold() for each in row]
        elif len(row) > len(header) and any(each.strip() for each in row[len(header) :]):
            yield begin, Problem(f"line {begin}", f"This row has {len(row)} columns; the table has {len(header)}.")
        else:
            yield begin, {**dict.fromkeys(header, ""), **dict(zip(header, row, strict=False))}


def columns(text: str) -> set[str]:
    """The names of the columns of what may be a table."""
    first = text.split("\n", 1)[0]
    if len(first) > LONGEST_LINE:
        return set()
    try:
        return {each.strip().casefold() for each in next(csv.reader([first], delimiter=_delimiter(first)), [])}
    except csv.Error:
        return set()


def _delimiter(text: str) -> str:
    first = text.split("\n", 1)[0]
    return max(",;\t", key=first.count)


def bounded(item: Item) -> Item:
    """Within the limits of what one article may have."""
    marks = tuple(_bounded(each) for each in item.highlights[:MOST_HIGHLIGHTS])
    return replace(
        item, key=item.key[:4000], title=line(item.title, 1000), url=item.url.strip()[:LONGEST_LINE], html=item.html[:LONGEST],
        text=item.text[:LONGEST], note=item.note[:LONGEST_NOTE], highlights=marks,
    )  # fmt: skip


def _bounded(each: Highlight) -> Highlight:
    return replace(
        each, quote=each.quote[:LONGEST_NOTE], note=each.note[:LONGEST_NOTE], color=each.color[:40], author=each.author[:200],
        prefix=each.prefix[-300:], suffix=each.suffix[:300],
    )  # fmt: skip
