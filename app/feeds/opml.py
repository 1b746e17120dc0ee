"""OPML, pure: the lists of feeds that programs exchange, folders within folders. Read in any encoding, with what could
not be understood; written so that reading it again gives the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING

from app.feeds.markup import decoded, parse_xml, plain

if TYPE_CHECKING:
    from lxml import etree

MAX_DEPTH = 10  # folders within folders
LONGEST_NAME, LONGEST_FOLDER = 300, 200


class NotOpml(ValueError):
    """`message` is written for the reader."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class Outline:
    """A feed in a list: its address, what it is called, the address of its site, and its folder: a path."""

    url: str
    name: str
    home: str = ""
    folder: str = ""


@dataclass(frozen=True)
class Read:
    """What a file holds: feeds, and what of it could not be taken, in words."""

    feeds: tuple[Outline, ...]
    problems: tuple[str, ...]


def read_opml(data: bytes) -> Read:
    """Raises NotOpml."""
    try:
        source = parse_xml(decoded(data))
    except ValueError as error:
        raise NotOpml(str(error)) from error
    if source is None or source.root != "opml":
        raise NotOpml("This is not an OPML file. Most readers of feeds can export one.")
    problems = [] if source.whole else ["The file is damaged; what could be read of it is taken."]
    body = next(iter(source.tree.iter("{*}body")), None)
    if body is None:
        raise NotOpml("This OPML file has no list in it.")
    return Read(tuple(_outlines(body, problems)), tuple(problems))


def _outlines(body: etree._Element, problems: list[str]) -> Iterator[Outline]:
    folders: list[tuple[etree._Element, tuple[str, ...]]]
    folders = [(each, ()) for each in reversed(body.findall("{*}outline"))]
    while folders:
        outline, folder = folders.pop()
        given = {name.lower(): value for name, value in outline.attrib.items()}
        name = plain(str(given.get("text") or given.get("title") or ""))[:LONGEST_NAME]
        children = outline.findall("{*}outline")
        if url := str(given.get("xmlurl") or "").strip():
            where = "/".join(folder) or _category(str(given.get("category") or ""))
            home = str(given.get("htmlurl") or "").strip()
            yield Outline(re.sub(r"^feed:(//)?(?=https?:)|^feed(?=://)", _scheme, url), name, home, where)
        elif not children and given.get("type", "").lower() != "folder":
            problems.append(f"“{name or 'An outline without a name'}” has no address of a feed.")
        within = folder
        if children and not url:
            within = (*folder, part(name) or "Folder")
            if len(within) > MAX_DEPTH or len("/".join(within)) > LONGEST_FOLDER:
                problems.append(f"“{name}” stands too deep in other folders: its feeds come into “{'/'.join(folder)}”.")
                within = folder
        folders += [(each, within) for each in reversed(children)]


def _scheme(prefix: re.Match[str]) -> str:
    return "http" if prefix[0] == "feed" else ""


def _category(given: str) -> str:
    """The first of `category="/News/Asia,/Sport"`, which stands for a folder where there is no other."""
    first = given.partition(",")[0]
    return folder_path(first) if first.startswith("/") else ""


def part(name: str) -> str:
    """A folder's own name: a stroke parts it from the next, so it has none."""
    return plain(name.replace("/", "-"))[:100]


def folder_path(given: str) -> str:
    return "/".join(filter(None, (part(each) for each in given.split("/"))))


def write_opml(feeds: Iterable[Outline], *, title: str, created: datetime) -> bytes:
    from lxml import etree

    root = etree.Element("opml", version="2.0")
    head, body = etree.SubElement(root, "head"), etree.SubElement(root, "body")
    etree.SubElement(head, "title").text = plain(title)
    etree.SubElement(head, "dateCreated").text = format_datetime(created, usegmt=True)
    folders = {"": body}
    for feed in sorted(feeds, key=lambda each: (each.folder.casefold(), each.folder, each.name.casefold(), each.url)):
        attributes = {"type": "rss", "text": feed.name, "title": feed.name, "xmlUrl": feed.url}
        if feed.home:
            attributes["htmlUrl"] = feed.home
        etree.SubElement(_folder(folders, feed.folder), "outline", attributes)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)


def _folder(folders: dict[str, etree._Element], path: str) -> etree._Element:
    """Paths have at most MAX_DEPTH parts."""
    from lxml import etree

    if path not in folders:
        above, _, name = path.rpartition("/")
        folders[path] = etree.SubElement(_folder(folders, above), "outline", text=name, title=name)
    return folders[path]
