"""Who wrote a page's article: JSON-LD, then meta elements, then what is printed as byline. A page that names itself as the
author is believed only where it names nobody else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from lxml.html import HtmlElement

from app.extract import captions, jsonld, names
from app.extract.dates import MONTH
from app.extract.text import plain, squeeze

AUTHOR_META = ("author", "article:author", "articleauthor", "article:byline", "parsely-author", "sailthru.author", "dc.creator",
               "dcterms.creator", "byl", "byline", "cxenseparse:author", "cxenseparse:aut-name", "citation_author", "article.author",
               "author_name", "og:author", "og:article:author", "mrf:authors", "twitter:data1")  # fmt: skip
_BYLINE = (
    "//*[@rel='author' or @itemprop='author' or contains(@class,'byline') or contains(@class,'Byline') or contains(@class,'author')"
    " or contains(@class,'Author') or contains(@class,'autor') or @data-testid='byline' or contains(@class,'reporter')"
    " or contains(@class,'person-link')]"
)
_BLOCKS = frozenset(("p", "li", "div", "span", "address"))
_AUTHOR_LABEL = re.compile(r"author|autor|penulis|journalist|yazan|автор|作者|記者", re.I)
_LONG = 150
_WRITTEN = re.compile(r"writ|author|by\b|verfasst|von\b|auteur|écrit|par\b|autor|escrit|scritto|skrev|автор", re.I)
_PLACEHOLDER = re.compile(r"/(?:author|autor|user|profile)s?/(?:admin|administrator|editor|redaktion|staff)/?$", re.I)
_AFTER_NAMES = re.compile(
    rf"\s[|•·]\s|(?:,?\s(?:published|posted|updated|on|am|le|el|em|il|den|[a-z]{{3,6}}day)[:,]?)*,?\s(?:(?:{MONTH})\.?\s?)?\d|\d|"
    r",?\s(?:in|aus|à|from)\s*$",
    re.I,
)
_SURNAME_FIRST = re.compile(r"([A-ZÀ-Þ][^\W\d_]+), ([A-ZÀ-Þ][^\W\d_]+)")
_MOST = 4000
MOST_AUTHORS = 100


def read_authors(
    tree: HtmlElement, meta: dict[str, str], node: jsonld.Node, nodes: list[jsonld.Node], house: str
) -> list[str]:
    """The authors; `house` is everything the site calls itself, as plain letters."""
    stated, placeholder = _in_node(node, nodes)
    if stated and not placeholder and not all(plain(name) in house for name in stated):
        return _with_others(tree, stated, house)
    return (
        _people(_signed(tree), house)
        or _in_meta(meta, house)
        or _printed(tree, house)
        or _labelled(tree, house)
        or stated
    )


def _in_node(node: jsonld.Node, nodes: list[jsonld.Node]) -> tuple[list[str], bool]:
    """Names in the JSON-LD, and whether they are those of organisations or of an account that stands for the whole house."""
    stated: list[str] = []
    placeholder = False
    kinds: list[str] = []
    for value in (jsonld.as_list(node.get("author")) or jsonld.as_list(node.get("creator")))[:MOST_AUTHORS]:
        author = jsonld.resolve(value, nodes)
        address = author.get("url") or author.get("@id") if isinstance(author, dict) else ""
        placeholder = placeholder or (isinstance(address, str) and bool(_PLACEHOLDER.search(address)))
        kinds.append(str(author.get("@type")) if isinstance(author, dict) else "")
        for text in jsonld.as_list(_name(author) if isinstance(author, dict) else author):
            if isinstance(text, str) and not text.startswith("http"):
                stated += names.split(_given_first(jsonld.text_of(text)))
    return names.unique(stated), placeholder or all("Organization" in kind for kind in kinds)


def _name(author: jsonld.Node) -> Any:
    return author.get("name") or " ".join(
        filter(None, map(jsonld.text_of, map(author.get, ("givenName", "familyName"))))
    )


def _given_first(name: str) -> str:
    """A name without its comma where the surname stands first; two agencies stay two."""
    match = _SURNAME_FIRST.fullmatch(name)
    return name if match is None or any(map(captions.is_credit, match.groups())) else f"{match[2]} {match[1]}"


def _in_meta(meta: dict[str, str], house: str) -> list[str]:
    for key in AUTHOR_META:
        value = meta.get(key, "")
        if key == "twitter:data1" and not _WRITTEN.search(meta.get("twitter:label1", "by")):
            continue
        usable = value and not value.startswith("http") and not re.search(r"\d", value)
        if usable and (people := _people(names.split(value), house)):
            return people
    return []


def _people(found: Iterable[str], house: str) -> list[str]:
    """Without the site itself, which many pages name as their author."""
    return [name for name in found if plain(name) not in house]


def _with_others(tree: HtmlElement, stated: list[str], house: str) -> list[str]:
    """`stated`, or the names of the page's list of bylines where that has all of them and more."""
    known = {plain(name) for name in stated}
    for block in tree.xpath(
        "//*[contains(concat(' ',@class,' '),' bylines ') or contains(concat(' ',@class,' '),' authors ')]"
    )[:3]:
        found = _people(_names_apart(block), house)
        if known < {plain(name) for name in found} and len(squeeze(block.text_content())) < 60 * len(found):
            return found
    return stated


