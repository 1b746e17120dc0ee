"""One address for one article, however it was reached. Pure: asks no network, so it knows only what the address says."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit, urlunsplit

DEFAULT_PORTS = {"http": 80, "https": 443}
_TRACKING = re.compile(
    r"utm_\w+|mtm_\w+|pk_\w+|hsa_\w+|at_\w+|ns_\w+|[gd]?clid|gclsrc|gbraid|wbraid|fbclid|msclkid|twclid|yclid|igshid"
    r"|mc_[ce]id|cmpid|ocid|ito|s_cid|smid|ref_src|ref_url|amp|_ga",
    re.IGNORECASE,
)


def web_address(url: str) -> SplitResult | None:
    """`url` in its parts where it is a whole http or https address, else None."""
    try:
        parts = urlsplit(url.strip())
        port_is_fine = parts.port is None or parts.port > 0
    except ValueError:
        return None
    plain = parts.scheme in DEFAULT_PORTS and parts.hostname and not re.search(r"[\s\x00-\x1f\\]", url.strip())
    return parts if plain and port_is_fine else None


def clean(url: str) -> str:
    """The address without what does not name the article: case of scheme and host, the usual port, the fragment,
    what counts clicks, a slash at the end. What is no web address stays as it is."""
    parts = web_address(url)
    if parts is None:
        return url.strip()
    host = (parts.hostname or "").lower()
    host = f"[{host}]" if ":" in host else host
    if parts.port and parts.port != DEFAULT_PORTS[parts.scheme]:
        host += f":{parts.port}"
    query = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.fullmatch(k)]
    return urlunsplit((parts.scheme, host, parts.path.rstrip("/") or "/", urlencode(sorted(query)), ""))


def variants(url: str) -> list[str]:
    """The clean addresses that are taken for the same article: over http and https."""
    cleaned = clean(url)
    _, separator, rest = cleaned.partition("://")
    return [f"{scheme}://{rest}" for scheme in DEFAULT_PORTS] if separator else [cleaned]


def site_name(url: str) -> str:
    """The host, for an article whose site gives no name."""
    parts = web_address(url)
    return (parts.hostname or "").removeprefix("www.") if parts else ""
