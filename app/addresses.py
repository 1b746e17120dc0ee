"""Web addresses as the fetcher takes them: one canonical form, or a refusal in words for the reader.
Strict on purpose: an IPv4 address is four plain decimal numbers, whatever the C library would make of "0x7f.1"."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote, urlsplit

import idna

from app.errors import Invalid

Cause = Literal[
    "address", "scheme", "credentials", "private", "unknown_host", "unreachable", "tls", "slow", "large", "redirects",
    "status", "type", "broken", "robots", "wait",
]  # fmt: skip
IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

MAX_LENGTH = 4000
DEFAULT_PORTS = {"http": 80, "https": 443}

# What Python's is_global (3.11) calls public, or leaves to us: protocol assignments, 6to4 relays, multicast.
_NOT_PUBLIC_4 = tuple(map(ipaddress.IPv4Network, ("0.0.0.0/8", "192.0.0.0/24", "192.88.99.0/24", "224.0.0.0/3")))
_PUBLIC_6 = ipaddress.IPv6Network("2000::/3")
# Teredo and other protocol assignments, documentation, 6to4: each can carry an address of another network.
_NOT_PUBLIC_6 = tuple(map(ipaddress.IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")

_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_SAFE = "/%:@!$&'()*+,;=~"
_UNPRINTABLE = re.compile(r"[\x00-\x20\x7f\\]")


class FetchError(Invalid):
    """Nothing could be fetched from an address: `cause` for programs, `message` for the reader; `answered` is the HTTP
    status of the site, and `retry_after` the seconds that it asks to wait, where it said so."""

    def __init__(
        self,
        cause: Cause,
        message: str,
        *,
        field: str | None = "url",
        answered: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, field=field)
        self.cause, self.answered, self.retry_after = cause, answered, retry_after


@dataclass(frozen=True)
class Address:
    """A checked http or https address. `host` is ASCII, lower case, without brackets; `target` is path and query."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def host_port(self) -> str:
        """As it stands in QUOTIDIAN_FETCH_ALLOW: `intranet.example:8080`, `[::1]:8080`."""
        return f"{self._bracketed}:{self.port}"

    @property
    def authority(self) -> str:
        """The Host header: the port only where it is not the usual one."""
        return self._bracketed if self.port == DEFAULT_PORTS[self.scheme] else self.host_port

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.authority}"

    @property
    def url(self) -> str:
        return f"{self.origin}{self.target}"

    @property
    def literal(self) -> IPAddress | None:
        """The IP address, where the host is one."""
        try:
            return ipaddress.ip_address(self.host)
        except ValueError:
            return None

    @property
    def _bracketed(self) -> str:
        return f"[{self.host}]" if ":" in self.host else self.host


def with_scheme(given: str) -> str:
    """What people type for an address: https:// may be left out."""
    url = given.strip(" \t\r\n")
    return url if not url or "://" in url else f"https://{url}"


def parse(url: str) -> Address:
    """Raises FetchError (address, scheme, credentials). The fragment is dropped; spaces in a path are encoded."""
    url = url.strip(" \t\r\n").replace(" ", "%20")
    if not url:
        raise FetchError("address", "Please give the address of a page, such as https://example.com/article.")
    if len(url) > MAX_LENGTH:
        raise FetchError("address", f"This address is longer than {MAX_LENGTH:,} characters.")
    if _UNPRINTABLE.search(url):
        raise _bad("it contains a character that no address may contain")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _bad("its host or port cannot be read") from None
    scheme = parts.scheme.lower()
    if scheme not in DEFAULT_PORTS or not parts.netloc:
        raise FetchError("scheme", "Only addresses that start with http:// or https:// can be fetched.")
    if "@" in parts.netloc:
        raise FetchError("credentials", "This address contains a user name or password. Please give it without them.")
    if port == 0:
        raise _bad("port 0 does not exist")
    host = _host(parts.netloc, parts.hostname or "")
    target = quote(parts.path or "/", safe=_SAFE)
    if parts.query:
        target += f"?{quote(parts.query, safe=_SAFE + '?')}"
    return Address(scheme, host, port or DEFAULT_PORTS[scheme], target)


def is_public(address: IPAddress) -> bool:
    """Whether an address belongs to the public internet, also where it wraps one of another family."""
    if isinstance(address, ipaddress.IPv4Address):
        return address.is_global and not any(address in network for network in _NOT_PUBLIC_4)
    if address in _NAT64:
        return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return address in _PUBLIC_6 and address.is_global and not any(address in network for network in _NOT_PUBLIC_6)


def _host(netloc: str, host: str) -> str:
    """The host in its one form, or FetchError."""
    try:
        if netloc.startswith("["):
            return str(ipaddress.IPv6Address("" if "%" in host else host))  # no zones
        if not host.isascii():
            host = idna.encode(host, uts46=True).decode("ascii")
        host = host.lower().removesuffix(".")
        labels = host.split(".")
        if _NUMBER.fullmatch(labels[-1]):
            return str(ipaddress.IPv4Address(host))
    except (ValueError, idna.IDNAError):
        raise _bad("its host cannot be read") from None
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise _bad("its host cannot be read")
    return host


def _bad(why: str) -> FetchError:
    return FetchError("address", f"This is not a proper web address: {why}.")