def _names_apart(element: HtmlElement) -> list[str]:
    """The names that are an element each, without halves of names and names joined."""
    texts = (names.clean(squeeze(e.text_content())) for e in element.iter("a", "span", "li"))
    found = names.unique(text for text in texts if names.looks_like_name(text))
    joined = {n for n in found if any(m != n and n.startswith(m) and " " in n[len(m) :].strip() for m in found)}
    whole = [n for n in found if n not in joined]
    return [n for n in whole if not any(n != m and n in m for m in whole)]


def _printed(tree: HtmlElement, house: str) -> list[str]:
    """Names out of elements that are classed as byline or author."""
    for element in tree.xpath(_BYLINE)[:40]:
        text = squeeze(element.text_content())
        if not 3 < len(text) < 200:
            continue
        apart = _people(_names_apart(element), house)
        found = apart if len(apart) > 1 else []
        said = text if element.xpath(".//div|.//p|.//span") else names.clean(_AFTER_NAMES.split(text)[0])
        if not found and len(text) < 120 and (names.LEAD.match(text) or names.looks_like_name(said)):
            beside = [squeeze(e.text_content()) for e in _alike(element)] if names.looks_like_name(text) else [text]
            found = _people(names.unique(name for t in beside for name in names.split(_AFTER_NAMES.split(t)[0])), house)
        if found and all(len(name.split()) <= 5 for name in found):
            return found
    return []


def _alike(element: HtmlElement) -> Iterator[HtmlElement]:
    """An element and its brothers of the same kind and class: one a name."""
    parent = element.getparent()
    for other in () if parent is None else islice(parent.iterchildren(element.tag), 8):
        if other.get("class") == element.get("class") and other.get("rel") == element.get("rel"):
            yield other


def _labelled(tree: HtmlElement, house: str) -> list[str]:
    """Names in a short element of whatever class: after "By" above the text, or after "Author" anywhere."""
    head = next(iter(tree.iter("h1")), None)
    below = tree.iter() if head is None else head.xpath("following::*")
    above_text = True
    for element in islice((e for e in below if e.tag in _BLOCKS), _MOST):
        if sum(1 for _ in islice(element.iter(), 8)) == 8:
            continue
        text = squeeze(element.text_content())
        above_text = above_text and not (element.tag == "p" and len(text) > _LONG)
        if len(text) > 90 or not names.LEAD.match(text) or not (above_text or _AUTHOR_LABEL.match(text)):
            continue
        found = _people(names.split(_AFTER_NAMES.split(text.split(", in")[0])[0]), house)
        if found and all(names.looks_like_name(name) or (name.isupper() and len(name) < 8) for name in found):
            return found
    return []


def _signed(tree: HtmlElement) -> list[str]:
    """Names in bold that alone are a paragraph above the text."""
    for paragraph in islice(tree.iter("p"), 60):
        text = squeeze(paragraph.text_content())
        if len(text) > _LONG:
            break
        bold = squeeze("".join(e.text_content() for e in paragraph.xpath("./strong|./b")))
        parts = re.split(r"\s*[/,&]\s*|\s(?:and|und|et|y)\s", text)
        if text and text == bold and len(parts) < 5 and all(map(names.looks_like_name, parts)):
            return parts
    return []
