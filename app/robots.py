"""Manners towards sites: what robots.txt asks of programs is obeyed (RFC 9309), and background work takes turns, so that
one site is asked once a second by all our processes together; a site that asks to wait is left alone for as long.
Turns are kept in one locked file in the data folder: processes that share it are polite together."""

from __future__ import annotations

import fcntl
import json
import math
import time
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from app.addresses import Address
from app.fetch import DEADLINE, LIMIT, LONGEST_WAIT, ROBOTS, Fetched, FetchError, fetch

if TYPE_CHECKING:
    from protego import Protego

AGENT = "Quotidian"  # what a robots.txt calls us
DAY, SHORT = 86_400.0, 600.0  # seconds that an answer is believed, and that trouble is
ROBOTS_LIMIT, ROBOTS_DEADLINE = 2_000_000, 5.0
KEPT = 1000
PAUSE = 1.0  # seconds between two requests to a host
PATIENCE = 60.0  # seconds that somebody waits for a turn
ASKED_TO_WAIT = 60.0  # where a site says 429 and not for how long
REFUSED = (
    "This site asks programs not to read this page (robots.txt). Open it in your browser and use the bookmarklet there, "
    "or paste it."
)


def visit(
    url: str,
    *,
    accept: str,
    allow: frozenset[str] = frozenset(),
    turns: Path | None = None,
    patience: float = PATIENCE,
    obey: bool = True,
    limit: int = LIMIT,
    deadline: float = DEADLINE,
    etag: str = "",
    last_modified: str = "",
) -> Fetched:
    """`fetch` with manners. `turns` is the data folder, for background work: it waits for its turn at each host, `patience`
    seconds at most; what a person asks for here and now has None. `obey` is False for addresses that are there to be asked
    by programs: feeds. Raises FetchError: also "robots" where the site refuses, "wait" where the turn is too far away."""
    visited: list[Address] = []

    def before(address: Address, left: float) -> float:
        visited.append(address)
        return _before(address, left, allow, turns, obey=obey, patience=patience)

    conditions = {"etag": etag, "last_modified": last_modified}
    try:
        return fetch(url, accept=accept, allow=allow, limit=limit, deadline=deadline, before=before, **conditions)
    except FetchError as error:
        if turns and error.answered in (429, 503):
            wait = error.retry_after if error.retry_after is not None else ASKED_TO_WAIT * (error.answered == 429)
            _take_turn(turns, visited[-1].host, pause=wait)
        raise


def _before(
    address: Address, left: float, allow: frozenset[str], turns: Path | None, *, obey: bool, patience: float
) -> float:
    """Asks for the rules where they are not known, and waits for a turn; answers the seconds waited."""
    waited, rules = 0.0, _EVERYTHING
    if obey:
        known = _known(address.origin)
        if known is None and turns:
            waited += _wait(turns, address.host, PAUSE, patience)
        rules = known or _learn(address, allow, deadline=min(ROBOTS_DEADLINE, left / 2))
        rules.check(address)
    if turns:
        waited += _wait(turns, address.host, max(PAUSE, rules.delay), patience)
    return waited


# What robots.txt says


@dataclass(frozen=True)
class Rules:
    """What an origin asks of us, believed `until` (monotonic). `problem` is why nothing may be read for now."""

    until: float
    parsed: Protego | None = None
    problem: str = ""
    delay: float = 0.0

    def check(self, address: Address) -> None:
        if self.problem:
            raise FetchError("robots", self.problem)
        if self.parsed is not None and not self.parsed.can_fetch(address.url, AGENT):
            raise FetchError("robots", REFUSED)


_EVERYTHING = Rules(0.0)
_rules: OrderedDict[str, Rules] = OrderedDict()
_lock = Lock()


def forget() -> None:
    with _lock:
        _rules.clear()


def _known(origin: str) -> Rules | None:
    with _lock:
        rules = _rules.get(origin)
        if rules is not None:
            _rules.move_to_end(origin)
    return rules if rules is not None and rules.until > time.monotonic() else None


def _learn(address: Address, allow: frozenset[str], *, deadline: float) -> Rules:
    rules = _ask(address, allow, deadline)
    with _lock:
        _rules[address.origin] = rules
        while len(_rules) > KEPT:
            _rules.popitem(last=False)
    return rules


def _ask(address: Address, allow: frozenset[str], deadline: float) -> Rules:
    """RFC 9309, 2.3.1: what is missing (4xx) forbids nothing, a server in trouble (5xx) everything for a while. One that
    is broken or slow forbids nothing for a while. A host that cannot be reached at all raises FetchError."""
    visited: list[Address] = []

    def before(hop: Address, _left: float) -> float:
        visited.append(hop)
        return 0.0

    place = f"{address.origin}/robots.txt"
    try:
        got = fetch(place, accept=ROBOTS, allow=allow, limit=ROBOTS_LIMIT, deadline=deadline, before=before)
    except FetchError as error:
        if error.cause in ("private", "unknown_host", "unreachable", "tls") and len(visited) == 1:
            raise
        if error.answered is not None and error.answered >= 500:
            problem = (
                f"This site's rules for programs (robots.txt) cannot be had just now (HTTP status {error.answered}), so its "
                "pages are left alone for ten minutes. You can open the page in your browser and paste it."
            )
            return Rules(time.monotonic() + SHORT, problem=problem)
        return Rules(time.monotonic() + (DAY if error.cause == "status" else SHORT))
    return _parsed(got.content.decode("utf-8", "replace"))


def _parsed(text: str) -> Rules:
    from protego import Protego

    parsed = Protego.parse(text)
    delay = parsed.crawl_delay(AGENT) or 0.0
    return Rules(time.monotonic() + DAY, parsed, delay=min(max(delay, 0.0), LONGEST_WAIT))


# Turns


def _wait(folder: Path, host: str, pause: float, patience: float) -> float:
    """Waits until it is our turn, and says when the next one may come: `pause` seconds after us."""
    wait = _take_turn(folder, host, pause=pause, patience=patience)
    if wait > patience:
        minutes = math.ceil(wait / 60)
        message = f"{host} asks to be left alone; it can be asked again in {minutes} minute{'s' * (minutes > 1)}."
        raise FetchError("wait", message, retry_after=wait)
    time.sleep(wait)
    return wait


def _take_turn(folder: Path, host: str, *, pause: float, patience: float = LONGEST_WAIT) -> float:
    """The seconds until our turn, which is taken where they are no more than `patience`."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "turns.json").open("a+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # until it is closed, however that comes about
        file.seek(0)
        now, turns = time.time(), _read(file.read())
        turn = min(max(now, turns.get(host, now)), now + LONGEST_WAIT)
        turns = {name: at for name, at in turns.items() if at > now}
        if turn - now <= patience:
            turns[host] = turn + pause
        file.seek(0)
        file.truncate()
        json.dump(turns, file)
    return turn - now


def _read(text: str) -> dict[str, float]:
    """Nothing where a process was killed while it wrote."""
    try:
        return {str(host): float(at) for host, at in json.loads(text or "{}").items()}
    except (ValueError, TypeError, AttributeError):
        return {}
