"""The one way out to the network: pages, pictures, feeds, robots.txt, titles of sources, each redirect anew; and what is
sent to webhooks, whose redirects are not followed.
Refuses private addresses: a host is resolved once, every address is checked, and the checked address is the one
connected to. Bounded in time, bytes and redirects, so that no site can hold or fill the program."""

from __future__ import annotations

import re
import time
import zlib
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar
from urllib.parse import urljoin

import httpcore

from app.addresses import Address, FetchError, parse
from app.connections import Clock, GuardedBackend, check, tls_context

__all__ = ["FEED", "PAGE", "PICTURE", "ROBOTS", "Before", "FetchError", "Fetched", "check_address", "fetch", "post"]

PAGE = "text/html, application/xhtml+xml, text/plain;q=0.8"
PICTURE = "image/webp, image/avif, image/*;q=0.8, application/octet-stream;q=0.1"
FEED = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1"
)
ROBOTS = "text/plain, */*;q=0.1"

LIMIT = 10_000_000
DEADLINE = 15.0
REDIRECTS = 5
HEADER_ROOM = 200_000  # head and framing of an answer, on top of its body
LONGEST_WAIT = 86_400.0  # seconds that a site may ask us to wait
USER_AGENT = "Mozilla/5.0 (compatible; Quotidian/0.1; annotated article reader)"

T = TypeVar("T")

