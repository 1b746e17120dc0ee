"""The ways in: an address, a paste, a file -> the bytes as they came and the Document in them. Refuses what is empty, too
large, binary or no article, with a message for the field that it was given in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, Literal

from app.errors import Invalid
from app.extract import Document, NotAnArticle, extract
from app.fetch import PAGE, Fetched
from app.robots import visit
from app.settings import Settings

FILE_KINDS: Mapping[str, Literal["html", "text"]] = {
    ".txt": "text",
    ".text": "text",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
}
_MARKUP = re.compile(r"<(p|div|article|html|body|h1|section|main|span|br|a)\b[^>]{0,2000}>", re.IGNORECASE)
COOKIES = ("set-cookie", "set-cookie2")


@dataclass(frozen=True)
class Given:
    """What came in. `kind` is that of a Capture; `form` says how it is read; `asked_in` is the form field it stood in."""

    kind: Literal["url", "paste", "html", "file"]
    form: Literal["html", "text", "paste"]
    data: bytes
    asked_in: str
    url: str | None = None
    media_type: str = ""
    filename: str = ""
    charset: str | None = None
    headers: dict[str, Any] = field(default_factory=dict)
    fetched: Fetched | None = None


def from_address(
    address: str, settings: Settings, *, patience: float | None = None, etag: str = "", last_modified: str = ""
) -> Given:
    """What is at a web address now. Raises Invalid (a FetchError), also where it is private, dead or slow, or its site
    asks programs to stay away. Work in the background has a `patience`: the seconds that it waits for its turn at the site.
    `etag` and `last_modified` as of `fetch`."""
    url = address.strip()
    if url and "://" not in url:
        url = f"https://{url}"
    got = visit(
        url,
        accept=PAGE,
        allow=settings.fetch_allow,
        turns=settings.data_dir if patience is not None else None,
        patience=patience or 0.0,
        limit=settings.max_upload,
        etag=etag,
        last_modified=last_modified,
    )
    plain = got.media_type == "text/plain"
    headers = {name: value for name, value in got.headers.items() if name not in COOKIES}
    return Given(
        "url",
        "text" if plain else "html",
        got.content,
        "url",
        got.url,
        got.media_type,
        charset=got.charset,
        headers=headers,
        fetched=got,
    )


def from_paste(text: str, settings: Settings) -> Given:
    """Text, or the source of a page: whichever it looks like."""
    text = text.replace("\r\n", "\n")
    if not text.strip():
        raise Invalid("There is nothing here yet. Paste the text of an article, or its HTML.", field="text")
    data = text.encode("utf-8", "replace")
    if looks_like_html(text):
        return Given("html", "html", data, "text", media_type="text/html")
    _check_length(text, settings, "text")
    return Given("paste", "paste", data, "text", media_type="text/plain")


def looks_like_html(text: str) -> bool:
    """A page's source begins with a tag and has several; prose that mentions one does not."""
    head = text.lstrip("\ufeff \n\t")[:100_000]
    return head.startswith("<") and bool(
        re.match(r"<(!doctype|\?xml|!--)", head, re.I) or len(_MARKUP.findall(head)) > 1
    )


def from_file(filename: str, data: bytes, settings: Settings) -> Given:
    suffix = PurePosixPath(filename.lower()).suffix
    if suffix not in FILE_KINDS:
        what = f"“{suffix}” files are" if suffix else "A file without an ending like .txt is"
        raise Invalid(f"{what} not read. Choose a .txt, .html or .htm file.", field="file")
    if len(data) > settings.max_upload:
        message = f"This file has {len(data) / 1e6:.1f} MB; at most {settings.max_upload / 1e6:g} MB are taken in."
        raise Invalid(message, field="file")
    if not data.strip():
        raise Invalid("This file is empty.", field="file")
    kind = FILE_KINDS[suffix]
    media_type = "text/html" if kind == "html" else "text/plain"
    return Given("file", kind, data, "file", media_type=media_type, filename=filename[:200])


def read(given: Given, settings: Settings) -> Document:
    """What is understood of it. Raises Invalid for the field it came from."""
    data = given.data
    if given.charset and given.charset not in ("utf-8", "utf8"):
        try:  # what the server says of its page counts more than a guess; extraction tries UTF-8 first
            data = data.decode(given.charset).encode("utf-8")
        except (LookupError, UnicodeError):
            data = given.data
    try:
        document = extract(data, kind=given.form, url=given.url)
    except NotAnArticle as error:
        raise Invalid(error.message, field=given.asked_in) from error
    _check_length("\n".join(p.text for p in document.paragraphs), settings, given.asked_in)
    return document


def _check_length(text: str, settings: Settings, field: str) -> None:
    if len(text) > settings.max_text:
        raise Invalid(
            f"This text has {len(text):,} characters; an article may have at most {settings.max_text:,}.", field=field
        )
