"""A web page -> Document: trafilatura says which text is the article's, the page's own tree gives it back in its blocks, and
what the page states about itself gives the rest. Loads nothing and resolves no entity."""

from __future__ import annotations

import re
from itertools import islice

import lxml.html
from lxml import etree
from lxml.html import HtmlElement

from app.extract.body import read_body
from app.extract.dateline import find_dateline
from app.extract.document import Document, NotAnArticle, Paragraph
from app.extract.figures import read_figures
from app.extract.language import detect
from app.extract.metadata import read_metadata
from app.extract.units import Unit

MAX_DEPTH = 500
MAX_ELEMENTS = 10_000  # the largest of 250 news pages has 5,000
MAX_TEXT = 1_000_000
MAX_ATTRIBUTES = 300
_LONG_TAG = re.compile(r"<[a-zA-Z][^<>]{20000,}")
_ATTRIBUTE = re.compile(r"""\s+[^\s"'=<>/]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>]+))?""")


def read_html(text: str, *, url: str | None = None) -> Document:
    """The article in a page. Raises NotAnArticle."""
    tree = parse(text)
    stated = read_metadata(tree, url)
    base = stated.canonical_url or url
    everything = read_figures(tree, tree, [], base)
    units = read_body(tree, stated, [image.caption for image in everything if image.caption])
    if not units:
        raise NotAnArticle("No article was found on this page.")
    paragraphs = tuple(Paragraph(unit.kind, unit.text) for unit in units)
    first = next((p.text for p in paragraphs if p.type == "p"), "")
    return Document(
        title=stated.title,
        headline_variants=tuple(stated.headline_variants),
        authors=tuple(stated.authors),
        published=stated.published,
        updated=stated.updated,
        site=stated.site,
        section=stated.section,
        language=detect(" ".join(p.text for p in paragraphs), stated.language),
        canonical_url=stated.canonical_url,
        dateline=find_dateline(first),
        paragraphs=paragraphs,
        images=tuple(read_figures(_common_root(units, tree), tree, stated.picture_urls, base)),
    )


def parse(text: str) -> HtmlElement:
    """A page's tree, of no more than the limits above. Raises NotAnArticle."""
    text = _LONG_TAG.sub(_with_fewer_attributes, text)
    parser = lxml.html.HTMLParser(
        encoding="utf-8", huge_tree=True, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        tree = lxml.html.document_fromstring(text.encode("utf-8", "ignore"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise NotAnArticle("This page could not be read: it holds no HTML that makes sense.") from error
    _check(tree)
    return tree


def _with_fewer_attributes(tag: re.Match[str]) -> str:
    """A long tag as it is, or with its first attributes only: parsers compare each with all."""
    found = list(islice(_ATTRIBUTE.finditer(tag[0]), MAX_ATTRIBUTES + 1))
    return tag[0] if len(found) <= MAX_ATTRIBUTES else tag[0][: found[-1].start()]


def _check(tree: HtmlElement) -> None:
    """Raises NotAnArticle where a tree is too deep or too large to be an article's."""
    depth = elements = size = 0
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if event == "end":
            depth -= 1
            size += len(element.tail or "")
            continue
        depth, elements = depth + 1, elements + 1
        size += len(element.text or "") if element.tag not in ("script", "style") else 0
        if depth > MAX_DEPTH:
            raise NotAnArticle(
                f"This page cannot be read: its elements stand more than {MAX_DEPTH} deep in one another."
            )
        if elements > MAX_ELEMENTS:
            raise NotAnArticle(f"This page is too large to be an article: it has more than {MAX_ELEMENTS:,} elements.")
    if size > MAX_TEXT:
        raise NotAnArticle(
            f"This page is too large to be an article: it has more than {MAX_TEXT:,} characters of text."
        )


def _common_root(units: list[Unit], tree: HtmlElement) -> HtmlElement:
    """The smallest element around most of the text, or the article element that it stands in."""
    texts = [u for u in units if u.kind == "p"] or units
    anchor = max(texts, key=lambda u: len(u.text)).element
    root: HtmlElement = tree
    for ancestor in anchor.iterancestors():
        if ancestor.tag in {"article", "main"}:
            root = ancestor
            if ancestor.tag == "main" or len(ancestor.text_content()) > 0.7 * sum(len(u.text) for u in units):
                break
    return root
