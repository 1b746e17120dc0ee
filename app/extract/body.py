"""Which blocks of a page are the article: those that trafilatura keeps, with the siblings it missed and without what it
leaves standing (echoes of the title, teasers, author lines, residue)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import zip_longest
from typing import Any

from lxml.html import HtmlElement

from app.extract import captions
from app.extract.masthead import is_stated_masthead
from app.extract.metadata import Metadata
from app.extract.residue import is_residue
from app.extract.state import html_in_state, sentences_in_state
from app.extract.text import ends_sentence, plain, squeeze
from app.extract.units import Unit, read_units

_APART = frozenset(("aside", "footer", "nav", "form", "header"))
_LEAD_CLASS = re.compile(
    r"lead|summary|standfirst|teaser|intro|dek|description|subtitle|sub-?head|vorspann|chapeau|sapo|abstract", re.I
)
_PROMO_CLASS = re.compile(r"related|recommend|teaser|promo|newsletter|share|social|comment|outbrain|taboola|advert|\bads?\b|read-?more|paywall|breadcrumb|author-?(?:bio|box)|tags?\b", re.I)  # fmt: skip
_CAPTION_CLASS = re.compile(
    r"caption|legend|bildunterschrift|bildtext|media-?info|(?:photo|image|img)-?(?:info|text)", re.I
)
_RULE = re.compile(r"_{2,5}")
_NOTICE = re.compile(
    r"https?://|\b[\w-]+\.(?:com|org|net)\b|@\w|twitter|follow |contributed|reached at|this version corrects", re.I
)
_ENOUGH = 250
_MANY = 1000  # blocks: so many are not compared with the captions, each with each


def read_body(tree: HtmlElement, stated: Metadata, shown: Sequence[str]) -> list[Unit]:
    """The article's blocks in order; none where no article is found. `shown` are the captions of its pictures."""
    units = read_units(tree)
    kept_text, kept_lines = _kept(tree, sum(len(u.text) for u in units if u.place[0] == "p" and u.links < 0.3))
    chosen = [_is_kept(u, kept_text, kept_lines) for u in units]
    _recover(units, chosen)
    body = _below_title([u for u, c in zip(units, chosen, strict=True) if c], units, stated)
    body = _filtered(body, stated, shown)
    body = _with_rules(units, body)
    if _size(body) < _ENOUGH or _size(body) < 0.4 * len(stated.article_body):
        body = _elsewhere(tree, stated, body, shown)
    return _typed(_trimmed(body, stated), stated)


def _kept(tree: HtmlElement, prose: int) -> tuple[str, set[str]]:
    """What trafilatura takes for the article: all of it, and its blocks, as plain letters. Where its strict mode gives
    little of the page's `prose` (characters), its broad one is asked too."""
    lines = _trafilatura(tree, favor_precision=True)
    if sum(map(len, lines)) < 0.8 * prose:
        broad = _trafilatura(tree, favor_precision=False)
        lines = lines if sum(map(len, lines)) >= 0.8 * sum(map(len, broad)) else broad
    keys = [plain(line) for line in lines]
    return "".join(keys), set(keys)


def _trafilatura(tree: HtmlElement, *, favor_precision: bool) -> list[str]:
    import trafilatura

    found: Any = trafilatura.bare_extraction(
        tree, favor_precision=favor_precision, include_comments=False, include_tables=True
    )
    return [line for line in (getattr(found, "text", None) or "").splitlines() if line.strip()]


def _is_kept(unit: Unit, text: str, lines: set[str]) -> bool:
    key = unit.key
    if not key or key in lines or (len(key) >= 20 and key in text):
        return bool(key)
    inside = sum(len(line) for line in lines if len(line) > 15 and line in key) if len(key) >= 60 else 0
    return inside > 0.6 * len(key)  # a block that trafilatura broke up, at ruby text for one


def _recover(units: Sequence[Unit], chosen: list[bool]) -> None:
    """Blocks that stand in the same places as kept ones: between them generously, before and after them with care."""
    kept = [i for i, c in enumerate(chosen) if c and len(units[i].text) > 40]
    if not kept:
        return
    home = _article(units[max(kept, key=lambda i: len(units[i].text))])
    places = Counter(units[i].place for i in kept)
    parents = Counter(units[i].parent for i in kept)
    heads = Counter(u.place for u in units if u.kind == "heading" and u.element.tag != "h1")
    end = _next_article(units, kept)
    chosen[end:] = [False] * (len(chosen) - end)
    for i, unit in enumerate(units[:end]):
        common = places[unit.place] >= 4
        if chosen[i] or unit.links > 0.6 or (not common and _set_apart(unit)):
            continue
        if heads[unit.place] > 1 and i + 1 < end and chosen[i + 1] and units[i + 1].parent is unit.parent:
            chosen[i] = True  # the heading of an entry, the first one's too
            continue
        if not kept[0] <= i <= kept[-1]:
            chosen[i] = (
                common and unit.place[0] == "p" and len(unit.text) > 80 and unit.links < 0.3 and _article(unit) is home
            )
            continue
        beside = parents[unit.parent] >= 2
        alike = places[unit.place] >= (2 if unit.place[0] != "div" else 8)
        if (beside and unit.kind in {"p", "heading", "quote"}) or alike or _list_in_text(unit, parents):
            chosen[i] = True


