"""The bytes of an e-mail -> its headers and the bodies to be read, decoded. Looks into forwarded messages, and past
attachments. Runs apart (see apart.py), for the parser takes long over headers made for that."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime
from typing import Any

from app.extract.decode import decode
from app.extract.document import NotAnArticle

MAX_HEADERS = 400_000
MAX_NESTED = 60
MAX_PARTS = 500
SHORT = 400  # characters of a cover note to a message that is attached

_NESTING = re.compile(rb"boundary\s*\*?\d*\*?\s*=|message/rfc822", re.I)


def read(data: bytes) -> dict[str, Any]:
    """{"subject", "name", "address", "date", "list", "location", "saved", "html", "plain", "flowed", "attached"}.
    Raises NotAnArticle, and whatever the library stumbles over."""
    data = _one_message(data.lstrip(b"\r\n\xef\xbb\xbf"))
    if len(re.split(rb"\r?\n\r?\n", data, maxsplit=1)[0]) > MAX_HEADERS:
        raise NotAnArticle("The headers of this e-mail are longer than any message's.")
    if len(_NESTING.findall(data)) > MAX_NESTED:
        raise NotAnArticle("This e-mail cannot be read: its parts are nested too deep in one another.")
    message: Any = message_from_bytes(data, policy=policy.default)
    found = _message(message)
    for part in message.walk():
        if part.get_content_type() == "message/rfc822" and len(found["plain"]) + len(found["html"]) // 4 < SHORT:
            inner = part.get_payload()
            if isinstance(inner, list) and inner:
                found = _message(inner[0])
                break
    return found


def _one_message(data: bytes) -> bytes:
    if data.startswith(b"From "):  # a mailbox
        if re.search(rb"\n\r?\nFrom \S+@?\S* .*\d{4}\r?\n", data):
            raise NotAnArticle("This mailbox holds several messages. Save the one that you mean as .eml.")
        data = data.partition(b"\n")[2]
    return data


def _message(message: Any) -> dict[str, Any]:
    html, plain = _part(message, "html"), _part(message, "plain")
    flowed = plain is not None and str(plain.get_param("format", "")).lower() == "flowed"
    name, address = parseaddr(_header(message, "from"))
    location = _header(message, "snapshot-content-location") or _header(message, "content-location")
    return {
        "subject": _header(message, "subject"),
        "name": name,
        "address": address,
        "date": _date(_header(message, "date")),
        "list": bool(_header(message, "list-id") or _header(message, "list-unsubscribe")),
        "location": location if re.match(r"https?://", location) else "",
        "saved": bool(_header(message, "snapshot-content-location")) or "saved by" in _header(message, "from").lower(),
        "html": _text(html, html=True),
        "plain": _text(plain, html=False),
        "flowed": flowed,
        "delsp": flowed and plain is not None and str(plain.get_param("delsp", "")).lower() == "yes",
        "attached": [name for part in _leaves(message) if (name := part.get_filename())][:5],
    }


def _leaves(message: Any) -> list[Any]:
    """The parts of a message that hold something, those of messages attached to it left out."""
    found: list[Any] = []
    stack = [message]
    while stack and len(found) < MAX_PARTS:
        part = stack.pop()
        if part.get_content_type() == "message/rfc822":
            continue
        if part.is_multipart():
            stack += reversed(part.get_payload())
        else:
            found.append(part)
    return found


def _part(message: Any, subtype: str) -> EmailMessage | None:
    """The first text of this kind that is no attachment; the longest where several follow each other."""
    parts = [
        part
        for part in _leaves(message)
        if part.get_content_type() == f"text/{subtype}" and part.get_content_disposition() != "attachment"
    ]
    return max(parts, key=lambda part: len(part.get_payload() or ""), default=None)


def _header(message: Any, name: str) -> str:
    try:
        value = str(message.get(name) or "")
    except Exception:  # the parser of headers raises many kinds of errors on bad ones
        value = next((str(raw) for key, raw in message.raw_items() if key.lower() == name), "")
    return " ".join(value.encode("utf-8", "replace").decode("utf-8").split())[:1000]


def _date(value: str) -> str | None:
    """With its zone; "-0000" says that there is none."""
    try:
        return parsedate_to_datetime(value).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _text(part: EmailMessage | None, *, html: bool) -> str:
    if part is None:
        return ""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes) or not payload.strip():
        return ""
    try:
        return decode(payload, html=html, charset=part.get_content_charset())
    except NotAnArticle:
        return ""
