"""What a reader is told of a site, however it behaves, and what is taken from it."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.connections import tls_context
from app.fetch import PAGE, PICTURE, FetchError, fetch

if TYPE_CHECKING:
    from conftest import Site


def fetch_from(site: Site, path: str, *, accept: str = PAGE, deadline: float = 15.0):
    return fetch(site.url(path), accept=accept, allow=frozenset({site.host_port}), deadline=deadline)


@pytest.mark.parametrize("path", ["/page", "/untyped", "/gzip", "/deflate", "/bare", "/hops/5", "/to/!page"])
def test_a_page_arrives_whole(site: Site, path: str):
    page = fetch_from(site, path + "#passage")
    assert page.content.decode() == site.page
    assert page.status == 200
    assert page.media_type == ("" if path == "/untyped" else "text/html")
    assert page.url == site.url("/page" if "hops" in path or "to" in path else path)
    assert abs(page.fetched_at - datetime.now(UTC)) < timedelta(seconds=20)


def test_a_charset_is_told(site: Site):
    page = fetch_from(site, "/latin")
    assert (page.media_type, page.charset) == ("text/html", "iso-8859-1")
    assert page.content.decode(page.charset) == "Zürich"


def test_the_program_says_who_it_is_and_carries_nothing_along(site: Site):
    fetch_from(site, "/page?q=für%20alle 1")
    request = site.requests[-1]
    assert request.startswith("GET /page?q=f%C3%BCr%20alle%201 HTTP/1.1\r\n")
    assert "Quotidian" in request
    assert not {"cookie:", "referer:", "authorization:"} & {
        line.split(" ")[0].lower() for line in request.split("\r\n")
    }


@pytest.mark.parametrize(
    ("path", "cause", "words"),
    [
        ("/endless", "large", "larger than 10 MB"),
        ("/announced", "large", "larger than 10 MB"),
        ("/bomb", "large", "larger than 10 MB"),
        ("/heads", "large", "head of this site's answer is too large"),
        ("/cut", "broken", "cannot be unpacked"),
        ("/brotli", "broken", "cannot be unpacked"),
        ("/garbage", "broken", "does not answer as a web site"),
        ("/short", "broken", "broke off"),
        ("/silent", "broken", "broke off"),
        ("/loop", "redirects", "more than 5 times"),
        ("/hops/6", "redirects", "more than 5 times"),
        ("/lost", "status", "302"),
        ("/film", "type", "holds video/mp4, not a page of text"),
        ("/picture", "type", "holds image/gif"),
        ("/status/403", "status", "refuses to show this page to programs"),
        ("/status/404", "status", "no page at this address"),
        ("/status/429", "status", "asks to wait"),
        ("/status/503", "status", "has trouble"),
        ("/to/ftp:!!example.com!", "scheme", "http:// or https://"),
        ("/to/http:!![", "address", "not a web address"),
        ("/to/http:!!user:secret@example.com!", "credentials", "user name or password"),
        ("/to/http:!!127.0.0.1:9!", "private", "private network"),
        ("/to/http:!![::1]!", "private", "private network"),
    ],
)
def test_a_reader_is_told_why_nothing_came(site: Site, path: str, cause: str, words: str):
    with pytest.raises(FetchError) as raised:
        fetch_from(site, path)
    assert raised.value.cause == cause
    assert words in raised.value.message
    assert raised.value.errors == {"url": raised.value.message}


@pytest.mark.parametrize("path", ["/endless", "/bomb"])
def test_no_more_than_the_limit_is_taken(site: Site, path: str):
    with pytest.raises(FetchError):
        fetch_from(site, path)
    assert site.sent < 25_000_000  # the rest stuck in the socket's buffers


def test_a_slow_name_lookup_is_left_in_time(monkeypatch: pytest.MonkeyPatch):
    found = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found.wait(30))
    begun = time.monotonic()
    with pytest.raises(FetchError, match=r"Looking up slow\.example took too long"):
        fetch("http://slow.example/", accept=PAGE, deadline=0.5)
    assert time.monotonic() - begun < 20
    found.set()


def test_a_dead_port_and_an_unknown_host(monkeypatch: pytest.MonkeyPatch):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        dead = f"127.0.0.1:{unused.getsockname()[1]}"
        with pytest.raises(FetchError, match=f"Nothing answers at {dead}"):
            fetch(f"http://{dead}/", accept=PAGE, allow=frozenset({dead}))

    def nowhere(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    with pytest.raises(FetchError, match=r"There is no site called no-such\.example"):
        fetch("http://no-such.example/", accept=PAGE)


def test_a_server_without_a_certificate_is_not_trusted(site: Site):
    with pytest.raises(FetchError, match="secure connection") as raised:
        fetch(site.url().replace("http:", "https:"), accept=PAGE, allow=frozenset({site.host_port}), deadline=3)
    assert raised.value.cause == "tls"


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Self-signed, for news.example; key and certificate in one file."""
    path = tmp_path / "news.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=news.example"
    extension = ["-addext", "subjectAltName=DNS:news.example"]
    files = ["-keyout", str(path), "-out", str(tmp_path / "certificate.pem")]
    subprocess.run([*command.split(), *extension, *files], check=True, capture_output=True)
    path.write_text(path.read_text() + (tmp_path / "certificate.pem").read_text())
    return path


@pytest.mark.parametrize("known", [("news.example", True), ("news.example", False), ("other.example", True)])
def test_a_certificate_must_be_trusted_and_for_the_host(
    site: Site,
    certificate: Path,
    known: tuple[str, bool],
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
):
    name, trusted = known
    asked_for: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.sni_callback = lambda _, server_name, __: asked_for.append(server_name)
    site.tls = context
    port = int(site.host_port.partition(":")[2])
    place = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [place])
    tls_context.cache_clear()
    if trusted:
        tls_context().load_verify_locations(certificate)
    request.addfinalizer(tls_context.cache_clear)
    url, allow = f"https://{name}:{port}/page", frozenset({f"{name}:{port}"})
    if trusted and name == "news.example":
        assert fetch(url, accept=PAGE, allow=allow, deadline=5).content.decode() == site.page
    else:
        with pytest.raises(FetchError, match="certificate is not valid"):
            fetch(url, accept=PAGE, allow=allow, deadline=5)
        assert site.requests == []
    assert asked_for == [name]


def test_pictures_are_asked_for_as_pictures(site: Site):
    assert fetch_from(site, "/picture", accept=PICTURE).media_type == "image/gif"
    with pytest.raises(FetchError, match="holds text/html, not a picture"):
        fetch_from(site, "/page", accept=PICTURE)


def test_what_is_allowed_is_one_port_of_one_host(site: Site):
    other = site.url().replace("127.0.0.1", "127.0.0.2")
    for url in (site.url(), other):
        with pytest.raises(FetchError, match="private network"):
            fetch(url, accept=PAGE, allow=frozenset({"127.0.0.1:1", "localhost"}))
    assert site.requests == []


def test_many_at_once(site: Site):
    with ThreadPoolExecutor(8) as pool:
        pages = list(pool.map(lambda _: fetch_from(site, "/gzip"), range(40)))
    assert {page.content.decode() for page in pages} == {site.page}
