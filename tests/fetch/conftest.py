"""Loopback servers that misbehave on purpose."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import unquote, unquote_to_bytes

import pytest

from tests.fetch.forms import NAMES

PAGE = "<html><head><title>Mayor of Velden resigns</title></head><body><p>“I am done,” she said.</p></body></html>"


def head(status: str = "200 OK", **headers: str | int) -> bytes:
    lines = [f"HTTP/1.1 {status}", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def whole(body: bytes, content_type: str = "text/html; charset=utf-8", **headers: str | int) -> bytes:
    return head(Content_Type=content_type, Content_Length=len(body), **headers) + body


def bare_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def elsewhere(location: str) -> bytes:
    return b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + location.encode() + b"\r\n\r\n"


def dated(request: str, page: bytes) -> bytes:
    """A page with a mark of its version, for those who do not have that version."""
    if 'if-none-match: "one"' in request.lower():
        return head("304 Not Modified", ETag='"one"')
    return whole(page, ETag='"one"', Last_Modified="Monday")


@dataclass
class Site:
    """A server of one test. `requests` are the heads it was sent, `sent` how many bytes it got rid of."""

    sock: socket.socket
    requests: list[str] = field(default_factory=list)
    sent: int = 0
    page: str = PAGE
    tls: ssl.SSLContext | None = None
    robots: bytes | None = None
    locations: list[str] = field(default_factory=list)

    @property
    def host_port(self) -> str:
        return f"127.0.0.1:{self.sock.getsockname()[1]}"

    def url(self, path: str = "/") -> str:
        return f"http://{self.host_port}{path}"

    def send(self, connection: socket.socket, data: bytes) -> None:
        connection.sendall(data)
        self.sent += len(data)

    def serve(self, answer: Callable[[Site, socket.socket, str], None]) -> None:
        while True:
            try:
                connection, _ = self.sock.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection, answer), daemon=True).start()

    def _answer(self, plain: socket.socket, answer: Callable[[Site, socket.socket, str], None]) -> None:
        with suppress(OSError), self.tls.wrap_socket(plain, True) if self.tls else plain as connection:
            request = b""
            while b"\r\n\r\n" not in request:
                request += connection.recv(4096)
                if request.startswith(b"\x16"):  # a TLS greeting, to a site without TLS
                    return
            self.requests.append(request.decode())
            answer(self, connection, request.decode().split(" ")[1].partition("?")[0])


def answers(site: Site, connection: socket.socket, path: str) -> None:
    """What stands at each path of the misbehaving site."""
    page = PAGE.encode()
    name, _, argument = path.strip("/").partition("/")
    plain = {
        "page": lambda: whole(page),
        "latin": lambda: whole("Zürich".encode("latin-1"), "TEXT/HTML;Charset='ISO-8859-1'"),
        "untyped": lambda: head(Content_Length=len(page)) + page,
        "gzip": lambda: whole(gzip.compress(page), Content_Encoding="gzip"),
        "deflate": lambda: whole(zlib.compress(page), Content_Encoding="deflate"),
        "bare": lambda: whole(bare_deflate(page), Content_Encoding="deflate"),
        "cut": lambda: head(Content_Type="text/html", Content_Encoding="gzip") + gzip.compress(page)[:-20],
        "brotli": lambda: whole(b"\x0b\x02\x80", Content_Encoding="br"),
        "bomb": lambda: whole(gzip.compress(bytes(300_000_000), 1), Content_Encoding="gzip"),
        "announced": lambda: head(Content_Type="text/html", Content_Length=11_000_000),
        "film": lambda: whole(b"....", "video/mp4"),
        "picture": lambda: whole(b"GIF89a", "image/gif"),
        "heads": lambda: head(**{f"X{n}": "x" * 1000 for n in range(400)}),
        "garbage": lambda: b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
        "short": lambda: head(Content_Type="text/html", Content_Length=1000) + b"abc",
        "silent": lambda: b"",
        "to": lambda: head("302 Found", Location=unquote(argument).replace("!", "/"), Content_Length=0),
        "loop": lambda: head("301 Moved", Location=f"/loop/{int(argument or 0) + 1}", Content_Length=0),
        "hops": lambda: head("307 Go", Location=f"/hops/{int(argument) - 1}" if argument != "1" else "/page"),
        "lost": lambda: head("302 Found", Content_Length=0),
        "status": lambda: head(f"{argument} Status", Content_Length=0),
        "later": lambda: head(f"{argument[:3]} Wait", Retry_After=unquote(argument[4:]), Content_Length=0),
        "location": lambda: elsewhere(site.locations[int(argument)]),
        "raw": lambda: unquote_to_bytes(argument),
        "robots.txt": lambda: site.robots or head("404 Not Found", Content_Length=0),
        "dated": lambda: dated(site.requests[-1], page),
    }
    if name in plain:
        site.send(connection, plain[name]())
    elif name in ("endless-head", "endless-trailer", "endless-chunks"):
        begin = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n"
        begin += {"endless-head": b"", "endless-trailer": b"\r\n3\r\nabc\r\n0\r\n", "endless-chunks": b"\r\n"}[name]
        more = b"1;" + b"x" * 1000 + b"\r\na\r\n" if name == "endless-chunks" else b"X-More: " + b"x" * 1000 + b"\r\n"
        site.send(connection, begin)
        while True:
            site.send(connection, more * 10)
    elif name == "endless":
        site.send(connection, head(Content_Type="text/html"))
        while True:
            site.send(connection, b"<p>more</p>" * 1000)
    elif name in ("drip", "dripping-head", "continue"):
        site.send(connection, {"drip": head(Content_Type="text/html"), "continue": b""}.get(name, b"HTTP/1.1 "))
        while True:
            site.send(connection, b"HTTP/1.1 100 Continue\r\n\r\n" if name == "continue" else b"1")
            time.sleep(0.05)
    elif name == "hang":
        connection.recv(1)


@pytest.fixture
def site() -> Iterator[Site]:
    with socket.create_server(("127.0.0.1", 0)) as sock:
        site = Site(sock)
        threading.Thread(target=site.serve, args=(answers,), daemon=True).start()
        yield site
        sock.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def canary() -> Iterator[tuple[int, list[str]]]:
    """Something private: its port, and the heads of what reached it."""
    reached: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                reached.append(connection.recv(200).decode("latin-1"))
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\nsecret")
                connection.close()

        threading.Thread(target=listen, daemon=True).start()
        yield server.getsockname()[1], reached
        server.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every IP address a stream socket is told to connect to. Only the loopback interface is really reached; names
    are looked up in NAMES, numbers by the C library, so that its leniency counts."""
    attempts: list[str] = []
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def recording_connect(self: socket.socket, place: tuple[str, int]) -> None:
        if self.type == socket.SOCK_STREAM:
            attempts.append(place[0])
            if place[0] not in ("127.0.0.1", "::1"):
                raise ConnectionRefusedError
        connect(self, place)

    def look_up_here(host: str, port: int, *args: int, type: int = socket.SOCK_STREAM, **_: int) -> list[object]:
        places = NAMES.get(host.rstrip(".").lower(), [host])
        return [found for place in places for found in look_up(place, port, type=type, flags=socket.AI_NUMERICHOST)]

    monkeypatch.setattr(socket.socket, "connect", recording_connect)
    monkeypatch.setattr(socket, "getaddrinfo", look_up_here)
    return attempts