def _next_article(units: Sequence[Unit], kept: Sequence[int]) -> int:
    """Where the header of another article begins, on pages that string them together."""
    header = next((u.place[1] for u in units if u.element.tag == "h1"), None)
    text = [i for i in kept if units[i].kind == "p"]
    if len(text) < 5 or not header or "head" not in header.lower() or any(units[i].place[1] == header for i in text):
        return len(units)
    return next(
        (i for i in range(text[4], len(units)) if units[i].kind == "heading" and units[i].place[1] == header),
        len(units),
    )


def _article(unit: Unit) -> HtmlElement | None:
    return next(unit.element.iterancestors("article"), None)


def _list_in_text(unit: Unit, parents: Counter[HtmlElement | None]) -> bool:
    """Whether the list or quotation that a block is part of stands beside kept paragraphs."""
    return unit.kind in {"li", "quote"} and unit.parent is not None and parents[unit.parent.getparent()] >= 2


def _set_apart(unit: Unit) -> bool:
    for depth, element in enumerate(unit.element.iterancestors()):
        if element.tag in _APART:
            return True
        if (
            depth < 4
            and element.tag not in {"body", "html", "article", "main"}
            and _PROMO_CLASS.search(element.get("class") or "")
        ):
            return True
    return bool(_PROMO_CLASS.search(unit.element.get("class") or ""))


def _below_title(body: list[Unit], units: Sequence[Unit], stated: Metadata) -> list[Unit]:
    """Without the little that stands above the headline."""
    titles = {plain(t) for t in stated.headline_variants}
    at = next((i for i, u in enumerate(units) if u.element.tag == "h1" and u.key in titles), -1)
    below = set(map(id, units[at + 1 :]))
    kept = [u for u in body if id(u) in below]
    return kept if _size(kept) > 0.8 * _size(body) else body


def _filtered(units: list[Unit], stated: Metadata, shown: Sequence[str]) -> list[Unit]:
    """Without what is no text of the article; undone (but for links) if over 38 % would go."""
    titles = {plain(t) for t in stated.headline_variants}
    people = {plain(a) for a in stated.authors}
    places = Counter(unit.place for unit in units)
    first: dict[
        str, Unit
    ] = {}  # of blocks with the same words the one that stands where most do: pull quotes stand apart
    for unit in units:
        if unit.key not in first or places[unit.place] > places[first[unit.key].place]:
            first[unit.key] = unit
    kept: list[Unit] = []
    shown = shown if len(units) < _MANY else ()
    pulled = {_quotation(u) for u in units if u.kind == "quote" and _is_pulled(u.key, units)}
    for unit, after in zip_longest(units, units[1:]):
        key = unit.key
        row = unit.element.tag == "tr"
        drop = (
            key in titles
            or (first[key] is not unit and len(key) > 20)
            or (not row and is_residue(unit.text))
            or (unit.kind == "quote" and (_is_pulled(key, units) or (len(key) < 60 and _quotation(unit) in pulled)))
            or _is_teaser(unit)
            or _is_offer(unit, after)
            or captions.is_credit(unit.text)
            or _is_caption(unit.text, key, shown)
            or (len(unit.text) < 160 and unit.kind in {"p", "li"} and _is_byline(unit.text, key, people))
            or _CAPTION_CLASS.search((unit.element.get("class") or "") + " " + unit.place[1])
        )
        if not drop:
            kept.append(unit)
    kept = _without_edges(kept)
    own = [unit for unit in units if unit.links < 0.9] or units
    return kept if _size(kept) >= 0.62 * _size(own) else own


def _with_rules(units: Sequence[Unit], body: list[Unit]) -> list[Unit]:
    """With the rules ("___") that agencies set between the parts of a story, and without their notices after the last."""
    parents = Counter(unit.parent for unit in body)
    rules = [i for i, u in enumerate(units) if _RULE.fullmatch(u.text) and parents[u.parent] > 2]
    inside = set(map(id, body))
    at = {id(u): i for i, u in enumerate(units)}
    if not rules or not all(id(u) in at for u in body):
        return body
    after = [u for u in body if at[id(u)] > rules[-1]]
    if len(after) < 4 and all(len(u.text) < 300 and _NOTICE.search(u.text) for u in after):
        inside -= set(map(id, after))
    last = max((at[i] for i in inside), default=0)
    shown = inside | {id(units[i]) for i in rules if i <= last + 1 and i > 0}
    return [u for u in units if id(u) in shown]


