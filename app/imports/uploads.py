"""What a person hands in to be imported -> what is to be done with it, entry by entry: addresses, files, a zip of files, an
export of another reader. Files are stored here, before any transaction; refuses what cannot be taken, with the reason."""

from __future__ import annotations

import hashlib
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, BinaryIO, Literal

from app import files
from app.addresses import FetchError, parse, with_scheme
from app.articles.intake import FILE_KINDS
from app.errors import Invalid
from app.imports import archive, formats
from app.imports.hosts import host_of
from app.settings import Settings

MOST = archive.MOST_ENTRIES
ROOM = 4  # times the largest upload: what a zip or an export may have
PROBLEMS = 200  # that are kept; the others are counted


@dataclass(frozen=True)
class Entry:
    """One article to come. `key` names it within its batch; `source` is shown to people."""

    key: str
    source: str
    payload: Mapping[str, Any]
    host: str = ""
    title: str = ""


@dataclass(frozen=True)
class Upload:
    """`entries` is None for an export, which the worker reads."""

    kind: Literal["addresses", "files", "zip", "migration"]
    name: str
    entries: Sequence[Entry] | None
    problems: list[dict[str, str]] = field(default_factory=list)
    format: str = ""
    sha256: str | None = None


def formats_known() -> list[tuple[str, str]]:
    """The formats of exports that are read: (name, what people call it)."""
    return sorted(formats.FORMATS.items(), key=lambda each: each[1].casefold())


def hashed(key: str) -> str:
    """How a key is kept: short, and of one length."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def of_addresses(text: str) -> Upload:
    """Addresses, one a line. Raises Invalid where there is none that can be fetched."""
    entries, problems = [], []
    for number, line in lines(text):
        try:
            entries.append(address_entry(parse(with_scheme(line)).url))
        except FetchError as error:
            problems.append({"where": f"line {number}", "message": f"{line[:200]}: {error.message}"})
    if not entries:
        first = f" The first: {problems[0]['message']}" if problems else ""
        message = "None of these lines is a web address." if problems else "Paste one web address a line."
        raise Invalid(message + first, field="addresses")
    if len(entries) > MOST:
        raise Invalid(f"At most {MOST:,} addresses at once; these are {len(entries):,}.", field="addresses")
    name = entries[0].source if len(entries) == 1 else f"{len(entries):,} addresses"
    return Upload("addresses", name, entries, problems)


def address_entry(url: str) -> Entry:
    return Entry(url, url, {"url": url}, host_of(url))


def lines(text: str) -> Iterator[tuple[int, str]]:
    """Those of a list that say something, without what stands around them, and their numbers."""
    for number, line in enumerate(text.splitlines(), 1):
        if (plain := line.strip().strip("\ufeff,;")) and not plain.startswith("#"):
            yield number, plain


def of_files(given: Sequence[tuple[str, BinaryIO]], chosen: str, settings: Settings) -> Upload:
    """Files with their names. `chosen` is a format of exports, "articles", or "" to find out. Raises Invalid."""
    if not given:
        raise Invalid("Choose one or more files first.", field="file")
    if len(given) == 1:
        name, file = given[0]
        if name.lower().endswith(".zip"):
            return _of_zip(name, file, chosen, settings)
        if chosen != "articles" and (upload := _of_export(name, file, chosen, settings)):
            return upload
    elif chosen not in ("", "articles"):
        raise Invalid("An export of another reader is brought in by itself: one file at a time.", field="file")
    return _of_articles(given, settings)


def _of_export(name: str, file: BinaryIO, chosen: str, settings: Settings) -> Upload | None:
    data = _read(name, file, ROOM * settings.max_upload)
    found = formats.detect(name, data)
    if not (chosen or found):
        return None
    if chosen and chosen not in formats.FORMATS:
        raise Invalid("This is no format that is known here.", field="format")
    sha = files.put_stream(settings.files, file)
    return Upload("migration", _short(name), None, format=chosen or found or "", sha256=sha)


def _of_zip(name: str, file: BinaryIO, chosen: str, settings: Settings) -> Upload:
    with archive.open_zip(file) as opened:
        if chosen != "articles" and (upload := _of_export(name, file, chosen, settings)):
            return upload
        found, problems = zip_entries(opened)
    if not found:
        raise nothing_in("archive")
    return Upload("zip", _short(name), found, problems, sha256=files.put_stream(settings.files, file))


def zip_entries(opened: zipfile.ZipFile) -> tuple[list[Entry], list[dict[str, str]]]:
    """Those files of an archive that can be articles, and what is said of the others."""
    names = [info.filename for info in archive.entries(opened)]
    readable = [name for name in names if PurePosixPath(name.lower()).suffix in FILE_KINDS]
    return [Entry(name, name, {"entry": name}) for name in readable], left_out(endings(set(names) - set(readable)))


def _of_articles(given: Sequence[tuple[str, BinaryIO]], settings: Settings) -> Upload:
    readable = [(name, file) for name, file in given if PurePosixPath(name.lower()).suffix in FILE_KINDS]
    if not readable and all(name.lower().endswith(".opml") for name, _ in given):
        raise Invalid("This is a list of feeds (OPML). It is taken under Feeds.", field="file")
    if not readable:
        which = "This file is" if len(given) == 1 else "None of these files is"
        raise Invalid(f"{which} neither an article ({_endings()}) nor an export that is known here.", field="file")
    entries, problems = [], left_out(endings({name for name, _ in given} - {name for name, _ in readable}))
    for name, file in readable:
        try:
            sha = files.put(settings.files, _read(name, file, settings.max_upload), compress=True)
        except Invalid as error:
            problems.append({"where": _short(name), "message": error.message})
        else:
            entries.append(Entry(f"{name}\n{sha}", _short(name), {"sha256": sha, "filename": _short(name)}))
    if not entries:
        raise Invalid(problems[0]["message"], field="file")
    name = entries[0].source if len(entries) == 1 else f"{len(entries):,} files"
    return Upload("files", name, entries, problems)


def endings(names: Iterable[str]) -> Counter[str]:
    return Counter(PurePosixPath(name.lower()).suffix for name in names)


def left_out(others: Counter[str]) -> list[dict[str, str]]:
    """What is said of files that cannot be read: how many there are of each ending."""
    return [
        {"where": f"*{end}" if end else "no ending", "message": f"{n:,} {'file' if n == 1 else 'files'} left out"}
        for end, n in sorted(others.items())
    ]


def _read(name: str, file: BinaryIO, most: int) -> bytes:
    file.seek(0)
    data = file.read(most + 1)
    if len(data) > most:
        raise Invalid(f"{_short(name)} has more than {most / 1e6:g} MB, the most that is taken in.", field="file")
    if not data.strip():
        raise Invalid(f"{_short(name)} is empty.", field="file")
    return data


def nothing_in(what: str) -> Invalid:
    return Invalid(f"This {what} holds no file that can be read ({_endings()}).", field="file")


def _endings() -> str:
    return ", ".join(FILE_KINDS)


def _short(name: str) -> str:
    plain = "".join(c for c in name if c.isprintable()).strip() or "file"
    return plain if len(plain) <= 200 else f"{plain[:120]}…{plain[-70:]}"
