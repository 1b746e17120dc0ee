"""One address for one article, however it was reached. Pure: asks no network, so it knows only what the address says."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

from app.addresses import Address, FetchError, parse

_TRACKING = re.compile(
    r"utm_\w+|mtm_\w+|pk_\w+|hsa_\w+|at_\w+|ns_\w+|[gd]?clid|gclsrc|gbraid|wbraid|fbclid|msclkid|twclid|yclid|igshid"
    r"|mc_[ce]id|cmpid|ocid|ito|s_cid|smid|ref_src|ref_url|amp|_ga",
    re.IGNORECASE,
)


def web_address(url: str) -> Address | None:
    """`url` where it is a whole http or https address, else None."""
    try:
        return parse(url)
    except FetchError:
        return None


def clean(url: str) -> str:
    """The address without what does not name the article: case of scheme and host, the usual port, the fragment,
    what counts clicks, a slash at the end. What is no web address stays as it is."""
    address = web_address(url)
    if address is None:
        return url.strip()
    target = urlsplit(address.target)
    query = [(k, v) for k, v in parse_qsl(target.query, keep_blank_values=True) if not _TRACKING.fullmatch(k)]
    path = target.path.rstrip("/") or "/"
    return f"{address.scheme}://{address.authority}{path}" + (f"?{urlencode(sorted(query))}" if query else "")


def variants(url: str) -> list[str]:
    """The clean addresses that are taken for the same article: over http and over https."""
    _, separator, rest = clean(url).partition("://")
    return [f"{scheme}://{rest}" for scheme in ("http", "https")] if separator else []


def site_name(url: str) -> str:
    """The host, for an article whose site gives no name."""
    address = web_address(url)
    return address.host.removeprefix("www.") if address else ""
