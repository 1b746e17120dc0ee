"""Pictures of an article, out of its <figure> elements, each with caption and credit; the page's own preview picture where
none is found. Takes addresses only; nothing is fetched."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from lxml import etree
from lxml.html import HtmlElement

from app.extract import captions
from app.extract.document import Image
from app.extract.residue import is_residue
from app.extract.text import plain, squeeze

_CREDIT_CLASS = re.compile(
    r"credit|copyright|source|author|photograph|byline|quelle|fotograf|agency|rights|byliner", re.I
)
_CAPTION_CLASS = re.compile(
    r"caption|legend|bildunterschrift|bildtext|image-?text|im(?:a)?ge?-?info|infotext|media-?(?:info|lead|text)|description|untertitel|pie-?de-?foto|didascalia",
    re.I,
)
_CHROME = re.compile(r"logo|icon|avatar|sprite|pixel|placeholder|spacer|blank\.|1x1|author", re.I)
_LABELS = re.compile(r"^(?:Image caption|Image source|Bild(?:unterschrift)?:|Foto:)\s*", re.I)
_MAX = 40
_SIDE = "ancestor::aside[.//a[.//img] or .//*[self::p or self::a or self::li or self::h2 or self::h3][not(ancestor::figure)]]"
_CAPTIONED = (
    ".//*[self::figcaption or contains(@class,'aption') or contains(@class,'egend') or contains(@class,'mage-text') or contains(@class,'infotext')"
    " or contains(@class,'img-info') or contains(@class,'mage-info') or contains(@class,'mediaInfo') or contains(@class,'media--lead') or contains(@class,'mg__desc')]"
    "[not(ancestor::figure)][not(ancestor::aside)][not(ancestor::nav)]"
)


def read_figures(root: HtmlElement, page: HtmlElement, preview: list[str], url: str | None) -> list[Image]:
    """The pictures under `root` (all of `page` where it has none), in order, without repetition."""
    figures = _figures(root) or _figures(page)
    found: list[Image] = []
    captioned = _captioned(_around(root))
    if not figures and not captioned and (parent := root.getparent()) is not None:
        captioned = _captioned(parent)  # a lead picture beside the text
    for figure in [*figures, *captioned][:_MAX]:
        image = _read_figure(figure, url)
        if image and not any(_same(image, other) for other in found):
            found.append(image)
    if not found and not preview:
        found = [Image(address, None, None) for address in _loose(root, url)]
    if preview and not any(_file(i.url) == _file(preview[0]) for i in found):
        lead = Image(preview[0], None, None)
        found = [lead, *found] if not found or found[0].caption is None else [*found, lead]
    return found


def _loose(root: HtmlElement, url: str | None) -> list[str]:
    """The addresses of the pictures under `root` that are no link and not said to be small."""
    pictures = root.xpath(".//*[self::img or self::amp-img][not(ancestor::a)][not(@width) or number(@width) > 199]")
    return list(dict.fromkeys(a for picture in pictures[:_MAX] if (a := _source(picture, url))))


def _around(root: HtmlElement) -> HtmlElement:
    """The article element that `root` stands in, which often has the first picture before the text."""
    return next(root.iterancestors("article", "main"), root)


def _figures(root: HtmlElement) -> list[HtmlElement]:
    outer = root.xpath(f".//figure[not(ancestor::figure)][not({_SIDE})][not(ancestor::nav)][not(ancestor::footer)]")
    if not outer:
        outer = root.xpath(".//div[contains(@class,'caption') or contains(@class,'wp-caption')][.//img]")
    return [f for f in outer if not (f.xpath("ancestor::a") and not f.xpath(".//figcaption"))]


def _captioned(root: HtmlElement) -> list[HtmlElement]:
    """Elements outside any figure that hold a picture and something of the class caption."""
    found: list[HtmlElement] = []
    for element in root.xpath(_CAPTIONED)[: 4 * _MAX]:
        if len(squeeze(element.text_content())) > 600 or not _captions(element):
            continue
        holder = next(
            (a for a in [element, *element.iterancestors()][:4] if next(a.iter("img"), None) is not None), None
        )
        if holder is not None and holder not in found and len(squeeze(holder.text_content())) < 900:
            found.append(holder)
    return found


def _read_figure(figure: HtmlElement, url: str | None) -> Image | None:
    address = _address(figure, url)
    caption, credit = _words(figure)
    if address is None and caption is None:
        return None
    return Image(address, caption, credit)


def _address(figure: HtmlElement, url: str | None) -> str | None:
    for image in figure.iter("img", "amp-img"):
        if address := _source(image, url):
            return address
    for source in figure.iter("source"):
        value = (source.get("srcset") or source.get("data-srcset") or "").split(",")[-1].strip().split(" ")[0]
        if value and not value.startswith("data:"):
            return _absolute(url, value)
    return None


def _source(image: HtmlElement, url: str | None) -> str | None:
    for name in ("src", "data-src", "data-original", "data-lazy-src", "data-srcset", "srcset"):
        value = (image.get(name) or "").strip()
        if "srcset" in name and value:
            value = value.split(",")[-1].strip().split(" ")[0]
        if value and not value.startswith(("data:", "blob:")) and not _CHROME.search(value.rsplit("/", 1)[-1]):
            return _absolute(url, value)
    return None


def _absolute(url: str | None, value: str) -> str | None:
    try:
        joined = urljoin(url or "", value)
        return joined if urlsplit(joined).scheme in {"http", "https"} else None
    except ValueError:
        return None


def _words(figure: HtmlElement) -> tuple[str | None, str | None]:
    holder = next(iter(figure.iter("figcaption")), None)
    if holder is None:
        marked = [
            e
            for e in figure.iter()
            if isinstance(e.tag, str) and e is not figure and _CAPTION_CLASS.search(e.get("class") or "")
        ]
        holder = marked[0] if marked else None
    if holder is None:
        return None, None
    text = _text(holder, apart=False)
    inside = [e for e in figure.iter() if isinstance(e.tag, str) and e is not figure and _marks_credit(e)]
    credit = next((t for e in inside if 1 < len(t := squeeze(e.text_content())) < 120), None)
    if credit and (without := _text(holder, apart=True)) and len(without) < len(text):
        return (without.strip(" |/–—-()©") or None), captions.tidy_credit(credit)
    if credit and credit in text and len(credit) < len(text):
        return (squeeze(text.replace(credit, " ")).strip(" |/–—-()©") or None), captions.tidy_credit(credit)
    caption, found = captions.split_credit(text)
    return (caption or None), captions.tidy_credit(found or credit or "")


def _text(holder: HtmlElement, *, apart: bool) -> str:
    """The words of a caption, if `apart` without its elements that are marked as credit."""
    credits = {e for e in holder.iterdescendants() if isinstance(e.tag, str) and _marks_credit(e)} if apart else set()
    pieces = []
    for event, element in etree.iterwalk(holder, events=("start", "end")):
        owner = element if event == "start" else element.getparent()
        text = element.text if event == "start" else element.tail if element is not holder else None
        if text and not (credits and not credits.isdisjoint((owner, *owner.iterancestors()))):
            pieces.append(text)
    return _LABELS.sub("", squeeze(" ".join(t for t in pieces if not is_residue(t) or not t.strip().isalpha())))


def _captions(element: HtmlElement) -> bool:
    return element.tag == "figcaption" or bool(_CAPTION_CLASS.search(element.get("class") or ""))


def _marks_credit(element: HtmlElement) -> bool:
    return bool(_CREDIT_CLASS.search((element.get("class") or "") + " " + (element.get("itemprop") or "")))


def _file(url: str | None) -> str:
    return re.sub(r"[?#].*$", "", url or "").rsplit("/", 1)[-1].lower()


def _same(first: Image, second: Image) -> bool:
    if first.url and second.url:
        return first.url == second.url
    return bool(first.caption) and plain(first.caption or "") == plain(second.caption or "")
