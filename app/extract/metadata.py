"""What a page says about its article: JSON-LD first, then meta elements, microdata and what is printed near the headline.
A time gets no zone that the page does not state."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from app.extract import jsonld, names
from app.extract.dates import find_dates, iso_time
from app.extract.text import plain, squeeze, words

_AUTHOR_META = ("author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator", "byl", "cxenseparse:author",
                "citation_author", "article.author", "twitter:data1", "mrf:authors", "cxenseparse:aut-name", "og:article:author")  # fmt: skip
_PUBLISHED_META = ("article:published_time", "og:article:published_time", "datepublished", "parsely-pub-date", "sailthru.date", "date",
                   "article.published", "dc.date.issued", "dcterms.created", "dc.date", "dcterms.date", "pubdate", "publish-date", "publishdate",
                   "article.created", "cxenseparse:recs:publishtime", "cxenseparse:publishtime", "citation_publication_date",
                   "last-publication-date", "originalpublicationdate", "article_date_original", "published_at", "rnews:datepublished",
                   "mediator_published_time", "og:pubdate", "og:published_time", "iso-8601-publish-date")  # fmt: skip
_UPDATED_META = ("article:modified_time", "og:updated_time", "datemodified", "last-modified", "dcterms.modified", "dc.date.modified",
                 "article.updated", "lastmod", "cxenseparse:recs:modifiedtime")  # fmt: skip
_BYLINE = (
    "//*[@rel='author' or @itemprop='author' or contains(@class,'byline') or contains(@class,'Byline') or contains(@class,'author')"
    " or contains(@class,'Author') or contains(@class,'autor') or @data-testid='byline' or contains(@class,'reporter')]"
)


_LONG_STRING = re.compile(r'"(?:[^"\\]|\\.){400,}+"')


@dataclass
class Metadata:
    title: str | None = None
    headline_variants: list[str] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)
    published: str | None = None
    updated: str | None = None
    site: str | None = None
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
    found.authors = _authors(tree, meta, node, nodes, url)
    found.published, found.updated = _dates(tree, meta, node)
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
            if key in _AUTHOR_META and key in found and value not in found[key] and not value.startswith("http"):
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
    if h1 and not reference & set(words(h1)):
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


def _authors(
    tree: HtmlElement, meta: dict[str, str], node: jsonld.Node, nodes: list[jsonld.Node], url: str | None
) -> list[str]:
    stated: list[str] = []
    for value in jsonld.as_list(node.get("author")) or jsonld.as_list(node.get("creator")):
        author = jsonld.resolve(value, nodes)
        name = author.get("name") if isinstance(author, dict) else author
        for text in jsonld.as_list(name):
            if isinstance(text, str) and not text.startswith("http"):
                stated += names.split(jsonld.text_of(text))
    stated = names.unique(stated)
    house = plain(
        "".join(
            (meta.get("og:site_name", ""), jsonld.text_of(jsonld.resolve(node.get("publisher"), nodes)), _host(url))
        )
    )
    if stated and not all(plain(name) in house for name in stated):
        return stated
    return _byline_in_meta(meta, house) or _printed_byline(tree, house) or stated


def _byline_in_meta(meta: dict[str, str], house: str) -> list[str]:
    for key in _AUTHOR_META:
        value = meta.get(key, "")
        if (
            value
            and not value.startswith("http")
            and not re.search(r"\d", value)
            and (people := _people(names.split(value), house))
        ):
            return people
    return []


def _people(found: list[str], house: str) -> list[str]:
    """Without the site itself, which many pages name as their author."""
    return [name for name in found if plain(name) not in house]


def _printed_byline(tree: HtmlElement, house: str) -> list[str]:
    """Names out of elements that are classed as byline or author."""
    for element in tree.xpath(_BYLINE)[:40]:
        text = squeeze(element.text_content())
        if not 3 < len(text) < 200:
            continue
        parts = [squeeze(e.text_content()) for e in element.iter("a", "span", "li")]
        apart = _people(names.unique(names.clean(p) for p in parts if names.looks_like_name(names.clean(p))), house)
        found = apart if len(apart) > 1 else []
        if not found and len(text) < 120 and (names.LEAD.match(text) or names.looks_like_name(text)):
            found = _people(names.split(re.split(r"\s[|•·]\s|\d", text)[0]), house)
        if found and all(len(name.split()) <= 5 for name in found):
            return found
    return []


def _dates(tree: HtmlElement, meta: dict[str, str], node: jsonld.Node) -> tuple[str | None, str | None]:
    published = [jsonld.text_of(node.get("datePublished")), jsonld.text_of(node.get("dateCreated"))]
    published += [meta.get(key, "") for key in _PUBLISHED_META]
    updated = [jsonld.text_of(node.get("dateModified"))] + [meta.get(key, "") for key in _UPDATED_META]
    for element in tree.xpath("//*[@itemprop='datePublished' or @pubdate]|//time[@datetime]")[:12]:
        published.append(element.get("datetime") or element.get("content") or squeeze(element.text_content()))
    for element in tree.xpath("//*[@itemprop='dateModified']")[:3]:
        updated.append(element.get("datetime") or element.get("content") or "")
    first = _best_time(published) or _printed_date(tree)
    last = _best_time(updated)
    return first, last if last != first else None


def _best_time(values: list[str]) -> str | None:
    """The first stated time; a later one of the same day counts where the first lacks time or zone."""
    times = [t for v in values if v and (t := iso_time(v))]
    if not times:
        return None
    same_day = [t for t in times if t[:10] == times[0][:10]]
    return max(same_day, key=lambda t: (len(t) > 10) + (len(t) > 19))


def _printed_date(tree: HtmlElement) -> str | None:
    for element in tree.xpath(
        "//*[contains(@class,'date') or contains(@class,'time') or contains(@class,'publish') or contains(@class,'Date')]"
    )[:20]:
        text = squeeze(element.text_content())
        if len(text) < 120 and (stamps := find_dates(text)):
            return stamps[0].iso
    return None


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


def page_state_html(tree: HtmlElement) -> list[str]:
    """Strings of HTML inside the JSON that a page carries for its scripts, longest first."""
    found: list[str] = []
    for script in tree.iter("script"):
        text = script.text or ""
        if "<p" not in text and "\\u003cp" not in text.lower():
            continue
        for match in _LONG_STRING.finditer(text):
            value = match[0]
            for _ in range(2):
                try:
                    value = json.loads(value if value.startswith('"') else f'"{value}"', strict=False)
                except ValueError:
                    break
            if isinstance(value, str) and value.count("<p") >= 2:
                found.append(value)
    return sorted(found, key=len, reverse=True)
