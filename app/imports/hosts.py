"""Sites take turns, so that an import keeps no site, and none keeps it, busy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit


def host_of(address: str) -> str:
    """The site that an address is fetched from; "" where it is none."""
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def in_turn(addresses: Iterable[str]) -> Iterator[str]:
    """The addresses with their sites taking turns; those of one site stay in their order."""
    by_host: dict[str, list[str]] = defaultdict(list)
    for address in addresses:
        by_host[host_of(address)].append(address)
    waiting = [iter(each) for each in by_host.values()]
    while waiting:
        going_on = []
        for each in waiting:
            if (found := next(each, None)) is not None:
                yield found
                going_on.append(each)
        waiting = going_on
