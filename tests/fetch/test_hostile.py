"""Sites that mean harm, or are broken: each comes to an end in time and within the limit, with words for the reader."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from app.fetch import PAGE, FetchError, fetch

if TYPE_CHECKING:
    from conftest import Site

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
DEADLINE = 2.0


def fetch_from(site: Site, path: str, **options: float):
    return fetch(site.url(path), accept=PAGE, allow=frozenset({site.host_port}), **{"deadline": DEADLINE, **options})  # type: ignore[arg-type]


def raw(answer: bytes) -> str:
    """The path at which the site answers so."""
    return "/raw/" + quote(answer, safe="").replace("/", "%2F")


BROKEN = {
    "fewer bytes than announced": OK + b"Content-Length: 1000\r\n\r\nabc",
    "a negative length": OK + b"Content-Length: -5\r\n\r\nabc",
    "a length in words": OK + b"Content-Length: many\r\n\r\nabc",
    "a length that fits nowhere": OK + b"Content-Length: " + b"9" * 400 + b"\r\n\r\nabc",
    "two lengths": OK + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
    "chunks without a size": CHUNKED + b"zz\r\nabc\r\n",
    "a chunk of a negative size": CHUNKED + b"-3\r\nabc\r\n",
    "a chunk larger than it is": CHUNKED + b"3\r\nabcdefgh\r\n0\r\n\r\n",
    "a chunk that never ends": CHUNKED + b"FFFFFFFFFFFFFFF\r\nabc",
    "chunks that break off": CHUNKED + b"3\r\nabc\r\n",
    "an unknown framing": OK + b"Transfer-Encoding: smoke\r\n\r\nabc",
    "no status": b"HTTP/1.1\r\n\r\nabc",
    "a status in words": b"HTTP/1.1 fine OK\r\n\r\nabc",
    "a header without a name": b"HTTP/1.1 200 OK\r\n: nothing\r\n\r\nabc",
    "a header that is folded": b"HTTP/1.1 200 OK\r\n folded\r\n\r\nabc",
    "zeros": bytes(1000),
    "what is no gzip": OK + b"Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello",
    "half a gzip": OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"hello" * 1000)[:20],
    "packed twice": OK + b"Content-Encoding: gzip, gzip\r\n\r\n" + gzip.compress(gzip.compress(b"hello")),
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_broken_is_called_broken(site: Site, what: str) -> None:
    begun = time.monotonic()
    with pytest.raises(FetchError) as raised:
        fetch_from(site, raw(BROKEN[what]))
    assert raised.value.cause in ("broken", "large")
    assert len(raised.value.message) > 30
    assert time.monotonic() - begun < 20


def test_bytes_after_the_announced_end_are_not_read(site: Site) -> None:
    assert fetch_from(site, raw(OK + b"Content-Length: 3\r\n\r\nabcdefgh")).content == b"abc"


def test_a_redirect_to_a_place_too_long_to_name(site: Site) -> None:
    site.locations = ["http://example.com/" + "a" * 50_000]
    with pytest.raises(FetchError, match="longer than"):
        fetch_from(site, "/location/0")


@pytest.mark.parametrize("path", ["/endless", "/endless-head", "/endless-trailer", "/endless-chunks", "/bomb"])
def test_what_never_ends_is_left_at_the_limit(site: Site, path: str) -> None:
    with pytest.raises(FetchError) as raised:
        fetch_from(site, path, limit=100_000, deadline=15)
    assert raised.value.cause == "large"
    assert site.sent < 12_000_000  # the rest stuck in the socket's buffers


@pytest.mark.parametrize("path", ["/drip", "/dripping-head", "/hang", "/continue"])
def test_who_is_slow_is_left_in_time(site: Site, path: str) -> None:
    begun = time.monotonic()
    with pytest.raises(FetchError, match="took too long") as raised:
        fetch_from(site, path, deadline=0.5)
    assert raised.value.cause == "slow"
    assert 0.4 < time.monotonic() - begun < 20


def test_slow_redirects_share_one_deadline(site: Site) -> None:
    def wait(*_: object) -> float:
        time.sleep(0.2)
        return 0.0

    begun = time.monotonic()
    with pytest.raises(FetchError, match="took too long"):
        fetch(site.url("/loop/0"), accept=PAGE, allow=frozenset({site.host_port}), deadline=0.5, before=wait)
    assert time.monotonic() - begun < 20


GREETINGS = {
    "silence": (b"", "slow"),
    "plain words": (b"HTTP/1.1 400 Bad Request\r\n\r\n", "tls"),
    "garbage": (b"\x16\x03\x03\x00\x05\xff\xff\xff\xff\xff", "tls"),
    "a record that never ends": (b"\x16\x03\x03\x40\x00" + b"\x02" * 100, "slow"),
}


@pytest.fixture
def listener(request: pytest.FixtureRequest) -> Iterator[str]:
    """host:port of a server that answers the greeting of TLS with `request.param`, and then says no more."""
    held: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                held.append(connection)
                connection.recv(4096)
                connection.sendall(request.param)

        threading.Thread(target=answer, daemon=True).start()
        yield f"127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)
    for connection in held:
        connection.close()


@pytest.mark.parametrize(("listener", "cause"), GREETINGS.values(), ids=GREETINGS, indirect=["listener"])
def test_broken_tls(listener: str, cause: str) -> None:
    begun = time.monotonic()
    with pytest.raises(FetchError) as raised:
        fetch(f"https://{listener}/", accept=PAGE, allow=frozenset({listener}), deadline=0.7)
    assert raised.value.cause == cause
    assert time.monotonic() - begun < 20
