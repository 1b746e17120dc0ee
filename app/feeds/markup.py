"""What feeds and OPML share, pure: bytes -> characters, XML that resolves nothing and stays small, HTML -> plain text."""

from __future__ import annotations

import codecs
import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml import etree

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?\bencoding\s*=\s*["']([\w.:-]{2,40})""")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,1000}\?>")
_DOCTYPE = re.compile(r"<!DOCTYPE\s[^<>\[]{0,2000}(\[)?", re.IGNORECASE)
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")
_BLOCK = re.compile(r"<(?=/?(?:p|div|br|li|ul|ol|h[1-6]|tr|td|th|blockquote|figure|figcaption|section)\b)", re.I)
_MARKUP = re.compile(r"[<&]")
_UNSAID = ("script", "style", "template", "noscript", "iframe", "svg", "math", "object")
_LATIN = ("iso-8859-1", "iso8859-1", "latin-1", "latin1", "us-ascii", "ascii")  # what is meant is Windows-1252
_LONG_TAG = re.compile(r"<[^<>]{100000}")
MOST_ELEMENTS = 10_000  # that are read on
LONGEST_MARKUP = 20_000
TOO_LONG = "This is not read: one of its tags alone has more than 100,000 characters."
TOO_DEEP = "This is not read: its elements stand too deep in one another."
ENTITIES = "This is not read: it declares entities of its own, with which a few lines can be blown up to gigabytes."


def decoded(data: bytes, charset: str | None = None) -> str:
    """The text of an XML or JSON document in whichever encoding it is: byte order mark, UTF-8, its own word, the
    server's, Windows-1252 at last. Never fails."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    sample = data[:4000]
    if sample.count(0) > len(sample) // 4:  # UTF-16 without a mark: every other byte of Latin text is zero
        return data.decode("utf-16-be" if sample[::2].count(0) > sample[1::2].count(0) else "utf-16-le", "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        declared = _DECLARED.search(data[:1000])
    for name in (declared[1].decode("ascii").lower() if declared else "", (charset or "").lower(), "cp1252"):
        if name and name not in ("utf-8", "utf8"):
            try:
                return data.decode("cp1252" if name in _LATIN else name, "replace")
            except LookupError:
                continue
    return data.decode("utf-8", "replace")


@dataclass(frozen=True)
class Source:
    """XML as it may be read on: `xml` in UTF-8; `root` is the local name of its root, in lower case."""

    xml: bytes
    root: str
    tree: etree._Element
    whole: bool  # well-formed


def parse_xml(text: str, *, keep: tuple[str, ...] = (), most: int = 0, longest: int = 0) -> Source | None:
    """XML without its document type, mended where it is broken; None of what is not XML. Of the elements named in `keep`
    the first `most`, of all the first MOST_ELEMENTS, no text longer than `longest`. Raises ValueError, with words for the
    reader, on what is a bomb."""
    from lxml import etree

    if _LONG_TAG.search(text):
        raise ValueError(TOO_LONG)
    text = _DECLARATION.sub("", text.replace("\ufeff", ""), count=1)
    doctype = _DOCTYPE.search(text[:20_000])
    if doctype and doctype[1]:
        if "<!entity" in text[doctype.start() : doctype.start() + 2_000_000].lower():
            raise ValueError(ENTITIES)
        text = text[: doctype.start()] + text[doctype.end() :].partition("]>")[2]
    elif doctype:
        text = text[: doctype.start()] + text[doctype.end() :].removeprefix(">")
    text = _NAMED.sub(_character, _NOT_XML.sub("", text)).lstrip()
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.LxmlError, ValueError):
        return None
    errors = parser.error_log
    if any("depth" in entry.message.lower() for entry in errors):
        raise ValueError(TOO_DEEP)
    if root is None or not isinstance(root.tag, str):
        return None
    _prune(root, keep, most, longest)
    name = etree.QName(root).localname.lower()
    whole = not errors
    return Source(etree.tostring(root, encoding="utf-8"), name, root, whole)


def _character(entity: re.Match[str]) -> str:
    """HTML's names, which XML does not know; not those that would be markup."""
    character = html.unescape(entity[0])
    return entity[0] if character in ("&", "<", ">", '"', "'") else character


def _prune(root: etree._Element, keep: tuple[str, ...], most: int, longest: int) -> None:
    from lxml import etree

    kept, extra = 0, []
    for number, element in enumerate(root.iter(etree.Element)):
        if longest and element.text and len(element.text) > longest:
            element.text = element.text[:longest]
        kept += element.tag.rpartition("}")[2].lower() in keep
        if number >= MOST_ELEMENTS or (keep and kept > most):
            extra.append(element)
    for element in extra:
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)


def plain(text: str) -> str:
    """One line without control characters, nor those that turn the direction of what follows."""
    return " ".join(_UNSEEN.sub(" ", text).split())


def text_of(markup: str) -> str:
    """The words of HTML as one line of plain text: no element, no script. Of what is long its beginning."""
    markup = markup[:LONGEST_MARKUP]
    if not _MARKUP.search(markup):
        return plain(markup)
    import lxml.html
    from lxml import etree

    try:
        tree = lxml.html.fragment_fromstring(_UNSEEN.sub(" ", _BLOCK.sub(" <", markup)), create_parent="div")
    except (etree.LxmlError, ValueError, AssertionError):
        return plain(re.sub(r"<[^>]*>", " ", markup))
    for element in list(tree.iter(*_UNSAID)):
        element.drop_tree()
    return plain("".join(tree.itertext(etree.Element)))


def first_words(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    return (text[:most].rpartition(" ")[0] or text[:most]).rstrip(" ,;:") + " …"