def _is_pulled(key: str, units: Sequence[Unit]) -> bool:
    """Whether a quotation is a part of a paragraph set large beside it."""
    return len(key) > 20 and len(units) < _MANY and any(key in u.key and key != u.key for u in units if u.kind == "p")


def _quotation(unit: Unit) -> HtmlElement:
    """The element around a quotation and the name below it."""
    return next(unit.element.iterancestors("blockquote"), unit.element)


def _is_offer(unit: Unit, after: Unit | None) -> bool:
    """Whether a heading is that of a box with an offer of the house."""
    if unit.kind != "heading" or after is None or after.parent is not unit.parent:
        return False
    return bool(_PROMO_CLASS.search(unit.place[1])) and is_residue(after.text)


def _is_teaser(unit: Unit) -> bool:
    if unit.links >= (0.6 if unit.kind == "li" else 0.9):
        return True
    return unit.links >= 0.7 and len(unit.text) > 60 and not ends_sentence(unit.text)


_plain_caption = lru_cache(maxsize=512)(plain)


def _is_caption(text: str, key: str, shown: Sequence[str]) -> bool:
    if len(text) >= 600:
        return False
    return any((len(key) > 15 and key in _plain_caption(c)) or captions.same_caption(text, c) for c in shown)


def _without_edges(units: list[Unit]) -> list[Unit]:
    """Without headings that nothing follows and without key points before the first paragraph."""
    while units and units[-1].kind == "heading":
        units.pop()
    first = next((i for i, u in enumerate(units) if u.kind in {"p", "quote"} and len(u.text) > 60), 0)
    if sum(u.kind == "p" for u in units) < 5:
        return units
    return [u for u in units[:first] if u.kind != "li"] + units[first:]


def _is_byline(text: str, key: str, people: set[str]) -> bool:
    left = key
    for person in people:
        left = left.replace(person, "")
    return (len(left) < 12 and left != key) or is_stated_masthead(text)


def _elsewhere(tree: HtmlElement, stated: Metadata, body: list[Unit], shown: Sequence[str]) -> list[Unit]:
    """The text where the page's tree holds too little: in the page's state, or in its articleBody."""
    import lxml.html

    best = body
    for source in html_in_state(tree)[:3]:
        found = _filtered(read_units(lxml.html.fromstring(f"<div>{source}</div>")), stated, shown)
        if _size(found) > 1.5 * _size(best):
            best = found
    if len(stated.article_body) > 1.5 * _size(best):
        text = stated.article_body
        whole = plain(re.sub(r"<[^>]{0,300}>", " ", text))
        behind = [u for u in read_units(tree, hidden=True) if u.links < 0.9 and len(u.key) > 15 and u.key in whole]
        if sum(len(u.key) for u in behind) > 0.7 * len(whole):  # hidden until the reader has paid, or a script has run
            return _filtered(behind, stated, shown)
        parsed = lxml.html.fromstring(f"<div>{text}</div>") if "<p" in text else None
        if parsed is not None:
            best = read_units(parsed)
        else:
            lines = [squeeze(line) for line in re.split(r"\n+|\r+", text)]
            best = _as_units(tree, [line for line in lines if line])
        best = _filtered(best, stated, shown)
    if _size(best) < _ENOUGH and _size(blocks := _as_units(tree, sentences_in_state(tree))) > 2 * _size(best):
        best = _filtered(blocks, stated, shown)
    return best


def _as_units(tree: HtmlElement, texts: Sequence[str]) -> list[Unit]:
    return [Unit("p", text, 0.0, ("p", ""), tree, None) for text in texts]


def _trimmed(units: list[Unit], stated: Metadata) -> list[Unit]:
    """Without a tail that the page's own articleBody does not have."""
    whole = plain(re.sub(r"<[^>]{0,300}>", " ", stated.article_body))
    inside = [u.key[:60] in whole for u in units]
    size = _size(units)
    if len(whole) < 400 or sum(len(u.text) for u, i in zip(units, inside, strict=True) if i) < 0.7 * size:
        return units
    last = max(i for i, ok in enumerate(inside) if ok)
    return units[: last + 1]


def _typed(units: list[Unit], stated: Metadata) -> list[Unit]:
    """With the standfirst named as summary."""
    about = plain(stated.description)
    for i, unit in enumerate(units[:3]):
        own = _LEAD_CLASS.search((unit.element.get("class") or "") + " " + unit.place[1])
        alone = i + 1 < len(units) and unit.parent is not units[-1].parent
        if (
            unit.kind in {"p", "heading"}
            and (own or (alone and len(about) > 40 and unit.key == about))
            and len(units) > 2
        ):
            units = [*units[:i], replace(unit, kind="summary"), *units[i + 1 :]]
    return units


def _size(units: Sequence[Unit]) -> int:
    return sum(len(u.text) for u in units)
