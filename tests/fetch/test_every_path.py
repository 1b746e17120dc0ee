"""Every way in which the program reaches out goes through the one guarded fetcher: each is sent to every private address
that there is a way to write, by itself and by a redirect of a public site, and reaches none."""

from __future__ import annotations

import ast
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app import robots
from app.articles import intake, recheck
from app.db import Database
from app.errors import AppError
from app.feeds import poll
from app.fetch import PAGE, FetchError, check_address, post
from app.handlers import MAX_PICTURES, Work, pictures
from app.models import Picture, Revision
from app.robots import visit
from app.settings import ROOT, Settings
from app.sources.titles import title_at
from tests.fetch.forms import addresses
from tests.making import make_article

if TYPE_CHECKING:
    from conftest import Site

Canary = tuple[int, list[str]]
ALLOWED_MODULES = {
    "app/connections.py": {"socket", "ssl", "httpcore"},
    "app/fetch.py": {"httpcore"},
    "app/jobs.py": {"socket"},  # the name of this machine
}
NETWORK = {
    "socket",
    "ssl",
    "httpcore",
    "httpx",
    "requests",
    "urllib3",
    "aiohttp",
    "http",
    "ftplib",
    "smtplib",
    "poplib",
}
NETWORK |= {"imaplib", "telnetlib", "xmlrpc", "asyncio", "socketserver", "websockets", "curl_cffi", "pycurl"}
LOADERS = {"urlopen", "urlretrieve", "fetch_url", "fetch_response", "create_connection", "open_connection"}


def test_no_other_module_can_reach_the_network() -> None:
    found: dict[str, set[str]] = {}
    for path in (ROOT / "app").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
            elif isinstance(node, ast.Attribute | ast.Name):
                called = node.attr if isinstance(node, ast.Attribute) else node.id
                names = [called] if called in LOADERS else []
            for name in names:
                if name.split(".")[0] in NETWORK | LOADERS or name.startswith("urllib.request"):
                    found.setdefault(path.relative_to(ROOT).as_posix(), set()).add(name.split(".")[0])
    served = {"app/serving.py"}  # listens; it opens no connection
    assert {name: used for name, used in found.items() if name not in served} == {
        name: used for name, used in ALLOWED_MODULES.items() if name in found
    }
    assert "app/connections.py" in found


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(robots, "PAUSE", 0.0)
    robots.forget()
    yield
    robots.forget()


Path_ = Callable[[str, Settings], object]


def page(url: str, settings: Settings) -> object:
    return intake.from_address(url, settings)


def page_in_bulk(url: str, settings: Settings) -> object:
    return intake.from_address(url, settings, patience=60)


def again(url: str, settings: Settings) -> object:
    check = recheck.look(recheck.Known(url, None, "words"), settings)
    assert check.outcome == "failed"
    raise FetchError("private", check.problem)


def feed(url: str, settings: Settings) -> object:
    return poll.ask(url, settings)


def named_feed(url: str, settings: Settings) -> object:
    return poll.look(url, settings)


def title(url: str, settings: Settings) -> object:
    assert title_at(url, allow=settings.fetch_allow) == ""
    raise FetchError("private", "no title")


def rules(url: str, settings: Settings) -> object:
    return visit(url, accept=PAGE, allow=settings.fetch_allow)


def webhook(url: str, settings: Settings) -> object:
    """Over https, as it has to be but where a host is allowed."""
    secure = url if settings.fetch_allow else url.replace("http://", "https://", 1)
    return post(secure, content=b"{}", headers={}, allow=settings.fetch_allow)


def new_webhook(url: str, settings: Settings) -> object:
    return check_address(url.replace("http://", "https://", 1), allow=settings.fetch_allow)


PATHS = (page, page_in_bulk, again, feed, named_feed, title, rules, webhook)


