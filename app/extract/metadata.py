"""What a page says about its article: JSON-LD first, then meta elements, microdata and what is printed near the headline.
A time gets no zone that the page does not state."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from app.extract import jsonld, names
from app.extract.authors import AUTHOR_META, read_authors
from app.extract.text import plain, squeeze, words
from app.extract.times import read_times

_SECTION_META = ("article:section", "parsely-section", "sailthru.section", "articlesection", "og:article:section", "section", "category", "cxenseparse:recs:category")  # fmt: skip
_BREADCRUMB = "//*[contains(@class,'breadcrumb') or @aria-label='breadcrumb' or @aria-label='Breadcrumb']//*[self::a or self::li[not(a)]]"


@dataclass
class Metadata:
    title: str | None = None
    headline_variants: list[str] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)
    published: str | None = None
    updated: str | None = None
    site: str | None = None
    section: str | None = None
    language: str | None = None
    canonical_url: str | None = None
    description: str = ""
    article_body: str = ""
    picture_urls: list[str] = field(default_factory=list)


def read_metadata(tree: HtmlElement, url: str | None) -> Metadata:
    """Everything that the page states, at its best."""
    meta = _meta(tree)
    nodes = jsonld.read_nodes([e.text or "" for e in tree.iter("script") if "ld+json" in (e.get("type") or "").lower()])
    h1s = [t for e in tree.iter("h1") if 3 < len(t := squeeze(e.text_content())) < 400]
    shown = meta.get("og:title") or next(iter(h1s), "")
    node = jsonld.article_node(nodes, shown)
    found = Metadata()
    found.title, found.headline_variants = _titles(tree, meta, node, h1s)
    found.authors = read_authors(tree, meta, node, nodes, _house(meta, node, nodes, url))
    found.published, found.updated = read_times(tree, meta, node, url)
    found.section = _section(tree, meta, node, nodes)
    publisher = jsonld.text_of(jsonld.resolve(node.get("publisher"), nodes))
    found.site = meta.get("og:site_name") or publisher or meta.get("application-name") or _host(url) or None
    found.language = (
        tree.get("lang")
        or tree.get("{http://www.w3.org/XML/1998/namespace}lang")
        or meta.get("og:locale")
        or meta.get("content-language")
    )
    found.canonical_url = _canonical(tree, meta, url)
    found.description = (
        jsonld.text_of(node.get("description")) or meta.get("og:description") or meta.get("description") or ""
    )
    body = node.get("articleBody")
    found.article_body = body if isinstance(body, str) else ""
    found.picture_urls = _pictures(meta, node, url)
    return found


def _meta(tree: HtmlElement) -> dict[str, str]:
    """Meta elements by lower-case name; the first that says anything counts, authors are joined."""
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        key = (
            (
                element.get("property")
                or element.get("name")
                or element.get("itemprop")
                or element.get("http-equiv")
                or ""
            )
            .strip()
            .lower()
        )
        value = squeeze(element.get("content") or "")
        if key and value:
            if key in AUTHOR_META and key in found and value not in found[key] and not value.startswith("http"):
                found[key] += "; " + value
            found.setdefault(key, value)
    return found


def _titles(tree: HtmlElement, meta: dict[str, str], node: jsonld.Node, h1s: list[str]) -> tuple[str | None, list[str]]:
    shared = meta.get("og:title") or meta.get("twitter:title") or ""
    headline = jsonld.text_of(node.get("headline"))
    page = squeeze(next((e.text_content() for e in tree.iter("title")), ""))
    shared = _without_site(shared, meta.get("og:site_name"), [*h1s, headline])
    reference = set(words(" ".join((shared, headline, page))))
    h1 = max(h1s, key=lambda t: len(reference & set(words(t))) / (4 + len(words(t))), default="")
    if h1 and reference and not reference & set(words(h1)):
        h1 = ""
    unique = names.unique((shared, h1, headline, _without_site(page, meta.get("og:site_name"), [])))
    return (unique[0] if unique else None), unique


def _without_site(title: str, site: str | None, others: list[str]) -> str:
    """A title without " | Site" at its end."""
    match = re.match(r"(?s)(.{8,}?)\s[|–—·»:-]\s([^|]{2,40})$", title)
    if match and (
        any(plain(o) == plain(match[1]) for o in others) or (site and plain(site) in plain(match[2])) or " | " in title
    ):
        return match[1]
    return title


def _house(meta: dict[str, str], node: jsonld.Node, nodes: list[jsonld.Node], url: str | None) -> str:
    """All that the site calls itself, as plain letters."""
    publisher = jsonld.text_of(jsonld.resolve(node.get("publisher"), nodes))
    return plain("".join((meta.get("og:site_name", ""), publisher, _host(url))))


def _section(tree: HtmlElement, meta: dict[str, str], node: jsonld.Node, nodes: list[jsonld.Node]) -> str | None:
    """The section that a page files its article under: stated, or the last but the headline of its breadcrumb."""
    for value in (node.get("articleSection"), *(meta.get(key) for key in _SECTION_META)):
        if (text := jsonld.text_of(value)) and len(text) < 80 and not text.startswith("http"):
            return text
    title = plain(jsonld.text_of(node.get("headline")) or meta.get("og:title", ""))
    crumbs = [jsonld.text_of(item) or jsonld.text_of(item.get("item")) for item in _crumbs(nodes)]
    if not crumbs:
        crumbs = [squeeze(e.text_content()) for e in tree.xpath(_BREADCRUMB)[:12]]
    usable = [c for c in crumbs if 1 < len(c) < 60 and plain(c) and plain(c) not in title]
    return usable[-1] if len(usable) > 1 else None  # the first is the home page


def _crumbs(nodes: list[jsonld.Node]) -> list[jsonld.Node]:
    lists = [n.get("itemListElement") for n in nodes if "BreadcrumbList" in jsonld.as_list(n.get("@type"))]
    return [item for item in jsonld.as_list(next(iter(lists), None)) if isinstance(item, dict)]


def _canonical(tree: HtmlElement, meta: dict[str, str], url: str | None) -> str | None:
    for link in tree.iter("link"):
        if "canonical" in (link.get("rel") or "").lower().split() and (href := (link.get("href") or "").strip()):
            joined = _join(url, href)
            if joined:
                return joined
    return _join(url, meta["og:url"]) if meta.get("og:url") else url


def _join(url: str | None, href: str) -> str | None:
    try:
        joined = urljoin(url or "", href)
        return joined if urlsplit(joined).scheme in {"http", "https"} else None
    except ValueError:
        return None


def _host(url: str | None) -> str:
    try:
        return re.sub(r"^www\.", "", urlsplit(url or "").hostname or "")
    except ValueError:
        return ""


def _pictures(meta: dict[str, str], node: jsonld.Node, url: str | None) -> list[str]:
    values = [
        meta.get("og:image:secure_url"),
        meta.get("og:image"),
        meta.get("twitter:image"),
        meta.get("twitter:image:src"),
    ]
    for image in jsonld.as_list(node.get("image")):
        values.append(image if isinstance(image, str) else image.get("url") if isinstance(image, dict) else None)
    joined = [_join(url, v) for v in values if isinstance(v, str) and v and not v.startswith(("data:", "{"))]
    return list(dict.fromkeys(j for j in joined if j))
