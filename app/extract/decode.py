"""Bytes -> characters. Refuses what is empty, too large or not text at all, in words for the reader."""

from __future__ import annotations

import codecs
import re

from app.extract.document import NotAnArticle

MAX_HTML = 10_000_000
MAX_TEXT = 2_000_000

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_FILES = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a zip or Office file",
    b"\xd0\xcf\x11\xe0": "an old Office file",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\x1f\x8b": "a compressed file",
    b"BZh": "a compressed file",
    b"\xfd7zXZ": "a compressed file",
    b"7z\xbc\xaf": "a compressed file",
    b"\x7fELF": "a program",
    b"MZ\x90": "a program",
    b"OggS": "a sound file",
    b"ID3": "a sound file",
    b"SQLite format": "a database",
}
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff\ud800-\udfff]")
_META_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.I)
_ALIASES = {"iso-8859-1": "cp1252", "latin-1": "cp1252", "ascii": "cp1252", "us-ascii": "cp1252", "gb2312": "gb18030"}
_ALIASES |= {"latin1": "cp1252", "gbk": "gb18030", "ks_c_5601-1987": "cp949", "euc-kr": "cp949", "shift_jis": "cp932"}


def decode(data: bytes, *, html: bool) -> str:
    """The text of `data` without control characters, in whichever encoding it is: byte order mark, UTF-8, the page's
    own word, a guess, and Windows-1252 at last, which never fails. Raises NotAnArticle."""
    limit = MAX_HTML if html else MAX_TEXT
    if len(data) > limit:
        raise NotAnArticle(f"This is too large to be an article: more than {limit // 1_000_000} MB.")
    if not data.strip(b"\x00\t\n\r\x0b\x0c "):
        raise NotAnArticle("There is no text in this.")
    for magic, what in _FILES.items():
        if data.startswith(magic):
            raise NotAnArticle(f"This is {what}, not text. Paste the article's text, or give a .txt or .html file.")
    text = _decoded(data, html=html)
    cleaned = _CONTROL.sub("", text)
    if len(text) - len(cleaned) > 8 + len(text) // 50:
        raise NotAnArticle("This looks like a binary file, not text.")
    if not cleaned.strip():
        raise NotAnArticle("There is no text in this.")
    return cleaned


def _decoded(data: bytes, *, html: bool) -> str:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    sample = data[:4000]
    if sample.count(0) > len(sample) // 4:  # UTF-16 without a mark: every other byte of Latin text is zero
        even, odd = sample[::2].count(0), sample[1::2].count(0)
        return data.decode("utf-16-be" if even > odd else "utf-16-le", "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start >= len(data) - 4:  # cut off in the middle of a character
            return data.decode("utf-8", "ignore")
    return _other_encoding(data, html=html)


def _other_encoding(data: bytes, *, html: bool) -> str:
    declared = _META_CHARSET.search(data[:4096]) if html else None
    if declared:
        name = declared.group(1).decode("ascii").lower()
        try:
            return data.decode(_ALIASES.get(name, name), "replace")
        except LookupError:
            pass  # a charset that nobody knows: guess
    lossy = data.decode("utf-8", "replace")
    broken = lossy.count("\ufffd")
    if sum(c > "\x7f" for c in lossy[:200_000]) > 5 * broken and broken * 100 < len(
        lossy
    ):  # UTF-8 with a few broken bytes
        return lossy
    import charset_normalizer

    best = charset_normalizer.from_bytes(data[:100_000]).best()
    encoding = best.encoding if best else "cp1252"
    return data.decode(_ALIASES.get(encoding.replace("_", "-"), encoding), "replace")
