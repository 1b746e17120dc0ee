"""What sites ask of programs is obeyed, and processes take turns at a site."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from app import robots
from app.fetch import PAGE, Fetched, FetchError
from app.robots import visit

if TYPE_CHECKING:
    from conftest import Site


@pytest.fixture(autouse=True)
def _nothing_known() -> Iterator[None]:
    robots.forget()
    yield
    robots.forget()


def said(text: str, status: str = "200 OK") -> bytes:
    body = text.encode()
    return f"HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def visit_to(site: Site, path: str = "/page", **options: Any) -> Fetched:
    return visit(site.url(path), accept=PAGE, allow=frozenset({site.host_port}), **options)


def asked(site: Site) -> list[str]:
    return [request.split(" ")[1] for request in site.requests]


ALL_BUT_US = "User-agent: *\nDisallow: /\n\nUser-agent: quotidian\nAllow: /\n"


@pytest.mark.parametrize(
    ("rules", "path", "may"),
    [
        ("User-agent: *\nDisallow: /", "/page", False),
        ("User-agent: *\nDisallow: /private", "/page", True),
        ("User-agent: *\nDisallow: /*ge$", "/page", False),
        ("User-agent: *\nDisallow: /\nAllow: /page", "/page", True),
        ("User-agent: Quotidian\nDisallow: /page", "/page", False),
        ("User-agent: QUOTIDIAN\nDisallow: /page", "/page", False),
        ("User-agent: Elsebot\nDisallow: /", "/page", True),
        (ALL_BUT_US, "/page", True),
        ("", "/page", True),
        ("<html>Not found</html>", "/page", True),
        ("Disallow: /", "/page", True),  # of nobody
        ("\x00\xff" * 5000, "/page", True),
    ],
)
def test_rules_are_obeyed(site: Site, rules: str, path: str, may: bool) -> None:
    site.robots = said(rules)
    if may:
        assert visit_to(site, path).content.decode() == site.page
        assert asked(site) == ["/robots.txt", path]
        return
    with pytest.raises(FetchError) as raised:
        visit_to(site, path)
    assert raised.value.cause == "robots"
    assert "asks programs not to read this page (robots.txt)" in raised.value.message
    assert "bookmarklet" in raised.value.message
    assert "paste" in raised.value.message
    assert asked(site) == ["/robots.txt"]


def test_rules_are_asked_for_once_a_day(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.robots = said("User-agent: *\nDisallow: /private")
    for _ in range(3):
        visit_to(site)
    assert asked(site).count("/robots.txt") == 1
    monotonic = time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: monotonic() + robots.DAY + 1)
    visit_to(site)
    assert asked(site).count("/robots.txt") == 2


@pytest.mark.parametrize(
    ("answer", "may"),
    [
        (said("", "404 Not Found"), True),
        (said("User-agent: *\nDisallow: /", "403 Forbidden"), True),
        (said("", "429 Too Many"), True),
        (said("", "500 Broken"), False),
        (said("", "503 Busy"), False),
        (b"garbage\r\n\r\n", True),
        (b"HTTP/1.1 302 Found\r\nLocation: /loop/0\r\nContent-Length: 0\r\n\r\n", True),
        (b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n", True),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 9000000\r\n\r\n", True),
    ],
)
def test_rules_that_cannot_be_had(site: Site, answer: bytes, may: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    site.robots = answer
    if may:
        assert visit_to(site).status == 200
        return
    with pytest.raises(FetchError, match=r"left alone for ten minutes\. You can open the page") as raised:
        visit_to(site)
    assert raised.value.cause == "robots"
    site.robots = said("")
    monotonic = time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: monotonic() + robots.SHORT + 1)
    assert visit_to(site).status == 200


def test_slow_rules_forbid_nothing_and_take_part_of_the_time(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.robots = b"HTTP/1.1 302 Found\r\nLocation: /hang\r\nContent-Length: 0\r\n\r\n"
    begun = time.monotonic()
    assert visit_to(site, deadline=4).status == 200
    assert time.monotonic() - begun < 4


def test_a_host_that_cannot_be_reached_says_so(tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="Nothing answers") as raised:
        visit("http://127.0.0.1:9/page", accept=PAGE, allow=frozenset({"127.0.0.1:9"}))
    assert raised.value.cause == "unreachable"


def test_where_a_redirect_leads_has_rules_too(site: Site) -> None:
    site.robots = said("User-agent: *\nDisallow: /page")
    with pytest.raises(FetchError) as raised:
        visit_to(site, "/to/!page")
    assert raised.value.cause == "robots"
    assert asked(site) == ["/robots.txt", "/to/!page"]


def test_pictures_of_a_page_that_was_asked_for_need_no_leave(site: Site, tmp_path: Path) -> None:
    site.robots = said("User-agent: *\nDisallow: /")
    assert visit_to(site, obey=False, turns=tmp_path).status == 200
    assert asked(site) == ["/page"]


# Turns


def times_of(folder: Path, host: str = "127.0.0.1") -> float:
    """Seconds until the host may be asked again."""
    return float(json.loads((folder / "turns.json").read_text())[host]) - time.time()


def test_background_work_asks_a_host_once_a_pause(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(robots, "PAUSE", 0.4)
    at: list[float] = []
    answer = site.requests

    class Noted(list[str]):
        def append(self, request: str) -> None:
            at.append(time.monotonic())
            super().append(request)

    site.requests = Noted(answer)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: visit_to(site, turns=tmp_path), range(5)))
    assert len(at) >= 6  # the rules, and five pages
    gaps = [later - earlier for earlier, later in pairwise(sorted(at))]
    assert min(gaps) > 0.2, gaps


def test_a_person_does_not_wait(site: Site, tmp_path: Path) -> None:
    robots._take_turn(tmp_path, "127.0.0.1", pause=60)
    begun = time.monotonic()
    assert visit_to(site).status == 200
    assert time.monotonic() - begun < 20


WORK = """
import sys, time
from pathlib import Path
from app import robots
for _ in range(20):
    print(time.time() + robots._take_turn(Path(sys.argv[1]), "news.example", pause=1))
