"""A page's tree -> its blocks of text in order. A block ends where a block element ends or two line breaks stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml.html import HtmlElement

from app.extract.text import plain, squeeze

SKIPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "math",
        "iframe",
        "object",
        "button",
        "select",
        "textarea",
        "input",
        "nav",
        "head",
        "audio",
        "video",
        "canvas",
        "dialog",
        "menu",
        "figure",
        "figcaption",
    ]
)
_INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "ins",
        "kbd",
        "label",
        "mark",
        "q",
        "ruby",
        "rb",
        "rt",
        "rtc",
        "rp",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
        "img",
        "nobr",
    ]
)
_HOVER = re.compile(
    r"\b(?:rollover|tooltip|popover|hovercard)-?_?-?(?:\w+[-_])*(?:block|text|content|body|inner|box|panel)\b", re.I
)
_HIDDEN = re.compile(r"display:\s*none|visibility:\s*hidden", re.I)
_KINDS = {"li": "li", "dd": "li", "dt": "li", "blockquote": "quote", **{f"h{n}": "heading" for n in range(1, 7)}}


@dataclass(frozen=True)
class Unit:
    """A block of text; `links` is the share of it inside links, `place` names its element and that element's parent."""

    kind: str
    text: str
    links: float
    place: tuple[str, str]
    element: HtmlElement
    parent: HtmlElement | None

    @property
    def key(self) -> str:
        return plain(self.text)


def _is_hidden(element: HtmlElement) -> bool:
    return bool(
        element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or _HIDDEN.search(element.get("style") or "")
        or _HOVER.search(element.get("class") or "")
    )


def read_units(root: HtmlElement, *, hidden: bool = False) -> list[Unit]:
    """The blocks under `root`; `hidden` with those that a browser would not show."""
    return [u for u in _Walk(root, hidden=hidden).run() if u.text]


class _Walk:
    """One pass over a tree; depth is bounded by the parser."""

    def __init__(self, root: HtmlElement, *, hidden: bool) -> None:
        self.root, self.hidden = root, hidden
        self.parts: list[str] = []
        self.linked = 0
        self.owner = root
        self.done: list[Unit] = []

    def run(self) -> Iterator[Unit]:
        self._element(self.root, in_link=False)
        self._flush(self.root)
        yield from self.done

    def _element(self, element: HtmlElement, *, in_link: bool) -> None:
        tag = element.tag
        if not isinstance(tag, str) or tag in SKIPPED or (not self.hidden and _is_hidden(element)):
            return
        if tag == "br":
            if self.parts and self.parts[-1] == "\n":
                self._flush(element.getparent())
            elif self.parts:
                self.parts.append("\n")
            return
        if tag == "tr" and (row := _row(element)):
            self._flush(element.getparent())
            self.parts.append(row)
            self._flush(element)
            return
        block = tag not in _INLINE
        if block:
            self._flush(element.getparent())
        in_link = in_link or tag == "a"
        self._add(element.text, in_link)
        for child in element:
            self._element(child, in_link=in_link)
            self._add(child.tail, in_link)
        if block:
            self._flush(element)

    def _add(self, text: str | None, in_link: bool) -> None:
        if text and (text.strip() or (self.parts and self.parts[-1] != "\n")):
            self.parts.append(text)
            self.linked += len(squeeze(text)) * in_link

    def _flush(self, owner: HtmlElement | None) -> None:
        text = squeeze("".join(self.parts))
        if text and owner is not None:
            self.done.append(_unit(owner, text, self.linked / len(text)))
        self.parts, self.linked = [], 0


def _row(element: HtmlElement) -> str:
    """A row of a table of figures or words as one text, its cells apart; "" for the rows that old pages are laid out with."""
    cells = element.xpath("./td|./th")
    if len(cells) < 2 or element.xpath(".//p[2]|.//div|.//table|.//ul|.//h1|.//h2|.//h3|.//script|.//img"):
        return ""
    row = " | ".join(filter(None, (squeeze(cell.text_content()) for cell in cells)))
    return row if len(row) < 400 else ""


def _unit(owner: HtmlElement, text: str, links: float) -> Unit:
    kind, parent, element = "p", owner.getparent(), owner
    for _ in range(4):
        if element is None or not isinstance(element.tag, str):
            break
        if element.tag in _KINDS:
            kind = "p" if element.tag == "li" and sum(1 for _ in element.iter("p")) > 2 else _KINDS[element.tag]
            break
        element = element.getparent()
    place = (str(owner.tag), (str(parent.tag) + "." + (parent.get("class") or "")) if parent is not None else "")
    return Unit(kind, text, links, place, owner, owner.getparent())
