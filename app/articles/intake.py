"""The ways in: an address, a paste, a file -> the bytes as they came and the Document in them. Refuses what is empty, too
large, binary or no article, with a message for the field that it was given in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, Literal

from app.addresses import with_scheme
from app.errors import Invalid
from app.extract import Document, NotAnArticle, extract
from app.extract.kinds import ENDINGS, MEDIA_TYPES, FileKind, kind_by_name, kind_of
from app.fetch import PAGE, Fetched
from app.robots import visit
from app.settings import Settings

FILE_KINDS: Mapping[str, FileKind] = {f".{ending}": kind for ending, kind in ENDINGS.items()}
ARTICLE = f"{PAGE}, {MEDIA_TYPES['pdf']}, {MEDIA_TYPES['docx']};q=0.8, {MEDIA_TYPES['eml']};q=0.5"
_MARKUP = re.compile(r"<(p|div|article|html|body|h1|section|main|span|br|a)\b[^>]{0,2000}>", re.IGNORECASE)
COOKIES = ("set-cookie", "set-cookie2")


@dataclass(frozen=True)
class Given:
    """What came in. `kind` is that of a Capture; `form` says how it is read; `asked_in` is the form field it stood in."""

    kind: Literal["url", "paste", "html", "file"]
    form: FileKind | Literal["paste"]
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
    got = visit(
        with_scheme(address),
        accept=ARTICLE,
        allow=settings.fetch_allow,
        turns=settings.data_dir if patience is not None else None,
        patience=patience or 0.0,
        limit=settings.max_upload,
        etag=etag,
        last_modified=last_modified,
    )
    headers = {name: value for name, value in got.headers.items() if name not in COOKIES}
    return Given(
        "url",
        kind_by_name("", got.media_type) or "html",
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


def from_file(filename: str, data: bytes, settings: Settings, *, media_type: str = "") -> Given:
    """A file is what its bytes say; its name and the media type that came with it decide between kinds of text."""
    name = PurePosixPath(filename.replace("\\", "/")).name
    if len(data) > settings.max_upload:
        message = f"This file has {len(data) / 1e6:.1f} MB; at most {settings.max_upload / 1e6:g} MB are taken in."
        raise Invalid(message, field="file")
    if not data.strip(b"\x00 \t\r\n"):
        raise Invalid("This file is empty.", field="file")
    try:
        kind = kind_of(data, kind_by_name(name, media_type))
    except NotAnArticle as error:
        raise Invalid(error.message, field="file") from error
    return Given("file", kind, data, "file", media_type=MEDIA_TYPES[kind], filename=name[:200])


def read(given: Given, settings: Settings) -> Document:
    """What is understood of it. Raises Invalid for the field it came from."""
    try:
        form = given.form if given.form == "paste" else kind_of(given.data, given.form)
        document = extract(
            given.data,
            kind=form,
            url=given.url,
            charset=given.charset,
            max_bytes=settings.max_upload,
            max_text=settings.max_text,
        )
    except NotAnArticle as error:
        raise Invalid(error.message, field=given.asked_in) from error
    _check_length("\n".join(p.text for p in document.paragraphs), settings, given.asked_in)
    return document


def as_download(media_type: str, name: str) -> dict[str, str]:
    """The headers under which a capture is handed out: as a file to keep, which no browser runs."""
    kind = kind_by_name("", media_type) or "text"
    served = MEDIA_TYPES[kind] if kind in ("pdf", "docx") else "text/plain"
    ending = {"text": "txt"}.get(kind, kind)
    return {"Content-Type": served, "Content-Disposition": f'attachment; filename="{name}.{ending}"'}


def _check_length(text: str, settings: Settings, field: str) -> None:
    if len(text) > settings.max_text:
        raise Invalid(
            f"This text has {len(text):,} characters; an article may have at most {settings.max_text:,}.", field=field
        )