"""


def test_processes_take_turns_together(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WORK, str(tmp_path)]
    workers = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]) for _ in range(2)
    ]
    at = sorted(float(line) for worker in workers for line in worker.communicate(timeout=60)[0].split())
    assert [worker.returncode for worker in workers] == [0, 0]
    assert len(at) == 40
    assert min(later - earlier for earlier, later in pairwise(at)) > 0.5


def test_a_crawl_delay_is_kept_in_the_background(site: Site, tmp_path: Path) -> None:
    site.robots = said("User-agent: *\nCrawl-delay: 30\n")
    visit_to(site)  # a person's visit: the rules are known from here on
    visit_to(site, turns=tmp_path)
    assert 25 < times_of(tmp_path) < 31
    with pytest.raises(FetchError) as raised:
        visit_to(site, turns=tmp_path, patience=5)
    assert raised.value.cause == "wait"
    assert 24 < (raised.value.retry_after or 0) < 31
    assert 25 < times_of(tmp_path) < 31  # who gave up has taken no turn
    assert asked(site).count("/page") == 2


@pytest.mark.parametrize(
    ("path", "at_least", "at_most"), [("/later/429-120", 110, 122), ("/later/503-90", 80, 92), ("/later/429-", 50, 62)]
)
def test_who_asks_to_wait_is_left_alone(site: Site, tmp_path: Path, path: str, at_least: float, at_most: float) -> None:
    with pytest.raises(FetchError):
        visit_to(site, path, turns=tmp_path, obey=False)
    assert at_least < times_of(tmp_path) < at_most
    before = len(site.requests)
    with pytest.raises(FetchError, match="asks to be left alone") as raised:
        visit_to(site, turns=tmp_path, obey=False, patience=1)
    assert raised.value.cause == "wait"
    assert len(site.requests) == before


@pytest.mark.parametrize("left", ["", "{", "[1]", '{"a": "b"}', '{"127.0.0.1": 1e300}', '{"127.0.0.1": -5}'])
def test_turns_that_cannot_be_read_stop_nobody_for_good(site: Site, tmp_path: Path, left: str) -> None:
    (tmp_path / "turns.json").write_text(left)
    if "1e300" in left:  # a clock that was set back: a day at most
        with pytest.raises(FetchError, match="asks to be left alone") as raised:
            visit_to(site, turns=tmp_path, obey=False, patience=1)
        assert (raised.value.retry_after or 0) <= 86_400
    else:
        assert visit_to(site, turns=tmp_path, obey=False).status == 200


def test_hosts_do_not_wait_for_each_other_and_are_forgotten(tmp_path: Path) -> None:
    begun = time.monotonic()
    for number in range(300):
        robots._take_turn(tmp_path, f"host{number}.example", pause=0.01)
    assert time.monotonic() - begun < 30
    time.sleep(0.05)
    robots._take_turn(tmp_path, "last.example", pause=1)
    assert list(json.loads((tmp_path / "turns.json").read_text())) == ["last.example"]