@pytest.mark.parametrize("path", [*PATHS, new_webhook], ids=lambda path: path.__name__)
def test_no_form_of_a_private_address_is_reached(
    path: Path_, canary: Canary, tried: list[str], settings: Settings
) -> None:
    port, reached = canary
    forms = addresses(port)
    assert len(forms) >= 288
    for url in forms:
        with pytest.raises(AppError):
            path(url, settings)
    assert tried == []
    assert reached == []


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.__name__)
def test_no_redirect_leads_to_one(
    path: Path_, site: Site, canary: Canary, tried: list[str], settings: Settings
) -> None:
    port, reached = canary
    site.locations = [form for form in addresses(port) if form.isprintable() and led_away(form)]
    assert len(site.locations) >= 288
    settings = replace(settings, fetch_allow=frozenset({site.host_port}))
    for number in range(len(site.locations)):
        with pytest.raises(AppError):
            path(site.url(f"/location/{number}"), settings)
    assert len(site.requests) >= len(site.locations)
    assert len(tried) == len(site.requests), "something else was connected to"
    assert reached == []


def led_away(form: str) -> bool:
    """Not a way of writing a path on the site itself, which may be answered."""
    return "://" in form.partition("?")[0] and not form.startswith(("\t", "\u00a0"))


def test_no_robots_txt_leads_to_one(site: Site, canary: Canary, tried: list[str], settings: Settings) -> None:
    port, reached = canary
    allow = frozenset({site.host_port})
    forms = [form for form in addresses(port) if form.isprintable() and led_away(form)]
    for form in forms:
        robots.forget()
        site.robots = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + form.encode() + b"\r\n\r\n"
        assert visit(site.url("/page"), accept=PAGE, allow=allow).status == 200
    assert len(forms) >= 288
    assert len(tried) == len(site.requests) >= 2 * len(forms)  # some forms name a path on the site
    assert reached == []


@pytest.mark.parametrize("redirected", [False, True])
def test_no_picture_is_fetched_from_one(
    redirected: bool, site: Site, canary: Canary, tried: list[str], settings: Settings, tmp_path: Path
) -> None:
    port, reached = canary
    forms = addresses(port)
    if redirected:
        site.locations = [form for form in forms if form.isprintable() and led_away(form)]
        forms = [site.url(f"/location/{number}") for number in range(len(site.locations))]
    assert len(forms) >= 288
    database = Database(replace(settings, fetch_allow=frozenset({site.host_port})))
    article_id = make_article(database)
    with database.write() as db:
        revision = db.query(Revision).filter_by(article_id=article_id).one()
        db.add_all(Picture(revision_id=revision.id, position=n, url=form) for n, form in enumerate(forms))
        revision_id = revision.id
    for start in range(0, len(forms), MAX_PICTURES):
        work = Work({"revision_id": revision_id}, database, lambda *_: None, lambda *_: None)
        store = pictures(work)
        with database.write() as db:
            store(db)
            if start == 0:
                assert db.query(Picture).filter(Picture.error != "").count() == MAX_PICTURES
            db.query(Picture).filter(Picture.error != "").delete()
    with database.read() as db:
        assert db.query(Picture).count() == 0
    database.close()
    assert len(tried) == len(site.requests) >= (len(forms) if redirected else 0)
    assert redirected or tried == []
    assert reached == []


def test_a_name_that_changes_its_mind_reaches_nothing(
    canary: Canary, tried: list[str], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    port, reached = canary
    said: list[str] = []

    def rebind(host: str, port: int, **_: int) -> list[object]:
        said.append("93.184.216.34" if len(said) % 2 == 0 else "127.0.0.1")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (said[-1], port))]

    monkeypatch.setattr(socket, "getaddrinfo", rebind)
    for path in PATHS:
        for _ in range(4):
            with pytest.raises(AppError):
                path(f"http://rebinding{len(said)}.example:{port}/", settings)
    assert set(tried) == {"93.184.216.34"}
    assert len(said) >= 4 * len(PATHS)
    assert reached == []
