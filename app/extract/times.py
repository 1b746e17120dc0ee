"""When a page says that its article was published and updated: JSON-LD, meta elements, <time>, what is printed near the
headline, and what it carries for its scripts. A time gets no zone that the page does not state."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from itertools import islice

from lxml.html import HtmlElement

from app.extract import jsonld
from app.extract.dates import find_dates, iso_time
from app.extract.masthead import Masthead, is_dated_label, is_stated_masthead, says_updated
from app.extract.text import squeeze

_PUBLISHED_META = ("article:published_time", "og:article:published_time", "datepublished", "parsely-pub-date", "sailthru.date", "date",
                   "article.published", "dc.date.issued", "dcterms.created", "dc.date", "dcterms.date", "pubdate", "publish-date", "publishdate",
                   "article.created", "cxenseparse:recs:publishtime", "cxenseparse:publishtime", "citation_publication_date",
                   "last-publication-date", "originalpublicationdate", "article_date_original", "published_at", "rnews:datepublished",
                   "mediator_published_time", "og:pubdate", "og:published_time", "iso-8601-publish-date")  # fmt: skip
_UPDATED_META = ("article:modified_time", "og:updated_time", "datemodified", "last-modified", "dcterms.modified", "dc.date.modified",
                 "article.updated", "lastmod", "cxenseparse:recs:modifiedtime")  # fmt: skip
_ADDRESS_DAY = re.compile(r"[/_=-]((?:19|20)\d\d)[/-](\d\d?)[/-](\d\d?)(?=[/_.-]|$)")
_STATED = "//*[@itemprop='datePublished' or @itemprop='dateModified' or @pubdate]|//time[@datetime]"
_PRINTED = "//time|//*[contains(@class,'date') or contains(@class,'time') or contains(@class,'publish') or contains(@class,'Date')]"
_STATE_DATE = re.compile(
    r'\\?"(?:first_?)?(?:publi[sc]h|pub_?date|date_?publi|deploy|regist|posted)\w{0,12}\\?"\s*:\s*\\?"([12][^"\\]{7,40})',
    re.I,
)


def read_times(
    tree: HtmlElement, meta: dict[str, str], node: jsonld.Node, url: str | None
) -> tuple[str | None, str | None]:
    """When it was published and when updated last, if that is another time. The day in its address is the last resort."""
    published = [jsonld.text_of(node.get("datePublished")), jsonld.text_of(node.get("dateCreated"))]
    published += [meta.get(key, "") for key in _PUBLISHED_META]
    updated = [jsonld.text_of(node.get("dateModified"))] + [meta.get(key, "") for key in _UPDATED_META]
    for element in tree.xpath(_STATED)[:12]:
        value = element.get("datetime") or element.get("content") or squeeze(element.text_content())
        (updated if _is_update(element) else published).append(value)
    first, last = _best_time(published), _best_time(updated)
    if not first:
        printed = _printed(tree)
        first = printed.published or _in_state(tree) or last or _below_headline(tree) or _in_address(url)
        last = last or printed.updated
    return first, last if last != first else None


def _best_time(values: Sequence[str]) -> str | None:
    """The first stated time; a later one of the same day counts where the first lacks time or zone, and one of the same
    moment where it is in UTC: the zone of the house says more."""
    times = [t for v in values if v and (t := iso_time(v))]
    if not times:
        return None
    same_day = [t for t in times if t[:10] == times[0][:10]]
    best = max(same_day, key=lambda t: (len(t) > 10) + (len(t) > 19))
    if not best.endswith("+00:00"):
        return best
    moment = datetime.fromisoformat(best).replace(second=0)
    local = (t for t in times if len(t) > 19 and datetime.fromisoformat(t).replace(second=0) == moment)
    return next((t for t in local if not t.endswith("+00:00")), best)


def _is_update(element: HtmlElement) -> bool:
    """Whether an element with a time says of it that it is that of a change."""
    if element.get("itemprop") in ("datePublished", "dateModified"):
        return bool(element.get("itemprop") == "dateModified")
    classes: set[str] = set((element.get("class") or "").lower().split())
    if not classes.isdisjoint(("published", "entry-date", "created")):
        return False
    before = element.getprevious()
    said = [element.get("title"), element.get("aria-label"), element.text, before.tail if before is not None else None]
    parent = element.getparent()
    if before is None and parent is not None:
        said.append(parent.text)
    words = squeeze(" ".join(t for t in said if t))[-60:]
    return says_updated(words) or bool(classes & {"updated", "modified"})


def _printed(tree: HtmlElement) -> Masthead:
    """Dates in an element that labels them, or in one that is classed as date."""
    found = Masthead()
    for element in islice(tree.iter("li", "p", "div", "span", "dd"), 6000):
        if sum(1 for _ in islice(element.iter(), 8)) < 8:
            text = squeeze(element.text_content())
            if len(text) < 120 and is_dated_label(text) and found.read(text, bare_names=False) and found.published:
                return found
    for element in tree.xpath(_PRINTED)[:20]:
        text = squeeze(element.text_content())
        if len(text) < 120 and found.read(text, bare_names=False) and found.published:
            break
    return found


def _below_headline(tree: HtmlElement) -> str | None:
    """The date in a line of its own, or beside a name, among the first lines below the headline."""
    head = next(iter(tree.iter("h1")), None)
    lines = (
        () if head is None else head.xpath("following::*[self::p or self::div or self::span or self::h4][not(*[2])]")
    )
    for element in islice(lines, 25):
        text = squeeze(element.text_content())
        if len(text) > 160:
            break
        if is_stated_masthead(text) and (stamps := find_dates(text)):
            return stamps[0].iso
    return None


def _in_address(url: str | None) -> str | None:
    """The day in an address like /2031/03/04/ferries."""
    day = _ADDRESS_DAY.search(url or "")
    return iso_time("-".join(day.groups())) if day else None


def _in_state(tree: HtmlElement) -> str | None:
    """A date in the JSON that a page carries for its scripts."""
    for script in tree.iter("script"):
        for match in islice(_STATE_DATE.finditer(script.text or ""), 20):
            if found := iso_time(match[1]):
                return found
    return None
