"""Which kind of file some bytes are: by their beginning, not by a name, which may be wrong. Refuses what is none of ours,
in words for the reader; reads no further than it must."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from typing import Literal

from app.extract.document import NotAnArticle

FileKind = Literal["html", "text", "pdf", "docx", "eml"]

OURS = "PDF, Word (.docx), e-mail (.eml), web page or plain text"
_OTHERS = {
    b"{\\rtf": "an RTF document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"II*\x00": "a picture",
    b"MM\x00*": "a picture",
    b"RIFF": "a picture or a sound file",
    b"\x1f\x8b": "a compressed file",
    b"BZh": "a compressed file",
    b"\xfd7zXZ": "a compressed file",
    b"(\xb5/\xfd": "a compressed file",
    b"7z\xbc\xaf": "a compressed file",
    b"Rar!": "a compressed file",
    b"\x7fELF": "a program",
    b"MZ\x90": "a program",
    b"OggS": "a sound file",
    b"ID3": "a sound file",
    b"fLaC": "a sound file",
    b"SQLite format": "a database",
    b"%!PS": "a PostScript file",
}
MAGIC = {b"%PDF-": "a PDF", b"PK\x03\x04": "a zip or Office file", b"\xd0\xcf\x11\xe0": "an old Office file"} | _OTHERS
_INSIDE_ZIP = (
    (b"xl/", "an Excel workbook"),
    (b"ppt/", "a PowerPoint presentation"),
    (b"application/epub+zip", "an e-book"),
    (b"application/vnd.oasis.opendocument", "an OpenDocument file"),
)
_OF_FEEDS = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--[^>]{0,2000}-->\s*){0,3}<(opml|rss|feed|rdf:RDF)\b", re.I
)
_HEADER = re.compile(rb"^([A-Za-z][A-Za-z0-9-]{1,60}):[ \t]?", re.M)
_OF_MAIL = {
    b"from", b"to", b"subject", b"date", b"received", b"mime-version", b"message-id", b"return-path", b"delivered-to",
    b"content-type", b"content-transfer-encoding", b"dkim-signature", b"reply-to", b"list-id", b"x-mailer", b"sender",
}  # fmt: skip
_OF_TRANSPORT = {b"received", b"mime-version", b"message-id", b"return-path", b"dkim-signature"}
_TAGS = re.compile(rb"<(?:!doctype\s+html|html|head|body|p|div|article|h1|section|main|span|br|a)\b[^>]{0,2000}>", re.I)
_MEDIA: dict[str, FileKind] = {
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "message/rfc822": "eml",
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/plain": "text",
}
ENDINGS: dict[str, FileKind] = {
    "pdf": "pdf", "docx": "docx", "docm": "docx", "eml": "eml", "mht": "eml", "mhtml": "eml", "html": "html", "htm": "html",
    "xhtml": "html", "txt": "text", "text": "text", "md": "text",
}  # fmt: skip
MEDIA_TYPES = {kind: media for media, kind in reversed(_MEDIA.items())}


def kind_by_name(filename: str, media_type: str = "") -> FileKind | None:
    """What a file is said to be, by its ending, else by its media type."""
    ending = filename.lower().rpartition(".")[2] if "." in filename else ""
    return ENDINGS.get(ending) or _MEDIA.get(media_type.partition(";")[0].strip().lower())


def kind_of(data: bytes, said: FileKind | None = None) -> FileKind:
    """What a file is; `said` decides where the bytes could be several kinds of text. Raises NotAnArticle."""
    head = data[:1024]
    if b"%PDF-" in head:
        return "pdf"
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(data)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise NotAnArticle("This Office document is locked with a password. Save a copy without one.")
        raise NotAnArticle("This is an old Office file (.doc). Save it as .docx or PDF, and choose that.")
    for magic, what in _OTHERS.items():
        if data.startswith(magic):
            raise NotAnArticle(f"This is {what}. What is read: {OURS}.")
    if listed := _OF_FEEDS.match(head.lstrip(b"\xef\xbb\xbf")):
        what = "a list of feeds (OPML)" if listed[1].lower() == b"opml" else "a feed"
        raise NotAnArticle(f"This is {what}, not an article. Feeds are followed under “Feeds”.")
    names = mail_headers(data)
    if len(names & _OF_MAIL) >= 2 and (said == "eml" or len(names & _OF_TRANSPORT) >= 2):
        return "eml"
    if said == "eml":
        raise NotAnArticle("This is no e-mail: it does not begin with lines like “From:” and “Subject:”.")
    if said in ("pdf", "docx"):
        raise NotAnArticle(f"This is no {'PDF' if said == 'pdf' else 'Word document'}, or it is damaged.")
    return "html" if _looks_like_html(data, said) else "text"


def check(data: bytes, kind: FileKind) -> None:
    """Raises NotAnArticle where `data` is not of this kind."""
    if not data.strip(b"\x00\t\n\r "):
        raise NotAnArticle("This file is empty.")
    found = kind_of(data, kind)
    if found != kind:
        raise NotAnArticle(f"This is not what it was said to be ({kind}) but {found}.")


def mail_headers(data: bytes) -> set[bytes]:
    """The names of the header lines that a message begins with, in lower case."""
    head = data[:65_536].lstrip(b"\r\n\xef\xbb\xbf")
    block = re.split(rb"\r?\n\r?\n|\r\r", head, maxsplit=1)[0]
    if not (_HEADER.match(block) or block.startswith(b"From ")):
        return set()
    return {name.lower() for name in _HEADER.findall(block.replace(b"\r", b"\n"))}


def _zip_kind(data: bytes) -> FileKind:
    if any(name.startswith((b"word/document", b"word/_rels")) for name in _names_in_zip(data)):
        return "docx"
    for mark, what in _INSIDE_ZIP:
        if mark in data:
            raise NotAnArticle(f"This is {what}. What is read: {OURS}.")
    raise NotAnArticle(f"This is a zip file. Unpack it, and choose one of the files in it: {OURS}.")


def _names_in_zip(data: bytes) -> list[bytes]:
    """The names in its directory, as a zip of Word files holds theirs too; where that is broken, all that look like one."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return [name.replace("\\", "/").lstrip("/").encode(errors="replace") for name in archive.namelist()]
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError):
        return re.findall(rb"word/(?:document|_rels)", data)


def _looks_like_html(data: bytes, said: FileKind | None) -> bool:
    head = data[:100_000].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t")
    tags = len(_TAGS.findall(head))
    if said == "html":
        return tags > 0 or head.startswith(b"<")
    return head.startswith(b"<") and (tags > 1 or bool(re.match(rb"<(?:!doctype html|html)\b", head, re.I)))