_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.:-]+)""", re.IGNORECASE)


@dataclass(frozen=True)
class Fetched:
    """`url` is where the redirects ended; `headers` have lower-case names; `content` is decompressed.
    `media_type` is as stated, in lower case, and empty where nothing was stated; `charset` likewise. `asked` is the
    address that was asked for, `moved_to` the one to ask for from now on, where the site says so."""

    url: str
    status: int
    headers: dict[str, str]
    content: bytes
    media_type: str
    charset: str | None
    fetched_at: datetime
    asked: str = ""
    moved_to: str = ""

    @property
    def unchanged(self) -> bool:
        """Whether the site says that it has nothing newer than what `etag` and `last_modified` stand for."""
        return self.status == 304


@dataclass(frozen=True)
class _Redirect:
    location: str
    for_good: bool


# Called before each request with its address and the seconds left; answers how many it waited, which do not count.
Before = Callable[[Address, float], float]


@dataclass(frozen=True)
class _Wish:
    """What is the same for all requests that one fetch takes."""

    accept: str
    allow: frozenset[str]
    limit: int
    conditions: Mapping[str, str] = field(default_factory=dict)


def fetch(
    url: str,
    *,
    accept: str,
    allow: frozenset[str] = frozenset(),
    limit: int = LIMIT,
    deadline: float = DEADLINE,
    etag: str = "",
    last_modified: str = "",
    before: Before | None = None,
) -> Fetched:
    """What is at `url` now. `accept` is an Accept header and is held to (PAGE, PICTURE, FEED); `allow` names private
    hosts ("host:port") that may be reached all the same; `limit` is in bytes, packed and unpacked; `deadline` in seconds,
    name lookup and redirects included. `etag` and `last_modified` are headers of an earlier answer: where nothing has
    changed since, the answer is `unchanged` and empty. Raises FetchError."""
    clock = Clock(time.monotonic() + deadline)
    given = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    conditions = {name: value for name, value in given.items() if value and value.isascii() and value.isprintable()}
    wish = _Wish(accept, allow, limit, conditions)
    address, moved_to, for_good = parse(url), "", True
    for _ in range(REDIRECTS + 1):
        if before is not None:
            clock = clock.later(before(address, clock.left()))
        answer = _ask(address, wish, clock)
        if isinstance(answer, Fetched):
            return replace(answer, asked=url.strip(), moved_to=moved_to)
        try:
            onward = urljoin(address.url, answer.location)
        except ValueError:
            raise FetchError("address", "This site redirects to something that is not a web address.") from None
        address, for_good = parse(onward), for_good and answer.for_good
        moved_to = address.url if for_good else moved_to
    raise FetchError("redirects", f"This address redirects more than {REDIRECTS} times.")


def check_address(url: str, *, allow: frozenset[str] = frozenset(), deadline: float = DEADLINE) -> str:
    """The address in its one form, if something may be posted there: its name is looked up, nothing is sent yet. Raises
    FetchError."""
    address = _secure(url, allow)
    if address.host_port not in allow:
        check(address, Clock(time.monotonic() + deadline))
    return address.url


def _secure(url: str, allow: frozenset[str]) -> Address:
    address = parse(url)
    if address.scheme != "https" and address.host_port not in allow:
        raise FetchError("scheme", "This has to begin with https://, so that nobody reads along on the way.")
    return address


def post(
    url: str,
    *,
    content: bytes,
    headers: Mapping[str, str],
    allow: frozenset[str] = frozenset(),
    deadline: float = DEADLINE,
) -> int:
    """Sends `content`, over https but to hosts of `allow`, and answers the status, one of 2xx; what is answered beside it
    is not read, redirects are not followed. Raises FetchError, with `answered` where there was an answer."""
    address, clock = _secure(url, allow), Clock(time.monotonic() + deadline)
    sent = {"User-Agent": USER_AGENT, "Accept": "*/*", "Content-Length": str(len(content)), **headers}

    def read(response: httpcore.Response) -> int:
        if 200 <= response.status < 300:
            return response.status
        waits = [value.decode("latin-1") for name, value in response.headers if name.lower() == b"retry-after"]
        message = f"The receiver answered with HTTP status {response.status}."
        wait = _seconds(waits[0]) if waits else None
        raise FetchError("status", message, answered=response.status, retry_after=wait)

    return _exchange(address, clock, allow, 0, sent, read, method="POST", content=content)


def _ask(address: Address, wish: _Wish, clock: Clock) -> Fetched | _Redirect:
    """One request: what was found, or where the site sends us instead."""
    headers = {
        "User-Agent": USER_AGENT,
        "Accept": wish.accept,
        "Accept-Language": "en, *;q=0.5",
        "Accept-Encoding": "gzip, deflate",
        **wish.conditions,
    }
    return _exchange(address, clock, wish.allow, wish.limit, headers, lambda answer: _read(address, answer, wish))


def _exchange(
    address: Address,
    clock: Clock,
    allow: frozenset[str],
    limit: int,
    headers: Mapping[str, str],
    read: Callable[[httpcore.Response], T],
    *,
    method: str = "GET",
    content: bytes | None = None,
) -> T:
    """What `read` makes of the answer to one request."""
    backend = GuardedBackend(address, allow=allow, room=limit + HEADER_ROOM, clock=clock)
    origin = httpcore.Origin(address.scheme.encode(), address.host.encode(), address.port)
    request_url = httpcore.URL(
        scheme=origin.scheme, host=origin.host, port=origin.port, target=address.target.encode("ascii")
    )
    sent: dict[bytes | str, bytes | str] = {"Host": address.authority, "Connection": "close"}
    sent.update(headers)
    connection = httpcore.HTTPConnection(origin, ssl_context=tls_context(), network_backend=backend)
    try:
        with closing(connection), connection.stream(method, request_url, headers=sent, content=content) as answer:
            return read(answer)
    except httpcore.RemoteProtocolError as error:
        if "too long" in str(error):
            raise FetchError("large", "The head of this site's answer is too large.") from error
        message = "This site broke off, or does not answer as a web site does."
        raise FetchError("broken", message) from error
    except (httpcore.NetworkError, httpcore.ProtocolError) as error:
        message = "The connection to this site broke off. Please try again."
        raise FetchError("broken", message) from error


def _read(address: Address, response: httpcore.Response, wish: _Wish) -> Fetched | _Redirect:
    limit = wish.limit
    headers: dict[str, str] = {}
    for raw_name, raw_value in response.headers:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1").strip()
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    if response.status in (301, 302, 303, 307, 308) and "location" in headers:
        location = headers["location"].encode("latin-1").decode("utf-8", "replace")
        return _Redirect(location, response.status in (301, 308))
    media_type, charset = _content_type(headers.get("content-type", ""))
    if response.status == 304 and wish.conditions:
        return Fetched(address.url, 304, headers, b"", media_type, charset, datetime.now(UTC))
    if not 200 <= response.status < 300:
        wait = _seconds(headers.get("retry-after", ""))
        message = _status_message(response.status)
        raise FetchError("status", message, answered=response.status, retry_after=wait)
    if media_type and not _accepted(media_type, wish.accept):
        wanted = "a picture" if "image/" in wish.accept else "a page of text"
        raise FetchError("type", f"This address holds {media_type[:60]}, not {wanted}.")
    too_large = FetchError("large", f"This is larger than {limit / 1e6:g} MB, the most that is read.")
    if headers.get("content-length", "").isdecimal() and int(headers["content-length"][:20]) > limit:
        raise too_large
    try:
        content = _unpack(response.iter_stream(), headers.get("content-encoding", "").lower(), limit)
    except zlib.error as error:
        message = "This site's answer is packed in a way that cannot be unpacked."
        raise FetchError("broken", message) from error
    if len(content) > limit:
        raise too_large
    return Fetched(address.url, response.status, headers, content, media_type, charset, datetime.now(UTC))


def _seconds(retry_after: str) -> float | None:
    """How long a site asks to wait: it says so in seconds, or as a date."""
    if retry_after.isdecimal():
        return min(float(retry_after[:9]), LONGEST_WAIT)
    try:
        wait = (parsedate_to_datetime(retry_after) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(wait, 0.0), LONGEST_WAIT)


def _status_message(status: int) -> str:
    reasons = {
        401: "The site shows this page only to those who sign in there",
        402: "The site shows this page only to subscribers",
        403: "The site refuses to show this page to programs",
        404: "There is no page at this address",
        410: "The page at this address has been removed",
        429: "The site asks to wait before it is asked again",
        451: "The site may not show this page for legal reasons",
    }
    usual = (
        "The site has trouble and cannot show this page now" if status >= 500 else "The site did not hand out a page"
    )
    return f"{reasons.get(status, usual)} (HTTP status {status})."


def _content_type(header: str) -> tuple[str, str | None]:
    charset = _CHARSET.search(header)
    return header.partition(";")[0].strip().lower(), charset[1].lower() if charset else None


def _accepted(media_type: str, accept: str) -> bool:
    patterns = {part.partition(";")[0].strip().lower() for part in accept.split(",")}
    return bool(patterns & {media_type, media_type.partition("/")[0] + "/*", "*/*"})


def _unpack(chunks: Iterable[bytes], encoding: str, limit: int) -> bytes:
    """At most `limit` + 1 bytes; what would be more is never unpacked. Raises zlib.error."""
    unpacked = bytearray()
    if encoding in ("", "identity"):
        for chunk in chunks:
            unpacked += chunk
            if len(unpacked) > limit:
                break
        return bytes(unpacked[: limit + 1])
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise zlib.error("unknown content encoding")
    unpacker = None
    for chunk in chunks:
        if unpacker is None:  # some send "deflate" without its zlib header, which begins with an 8 in its low bits
            bare = encoding == "deflate" and chunk[0] & 0x0F != 8
            unpacker = zlib.decompressobj(-zlib.MAX_WBITS if bare else zlib.MAX_WBITS | 32)
        unpacked += unpacker.decompress(chunk, limit + 1 - len(unpacked))
        if len(unpacked) > limit or unpacker.eof:
            return bytes(unpacked)
    if unpacker is not None:
        raise zlib.error("broken off")
    return b""
