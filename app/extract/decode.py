"""Bytes -> characters, in any encoding. Refuses what is empty or not text at all, in words for the reader; a text that was
spoilt before it came here is left as it is."""

from __future__ import annotations

import codecs
import re

from app.extract.charsets import guess, is_roman, wide_without_mark
from app.extract.document import NotAnArticle
from app.extract.kinds import MAGIC, OURS

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff\ud800-\udfff]")
_META_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.I)
_ALIASES = {"iso-8859-1": "cp1252", "latin-1": "cp1252", "ascii": "cp1252", "us-ascii": "cp1252", "gb2312": "gb18030"}
_ALIASES |= {"latin1": "cp1252", "gbk": "gb18030", "ks_c_5601-1987": "cp949", "euc-kr": "cp949", "shift_jis": "cp932"}


_NO_TEXT = {"punycode", "idna", "unicode_escape", "raw_unicode_escape", "undefined", "utf-7", "utf_7", "mbcs", "oem"}


def decode(data: bytes, *, html: bool, charset: str | None = None) -> str:
    """The text of `data` without control characters, in whichever encoding it is: byte order mark, UTF-8, what its
    sender (`charset`) or the page itself says, a guess. Raises NotAnArticle."""
    if not data.strip(b"\x00\t\n\r\x0b\x0c "):
        raise NotAnArticle("There is no text in this.")
    for magic, what in MAGIC.items():
        if data.startswith(magic):
            raise NotAnArticle(f"This is {what}, not text. What is read: {OURS}.")
    text = _decoded(data, html=html, charset=charset)
    cleaned = _CONTROL.sub("", text)
    if len(text) - len(cleaned) > 8 + len(text) // 50:
        raise NotAnArticle("This looks like a binary file, not text.")
    if not cleaned.strip():
        raise NotAnArticle("There is no text in this.")
    return cleaned


def _decoded(data: bytes, *, html: bool, charset: str | None) -> str:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    if wide := wide_without_mark(data):
        return data.decode(wide, "replace")
    if b"\x1b$" in data[:100_000] and (escaped := guess(data)).startswith("iso2022"):
        return data.decode(escaped, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start >= len(data) - 4:  # cut off in the middle of a character
            return data.decode("utf-8", "ignore")
    return _other_encoding(data, html=html, charset=charset)


def _other_encoding(data: bytes, *, html: bool, charset: str | None) -> str:
    in_page = _META_CHARSET.search(data[:4096]) if html else None
    for said in (charset, in_page.group(1).decode("ascii") if in_page else None):
        if (codec := _codec(said)) and (text := data.decode(codec, "replace")).count("\ufffd") < 3 + len(text) // 200:
            return data.decode(guess(data), "replace") if codec == "cp1252" and not is_roman(guess(data)) else text
    lossy = data.decode("utf-8", "replace")
    broken = lossy.count("\ufffd")
    if sum(c > "\x7f" for c in lossy[:200_000]) > 5 * broken and broken * 100 < len(lossy):
        return lossy  # UTF-8 with a few broken bytes
    return data.decode(guess(data), "replace")


def _codec(charset: str | None) -> str | None:
    """Python's codec for the name of an encoding of text; None for one that nobody knows, and for UTF-8, tried before."""
    name = (charset or "").strip().lower()
    try:
        codec = codecs.lookup(_ALIASES.get(name, name)).name
    except (LookupError, ValueError):
        return None
    text = getattr(codecs.lookup(codec), "_is_text_encoding", False)
    return codec if text and codec not in _NO_TEXT and codec != "utf-8" else None
