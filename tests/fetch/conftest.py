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
from urllib.parse import unquote

import pytest

PAGE = "<html><head><title>Mayor of Velden resigns</title></head><body><p>“I am done,” she said.</p></body></html>"


def head(status: str = "200 OK", **headers: str | int) -> bytes:
    lines = [f"HTTP/1.1 {status}", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def whole(body: bytes, content_type: str = "text/html; charset=utf-8", **headers: str | int) -> bytes:
    return head(Content_Type=content_type, Content_Length=len(body), **headers) + body


def bare_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


@dataclass
class Site:
    """A server of one test. `requests` are the heads it was sent, `sent` how many bytes it got rid of."""

    sock: socket.socket
    requests: list[str] = field(default_factory=list)
    sent: int = 0
    page: str = PAGE
    tls: ssl.SSLContext | None = None

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
    }
    if name in plain:
        site.send(connection, plain[name]())
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
